"""Where a merged proposal comes from: the cards in it, who said them, what was said and voted on them, and who objects."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from commissioning.models import Consent, Contribution
from commissioning.sentences import Sentence as _
from workshops import secrecy, tally, unsealing
from workshops.merging import Card, name_of
from workshops.models import Ballot, Comment, Idea, Merge, Objection, Proposal


@dataclass
class Origin:
    """One card inside a merged proposal, with everything that was said and decided on it; `origins` are the cards inside it."""

    card: Card
    said: Contribution
    words: str
    votes: list[tally.Count] = field(default_factory=list)
    comments: list[Contribution] = field(default_factory=list)
    signs: list[Proposal] = field(default_factory=list)
    origins: list["Origin"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the card: proposal-12 or idea-7."""
        return name_of(self.card)

    @property
    def is_proposal(self) -> bool:
        """Whether it has a page of its own; what was gathered has none."""
        return isinstance(self.card, Proposal)


@dataclass
class MadeFrom:
    """How a proposal was made from others: the merge, its cards, and what people object to."""

    merge: Merge
    origins: list[Origin] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)


def made_from(merged: Collection[int]) -> dict[int, MadeFrom]:
    """For each of these proposals that was made from others: from which; one query when none was, nine however many were."""
    merges = {m.merged_id: MadeFrom(m) for m in Merge.objects.filter(merged__in=merged).select_related("by")}
    if not merges:
        return {}
    for one in standing_objections().filter(merge__merged__in=merges):
        merges[one.merge.merged_id].objections.append(one)
    cards = inside(merges)
    made = {name: origin for listed in cards.values() for name, origin in ((name_of(c), _origin(c)) for c in listed)}
    for origin in made.values():
        into = origin.card.merged_into_id
        holder = merges[into].origins if into in merges else made[f"proposal-{into}"].origins
        holder.append(origin)
    _add_what_was_said(made)
    return merges


def standing_objections() -> QuerySet[Objection]:
    """Objections not taken back; `named` says whether whoever objects agreed to be named (ET-01)."""
    agreed = Consent.objects.filter(participant=OuterRef("by"), kind=Consent.Kind.NAMING, given=True)
    kept = Objection.objects.filter(withdrawn_at=None, contribution__in=Contribution.objects.shown()).annotate(named=Exists(agreed))
    return kept.select_related("merge", "contribution__participant__organisation")


def _origin(card: Card) -> Origin:
    """A card as it is shown inside another: what its author took back, or what is not shared, is not read there either."""
    said = card.contribution
    if said.withdrawn_at or said.held or said.moderation < Contribution.Moderation.WAITING:
        return Origin(card, said, str(_("(These words were taken back, or are not shown.)")))
    return Origin(card, said, card.text if isinstance(card, Proposal) else said.text)


def _add_what_was_said(made: dict[str, Origin]) -> None:
    """Comments and votes of the cards that are proposals. Votes: those of the latest closed ballot, never of an open one."""
    ids = [o.card.pk for o in made.values() if o.is_proposal]
    comments = Comment.objects.filter(proposal__in=ids, contribution__in=Contribution.objects.shown())
    for one in comments.select_related("contribution__participant__organisation"):
        made[f"proposal-{one.proposal_id}"].comments.append(one.contribution)
    closed = Ballot.objects.filter(proposal__in=ids, closed_at__isnull=False, method=Ballot.Method.SIGNAL)
    latest = {b.proposal_id: b for b in closed.order_by("round")}
    counted = unsealing.counts([b.pk for b in latest.values()])
    for proposal, ballot in latest.items():
        votes = counted.get(ballot.pk, [])
        few = secrecy.hidden_groups(ballot, votes)
        made[f"proposal-{proposal}"].votes = [count for count in votes if count.group not in few]
    for sign in Proposal.objects.filter(for_outcome__in=ids):
        made[f"proposal-{sign.for_outcome_id}"].signs.append(sign)


def inside(merged: Iterable[int]) -> dict[int, list[Card]]:
    """For each merged proposal, every card in it, cards inside cards included, in the order they were made; four queries."""
    roots = list(merged)
    into = _into(Proposal.objects.filter(pk__in=roots).values_list("workshop", flat=True))
    top = {pk: _top(pk, into, frozenset(roots)) for pk in {*into, *into.values(), *roots}}
    wanted = [pk for pk, root in top.items() if root is not None]
    found: dict[int, list[Card]] = defaultdict(list)
    people = "contribution__participant__organisation"
    for proposal in Proposal.objects.filter(merged_into__in=wanted).select_related(people):
        found[top[proposal.merged_into_id or 0] or 0].append(proposal)
    for idea in Idea.objects.filter(merged_into__in=wanted).select_related(people):
        found[top[idea.merged_into_id or 0] or 0].append(idea)
    return found


def _top(pk: int, into: dict[int, int], roots: frozenset[int]) -> int | None:
    """The one of the roots that a proposal is in, or is; it ends, because everything is merged into something newer."""
    while pk not in roots and pk in into:
        pk = into[pk]
    return pk if pk in roots else None


def cards_in(workshops: Iterable[int]) -> dict[int, set[int]]:
    """For each merged proposal of these workshops, the proposals that are in it, at every depth; for the thread. One query."""
    into = _into(workshops)
    found: dict[int, set[int]] = defaultdict(set)
    for pk in into:
        for above in _above(pk, into):
            found[above].add(pk)
    return found


def became(proposals: Collection[int], said: QuerySet[Contribution]) -> set[int]:
    """What these proposals, and the ideas that are these contributions, were merged into, at every depth; three queries."""
    at_once = set(Idea.objects.filter(contribution__in=said, merged_into__isnull=False).values_list("merged_into", flat=True))
    starts = {pk for pk in {*proposals, *at_once} if pk is not None}
    into = _into(Proposal.objects.filter(pk__in=starts).values_list("workshop", flat=True))
    return starts.union(*(_above(pk, into) for pk in starts))


def _into(workshops: Iterable[int]) -> dict[int, int]:
    """What each merged proposal of these workshops went into."""
    merged = Proposal.objects.filter(workshop__in=set(workshops), merged_into__isnull=False)
    return {pk: into for pk, into in merged.values_list("pk", "merged_into") if into is not None}


def _above(pk: int, into: dict[int, int]) -> list[int]:
    """What a proposal was merged into, and that into, up to the one on the board; it ends, because each is newer."""
    found = []
    while pk in into:
        pk = into[pk]
        found.append(pk)
    return found
