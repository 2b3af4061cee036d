"""From the day of procurement open data is of a tender: its lots, how offers are scored, its days; before that nothing of it is out."""

from datetime import timedelta

import pytest

from commissioning import gate, opening_pages, shaping
from outcomes import weighing
from tests.commissioning.test_shaping import FIGURES
from tests.outcomes.ocds_checks import faults_of, library_says, needs_schema
from tests.outcomes.test_open_data import fetch, say_everything
from tests.workshops.test_procurement import opened, ready, today
from workshops import procuring


@pytest.fixture
def decided(room):
    """A public cycle whose shape and split of the score are on record, and whose procurement has no day yet."""
    town = room.town
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    say_everything(town)
    shaping.propose_shape(town.cycle, FIGURES | {"lots": 3}, why="So that small ones can bid", by=town.lead, now=town.now)
    decided = {"reason": "Local voices count", "decider_role": "Head of service", "by": town.decider, "now": town.now}
    weighing.adopt(town.cycle, price=40, quality=40, social_value=20, **decided)
    return room


@needs_schema
def test_a_tender_whose_day_has_come_is_out_with_its_lots_and_criteria(decided, tmp_path):
    before = fetch(decided).json()["releases"][-1]
    assert (before["tag"], "lots" in before["tender"]) == (["planning"], False)
    opened(decided.town)
    package = fetch(decided).json()
    assert faults_of(package) == []
    said = library_says(package, tmp_path)
    assert (said["validation_errors"], said["additional_checks"], said["additional_fields"]) == ([], {}, [])
    release = package["releases"][-1]
    assert release["tag"] == ["tender"]
    tender = release["tender"]
    assert (tender["status"], [lot["title"] for lot in tender["lots"]]) == ("active", ["Lot 1 of 3", "Lot 2 of 3", "Lot 3 of 3"])
    criteria = {one["name"]: one["numbers"][0]["number"] for one in tender["lots"][0]["awardCriteria"]["criteria"]}
    assert criteria == {"Price": 40, "Quality": 40, "Social value": 20}
    assert tender["tenderPeriod"] == {"startDate": tender["tenderPeriod"]["startDate"], "durationInDays": FIGURES["days"]}
    assert "endDate" in tender["enquiryPeriod"]


def test_a_tender_that_is_called_off_says_so_and_one_whose_day_is_to_come_says_nothing(decided):
    town = decided.town
    ready(town)
    decided.workshop.closed_at = town.now
    decided.workshop.save()
    days = gate.Days(today(3))
    procuring.set_start(town.cycle, days, by=town.lead, now=town.now)
    assert "lots" not in fetch(decided).json()["releases"][-1]["tender"]
    gate.move_start(town.cycle, gate.Days(today()), reason="Earlier after all", by=town.lead, now=town.now)
    assert fetch(decided).json()["releases"][-1]["tender"]["status"] == "active"
    gate.end(town.cycle, ending="called_off", reason="No money", by=town.lead, now=town.now + timedelta(minutes=1))
    newest = fetch(decided).json()["releases"][-1]
    assert (newest["tag"], newest["tender"]["status"]) == (["tenderUpdate"], "cancelled")
