"""Doorways of the reach funnel: who heard of it and who did not, and sending again by another way."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from commissioning import providers, roles
from commissioning.doorway import Request, in_cycle, may
from commissioning.models import Cycle, ProviderEntry
from commissioning.provider_map import SIZES
from commissioning.providers_forms import SentForm
from outcomes import reach
from outcomes.reach import OrganisationLook


class SendAgainForm(SentForm):
    """To whom something went again, by another way."""

    entries = forms.TypedMultipleChoiceField(label=gettext_lazy("To whom?"), coerce=int, widget=forms.CheckboxSelectMultiple)
    field_order = ["entries", "what", "route", "came", "day", "invites", "note"]

    def __init__(self, *args: Any, listed: list[OrganisationLook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entries"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (tells the type checker which field it is)
        field.choices = [(one.entry.pk, _label(one)) for one in listed]
        field.error_messages["required"] = _("Tick at least one organisation.")


def _label(one: OrganisationLook) -> str:
    wants = one.entry.get_channel_display()
    size = SIZES[one.organisation.size]
    return f"{one.organisation} ({size}; {_('wants to hear by')} {wants.lower()})" if wants else f"{one.organisation} ({size})"


@require_http_methods(["GET", "POST"])
@in_cycle
def reach_page(request: Request, cycle: Cycle) -> HttpResponse:
    """From the map to the final text. Officers see names; others see counts (TR-03, VS-03)."""
    found = reach.reach_in(cycle)
    named = roles.CONVENE in request.held
    if request.method == "POST" and not named:
        raise Http404
    listed = sorted(found.looks, key=lambda one: (not one.got_nothing, one.organisation.name))
    initial = {"day": timezone.localdate(), "what": _("The invitation, sent again")}
    form = SendAgainForm(request.POST or None, listed=listed, initial=initial) if named else None
    if request.method == "POST" and form is not None and form.is_valid():
        chosen = ProviderEntry.objects.filter(cycle=cycle, pk__in=form.cleaned_data["entries"])
        key, me = form.cleaned_data["key"], may(request, roles.CONVENE)
        n = providers.log_sent(cycle, list(chosen), form.sent(), key=key, by=me, now=timezone.now())
        messages.success(request, _("Written down for %(n)s organisations.") % {"n": n})
        return redirect("reach", cycle.slug)
    context = {
        "cycle": cycle,
        "reach": found,
        "chart": found.chart() if found.looks else None,
        "named": named,
        "unreached": found.unreached,
        "kinds": [kind.label for kind in reach.CITIZENS],
        "form": form,
    }
    return render(request, "outcomes/reach.html", context, status=422 if form is not None and form.errors else 200)
