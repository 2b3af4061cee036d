"""Doorways of one outcome and one indicator of the framework."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_cycle, manner_of, may, taking_part
from commissioning.forms import ReasonForm
from commissioning.models import Asset, Cycle
from commissioning.sentences import Refused
from outcomes import adopting, consequences, framework_content, framing, library, seen
from outcomes.framework_forms import AroundForm, CoDeliveryForm, ConsequenceForm, IndicatorForm
from outcomes.models import CoDelivery, Framework, Indicator, Measure, Outcome


@require_http_methods(["GET", "POST"])
@in_cycle
def indicator_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """How one indicator is collected and what it aims at."""
    me = may(request, roles.SPECIFY)
    indicator = get_object_or_404(
        Indicator.objects.select_related("outcome__theme__framework", "proposal__workshop"), pk=pk, outcome__theme__framework__cycle=cycle
    )
    saw, stood = seen.mark(adopting.collected(indicator)), None
    form = IndicatorForm(request.POST or None, instance=indicator)
    if request.method == "POST":
        saw = request.POST.get("seen", "")
    if request.method == "POST" and form.is_valid():
        try:
            adopting.describe_indicator(indicator, form.words(), by=me, now=timezone.now(), saw=saw)
        except seen.SomebodyElseSaved:
            stood = Indicator.objects.select_related("outcome").get(pk=indicator.pk)
            saw = seen.mark(adopting.collected(stood))
        else:
            messages.success(request, _("Kept."))
            return redirect("outcome", cycle.slug, indicator.outcome_id)
    context = {
        "cycle": cycle,
        "indicator": indicator,
        "outcome": indicator.outcome,
        "form": form,
        "seen": saw,
        "meanwhile": IndicatorForm.in_words(stood) if stood else None,
        "frozen": indicator.outcome.theme.framework.state == Framework.State.FROZEN,
        "measures": list(Measure.objects.filter(cycle=cycle, indicator=indicator, retired_at=None).order_by("number")),
    }
    return render(request, "outcomes/indicator.html", context, status=409 if stood else 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def outcome_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """One outcome: its signs, what else may follow, what people do themselves; and for whoever specifies, what it is for."""
    outcome = get_object_or_404(_listed(cycle), pk=pk)
    shown = _forms(request, cycle, outcome)
    cited: list[framing.Citation] = []
    meanwhile = False
    act = request.POST.get("act", "")
    if request.method == "POST":
        if act not in (*shown, "retire"):
            raise Refused(_("Choose what to do."))
        if act == "retire" or shown[act].is_valid():
            try:
                _act(request, cycle, outcome, act, shown.get(act))
                return redirect("outcome", cycle.slug, outcome.pk)
            except framing.StillCited as named:
                cited = named.cited
            except seen.SomebodyElseSaved:
                meanwhile, outcome = True, get_object_or_404(_listed(cycle), pk=pk)
    specifies = roles.SPECIFY in request.held
    framework = outcome.theme.framework
    proposal = outcome.decision.agreement.proposal
    wrong = any(form.errors for form in shown.values())
    context = {
        "cycle": cycle,
        "outcome": outcome,
        "proposal": proposal,
        "framework": framework,
        "reopened": adopting.reopened_in(framework).filter(pk=outcome.pk).exists(),
        "later": library.proposed_later([proposal.pk]).get(proposal.pk, []),
        "waiting": list(library.waiting_in(cycle).filter(proposal=proposal)),
        "forms": {act.replace("co-delivery", "people"): form for act, form in shown.items()},
        "form": next((form for form in shown.values() if form.errors), None),
        "may_edit": specifies and framework.state == Framework.State.DRAFT and outcome.retired_at is None,
        "me": request.me,
        "seen": request.POST.get("seen", "") if wrong else seen.mark(framing.around_of(outcome)),
        "meanwhile": AroundForm.in_words(outcome) if meanwhile else None,
        "cited": cited or (framing.cited_by(outcome, cycle) if specifies else []),
        "refused": bool(cited),
        "reason_form": ReasonForm(),
    }
    return render(request, "outcomes/outcome.html", context, status=409 if cited or meanwhile else 422 if wrong else 200)


def _listed(cycle: Cycle) -> Any:
    """The outcomes of a cycle with all that their page shows."""
    return (
        Outcome.objects.filter(theme__framework__cycle=cycle)
        .select_related("theme__framework", "decision__agreement__proposal__workshop")
        .prefetch_related(Prefetch("indicators", Indicator.objects.select_related("outcome")), "clauses")
        .prefetch_related(Prefetch("co_delivered", CoDelivery.objects.select_related("asset", "by__organisation")))
        .prefetch_related(Prefetch("consequences", framework_content.consequences_shown()))
    )


def _forms(request: Request, cycle: Cycle, outcome: Outcome) -> dict[str, forms.Form]:
    """The forms of the page by what they do; the one that was sent holds what was typed."""
    sent = request.POST.get("act") if request.method == "POST" else ""
    data = {act: request.POST if sent == act else None for act in ("describe", "consequence", "co-delivery")}
    key = {"key": secrets.token_hex(12)}
    return {
        "describe": AroundForm(data["describe"], initial=AroundForm.of(outcome), auto_id="around_%s"),
        "consequence": ConsequenceForm(data["consequence"], initial=key, auto_id="follows_%s"),
        "co-delivery": CoDeliveryForm(data["co-delivery"], initial=key, auto_id="people_%s", assets=Asset.objects.filter(cycle=cycle)),
    }


def _act(request: Request, cycle: Cycle, outcome: Outcome, act: str, form: forms.Form | None) -> None:
    me, now = taking_part(request, cycle), timezone.now()
    if form is None:
        framing.retire(outcome, reason=request.POST.get("reason", ""), by=me, now=now)
        messages.success(request, _("The outcome is retired. Versions frozen before keep it, and the reason is in the minutes."))
    elif isinstance(form, AroundForm):
        framing.describe_outcome(outcome, form.around(), by=me, now=now, saw=request.POST.get("seen", ""))
        messages.success(request, _("Kept."))
    elif isinstance(form, CoDeliveryForm):
        consequences.note_co_delivery(outcome, **form.cleaned_data, by=me, now=now)
        messages.success(request, _("It stands here, beside what the contract asks."))
    else:
        data = form.cleaned_data
        said = {"text": data["text"], "intended": data["intended"] == "yes", "positive": data["positive"] == "yes"}
        consequences.add(outcome, **said, by=me, key=data["key"], now=now, manner=manner_of(request))
        messages.success(request, _("It stands here, and whoever plans what is looked at sees it. You will get an answer."))
