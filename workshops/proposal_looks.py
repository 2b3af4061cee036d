"""The page of one proposal: its words then and now with what changed, what was suggested, and the talk about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commissioning import roles, wording
from commissioning.models import Contribution, Participant
from workshops import discussing, ground_rules, phases, policy, suggesting
from workshops.attending import is_here
from workshops.models import Comment, Proposal, ProposalVersion


@dataclass
class Chapter:
    """One wording in the history of a proposal, and what changed from the one before; None when it cannot be shown."""

    version: ProposalVersion
    changes: list[wording.Piece] | None
    shown: bool


def history(proposal: Proposal) -> list[Chapter]:
    """Every wording, newest first; one query. A wording that was hidden says so and shows no word."""
    versions = list(proposal.versions.select_related("by__organisation", "contribution"))
    chapters = []
    for before, version in zip([None, *versions], versions, strict=False):
        shown = version.contribution.is_shown
        comparable = before is not None and shown and before.contribution.is_shown
        chapters.append(Chapter(version, wording.compare(before.text, version.text) if before and comparable else None, shown))
    return chapters[::-1]


def talk(proposal: Proposal, me: Participant | None, place: policy.Here | None, now: datetime) -> dict[str, Any]:
    """What the page shows of the talk, and which of its forms this person gets."""
    may_amend = place is not None and policy.why_not_do(place, phases.AMEND) is None
    mine = me is not None and proposal.contribution.participant_id == me.pk
    marks = [(mark, label) for mark, label in Comment.Mark.choices if place and ground_rules.why_not_mark(mark, place.group) is None]
    facilitates = place is not None and roles.FACILITATE in place.permissions
    return {
        "may_comment": place is not None and policy.why_not_do(place, phases.COMMENT) is None,
        "facilitates": facilitates,
        "history": history(proposal),
        "headings": discussing.talk_about(proposal),
        "offers": suggesting.offers_on(proposal, me, now),
        "may_suggest": may_amend and not mine,
        "speaks_for_it": mine or (facilitates and not is_here(proposal.workshop, proposal.contribution.participant, now)),
        "marks": marks,
        "built_on": list(Contribution.objects.shown().filter(pk__in=proposal.sources.values("pk"))),
        "mine": mine,
    }
