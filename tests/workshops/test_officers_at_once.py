"""Several officers press the same button in the same moment, on a database that lets them: one act is done, and nobody sees a fault."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from commissioning import duties, gate, meaning, opening_pages
from commissioning.models import Cycle, DutyRecord, Meaning, Minute, ProcurementGate
from commissioning.sentences import Refused
from tests.commissioning.test_duties import PROCESS, is_bought, put
from tests.commissioning.test_starting import draft
from tests.conftest import make_town
from workshops import procuring

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall():
    """A town with three more officers who may convene, and every duty that must be on record."""
    town = make_town("Hurry")
    is_bought(town)
    for code in ("s1-3-a", "s1-3-b", "s1-7"):
        put(town, code)
    town.officers = [town.lead, *(town.join(f"Officer {n}", "commissioner", role="lead") for n in range(3))]
    return town


def at_once(town, act):
    """Each officer does it at the same moment: how many did, and how many were refused with a sentence."""
    start, did, refused, wrong = threading.Barrier(len(town.officers)), [], [], []

    def press(number, officer):
        start.wait()
        try:
            did.append(act(number, officer))
        except Refused as why:
            refused.append(str(why))
        except Exception as fault:  # noqa: BLE001 (whatever it is, an officer would see a broken page)
            wrong.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in enumerate(town.officers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    assert len(did) + len(refused) == len(town.officers)
    return len(did), len(refused)


def test_one_day_is_set_and_the_others_are_told(hall):
    days = gate.Days(timezone.localdate(), None)
    assert at_once(hall, lambda _n, by: procuring.set_start(hall.cycle, days, by=by, now=hall.now)) == (1, 3)
    assert ProcurementGate.objects.count() == 1
    assert Minute.objects.filter(act="gate").count() == 1


def test_every_word_of_four_records_stays_and_one_of_them_stands(hall):
    def writes(number, by):
        writing = duties.Writing(
            answers={"process": f"{PROCESS} Officer {number} adds this."},
            links=(duties.Link("outcome", "O1 Young people feel safe"),),
            decider="Head of communities",
            decided_on=timezone.localdate(hall.now),
        )
        return duties.record(hall.cycle, "s1-3-b", writing, by=by, now=hall.now)

    assert at_once(hall, writes) == (4, 0)
    states = list(DutyRecord.objects.filter(code="s1-3-b").values_list("state", flat=True))
    assert sorted(states) == ["recorded", *["superseded"] * 4]


def test_a_page_is_published_once(hall):
    assert at_once(hall, lambda _n, by: opening_pages.open_page(hall.cycle, by=by, now=hall.now)) == (4, 0)
    assert Minute.objects.filter(act="open page").count() == 1
    assert Cycle.objects.get().public_at == hall.now


def test_of_four_meanings_one_is_kept_and_nobody_overwrites_it(hall):
    given = lambda n: draft(hall, words=f"What officer {n} heard in the room")  # noqa: E731
    assert at_once(hall, lambda n, by: meaning.agree(hall.cycle, given(n), by=by, now=hall.now)) == (1, 3)
    assert Meaning.objects.count() == 1
