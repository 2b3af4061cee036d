"""Closing well, told by three people: a promise somebody absent takes on, one minute of questions, the close, the report."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large

pytestmark = pytest.mark.once

ROOM, CYCLE = "/w/closing-well/", "/cycles/young-peoples-inclusion-in-eastmere/"
STORY = """
from django.utils import timezone
from commissioning.models import Cycle, Participant
from workshops import attending, facilitating
from workshops.models import Workshop

cycle = Cycle.objects.get(invented=True, title__startswith="Young people")
lead = Participant.objects.get(cycle=cycle, display_name="Priya Nair")
if not Workshop.objects.filter(slug="closing-well").exists():
    made = facilitating.convene(cycle, facilitating.WorkshopPlan("Closing well", "What comes next?"), by=lead, now=timezone.now())
    ruth = Participant.objects.get(cycle=cycle, display_name="Ruth Calder")
    for name in ("Ruth Calder", "YP3"):
        attending.attend(made, Participant.objects.get(cycle=cycle, display_name=name), now=timezone.now())
    for a, b in (("welcome", "vote"), ("vote", "agree")):
        facilitating.move(made, seen=a, to=b, by=ruth, now=timezone.now())
"""


def test_a_workshop_closes_well(server, browse):
    server.manage("shell", "-c", STORY)
    facilitator, phone = browse("laptop", "Ruth Calder"), browse("phone", "YP3")
    facilitator.goto(ROOM)
    phone.goto(ROOM)
    look_over_small_and_large(facilitator)

    # An action for somebody who is not in the room stays proposed.
    panel = facilitator.locator("#panel-action")
    panel.get_by_label("What will be done").fill("Open the hall on Fridays")
    panel.get_by_label("Choose somebody").select_option(label="Kit Osei, Doorstep Families")
    panel.get_by_label("By when").fill("2031-05-01")
    panel.get_by_label("How we will know").fill("The lights are on")
    panel.get_by_role("button", name="Add the action").click()
    actions = phone.locator("[id^=actions-]")
    expect(actions).to_contain_text("Open the hall on Fridays")
    expect(actions).to_contain_text("Proposed")

    # Kit says yes on the own page, elsewhere; the room sees it at once.
    facilitator.get_by_role("link", name="Open the hall on Fridays").click()
    look_over_small_and_large(facilitator)
    expect(facilitator.get_by_label("On which day")).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))
    kit = browse("phone", "Kit Osei")
    kit.goto(CYCLE + "mine/")
    look_over_small_and_large(kit)
    kit.get_by_role("button", name="Yes, I will do it").click()
    expect(kit.locator(".tl-tag--accepted")).to_have_text("Promised")
    expect(actions.locator(".tl-tag")).to_have_text("Promised")
    facilitator.goto(ROOM)

    # Somebody would do it next time: a second one stays open, and people say whether they would come again.
    panel.get_by_label("What will be done").fill("Find out what it costs")
    panel.get_by_label("Who will do it").fill("The finance team")
    panel.get_by_label("Whose action it is").select_option("Authority")
    panel.get_by_label("By when").fill("2031-06-01")
    panel.get_by_label("How we will know").fill("A figure is here")
    panel.get_by_role("button", name="Add the action").click()
    expect(phone.get_by_role("heading", name="Would you meet again?")).to_be_visible()
    look_over_small_and_large(phone)
    phone.get_by_role("button", name="I would come").click()
    expect(phone.get_by_text("You said: yes.")).to_be_visible()

    # One minute on a phone.
    phone.get_by_role("link", name="Answer the questions").click()
    look_over_small_and_large(phone)
    phone.get_by_role("group", name="Someone took what I said seriously").get_by_label("9", exact=True).check()
    phone.get_by_role("group", name="Was it worth your time?").get_by_label("Yes").check()
    phone.get_by_label("How many hours").fill("2,5")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_text("kept without your name")).to_be_visible()
    look_over_small_and_large(phone)

    # The close asks about meeting again, then everybody reads the report.
    facilitator.reload()
    end = facilitator.locator("#panel-end")
    expect(end).to_contain_text("1 person says they would come")
    end.get_by_role("button", name="Close the workshop").click()
    expect(facilitator.locator("#notice")).to_contain_text("Propose a follow-up")
    end.get_by_label("Propose a follow-up").check()
    end.get_by_label("who agreed to it").fill("All who were here")
    look_over_small_and_large(facilitator)
    end.get_by_role("button", name="Close the workshop").click()
    expect(facilitator.locator("[aria-current=step]")).to_have_text("Close")
    phone.goto(ROOM)
    phone.get_by_role("link", name="Read what happened and what comes next").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("what happened and what comes next")
    expect(phone.get_by_text("All who were here")).to_be_visible()
    look_over_small_and_large(phone)
    phone.get_by_role("link", name="Follow-up: Closing well").click()
    expect(phone.locator("[id^=actions-]")).to_contain_text("Find out what it costs")
    facilitator.goto(ROOM + "report/")
    facilitator.get_by_role("link", name="Who has been sent the summary").click()
    look_over_small_and_large(facilitator)


def test_the_other_pages_of_closing(server, browse):
    for size in ("phone", "laptop"):
        page = browse(size, "YP2")
        for address in (
            "/w/designing-it-together/report/",
            CYCLE + "promises/",
            CYCLE + "promises/?whose=us",
            CYCLE + "hear-back/",
            CYCLE + "mine/",
        ):
            page.goto(address)
            look_over_small_and_large(page)
    page.goto("/w/designing-it-together/report/")
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("columnheader", name=re.compile("Things said")).first).to_be_visible()
