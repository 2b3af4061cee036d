"""Organisations as open data names them: by name, number in a register, and whether they are voluntary where that is known."""

from commissioning.models import Organisation
from outcomes.public_facts import OrganisationFacts

_VOLUNTARY = {Organisation.Kind.VSO: True, Organisation.Kind.LOCAL_AUTHORITY: False, Organisation.Kind.NHS: False}


def as_facts(one: Organisation) -> OrganisationFacts:
    """An organisation as facts, named the same way wherever it stands in a release. Nothing that judges may read this (INV-14)."""
    return OrganisationFacts(f"organisation-{one.pk}", one.name, one.scheme, one.identifier, _VOLUNTARY.get(Organisation.Kind(one.kind)))
