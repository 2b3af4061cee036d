"""What the sorting page shows: every card of the board with what is ticked, groups that read alike, and what was merged so far."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from commissioning.models import Contribution, Participant
from commissioning.sentences import Sentence
from commissioning.sentences import Sentence as _
from workshops import likeness, policy
from workshops.merging import KINDS, Card, cards_named, name_of
from workshops.models import Agreement, Ballot, Idea, Merge, MergedCard, Proposal, Workshop

MOST_GROUPS = 8  # suggested at a time; when those are merged or left, the next ones come
MOST_MERGES = 30  # listed for undoing, newest first


@dataclass
class ToSort:
    """One card as the sorting page lists it. `gone` says where a ticked card went that somebody else merged meanwhile."""

    card: Card
    name: str
    words: str
    said: Contribution
    ticked: bool = False
    gone: Sentence | None = None

    @property
    def label(self) -> str:
        """What kind of card it is, as people read it."""
        return str(self.card.get_kind_display() if isinstance(self.card, Proposal) else self.said.get_kind_display())

    @property
    def kind(self) -> str:
        """The kind a merged card starts with when this one is its first."""
        return start_kind(self.card)


def start_kind(card: Card) -> str:
    """The kind of proposal that merging starts with: the card's own when it has one, else a need."""
    return card.kind if isinstance(card, Proposal) and card.kind in KINDS else Proposal.Kind.NEED.value


def _to_sort(card: Card, ticked: Collection[str]) -> ToSort:
    name = name_of(card)
    return ToSort(card, name, card.text if isinstance(card, Proposal) else card.contribution.text, card.contribution, name in ticked)


def board(workshop: Workshop, ticked: Collection[str] = (), find: str = "") -> list[ToSort]:
    """The cards on the board, proposals first; with words to find, those that hold them and those that are ticked.

    Two queries however many cards; two more when something ticked has left the board, which is then listed first.
    """
    listed = [_to_sort(card, ticked) for card in on_board(workshop)]
    here = {one.name for one in listed}
    missing = [name for name in ticked if name not in here]
    gone = [_to_sort(card, ticked) for card in cards_named(workshop, missing)] if missing else []
    for one in gone:
        one.gone = _where_it_went(one.card)
    wanted = find.casefold().split()
    return [*gone, *(one for one in listed if one.ticked or all(word in one.words.casefold() for word in wanted))]


def on_board(workshop: Workshop) -> list[Card]:
    """Every card that can be merged, with whoever said it; two queries."""
    shown, people = Contribution.objects.shown(), "contribution__participant__organisation"
    proposals = Proposal.objects.on_board().filter(workshop=workshop, for_outcome=None, contribution__in=shown)
    ideas = Idea.objects.on_board().filter(workshop=workshop, contribution__in=shown)
    return [*proposals.select_related(people), *ideas.select_related(people)]


def _where_it_went(card: Card) -> Sentence:
    if card.merged_into is not None:
        return _("Somebody merged this into: “{text}”. Tick that one instead, or leave it.", text=card.merged_into.text[:120])
    return _("This is no longer on the board.")


def suggested(cards: Iterable[ToSort]) -> list[list[ToSort]]:
    """Groups of cards that read alike, those with the most cards first."""
    named = {one.name: one for one in cards if one.gone is None}
    found = likeness.groups({name: one.words for name, one in named.items()})
    return [[named[name] for name in group] for group in sorted(found, key=len, reverse=True)[:MOST_GROUPS]]


def similar(workshop: Workshop, text: str) -> list[Card]:
    """Up to three cards on the board that say what somebody is typing; two queries."""
    cards = {name_of(card): card for card in on_board(workshop)}
    texts = {name: card.text if isinstance(card, Proposal) else card.contribution.text for name, card in cards.items()}
    return [cards[name] for name in likeness.most_like(text, texts)]


@dataclass
class Merged:
    """A merge as listed for undoing, with why this person cannot, if they cannot."""

    merge: Merge
    parts: list[MergedCard]
    why_not: Sentence | None


def merged_so_far(merges: QuerySet[Merge], me: Participant | None, place: policy.Here | None) -> list[Merged]:
    """These merges, newest first, with the cards in each and whether somebody may undo them; two queries."""
    voted, recorded = Ballot.objects.filter(proposal=OuterRef("merged")), Agreement.objects.filter(proposal=OuterRef("merged"))
    listed = merges.annotate(decided=Exists(voted) | Exists(recorded)).select_related("merged", "by__organisation").order_by("-pk")
    found = [Merged(merge, [], _why_not(merge, me, place)) for merge in listed[:MOST_MERGES]]
    of = {one.merge.pk: one for one in found}
    for part in MergedCard.objects.filter(merge__in=list(of), taken_out_at=None).select_related("proposal", "idea__contribution"):
        of[part.merge_id].parts.append(part)
    return found


def _why_not(merge: Merge, me: Participant | None, place: policy.Here | None) -> Sentence | None:
    if me is None or place is None:
        return _("You are looking on.")
    gone = "undone" if merge.undone_at else "merged on" if merge.merged.merged_into_id else ""
    state = gone or ("decided" if getattr(merge, "decided", False) else "open")
    return policy.why_not_undo(place, mine=merge.by_id == me.pk, state=state)
