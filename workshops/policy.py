"""Who may do what in a workshop. Values in, a sentence or None out; None means yes."""

from dataclasses import dataclass

from commissioning import roles
from commissioning.sentences import Sentence as _
from workshops import phases, tally


@dataclass(frozen=True)
class Here:
    """Somebody in a workshop, as the rules see them."""

    group: str
    phase: str
    permissions: frozenset[str] = frozenset()
    has_voice: bool = True
    withdrawn: bool = False
    observer: bool = False
    shut: _ | None = None  # why nothing is taken at this moment, where the workshop states when it is open


def why_not_do(here: Here, doing: str) -> _ | None:
    """Whether somebody may contribute, propose, comment or amend in the present phase."""
    if here.withdrawn:
        return _("You have left this workshop.")
    if here.observer:
        return _("You are here as an observer, so you cannot add anything.")
    if here.shut is not None:
        return here.shut
    return phases.why_not_now(here.phase, doing)


def why_not_facilitate(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may run the workshop."""
    return None if roles.FACILITATE in permissions else _("Only a facilitator can do this.")


def why_not_arrange(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may find the date of a workshop and state its times."""
    return None if permissions & {roles.FACILITATE, roles.CONVENE} else _("Only the person who convenes or facilitates can do this.")


def why_not_keep_notes(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may write down actions."""
    return None if permissions & {roles.FACILITATE, roles.KEEP_NOTES} else _("Only the facilitator or the secretariat can do this.")


def why_not_write_for(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may add people without a device, write down for them, and enter papers and hands."""
    return None if roles.WRITE_FOR in permissions else _("Only the facilitator, the secretariat or a scribe can do this.")


def why_not_confirm(entered_by: int, by: int) -> _ | None:
    """Whether somebody may confirm what was entered: never the same person."""
    return _("Somebody else must confirm what you entered.") if entered_by == by else None


def why_not_shut(about: object, papers: int, hands: int) -> _ | None:
    """Whether a ballot can close: everything entered for it has been seen by two people, or was set aside."""
    what = None
    if papers:
        what = _("1 paper waits") if papers == 1 else _("{n} papers wait", n=papers)
    elif hands:
        what = _("the hands of one group wait") if hands == 1 else _("the hands of {n} groups wait", n=hands)
    if what is not None:
        return _("On “{about}”, {what} for a second person. Confirm them, or set them aside with a reason.", about=about, what=what)
    return None


def why_not_open(*, phase: str, kind: str, group: str, who_benefits: str, in_vote: bool, settled: bool) -> _ | None:
    """Whether a proposal can be put to the vote. A VSO's names who benefits beyond itself first (PL-06)."""
    if in_vote:
        return _("This is being voted on already.")
    if settled:
        return _("This is settled. Suggest a change to it to open it again.")
    if group == "vso" and kind != "need" and not who_benefits.strip():
        return _("Before the vote, its proposer must say who benefits beyond their own organisation.")
    return phases.why_not_now(phase, phases.VOTE)


def why_not_rule(kept: tally.Rule, asked: tally.Rule) -> _ | None:
    """Whether a ballot may use this rule: it may ask more than the one the workshop was convened with, never less."""
    for code, row in kept.groups.items():
        mine = asked.groups.get(code)
        if mine is None or mine.share < row.share or mine.least < row.least:
            return _(
                "The rule was fixed when the workshop was convened: {rule} A ballot may ask more, never less.",
                rule=kept.explain()[0],
            )
    return None


def why_not_vote(*, here: Here, ballot_open: bool, entitled: bool, choice: str) -> _ | None:
    """Whether somebody may cast this choice in this ballot now."""
    if not ballot_open:
        return _("Voting on this is closed. Your vote was not counted.")
    if here.withdrawn:
        return _("You have left this workshop.")
    if here.shut is not None:
        return here.shut
    if not entitled:
        return _(
            "You have no vote in this round: you joined after it opened, your role has no vote, or somebody else speaks for your organisation."
        )
    if choice not in tally.CHOICES:
        return _("That is not one of the choices.")
    return phases.why_not_now(here.phase, phases.VOTE)


def may_see_results(ballot_open: bool) -> bool:
    """Sealed means nobody: not the facilitator, not an administrator, not an export."""
    return not ballot_open


def why_not_close(*, phase: str, open_ballots: int, unrecorded: int, actions: int, ownerless: int, none_because: str) -> _ | None:
    """Whether a workshop can close: every workshop ends with actions, or "none, because" (WS-09)."""
    if "close" not in phases.PHASES[phase].leads_to:
        return _("Move to Agree before you close the workshop.")
    if open_ballots:
        return _("Close the voting first: {n} ballots are open.", n=open_ballots)
    if unrecorded:
        return _("{n} results are not recorded yet. Record what the room agreed, or that it is deferred.", n=unrecorded)
    if not actions and not none_because.strip():
        return _("Write down who does what next, or say “none, because”.")
    if ownerless:
        return _("{n} actions have no owner. Give each an owner, or remove it.", n=ownerless)
    return None
