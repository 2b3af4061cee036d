"""The seven shifts as a living page: what the record counts, and where each side sees the cycle (S7-1 to S7-7, M-34)."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from commissioning import at_risk, minutes, needs, people, roles
from commissioning.contributing import clean_words
from commissioning.cycle import LEVELS
from commissioning.models import Asset, Cycle, Department, Participant, Role, ShiftMark
from commissioning.quoting import who_agreed
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import (
    practice,
    shift_rules,
    understanding,
)
from outcomes.models import (
    Clause,
    Decision,
    Finding,
    Indicator,
    SpecificationVersion,
)
from outcomes.shift_rules import COMMISSIONER, VSO, Count, Mark, Side
from workshops import pulse
from workshops.models import PulseAnswer

_TOGETHER = re.compile(r"\bco-?produc|\bcyd-?gynhyrchu", re.IGNORECASE)


@dataclass
class Shown:
    """One shift as its page shows it."""

    shift: practice.Shift
    count: Count
    vsos: Side
    commissioners: Side
    marks: list[Mark]
    difference: _
    words: list[str] = field(default_factory=list)
    mine: ShiftMark | None = None
    mine_before: list[ShiftMark] = field(default_factory=list)
    page: str = ""  # which page shows what the record counts

    @property
    def numbers(self) -> dict[str, str]:
        """The places that may be shown, as they are printed."""
        return {mark.who: mark.number for mark in self.marks}

    @property
    def apart(self) -> list[Mark]:
        """The marks of the two sides, when both may be drawn: the line between them is the difference."""
        sides = [mark for mark in self.marks if mark.who != shift_rules.RECORD]
        return sides if len(sides) == 2 else []


def _of(part: int, whole: int, words: _, *beside: _) -> Count:
    return Count(Fraction(part), Fraction(whole), words, beside)


def _outcome_clauses(cycle: Cycle) -> Count:
    kinds = list(Clause.objects.filter(specification__cycle=cycle).values_list("kind", flat=True))
    n = kinds.count(Clause.Kind.OUTCOME)
    return _of(n, len(kinds), _("{n} of {of} clauses say what must change.", n=n, of=len(kinds)))


def _long_indicators(cycle: Cycle) -> Count:
    horizons = list(Indicator.objects.filter(outcome__theme__framework__cycle=cycle).values_list("outcome__horizon", flat=True))
    n = horizons.count("long")
    return _of(
        n, len(horizons), _("{n} of {of} indicators belong to an outcome that takes longer than three years.", n=n, of=len(horizons))
    )


def _assets(cycle: Cycle) -> Count:
    n, of = Asset.objects.filter(cycle=cycle).count(), needs.on_the_list(cycle).count()
    return _of(n, of, _("{n} things we already have are listed beside {of} needs.", n=n, of=of))


def _felt(cycle: Cycle) -> Count:
    rows = PulseAnswer.objects.filter(workshop__cycle=cycle, moment=pulse.CLOSE)
    felt = pulse.felt([pulse.Answer(r.who, r.group, r.moment, r.answers, r.post) for r in rows], cycle.level)
    texts = Clause.objects.filter(specification__cycle=cycle).values_list("text", flat=True)
    ask = sum(1 for text in texts if _TOGETHER.search(text))
    beside = _("Clauses that speak of co-producing with the provider: {n}.", n=ask)
    if not felt:
        return _of(0, 0, _("Fewer than five people of one group have said yet what it felt like."), beside)
    least = min(felt, key=lambda one: one.level)
    words = _(
        "It was promised as level {of} of 6, {promised}. It felt like level {n}, {felt}, to the group that felt it least.",
        of=cycle.level,
        promised=LEVELS[cycle.level][0],
        n=least.level,
        felt=LEVELS[least.level][0],
    )
    return _of(least.level, cycle.level, words, beside)


def _ideas(cycle: Cycle) -> Count:
    adopted = Decision.objects.filter(agreement__proposal__workshop__cycle=cycle).exclude(answer=Decision.Answer.NOT)
    groups = list(adopted.values_list("agreement__proposal__contribution__group", flat=True))
    n = sum(1 for group in groups if group != "commissioner")
    kinds = list(Clause.objects.filter(specification__cycle=cycle).values_list("kind", flat=True))
    method = kinds.count(Clause.Kind.METHOD)
    beside = _("{n} of {of} clauses say how to do it.", n=method, of=len(kinds))
    words = _("{n} of {of} adopted items were proposed by somebody who is not a commissioner.", n=n, of=len(groups))
    return _of(n, len(groups), words, beside)


def _versions(cycle: Cycle) -> Count:
    versions = SpecificationVersion.objects.filter(specification__cycle=cycle).count()
    later = max(0, versions - 1)
    agreed = Finding.objects.filter(review__cycle=cycle, state__in=(Finding.State.AGREED, Finding.State.CARRIED))
    changes = agreed.exclude(decided=Finding.Decided.CONTINUE).count()
    beside = _("Changes that reviews led to: {n} of {of} agreed findings.", n=changes, of=agreed.count())
    return _of(later, versions, _("{n} of {of} signed-off versions came after the first.", n=later, of=versions), beside)


def _departments(cycle: Cycle) -> Count:
    standings = list(Department.objects.filter(cycle=cycle).values_list("standing", flat=True))
    n = standings.count(Department.Standing.JOINED)
    words = _("{n} of {of} departments whose services this touches take part.", n=n, of=len(standings))
    signed, together = understanding.formed(cycle)
    watching = _("Watching: {n}.", n=standings.count(Department.Standing.WATCHES))
    formed = _(
        "Memoranda of understanding signed: {n}. Contracts that several organisations deliver together: {of}.", n=signed, of=together
    )
    return _of(n, len(standings), words, watching, formed)


COUNTED: dict[str, Callable[[Cycle], Count]] = {
    "S7-1": _outcome_clauses,
    "S7-2": _long_indicators,
    "S7-3": _assets,
    "S7-4": _felt,
    "S7-5": _ideas,
    "S7-6": _versions,
    "S7-7": _departments,
}

# Which page shows what was counted, by its name in `practice_views`.
SHOWN_BY = {
    "S7-1": "specification",
    "S7-2": "framework",
    "S7-3": "needs",
    "S7-5": "framework",
    "S7-6": "specification",
    "S7-7": "departments",
}


def look(cycle: Cycle, me: Participant | None = None, *, now: datetime) -> list[Shown]:
    """The seven shifts, each with the record's place, both sides', and the difference; the same queries however many answer.

    What the sides say is as it stood on Monday: the minutes say who answered, and a middle that moves that day would say what.
    """
    monday = at_risk.week_of(timezone.localtime(now))
    kept: dict[str, list[ShiftMark]] = defaultdict(list)
    for mark in ShiftMark.objects.filter(cycle=cycle, by__withdrawn_at=None).select_related("by"):
        kept[mark.shift].append(mark)
    leads = set(Role.objects.filter(participant__cycle=cycle, code="lead").values_list("participant", flat=True))
    agreed = who_agreed({m.by_id for listed in kept.values() for m in listed})
    rows = []
    for code, shift in practice.shifts().items():
        standing = _standing([m for m in kept[code] if m.at < monday])
        vso_marks = [m for m in standing if m.side == VSO]
        officers = [m for m in standing if m.side == COMMISSIONER]
        official = max((m for m in kept[code] if m.by_id in leads and m.side == COMMISSIONER), key=lambda m: m.pk, default=None)
        vsos = shift_rules.side_of([m.value for m in vso_marks])
        ours = shift_rules.side_of([m.value for m in officers], official.value if official else None)
        count = COUNTED[code](cycle)
        placed = shift_rules.marks(count, vsos, ours)
        shown = Shown(shift, count, vsos, ours, placed, shift_rules.difference(vsos, ours), page=SHOWN_BY.get(code, ""))
        if vsos.middle is not None:
            shown.words = sorted(m.words for m in vso_marks if m.words and m.by_id in agreed)
        mine = [m for m in kept[code] if me is not None and _whose(m) == _whose_of(me)]
        shown.mine, shown.mine_before = (mine[-1] if mine else None), mine[-2::-1]
        rows.append(shown)
    return rows


def _whose(mark: ShiftMark) -> tuple[str, int]:
    """Whose answer it is: the organisation's, or the officer's."""
    return (VSO, mark.organisation_id or 0) if mark.side == VSO else (COMMISSIONER, mark.by_id)


def _whose_of(me: Participant) -> tuple[str, int]:
    return (VSO, me.organisation_id or 0) if me.group == VSO else (COMMISSIONER, me.pk)


def _standing(marks: list[ShiftMark]) -> list[ShiftMark]:
    """The answers that stand: the newest of each organisation and of each officer."""
    return list({_whose(mark): mark for mark in marks}.values())


def why_not_assess(me: Participant | None) -> _ | None:
    """Why somebody does not answer for a side: organisations and officers do, and whoever runs the room takes no side."""
    if me is None or me.group not in (VSO, COMMISSIONER) or (me.group == VSO and me.organisation_id is None):
        return _("Voluntary organisations and officers say where they see this. Everybody can read what the sides say.")
    if not roles.has_counted_voice(people.role_codes(me)):
        return _("Whoever runs the room or only watches takes no side here.")
    return None


def assess(cycle: Cycle, places: Mapping[str, int], words: Mapping[str, str], *, by: Participant, now: datetime) -> list[ShiftMark]:
    """Keep where an organisation or an officer sees the cycle; what was said before stays. The same again is kept once.

    The minutes say who answered, never what. Raises `Refused` for who has no side, no such shift, and a place that is none.
    """
    require(why_not_assess(by))
    if not places:
        raise Refused(_("Choose a place for at least one of the shifts."))
    made = []
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(cycle.quiet)
        standing = {m.shift: m for m in ShiftMark.objects.filter(cycle=cycle) if _whose(m) == _whose_of(by)}
        for code, value in places.items():
            require(shift_rules.why_not_mark(code, value, list(practice.shifts())))
            said = clean_words(words.get(code, ""), 300) if words.get(code, "").strip() else ""
            last = standing.get(code)
            if last is None or (last.value, last.words) != (value, said):
                organisation = by.organisation if by.group == VSO else None
                row = ShiftMark(cycle=cycle, shift=code, side=by.group, organisation=organisation, value=value, words=said, by=by, at=now)
                row.save()
                made.append(row)
        if made:
            minutes.record(cycle, "shifts", _("{who} said where they see the seven shifts", who=by.signature), by=by, now=now)
    return made
