"""A signed-off version as files, each carrying the version's content hash: asked for, built in the background step by step."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from commissioning.sentences import Sentence as _
from commissioning.sentences import on_record
from commissioning.tasks import in_background
from outcomes import data_pack, pdf_pack, session_record, sheet_pack, tasks, whole_pack, word_pack
from outcomes.data_pack import Pack
from outcomes.models import Export, SpecificationVersion
from workshops.printing import NoPdf

Form, State = Export.Form, Export.State
SINGLE = (Form.DOCX, Form.PDF, Form.XLSX, Form.JSON)
STEPS = {Form.DOCX: 4, Form.PDF: 4, Form.XLSX: 12, Form.JSON: 2, Form.PACK: 2 + len(SINGLE)}
HELD_FOR = timedelta(seconds=90)  # a worker that said nothing for so long is gone
MOST_TRIES = 3
WAITING = (State.QUEUED, State.BUILDING)
_SPOKEN_EVERY = timedelta(seconds=5)
_log = logging.getLogger(__name__)


class _Lost(Exception):  # noqa: N818 (nothing is wrong: another worker has it)
    """Somebody else goes on with this file."""


def ask_for(version: SpecificationVersion, form: str, *, now: datetime) -> Export:
    """Ask for a file of a version; a second person asking gets the same build. A failed one is tried again, a ready one is left."""
    session_record.keep(version)
    with transaction.atomic():
        __, new = Export.objects.get_or_create(version=version, form=form, defaults={"asked_at": now, "steps": STEPS[Form(form)]})
        export = Export.objects.select_for_update(no_key=True).defer("file").get(version=version, form=form)
        if export.state == State.FAILED:
            fresh = {"state": State.QUEUED, "step": 0, "steps": STEPS[Form(form)], "tries": 0, "why": "", "held_at": None, "asked_at": now}
            for name, value in fresh.items():
                setattr(export, name, value)
            export.save(update_fields=list(fresh))
            new = True
        if new or export.pk in left_lying(now):
            in_background(tasks.build_export, export.pk)
    return export


def left_lying(now: datetime) -> list[int]:
    """Files whose message was lost between commit and broker, or whose worker is gone."""
    quiet = Q(held_at=None, asked_at__lt=now - HELD_FOR) | Q(held_at__lt=now - HELD_FOR)
    return list(Export.objects.filter(quiet, state__in=WAITING).values_list("pk", flat=True)[:20])


def build(export_id: int, *, now: Callable[[], datetime] = timezone.now) -> None:
    """Build one file. Safe to run twice and at the same time: one of them builds, and what is ready is left alone."""
    began = now()
    free = Q(held_at=None) | Q(held_at__lt=began - HELD_FOR)
    mine = Export.objects.filter(free, pk=export_id, state__in=WAITING)
    if mine.filter(tries__gte=MOST_TRIES).update(
        state=State.FAILED, done_at=began, why=_kept(_("It was begun {n} times and never finished.", n=MOST_TRIES))
    ):
        return
    if not mine.update(held_at=began, state=State.BUILDING, tries=F("tries") + 1, step=0):
        return
    export = Export.objects.defer("file").select_related("version__specification__cycle").get(pk=export_id)
    hold = _Hold(export, now)
    try:
        hold.finish(on_record(lambda: _made(export, hold)))
    except _Lost:
        return
    except NoPdf:
        _give_up(export, _("This machine cannot make a PDF. The Word document says the same."))
    except Exception as wrong:
        _give_up(export, _("Something went wrong while it was built. Try again, and tell whoever runs this if it fails again."))
        _log.error("export %s: %s", export.pk, type(wrong).__name__)
        raise


def _kept(words: _) -> str:
    return on_record(lambda: str(words))[:300]


def _give_up(export: Export, why: _) -> None:
    mine = Export.objects.filter(pk=export.pk, held_at=export.held_at)
    mine.update(state=State.FAILED, done_at=timezone.now(), held_at=None, why=_kept(why))


class _Hold:
    """A worker's hold on one build: each step is told, and whoever lost the build to another notices and stops."""

    def __init__(self, export: Export, now: Callable[[], datetime]) -> None:
        self.export, self.now = export, now

    def step(self) -> None:
        """One step more is done."""
        self.export.step = min(self.export.step + 1, self.export.steps)
        self._write(step=self.export.step)

    def alive(self) -> None:
        """Still at it; said now and then, for a step that takes long."""
        held = self.export.held_at
        if held is None or self.now() - held > _SPOKEN_EVERY:
            self._write()

    def finish(self, file: bytes) -> None:
        """The file is there."""
        self._write(file=file, state=State.READY, done_at=self.now(), step=self.export.steps)

    def _write(self, **changes: object) -> None:
        at = max(self.now(), (self.export.held_at or self.now()) + timedelta(microseconds=1))
        if not Export.objects.filter(pk=self.export.pk, state=State.BUILDING, held_at=self.export.held_at).update(held_at=at, **changes):
            raise _Lost
        self.export.held_at = at


def pack_of(version: SpecificationVersion) -> Pack:
    """Everything that the files of a version are made from; nothing in it is read from the rows of today."""
    record = session_record.keep(version)
    return Pack(version.number, version.at.isoformat(), version.content, version.content_hash, record.content, record.content_hash)


def _made(export: Export, hold: _Hold) -> bytes:
    pack = pack_of(export.version)
    hold.step()
    if export.form == Form.PACK:
        return _whole(export, pack, hold)
    return _single(export.form, pack, hold.alive if export.form == Form.PDF else hold.step)


def _single(form: str, pack: Pack, tell: Callable[[], None]) -> bytes:
    if form == Form.JSON:
        return data_pack.written(pack)
    builders = {Form.DOCX: word_pack.as_docx, Form.PDF: pdf_pack.as_pdf, Form.XLSX: sheet_pack.as_xlsx}
    return builders[Form(form)](pack, tell)


def _whole(export: Export, pack: Pack, hold: _Hold) -> bytes:
    """Every single form, from what is built already where it is; what is built here is kept, so that a second try goes on from it."""
    files: dict[str, bytes] = {}
    for form in SINGLE:
        ready = Export.objects.filter(version=export.version_id, form=form, state=State.READY).first()
        try:
            files[form] = bytes(ready.file or b"") if ready else _single(form, pack, hold.alive)
        except NoPdf:
            _log.warning("no PDF in the pack: this machine cannot make one")
        else:
            if not ready:
                _keep(export, form, files[form], hold.now())
        hold.step()
    return whole_pack.as_zip(pack, files)


def _keep(pack: Export, form: str, file: bytes, now: datetime) -> None:
    """A file built on the way is there for whoever asks for it alone; one that somebody is building is left to them."""
    done = {"state": State.READY, "file": file, "asked_at": now, "done_at": now, "steps": STEPS[Form(form)], "step": STEPS[Form(form)]}
    Export.objects.get_or_create(version_id=pack.version_id, form=form, defaults=done)


def as_json(version: SpecificationVersion) -> bytes:
    """The version as data with its hashes."""
    return on_record(lambda: data_pack.written(pack_of(version)))


def as_docx(version: SpecificationVersion) -> bytes:
    """The version as a Word document."""
    return on_record(lambda: word_pack.as_docx(pack_of(version)))
