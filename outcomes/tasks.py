"""Background work of the top floor: building files people asked for. The row is the truth, the message only a nudge."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from commissioning.models import Cycle
from outcomes.models import Award


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


@shared_task  # type: ignore[untyped-decorator]
def remind_of_returns() -> None:
    """Remind of quarterly returns that are due or missing. Safe to run twice: one letter for each person, quarter and reason."""
    from outcomes import chasing  # noqa: PLC0415 (letters asks for tasks: the import would go round)

    chasing.remind(now=timezone.now())


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def send_progress(self: Any, year_id: int) -> None:
    """Send a year's summary to each address that waits for it, once. Every fault is an `OSError`, and is tried again."""
    from outcomes import yearly_progress_letters  # noqa: PLC0415 (it asks for this task: the import would go round)

    yearly_progress_letters.send_waiting(year_id, now=timezone.now)


@shared_task  # type: ignore[untyped-decorator]
def tell_how_far() -> None:
    """Tell people how far their words have gone since they were told last, go on with letters that were lost, and delete what is over.

    Safe to run twice: what was told is written down.
    """
    from outcomes import travel_letters, voices, yearly_progress_letters  # noqa: PLC0415 (as above)

    now = timezone.now()
    travel_letters.tell_everybody(now=now)
    for year_id in yearly_progress_letters.left_lying(now):
        send_progress.delay_on_commit(year_id)
    voices.delete_old_addresses(now)


@shared_task  # type: ignore[untyped-decorator]
def look_back() -> None:
    """Plan yearly reviews, tell leads of those that are near, ask again six months on, carry findings. Safe to run twice."""
    from outcomes import carrying, process_reviewing, reviewing, understanding  # noqa: PLC0415 (only this task needs them)

    now = timezone.now()
    for cycle in Cycle.objects.filter(pk__in=Award.objects.filter(ended_at=None).values("lot__cycle"), state=Cycle.State.OPEN):
        reviewing.plan_yearly(cycle, now=now)
    reviewing.tell_leads(now=now)
    understanding.remind(now=now)
    process_reviewing.ask_later(now=now)
    carrying.sweep(now=now)
