"""Who must be asked before a service is planned: the groups every cycle starts from, and who belongs to which (AN-07, WS-13). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from commissioning.sentences import Sentence as _

# The list a cycle starts from. Each cycle keeps its own rows: it may add groups, and say why nobody of one is asked.
STANDARD: dict[str, _] = {
    "deliver": _("Those who deliver the service, or could"),
    "affected": _("People who use it, and their families"),
    "department": _("Other departments"),
    "elected": _("Elected members"),
    "procurement": _("Procurement"),
    "finance": _("Finance"),
}


@dataclass(frozen=True)
class Invitee:
    """Somebody who is asked: which side they are on, how they take part, what they come for, and what they declared."""

    person: int
    group: str
    standing: str
    capacities: frozenset[str] = frozenset()
    interests: frozenset[str] = frozenset()


def belongs(code: str, one: Invitee) -> bool:
    """Whether somebody belongs to one of the standard groups, as far as it can be told."""
    return {
        "deliver": one.group == "vso" or bool(one.interests & {"current_provider", "potential_bidder"}),
        "affected": one.standing in ("service_user", "carer", "resident"),
        "department": "department" in one.capacities,
        "elected": one.standing == "elected",
        "procurement": one.standing == "procurement" or "procurement" in one.capacities,
        "finance": "finance" in one.capacities,
    }.get(code, False)


def asked_in(code: str, invitees: Collection[Invitee], named: Collection[int] = ()) -> int:
    """How many of a group are asked; `named` are the people somebody said belong to it."""
    return sum(1 for one in invitees if belongs(code, one) or one.person in named)


def why_not_more(missing: Mapping[str, str], filled: Collection[str]) -> _ | None:
    """Whether more people may be invited while groups that must be asked have nobody: only people of such a group.

    `missing` are the groups with nobody and no reason, by code; `filled` those of them the people to be invited belong to.
    """
    if not missing or filled:
        return None
    names = "; ".join(missing.values())
    return _(
        "Nobody is invited yet from: {groups}. Invite somebody of each, or say why not: everybody who takes part sees it.", groups=names
    )
