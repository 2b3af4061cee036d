"""An organisation says privately that it is at risk; the commissioner side sees thresholds and answers all (DO-06).

No minute, letter, export or feed knows who. The mark is read by whoever made it and counted, nothing else: not even a
colleague reads it, because anybody who knows a join code can say that they are one.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from commissioning import at_risk, minutes, people, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, FragilityMark, FragilityResponse, Group, Participant, ProviderEntry
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

MOST_POUNDS = 100_000_000
SEES_COUNTS = frozenset({roles.CONVENE, roles.DECIDE})


def may_mark(person: Participant | None) -> bool:
    """Who can say that an organisation is at risk: its own people."""
    if person is None or person.group != Group.VSO or person.organisation_id is None:
        return False
    return roles.has_counted_voice(people.role_codes(person)) and not held_by(person) & SEES_COUNTS


def may_see_counts(person: Participant | None) -> bool:
    """Who sees the thresholds: whoever leads or decides for the authority."""
    return person is not None and person.group == Group.COMMISSIONER and bool(held_by(person) & SEES_COUNTS)


def _hold(cycle: Cycle, by: Participant) -> Cycle:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    withdrawn = by.withdrawn_at is not None or by.cycle_id != cycle.pk
    require(policy.why_not_take_part(withdrawn=withdrawn, cycle_closed=cycle.state == Cycle.State.CLOSED))
    return cycle


def mark(cycle: Cycle, *, kind: str, before: date, pounds: int | None, by: Participant, now: datetime) -> FragilityMark:
    """Say that one's organisation may not live to see the decision; saying it again changes it. No minute is written."""
    if not may_mark(by):
        raise Refused(_("Only somebody who takes part for a voluntary organisation can say this for it."))
    if kind not in FragilityMark.Kind.values:
        raise Refused(_("Say what may happen."))
    if before < timezone.localdate(now):
        raise Refused(_("Choose a date that is still to come."))
    if pounds is not None and not 0 <= pounds <= MOST_POUNDS:
        raise Refused(_("Write whole pounds, such as 24000, or leave it empty."))
    with transaction.atomic():
        cycle = _hold(cycle, by)
        _end(cycle, by, now)
        return FragilityMark.objects.create(
            cycle=cycle,
            organisation=by.organisation,
            by=by,
            kind=kind,
            before=before,
            pounds=pounds,
            at=now,  # type: ignore[misc]
        )


def take_back(cycle: Cycle, *, by: Participant, now: datetime) -> None:
    """Take one's own mark back."""
    if not may_mark(by):
        raise Refused(_("Only somebody who takes part for a voluntary organisation can say this for it."))
    with transaction.atomic():
        _end(_hold(cycle, by), by, now)


def _end(cycle: Cycle, by: Participant, now: datetime) -> None:
    FragilityMark.objects.filter(cycle=cycle, by=by, ended_at=None).update(ended_at=now)


def respond(cycle: Cycle, *, kind: str, words: str, by: Participant, now: datetime) -> FragilityResponse:
    """The authority says what it does about organisations at risk, or "none, because"; every organisation reads it."""
    if not may_see_counts(by):
        raise Refused(_("Only whoever leads or decides for the authority can answer this."))
    if kind not in FragilityResponse.Kind.values:
        raise Refused(_("Choose what the authority does."))
    said = clean_words(words, 600)
    with transaction.atomic():
        cycle = _hold(cycle, by)
        made = FragilityResponse.objects.create(cycle=cycle, kind=kind, words=said, by=by, at=now)
        what = _("For organisations at risk: {kind}", kind=made.get_kind_display())
        minutes.record(cycle, "at risk", what, by=by, now=now, why=said)
    return made


# Looks


def own(person: Participant) -> FragilityMark | None:
    """The mark one has made oneself, if there is one."""
    if not may_mark(person):
        return None
    return FragilityMark.objects.filter(cycle=person.cycle_id, by=person, ended_at=None).first()


def seen(cycle: Cycle, now: datetime) -> at_risk.AtRisk:
    """What the commissioner side sees, as it stood on Monday. Two queries.

    Nothing done since Monday changes it: not a mark, not somebody who joins, and nothing an officer does to the map. So nobody
    can bring in organisations of their own invention, or try one out, and read from the number who else is in it.
    """
    since = at_risk.week_of(timezone.localtime(now))
    live = Q(at__lt=since) & (Q(ended_at=None) | Q(ended_at__gte=since))
    speakers = _confirmed_speakers(cycle, since)
    marks = FragilityMark.objects.filter(live, cycle=cycle, before__gte=since.date(), by__in=speakers)
    newest = dict(marks.order_by("pk").values_list("organisation", "pounds"))  # one for each, however many of its people said so
    organisations = speakers.values("organisation").distinct().count()
    return at_risk.seen(newest.values(), organisations, since.date())


def _confirmed_speakers(cycle: Cycle, since: datetime) -> QuerySet[Participant]:
    """Who spoke on Monday for an organisation that officers know: a name typed into a form on the open map counts nobody.

    An organisation stays confirmed when it is taken off the map, or taking it off would show whether it was one of them.
    """
    known = ProviderEntry.objects.filter(~Q(source=ProviderEntry.Source.ITSELF), added_at__lt=since) | ProviderEntry.objects.filter(
        verified_at__lt=since
    )
    here = Participant.objects.filter(cycle=cycle, group=Group.VSO, joined_at__lt=since)
    before_them = here.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gte=since), organisation=OuterRef("organisation"))
    another = before_them.filter(Q(invited=True) | Q(pk__lt=OuterRef("pk")))
    return here.filter(Q(invited=True) | ~Exists(another), organisation__in=known.filter(cycle=cycle).values("organisation"))


def responses(cycle: Cycle) -> list[FragilityResponse]:
    """What the authority has said, the newest first."""
    return list(FragilityResponse.objects.filter(cycle=cycle).select_related("by__organisation"))
