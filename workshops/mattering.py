"""“This matters to me”: one sign on one thing, given and taken back. It is not a vote."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from commissioning.models import Contribution, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import phases, policy, rooms
from workshops.announcing import announce
from workshops.attending import here
from workshops.models import Idea, Matters, Proposal, Workshop


def mark(said: Contribution, *, on: bool, by: Participant, workshop: Workshop, now: datetime) -> None:
    """Say that something matters to oneself, or take it back. Said twice is said once.

    It leaves no line in the minutes: like votes, it does not show there who gave which sign.
    Raises `Refused` for what is neither an idea nor a proposal of this workshop that people can read.
    """
    with transaction.atomic():
        if by.cycle_id != workshop.cycle_id:
            raise Refused(_("You are not part of this workshop."))
        require(policy.why_not_do(here(workshop, by), phases.COMMENT))
        said = Contribution.objects.select_for_update(no_key=True).get(pk=said.pk)
        region = region_of(workshop, said)
        if region is None or not said.is_shown:
            raise Refused(_("This is not on the board any more."))
        if on:
            __, changed = Matters.objects.get_or_create(contribution=said, participant=by, defaults={"at": now})
        else:
            changed = bool(Matters.objects.filter(contribution=said, participant=by).delete()[0])
        if changed:
            announce(workshop.pk, region)


def region_of(workshop: Workshop, said: Contribution) -> str | None:
    """Where an idea or a proposal stands on the board; None for anything else."""
    idea = Idea.objects.filter(workshop=workshop, contribution=said).first()
    if idea is not None:
        return f"idea-{idea.pk}"
    proposal = Proposal.objects.filter(workshop=workshop, contribution=said).first()
    return f"proposal-{proposal.card_id}" if proposal is not None else None


def counts(contributions: Collection[int]) -> dict[int, dict[str, int]]:
    """To how many people each of these matters, by group; one query. Cards show everybody the total only."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Matters.objects.filter(contribution__in=contributions).values_list("contribution", "participant__group")
    for said, group, n in rows.annotate(n=Count("pk")).order_by("participant__group"):
        found[said][group] = n
    return dict(found)


def mine_in(workshop: Workshop, me: Participant) -> list[Matters]:
    """What this person marked in a workshop and can still read; one query."""
    shown = Contribution.objects.shown().filter(rooms.said_on(workshop), cycle=workshop.cycle)
    return list(Matters.objects.filter(participant=me, contribution__in=shown).select_related("contribution").order_by("pk"))
