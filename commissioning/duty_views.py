"""Doorways of duties as evidence: the list side by side, and one page for each duty."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import bases, duties, roles
from commissioning.doorway import Request, in_public, may
from commissioning.duty_forms import BoughtForm, DutyForm
from commissioning.models import Cycle
from commissioning.sentences import Refused


@require_http_methods(["GET", "POST"])
@in_public
def duties_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every duty side by side: what is on record, since when, and what is missing. Officers say here what is bought."""
    last = duties.bought(cycle)
    kept = {"kind": last.kind, "value": last.value} if last else None
    form = BoughtForm(request.POST or None, initial=kept)
    if request.method == "POST":
        me = may(request, roles.CONVENE)
        if form.is_valid():
            duties.say_what_is_bought(cycle, **form.cleaned_data, by=me, now=timezone.now())
            return redirect("duties", cycle.slug)
    rows, basis = duties.looks(cycle), bases.of(cycle)
    context = {
        "cycle": cycle,
        "rows": rows if request.me else [row for row in rows if row.record],
        "basis": basis,
        "standing": duties.standing(cycle),
        "bought": last,
        "short": duties.is_short(cycle, basis),
        "figures": duties.figures(rows),
        "form": form,
        "me": request.me,
        "held": request.held,
    }
    return render(request, "commissioning/duties.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_public
def duty_page(request: Request, cycle: Cycle, code: str) -> HttpResponse:
    """One duty: what is on record and what came before; officers write it here."""
    basis, writes = bases.of(cycle), roles.CONVENE in request.held
    look = next((row for row in duties.looks(cycle) if row.duty.code == code), None)
    if look is None or (look.record is None and request.me is None):
        raise Http404
    short = duties.is_short(cycle, basis)
    form = DutyForm(request.POST or None, look=look, basis=basis, short=short, citable=duties.citable(cycle)) if writes else None
    status = 200
    if request.method == "POST":
        status, done = _keep(request, cycle, code, form)
        if done:
            return redirect("duty", cycle.slug, code)
    context = {
        "cycle": cycle,
        "look": look,
        "basis": basis,
        "short": short and bool(look.duty.short_parts),
        "covered": [d for d in basis.duties if look.record and d.code in look.record.covers],
        "is_waiver": code == basis.waiver,
        "inside": request.me is not None or Cycle.objects.visible_to(request.viewer).filter(pk=cycle.pk).exists(),
        "form": form,
        "held": request.held,
    }
    return render(request, "commissioning/duty.html", context, status=status)


def _keep(request: Request, cycle: Cycle, code: str, form: DutyForm | None) -> tuple[int, bool]:
    """Keep what was sent as a draft or on record; what is refused is said on the form, with everything that was written."""
    me, now = may(request, roles.CONVENE), timezone.now()
    if form is None or not form.is_valid():
        return 422, False
    try:
        if request.POST.get("act") == "record":
            duties.record(cycle, code, form.writing, by=me, now=now)
            messages.success(request, _("On record since now. It can be replaced, never changed."))
        else:
            duties.keep_draft(cycle, code, form.writing, by=me, now=now)
            messages.success(request, _("The draft is kept. It counts once you put it on record."))
    except Refused as refused:
        form.add_error(None, str(refused))
        return 409, False
    return 302, True


@require_http_methods(["GET", "POST"])
@in_public
def waiver_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The record about urgent need, under the name people look for."""
    code = bases.of(cycle).waiver
    if not code:
        raise Http404
    return redirect("duty", cycle.slug, code)
