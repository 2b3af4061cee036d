"""Two people do the same thing at the same moment, on PostgreSQL: one clean result, one clear sentence, nobody waits for ever."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from commissioning.models import Minute, Need, Organisation
from outcomes import awarding, carrying, committing, judging, returning, reviewing_returns, voices, weighing
from outcomes.models import Award, Commitment, Finding, Lot, Return, Voice, Weighting
from tests.conftest import Room, make_town
from tests.outcomes import returned
from tests.outcomes.looking_back import found, met, planned
from tests.outcomes.test_awards import over
from tests.outcomes.test_two_officers import at_once

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
_numbers = count(1)


@pytest.fixture
def contract():
    town = make_town(f"At once {next(_numbers)}")
    officers = [town.join("Olu", "commissioner"), town.join("Ona", "commissioner")]
    vsos = [town.join("Val", "vso", "Harbour"), town.join("Vic", "vso", "Doorstep")]
    citizens = [town.join("Cat"), town.join("Cem")]
    return returned.contract_of(Room(town, town.workshop(*officers, *vsos, *citizens), officers, vsos, citizens))


def written(contract):
    measure, act = contract.measure(), {"by": contract.val, "now": timezone.now()}
    returning.keep_readings(contract.award, 1, {measure.pk: {"value": "4"}}, **act)
    returning.keep_rest(contract.award, 1, hours=1, resources=[], seen=None, **act)
    return measure, act


def test_one_quarter_is_written_and_sent_once_however_many_send_it(contract):
    measure, act = contract.measure(), {"by": contract.val, "now": timezone.now()}

    def write_and_send(value):
        returning.keep_readings(contract.award, 1, {measure.pk: {"value": value}}, **act)
        returning.keep_rest(contract.award, 1, hours=1, resources=[], seen=None, **act)
        returning.send(contract.award, 1, **act)

    refused = at_once(*(lambda v=v: write_and_send(str(v)) for v in range(4)))
    assert all("has been sent" in str(why) for why in refused)
    sent = Return.objects.get()
    assert (sent.state, sent.version, sent.readings.count()) == ("submitted", 1, 1)
    assert Minute.objects.filter(cycle=contract.town.cycle, act="return").count() == 1


def test_a_review_and_a_new_version_at_once_leave_one_order_of_events(contract):
    measure, act = written(contract)
    sent = returning.send(contract.award, 1, **act)
    view = {measure.pk: reviewing_returns.View("met")}
    refused = at_once(
        lambda: returning.change(contract.award, 1, reason="Wrong", **act),
        lambda: reviewing_returns.review(sent, view, note="", by=contract.town.lead, now=act["now"]),
        lambda: returning.change(contract.award, 1, reason="Wrong too", **act),
    )
    assert len(refused) <= 1
    assert sorted(Return.objects.values_list("version", flat=True)) == [1, 2]


def test_two_who_decide_one_finding_and_two_who_carry_it(contract):
    town = contract.town
    review = planned(town, quarter=1, day=timezone.localdate())
    people = [*contract.room.citizens, contract.room.vsos[1], contract.room.officers[0]]
    met(town, review, *people)
    made = found(town, review, decided="forward")

    def decide(to):
        judging.decide(made, decided=to, because=f"Because {to}", seen=made.version, by=town.lead, now=town.now)

    (late,) = at_once(lambda: decide("stop"), lambda: decide("continue"))
    assert "Somebody else has just changed" in str(late)
    made.refresh_from_db()
    assert made.version == 3
    made = judging.decide(made, decided="forward", because="Next time", seen=3, by=town.lead, now=town.now)
    Finding.objects.filter(pk=made.pk).update(state="agreed")
    following = make_town(f"Next {next(_numbers)}").cycle
    type(following).objects.filter(pk=following.pk).update(follows=town.cycle, authority=town.authority)
    assert not at_once(*(lambda: carrying.carry(made, now=town.now) for __ in range(4)))
    assert Need.objects.filter(cycle=following).count() == 1


def test_two_who_adopt_leave_one_line_each_and_the_same_one_once(contract):
    town = contract.town
    same = {"price": 38, "quality": 50, "social_value": 12, "reason": "Three criteria", "decider_role": "Member"}
    refused = at_once(*(lambda: weighing.adopt(town.cycle, **same, by=town.decider, now=town.now) for __ in range(4)))
    assert not refused, refused
    assert Weighting.objects.filter(cycle=town.cycle).count() == 1


def test_one_lot_goes_to_one_provider(contract):
    town = contract.town
    Award.objects.filter(pk=contract.award.pk).delete()
    over(town)
    lot = Lot.objects.get(cycle=town.cycle)
    both = list(Organisation.objects.filter(authority=town.authority, name__in=["Harbour", "Doorstep"]))
    today = timezone.localdate()

    def award(to, key):
        what = awarding.Result(lot, to, today, today + timedelta(days=700), "They know the streets")
        awarding.record(town.cycle, what, key=key, by=town.lead, now=timezone.now())

    refused = at_once(lambda: award(both[0], "a"), lambda: award(both[1], "b"), lambda: award(both[0], "a"))
    made = Award.objects.get(lot=lot)
    assert len(refused) == (1 if made.key == "a" else 2)
    assert len({str(why) for why in refused}) == 1


def test_one_promise_is_one_commitment(contract):
    town = contract.town
    said = committing.Promise("The library is open by month 9", "Manager", 1, None)

    def promise(key):
        committing.commit(contract.award, said, criterion=contract.criterion, key=key, by=town.lead, now=town.now)

    refused = at_once(*(lambda: promise("same") for __ in range(4)), lambda: promise("another"))
    assert not refused
    numbers = list(Commitment.objects.values_list("number", flat=True))
    assert sorted(numbers) == [1, 2]


def test_a_flood_of_answers_keeps_each_once(contract):
    town = contract.town
    outcome, __ = returned.adopted_outcome(contract.room)
    link = voices.open_link(town.cycle, groups=["Young person"], by=town.lead, now=town.now)

    def answer(n):
        said = voices.Said(4, f"It is open at last {n % 5}", "Young person", f"a{n % 3}@example.org")
        voices.say(link, outcome, said, key=f"k{n % 10}", secret=f"s{n}", now=timezone.now())

    assert not at_once(*(lambda n=n: answer(n) for n in range(20)))
    assert Voice.objects.filter(link=link).count() == 10
    assert set(Voice.objects.values_list("rating", flat=True)) == {4}
