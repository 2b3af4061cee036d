"""Who may decide, freeze and sign off on the top floor. Values in, a sentence or None out."""

from collections.abc import Sequence

from commissioning import roles
from commissioning.sentences import Sentence as _


def why_not_decide(permissions: frozenset[str], *, answered: bool, holds: bool) -> _ | None:
    """Whether somebody may answer an agreement for the authority."""
    if roles.DECIDE not in permissions:
        return _("Only a decider can answer for the authority.")
    if not holds:
        return _("This agreement has been reopened, so there is nothing to answer yet.")
    return _("This has been answered already.") if answered else None


def why_not_edit(permissions: frozenset[str], *, frozen: bool) -> _ | None:
    """Whether somebody may change the framework or the specification."""
    if roles.SPECIFY not in permissions:
        return _("Only the lead commissioner can do this.")
    return _("This version is frozen. Reopen it first, with a reason that everybody sees.") if frozen else None


def why_not_freeze(
    *, frozen: bool, unanswered: int, outcomes: int, without_indicator: int, reopened: int, uncollected: int = 0
) -> _ | None:
    """Whether the framework can be frozen (PS-03, INV-02, ME-08)."""
    if frozen:
        return _("The framework is frozen already.")
    if unsettled := _why_unsettled(unanswered, reopened):
        return unsettled
    if not outcomes:
        return _("There is no outcome in the framework yet.")
    if without_indicator:
        return _("{n} outcomes have no indicator yet.", n=without_indicator)
    if uncollected:
        return _("Say who collects each indicator and how many hours it takes each time. Missing for: {n}.", n=uncollected)
    return None


def why_not_sign_off(
    *,
    signed_off: bool,
    framework_frozen: bool,
    unanswered: int,
    clauses: int,
    uncovered: int,
    reopened: int,
    comments: Sequence[str] = (),  # where comments on a draft have no answer (FB-02)
) -> _ | None:
    """Whether the specification can be signed off: nothing agreed is left without an answer or without a clause."""
    if signed_off:
        return _("The specification is signed off already.")
    if unsettled := _why_unsettled(unanswered, reopened):
        return unsettled
    if not framework_frozen:
        return _("Freeze the outcomes framework first.")
    if not clauses:
        return _("There is no clause yet.")
    if uncovered:
        return _("{n} adopted outcomes have no clause yet.", n=uncovered)
    if comments:
        return _("{n} comments on the draft have no answer yet: {where}.", n=len(comments), where=", ".join(comments))
    return None


def _why_unsettled(unanswered: int, reopened: int) -> _ | None:
    """What stops freezing and signing off alike: somebody is owed an answer, or an answered wording was reopened (PS-03, PS-07)."""
    if unanswered:
        return _("{n} agreed items have no answer from the authority yet.", n=unanswered)
    if reopened:
        return _("{n} adopted items were reopened after their answer. They must be agreed and answered again first.", n=reopened)
    return None


def why_not_weigh(price: int, quality: int, social_value: int, reason: str) -> _ | None:
    """The three shares come to a hundred (INV-10); leaving social value out needs a reason that everybody reads (LG-07)."""
    if min(price, quality, social_value) < 0 or price + quality + social_value != 100:
        return _("Price, quality and social value must come to 100. These come to {n}.", n=price + quality + social_value)
    if social_value == 0 and not reason.strip():
        return _("Social value would count for nothing. Say why; everybody can read the reason.")
    return None


def why_not_comment(*, newest: int, draft: int, late: bool, until: str) -> _ | None:
    """Whether comments on a draft are still taken: on the newest one, until its day."""
    if draft != newest:
        return _("There is a newer draft, number {n}. Say what you think of that one.", n=newest)
    if late:
        return _("Comments on this draft were taken until {day}. It is with the officers now, and every comment gets an answer.", day=until)
    return None


def why_not_withdraw(*, withdrawn: bool, cited_in: Sequence[str]) -> _ | None:
    """Whether a clause can be withdrawn: not while another one sends its reader there."""
    if withdrawn:
        return _("This clause is withdrawn already.")
    return _("Other clauses refer to it: {where}. Take those references out first.", where=", ".join(cited_in)) if cited_in else None
