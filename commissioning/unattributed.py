"""Words without an author: nothing kept here ties them to a person, yet the person can find them again (WS-04, ADR 5).

The words belong to a row that is nobody ("A citizen"). Beside them stand a random number and a receipt, which is made of that
number and a secret only the person's own device holds: their personal key, of which we keep no copy. Whoever shows the
secret gets their words back; from the database alone nobody can be found.
"""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils import translation
from django.utils.crypto import salted_hmac

from commissioning.models import VOICES, Contribution, Cycle, Participant


def voice_of(cycle: Cycle, group: str) -> Participant:
    """The row that words of this group without an author belong to. It is nobody: it never comes, votes or is counted."""
    with translation.override("en-gb"):
        name = str(VOICES[group])
    found, __ = Participant.objects.get_or_create(
        cycle=cycle,
        pseudonym=name,
        defaults={
            "voice": True,
            "group": group,
            "standing": Participant.Standing.INDEPENDENT,
            "display_name": name,
            "shown_name": name,
            "joined_at": cycle.opened_at,
        },
    )
    return found


def receipt(secret: str, nonce: str) -> str:
    """What proves that the holder of `secret` wrote the words with this random number. One way only."""
    return salted_hmac("commissioning.receipt", f"{secret}:{nonce}", algorithm="sha256").hexdigest()


def seal(secret: str) -> dict[str, str]:
    """A fresh random number and its receipt, to keep with words that shall have no author."""
    nonce = secrets.token_urlsafe(18)
    return {"nonce": nonce, "receipt": receipt(secret, nonce)}


def coarse(now: datetime) -> datetime:
    """The hour in which something was said, not the moment: moments can be compared with logs."""
    return now.replace(minute=0, second=0, microsecond=0)


def found_by(cycle: Cycle, holder_secrets: Collection[str]) -> list[int]:
    """The words without an author that the holder of these secrets wrote in a cycle: one query, and a hash for each."""
    if not any(holder_secrets):
        return []
    sealed = Contribution.objects.filter(cycle=cycle).exclude(receipt="").values_list("pk", "nonce", "receipt")
    return [pk for pk, nonce, kept in sealed if any(receipt(secret, nonce) == kept for secret in holder_secrets if secret)]


def mine(cycle: Cycle, me: Participant, holder_secrets: Collection[str]) -> Q:
    """What somebody said in a cycle: under their own name, and without one."""
    return Q(participant=me) | Q(pk__in=found_by(cycle, holder_secrets))
