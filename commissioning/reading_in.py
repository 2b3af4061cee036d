"""The long work on a file of answers, in a worker: checking every row, then bringing in the good ones, batch by batch.

A worker that dies is followed by another: checking starts again, bringing in goes on at the marker, which is moved in the same
transaction as the rows before it. Whoever lost the file to another notices at the next batch and stops.
"""

import hashlib
import hmac
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from commissioning import bringing_in, likely_same, minutes, response_files, response_rows
from commissioning.contributing import printable
from commissioning.models import Bringing, LeftAddress, Response, RowFault, SurveyQuestion
from commissioning.sentences import Refused, on_record
from commissioning.sentences import Sentence as _

BATCH = 1000  # rows of one transaction
HELD_FOR = timedelta(seconds=60)  # a worker that said nothing for so long is gone
State = Bringing.State
Now = Callable[[], datetime]


class Lost(Exception):  # noqa: N818 (nothing is wrong: another worker has it, or it was put away)
    """Somebody else goes on with this file."""


def left_lying(now: datetime) -> list[int]:
    """Files whose worker is gone, or whose message was lost."""
    quiet = Q(held_at=None) | Q(held_at__lt=now - HELD_FOR)
    return list(Bringing.objects.filter(quiet, state__in=Bringing.WORKING).values_list("pk", flat=True)[:20])


def work(bringing_id: int, *, now: Now) -> None:
    """Do what this file waits for. Safe to run twice and at the same time: one of them works."""
    began = now()
    free = Q(held_at=None) | Q(held_at__lt=began - HELD_FOR)
    if not Bringing.objects.filter(free, pk=bringing_id, state__in=Bringing.WORKING).update(held_at=began):
        return
    bringing = Bringing.objects.select_related("consultation__cycle").get(pk=bringing_id)
    try:
        (_check if bringing.state == State.CHECKING else _bring)(bringing, now)
    except Lost:
        return
    except Exception as wrong:
        _give_up(bringing, wrong)
        raise


def _give_up(bringing: Bringing, wrong: Exception) -> None:
    """What cannot be checked is put back to its owner; what was coming in is gone on with later."""
    if bringing.state == State.CHECKING:
        why = str(_("Something went wrong while this file was read. Save it as CSV and send that."))
        Bringing.objects.filter(pk=bringing.pk, state=State.CHECKING).update(state=State.FAILED, why=why, held_at=None)
    else:
        Bringing.objects.filter(pk=bringing.pk, held_at=bringing.held_at).update(held_at=None)
    logging.getLogger(__name__).error("file of answers %s: %s", bringing.pk, type(wrong).__name__)  # no words of the file in a log


def _still_mine(bringing: Bringing, now: Now, **changes: Any) -> None:
    """Say that this worker is at it, and keep how far. Raises `Lost` when another has it, or it was put away."""
    at = max(now(), (bringing.held_at or now()) + timedelta(microseconds=1))
    mine = Bringing.objects.filter(pk=bringing.pk, state=bringing.state, held_at=bringing.held_at)
    if not mine.update(held_at=at, **changes):
        raise Lost
    bringing.held_at = at


@dataclass
class _Counts:
    rows: int = 0
    good: int = 0
    bad: int = 0
    already: int = 0
    reachable: int = 0
    answers: int = 0


@dataclass
class _Checking:
    """What is remembered while the rows of one file go by."""

    bringing: Bringing
    questions: dict[int, int]
    today: Any
    counts: _Counts = field(default_factory=_Counts)
    references: dict[str, int] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    faults: list[RowFault] = field(default_factory=list)


