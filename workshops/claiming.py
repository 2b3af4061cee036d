"""Claiming time and costs, deciding on claims, and what taking part costs. Nothing that votes, agrees or scores asks here (PY-03)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from commissioning import minutes, roles, small_groups
from commissioning import policy as ground_policy
from commissioning.contributing import printable
from commissioning.models import Cycle, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import attendance, letters, payment, tally
from workshops.models import Claim, Letter, Workshop

LIVE = (payment.WAITING, payment.APPROVED, payment.PAID)


def claim(workshop: Workshop, *, hours: Decimal, expenses: Decimal, expenses_for: str = "", by: Participant, now: datetime) -> Claim:
    """Claim hours and expenses for a workshop one took part in, once. Raises `Refused` for nonsense, with a plain sentence.

    The minutes say that a claim was made and never how much: they are read by more people than claims are.
    """
    words = printable(expenses_for).strip()[:200]
    try:
        with transaction.atomic():
            workshop = Workshop.objects.select_for_update(of=("self",), no_key=True).select_related("cycle").get(pk=workshop.pk)
            if by.cycle_id != workshop.cycle_id:
                raise Refused(_("You are not part of this workshop."))
            already = Claim.objects.filter(workshop=workshop, participant=by, state__in=LIVE).first()
            came = attendance.took_part(workshop, by)
            require(
                payment.why_not_claim(
                    hours=hours,
                    expenses=expenses,
                    expenses_for=words,
                    asked=workshop.hours,
                    already=already.state if already else "",
                    came=came,
                )
            )
            made = Claim.objects.create(
                workshop=workshop,
                participant=by,
                hours=hours,
                rate=workshop.rate,
                expenses=expenses,
                expenses_for=words,
                amount=payment.comes_to(hours, workshop.rate, expenses),
                at=now,
            )
            # A number, never who: that somebody needs the money is nobody's but theirs and those who pay.
            minutes.record(workshop.cycle, "claim", _("Claim {n} was made", n=made.pk), by=None, now=now, place=workshop.slug)
    except IntegrityError:
        raise Refused(_("You have claimed for this workshop already. One claim is enough: it is not paid twice.")) from None
    return made


@dataclass(frozen=True)
class Decision:
    """What becomes of a claim: the state it goes to, with the amount approved, the reason, or the day it was paid."""

    to: str
    amount: Decimal | None = None
    reason: str = ""
    paid_on: date | None = None


def decide(made: Claim, decision: Decision, *, by: Participant, now: datetime) -> Claim:
    """Approve, decline or mark a claim as paid, and tell its person. Raises `Refused` for one's own claim and out of turn."""
    require(ground_policy.why_not(roles.CONVENE, held_by(by)))
    words = printable(decision.reason).strip()[:500]
    with transaction.atomic():
        made = Claim.objects.select_for_update(of=("self",), no_key=True).select_related("workshop__cycle", "participant").get(pk=made.pk)
        workshop = made.workshop
        if by.cycle_id != workshop.cycle_id:
            raise Refused(_("You are not part of this workshop."))
        mine = made.participant_id == by.pk
        require(payment.why_not_move(now_in=made.state, to=decision.to, mine=mine, reason=words, amount=decision.amount))
        if decision.to == payment.PAID and (decision.paid_on is None or decision.paid_on > timezone.localdate(now)):
            raise Refused(_("Say on which day it was paid, today or before."))
        made.state, made.decided_by, made.decided_at, made.reason = decision.to, by, now, words
        if decision.to == payment.APPROVED and decision.amount is not None:
            made.amount = decision.amount
        if decision.to == payment.PAID:
            made.paid_on = decision.paid_on
        made.save(update_fields=["state", "decided_by", "decided_at", "reason", "amount", "paid_on"])
        what = _("Claim {n}: {state}", n=made.pk, state=made.get_state_display())
        minutes.record(workshop.cycle, "decide claim", what, by=by, now=now, place=workshop.slug)
        occasion = f"claim:{made.pk}:{made.state}"
        letters.ask_for([made.participant], Letter.Kind.CLAIM, occasion, cycle=workshop.cycle, workshop=workshop, now=now)
    return made


