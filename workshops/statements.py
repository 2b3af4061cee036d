"""Agree, disagree or pass on many short statements: which one somebody gets next, and keeping what they say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Count, Q

from commissioning.models import Contribution, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import pairing, phases, policy, rating
from workshops.announcing import announce_unrevised
from workshops.attending import here
from workshops.models import Activity, Idea, Opinion, Proposal
from workshops.voting import voice_of

COUNTED_FOR = 5  # seconds that how often each statement was answered is remembered: close enough for whose turn it is

SEALED, OPEN = "sealed", "open"
SEEN: dict[str, _] = {
    SEALED: _("nobody, until the facilitator goes on"),
    OPEN: _("everybody, as answers come in"),
}


@dataclass(frozen=True)
class Turn:
    """The statement somebody answers next, and how far they are."""

    card: int | None
    text: str
    answered: int
    of: int


def seen_now(activity: Activity) -> bool:
    """Whether what people said may be seen: after going on, or all the time where that was fixed beforehand."""
    return activity.shared_at is not None or activity.settings.get("seen") == OPEN


def next_for(activity: Activity, by: Participant) -> Turn:
    """The statement that fewest have answered, never one's own that carries one's name, in another order for each person, so that none is starved.

    Raises `Refused` when one has no voice in it.
    """
    cards, voice = rating.cards_of(activity.workshop), voice_of(by)
    done = set(Opinion.objects.filter(activity=activity, **voice).values_list("contribution", flat=True))
    # Who wrote an unattributed statement answers it like everybody: a missing answer would say whose it is (ADR 5).
    own = set(Contribution.objects.filter(participant=by, pk__in=cards).values_list("pk", flat=True))
    seed = f"{activity.pk}-{sorted(voice.items())}-{len(done)}"
    had = _had(activity)
    card = pairing.next_card({card: had.get(card, 0) for card in cards}, mine=own, rated=done, seed=seed)
    return Turn(card, cards.get(card or 0, ""), len(done & set(cards)), len(set(cards) - own | (done & set(cards))))


def _had(activity: Activity) -> dict[int, int]:
    """How often each statement was answered, a few seconds old at most."""
    name = f"answered:{activity.pk}"
    found: dict[int, int] | None = cache.get(name)
    if found is None:
        found = dict(Opinion.objects.filter(activity=activity).values_list("contribution").annotate(n=Count("pk")).order_by())
        cache.set(name, found, COUNTED_FOR)
    return found


def answer(activity: Activity, *, card: int, says: str, by: Participant, now: datetime) -> Opinion:
    """Keep what somebody says to one statement; said again it replaces what they said before.

    Raises `Refused` when the part is over or shown, the statement is gone, or the answer is none of the three.
    """
    voice = voice_of(by)
    if says not in Opinion.Answer.values:
        raise Refused(_("Choose agree, disagree or pass."))
    with transaction.atomic():
        _hold(activity)
        activity = Activity.objects.select_related("workshop__cycle").get(pk=activity.pk)
        _require_open(activity, by, now)
        here_only = [
            table.objects.on_board().filter(workshop=activity.workshop, contribution=card).values("contribution")
            for table in (Proposal, Idea)
        ]
        on_board = Q(pk__in=here_only[0]) | Q(pk__in=here_only[1])
        if not Contribution.objects.shown().filter(on_board).exists():
            raise Refused(_("This statement is no longer on the board. Look at the next one."))
        said: dict[str, Any] = {"group": by.group, "answer": says, "at": now}
        opinion, made = Opinion.objects.update_or_create(defaults=said, activity=activity, contribution_id=card, **voice)
        if made and Opinion.objects.filter(activity=activity, **voice)[:2].count() == 1:
            announce_unrevised(activity.workshop_id, f"scores-{activity.workshop_id}")
    return opinion


def _hold(activity: Activity) -> None:
    """Keep the activity as it is until this transaction ends: answers share its row, and going on waits for them all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM workshops_activity WHERE id = %s FOR SHARE", [activity.pk])


def _require_open(activity: Activity, by: Participant, now: datetime) -> None:
    running, place = activity.state == Activity.State.NOW, here(activity.workshop, by, now)
    require(policy.why_not_give(place, phases.ANSWER, running=running, shown=activity.shared_at is not None, only=activity.group))


def taken_part(activity: Activity) -> int:
    """How many voices have answered something."""
    return Opinion.objects.filter(activity=activity).values("participant", "organisation").distinct().count()
