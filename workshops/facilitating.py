"""Convening a workshop, moving it through its phases, closing it; `promising` has its actions."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify

from commissioning import convening, minutes, roles
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import agenda, ending, phases, policy, promised, rules, running, sending, window
from workshops.announcing import announce
from workshops.models import Activity, Closing, Workshop
from workshops.promising import add_action as add_action


@dataclass(frozen=True)
class WorkshopPlan:
    """What people are told before they join a workshop."""

    title: str
    question: str
    starts_at: datetime | None = None
    hours: Decimal = Decimal(2)
    rule: rules.Rule = field(default_factory=rules.Rule.same_for_all)
    kind: str = Workshop.Kind.JOINT
    capacity: int | None = None
    told: str = ""


def convene(cycle: Cycle, plan: WorkshopPlan, *, by: Participant, now: datetime) -> Workshop:
    """Convene a workshop for a cycle. Raises `Refused` when `by` may not convene, or the cycle is closed or quiet."""
    require(ground_policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)
        workshop = Workshop.objects.create(
            cycle=cycle,
            title=clean_words(plan.title, 160),
            question=clean_words(plan.question, 300),
            slug=unused_slug(plan.title),
            starts_at=plan.starts_at,
            hours=plan.hours,
            rule=plan.rule.kept,
            kind=plan.kind,
            capacity=plan.capacity,
            told=plan.told.strip()[:300],
        )
        agenda.usual_agenda(workshop)
        minutes.record(
            cycle,
            "convene",
            _("A workshop was convened: {title}", title=workshop.title),
            by=by,
            now=now,
            place=workshop.slug,
        )
    return workshop


def unused_slug(title: str) -> str:
    """A web address for a workshop that nobody else has."""
    stem = slugify(title)[:60] or "workshop"
    taken = set(Workshop.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(s for s in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if s not in taken)


def move(workshop: Workshop, *, seen: str, to: str, reason: str = "", by: Participant, now: datetime) -> None:
    """Go from the kind of activity the facilitator saw to the next, or an earlier one, of another kind.

    Leaving the vote closes every open ballot; before the end of a stated window that needs a reason. Raises `Refused` when
    somebody moved it first.
    """
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        require(phases.why_not_move(workshop.phase, seen, to))
        running.go_to_kind(workshop, kind=to, why=reason, by=by, now=now)


def close(
    workshop: Workshop, *, none_because: str = "", afterwards: ending.Afterwards = ending.UNDECIDED, by: Participant, now: datetime
) -> Closing:
    """Close the workshop, with its actions or "none, because" (WS-09), leave the milestone, and send everybody the summary.

    Raises `Refused` while anything of that is missing, or while actions wait for an owner and nobody has said whether
    to meet again (WS-06).
    """
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        if workshop.parent_id or workshop.apart:
            raise Refused(_("Bring the rooms together first, then close the workshop for everybody."))
        require(window.why_not_end_early(workshop.window, now))
        actions = list(promised.actions_of(workshop))
        left = promised.untaken(actions)
        require(workshop.cycle.quiet if left and afterwards.meet_again else None)  # a follow-up is convened like any other
        ending.require_ready(workshop, actions, left, none_because, afterwards)
        workshop.none_because = "" if actions else clean_words(none_because, 500)
        _end(workshop, by, now)
        follow_up = _follow_up(workshop, by, now) if left and afterwards.meet_again else None
        closing = ending.keep(workshop, left, afterwards, follow_up, by=by, now=now)
        announce(workshop.pk, f"actions-{workshop.pk}", f"desk-{workshop.pk}")
        convening.meet_milestone(workshop.cycle, "workshop_closed", now=now)
        convening.meet_milestone(workshop.cycle, "people_heard", now=now)
        sending.send_summaries(closing, now=now)
    return closing


def _follow_up(workshop: Workshop, by: Participant, now: datetime) -> Workshop:
    """The next workshop, under the same rule: the room asked for it, so it needs nobody else's leave."""
    title = str(_("Follow-up: {title}", title=workshop.title))[:160]
    made = Workshop.objects.create(
        cycle=workshop.cycle,
        kind=workshop.kind,
        title=title,
        question=str(_("Who takes on what was left open?")),
        slug=unused_slug(title),
        hours=workshop.hours,
        rule=workshop.rule,
    )
    agenda.usual_agenda(made)
    minutes.record(workshop.cycle, "convene", _("A workshop was convened: {title}", title=made.title), by=by, now=now, place=made.slug)
    return made


def _end(workshop: Workshop, by: Participant, now: datetime) -> None:
    Activity.objects.filter(workshop=workshop, state=Activity.State.NOW).update(state=Activity.State.DONE, ended_at=now)
    before, workshop.phase, workshop.closed_at = workshop.phase, phases.LAST, now
    workshop.save(update_fields=["phase", "closed_at", "none_because"])
    what = _("{a} → {b}", a=phases.PHASES[before].title, b=phases.PHASES[phases.LAST].title)
    minutes.record(workshop.cycle, "phase", what, by=by, now=now, why=workshop.none_because, place=workshop.slug)
    announce(workshop.pk, f"phase-{workshop.pk}", f"rooms-{workshop.pk}", f"desk-{workshop.pk}")
