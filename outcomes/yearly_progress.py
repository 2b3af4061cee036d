"""A year's progress of each outcome: what the returns say, what people say, why. A draft, then frozen and public (RV-09)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import (
    composing,
    public_looks,
    quarters,
    returned_figures,
    voice_looks,
    voices,
    yearly_progress_letters,
    yearly_progress_rules,
)
from outcomes.models import Finding, Outcome, ProgressYear, Story
from outcomes.returned_figures import Line

DECIDED = ("discussed", "agreed", "carried")


@dataclass(frozen=True)
class Span:
    """One year: its number, first and last day."""

    year: int
    first: date
    last: date


def span_of(cycle: Cycle, year: int) -> Span:
    """The days of a year: of the contract once there is one, before that from the day the cycle opened."""
    starts = returned_figures.contract_start(cycle) or timezone.localdate(cycle.opened_at)
    return Span(year, quarters.months_after(starts, 12 * (year - 1)), quarters.months_after(starts, 12 * year) - timedelta(days=1))


def this_year(cycle: Cycle, today: date) -> int:
    """Which year a day is in, from 1."""
    starts = returned_figures.contract_start(cycle) or timezone.localdate(cycle.opened_at)
    return yearly_progress_rules.year_of(max(1, quarters.at(starts, today)))


def content_of(cycle: Cycle, year: int, today: date) -> dict[str, Any]:
    """A year as plain data in a fixed order, with nothing personal in it: stories stand as numbers, so one taken back is gone at once."""
    span = span_of(cycle, year)
    listed = voices.outcomes_asked(cycle)
    lines = returned_figures.lines_of(cycle, min(today, span.last + quarters.DUE_AFTER + timedelta(days=1)))
    said = {r.outcome.pk: r for r in voice_looks.results_of(cycle, listed, first=span.first, last=span.last)}
    findings, stories = _findings(cycle, span), _stories(cycle, year)
    rows = [
        _row(outcome, year, lines.get(outcome.pk, []), said[outcome.pk], findings[outcome.pk], stories[outcome.pk]) for outcome in listed
    ]
    return {
        "cycle": {"slug": cycle.slug, "title": cycle.title, "service": cycle.service.name, "authority": cycle.authority.name},
        "year": year,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "outcomes": rows,
        "findings": findings[None],
    }


def _row(
    outcome: Outcome, year: int, lines: list[Line], said: voice_looks.Result, findings: list[Any], stories: list[int]
) -> dict[str, Any]:
    here = yearly_progress_rules.quarters_of(year)
    signs = [[cell.standing for cell in line.cells if cell.quarter in here] for line in lines]
    judged = yearly_progress_rules.verdict([sign for sign in signs if sign] or signs)
    return {
        "id": outcome.pk,
        "code": outcome.code,
        "statement": outcome.statement,
        "language": outcome.language,
        "for_whom": outcome.for_whom,
        "standing": judged.standing,
        "why": str(judged.why),
        "signs": [_sign(line, here) for line in lines],
        "voices": {"n": said.whole.n, "yes": said.whole.yes, "hidden": said.whole.hidden, "counts": dict_of(said.whole.counts)},
        "findings": findings,
        "stories": stories,
    }


def dict_of(counts: tuple[tuple[int, int], ...]) -> dict[str, int]:
    """Ratings with how many chose each, as JSON keeps them."""
    return {str(rating): n for rating, n in counts}


def _sign(line: Line, here: range) -> dict[str, Any]:
    measure = line.measure
    cells = [{"quarter": c.quarter, "standing": c.standing, "amount": c.amount} for c in line.cells if c.quarter in here]
    return {
        "code": measure.code,
        "text": measure.text,
        "soft": measure.soft,
        "target": line.target,
        "unit": measure.unit,
        "provider": line.award.provider.name,
        "lot": line.award.lot.number,
        "quarters": cells,
    }


def _findings(cycle: Cycle, span: Span) -> dict[int | None, list[dict[str, str]]]:
    """What reviews of the year found and decided, with why; by outcome, and under None what is about none."""
    found: dict[int | None, list[dict[str, str]]] = defaultdict(list)
    in_year = Q(review__quarter__in=yearly_progress_rules.quarters_of(span.year))
    for one in Finding.objects.filter(in_year, review__cycle=cycle, state__in=DECIDED).exclude(decided="").select_related("review"):
        row = {"code": one.code, "text": one.text, "decided": one.decided, "because": one.because, "review": one.review.title}
        found[one.outcome_id].append(row)
    return found


def _stories(cycle: Cycle, year: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    told = Story.objects.filter(returned_figures.in_story(cycle), reading__returned__quarter__in=yearly_progress_rules.quarters_of(year))
    for pk, outcome in told.exclude(outcome=None).order_by("pk").values_list("pk", "outcome"):
        found[outcome or 0].append(pk)
    return found


def publish(cycle: Cycle, *, year: int, because: str = "", by: Participant, now: datetime) -> ProgressYear:
    """Freeze a year and publish it; where it changed since it was published, as the next version with a reason. The same again is none.

    Whoever left an address with an answer gets the summary of it, once.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("authority", "service").get(pk=cycle.pk)
        if cycle.public_at is None:
            raise Refused(_("Publish the public page of this cycle first. A year’s progress is part of it."))
        if not 1 <= year <= this_year(cycle, timezone.localdate(now)):
            raise Refused(_("This year has not begun yet."))
        content = on_record(lambda: content_of(cycle, year, timezone.localdate(now)))
        if not content["outcomes"]:
            raise Refused(_("There is no outcome in the framework yet, so there is no progress to publish."))
        mark, last = composing.content_hash(content), ProgressYear.objects.filter(cycle=cycle, year=year).last()
        if last is not None and last.content_hash == mark:
            return last
        words = clean_words(because, 500) if last is not None else ""
        made = ProgressYear.objects.create(
            cycle=cycle,
            year=year,
            version=last.version + 1 if last else 1,
            content=content,
            content_hash=mark,
            changed_because=words,
            by=by,
            at=now,
        )
        what = _("The progress of year {y} was published, version {v}", y=year, v=made.version)
        minutes.record(cycle, "progress", what, by=by, now=now, why=words or mark)
        yearly_progress_letters.ask_for(made, now=now)
    return made


