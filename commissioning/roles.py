"""Roles in a cycle: each a list of permissions with a plain-English line (AC-03, WS-01, WS-14)."""

from dataclasses import dataclass

from commissioning.sentences import Sentence as _

FACILITATE = "facilitate"  # move phases, open and close ballots, record agreements
KEEP_NOTES = "keep notes"  # actions and minutes, no decision
CONVENE = "convene"  # set up the cycle, its people, its workshops
DECIDE = "decide"  # answer agreed items for the authority
SPECIFY = "specify"  # write and sign off the specification
WRITE_FOR = "write for others"  # add people without a device, write down for them, enter papers and hands
ANSWER = "answer"  # tell people what became of what they said


@dataclass(frozen=True)
class Role:
    """One role: `votes` says whether its holder keeps the counted voice of their group."""

    code: str
    title: _
    line: _
    permissions: frozenset[str]
    votes: bool = True


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "lead",
            _("Lead commissioner"),
            _("Sets up the cycle, writes the specification and answers people."),
            frozenset({CONVENE, SPECIFY, ANSWER, KEEP_NOTES, WRITE_FOR}),
        ),
        Role("champion", _("Champion"), _("A senior officer who pushes the work through."), frozenset({CONVENE})),
        Role(
            "facilitator",
            _("Facilitator"),
            _("Runs the workshop, takes no side and has no vote."),
            frozenset({FACILITATE, KEEP_NOTES, WRITE_FOR}),
            votes=False,
        ),
        Role(
            "decider",
            _("Decider"),
            _("Answers each agreed item for the authority and gives the reason."),
            frozenset({DECIDE}),
        ),
        Role(
            "secretariat",
            _("Secretariat"),
            _("Keeps the agenda, notes and actions. Decides nothing and has no vote."),
            frozenset({KEEP_NOTES, WRITE_FOR}),
            votes=False,
        ),
        Role(
            "scribe",
            _("Scribe"),
            _("Writes down what people without a device say, and enters papers and hands. Has no vote."),
            frozenset({WRITE_FOR}),
            votes=False,
        ),
        Role(
            "broker",
            _("Broker"),
            _("Speaks for organisations that cannot come. Their vote counts, and is shown apart from direct ones."),
            frozenset(),
        ),
        Role("observer", _("Observer"), _("Watches. Does not propose or vote."), frozenset(), votes=False),
    )
}


def permissions_of(role_codes: frozenset[str]) -> frozenset[str]:
    """Everything the holder of these roles may do."""
    return frozenset().union(*(ROLES[code].permissions for code in role_codes)) if role_codes else frozenset()


def has_counted_voice(role_codes: frozenset[str]) -> bool:
    """Whether somebody with these roles is counted in votes: running a room and voting in it do not mix."""
    return all(ROLES[code].votes for code in role_codes)
