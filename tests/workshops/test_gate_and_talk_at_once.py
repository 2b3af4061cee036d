"""The gate opens at the very moment somebody speaks: what they say is there before it, or it is refused (INV-12, INV-23)."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow

import pytest
from django.db import close_old_connections, connection, transaction

from commissioning import bringing_in, contributing, gate
from commissioning.models import Contribution
from commissioning.sentences import Refused
from tests.conftest import make_town
from tests.workshops.test_procurement import ready, today
from workshops import facilitating, inviting, procuring, proposing

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]

ACTS = {
    "words": lambda t, room, who: contributing.contribute(cycle=t.cycle, by=who, kind="need", text="One more", key="a", now=t.now),
    "idea": lambda t, room, who: proposing.add_idea(room, kind="need", text="One more", by=who, key="b", now=t.now),
    "convene": lambda t, room, who: facilitating.convene(t.cycle, facilitating.WorkshopPlan("Again", "What?"), by=t.lead, now=t.now),
    "invite": lambda t, room, who: inviting.invite(room, [who], by=t.lead, now=t.now),
    "consultation": lambda t, room, who: bringing_in.open_consultation(
        t.cycle, bringing_in.ConsultationPlan("Survey", "What", "All"), by=t.lead, now=t.now
    ),
}


def elsewhere(act):
    """An act on a connection of its own, as another process would do it."""
    close_old_connections()
    try:
        return act()
    finally:
        connection.close()


def before_the_gate(name):
    """A cycle that may set its day, somebody of an organisation, and a room they are in."""
    town = make_town(name)
    who = town.join("Val", "vso", "Harbour")
    room = town.workshop(who)
    ready(town)
    return town, who, room


@pytest.mark.parametrize("act", ACTS)
def test_what_is_said_while_the_gate_opens_waits_for_it_and_is_refused(act):
    town, who, room = before_the_gate("Attown")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            procuring.set_start(town.cycle, gate.Days(today()), despite="No time", by=town.lead, now=town.now)
            said = pool.submit(elsewhere, lambda: ACTS[act](town, room, who))
            with pytest.raises(TooSlow):
                said.result(timeout=1)
        with pytest.raises(Refused, match="open talk about it has ended"):
            said.result(timeout=20)
    assert not Contribution.objects.filter(cycle=town.cycle).exists()


def test_the_gate_waits_for_somebody_who_is_speaking_and_neither_stops_the_other():
    town, who, room = before_the_gate("Bytown")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            proposing.add_idea(room, kind="need", text="In time", by=who, key="c", now=town.now)
            days = gate.Days(today())
            opens = pool.submit(elsewhere, lambda: procuring.set_start(town.cycle, days, despite="No time", by=town.lead, now=town.now))
            with pytest.raises(TooSlow):
                opens.result(timeout=1)
        opens.result(timeout=20)
    town.cycle.refresh_from_db()
    assert town.cycle.procurement_from == today()
    assert Contribution.objects.get(cycle=town.cycle).text == "In time"
