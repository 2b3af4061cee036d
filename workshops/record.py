"""The record of a workshop's votes, each entry committing to the one before. Pure.

An entry is canonical JSON with a random nonce; its leaf is the SHA-256 of that text; its link is the SHA-256 of the link
before and the leaf. So an entry can be kept back, and the chain is still checked over its leaf: nothing in it can be guessed
from a leaf, because of the nonce. `verify.py`, which goes into every bundle, checks all of this without this program.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

FORMAT = "throughline-record-1"
START = "0" * 64  # what the first link of a workshop commits to


def canonical(value: Mapping[str, Any]) -> str:
    """One text for one value: keys in order, nothing between them, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def linked(before: str, leaf: str) -> str:
    """The link that follows `before` with an entry of this leaf."""
    return digest(before + leaf)
