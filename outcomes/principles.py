"""The eight principles as a living page: what the record says of each, and what the authority adds (P8-1 to P8-8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from commissioning import minutes, needs, policy, provider_map, roles
from commissioning.contributing import clean_words
from commissioning.linking import why_not_link
from commissioning.models import Contribution, Cycle, Group, Participant, PrincipleAnswer
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes import practice, process_reviewing
from outcomes.models import Clause, SpecificationVersion
from outcomes.principle_rules import Facts, Standing, judge
from outcomes.threading_back import roots_of
from workshops.models import Attendance, PulseAnswer, Workshop
from workshops.pulse import CLOSE


def _route_appraised(cycle: Cycle) -> bool | None:
    """At least two ways were considered, and one was chosen with its reason."""
    chosen = list(cycle.routes.values_list("chosen_at", flat=True))
    return (len(chosen) > 1 and any(chosen)) if chosen else None


def _shape_checked(cycle: Cycle) -> bool | None:
    """A shape of the contract was looked at in the open, and organisations said what they could carry."""
    return cycle.means.exists() if cycle.shapes.exists() else None


def _map_reviewed(cycle: Cycle) -> bool | None:
    """Somebody looked through the map of providers and said so."""
    return cycle.map_reviews.exists() if provider_map.entries_of(cycle).exists() else None


def _gaps_noted(cycle: Cycle) -> bool | None:
    """The map was reviewed, and no gap has come since."""
    return provider_map.principle_four(cycle).met if _map_reviewed(cycle) else None


def _fairness_log(cycle: Cycle) -> bool | None:
    """Something was released, so that there is a log of who had what when."""
    return True if cycle.releases.filter(sent_at__isnull=False).exists() else None


def _process_reviewed(cycle: Cycle) -> bool | None:
    """Every side was asked how the work together went, and the questions are closed."""
    process = process_reviewing.of(cycle)
    return process.closed_at is not None if process is not None else None


def _process_answered(cycle: Cycle) -> bool:
    """Everything people wrote about it has an answer."""
    return not process_reviewing.words_of(cycle).unanswered().exists()


# Facts that other parts of the product record, and how each is read. The names are those of `principle_rules.Facts`.
RECORDED_BY: dict[str, Callable[[Cycle], bool | None]] = {
    "route_appraised": _route_appraised,
    "shape_checked": _shape_checked,
    "map_reviewed": _map_reviewed,
    "gaps_noted": _gaps_noted,
    "fairness_log": _fairness_log,
    "process_reviewed": _process_reviewed,
    "process_answered": _process_answered,
}


@dataclass
class Shown:
    """One principle as its page shows it."""

    principle: practice.Principle
    standing: Standing
    answer: PrincipleAnswer | None
    before: list[PrincipleAnswer]
    link: str = ""  # of the answer, where its reader can follow it


def facts_of(cycle: Cycle, now: datetime) -> Facts:
    """Everything the record says that the principles need; the same few queries however much there is."""
    behind = needs.groups_behind(cycle).values()
    first = SpecificationVersion.objects.filter(specification__cycle=cycle).order_by("number").first()
    closed = Workshop.objects.filter(cycle=cycle, closed_at__isnull=False, parent=None)
    asked = closed.count()
    answered = PulseAnswer.objects.filter(workshop__in=closed, moment=CLOSE).values("workshop").distinct().count()
    return Facts(
        needs=len(behind),
        needs_by_vso=sum(1 for groups in behind if Group.VSO in groups),
        first_meeting=_first_meeting(cycle),
        specification_on=(first.at if first else now).date(),
        signed_off=first is not None,
        minimum_days=practice.minimum_days(timezone.localdate(cycle.opened_at)),
        open_invitation=cycle.public_at is not None,
        asked_how_it_went=asked,
        said_how_it_went=answered,
        answers={a.code: a.kind for a in PrincipleAnswer.objects.filter(cycle=cycle)},
        **_clauses(cycle),
        **_elsewhere(cycle),
    )


def _elsewhere(cycle: Cycle) -> dict[str, Any]:
    return {name: read(cycle) for name, read in RECORDED_BY.items()}


def _first_meeting(cycle: Cycle) -> Any:
    """The day on which possible providers first came: voluntary organisations, and whoever provides or may bid."""
    interests = ("current_provider", "potential_bidder")
    provider = Q(participant__group="vso") | Q(participant__interests__kind__in=interests)
    came = Attendance.objects.filter(provider, workshop__cycle=cycle, workshop__called_off_because="")
    at = came.aggregate(first=Min("first_at"))["first"]
    return timezone.localdate(at) if at else None


def _clauses(cycle: Cycle) -> dict[str, Any]:
    """How many clauses there are, how many go back to a citizen's words, and how many come from law."""
    listed = list(Clause.objects.filter(specification__cycle=cycle).select_related("outcome__decision__agreement__proposal"))
    behind = {c.pk: c.outcome.decision.agreement.proposal for c in listed if c.outcome is not None}
    roots = roots_of(list(behind.values())) if behind else {}
    every = set().union(*roots.values()) if roots else set()
    citizens = set(Contribution.objects.open_to_all().filter(pk__in=every, group="citizen").values_list("pk", flat=True))
    return {
        "clauses": len(listed),
        "clauses_from_citizens": sum(1 for proposal in behind.values() if roots[proposal.pk] & citizens),
        "clauses_by_law": len(listed) - len(behind),
    }


def look(cycle: Cycle, now: datetime) -> list[Shown]:
    """The eight principles, each with where it stands and what the authority says."""
    facts = facts_of(cycle, now)
    said: dict[str, list[PrincipleAnswer]] = {}
    for answer in PrincipleAnswer.objects.filter(cycle=cycle).select_related("by"):
        said.setdefault(answer.code, []).insert(0, answer)
    rows = []
    for code, principle in practice.principles().items():
        mine = said.get(code, [])
        rows.append(Shown(principle, judge(code, facts, consider=principle.consider), mine[0] if mine else None, mine[1:]))
    return rows


def answer(cycle: Cycle, code: str, *, kind: str, words: str, link: str = "", by: Participant, now: datetime) -> PrincipleAnswer:
    """Say what the authority did about a principle, or why it declined. What was said before stays to be read.

    Raises `Refused` where the wording leaves no room to decline, and without words.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    principle = practice.principles().get(code)
    if principle is None or kind not in PrincipleAnswer.Kind.values:
        raise Refused(_("Choose what the authority did about this principle."))
    if kind == PrincipleAnswer.Kind.DECLINED and not principle.consider:
        raise Refused(_("This principle does not say “consider”, so it cannot be declined. Say what was done."))
    require(why_not_link(link.strip()))
    kept = {"kind": kind, "words": clean_words(words, 1000), "link": link.strip()}
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        last = PrincipleAnswer.objects.filter(cycle=cycle, code=code).last()
        if last is not None and all(getattr(last, name) == value for name, value in kept.items()):
            return last
        made = PrincipleAnswer.objects.create(cycle=cycle, code=code, by=by, at=now, **kept)
        what = _("{principle}: {kind}", principle=principle.title, kind=PrincipleAnswer.Kind(kind).label)
        minutes.record(cycle, "principle", what, by=by, now=now, why=made.words)
    return made
