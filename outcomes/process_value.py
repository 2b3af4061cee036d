"""What the process itself was worth: who was part of it, what people and organisations can do now, how they stand to each other (ME-09)."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from commissioning import roles
from commissioning.models import Cycle, Group, HistoryEntry
from commissioning.sentences import Sentence as _
from commissioning.small_groups import SMALLEST
from outcomes import how_it_went
from outcomes.how_it_went import Answer
from workshops import promised
from workshops.models import Attendance
from workshops.terms import plain_number

NO_SIDE = [role.code for role in roles.ROLES.values() if not role.votes]


@dataclass(frozen=True)
class Evidence:
    """One thing the record shows, and the page where it can be read."""

    text: _
    url: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the section: inclusion, capacity or relations."""

    title: _
    line: _
    evidence: list[Evidence]


def of(cycle: Cycle, answers: list[Answer]) -> list[Part]:
    """The three parts, each with what the record shows; the same queries however much there is."""
    return [
        Part(_("Inclusion"), _("Who was part of it."), _inclusion(cycle)),
        Part(_("Capacity"), _("What people and organisations can do now."), _capacity(answers)),
        Part(_("Relations"), _("How those involved stand to each other."), _relations(cycle, answers)),
    ]


def _inclusion(cycle: Cycle) -> list[Evidence]:
    """People and organisations that came, group beside group, and the hours it asked of them."""
    rows = Attendance.objects.filter(workshop__cycle=cycle, workshop__parent=None).exclude(participant__roles__code__in=NO_SIDE)
    people: dict[str, set[int]] = {}
    organisations: dict[str, set[int]] = {}
    hours: dict[str, Decimal] = {}
    for group, person, organisation, asked in rows.values_list(
        "participant__group", "participant", "participant__organisation", "workshop__hours"
    ):
        people.setdefault(group, set()).add(person)
        hours[group] = hours.get(group, Decimal(0)) + asked
        if organisation is not None:
            organisations.setdefault(group, set()).add(organisation)
    url, found = reverse("attendance", args=[cycle.slug]), []
    for group, label in Group.choices:
        who = people.get(group, set())
        if 0 < len(who) < SMALLEST:
            found.append(Evidence(_("{group}: fewer than five people came, so nothing more is shown.", group=label), url))
        elif who:
            words = _(
                "{group}: {n} people from {o} organisations came. It asked {h} hours of them, as planned.",
                group=label,
                n=len(who),
                o=len(organisations.get(group, ())),
                h=plain_number(hours[group]),
            )
            found.append(Evidence(words, url))
        else:
            found.append(Evidence(_("{group}: nobody came.", group=label), url))
    return found


def _capacity(answers: list[Answer]) -> list[Evidence]:
    """For each side that may be shown: who uses what they learned, and who says their organisation is better at something now."""
    found = []
    for side, title in how_it_went.SIDES.items():
        mine = [a for a in answers if a.side == side and a.moment == how_it_went.CLOSE]
        learned = [a for a in mine if "M-37" in a.values]
        if len(learned) >= SMALLEST:
            n = sum(a.values["M-37"] == "done" for a in learned)
            found.append(Evidence(_("{side}: {n} of {of} who answered use what they learned.", side=title, n=n, of=len(learned))))
        stages = [a for a in mine if any(code.startswith("M-21") for code in a.values)]
        if len(stages) >= SMALLEST:
            n = sum(any(v == "better" for c, v in a.values.items() if c.startswith("M-21")) for a in stages)
            words = _(
                "{side}: {n} of {of} who answered say their organisation is better at one stage or more.", side=title, n=n, of=len(stages)
            )
            found.append(Evidence(words))
    return found


def _relations(cycle: Cycle, answers: list[Answer]) -> list[Evidence]:
    """What was promised and kept by each side, what was felt of what was promised, what was said of the past and heard."""
    found = [Evidence(_("{side}. {words}", side=one.title, words=one.words)) for one in how_it_went.felt(answers, cycle.level)]
    url = reverse("promises", args=[cycle.slug])
    for side, states in promised.by_side(promised.lines(cycle)):
        kept, all_ = states.get("kept", 0), sum(states.values())
        found.append(Evidence(_("Promises of: {side}. Kept: {n} of {of}.", side=side, n=kept, of=all_), url))
    shared = list(HistoryEntry.objects.filter(cycle=cycle, shared_at__isnull=False).values_list("heard_at", flat=True))
    if shared:
        heard = sum(at is not None for at in shared)
        words = _("Shared from before: {of} things. Heard by somebody who answers for it: {n}.", n=heard, of=len(shared))
        found.append(Evidence(words, reverse("history", args=[cycle.slug])))
    trust = [a for a in answers if a.moment == how_it_went.LATER and "M-01a" in a.values]
    by_side: dict[str, list[Answer]] = {}
    for answer in trust:
        by_side.setdefault(answer.side, []).append(answer)
    for side, mine in by_side.items():
        if len(mine) >= SMALLEST:
            n = sum(a.values["M-01a"] == "more" for a in mine)
            words = _(
                "{side}: six months later {n} of {of} who answered trust the others more.", side=how_it_went.SIDES[side], n=n, of=len(mine)
            )
            found.append(Evidence(words))
    return found
