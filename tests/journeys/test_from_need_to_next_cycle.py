"""The whole thread through the screens: a need, a room, a contract, four quarters, a review, the next cycle, and who hears what of it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.looking_over import look_over_small_and_large
from tests.journeys.pressing import go_to

pytestmark = pytest.mark.once

NOWHERE, BUS = "After seven there is nowhere that is safe.", "A later evening bus would bring them home."
SAFE, WORK = "Young people feel safe near home in the evening.", "Every young person finds paid work here."
ASKED = "Local people find a paid way into work."
PROMISE = "Six paid places for local people by month 18."
FOUND = "Young people who want to work still wait for a place."
PASSED_ON = "A bus is part of the transport contract. We passed it to the transport team today."
TEMPLATE = "It sounds like a template."
PROVIDER = "Harbour Youth Trust"


@dataclass
class Told:
    """The cycle as it is told: where it is, and the browsers of its people."""

    cycle: str
    room: str = ""
    pages: dict[str, Page] = field(default_factory=dict)

    def __getitem__(self, who) -> Page:
        return self.pages[who]


def write(page, **fields):
    """Fill fields by their names."""
    for name, words in fields.items():
        page.locator(f"[name={name}]:visible").first.fill(words)


def unfold(page, words):
    """Open what is folded away under these words, unless it is open."""
    folded = page.locator("details", has=page.locator("summary", has_text=words)).first
    if folded.get_attribute("open") is None:
        folded.locator("summary").first.click()
    return folded


def press(page, name):
    """Press a button, and see that nothing was refused."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)


def open_the_cycle(browse) -> Told:
    lead = browse("laptop", "Priya Nair")
    lead.goto("/cycles/new/")
    for label, words in (
        ("Title", "Nights in Quay ward"),
        ("Which service", "Evening places"),
        ("Which areas", "Quay ward"),
        ("what this is about", "Nowhere to go at night."),
        ("payment for taking part", "£15 an hour"),
        ("person to contact", "Eastmere CVS"),
    ):
        lead.get_by_label(label, exact=False).first.fill(words)
    press(lead, "Open the cycle")
    expect(lead.get_by_role("heading", name="Nights in Quay ward", level=1)).to_be_visible()
    told = Told(lead.url, pages={"lead": lead})
    lead.goto(told.cycle + "people/")
    for name, role in (("Ruth Calder", "facilitator"), ("Ines Okafor", "decider"), ("Cho Park", "champion")):
        write(lead, name=name, email=f"{name.lower().replace(' ', '.')}@eastmere.example")
        lead.locator("[name=role]").select_option(role)
        press(lead, "Bring them in")
        expect(lead.get_by_text(f"{name} is in.")).to_be_visible()
    lead.goto(told.cycle + "needs/add/")
    write(lead, statement="After seven there is nowhere safe to go.", who="Young people", where="Quay ward")
    lead.get_by_label("Lived experience").check()
    write(lead, source="The young people’s panel", says="Six of eight go home at seven.")
    press(lead, "Put it on the list")
    look_over_small_and_large(lead)
    lead.goto(told.cycle)
    unfold(lead, "Add a line")
    lead.get_by_label("What", exact=True).fill("The opening hours")
    press(lead, "Add")
    return told


def convene_a_room(told, browse):
    lead = told["lead"]
    lead.goto(told.cycle + "workshops/new/")
    write(lead, title="An evening on nights")
    lead.get_by_label("Set the parts yourself, below.").check()
    unfold(lead, "The parts of the rule")
    write(lead, least_commissioner="1", least_vso="1", least_citizen="1")
    press(lead, "Convene it")
    expect(lead.get_by_role("heading", name="An evening on nights")).to_be_visible()
    told.room = lead.url
    ruth = told.pages["ruth"] = browse("laptop", "Ruth Calder")
    ruth.goto(told.room)
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", ruth.locator("main").inner_text()).group(0)
    go_to(ruth, "Gather")
    told.pages["young"] = join(browse("phone"), code, "Noor", "Uses the service")
    told.pages["parent"] = join(browse("phone"), code, "Pat", "Parent or carer")
    told.pages["provider"] = join(browse("laptop"), code, "Jo", "Works or volunteers in a VSO", PROVIDER)
    told.pages["cvs"] = join(browse("laptop"), code, "Gwen", "Works or volunteers in a VSO", "Eastmere CVS")


