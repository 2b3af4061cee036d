"""The doorways of the measures of a cycle, with their pictures, and of the thread as a map to walk."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commissioning import roles
from commissioning.bringing_views import as_csv
from commissioning.doorway import Request, in_cycle
from commissioning.models import Cycle
from outcomes import measured, measuring, thread_map
from outcomes.influence_views import NAMES
from outcomes.thread_looks import Thread


@require_safe
@in_cycle
def measures_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Every measure of the cycle, meeting by meeting and for the whole, with its pictures."""
    found = measuring.of(cycle, now=timezone.now(), runs=roles.CONVENE in request.held)
    parts = [
        (part, [(m, reverse(m.page[0], args=m.page[1:]) if m.page and m.shown else "") for m in part.measures]) for part in found.parts
    ]
    drawings = [(NAMES[kind], total, rows) for kind, total, rows in found.influence.drawings]
    context = {"cycle": cycle, "parts": parts, "felt": found.felt, "drawings": drawings, "influence": found.influence}
    return render(request, "outcomes/measures.html", context)


@require_safe
@in_cycle
def measures_file(request: Request, cycle: Cycle) -> HttpResponseBase:
    """The same as a table for a spreadsheet."""
    found = measuring.of(cycle, now=timezone.now(), runs=roles.CONVENE in request.held)
    heads = [_("Part"), _("Number"), _("Measure"), _("Who"), _("Figure"), _("How many"), _("Of how many"), _("Asked")]
    heads += [_("Response rate"), _("Target"), _("In words")]
    return as_csv(f"{cycle.slug}-measures.csv", measured.as_rows(found.parts, heads))


@require_safe
@in_cycle
def thread_page(request: Request, cycle: Cycle) -> HttpResponse:
    """The thread as a map: every outcome in one look, or what leads to one item and what came of it."""
    thread, at, asked = Thread(cycle), request.GET.get("at", "")[:40], request.GET.get("q", "").strip()[:80]
    context = {"cycle": cycle, "asked": asked, "columns": thread_map.COLUMNS}
    if at:
        walk = thread_map.walk(at, thread.nodes, thread.earlier, request.GET.get("all", ""))
        if walk is None:
            raise Http404
        columns = [(column, [(place, thread.page_of(place.node)) for place in column.places]) for column in walk.columns]
        return render(request, "outcomes/thread_walk.html", context | {"walk": walk, "walked": columns, "page": thread.page_of(walk.at)})
    found = thread_map.matching(thread.nodes.values(), asked) if asked else []
    strands = thread_map.strands(thread.nodes, thread.earlier)
    themes: dict[str, list[thread_map.Strand]] = {}
    for one in strands:
        themes.setdefault(one.node.theme, []).append(one)
    more = {
        "found": found,
        "themes": list(themes.items()),
        "many": len(strands),
        "elsewhere": thread_map.elsewhere(thread.nodes, thread.earlier),
    }
    return render(request, "outcomes/thread_map.html", context | more)


@require_safe
@in_cycle
def thread_file(request: Request, cycle: Cycle) -> HttpResponseBase:
    """Every link of the thread as a row."""
    return as_csv(f"{cycle.slug}-thread.csv", Thread(cycle).rows())
