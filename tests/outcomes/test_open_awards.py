"""Awards in the open data: who was given which lot and what was promised, and never a price."""

import json
from datetime import date

import pytest

from commissioning.models import Organisation
from outcomes import adopting, ocds, open_data, specifying, weighing
from outcomes.models import Award, AwardParty, Commitment, Criterion, FrameworkVersion, Lot, Measure, SpecificationVersion
from tests.outcomes.ocds_checks import faults_of, needs_schema
from tests.outcomes.test_open_data import say_everything
from tests.workshops.test_procurement import opened


@pytest.fixture
def awarded(room):
    """A lot given to two organisations, one of which is registered, with one promise that is measured."""
    town = room.town
    say_everything(town)
    cycle, lead, now = town.cycle, town.lead, town.now
    lot = Lot.objects.create(cycle=cycle, number=2, title="Open doors", about="Evenings near home")
    made = [
        Organisation.objects.create(authority=cycle.authority, name=name, kind="vso")
        for name in ("Open Doors Trust", "Marsh Arts", "Cleaning Co")
    ]
    days = {"starts": date(2027, 4, 1), "ends": date(2030, 3, 31)}
    award = Award.objects.create(lot=lot, provider=made[0], why="Closest to young people", by=lead, at=now, **days)
    AwardParty.objects.create(award=award, organisation=made[1], standing="partner")
    AwardParty.objects.create(award=award, organisation=made[2], standing="subcontractor")
    criterion = Criterion.objects.create(cycle=cycle, number=1, question="How will local voices count?", by=lead, at=now)
    promise = "A panel of young people each quarter"
    commitment = Commitment.objects.create(award=award, criterion=criterion, number=1, promise=promise, owner="Manager", by=lead, at=now)
    Measure.objects.create(
        cycle=cycle, number=1, text="Panels held", form="count", commitment=commitment, owner="Panel", hours=1, target=4, unit="a year", by=lead, at=now
    )  # fmt: skip
    return room


def released(room):
    return open_data.preview(room.town.cycle, now=room.town.now)["releases"][0]


@needs_schema
def test_pl_22_an_award_is_open_data_with_its_lot_its_days_and_its_promises(awarded):
    package = open_data.preview(awarded.town.cycle, now=awarded.town.now)
    assert faults_of(package) == []
    one = package["releases"][0]
    assert one["tag"] == ["award"]
    award = one["awards"][0]
    assert [who["name"] for who in award["suppliers"]] == ["Open Doors Trust", "Marsh Arts"]
    assert award["relatedLots"] == ["lot-2"]
    assert award["contractPeriod"]["startDate"] == "2027-03-31T23:00:00Z"  # midnight of 1 April, in summer time
    metric = award["agreedMetrics"][0]
    assert (metric["title"], metric["observations"][0]["measure"]) == ("A panel of young people each quarter", "4 a year")
    roles = {who["name"]: who["roles"] for who in one["parties"]}
    assert roles["Open Doors Trust"] == ["supplier"]
    assert "Cleaning Co" not in roles


def test_do_11_no_price_of_an_award_is_in_the_open_data(awarded):
    said = json.dumps(released(awarded)["awards"])
    assert "amount" not in said
    assert "GBP" not in said


def test_a_supplier_stays_named_though_nobody_there_agreed_to_be_named(awarded):
    kept = ocds.naming_only([], released(awarded))
    assert {"Open Doors Trust", "Marsh Arts"} <= {who["name"] for who in kept["parties"]}


@needs_schema
def test_lots_and_questions_go_out_by_name_from_the_day_of_procurement(awarded):
    town = awarded.town
    assert [lot["title"] for lot in released(awarded)["tender"]["lots"]] == ["Open doors"]
    decided = {"reason": "Local voices count", "decider_role": "Head of service", "by": town.decider, "now": town.now}
    weighing.adopt(town.cycle, price=40, quality=40, social_value=20, **decided)
    signed(
        town,
        [
            {"code": "C1", "question": "How will local voices count?", "share": "12.50"},
            {"code": "C2", "question": "Paid routes?", "share": "7.50"},
        ],
    )
    opened(town)
    package = open_data.preview(town.cycle, now=town.now)
    assert faults_of(package) == []
    criteria = package["releases"][0]["tender"]["lots"][0]["awardCriteria"]["criteria"]
    assert {one["name"]: one["numbers"][0]["number"] for one in criteria} == {
        "Price": 40,
        "Quality": 40,
        "Social value, C1: How will local voices count?": 12.5,
        "Social value, C2: Paid routes?": 7.5,
    }


def signed(town, criteria):
    """A signed-off specification whose content has these criteria."""
    framework = FrameworkVersion.objects.create(
        framework=adopting.framework_of(town.cycle), number=1, content={"themes": []}, content_hash="f", by=town.lead, at=town.now
    )
    specification = specifying.specification_of(town.cycle)
    specification.state = "signed_off"
    specification.save()
    content = {"criteria": criteria, "clauses": [], "framework": {"themes": []}}
    made = {"number": 1, "content": content, "content_hash": "s", "by": town.lead, "at": town.now}
    SpecificationVersion.objects.create(specification=specification, framework_version=framework, **made)
