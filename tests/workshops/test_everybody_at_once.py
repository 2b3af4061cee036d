"""Choosing, placing dots and answering all at once, on PostgreSQL, while the facilitator goes on: nobody waits for ever."""

import threading
from itertools import count

import pytest
from django.db import connection

from commissioning.sentences import Refused
from tests.conftest import make_town
from workshops import agenda, attending, choosing, rating, running, statements
from workshops.models import Activity

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
_numbers = count(1)
GIVE = {
    "choose": lambda part, card, by, now: choosing.choose(part, {card: 1}, by=by, now=now),
    "prioritise": lambda part, card, by, now: rating.place_dots(part, {card: 1}, by=by, now=now),
    "statements": lambda part, card, by, now: statements.answer(part, card=card, says="agree", by=by, now=now),
}


@pytest.mark.parametrize("kind", GIVE)
def test_what_people_give_and_going_on_never_wait_for_each_other(kind):
    town = make_town(f"Crowd {next(_numbers)}")
    workshop, now = town.workshop(), town.now
    people = [town.join(f"C{n}") for n in range(8)]
    for person in people:
        attending.attend(workshop, person, now=now)
    cards = [town.propose(workshop, people[0], text=f"Text {n}").contribution_id for n in range(6)]
    part = agenda.add(workshop, agenda.ActivityPlan(kind), by=town.facilitator, now=now)
    running.go_to(workshop, part, seen=None, by=town.facilitator, now=now)
    start, wrong = threading.Barrier(len(people) + 1), []

    def doing(work):
        start.wait()
        try:
            work()
        except Refused:
            pass  # the facilitator was faster
        except Exception as why:  # noqa: BLE001 (whatever it is, nobody may be told that it went wrong)
            wrong.append(why)
        finally:
            connection.close()

    def gives(person, first):
        for card in cards[first:] + cards[:first]:
            GIVE[kind](Activity.objects.select_related("workshop__cycle").get(pk=part.pk), card, person, now)

    work = [lambda p=person, n=n: gives(p, n % 6) for n, person in enumerate(people)]
    work.append(lambda: running.go_to_kind(workshop, kind="discuss", by=town.facilitator, now=now))
    threads = [threading.Thread(target=doing, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    part.refresh_from_db()
    assert part.shared_at is not None
