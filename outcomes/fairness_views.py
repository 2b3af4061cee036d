"""Doorways of the equal-treatment record: officers see all and answer flags, a supplier sees its own line."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commissioning import reaching, roles
from commissioning.doorway import Request, in_cycle, may, taking_part
from commissioning.models import Cycle
from outcomes import equal_treatment, fairness_record, lanes
from workshops import printing

LEGEND = (
    ("came", gettext_lazy("Registered or joined")),
    ("asked", gettext_lazy("Was invited")),
    ("room", gettext_lazy("Came to a workshop or said something")),
    ("talked", gettext_lazy("Visit, call or letter")),
    ("early", gettext_lazy("Was given a file")),
    ("opened", gettext_lazy("Opened or fetched a release")),
)


@dataclass(frozen=True)
class Lane:
    """One supplier on the picture: its marks, and the times in which it had something the others had not."""

    line: equal_treatment.SupplierLine
    marks: list[lanes.Mark]
    bars: list[lanes.Bar]
    drops: list[float]
    words: str


@require_http_methods(["GET", "POST"])
@in_cycle
def fairness(request: Request, cycle: Cycle) -> HttpResponse:
    """The record: flags first, then every supplier on one line through time, then who was asked to what (FS-03, LG-09)."""
    if request.method == "POST":
        may(request, roles.CONVENE)
        me = taking_part(request, cycle)
        fairness_record.answer(cycle, request.POST.get("flag", "")[:120], request.POST.get("answer", ""), by=me, now=timezone.now())
        messages.success(request, _("Kept in the record. The flag stays there, with your answer."))
        return redirect("fairness", cycle.slug)
    officer = roles.CONVENE in request.held
    record = equal_treatment.record_of(cycle, now=timezone.now())
    if not officer:
        return _own(request, record)
    context = {"cycle": cycle, "record": record, **_drawn(record)}
    return render(request, "outcomes/fairness.html", context)


def _own(request: Request, record: equal_treatment.Record) -> HttpResponse:
    """A supplier's own line in full, and of the others only whether all had the same."""
    mine = [line for line in record.lines if request.me and line.registered.organisation.pk == request.me.organisation_id]
    if not mine or not reaching.acts_for_supplier(request.me):
        raise Http404
    return render(request, "outcomes/fairness_own.html", {"cycle": record.cycle, "line": mine[0], "even": record.even})


def _drawn(record: equal_treatment.Record) -> dict[str, object]:
    """The picture: all lines share one time, so that a release all had at one moment is one line down through all of them."""
    moments = [entry.at for line in record.lines for entry in line.entries] + [look.flag.at for look in record.flags]
    span = lanes.span_of(moments, record.now)
    rows = []
    for line in record.lines:
        pk = line.registered.organisation.pk
        mine = [look.flag for look in record.flags if pk in look.flag.suppliers and look.flag.kind in ("early", "room")]
        marks = lanes.marks_of(span, ((entry.at, entry.kind) for entry in line.entries))
        bars = [lanes.bar_of(span, flag.at, flag.until) for flag in mine if flag.until is not None]
        drops = sorted({span.place(entry.at) for entry in line.entries if entry.kind == "could"})
        rows.append(Lane(line, marks, bars, drops, " ".join(str(flag.said) for flag in mine)))
    return {"lanes": rows, "span": span, "legend": LEGEND}


@require_safe
@in_cycle
def fairness_file(request: Request, cycle: Cycle, form: str) -> HttpResponse:
    """The record for the procurement file, as PDF or JSON; for officers who convene."""
    may(request, roles.CONVENE)
    if form not in ("pdf", "json"):
        raise Http404
    record = equal_treatment.record_of(cycle, now=timezone.now())
    name = f"equal-treatment-{cycle.slug}-{timezone.localtime():%Y-%m-%d-%H%M}"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form == "json":
        return HttpResponse(fairness_record.as_json(record), content_type="application/json", headers=headers)
    try:
        return HttpResponse(fairness_record.as_pdf(record), content_type="application/pdf", headers=headers)
    except printing.NoPdf:
        note = _("This machine cannot make a PDF. Print this page from your browser.")
        return HttpResponse(fairness_record.as_page(record, static("paper.css"), note))
