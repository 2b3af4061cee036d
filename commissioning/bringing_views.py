"""Doorways of files of answers: sending one, saying what its columns are, what is wrong with it, and answers that look like one twice."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import bringing_in, likely_same, reading_in, response_files, response_rows, roles, tasks
from commissioning.consultation_forms import ReadAsForm
from commissioning.doorway import Request, in_cycle, may, number_in, taking_part
from commissioning.forms import first_error
from commissioning.models import Bringing, Consultation, Cycle, LikelySame
from commissioning.sentences import Refused, require

FAULTS = 100  # listed on the page; the file has them all
PAIRS = 20


class Echo:
    """A file that gives back each line as it is written."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def as_csv(name: str, rows: Iterator[list[Any]]) -> StreamingHttpResponse:
    """Rows as a file that a spreadsheet opens: streamed, in UTF-8 with its mark, and with no cell that could start a formula."""
    writer = csv.writer(Echo())
    lines = (writer.writerow([response_rows.harmless(cell) for cell in row]) for row in rows)

    def marked() -> Iterator[str]:
        yield "\ufeff"
        yield from lines

    answer = StreamingHttpResponse(marked(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def consultation_here(cycle: Cycle, pk: int) -> Consultation:
    """A consultation of this cycle."""
    found = get_object_or_404(Consultation, pk=pk, cycle=cycle)
    found.cycle = cycle
    return found


@require_http_methods(["GET", "POST"])
@in_cycle
def bring(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Send a file of answers. What is wrong with it is said beside the field."""
    me = may(request, roles.CONVENE)
    consultation = consultation_here(cycle, pk)
    problem = ""
    if request.method == "POST":
        require(cycle.quiet)  # whatever the file is
        sent = request.FILES.get("file")
        if not isinstance(sent, UploadedFile):
            problem = _("Choose a file first.")
        else:
            try:
                made = bringing_in.arrive(
                    consultation, name=sent.name or "", chunks=sent.chunks(), by=taking_part(request, cycle), now=timezone.now()
                )
            except Refused as refused:
                problem = str(refused)
            else:
                return redirect("bringing", cycle.slug, pk, made.pk)
    context = {"cycle": cycle, "consultation": consultation, "problem": problem, "most": response_files.MOST_BYTES >> 20, "me": me}
    return render(request, "commissioning/bring_answers.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "POST"])
@in_cycle
def bringing_page(request: Request, cycle: Cycle, pk: int, file: int) -> HttpResponse:
    """One file, wherever it stands: its columns, its checking, its faults, its coming in."""
    may(request, roles.CONVENE)
    consultation = consultation_here(cycle, pk)
    bringing = get_object_or_404(Bringing, pk=file, consultation=consultation)
    bringing.consultation = consultation
    if request.method == "POST":
        _act(request, bringing)
        return redirect("bringing", cycle.slug, pk, file)
    now = timezone.now()
    quiet = bringing.held_at is None or now - bringing.held_at > reading_in.HELD_FOR
    if bringing.state in Bringing.WORKING and quiet and now - bringing.at > reading_in.HELD_FOR:
        tasks.in_background(tasks.read_in, bringing.pk)  # its worker is gone: whoever looks sends another
    return render(request, "commissioning/bringing.html", _context(request, bringing))


def _context(request: Request, bringing: Bringing) -> dict[str, Any]:
    context: dict[str, Any] = {"cycle": bringing.consultation.cycle, "consultation": bringing.consultation, "bringing": bringing}
    if bringing.state == Bringing.State.ARRIVED or ("again" in request.GET and bringing.state == Bringing.State.CHECKED):
        rows = bringing_in.preview(bringing)
        meant = list(zip(bringing.columns, bringing.meanings, strict=True))
        context |= {
            "naming": True,
            "columns": [(at, column, meaning, [row[at] for __, row in rows][:3]) for at, (column, meaning) in enumerate(meant)],
            "meanings": response_rows.MEANINGS.items(),
            "rows": rows,
            "read_as": None
            if not bringing.encoding
            else ReadAsForm(found=bringing.encoding, initial={"encoding": bringing.encoding, "separator": bringing.separator}),
        }
    if bringing.bad:
        kinds = bringing.faults.values_list("what").annotate(n=Count("pk")).order_by("-n")[:8]
        context |= {"faults": list(bringing.faults.all()[:FAULTS]), "kinds": list(kinds), "listed": FAULTS}
    if bringing.state == Bringing.State.DONE:
        context["pairs"] = likely_same.waiting(bringing.consultation_id)[:MANY].count()
    return context


MANY = 1000  # likely pairs counted at most


def _act(request: Request, bringing: Bringing) -> None:
    me, now, act = taking_part(request, bringing.consultation.cycle), timezone.now(), request.POST.get("act")
    if act == "columns":
        meanings = [request.POST.get(f"column-{at}", "") for at in range(len(bringing.columns))]
        bringing_in.name_columns(bringing, meanings, by=me, now=now)
    elif act == "again":
        bringing_in.name_columns(bringing, bringing.meanings, by=me, now=now)
    elif act == "read as":
        form = ReadAsForm(request.POST, found=bringing.encoding)
        if not form.is_valid():
            raise first_error(form)
        bringing_in.read_as(bringing, **form.cleaned_data, by=me, now=now)
    elif act == "bring in":
        bringing_in.bring_in(bringing, by=me, now=now)
    elif act == "put away":
        bringing_in.put_away(bringing, by=me, now=now)
        messages.success(request, _("The file is put away. Nothing of it was kept."))
    else:
        raise Refused(_("Choose what to do with this file."))


@require_safe
@in_cycle
def faults_file(request: Request, cycle: Cycle, pk: int, file: int) -> StreamingHttpResponse:
    """Every fault of a file, to mend it by. Without what stood in columns of addresses."""
    may(request, roles.CONVENE)
    bringing = get_object_or_404(Bringing, pk=file, consultation=consultation_here(cycle, pk))

    def rows() -> Iterator[list[Any]]:
        yield [_("Row"), _("Column"), _("What stood there"), _("What is wrong")]
        for fault in bringing.faults.all().iterator(chunk_size=2000):
            yield [fault.row, fault.column, fault.found, fault.what]

    return as_csv("rows-to-mend.csv", rows())


@require_http_methods(["GET", "POST"])
@in_cycle
def twice(request: Request, cycle: Cycle, pk: int) -> HttpResponse:
    """Answers that look like one person's twice, side by side: a person says whether they are."""
    may(request, roles.CONVENE)
    consultation = consultation_here(cycle, pk)
    if request.method == "POST":
        pair = get_object_or_404(LikelySame, pk=number_in(request.POST.get("pair", "")), later__consultation=consultation)
        me, now, act = taking_part(request, cycle), timezone.now(), request.POST.get("act")
        if act == "back":
            likely_same.take_back(pair, by=me, now=now)
        else:
            likely_same.judge(pair, same=act == "same", by=me, now=now)
        return redirect("answers_twice", cycle.slug, pk)
    judged = LikelySame.objects.filter(later__consultation=consultation, same=True).select_related("earlier", "later", "by")
    context = {
        "cycle": cycle,
        "consultation": consultation,
        "pairs": list(likely_same.waiting(pk)[:PAIRS]),
        "judged": list(judged.order_by("-at")[:PAIRS]),
    }
    return render(request, "commissioning/answers_twice.html", context)
