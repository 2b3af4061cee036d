"""The page on which the evaluation score is shared between price, quality and social value."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.models import Cycle
from outcomes import weighing
from outcomes.models import Weighting


class WeightingForm(forms.Form):
    """Three shares that come to a hundred, and why."""

    price = forms.IntegerField(label=gettext_lazy("Price, in per cent"), min_value=0, max_value=100)
    quality = forms.IntegerField(label=gettext_lazy("Quality, in per cent"), min_value=0, max_value=100)
    social_value = forms.IntegerField(label=gettext_lazy("Social value, in per cent"), min_value=0, max_value=100)
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed when social value counts for nothing. Everybody can read it."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@in_cycle
def weighting_page(request: Request, cycle: Cycle) -> HttpResponse:
    """How the score is shared now, how it was before, and for whoever convenes a form for the next version."""
    versions = list(Weighting.objects.filter(cycle=cycle).select_related("by__organisation"))
    form = WeightingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        weighing.propose(cycle, **form.cleaned_data, by=taking_part(request, cycle), now=timezone.now())
        messages.success(request, _("Kept. Earlier versions stay below."))
        return redirect("weighting", cycle.slug)
    context = {"cycle": cycle, "now": versions[0] if versions else None, "earlier": versions[1:], "form": form, "held": request.held}
    return render(request, "outcomes/weighting.html", context, status=422 if form.errors else 200)
