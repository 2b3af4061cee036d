"""Fixtures every test may use: people in a cycle, a workshop in any phase, a running server, a browser."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import expect, sync_playwright

from commissioning import convening, people
from commissioning.doorway import COOKIE
from commissioning.models import Authority, Membership, Participant, User
from config.celery import app
from outcomes import adopting
from tests import stack
from workshops import attending, facilitating, proposing, voting
from workshops.models import Workshop
from workshops.rules import Rule

_numbers = count(1)
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(config, items):
    for item in items:
        if "server" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("full") and not stack.FULL:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL and Valkey: run with THROUGHLINE_STACK=full"))


@pytest.fixture(scope="session", autouse=True)
def _static_files():
    call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def _english():
    """Django's test client leaves the language of its last page behind in this thread."""
    translation.deactivate()
    yield
    translation.deactivate()


@dataclass
class Town:
    """A cycle with people on all three sides, made through the acts."""

    authority: Authority
    cycle: object
    lead: Participant
    facilitator: Participant
    decider: Participant
    keys: dict[int, str] = field(default_factory=dict)
    now: object = field(default_factory=timezone.now)

    def key(self) -> str:
        return f"k{next(_numbers)}"

    def join(
        self,
        name="Ann",
        group="citizen",
        organisation="",
        interest="none",
        consents=("take_part", "words", "naming"),
        role="",
        invited=False,
    ):
        standing = {"citizen": "resident", "vso": "vso", "commissioner": "officer"}[group]
        who = people.Introduction(name, group, standing, interest, frozenset(consents), organisation)
        participant, key = people.take_part(self.cycle, who, now=self.now, invited=invited)
        self.keys[participant.pk] = key
        if role:
            people.give_role(participant, role, by=self.lead, now=self.now)
        return participant

    def workshop(self, *came, phase="gather", rule=None) -> Workshop:
        made = facilitating.convene(
            self.cycle,
            facilitating.WorkshopPlan(f"Room {next(_numbers)}", "What should change?", rule=rule or Rule.same_for_all(50, 0)),
            by=self.lead,
            now=self.now,
        )
        for participant in (self.facilitator, *came):
            attending.attend(made, participant, now=self.now)
        self.move(made, phase)
        return made

    def move(self, workshop, to):
        workshop.refresh_from_db()
        if workshop.phase != to:
            facilitating.move(workshop, seen=workshop.phase, to=to, by=self.facilitator, now=self.now)
            workshop.refresh_from_db()

    def propose(self, workshop, by, text="People feel safe.", kind="outcome", who_benefits="Everybody", indicator=True):
        was = workshop.phase
        self.move(workshop, "discuss")
        made = proposing.propose(workshop, proposing.Draft(kind, text, who_benefits), by=by, key=self.key(), now=self.now)
        if indicator and kind == "outcome":
            sign = proposing.Draft("indicator", f"A sign of: {text}", for_outcome=made.pk)
            proposing.propose(workshop, sign, by=by, key=self.key(), now=self.now)
        self.move(workshop, was)
        return made

    def ballot(self, workshop, proposal, percent=67, least=1):
        self.move(workshop, "vote")
        made = voting.open_ballot(proposal, Rule.same_for_all(percent, least), by=self.facilitator, now=self.now)
        made.workshop = workshop
        return made

    def vote(self, ballot, choice, *voters, reason=""):
        for voter in voters:
            voting.cast(ballot, choice=choice, reason=reason, by=voter, key=self.key(), now=self.now)

    def collected(self):
        """Every indicator of the framework gets somebody who collects it and hours, without which nothing is frozen (ME-08)."""
        for sign in adopting.uncollected_in(adopting.framework_of(self.cycle)):
            adopting.describe_indicator(sign, {"collector": "The provider", "hours": 2}, by=self.lead, now=self.now)

    def client(self, participant=None, user=None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        if participant is not None:
            client.cookies[f"{COOKIE}{participant.cycle_id}"] = self.keys[participant.pk]
        return client


def make_town(name: str) -> Town:
    authority = Authority.objects.create(name=name, slug=f"a{next(_numbers)}")
    lead_user = User.objects.create_user(f"lead{next(_numbers)}@example.org", "Lee Lead")
    Membership.objects.create(user=lead_user, authority=authority)
    plan = convening.CyclePlan(
        title=f"A better service in {name}",
        service="Help",
        areas=("Quay",),
        purpose="What should change?",
        level=4,
        payment_line="None, because it is short",
        scope=(("open", "What changes"),),
    )
    cycle = convening.open_cycle(plan, authority=authority, by=lead_user, now=timezone.now())
    lead = Participant.objects.get(cycle=cycle)
    town = Town(authority, cycle, lead, lead, lead)
    town.keys[lead.pk] = people.new_personal_key(lead)
    town.facilitator = town.join("Fay", "commissioner", role="facilitator")
    town.decider = town.join("Dee", "commissioner", role="decider")
    people.give_role(lead, "champion", by=lead, now=town.now)
    return town


@pytest.fixture
def town(db) -> Town:
    return make_town(f"Northtown {next(_numbers)}")


@pytest.fixture
def other_town(db) -> Town:
    return make_town(f"Southtown {next(_numbers)}")


@pytest.fixture
def posted(django_capture_on_commit_callbacks):
    """Does something and then what was to happen after its commit, in this process; returns the mails that went."""
    before = app.conf.task_always_eager
    app.conf.task_always_eager = True

    def do(work):
        had = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            work()
        return mail.outbox[had:]

    yield do
    app.conf.task_always_eager = before


@dataclass
class Room:
    """A workshop with two people on each side."""

    town: Town
    workshop: Workshop
    officers: list
    vsos: list
    citizens: list

    @property
    def everybody(self):
        return [*self.officers, *self.vsos, *self.citizens]


@pytest.fixture
def room(town) -> Room:
    officers = [town.join("Olu", "commissioner"), town.join("Ona", "commissioner")]
    vsos = [town.join("Val", "vso", "Harbour"), town.join("Vic", "vso", "Doorstep")]
    citizens = [town.join("Cat"), town.join("Cem")]
    return Room(town, town.workshop(*officers, *vsos, *citizens), officers, vsos, citizens)


# A running server


@dataclass
class Server:
    """The product as people reach it: one process embedded, two with a worker on the full stack."""

    urls: list[str]
    env: dict
    processes: list

    @property
    def url(self) -> str:
        return self.urls[0]

    def manage(self, *arguments: str, check=True) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=stack.ROOT, env=self.env, capture_output=True, text=True, check=check, timeout=300)

    def start_web(self, url: str):
        port = int(url.rsplit(":", 1)[1])
        process = stack.start([sys.executable, "-m", "config.serve"], log=f"web-{port}.log", env=self.env | {"PORT": str(port)})
        stack.wait_for_port(port, process, f"web-{port}.log")
        return process

    def restart_web(self, number=0) -> None:
        stack.stop(self.processes[number])
        self.processes[number] = self.start_web(self.urls[number])

    def demo(self) -> dict:
        """Where the demonstration is: the open workshop's code and address."""
        script = (
            "import json; from workshops.models import Workshop; w = Workshop.objects.get(cycle__invented=True, title='Help that families can find');"
            "print(json.dumps({'code': w.spoken_code, 'workshop': w.slug, 'cycle': w.cycle.slug}))"
        )
        return json.loads(self.manage("shell", "-v0", "-c", script).stdout.strip().splitlines()[-1])

    def workshop(self, *kinds: str) -> dict:
        """A fresh joint workshop in the demonstration's cycle, in its first part, or in the first of these kinds."""
        script = f"""
import json
from django.utils import timezone
from commissioning.models import Cycle, Participant
from workshops import agenda, facilitating, rules, running
cycle, now = Cycle.objects.get(invented=True, title__startswith="Young people"), timezone.now()
lead = Participant.objects.filter(cycle=cycle, roles__code="lead").first()
ruth = Participant.objects.filter(cycle=cycle, roles__code="facilitator").first()
plan = facilitating.WorkshopPlan("A room of its own", "What should change?", rule=rules.Rule.same_for_all(50, 0))
w = facilitating.convene(cycle, plan, by=lead, now=now)
kinds = {kinds!r}
if kinds:
    agenda.lay_out(w, [agenda.ActivityPlan(k) for k in kinds], by=ruth, now=now)
    running.go_to(w, running.next_up(w), seen=None, by=ruth, now=now)
print(json.dumps({{"code": w.spoken_code, "workshop": w.slug, "cycle": cycle.slug}}))
"""
        return json.loads(self.manage("shell", "-v0", "-c", script).stdout.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def server():
    env = os.environ | {"VAR_DIR": str(stack.PLACE / "served"), "DEMO": "1", "HEARTBEAT": "2", "LOG_LEVEL": "WARNING"}
    if stack.FULL:
        env["DATABASE_URL"] = f"{stack.POSTGRES}/served"
        env["REDIS_PREFIX"] = "served"
    urls = [f"http://127.0.0.1:{stack.free_port()}" for _ in range(2 if stack.FULL else 1)]
    running = Server(urls, env, [])
    running.manage("migrate", "-v0")
    running.manage("collectstatic", "--noinput", "-v0")
    if stack.FULL:
        running.worker = stack.start(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "-l", "warning"],
            log="celery.log",
            env=env,
        )
    running.manage("load_demo")
    running.processes = [running.start_web(url) for url in urls]
    for url in urls:
        with urllib.request.urlopen(url + "/health/") as answer:
            assert answer.status == 200
    yield running
    for process in running.processes:
        stack.stop(process)
    logs = "\n".join((stack.PLACE / f"web-{url.rsplit(':', 1)[1]}.log").read_text() for url in urls)
    assert "Traceback" not in logs, f"the server had a fault of its own:\n{logs[-3000:]}"


