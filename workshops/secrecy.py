"""Secret ballots: while one is open its votes are in their seats, sealed; from the close on no choice leads to anybody.

While voting is open a voter may change their vote, so the seat must know it. The record of casts never says a choice; it
holds a keyed hash, so that a vote sent twice is known. At the close the choices leave the seats, are written down without
them in an order drawn by chance, and the key of the hashes is thrown away. What this does not protect is said in
`docs/explanation/record-of-votes.md`.
"""

import hashlib
import hmac
import random
import secrets

from commissioning.small_groups import SMALLEST
from workshops import tally
from workshops.models import Ballot, SecretVote

SEALED = "sealed"  # what the record of casts says instead of a choice
VOTED = "voted"  # what a seat says after the close instead of a choice

_chance = random.SystemRandom()


def new_secrecy() -> str:
    """The key of the hashes of one secret ballot."""
    return secrets.token_hex(32)


def mark(ballot: Ballot, *what: str) -> str:
    """What stands for a vote in the record of casts: the same for the same vote, and nothing to anybody without the key."""
    return hmac.new((ballot.secrecy or "").encode(), "\0".join(what).encode(), hashlib.sha256).hexdigest()[:40]


def cut(ballot: Ballot) -> None:
    """Cut the choices of a closing ballot from their seats, within the caller's transaction."""
    voted = list(ballot.seats.exclude(choice=""))
    _chance.shuffle(voted)
    for seat in voted:
        seat.language = seat.language if seat.reason else "en"  # of no words, a language only tells who it was
    SecretVote.objects.bulk_create(
        [SecretVote(ballot=ballot, group=s.group, choice=s.choice, reason=s.reason, language=s.language) for s in voted], batch_size=500
    )
    ballot.seats.exclude(choice="").update(choice=VOTED, reason="", language="en")
    Ballot.objects.filter(pk=ballot.pk).update(secrecy="")
    ballot.secrecy = ""


def hidden_groups(ballot: Ballot, counts: list[tally.Count]) -> frozenset[str]:
    """The groups whose own counts in a secret ballot are shown to nobody: so few that they would say how somebody voted.

    Both who could vote and who did are looked at: either, if small, tells a single vote.
    """
    return frozenset(c.group for c in counts if min(c.entitled, c.voted) < SMALLEST) if ballot.is_secret else frozenset()
