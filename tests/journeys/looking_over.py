"""One look at a page for everybody: axe, its width, its one main heading, and no inside name shown to people."""

import re

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
INSIDE = r"\bNone\b(?! of these| set)|not_started|potential_bidder|too_few|Sentence\(|\d{4}-\d\d-\d\d|\bFalse\b"

TOO_WIDE = """[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(e => `${e.tagName}.${e.className}#${e.id}`).slice(0, 6).join(", ")"""


def look_over(page, size="") -> None:
    where = f"{page.url} {size}"
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, f"{where}: " + "; ".join(f"{v['id']}: {v['help']} @ {[n['target'] for n in v['nodes']][:3]}" for v in found)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{where} scrolls sideways by {wide} pixels: {page.evaluate(TOO_WIDE)}"
    assert page.evaluate("document.querySelectorAll('h1').length") == 1, where
    assert not re.search(INSIDE, page.evaluate("document.querySelector('main').innerText")), where


def look_over_small_and_large(page) -> None:
    """The same at 320 pixels and at the page's own size."""
    own = page.viewport_size
    look_over(page, "large")
    page.set_viewport_size({"width": 320, "height": 640})
    look_over(page, "small")
    page.set_viewport_size(own)
