"""Signing the record with the installation's own Ed25519 key (RFC 8032)."""

import os
from contextlib import suppress
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


@cache
def _key() -> Ed25519PrivateKey:
    """The key from the settings, or one made once for this installation and kept beside its database."""
    if settings.RECORD_KEY:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.RECORD_KEY))
    kept = settings.VAR / "record-key"
    if not kept.exists():
        made = kept.with_name(f"record-key-{os.getpid()}")
        with os.fdopen(os.open(made, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
            out.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        with suppress(FileExistsError):  # another process was first: its key is the one
            os.link(made, kept)
        made.unlink()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept.read_text()))


def public_key() -> str:
    """The public key, in hexadecimal, for the authority to publish."""
    return _key().public_key().public_bytes_raw().hex()


def sign(message: str) -> tuple[str, str]:
    """The public key and the signature of a message, both in hexadecimal."""
    return public_key(), _key().sign(message.encode()).hex()
