"""Editing what stands around an adopted outcome, and retiring one: its agreed words are never changed here (PS-07)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from commissioning import minutes
from commissioning.contributing import clean_words, words_if_any
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused, Sentence
from commissioning.sentences import Sentence as _
from outcomes import seen
from outcomes.adopting import held
from outcomes.framework_content import DIMENSIONS
from outcomes.models import Clause, CoverageReason, Criterion, Finding, Framework, Measure, Outcome

NAMES = {"social": _("social"), "economic": _("economic"), "environmental": _("environmental")}


@dataclass(frozen=True)
class Around:
    """What may be said of an outcome without asking the room again."""

    dimensions: frozenset[str]
    horizon: str
    benefits_beyond: str = ""
    prevents: bool = False
    prevents_what: str = ""


def around_of(outcome: Outcome) -> dict[str, object]:
    """What is said around an outcome, as it stands."""
    return {name: getattr(outcome, name) for name in ("horizon", "benefits_beyond", "prevents", "prevents_what", *DIMENSIONS)}


def describe_outcome(outcome: Outcome, around: Around, *, by: Participant, now: datetime, saw: str = "") -> None:
    """Say what an outcome improves, when it can show, who else benefits and whether it prevents a later need.

    `saw` is the mark of what the writer saw: raises `SomebodyElseSaved` when another officer saved meanwhile.
    The same again changes nothing. Raises `Refused` once frozen, retired, or without a dimension.
    """
    if not around.dimensions or around.dimensions - set(DIMENSIONS):
        raise Refused(_("Say whether it is social, economic or environmental."))
    if around.horizon not in Outcome.Horizon.values:
        raise Refused(_("Say when it can show: within a year, in one to three years, or later."))
    if around.prevents_what.strip() and not around.prevents:
        raise Refused(_("You named a later need. Tick that this outcome prevents it, or leave the words out."))
    words = {
        "horizon": around.horizon,
        "benefits_beyond": words_if_any(around.benefits_beyond, 300),
        "prevents": around.prevents,
        "prevents_what": words_if_any(around.prevents_what, 300),
        **{name: name in around.dimensions for name in DIMENSIONS},
    }
    with transaction.atomic():
        framework = held(Framework.objects.get(themes__outcomes=outcome.pk), by)
        outcome = _standing(outcome)
        if words == around_of(outcome):
            return
        seen.check(saw, around_of(outcome))
        for name, value in words.items():
            setattr(outcome, name, value)
        outcome.save(update_fields=list(words))
        minutes.record(framework.cycle, "outcome", _("Outcome {code}: what it is for", code=outcome.code), by=by, now=now)


def _standing(outcome: Outcome) -> Outcome:
    locked = Outcome.objects.select_for_update(no_key=True, of=("self",)).get(pk=outcome.pk)
    if locked.retired_at is not None:
        raise Refused(_("This outcome was retired. It stays as it was."))
    return locked


def say_why_none(framework: Framework, *, dimension: str, reason: str, by: Participant, now: datetime) -> None:
    """Say why no outcome is social, economic or environmental (PL-09); everybody in the cycle reads it. The newest stands."""
    if dimension not in DIMENSIONS:
        raise Refused(_("Say whether it is social, economic or environmental."))
    words = clean_words(reason, 500)
    with transaction.atomic():
        framework = held(framework, by)
        if Outcome.objects.standing().filter(theme__framework=framework, **{dimension: True}).exists():
            raise Refused(_("There is such an outcome already, so there is no gap to explain."))
        last = framework.coverage_reasons.filter(dimension=dimension).last()
        if last is not None and last.reason == words:
            return
        CoverageReason.objects.create(framework=framework, dimension=dimension, reason=words, by=by, at=now)
        what = _("Why no outcome is {name}", name=NAMES[dimension])
        minutes.record(framework.cycle, "coverage", what, by=by, now=now, why=words)


# Retiring


@dataclass(frozen=True)
class Citation:
    """One place that names an outcome: what it is, its words and its page."""

    what: Sentence
    text: str
    page: str = ""


def cited_by(outcome: Outcome, cycle: Cycle) -> list[Citation]:
    """Everything that names an outcome now: clauses, criteria, measures, findings. A fixed number of queries."""
    slug = cycle.slug
    found = [
        Citation(_("Clause {n}", n=one.label), one.text, reverse("clause", args=[slug, one.pk]))
        for one in Clause.objects.filter(outcome=outcome)
    ]
    standing = Criterion.objects.filter(outcome=outcome).exclude(state=Criterion.State.WITHDRAWN)
    found += [
        Citation(_("Criterion {code}", code=one.code), one.question, reverse("criterion", args=[slug, one.number])) for one in standing
    ]
    measured = Measure.objects.filter(indicator__outcome=outcome, retired_at=None)
    found += [Citation(_("Measure {code}", code=one.code), one.text, reverse("measure", args=[slug, one.number])) for one in measured]
    found += [
        Citation(_("Finding {code}", code=one.code), one.text, reverse("finding", args=[slug, one.number]))
        for one in Finding.objects.filter(outcome=outcome)
    ]
    return found


class StillCited(Refused):
    """An outcome that something names cannot be retired: the places are shown."""

    def __init__(self, cited: list[Citation]) -> None:
        places = ", ".join(str(one.what) for one in cited[:10])
        super().__init__(
            _("This outcome is named elsewhere, so it cannot be retired yet: {places}. Take it out there first.", places=places)
        )
        self.cited = cited


def retire(outcome: Outcome, *, reason: str, by: Participant, now: datetime) -> None:
    """Take an outcome out of the drafts with a reason everybody reads; versions frozen before keep it. Twice is once.

    Raises `StillCited` while a clause, a criterion, a measure or a finding names it.
    """
    words = clean_words(reason, 500)
    with transaction.atomic():
        framework = held(Framework.objects.get(themes__outcomes=outcome.pk), by)
        outcome = Outcome.objects.select_for_update(no_key=True, of=("self",)).get(pk=outcome.pk)
        if outcome.retired_at is not None:
            return
        cited = cited_by(outcome, framework.cycle)
        if cited:
            raise StillCited(cited)
        outcome.retired_at, outcome.retired_because = now, words
        outcome.save(update_fields=["retired_at", "retired_because"])
        what = _("Outcome {code} was retired: {text}", code=outcome.code, text=outcome.statement)
        minutes.record(framework.cycle, "retire outcome", what, by=by, now=now, why=words)
