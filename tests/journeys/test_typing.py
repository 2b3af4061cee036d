"""Nothing typed is ever overwritten: random hands in every live form, random changes from everybody else, in every phase.

The forms are found on the page, so a form somebody adds tomorrow is tried as well. TYPING_SEED has a bad run again.
"""

import os
import random
import re
import threading
import time

import httpx
import pytest
from playwright.sync_api import expect

from tests.served_room import make_room

pytestmark = pytest.mark.once

SEED = int(os.environ.get("TYPING_SEED", "0")) or random.randrange(1, 10**6)
ROUNDS = int(os.environ.get("TYPING_ROUNDS", "3"))  # bursts of changes in each phase
CSRF = "t" * 32
LETTERS = "abc xyz ÄÉß ш 语 , . ! "

FIND = """() => {
  document.querySelectorAll("main details").forEach((d) => { d.open = true; });
  const forms = [...document.querySelectorAll("#desk form, #proposal-page form")];
  window.__fields = forms.flatMap((form) => [...form.elements].filter((f) => f.matches("input:not([type=hidden]),textarea,select") && !f.disabled)
    .map((f) => (f.dataset.form = form.getAttribute("action").replace(/\\d+/g, "N") + " " + (form.dataset.draft || "").replace(/\\d+/g, "N"), f)));
  return window.__fields.map((f) => ({ form: f.dataset.form, name: f.name, kind: f.tagName === "INPUT" ? f.type : f.tagName.toLowerCase(),
    longest: f.maxLength > 0 ? f.maxLength : 2000, options: f.options ? [...f.options].map((o) => o.value) : [] })); }"""
STATE = """(n) => { const f = window.__fields[n]; return { there: f.isConnected, seen: f.checkVisibility(),
  value: f.value, checked: !!f.checked, focused: document.activeElement === f }; }"""
CARET = "(n) => [window.__fields[n].selectionStart, window.__fields[n].selectionEnd]"
CHECKS = """() => window.__fields.map((f) => !!f.checked)"""


class Writer:
    """One page with somebody's hands in all its forms; knows what must be where."""

    def __init__(self, page, who, chance):
        self.page, self.who, self.random = page, who, chance
        self.fields, self.expected, self.at, self.caret = [], {}, None, None

    def open(self, address):
        self.page.goto(address)
        self.page.evaluate("localStorage.clear()")
        self.page.goto(address)
        expect(self.page.locator("#conn")).to_have_text("Live")
        self.fields, self.expected, self.at = self.page.evaluate(FIND), {}, None

    def fill_everything(self):
        """Something in every field of every form."""
        for n, field in enumerate(self.fields):
            if field["kind"] in ("text", "textarea"):
                self._focus(n)
                self.type(4)
            elif field["kind"] == "select":
                self._handle(n).select_option(self.random.choice(field["options"]))
            elif field["kind"] == "number":
                self._handle(n).fill(str(self.random.randrange(5, 40)))
            elif field["kind"] == "email":
                self._handle(n).fill("somebody@example.org")
            elif field["kind"] == "date":
                self._handle(n).fill("2031-05-06")
            elif field["kind"] in ("radio", "checkbox"):
                if self.random.random() < 0.6:
                    self._handle(n).click()
            else:
                raise AssertionError(f"a kind of field this test cannot use yet: {field}")
        for n in range(len(self.fields)):
            now = self.page.evaluate(STATE, n)
            self.expected[n] = (now["value"], now["checked"])
        texts = [n for n, f in enumerate(self.fields) if f["kind"] in ("text", "textarea")]
        if texts:
            self._focus(self.random.choice(texts))
        elif self.fields:
            self.page.evaluate("(n) => window.__fields[n].focus()", 0)

    def _handle(self, n):
        return self.page.evaluate_handle("(n) => window.__fields[n]", n).as_element()

    def _focus(self, n):
        """Put the caret somewhere in a text field."""
        value = self.page.evaluate("(n) => { const f = window.__fields[n]; f.focus(); return f.value; }", n)
        at = self.random.randrange(len(value) + 1)
        self.page.evaluate("([n, a]) => window.__fields[n].setSelectionRange(a, a)", [n, at])
        self.at, self.caret, self.expected[n] = n, at, (value, False)

    def type(self, keys):
        """Press some keys where the caret is; what must come of it is known."""
        if self.at is None:
            return
        value, __ = self.expected[self.at]
        words = "".join(self.random.choice(LETTERS) for _ in range(keys))[: max(0, self.fields[self.at]["longest"] - len(value) - 5)]
        self.page.keyboard.type(words, delay=15)
        self.expected[self.at] = (value[: self.caret] + words + value[self.caret :], False)
        self.caret += len(words)

    def look(self, when):
        for n, (value, checked) in self.expected.items():
            now, field = self.page.evaluate(STATE, n), self.fields[n]
            about = (f"seed {SEED}", self.who, when, field["form"], field["name"])
            assert now["there"], (*about, "the field is gone")
            assert now["seen"], (*about, "the field cannot be seen")
            assert now["value"] == value, (*about, value, now["value"])
            assert now["checked"] == checked, (*about, checked)
        if self.at is not None:
            assert self.page.evaluate(STATE, self.at)["focused"], (f"seed {SEED}", self.who, when, "the focus went away")
            assert self.page.evaluate(CARET, self.at) == [self.caret, self.caret], (f"seed {SEED}", self.who, when, "the caret moved")


