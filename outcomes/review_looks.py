"""What a review looks at: who came, what each measure showed last, and the facts its agenda is made from."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from commissioning import roles
from commissioning.models import Cycle, Participant, Role
from commissioning.sentences import on_record
from commissioning.small_groups import SMALLEST
from outcomes import review_agenda
from outcomes.models import AddedResource, Award, AwardParty, ConcernFlag, Finding, Level, Measure, Reading, Return, Review, Story
from outcomes.review_rules import Seen
from workshops.clock import Clock, whole_minutes
from workshops.models import Activity, Attendance, Invitation, Workshop

NO_SIDE = [role.code for role in roles.ROLES.values() if not role.votes]


def standing_awards(cycle: Cycle) -> list[Award]:
    """The awards that stand, with their providers."""
    return list(Award.objects.filter(lot__cycle=cycle, ended_at=None).select_related("lot", "provider").prefetch_related("parties"))


def holders(cycle: Cycle) -> set[int]:
    """The organisations that hold the contract, a lot of it, or a part in it."""
    awards = Award.objects.filter(lot__cycle=cycle, ended_at=None)
    parties = AwardParty.objects.filter(award__in=awards).values_list("organisation", flat=True)
    return {*awards.values_list("provider", flat=True), *parties}


def _seen(cycle: Cycle, people: list[tuple[str, int | None]]) -> list[Seen]:
    holding = holders(cycle)
    return [Seen(group, organisation in holding) for group, organisation in people]


def came(review: Review) -> list[Seen]:
    """Those who came to the meeting, without those who run it or only watch."""
    if review.workshop_id is None:
        return []
    listed = Attendance.objects.filter(workshop=review.workshop_id, participant__withdrawn_at=None).exclude(
        participant__roles__code__in=NO_SIDE
    )
    return _seen(review.cycle, list(listed.values_list("participant__group", "participant__organisation")))


def asked(review: Review) -> list[Seen]:
    """Those who were invited to the meeting or came without it."""
    if review.workshop_id is None:
        return []
    invited = Invitation.objects.filter(workshop=review.workshop_id, participant__withdrawn_at=None).exclude(
        participant__roles__code__in=NO_SIDE
    )
    invited = invited.exclude(answer=Invitation.Answer.CANNOT)
    return came(review) + _seen(review.cycle, list(invited.values_list("participant__group", "participant__organisation")))


def latest_readings(cycle: Cycle, quarter: int) -> dict[int, Reading]:
    """For each measure its newest reading that was sent, up to a quarter: the newest version of the newest return."""
    sent = Reading.objects.filter(
        returned__award__lot__cycle=cycle,
        returned__award__ended_at=None,
        returned__quarter__lte=quarter,
        returned__state__in=(Return.State.SUBMITTED, Return.State.REVIEWED),
    )
    rows = sent.select_related("measure", "returned__award__provider").order_by("returned__quarter", "returned__version", "pk")
    return {row.measure_id: row for row in rows}


@dataclass(frozen=True)
class MeasureLook:
    """One measure with what it showed last; None is "no return", which is a standing of its own (INV-25)."""

    measure: Measure
    reading: Reading | None

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        return str(self.reading.get_standing_display()) if self.reading else _("No return")

    @property
    def figure(self) -> str:
        """What was counted, as it was sent: "48 of 68", or the value with its unit."""
        if self.reading is None:
            return ""
        if self.reading.part is not None and self.reading.whole is not None:
            return _("%(a)s of %(b)s") % {"a": self.reading.part, "b": self.reading.whole}
        if self.reading.value is None:
            return ""
        return f"{self.reading.value.normalize():f} {self.measure.unit}".strip()

    @property
    def line(self) -> str:
        """One line of an agenda."""
        return f"{self.measure.text[:80]}: {self.standing}"


def measures_of(cycle: Cycle, quarter: int) -> list[MeasureLook]:
    """Every measure that is due by this quarter, with its newest reading; social value first."""
    listed = Measure.objects.filter(cycle=cycle, retired_at=None, first_quarter__lte=quarter).select_related("indicator__outcome")
    readings = latest_readings(cycle, quarter)
    looks = [MeasureLook(m, readings.get(m.pk)) for m in listed.order_by("number")]
    return sorted(looks, key=lambda one: not is_social_value(one.measure))


def is_social_value(measure: Measure) -> bool:
    """Whether a measure looks at a social value criterion or at what a provider promised."""
    return measure.criterion_id is not None or measure.commitment_id is not None


def facts_of(cycle: Cycle, quarter: int) -> review_agenda.Facts:
    """What there is to talk about in a review up to this quarter."""
    looks = measures_of(cycle, quarter)
    sent = Q(reading__returned__award__lot__cycle=cycle, reading__returned__quarter__lte=quarter)
    added = AddedResource.objects.filter(returned__award__lot__cycle=cycle, returned__quarter__lte=quarter)
    return review_agenda.Facts(
        promises=on_record(lambda: tuple(one.line for one in looks if is_social_value(one.measure))),
        outcomes=on_record(lambda: tuple(one.line for one in looks if not is_social_value(one.measure))),
        flags=ConcernFlag.objects.filter(award__lot__cycle=cycle, answer="").count(),
        stories=Story.objects.filter(sent, consent=Story.ConsentGiven.GIVEN).count(),
        added=added.count(),
    )


def hours_by_quarter(cycle: Cycle) -> dict[int, str]:
    """The hours that reporting took in each quarter, as the returns say (RV-13)."""
    rows = Return.objects.filter(award__lot__cycle=cycle).exclude(state=Return.State.DRAFT)
    newest: dict[tuple[int, int], Return] = {(r.award_id, r.quarter): r for r in rows.order_by("version")}
    counted: dict[int, Decimal] = {}
    for (__, quarter), row in newest.items():
        counted[quarter] = counted.get(quarter, Decimal(0)) + (row.hours or 0)
    return {quarter: f"{float(hours):g}" for quarter, hours in sorted(counted.items())}


def clock_minutes(workshop: Workshop | None) -> int | None:
    """The minutes the agenda's clock counted for social value; None while that part has not begun (RV-02)."""
    if workshop is None:
        return None
    parts = [a for a in workshop.activities.all() if a.settings.get("review") == review_agenda.SOCIAL_VALUE and a.started_at]
    if not parts:
        return None
    return sum(whole_minutes(_taken(part)) for part in parts)


