"""One's own checklist: ticks and notes that nobody else reads, to take away as a Word document (VS-08)."""

import io
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from docx import Document

from commissioning.checklists import Checklist
from commissioning.contributing import printable
from commissioning.models import ChecklistNote, Participant
from commissioning.sentences import Refused, Sentence

LONGEST = 1000  # characters of one note


def keep(checklist: Checklist, *, done: Collection[str], notes: Mapping[str, str], by: Participant, now: datetime) -> None:
    """Keep one's ticks and notes. No minute is written, and it works in a closed cycle too: it is the writer's alone."""
    if by.withdrawn_at is not None:
        raise Refused(Sentence("You have left this cycle, so you cannot add to it."))
    too_long = next((words for code in checklist.items if len(words := notes.get(code, "")) > LONGEST), None)
    if too_long is not None:
        raise Refused(Sentence("One note has {n} characters. Shorten it to {most} or fewer.", n=len(too_long), most=LONGEST))
    with transaction.atomic():
        for code in checklist.items:
            kept = {"done": code in done, "note": printable(notes.get(code, "")).strip()[:LONGEST], "at": now}
            ChecklistNote.objects.update_or_create(by=by, checklist=checklist.code, item=code, defaults=kept)


def notes_of(checklist: Checklist, by: Participant) -> dict[str, ChecklistNote]:
    """One's own ticks and notes by item. There is no look at anybody else's."""
    return {note.item: note for note in ChecklistNote.objects.filter(by=by, checklist=checklist.code)}


def as_word(checklist: Checklist, notes: Mapping[str, ChecklistNote]) -> bytes:
    """A checklist as a Word document, with one's own ticks and notes in it if there are any."""
    made = Document()
    made.core_properties.title, made.core_properties.author = str(checklist.title), ""
    made.core_properties.language = "en-GB"
    made.add_heading(str(checklist.title), 0)
    made.add_paragraph(str(checklist.line))
    made.add_heading(_("How it goes"), 1)
    for step in checklist.steps:
        made.add_paragraph(str(step), style="List Number")
    made.add_heading(_("What to prepare"), 1)
    for code, text in checklist.items.items():
        note = notes.get(code)
        made.add_paragraph(f"{'☑' if note and note.done else '☐'} {text}")
        if note and note.note:
            made.add_paragraph(note.note, style="Intense Quote")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
