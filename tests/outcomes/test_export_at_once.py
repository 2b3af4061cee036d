"""Ten people asking for one file at the same moment, and four workers told to build it: one build."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from outcomes import publishing
from outcomes.models import Export
from outcomes.tasks import build_export
from tests.outcomes.test_export_pack import _no_threads, version  # noqa: F401 (fixtures)
from tests.outcomes.test_line import agreement  # noqa: F401 (a fixture)


@pytest.mark.full  # a test's SQLite lives in memory, where a lock is said at once instead of waited for
@pytest.mark.django_db(transaction=True)
def test_ten_people_asking_at_once_get_one_build(version, monkeypatch):  # noqa: F811 (the fixture)
    """In threads of their own, each with its own connection."""
    asked, wrong, start = [], [], Barrier(10)
    monkeypatch.setattr(publishing, "in_background", lambda _task, row: asked.append(row))

    def ask():
        try:
            start.wait()
            publishing.ask_for(version, "docx", now=timezone.now())
        except Exception as error:  # noqa: BLE001 (whatever went wrong in a thread is shown)
            wrong.append(error)
        finally:
            connection.close()

    people = [Thread(target=ask) for _ in range(10)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert not wrong
    export = Export.objects.get()
    assert asked == [export.pk]
    built = []
    made = publishing._made
    monkeypatch.setattr(publishing, "_made", lambda *given: built.append(1) or made(*given))

    def work():
        try:
            build_export(export.pk)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert built == [1]
    assert Export.objects.get().state == "ready"
