"""Shaping a contract in the open: its versions, what providers say they can manage, the routes considered and what people say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from commissioning import contract_fit, contributing, local_rules, minutes, policy, provider_map, roles
from commissioning.contributing import clean_words, printable
from commissioning.models import ContractShape, Contribution, Cycle, Means, Organisation, Participant, Route, ShapeComment
from commissioning.people import held_by, speaks_for_organisation
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

FIGURES = ("value", "months", "lots", "cash", "payment", "consortia", "subcontracting", "full_costs", "days")


def rules_of(cycle: Cycle) -> contract_fit.LocalRules:
    """The local rules that this cycle was opened under."""
    return local_rules.in_force(timezone.localdate(cycle.opened_at))


def propose_shape(
    cycle: Cycle, figures: Mapping[str, Any], *, why: str, risk: str = "", days_reason: str = "", by: Participant, now: datetime
) -> ContractShape:
    """Put down a shape of the contract, as the next version; the same figures and words again change nothing.

    Raises `Refused` when the tender would be open for less than the local least and no reason is given.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    require(contract_fit.why_not_window(figures["days"], days_reason, rules_of(cycle)))
    kept = {name: figures[name] for name in FIGURES} | {
        "why": clean_words(why, 600),
        "risk": printable(risk).strip()[:600],
        "days_reason": printable(days_reason).strip()[:500],
    }
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        last = cycle.shapes.first()
        if last is not None and all(getattr(last, name) == value for name, value in kept.items()):
            return last
        made = ContractShape.objects.create(cycle=cycle, version=last.version + 1 if last else 1, by=by, at=now, **kept)
        what = _("The contract’s shape, version {n}: £{value} in {lots} lots", n=made.version, value=f"{made.value:,}", lots=made.lots)
        minutes.record(cycle, "shape", what, by=by, now=now, why=made.why)
        if made.days_reason:
            minutes.record(cycle, "window", _("The tender is open for {n} days", n=made.days), by=by, now=now, why=made.days_reason)
    return made


def may_say_means(who: Participant) -> bool:
    """Whether somebody may see and change what their organisation can manage: a name typed into a form opens nobody's figures."""
    return who.organisation_id is not None and who.group != "commissioner" and speaks_for_organisation(who)


def say_means(cycle: Cycle, *, cash: int, yearly: int, days: int, by: Participant, now: datetime) -> Means:
    """Keep what an organisation says it can manage; the newest answer counts, and the figures stay its own.

    Raises `Refused` for somebody who does not speak for an organisation, or is on the commissioner side.
    """
    if not may_say_means(by):
        raise Refused(_("Only somebody who comes for an organisation can say what it can manage."))
    figures = {"cash": cash, "yearly": yearly, "days": days, "at": now}
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)  # one supplier would tell the authority alone what it needs
        means, new = Means.objects.update_or_create(cycle=cycle, organisation=by.organisation, defaults=figures)
        if new:
            said = _("{who} said what it can manage; the figures are its own", who=by.organisation)
            minutes.record(cycle, "means", said, by=by, now=now)
    return means


def consider(cycle: Cycle, kind: str, *, pros: str, cons: str, by: Participant, now: datetime) -> Route:
    """Put a way to secure the service on the list, with what speaks for it and against it. Raises `Refused` once one is chosen."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    for_it, against = clean_words(pros, 600), clean_words(cons, 600)
    if kind not in Route.Kind.values:
        raise Refused(_("There is no such way."))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        if cycle.routes.filter(chosen_at__isnull=False).exists():
            raise Refused(_("A way has been chosen. Take the choice back first, with a reason."))
        route, __ = Route.objects.update_or_create(cycle=cycle, kind=kind, defaults={"pros": for_it, "cons": against})
        minutes.record(cycle, "route", _("A way was considered: {kind}", kind=route.get_kind_display()), by=by, now=now, why=for_it)
    return route


def choose_route(route: Route, *, because: str, role: str, by: Participant, now: datetime) -> None:
    """Choose one of the ways considered. Raises `Refused` with fewer than two considered, or when one is chosen already."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    reason, decider = clean_words(because, 600), clean_words(role, 120)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=route.cycle_id)
        if cycle.routes.count() < 2:
            raise Refused(_("Consider at least two ways before you choose one."))
        if cycle.routes.filter(chosen_at__isnull=False).exists():
            raise Refused(_("A way has been chosen already."))
        Route.objects.filter(pk=route.pk).update(chosen_at=now, chosen_because=reason, chosen_by=decider)
        what = _("Chosen: {kind}, decided by {role}", kind=route.get_kind_display(), role=decider)
        minutes.record(cycle, "route", what, by=by, now=now, why=reason)


