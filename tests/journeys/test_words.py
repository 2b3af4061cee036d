"""Two neighbours in two languages: one writes in Welsh, the other reads the card as Welsh, and both learn what a word means."""

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over, look_over_small_and_large

pytestmark = pytest.mark.once

WORDS = "Mae angen lle cynnes gyda’r nos"


def join_in_welsh(page, demo):
    page.goto("/")
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    page.get_by_label("Ymuno â gweithdy").fill(demo["code"])
    page.get_by_role("button", name="Ymuno", exact=True).click()
    expect(page.get_by_role("heading", name="Cyn i chi ymuno")).to_be_visible()
    look_over(page, "phone")
    page.get_by_label("Eich enw").fill("Nia")
    page.get_by_label("Yn defnyddio’r gwasanaeth").check()
    page.get_by_label("Rwy’n cytuno i gymryd rhan").check()
    page.get_by_role("button", name="Ymuno â’r gweithdy").click()
    expect(page.locator("#conn")).to_have_text("Yn fyw")


def explain(page, code, meaning):
    """Open a word with the keyboard: the note comes, the focus stays, Escape ends it, and the page is the same page."""
    word, note, where = page.locator(f"a.tl-term[href$='#{code}']:visible").first, page.locator("#meaning"), page.url
    word.focus()
    page.keyboard.press("Enter")
    expect(note).to_contain_text(meaning)
    expect(word).to_be_focused()
    box = note.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    look_over(page)
    page.keyboard.press("Escape")
    expect(note).to_be_empty()
    expect(word).to_be_focused()
    assert page.url == where


def test_two_neighbours_in_two_languages(server, browse):
    demo = server.demo()
    nia, neighbour = browse("phone", has_touch=True), browse("laptop", "YP2")
    neighbour.goto(f"/w/{demo['workshop']}/")
    expect(neighbour.locator("#conn")).to_have_text("Live")
    join_in_welsh(nia, demo)
    look_over_small_and_large(nia)
    nia.get_by_label("Yn eich geiriau eich hun").fill(WORDS)
    nia.get_by_role("button", name="Ei roi ar y bwrdd").click()
    card = neighbour.locator(".tl-idea", has_text=WORDS)
    expect(card.locator("p").first).to_have_attribute("lang", "cy")
    expect(card.locator(".tl-tag")).to_have_text("Need")
    own = nia.locator(".tl-idea", has_text=WORDS)
    expect(own.locator(".tl-tag")).to_have_text("Angen")
    explain(neighbour, "outcome", "A change in people’s lives")
    word = nia.locator("a.tl-term[href$='#outcome']:visible").first
    word.tap()
    expect(nia.locator("#meaning")).to_contain_text("Newid ym mywydau pobl")
    word.tap()
    expect(nia.locator("#meaning")).to_be_empty()
    look_over_small_and_large(neighbour)
    nia.reload()
    expect(nia.locator("html")).to_have_attribute("lang", "cy")


def test_half_written_words_survive_a_change_of_language(server, browse):
    page = browse("phone", "YP3")
    page.goto(f"/w/{server.demo()['workshop']}/")
    expect(page.locator("#conn")).to_have_text("Live")
    page.locator("#idea-text").press_sequentially("Half a thought")
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("#conn")).to_have_text("Yn fyw")
    expect(page.locator("#idea-text")).to_have_value("Half a thought")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#conn")).to_have_text("Live")


def test_without_javascript_the_switch_works_and_a_word_leads_to_the_glossary(server, browse):
    page = browse("phone", java_script_enabled=False)
    page.goto("/primer/")
    page.get_by_role("button", name="Cymraeg").click()
    assert page.url.endswith("/primer/")
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    page.get_by_role("button", name="English").click()
    page.locator("a.tl-term", has_text="indicator").first.click()
    assert page.url.endswith("/words/#indicator")
    expect(page.locator("#indicator dd").first).to_contain_text("A sign that shows")
    page.get_by_label("Find a word").fill("TSO")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#vso")).to_contain_text("Voluntary sector organisation (VSO)")


def test_the_pages_of_words_for_everyone(browse):
    for size in ("small", "laptop"):
        page = browse(size)
        for language in ("English", "Cymraeg"):
            for address in ("/words/", "/words/?q=VCSE", "/words/?q=zzzz", "/primer/", "/accessibility/"):
                page.goto(address)
                look_over(page, f"{size} {language}")
            page.get_by_role("button", name="Cymraeg").or_(page.get_by_role("button", name="English")).click()


def test_pages_fit_in_welsh_too(server, browse):
    page = browse("small", "Priya Nair")
    page.goto("/")
    page.get_by_role("button", name="Cymraeg").click()
    cycle = f"/cycles/{server.demo()['cycle']}/"
    for address in ("", "stages/plan/", "framework/", "specification/", "people/", "answers/", "minutes/", "workshops/new/"):
        page.goto(cycle + address)
        expect(page.locator("html")).to_have_attribute("lang", "cy")
        look_over(page, "small, Welsh")
