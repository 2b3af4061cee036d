"""Join, propose, merge, vote and see the result: once with the keys alone, once with only what a screen reader is given."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.pressing import go_to

pytestmark = pytest.mark.once

SAID = ("A bus home after nine", "A late bus that takes us home")
TOGETHER = "A bus that takes us home at night"


class Keys:
    """Somebody who sees the page and touches nothing but the keys: Tab, the arrows, Space, Enter and letters."""

    def __init__(self, page):
        self.page = page

    def _reach(self, role, name):
        wanted = self.page.get_by_role(role, name=name).first
        expect(wanted).to_be_visible()
        for _ in range(250):
            if wanted.evaluate("e => e === document.activeElement"):
                return wanted
            same = wanted.evaluate("e => e.type === 'radio' && document.activeElement.name === e.name")
            self.page.keyboard.press("ArrowDown" if same else "Tab")
        raise AssertionError(f"Tab never comes to the {role} “{name}”")

    def press(self, role, name):
        self._reach(role, name)
        self.page.keyboard.press("Enter")

    def choose(self, role, name):
        box = self._reach(role, name)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def write(self, name, words):
        self._reach("textbox", name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def pick(self, name, first_letters):
        self._reach("combobox", name)
        self.page.keyboard.type(first_letters)

    def notices(self, role, name):
        expect(self.page.get_by_role(role, name=name).first).to_be_visible()

    def is_told(self, words):
        expect(self.page.get_by_role("status").filter(has_text=words).first).to_be_visible()


class Ears:
    """Somebody who has nothing but the accessibility tree: what has no role and no name there does not exist."""

    def __init__(self, page):
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def _find(self, role, name):
        until = time.monotonic() + 15
        while time.monotonic() < until:
            for node in self.cdp.send("Accessibility.getFullAXTree")["nodes"]:
                said = node.get("name", {}).get("value", "")
                if not node["ignored"] and node["role"]["value"] == role and re.search(name, said):
                    return node
            self.page.wait_for_timeout(150)
        raise AssertionError(f"a screen reader is never given the {role} “{name}”")

    def _on(self, role, name, does):
        """A push can put a new button in the place of the one just heard of, and nobody can press what is gone: look again."""
        for _ in range(20):
            node = self._find(role, name)
            thing = self.cdp.send("DOM.resolveNode", {"backendNodeId": node["backendDOMNodeId"]})["object"]["objectId"]
            act = f"function () {{ if (!this.isConnected) return false; {does}; return true }}"
            if self.cdp.send("Runtime.callFunctionOn", {"objectId": thing, "functionDeclaration": act})["result"]["value"]:
                return
        raise AssertionError(f"the {role} “{name}” never stays for long enough to be used")

    def press(self, role, name):
        self._on(role, name, "this.focus(); this.click()")

    def choose(self, role, name):
        self.press(role, name)
        told = {p["name"]: p["value"].get("value") for p in self._find(role, name)["properties"]}
        assert told["checked"] == "true", f"the {role} “{name}” does not say that it is chosen"

    def write(self, name, words):
        self._on("textbox", name, "this.focus(); this.select()")
        self.cdp.send("Input.insertText", {"text": words})

    def pick(self, name, first_letters):
        self._on("combobox", name, "this.focus()")
        self.page.keyboard.type(first_letters)

    def notices(self, role, name):
        self._find(role, name)

    def is_told(self, words):
        """The words are in a live region, which is read out without being looked for."""
        said = self._find("StaticText", words)
        nodes = {n["nodeId"]: n for n in self.cdp.send("Accessibility.getFullAXTree")["nodes"]}
        while said["role"].get("value") != "status":
            assert said.get("parentId") in nodes, f"“{words}” is on the page and is never read out"
            said = nodes[said["parentId"]]


@pytest.mark.parametrize("sense", [Keys, Ears])
def test_from_joining_to_the_result(browse, server, sense):
    made = server.workshop("gather", "merge", "vote", "agree")
    room = f"/w/{made['workshop']}/"
    facilitator = browse("laptop", "Ruth Calder")
    facilitator.goto(room)

    page = browse("laptop")
    page.goto(f"/join/{made['code']}/")
    one = sense(page)
    one.write(re.compile("Your name"), f"Sam {sense.__name__}")
    one.choose("radio", re.compile("Uses the service"))
    one.choose("checkbox", re.compile("I agree to take part"))
    one.press("button", "Join the workshop")
    one.notices("heading", "Propose something to agree")

    for text in SAID:
        one.pick("What kind", "Need")
        one.write("Your proposal", text)
        one.press("button", "Propose it")
        one.notices("heading", text)

    go_to(facilitator, "Group and merge")
    one.press("link", "Sort and merge cards")
    one.notices("heading", "Sort and merge cards")
    for text in SAID:
        one.choose("checkbox", text)
    one.write("What the one card says", TOGETHER)
    one.press("button", "Merge these")
    one.notices("heading", "2 cards are now one")

    page.goto(room)
    go_to(facilitator, "Vote")
    facilitator.get_by_role("button", name="Open the voting").click()
    one.choose("radio", re.compile("^Support$"))
    one.press("button", "Send my vote")
    one.is_told("It is kept. You can change it until voting closes.")
    expect(facilitator.get_by_role("button", name="Close and show the result")).to_be_visible()
    facilitator.get_by_role("button", name="Close and show the result").click()
    one.notices("heading", "Result of round 1")
    one.notices("heading", TOGETHER)
