"""Who came, by person and by organisation, in the meeting or beside it, with planned and actual hours (WS-15, VS-01, T-30)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_UP, Decimal

from commissioning import roles, small_groups
from commissioning.models import Contribution, Cycle, Participant
from workshops import tally
from workshops.models import Attendance, Cast, Workshop
from workshops.window import AFTER

QUARTER = Decimal("0.25")


@dataclass(frozen=True)
class Came:
    """One person at one workshop. `hours` are actual, in quarters; `sent` says that they contributed or voted."""

    person: Participant
    in_meeting: bool
    sent: bool
    hours: Decimal


@dataclass
class WorkshopLook:
    """One workshop in the report: people and organisations counted separately."""

    workshop: Workshop
    came: list[Came] = field(default_factory=list)

    @property
    def in_meeting(self) -> int:
        """People who were in the meeting."""
        return sum(1 for one in self.came if one.in_meeting)

    @property
    def beside(self) -> int:
        """People who sent something in without being in the meeting."""
        return sum(1 for one in self.came if not one.in_meeting)

    @property
    def organisations(self) -> list[str]:
        """The organisations people came for, each once."""
        return sorted({one.person.organisation.name for one in self.came if one.person.organisation})

    @property
    def planned_hours(self) -> Decimal:
        """What was asked of everybody who came, together."""
        return self.workshop.hours * len(self.came)

    @property
    def actual_hours(self) -> Decimal:
        """What they gave, together."""
        return sum((one.hours for one in self.came), Decimal(0))

    @property
    def groups(self) -> list[tuple[str, int]]:
        """How many people of each group came."""
        return [(code, sum(1 for one in self.came if one.person.group == code)) for code in tally.GROUPS]

    @property
    def shown_groups(self) -> list[tuple[str, int | None]]:
        """The same for everybody to see: nobody is nobody, and fewer than five is not a number."""
        shown = small_groups.shown(dict(self.groups))
        return [(code, shown.get(code)) for code, __ in self.groups]

    @property
    def commissioners_missing(self) -> bool:
        """Whether people came and nobody from the commissioner side did (T-30)."""
        return bool(self.came) and not dict(self.groups)["commissioner"]


@dataclass
class Report:
    """Attendance in a cycle, workshop by workshop, with the organisations that were at every one that was held."""

    workshops: list[WorkshopLook]

    @property
    def held(self) -> list[WorkshopLook]:
        """The workshops somebody came to."""
        return [look for look in self.workshops if look.came]

    @property
    def at_every_workshop(self) -> list[str]:
        """The organisations at every workshop held; meaningful from the second on."""
        sets = [set(look.organisations) for look in self.held]
        return sorted(set.intersection(*sets)) if len(sets) > 1 else []

    @property
    def people(self) -> int:
        """Different people who came to any."""
        return len({one.person.pk for look in self.workshops for one in look.came})

    @property
    def organisations(self) -> int:
        """Different organisations they came for."""
        return len({name for look in self.workshops for name in look.organisations})


def report_on(cycle: Cycle) -> Report:
    """The report on a cycle; four queries, however many came. Those who run a room or only watch are on no side and not in it."""
    workshops = {w.pk: WorkshopLook(w) for w in Workshop.objects.filter(cycle=cycle, parent=None).order_by("pk")}
    slugs = {look.workshop.slug: pk for pk, look in workshops.items()}
    wrote = Contribution.objects.filter(cycle=cycle, place__in=slugs).values_list("place", "participant").distinct().order_by()
    sent = {(slugs[place], person) for place, person in wrote}
    sent |= set(Cast.objects.filter(workshop__in=workshops).values_list("workshop", "by").distinct().order_by())
    no_side = [role.code for role in roles.ROLES.values() if not role.votes]
    attended = Attendance.objects.filter(workshop__in=workshops).exclude(participant__roles__code__in=no_side)
    for seen in attended.select_related("participant__organisation").order_by("participant"):
        look = workshops[seen.workshop_id]
        did = (seen.workshop_id, seen.participant_id) in sent
        inside = was_in_meeting(look.workshop, seen)
        if inside or did:  # somebody who only opened the page outside the meeting has not come
            look.came.append(Came(seen.participant, inside, did, hours_of(look.workshop, seen)))
    return Report(list(workshops.values()))


def was_in_meeting(workshop: Workshop, seen: Attendance) -> bool:
    """Whether somebody was there while the meeting was on; where no window is stated, whoever came was in the meeting."""
    if not workshop.window.stated:
        return True
    meeting = workshop.window.meeting()
    return meeting is not None and seen.first_at <= meeting[1] and seen.last_at >= meeting[0]


def hours_of(workshop: Workshop, seen: Attendance) -> Decimal:
    """How long somebody was there, in quarters of an hour rounded up; within the meeting where its times are known."""
    first, last = seen.first_at, seen.last_at
    meeting = workshop.window.meeting()
    if meeting is not None and first <= meeting[1] and last >= meeting[0]:
        first, last = max(first, meeting[0]), min(last, meeting[1])
    # A page opened again days later is not days of work.
    span = min(last - first, timedelta(hours=float(workshop.hours)) + AFTER)
    quarters = (Decimal(span.total_seconds()) / 900).quantize(Decimal(1), ROUND_UP)
    return max(quarters, Decimal(1)) * QUARTER


def hours_by_person(cycle: Cycle) -> dict[int, Decimal]:
    """Hours each person has given to the workshops of a cycle."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for look in report_on(cycle).workshops:
        for one in look.came:
            found[one.person.pk] += one.hours
    return dict(found)


def took_part(workshop: Workshop, person: Participant) -> bool:
    """Whether somebody came to a workshop or sent something in."""
    return (
        Attendance.objects.filter(workshop=workshop, participant=person).exists()
        or Contribution.objects.filter(cycle=workshop.cycle_id, place=workshop.slug, participant=person).exists()
    )


def hours_here(workshop: Workshop, person: Participant) -> Decimal:
    """What to offer somebody who claims: their time in the workshop, or what was asked when it was not measured."""
    seen = Attendance.objects.filter(workshop=workshop, participant=person).first()
    measured = hours_of(workshop, seen) if seen else Decimal(0)
    return measured if measured > QUARTER else workshop.hours


def as_rows(report: Report) -> Iterable[list[str]]:
    """The report as rows of text for a table, the header first; names are those people allow."""
    yield ["Workshop", "Date", "Name", "Group", "Organisation", "In the meeting", "Sent something in", "Planned hours", "Actual hours"]
    for look in report.workshops:
        held = f"{look.workshop.starts_at:%Y-%m-%d}" if look.workshop.starts_at else ""
        for one in look.came:
            person = one.person
            yield [
                look.workshop.title,
                held,
                person.shown_name,
                person.get_group_display(),
                person.organisation.name if person.organisation else "",
                "yes" if one.in_meeting else "no",
                "yes" if one.sent else "no",
                str(look.workshop.hours),
                str(one.hours),
            ]
