"""Background work of the ground floor: files of answers, themes, summaries, e-mails. The row is the truth, the message only a nudge."""

from threading import Thread
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone


@shared_task  # type: ignore[untyped-decorator]
def read_in(bringing_id: int) -> None:
    """Check a file, or bring in its answers. Safe to run twice, and after a worker died in the middle."""
    from commissioning import reading_in  # noqa: PLC0415 (the acts ask for these tasks: the import would go round)

    reading_in.work(bringing_id, now=timezone.now)


@shared_task  # type: ignore[untyped-decorator]
def suggest_themes(consultation_id: int) -> None:
    """Have the machine suggest themes. Safe to run twice: what a person decided is never touched."""
    from commissioning import suggesting_themes  # noqa: PLC0415 (as above)

    suggesting_themes.work(consultation_id, now=timezone.now)


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def send_summaries(self: Any, consultation_id: int) -> None:
    """Send a summary to each address that waits for it, once. Every fault is an `OSError`, and is tried again."""
    from commissioning import summing_up  # noqa: PLC0415 (as above)

    summing_up.send_waiting(consultation_id, now=timezone.now)


@shared_task  # type: ignore[untyped-decorator]
def sweep_consultations() -> None:
    """Go on with what lost its message or its worker, and put away what waited too long."""
    from commissioning import files_left, reading_in, suggesting_themes, summing_up  # noqa: PLC0415 (as above)

    now = timezone.now()
    files_left.put_away_left(now)
    for bringing_id in reading_in.left_lying(now):
        read_in.delay_on_commit(bringing_id)
    for consultation_id in suggesting_themes.left_lying(now):
        suggest_themes.delay_on_commit(consultation_id)
    for consultation_id in summing_up.left_lying(now):
        send_summaries.delay_on_commit(consultation_id)


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def send_delivery(self: Any, delivery_id: int) -> None:
    """Send one e-mail about a release. Safe to run twice, and at the same time."""
    from commissioning import release_letters  # noqa: PLC0415 (what asks for this task is asked by it: the import would go round)

    delivery = release_letters.hold(delivery_id, now=timezone.now())
    if delivery is not None:
        release_letters.deliver(delivery, now=timezone.now())


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def tell_of_change(self: Any, recipient_id: int, address: str) -> None:
    """Tell the address a supplier's e-mails went to that they go another way now; the row no longer knows it."""
    from commissioning import release_letters  # noqa: PLC0415 (as above)

    release_letters.tell_of_change(recipient_id, address)


@shared_task  # type: ignore[untyped-decorator]
def sweep_deliveries() -> None:
    """Give newly registered suppliers what is out, and ask again for e-mails that did not go."""
    from commissioning import registering, release_letters  # noqa: PLC0415 (as above)
    from commissioning.models import Cycle  # noqa: PLC0415 (as above)

    for cycle in Cycle.objects.filter(state=Cycle.State.OPEN, releases__state="sent").distinct():
        registering.catch_up(cycle, now=timezone.now())
    for delivery_id in release_letters.to_try_again(timezone.now()):
        send_delivery.delay_on_commit(delivery_id)


def in_background(task: Any, row: int) -> None:
    """Have long work done after this transaction: by a worker, or with none beside the pages, so that nobody waits for an answer."""
    if settings.LONG_WORK_IN_THREADS:
        transaction.on_commit(lambda: Thread(target=_alone, args=(task, row), daemon=True).start())
    else:
        task.delay_on_commit(row)


def _alone(task: Any, row: int) -> None:
    try:
        task.apply(args=(row,))
    finally:
        connection.close()
