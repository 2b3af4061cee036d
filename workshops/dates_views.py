"""Doorways to dates, arrangements and the calendar file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning.doorway import Request, number_in, taking_part
from commissioning.forms import first_error
from commissioning.people import held_by
from commissioning.sentences import Refused
from workshops import availability, calendar_file, policy, scheduling
from workshops.dates_forms import ArrangementForm, ProposeDatesForm
from workshops.models import ProposedDate, Workshop
from workshops.views import acting, in_workshop


def dates_context(request: Request, workshop: Workshop) -> dict[str, Any]:
    """The dates people are asked about, with this person's own answers."""
    now = timezone.now()
    offered = [date for date in scheduling.offered_dates(workshop) if date.starts_at > now]
    mine = scheduling.answers_of(request.me, offered) if request.me else {}
    return {
        "offered": [(date, mine.get(date.pk, "")) for date in offered],
        "answers": availability.ANSWERS,
        "answered": bool(mine),
        "shown": offered,
    }


def answers_in(request: Request) -> dict[int, str]:
    """What a form says about each date; only answers that were given."""
    pairs = ((number_in(name.removeprefix("date-")), str(value)) for name, value in request.POST.items() if name.startswith("date-"))
    return {pk: value for pk, value in pairs if pk is not None and value}


@require_http_methods(["GET", "POST"])
@in_workshop
def dates(request: Request, workshop: Workshop) -> HttpResponse:
    """The proposed dates: everybody answers; whoever arranges also sees who would be missing."""
    if request.method == "POST":
        me = taking_part(request, workshop.cycle)
        scheduling.answer_dates(workshop, answers_in(request), by=me, now=timezone.now())
        messages.success(request, _("Thank you. Your answers are kept. You can change them here."))
        return redirect("dates", workshop.slug)
    arranges = policy.why_not_arrange(held_by(request.me)) is None
    context = {
        "workshop": workshop,
        "cycle": workshop.cycle,
        "arranges": arranges,
        "held": request.held,
        **dates_context(request, workshop),
    }
    if arranges:
        context |= {"looks": scheduling.looks_at(workshop, context["shown"]), "form": ProposeDatesForm()}
    return render(request, "workshops/dates.html", context)


@acting
def propose_dates(request: Request, workshop: Workshop, me: Any) -> HttpResponse:
    """Ask people about some dates."""
    form = ProposeDatesForm(request.POST)
    if not form.is_valid():
        raise first_error(form)
    scheduling.propose_dates(workshop, form.moments(), by=me, now=timezone.now())
    messages.success(request, _("The dates are proposed, and people are asked."))
    return redirect("dates", workshop.slug)


def _date(workshop: Workshop, pk: int) -> ProposedDate:
    return get_object_or_404(ProposedDate.objects.select_related("workshop__cycle"), pk=pk, workshop=workshop)


@acting
def choose_date(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Choose a date with one press; everybody is told."""
    scheduling.choose_date(_date(workshop, pk), by=me, now=timezone.now())
    messages.success(request, _("The date is chosen. Everybody is told, with a file for their calendar."))
    return redirect("dates", workshop.slug)


@acting
def take_back_date(request: Request, workshop: Workshop, me: Any, pk: int) -> HttpResponse:
    """Take a proposed date back."""
    scheduling.take_back_date(_date(workshop, pk), by=me, now=timezone.now())
    return redirect("dates", workshop.slug)


@acting
def call_off(request: Request, workshop: Workshop, me: Any) -> HttpResponse:
    """Call the meeting off, with a reason."""
    scheduling.call_off(workshop, reason=request.POST.get("reason", ""), by=me, now=timezone.now())
    messages.success(request, _("The meeting is called off. Everybody is told."))
    return redirect("arrangements", workshop.slug)


@require_http_methods(["GET", "POST"])
@in_workshop
def arrangements(request: Request, workshop: Workshop) -> HttpResponse:
    """Time, place, pay, and the window for taking part without the meeting."""
    if policy.why_not_arrange(request.held) is not None:
        raise Http404
    form = ArrangementForm(request.POST) if request.method == "POST" else ArrangementForm.of(workshop)
    if request.method == "POST" and form.is_valid():
        try:
            me, reason = taking_part(request, workshop.cycle), form.cleaned_data["reason"]
            scheduling.arrange(workshop, form.arrangement(), reason=reason, by=me, now=timezone.now())
            messages.success(request, _("The arrangements are kept."))
            return redirect("arrangements", workshop.slug)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"workshop": workshop, "cycle": workshop.cycle, "form": form}
    return render(request, "workshops/arrangements.html", context, status=422 if form.errors else 200)


@require_safe
@in_workshop
def calendar(request: Request, workshop: Workshop) -> HttpResponse:
    """The workshop as a file for a calendar; there is none before it has a date."""
    if workshop.starts_at is None:
        raise Http404
    body = calendar_file.as_ics(workshop, now=timezone.now())
    response = HttpResponse(body, content_type=f"text/calendar; charset=utf-8; method={calendar_file.method_of(workshop)}")
    response["Content-Disposition"] = f'attachment; filename="{workshop.slug}.ics"'
    return response
