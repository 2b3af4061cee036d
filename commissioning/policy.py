"""Who may do what on the ground floor. Values in, a sentence or None out; None means yes."""

from commissioning import roles
from commissioning.sentences import Sentence as _


def why_not(permission: str, held: frozenset[str]) -> _ | None:
    """The one permission question: does somebody with these permissions hold this one?"""
    if permission in held:
        return None
    holders = " / ".join(str(role.title).lower() for role in roles.ROLES.values() if permission in role.permissions)
    return _("Only the {holders} can do this.", holders=holders)


def why_not_take_part(*, withdrawn: bool, cycle_closed: bool) -> _ | None:
    """Whether a participant may add anything to a cycle."""
    if withdrawn:
        return _("You have left this cycle, so you cannot add to it.")
    if cycle_closed:
        return _("This cycle is closed. Nothing more can be added.")
    return None


def why_not_talk(*, procurement_day: str, paused_until: str) -> _ | None:
    """Whether anything new may be said, proposed or convened: not once procurement has its day, nor while a challenge pauses the cycle."""
    if paused_until:
        return _(
            "This cycle is paused because somebody challenged it. It goes on from {day}. Nothing new is taken until then.", day=paused_until
        )
    if procurement_day:
        return _(
            "Procurement starts on {day}, so open talk about it has ended. Ask your question on the page “Questions and answers”: "
            "everybody gets the answer at once.",
            day=procurement_day,
        )
    return None


def why_not_lower_level(old: int, new: int, reason: str) -> _ | None:
    """A promised level of engagement may rise freely and fall only with a reason (INV-20)."""
    if new < old and not reason.strip():
        return _("You promised more than this. Say why the level is lower; everyone will see the reason.")
    return None


def may_see_minutes(held: frozenset[str]) -> bool:
    """The full minutes are for those who run, convene or keep the notes of a workshop."""
    return bool(held & {roles.FACILITATE, roles.CONVENE, roles.KEEP_NOTES})
