"""A room full of people."""

import pytest

from workshops import attending


@pytest.fixture
def crowd(room):
    """A room with six citizens and five organisations beside two officers, who are too few to be published."""
    people = [*room.citizens, *(room.town.join(f"C{n}") for n in range(4))]
    people += [*room.vsos, *(room.town.join(f"V{n}", "vso", f"Org {n}") for n in range(3))]
    for person in people:
        attending.attend(room.workshop, person, now=room.town.now)
    room.people = people
    return room
