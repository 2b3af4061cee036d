"""Deciding together in real browsers: a short list, agree or disagree with its map, and a secret vote; each looked over on a phone."""

import re

from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large
from tests.journeys.pressing import go_to

NEEDS = ("A late bus on weekdays.", "One number to ring at night.", "A warm room on Mondays.")


def enter(page, place):
    page.goto(f"/w/{place['workshop']}/")
    expect(page.locator("#conn")).to_have_text("Live")


def propose(page, text):
    panel = page.locator("#panel-propose")
    panel.get_by_label("What kind").select_option("need")
    panel.get_by_label("Your proposal").fill(text)
    panel.get_by_label("Who benefits").fill("Everybody")
    panel.get_by_role("button", name="Propose it").click()
    expect(page.locator(".tl-proposal", has_text=text)).to_be_visible()


def test_a_short_list_a_map_and_a_secret_vote(server, browse):
    place = server.workshop("gather", "choose", "statements", "vote", "agree")
    ruth, vso, citizen = browse("laptop", "Ruth Calder"), browse("laptop", "Amina Yusuf"), browse("phone", "YP2")
    for page in (ruth, vso, citizen):
        enter(page, place)
    for text in NEEDS:
        propose(citizen, text)

    go_to(ruth, "Choose a short list")
    panel = citizen.locator("#panel-choose")
    expect(panel.get_by_text("Tick every card you could live with.")).to_be_visible()
    panel.get_by_text("How it is counted, fixed before").click()
    expect(panel.get_by_text("Everybody has the same share of the places.")).to_be_visible()
    for text in NEEDS[:2]:
        panel.get_by_label(text).check()
    panel.get_by_role("button", name="Send my choice").click()
    expect(panel.get_by_text("Your choice is kept.")).to_be_visible()
    look_over_small_and_large(citizen)
    vso.locator("#panel-choose").get_by_label(NEEDS[0]).check()
    vso.locator("#panel-choose").get_by_role("button", name="Send my choice").click()
    expect(ruth.get_by_text("2 people have taken part so far.")).to_be_visible()
    expect(ruth.locator("main")).not_to_contain_text("cards are chosen")

    go_to(ruth, "Agree or disagree")
    expect(citizen.get_by_text("2 cards are chosen.")).to_be_visible()
    expect(citizen.locator(".tl-scores .is-chosen")).to_have_count(2)
    look_over_small_and_large(citizen)
    statements = vso.locator("#panel-statements")
    for n in range(1, 4):
        expect(statements.get_by_role("heading", name=f"Statement {n} of 3")).to_be_visible()
        statements.get_by_role("button", name="Agree", exact=True).click()
    expect(statements.get_by_text("You have answered every statement.")).to_be_visible()
    look_over_small_and_large(vso)

    go_to(ruth, "Vote")
    citizen.get_by_role("link", name="See the shape of opinion").click()
    expect(citizen.get_by_role("heading", name="Who answers alike")).to_be_visible(timeout=30_000)
    expect(citizen.get_by_text("Too few people have answered at least seven statements")).to_be_visible()
    look_over_small_and_large(citizen)
    enter(citizen, place)

    ruth.get_by_label("Vote in secret").check()
    ruth.get_by_role("button", name="Open the voting").click()
    ballot = citizen.locator("[id^=vote-]", has_text=NEEDS[0]).first
    expect(ballot.get_by_text("This vote is secret.")).to_be_visible()
    ballot.get_by_text("Cannot support").click()
    ballot.get_by_role("button", name="Send my vote").click()
    expect(ballot.get_by_text("Your vote: cannot support.")).to_be_visible()
    ballot.get_by_role("button", name="Take my vote back").click()
    expect(ballot.get_by_text("Your vote was taken back.")).to_be_visible()
    ballot.get_by_text("Support", exact=True).click()
    ballot.get_by_role("button", name="Send my vote").click()
    expect(ballot.get_by_text("Your vote: support.")).to_be_visible()
    look_over_small_and_large(citizen)

    go_to(ruth, "Agree")
    result = citizen.locator("[id^=ballot-]", has_text="Secret vote").first
    expect(result.get_by_text("their numbers are not shown").first).to_be_visible()
    expect(result).not_to_contain_text("1 support")
    look_over_small_and_large(citizen)
    result.get_by_role("link", name="Check the count yourself").click()
    expect(citizen.get_by_role("heading", name="The record of votes")).to_be_visible()
    look_over_small_and_large(citizen)
    expect(citizen.get_by_text(re.compile("3 votes are closed and can be checked"))).to_be_visible()
