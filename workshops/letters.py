"""Asking for letters, each once; `posting` sends them, `writing` has their words."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import translation

from commissioning import hearing_back
from commissioning.models import Cycle, HearingBack, Participant
from commissioning.sentences import Sentence
from workshops import tasks
from workshops.models import Letter, Workshop

HELD_FOR = timedelta(minutes=10)  # a letter somebody began to send this long ago was not sent by them
WAITED = timedelta(minutes=2)  # a letter asked for this long ago and not sent has lost its message
TRIES = 12  # then somebody must look at the mail server
AT_ONCE = 500  # letters swept up in one go


def ask_for(
    people: Iterable[Participant],
    kind: str,
    occasion: str,
    *,
    cycle: Cycle,
    now: datetime,
    workshop: Workshop | None = None,
    words: str = "",
) -> int:
    """Ask for one letter to each of these people who has an account; asking again for the same occasion sends nothing more.

    Returns how many were asked for now. The caller holds a transaction: nothing is sent unless it commits.
    """
    reached = {p.pk: p for p in people if p.user_id is not None and p.withdrawn_at is None}
    rows = [
        Letter(cycle=cycle, workshop=workshop, participant=person, kind=kind, words=words[:600], asked_at=now)
        for person in reached.values()
    ]
    return len(write_down(rows, occasion))


def tell(
    people: Iterable[Participant],
    kind: str,
    occasion: str,
    *,
    cycle: Cycle,
    now: datetime,
    words: Sentence,
    workshop: Workshop | None = None,
) -> int:
    """Tell these people, each once and in their language, that what was promised to them or agreed with them has changed.

    Unlike `ask_for` it reaches whoever has no account and asked to hear back at an address. Returns how many were told now.
    """
    rows = []
    for wish in hearing_back.wishes_of(people):
        if wish.email and (wish.asked or wish.participant.user_id is not None):
            letter = Letter(cycle=cycle, workshop=workshop, participant=wish.participant, kind=kind, form=wish.form, asked_at=now)
            letter.address = wish.email if wish.asked else ""
            with translation.override(language_of(letter)):
                letter.words = str(words)[:600]
            rows.append(letter)
    return len(write_down(rows, occasion))


def language_of(letter: Letter) -> str:
    """The language somebody is written to in: Welsh where they asked for it, never that of whoever pressed the button."""
    return "cy" if letter.form == HearingBack.Form.WELSH else settings.LANGUAGE_CODE


def write_down(rows: Iterable[Letter], occasion: str) -> list[Letter]:
    """Keep these letters of one occasion, leaving out whoever had one, and have them sent after this transaction.

    Returns those that are new.
    """
    wanted = {row.participant_id: row for row in rows}
    for row in wanted.values():
        row.occasion = occasion
    of_these = Letter.objects.filter(participant__in=wanted, occasion=occasion)
    had = set(of_these.values_list("participant", flat=True))
    # Two at once both find nobody written down; the database keeps one row for each person.
    Letter.objects.bulk_create([row for pk, row in wanted.items() if pk not in had], ignore_conflicts=True)
    made = list(of_these.exclude(participant__in=had))
    send_after(made)
    return made


def send_after(listed: Iterable[Letter]) -> None:
    """Have these sent after this transaction, except those that a person makes."""
    for letter in listed:
        if letter.state == "waiting":
            tasks.send_letter.delay_on_commit(letter.pk)


def hold(letter_id: int, *, now: datetime) -> Letter | None:
    """Take a letter to send it, in one statement, so that of two workers one sends.

    None when it is sent, a person makes it, it was tried too often, or somebody else is sending it at this moment.
    """
    free = Q(held_at=None) | Q(held_at__lt=now - HELD_FOR)
    taken = Letter.objects.filter(free, pk=letter_id, sent_at=None, due=None, tries__lt=TRIES)
    if not taken.update(held_at=now, tries=F("tries") + 1):
        return None
    asked = ("action__workshop__cycle", "mandate_group__mandate__broker__organisation")
    with_all = ("participant__user", "cycle__authority", "workshop__cycle__authority", "closing", *asked)
    return Letter.objects.select_related(*with_all).get(pk=letter_id)


def to_try_again(now: datetime) -> list[int]:
    """Letters that did not go, whose message was lost between commit and broker, or whose worker died."""
    lost = Q(held_at=None) & (Q(tries__gt=0) | Q(asked_at__lt=now - WAITED))
    waiting = Letter.objects.filter(lost | Q(held_at__lt=now - HELD_FOR), sent_at=None, due=None, tries__lt=TRIES)
    return list(waiting.values_list("pk", flat=True)[:AT_ONCE])
