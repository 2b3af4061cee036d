"""The doorway of returns as files: the quarter's table to fill in, and bringing it back."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commissioning.bringing_views import as_csv
from commissioning.doorway import Request, in_cycle, taking_part
from commissioning.models import Cycle
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as Said
from outcomes import return_file, return_looks, returning, standings
from outcomes.models import Award, Measure
from outcomes.return_fill_views import award_here
from outcomes.return_forms import there_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _mine(request: Request, cycle: Cycle, pk: int, quarter: int) -> tuple[Award, list[Measure]]:
    award = award_here(cycle, pk)
    if not return_looks.is_ours(award, request.me):
        raise Http404
    due = return_looks.due_measures(award, quarter, return_looks.measures_of(cycle))
    require(returning.why_not(award, quarter, request.me, len(due)))
    return award, due


@require_GET
@in_cycle
def template_file(request: Request, cycle: Cycle, pk: int, quarter: int, form: str) -> HttpResponseBase:
    """The table of a quarter with what is kept already, as CSV or as a workbook."""
    award, due = _mine(request, cycle, pk, quarter)
    returned = returning.last_of(award, quarter)
    there = {r.measure_id: r for r in returned.readings.all()} if returned else {}
    lines = [{"measure": m.code, "what is looked at": m.text, "kind": str(m.get_form_display())} | there_of(there.get(m.pk)) for m in due]
    hours = standings.rounded(returned.hours, 1).replace(",", "") if returned and returned.hours is not None else ""
    rows, name = return_file.rows_to_fill(lines, hours), f"return-{award.pk}-quarter-{quarter}"
    if form == "csv":
        return as_csv(f"{name}.csv", iter(rows))
    answer = HttpResponse(return_file.as_xlsx(rows, name), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@require_http_methods(["GET", "POST"])
@in_cycle
def upload_page(request: Request, cycle: Cycle, pk: int, quarter: int) -> HttpResponse:
    """Bring the filled table: everything that is wrong with it at once, and nothing half kept."""
    award, due = _mine(request, cycle, pk, quarter)
    wrong: list[tuple[int, Said | str]] = []
    if request.method == "POST":
        me = taking_part(request, cycle)
        sheet = _read(request.FILES.get("file"), due)
        if not sheet.wrong:
            by_code = {measure.code: measure.pk for measure in due}
            said = {by_code[code]: told for code, told in sheet.said.items()}
            returning.keep_table(award, quarter, said, sheet.hours, by=me, now=timezone.now())
            messages.success(request, _("The file is kept. Look through it, then send it."))
            return redirect("fill_return", cycle.slug, pk, quarter)
        wrong = [*sheet.wrong[:500]]
    context = {"cycle": cycle, "award": award, "quarter": quarter, "wrong": wrong}
    return render(request, "outcomes/returns/upload.html", context, status=422 if wrong else 200)


def _read(file: object, due: list[Measure]) -> return_file.Sheet:
    """The table in a file somebody sent; what makes it no table at all is one more thing wrong with it."""
    if not isinstance(file, UploadedFile):
        return return_file.Sheet(wrong=[(0, Said("Choose a file first."))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(file.read(return_file.MOST_BYTES + 1))
        try:
            return return_file.read(path, {measure.code: measure.form for measure in due})
        except Refused as refused:
            return return_file.Sheet(wrong=[(0, refused.why if isinstance(refused.why, Said) else Said(str(refused.why)))])
