"""Background work of the top floor: building files people asked for. The row is the truth, the message only a nudge."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from commissioning.models import Cycle
from commissioning.sentences import on_record
from outcomes.models import Award, Export

STUCK_AFTER = timedelta(minutes=5)


@shared_task  # type: ignore[untyped-decorator]
def build_export(export_id: int) -> None:
    """Build one file. Safe to run twice: a file that is ready is left alone."""
    from outcomes import publishing  # noqa: PLC0415 (publishing asks for this task: the import would go round)

    with transaction.atomic():
        export = Export.objects.select_for_update(of=("self",), no_key=True).select_related("version").get(pk=export_id)
        if export.state == Export.State.READY:
            return
        export.state = Export.State.BUILDING
        export.save(update_fields=["state"])
    build = {"docx": publishing.as_docx, "json": publishing.as_json}[export.form]
    try:
        export.file = on_record(lambda: build(export.version))
        export.state = Export.State.READY
    except Exception:
        export.state = Export.State.FAILED
        raise
    finally:
        export.done_at = timezone.now()
        export.save(update_fields=["file", "state", "done_at"])


@shared_task  # type: ignore[untyped-decorator]
def sweep_exports() -> None:
    """Ask again for files whose message was lost between commit and broker, or whose worker died."""
    waiting = Export.objects.filter(state__in=("queued", "building"), asked_at__lt=timezone.now() - STUCK_AFTER)
    for export_id in waiting.values_list("pk", flat=True):
        build_export.delay_on_commit(export_id)


@shared_task  # type: ignore[untyped-decorator]
def look_back() -> None:
    """Plan yearly reviews, tell leads of those that are near, ask again six months on, carry findings. Safe to run twice."""
    from outcomes import carrying, process_reviewing, reviewing  # noqa: PLC0415 (only this task needs them)

    now = timezone.now()
    for cycle in Cycle.objects.filter(pk__in=Award.objects.filter(ended_at=None).values("lot__cycle"), state=Cycle.State.OPEN):
        reviewing.plan_yearly(cycle, now=now)
    reviewing.tell_leads(now=now)
    process_reviewing.ask_later(now=now)
    carrying.sweep(now=now)
