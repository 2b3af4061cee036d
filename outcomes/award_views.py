"""Doorways of lots, awards and capacity actions. No page here takes a bid, a price or a file (DO-11)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Organisation, Participant
from commissioning.sentences import Refused
from outcomes import awarding, capacity, committing, lots, understanding
from outcomes.award_forms import PARTIES, AwardForm, BecauseForm, CapacityForm, LotForm, ReceivedForm
from outcomes.models import Award, CapacityAction, Lot


@require_http_methods(["GET", "POST"])
@in_cycle
def awards_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The lots and who delivers each; for whoever convenes, naming a lot and ending an award."""
    lot_form = LotForm(request.POST if request.POST.get("act") == "name" else None)
    if request.method == "POST" and (request.POST.get("act") != "name" or lot_form.is_valid()):
        _act_on_awards(request, cycle, taking_part(request, cycle), lot_form)
        return redirect("awards", cycle.slug)
    awards = list(awarding.awards_of(cycle))
    context = {
        "cycle": cycle,
        "lots": lots.looks(cycle),
        "awards": [one for one in awards if one.ended_at is None],
        "ended": [one for one in awards if one.ended_at is not None],
        "awarded": {one.lot.number for one in awards if one.ended_at is None},
        "without": committing.criteria_without(cycle) if awards else [],
        "lot_form": lot_form,
        "form": lot_form,
        "end_form": BecauseForm(),
        "held": request.held,
        "formed": understanding.formed(cycle),
        "delivers": awarding.awards_for(request.me).exists(),
    }
    return render(request, "outcomes/awards.html", context, status=422 if lot_form.errors else 200)


def _act_on_awards(request: Request, cycle: Cycle, me: Participant, lot_form: LotForm) -> None:
    now = timezone.now()
    if request.POST.get("act") == "name":
        lots.name(cycle, **lot_form.cleaned_data, by=me, now=now)
        messages.success(request, _("The lot has its name."))
    elif request.POST.get("act") == "end":
        award = get_object_or_404(Award.objects.select_related("lot__cycle"), pk=number_in(request.POST.get("award", "")), lot__cycle=cycle)
        awarding.end(award, because=request.POST.get("because", ""), by=me, now=now)
        messages.success(request, _("The award has ended. It stays on record with the reason."))
    else:
        raise Refused(_("Choose what to do."))


@require_http_methods(["GET", "POST"])
@in_cycle
def new_award(request: Request, cycle: Cycle) -> HttpResponse:
    """Record who delivers a lot."""
    me = may(request, roles.CONVENE)
    organisations = Organisation.objects.filter(authority=cycle.authority_id, merged_into=None).order_by("name")
    mine = Lot.objects.filter(cycle=cycle)
    offered: dict[str, Any] = {"lots": mine, "organisations": organisations, "running": cycle.procurement_from is not None}
    more, rows = "more" in request.POST, number_in(request.POST.get("rows", "")) or PARTIES
    form = AwardForm(
        None if more else request.POST or None,
        **offered,
        rows=rows + PARTIES if more else rows,
        initial={"procurement_over": False} | request.POST.dict() if more else {"key": uuid.uuid4().hex, "lot": request.GET.get("lot", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            awarding.record(cycle, form.result(), key=form.cleaned_data["key"], by=me, now=timezone.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("On record. Now make each criterion a commitment."))
            return redirect("promised_and_shown", cycle.slug)
    context = {"cycle": cycle, "form": form, "no_lot": not mine.exists()}
    return render(request, "outcomes/new_award.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def capacity_page(request: Request, cycle: Cycle) -> HttpResponse:
    """What the authority invests in so that organisations can provide, and who received it."""
    form = CapacityForm(request.POST if request.POST.get("act") == "plan" else None, initial={"key": uuid.uuid4().hex})
    if request.method == "POST" and (request.POST.get("act") != "plan" or form.is_valid()):
        _act_on_capacity(request, cycle, taking_part(request, cycle), form)
        return redirect("capacity", cycle.slug)
    context = {
        "cycle": cycle,
        "looks": capacity.looks(cycle, request.me),
        "form": form,
        "confirms": capacity.may_confirm(request.me),
        "me": request.me,
        "held": request.held,
    }
    return render(request, "outcomes/capacity.html", context, status=422 if form.errors else 200)


def _act_on_capacity(request: Request, cycle: Cycle, me: Participant, form: CapacityForm) -> None:
    now, act = timezone.now(), request.POST.get("act")
    if act == "plan":
        capacity.plan(cycle, form.planned(), key=form.cleaned_data["key"], by=me, now=now)
        messages.success(request, _("It is on the list. Organisations say here whether they received it."))
        return
    action = get_object_or_404(CapacityAction.objects.select_related("cycle"), pk=number_in(request.POST.get("action", "")), cycle=cycle)
    if act == "confirm":
        said = ReceivedForm(request.POST)
        if not said.is_valid():
            raise first_error(said)
        capacity.confirm(action, **said.cleaned_data, by=me, now=now)
        messages.success(request, _("Thank you. Everybody can see it."))
    elif act == "drop":
        capacity.drop(action, because=request.POST.get("because", ""), by=me, now=now)
    else:
        raise Refused(_("Choose what to do."))
