"""What tests of criteria, shares and the monitoring plan begin from: an adopted outcome with a sign, and a need."""

from commissioning import needs
from outcomes import adopting, specifying
from outcomes.models import Outcome, Specification
from workshops import agreeing

PLACING = adopting.Placing("Home", "young people", "short", ("social",))


def outcome_in(room, text="People feel safe.") -> Outcome:
    """An outcome that the room agreed and the authority adopted, with one sign."""
    town, workshop = room.town, room.workshop
    proposal = town.propose(workshop, room.citizens[0], text)
    ballot = town.ballot(workshop, proposal)
    town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", placing=PLACING, by=town.decider, now=town.now)
    return Outcome.objects.get(decision__agreement=agreement)


def contested_card(room, text="Hire four apprentices."):
    """A card that the room could not agree on."""
    town, workshop = room.town, room.workshop
    proposal = town.propose(workshop, room.citizens[1], text, indicator=False)
    ballot = town.ballot(workshop, proposal)
    town.vote(ballot, "cannot", *room.vsos, reason="It is from a template")
    town.vote(ballot, "support", *room.citizens)
    town.move(workshop, "agree")
    agreeing.record_agreement(proposal, state="contested", reason="No agreement", by=town.facilitator, now=town.now)
    return proposal


def need_in(town, statement="Nowhere safe to go in the evening"):
    """A need on the list."""
    return needs.raise_need(town.cycle, statement=statement, by=town.lead, now=town.now)


def ready_to_sign(room) -> tuple[Outcome, Specification]:
    """A frozen framework with its clauses: all that a specification needs but for what is tested."""
    town, outcome = room.town, outcome_in(room)
    specification = specifying.specification_of(town.cycle)
    specifying.compose(specification, by=town.lead, now=town.now)
    town.collected()
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    return outcome, specification


def at(town, rest: str) -> str:
    """An address in the cycle."""
    return f"/cycles/{town.cycle.slug}/{rest}"


def said(answer) -> str:
    """What an answer says, with its apostrophes."""
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
