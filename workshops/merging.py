"""Making several cards into one with nothing lost; undoing that; taking one out; objecting, and answering an objection."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commissioning import minutes
from commissioning.contributing import clean_words, contribute
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.roles import FACILITATE
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import agreeing, policy, rules
from workshops.announcing import announce
from workshops.attending import held_for_talk, here
from workshops.models import Agreement, Idea, Merge, MergedCard, Proposal, ProposalVersion, Workshop

Card = Proposal | Idea
KINDS = (Proposal.Kind.OUTCOME, Proposal.Kind.NEED, Proposal.Kind.STANDARD, Proposal.Kind.ACTIVITY)


class SomebodyWasFaster(Refused):
    """A chosen card is no longer on the board: the page is shown again with the ticks and the words still there."""


@dataclass(frozen=True)
class NewWords:
    """What the merged proposal says, and why something already settled is opened again."""

    kind: str
    text: str
    who_benefits: str = ""
    why: str = ""


def name_of(card: Card) -> str:
    """The name of a card, which is also that of its region: proposal-12 or idea-7."""
    return f"{'proposal' if isinstance(card, Proposal) else 'idea'}-{card.pk}"


def cards_named(workshop: Workshop, names: Iterable[str]) -> list[Card]:
    """The cards of a workshop with these names, in the order of the names; unknown names are left out."""
    wanted: dict[str, list[int]] = {"proposal": [], "idea": []}
    for kind, __, number in (name.rpartition("-") for name in names):
        if kind in wanted and number.isascii() and number.isdigit() and len(number) <= 18:
            wanted[kind].append(int(number))
    proposals = Proposal.objects.filter(workshop=workshop, for_outcome=None, pk__in=wanted["proposal"])
    ideas = Idea.objects.filter(workshop=workshop, pk__in=wanted["idea"])
    listed: list[Card] = [*proposals.select_related("contribution", "merged_into"), *ideas.select_related("contribution", "merged_into")]
    found = {name_of(card): card for card in listed}
    return [found[name] for name in dict.fromkeys(names) if name in found]


def merge(workshop: Workshop, names: Sequence[str], words: NewWords, *, by: Participant, key: str, now: datetime) -> Merge:
    """Make several cards into one new proposal with words of its own. The same form sent twice merges once.

    The cards keep their authors, comments, votes and agreements, and leave the board. Raises `SomebodyWasFaster` when one of
    them has left it already, `Refused` outside the phases for it, with fewer than two cards, while one is being voted on,
    or when one is settled and `by` is no facilitator or gives no reason.
    """
    if words.kind not in KINDS:
        raise Refused(_("Choose what the new card is: an outcome, a need, a standard or an activity measure."))
    with transaction.atomic():
        workshop = held_for_talk(workshop, by)
        facilitates = FACILITATE in held_by(by)
        require(policy.why_not_merge(here(workshop, by)))
        already = Merge.objects.filter(workshop=workshop, by=by, undone_at=None, merged__contribution__key=key).first()
        if already is not None and already.merged.contribution.text == words.text.strip():
            return already
        cards = cards_named(workshop, names)
        _require_on_board(cards, len(set(names)))
        settled = {a.proposal_id: a for a in Agreement.objects.filter(proposal__in=_proposals(cards), superseded_at=None) if a.holds}
        require(policy.why_not_merge_these(len(cards), _in_vote(cards), len(settled), facilitates, words.why))
        made = Merge.objects.create(workshop=workshop, merged=_new_proposal(workshop, cards, words, by, key, now), by=by, at=now)
        for card in cards:
            _take_in(made, card, settled.get(card.pk) if isinstance(card, Proposal) else None, words.why, by, now)
        cite_parents(made)
        what = _("{n} cards made into one: {text}", n=len(cards), text=made.merged.text[:300])
        minutes.record(workshop.cycle, "merge", what, by=by, now=now, why=words.why.strip(), place=workshop.slug)
        _announce(made, cards)
    return made


def _proposals(cards: Iterable[Card]) -> list[Proposal]:
    return [card for card in cards if isinstance(card, Proposal)]


def _in_vote(cards: Iterable[Card]) -> bool:
    return Proposal.objects.filter(pk__in=[p.pk for p in _proposals(cards)], ballots__closed_at=None, ballots__isnull=False).exists()


def _require_on_board(cards: Collection[Card], asked: int) -> None:
    said = {card.contribution_id for card in cards}
    shown = set(Contribution.objects.shown().filter(pk__in=said).values_list("pk", flat=True))
    for card in cards:
        if card.merged_into_id or getattr(card, "set_aside_at", None) or card.contribution_id not in shown:
            raise SomebodyWasFaster(
                _("Somebody else was faster: “{text}” is no longer on the board. Your ticks and words are still here.", text=card)
            )
    if len(cards) < asked:
        raise SomebodyWasFaster(_("One of these cards is not on this board. Your ticks and words are still here."))


def _new_proposal(workshop: Workshop, cards: list[Card], words: NewWords, by: Participant, key: str, now: datetime) -> Proposal:
    """The new card, said by whoever merges; what its cards say of who benefits goes with it unless they say it anew."""
    carried = dict.fromkeys(p.who_benefits.strip() for p in _proposals(cards) if p.who_benefits.strip())
    benefits = clean_words(words.who_benefits, 500) if words.who_benefits.strip() else "; ".join(carried)[:500]
    from_vso = any(p.contribution.group == "vso" and p.kind != Proposal.Kind.NEED for p in _proposals(cards))
    require(policy.why_not_merge_for(from_vso and words.kind != Proposal.Kind.NEED, benefits))
    said, new = contribute(cycle=workshop.cycle, by=by, kind="proposal", text=words.text, key=key, now=now, place=workshop.slug)
    if not new:
        raise Refused(_("This form was sent already. Load the page again."))
    made = Proposal.objects.create(workshop=workshop, kind=words.kind, contribution=said, text=said.text, who_benefits=benefits, at=now)
    ProposalVersion.objects.create(proposal=made, number=1, text=said.text, who_benefits=benefits, by=by, contribution=said, at=now)
    return made


def _take_in(made: Merge, card: Card, agreement: Agreement | None, why: str, by: Participant, now: datetime) -> None:
    """Move a card into a merge: its agreement is reopened in the open, its indicators go on to a new outcome."""
    if isinstance(card, Idea):
        MergedCard.objects.create(merge=made, idea=card)
    else:
        if agreement is not None:
            agreeing.reopen(card, by=by, now=now, why=why)
        part = MergedCard.objects.create(merge=made, proposal=card, reopened=agreement)
        if made.merged.kind == card.kind == Proposal.Kind.OUTCOME:
            part.signs.set(card.indicators.all())
            card.indicators.update(for_outcome=made.merged)
    card.merged_into = made.merged
    card.save(update_fields=["merged_into"])


def cite_parents(merge: Merge) -> None:
    """Make the sources of the merged proposal those of the cards that are in it now: what they say, and what that came from."""
    said: set[int] = set()
    for part in merge.parts.filter(taken_out_at=None).select_related("proposal", "idea"):
        if part.idea is not None:
            said.add(part.idea.contribution_id)
        elif part.proposal is not None:
            said |= {part.proposal.contribution_id, *part.proposal.sources.values_list("pk", flat=True)}
    merge.merged.sources.set(said)


def _announce(merge: Merge, cards: Iterable[Card]) -> None:
    announce(merge.workshop_id, f"proposal-{merge.merged_id}", *map(name_of, cards), f"desk-{merge.workshop_id}")


# Undoing, and taking one card out


def undo(merge: Merge, *, by: Participant, now: datetime) -> None:
    """Put every card of a merge back as it was. The merged proposal is set aside, and kept with what was said about it.

    Whoever merged may, and the facilitator, until the workshop closes. Raises `Refused` when it is undone already, when the
    merged one has been put to the vote or recorded, or is itself part of a later merge.
    """
    with transaction.atomic():
        workshop, merge = _ready_to_change(merge, by)
        _undo(merge, by, now)
        what = _("Merge undone: {text}", text=merge.merged.text[:300])
        minutes.record(workshop.cycle, "undo merge", what, by=by, now=now, place=workshop.slug)


def _ready_to_change(merge: Merge, by: Participant) -> tuple[Workshop, Merge]:
    workshop = held_for_talk(merge.workshop, by)
    merge = Merge.objects.select_related("merged", "workshop").get(pk=merge.pk)
    require(policy.why_not_undo(here(workshop, by), mine=merge.by_id == by.pk, state=state_of(merge)))
    return workshop, merge


def state_of(merge: Merge) -> str:
    """How far a merge has gone: "undone", "merged on", "decided" (voted on or recorded), or "open"."""
    if merge.undone_at:
        return "undone"
    if merge.merged.merged_into_id:
        return "merged on"
    decided = merge.merged.ballots.exists() or merge.merged.agreements.exists()
    return "decided" if decided else "open"


def _undo(merge: Merge, by: Participant, now: datetime) -> None:
    parts = list(merge.parts.filter(taken_out_at=None).select_related("proposal", "idea", "reopened"))
    cards = [_give_back(part, by, now) for part in parts]
    merge.undone_by, merge.undone_at = by, now
    merge.save(update_fields=["undone_by", "undone_at"])
    merge.merged.set_aside_at = now
    merge.merged.save(update_fields=["set_aside_at"])
    _announce(merge, cards)


def _give_back(part: MergedCard, by: Participant, now: datetime) -> Card:
    """One card returns to the board, with its indicators and what had been agreed about it."""
    part.taken_out_by, part.taken_out_at = by, now
    part.save(update_fields=["taken_out_by", "taken_out_at"])
    card = part.proposal or part.idea
    assert card is not None  # noqa: S101 (a constraint holds it; this tells the type checker)
    card.merged_into = None
    card.save(update_fields=["merged_into"])
    if part.proposal is not None:
        part.signs.filter(for_outcome=part.merge.merged_id).update(for_outcome=part.proposal)
        _agree_again(part, by, now)
    return card


def _agree_again(part: MergedCard, by: Participant, now: datetime) -> None:
    """What the merge reopened stands again as a new record of the same: an agreement is superseded, never changed."""
    was, card = part.reopened, part.proposal
    if was is None or card is None or Agreement.objects.filter(proposal=card, superseded_at=None).exists():
        return
    copied = {name: getattr(was, name) for name in ("version", "ballot", "state", "counts", "explanation", "dissent", "reason")}
    Agreement.objects.create(proposal=card, by=was.by, at=now, **copied)
    what = _("Stands again, its merge was undone: “{text}” is {state}", text=card, state=str(rules.STATES[was.state]).lower())
    minutes.record(card.workshop.cycle, "agreement", what, by=by, now=now, place=card.workshop.slug)


def split(merge: Merge, name: str, *, by: Participant, now: datetime) -> None:
    """Take one card out of a merge, back on the board. When fewer than two would stay, the whole merge is undone.

    Raises `Refused` for the same reasons as `undo`, and when the card is not in this merge.
    """
    with transaction.atomic():
        workshop, merge = _ready_to_change(merge, by)
        parts = {part.name: part for part in merge.parts.filter(taken_out_at=None)}
        if name not in parts:
            raise Refused(_("That card is not part of this any more."))
        if len(parts) <= 2:
            _undo(merge, by, now)
        else:
            card = _give_back(parts[name], by, now)
            cite_parents(merge)
            _announce(merge, [card])
        what = _("Taken out of “{text}”: {card}", text=merge.merged, card=parts[name])
        minutes.record(workshop.cycle, "split merge", what, by=by, now=now, place=workshop.slug)
