"""Hearing back: each person says whether, where and in which format they want the summary (FB-04, FB-05, PN-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commissioning import minutes
from commissioning.models import Consent, HearingBack, Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _

MADE_HERE = frozenset({"screen", "large", "word"})  # a person makes the others: they become requests with a date


@dataclass(frozen=True)
class Wish:
    """What one person asked for: the summary at all, in which format, at which address."""

    participant: Participant
    asked: bool
    form: str
    email: str
    by_post: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether somebody must make this format: audio, Braille, easy read, Welsh."""
        return self.form not in MADE_HERE


def choose(participant: Participant, *, wants: bool, form: str, email: str = "", by_post: str = "", now: datetime) -> HearingBack:
    """Keep how somebody wants to hear back; saying no later is as easy as saying yes. Raises `Refused` for no such format."""
    if form not in HearingBack.Form.values:
        raise Refused(_("Choose one of the formats."))
    with transaction.atomic():
        kept, __ = HearingBack.objects.update_or_create(
            participant=participant, defaults={"form": form, "email": email.strip(), "by_post": by_post.strip()[:300], "at": now}
        )
        Consent.objects.update_or_create(participant=participant, kind=Consent.Kind.SUMMARY, defaults={"given": wants, "at": now})
        # The minutes say that a wish changed, never to what: a format can tell of an impairment.
        minutes.record(
            participant.cycle, "hearing back", _("{who} said how they want to hear back", who=participant), by=participant, now=now
        )
    return kept


def wishes_of(participants: Iterable[Participant]) -> list[Wish]:
    """What these people asked for; three queries however many. Somebody with an account is reached at its address, an
    invented person at none.
    """
    people = [p for p in participants if p.withdrawn_at is None]
    ids = [p.pk for p in people]
    asked = set(Consent.objects.filter(participant__in=ids, kind=Consent.Kind.SUMMARY, given=True).values_list("participant", flat=True))
    kept = {h.participant_id: h for h in HearingBack.objects.filter(participant__in=ids)}
    accounts = dict(Participant.objects.filter(pk__in=ids).filter(user__demo=False).values_list("pk", "user__email"))
    found = []
    for person in people:
        wish = kept.get(person.pk)
        email = (wish.email if wish else "") or accounts.get(person.pk, "")
        found.append(Wish(person, person.pk in asked, wish.form if wish else "screen", email, wish.by_post if wish else ""))
    return found