class Others:
    """Everybody else, through the server."""

    def __init__(self, server, room, chance):
        self.at, self.random, self.phase, self.n = f"/w/{room['slug']}", chance, "gather", 0
        self.people = [self._client(server, room, who) for who in room["people"]]
        self.facilitator = self._client(server, room, room["facilitator"])
        self.proposals, self.log = [], []

    @staticmethod
    def _client(server, room, who):
        cookies = {"csrftoken": CSRF, f"seat-{room['cycle']}": who["key"]}
        return httpx.Client(base_url=server.url, cookies=cookies, timeout=20, headers={"HX-Request": "true"}, follow_redirects=True)

    def post(self, client, path, **data):
        self.n += 1
        answer = client.post(self.at + path, data={"csrfmiddlewaretoken": CSRF, "key": f"t{self.n}-{SEED}"} | data)
        assert answer.status_code < 500, (path, answer.status_code)
        self.log.append((path, answer.status_code))
        return answer.text

    def move(self, to):
        self.post(self.facilitator, "/phase/", seen=self.phase, to=to)
        self.phase = to

    def propose(self, n=1):
        for _ in range(n):
            client = self.random.choice(self.people)
            self.post(client, "/proposals/", kind="need", text=f"Need {self.n} {self.random.random()}", who_benefits="All")
        page = self.facilitator.get(f"{self.at}/live/").text
        self.proposals = [int(n) for n in re.findall(r'id="proposal-(\d+)"', page)]

    def open_ballots(self):
        desk = self.facilitator.get(f"{self.at}/desk/").text
        can = re.findall(r'name="proposals" value="(\d+)" id="tv-\d+"(?! disabled)', desk)
        rule = {f"{kind}_{code}": n for code in ("commissioner", "vso", "citizen") for kind, n in (("percent", 67), ("least", 0))}
        self.post(self.facilitator, "/ballots/", proposals=can[:2], **rule)

    def one_change(self):
        desk = self.facilitator.get(f"{self.at}/desk/").text
        ballots = re.findall(r"/ballots/(\d+)/close/", desk)
        records = re.findall(r"/proposals/(\d+)/agreement/", desk)
        person = self.random.choice(self.people)
        do = {
            "idea": lambda: self.post(person, "/ideas/", kind="need", text=f"Idea {self.n}"),
            "comment": lambda: self.post(person, f"/proposals/{self.random.choice(self.proposals)}/comments/", text=f"Comment {self.n}"),
            "propose": self.propose,
            "action": lambda: self.post(
                self.facilitator, "/actions/", text=f"Action {self.n}", side="both", owner="Val", due="2031-01-01", how_we_know="Told"
            ),
        }
        if ballots:
            do |= {
                "vote": lambda: self.post(person, f"/ballots/{ballots[0]}/vote/", choice="support"),
                "close": lambda: self.post(self.facilitator, f"/ballots/{ballots[0]}/close/"),
            }
        elif self.phase == "vote":
            do |= {"open": self.open_ballots}
        if records:
            do |= {"record": lambda: self.post(self.facilitator, f"/proposals/{records[0]}/agreement/", state="deferred", reason="Later")}
        do[self.random.choice(list(do))]()


def settled(writers, others):
    """Wait until every page has what was changed, and has had time to fetch its desk."""
    newest = re.search(r'id="pulse" data-revision="(\d+)"', others.facilitator.get(f"{others.at}/live/").text).group(1)
    for writer in writers:
        until = time.monotonic() + 15
        while writer.page.evaluate("Number(document.getElementById('pulse').dataset.revision)") < int(newest):
            assert time.monotonic() < until, (f"seed {SEED}", writer.who, "the change never came")
            time.sleep(0.05)
    time.sleep(1.0)


def at_once(writers, work):
    """Others change things while everybody types on."""
    failed = []

    def run():
        try:
            work()
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    while True:
        for writer in writers:
            writer.type(writer.random.randrange(1, 7))
        if not thread.is_alive():
            break
    thread.join()
    assert not failed, failed


@pytest.fixture
def hands(server, browse):
    room, chance = make_room(server, 4, 2), random.Random(SEED)
    others = Others(server, room, chance)
    others.propose(2)

    def writer(name, who):
        page = browse("laptop")
        page.context.add_cookies([{"name": f"seat-{room['cycle']}", "value": who["key"], "url": server.url}])
        return Writer(page, name, random.Random(chance.random()))

    proposer = room["people"][0]
    mine = Others._client(server, room, proposer)
    others.post(mine, "/proposals/", kind="need", text="What the writer proposed", who_benefits="All")
    others.propose(0)
    pages = [writer("citizen", room["people"][1]), writer("facilitator", room["facilitator"]), writer("proposer", proposer)]
    others.people = others.people[2:]  # nobody acts for those who write
    addresses = [others.at + "/", others.at + "/", f"{others.at}/proposals/{others.proposals[-1]}/"]
    return others, pages, addresses


def test_what_is_typed_stays_whatever_the_others_do(hands):
    others, writers, addresses = hands
    print(f"typing seed {SEED}")
    found = set()
    for phase, then in (("gather", "discuss"), ("discuss", "vote"), ("vote", "agree"), ("agree", "discuss")):
        if phase == "vote":
            others.open_ballots()
        for writer, address in zip(writers, addresses, strict=True):
            writer.open(address)
            writer.fill_everything()
            found |= {(field["form"], field["name"]) for field in writer.fields}
        for n in range(ROUNDS):
            at_once(writers, others.one_change)
            settled(writers, others)
            for writer in writers:
                writer.look(f"{phase}, change {n}: {others.log[-1]}")
        at_once(writers, lambda then=then: others.move(then))
        settled(writers, others)
        for writer in writers:
            writer.look(f"{phase}, then {then}")
    forms = {form for form, __ in found}
    for known in (
        "/ideas/",
        "/proposals/ ",
        "/comments/",
        "/words/",
        "/ballots/N/vote/",
        "/ballots/ ",
        "/actions/",
        "/agreement/",
    ):
        assert any(known in form for form in forms), (known, forms)
