"""The page that says whose words the final text comes from."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commissioning.doorway import Request, in_cycle
from commissioning.models import Cycle, Organisation
from outcomes import influence


@require_safe
@in_cycle
def influence_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Clauses, outcomes and indicators by the group they began with and by every group behind them."""
    found = influence.of(cycle)
    sizes = [(dict(Organisation.Size.choices)[size], n) for size, n in found.sizes]
    return render(request, "outcomes/influence.html", {"cycle": cycle, "found": found, "sizes": sizes})
