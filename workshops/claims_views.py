"""Doorways to claims: one person's own, and all of a cycle for whoever convenes it. No page about votes comes near them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, keep_seat, may
from commissioning.forms import first_error
from commissioning.models import Cycle
from commissioning.sentences import Refused
from workshops import attendance, claiming, payment
from workshops.dates_forms import ClaimForm, DecisionForm
from workshops.invitation_views import by_key
from workshops.models import Claim, Workshop
from workshops.terms import plain_number
from workshops.views import in_workshop

ROWS = 50  # claims on one page


@require_http_methods(["GET", "POST"])
@in_workshop
def claim(request: Request, workshop: Workshop) -> HttpResponse:
    """One person's claim for a workshop, and what became of it. It can be made after the cycle has closed, too."""
    me = request.me
    if me is None:
        raise Http404
    form = ClaimForm(
        request.POST if request.method == "POST" else None, initial={"hours": plain_number(attendance.hours_here(workshop, me))}
    )
    if request.method == "POST" and form.is_valid():
        try:
            claiming.claim(workshop, **form.claimed(), by=me, now=timezone.now())
            messages.success(request, _("Your claim is sent. This page shows what becomes of it."))
            return redirect("claim", workshop.slug)
        except Refused as refused:
            form.add_error(None, str(refused))
    mine = claiming.claims_of(me, workshop)
    may_claim = attendance.took_part(workshop, me) and not any(c.state in claiming.LIVE for c in mine)
    context = {"workshop": workshop, "cycle": workshop.cycle, "form": form, "mine": mine, "may_claim": may_claim or bool(form.errors)}
    return render(request, "workshops/claim.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def invited_claim(request: Request, key: str, slug: str) -> HttpResponse:
    """The way to one's claim from a letter: looking changes nothing, the button keeps this device."""
    workshop = by_key(request, key, slug)
    if workshop is None or request.me is None:
        return render(request, "workshops/enter_code.html", {"wait": True}, status=429)
    if request.method == "POST":
        return keep_seat(redirect("claim", slug), request.me, key)
    context = {"workshop": workshop, "cycle": workshop.cycle, "mine": claiming.claims_of(request.me, workshop), "by_link": True}
    return render(request, "workshops/claim.html", context)


@require_safe
@in_cycle
def claims(request: Request, cycle: Cycle) -> HttpResponse:
    """Every claim of the cycle, what engagement costs, and the hours nobody is paid for."""
    may(request, roles.CONVENE)
    page = Paginator(claiming.claims_in(cycle), ROWS).get_page(request.GET.get("page"))
    rows = [(made, payment.STEPS[made.state]) for made in page]
    context = {"cycle": cycle, "page": page, "rows": rows, "cost": claiming.cost_of(cycle), "today": timezone.localdate()}
    return render(request, "workshops/claims.html", context)


@require_POST
@in_workshop
def decide_claim(request: Request, workshop: Workshop, pk: int) -> HttpResponse:
    """Approve, decline or mark as paid; it can be done after the cycle has closed, too."""
    me = may(request, roles.CONVENE)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    claiming.decide(get_object_or_404(Claim, pk=pk, workshop=workshop), claiming.Decision(**form.cleaned_data), by=me, now=timezone.now())
    messages.success(request, _("It is kept, and the person is told."))
    return redirect("claims", workshop.cycle.slug)
