"""Background work of the workshop floor: sending letters and reminding people. The row is the truth, the message only a nudge."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

WAITED = timedelta(minutes=2)  # a letter asked for this long ago and not sent has lost its message
TRIES = 12  # then somebody must look at the mail server
AT_ONCE = 500  # letters swept up in one go


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def send_letter(self: Any, letter_id: int) -> None:
    """Send one letter. Safe to run twice, and at the same time: a letter that went, or is going, is left alone.

    Every fault of a mail server is an `OSError`; Celery tries those again. A letter given up on is swept up later.
    """
    from workshops import letters  # noqa: PLC0415 (letters asks for this task: the import would go round)

    letter = letters.hold(letter_id, now=timezone.now())
    if letter is not None:
        letters.deliver(letter, now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    """Ask again for letters whose message was lost between commit and broker, or whose worker died."""
    from workshops.models import Letter  # noqa: PLC0415 (tasks are found before models are ready)

    waiting = Letter.objects.filter(sent_at=None, tries__lt=TRIES, asked_at__lt=timezone.now() - WAITED)
    for letter_id in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        send_letter.delay_on_commit(letter_id)


@shared_task  # type: ignore[untyped-decorator]
def remind() -> None:
    """Remind people of meetings, of dates they have not answered, and of time that ends. Safe to run twice."""
    from workshops import reminding  # noqa: PLC0415 (as above)

    reminding.remind(now=timezone.now())