def _taken(part: Activity) -> int:
    if part.started_at is None or part.ended_at is None:
        return 0
    return max(0, Clock(part.started_at, part.minutes, part.extra_seconds, part.paused_seconds).taken(part.ended_at))


def reviews_of(cycle: Cycle) -> list[Review]:
    """Every review of a cycle, in the order of their numbers."""
    return list(Review.objects.filter(cycle=cycle).select_related("workshop").prefetch_related("findings", "left_out"))


def findings_of(cycle: Cycle) -> list[Finding]:
    """Every finding of a cycle, in the order of their numbers."""
    return list(Finding.objects.filter(review__cycle=cycle).select_related("review", "outcome", "carried_to__cycle"))


def levels_done(review: Review) -> dict[str, bool]:
    """For each level, whether it has a finding or the reason why it was not reviewed (RV-11)."""
    found = {f.level for f in review.findings.all()} | {one.level for one in review.left_out.all()}
    return {code: code in found for code in Level.values}


def lead_of(cycle: Cycle) -> Participant | None:
    """Who leads a cycle now."""
    role = Role.objects.filter(participant__cycle=cycle, participant__withdrawn_at=None, code="lead").select_related("participant").first()
    return role.participant if role else None


def attendance_by_group(cycle: Cycle) -> list[dict[str, object]]:
    """How many people of each group came to a workshop of this cycle; groups under five are not shown."""
    rows = Attendance.objects.filter(workshop__cycle=cycle, workshop__parent=None).exclude(participant__roles__code__in=NO_SIDE)
    people: dict[str, set[int]] = {}
    for group, person in rows.values_list("participant__group", "participant"):
        people.setdefault(group, set()).add(person)
    return [{"group": group, "n": len(who), "hidden": len(who) < SMALLEST} for group, who in sorted(people.items())]
