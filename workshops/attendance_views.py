"""Doorways to the report on attendance."""

import csv
import io

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commissioning import response_rows
from commissioning.doorway import Request, in_cycle
from commissioning.models import Cycle
from commissioning.policy import may_see_minutes
from workshops import attendance, claiming


@require_safe
@in_cycle
def attendance_page(request: Request, cycle: Cycle) -> HttpResponse:
    """Who came: by group for everybody in the cycle, by person and organisation for those who run it."""
    report = attendance.report_on(cycle)
    context = {
        "cycle": cycle,
        "report": report,
        "full": may_see_minutes(request.held),
        "unpaid": claiming.unpaid_by_group(cycle, report) if report.held else [],
    }
    return render(request, "workshops/attendance.html", context)


@require_safe
@in_cycle
def attendance_csv(request: Request, cycle: Cycle) -> HttpResponse:
    """The report as a table for a spreadsheet, for those who run the cycle."""
    if not may_see_minutes(request.held):
        raise Http404
    out = io.StringIO()
    out.write("\ufeff")  # or spreadsheets take the text for another alphabet
    writer = csv.writer(out)
    writer.writerows([response_rows.harmless(cell) for cell in row] for row in attendance.as_rows(attendance.report_on(cycle)))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{cycle.slug}-attendance.csv"'
    return response
