"""The five-minute introduction to commissioning, with the promises and the rule of the workshop at hand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commissioning.doorway import Request
from workshops import rules
from workshops.models import Workshop
from workshops.views import in_workshop


@require_safe
@in_workshop
def primer(request: Request, workshop: Workshop) -> HttpResponse:
    """The introduction as it is for this workshop: its own rule, its own level, who decides here."""
    context = {"workshop": workshop, "cycle": workshop.cycle, "rule_lines": rules.Rule.of(workshop.rule).explain()}
    return render(request, "commissioning/primer.html", context)
