"""What everybody may read about a cycle: no personal names beyond roles, nothing that is not agreed to be public."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from commissioning import asking, convening, duties, quoting, starting
from commissioning import cycle as table
from commissioning.models import Cycle
from commissioning.sentences import Sentence as _
from outcomes import finding, noticing, open_data
from outcomes.models import Decision, Outcome, Specification, SpecificationVersion
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
        "answered": answered_in(cycle),
        "steps": [(texts[step.code], step.at) for step in facts.steps],
        "promises": promises_in(cycle),
        "specification": signed_off(cycle),
        "policy": starting.policy_of(cycle.authority),
        "duties": duties_in(cycle),
        "releases": releases_in(cycle),
        "questions": questions_in(cycle),
    }


@dataclass(frozen=True)
class Told:
    """One thing everybody may read: its title, some words, its day, and the page that says it whole."""

    key: str
    title: str
    words: str
    at: datetime | None
    link: str


def duties_in(cycle: Cycle) -> list[Told]:
    """The duties on record, and those that were left out by a waiver."""
    rows = []
    for look in duties.recorded(cycle):
        link = reverse("duty", args=[cycle.slug, look.duty.code])
        at = look.record.recorded_at if look.record else None
        rows.append(Told(look.duty.code, str(look.duty.title), look.chosen, at, link))
    return rows


def releases_in(cycle: Cycle) -> list[Told]:
    """What was given to every possible provider, newest first."""
    sent = cycle.releases.filter(state="sent").order_by("-sent_at")[:MOST]
    return [Told(str(r.pk), r.title, r.get_kind_display(), r.sent_at, reverse("release", args=[cycle.slug, r.pk])) for r in sent]


def questions_in(cycle: Cycle) -> list[Told]:
    """The questions that have an answer, with it."""
    page = reverse("questions", args=[cycle.slug])
    rows = [(one, one.answer) for one in asking.answered(cycle)]
    return [Told(str(one.number), one.text, answer.text, answer.at, page) for one, answer in rows if answer is not None][-MOST:]


def answered_in(cycle: Cycle) -> list[AnsweredLook]:
    """The agreed items the authority has answered, newest first; words only of people who agreed to their use (ET-01)."""
    rows = Decision.objects.filter(agreement__proposal__workshop__cycle=cycle).select_related("agreement__proposal__contribution")
    decisions = list(rows.order_by("-at", "-pk")[:MOST])
    adopted = {o.decision_id: o for o in Outcome.objects.filter(decision__in=decisions)}
    agreed = quoting.who_agreed({d.agreement.proposal.contribution.participant_id for d in decisions})
    looks = []
    for decision in decisions:
        proposal, outcome = decision.agreement.proposal, adopted.get(decision.pk)
        if outcome:
            looks.append(AnsweredLook(outcome.statement, outcome.language, outcome.code, decision))
        elif proposal.contribution.participant_id in agreed:
            looks.append(AnsweredLook(proposal.text, proposal.language, "", decision))
        else:
            looks.append(AnsweredLook(str(_("(Said by somebody who did not agree to their words being used.)")), "", "", decision))
    return looks


def promises_in(cycle: Cycle) -> list[Action]:
    """What was promised and taken on, soonest first; by side, not by name."""
    taken = Action.objects.filter(workshop__cycle=cycle).exclude(acceptance=Action.Acceptance.DECLINED).order_by("due", "pk")
    return [action for action in taken[: MOST * 2] if promises.is_taken(action.acceptance, action.progress)][:MOST]


def signed_off(cycle: Cycle) -> SpecificationVersion | None:
    """The specification as signed off last, while it stands."""
    standing = Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).first()
    return standing.versions.order_by("-number").first() if standing else None


def becomes_public(cycle: Cycle, *, now: datetime) -> list[tuple[str, list[str]]]:
    """What everybody could read once the page is published, part by part, in plain words."""
    page = page_of(cycle, now=now)
    signed = page["specification"]
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
        (_("Specification"), [_("Version {n}", n=signed.number)] if signed else []),
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
