"""Sending a letter that is held, in the language of whoever gets it."""

from datetime import datetime

from django.utils import translation

from workshops import writing
from workshops.letters import language_of
from workshops.models import Letter


class LetterError(OSError):
    """A letter did not go. Says what kind of fault it was and no more: a mail server's own words may hold an address."""


def deliver(letter: Letter, *, now: datetime) -> None:
    """Send a letter that is held, and note that it went. Raises `LetterError` for every fault, after letting the letter go.

    A worker that dies between the post office and the last line leaves it to be sent again, under the same message number,
    by which mail programs know it for the same.
    """
    if not (_wanted(letter) and not stale(letter, now)):
        Letter.objects.filter(pk=letter.pk).update(sent_at=now)  # nobody is to have it any more
        return
    try:
        with translation.override(language_of(letter)):
            mail = writing.compose(letter, now=now)
        mail.send()
    except Exception as wrong:  # noqa: BLE001 (whatever the post office says, the row must tell that it did not go)
        Letter.objects.filter(pk=letter.pk).update(held_at=None)
        raise LetterError(f"letter {letter.pk}: {type(wrong).__name__}") from None
    Letter.objects.filter(pk=letter.pk).update(sent_at=now)


def _wanted(letter: Letter) -> bool:
    """Whether there is still somebody to have it."""
    person = letter.participant
    if person is not None and person.withdrawn_at is not None:
        return False
    return bool(letter.address or (person is not None and person.user is not None))


def stale(letter: Letter, now: datetime) -> bool:
    """Whether a reminder comes too late to remind: a letter may have waited for a mail server that was down."""
    workshop = letter.workshop
    if workshop is None:
        return False
    if letter.kind == Letter.Kind.REMINDER:
        return workshop.starts_at is None or workshop.starts_at <= now or bool(workshop.called_off_because)
    if letter.kind == Letter.Kind.CLOSING:
        return workshop.closes_at is None or workshop.closes_at <= now
    return False
