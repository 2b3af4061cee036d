"""The pages on which the evaluation score is shared between price, quality and social value."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_cycle, may, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Participant
from commissioning.sentences import Refused
from outcomes import advising, criteria, weighing, weighting_rules
from outcomes.models import Advice, Weighting, WeightingMinimum
from outcomes.weighting_forms import AdoptForm, AdviceForm, MinimumForm, WeightingForm


@require_http_methods(["GET", "POST"])
@in_cycle
def weighting_page(request: Request, cycle: Cycle) -> HttpResponse:
    """How the score is shared: proposed, advised and adopted side by side, with the form each person may use."""
    act = request.POST.get("act", "propose") if request.method == "POST" else ""
    minimum = weighing.minimum_of(cycle.authority, timezone.localdate())
    propose = WeightingForm(request.POST if act == "propose" else None, minimum=minimum is not None)
    adopt = AdoptForm(
        request.POST if act == "adopt" else None, cycle=cycle, minimum=minimum is not None, initial=_begin(cycle), auto_id="adopt_%s"
    )
    status = 200
    if act in ("propose", "adopt"):
        form = propose if act == "propose" else adopt
        status = _kept(request, cycle, act, form)
        if not status:
            return redirect("weighting", cycle.slug)
    elif act:
        _asked(request, cycle, act)
        return redirect("weighting", cycle.slug)
    context = _shown(request, cycle) | {"propose_form": propose, "adopt_form": adopt, "minimum": minimum}
    return render(request, "outcomes/weighting.html", context, status=status)


def _begin(cycle: Cycle) -> dict[str, Any]:
    """What is proposed, so that whoever decides begins from it."""
    last = Weighting.objects.filter(cycle=cycle).first()
    return {name: getattr(last, name) for name in ("price", "quality", "social_value")} if last else {}


def _kept(request: Request, cycle: Cycle, act: str, form: WeightingForm) -> int:
    """Keep what was written; 0 when it is kept, else the status of the page that shows it again."""
    me, now = taking_part(request, cycle), timezone.now()
    if not form.is_valid():
        return 422
    shares, excepted = form.shares(), form.excepted()
    try:
        if act == "propose":
            weighing.propose(cycle, **shares, draft_only=form.cleaned_data.get("draft_only", False), excepted=excepted, by=me, now=now)
            messages.success(request, _("Kept as a proposal. Earlier versions stay below."))
        else:
            beside = {name: form.cleaned_data[name] for name in ("decider_role", "outcomes")}
            weighing.adopt(cycle, **shares, **beside, excepted=excepted, by=me, now=now)
            messages.success(request, _("Adopted. Everybody can read the reason."))
    except Refused as refused:
        if (roles.CONVENE if act == "propose" else roles.DECIDE) not in request.held or weighing.why_not_change(cycle):
            raise  # the page has no form to show it in
        form.add_error(None, str(refused))
        return 409
    return 0


def _asked(request: Request, cycle: Cycle, act: str) -> None:
    """Ask people for advice, take one's own, or close the asking."""
    me, now, advice = taking_part(request, cycle), timezone.now(), advising.open_in(cycle)
    if act == "ask":
        advising.open_advice(cycle, by=me, now=now)
        messages.success(request, _("Everybody can now say which share they advise."))
        return
    if advice is None:
        raise Refused(_("Nobody is asked for advice on the share at the moment."))
    if act == "advise":
        form = AdviceForm(request.POST)
        if not form.is_valid():
            raise first_error(form)
        advising.advise(advice, share=form.cleaned_data["share"], by=me, now=now)
        messages.success(request, _("Kept. You can change it until it is closed. It is advice; the authority decides."))
    elif act == "close":
        advising.close_advice(advice, by=me, now=now)
        messages.success(request, _("Closed and counted."))
    else:
        raise Refused(_("Choose what to do here."))


def _shown(request: Request, cycle: Cycle) -> dict[str, Any]:
    related = ("by__organisation", "exception__minimum")
    versions = list(Weighting.objects.filter(cycle=cycle).select_related(*related).prefetch_related("outcomes"))
    proposed, adopted = (next((v for v in versions if v.kind == kind), None) for kind in (Weighting.Kind.PROPOSED, Weighting.Kind.ADOPTED))
    advices = list(advising.advices_of(cycle))
    closed = next((a for a in advices if a.closed_at), None)
    open_now = next((a for a in advices if a.closed_at is None), None)
    locked = weighing.why_not_change(cycle)
    share = (adopted or proposed).social_value if adopted or proposed else None  # type: ignore[union-attr]
    advised = advising.advised(closed)
    bars = weighting_rules.bars(proposed.social_value if proposed else None, advised, adopted.social_value if adopted else None)
    return {
        "cycle": cycle,
        "versions": versions,
        "proposed": proposed,
        "adopted": adopted,
        "closed": closed,
        "open_now": open_now,
        "locked": locked,
        "mine": _mine(open_now, request.me),
        "why_not_advise": str(locked or advising.why_not_advise(open_now, request.me) or "") if request.me else "",
        "bars": bars if len(bars) > 1 else [],
        "note": weighting_rules.note_on(share) if share is not None else None,
        "criteria_count": criteria.standing(cycle).count(),
        "advice_form": AdviceForm(),
        "me": request.me,
        "held": request.held,
    }


def _mine(advice: Advice | None, me: Participant | None) -> int | str | None:
    """What somebody advised, or why they cannot."""
    if advice is None or me is None:
        return None
    try:
        return advising.mine(advice, me)
    except Refused:
        return None


@require_http_methods(["GET", "POST"])
@in_cycle
def minimum_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The authority's minimum: who set it, from when, in which words."""
    form = MinimumForm(request.POST or None, initial={"since": timezone.localdate().isoformat()})
    status = 200
    if request.method == "POST":
        me = may(request, roles.CONVENE)
        status = 422
        if form.is_valid():
            try:
                weighing.set_minimum(cycle, **form.cleaned_data, by=me, now=timezone.now())
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Kept. It holds for every cycle of this authority from that day on."))
                return redirect("weighting_minimum", cycle.slug)
    listed = list(WeightingMinimum.objects.filter(authority=cycle.authority).order_by("-since", "-pk"))
    context = {
        "cycle": cycle,
        "now": weighing.minimum_of(cycle.authority, timezone.localdate()),
        "listed": listed,
        "form": form,
        "held": request.held,
    }
    return render(request, "outcomes/weighting_minimum.html", context, status=status)
