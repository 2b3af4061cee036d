"""Getting there and being paid: on a phone, somebody answers the dates and claims; the convener chooses and approves."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over, look_over_small_and_large

pytestmark = pytest.mark.once

ROOM, CYCLE = "/w/help-that-families-can-find/", "/cycles/young-peoples-inclusion-in-eastmere/"


def test_answering_dates_and_claiming_on_a_phone(browse):
    lead = browse("laptop", "Priya Nair")
    lead.goto(ROOM + "dates/")
    soon = datetime.now() + timedelta(days=20)  # noqa: DTZ005 (a date as somebody types it)
    for n, day in ((1, soon), (2, soon + timedelta(days=1))):
        lead.get_by_label(f"Date and time {n}").fill(day.strftime("%Y-%m-%dT18:30"))
    lead.get_by_role("button", name="Propose these dates").click()
    expect(lead.get_by_text("The dates are proposed")).to_be_visible()
    look_over(lead)

    phone = browse("phone", "YP3")
    phone.goto(ROOM + "dates/")
    look_over_small_and_large(phone)
    spoken = f"{soon:%A} {soon.day} {soon:%B %Y}, 6.30pm"
    phone.get_by_role("group", name=spoken).get_by_label("Yes").check()
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_text("Thank you. Your answers are kept.")).to_be_visible()
    expect(phone.get_by_role("group", name=spoken).get_by_label("Yes")).to_be_checked()

    lead.goto(ROOM + "dates/")
    chosen = lead.get_by_role("article", name=spoken)
    expect(chosen.get_by_text("Nobody from the voluntary sector has said yet")).to_be_visible()
    chosen.get_by_role("button", name="Choose this date").click()
    expect(lead.get_by_text("The date is chosen.")).to_be_visible()
    phone.goto(ROOM + "invitation/")
    expect(phone.get_by_text(f"The meeting: {spoken}")).to_be_visible()
    look_over_small_and_large(phone)

    phone.goto(ROOM)  # taking part in it
    phone.goto(ROOM + "claim/")
    phone.get_by_label("Hours").fill("500")
    phone.get_by_role("button", name="Send my claim").click()
    expect(phone.get_by_role("heading", name="There is a problem")).to_be_visible()
    look_over_small_and_large(phone)
    phone.get_by_label("Hours").fill("2.5")
    phone.get_by_label("Costs in pounds").fill("4.60")
    phone.get_by_label("What the costs were for").fill("The bus")
    phone.get_by_role("button", name="Send my claim").click()
    expect(phone.get_by_text("Waiting", exact=True)).to_be_visible()
    look_over_small_and_large(phone)

    lead.goto(CYCLE + "claims/")
    look_over_small_and_large(lead)
    row = lead.get_by_role("article", name="YP3")
    row.get_by_label("Amount to pay, in pounds").fill("42.10")
    row.get_by_role("button", name="Approve").click()
    expect(lead.get_by_text("Engagement costs £42.10 so far")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Approved", exact=True)).to_be_visible()
    for address in (ROOM + "arrangements/", ROOM + "invitations/", CYCLE + "attendance/", CYCLE + "terms/"):
        lead.goto(address)
        look_over_small_and_large(lead)
