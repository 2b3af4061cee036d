"""What the tests of large consultations share."""

import pytest

from tests.commissioning.surveys import consultation_of


@pytest.fixture
def files_of_its_own(settings, tmp_path):
    """Files that are brought in go to a folder of this test, and long work waits until the test does it."""
    settings.MEDIA_ROOT = tmp_path
    settings.LONG_WORK_IN_THREADS = False


@pytest.fixture
def asked(town):
    """A consultation nobody has answered yet."""
    return consultation_of(town)
