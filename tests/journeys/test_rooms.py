"""The joint workshop stalls, the groups go to rooms of their own, meet again, part once more: in four browsers, without a reload."""

import re

from playwright.sync_api import expect

from tests.journeys.looking_over import look_over, look_over_small_and_large

CARD = ".tl-idea, .tl-proposal"


def enter(page, place):
    page.goto(f"/w/{place['workshop']}/")
    expect(page.locator("#conn")).to_have_text("Live")


def say(page, words):
    page.locator("#idea-text").fill(words)
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.locator(CARD, has_text=words).first).to_be_visible()


def next_part(facilitator, name):
    facilitator.locator("#panel-move").get_by_role("button", name=re.compile(f"Go on to: {name}")).click()
    expect(facilitator.get_by_role("heading", name=f"Now: {name}")).to_be_visible()


def test_joint_stalls_split_separate_joint_again(server, browse):
    place = server.workshop("welcome", "discuss", "vote", "agree", "actions")
    facilitator, officer = browse("laptop", "Ruth Calder"), browse("laptop", "Tom Ellery")
    vso, citizen = browse("laptop", "Amina Yusuf"), browse("phone", "YP2")
    everybody = (officer, vso, citizen)
    for page in (facilitator, *everybody):
        enter(page, place)
    expect(facilitator.get_by_role("heading", name="Now: Welcome")).to_be_visible()
    next_part(facilitator, "Discuss")
    say(vso, "Before we talk about money, we must talk about the grant.")
    expect(citizen.locator(CARD, has_text="we must talk about the grant").first).to_be_visible()

    # It stalls. One press, and each group is in a room of its own, moved live.
    facilitator.get_by_role("button", name="Each group to its own room").click()
    for page, title in ((officer, "Room of the commissioner side"), (vso, "Room of the voluntary sector"), (citizen, "Citizens’ room")):
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=20_000)
        expect(page.locator("#conn")).to_have_text("Live")
    expect(facilitator.get_by_text("People are in rooms of their own now")).to_be_visible()
    look_over_small_and_large(facilitator)
    look_over_small_and_large(vso)
    say(vso, "We lost two workers and nobody told us why.")
    say(citizen, "Please do not argue in front of us.")
    expect(officer.locator("main")).not_to_contain_text("nobody told us why")
    vso.get_by_role("button", name="Not yet").click()
    citizen.get_by_role("button", name="Yes, ready").click()
    expect(facilitator.get_by_text("Recommended: separate again").first).to_be_visible()
    facilitator.get_by_role("button", name="Bring everybody together").click()
    expect(facilitator.locator("#notice")).to_contain_text("not ready")
    vso.get_by_role("button", name="Yes, ready").click()
    expect(facilitator.get_by_text("Recommended: meet together").first).to_be_visible()

    # Together on one board, each card with where it was said.
    facilitator.get_by_role("button", name="Bring everybody together").click()
    for page in everybody:
        expect(page.get_by_role("heading", name="A room of its own", level=1)).to_be_visible(timeout=20_000)
        card = page.locator(".tl-idea", has_text="nobody told us why")
        expect(card).to_contain_text("from Room of the voluntary sector")
    expect(facilitator.get_by_role("heading", name="Now: Discuss")).to_be_visible()

    # And apart again, in the same rooms: never a one-way street. A half-written sentence is not taken away.
    expect(citizen.locator("#conn")).to_have_text("Live")
    citizen.locator("#idea-text").press_sequentially("In the middle of a")
    facilitator.get_by_role("button", name="Each group to its own room").click()
    expect(vso.get_by_role("heading", name="Room of the voluntary sector", level=1)).to_be_visible(timeout=20_000)
    expect(citizen.get_by_role("link", name="Go with the others")).to_be_visible(timeout=20_000)
    expect(citizen.locator("#idea-text")).to_have_value("In the middle of a")
    citizen.get_by_role("link", name="Go with the others").click()
    expect(citizen.get_by_role("heading", name="Citizens’ room", level=1)).to_be_visible()
    facilitator.get_by_role("button", name="Bring everybody together").click()
    for page in everybody:  # nobody is left on the way, where a browser that is closed may never finish
        expect(page.get_by_role("heading", name="A room of its own", level=1)).to_be_visible(timeout=20_000)
    expect(citizen.locator("#idea-text")).to_have_value("In the middle of a")