def _check(bringing: Bringing, now: Now) -> None:
    staged = f"{bringing.stored}-{int(now().timestamp() * 1_000_000)}"
    checking = _Checking(bringing, _questions(bringing), now().date())
    RowFault.objects.filter(bringing=bringing).delete()
    out_path = Path(default_storage.path(staged))
    try:
        path, shape = bringing_in.path_of(bringing), bringing_in.shape_of(bringing)
        began, about = now(), response_files.rows_about(path, shape)
        with response_files.rows_of(path, shape) as rows, out_path.open("xb") as out:
            next(rows)
            while batch := list(islice(rows, BATCH)):
                lines = _check_batch(checking, batch)
                out.write("".join(lines).encode())
                percent = min(99, 100 * checking.counts.rows // about)
                with transaction.atomic():
                    _still_mine(bringing, now, progress=percent)
                    RowFault.objects.bulk_create(checking.faults, batch_size=500)
                checking.faults = []
        _still_mine(bringing, now, state=State.CHECKED, progress=100, staged=staged, at=began, **vars(checking.counts))
    except Refused as refused:
        out_path.unlink(missing_ok=True)
        _still_mine(bringing, now, state=State.FAILED, why=str(refused)[:300])
        return
    except BaseException:
        out_path.unlink(missing_ok=True)
        raise
    for name in bringing_in.staged_of(bringing) - {staged}:
        default_storage.delete(name)  # of an earlier check, or of a worker that was killed


def _questions(bringing: Bringing) -> dict[int, int]:
    """The question of each column of answers, made when it is new."""
    asked = {}
    for at, (column, meaning) in enumerate(zip(bringing.columns, bringing.meanings, strict=True)):
        if meaning == response_rows.ANSWER:
            made, __ = SurveyQuestion.objects.get_or_create(consultation=bringing.consultation, text=column)
            asked[at] = made.pk
    return asked


@dataclass(frozen=True)
class _Row:
    number: int
    reading: response_rows.Reading
    prints: dict[int, str]


def _check_batch(checking: _Checking, batch: list[tuple[int, response_files.Row]]) -> Iterator[str]:
    """The good rows of a batch as lines to stage; what is wrong with the others is kept as faults."""
    bringing, counts = checking.bringing, checking.counts
    rows = []
    for number, cells in batch:
        counts.rows += 1
        clean = [printable(cell).strip() if isinstance(cell, str) else cell for cell in cells]
        reading = response_rows.read(clean, bringing.columns, bringing.meanings, checking.today)
        _know_again(checking, number, reading)
        rows.append(_Row(number, reading, {} if reading.faults else _prints(checking, reading)))
    every = [p for row in rows for p in row.prints.values()]
    kept = Response.objects.filter(consultation=bringing.consultation, fingerprint__in=every, bringing__state=State.DONE)
    there = dict(kept.values_list("fingerprint", "text"))
    lines = []
    for row in rows:
        _compare_with_kept(checking, row, there)
        if row.reading.faults:
            counts.bad += 1
            checking.faults += [_kept_fault(bringing, row.number, fault) for fault in row.reading.faults]
            continue
        new = {at: p for at, p in row.prints.items() if p not in there}
        if not new:
            counts.already += 1
            continue
        counts.good += 1
        counts.answers += len(new)
        counts.reachable += bool(row.reading.mail or row.reading.contact)
        lines.append(_line(checking, row.reading, new))
    return iter(lines)


def _kept_fault(bringing: Bringing, row: int, fault: response_rows.Fault) -> RowFault:
    what = on_record(lambda: str(fault.what))[:200]
    return RowFault(bringing=bringing, row=row, column=fault.column[:120], found=fault.found, what=what)


def _know_again(checking: _Checking, number: int, reading: response_rows.Reading) -> None:
    """One reference stands for one row: the second is reported, never chosen between."""
    if not reading.reference:
        return
    first = checking.references.setdefault(reading.reference.casefold(), number)
    if first != number:
        column = checking.bringing.columns[checking.bringing.meanings.index(response_rows.REFERENCE)]
        what = _("Row {n} has the same reference.", n=f"{first:,}")
        reading.faults.append(response_rows.Fault(column, what, reading.reference))


def _compare_with_kept(checking: _Checking, row: _Row, there: dict[str, str]) -> None:
    """The same reference with other words is no duplicate, and is not quietly one or the other."""
    if not row.reading.reference:
        return
    for at, sealed in row.prints.items():
        if sealed in there and there[sealed] != row.reading.answers[at]:
            what = _("An answer with this reference is in already, with other words.")
            row.reading.faults.append(response_rows.Fault(checking.bringing.columns[at], what))


def _prints(checking: _Checking, reading: response_rows.Reading) -> dict[int, str]:
    """What each answer is known again by: its reference, or its words, date and contact, and the how-manieth of the same it is.

    Two people may well write "More buses" on one day: both count, and both are known again when the file comes a second time.
    """
    prints = {}
    for at, words in reading.answers.items():
        question = checking.questions[at]
        if reading.reference:
            prints[at] = seal("reference", question, reading.reference.casefold())
            continue
        who = (reading.mail or reading.contact).casefold()
        same = seal("words", question, " ".join(words.casefold().split()), reading.said_on or "", who)
        checking.times[same] += 1
        prints[at] = seal("time", same, checking.times[same])
    return prints


def seal(*parts: object) -> str:
    """A short name of something that says only whether the same comes again, to nobody without our key."""
    said = "\0".join(str(part) for part in parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()[:32]


def _line(checking: _Checking, reading: response_rows.Reading, new: dict[int, str]) -> str:
    to = reading.mail or reading.contact
    row = {
        "answers": [[checking.questions[at], reading.answers[at], sealed] for at, sealed in new.items()],
        "on": reading.said_on.isoformat() if reading.said_on else None,
        "area": reading.area,
        "group": reading.group,
        "reference": reading.reference,
        "to": [to, bool(reading.mail), seal("to", to.casefold())] if to else None,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _bring(bringing: Bringing, now: Now) -> None:
    try:
        _bring_rows(bringing, now)
    except (FileNotFoundError, IsADirectoryError, json.JSONDecodeError):  # trying again would find the same, for ever
        with transaction.atomic():
            _still_mine(bringing, now, state=State.FAILED, why=str(bringing_in.LOST)[:300])
            bringing_in.take_rows_back(bringing)
            what = _("Nothing of {name} was brought in: its checked rows are lost", name=bringing.name)
            minutes.record(bringing.consultation.cycle, "answers", what, by=None, now=now())
        return
    with transaction.atomic():
        _still_mine(bringing, now, state=State.DONE, progress=100, done_at=now())
        answers = Response.objects.filter(bringing=bringing).count()
        Bringing.objects.filter(pk=bringing.pk).update(answers=answers)
        what = _("All {n} good rows of {name} are in", n=bringing.good, name=bringing.name)
        minutes.record(bringing.consultation.cycle, "answers", what, by=bringing.by, now=now())
        bringing_in.forget_files(bringing)
    likely_same.compare(bringing)


def _bring_rows(bringing: Bringing, now: Now) -> None:
    path = Path(default_storage.path(bringing.staged))
    size = path.stat().st_size
    with path.open("rb") as staged:
        staged.seek(bringing.marker)
        while batch := list(islice(staged, BATCH)):
            marker = staged.tell()
            rows = [json.loads(line) for line in batch]
            with transaction.atomic():
                _still_mine(bringing, now, marker=marker, progress=min(99, 100 * marker // max(1, size)))
                Response.objects.bulk_create(_responses(bringing, rows), ignore_conflicts=True)
                LeftAddress.objects.bulk_create(_addresses(bringing, rows), ignore_conflicts=True)


def _responses(bringing: Bringing, rows: list[dict[str, Any]]) -> list[Response]:
    return [
        Response(
            consultation_id=bringing.consultation_id,
            question_id=question,
            bringing_id=bringing.pk,
            text=text,
            said_on=row["on"],
            area=row["area"],
            group=row["group"],
            reference=row["reference"],
            fingerprint=sealed,
        )
        for row in rows
        for question, text, sealed in row["answers"]
    ]


def _addresses(bringing: Bringing, rows: list[dict[str, Any]]) -> list[LeftAddress]:
    return [
        LeftAddress(consultation_id=bringing.consultation_id, bringing_id=bringing.pk, address=to[0], mail=to[1], fingerprint=to[2])
        for row in rows
        if (to := row["to"])
    ]
