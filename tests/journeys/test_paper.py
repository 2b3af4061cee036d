"""Three people without a device: one votes on paper, two by hand, one on line; two people enter it, and the room sees one tally."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large

pytestmark = pytest.mark.once

MAKE = """
import json
from django.utils import timezone
from commissioning import people
from commissioning.models import Cycle, Participant
from workshops import attending, facilitating, proposing
from workshops.rules import Rule

now, cycle = timezone.now(), Cycle.objects.get(slug="young-peoples-inclusion-in-eastmere")
lead, run = (Participant.objects.get(cycle=cycle, user__name=name) for name in ("Priya Nair", "Ruth Calder"))
plan = facilitating.WorkshopPlan("Paper and hands", "What should change?", rule=Rule.same_for_all(50, 0))
w = facilitating.convene(cycle, plan, by=lead, now=now)
attending.attend(w, run, now=now)
who = people.Introduction("Olive", "citizen", "resident")
olive, key = attending.join(w, who, now=now)
facilitating.move(w, seen="welcome", to="discuss", by=run, now=now)
proposing.propose(w, proposing.Draft("need", "A warm room on Mondays."), by=olive, key="p", now=now)
facilitating.move(w, seen="discuss", to="vote", by=run, now=now)
print(json.dumps({"slug": w.slug, "key": key}))
"""


def add(page, name):
    panel = page.get_by_role("heading", name="Add a person").locator("xpath=..")
    panel.get_by_label("Name, or a name they choose").fill(name)
    panel.get_by_label("They agreed to take part").check()
    panel.get_by_label("Their name may be shown").check()
    panel.get_by_role("button", name="Add them").click()
    expect(page.get_by_text(f"{name} has a seat.")).to_be_visible()


def type_line(page, line, says):
    """With the keyboard alone: the box has the focus, before and after."""
    expect(page.locator("#line")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    expect(page.locator("#line-said")).to_contain_text(says)
    expect(page.locator("#line")).to_be_focused()


def count_hands(page, button, **numbers):
    form = page.locator("form.tl-hands")
    for label, number in numbers.items():
        form.get_by_label(label, exact=True).fill(str(number))
    form.get_by_role("button", name=re.compile(button)).click()


def test_paper_hands_and_on_line_are_one_tally(server, browse):
    made = json.loads(server.manage("shell", "-v0", "-c", MAKE).stdout.strip().splitlines()[-1])
    room = f"/w/{made['slug']}/"
    ruth, priya, olive = browse("laptop", "Ruth Calder"), browse("laptop", "Priya Nair"), browse("phone")
    olive.goto(f"/mine/{made['key']}/")
    olive.get_by_role("button", name="Take part on this device").click()

    ruth.goto(room)
    expect(ruth.get_by_role("heading", name="People without a device")).to_be_visible()
    ruth.goto(room + "seating/")
    for name in ("Ivy Paper", "Ben Hand", "Cora Hand"):
        add(ruth, name)
    look_over_small_and_large(ruth)
    ruth.goto(room)
    ruth.get_by_role("button", name="Open the voting").click()
    expect(ruth.get_by_role("heading", name="Close the voting")).to_be_visible()

    # On line, as always.
    olive.goto(room)
    olive.get_by_label("Support", exact=True).check()
    olive.get_by_role("button", name="Send my vote").click()
    expect(olive.get_by_text("Your vote: Support").or_(olive.get_by_text("Your vote: support"))).to_be_visible()

    # One paper: printed, typed by one, typed by another.
    ruth.goto(room + "papers/")
    with ruth.context.expect_page() as sheet:
        ruth.get_by_role("button", name="As a web page").first.click()
    sheet.value.wait_for_load_state()
    expect(sheet.value.locator(".paper")).to_have_count(3)
    expect(sheet.value.locator("main")).not_to_contain_text("Ivy Paper")
    ruth.goto(room + "papers/")
    ruth.get_by_text("Who gets which paper").click()
    code = ruth.locator("li", has_text="Ivy Paper").locator("strong").inner_text()
    look_over_small_and_large(ruth)
    ruth.goto(room + "papers/enter/")
    type_line(ruth, "CDFHJ2 1", "One character is wrong")
    type_line(ruth, f"{code} 3", "It waits for a second person")
    type_line(ruth, "u", "Taken back")
    type_line(ruth, f"{code} 1", "It waits for a second person")
    type_line(ruth, f"{code} 1", "Somebody else must confirm it")
    look_over_small_and_large(ruth)

    # Nothing closes while it waits.
    ruth.goto(room)
    ruth.get_by_role("button", name="Close and show the result").click()
    expect(ruth.locator("#notice")).to_contain_text("1 paper waits for a second person")

    priya.goto(room + "papers/enter/")
    expect(priya.get_by_text(code)).to_be_visible()
    type_line(priya, f"{code}x", "another choice")
    type_line(priya, f"{code}s", "is counted")

    # Hands for the other two.
    ruth.goto(room + "papers/")
    count_hands(ruth, "Enter the hands", Support=3)
    expect(ruth.get_by_text("Count again")).to_be_visible()
    ruth.goto(room + "papers/")
    count_hands(ruth, "Enter the hands", Support=1, Abstain=1)
    expect(ruth.get_by_text("Your count waits for a second person.")).to_be_visible()
    priya.goto(room + "papers/")
    expect(priya.get_by_label("Support", exact=True)).to_have_value("")
    look_over_small_and_large(priya)
    count_hands(priya, "Confirm what I counted", Support=1, Abstain=1)
    expect(priya.get_by_text("Two people counted the same")).to_be_visible()

    # Words, written down.
    priya.goto(room + "scribe/")
    look_over_small_and_large(priya)

    ruth.goto(room)
    ruth.get_by_role("button", name="Close and show the result").click()
    for page in (ruth, olive):
        result = page.locator("section[id^=ballot-]").first
        expect(result).to_contain_text("Result of round 1")
        expect(result).to_contain_text("(4 of 4 voted)")
        expect(result).to_contain_text("Some of these votes came by paper or hands")

    # A phone is found: the same person, not a fifth.
    ruth.goto(room + "seating/")
    ruth.get_by_role("button", name=re.compile("They have a device now.*Ben Hand")).click()
    expect(ruth.get_by_alt_text("Their link as a QR picture")).to_be_visible()
    look_over_small_and_large(ruth)
    link = ruth.locator(".tl-mono").inner_text()
    ben = browse("phone")
    ben.goto(link)
    ben.get_by_role("button", name="Take part on this device").click()
    ben.goto(room)
    expect(ben.locator("section[id^=ballot-]").first).to_contain_text("(4 of 4 voted)")
