"""The other demonstrations: each is told through the acts, once, and shows what its field is about."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from commissioning.models import Cycle
from outcomes import scenarios
from outcomes.models import Outcome
from workshops.models import Action, Agreement

TOLD = {  # name: (cycle's areas, adopted outcomes, agreements that are no agreement, actions)
    "recovery": (4, 4, {"contested"}, 2),
    "advice": (1, 4, {"declined"}, 2),
    "forum": (1, 0, set(), 5),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", scenarios.NAMES)
def test_each_is_told_once_and_through_the_acts(name):
    areas, outcomes, apart, actions = TOLD[name]
    cycle, new = scenarios.load(name, now=timezone.now())
    assert new
    assert cycle.invented
    assert cycle.areas.count() == areas
    assert Outcome.objects.filter(theme__framework__cycle=cycle).count() == outcomes
    states = set(Agreement.objects.filter(proposal__workshop__cycle=cycle).values_list("state", flat=True))
    assert states - {"agreed", "reserved"} == apart
    assert Action.objects.filter(workshop__cycle=cycle).count() == actions
    assert scenarios.load(name, now=timezone.now()) == (cycle, False)


@pytest.mark.django_db
def test_an_action_for_somebody_who_was_not_there_stays_proposed():
    cycle, __ = scenarios.load("forum", now=timezone.now())
    assert Action.objects.get(workshop__cycle=cycle, owner="Marta Quill").acceptance == "proposed"
    assert Action.objects.get(workshop__cycle=cycle, owner="Vi Sand").acceptance == "accepted"


@pytest.mark.django_db
def test_all_of_them_live_beside_each_other(settings):
    settings.DEMO = True
    call_command("load_demo", "--all", verbosity=0)
    call_command("load_demo", "--all", verbosity=0)
    assert Cycle.objects.filter(invented=True, follows=None).count() == 4
    with pytest.raises(KeyError):
        scenarios.load("nothing", now=timezone.now())
