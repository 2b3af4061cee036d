"""Convening a workshop, moving it through its phases, writing its actions, closing it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify

from commissioning import convening, minutes, roles
from commissioning import policy as ground_policy
from commissioning.contributing import clean_words, other_key, printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import agreeing, phases, policy, tally
from workshops.announcing import announce
from workshops.models import Action, Workshop
from workshops.voting import close_ballots


@dataclass(frozen=True)
class WorkshopPlan:
    """What people are told before they join a workshop."""

    title: str
    question: str
    starts_at: datetime | None = None
    hours: Decimal = Decimal(2)
    rule: tally.Rule = field(default_factory=tally.Rule.same_for_all)


def convene(cycle: Cycle, plan: WorkshopPlan, *, by: Participant, now: datetime) -> Workshop:
    """Convene a workshop for a cycle. Raises `Refused` when `by` may not convene or the cycle is closed."""
    require(ground_policy.why_not(roles.CONVENE, held_by(by)))
    require(ground_policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
    with transaction.atomic():
        workshop = Workshop.objects.create(
            cycle=cycle,
            title=clean_words(plan.title, 160),
            question=clean_words(plan.question, 300),
            slug=unused_slug(plan.title),
            starts_at=plan.starts_at,
            hours=plan.hours,
            rule=plan.rule.kept,
        )
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


def move(workshop: Workshop, *, seen: str, to: str, by: Participant, now: datetime) -> None:
    """Move the workshop from the phase the facilitator saw to another, back as well as forward.

    Leaving the vote closes every open ballot. Raises `Refused` when somebody moved it first.
    """
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        require(phases.why_not_move(workshop.phase, seen, to))
        if to == phases.LAST:
            raise Refused(_("Close the workshop with its actions, or with “none, because”."))
        _enter(workshop, to, by, now)


def _enter(workshop: Workshop, phase: str, by: Participant, now: datetime) -> None:
    if workshop.phase == "vote":
        close_ballots(workshop, by=by, now=now)
    before, workshop.phase = workshop.phase, phase
    workshop.closed_at = now if phase == phases.LAST else None
    workshop.save(update_fields=["phase", "closed_at", "none_because"])
    what = _("{a} → {b}", a=phases.PHASES[before].title, b=phases.PHASES[phase].title)
    minutes.record(
        workshop.cycle,
        "phase",
        what,
        by=by,
        now=now,
        why=workshop.none_because if phase == phases.LAST else "",
        place=workshop.slug,
    )
    announce(workshop.pk, f"phase-{workshop.pk}", f"desk-{workshop.pk}")


def add_action(
    workshop: Workshop, *, text: str, side: str, owner: str, due: date, how_we_know: str, by: Participant, now: datetime, key: str = ""
) -> Action:
    """Write down who does what by when and how we will know. Raises `Refused` outside the phases for it.

    The same form sent twice, with the same `key`, is one action.
    """
    require(policy.why_not_keep_notes(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        key = other_key(key, str(by.pk), printable(text).strip(), owner, str(due)) if key else ""
        before = Action.objects.filter(workshop=workshop, key=key).first() if key else None
        if before is not None:
            return before
        require(phases.why_not_now(workshop.phase, phases.ACT))
        action = Action.objects.create(
            workshop=workshop,
            text=clean_words(text, 300),
            side=side,
            owner=clean_words(owner, 120),
            due=due,
            how_we_know=clean_words(how_we_know, 300),
            at=now,
            key=key,
        )
        minutes.record(
            workshop.cycle,
            "action",
            _("{owner} will: {text}", owner=action.owner, text=action.text),
            by=by,
            now=now,
            place=workshop.slug,
        )
        announce(workshop.pk, f"actions-{workshop.pk}", f"desk-{workshop.pk}")
    return action


def close(workshop: Workshop, *, none_because: str = "", by: Participant, now: datetime) -> None:
    """Close the workshop, with its actions or "none, because" (WS-09), and leave the milestone on the cycle."""
    require(policy.why_not_facilitate(held_by(by)))
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        open_ballots = workshop.ballots.filter(closed_at=None).count()
        owned = workshop.actions.exclude(owner="").count()
        ownerless = workshop.actions.filter(owner="").count()
        require(
            policy.why_not_close(
                phase=workshop.phase,
                open_ballots=open_ballots,
                unrecorded=agreeing.unrecorded_in(workshop).count(),
                actions=owned,
                ownerless=ownerless,
                none_because=none_because,
            )
        )
        workshop.none_because = "" if owned else clean_words(none_because, 500)
        _enter(workshop, phases.LAST, by, now)
        convening.meet_milestone(workshop.cycle, "workshop_closed", now=now)
        convening.meet_milestone(workshop.cycle, "people_heard", now=now)
