"""Who may do what in a workshop. Values in, a sentence or None out; None means yes."""

from collections.abc import Sequence
from dataclasses import dataclass

from commissioning import roles
from commissioning.sentences import Sentence as _
from workshops import phases, rules, tally


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


def why_not_wait(group: str, only: str) -> _ | None:
    """Whether somebody's group takes part in what is happening, when it is for one group."""
    if not only or group == only:
        return None
    return _("This part is for one group: {group}. You are asked again when it is over.", group=tally.GROUPS[only])


def why_not_give(here: Here, doing: str, *, running: bool, shown: bool, only: str) -> _ | None:
    """Whether somebody may give what a sealed part asks for: while it runs, and never once its result was shown."""
    if not running:
        return _("This part is over. What you gave before is kept.")
    if shown:
        return _("The result of this part has been shown, so it stays. The facilitator can add the part once more.")
    why = why_not_do(here, doing) or why_not_wait(here.group, only)
    return why or (None if here.has_voice else _("Your role has no voice in this."))


def why_not_merge(here: Here) -> _ | None:
    """Whether somebody may make several cards into one: anybody in the phases for it, a facilitator until the close."""
    if roles.FACILITATE in here.permissions and here.phase != phases.LAST and not here.withdrawn:
        return None
    return why_not_do(here, phases.MERGE)


def why_not_merge_these(cards: int, in_vote: bool, settled: int, facilitates: bool, why: str) -> _ | None:
    """Whether these cards can be made into one now. What is settled is only reopened by a facilitator, with a reason (PS-07)."""
    if cards < 2:
        return _("Tick two cards or more.")
    if in_vote:
        return _("One of these is being voted on. Close the voting on it first.")
    if settled and not facilitates:
        return _("One of these is settled. Only the facilitator can merge it, because that opens it again.")
    if settled and not why.strip():
        return _("One of these is settled. Merging opens it again: say why.")
    return None


def why_not_merge_for(from_vso: bool, who_benefits: str) -> _ | None:
    """A VSO's proposal does not lose the question of who benefits by being merged under another name (PL-06)."""
    if from_vso and not who_benefits.strip():
        return _("One of these comes from a voluntary organisation. Say who benefits beyond it.")
    return None


UNDO_TOO_LATE: dict[str, _] = {
    "undone": _("This was undone already."),
    "merged on": _("This was merged again into something else. Undo that first."),
    "decided": _("This has been put to the vote, or recorded, so it stays. Its cards are still kept with it."),
}


def why_not_undo(here: Here, *, mine: bool, state: str) -> _ | None:
    """Whether somebody may undo a merge or take a card out of it; `state` is how far it has gone (`merging.state_of`)."""
    if here.withdrawn:
        return _("You have left this workshop.")
    if here.phase == phases.LAST:
        return _("The workshop is closed, so this stays as it is.")
    if not mine and roles.FACILITATE not in here.permissions:
        return _("Only whoever merged these, or the facilitator, can undo it. If it does not say what you meant, say so.")
    return UNDO_TOO_LATE.get(state)


def why_not_object(here: Here, *, supporter: bool, undone: bool) -> _ | None:
    """Whether somebody may say that a merge does not say what they meant."""
    if here.withdrawn:
        return _("You have left this workshop.")
    if here.phase == phases.LAST:
        return _("The workshop is closed.")
    if undone:
        return _("This merge was undone: your card is back on the board.")
    return None if supporter else _("This is for those who wrote or supported one of the cards. Say it as a comment.")


def why_not_touch(*, merged: bool, set_aside: bool) -> _ | None:
    """Whether anything can be done with a proposal: not once it has left the board, so that nothing is said where nobody looks."""
    if merged:
        return _("This was merged with other cards. Go to the card it became.")
    return _("This was set aside when its merge was undone. Its cards are back on the board.") if set_aside else None


