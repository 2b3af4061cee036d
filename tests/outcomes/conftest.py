"""What the top floor's tests share with the first floor's."""

from tests.workshops.conftest import crowd  # noqa: F401 (a fixture)
