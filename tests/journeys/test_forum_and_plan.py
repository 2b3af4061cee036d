"""A forum without a tender, through the screens: a plan agreed by three groups, adopted, an update asked and given, figures as they are."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large

pytestmark = pytest.mark.once

FORUM = """
from django.utils import timezone
from outcomes import scenarios
print(scenarios.load("forum", now=timezone.now())[0].slug)
"""
LATE = "Agree an interim contract with two groups at risk"


def agree_as_three_groups(cycle, keeper, *others):
    """The secretariat puts the plan to everybody again; one of each group answers; the question is ended."""
    keeper.goto(f"/cycles/{cycle}/plan/")
    keeper.get_by_role("button", name="Ask everybody whether they agree").click()
    expect(keeper.get_by_text("Everybody is being asked").first).to_be_visible()
    for page in others:
        page.goto(f"/cycles/{cycle}/plan/")
        page.locator("[name=says][value=yes]").check()
        page.get_by_role("button", name="Send my answer").click()
        look_over_small_and_large(page)
    keeper.goto(f"/cycles/{cycle}/plan/")
    keeper.get_by_role("button", name="End the question").click()
    expect(keeper.get_by_text("Agreed by every group").first).to_be_visible()
    look_over_small_and_large(keeper)


def test_s4_a_plan_is_agreed_adopted_asked_about_and_measured(server, browse):
    cycle = server.manage("shell", "-v0", "-c", FORUM).stdout.split()[-1]
    keeper, officer, vso, parent = (browse("laptop", who) for who in ("Noor Ames", "Ken Ward", "Wes Orr", "Parent 2"))
    agree_as_three_groups(cycle, keeper, officer, vso, parent)
    joan = browse("laptop", "Joan Sayer")
    joan.goto(f"/cycles/{cycle}/plan/")
    joan.get_by_text("Write down which body adopted it").click()
    joan.locator("[name=body]").fill("Local partnership board")
    joan.locator("[name=on]").fill(timezone.localdate().isoformat())
    joan.locator("[name=minute]").fill("Item 7")
    joan.get_by_role("button", name="Write it down").click()
    expect(joan.get_by_text(re.compile("Local partnership board, .*Item 7"))).to_be_visible()
    vso.goto(f"/cycles/{cycle}/plan/")
    expect(vso.locator("article", has_text="Pay small grants within thirty days")).to_contain_text("the owner has not said yes yet")
    late = vso.locator("article", has_text=LATE)
    expect(late).to_contain_text("Late")
    late.get_by_role("button", name="Ask for an update").click()
    expect(vso.get_by_text("An answer is due by")).to_be_visible()
    officer.goto(f"/cycles/{cycle}/plan/")
    officer.get_by_role("link", name=LATE).click()
    officer.get_by_label("How it goes").fill("The budget was settled on Monday. Both groups have a reasoned answer by Friday.")
    officer.get_by_role("button", name="Answer", exact=True).click()
    vso.goto(f"/cycles/{cycle}/plan/")
    expect(vso.locator("article", has_text=LATE)).to_contain_text("The budget was settled on Monday.")
    look_over_small_and_large(vso)
    parent.goto(f"/cycles/{cycle}/process/")
    main = parent.locator("main")
    for words in ("15 of 21 who answered, of 33 invited", "71% is below the target 80%", "17 of 21", "81% is below the target 90%"):
        expect(main).to_contain_text(words)
    look_over_small_and_large(parent)
    parent.goto(f"/cycles/{cycle}/")
    look_over_small_and_large(parent)
