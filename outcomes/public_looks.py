"""What everybody may read about a cycle: no personal names beyond roles, nothing that is not agreed to be public."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from commissioning import asking, convening, duties, quoting, starting
from commissioning import cycle as table
from commissioning.models import Cycle, Release
from commissioning.sentences import Sentence as _
from outcomes import (
    awarding,
    finding,
    noticing,
    open_data,
)
from outcomes.models import (
    Decision,
    Draft,
    Outcome,
    Specification,
    SpecificationVersion,
)
from workshops import promises
from workshops.models import Action, Workshop

MOST = 100  # rows in one part of the page


@dataclass(frozen=True)
class EventLook:
    """A workshop as the public page shows it."""

    workshop: Workshop
    joinable: bool


@dataclass(frozen=True)
class AnsweredLook:
    """An agreed item and what the authority answered, by role."""

    text: str
    language: str
    code: str
    decision: Decision


def page_of(cycle: Cycle, *, now: datetime) -> dict[str, Any]:
    """Everything on the public page. `policy`, `duties`, `releases` and `questions` are what other parts of the record bring."""
    workshops = open_data.workshops_of(cycle)
    joinable = (
        set(finding.open_to_anybody(now).filter(cycle=cycle).values_list("pk", flat=True)) if cycle.state == Cycle.State.OPEN else set()
    )
    looks = [EventLook(workshop, workshop.pk in joinable) for workshop in workshops]
    facts = open_data.facts_of(cycle)
    texts = {step.code: step.text for plan in table.STAGES.values() for step in plan.milestones}  # in the language of whoever reads
    return {
        "cycle": cycle,
        "areas": list(cycle.areas.all()),
        "scope": list(cycle.scope.all()),
        "stages": convening.stages_of(cycle),
        "coming": [look for look in looks if not look.workshop.closed_at and not look.workshop.called_off_because],
        "past": [look for look in looks if look.workshop.closed_at or look.workshop.called_off_because],
        "organisations": facts.organisations,
        "notice": facts.notice,
        "details": facts.authority,
        "answered": answered_in([cycle])[cycle.pk],
        "steps": [(texts[step.code], step.at) for step in facts.steps],
        "promises": promises_in(cycle),
        "specification": signed_off(cycle),
        "draft": draft_open_to_all(cycle),
        "policy": starting.policy_of(cycle.authority),
        "duties": duties_in([cycle])[cycle.pk],
        "releases": releases_in([cycle])[cycle.pk],
        "questions": questions_in([cycle])[cycle.pk],
        "delivering": awarding.delivering_in([cycle])[cycle.pk],
    }


@dataclass(frozen=True)
class Told:
    """One thing everybody may read: its title, some words, its day, and the page that says it whole."""

    key: str
    title: str
    words: str
    at: datetime | None
    link: str


# What is told of many cycles at once, such as in the feed of all, takes as many queries as of one.
ToldOf = dict[int, list[Told]]


def duties_in(cycles: Collection[Cycle]) -> ToldOf:
    """The duties on record in each cycle, and those that were left out by a waiver."""
    slugs = {cycle.pk: cycle.slug for cycle in cycles}
    return {pk: [_duty(slugs[pk], look) for look in found] for pk, found in duties.recorded_in(cycles).items()}


def _duty(slug: str, look: duties.DutyLook) -> Told:
    link = reverse("duty", args=[slug, look.duty.code])
    return Told(look.duty.code, str(look.duty.title), look.chosen, look.record.recorded_at if look.record else None, link)


def releases_in(cycles: Collection[Cycle]) -> ToldOf:
    """What was given to every possible provider of each cycle, newest first."""
    told: ToldOf = {cycle.pk: [] for cycle in cycles}
    slugs = {cycle.pk: cycle.slug for cycle in cycles}
    for r in Release.objects.filter(cycle__in=cycles, state=Release.State.SENT).order_by("-sent_at")[: MOST * len(cycles)]:
        link = reverse("release", args=[slugs[r.cycle_id], r.pk])
        told[r.cycle_id].append(Told(str(r.pk), r.title, r.get_kind_display(), r.sent_at, link))
    return {pk: rows[:MOST] for pk, rows in told.items()}


def questions_in(cycles: Collection[Cycle]) -> ToldOf:
    """The questions of each cycle that have an answer, with it."""
    told: ToldOf = {}
    looks = asking.answered_in(cycles)
    for cycle in cycles:
        page = reverse("questions", args=[cycle.slug])
        rows = [(one, one.answer) for one in looks[cycle.pk]]
        told[cycle.pk] = [Told(str(one.number), one.text, said.text, said.at, page) for one, said in rows if said is not None][-MOST:]
    return told


def answered_in(cycles: Collection[Cycle]) -> dict[int, list[AnsweredLook]]:
    """The agreed items the authority has answered, newest first; words only of people who agreed to their use (ET-01)."""
    rows = Decision.objects.filter(agreement__proposal__workshop__cycle__in=cycles)
    rows = rows.select_related("agreement__proposal__contribution", "agreement__proposal__workshop")
    decisions = list(rows.order_by("-at", "-pk")[: MOST * len(cycles)])
    adopted = {o.decision_id: o for o in Outcome.objects.filter(decision__in=decisions)}
    agreed = quoting.who_agreed({d.agreement.proposal.contribution.participant_id for d in decisions})
    looks: dict[int, list[AnsweredLook]] = {cycle.pk: [] for cycle in cycles}
    for decision in decisions:
        proposal, outcome = decision.agreement.proposal, adopted.get(decision.pk)
        if outcome:
            look = AnsweredLook(outcome.statement, outcome.language, outcome.code, decision)
        elif proposal.contribution.participant_id in agreed:
            look = AnsweredLook(proposal.text, proposal.language, "", decision)
        else:
            look = AnsweredLook(str(_("(Said by somebody who did not agree to their words being used.)")), "", "", decision)
        looks[proposal.workshop.cycle_id].append(look)
    return {pk: found[:MOST] for pk, found in looks.items()}


def promises_in(cycle: Cycle) -> list[Action]:
    """What was promised and taken on, soonest first; by side, not by name."""
    taken = Action.objects.filter(workshop__cycle=cycle).exclude(acceptance=Action.Acceptance.DECLINED).order_by("due", "pk")
    return [action for action in taken[: MOST * 2] if promises.is_taken(action.acceptance, action.progress)][:MOST]


def signed_off(cycle: Cycle) -> SpecificationVersion | None:
    """The specification as signed off last, while it stands."""
    standing = Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).first()
    return standing.versions.order_by("-number").first() if standing else None


def draft_open_to_all(cycle: Cycle) -> Draft | None:
    """The newest draft of the specification, while there is open talk and nothing newer is signed off."""
    if cycle.quiet:
        return None
    drafts = Draft.objects.filter(specification__cycle=cycle, specification__state=Specification.State.DRAFT)
    return drafts.defer("content").order_by("-number").first()


def becomes_public(cycle: Cycle, *, now: datetime) -> list[tuple[str, list[str]]]:
    """What everybody could read once the page is published, part by part, in plain words."""
    page = page_of(cycle, now=now)
    signed, draft = page["specification"], page["draft"]
    parts: list[tuple[Any, list[Any]]] = [
        (_("Title, purpose and area"), [cycle.title, cycle.purpose, *page["areas"]]),
        (_("Who decides, payment and bidding"), [cycle.who_decides, cycle.authority_keeps, cycle.payment_line, cycle.bidding_rule]),
        (_("Contact"), [line for line in (cycle.contact, page["details"].contact, page["details"].email, page["details"].phone) if line]),
        (_("Decided, open, not part of this"), page["scope"]),
        (_("Workshops: title, question, date, place"), [look.workshop for look in (*page["coming"], *page["past"])]),
        (_("Codes to join, for workshops open to anybody"), [look.workshop for look in page["coming"] if look.joinable]),
        (_("Organisations, where somebody agreed to be named"), [one.name for one in page["organisations"]]),
        (_("Agreed items and the authority’s answers, by role"), [look.text for look in page["answered"]]),
        (_("Promises, by side and not by name"), [action.text for action in page["promises"]]),
        (_("Specification"), [_("Version {n}", n=signed.number)] if signed else [_("Draft {n}", n=draft.number)] if draft else []),
        (_("Duty records"), [told.title for told in page["duties"]]),
        (_("Released to suppliers"), [told.title for told in page["releases"]]),
        (_("Questions and answers"), [told.title for told in page["questions"]]),
    ]
    return [(str(title), [str(line) for line in lines]) for title, lines in parts]


def not_said(cycle: Cycle) -> list[_]:
    """What the public page would have to call undecided or unknown."""
    gaps = [
        (cycle.contact, _("A person or team to contact.")),
        (cycle.scope.exists(), _("What is decided, what is open and what is not part of this.")),
        (Workshop.objects.filter(Q(cycle=cycle) & ~Q(starts_at=None)).exists(), _("The date of a workshop.")),
    ]
    return [gap for known, gap in gaps if not known] + noticing.missing(open_data.facts_of(cycle), noticing.LAWS[-1])