def published_in(cycle: Cycle) -> list[ProgressYear]:
    """Every version that was published, the newest of each year first."""
    return list(ProgressYear.objects.filter(cycle=cycle).order_by("-year", "-version"))


def told_in(cycles: Collection[Cycle]) -> public_looks.ToldOf:
    """What was published of each cycle, as the feed tells it."""
    told: public_looks.ToldOf = {cycle.pk: [] for cycle in cycles}
    slugs = {cycle.pk: cycle.slug for cycle in cycles}
    for one in ProgressYear.objects.filter(cycle__in=cycles).defer("content").order_by("-at"):
        title = _("year {y}, version {v}", y=one.year, v=one.version)
        link = reverse("progress_year", args=[slugs[one.cycle_id], one.year, one.version])
        told[one.cycle_id].append(public_looks.Told(f"{one.year}.{one.version}", str(title), one.changed_because, one.at, link))
    return told


def with_words(content: dict[str, Any], cycle: Cycle) -> dict[str, Any]:
    """A published year as it may be read today: with the stories whose consent still stands, and each standing in words."""
    ids = [pk for row in content["outcomes"] for pk in row["stories"]]
    told = dict(Story.objects.filter(returned_figures.in_story(cycle), pk__in=ids).values_list("pk", "words"))
    decided = dict(Finding.Decided.choices)
    rows = [
        row
        | {
            "standing_words": yearly_progress_rules.WORDS[row["standing"]],
            "look": yearly_progress_rules.LOOKS[row["standing"]],
            "told": [told[pk] for pk in row["stories"] if pk in told],
            "gone": sum(1 for pk in row["stories"] if pk not in told),
            "findings": [f | {"decided_words": decided.get(f["decided"], "")} for f in row["findings"]],
            "signs": [s | {"quarters": [_in_words(c) for c in s["quarters"]]} for s in row["signs"]],
            "percent": round(100 * row["voices"]["yes"] / row["voices"]["n"]) if row["voices"]["n"] else 0,
            "few": row["voices"]["n"] < 50,
        }
        for row in content["outcomes"]
    ]
    first, last = date.fromisoformat(content["first"]), date.fromisoformat(content["last"])
    others = [f | {"decided_words": decided.get(f["decided"], "")} for f in content["findings"]]
    return content | {"outcomes": rows, "findings": others, "first": first, "last": last}


def _in_words(cell: dict[str, Any]) -> dict[str, Any]:
    return cell | {"words": yearly_progress_rules.WORDS[cell["standing"]], "look": yearly_progress_rules.LOOKS[cell["standing"]]}
