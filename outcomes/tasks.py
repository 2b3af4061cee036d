"""Background work of the top floor: building files people asked for. The row is the truth, the message only a nudge."""

from celery import shared_task
from django.utils import timezone


@shared_task  # type: ignore[untyped-decorator]
def build_export(export_id: int) -> None:
    """Build one file. Safe to run twice, and after a worker died in the middle: a file that is ready is left alone."""
    from outcomes import publishing  # noqa: PLC0415 (publishing asks for this task: the import would go round)

    publishing.build(export_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_exports() -> None:
    """Ask again for files whose message was lost between commit and broker, or whose worker died."""
    from outcomes import publishing  # noqa: PLC0415 (as above)

    for export_id in publishing.left_lying(timezone.now()):
        build_export.delay_on_commit(export_id)
