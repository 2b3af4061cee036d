"""Doorways of a consultation's summary: the page everybody may read, and the one from which it is sent."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import consultation_looks, roles, summing_up
from commissioning.bringing_views import consultation_here
from commissioning.consultation_forms import SummaryForm
from commissioning.doorway import Request, in_cycle, in_public, may, taking_part
from commissioning.models import Cycle, LeftAddress
from commissioning.sentences import Refused

BY_HAND = 200  # addresses a person uses, listed at a time


@require_safe
@in_public
def summary_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """What people said, for everybody: the summary and the themes in numbers, small groups left out."""
    consultation = consultation_here(cycle, pk)
    if consultation.summed_up_at is None and request.me is None:
        raise Http404
    context = {
        "cycle": cycle,
        "consultation": consultation,
        "themes": consultation_looks.public_themes(consultation) if consultation.summed_up_at else [],
        "size": consultation_looks.size_of(consultation),
        "member": request.me is not None,
    }
    return render(request, "commissioning/consultation_summary.html", context)


@require_http_methods(["GET", "POST"])
@in_cycle
def sending_page(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Write the summary, publish it, send it once to everybody who left an address, and see how many went."""
    me = may(request, roles.CONVENE)
    consultation = consultation_here(cycle, pk)
    act = request.POST.get("act")
    written = {"summary": consultation.summary, "seen": summing_up.mark_of(consultation.summary)}
    form = SummaryForm(request.POST if act == "publish" else None, initial=written)
    if request.method == "POST":
        now = timezone.now()
        taking_part(request, cycle)
        if act == "publish" and form.is_valid():
            summing_up.publish(consultation, **form.cleaned_data, by=me, now=now)
            messages.success(request, _("The summary is published."))
            return redirect("consultation_sending", cycle.slug, pk)
        if act == "send":
            n = summing_up.send(consultation, by=me, now=now)
            messages.success(request, _("%(n)s summaries are on their way.") % {"n": n})
            return redirect("consultation_sending", cycle.slug, pk)
        if act == "delete":
            n = summing_up.delete_addresses(consultation, by=me, now=now)
            messages.success(request, _("%(n)s addresses are deleted.") % {"n": n})
            return redirect("consultation_sending", cycle.slug, pk)
        if act != "publish":
            raise Refused(_("Choose what to do."))
    sender = roles.ANSWER in request.held
    others = LeftAddress.objects.filter(consultation=consultation, mail=False, bringing__state="done").exclude(address="")
    context = {
        "cycle": cycle,
        "consultation": consultation,
        "form": form,
        "reach": summing_up.reach_of(consultation),
        "sender": sender,
        "others": list(others.values_list("address", flat=True)[:BY_HAND]) if sender and consultation.summed_up_at else [],
    }
    return render(request, "commissioning/consultation_sending.html", context, status=422 if form.errors else 200)
