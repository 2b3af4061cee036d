"""What whoever runs a cycle could do next before procurement starts: what the record does not hold yet, in the order most take it.

The order is a guide (INV-26): nothing here closes or opens anything.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from commissioning import duties
from commissioning.models import Adoption, ContractShape, Cycle, MapReview, Need, Route, StakeholderGroup, StartingPoint
from commissioning.sentences import Sentence as _

SHOWN = 3  # at once: a list of everything is read by nobody


@dataclass(frozen=True)
class Step:
    """A page to go to next: its address by name, its title, and what it is for."""

    page: str
    title: _
    line: _


STEPS = (
    Step("starting_point", _("Where we start from"), _("The money, past promises, and what we do not know yet.")),
    Step("needs", _("Needs and what we already have"), _("What people need here, how we know it, and what is here that could help.")),
    Step("priorities", _("Which needs come first"), _("What people put first, what was adopted, and why the two differ.")),
    Step("provider_map", _("Provider map"), _("Who could provide this, whom they reach, and whom nobody reaches.")),
    Step("stakeholders", _("Who must be asked"), _("The groups that belong at the table, and why if one is missing.")),
    Step("shape", _("Shape of the contract"), _("How long, how large, how paid, and whom that would leave out.")),
    Step("route", _("Grant, contract or another way"), _("The ways to secure the service, and the one chosen with its reason.")),
    Step("duties", _("Duty records"), _("What the law asks the authority to think about first, in words and with dates.")),
    Step("public_page", _("The public page"), _("Not public yet. You can look at it before others do.")),
    Step("gate", _("When procurement starts"), _("The day, what must be there first, and what it ends.")),
)


def of(cycle: Cycle) -> list[Step]:
    """The first few steps the record does not show yet; a fixed number of queries."""
    here = OuterRef("pk")
    there = {
        "starting_point": StartingPoint.objects.filter(cycle=here, shared_at__isnull=False),
        "needs": Need.objects.filter(cycle=here),
        "priorities": Adoption.objects.filter(prioritising__cycle=here),
        "provider_map": MapReview.objects.filter(cycle=here),
        "stakeholders": StakeholderGroup.objects.filter(cycle=here),
        "shape": ContractShape.objects.filter(cycle=here),
        "route": Route.objects.filter(cycle=here, chosen_at__isnull=False),
    }
    done = dict(Cycle.objects.filter(pk=cycle.pk).values(**{f"has_{page}": Exists(kept) for page, kept in there.items()})[0])
    written = duties.figures(duties.looks(cycle))
    done |= {
        "has_duties": written.musts <= written.written + written.waivers,
        "has_public_page": cycle.public_at is not None,
        "has_gate": cycle.procurement_from is not None,
    }
    return [step for step in STEPS if not done[f"has_{step.page}"]][:SHOWN]