def take_choice_back(cycle: Cycle, *, because: str, by: Participant, now: datetime) -> None:
    """Open the question of the route again, with a reason; the minutes keep what had been chosen."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    reason = clean_words(because, 600)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        if cycle.routes.filter(chosen_at__isnull=False).update(chosen_at=None, chosen_because="", chosen_by=""):
            minutes.record(cycle, "route", _("The choice of the way is open again"), by=by, now=now, why=reason)


def say_of_shape(cycle: Cycle, *, about: str, text: str, key: str, by: Participant, now: datetime) -> Contribution:
    """Say something of the shape, the payment or the route; it waits for an answer like everything people say (PL-16, PL-19)."""
    if about not in ShapeComment.About.values:
        raise Refused(_("Say what it is about."))
    if about == ShapeComment.About.ROUTE and cycle.routes.filter(chosen_at__isnull=False).exists():
        raise Refused(_("The way has been chosen. You can still say something about the shape of the contract."))
    kind = Contribution.Kind.CONCERN if about == ShapeComment.About.PAYMENT else Contribution.Kind.COMMENT
    with transaction.atomic():
        said, new = contributing.contribute(cycle=cycle, by=by, kind=kind, text=text, key=key, now=now)
        if new:
            ShapeComment.objects.create(contribution=said, about=about)
    return said


@dataclass(frozen=True)
class ShapeLook:
    """The newest shape with how it fits, what there is to say about it, and what people said."""

    shape: ContractShape | None
    earlier: list[ContractShape]
    fits: list[contract_fit.Fit]
    notes: list[_]
    answered: int | None  # None where it would tell of fewer than five
    cannot: int


def look(cycle: Cycle, *, officers: bool) -> ShapeLook:
    """Everything the page of the shape shows, beside what people said; `officers` see how few cannot, which others do not."""
    versions = list(cycle.shapes.select_related("by__organisation"))
    if not versions:
        return ShapeLook(None, [], [], [], cycle.means.count(), 0)
    answers = [contract_fit.Means(*row) for row in cycle.means.values_list(F("organisation__size"), "cash", "yearly", "days")]
    sizes = list(organisations_here(cycle).values_list("size", flat=True))
    rows = contract_fit.fits(versions[0].figures(), answers, sizes)
    answered: int | None = len(answers)
    cannot = sum(row.cannot for row in rows)
    if not officers:
        rows, answered = contract_fit.beyond_officers(rows)
    said = contract_fit.notes(versions[0].figures(), rows, rules_of(cycle))
    return ShapeLook(versions[0], versions[1:], rows, said, answered, cannot)


def organisations_here(cycle: Cycle) -> Any:
    """The organisations that could provide the service, as far as this cycle knows them."""
    taking_part = Participant.objects.filter(cycle=cycle, withdrawn_at=None, group="vso", organisation__isnull=False)
    known = Q(pk__in=taking_part.values("organisation")) | Q(pk__in=provider_map.entries_of(cycle).values("organisation"))
    return Organisation.objects.filter(known)


def said_of_shape(cycle: Cycle, about: str) -> list[Contribution]:
    """What people said of the shape, the payment or the route, newest first, with the answers."""
    said = Contribution.objects.open_to_all().filter(cycle=cycle, about_shape__about=about)
    return list(said.select_related("participant__organisation").prefetch_related("feedback").order_by("-pk")[:100])
