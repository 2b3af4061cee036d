"""Background work of the workshop floor: sending letters and reminding people. The row is the truth, the message only a nudge."""

from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from workshops import bundling


@shared_task(  # type: ignore[untyped-decorator]
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=900, retry_jitter=True, max_retries=settings.LETTER_RETRIES
)
def send_letter(self: Any, letter_id: int) -> None:
    """Send one letter. Safe to run twice, and at the same time: a letter that went, or is going, is left alone.

    Every fault is an `OSError` here; Celery tries those again. A letter given up on is swept up later.
    """
    from workshops import letters, posting  # noqa: PLC0415 (letters asks for this task: the import would go round)

    letter = letters.hold(letter_id, now=timezone.now())
    if letter is not None:
        posting.deliver(letter, now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    """Ask again for letters that did not go, whose message was lost, or whose worker died."""
    from workshops import letters  # noqa: PLC0415 (as above)

    for letter_id in letters.to_try_again(timezone.now()):
        send_letter.delay_on_commit(letter_id)


@shared_task  # type: ignore[untyped-decorator]
def remind() -> None:
    """Remind people of meetings, of dates they have not answered, and of time that ends. Safe to run twice."""
    from workshops import reminding  # noqa: PLC0415 (as above)

    reminding.remind(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def ask_six_months_later() -> None:
    """Ask those who left an address how it was and what a plan changed, six months on. Safe to run twice: one letter for each."""
    from workshops import asking_for_updates, sending  # noqa: PLC0415 (as above)

    sending.ask_later(timezone.now())
    asking_for_updates.ask_what_changed(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def sign_records() -> None:
    """Sign where every record of votes ends today; a second run the same day signs nothing."""
    bundling.sign_heads(timezone.localdate())


@shared_task  # type: ignore[untyped-decorator]
def draw_opinion_map(map_id: int) -> None:
    """Draw one map of opinion. Safe to run twice; one whose worker died is asked for again by whoever looks."""
    from workshops import opinion_maps  # noqa: PLC0415 (as above)

    opinion_maps.draw(map_id, now=timezone.now)
