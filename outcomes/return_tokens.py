"""Keys for a provider's own program: made by its people or an officer, shown once, taken away at any time."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from commissioning import minutes
from commissioning import policy as ground
from commissioning.contributing import clean_words
from commissioning.models import Participant
from commissioning.people import held_by
from commissioning.roles import CONVENE
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import return_looks, returning
from outcomes.models import Award, ReturnToken

START = "tlr_"  # so that a key left in a file is known for what it is
MOST = 10  # keys of one award at a time
USED_EVERY = timedelta(minutes=1)


def hash_of(token: str) -> str:
    """What is kept of a key."""
    return salted_hmac("outcomes.return-token", token, algorithm="sha256").hexdigest()


def _may(award: Award, by: Participant) -> None:
    if not return_looks.is_ours(award, by):
        require(ground.why_not(CONVENE, held_by(by)))


def make(award: Award, *, name: str, by: Participant, now: datetime) -> tuple[ReturnToken, str]:
    """Make a key for the returns of an award; the key itself is given back once and never kept."""
    words = clean_words(name, 80)
    with transaction.atomic():
        award = returning.hold(award, now, by)
        _may(award, by)
        if award.tokens.filter(revoked_at=None).count() >= MOST:
            raise Refused(_("There are {n} keys already. Take one away first.", n=MOST))
        # Two of one name cannot be told apart, and a double click asks for two.
        if award.tokens.filter(revoked_at=None, by=by, name=words).exists():
            raise Refused(_("You have a key of this name already. Give this one another name, or take the other away first."))
        token = START + secrets.token_urlsafe(32)
        made = ReturnToken.objects.create(award=award, name=words, token_hash=hash_of(token), by=by, at=now)
        minutes.record(award.lot.cycle, "key", _("A key for sending the returns of {award} by a program was made", award=str(award)), by=by,
                       now=now, why=words)  # fmt: skip
    return made, token


def take_away(token: ReturnToken, *, by: Participant, now: datetime) -> None:
    """Take a key away: from then on it opens nothing. Doing it twice does it once."""
    with transaction.atomic():
        award = returning.hold(token.award, now, by)
        _may(award, by)
        if not ReturnToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by):
            return
        minutes.record(award.lot.cycle, "key", _("A key for sending the returns of {award} by a program was taken away", award=str(award)),
                       by=by, now=now, why=token.name)  # fmt: skip


def holder_of(token: str, now: datetime) -> ReturnToken | None:
    """The key somebody shows, when it still opens anything; notes that it was used."""
    if not token.startswith(START) or len(token) > 100:
        return None
    with_all = ReturnToken.objects.select_related("award__lot__cycle", "award__provider", "by__organisation")
    found = with_all.filter(token_hash=hash_of(token), revoked_at=None, by__withdrawn_at=None).first()
    if found is not None:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
        ReturnToken.objects.filter(long_ago, pk=found.pk).update(last_used_at=now)
    return found