def test_ready_speaking_and_the_clock_on_a_phone_that_is_wrong(server, browse):
    place = server.workshop("discuss", "agree")
    facilitator, citizen = browse("laptop", "Ruth Calder"), browse("phone", "YP3")
    citizen.add_init_script("{ const real = Date.now; Date.now = () => real() + 3 * 3600 * 1000; }")
    enter(facilitator, place)
    enter(citizen, place)
    right, wrong = facilitator.locator("[data-time]").first, citizen.locator("[data-time]").first
    expect(wrong).to_have_text(re.compile(r"^(19|20):\d\d$"))
    here, there = right.inner_text(), wrong.inner_text()
    seconds = [int(t.split(":")[0]) * 60 + int(t.split(":")[1]) for t in (here, there)]
    assert abs(seconds[0] - seconds[1]) <= 3, "three hours wrong, and still the right time left"
    citizen.get_by_role("button", name="I am ready").click()
    expect(facilitator.get_by_text("1 of 1 are ready").first).to_be_visible()
    citizen.get_by_role("button", name="Ask to speak").click()
    facilitator.get_by_role("button", name=re.compile("Next to speak: YP3")).click()
    expect(citizen.get_by_text("has the floor")).to_be_visible()
    expect(citizen.get_by_role("button", name="I have spoken, or changed my mind")).to_be_visible()
    facilitator.get_by_role("button", name="Stop the clock").click()
    expect(citizen.get_by_text("the clock is stopped")).to_be_visible()
    facilitator.get_by_role("button", name="5 minutes more").click()
    facilitator.get_by_role("button", name="Start the clock again").click()
    expect(wrong).to_have_text(re.compile(r"^2[345]:\d\d$"))
    facilitator.get_by_role("button", name="A private round now").click()
    expect(citizen.locator("[aria-current=step]")).to_have_text("Think alone")
    citizen.locator("#idea-text").fill("Only I see this yet")
    citizen.get_by_role("button", name="Put it on the board").click()
    expect(citizen.get_by_text("Your cards that others do not see yet")).to_be_visible()
    expect(facilitator.locator("main")).not_to_contain_text("Only I see this yet")
    facilitator.get_by_role("button", name=re.compile("Share what was written")).click()
    expect(facilitator.locator(".tl-idea", has_text="Only I see this yet")).to_be_visible()
    facilitator.get_by_text("Everything else").click()
    facilitator.get_by_label("Something went wrong").fill("Wrong button")
    facilitator.get_by_role("button", name="Go back one part").click()
    expect(citizen.locator("[aria-current=step]")).to_have_text("Discuss")


def test_an_agenda_from_a_recipe_and_the_big_screen(server, browse):
    place = server.workshop()
    facilitator, wall = browse("laptop", "Ruth Calder"), browse("wall", "Ruth Calder")
    facilitator.goto(f"/w/{place['workshop']}/agenda/")
    look_over_small_and_large(facilitator)
    facilitator.locator("summary", has_text="Three dots each").click()
    facilitator.get_by_role("button", name=re.compile("Use this recipe.*Three dots each")).click()
    expect(facilitator.get_by_text("The agenda is laid out")).to_be_visible()
    facilitator.get_by_role("link", name=re.compile("Change.*Cards")).click()
    look_over_small_and_large(facilitator)
    facilitator.get_by_label("The question or task").fill("What would help you in the evening?")
    facilitator.get_by_role("button", name="Save the change").click()
    wall.goto(f"/w/{place['workshop']}/screen/")
    expect(wall.locator("#conn")).to_have_text("Live")
    expect(wall.get_by_alt_text("The join link as a QR picture")).to_be_visible()
    look_over(wall)
    enter(facilitator, place)
    next_part(facilitator, "Cards")
    expect(wall.get_by_text("What would help you in the evening?", exact=True)).to_be_visible()
    expect(wall.get_by_alt_text("The join link as a QR picture")).to_be_hidden()
    say(facilitator, "A place that is open until ten")
    expect(wall.get_by_text("A place that is open until ten")).to_be_visible()
    citizen = browse("phone", "YP4")
    enter(citizen, place)
    next_part(facilitator, "Put the same together")
    next_part(facilitator, "Three dots each")
    citizen.get_by_label("A place that is open until ten").fill("3")
    citizen.get_by_role("button", name="Place my dots").click()
    expect(citizen.get_by_text("Your dots are placed.")).to_be_visible()
    look_over_small_and_large(citizen)
    next_part(facilitator, "Talk about the first three")
    expect(wall.get_by_text("3 dots")).to_be_hidden()
    facilitator.get_by_text("Everything else").click()
    facilitator.get_by_label("The big screen shows").select_option(label="The results")
    facilitator.get_by_role("button", name="Show it").click()
    expect(wall.get_by_text("3 dots")).to_be_visible()
    look_over(wall)
    words = browse("laptop", "YP5")
    words.goto(f"/w/{place['workshop']}/screen/words/")
    expect(words.get_by_text("3 dots")).to_be_visible()
    look_over_small_and_large(words)
    look = browse("laptop", "Ruth Calder")
    look.goto(f"/w/{place['workshop']}/across/")
    look_over_small_and_large(look)
