"""What could not be sent waits in the browser, in words, until somebody answers; and the bar does not cry wolf."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.pressing import go_to
from tests.served_room import count_room, make_room

pytestmark = pytest.mark.once

WORDS = "A bench by the bus stop"


@pytest.fixture
def people(server, browse):
    """A room of its own, and a way to open a page as one of its people."""
    room = make_room(server, 4)

    def open_as(who, size="phone", path="", sockets=None):
        page = browse(size)
        page.context.add_cookies([{"name": f"seat-{room['cycle']}", "value": who["key"], "url": server.url}])
        if sockets:
            page.route_web_socket(re.compile("/ws/"), sockets)
        page.goto(f"/w/{room['slug']}/{path}")
        if not sockets:
            expect(page.locator("#conn")).to_have_text("Live")
        return page

    return room, open_as


def items(page, text=None):
    return page.locator(".tl-outbox__item", has_text=text) if text else page.locator(".tl-outbox__item")


def say(page, words=WORDS):
    page.locator("#idea-text").fill(words)
    page.get_by_role("button", name="Put it on the board").click()


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('outbox:')).length")


def move(facilitator, *phases):
    for phase in phases:
        go_to(facilitator, phase)
        expect(facilitator.locator("[aria-current=step]")).to_have_text(phase)


def test_it_waits_in_the_language_of_the_page_and_is_kept_in_it_though_the_reader_has_changed_since(server, people):
    room, open_as = people
    neighbour, page = open_as(room["people"][1], "laptop"), open_as(room["people"][0])
    speak = lambda language: page.context.add_cookies([{"name": "django_language", "value": language, "url": server.url}])  # noqa: E731
    speak("cy")
    page.reload()
    expect(page.locator("#conn")).to_have_text("Yn fyw")
    page.context.set_offline(True)
    page.locator("#idea-text").fill("Mainc wrth y safle bws")
    page.get_by_role("button", name="Ei roi ar y bwrdd").click()
    expect(items(page)).to_contain_text("Yn aros am gysylltiad", use_inner_text=True)
    expect(page.locator("#conn")).to_have_text("Collwyd y cysylltiad: cedwir yr hyn a ysgrifennwch")
    speak("en-gb")
    page.context.set_offline(False)
    card = neighbour.locator(".tl-idea", has_text="Mainc wrth y safle bws")
    expect(card.locator("p").first).to_have_attribute("lang", "cy", timeout=30_000)


def test_it_survives_a_reload_and_a_closed_tab_and_goes_in_order(server, people):
    room, open_as = people
    page = open_as(room["people"][0])
    page.context.set_offline(True)
    for n in range(3):
        say(page, f"Said without a network {n}")
        expect(items(page)).to_have_count(n + 1)
        expect(page.locator("#idea-text")).to_have_value("")
    expect(items(page).first).to_contain_text("Waiting", use_inner_text=True)
    expect(page.locator("#outbox-say")).to_contain_text("Waiting", timeout=6000)
    page.close()  # the tab is gone; the network comes back
    context = page.context
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/w/{room['slug']}/")
    expect(again.locator(".tl-idea", has_text="Said without a network")).to_have_count(3, timeout=20_000)
    expect(items(again)).to_have_count(0, timeout=15_000)
    assert kept(again) == 0
    assert again.locator("#idea-text").input_value() == "", "what is in the list does not stand in the box as well"
    assert count_room(server, room["slug"])["ideas"] == [f"Said without a network {n}" for n in range(3)]


def test_an_answer_that_is_lost_is_asked_for_again_and_counted_once(server, people):
    room, open_as = people
    page, lost = open_as(room["people"][0]), []

    def lose_the_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())  # the server has it
        return route.abort()

    page.route("**/ideas/", lose_the_answer)
    say(page)
    expect(items(page)).to_contain_text("Saved", use_inner_text=True, timeout=10_000)
    assert lost[0].status == 200
    assert count_room(server, room["slug"])["ideas"] == [WORDS]
    expect(page.locator(".tl-idea", has_text=WORDS)).to_have_count(1)


@pytest.mark.parametrize(
    "answer", [{"status": 502}, {"status": 503}, {"status": 504}, {"status": 200, "body": "<p>Pay for the network</p>"}]
)
def test_what_stands_between_does_not_answer_for_us(server, people, answer):
    room, open_as = people
    page, count = open_as(room["people"][0]), []

    def between(route):
        count.append(1)
        return route.fulfill(content_type="text/html", **answer) if len(count) < 3 else route.continue_()

    page.route("**/ideas/", between)
    say(page)
    expect(items(page)).to_contain_text("Waiting", use_inner_text=True)
    expect(items(page)).to_contain_text("Saved", use_inner_text=True, timeout=15_000)
    assert count_room(server, room["slug"])["ideas"] == [WORDS]


def test_what_is_refused_keeps_its_words_and_says_why(server, people):
    room, open_as = people
    page, facilitator = open_as(room["people"][0]), open_as(room["facilitator"], "laptop")
    page.context.set_offline(True)
    say(page)
    expect(items(page)).to_contain_text("Waiting", use_inner_text=True)
    move(facilitator, "Discuss", "Vote")
    page.context.set_offline(False)
    expect(items(page)).to_contain_text("Not taken, because: Ideas are gathered in these parts", use_inner_text=True, timeout=20_000)
    expect(items(page)).to_contain_text(WORDS, use_inner_text=True)
    page.reload()
    expect(items(page)).to_contain_text(WORDS, use_inner_text=True)
    move(facilitator, "Discuss")
    expect(page.locator("#idea-text")).to_be_visible()
    items(page).get_by_role("button", name="Put the words back in the box").click()
    expect(page.locator("#idea-text")).to_have_value(WORDS)
    expect(items(page)).to_have_count(0)
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.locator(".tl-idea", has_text=WORDS)).to_have_count(1)
    assert count_room(server, room["slug"])["ideas"] == [WORDS]


def open_a_vote(page, facilitator):
    page.locator("#propose-kind").select_option("need")
    page.locator("#propose-text").fill("A late bus")
    page.get_by_role("button", name="Propose it").click()
    expect(facilitator.get_by_role("heading", name="A late bus")).to_be_visible()
    move(facilitator, "Discuss", "Vote")
    facilitator.get_by_role("button", name="Open the voting").click()
    expect(page.get_by_role("button", name="Send my vote")).to_be_visible()


def vote(page, choice):
    page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="Send my vote").click()


def test_the_newer_vote_takes_the_place_of_the_waiting_one_and_the_facilitator_sees_who_may_still_come(server, people):
    room, open_as = people
    page, facilitator = open_as(room["people"][0]), open_as(room["facilitator"], "laptop")
    open_a_vote(page, facilitator)
    page.context.set_offline(True)
    vote(page, "Support")
    expect(items(page)).to_contain_text("Support", use_inner_text=True)
    vote(page, "Cannot support")
    expect(items(page)).to_have_count(1)
    expect(items(page)).to_contain_text("Cannot support", use_inner_text=True)
    page.context.set_offline(False)
    expect(items(page)).to_contain_text("Saved", use_inner_text=True, timeout=20_000)
    expect(page.get_by_text("Your vote: cannot support", exact=False).first).to_be_visible()
    casts = count_room(server, room["slug"])["casts"]
    assert [(choice, counted) for *_, choice, counted in casts] == [("", "cannot"), ("cannot", "cannot")], "the first came to nothing"


def test_a_vote_under_way_for_long_cannot_come_after_a_newer_one(server, people):
    room, open_as = people
    page, facilitator = open_as(room["people"][0]), open_as(room["facilitator"], "laptop")
    open_a_vote(page, facilitator)
    held = []
    page.route("**/vote/", lambda route: (held.append(route.request), route.abort()) if not held else route.continue_())
    vote(page, "Support")
    vote(page, "Abstain")
    expect(page.get_by_text("Your vote: abstain", exact=False).first).to_be_visible(timeout=15_000)
    late = page.request.post(held[0].url, form=_form(held[0]), headers={"HX-Request": "true"})
    assert late.status == 200
    assert {counted for *_, counted in count_room(server, room["slug"])["casts"]} == {"abstain"}


def _form(request):
    from urllib.parse import parse_qsl

    return dict(parse_qsl(request.post_data, keep_blank_values=True))


def test_somebody_without_their_seat_is_told_and_keeps_everything(server, people):
    room, open_as = people
    page = open_as(room["people"][0])
    page.context.set_offline(True)
    say(page)
    expect(items(page)).to_contain_text("Waiting", use_inner_text=True)
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("no longer signed in", timeout=15_000)
    expect(items(page)).to_contain_text(WORDS, use_inner_text=True)
    page.context.add_cookies([{"name": f"seat-{room['cycle']}", "value": room["people"][0]["key"], "url": server.url}])
    page.reload()
    expect(page.locator(".tl-idea", has_text=WORDS)).to_have_count(1, timeout=15_000)
    page.wait_for_function("!Object.keys(localStorage).some((k) => k.startsWith('outbox:'))")  # the push may come before the answer


def test_nobody_sends_anothers_words_under_their_own_name(server, people):
    room, open_as = people
    page = open_as(room["people"][0])
    page.context.set_offline(True)
    say(page)
    expect(items(page)).to_contain_text("Waiting", use_inner_text=True)
    page.context.add_cookies([{"name": f"seat-{room['cycle']}", "value": room["people"][1]["key"], "url": server.url}])
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#outbox")).to_contain_text("Somebody else wrote something on this device")
    expect(items(page)).to_have_count(0)
    page.wait_for_timeout(2500)
    assert count_room(server, room["slug"])["ideas"] == []
    assert kept(page) == 1


def test_a_token_that_changed_meanwhile_is_no_reason_to_lose_anything(server, people):
    room, open_as = people
    page = open_as(room["people"][0])
    page.context.add_cookies([{"name": "csrftoken", "value": "n" * 32, "url": server.url}])
    say(page)
    expect(page.locator(".tl-idea", has_text=WORDS)).to_have_count(1)
    page.evaluate("document.cookie = 'csrftoken=; max-age=0'")
    say(page, "And another")
    expect(page.locator(".tl-idea", has_text="And another")).to_have_count(1, timeout=15_000)


@pytest.mark.parametrize("store", ["full", "forbidden"])
def test_a_browser_that_keeps_nothing_still_sends(server, people, store):
    room, open_as = people
    page = open_as(room["people"][0])
    broken = {
        "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        "forbidden": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });",
    }[store]
    page.add_init_script(broken)
    page.reload()
    expect(page.locator("#conn")).to_have_text("Live")
    page.context.set_offline(True)
    say(page)
    expect(items(page)).to_contain_text("Do not close this page", use_inner_text=True)
    page.context.set_offline(False)
    expect(page.locator(".tl-idea", has_text=WORDS)).to_have_count(1, timeout=20_000)


def test_two_tabs_of_one_person_send_it_once_and_both_see_it(server, people):
    room, open_as = people
    one = open_as(room["people"][0])
    two = one.context.new_page()
    two.goto(f"/w/{room['slug']}/")
    one.context.set_offline(True)
    say(one)
    expect(items(two)).to_contain_text("Waiting", use_inner_text=True)
    one.context.set_offline(False)
    for page in (one, two):
        expect(page.locator(".tl-idea", has_text=WORDS)).to_have_count(1, timeout=20_000)
        expect(items(page)).to_have_count(0, timeout=15_000)
    assert count_room(server, room["slug"])["ideas"] == [WORDS]


def test_back_and_a_clock_that_is_wrong(server, people):
    room, open_as = people
    page = open_as(room["people"][0])
    page.add_init_script("const now = Date.now; Date.now = () => now() - 9e9 * Math.random();")
    page.reload()
    expect(page.locator("#conn")).to_have_text("Live")
    page.context.set_offline(True)
    say(page, "First")
    say(page, "Second")
    page.context.set_offline(False)
    expect(page.locator(".tl-idea")).to_have_count(2, timeout=20_000)
    page.goto("/")
    page.go_back()
    expect(page.locator("#conn")).to_have_text("Live", timeout=15_000)
    say(page, "Third")
    expect(page.locator(".tl-idea")).to_have_count(3)
    assert count_room(server, room["slug"])["ideas"] == ["First", "Second", "Third"]


# The bar

WATCH = """() => { window.__bar = []; const p = document.getElementById('conn');
  new MutationObserver(() => window.__bar.push(p.textContent)).observe(p, { childList: true }); }"""


def test_a_blip_of_two_seconds_shows_nothing_and_five_show_what_they_are(people):
    room, open_as = people
    page = open_as(room["people"][0])
    page.evaluate(WATCH)
    page.context.set_offline(True)
    page.wait_for_timeout(1900)
    page.context.set_offline(False)
    page.wait_for_timeout(3000)
    assert page.evaluate("window.__bar") == []
    started = time.monotonic()
    page.context.set_offline(True)
    expect(page.locator("#conn")).to_have_text("Reconnecting", timeout=6000)
    expect(page.locator("#conn")).to_have_text("Connection lost: what you write is kept", timeout=6000)
    assert time.monotonic() - started >= 4
    page.context.set_offline(False)
    expect(page.locator("#conn")).to_have_text("Live", timeout=20_000)
    assert page.evaluate("window.__bar") == ["Reconnecting", "Connection lost: what you write is kept", "Live"]


def test_a_socket_that_falls_and_rises_within_two_seconds_shows_nothing(people):
    room, open_as = people
    sockets = []

    def through(socket):
        sockets.append(socket)
        socket.connect_to_server()

    page = open_as(room["people"][0], sockets=through)
    expect(page.locator("#conn")).to_have_text("Live")
    page.evaluate(WATCH)
    for _ in range(3):
        sockets[-1].close(code=1011)
        page.wait_for_timeout(1500)
    assert len(sockets) >= 3
    assert page.evaluate("window.__bar") == []


def test_no_sockets_but_answers_is_a_few_seconds_behind(people):
    room, open_as = people
    page = open_as(room["people"][0], sockets=lambda socket: socket.close(code=1011))
    expect(page.locator("#conn")).to_have_text("Live, a few seconds behind", timeout=15_000)


def test_a_burst_is_summed_up_for_those_who_listen(server, people):
    room, open_as = people
    page, other = open_as(room["people"][0]), open_as(room["people"][1])
    page.evaluate("""() => { window.__said = []; const p = document.getElementById('say');
      new MutationObserver(() => window.__said.push(p.textContent)).observe(p, { childList: true }); }""")
    for n in range(8):
        say(other, f"One of many {n}")
        expect(other.locator(".tl-idea", has_text=f"One of many {n}")).to_have_count(1)
    expect(page.locator(".tl-idea")).to_have_count(8)
    page.wait_for_timeout(2500)
    said = page.evaluate("window.__said")
    assert 1 <= len(said) <= 2, said
    assert all("new card" in line for line in said), said
