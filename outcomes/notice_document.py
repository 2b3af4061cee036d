"""The draft notice as a Word document, with what is missing said in it."""

import io
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from docx import Document

from commissioning.contributing import printable
from commissioning.sentences import Sentence
from outcomes import noticing
from outcomes.noticing import ItemLook, NoticeLaw
from outcomes.public_facts import CycleFacts


def as_docx(facts: CycleFacts, law: NoticeLaw, items: Iterable[ItemLook], *, at: datetime) -> bytes:
    """The notice with real heading styles; an item that waits for something says so in its place."""
    document = Document()
    properties = document.core_properties
    title, author = printable(f"{law.title}: {facts.title}"), printable(facts.authority.name)
    properties.title, properties.author, properties.language = title[:255], author[:255], "en-GB"
    properties.created = properties.modified = at.replace(tzinfo=None)
    document.add_heading(f"{law.title} ({law.code})", 0)
    draft = _("A draft from the record, made on %(day)s. It is no notice until it is published on the central digital platform.")
    document.add_paragraph(draft % {"day": noticing.plain_day(at)})
    if facts.invented:
        document.add_paragraph(_("Demonstration data. Every person, place and figure here is invented."), style="Intense Quote")
    for number, look in enumerate(items, 1):
        document.add_heading(f"{number}. {Sentence(look.item.words)}", 1)
        for line in look.said:
            document.add_paragraph(printable(line))
        for gap in look.missing:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"{_('Missing')}: ").bold = True
            paragraph.add_run(printable(str(gap)))
    document.add_paragraph(f"{_('Source')}: {law.source}, {law.address}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
