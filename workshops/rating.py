"""Rating cards one at a time, and placing dots: what people find strongest. Sealed until the facilitator goes on; decides nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Avg, Count, F, Q, Sum

from commissioning import unattributed
from commissioning.models import Contribution, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import pairing, phases, policy, tally
from workshops.announcing import announce
from workshops.attending import here
from workshops.models import Activity, Dots, Idea, Proposal, Rating, Workshop
from workshops.voting import voice_of

FEWEST = 5  # people of a group before its own average or sum is shown (ET-07)
USUAL_SCALE, USUAL_CARDS, USUAL_DOTS = 5, 5, 3


def scale_of(activity: Activity) -> int:
    """The highest score in this activity."""
    return int(activity.settings.get("scale", USUAL_SCALE))


def hand_size(activity: Activity, cards: int) -> int:
    """How many cards each person rates: a few each in a crowd, or all of them ("cards": 0)."""
    asked = int(activity.settings.get("cards", USUAL_CARDS))
    return min(asked, cards) if asked else cards


def cards_of(workshop: Workshop) -> dict[int, str]:
    """What can be rated: the proposals that are on the board, or the ideas while there is no proposal; contribution to words."""
    proposals = Proposal.objects.on_board().filter(workshop=workshop, for_outcome=None, contribution__in=Contribution.objects.shown())
    found = dict(proposals.values_list("contribution", "text"))
    return found or dict(
        Idea.objects.on_board()
        .filter(workshop=workshop, contribution__in=Contribution.objects.shown())
        .values_list("contribution", "contribution__text")
    )


@dataclass(frozen=True)
class Hand:
    """The card somebody has to rate now, and how far they are."""

    card: int | None
    text: str
    rated: int
    of: int


def rater_of(activity: Activity, secret: str) -> str:
    """The hash one person rates under in one activity; without their secret it leads to nobody."""
    return unattributed.receipt(secret, f"rating-{activity.pk}")


def hand_of(activity: Activity, by: Participant, secret: str) -> Hand:
    """Look at the card one has, or at how far one is; draws none."""
    cards = cards_of(activity.workshop)
    mine = Rating.objects.filter(activity=activity, rater=rater_of(activity, secret)).values_list("contribution", "score")
    held = next((card for card, score in mine if score is None and card in cards), None)
    done = sum(1 for __, score in mine if score is not None)
    return Hand(held, cards.get(held or 0, ""), done, hand_size(activity, len(cards)))


def draw(activity: Activity, *, by: Participant, secret: str, now: datetime) -> Hand:
    """Take the next card: one that few have had, never one's own, never twice. Raises `Refused` when rating is not open."""
    _require_open(activity, by, phases.RATE)
    if not secret:
        raise Refused(_("Open your personal link on this device first."))
    with transaction.atomic():
        Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
        hand = hand_of(activity, by, secret)
        if hand.card is None and hand.rated < hand.of:
            card = _pick(activity, by, secret)
            if card is not None:
                Rating.objects.create(activity=activity, contribution_id=card, rater=rater_of(activity, secret), group=by.group)
                hand = hand_of(activity, by, secret)
            else:
                hand = Hand(None, "", hand.rated, hand.rated)
    return hand


def _pick(activity: Activity, by: Participant, secret: str) -> int | None:
    cards = cards_of(activity.workshop)
    had = dict(Rating.objects.filter(activity=activity).values_list("contribution").annotate(n=Count("pk")).order_by())
    own = set(
        Contribution.objects.filter(unattributed.mine(activity.workshop.cycle, by, [secret]), pk__in=cards).values_list("pk", flat=True)
    )
    rater = rater_of(activity, secret)
    rated = set(Rating.objects.filter(activity=activity, rater=rater).values_list("contribution", flat=True))
    return pairing.next_card({card: had.get(card, 0) for card in cards}, mine=own, rated=rated, seed=f"{rater}-{len(rated)}")


def rate(activity: Activity, *, card: int, score: int, by: Participant, secret: str, now: datetime) -> None:
    """Give the card in one's hand a score; giving it again changes it while the activity runs.

    Raises `Refused` for a card one was not given, or a score off the scale.
    """
    _require_open(activity, by, phases.RATE)
    if not 1 <= score <= scale_of(activity):
        raise Refused(_("Choose a number from 1 to {n}.", n=scale_of(activity)))
    with transaction.atomic():
        mine = Rating.objects.filter(activity=activity, contribution=card, rater=rater_of(activity, secret))
        if not mine.update(score=score):
            raise Refused(_("That card is not in your hand."))
        announce(activity.workshop_id, f"scores-{activity.workshop_id}")


