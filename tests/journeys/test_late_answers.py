"""An answer that was asked for before somebody acted, and comes after: it does not know of the act, and hides nothing of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.pressing import go_to

pytestmark = pytest.mark.once
KEPT = "It is kept. You can change it until voting closes."


def discussing(browse, server):
    """A phone in a room that discusses, once what the opening asked for is here."""
    page = browse("phone", "YP3")
    page.goto(f"/w/{server.workshop('discuss', 'agree')['workshop']}/")
    expect(page.locator("#conn")).to_have_text("Live")
    page.wait_for_timeout(1500)
    return page


def held_back(page, late):
    """The request that was held back and what the server answered it, as soon as it has: what was sent is kept by then."""
    for _ in range(100):
        page.wait_for_timeout(100)
        if late:
            break
    return late[0]


def test_a_desk_asked_for_before_a_vote_does_not_hide_the_vote(browse, server):
    made = server.workshop("gather", "vote", "agree")
    room = f"/w/{made['workshop']}/"
    facilitator = browse("laptop", "Ruth Calder")
    facilitator.goto(room)
    page = browse("laptop")
    page.goto(f"/join/{made['code']}/")
    page.get_by_label("Your name").fill("Sam Late")
    page.get_by_label("Uses the service").check()
    page.get_by_label(re.compile("I agree to take part")).check()
    page.get_by_role("button", name="Join the workshop").click()
    page.get_by_label("Your proposal").fill("A bus home after nine")
    page.get_by_label("What kind").select_option("need")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", name="A bus home after nine").first).to_be_visible()
    go_to(facilitator, "Vote")
    facilitator.get_by_role("button", name="Open the voting").click()
    expect(page.get_by_role("button", name="Send my vote")).to_be_visible()
    page.wait_for_timeout(1500)  # what the opening asked for is here

    late = []
    page.route("**/desk/", lambda route: route.continue_() if late else late.append((route, route.fetch())))
    page.evaluate(
        "document.querySelector('#desk [data-panel]').dataset.stale = '1'; document.body.dispatchEvent(new FocusEvent('focusout', { bubbles: true }))"
    )
    route, answer = held_back(page, late)
    page.get_by_label("Support", exact=True).check()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.get_by_text(KEPT)).to_be_visible()
    route.fulfill(response=answer)
    page.wait_for_timeout(2500)
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_label("Support", exact=True)).to_be_checked()


def test_what_was_said_to_be_kept_stays_when_the_desk_is_drawn_again(browse, server):
    made = server.workshop("gather", "prioritise", "discuss")
    room = f"/w/{made['workshop']}/"
    facilitator, citizen = browse("laptop", "Ruth Calder"), browse("phone", "YP4")
    facilitator.goto(room)
    facilitator.locator("#idea-text").fill("A kitchen to cook in together")
    facilitator.get_by_role("button", name="Put it on the board").click()
    citizen.goto(room)
    go_to(facilitator, "Prioritise")
    citizen.get_by_label("A kitchen to cook in together").fill("2")
    citizen.get_by_role("button", name="Place my dots").click()
    told = citizen.get_by_role("status").filter(has_text="Your dots are placed.")
    expect(told).to_be_visible()
    citizen.wait_for_timeout(1500)
    with citizen.expect_response("**/desk/"):
        citizen.evaluate(
            "document.querySelector('#desk [data-panel]').dataset.stale = '1';"
            "document.body.dispatchEvent(new FocusEvent('focusout', { bubbles: true }))"
        )
    citizen.wait_for_timeout(500)
    expect(told).to_have_count(1)
    citizen.get_by_label("A kitchen to cook in together").fill("1")
    citizen.get_by_role("button", name="Place my dots").click()
    expect(told).to_have_count(1)


def test_the_answer_to_the_first_of_two_acts_comes_last_and_takes_nothing_back(browse, server):
    page = discussing(browse, server)

    late = []
    page.route("**/ready/", lambda route: late.append((route, route.fetch())))
    page.get_by_role("button", name="I am ready").click()
    route, answer = held_back(page, late)
    page.get_by_role("button", name="Ask to speak").click()
    asked = page.get_by_role("button", name="I have spoken, or changed my mind")
    expect(asked).to_be_visible()
    assert "Ask to speak" in answer.text(), "it does not know of the second"
    with page.expect_response("**/desk/"):
        route.fulfill(response=answer)
    expect(asked).to_be_visible()
    expect(page.get_by_role("button", name="You are ready")).to_be_visible()


def test_words_that_waited_for_the_network_take_nothing_back_when_they_are_answered(browse, server):
    page = discussing(browse, server)

    tries, late = [], []

    def network(route):
        tries.append(route)
        if len(tries) == 1:
            route.abort()
        else:
            late.append((route, route.fetch()))

    page.route("**/ideas/", network)
    page.locator("#idea-text").fill("A bench by the bus stop")
    page.get_by_role("button", name="Put it on the board").click()
    route, answer = held_back(page, late)
    page.get_by_role("button", name="I am ready").click()
    ready = page.get_by_role("button", name="You are ready")
    expect(ready).to_be_visible()
    assert "You are ready" not in answer.text(), "it does not know of the other act"
    with page.expect_response("**/desk/"):
        route.fulfill(response=answer)
    expect(ready).to_be_visible()
    expect(page.get_by_role("button", name="I am ready")).to_have_count(0)