@pytest.fixture(scope="session")
def chromium():
    executable = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    assert executable, "The browser tests need the package chromium (apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, server):
    """Open a browser of a size, as a demo person or as nobody; every console error fails the test at its end."""
    contexts, complaints = [], []

    def open_page(size="laptop", who=None, url=None, **options):
        width, height = {"phone": (375, 700), "small": (320, 640), "laptop": (1280, 800), "wall": (1920, 1080)}[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=url or server.url, reduced_motion="reduce", **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" and not _expected(message.text) else None,
        )
        if who:
            page.goto("/demo/")
            page.get_by_role("button", name=f"Enter as {who}", exact=True).click()
            page.wait_for_url("**/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _expected(text: str) -> bool:
    """A refusal is an answer with a status of its own, and a lost network is lost on purpose: the browser logs both."""
    return any(
        sign in text
        for sign in (
            "409 (",
            "422 (",
            "404 (",
            "429 (",
            "202 (",
            "ERR_INTERNET_DISCONNECTED",
            "WebSocket connection to",
            "ERR_CONNECTION",
            "ERR_FAILED",
            "502 (",
            "503 (",
            "504 (",
            "htmx:sendAbort",
            "htmx:timeout",
            "Response Status Error Code 50",
            "htmx:sendError",
            "htmx:afterRequest",
            "[object Event]",
            "Response Status Error Code 4",
        )
    )


@pytest.fixture
def later(town):
    return lambda seconds: town.now + timedelta(seconds=seconds)