def place_dots(activity: Activity, placed: Mapping[int, int], *, by: Participant, now: datetime) -> None:
    """Place one's dots, all at once; placing again replaces them. A provider organisation has one set between its people."""
    _require_open(activity, by, phases.PRIORITISE)
    most = int(activity.settings.get("dots", USUAL_DOTS))
    wanted = {card: n for card, n in placed.items() if n}
    if any(n < 0 for n in wanted.values()) or sum(wanted.values()) > most:
        raise Refused(_("You have {n} dots. Place that many or fewer.", n=most))
    if set(wanted) - set(cards_of(activity.workshop)):
        raise Refused(_("One of these cards is no longer on the board."))
    owner = voice_of(by)
    with transaction.atomic():
        Workshop.objects.select_for_update(no_key=True).get(pk=activity.workshop_id)  # first, as going on does
        Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
        Dots.objects.filter(activity=activity, **owner).delete()
        Dots.objects.bulk_create(
            Dots(activity=activity, contribution_id=card, group=by.group, number=n, **owner) for card, n in wanted.items()
        )
        announce(activity.workshop_id, f"scores-{activity.workshop_id}")


def my_dots(activity: Activity, by: Participant) -> dict[int, int]:
    """Where one's dots are."""
    return dict(Dots.objects.filter(activity=activity, **voice_of(by)).values_list("contribution", "number"))


def _require_open(activity: Activity, by: Participant, doing: str) -> None:
    if activity.state != Activity.State.NOW:
        raise Refused(_("This part is over. What you gave before is kept."))
    place = here(activity.workshop, by)
    require(policy.why_not_do(place, doing))
    if not place.has_voice:
        raise Refused(_("Your role has no voice in this."))


def taken_part(activity: Activity) -> int:
    """How many have rated or placed dots so far: all that may be known while it is sealed."""
    if activity.kind == "prioritise":
        return Dots.objects.filter(activity=activity).values("participant", "organisation").distinct().count()
    return Rating.objects.filter(activity=activity).exclude(score=None).values("rater").distinct().count()


@dataclass(frozen=True)
class Score:
    """What one card got: its average or its dots, from how many, and by group where enough people of the group took part."""

    contribution: int
    text: str
    value: float
    n: int
    by_group: list[tuple[str, float, int]]
    width: int

    @property
    def dots(self) -> int:
        """How many dots, where dots were placed: always whole."""
        return round(self.value)


def scores(activity: Activity) -> list[Score]:
    """The cards with what they got, best first; empty while it is sealed. Three queries."""
    if activity.shared_at is None:
        return []
    dots = activity.kind == "prioritise"
    cards = _words(activity)
    table = Dots.objects.filter(activity=activity) if dots else Rating.objects.filter(activity=activity).exclude(score=None)
    if dots:
        rows = table.values_list("contribution", "group").annotate(value=Sum("number"), n=Count("pk"))
        size = dict(table.values_list("group").annotate(n=Count(F("participant"), distinct=True) + Count(F("organisation"), distinct=True)))
    else:
        rows = table.values_list("contribution", "group").annotate(value=Avg("score"), n=Count("pk"))
        size = dict(table.values_list("group").annotate(n=Count("rater", distinct=True)).order_by())
    found: dict[int, dict[str, tuple[float, int]]] = {}
    for card, group, value, n in rows.order_by():
        found.setdefault(card, {})[group] = (float(value), n)
    return _ranked(found, cards, size, dots=dots, top=scale_of(activity))


def _words(activity: Activity) -> dict[int, str]:
    dotted, rated = Dots.objects.filter(activity=activity), Rating.objects.filter(activity=activity)
    given = Q(pk__in=dotted.values("contribution")) | Q(pk__in=rated.values("contribution"))
    return dict(Contribution.objects.shown().filter(given).values_list("pk", "text"))


def _ranked(
    found: Mapping[int, Mapping[str, tuple[float, int]]], cards: Mapping[int, str], size: Mapping[str, int], *, dots: bool, top: int
) -> list[Score]:
    may_show = _groups_shown(size)
    listed = []
    for card, groups in found.items():
        if card not in cards:
            continue
        voices = sum(count for __, count in groups.values())
        total = sum(value if dots else value * count for value, count in groups.values())
        parts = [(g, groups[g][0], groups[g][1]) for g in tally.GROUPS if g in groups and g in may_show]
        listed.append((card, total if dots else total / voices, voices, parts))
    most = max((row[1] for row in listed), default=1) if dots else top
    listed.sort(key=lambda row: (-row[1], -row[2], row[0]))
    return [Score(card, cards[card], round(value, 1), n, parts, round(100 * value / (most or 1))) for card, value, n, parts in listed]


def _groups_shown(size: Mapping[str, int]) -> Collection[str]:
    """The groups whose own figures may be shown: all or none, so that no small one can be worked out by taking away."""
    return set(size) if size and all(n >= FEWEST for n in size.values()) else set()
