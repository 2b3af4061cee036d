"""How far each thing somebody said has gone, step by step, from a need to the need of the next cycle (FB-03, FB-06)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator

from commissioning.models import Cycle, Need, Origin, Participant
from commissioning.sentences import Sentence as _
from outcomes import returned_figures, thread_onward, travel_words, voice_looks, yearly_progress_rules
from outcomes.models import (
    Criterion,
    Finding,
    LastLook,
    Measure,
    NeedAnswered,
    Outcome,
    Reading,
    SpecificationVersion,
)
from outcomes.thread_onward import Everything
from outcomes.threading_back import Journey, journeys
from outcomes.travel_words import Step

SAME_LOOK = timedelta(minutes=30)  # reloading the page keeps what is new on it


@dataclass
class Beyond:
    """Everything of a cycle that comes after what people said, read at once: a fixed number of queries."""

    cycle: Cycle
    later: Everything
    needs: dict[int, Need] = field(default_factory=dict)  # by contribution
    needs_at: dict[int, datetime] = field(default_factory=dict)
    signed: dict[int, tuple[str, datetime]] = field(default_factory=dict)  # by clause: its number and since when it is signed off
    answers: dict[int, set[int]] = field(default_factory=dict)  # by need: the outcomes that answer it
    say: dict[int, voice_looks.Result] = field(default_factory=dict)


def read(cycle: Cycle, later: Everything | None = None) -> Beyond:
    """Read it; `later` when the thread after the specification was read already."""
    found = Beyond(cycle, later or thread_onward.of_cycle(cycle))
    _read_needs(found)
    for version in SpecificationVersion.objects.filter(specification__cycle=cycle).order_by("number"):
        for clause in version.content.get("clauses", ()):
            since = found.signed.get(clause["id"], ("", version.at))[1]
            found.signed[clause["id"]] = (clause["number"], since)
    by_need: dict[int, set[int]] = defaultdict(set)
    for need_pk, outcome in NeedAnswered.objects.filter(need__cycle=cycle).values_list("need", "outcome"):
        by_need[need_pk].add(outcome)
    found.answers = by_need
    about_outcomes = [f.outcome_id for f in found.later.findings if f.outcome_id and _is_over(f)]
    if about_outcomes:
        about = Outcome.objects.filter(pk__in=about_outcomes)
        found.say = {r.outcome.pk: r for r in voice_looks.results_of(cycle, about)}
    return found


def _is_over(finding: Finding) -> bool:
    """Whether a finding is agreed and says what follows from it; before that it is talk."""
    return bool(finding.decided) and finding.state in (Finding.State.AGREED, Finding.State.CARRIED)


def _read_needs(found: Beyond) -> None:
    for origin in Origin.objects.filter(need__cycle=found.cycle).select_related("need__merged_into"):
        need = origin.need
        while need is not None and need.merged_into is not None:
            need = need.merged_into
        if need is not None:
            found.needs[origin.contribution_id], found.needs_at[origin.contribution_id] = need, origin.at


def how_far(cycle: Cycle, walked: Iterable[Journey], beyond: Beyond | None = None) -> dict[int, list[Step]]:
    """For each contribution its steps in the order of the thread."""
    listed = list(walked)
    known = beyond or read(cycle, listed[0].later if listed else None)
    return {j.contribution.pk: sorted(_steps(j, known), key=lambda step: step.order) for j in listed}


def of(cycle: Cycle, contributions: Iterable[Any]) -> dict[int, list[Step]]:
    """The same from contributions alone."""
    return how_far(cycle, journeys(contributions))


def _steps(journey: Journey, known: Beyond) -> list[Step]:
    slug, steps = known.cycle.slug, []
    need = known.needs.get(journey.contribution.pk)
    if need is not None:
        says = _("Your words are behind need {n}.", n=need.number)
        link = reverse("need", args=[slug, need.number])
        steps.append(Step("need", f"{need.pk}", known.needs_at[journey.contribution.pk], says, link))
    cards = {p.pk: p for p in journey.proposals}
    for agreement in journey.agreements:
        if agreement.holds:
            card = cards.get(agreement.proposal_id)
            link = reverse("proposal", args=[card.workshop.slug, card.pk]) if card else ""
            steps.append(
                Step("agreement", f"{agreement.pk}", agreement.at, _("The room agreed on something your words are part of."), link)
            )
    for decision in journey.decisions:
        answer = decision.get_answer_display().lower()
        steps.append(Step("decision", f"{decision.pk}", decision.at, _("The authority answered: {answer}.", answer=answer)))
    for outcome in journey.outcomes:
        link = reverse("voice_result", args=[slug, outcome.pk])
        steps.append(
            Step("outcome", f"{outcome.pk}", outcome.decision.at, _("Your words are now outcome {code}.", code=outcome.code), link)
        )
    for clause in journey.clauses:
        if clause.pk in known.signed:
            number, since = known.signed[clause.pk]
            link = reverse("clause_thread", args=[slug, clause.pk])
            steps.append(Step("clause", f"{clause.pk}", since, _("Your words are now clause {n}.", n=number), link))
    return steps + _after(journey, need, known)


def _after(journey: Journey, need: Need | None, known: Beyond) -> list[Step]:
    outcomes = {o.pk for o in journey.outcomes} | (known.answers.get(need.pk, set()) if need else set())
    clauses = {c.pk for c in journey.clauses}
    cards = {p.pk for p in journey.proposals} | {p.for_outcome_id for p in journey.proposals if p.for_outcome_id}
    came = known.later.after(outcomes=outcomes, clauses=clauses, needs={need.pk} if need else set(), proposals=cards)
    asked = [c for c in came.criteria if c.state == Criterion.State.PUBLISHED]
    measures = [m for m in came.measures if m.retired_at is None]
    steps = [Step("criterion", f"{c.pk}", c.at, _("Bidders are asked about it: criterion {code}.", code=c.code)) for c in asked]
    for k in came.commitments:
        values = {"who": k.award.provider.name, "text": short(k.promise)}
        steps.append(Step("commitment", f"{k.pk}", k.at, _("{who} promised in the contract: {text}", **values)))
    steps += [Step("measure", f"{m.pk}", m.at, _("It is looked at in each return: {text}", text=short(m.text))) for m in measures]
    results = _results({m.pk: m for m in measures}, [r for r in came.readings if r.returned_id in known.later.latest])
    return steps + results + _found([f for f in came.findings if _is_over(f)], known)


def _results(measures: dict[int, Measure], readings: list[Reading]) -> list[Step]:
    steps = []
    for reading in readings:
        m, returned = measures.get(reading.measure_id), reading.returned
        if m is not None:
            standing = str(yearly_progress_rules.WORDS[reading.standing])
            amount, target = returned_figures.amount_of(reading), returned_figures.plain(m.target)
            says = travel_words.of_result(short(m.text), amount, target, m.unit, returned.quarter, standing)
            thing = f"{returned.award_id}-{m.pk}-{returned.quarter}-{returned.version}"
            steps.append(Step("result", thing, returned.submitted_at or returned.started_at, says))
    return steps


def _found(findings: list[Finding], known: Beyond) -> list[Step]:
    steps = []
    for finding in findings:
        values = {
            "title": finding.review.title,
            "text": short(finding.text),
            "what": finding.get_decided_display().lower(),
            "why": finding.because.rstrip("."),
        }
        says = _("The review “{title}” found: {text} What follows: {what}. Why: {why}.", **values)
        say = known.say.get(finding.outcome_id or 0)
        if say is not None and say.whole.n:  # what changed in life, not only in the text (FB-06)
            says = _("{found} People say: {say}.", found=says, say=say.says)
        at = finding.review.closed_at or finding.at
        steps.append(Step("finding", f"{finding.pk}", at, says))
        if finding.carried_to is not None:
            carried = _("It goes on as need {n} of {cycle}.", n=finding.carried_to.number, cycle=finding.carried_to.cycle.title)
            steps.append(Step("next", f"{finding.pk}", finding.carried_to.at, carried))
    return steps


def short(text: str) -> str:
    """The beginning of a text, cut at a word."""
    return str(Truncator(text).chars(160))


def day_of(step: Step) -> str:
    """The day of a step in words."""
    return date_format(step.at, "j F Y")


# On the person's own page


def with_steps(cycle: Cycle, walked: list[Journey]) -> list[Journey]:
    """These journeys, each with the steps that come after its clauses, for the page that shows them."""
    steps = how_far(cycle, walked)
    for journey in walked:
        journey.__dict__["all_steps"] = steps[journey.contribution.pk]
    return walked


def news_for(me: Participant, walked: list[Journey], *, now: datetime) -> dict[str, Any]:
    """What is new since somebody last looked, by contribution; remembers that they look now. The first look has no news."""
    with transaction.atomic():
        look, first = LastLook.objects.select_for_update(no_key=True).get_or_create(participant=me, defaults={"at": now})
        if not first and now - look.at > SAME_LOOK:
            look.before = look.at
        look.at = now
        look.save(update_fields=["before", "at"])
    since = look.before
    if since is None:
        return {"since": None, "news": []}
    fresh = [(j.contribution, [s for s in j.__dict__.get("all_steps", ()) if s.at > since]) for j in walked]
    return {"since": since, "news": [(said, steps) for said, steps in fresh if steps]}


def touching(cycle: Cycle) -> Q:
    """What somebody said under their own name, or their group's, and may be told about: nobody knows whose the rest is."""
    here = Q(cycle=cycle, withdrawn_at=None, held=False, moderation__gte=0)
    return here & Q(participant__voice=False, participant__withdrawn_at=None)
