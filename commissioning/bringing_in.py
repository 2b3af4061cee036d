"""Bringing answers in from a file: it arrives, its columns are named, every row is checked, and all good rows come in or none (AN-08)."""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from commissioning import minutes, policy, response_files, response_rows, roles, tasks
from commissioning.contributing import clean_words, printable
from commissioning.models import Bringing, Consultation, Cycle, LeftAddress, Participant, Response, RowFault
from commissioning.people import held_by
from commissioning.response_files import Shape
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _

FOLDER = "consultations"
SHOWN_FIRST = 6  # rows of the preview
HEADING = 300  # characters of a column's heading: it is shown as the question
LOST = _("This file is lost here, and nothing of it was brought in. Send it once more.")


@dataclass(frozen=True)
class ConsultationPlan:
    """What is said of a consultation before its answers come in."""

    title: str
    about: str
    reached: str


def open_consultation(cycle: Cycle, plan: ConsultationPlan, *, by: Participant, now: datetime) -> Consultation:
    """Put a consultation on the cycle; the same form sent twice, once. Raises `Refused` when `by` may not convene, or it does not say who was asked (T-28)."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = {"title": clean_words(plan.title, 160), "about": clean_words(plan.about, 1000), "reached": clean_words(plan.reached, 500)}
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        already = Consultation.objects.filter(cycle=cycle, by=by, **words).first()
        if already is not None:
            return already
        require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)
        made = Consultation.objects.create(cycle=cycle, opened_at=now, by=by, **words)
        minutes.record(cycle, "consultation", _("A consultation was added: {title}", title=made.title), by=by, now=now)
    return made


def arrive(consultation: Consultation, *, name: str, chunks: Iterable[bytes], by: Participant, now: datetime) -> Bringing:
    """Keep a file on disk, find out what it is, and read its headings. Raises `Refused` for what is no file of answers."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    stored = f"{FOLDER}/{secrets.token_hex(16)}"
    path = Path(default_storage.path(stored))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    try:
        _write(path, chunks)
        shape = response_files.shape_of(path)
        columns = _headings(path, shape)
        with transaction.atomic():
            _hold_to_ask(consultation)
            made = Bringing.objects.create(
                consultation=consultation,
                name=printable(name).replace("\n", " ").strip()[-120:] or "file",
                stored=stored,
                encoding=shape.encoding,
                separator=shape.separator,
                columns=columns,
                meanings=_meant_before(consultation, columns) or response_rows.guessed(columns),
                by=by,
                at=now,
            )
            minutes.record(consultation.cycle, "answers", _("A file of answers arrived: {name}", name=made.name), by=by, now=now)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return made


