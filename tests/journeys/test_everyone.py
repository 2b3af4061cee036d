"""Every page for everyone: axe finds nothing, it fits 320 pixels, and it can be used with a keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over
from tests.journeys.pressing import go_to

pytestmark = pytest.mark.once

PUBLIC = ["/", "/join/", "/join/ZZZZ-ZZZZ/", "/demo/", "/accessibility/", "/accounts/login/code/", "/nothing-here/", "/open/"]
C, ROOM, OLD = (
    "/cycles/young-peoples-inclusion-in-eastmere/",
    "/w/help-that-families-can-find/",
    "/w/designing-it-together/",
)
DO_AND_REVIEW = [
    *("awards/", "promised/", "commitments/1/", "commitments/3/", "concerns/", "capacity/", "returns/"),
    *("awards/1/quarters/1/", "awards/2/quarters/3/", "results/", "reviews/", "reviews/1/", "findings/1/", "process/"),
    *("measures/", "thread/", "thread/?q=evening", "clauses/1/thread/", "contributions/1/thread/", "voices/1/", "criteria/1/"),
]
PEOPLE = {
    "Priya Nair": [
        "/",
        "/cycles/new/",
        C,
        C + "stages/plan/",
        C + "stages/do/",
        C + "people/",
        C + "organisations/1/",
        C + "answers/",
        C + "minutes/",
        C + "workshops/new/",
        *(C + "framework/" + path for path in ("", "library/", "compare/", "outcomes/1/", "indicators/1/")),
        C + "specification/",
        C + "attendance/",
        C + "claims/",
        C + "needs/",
        C + "needs/3/",
        C + "needs/sort/",
        C + "needs/file/",
        C + "gaps/",
        C + "terms/",
        *(C + path for path in ("start/", "meaning/", "policy/", "principles/", "shifts/", "departments/", "level/")),
        ROOM + "dates/",
        ROOM + "arrangements/",
        ROOM + "invitations/",
        C + "public-page/",
        C + "notice/",
        C.replace("cycles", "open"),
        C.replace("cycles", "open") + "notice/",
        *(C + "specification/" + path for path in ("sections/social-value/", "drafts/", "comments/", "withdrawn/", "compare/")),
        C.replace("cycles", "open") + "progress/",
        *(C + path for path in ("voices/", "voices/desk/", "progress/", "feedback-loop/")),
        *(C + path for path in (*DO_AND_REVIEW, "awards/new/", "commitments/new/", "awards/1/keys/", "monitoring/1/", "voices/poster/")),
        *(C + path for path in ("criteria/", "weighting/", "weighting/minimum/", "monitoring/", "influence/", "plan/")),
        *(C + "specification/" + path for path in ("check/", "clauses/1/", "sections/outcomes/")),
    ],
    "Ruth Calder": [ROOM, ROOM + "sort/", OLD, ROOM + "screen/", OLD + "screen/"],
    "YP2": [
        C,
        C + "tell/",
        C + "needs/add/",
        C + "assets/add/",
        C + "mine/words/",
        C + "priorities/",
        C + "stages/analyse/",
        *(C + path for path in ("start/", "meaning/", "policy/", "principles/", "shifts/", "level/")),
        ROOM,
        OLD,
        C + "mine/",
        C + "attendance/",
        ROOM + "dates/",
        ROOM + "invitation/",
        ROOM + "claim/",
        ROOM + "opinions/",
        OLD + "record/",
        C + "framework/",
        C + "specification/",
        C + "answers/",
        C + "people/",
        *(C + path for path in ("voices/", "feedback-loop/")),
        *(C + path for path in ("framework/outcomes/1/", "criteria/", "weighting/", "monitoring/", "influence/", "plan/")),
        *(C + path for path in DO_AND_REVIEW),
    ],
    "Bea Holt": [
        *(C + path for path in ("awards/", "promised/", "commitments/3/", "concerns/", "working-together/", "memoranda/1/", "returns/")),
        *(C + "awards/2/quarters/" + path for path in ("2/", "3/", "3/fill/", "3/file/")),
    ],
}


def check(page, address, size):
    answer = page.goto(address)
    assert answer.status in (200, 404), address
    look_over(page, size)


@pytest.mark.parametrize("size", ["small", "laptop"])
def test_public_pages(browse, size):
    page = browse(size)
    for address in PUBLIC:
        check(page, address, size)


@pytest.mark.parametrize("size", ["small", "laptop"])
@pytest.mark.parametrize("who", PEOPLE)
def test_pages_of(browse, who, size):
    page = browse(size, who)
    for address in PEOPLE[who]:
        check(page, address, size)
        if address.endswith("specification/"):
            page.get_by_role("link", name="Where it comes from").first.click()
            check(page, page.url, size)
            page.get_by_role("link", name="How far it went").first.click()
            check(page, page.url, size)
        if address == OLD:
            page.get_by_role("link", name="Comment or change").first.click()
            check(page, page.url, size)


def test_the_joining_page_and_its_errors(browse, server):
    for size in ("small", "laptop"):
        page = browse(size)
        address = f"/join/{server.demo()['code']}/"
        check(page, address, size)
        page.get_by_role("button", name="Join the workshop").click()
        expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
        look_over(page, size)
        expect(page.get_by_role("link", name="Your name")).to_be_visible()


def test_zoom_to_twice_the_size(browse):
    page = browse("laptop", "YP2")
    page.goto(ROOM)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_proposing_with_a_keyboard_alone(browse):
    page = browse("laptop", "YP1")
    page.goto(ROOM)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "idea-text":
            break
    page.keyboard.type("Said with the keyboard")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".tl-idea", has_text="Said with the keyboard")).to_have_count(1)


def test_a_screen_reader_hears_the_phase_and_not_every_push(browse, server):
    page, facilitator = browse("laptop", "YP5"), browse("laptop", "Ruth Calder")
    page.goto(ROOM)
    facilitator.goto(ROOM)
    expect(page.locator("#conn")).to_have_text("Live")
    go_to(facilitator, "Gather")
    expect(page.locator("#say")).to_contain_text("Now: Gather")
    go_to(facilitator, "Discuss")
    expect(page.locator("#say")).to_contain_text("Now: Discuss")
    assert page.locator("[aria-live=assertive]").count() == 0


def test_motion_is_still_for_those_who_ask(browse):
    page = browse("laptop", "YP2")
    page.goto(ROOM)
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert page.evaluate("[...document.querySelectorAll('*')].every((e) => getComputedStyle(e).animationName === 'none')")
