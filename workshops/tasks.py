"""Background work of the first floor: letters. The row is the truth, the message only a nudge."""

from celery import shared_task
from django.utils import timezone

from workshops import sending


@shared_task  # type: ignore[untyped-decorator]
def send_letter(letter_id: int) -> None:
    """Send one letter. Safe to run twice: whoever comes second finds it taken."""
    sending.send(letter_id, now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    """Ask again for letters that did not go, whose message was lost, or whose worker died."""
    for letter_id in sending.to_try_again(timezone.now()):
        send_letter.delay_on_commit(letter_id)


@shared_task  # type: ignore[untyped-decorator]
def ask_six_months_later() -> None:
    """Ask those who left an address how it was, six months on. Safe to run twice: one letter for each person and closing."""
    sending.ask_later(timezone.now())
