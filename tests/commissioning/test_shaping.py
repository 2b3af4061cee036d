"""The shape of a contract: whom it leaves out, the time to bid, what people say of it, and the route that is chosen."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import contract_fit, shaping
from commissioning.contract_fit import LocalRules, Shape
from commissioning.models import ContractShape, Contribution, Means, Minute, Organisation, Route
from commissioning.sentences import Refused

RULES = LocalRules(28, 0.1, 24)
FIGURES = {
    "value": 900_000,
    "months": 36,
    "lots": 1,
    "cash": 200_000,
    "payment": "arrears",
    "consortia": False,
    "subcontracting": False,
    "full_costs": False,
    "days": 28,
}


def provider(town, name, size, cash, yearly=1_000_000, days=14):
    Organisation.objects.create(authority=town.authority, name=name, size=size)
    person = town.join(f"From {name}", "vso", name)
    shaping.say_means(town.cycle, cash=cash, yearly=yearly, days=days, by=person, now=town.now)
    return person


def test_pl_17_cash_up_front_shows_how_many_providers_could_not_meet_it(town):
    for name, size, cash in (("City", "medium", 300_000), ("Debt", "small", 5_000), ("Tenants", "small", 9_000), ("Desk", "small", 0)):
        provider(town, name, size, cash)
    shaping.propose_shape(town.cycle, FIGURES, why="First draft", by=town.lead, now=town.now)
    page = town.client(user=town.lead.user).get(f"/cycles/{town.cycle.slug}/shape/").content.decode()
    assert "3 of 4 organisations that answered could not manage this shape" in page
    assert "3 of 3 that answered could not" in page
    assert "leave out every organisation of this size" in page
    mended = FIGURES | {"cash": 0, "lots": 3, "payment": "advance", "consortia": True}
    shaping.propose_shape(town.cycle, mended, why="So that small ones can bid", by=town.lead, now=town.now)
    page = town.client(user=town.lead.user).get(f"/cycles/{town.cycle.slug}/shape/").content.decode()
    assert "0 of 4 organisations" in page
    assert "Version 1" in page, "the first draft stays"


def test_inv_19_suppliers_do_not_read_how_few_of_a_size_could_not(town):
    for name, size, cash in (("City", "medium", 300_000), ("Debt", "small", 5_000), ("Tenants", "small", 9_000)):
        person = provider(town, name, size, cash)
    shaping.propose_shape(town.cycle, FIGURES, why="First draft", by=town.lead, now=town.now)
    address = f"/cycles/{town.cycle.slug}/shape/"
    shown = town.client(person).get(address).content.decode()
    assert "could not" not in shown.split("<table")[0], "1 of 1 that could not would be one organisation's bank account"
    assert "leave out every organisation" not in shown
    assert "Numbers under five are not shown." in shown
    assert "Known here: 2" in " ".join(shown.split()), "how many there are of a size is public knowledge"
    assert "2 of 2 that answered could not" in town.client(user=town.lead.user).get(address).content.decode()
    for n in range(3):
        provider(town, f"Little {n}", "small", 0)
    shown = town.client(person).get(address).content.decode()
    assert "5 of 5 that answered could not" in shown
    assert "organisations that answered could not manage" not in shown, "six in all would tell of the one of medium size"


def test_the_figures_of_an_organisation_are_shown_to_nobody_else(town):
    provider(town, "Debt", "small", 5_371, 61_733, 23)
    shaping.propose_shape(town.cycle, FIGURES, why="Draft", by=town.lead, now=town.now)
    other = town.join("Other", "vso", "Other")
    for client in (town.client(user=town.lead.user), town.client(other)):
        page = client.get(f"/cycles/{town.cycle.slug}/shape/").content.decode()
        assert not any(figure in page for figure in ("5371", "5,371", "61733", "61,733"))
    assert not any("5371" in line.what + line.why for line in Minute.objects.all())


def test_means_are_an_organisations_and_the_newest_count(town):
    person = provider(town, "Debt", "small", 5)
    shaping.say_means(town.cycle, cash=7, yearly=8, days=9, by=person, now=town.now)
    assert Means.objects.get().cash == 7
    for who in (town.join("Citizen"), town.lead):
        with pytest.raises(Refused, match="comes for an organisation"):
            shaping.say_means(town.cycle, cash=1, yearly=1, days=1, by=who, now=town.now)


def test_pl_18_a_short_window_needs_a_reason_that_organisations_read(town):
    with pytest.raises(Refused, match="7 days are fewer than the 28"):
        shaping.propose_shape(town.cycle, FIGURES | {"days": 7}, why="Draft", by=town.lead, now=town.now)
    assert not ContractShape.objects.exists()
    shaping.propose_shape(town.cycle, FIGURES | {"days": 7}, why="Draft", days_reason="The grant ends in May", by=town.lead, now=town.now)
    page = town.client(town.join("Small", "vso", "Small")).get(f"/cycles/{town.cycle.slug}/shape/").content.decode()
    assert "Fewer than the 28 days" in page
    assert "The grant ends in May" in page


def test_pl_19_a_vso_logs_a_risk_against_the_payment_model_and_is_answered(town):
    person = town.join("Small", "vso", "Small")
    shaping.propose_shape(town.cycle, FIGURES | {"payment": "results"}, why="Draft", by=town.lead, now=town.now)
    address = f"/cycles/{town.cycle.slug}/shape/"
    sent = {"act": "payment", "text": "We would have to borrow for a year.", "key": "r1"}
    for _ in range(2):
        assert town.client(person).post(address, sent).status_code == 302
    risk = Contribution.objects.get(kind="concern")
    assert risk in Contribution.objects.filter(cycle=town.cycle).unanswered()
    assert "borrow for a year" in town.client(town.lead, town.lead.user).get(address).content.decode()


def test_pl_16_options_are_considered_commented_and_chosen_with_a_reason(town):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/route/"
    client.post(address, {"act": "consider", "kind": "grant", "pros": "Small groups", "cons": "Ended by the budget"})
    choose = {"act": "choose", "kind": "grant", "because": "It reaches people", "role": "Head of communities"}
    assert "at least two ways" in client.post(address, choose).content.decode()
    client.post(address, {"act": "consider", "kind": "hybrid", "pros": "Small grants inside", "cons": "More work"})
    citizen = town.join("Cit")
    town.client(citizen).post(address, {"act": "say", "text": "Keep the small grants", "key": "s1"})
    assert client.post(address, choose | {"kind": "hybrid"}).status_code == 302
    page = town.client(citizen).get(address).content.decode()
    assert "Chosen: A mix of grant and contract" in page
    assert "Decided by Head of communities" in page
    assert "Keep the small grants" in page
    with pytest.raises(Refused, match="has been chosen"):
        shaping.say_of_shape(town.cycle, about="route", text="Late", key="x", by=citizen, now=town.now)
    assert client.post(address, {"act": "back", "reason": "New money"}).status_code == 302
    assert not Route.objects.filter(chosen_at__isnull=False).exists()


def test_vs_09_full_costs_are_asked_about(town):
    shaping.propose_shape(town.cycle, FIGURES, why="Draft", by=town.lead, now=town.now)
    assert any("full costs" in str(note) for note in shaping.look(town.cycle, officers=True).notes)
    shaping.propose_shape(town.cycle, FIGURES | {"full_costs": True}, why="Draft", by=town.lead, now=town.now)
    assert not any("full costs" in str(note) for note in shaping.look(town.cycle, officers=True).notes)


def test_the_same_shape_twice_is_one_version(town):
    for _ in range(2):
        shaping.propose_shape(town.cycle, FIGURES, why="Draft", by=town.lead, now=town.now)
    assert ContractShape.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "cannot", "why"),
    [
        ({}, 1, "cash"),
        ({"cash": 60_000, "lots": 3}, 0, ""),
        ({"cash": 0, "value": 9_000_000}, 1, "yearly"),
        ({"cash": 0, "value": 9_000_000, "consortia": True}, 0, ""),
        ({"cash": 0, "days": 10}, 1, "days"),
        ({"cash": 0, "months": 6, "value": 400_000}, 0, ""),
    ],
)
def test_what_an_organisation_cannot_manage(change, cannot, why):
    shape = Shape(**({"value": 900_000, "months": 36, "lots": 1, "cash": 200_000, "days": 28} | change))
    [row] = contract_fit.fits(shape, [contract_fit.Means("small", 20_000, 400_000, 20)], ["small", "small"])
    assert (row.cannot, row.answered, row.mapped) == (cannot, 1, 2)
    assert not why or getattr(row, why) == 1


def test_a_shape_nobody_can_misread_is_refused_in_words(town):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/shape/"
    for bad in ({}, {"value": "-1"}, {"value": "9" * 30}, {"months": "0"}, {"lots": "0"}, {"payment": "gold"}, {"days": "x"}):
        answer = client.post(
            address, {"act": "propose", **{k: str(v) for k, v in FIGURES.items()}, "why": "x", **bad} if bad else {"act": "propose"}
        )
        assert answer.status_code == 422, bad
        assert "There is a problem" in answer.content.decode()
    assert town.client(town.join("Cit")).post(address, {"act": "propose", **FIGURES, "why": "x"}).status_code == 409
    assert client.post(address, {"act": "nonsense"}).status_code == 409
    assert not ContractShape.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_take_the_same_queries_with_many_rows(town, rows):
    for n in range(rows):
        person = provider(town, f"Org {n}", "small", n)
        shaping.propose_shape(town.cycle, FIGURES, why=f"Draft {n}", by=town.lead, now=town.now)
        for about in ("shape", "payment", "route"):
            shaping.say_of_shape(town.cycle, about=about, text=f"Words {n}", key=f"{about}{n}", by=person, now=town.now)
    shaping.consider(town.cycle, "grant", pros="x", cons="y", by=town.lead, now=town.now)
    client = town.client(person)
    taken = {}
    for page in ("shape", "route"):
        client.get(f"/cycles/{town.cycle.slug}/{page}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cycles/{town.cycle.slug}/{page}/").status_code == 200
        taken[page] = len(queries)
    assert taken == {"shape": 12, "route": 6}


def test_a_name_typed_into_a_form_opens_nobodys_figures(town):
    provider(town, "Debt", "small", 5_371, 61_733, 23)
    eve = town.join("Eve", "vso", "Debt")
    page = town.client(eve).get(f"/cycles/{town.cycle.slug}/shape/").content.decode()
    assert not any(figure in page for figure in ("5371", "5,371", "61733", "61,733"))
    with pytest.raises(Refused, match="Only somebody who comes for an organisation"):
        shaping.say_means(town.cycle, cash=1, yearly=1, days=1, by=eve, now=town.now)
    assert Means.objects.get().cash == 5_371


def test_each_choice_of_a_shape_stands_in_a_box_that_can_be_seen(town):
    """GOV.UK hides the browser's own box and draws another on its label: without that label nobody sees what to press."""
    page = town.client(user=town.lead.user).get(f"/cycles/{town.cycle.slug}/shape/").content.decode()
    for name in ("consortia", "subcontracting", "full_costs"):
        box = re.search(rf'<div class="govuk-checkboxes__item"><input type="checkbox" name="{name}"[^>]*>(<label [^>]*>)', page)
        assert box is not None, name
        assert 'class="govuk-label govuk-checkboxes__label"' in box[1]
        assert f'for="id_{name}"' in box[1]