# Looks


def claims_of(person: Participant, workshop: Workshop) -> list[Claim]:
    """One person's claims for a workshop, the newest first."""
    return list(Claim.objects.filter(workshop=workshop, participant=person))


def claims_in(cycle: Cycle) -> QuerySet[Claim]:
    """Every claim of a cycle, the newest first, with its person and workshop."""
    return Claim.objects.filter(workshop__cycle=cycle).select_related("participant__organisation", "workshop")


@dataclass
class GroupCost:
    """What one group gave and gets: hours given, hours paid for, hours without pay, and pounds."""

    group: str
    given: Decimal = Decimal(0)
    unpaid: Decimal = Decimal(0)
    pounds: Decimal = Decimal(0)


@dataclass
class Cost:
    """What engagement in a cycle costs so far, in pounds and in hours nobody pays for (PY-02, PY-04)."""

    approved: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    waiting: int = 0
    groups: list[GroupCost] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Pounds paid and promised."""
        return self.approved + self.paid


@dataclass(frozen=True)
class Unpaid:
    """What everybody may read of one group: how many people gave time, and the hours nobody pays for; None where they are few."""

    group: str
    people: int | None
    given: Decimal | None
    hours: Decimal | None


def unpaid_by_group(cycle: Cycle, report: attendance.Report) -> list[Unpaid]:
    """The hours given without pay, by group, as the participants' contribution (PY-04); one query. Groups under five are hidden.

    Hours and people alone: no claim, no rate and no pounds can be worked out of it.
    """
    given: dict[int, Decimal] = {}
    sides: dict[int, str] = {}
    for look in report.workshops:
        for one in look.came:
            given[one.person.pk] = given.get(one.person.pk, Decimal(0)) + one.hours
            sides[one.person.pk] = one.person.group
    live = Claim.objects.filter(workshop__cycle=cycle, participant__in=given, state__in=(payment.APPROVED, payment.PAID))
    paid: dict[int, Decimal] = {}
    for person, hours in live.values_list("participant", "hours"):
        paid[person] = paid.get(person, Decimal(0)) + hours
    unpaid = payment.unpaid_hours(given, paid, sides)
    counts = {code: sum(1 for side in sides.values() if side == code) for code in tally.GROUPS}
    seen = small_groups.shown(counts)
    in_all = {code: sum((given[p] for p, side in sides.items() if side == code), Decimal(0)) for code in tally.GROUPS}
    return [
        Unpaid(code, seen[code], in_all[code], unpaid.get(code, Decimal(0))) if code in seen else Unpaid(code, None, None, None)
        for code in tally.GROUPS
    ]


def cost_of(cycle: Cycle) -> Cost:
    """The cost of engagement in a cycle and its unpaid hours by group; a fixed number of queries."""
    cost, groups = Cost(), {code: GroupCost(code) for code in tally.GROUPS}
    sides = dict(cycle.participants.values_list("pk", "group"))
    given = attendance.hours_by_person(cycle)
    paid: dict[int, Decimal] = {}
    for person, state, hours, amount in Claim.objects.filter(workshop__cycle=cycle).values_list("participant", "state", "hours", "amount"):
        cost.waiting += state == payment.WAITING
        if state not in (payment.APPROVED, payment.PAID):
            continue
        paid[person] = paid.get(person, Decimal(0)) + hours
        given[person] = max(given.get(person, Decimal(0)), paid[person])
        groups[sides[person]].pounds += amount
        if state == payment.PAID:
            cost.paid += amount
        else:
            cost.approved += amount
    for person, hours in given.items():
        groups[sides[person]].given += hours
    for group, hours in payment.unpaid_hours(given, paid, sides).items():
        groups[group].unpaid = hours
    cost.groups = list(groups.values())
    return cost