def join(page, code, name, standing, organisation=""):
    page.goto(f"/join/{code}/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label(standing).check()
    if organisation:
        page.get_by_label("Your organisation").fill(organisation)
        page.get_by_label("You may show my name").check()
    if organisation == PROVIDER:
        page.get_by_label("May bid for this service").check()
    page.get_by_label("I agree to take part").check()
    page.get_by_role("button", name="Join the workshop").click()
    expect(page.get_by_text("Say something")).to_be_visible()
    return page


def say(page, words):
    page.locator("#idea-text").fill(words)
    page.get_by_role("button", name="Put it on the board").click()
    expect(page.locator("#idea-text")).to_have_value("")


def propose(page, text, kind="outcome", outcome="", builds_on=False):
    panel = page.locator("#panel-propose")
    panel.get_by_label("What kind").select_option(kind)
    panel.get_by_label("Your proposal").fill(text)
    panel.get_by_label("Who benefits").fill("Every family in the ward")
    if builds_on:
        unfold(page, "Which words does it build on?")
        panel.locator("[name=sources]").first.check()
    if outcome:
        panel.get_by_label("of which outcome").select_option(label=outcome)
    panel.get_by_role("button", name="Propose it").click()
    expect(page.locator("#propose-text")).to_have_value("")


def vote(page, *choices):
    for number, (choice, why) in enumerate(choices):
        ballot = page.locator("section[id^=vote-]").nth(number)
        ballot.get_by_label(choice, exact=True).check()
        if why:
            ballot.get_by_text("Say why").click()
            ballot.get_by_label("Your reason").fill(why)
        ballot.get_by_role("button", name="Send my vote").click()
        expect(ballot.get_by_text(re.compile("It is kept|Your vote:|The one vote of")).first).to_be_visible()


def agree_on_one_thing_of_two(told):
    """What people said becomes an outcome that all groups stand behind; paid work stays contested."""
    ruth, young, provider = told["ruth"], told["young"], told["provider"]
    say(young, NOWHERE)
    say(told["parent"], BUS)
    propose(young, SAFE, builds_on=True)
    expect(provider.get_by_role("heading", name=SAFE)).to_be_visible()
    provider.reload()
    propose(provider, "People say they feel safe", "indicator", outcome=SAFE)
    propose(told["cvs"], WORK)
    go_to(ruth, "Discuss")
    go_to(ruth, "Vote")
    ruth.locator("#panel-open").get_by_role("button", name="Open the voting").click()
    told["lead"].goto(told.room)
    yes, no = ("Support", ""), ("Cannot support", TEMPLATE)
    for who, second in (("young", no), ("parent", no), ("provider", no), ("cvs", yes), ("lead", yes)):
        expect(told[who].locator("section[id^=vote-]")).to_have_count(2)
        vote(told[who], yes, second)
    go_to(ruth, "Agree")
    record = ruth.locator("section[id^=panel-record-]")
    for left in (1, 0):
        record.first.get_by_role("button", name="Record it").click()
        expect(record).to_have_count(left)
    expect(young.get_by_text("Contested", exact=True)).to_be_visible()
    ruth.get_by_label("No actions, because").fill("The answers come with the specification")
    ruth.get_by_role("button", name="Close the workshop").click()
    expect(young.locator("[aria-current=step]")).to_have_text("Close")


def answer_and_describe(told, browse):
    """The authority adopts it; the lead says how it is measured."""
    ines, lead = told.pages.setdefault("ines", browse("laptop", "Ines Okafor")), told["lead"]
    ines.goto(told.cycle + "framework/")
    ines.get_by_role("link", name=re.compile(f"Answer it.*{SAFE}")).click()
    ines.get_by_label("Adopted", exact=True).check()
    for label, words in (
        ("Why, in plain words", "The room agreed and we can pay for it."),
        ("Who decides, by role", "Portfolio member"),
        ("Theme in the framework", "Somewhere to be"),
        ("For whom", "Young people"),
    ):
        ines.get_by_label(label).fill(words)
    press(ines, "Give this answer")
    lead.goto(told.cycle + "framework/")
    lead.get_by_role("link", name=re.compile("How it is collected")).first.click()
    lead.locator("[name=form]").select_option("scale")
    lead.locator("[name=direction]").select_option(label="More is better")
    write(lead, collector="Young people", hours="2", baseline="2", aim="4", scale_from="1", scale_to="5")
    look_over_small_and_large(lead)
    press(lead, "Save")


def ask_and_weigh(told):
    """The contested work becomes a criterion with its share, decided with a reason; the plan says what it costs in hours."""
    lead, ines = told["lead"], told["ines"]
    lead.goto(told.cycle + "awards/")
    write(lead, title="Nights", about="Four evenings a week.")
    press(lead, "Keep the name")
    lead.goto(told.cycle + "criteria/")
    write(lead, question=ASKED, how_question="How will you design paid places with young people?", good="Six places they helped to shape.")
    lead.locator("[name=outcome]").select_option(index=1)
    lead.locator("[name=need]").select_option(index=1)
    write(lead, share="12", first_return="1")
    press(lead, "Keep the criterion")
    lead.goto(told.cycle + "weighting/")
    write(lead, social_value="12", price="38", quality="50", reason="The room asked for more than last time.")
    press(lead, "Put this version down")
    ines.goto(told.cycle + "weighting/")
    adopt = ines.locator("form", has=ines.locator("[name=decider_role]"))
    if not adopt.locator("[name=decider_role]").is_visible():
        unfold(ines, "Adopt")
    adopt.locator("[name=reason]").fill("It needs a measure that costs hours.")
    adopt.locator("[name=decider_role]").fill("Portfolio member")
    adopt.locator("[name=outcomes]").first.check()
    adopt.locator("button[type=submit]").click()
    expect(ines.get_by_text("It needs a measure that costs hours.").first).to_be_visible()
    look_over_small_and_large(ines)


def plan_the_monitoring(told):
    lead = told["lead"]
    lead.goto(told.cycle + "monitoring/")
    press(lead, "Take all indicators into the plan")
    added = unfold(lead, "Add a measure")
    added.locator("[name=criterion]").select_option(index=1)
    added.locator("[name=form]").select_option("count")
    added.locator("[name=direction]").select_option(label="More is better")
    for name, words in (
        ("text", "Paid places that are taken up"),
        ("owner", "The provider"),
        ("hours", "1"),
        ("paid_by", "The price of the contract"),
        ("baseline", "0"),
        ("target", "6"),
        ("unit", "places"),
    ):
        added.locator(f"[name={name}]").fill(words)
    added.locator("button[type=submit]").click()
    expect(lead.get_by_text("M2 is in the plan.")).to_be_visible()
    ceiling = unfold(lead, "Say how many hours were agreed")
    ceiling.locator("[name=hours]").fill("4")
    ceiling.locator("[name=agreed_by]").fill("The joint workshop")
    press(lead, "Keep these hours")
    look_over_small_and_large(lead)


def sign_off_and_answer(told):
    lead = told["lead"]
    lead.goto(told.cycle + "specification/")
    press(lead, re.compile("^Draft clauses"))
    lead.goto(told.cycle + "framework/")
    press(lead, "Freeze the framework")
    lead.goto(told.cycle + "specification/")
    lead.get_by_role("link", name="Edit 1.1").click()
    lead.get_by_label("Words of the clause").fill("The provider will keep a door open four evenings a week.")
    press(lead, "Save the clause")
    lead.goto(told.cycle + "specification/")
    press(lead, "Sign off and freeze")
    expect(lead.get_by_text("signed off as version 1")).to_be_visible()
    for words, status, why in ((NOWHERE, "used", "It is why the doors open in the evening."), (BUS, "not_used", PASSED_ON)):
        lead.goto(told.cycle + "answers/")
        lead.get_by_label(re.compile(words)).first.check()
        lead.locator(f"[name=status][value={status}]").check()
        lead.get_by_label("Why, in plain words").fill(why)
        press(lead, "Answer")


def award_it(told):
    """Procurement starts today; the contract is put on record as one that began 13 months ago, so that four quarters are over."""
    lead, today = told["lead"], timezone.localdate()
    lead.goto(told.cycle + "duties/")
    lead.get_by_label("Services", exact=True).check()
    write(lead, value="60000")
    press(lead, "Save")
    lead.goto(told.cycle + "gate/")
    lead.get_by_label("On which day does procurement start?").fill(today.isoformat())
    press(lead, "Set the day and end open talk")
    expect(lead.get_by_text("The day is set.")).to_be_visible()
    lead.goto(told.cycle + "awards/new/")
    began = (today.replace(day=1) - timedelta(days=380)).replace(day=1)
    lead.locator("[name=lot]").select_option(index=1)
    lead.locator("[name=provider]").select_option(label=PROVIDER)
    write(lead, starts=began.isoformat(), ends=(began + timedelta(days=1090)).isoformat(), why="They knew what keeps a door open.")
    look_over_small_and_large(lead)
    press(lead, "Put it on record")
    lead.goto(told.cycle + "commitments/new/")
    lead.locator("[name=award]").select_option(index=1)
    lead.locator("[name=criterion]").select_option(index=1)
    write(lead, promise=PROMISE, owner="Manager")
    lead.get_by_label("Paid places that are taken up").check()
    press(lead, "Make it a commitment")
    expect(lead.get_by_text("It is a commitment now.")).to_be_visible()
    look_over_small_and_large(lead)


def return_a_quarter(told, quarter, safe, places):
    page = told["provider"]
    page.goto(told.cycle + "returns/")
    page.get_by_role("link", name=re.compile(f"Fill in quarter {quarter}")).click()
    page.locator("[id$='-value']").nth(0).fill(safe)
    page.locator("[id$='-value']").nth(1).fill(places)
    page.locator("#hours").fill("3")
    press(page, "Send the return")
    expect(page.get_by_text(re.compile("Version 1, sent on"))).to_be_visible()


def show_what_came(told):
    """Three returns come. A citizen sees on a phone that one did not, until it comes late."""
    for quarter, safe, places in ((1, "2.5", "0"), (2, "3", "1"), (4, "4", "3")):
        return_a_quarter(told, quarter, safe, places)
    last, young = told["provider"].url, told["young"]
    young.goto(told.cycle + "promised/")
    expect(young.get_by_text(PROMISE).first).to_be_visible()
    expect(young.get_by_text(re.compile("Did not come: 1"))).to_be_visible()
    expect(young.get_by_text("No return").locator("visible=true").first).to_be_visible()
    look_over_small_and_large(young)
    return_a_quarter(told, 3, "3.5", "2")
    young.reload()
    expect(young.locator("main")).not_to_contain_text("Did not come: 1")
    lead = told["lead"]
    lead.goto(last)
    press(lead, "Keep the review")
    expect(lead.get_by_text(re.compile("Reviewed on"))).to_be_visible()
    look_over_small_and_large(lead)


def review_it(told):
    """The yearly review has its meeting; a finding is agreed by each group that came and goes forward."""
    lead = told["lead"]
    lead.goto(told.cycle + "reviews/")
    lead.get_by_role("link", name=re.compile("up to quarter 4")).click()
    review = lead.url
    press(lead, "Convene the meeting")
    meeting = lead.get_by_role("link", name="Review up to quarter 4").first.get_attribute("href")
    for who in ("young", "cvs", "provider", "lead"):
        told[who].goto(meeting)
        expect(told[who].get_by_role("button", name="I am ready").first).to_be_visible()
    lead.goto(review)
    press(lead, "The meeting was held")
    lead.goto(review + "?level=strategic")
    unfold(lead, "Write a finding")
    lead.get_by_label("What did you find?").fill(FOUND)
    lead.locator("[name=outcome]").select_option(index=1)
    press(lead, "Keep this finding")
    finding = lead.url
    press(lead, "The meeting talked it over")
    lead.get_by_label("Carry forward to the next cycle").check()
    lead.get_by_label("Why?", exact=True).fill("It belongs in the next specification.")
    press(lead, "Put this to the groups")
    for who in ("lead", "cvs", "young"):
        told[who].goto(finding)
        told[who].get_by_label("Yes, I can").check()
        press(told[who], "Say it")
    lead.goto(finding)
    press(lead, "Record that it is agreed")
    look_over_small_and_large(lead)
    return finding


def open_the_next(told, finding):
    lead = told["lead"]
    lead.goto(told.cycle + "stages/review/")
    for code in ("returns_in", "findings_answered", "heard_back", "carried_forward"):
        lead.locator(f"[name=yes-{code}][value=yes]").check()
        lead.locator(f"[name=words-{code}]").fill("It stands in the record.")
    press(lead, "Keep these answers")
    unfold(lead, "Carry forward to the next cycle").locator("[name=title]").fill("Nights in Quay ward: the next round")
    press(lead, "Open the next cycle")
    expect(lead.get_by_role("heading", name="Nights in Quay ward: the next round", level=1)).to_be_visible()
    lead.goto(finding)
    lead.get_by_role("link", name=re.compile("need 1 of")).click()
    expect(lead.get_by_text(FOUND).first).to_be_visible()
    expect(lead.get_by_text(re.compile("Finding F1 of “Nights in Quay ward”")).first).to_be_visible()
    look_over_small_and_large(lead)


def hear_what_became_of_it(told):
    """On two phones: what was used, followed to its last result and into the next cycle; and what was passed on."""
    young, parent = told["young"], told["parent"]
    young.goto(told.cycle + "mine/")
    expect(young.get_by_text("It is why the doors open in the evening.").first).to_be_visible()
    young.get_by_text(f"How far it went: {NOWHERE}").or_(young.locator("main details summary").first).first.click()
    thread = young.locator("main details").first
    for words in (
        SAFE,
        "It is now outcome O1",
        "Clause 1.1",
        "criterion C1",
        PROMISE,
        "Quarter 4, M2: Partly met",
        FOUND,
        "the next round",
    ):
        expect(thread).to_contain_text(words)
    look_over_small_and_large(young)
    parent.goto(told.cycle + "mine/")
    expect(parent.get_by_text(PASSED_ON).first).to_be_visible()
    look_over_small_and_large(parent)


def test_s1_from_a_need_to_the_next_cycle_and_to_each_who_spoke(browse):
    told = open_the_cycle(browse)
    convene_a_room(told, browse)
    agree_on_one_thing_of_two(told)
    answer_and_describe(told, browse)
    ask_and_weigh(told)
    plan_the_monitoring(told)
    sign_off_and_answer(told)
    award_it(told)
    show_what_came(told)
    finding = review_it(told)
    open_the_next(told, finding)
    hear_what_became_of_it(told)
