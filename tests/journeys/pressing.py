"""Going through the agenda as a facilitator does: the big button when it leads there, else the list of every part."""

import re

from playwright.sync_api import expect


def go_to(facilitator, title) -> None:
    """Bring the room to a part of its agenda."""
    panel = facilitator.locator("#panel-move")
    expect(panel.get_by_role("heading", name=re.compile("^Now: "))).to_be_visible()
    onward = panel.get_by_role("button", name=re.compile(f"^Go on to: {title} "))
    if onward.count():
        onward.click()
    else:
        if not panel.get_by_label("The big screen shows").is_visible():
            panel.get_by_text("Everything else").click()
        panel.get_by_role("button", name=title, exact=True).first.click()
    expect(facilitator.get_by_role("heading", name=f"Now: {title}")).to_be_visible()
