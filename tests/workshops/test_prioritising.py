"""Which needs come first: criteria before rankings, sealed until closed, by group, and the adopted order with its reasons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from commissioning import needs
from commissioning.models import Adoption, Minute, Need, Prioritising, Priority, Ranking
from commissioning.sentences import Refused
from workshops import prioritising, priority_order
from workshops.priority_order import Adopted, Place


def put_up(town, rows=3):
    return [needs.raise_need(town.cycle, statement=f"Need of sort {n}", by=town.lead, now=town.now) for n in range(1, rows + 1)]


def opened(town, listed, criteria=("How many people does it touch?",)):
    return prioritising.open_ranking(town.cycle, criteria=criteria, chosen=listed, by=town.lead, now=town.now)


def ranks(town, round_, listed, *who, order=(1, 2, 3)):
    for person in who:
        prioritising.rank(round_, dict(zip((n.pk for n in listed), order, strict=True)), by=person, now=town.now)


def crowd(town, citizens=6, vsos=0):
    made = [town.join(f"C{n}") for n in range(citizens)]
    return made, [town.join(f"V{n}", "vso", f"Org {n}") for n in range(vsos)]


def page(client, town, path="priorities/", **data):
    address = f"/cycles/{town.cycle.slug}/{path}"
    return client.post(address, data) if data else client.get(address)


def decided(listed, *places, reason="", kind=""):
    return {need.pk: Adopted(place, kind, reason) for need, place in zip(listed, places, strict=True)}


def test_an_10_the_ranked_list_stands_beside_the_adopted_one_with_a_reason_for_each_difference(town):
    listed, (citizens, vsos) = put_up(town), crowd(town, 6, 5)
    lead, ann = town.client(town.lead), town.client(citizens[0])
    assert page(lead, town, act="open", criteria="\n", needs=[n.pk for n in listed]).status_code == 409, "criteria come first"
    assert page(lead, town, act="open", criteria="How many?\nHow badly?", needs=[n.pk for n in listed]).status_code == 302
    round_ = Prioritising.objects.get()
    assert round_.criteria == ["How many?", "How badly?"]
    shown = page(ann, town).content.decode()
    assert "How badly?" in shown
    assert "Hand in my ranking" in shown
    mine = {f"rank-{n.pk}": str(at) for n, at in zip(listed, (1, 2, 3), strict=True)}
    assert page(ann, town, act="rank", of=round_.pk, **mine).status_code == 302
    ranks(town, round_, listed, *citizens[1:])
    ranks(town, round_, listed, *vsos, order=(3, 2, 1))
    assert page(lead, town, act="close", of=round_.pk).status_code == 302
    shown = page(ann, town).content.decode()
    assert shown.index("Citizens") < shown.index("Everybody together"), "each group first, then all"
    decider = town.client(town.decider)
    order = {f"place-{n.pk}": str(at) for n, at in zip(listed, (2, 1, 3), strict=True)}
    refused = page(decider, town, f"priorities/{round_.pk}/adopt/", role="Portfolio member", **order)
    assert refused.status_code == 409
    assert "Say why" in refused.content.decode()
    assert 'value="Portfolio member"' in refused.content.decode(), "what was written is still there"
    assert not Adoption.objects.exists()
    moved = {f"reason-{n.pk}": f"It is a pledge {n.number}" for n in listed[:2]} | {f"kind-{n.pk}": "political" for n in listed[:2]}
    assert page(decider, town, f"priorities/{round_.pk}/adopt/", role="Portfolio member", **order, **moved).status_code == 302
    shown = page(ann, town).content.decode()
    for words in (
        "Up 1 place",
        "Down 1 place",
        "Same place",
        "It is a pledge 1",
        "It is a pledge 2",
        "Political decision",
        "Portfolio member",
    ):
        assert words in shown
    assert "2 needs of 3 are not where people put them" in shown
    assert {n.state for n in Need.objects.all()} == {"prioritised"}


def test_ps_09_a_political_decision_is_logged_with_role_and_date(town):
    listed, (citizens, __) = put_up(town), crowd(town)
    round_ = opened(town, listed)
    ranks(town, round_, listed, *citizens)
    prioritising.close_ranking(round_, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="decider"):
        prioritising.adopt(round_, decided(listed, 1, 2, 3), role="x", by=town.lead, now=town.now)
    with pytest.raises(Refused, match="officers or politicians"):
        prioritising.adopt(round_, decided(listed, 2, 1, 3, reason="Pledge"), role="Cabinet", by=town.decider, now=town.now)
    with pytest.raises(Refused, match="Write something"):
        prioritising.adopt(round_, decided(listed, 1, 2, 3), role=" ", by=town.decider, now=town.now)
    made = prioritising.adopt(
        round_, decided(listed, 2, 1, 3, reason="Pledge", kind="political"), role="Cabinet", first=2, by=town.decider, now=town.now
    )
    moved = Priority.objects.filter(adoption=made).exclude(reason="")
    assert {(p.kind, p.adoption.role, p.adoption.by, p.adoption.at) for p in moved} == {("political", "Cabinet", town.decider, town.now)}
    assert "Political decision. Pledge" in Minute.objects.get(act="adopt priorities").why
    assert [n.state for n in Need.objects.order_by("number")] == ["prioritised", "prioritised", "raised"]
    again = prioritising.adopt(round_, decided(listed, 1, 2, 3), role="Cabinet", by=town.decider, now=town.now)
    made.refresh_from_db()
    assert made.superseded_at is not None, "the earlier order stays"
    assert prioritising.adopted_in(round_) == again


@pytest.mark.parametrize("places", [(1, 1, 2), (1, 2), (1, 2, 9), (0, 1, 2)])
def test_each_need_has_a_place_of_its_own(town, places):
    listed, (citizens, __) = put_up(town), crowd(town)
    round_ = opened(town, listed)
    ranks(town, round_, listed, *citizens)
    prioritising.close_ranking(round_, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="a place of its own"):
        prioritising.adopt(round_, decided(listed[: len(places)], *places), role="x", by=town.decider, now=town.now)


def test_a_ranking_is_sealed_until_it_is_closed_and_can_be_changed_until_then(town):
    listed, (citizens, __) = put_up(town), crowd(town)
    round_ = opened(town, listed)
    ranks(town, round_, listed, *citizens)
    for who in (town.lead, town.facilitator, town.decider, citizens[1]):
        shown = page(town.client(who), town).content.decode()
        assert "Everybody together" not in shown
        assert "6 rankings are in" in shown
    ranks(town, round_, listed, citizens[0], order=(3, 2, 1))
    assert Ranking.objects.count() == 6
    assert Ranking.objects.filter(participant=citizens[0]).get().places == [[listed[2].pk], [listed[1].pk], [listed[0].pk]]
    prioritising.rank(round_, {}, by=citizens[0], now=town.now)
    assert Ranking.objects.count() == 5, "taken back"
    prioritising.close_ranking(round_, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="closed"):
        ranks(town, round_, listed, citizens[0])
    with pytest.raises(Refused, match="closed already"):
        prioritising.close_ranking(round_, by=town.lead, now=town.now)


def test_inv_22_an_organisation_has_one_ranking(town):
    listed, round_ = put_up(town), None
    val, vic = town.join("Val", "vso", "Harbour", invited=True), town.join("Vic", "vso", "Harbour")
    round_ = opened(town, listed)
    ranks(town, round_, listed, val)
    with pytest.raises(Refused, match="speaks for your organisation"):
        ranks(town, round_, listed, vic, order=(3, 2, 1))
    assert "speaks for your organisation" in page(town.client(vic), town).content.decode()
    third = town.join("Vee", "vso", "Harbour", invited=True)
    ranks(town, round_, listed, third, order=(2, 1, 3))
    kept = Ranking.objects.get()
    assert kept.organisation == val.organisation
    assert kept.places[0] == [listed[1].pk]


def test_whoever_runs_the_work_does_not_rank(town, other_town):
    listed = put_up(town)
    round_ = opened(town, listed)
    with pytest.raises(Refused, match="do not rank"):
        ranks(town, round_, listed, town.facilitator)
    with pytest.raises(Refused, match="not part"):
        ranks(town, round_, listed, other_town.lead)
    with pytest.raises(Refused, match="already"):
        opened(town, listed)
    for criteria, chosen, why in ((["x"] * 11, listed, "too many"), (["x"], listed[:1], "at least two")):
        with pytest.raises(Refused, match=why):
            prioritising.open_ranking(
                other_town.cycle, criteria=criteria, chosen=put_up(other_town)[: len(chosen)], by=other_town.lead, now=town.now
            )
    ann = town.join("Ann")
    for marks in ({listed[0].pk: 4}, {listed[0].pk: 0}, {999_999: 1}):
        with pytest.raises(Refused, match="numbers from 1 to 3"):
            prioritising.rank(round_, marks, by=ann, now=town.now)
    assert page(town.client(ann), town, act="rank", of=round_.pk, **{f"rank-{listed[0].pk}": "first"}).status_code == 409
    assert page(town.client(ann), town, act="close", of=round_.pk).status_code == 409
    for number in ("9" * 30, "²", "-1", ""):
        assert page(town.client(ann), town, act="rank", of=number).status_code == 404
        assert page(town.client(ann), town, f"priorities/?of={number}").status_code == (404 if number else 200)
    assert page(town.client(ann), town, "priorities/1/adopt/").status_code == 404
    with pytest.raises(Refused, match="ranking this need now"):
        needs.merge(listed[0], listed[1], by=town.lead, now=town.now)


def test_small_groups_are_counted_and_not_shown_by_themselves(town):
    listed, (citizens, vsos) = put_up(town), crowd(town, 6, 3)
    round_ = opened(town, listed)
    ranks(town, round_, listed, *citizens, order=(1, 2, 3))
    ranks(town, round_, listed, *vsos, order=(3, 2, 1))
    prioritising.close_ranking(round_, by=town.lead, now=town.now)
    round_.refresh_from_db()
    assert set(round_.result["groups"]) == set(round_.result["voices"]) == {"citizen"}
    assert round_.result["total"] is None, "beside the others a total would tell"
    shown = page(town.client(citizens[0]), town).content.decode()
    assert "not shown by themselves" in shown
    assert "9 rankings" not in shown


def test_too_few_rankings_are_not_counted_and_can_be_called_off(town):
    listed, (citizens, __) = put_up(town), crowd(town, 4)
    round_ = opened(town, listed)
    ranks(town, round_, listed, *citizens)
    lead = town.client(town.lead)
    answer = page(lead, town, act="close", of=round_.pk)
    assert answer.status_code == 409
    assert "would show who ranked what" in answer.content.decode()
    assert page(lead, town, act="call_off", of=round_.pk, reason="").status_code == 409
    assert page(lead, town, act="call_off", of=round_.pk, reason="Too few came").status_code == 302
    assert "Too few came" in page(town.client(citizens[0]), town).content.decode()
    with pytest.raises(Refused, match="no counted ranking"):
        prioritising.adopt(round_, decided(listed, 1, 2, 3), role="x", by=town.decider, now=town.now)
    assert opened(town, listed).pk != round_.pk


def test_level_needs_may_be_adopted_in_either_order(town):
    listed, (citizens, __) = put_up(town), crowd(town)
    round_ = opened(town, listed)
    ranks(town, round_, listed, *citizens, order=(1, 1, 2))
    prioritising.close_ranking(round_, by=town.lead, now=town.now)
    made = prioritising.adopt(round_, decided(listed, 2, 1, 3), role="x", by=town.decider, now=town.now)
    assert {p.reason for p in made.priorities.all()} == {""}
    assert "The adopted order is the one people chose" in page(town.client(citizens[0]), town).content.decode()


def test_an_10_a_second_round_awaits_its_own_adopted_order_which_supersedes_the_first(town):
    listed, (citizens, __) = put_up(town, 4), crowd(town)
    ann, decider = town.client(citizens[0]), town.client(town.decider)

    def counted(chosen):
        round_ = opened(town, chosen)
        ranks(town, round_, chosen, *citizens)
        prioritising.close_ranking(round_, by=town.lead, now=town.now)
        return round_

    first = counted(listed[:3])
    made = prioritising.adopt(first, decided(listed[:3], 1, 2, 3), role="x", by=town.decider, now=town.now)
    assert "It answers the ranking opened on" in page(ann, town).content.decode()
    second = counted(listed[1:])
    for path in ("priorities/", f"priorities/?of={first.pk}"):
        shown = " ".join(page(ann, town, path).content.decode().split())
        assert "awaits an adopted order. Until then the order adopted on" in shown, path
    assert page(decider, town, f"priorities/?of={first.pk}").content.decode().count("/adopt/") == 0
    with pytest.raises(Refused, match="ranked again since"):
        prioritising.adopt(first, decided(listed[:3], 1, 2, 3), role="x", by=town.decider, now=town.now)
    newer = prioritising.adopt(second, decided(listed[1:], 1, 2, 3), role="x", by=town.decider, now=town.now)
    made.refresh_from_db()
    assert made.superseded_at is not None
    assert prioritising.standing(town.cycle) == newer
    assert "awaits an adopted order" not in page(ann, town).content.decode()
    assert "Superseded on" in page(ann, town, f"priorities/?of={first.pk}").content.decode(), "it stays beside its own ranking"
    states = dict(Need.objects.values_list("number", "state"))
    assert states == {1: "confirmed", 2: "prioritised", 3: "prioritised", 4: "prioritised"}


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, unique=True), min_size=1, max_size=6))
def test_places_and_movements_fit_each_other(tiers):
    seen, clean = set(), []
    for tier in tiers:
        fresh = [n for n in tier if n not in seen]
        seen.update(fresh)
        if fresh:
            clean.append(fresh)
    found = priority_order.places(clean)
    assert set(found) == seen
    for place in found.values():
        for at in range(1, len(seen) + 1):
            moved = place.moved(at)
            assert (moved == 0) == place.holds(at)
            if moved > 0:
                assert at + moved == place.at
            if moved < 0:
                assert at + moved == place.at + place.level - 1


def test_words_of_movements():
    said = [str(priority_order.words_of(n)) for n in (0, 1, -1, 3, -2)]
    assert said == ["Same place", "Up 1 place", "Down 1 place", "Up 3 places", "Down 2 places"]
    chart = priority_order.slope([(4, Place(2), 1), (1, Place(1), 2)])
    assert [(line.number, line.y1, line.y2) for line in chart.lines] == [(1, 50, 80), (4, 80, 50)]


@pytest.mark.parametrize("state", ["open", "closed", "adopted"])
def test_pages_take_no_more_queries_with_more_needs(town, state):
    citizens, __ = crowd(town, 5)
    taken = []
    for rows in (2, 30):
        listed = put_up(town, rows)
        round_ = opened(town, listed)
        ranks(town, round_, listed, *citizens, order=range(1, rows + 1))
        if state != "open":
            prioritising.close_ranking(round_, by=town.lead, now=town.now)
        if state == "adopted":
            prioritising.adopt(round_, decided(listed, *range(1, rows + 1)), role="x", by=town.decider, now=town.now)
        with CaptureQueriesContext(connection) as seen:
            assert page(town.client(citizens[0]), town).status_code == 200
        taken.append(len(seen))
        if state == "open":
            prioritising.call_off(round_, reason="Enough", by=town.lead, now=town.now)
    assert taken[1] <= taken[0] + 1, "the list of earlier rankings is one more"


def test_inv_23_nobody_ranks_while_a_challenge_pauses_the_cycle(town):
    (ann,), __ = crowd(town, 1)
    listed = put_up(town)
    round_ = opened(town, listed)
    town.cycle.paused_until = town.now.date() + timedelta(days=9)
    town.cycle.save()
    with pytest.raises(Refused):
        ranks(town, round_, listed, ann)
    assert not Ranking.objects.exists()