def _hold_to_ask(consultation: Consultation) -> None:
    """Hold the cycle, in which people may still be asked: nobody is once open talk is over, nor while it is paused (DO-01, INV-23)."""
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=consultation.cycle_id)
    require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
    require(cycle.quiet)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    size = 0
    with path.open("xb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > response_files.MOST_BYTES:
                raise Refused(_("The most is {most} MB in one file. Send it in two parts.", most=response_files.MOST_BYTES >> 20))
            out.write(chunk)
    path.chmod(0o640)


def _headings(path: Path, shape: Shape) -> list[str]:
    with response_files.rows_of(path, shape) as rows:
        __, first = next(rows, (0, []))
        if next(rows, None) is None:
            raise Refused(_("The file needs a row of headings and at least one row below it."))
    return [printable(str(cell)).replace("\n", " ").strip()[:HEADING] for cell in first]


def _meant_before(consultation: Consultation, columns: list[str]) -> list[str]:
    """What these very columns meant in the file before this one: a mended file is read like the first."""
    before = consultation.bringings.filter(columns=columns, state=Bringing.State.DONE).first()
    return list(before.meanings) if before else []


def preview(bringing: Bringing) -> list[tuple[int, response_files.Row]]:
    """The first rows below the headings, as they are read now; addresses are not shown, whichever column they stand in.

    A file that cannot be read on shows what came before: checking it says what is wrong, and it can still be put away.
    """
    shown: list[tuple[int, response_files.Row]] = []
    with suppress(Refused), response_files.rows_of(path_of(bringing), shape_of(bringing)) as rows:
        next(rows, None)
        for number, row in rows:
            whole = [*row, *[""] * len(bringing.columns)][: len(bringing.columns)]
            shown.append((number, [response_rows.veiled(cell, what) for cell, what in zip(whole, bringing.meanings, strict=True)]))
            if len(shown) == SHOWN_FIRST:
                break
    return shown


def path_of(bringing: Bringing) -> Path:
    """Where the file waits. Raises `Refused` when it is there no more, such as after a disk was changed."""
    path = Path(default_storage.path(bringing.stored))
    if not path.is_file():
        raise Refused(LOST)
    return path


def shape_of(bringing: Bringing) -> Shape:
    """What the file is, as somebody may have put right."""
    return Shape(not bringing.encoding, bringing.encoding, bringing.separator)


def read_as(bringing: Bringing, *, encoding: str, separator: str, by: Participant, now: datetime) -> None:
    """Read a file of text with other letters or another separator than was found."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    known = {*response_files.ENCODINGS, bringing.encoding}
    if encoding not in known or separator not in response_files.SEPARATORS:
        raise Refused(_("Choose how the file is written."))
    with transaction.atomic():
        held = _held(bringing, Bringing.State.ARRIVED, Bringing.State.FAILED)
        held.encoding, held.separator, held.state, held.why = encoding, separator, Bringing.State.ARRIVED, ""
        held.columns = _headings(path_of(held), shape_of(held))
        held.meanings = response_rows.guessed(held.columns)
        held.save(update_fields=["encoding", "separator", "columns", "meanings", "state", "why"])


def name_columns(bringing: Bringing, meanings: Sequence[str], *, by: Participant, now: datetime) -> None:
    """Say what each column is, and have every row checked. May be said anew until the answers come in."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    require(response_rows.why_not_these(bringing.columns, meanings))
    with transaction.atomic():
        held = _held(bringing, Bringing.State.ARRIVED, Bringing.State.CHECKED, Bringing.State.FAILED)
        held.meanings, held.state, held.progress, held.held_at, held.why = list(meanings), Bringing.State.CHECKING, 0, None, ""
        held.save(update_fields=["meanings", "state", "progress", "held_at", "why"])
        tasks.in_background(tasks.read_in, held.pk)


def bring_in(bringing: Bringing, *, by: Participant, now: datetime) -> None:
    """Bring in all good rows. Nothing of them is shown before the last is in; asked for twice, it is done once."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        consultation = Consultation.objects.select_for_update(no_key=True).get(pk=bringing.consultation_id)
        if consultation.bringings.filter(pk=bringing.pk, state__in=(Bringing.State.COMING, Bringing.State.DONE)).exists():
            return
        _hold_to_ask(consultation)
        if consultation.bringings.filter(state=Bringing.State.COMING).exists():
            raise Refused(_("Another file is coming in just now. Wait until it is done, then look at this one again."))
        held = _held(bringing, Bringing.State.CHECKED)
        if not held.good:
            raise Refused(_("There is nothing new to bring in. Mend the rows in the file, and send it again."))
        if consultation.bringings.filter(done_at__gt=held.at, state=Bringing.State.DONE).exists():
            raise Refused(_("Another file came in since this one was checked. Check this one again, so that nothing comes in twice."))
        held.state, held.progress, held.marker, held.held_at = Bringing.State.COMING, 0, 0, None
        held.save(update_fields=["state", "progress", "marker", "held_at"])
        what = _("{good} rows of {name} are brought in; {bad} wait to be mended", good=held.good, name=held.name, bad=held.bad)
        minutes.record(consultation.cycle, "answers", what, by=by, now=now)
        tasks.in_background(tasks.read_in, held.pk)


def put_away(bringing: Bringing, *, by: Participant, now: datetime) -> None:
    """Leave a file: nothing of it stays, neither the file nor a row that was on its way in."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        held = _held(bringing, *(state for state in Bringing.State if state not in (Bringing.State.DONE, Bringing.State.STOPPED)))
        leave_nothing(held)
        minutes.record(held.consultation.cycle, "answers", _("A file of answers was put away: {name}", name=held.name), by=by, now=now)


def leave_nothing(held: Bringing) -> None:
    """Stop with a file: the file goes, what was found wrong in it, and every row that was on its way in. The caller holds it."""
    held.state, held.held_at = Bringing.State.STOPPED, None
    held.save(update_fields=["state", "held_at"])
    take_rows_back(held)
    RowFault.objects.filter(bringing=held).delete()  # they say what stood in the file
    forget_files(held)


def take_rows_back(held: Bringing) -> None:
    """Take out the rows that were on their way in: they were never shown."""
    Response.objects.filter(bringing=held).delete()
    LeftAddress.objects.filter(bringing=held, sent_at=None).delete()


def forget_files(bringing: Bringing) -> None:
    """Delete the file and its checked rows after this transaction: they hold addresses, and nobody needs them any more."""
    names = {name for name in (bringing.stored, bringing.staged) if name} | staged_of(bringing)
    Bringing.objects.filter(pk=bringing.pk).update(stored="", staged="")
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


def staged_of(bringing: Bringing) -> set[str]:
    """Every file of checked rows made of this one, also those a worker that was killed left behind."""
    if not bringing.stored:
        return set()
    path = Path(default_storage.path(bringing.stored))
    return {f"{FOLDER}/{found.name}" for found in path.parent.glob(f"{path.name}-*")}


def _held(bringing: Bringing, *states: str) -> Bringing:
    held = Bringing.objects.select_related("consultation__cycle").select_for_update(of=("self",), no_key=True).get(pk=bringing.pk)
    if held.state not in states:
        raise Refused(_("This file has gone on since you loaded the page. Look again."))
    return held
