"""The map of opinion: asking for it, drawing it in a worker with its progress, and keeping it while the answers are the same."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from commissioning.models import Contribution
from commissioning.small_groups import SMALLEST
from workshops import shape, tally, tasks
from workshops.announcing import announce
from workshops.models import Activity, Ballot, Opinion, OpinionMap, Seat, Workshop

NUMBERS = {"agree": 1, "disagree": -1, "pass": 0}
STUCK_AFTER = timedelta(minutes=5)
AGAIN_AFTER = timedelta(seconds=15)  # at most so often is a map drawn while people still answer

Votes = dict[tuple[int, int], int]  # voice and statement to 1, -1 or 0


def revision_of(workshop: Workshop, activity: Activity | None) -> str:
    """Names the present answers: it changes with every one. One query."""
    if activity is None:
        return str(Seat.objects.filter(ballot__workshop=workshop, ballot__method=Ballot.Method.POLIS).exclude(choice="").count())
    said = Opinion.objects.filter(activity=activity).aggregate(n=Count("pk"), last=Max("at"))
    return f"{said['n']}-{int(said['last'].timestamp() * 1000) if said['last'] else 0}"


def wanted(workshop: Workshop, activity: Activity | None, *, now: datetime) -> OpinionMap:
    """The map as it is, having asked for a new one when the answers have changed; asked for twice, it is drawn once."""
    revision = revision_of(workshop, activity)
    with transaction.atomic():
        kept, made = OpinionMap.objects.get_or_create(workshop=workshop, activity=activity, defaults={"asked_at": now})
        if not made:
            kept = OpinionMap.objects.select_for_update(no_key=True).get(pk=kept.pk)
        waiting = kept.state in (OpinionMap.State.QUEUED, OpinionMap.State.DRAWING) and now - kept.asked_at < STUCK_AFTER
        fresh = kept.state == OpinionMap.State.READY and (kept.revision == revision or now - kept.asked_at < AGAIN_AFTER)
        failed = kept.state == OpinionMap.State.FAILED and now - kept.asked_at < AGAIN_AFTER
        if made or not (waiting or fresh or failed):
            kept.state, kept.progress, kept.asked_at = OpinionMap.State.QUEUED, 0, now
            kept.save(update_fields=["state", "progress", "asked_at"])
            tasks.draw_opinion_map.delay_on_commit(kept.pk)
    return kept


def draw(map_id: int, *, now: Callable[[], datetime]) -> None:
    """Draw a map and keep it. Safe to run twice: drawn from the same answers it comes out the same."""
    kept = OpinionMap.objects.select_related("workshop", "activity").get(pk=map_id)

    def reached(percent: int) -> None:
        OpinionMap.objects.filter(pk=map_id).update(state=OpinionMap.State.DRAWING, progress=percent)

    reached(5)
    revision = revision_of(kept.workshop, kept.activity)
    said = _conversation(kept.workshop) if kept.activity is None else _answers(kept.activity)
    reached(25)
    try:
        found = _found(said, reached)
    except Exception:
        OpinionMap.objects.filter(pk=map_id).update(state=OpinionMap.State.FAILED, done_at=now())
        raise
    ready = {"state": OpinionMap.State.READY, "progress": 100, "revision": revision, "found": found, "done_at": now()}
    OpinionMap.objects.filter(pk=map_id).update(**ready)
    with transaction.atomic():
        announce(kept.workshop_id, f"scores-{kept.workshop_id}")


@dataclass
class Answers:
    """What was said: votes, the declared group of each voice, and the statements that people may not read any more."""

    votes: Votes
    groups: dict[int, str]
    gone: set[int]


def _answers(activity: Activity) -> Answers:
    """The answers of an activity; organisations are numbered below nothing."""
    rows = Opinion.objects.filter(activity=activity).values_list("participant", "organisation", "contribution", "group", "answer")
    return _gathered((p if p is not None else -o, s, g, a) for p, o, s, g, a in rows.iterator(chunk_size=5000))


def _conversation(workshop: Workshop) -> Answers:
    """The last vote of each person of an imported conversation on each statement; all are citizens there."""
    seats = Seat.objects.filter(ballot__workshop=workshop, ballot__method=Ballot.Method.POLIS).exclude(choice="")
    rows = seats.values_list("participant", "ballot__proposal__contribution", "group", "choice")
    return _gathered(rows.iterator(chunk_size=5000))


def _gathered(rows: Iterable[tuple[int, int, str, str]]) -> Answers:
    said = Answers({}, {}, set())
    for voice, statement, group, answer in rows:
        said.votes[voice, statement] = NUMBERS[answer]
        said.groups[voice] = group
    statements = {statement for __, statement in said.votes}
    said.gone = statements - set(Contribution.objects.shown().filter(pk__in=statements).values_list("pk", flat=True))
    return said


def _found(said: Answers, reached: Callable[[int], None]) -> dict[str, Any]:
    """Everything the page shows, in numbers: groups that formed, declared groups, and what needs votes."""
    from workshops import opinions  # noqa: PLC0415 (numpy and scikit-learn: a process that serves pages never loads them)

    votes, groups = said.votes, said.groups
    statements = sorted({statement for __, statement in votes})
    formed = opinions.find(votes, statements, said.gone) if statements else opinions.Opinions({}, {}, 0, ())
    reached(70)
    sizes = [n for __, n in sorted(Counter(formed.placed.values()).items())]
    by_formed = {one.statement: one.by_group for one in formed.statements}
    codes = [code for code in tally.GROUPS if code in set(groups.values())]
    by_declared = {statement: counts for statement, counts in _by_declared(votes, groups, codes).items() if statement not in said.gone}
    declared_sizes = [sum(1 for group in groups.values() if group == code) for code in codes]
    reached(90)
    return {
        "people": len(groups),
        "placed": len(formed.placed),
        "too_small": sum(size for size in sizes if size < SMALLEST),
        "regions": [asdict(one) for one in shape.regions(formed.places, formed.placed, sizes)],
        "formed": shape.as_json(shape.findings(by_formed, sizes)),
        "codes": [code for code, size in zip(codes, declared_sizes, strict=True) if size >= SMALLEST],
        "declared": shape.as_json(shape.findings(by_declared, declared_sizes)),
        "mixed": _mixed(formed.placed, groups, codes),
        "needs": shape.needs_votes(by_declared),
        "votes": len(votes),
        "statements": len(by_declared),
    }


def _by_declared(votes: Votes, groups: dict[int, str], codes: list[str]) -> dict[int, list[shape.Counts]]:
    place = {code: at for at, code in enumerate(codes)}
    kinds = {1: 0, -1: 1, 0: 2}
    counted: dict[int, list[list[int]]] = {}
    for (voice, statement), vote in votes.items():
        row = counted.setdefault(statement, [[0, 0, 0] for __ in codes])
        row[place[groups[voice]]][kinds[vote]] += 1
    return {statement: [(a, b, c) for a, b, c in row] for statement, row in counted.items()}


def _mixed(placed: dict[int, int], groups: dict[int, str], codes: list[str]) -> dict[str, dict[str, int]]:
    """How many of each declared group are in each group that formed; all or none, so that nobody is worked out by taking away."""
    counted = Counter((its, groups[voice]) for voice, its in placed.items())
    sizes = Counter(placed.values())
    if any(0 < n < SMALLEST for n in counted.values()) or any(n < SMALLEST for n in sizes.values()):
        return {}
    return {str(its): {code: counted[its, code] for code in codes} for its in sizes}
