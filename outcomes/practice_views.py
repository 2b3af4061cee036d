"""Pages of the eight principles and the seven shifts: open to everybody once the cycle is, written by those in it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning.doorway import Request, in_public, number_in, taking_part
from commissioning.models import Cycle, PrincipleAnswer
from commissioning.sentences import Refused
from outcomes import practice, principles, shift_rules, shifts

# Which page shows what a line of a principle speaks of. Pages of other parts of the product are named here once they exist.
PAGES: dict[str, tuple[str, ...]] = {
    "needs": ("stage", "analyse"),
    "people": ("people",),
    "specification": ("specification",),
    "providers": ("stage", "analyse"),
    "shape": ("shape",),
    "route": ("route",),
}


def _insider(request: Request, cycle: Cycle) -> bool:
    """Whether the viewer may follow links into the cycle; others read the words alone."""
    return request.me is not None or Cycle.objects.visible_to(request.viewer).filter(pk=cycle.pk).exists()


@require_http_methods(["GET", "POST"])
@in_public
def principles_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The eight principles, each with what shows it."""
    if request.method == "POST":
        sent = {name: request.POST.get(name, "") for name in ("kind", "words", "link")}
        me = taking_part(request, cycle)
        principles.answer(cycle, request.POST.get("code", ""), **sent, by=me, now=timezone.now())
        messages.success(request, _("Kept. Everybody can read it."))
        return redirect("principles", cycle.slug)
    rows = principles.look(cycle, timezone.now())
    context = {
        "cycle": cycle,
        "rows": rows,
        "shown": sum(1 for row in rows if row.standing.state == "shown"),
        "declined": sum(1 for row in rows if row.standing.state == "declined"),
        "pages": {name: reverse(to[0], args=[cycle.slug, *to[1:]]) for name, to in PAGES.items()} if _insider(request, cycle) else {},
        "kinds": PrincipleAnswer.Kind.choices,
        "source": practice.source_of("principles"),
        "held": request.held,
        "me": request.me,
    }
    return render(request, "outcomes/principles.html", context)


@require_http_methods(["GET", "POST"])
@in_public
def shifts_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The seven shifts: the record's place, each side's, and the difference."""
    if request.method == "POST":
        _assess(request, cycle)
        return redirect("shifts", cycle.slug)
    context = {
        "cycle": cycle,
        "rows": shifts.look(cycle, request.me, now=timezone.now()),
        "steps": shift_rules.STEPS,
        "smallest": shift_rules.SMALLEST,
        "may_assess": shifts.why_not_assess(request.me) is None,
        "me": request.me,
        "held": request.held,
        "source": practice.source_of("shifts"),
    }
    return render(request, "outcomes/shifts.html", context)


def _assess(request: Request, cycle: Cycle) -> None:
    me, places, words = taking_part(request, cycle), {}, {}
    for code in practice.shifts():
        value = request.POST.get(f"place-{code}", "")
        if value:
            number = number_in(value)
            if number is None:
                raise Refused(_("Choose a place from 1 to 5."))
            places[code], words[code] = number, request.POST.get(f"words-{code}", "")
        elif request.POST.get(f"words-{code}", "").strip():
            raise Refused(_("You wrote something beside a shift without choosing a place from 1 to 5."))
    shifts.assess(cycle, places, words, by=me, now=timezone.now())
    messages.success(request, _("Kept. You can change it at any time."))
