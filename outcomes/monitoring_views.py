"""Pages of the monitoring plan."""

import secrets
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, taking_part
from commissioning.forms import ReasonForm
from commissioning.models import Cycle, Participant
from commissioning.people import role_codes
from commissioning.sentences import Refused, require
from outcomes import monitoring, monitoring_looks, policy
from outcomes.criteria_forms import CeilingForm, MeasureForm
from outcomes.models import Measure, Specification


@require_http_methods(["GET", "POST"])
@in_cycle
def monitoring_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The plan, its hours, what was agreed, and the forms of whoever writes it or is asked to agree."""
    act = request.POST.get("act", "add") if request.method == "POST" else ""
    form = MeasureForm(request.POST if act == "add" else None, cycle=cycle, initial=_begin(request))
    ceiling_form = CeilingForm(request.POST if act == "ceiling" else None, auto_id="ceiling_%s")
    if act and _acted(request, cycle, act, form, ceiling_form):
        return redirect("monitoring", cycle.slug)
    may_write = roles.SPECIFY in request.held
    signed_off = _signed_off(cycle)
    context = monitoring_looks.look(cycle) | {
        "cycle": cycle,
        "form": form,
        "ceiling_form": ceiling_form,
        "may_write": may_write and not signed_off,
        "may_change": may_write,
        "signed_off": signed_off,
        "missing": monitoring.missing_indicators(cycle) if may_write else [],
        "may_agree": request.me is not None and roles.has_counted_voice(role_codes(request.me)),
        "key": secrets.token_hex(12),
    }
    return render(request, "outcomes/monitoring.html", context, status=422 if form.errors or ceiling_form.errors else 200)


def _begin(request: Request) -> dict[str, Any]:
    """A fresh key, and the criterion somebody came from."""
    return {"key": secrets.token_hex(12), "criterion": request.GET.get("criterion", "")}


def _acted(request: Request, cycle: Cycle, act: str, form: MeasureForm, ceiling_form: CeilingForm) -> bool:
    me, now = taking_part(request, cycle), timezone.now()
    if act == "agree":
        _agree(request, cycle, me, now)
        return True
    require(policy.why_not_edit(request.held, frozen=False))
    if act == "take":
        _take(request, monitoring.take_indicators(cycle, by=me, now=now))
        return True
    if act not in ("add", "ceiling"):
        raise Refused(_("Choose what to do here."))
    wanted = form if act == "add" else ceiling_form
    if not wanted.is_valid():
        return False
    try:
        if act == "add":
            made = monitoring.add_measure(cycle, form.words(), key=form.cleaned_data["key"], by=me, now=now)
            messages.success(request, _("%(code)s is in the plan.") % {"code": made.code})
        else:
            monitoring.set_ceiling(cycle, **ceiling_form.cleaned_data, by=me, now=now)
            messages.success(request, _("Kept. Earlier agreements stay in the minutes."))
    except Refused as refused:
        if _signed_off(cycle):
            raise  # the page has no form any more to show it in
        wanted.add_error(None, str(refused))
        return False
    return True


def _agree(request: Request, cycle: Cycle, me: Participant, now: datetime) -> None:
    agrees, words = request.POST.get("agrees"), request.POST.get("words", "")
    if agrees not in ("yes", "no"):
        raise Refused(_("Choose whether you agree."))
    monitoring.consent(cycle, agrees=agrees == "yes", words=words, by=me, now=now)
    messages.success(request, _("Kept. You can change it until the specification is signed off."))


def _signed_off(cycle: Cycle) -> bool:
    return Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).exists()


def _take(request: Request, taken: monitoring.Taken) -> None:
    if taken.added:
        text = ngettext("%(n)s indicator was taken into the plan.", "%(n)s indicators were taken into the plan.", taken.added)
        messages.success(request, text % {"n": taken.added})
    for sign, why in taken.left_out[:20]:
        messages.warning(request, f"I{sign.number}: {why}")
    if not taken.added and not taken.left_out:
        messages.success(request, _("Every indicator is in the plan already."))


@require_http_methods(["GET", "POST"])
@in_cycle
def measure_page(request: Request, cycle: Cycle, number: int) -> HttpResponse:
    """One measure: change it, or take it out of the plan."""
    me = may(request, roles.SPECIFY)
    measure = get_object_or_404(Measure.objects.select_related("commitment", "lot"), cycle=cycle, number=number)
    form, changed, now = MeasureForm(cycle=cycle, initial=MeasureForm.kept(measure)), None, timezone.now()
    if request.method == "POST" and request.POST.get("act") == "retire":
        monitoring.retire(measure, reason=request.POST.get("reason", ""), by=me, now=now)
        messages.success(request, _("It left the plan. What it showed so far stays."))
        return redirect("monitoring", cycle.slug)
    if request.method == "POST":
        form = MeasureForm(request.POST, cycle=cycle)
        if form.is_valid():
            try:
                seen = form.cleaned_data["seen_version"] or 0
                monitoring.change_measure(measure, form.words(measure), seen_version=seen, by=me, now=now)
            except monitoring.SomebodyElseSaved as late:
                changed = late
                form = MeasureForm(cycle=cycle, initial=form.cleaned_data | {"seen_version": late.current.version})
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The measure is changed."))
                return redirect("monitoring", cycle.slug)
    context = {"cycle": cycle, "measure": measure, "form": form, "changed": changed, "reason_form": ReasonForm()}
    return render(request, "outcomes/measure.html", context, status=409 if changed else 422 if form.errors else 200)
