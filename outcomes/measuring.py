"""Every measure of a cycle in one look, from the pages that count them (M-01 to M-38). Payment is never read here (INV-24)."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.utils import timezone

from commissioning import duties
from commissioning.models import Cycle
from commissioning.provider_map import SIZES
from commissioning.sentences import Sentence as _
from outcomes import (
    advising,
    answering_needs,
    capacity,
    concerns,
    feedback_loop,
    how_it_went,
    influence,
    measured,
    measuring_meetings,
    principles,
    process_reviewing,
    progress,
    reach,
    return_looks,
    shifts,
    understanding,
)
from outcomes.measured import Line, Measure, Part
from outcomes.models import Clause
from workshops import plan_looks, promised, promises, tally


@dataclass
class Found:
    """The parts in their order, and what the pictures are drawn from."""

    parts: list[Part]
    felt: list[measuring_meetings.Felt]
    influence: influence.Influence


def of(cycle: Cycle, *, now: datetime, runs: bool) -> Found:
    """Everything; a fixed number of queries, however much there is. `runs` says whether the reader may open the page of payments."""
    meetings, felt = measuring_meetings.of(cycle, timezone.localdate(now))
    whose = influence.of(cycle)
    paid = _("What people are paid for their time stands on a page of its own, so that it never weighs on how anything is judged.")
    parts = [
        Part("asked", _("What each side says of the work together"), _asked(cycle, now)),
        Part("words", _("What became of people’s words"), [_loop(cycle, now), _influence(cycle, whose), *_reach(cycle), _traced(cycle)]),
        Part("rules", _("Fairness and duties"), [_duties(cycle), _weighting(cycle), *_practice(cycle, now)]),
        Part("promises", _("What was promised, and what came of it"), [*_returns(cycle), *_promises(cycle, now), _small(cycle, now)]),
        *meetings,
        Part("paid", _("Payment"), [Measure("M-12", _("Payment for time"), [], ("claims", cycle.slug), paid, shown=runs)]),
    ]
    return Found(parts, felt, whose)


def _asked(cycle: Cycle, now: datetime) -> list[Measure]:
    process = process_reviewing.of(cycle)
    page = ("process", cycle.slug)
    if process is None:
        note = _("Nobody was asked yet. Each side is asked at the close of the cycle and again six months later.")
        return [Measure("M-20", _("What each side says of the work together"), [], page, note)]
    answers = process_reviewing.answers_of(process)
    found = process_reviewing.results(process, answers, now=now)
    measures = []
    for one in found:
        lines = [_of_side(line, one) for line in one.lines]
        name = _("{text} ({moment})", text=str(one.question.text), moment=str(how_it_went.MOMENTS[one.moment]).lower())
        measures.append(Measure(one.question.code[:4], name, lines, page))
    gaps = [measured.number(gap.stage, _("{n} points", n=gap.points), gap.words) for gap in how_it_went.gaps(found)]
    if gaps:
        measures.append(Measure("M-22", _("How far the two sides are apart"), gaps, page))
    return sorted(measures, key=lambda m: m.code)


def _of_side(line: how_it_went.SideLine, one: how_it_went.Result) -> Line:
    if not line.answered:
        return Line(line.title, words=measured.NOBODY)
    if line.hidden:
        return Line(line.title, hidden=True)
    if line.share is not None:
        return measured.asked(line.title, line.share.good, line.share.answered, line.share.invited, one.target)
    spread = ", ".join(f"{words}: {n}" for words, n in line.spread)
    return Line(
        line.title, "", _("{spread} (of {n} who answered, of {of} invited)", spread=spread, n=line.answered, of=line.invited), few=line.few
    )


def _loop(cycle: Cycle, now: datetime) -> Measure:
    lines = []
    for loop in feedback_loop.feedback_loop(cycle, now=now):
        lines.append(measured.of_record(loop.what, loop.answered, loop.said))
        if loop.said:
            became = ", ".join(f"{label}: {n}" for __, label, n in loop.statuses)
            lines.append(
                measured.number(
                    "",
                    _("{n} days", n=loop.days_words or "–"),
                    _("to the first answer, in the middle. {became}. Overdue now: {n}", became=became, n=loop.overdue),
                )
            )
    return Measure("M-23", _("How many have an answer"), lines, ("feedback_loop", cycle.slug))


def _influence(cycle: Cycle, found: influence.Influence) -> Measure:
    kinds = {"outcomes": _("outcomes"), "indicators": _("indicators"), "clauses": _("clauses")}
    lines = [
        measured.of_record(
            _("{group}: {kind} that began there", group=tally.GROUPS[share.group], kind=words), share.began[kind], found.totals[kind]
        )
        for kind, words in kinds.items()
        for share in found.shares
        if share.group in tally.GROUPS
    ]
    for one in found.sizes:
        who = _("{size} voluntary organisations: clauses with words of theirs", size=SIZES.get(one.size, one.size))
        lines.append(Line(who, hidden=True) if one.hidden else measured.of_record(who, one.behind["clauses"], found.totals["clauses"]))
    return Measure("M-24", _("Whose words are in the final text"), lines, ("influence", cycle.slug))


def _reach(cycle: Cycle) -> list[Measure]:
    found = reach.reach_in(cycle)
    mapped = len(found.looks)
    lines = [measured.of_record(words, sum(found.counts(step).values()), mapped) for step, words in reach.STEPS.items() if step != "mapped"]
    people = []
    for title, __, total in found.citizen_lines():
        few = total is None or 0 < total < 5
        people.append(Line(title, hidden=True) if few else measured.number(title, total, _("people")))
    page = ("reach", cycle.slug)
    return [
        Measure("M-25", _("How far word came: organisations on the map"), lines, page),
        Measure("M-25", _("How far word came: citizens"), people, page),
    ]


def _traced(cycle: Cycle) -> Measure:
    needs = answering_needs.trace(cycle).needs
    behind = list(Clause.objects.filter(specification__cycle=cycle).values_list("outcome", flat=True))
    full = sum(1 for outcome in behind if outcome is not None and needs.get(outcome))
    law = sum(1 for outcome in behind if outcome is None)
    lines = [
        measured.of_record(_("Clauses that go all the way back to a need"), full, len(behind)),
        measured.number(_("Clauses that come from the law or a standard"), law),
    ]
    return Measure("M-26", _("Clauses that can be walked back"), lines, ("thread", cycle.slug))


def _duties(cycle: Cycle) -> Measure:
    found = duties.figures(duties.looks(cycle))
    lines = [
        measured.of_record(_("Records that are there"), found.written, found.musts),
        measured.of_record(_("On record before the start"), found.before_start, found.musts),
        measured.number(_("Left out by a waiver"), found.waivers),
    ]
    return Measure("M-27", _("Duty records"), lines, ("duties", cycle.slug))


def _weighting(cycle: Cycle) -> Measure:
    content, page = advising.as_content(cycle), ("weighting", cycle.slug)
    name = _("Share of the evaluation score for social value")
    if not content:
        return Measure("M-28", name, [], page, _("No shares are proposed yet."))
    lines = [measured.number(_("Proposed"), f"{one['social_value']}%", one["reason"]) for one in content["proposed"][-1:]]
    lines += [
        measured.number(tally.GROUPS[row["group"]], f"{row['share']}%", _("advised in the middle, by {n}", n=row["n"]))
        for row in content["advised"]
    ]
    if content["social_value"] is not None:
        lines.append(measured.number(_("Adopted"), f"{content['social_value']}%", content["reason"] or _("no reason is on record")))
    return Measure("M-28", name, lines, page)


def _practice(cycle: Cycle, now: datetime) -> list[Measure]:
    rows = principles.look(cycle, now)
    shown = sum(1 for row in rows if row.standing.state == "shown")
    marks = []
    for row in shifts.look(cycle, now=now):
        places = [f"{mark.label}: {mark.number}" for mark in row.marks]
        marks.append(measured.number(row.shift.end, "", "; ".join(places) or _("too little is known yet")))
    return [
        Measure(
            "M-34",
            _("Eight principles of good commissioning"),
            [measured.of_record(_("Shown by the record"), shown, len(rows))],
            ("principles", cycle.slug),
        ),
        Measure("M-34", _("Seven shifts, from 1 to 5"), marks, ("shifts", cycle.slug)),
    ]


def _returns(cycle: Cycle) -> list[Measure]:
    lines, rows = progress.lines_of(cycle)
    counted = return_looks.counted(rows)
    flags = concerns.flags_of(cycle)
    days = [look.days for look in flags if look.days is not None]
    follow = [
        measured.of_record(_("Returns that came in time"), counted["in_time"], counted["asked"]),
        measured.number(_("Returns that did not come"), counted["missing"]),
        measured.of_record(_("Concerns of providers that were answered"), len(days), len(flags)),
    ]
    if days:
        follow.append(measured.number(_("Days to the answer, in the middle"), f"{median(days):g}"))
    stand = [
        measured.of_record(_("{kind}: {how}", kind=one["words"], how=words), n, one["n"])
        for one in progress.standings_counted(lines)
        if one["n"]
        for __, words, n in one["counts"]
    ]
    hours = []
    for one in progress.hours_of(rows):
        for bar in one.bars:
            spent = _("{n} hours", n=f"{bar.spent:g}") if bar.spent is not None else _("not said")
            hours.append(
                measured.number(
                    _("{who}, quarter {n}", who=str(one.award.provider), n=bar.quarter), spent, _("planned: {n}", n=f"{bar.planned:g}")
                )
            )
    return [
        Measure("M-29", _("Returns and concerns"), follow, ("returns", cycle.slug)),
        Measure(
            "M-30", _("How outcomes stand, counted and felt apart"), stand, ("results", cycle.slug), "" if stand else _("No reading yet.")
        ),
        Measure("M-31", _("Hours that reporting takes"), hours, ("results", cycle.slug), "" if hours else _("No return yet.")),
    ]


def _promises(cycle: Cycle, now: datetime) -> list[Measure]:
    lines: list[Line] = []
    for side, row in promised.by_side(promised.lines(cycle)):
        lines += [
            measured.of_record(_("{side}: {what}", side=side, what=words), row[code], sum(row.values()))
            for code, words in promises.LEDGER.items()
            if row[code]
        ]
    plan = plan_looks.by_side(plan_looks.lines(cycle, None, keeps_notes=False, now=now))
    done: list[Line] = []
    for one in plan:
        who = one.side or _("All together")
        done.append(measured.of_record(_("{side}: done", side=who), one.progress.done, one.progress.total - one.progress.dropped))
        done.append(measured.of_record(_("{side}: overdue", side=who), one.progress.late, one.progress.total - one.progress.dropped))
    adopted = [a for version in plan_looks.versions_of(cycle) for a in version.adoptions.all()]
    done += [measured.number(_("Adopted by"), a.body, _("adopted the plan")) for a in adopted]
    return [
        Measure(
            "M-32",
            _("Promises kept, late and broken, side by side"),
            lines,
            ("promises", cycle.slug),
            "" if lines else _("Nobody has promised anything yet."),
        ),
        Measure("M-33", _("The action plan"), done, ("plan", cycle.slug), "" if done else _("There is no action in the plan yet.")),
    ]


def _small(cycle: Cycle, now: datetime) -> Measure:
    signed, together = understanding.formed(cycle)
    helped = capacity.looks(cycle, None, today=timezone.localdate(now))
    lines = [
        measured.number(_("Memoranda that all parties signed"), signed),
        measured.number(_("Contracts that more than one organisation delivers"), together),
        measured.of_record(
            _("What the authority invested in so that more can provide: done"), sum(1 for one in helped if one.done), len(helped)
        ),
    ]
    note = _("This says how small organisations fared. It is never part of how a bid is judged. No bid is kept here.")
    return Measure("M-35", _("Small organisations working together"), lines, ("capacity", cycle.slug), note)
