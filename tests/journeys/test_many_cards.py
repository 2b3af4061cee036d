"""Three hundred cards in a browser: placing them is linear, and a push every quarter of a second is not felt."""

import pytest
from playwright.sync_api import expect

from tests.served_room import make_room

pytestmark = pytest.mark.once

PUSH = """([n, from]) => {
  const room = document.querySelector("[id^=board-]").id.slice(6);
  const card = (i, words) => `<section class="tl-card tl-proposal" id="proposal-9${i}" data-into="board-${room}"><p class="tl-voice"><span class="tl-tag">Need</span> Citizens</p>
    <h3 class="tl-proposal__text">${words} ${i}</h3><ul class="tl-comments"><li>One</li><li>Two</li><li>Three</li></ul><p class="tl-proposal__foot"><a class="govuk-link" href="/x/${i}">Comment</a></p></section>`;
  window.__push = (html) => { const t = performance.now();
    document.body.dispatchEvent(new CustomEvent("htmx:wsBeforeMessage", { cancelable: true, detail: { message: html } }));
    const placed = performance.now() - t; document.body.offsetHeight; return [placed, performance.now() - t]; };
  window.__card = card;
  return window.__push(Array.from({ length: n }, (_, i) => card(from + i, "Proposal")).join("")); }"""
EVERY_QUARTER = """async () => { const times = []; let longest = 0, last = performance.now(), on = true;
  const frame = () => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; if (on) requestAnimationFrame(frame); }; requestAnimationFrame(frame);
  for (let i = 0; i < 20; i += 1) { times.push(window.__push(window.__card(i * 7, `Changed ${i}`))[1]); await new Promise((r) => setTimeout(r, 250)); }
  on = false; times.sort((a, b) => a - b); return [times[10], times[19], longest]; }"""


def test_three_hundred_cards(server, browse, capsys):
    room = make_room(server, 1)
    page = browse("laptop")
    page.context.add_cookies([{"name": f"seat-{room['cycle']}", "value": room["people"][0]["key"], "url": server.url}])
    page.goto(f"/w/{room['slug']}/")
    expect(page.locator("#conn")).to_have_text("Live")
    few, __ = page.evaluate(PUSH, [30, 1000])
    many, laid_out = page.evaluate(PUSH, [300, 2000])
    same, __ = page.evaluate(PUSH, [300, 2000])
    page.evaluate(PUSH, [1, 0])
    middle, slowest, longest = page.evaluate(EVERY_QUARTER)
    with capsys.disabled():
        print(
            f"\n30 cards placed in {few:.1f} ms, 300 in {many:.1f} ms ({laid_out:.0f} ms with layout), the same 300 again in {same:.1f} ms; "
            f"a push every 250 ms among 330 cards: median {middle:.1f} ms, slowest {slowest:.1f} ms, longest frame {longest:.0f} ms"
        )
    assert page.locator(".tl-proposal").count() >= 330
    assert many < 40 * max(few, 1), "placing grows faster than the cards"
    assert middle < 50
