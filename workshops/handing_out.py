"""The report as a Word document: real headings, and in large print where that was asked for. Built once for each closing."""

import io
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Pt

from workshops import charts, reporting
from workshops.models import Closing, Handout

SIZE, LARGE = 12, 18  # points; large print begins at 16, and 18 is what is asked for most
HEADINGS = ("Title", "Heading 1", "Heading 2", "Heading 3")


def document(closing: Closing, *, large: bool) -> bytes:
    """The document of one closing; built by whoever needs it first, the same file for everybody after."""
    kept = Handout.objects.filter(closing=closing, large=large).first()
    if kept is not None:
        return bytes(kept.file)
    file = build(reporting.report_of(closing.workshop, now=timezone.now()), large=large)
    try:
        with transaction.atomic():
            Handout.objects.create(closing=closing, large=large, file=file, at=timezone.now())
    except IntegrityError:
        return bytes(Handout.objects.get(closing=closing, large=large).file)
    return file


def build(report: reporting.Report, *, large: bool = False, outside: bool = False) -> bytes:
    """A report as a Word document; for readers `outside` the room without the names of people in it."""
    made = Document()
    workshop = report.workshop
    made.core_properties.title = _("%(workshop)s: what happened and what comes next") % {"workshop": workshop}
    made.core_properties.author, made.core_properties.language = str(workshop.cycle.authority), "en-GB"
    _sizes(made, LARGE if large else SIZE)
    made.add_heading(str(workshop), 0)
    made.add_paragraph(workshop.question)
    if workshop.cycle.invented:
        made.add_paragraph(_("Demonstration data. Every person, place and figure here is invented."))
    for title, write in (
        (_("Who was here"), _here),
        (_("What people said"), _said),
        (_("What we agreed"), _agreed),
        (_("What we did not agree"), _contested),
        (_("Who does what"), partial(_actions, named=not outside)),
        (_("What happens next"), partial(_next, named=not outside)),
    ):
        made.add_heading(title, 1)
        write(made, report)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _sizes(made: DocumentType, points: int) -> None:
    """Every style that is used, in this size or above; Word's own headings would be smaller than large print."""
    styles: Any = made.styles
    styles["Normal"].font.size, styles["Normal"].font.name = Pt(points), "Arial"
    styles["Normal"].paragraph_format.line_spacing = 1.5 if points == LARGE else 1.15
    for step, name in enumerate(HEADINGS):
        styles[name].font.size, styles[name].font.name = Pt(points + 12 - 3 * step), "Arial"
        # Word's headings name a face of their own for the theme; without this Arial would be passed over.
        fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)


def _here(made: DocumentType, report: reporting.Report) -> None:
    here = report.here
    people = render_to_string("workshops/report_people.html", {"here": here}).strip()
    organisations = ngettext("%(n)s organisation was there.", "%(n)s organisations were there.", here.organisations)
    made.add_paragraph(f"{people} {organisations % {'n': here.organisations}}")
    for label, n in here.groups:
        made.add_paragraph(f"{label}: {n}", style="List Bullet")
    if here.some_hidden:
        made.add_paragraph(_("Groups of fewer than five people are not shown in numbers."))
    if not here.commissioner_came:
        made.add_paragraph(_("Nobody from the commissioner side came."))


def _said(made: DocumentType, report: reporting.Report) -> None:
    _chart(made, report.voices)
    for group in report.said:
        made.add_heading(str(group.title), 2)
        for one in (*group.first, *group.rest):
            made.add_paragraph(one.text, style="List Bullet")
    if not report.said:
        made.add_paragraph(_("Nothing was written down."))


def _agreed(made: DocumentType, report: reporting.Report) -> None:
    for result in report.agreed:
        _result(made, result)
    if not report.agreed:
        made.add_paragraph(_("Nothing was agreed."))


def _contested(made: DocumentType, report: reporting.Report) -> None:
    for result in report.contested:
        _result(made, result)
    for card in report.not_settled:
        made.add_paragraph(f"{card.proposal.text} ({_('not decided')})", style="List Bullet")
    if not report.contested and not report.not_settled:
        made.add_paragraph(_("Nothing is left open."))


def _result(made: DocumentType, result: reporting.Result) -> None:
    made.add_heading(result.card.proposal.text, 2)
    made.add_paragraph(str(result.state_words))
    if result.reason:
        made.add_paragraph(f"{_('Why:')} {result.reason}")
    for group, reason in result.dissent:
        made.add_paragraph(f"{group}: {reason}" if group else reason, style="List Bullet")
    _chart(made, result.chart)
    if result.leans:
        made.add_paragraph(f"{_('Does it hang on a few?')} {' '.join(map(str, result.leans))}")


def _chart(made: DocumentType, chart: charts.Chart | None) -> None:
    """A chart as its finding and its table: a picture would be lost on a reader who cannot see it."""
    if chart is None:
        return
    made.add_paragraph(str(chart.title)).runs[0].bold = True
    table = made.add_table(rows=1, cols=len(chart.heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, chart.heads, strict=True):
        cell.text = str(head)
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    for row in chart.rows:
        for cell, words in zip(table.add_row().cells, (str(row.label), *row.cells), strict=True):
            cell.text = words
    if chart.hidden:
        made.add_paragraph(_("Groups of fewer than five people are not shown in numbers."))


def _actions(made: DocumentType, report: reporting.Report, *, named: bool) -> None:
    for action in report.actions:
        made.add_heading(action.text, 2)
        who = f"{action.owner} ({action.get_side_display()})" if named else action.get_side_display()
        made.add_paragraph(f"{who}, {_('by')} {action.due:%-d %B %Y}. {action.standing_words}.")
        for label, words in ((_("Why:"), action.why), (_("Only if:"), action.condition), (_("How we will know:"), action.how_we_know)):
            if words:
                made.add_paragraph(f"{label} {words}")
    if not report.actions:
        made.add_paragraph(f"{_('No actions, because:')} {report.workshop.none_because or _('nothing is written down yet')}")


def _next(made: DocumentType, report: reporting.Report, *, named: bool) -> None:
    closing, cycle = report.closing, report.workshop.cycle
    if closing and closing.follow_up and not named:
        made.add_paragraph(str(closing.follow_up))
    elif closing and closing.follow_up:
        made.add_paragraph(_("We meet again: %(title)s. Who agreed: %(who)s") % {"title": closing.follow_up, "who": closing.agreed_by})
    elif closing and closing.no_follow_up_because:
        made.add_paragraph(_("There is no follow-up, because: %(why)s") % {"why": closing.no_follow_up_because})
    made.add_paragraph(
        _("The authority must answer each thing that was agreed, with a reason. Everybody who said something hears what became of it.")
    )
    if cycle.contact:
        made.add_paragraph(f"{_('If you have a question or a worry:')} {cycle.contact}")
