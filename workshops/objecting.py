"""Those whose card was merged say when the new words are not what they meant; the facilitator answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from commissioning import minutes
from commissioning.contributing import clean_words, contribute
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import policy, tally
from workshops.announcing import announce
from workshops.attending import held_for_talk, here
from workshops.merging import Card, name_of
from workshops.models import Ballot, Cast, Matters, Merge, Objection, Proposal, Workshop
from workshops.origins import inside

LONGEST = 1000  # characters of an objection


def supporters(cards: Collection[Card], only: Participant | None = None) -> dict[str, set[int]]:
    """For each card, by its name, who stands behind it; asked for one person, only whether that person does.

    That is: whoever said it; whoever voted to support it in its latest closed ballot, never in an open one; whoever marked that it matters to them.
    """
    found: dict[str, set[int]] = {name_of(card): {card.contribution.participant_id} for card in cards}
    for proposal, voter in _voted_for([c for c in cards if isinstance(c, Proposal)], only):
        found[f"proposal-{proposal}"].add(voter)
    by_words = {card.contribution_id: name_of(card) for card in cards}
    signs = Matters.objects.filter(contribution__in=by_words)
    for said, person in (signs.filter(participant=only) if only else signs).values_list("contribution", "participant"):
        found[by_words[said]].add(person)
    if only is not None:
        found = {name: people & {only.pk} for name, people in found.items()}
    return found


def _voted_for(proposals: Collection[Proposal], only: Participant | None) -> Iterable[tuple[int, int]]:
    """Each proposal with those whose vote in its latest closed ballot is support; of an organisation, whoever cast it last."""
    later = Ballot.objects.filter(proposal=OuterRef("proposal"), round__gt=OuterRef("round"), closed_at__isnull=False)
    closed = Ballot.objects.filter(proposal__in=[p.pk for p in proposals], closed_at__isnull=False)
    latest = closed.filter(~Exists(later))
    changed = Cast.objects.filter(seat=OuterRef("seat"), pk__gt=OuterRef("pk"))
    votes = Cast.objects.filter(ballot__in=latest, choice=tally.SUPPORT).filter(~Exists(changed))
    if only is not None:
        votes = votes.filter(by=only)
    return votes.values_list("ballot__proposal", "by")


def supported_by(me: Participant, merges: Iterable[Merge]) -> dict[int, list[Card]]:
    """For each of these merges, the cards in it that somebody said or supported, cards inside cards included; six queries."""
    held: dict[int, list[Card]] = defaultdict(list)
    cards = inside([merge.merged_id for merge in merges])
    mine = supporters([card for listed in cards.values() for card in listed], only=me)
    for merged, listed in cards.items():
        held[merged] = [card for card in listed if mine[name_of(card)]]
    return {merge.pk: held[merge.merged_id] for merge in merges if held[merge.merged_id]}


def object_to(merge: Merge, *, text: str, by: Participant, key: str, now: datetime) -> Objection:
    """Say that the new words are not what one meant. One for each person and merge; the same form sent twice is kept once.

    Raises `Refused` for somebody who neither said nor supported one of the cards, or has objected already.
    """
    words = clean_words(text, LONGEST)
    with transaction.atomic():
        workshop, merge = _locked(merge, by)
        supporter = merge.pk in supported_by(by, [merge])
        require(policy.why_not_object(here(workshop, by), supporter=supporter, undone=merge.undone_at is not None))
        standing = Objection.objects.filter(merge=merge, by=by, withdrawn_at=None).select_related("contribution").first()
        if standing is not None and (standing.contribution.key, standing.contribution.text) == (key, words):
            return standing
        if standing is not None:
            raise Refused(_("You have said so already. Take that back first if you want to say it in other words."))
        said, new = contribute(
            cycle=workshop.cycle, by=by, kind=Contribution.Kind.CONCERN, text=words, key=key, now=now, place=workshop.slug
        )
        if not new:
            raise Refused(_("This form was sent already. Load the page again."))
        made = Objection.objects.create(merge=merge, contribution=said, by=by, at=now)
        what = _("On “{text}”: this does not say what I meant", text=merge.merged)
        minutes.record(workshop.cycle, "object", what, by=by, now=now, why=words, place=workshop.slug)
        _announce(merge)
    return made


def withdraw(objection: Objection, *, by: Participant, now: datetime) -> None:
    """Take one's own objection back. It is kept, and shown to nobody any more. Raises `Refused` when it is not one's own."""
    with transaction.atomic():
        workshop, merge = _locked(objection.merge, by)
        if objection.by_id != by.pk:
            raise Refused(_("Only whoever said this can take it back."))
        if not Objection.objects.filter(pk=objection.pk, withdrawn_at=None).update(withdrawn_at=now):
            return
        Contribution.objects.filter(pk=objection.contribution_id, withdrawn_at=None).update(withdrawn_at=now)
        what = _("Objection taken back: “{text}”", text=merge.merged)
        minutes.record(workshop.cycle, "withdraw objection", what, by=by, now=now, place=workshop.slug)
        _announce(merge)


def answer(objection: Objection, *, text: str, by: Participant, now: datetime) -> None:
    """The facilitator answers an objection, for everybody to read; a later answer takes the place of an earlier one."""
    require(policy.why_not_facilitate(held_by(by)))
    words = clean_words(text, 500)
    with transaction.atomic():
        workshop, merge = _locked(objection.merge, by)
        kept = Objection.objects.filter(pk=objection.pk, withdrawn_at=None)
        if not kept.update(answer=words, answered_by=by, answered_at=now):
            raise Refused(_("This was taken back, so it needs no answer."))
        what = _("Answer to an objection to “{text}”: {answer}", text=merge.merged, answer=words)
        minutes.record(workshop.cycle, "answer objection", what, by=by, now=now, place=workshop.slug)
        _announce(merge)


def _locked(merge: Merge, by: Participant) -> tuple[Workshop, Merge]:
    workshop = held_for_talk(merge.workshop, by)
    return workshop, Merge.objects.select_related("merged").get(pk=merge.pk)


def _announce(merge: Merge) -> None:
    announce(merge.workshop_id, f"proposal-{merge.merged_id}", f"desk-{merge.workshop_id}")
