"""What happens after a commit, done at once and looked at."""

import pytest
from django.core import mail

from config.celery import app


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
