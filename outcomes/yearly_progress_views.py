"""Doorways of a year's progress, for officers and for everybody, and of how well people are answered."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import roles
from commissioning.doorway import Request, in_cycle, in_public, may, number_in
from commissioning.models import Cycle
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from outcomes import feedback_loop as looks
from outcomes import travel_letters, voices
from outcomes import yearly_progress as acts
from outcomes.models import ProgressYear
from workshops import sending
from workshops.models import Letter


def _year(text: str, now: int) -> int:
    year = number_in(text) if text else now
    if year is None or not 1 <= year <= now:
        raise Http404
    return year


@require_http_methods(["GET", "POST"])
@in_cycle
def desk(request: Request, cycle: Cycle) -> HttpResponse:
    """A year as it stands in the record, to read before it is published."""
    me, today = may(request, roles.CONVENE), timezone.localdate()
    now = acts.this_year(cycle, today)
    if request.method == "POST" and request.POST.get("act") == "sent":
        letter = get_object_or_404(Letter, pk=number_in(request.POST.get("letter", "")), cycle=cycle, kind=Letter.Kind.TRAVELLED)
        sending.mark_sent(letter, by=me, now=timezone.now())
        return redirect("progress_desk", cycle.slug)
    if request.method == "POST":
        year = number_in(request.POST.get("year", ""))
        if year is None:
            raise Refused(_("Choose a year."))
        made = acts.publish(cycle, year=year, because=request.POST.get("because", ""), by=me, now=timezone.now())
        return redirect("progress_year", cycle.slug, made.year, made.version)
    year = _year(request.GET.get("year", ""), now)
    listed = acts.published_in(cycle)
    content = acts.content_of(cycle, year, today)
    last = next((one for one in listed if one.year == year), None)
    context = {
        "cycle": cycle,
        "year": year,
        "years": range(1, now + 1),
        "content": acts.with_words(content, cycle),
        "listed": listed,
        "last": last,
        "link": voices.link_of(cycle),
        "held": request.held,
        "letters": travel_letters.by_hand_in(cycle),
        "today": today,
    }
    return render(request, "outcomes/yearly/desk.html", context)


@require_safe
@in_public
def progress(request: Request, cycle: Cycle) -> HttpResponse:
    """The newest year that was published, and the way to the others."""
    listed = acts.published_in(cycle)
    context = {"cycle": cycle, "listed": listed, "shown": listed[0] if listed else None, "held": request.held, "me": request.me}
    context["content"] = acts.with_words(listed[0].content, cycle) if listed else None
    context["link"] = voices.link_of(cycle)
    return render(request, "outcomes/yearly/progress.html", context)


@require_safe
@in_public
def published(request: Request, cycle: Cycle, year: int, version: int) -> HttpResponse:
    """One version of one year, as it was published."""
    shown = get_object_or_404(ProgressYear, cycle=cycle, year=min(year, 10_000), version=min(version, 10_000))
    context = {
        "cycle": cycle,
        "listed": acts.published_in(cycle),
        "shown": shown,
        "content": acts.with_words(shown.content, cycle),
        "link": voices.link_of(cycle),
        "held": request.held,
        "me": request.me,
    }
    return render(request, "outcomes/yearly/progress.html", context)


@require_safe
@in_cycle
def feedback_loop(request: Request, cycle: Cycle) -> HttpResponse:
    """How well people are answered, for everybody who takes part."""
    return render(
        request,
        "outcomes/yearly/loop.html",
        {"cycle": cycle, "loops": looks.feedback_loop(cycle, now=timezone.now()), "days": looks.IN_TIME.days},
    )
