"""The doorway of what the returns showed over time."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from commissioning.bringing_views import as_csv
from commissioning.doorway import Request, in_cycle
from commissioning.models import Cycle
from outcomes import progress, return_looks, standings


@require_GET
@in_cycle
def results_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Each measure over time with its start and target, soft and hard apart; stories with consent; hours beside the plan."""
    lines, rows = progress.lines_of(cycle)
    context = {
        "cycle": cycle,
        "hard": [line for line in lines if line.measure.form not in standings.SOFT],
        "soft": [line for line in lines if line.measure.form in standings.SOFT],
        "counted": progress.standings_counted(lines),
        "stories": progress.stories_of(cycle),
        "told": return_looks.stories_counted(cycle),
        "hours": progress.hours_of(rows),
        "added": return_looks.added_in(cycle),
        "counts": return_looks.counted(rows),
    }
    return render(request, "outcomes/returns/results.html", context)


@require_GET
@in_cycle
def results_file(request: Request, cycle: Cycle) -> HttpResponseBase:
    """The same as a table to take away."""
    return as_csv(f"{cycle.slug}-results.csv", progress.as_rows(cycle))
