"""Pages of the eight principles and the seven shifts: open to everybody once the cycle is, written by those in it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commissioning import roles
from commissioning.doorway import Request, in_public, number_in, taking_part
from commissioning.linking import is_inside
from commissioning.models import Cycle, PrincipleAnswer
from commissioning.sentences import Refused
from outcomes import practice, principles, shift_rules, shifts

# Which page shows what a line of a principle or a shift speaks of: those of the cycle, and those everybody may read once it is public.
PAGES: dict[str, tuple[str, ...]] = {
    "needs": ("needs",),
    "people": ("people",),
    "framework": ("framework",),
    "specification": ("specification",),
    "shape": ("shape",),
    "route": ("route",),
    "reports": ("stage", "review"),
    "process": ("process",),
}
OPEN_PAGES: dict[str, tuple[str, ...]] = {
    "providers": ("provider_map",),
    "public": ("open_cycle",),
    "departments": ("departments",),
    "fairness": ("releases",),
}


def _inside(request: Request, cycle: Cycle) -> bool:
    """Whether the viewer belongs to the cycle or its authority; others read what everybody may."""
    return request.me is not None or Cycle.objects.visible_to(request.viewer).filter(pk=cycle.pk).exists()


def _pages(request: Request, cycle: Cycle, *, inside: bool) -> dict[str, str]:
    """The address of each page that this viewer can follow; whoever reads from outside gets none that is not there for them."""
    known = OPEN_PAGES | (PAGES if inside else {})
    if roles.CONVENE in request.held:
        known = known | {"fairness": ("fairness",)}  # the whole record; others see what was released
    return {name: reverse(to[0], args=[cycle.slug, *to[1:]]) for name, to in known.items()}


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
    rows, inside = principles.look(cycle, timezone.now()), _inside(request, cycle)
    for row in rows:
        row.link = row.answer.link if row.answer and (inside or not is_inside(row.answer.link)) else ""
    context = {
        "cycle": cycle,
        "rows": rows,
        "shown": sum(1 for row in rows if row.standing.state == "shown"),
        "declined": sum(1 for row in rows if row.standing.state == "declined"),
        "pages": _pages(request, cycle, inside=inside),
        "inside": inside,
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
        "pages": _pages(request, cycle, inside=_inside(request, cycle)),
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
