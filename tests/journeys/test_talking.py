"""Talking things over on a phone: better words suggested and accepted, a photograph, a report and what comes of it."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over, look_over_small_and_large

pytestmark = pytest.mark.once

ROOM = "/w/help-that-families-can-find/"


def flipchart(path, size=(3000, 2000)):
    """A photograph as a phone makes one: large, turned, and saying where it was taken."""
    picture = Image.new("RGB", size, "#f7f4e8")
    ImageDraw.Draw(picture).text((200, 200), "One place to ask", fill="black", font_size=size[1] // 10)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    picture.save(path, exif=exif)
    return path


def test_better_words_are_suggested_accepted_and_shown(browse):
    author, reader = browse("phone", "YP4"), browse("phone", "YP5")
    author.goto(ROOM)
    author.get_by_label("Your proposal").fill("Families find help before things get bad.")
    author.get_by_role("button", name="Propose it").click()
    reader.goto(ROOM)
    reader.get_by_role("link", name=re.compile("Comment or change.*before things get bad")).click()
    look_over(reader)
    reader.get_by_label("The words you suggest").fill("Families find help nearby before things get bad.")
    reader.get_by_label("Why are they better?").fill("Far away is no help")
    reader.get_by_role("button", name="Send the suggestion").click()
    expect(reader.get_by_text("Waiting for an answer")).to_be_visible()
    expect(reader.locator("ins").first).to_contain_text("nearby")

    # The author's desk says so by itself, with what would change.
    offer = author.locator("[id^=panel-suggestion-]")
    expect(offer).to_be_visible()
    expect(offer.locator("ins")).to_have_text(re.compile("added:.*nearby.*end of change"))
    look_over(author)
    offer.get_by_role("button", name="Accept these words").click()
    expect(offer).to_have_count(0)
    expect(author.locator(".tl-proposal h3", has_text="find help nearby before")).to_be_visible()

    reader.reload()
    history = reader.locator(".tl-walk")
    expect(history.locator("ins")).to_contain_text("nearby")
    expect(reader.get_by_text("accepted these words")).to_be_visible()
    look_over_small_and_large(reader)
    reader.goto(ROOM)
    expect(reader.locator("#panel-told")).to_contain_text("Accepted")


def test_ps_06_a_professional_view_is_answered_and_both_stay(browse):
    author, officer = browse("phone", "YP6"), browse("laptop", "Tom Ellery")
    author.goto(ROOM)
    author.get_by_label("Your proposal").fill("Somebody answers the telephone at night.")
    author.get_by_role("button", name="Propose it").click()
    officer.goto(ROOM)
    officer.get_by_role("link", name=re.compile("Comment or change.*telephone at night")).click()
    officer.get_by_label("Professional view").check()
    officer.get_by_label("Your comment").fill("The night line needs two people, by law.")
    officer.get_by_role("button", name="Send", exact=True).click()
    expect(officer.get_by_text("Waiting for the proposer’s answer")).to_be_visible()
    author.get_by_role("link", name=re.compile("Answer it.*telephone")).click()
    author.get_by_label("Your answer").fill("Two people it is.")
    author.get_by_role("button", name="Send the answer").click()
    expect(author.get_by_text("Two people it is.", exact=True).first).to_be_visible()
    expect(author.get_by_text("Waiting for the proposer’s answer")).to_have_count(0)
    look_over(author)
    expect(author.get_by_text("needs two people, by law").last).to_be_visible()


def test_a_photograph_from_a_phone(browse, tmp_path):
    page, other = browse("phone", "YP3"), browse("laptop", "YP2")
    other.goto(ROOM)
    expect(other.locator("#conn")).to_have_text("Live")
    page.goto(ROOM)
    page.get_by_role("link", name="Put up a photograph of a flipchart").click()
    look_over_small_and_large(page)
    words = page.get_by_label("What does the picture show?")
    words.fill("One place to ask, written on a flipchart.")
    not_a_photo = tmp_path / "photo.jpg"
    not_a_photo.write_text("<html><script>alert(1)</script></html>")
    page.get_by_label("Or choose one you have").set_input_files(not_a_photo)
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.get_by_text("This is not a photograph we can read")).to_be_visible()
    expect(words).to_have_value("One place to ask, written on a flipchart.")
    look_over(page)
    too_large = tmp_path / "large.jpg"
    too_large.write_bytes(b"x" * (9 * 1024 * 1024))
    page.get_by_label("Or choose one you have").set_input_files(too_large)
    expect(page.get_by_text("This file is too large")).to_be_visible()
    page.get_by_label("Take one now").set_input_files(flipchart(tmp_path / "flip.jpg"))
    page.get_by_role("button", name="Put it on the board").click()
    page.wait_for_url(f"**{ROOM}*")
    for board in (page, other):
        card = board.locator(".tl-idea", has_text="One place to ask, written on a flipchart.").last
        card.scroll_into_view_if_needed()
        picture = card.locator("img")
        expect(picture).to_be_visible()
        board.wait_for_function("e => e.complete && e.naturalWidth > 0", arg=picture.element_handle())
        assert picture.evaluate("e => e.naturalHeight > e.naturalWidth"), "it stands upright"
    look_over(page)
    content = page.request.get(picture.get_attribute("src")).body()
    assert not Image.open(io.BytesIO(content)).getexif()
    page.goto(ROOM + "photo/")
    expect(page.get_by_label("What does the picture show?")).to_have_value("")


def test_reported_hidden_with_a_reason_and_its_author_is_told(browse):
    author, reporter, facilitator = browse("phone", "YP1"), browse("phone", "YP2"), browse("laptop", "Ruth Calder")
    facilitator.goto(ROOM)
    author.goto(ROOM)
    author.locator("#idea-text").fill("The Dale family always makes trouble.")
    author.get_by_role("button", name="Put it on the board").click()
    reporter.goto(ROOM)
    reporter.get_by_role("link", name=re.compile("Report.*The Dale family")).click()
    look_over_small_and_large(reporter)
    reporter.get_by_label("What is wrong with it?").fill("It names a family")
    reporter.get_by_role("button", name="Send the report").click()
    expect(reporter.get_by_text("Nobody else learns that you asked")).to_be_visible()

    expect(facilitator.locator("#panel-queue")).to_contain_text("thing waits for you")
    facilitator.get_by_role("link", name="Open the queue").click()
    look_over_small_and_large(facilitator)
    facilitator.get_by_role("link", name=re.compile("Look at it.*The Dale family")).click()
    expect(facilitator.get_by_text("It names a family")).to_be_visible()
    look_over_small_and_large(facilitator)
    facilitator.get_by_label("The reason. The person who said it reads this.").fill("We do not name families")
    facilitator.get_by_role("button", name="Do not show it").click()
    expect(facilitator.get_by_role("heading", name="Not shown")).to_be_visible()

    # It leaves the screens that show it, and both are told on their desks by themselves.
    expect(author.locator("#panel-told")).to_contain_text("We do not name families")
    expect(author.locator(".tl-idea", has_text="The Dale family")).to_have_count(0)
    expect(reporter.locator("#panel-told")).to_contain_text("What you reported: not shown.")
    expect(reporter.locator(".tl-idea", has_text="The Dale family")).to_have_count(0)
    look_over(author)


def test_one_tap_says_that_it_matters(browse):
    page, other = browse("phone", "YP2"), browse("phone", "YP1")
    other.goto(ROOM)
    page.goto(ROOM)
    card, link = page.locator(".tl-idea").first, page.locator(".tl-idea [data-matters]").first
    said = link.get_attribute("data-matters")
    link.click()
    expect(link).to_contain_text("Matters to you")
    expect(card).to_contain_text("It matters to 1 person")
    expect(other.locator(".tl-idea").first).to_contain_text("It matters to 1 person")
    expect(other.locator(".tl-idea [data-matters]").first).to_contain_text("This matters to me")
    assert page.url.endswith(ROOM), "no page was loaded"
    page.reload()
    expect(link).to_contain_text("Matters to you")
    look_over(page)
    link.click()
    expect(card).not_to_contain_text("It matters to")
    page.goto(f"{ROOM}matters/{said}/")
    look_over(page)


def test_without_a_script_everything_still_works(browse, tmp_path):
    page = browse("phone", "YP5", java_script_enabled=False)
    page.goto(ROOM)
    page.locator(".tl-proposal [data-matters]").first.click()
    page.get_by_role("button", name="This matters to me").click()
    page.wait_for_url(f"**{ROOM}")
    expect(page.locator("#panel-matters")).to_contain_text("You chose 1 thing")
    page.goto(ROOM + "photo/")
    page.get_by_label("Or choose one you have").set_input_files(flipchart(tmp_path / "p.jpg", (600, 400)))
    page.get_by_label("What does the picture show?").fill("Sent without a script")
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.locator(".tl-idea", has_text="Sent without a script").locator("img")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Comment or change")).first.click()
    page.get_by_label("Your comment").fill("It may cost £900")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("looks like a price")).to_be_visible()
    page.get_by_role("button", name="It may be read by all: send it").click()
    expect(page.get_by_text("It may cost £900").last).to_be_visible()
