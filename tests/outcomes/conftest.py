"""What the top floor's tests share with the first floor's."""

import pytest

from tests.outcomes import returned
from tests.workshops.conftest import crowd  # noqa: F401 (a fixture)


@pytest.fixture
def contract(room):
    """A provider's contract whose first quarter ended three days ago."""
    return returned.contract_of(room)
