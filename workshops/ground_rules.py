"""The rules of talking things over: who may suggest, mark, report, look after and read what. Values in, a sentence or None out."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from commissioning import roles
from commissioning.sentences import Sentence as _

MARKS = ("for", "against", "question", "feasibility")
FEASIBILITY = "feasibility"
REMOVED = "[removed]"  # stands where words were taken out; the same in every language, and known to a database trigger
FEWEST = 5  # people: smaller groups are not counted in anything published
SHORTEST = 2  # characters of a part that is taken out: one letter would take out half the text


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


def parts_in(typed: str) -> list[str]:
    """The parts somebody wants taken out, one a line, the longest first so that a part inside another is no trouble."""
    return sorted({line.strip() for line in typed.splitlines() if line.strip()}, key=lambda part: (-len(part), part))


def why_not_take_out(text: str, parts: Collection[str], note: str) -> _ | None:
    """Whether these parts can be taken out of a text, with this note."""
    if not parts:
        return _("Write the words to take out, one part on each line.")
    if not note.strip():
        return _("Write why, without the words themselves.")
    if any(len(part) < SHORTEST for part in parts):
        return _("Each part must have at least {n} characters.", n=SHORTEST)
    if any(not _any_of([part]).search(text) for part in parts):
        return _("One of these parts is not in the text. Copy each exactly as it is written.")
    if _any_of(parts).search(note):
        return _("Your note repeats the words you take out. Write it without them.")
    return None


def _any_of(parts: Collection[str]) -> re.Pattern[str]:
    """Any of the parts, the longest first, whatever its capitals; in one pass, so that no mark is cut up by a later part."""
    return re.compile("|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True)), re.IGNORECASE)


def without(text: str, parts: Collection[str], longest: int = 2000) -> str:
    """The text with a mark where each part was, whatever its capitals; neighbouring marks become one."""
    text = _any_of(parts).sub(REMOVED, text)
    text = re.sub(rf"{re.escape(REMOVED)}(?:\s*{re.escape(REMOVED)})+", REMOVED, text)
    if len(text) > longest:  # the mark is longer than a short part: cut, and end with a whole mark
        text = text[: longest - len(REMOVED)] + REMOVED
    return text


def published(counts: dict[str, int]) -> dict[str, int | None]:
    """Counts by group as they may be published: None where fewer than five people stand behind one."""
    return {group: n if n >= FEWEST else None for group, n in counts.items()}
