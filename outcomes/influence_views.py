"""The page that says whose words the final text comes from."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commissioning.doorway import Request, in_cycle
from commissioning.models import Cycle
from commissioning.provider_map import SIZES
from outcomes import influence

NAMES = {"outcomes": _("Outcomes"), "indicators": _("Indicators"), "clauses": _("Clauses")}


@require_safe
@in_cycle
def influence_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Clauses, outcomes and indicators by the group they began with and by every group behind them."""
    found = influence.of(cycle)
    context = {
        "cycle": cycle,
        "found": found,
        "drawings": [(NAMES[kind], total, rows) for kind, total, rows in found.drawings],
        "sizes": [(SIZES.get(one.size, one.size), one) for one in found.sizes],
    }
    return render(request, "outcomes/influence.html", context)
