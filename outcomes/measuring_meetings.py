"""The measures of each meeting: what people answered, and what the record counts (M-01 to M-11); payment stays on its own page (M-12)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count

from commissioning import roles, small_groups
from commissioning.cycle import LEVELS
from commissioning.models import Contribution, Cycle
from commissioning.provider_map import SIZES
from commissioning.sentences import Sentence as _
from outcomes import measured
from outcomes.measured import Line, Measure, Part
from workshops import attendance, promises, pulse, pulsing, tally
from workshops.models import Action, Attendance, Cast, Proposal, PulseAnswer, Workshop


@dataclass(frozen=True)
class Bar:
    """How many felt one level, as high as it is drawn."""

    title: str
    n: int
    height: float
    promised: bool


@dataclass
class Felt:
    """Which level a meeting felt like to one group, beside the level that was promised (PS-04)."""

    title: Any
    group: str
    words: Any
    bars: list[Bar]


def of(cycle: Cycle, on: date) -> tuple[list[Part], list[Felt]]:
    """A part for each meeting that took place, and the pictures of how it felt; the same queries however many meetings there are."""
    report = attendance.report_on(cycle)
    came, answers, said, actions = _came(cycle), _answers(cycle), _said(cycle), defaultdict(list)
    for action in Action.objects.filter(workshop__cycle=cycle):
        actions[action.workshop_id].append(action)
    goals = {code: pulse.in_force(pulsing.targets(), code, on) for code in ("M-10", "M-11")}
    parts, pictures = [], []
    for look in report.held:
        workshop = look.workshop
        by_group, given = came[workshop.pk], answers[workshop.pk]
        measures = _answered(workshop, by_group, given, on)
        measures += [
            _voices(look, said),
            _attendance(cycle, look, goals.get("M-10")),
            _actions(workshop, actions[workshop.pk], goals.get("M-11")),
        ]
        parts.append(Part(f"w-{workshop.pk}", _("Meeting: {title}", title=workshop.title), measures))
        felt = pulse.felt(given, cycle.level)
        pictures += [Felt(workshop.title, one.group, one.words, _bars(given, one.group, cycle.level)) for one in felt]
    return parts, pictures


def _bars(given: list[pulse.Answer], group: str, promised: int) -> list[Bar]:
    felt = [a.values["M-06"] for a in given if a.group == group and a.moment == pulse.CLOSE and "M-06" in a.values]
    most = max(felt.count(str(n)) for n in LEVELS)
    return [Bar(str(words[0]), felt.count(str(n)), round(60 * felt.count(str(n)) / most, 1), n == promised) for n, words in LEVELS.items()]


def _came(cycle: Cycle) -> dict[int, dict[str, int]]:
    no_side = [role.code for role in roles.ROLES.values() if not role.votes]
    rows = Attendance.objects.filter(workshop__cycle=cycle).exclude(participant__roles__code__in=no_side)
    counted = rows.values_list("workshop", "participant__group").annotate(n=Count("participant", distinct=True)).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for workshop, group, n in counted:
        found[workshop][group] = n
    return found


def _answers(cycle: Cycle) -> dict[int, list[pulse.Answer]]:
    found: dict[int, list[pulse.Answer]] = defaultdict(list)
    for row in PulseAnswer.objects.filter(workshop__cycle=cycle):
        found[row.workshop_id].append(pulse.Answer(row.who, row.group, row.moment, row.answers, row.post))
    return found


Counted = dict[tuple[Any, str, str], int]  # by meeting, group and size of the organisation


def _said(cycle: Cycle) -> list[tuple[Any, Counted]]:
    """What was said, proposed and voted."""
    shown = Contribution.objects.shown().filter(cycle=cycle)
    cards = Proposal.objects.filter(workshop__cycle=cycle, contribution__in=shown)
    named = (
        (_("things said"), shown, "place", "", "participant"),
        (_("cards"), cards, "workshop__slug", "contribution__", "contribution__participant"),
        (_("votes"), Cast.objects.filter(workshop__cycle=cycle), "workshop__slug", "by__", "by"),
    )
    found = []
    for words, rows, place, of_group, person in named:
        by = rows.values_list(place, f"{of_group}group", f"{person}__organisation__size").annotate(n=Count("pk")).order_by()
        found.append((words, {(where, group, size or ""): n for where, group, size, n in by}))
    return found


def _answered(workshop: Workshop, came: Mapping[str, int], given: list[pulse.Answer], on: date) -> list[Measure]:
    measures = []
    page = ("report", workshop.slug)
    changed = pulse.changes(given)
    for found in pulse.findings(given, came, pulsing.targets(), on):
        lines = [_line(found, line) for line in found.lines]
        for one in changed:
            if one.question is found.question and one.after == found.moment:
                words = _(
                    "the same {n} people before and after: {up} up, {same} the same, {down} down, {top} at the top already",
                    n=one.pairs,
                    up=one.up,
                    same=one.same,
                    down=one.down,
                    top=one.already_top,
                )
                lines.append(measured.number(tally.GROUPS[one.group], one.up - one.down, words))
        name = _("{text} ({moment})", text=str(found.question.text), moment=str(pulse.MOMENTS[found.moment]).lower())
        measures.append(Measure(found.question.code[:4], name, lines, page))
    hours = pulse.hours_spent(given)
    if hours:
        lines = [
            measured.number(
                tally.GROUPS[g], _("{n} hours", n=h), _("in the middle, of {n} who said; planned were {of}", n=n, of=f"{workshop.hours:g}")
            )
            for g, (h, n) in hours.items()
        ]
        measures.append(Measure("M-08", _("How many hours it took"), lines, page))
    return measures


def _line(found: pulse.Finding, line: pulse.GroupLine) -> Line:
    who = tally.GROUPS[line.group]
    if line.hidden:
        return Line(who, words=measured.NOBODY) if line.nobody else Line(who, hidden=True)
    if line.share is not None:
        return measured.asked(who, line.share.good, line.share.answered, line.share.invited, found.target)
    choices = pulse.CHOICES[found.question.scale]
    answered = sum(n for __, n in line.spread)
    spread = ", ".join(f"{choices[value]}: {n}" for value, n in line.spread if n)
    response = pulse.Share(0, answered, answered + line.silent).response
    return Line(
        who,
        "",
        _("{spread} (of {n} who answered, of {of} invited)", spread=spread, n=answered, of=answered + line.silent),
        response=response,
        few=line.few,
        whole=answered,
        asked=answered + line.silent,
    )


def _voices(look: attendance.WorkshopLook, said: list[tuple[Any, Counted]]) -> Measure:
    """How much each group, and each size of organisation, said beside how many of it came: shares side by side."""
    shown, whole = dict(look.shown_groups), small_groups.total(dict(look.groups))
    lines = []
    for group, label in tally.GROUPS.items():
        n = shown.get(group)
        if n is None:
            lines.append(Line(label, hidden=True))
            continue
        came = measured.of_record(label, n, whole) if whole is not None else measured.number(label, n)
        lines.append(replace(came, words=_("{n} of {of} who came", n=n, of=whole) if whole is not None else _("{n} came", n=n)))
        lines += _shares(look, label, said, whole is not None, group)
    return Measure("M-09", _("Who spoke how much, beside who came"), lines + _by_size(look, said), ("report", look.workshop.slug))


def _shares(
    look: attendance.WorkshopLook, who: Any, said: list[tuple[Any, Counted]], whole: bool, group: str, size: str = ""
) -> list[Line]:
    """So many of all that was said, proposed and voted; only so many where all would give a small group away."""
    lines = []
    for words, counted in said:
        here = {(of, band): n for (place, of, band), n in counted.items() if place == look.workshop.slug and of in tally.GROUPS}
        own = sum(n for (of, band), n in here.items() if of == group and size in ("", band))
        title = _("{side}: {what}", side=who, what=words)
        lines.append(measured.of_record(title, own, sum(here.values())) if whole else measured.number(title, own))
    return lines


def _by_size(look: attendance.WorkshopLook, said: list[tuple[Any, Counted]]) -> list[Line]:
    """The same for voluntary organisations of each size; nothing where it would give fewer than five organisations away."""
    came = {one.person.organisation for one in look.came if one.person.group == "vso" and one.person.organisation}
    bands = {size: sum(1 for one in came if one.size == size) for size in SIZES}
    whole = small_groups.total(dict(look.groups)) is not None
    open_to_see = small_groups.total(bands) is not None and whole
    lines: list[Line] = []
    for size, n in bands.items():
        who = _("{size} voluntary organisations", size=SIZES[size])
        if 0 < n < small_groups.SMALLEST or (n and not open_to_see):
            lines.append(Line(who, hidden=True))
        elif n:
            lines += _shares(look, who, said, whole, "vso", size)
    return lines


def _attendance(cycle: Cycle, look: attendance.WorkshopLook, target: pulse.Target | None) -> Measure:
    total = small_groups.total(dict(look.groups))
    lines = [
        measured.number(_("People"), total, "") if total is not None else Line(_("People"), hidden=True),
        measured.number(_("Organisations"), len(look.organisations)),
        measured.yes_or_no(_("Somebody from the commissioner side was there"), yes=not look.commissioners_missing, target=target),
    ]
    return Measure("M-10", _("Who came"), lines, ("attendance", cycle.slug))


def _actions(workshop: Workshop, own: list[Action], target: pulse.Target | None) -> Measure:
    owned = sum(1 for one in own if one.acceptance == promises.ACCEPTED)
    lines = [
        measured.of_record(_("Somebody took it on"), owned, len(own), target),
        measured.of_record(_("It says how we will know"), sum(1 for one in own if one.how_we_know.strip()), len(own)),
        measured.of_record(_("Done"), sum(1 for one in own if one.progress == promises.DONE), len(own)),
    ]
    return Measure("M-11", _("What was promised in the meeting"), lines, ("report", workshop.slug))
