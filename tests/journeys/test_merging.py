"""Sorting the board: by keyboard alone, by pointer, at the same time as somebody else, and with the hint while typing."""

import json
import uuid

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large

pytestmark = pytest.mark.once

SEED = """
import json, sys
from django.utils import timezone
from commissioning.models import Participant
from workshops import facilitating, proposing
from workshops.models import Workshop

w = Workshop.objects.filter(cycle__title__startswith="Young people", cycle__invented=True, parent=None, closed_at=None).first()
by = Participant.objects.filter(cycle=w.cycle, group="citizen", withdrawn_at=None).first()
lead = Participant.objects.filter(cycle=w.cycle, roles__code="lead").first()
plan = facilitating.WorkshopPlan("Sorting {tag}", "What belongs together?")
made = facilitating.convene(w.cycle, plan, by=lead, now=timezone.now())
ruth = Participant.objects.filter(cycle=w.cycle, roles__code="facilitator").first()
facilitating.move(made, seen="welcome", to="gather", by=ruth, now=timezone.now())
for n, text in enumerate({texts}):
    proposing.add_idea(made, kind="need", text=text, by=by, key="{tag}" + str(n), now=timezone.now())
print(json.dumps(made.slug))
"""
TEXTS = [
    "Buses must run later in the evening",
    "The buses should run later in the evenings",
    "A quiet room with books",
    "Help before a crisis",
]


@pytest.fixture
def sorting(server):
    """The address of a fresh workshop with four cards, two of which say the same."""
    script = SEED.replace("{tag}", uuid.uuid4().hex[:10]).replace("{texts}", json.dumps(TEXTS))
    slug = json.loads(server.manage("shell", "-v0", "-c", script).stdout.strip().splitlines()[-1])
    return f"/w/{slug}/"


def test_with_the_keyboard_alone_two_cards_are_merged_and_it_is_undone(browse, sorting):
    page = browse("laptop", "YP2")
    page.goto(sorting)
    link = page.get_by_role("link", name="Sort and merge cards")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sort and merge cards")).to_be_visible()
    look_over_small_and_large(page)
    for text in TEXTS[:2]:
        page.get_by_role("checkbox", name=text).focus()
        page.keyboard.press("Space")
    expect(page.get_by_label("What the one card says")).to_have_value(TEXTS[0])
    page.get_by_label("What the one card says").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Buses run until the last of us is home")
    merge = page.get_by_role("button", name="Merge these")
    merge.focus()
    page.keyboard.press("Enter")
    done = page.get_by_role("heading", name="2 cards are now one: “Buses run until the last of us is home”")
    expect(done).to_be_focused()
    expect(page.locator("#sorted")).to_contain_text("2 cards are now one")
    look_over_small_and_large(page)
    done.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo this")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="back on the board as they were")).to_be_focused()
    for text in TEXTS:
        expect(page.get_by_role("checkbox", name=text)).not_to_be_checked()


def test_the_merged_card_its_origins_and_an_objection_on_every_screen(browse, sorting):
    author, other, room = browse("small", "YP1"), browse("laptop", "YP2"), browse("laptop", "Ruth Calder")
    room.goto(sorting)
    expect(room.get_by_text("Live", exact=True)).to_be_visible()
    other.goto(sorting + "sort/")
    other.get_by_role("button", name="Tick these 2").click()
    other.get_by_role("button", name="Merge these").click()
    expect(other.get_by_role("heading", name="2 cards are now one")).to_be_visible()
    expect(room.get_by_text("Made from 2 cards")).to_be_visible()
    expect(room.locator(".tl-idea:visible")).to_have_count(2)
    other.get_by_role("link", name="See it with the cards it was made from").click()
    expect(other.get_by_role("heading", name="The 2 cards it was made from")).to_be_visible()
    look_over_small_and_large(other)
    author.goto(sorting)
    panel = author.locator("#panel-merged")
    expect(panel.get_by_text("What you supported was merged")).to_be_visible()
    panel.get_by_text("This does not say what I meant").first.click()
    panel.get_by_label("This does not say what I meant, because").fill("I meant the bus at ten")
    look_over_small_and_large(author)
    panel.get_by_role("button", name="Say so").click()
    expect(author.locator("#panel-merged").get_by_role("button", name="Take this back")).to_be_visible()
    expect(room.locator(".tl-made").get_by_text("I meant the bus at ten")).to_be_visible()
    answering = room.locator("#panel-objections")
    answering.get_by_label("Your answer, for everybody to read").fill("We add the hour")
    look_over_small_and_large(room)
    answering.get_by_role("button", name="Answer").click()
    expect(author.locator(".tl-made").get_by_text("We add the hour")).to_be_visible()


def test_a_pointer_drags_one_card_on_another(browse, sorting):
    page = browse("laptop", "YP2")
    page.goto(sorting + "sort/")
    cards = page.locator(".tl-sort__card")
    cards.nth(3).drag_to(cards.nth(2))
    expect(page.get_by_role("heading", name=f"2 cards are now one: “{TEXTS[2]}”")).to_be_visible()
    expect(page.locator(".tl-sort__card")).to_have_count(3)


def test_somebody_else_merges_meanwhile_and_ticks_and_words_stay(browse, sorting):
    slow, fast = browse("phone", "YP2"), browse("laptop", "YP6")
    slow.goto(sorting + "sort/")
    for text in TEXTS[:3]:
        slow.get_by_role("checkbox", name=text).check()
    slow.get_by_label("What the one card says").fill("Words I thought about for long")
    fast.goto(sorting + "sort/")
    fast.get_by_role("button", name="Tick these 2").click()
    fast.get_by_role("button", name="Merge these").click()
    expect(fast.get_by_role("heading", name="2 cards are now one")).to_be_visible()
    slow.get_by_role("button", name="Merge these").click()
    expect(slow.get_by_text("Somebody else was faster")).to_be_visible()
    expect(slow.get_by_label("What the one card says")).to_have_value("Words I thought about for long")
    expect(slow.locator("[name=cards]:checked")).to_have_count(3)
    expect(slow.get_by_text("Somebody merged this into")).to_have_count(2)
    look_over_small_and_large(slow)


def test_without_javascript_the_same_page_merges(browse, sorting):
    page = browse("phone", "YP2", java_script_enabled=False)
    page.goto(sorting + "sort/")
    for text in TEXTS[:2]:
        page.get_by_role("checkbox", name=text).check()
    page.get_by_role("button", name="Merge these").click()
    expect(page.get_by_text("check the new words")).to_be_visible()
    expect(page.get_by_label("What the one card says")).to_have_value(TEXTS[0])
    page.get_by_role("button", name="Merge these").click()
    expect(page.get_by_role("heading", name="2 cards are now one")).to_be_visible()


def test_the_hint_comes_while_typing_and_disturbs_nothing(browse, sorting):
    page = browse("phone", "YP2")
    page.goto(sorting)
    box = page.get_by_label("In your own words")
    box.press_sequentially("Buses run later in the evening", delay=10)
    expect(page.locator("#idea-similar")).to_contain_text("Is it the same as one of these?")
    expect(box).to_be_focused()
    expect(box).to_have_value("Buses run later in the evening")
    look_over_small_and_large(page)
    page.reload()
    expect(box).to_have_value("Buses run later in the evening"), "the draft is kept: asking is not sending"
