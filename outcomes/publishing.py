"""A signed-off version as a file: a Word document or JSON, each carrying the version's content hash."""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.text.run import Run

from outcomes import tasks
from outcomes.models import Export, Indicator, Outcome, SpecificationVersion
from workshops import rules, tally


def ask_for(version: SpecificationVersion, form: str, *, now: datetime) -> Export:
    """Ask for a file of a version; a second person asking gets the same build. A failed one is tried again."""
    with transaction.atomic():
        export, new = Export.objects.select_for_update(no_key=True).get_or_create(version=version, form=form, defaults={"asked_at": now})
        if not new and export.state == Export.State.FAILED:
            export.state = Export.State.QUEUED
            export.save(update_fields=["state"])
            new = True
        if new:
            tasks.build_export.delay_on_commit(export.pk)
    return export


def as_json(version: SpecificationVersion) -> bytes:
    """The frozen content with its hash, as UTF-8 JSON."""
    package = {
        "format": "throughline-specification/1",
        "version": version.number,
        "signed_off": version.at.isoformat(),
        "content_hash": version.content_hash,
        "content": version.content,
    }
    return json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True).encode()


def as_docx(version: SpecificationVersion) -> bytes:
    """The frozen content as a Word document with real heading styles, tables with header rows, and the hash."""
    content = version.content
    document = Document()
    properties = document.core_properties
    properties.title = f"{content['cycle']['title']}: {_('service specification')}"
    properties.author, properties.language = content["cycle"]["authority"], "en-GB"
    properties.identifier = version.content_hash
    properties.created = properties.modified = version.at.replace(tzinfo=None)
    _front_page(document, version)
    _framework(document, content["framework"])
    _clauses(document, content)
    _agreements(document, content["framework"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _front_page(document: DocumentType, version: SpecificationVersion) -> None:
    about = version.content["cycle"]
    document.add_heading(about["title"], 0)
    if about["invented"]:
        document.add_paragraph(_("Demonstration data. Every person, place and figure here is invented."), style="Intense Quote")
    document.add_paragraph(about["purpose"])
    rows = [
        (_("Authority"), about["authority"]),
        (_("Service"), about["service"]),
        (_("Area"), ", ".join(about["areas"])),
        (_("Promised level of engagement"), about["engagement_level"]),
        (_("Version"), f"{version.number}, {version.at:%-d %B %Y}"),
        (_("Content hash (SHA-256)"), version.content_hash),
    ]
    _table(document, (_("About"), _("This specification")), rows)


def _framework(document: DocumentType, framework: dict[str, Any]) -> None:
    horizons = dict(Outcome.Horizon.choices)
    forms = dict(Indicator.Form.choices)
    document.add_heading(_("Outcomes framework"), 1)
    for theme in framework["themes"]:
        document.add_heading(theme["title"], 2)
        for outcome in theme["outcomes"]:
            heading = document.add_heading(f"{outcome['code']}. ", 3)
            _in_its_language(heading.add_run(outcome["statement"]), outcome.get("language", "en"))
            dimensions = ", ".join(outcome["dimensions"]).capitalize()
            document.add_paragraph(f"{_('For')}: {outcome['for_whom']}. {dimensions}. {horizons[outcome['horizon']]}.")
            rows = [
                (
                    sign["code"],
                    sign["text"],
                    str(forms[sign["form"]]),
                    sign["collector"] or _("Not decided yet"),
                    sign["frequency"] or _("Not decided yet"),
                )
                for sign in outcome["indicators"]
            ]
            if rows:
                _table(
                    document,
                    (_("Indicator"), _("What would show it"), _("Kind"), _("Who collects it"), _("How often")),
                    rows,
                )


def _clauses(document: DocumentType, content: dict[str, Any]) -> None:
    codes = {o["id"]: o["code"] for theme in content["framework"]["themes"] for o in theme["outcomes"]}
    document.add_heading(_("Service requirements"), 1)
    for clause in content["clauses"]:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{clause['number']}  ").bold = True
        paragraph.add_run(clause["text"])
        origin = codes.get(clause["outcome"]) or clause["requirement"]
        paragraph.add_run(f"  [{_('from')} {origin}]").italic = True


def _agreements(document: DocumentType, framework: dict[str, Any]) -> None:
    document.add_heading(_("Annex: how each outcome was agreed"), 1)
    document.add_paragraph(_("Counts are by group. A group of fewer than five people is not shown in numbers."))
    for outcome in (o for theme in framework["themes"] for o in theme["outcomes"]):
        agreement = outcome["agreement"]
        document.add_heading(f"{outcome['code']}: {rules.STATES[agreement['state']]}", 2)
        headers = (_("Group"), *(str(label) for label in tally.CHOICES.values()), _("Entitled"))
        if agreement["counts"]:
            _table(document, headers, [_count_row(row) for row in agreement["counts"]])
        for item in agreement["dissent"]:
            paragraph = document.add_paragraph(_kept_with_it(item), style="List Bullet")
            _in_its_language(paragraph.add_run(item["reason"]), item.get("language", "en"))
        decision = outcome["decision"]
        document.add_paragraph(f"{_('The authority’s answer')} ({decision['decider_role']}): {decision['reason']}")


def _kept_with_it(item: dict[str, Any]) -> str:
    group = f" ({tally.GROUPS[item['group']]})" if item.get("group") else ""
    return f"{_('Kept with it')}{group}: "


def _count_row(row: dict[str, Any]) -> tuple[str, ...]:
    group = str(tally.GROUPS[row["group"]])
    if "fewer_than" in row:
        return (group, *[_("fewer than five")] * 5)
    return (group, *(str(row[choice]) for choice in tally.CHOICES), str(row["entitled"]))


def _in_its_language(run: Run, language: str) -> None:
    """Tag words for the screen reader and the spelling checker, when they are not in the language of the document."""
    if language != "en":
        run._r.get_or_add_rPr().append(run._r.makeelement(qn("w:lang"), {qn("w:val"): f"{language}-GB"}))


def _table(document: DocumentType, headers: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    table = document.add_table(rows=1, cols=len(headers), style="Light Grid Accent 1")
    for cell, words in zip(table.rows[0].cells, headers, strict=True):
        cell.text = str(words)
    # Word repeats and announces a row as the header only when it is marked as one; python-docx has no call for it.
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = str(words)
    document.add_paragraph()
