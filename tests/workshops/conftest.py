"""What happens after a commit, done at once and looked at."""

import pytest
from django.core import mail

from config.celery import app
from workshops import attending


@pytest.fixture
def posted(django_capture_on_commit_callbacks):
    """Does something and then what was to happen after its commit, in this process; returns the mails that went."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True

    def do(work):
        had = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            work()
        return mail.outbox[had:]

    yield do
    app.conf.task_always_eager = before


@pytest.fixture
def crowd(room):
    """A room with six citizens and five organisations beside two officers, who are too few to be published."""
    people = [*room.citizens, *(room.town.join(f"C{n}") for n in range(4))]
    people += [*room.vsos, *(room.town.join(f"V{n}", "vso", f"Org {n}") for n in range(3))]
    for person in people:
        attending.attend(room.workshop, person, now=room.town.now)
    room.people = people
    return room
