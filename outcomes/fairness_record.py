"""Answering a flag; and the record as a file for the procurement file: JSON with its own hash, and a PDF."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string

from commissioning import minutes, policy, roles
from commissioning.contributing import clean_words
from commissioning.models import Cycle, FlagAnswer, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, on_record, require
from commissioning.sentences import Sentence as _
from outcomes import equal_treatment
from outcomes.equal_treatment import Record
from workshops import printing

FORMAT, VERSION = "throughline-equal-treatment-record", 1


def answer(cycle: Cycle, flag: str, words: str, *, by: Participant, now: datetime) -> FlagAnswer:
    """Say what was done about a flag. The flag stays in the record with every answer; the same answer twice is kept once."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(words, 1000)
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        raised = {look.flag.key: look for look in equal_treatment.record_of(cycle, now=now).flags}
        if flag not in raised:
            raise Refused(_("This flag is not raised any more. Look at the record again."))
        had = raised[flag].answers[-1:]
        if had and had[0].answer == words:
            return had[0]
        said = on_record(lambda: str(raised[flag].flag.said))
        made = FlagAnswer.objects.create(cycle=cycle, flag=flag, said=said[:1000], answer=words, by=by, at=now)
        minutes.record(cycle, "flag", _("A flag of the equal-treatment record was answered: {flag}", flag=said), by=by, now=now, why=words)
    return made


def as_data(record: Record) -> dict[str, Any]:
    """The record as documented keys, with the hash of everything in it; see docs/reference/equal-treatment-record.md."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": record.now.isoformat(),
        "cycle": {
            "slug": record.cycle.slug,
            "title": record.cycle.title,
            "authority": str(record.cycle.authority),
            "bidding_rule": record.cycle.bidding_rule,
        },
        "even_now": record.even,
        "suppliers": [_supplier(line) for line in record.lines],
        "releases": [_release(release) for release in record.releases],
        "flags": [_flag(look) for look in record.flags],
        "flags_no_longer_raised": [{"key": a.flag, "words": a.said} | _answer(a) for a in record.gone],
        "consultation": [_meeting(meeting) for meeting in record.consultation],
    }
    return content | {"sha256": mark_of(content)}


def mark_of(content: dict[str, Any]) -> str:
    """The hash of the record: of its JSON without the key `sha256`, keys sorted, no blanks, UTF-8."""
    plain = {key: value for key, value in content.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def as_json(record: Record) -> bytes:
    """The record as a file to read by machine, in the language of the authority's records."""
    return json.dumps(on_record(lambda: as_data(record)), ensure_ascii=False, indent=2).encode()


def as_page(record: Record, style: str, note: str = "") -> str:
    """The record as one page to print, in the language of the authority's records."""
    context = {"record": record, "cycle": record.cycle, "style": style, "note": note, "mark": mark_of(on_record(lambda: as_data(record)))}
    return on_record(lambda: render_to_string("outcomes/fairness_paper.html", context))


def as_pdf(record: Record) -> bytes:
    """The same as a tagged PDF. Raises `printing.NoPdf` where none can be made."""
    return printing.as_pdf(as_page(record, printing.STYLE))


def _supplier(line: equal_treatment.SupplierLine) -> dict[str, Any]:
    registered, organisation = line.registered, line.registered.organisation
    identifier = {"scheme": organisation.scheme, "id": organisation.identifier} if organisation.identifier else None
    return {
        "name": line.name,
        "identifier": identifier,
        "registered_since": registered.since.isoformat() if line.here else None,
        "reached_by": registered.channel,
        "timeline": [
            {"at": e.at.isoformat(), "kind": e.kind, "words": e.words, "note": e.note, "sha256": e.sha256 or None} for e in line.ordered
        ],
    }


def _release(release: Any) -> dict[str, Any]:
    return {
        "title": release.title,
        "kind": release.kind,
        "state": release.state,
        "sent_at": release.sent_at.isoformat(),
        "withdrawn_at": release.ended_at.isoformat() if release.ended_at else None,
        "withdrawn_because": release.ended_because or None,
        "sha256": release.content_hash,
        "files": [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in release.files.all()],
    }


def _flag(look: equal_treatment.FlagLook) -> dict[str, Any]:
    flag = look.flag
    return {
        "key": flag.key,
        "kind": flag.kind,
        "words": str(flag.said),
        "state": "answered" if look.answers else flag.state,
        "still_so": flag.state == "still",
        "hours": flag.hours,
        "from": flag.at.isoformat(),
        "until": flag.until.isoformat() if flag.until else None,
        "details": list(flag.details),
        "answers": [_answer(answer) for answer in look.answers],
    }


def _answer(answer: FlagAnswer) -> dict[str, Any]:
    return {"answer": answer.answer, "by": str(answer.by), "at": answer.at.isoformat()}


def _meeting(meeting: equal_treatment.Meeting) -> dict[str, Any]:
    return {
        "workshop": str(meeting.workshop),
        "question": meeting.workshop.question,
        "held_at": meeting.workshop.starts_at.isoformat() if meeting.workshop.starts_at else None,
        "invited": [{"who": who, "at": at.isoformat(), "how": how} for who, at, how in meeting.invited],
        "released_before": [release.title for release in meeting.had_before],
        "notes_released_to_all_at": meeting.notes.sent_at.isoformat() if meeting.notes and meeting.notes.sent_at else None,
    }
