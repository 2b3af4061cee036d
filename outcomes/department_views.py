"""The departments whose services a cycle touches, and for those who watch: the decisions that touch theirs (AN-18)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import departments
from commissioning.doorway import Request, in_public, taking_part
from commissioning.forms import first_error
from commissioning.models import Cycle, Department, Membership
from commissioning.sentences import Refused
from commissioning.starting_forms import DepartmentForm
from outcomes.models import Decision

MOST = 50  # decisions on the page


@require_http_methods(["GET", "POST"])
@in_public
def departments_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Who else is touched, who watches, who takes part; an officer of another department can begin to watch here."""
    if request.method == "POST":
        _act(request, cycle)
        return redirect("departments", cycle.slug)
    user = request.viewer.user
    mine = departments.watched_by(cycle, user)
    officer = user is not None and Membership.objects.filter(user=user).exists()
    context = {
        "cycle": cycle,
        "departments": list(Department.objects.filter(cycle=cycle)),
        "mine": mine,
        "decisions": _decisions(cycle, departments.services_of(mine)) if mine else [],
        "may_watch": officer and request.me is None,
        "form": DepartmentForm(),
        "held": request.held,
    }
    return render(request, "outcomes/departments.html", context)


def _act(request: Request, cycle: Cycle) -> None:
    now = timezone.now()
    if request.POST.get("act") == "watch":
        user = request.viewer.user
        if user is None:
            raise Refused(_("Sign in first, so that we know which department you are from."))
        name, services = request.POST.get("name", ""), request.POST.get("services", "")
        departments.watch(cycle, name=name, services=services, user=user, now=now)
        messages.success(request, _("You watch this cycle now. Decisions that name your services stand first on this page."))
        return
    form = DepartmentForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    departments.note(cycle, **form.cleaned_data, by=taking_part(request, cycle), now=now)
    messages.success(request, _("Kept."))


def _decisions(cycle: Cycle, services: list[str]) -> list[tuple[Decision, list[Any]]]:
    """The newest answers of the authority, those that name one of these services first."""
    listed = (
        Decision.objects.filter(agreement__proposal__workshop__cycle=cycle).select_related("agreement__proposal").order_by("-pk")[:MOST]
    )
    rows = [(one, departments.touched(f"{one.agreement.proposal.text} {one.reason}", services)) for one in listed]
    return sorted(rows, key=lambda row: not row[1])