def why_not_facilitate(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may run the workshop."""
    return None if roles.FACILITATE in permissions else _("Only a facilitator can do this.")


def why_not_arrange(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may find the date of a workshop and state its times."""
    return None if permissions & {roles.FACILITATE, roles.CONVENE} else _("Only the person who convenes or facilitates can do this.")


def why_not_keep_notes(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may write down actions."""
    return None if permissions & {roles.FACILITATE, roles.KEEP_NOTES} else _("Only the facilitator or the secretariat can do this.")


@dataclass(frozen=True)
class GroupReadiness:
    """How many of a group who answered are ready to meet with the others."""

    group: str
    yes: int = 0
    answered: int = 0

    @property
    def is_ready(self) -> bool:
        """At least half of those who answered are; a group that has not answered is not ready, and not against it."""
        return self.answered > 0 and 2 * self.yes >= self.answered


def recommend_meeting(groups: Sequence[GroupReadiness]) -> _:
    """What the answers recommend: meet together, or separate again (WS-03)."""
    if not any(g.answered for g in groups):
        return _("Nobody has said yet whether their group is ready to meet with the others.")
    not_yet = [g for g in groups if g.answered and not g.is_ready]
    if not_yet:
        who = "; ".join(f"{str(tally.GROUPS[g.group]).lower()} {g.yes}/{g.answered}" for g in not_yet)
        return _("Recommended: separate again. Not ready yet: {who}.", who=who)
    return _("Recommended: meet together. Every group that answered is ready.")


def why_not_join(groups: Sequence[GroupReadiness], why: str) -> _ | None:
    """Whether the rooms can come together: each group that answered is ready, or a reason is recorded."""
    if any(g.answered and not g.is_ready for g in groups) and not why.strip():
        return _("A group is not ready to meet with the others. Separate again, or say why you go on; everybody sees the reason.")
    return None


def why_not_meet_jointly(
    *, champion: bool, facilitator: bool, independent: bool, told: bool, payment_line: bool, level: bool, scope: bool
) -> _ | None:
    """Whether a joint workshop has what it must have before it starts (INV-15, AC-03, WS-01)."""
    missing = [
        text
        for there, text in (
            (champion, _("a champion: a senior officer who stands behind it")),
            (facilitator, _("a facilitator")),
            (independent or told or not facilitator, _("a facilitator who is not the lead commissioner, or a line that tells people why")),
            (payment_line, _("a line on payment for taking part")),
            (level, _("the promised level of engagement")),
            (scope, _("the list of what is decided and what is open")),
        )
        if not there
    ]
    if not missing:
        return None
    return _("A joint workshop cannot start yet. It still needs: {items}.", items="; ".join(map(str, missing)))


def why_not_write_for(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may add people without a device, write down for them, and enter papers and hands."""
    return None if roles.WRITE_FOR in permissions else _("Only the facilitator, the secretariat or a scribe can do this.")


def why_not_confirm(entered_by: int, by: int) -> _ | None:
    """Whether somebody may confirm what was entered: never the same person."""
    return _("Somebody else must confirm what you entered.") if entered_by == by else None


def why_not_hand_count(*, secret: bool) -> _ | None:
    """Whether papers and hands may be counted in a ballot: not in a secret one, because papers have a code and hands are seen."""
    return _("This vote is secret, so papers and hands are not counted in it. A scribe can write a vote down.") if secret else None


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


def why_not_rule(kept: rules.Rule, asked: rules.Rule) -> _ | None:
    """Whether a ballot may use this rule: it may ask more than the one the workshop was convened with, never less."""
    groups = [(row, asked.groups.get(code)) for code, row in kept.groups.items()]
    less = any(mine is None or mine.share < row.share or mine.least < row.least for row, mine in groups)
    bases = list(rules.BASES)
    less |= bases.index(asked.base) < bases.index(kept.base)
    less |= (asked.needed or len(tally.GROUPS)) < (kept.needed or len(tally.GROUPS))
    less |= (kept.veto and not asked.veto) or (asked.reservations and not kept.reservations)
    if less:
        return _(
            "The rule was fixed when the workshop was convened: {rule} A ballot may ask more, never less.",
            rule=" ".join(map(str, kept.explain())),
        )
    return None


def why_not_vote(*, here: Here, ballot_open: bool, entitled: bool, choice: str, before: bool = False) -> _ | None:
    """Whether somebody may cast this choice in this ballot now, or take their vote back; `before` when they have one."""
    if not ballot_open and before:
        return _("Voting closed before this came. The vote you sent earlier is counted, as it was.")
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
    if choice not in (*tally.CHOICES, tally.NONE):
        return _("That is not one of the choices.")
    return phases.why_not_now(here.phase, phases.VOTE)


def may_see_results(ballot_open: bool) -> bool:
    """Sealed means nobody: not the facilitator, not an administrator, not an export."""
    return not ballot_open


def why_not_close(*, phase: str, open_ballots: int, unrecorded: int, actions: int, ownerless: int, none_because: str) -> _ | None:
    """Whether a workshop can close: every workshop ends with actions, or "none, because" (WS-09)."""
    if phase == phases.LAST:
        return _("This workshop is closed already.")
    if open_ballots:
        return _("Close the voting first: {n} ballots are open.", n=open_ballots)
    if unrecorded:
        return _("{n} results are not recorded yet. Record what the room agreed, or that it is deferred.", n=unrecorded)
    if not actions and not none_because.strip():
        return _("Write down who does what next, or say “none, because”.")
    if ownerless:
        return _("{n} actions have no owner. Give each an owner, or remove it.", n=ownerless)
    return None
