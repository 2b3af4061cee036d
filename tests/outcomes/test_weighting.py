"""The split of the evaluation score between price, quality and social value."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from outcomes import advising, policy, weighing, weighting_rules
from outcomes.models import Advice, AdvisedShare, Decision, Specification, Weighting, WeightingException
from tests.outcomes.buying import at, outcome_in, said


def test_lg_07_leaving_social_value_out_needs_a_reason_that_vsos_read(town):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/weighting/"
    without = {"price": "40", "quality": "60", "social_value": "0"}
    refused = client.post(address, without)
    assert refused.status_code == 409
    assert "count for nothing" in refused.content.decode()
    assert not Weighting.objects.exists()
    assert client.post(address, without | {"reason": "It is a small repair."}).status_code == 302
    page = town.client(town.join("Small", "vso", "Small")).get(address).content.decode()
    assert "It is a small repair." in page


def test_inv_10_the_three_shares_come_to_a_hundred(town):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/weighting/"
    answer = client.post(address, {"price": "40", "quality": "50", "social_value": "5"})
    assert "These come to 95" in answer.content.decode()
    for bad in ("-1", "101", "9" * 30, "x", "5.5", ""):
        assert client.post(address, {"price": bad, "quality": "50", "social_value": "50"}).status_code == 422
    assert town.client(town.join("Cat")).post(address, {"price": "40", "quality": "50", "social_value": "10"}).status_code == 409
    assert not Weighting.objects.exists()


@pytest.mark.parametrize("times", [1, 2])
def test_sw_06_it_is_called_a_share_of_the_evaluation_score(town, times):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/weighting/"
    for _ in range(times):
        client.post(address, {"price": "38", "quality": "50", "social_value": "12", "reason": "Three criteria"})
    assert Weighting.objects.count() == 1, "the same again changes nothing"
    assert "share of the evaluation score" in client.get(address).content.decode()


# Bands, the authority's minimum, advice and adoption


def shares(price=38, quality=50, social_value=12, **more):
    return {"price": str(price), "quality": str(quality), "social_value": str(social_value)} | more


def adopted(town, **more):
    said_by = {"act": "adopt", "reason": "Three criteria each need a costed measure", "decider_role": "Cabinet member"}
    return town.client(town.decider).post(at(town, "weighting/"), shares() | said_by | more)


def minimum(town, share=10, since=None):
    day = (since or town.now.date()).isoformat()
    data = {"share": str(share), "since": day, "set_by": "Cabinet", "words": "At least this much."}
    return town.client(town.lead).post(at(town, "weighting/minimum/"), data)


def test_sw_01_a_share_is_picked_and_the_three_parts_come_to_100(town):
    client, address = town.client(town.lead), at(town, "weighting/")
    page = said(client.get(address))
    for band in ("Nothing", "2%", "5%", "10%", "Above 10%"):
        assert band in page
    assert client.post(address, shares(45, 50, "") | {"band": "five"}).status_code == 302
    assert Weighting.objects.get().social_value == 5
    for bad, sentence in {
        "33.33": "Three times 33.33 does not come to 100",
        "-1": "cannot be below 0",
        "101": "cannot be above 100",
        "12.5": "Use whole numbers",
        "NaN": "in figures",
        "١٢": "in figures",
    }.items():
        answer = client.post(address, {"price": bad, "quality": bad, "social_value": bad})
        assert answer.status_code == 422
        assert sentence in said(answer)
        assert f'value="{bad}"' in said(answer), "what was typed is still there"
    assert "These come to 99" in said(client.post(address, shares(33, 33, 33)))
    assert "wrote another" in said(client.post(address, shares(40, 50, 10) | {"band": "more"}))
    assert "Choose a share" in said(client.post(address, shares(40, 50, "") | {"band": "more"}))
    assert Weighting.objects.count() == 1


def test_sw_02_below_the_minimum_asks_for_a_rise_or_an_exception(room):
    town = room.town
    client, address = town.client(town.lead), at(town, "weighting/")
    assert minimum(town).status_code == 302
    asked = client.post(address, shares(40, 55, 5))
    assert asked.status_code == 409
    assert "Raise it, or record an exception" in said(asked)
    assert not Weighting.objects.exists()
    assert client.post(address, shares(40, 55, 5) | {"draft_only": "on"}).status_code == 302
    assert "Below the minimum" in said(town.client(room.vsos[0]).get(address))
    below = shares(40, 55, 5)
    assert adopted(town, **below).status_code == 409
    assert "all three" in said(adopted(town, **below, exception_reason="Small", allowed_by="", allowed_on=""))
    tomorrow = (town.now.date() + timedelta(days=2)).isoformat()
    allowed = {"exception_reason": "It lasts six weeks", "allowed_by": "Head of procurement"}
    assert "has not come yet" in said(adopted(town, **below, **allowed, allowed_on=tomorrow))
    assert not WeightingException.objects.exists()
    assert adopted(town, **below, **allowed, allowed_on=town.now.date().isoformat()).status_code == 302
    page = said(town.client(room.vsos[0]).get(address))
    for words in ("It lasts six weeks", "Head of procurement", "Exception"):
        assert words in page
    assert advising.as_content(town.cycle)["exception"]["minimum"] == 10


def test_sw_02_the_minimum_is_dated_and_each_authority_has_its_own(town, other_town):
    assert minimum(town, 10, town.now.date() - timedelta(days=30)).status_code == 302
    assert minimum(town, 20, town.now.date() + timedelta(days=30)).status_code == 302
    assert minimum(town, "33.33").status_code == 422
    for slip in (date(1, 1, 1), date(9999, 12, 31), town.now.date() + timedelta(days=365 * 31)):
        refused = minimum(town, 15, slip)
        assert refused.status_code == 422
        assert "Check the year" in said(refused)
    assert town.client(town.lead).post(at(town, "weighting/minimum/"), {"share": "5", "since": "x", "set_by": ""}).status_code == 422
    today = town.now.date()
    assert weighing.minimum_of(town.authority, today).share == 10
    assert weighing.minimum_of(town.authority, today + timedelta(days=31)).share == 20
    assert weighing.minimum_of(town.authority, today - timedelta(days=31)) is None
    assert weighing.minimum_of(other_town.authority, today) is None
    assert minimum(town, 0, today).status_code == 302
    assert weighing.minimum_of(town.authority, today) is None
    ann = town.join("Ann")
    assert "Cabinet" in said(town.client(ann).get(at(town, "weighting/minimum/")))
    assert town.client(ann).post(at(town, "weighting/minimum/"), {"share": "0"}).status_code == 404


def test_sw_02_a_reason_is_linked_to_outcomes(room):
    town, outcome = room.town, outcome_in(room)
    assert "Say which outcomes this reason is about" in said(adopted(town))
    assert adopted(town, reason="").status_code == 422
    assert adopted(town, outcomes=[outcome.pk]).status_code == 302
    made = Weighting.objects.get()
    assert (made.kind, list(made.outcomes.all()), made.decider_role) == ("adopted", [outcome], "Cabinet member")
    page = said(town.client(room.citizens[0]).get(at(town, "weighting/")))
    assert "Three criteria each need a costed measure" in page
    assert outcome.statement in page


def crowd_of(room, n=5):
    """Enough people on each side that a group may be shown."""
    town = room.town
    return {
        "commissioner": [town.join(f"O{i}", "commissioner") for i in range(n)],
        "vso": [town.join(f"V{i}", "vso", f"Organisation {i}") for i in range(n)],
        "citizen": [town.join(f"C{i}") for i in range(n)],
    }


def test_sw_03_the_pack_shows_proposed_advised_and_adopted_with_the_reason(room):
    town, address = room.town, at(room.town, "weighting/")
    lead, people = town.client(town.lead), crowd_of(room)
    assert lead.post(address, {"act": "ask"}).status_code == 409, "there is nothing on the table yet"
    lead.post(address, shares(45, 50, 5))
    assert lead.post(address, {"act": "ask"}).status_code == 302
    assert lead.post(address, {"act": "ask"}).status_code == 302
    assert Advice.objects.count() == 1
    for group, share in {"commissioner": 8, "vso": 20, "citizen": 15}.items():
        for person in people[group]:
            assert town.client(person).post(address, {"act": "advise", "share": str(share)}).status_code == 302
    own = said(town.client(people["vso"][0]).get(address))
    assert "You advised 20%" in own
    assert "the middle of" not in said(lead.get(address)), "sealed until it is closed"
    assert "15%" not in said(lead.get(address))
    assert advising.as_content(town.cycle)["advised"] == []
    assert town.client(people["citizen"][0]).post(address, {"act": "close"}).status_code == 409
    assert lead.post(address, {"act": "close"}).status_code == 302
    page = said(town.client(people["citizen"][0]).get(address))
    assert "the middle of 5 answers" in page
    assert Weighting.objects.filter(kind="adopted").count() == 0, "advice decides nothing (INV-07)"
    assert not Decision.objects.exists()
    assert adopted(town).status_code == 302
    content = advising.as_content(town.cycle)
    assert [(row["group"], row["share"], row["n"]) for row in content["advised"]] == [
        ("commissioner", "8", 5),
        ("vso", "20", 5),
        ("citizen", "15", 5),
    ]
    assert (content["price"], content["quality"], content["social_value"]) == (38, 50, 12)
    assert content["reason"] == "Three criteria each need a costed measure"
    assert [row["social_value"] for row in content["proposed"]] == [5]
    shown = said(town.client(people["vso"][1]).get(address))
    for words in ("Proposed", "Adopted", "8%", "20%", "15%", "12%", "Three criteria each need a costed measure"):
        assert words in shown


def test_sw_03_one_voice_each_and_small_groups_are_hidden(room):
    town, address = room.town, at(room.town, "weighting/")
    lead = town.client(town.lead)
    lead.post(address, shares(45, 50, 5))
    lead.post(address, {"act": "ask"})
    late = town.join("Vera", "vso", "Harbour")
    assert town.client(late).post(address, {"act": "advise", "share": "90"}).status_code == 409, "somebody else speaks for it (INV-22)"
    assert town.client(town.facilitator).post(address, {"act": "advise", "share": "90"}).status_code == 409
    for bad in ("101", "-1", "1.5", "x", "9" * 30):
        assert town.client(room.citizens[0]).post(address, {"act": "advise", "share": bad}).status_code == 409
    for share in ("10", "30"):
        town.client(room.citizens[0]).post(address, {"act": "advise", "share": share})
    assert [(a.group, a.share) for a in AdvisedShare.objects.all()] == [("citizen", 30)]
    town.client(room.citizens[0]).post(address, {"act": "advise", "share": ""})
    assert not AdvisedShare.objects.exists(), "nothing written takes it back"
    town.client(room.citizens[0]).post(address, {"act": "advise", "share": "30"})
    lead.post(address, {"act": "close"})
    assert Advice.objects.get().result == {"groups": [], "hidden": True}
    assert "30%" not in said(lead.get(address))
    assert "Groups of fewer than five are not shown" in said(lead.get(address))
    assert town.client(room.citizens[0]).post(address, {"act": "advise", "share": "30"}).status_code == 409


def test_inv_07_only_a_decider_adopts(room):
    town = room.town
    for who in (town.lead, room.vsos[0], room.citizens[0]):
        data = shares() | {"act": "adopt", "reason": "Because", "decider_role": "Me"}
        assert town.client(who).post(at(town, "weighting/"), data).status_code == 409
    assert not Weighting.objects.exists()


@pytest.mark.parametrize(("share", "note"), [(5, "not worth bidding for"), (10, "even 10%"), (2, "not worth bidding for"), (12, "")])
def test_sw_04_a_low_share_is_explained_and_not_blocked(town, share, note):
    client, address = town.client(town.lead), at(town, "weighting/")
    assert client.post(address, shares(50, 50 - share, share)).status_code == 302
    page = said(client.get(address))
    assert note in page
    assert bool(note) == ("VSOs said" in page or ">VSO" in page)


def test_sw_06_every_page_with_a_share_says_of_what(room):
    town = room.town
    town.client(town.lead).post(at(town, "weighting/"), shares())
    minimum(town)
    for address in ("weighting/", "weighting/minimum/", "criteria/"):
        page = said(town.client(town.lead).get(at(town, address)))
        assert "of the evaluation score" in page.lower(), address
        assert "share of the contract" not in page.lower()


def test_no_advice_is_taken_while_talk_is_over(room):
    town, address = room.town, at(room.town, "weighting/")
    town.client(town.lead).post(address, shares(45, 50, 5))
    town.client(town.lead).post(address, {"act": "ask"})
    town.cycle.procurement_from = town.now.date()
    town.cycle.save()
    answer = town.client(room.citizens[0]).post(address, {"act": "advise", "share": "30"})
    assert answer.status_code == 409
    assert "open talk about it has ended" in said(answer)


def test_no_advice_is_taken_once_the_specification_is_signed_off(room):
    town, address = room.town, at(room.town, "weighting/")
    town.client(town.lead).post(address, shares(45, 50, 5))
    town.client(town.lead).post(address, {"act": "ask"})
    citizen = town.client(room.citizens[0])
    assert citizen.post(address, {"act": "advise", "share": "30"}).status_code == 302
    Specification.objects.update_or_create(cycle=town.cycle, defaults={"state": Specification.State.SIGNED_OFF})
    answer = citizen.post(address, {"act": "advise", "share": "40"})
    assert answer.status_code == 409
    assert "signed off" in said(answer)
    page = said(citizen.get(address))
    assert "Reopen it first" in page
    assert "Change my advice" not in page
    assert citizen.post(address, {"act": "advise", "share": ""}).status_code == 302, "taking it back is always possible"
    assert not AdvisedShare.objects.exists()


def test_m_28_draft_advised_adopted_and_the_reason_are_all_there(room):
    town = room.town
    assert advising.as_content(town.cycle) == {}
    town.client(town.lead).post(at(town, "weighting/"), shares(45, 50, 5))
    before = advising.as_content(town.cycle)
    assert (before["social_value"], len(before["proposed"]), before["reason"]) == (None, 1, "")
    adopted(town)
    assert {"price", "quality", "social_value", "reason", "proposed", "advised", "exception"} <= set(advising.as_content(town.cycle))


@given(st.integers(-200, 300), st.integers(-200, 300), st.integers(-200, 300), st.text(max_size=3))
def test_inv_10_only_whole_shares_that_come_to_a_hundred_pass(price, quality, social_value, reason):
    fine = min(price, quality, social_value) >= 0 and price + quality + social_value == 100 and (social_value or reason.strip())
    assert (policy.why_not_weigh(price, quality, social_value, reason) is None) == bool(fine)


@given(st.text(max_size=8) | st.decimals(-200, 300, places=2).map(str) | st.integers(-10, 200).map(str))
def test_what_is_read_as_a_share_is_one(text):
    if weighting_rules.why_no_share(text) is None:
        assert 0 <= weighting_rules.share_of(text) <= 100


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_takes_the_same_queries_for_one_version_and_for_thirty(room, rows):
    town = room.town
    for n in range(rows):
        weighing.propose(town.cycle, price=n, quality=90 - n, social_value=10, by=town.lead, now=town.now)
    client = town.client(room.citizens[0])
    client.get(at(town, "weighting/"))
    with CaptureQueriesContext(connection) as queries:
        client.get(at(town, "weighting/"))
    assert len(queries) == 10
