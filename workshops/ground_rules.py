"""The rules of talking things over: who may suggest, mark, report, look after and read what. Values in, a sentence or None out."""

from dataclasses import dataclass

from commissioning import roles
from commissioning.sentences import Sentence as _

MARKS = ("for", "against", "question", "feasibility")
FEASIBILITY = "feasibility"
FEWEST = 5  # people: smaller groups are not counted in anything published


def why_not_mark(mark: str, group: str) -> _ | None:
    """Whether somebody of this group may mark a comment so. Feasibility is the commissioner side's professional view (PS-06)."""
    if mark and mark not in MARKS:
        return _("Choose what your comment is: for, against or a question.")
    if mark == FEASIBILITY and group != "commissioner":
        return _("Only the commissioner side can give a professional view on whether something can be done.")
    return None


def why_not_suggest(*, mine: bool, in_vote: bool, same_words: bool) -> _ | None:
    """Whether somebody may suggest new words for a proposal."""
    if mine:
        return _("This is your own proposal: change its words yourself.")
    if in_vote:
        return _("This is being voted on, so its words cannot change now.")
    if same_words:
        return _("These are the words it has already. Write what you would change.")
    return None


def why_not_answer(*, mine: bool, facilitates: bool, author_here: bool, is_open: bool) -> _ | None:
    """Whether somebody may answer suggested words: the proposer, or the facilitator for a proposer who is not here."""
    if not is_open:
        return _("This suggestion was answered already.")
    if mine or (facilitates and not author_here):
        return None
    if facilitates:
        return _("Its proposer is here. Let them answer first.")
    return _("Only its proposer can answer this suggestion.")


def why_not_look_after(permissions: frozenset[str]) -> _ | None:
    """Whether somebody may decide what is shown."""
    return None if roles.FACILITATE in permissions else _("Only a facilitator can do this.")


@dataclass(frozen=True)
class Standing:
    """How something said stands now, as the rules see it; `present_words` of a proposal that somebody else made."""

    shown: bool
    waiting: bool = False
    private: bool = False
    in_vote: bool = False
    present_words: bool = False


def why_not_step(act: str, now: Standing, reason: str) -> _ | None:
    """Whether one step of looking after something said makes sense now."""
    if act in ("approve", "show"):
        return _why_not_show(act, now)
    if not reason.strip():
        return _("Write the reason. The person who said it will read it.")
    return None if act == "leave" else _why_not_hide(act, now)


def _why_not_show(act: str, now: Standing) -> _ | None:
    if act == "approve":
        return None if now.waiting else _("This was looked at already. Look at the list again.")
    return None if not (now.shown or now.waiting or now.private) else _("This is not hidden.")


def _why_not_hide(act: str, now: Standing) -> _ | None:
    if now.in_vote:
        return _("This is being voted on. Close the voting first.")
    if now.private:
        return _("This is in the private channel already.")
    if now.present_words:
        return _("These are the words of a proposal now. Hide the proposal, or take words out.")
    if act == "hide" and not now.shown and not now.waiting:
        return _("This is hidden already.")
    return None


def may_read_private(*, mine: bool, permissions: frozenset[str], role_codes: frozenset[str]) -> bool:
    """Whether somebody may read a remark in the private channel: its author, the facilitator, the lead commissioner (TR-08)."""
    return mine or roles.FACILITATE in permissions or "lead" in role_codes


def published(counts: dict[str, int]) -> dict[str, int | None]:
    """Counts by group as they may be published: None where fewer than five people stand behind one."""
    return {group: n if n >= FEWEST else None for group, n in counts.items()}
