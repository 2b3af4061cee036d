"""Everything before procurement starts, through the screens: a city's thousand answers, and a gate that asks for its records."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large

pytestmark = pytest.mark.once

ADVICE = """
from django.utils import timezone
from outcomes import scenarios
print(scenarios.load("advice", now=timezone.now(), to_the_end=False)[0].slug)
"""
ASKED = "What would help you most?"
LETTERS = 412  # of the answers are about a letter that frightened somebody
MISSED = ("Quay Translators", "Northgate Food Bank", "St Ann’s Lunch Club", "Ridge Tenants United", "Walk-in Wednesdays")
SMALL = {"Bo Lake": "Debt Step", "Cleo Hart": "Tenants’ Corner", "Deji Ola": "Newcomers’ Desk"}


def at(cycle, rest=""):
    return f"/cycles/{cycle}/{rest}"


def csv_of(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def answers_file() -> dict:
    """1,042 people, of whom 611 leave an address."""
    rows = [["Ref", "Date", "Where you stay", "E-mail", ASKED]]
    for n in range(1042):
        told = (
            f"A letter came and I waited {n} days for somebody to read it with me." if n < LETTERS else f"Longer hours at desk {n}, please."
        )
        ward = ("Northgate", "Quay", "Ridge")[n % 3]
        rows.append([f"H-{n}", f"{n % 28 + 1:02}/05/2026", ward, f"person{n}@example.org" if n < 611 else "", told])
    return {"name": "survey.csv", "mimeType": "text/csv", "buffer": csv_of(rows)}


def organisations_file() -> dict:
    """26 organisations: four of them known already, five that nobody will have written to."""
    rows = [["name", "size", "group", "wants to hear by", "contact"]]
    rows += [["City Advice Network", "medium", "people in debt", "", ""]]
    rows += [[name, "small", "tenants", "", ""] for name in SMALL.values()]
    rows += [[f"Advice place {n}", "medium" if n % 2 else "large", "people in debt", "email", f"p{n}@example.org"] for n in range(17)]
    rows += [[name, "", "newly arrived people", "post" if n % 2 else "phone", f"0113 496 00{n}0"] for n, name in enumerate(MISSED)]
    return {"name": "organisations.csv", "mimeType": "text/csv", "buffer": csv_of(rows)}


def add_a_consultation(page, cycle):
    """Look up first, say that people are asked again and why, and land where answers are brought in."""
    page.goto(at(cycle, "consultations/"))
    look_over_small_and_large(page)
    page.goto(at(cycle, "consultations/new/"))
    look_over_small_and_large(page)
    page.get_by_label("What is it called?").fill("Advice before the crisis")
    page.get_by_label("What do you ask, and why?").fill("A letter in March and an appointment in June: what would help?")
    page.get_by_label("Who is asked, and who may be missing?").fill("Sent to every home. Few people under 25 answered.")
    page.get_by_role("button", name="Look up what people told us before").click()
    expect(page.get_by_role("heading", name=re.compile(r"told us about this before$"))).to_be_visible()
    expect(page.get_by_text("I got a letter in March and an appointment in June.")).to_be_visible()
    look_over_small_and_large(page)
    page.get_by_label("Ask again").check()
    page.get_by_label("Why?", exact=True).fill("Nine people told us. We do not know how many more live with this.")
    page.get_by_role("button", name="Keep this and go on").click()
    expect(page.get_by_role("heading", name="Bring answers in")).to_be_visible()
    look_over_small_and_large(page)


def bring_the_answers(page):
    """Send the file, say what its columns are, have every row checked, and bring all in."""
    page.get_by_label("The file").set_input_files(files=[answers_file()])
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", name="What is each column?")).to_be_visible()
    expect(page.get_by_label("E-mail", exact=True)).to_have_value("mail")
    page.get_by_label("Where you stay").select_option(label="Area or ward")
    look_over_small_and_large(page)
    page.get_by_role("button", name="Check every row").click()
    expect(page.get_by_text("Every row is good.")).to_be_visible(timeout=60_000)
    expect(page.locator("dl")).to_contain_text(re.compile(r"Left an address\s*611"))
    look_over_small_and_large(page)
    page.get_by_role("button", name="Bring in 1,042 rows").click()
    expect(page.get_by_text("Came in")).to_be_visible(timeout=60_000)
    look_over_small_and_large(page)


def make_a_need_of_a_theme(page):
    """One theme, the answers under it, and from it a need that leads back to the answers."""
    page.locator(".govuk-back-link").click()
    expect(page.locator(".tl-figure").first).to_have_text("1,042")
    consultation = page.url
    page.get_by_text("Make a theme").click()
    page.get_by_label("Name of the theme").fill("Letters people cannot face alone")
    page.get_by_label("What it means, in one line").fill("Help on the day the letter comes.")
    page.get_by_role("button", name="Make it").click()
    look_over_small_and_large(page)
    page.goto(f"{consultation}answers/?words=letter")
    look_over_small_and_large(page)
    page.get_by_label("Put them under").select_option(label="Letters people cannot face alone")
    page.get_by_label("Not only the ticked").check()
    page.get_by_role("button", name="Put under it").click()
    expect(page.get_by_text(f"{LETTERS} answers are now under “Letters people cannot face alone”.")).to_be_visible()
    page.goto(consultation)
    page.get_by_role("link", name="Letters people cannot face alone").click()
    expect(page.get_by_text(f"{LETTERS} of 1,042 answers are behind this theme.")).to_be_visible()
    look_over_small_and_large(page)
    page.get_by_role("button", name="Put it on the list of needs").click()
    expect(page.get_by_text("Made of answers to a consultation:")).to_be_visible()
    look_over_small_and_large(page)
    page.locator(".govuk-back-link").click()
    expect(page.get_by_role("heading", name="Needs and what we already have")).to_be_visible()
    look_over_small_and_large(page)
    return consultation


def publish_the_summary(page, cycle, consultation):
    """The summary is published and sent once to all who left an address; the others read the public page."""
    page.goto(f"{consultation}sending/")
    expect(page.get_by_text("611 of 1,042 left an address; 431 can read it on the public page.")).to_be_visible()
    look_over_small_and_large(page)
    page.get_by_label("What people said, in plain words").fill("You asked for help on the day the letter comes.")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("The summary is published.")).to_be_visible()
    expect(page.get_by_text("611 of 1,042 left an address")).to_be_visible()
    page.get_by_role("button", name="Send it to everybody who has not had it").click()
    expect(page.get_by_text("611 summaries are on their way.")).to_be_visible(timeout=60_000)
    expect(page.locator("#sending")).to_contain_text("611 of 611 sent.", timeout=120_000)
    page.goto(at(cycle, "public-page/"))
    look_over_small_and_large(page)
    page.get_by_role("button", name="Publish the page").click()
    expect(page.get_by_text("The page is public.")).to_be_visible()


def read_as_a_stranger(page, cycle, consultation):
    """Whoever is not signed in reads the summary, the open page, and that no policy is adopted yet."""
    page.goto(f"{consultation}summary/")
    expect(page.get_by_text("1,042 people answered.")).to_be_visible()
    look_over_small_and_large(page)
    page.goto(at(cycle, "policy/"))
    expect(page.get_by_text("No policy adopted yet.")).to_be_visible()
    look_over_small_and_large(page)
    page.goto(f"/open/{cycle}/")
    expect(page.locator("main")).to_contain_text("no policy adopted yet")
    look_over_small_and_large(page)
    page.goto("/open/")
    look_over_small_and_large(page)


def write_down(page, names, what, route, came="It went out"):
    page.get_by_text("Write down that it went again, by another way").click()
    for name in names:
        page.get_by_label(re.compile(f"^{re.escape(name)} \\(")).check()
    page.get_by_label("What was it?").fill(what)
    page.get_by_label("By which way?").select_option(label=route)
    page.get_by_label("What became of it?").select_option(label=came)
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text(f"Written down for {len(names)} organisations.")).to_be_visible()


def reach_all_providers(page, cycle):
    """26 on the map from a file, 21 written to, 5 who received nothing, and the log of how they were reached."""
    page.goto(at(cycle, "providers/import/"))
    look_over_small_and_large(page)
    page.get_by_label("A list of organisations, as CSV").set_input_files(files=[organisations_file()])
    page.get_by_role("button", name="Show me what it holds").click()
    expect(page.get_by_text("New to the register: 22. Known there, new to this map: 4.")).to_be_visible()
    look_over_small_and_large(page)
    page.get_by_role("button", name="Put 26 organisations on the map").click()
    page.goto(at(cycle, "providers/"))
    expect(page.get_by_text("26 organisations on the map")).to_be_visible()
    look_over_small_and_large(page)
    page.goto(at(cycle, "reach/"))
    sent = ["City Advice Network", *SMALL.values(), *(f"Advice place {n}" for n in range(17))]
    write_down(page, sent, "the invitation", "E-mail")
    expect(page.get_by_role("heading", name="5 received nothing")).to_be_visible()
    for name in MISSED:
        expect(page.get_by_role("listitem").filter(has_text=name).first).to_be_visible()
    expect(page.locator(".tl-lede")).to_contain_text("5 of 26 organisations on the map received nothing")
    look_over_small_and_large(page)
    write_down(page, MISSED[:3], "the invitation, again", "Post")
    write_down(page, MISSED[3:], "a call about the invitation", "Phone call", "They read it or we spoke to them")
    expect(page.get_by_text("Everybody on the map was sent something.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("row").filter(has_text=MISSED[0])).to_contain_text("the invitation, again, post")
    expect(page.get_by_role("row").filter(has_text=MISSED[4])).to_contain_text("a call about the invitation, phone call")


def propose_a_shape(page, *, cash, days, lots=1, payment, why, reason="", consortia=False):
    panel = page.locator("details", has_text="Propose a").first
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    for label, words in (
        ("Value of the whole", "900000"),
        ("Length, in months", "36"),
        ("Number of lots", lots),
        ("Cash a provider needs", cash),
    ):
        panel.get_by_label(label).fill(str(words))
    panel.get_by_label("How providers are paid").select_option(label=payment)
    panel.get_by_label("Organisations may bid together").set_checked(consortia)
    panel.get_by_label("Days the tender is open").fill(str(days))
    panel.get_by_label("If that is short: why?").fill(reason)
    panel.get_by_label("Why it is like this").fill(why)
    panel.get_by_role("button", name="Put this version down").click()


def shape_the_contract(page, browse, cycle):
    """Seven days and £200,000 first: refused, then with a reason, then changed because small organisations could not."""
    page.goto(at(cycle, "shape/"))
    look_over_small_and_large(page)
    first = {"cash": 200_000, "days": 7, "payment": "Each month afterwards", "why": "As the last contract was."}
    propose_a_shape(page, **first)
    expect(page.get_by_text("7 days are fewer than the 28 that small organisations need here.")).to_be_visible()
    look_over_small_and_large(page)
    page.goto(at(cycle, "shape/"))
    propose_a_shape(page, **first, reason="The grants end in March.")
    expect(page.get_by_role("heading", name="As it stands: version 1")).to_be_visible()
    for who, organisation in SMALL.items():
        vso = browse("laptop", who)
        vso.goto(at(cycle, "shape/"))
        expect(vso.get_by_text("Reason: The grants end in March.")).to_be_visible()
        panel = vso.locator("section", has=vso.get_by_role("heading", name=f"What can {organisation} manage?"))
        panel.get_by_label("How much cash could you put in").fill("8000")
        panel.get_by_label("What is the largest contract").fill("120000")
        panel.get_by_label("How many days do you need").fill("30")
        panel.get_by_role("button", name="Keep our figures").click()
        expect(vso.get_by_text("Only your organisation sees these figures.")).to_be_visible()
    look_over_small_and_large(vso)
    page.goto(at(cycle, "shape/"))
    expect(page.locator(".tl-chart__row", has_text="Small")).to_contain_text("3 of 3 that answered could not; 3 are known here")
    expect(page.get_by_text("This shape would leave out every organisation of this size that answered: Small, 3 of 3.")).to_be_visible()
    look_over_small_and_large(page)
    propose_a_shape(
        page, cash=24_000, days=35, lots=6, payment="Each month in advance", why="All three small ones could not.", consortia=True
    )
    expect(page.get_by_role("heading", name="As it stands: version 2")).to_be_visible()
    expect(page.locator(".tl-chart__row", has_text="Small")).to_contain_text("0 of 3 that answered could not")
    expect(page.locator("section", has_text="Earlier versions").last).to_contain_text("cash first: £200,000, days to bid: 7")
    look_over_small_and_large(page)
    page.goto(at(cycle, "route/"))
    look_over_small_and_large(page)


def pause_and_go_on(page, cycle):
    """A challenge pauses the cycle: no workshop can be convened until it goes on."""
    today, until = timezone.localdate(), timezone.localdate() + timedelta(days=12)
    page.goto(at(cycle, "challenges/"))
    look_over_small_and_large(page)
    page.get_by_label("What is contested, and by whom?").fill("An organisation contests the notice of the seven days.")
    page.get_by_label("On which day was the challenge made?").fill(today.isoformat())
    page.get_by_label("What does it do to the timetable?").fill("Everything waits for twelve days.")
    page.get_by_label("Who was told, and how?").fill("Everybody, by letter.")
    page.get_by_label("On which day should the cycle go on?").fill(until.isoformat())
    page.get_by_role("button", name="Log it and pause").click()
    expect(page.get_by_text("The challenge is logged and the cycle is paused.")).to_be_visible()
    look_over_small_and_large(page)
    convene(page, cycle, "Too early")
    expect(page.get_by_text(re.compile("This cycle is paused because somebody challenged it. It goes on from"))).to_be_visible()
    look_over_small_and_large(page)
    page.goto(at(cycle, "challenges/"))
    page.get_by_label("Why? Everybody will see this reason.").first.fill("The time to bid is 35 days now.")
    page.get_by_role("button", name="Go on with this cycle").click()
    expect(page.get_by_text("The cycle goes on. Everybody is told.")).to_be_visible()
    convene(page, cycle, "Where lots begin and end")
    expect(page.get_by_role("heading", name="Where lots begin and end")).to_be_visible()


def convene(page, cycle, title):
    page.goto(at(cycle, "workshops/new/"))
    page.get_by_label("Name of the workshop").fill(title)
    page.get_by_label("If you ask people again: why?").fill("The lots were not talked about yet.")
    page.get_by_role("button", name="Convene it").click()


def release_to_all(page, browse, cycle):
    """One release goes to every registered supplier at once; a supplier opens it, and the record of equal treatment has it."""
    page.goto(at(cycle, "releases/new/"))
    look_over_small_and_large(page)
    page.get_by_label("Title", exact=True).fill("The lots as they stand")
    page.get_by_label("Words, if any").fill("Six lots by ward, paid each month in advance.")
    page.get_by_role("button", name="Go on").click()
    look_over_small_and_large(page)
    page.get_by_role("button", name="Release to everybody now").click()
    expect(page.get_by_text("Released. Every registered supplier has it from this moment.")).to_be_visible()
    look_over_small_and_large(page)
    supplier = browse("phone", "Bo Lake")
    supplier.goto(at(cycle, "releases/"))
    supplier.get_by_role("link", name="The lots as they stand").click()
    expect(supplier.get_by_text("Six lots by ward, paid each month in advance.")).to_be_visible()
    look_over_small_and_large(supplier)
    page.goto(at(cycle, "fairness/"))
    expect(page.locator("main")).to_contain_text("Debt Step")


def test_s3_advice_services_from_a_thousand_answers_to_a_paused_cycle(server, browse):
    cycle = server.manage("shell", "-v0", "-c", ADVICE).stdout.split()[-1]
    aoife = browse("laptop", "Aoife Brand")
    add_a_consultation(aoife, cycle)
    bring_the_answers(aoife)
    consultation = make_a_need_of_a_theme(aoife)
    publish_the_summary(aoife, cycle, consultation)
    read_as_a_stranger(browse("laptop"), cycle, consultation)
    reach_all_providers(aoife, cycle)
    shape_the_contract(aoife, browse, cycle)
    pause_and_go_on(aoife, cycle)
    release_to_all(aoife, browse, cycle)
    for page in (
        "",
        "releases/",
        "releases/recipients/",
        "contacts/",
        "fairness/",
        "look-up/",
        "priorities/",
        "gaps/",
        "stakeholders/",
        "notice/",
    ):
        aoife.goto(at(cycle, page))
        look_over_small_and_large(aoife)


# A gate that asks for its records

PLACE = """
import json
from django.utils import timezone
from commissioning import convening, people
from commissioning.models import Authority, Membership, Participant
from outcomes import demonstration
from workshops import attending, facilitating
now = timezone.now()
authority = Authority.objects.create(name="Saltern Borough Council", slug="saltern")
user = demonstration.user_of("Hana Reed", "saltern")
Membership.objects.create(user=user, authority=authority)
plan = convening.CyclePlan(
    "Places to go in Saltern", "Evening places", ("Saltern",), "Where can young people go?", 4, "None, because it is short",
    scope=(("open", "Where and when"),), invented=True,
)
cycle = convening.open_cycle(plan, authority=authority, by=user, now=now)
lead, cast = Participant.objects.get(cycle=cycle), {}
for name, group, standing, organisation in (
    ("Ike Moss", "commissioner", "officer", ""), ("Sol Ward", "vso", "vso", "Bright Steps"), ("Una Bell", "citizen", "resident", "")
):
    who = people.Introduction(name, group, standing, "none", frozenset({"take_part", "words", "naming"}), organisation)
    cast[name], __ = people.take_part(cycle, who, now=now, user=demonstration.user_of(name, "saltern"), invited=True)
people.give_role(cast["Ike Moss"], "facilitator", by=lead, now=now)
people.give_role(lead, "champion", by=lead, now=now)
room = facilitating.convene(cycle, facilitating.WorkshopPlan("Saltern talks", "Where can you go?"), by=lead, now=now)
for person in cast.values():
    attending.attend(room, person, now=now)
facilitating.move(room, seen="welcome", to="gather", by=cast["Ike Moss"], now=now)
print(json.dumps([cycle.slug, room.slug]))
"""
RECORDS = {
    "s1-3-a": {
        "How could it make life better for people here?": "Young people feel safe near home and keep one adult they trust.",
        "How could it help the local economy?": "Six paid placements go to people aged 18 to 21 from the borough.",
        "How could it be good for nature": "The empty library is used again, so nothing new is built on the field.",
    },
    "s1-3-b": {"What will you do in the buying itself": "Two lots instead of one, so that small organisations can make an offer."},
    "s1-7": {"Why? If yes: who was asked, how and when.": "Six sessions with 21 people between May and July, in four groups."},
}
ENDED = re.compile("so open talk about it has ended")


def write_duty(page, cycle, code, answers):
    page.goto(at(cycle, f"duties/{code}/"))
    if code == "s1-7":
        page.get_by_label("Yes, we consult people").check()
    for question, words in answers.items():
        page.get_by_label(question).fill(words)
    if code != "s1-7":
        page.get_by_label("Link 1: what it is").select_option(label="An outcome")
        page.get_by_label("Link 1: in words").fill("O1 Young people feel safe")
    page.get_by_label("Who decided this?").fill("Head of communities")
    page.get_by_label("On which day?").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Put it on record").click()


def press_for_the_day(page, cycle, despite=""):
    page.goto(at(cycle, "gate/"))
    page.get_by_label("On which day does procurement start?").fill(timezone.localdate().isoformat())
    page.get_by_label("Last day for questions").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.get_by_label("If people are in a workshop now").fill(despite)
    page.get_by_role("button", name="Set the day and end open talk").click()


def write_the_records(page, cycle):
    """The gate names what is missing; the records are written in words, and a copied one is refused."""
    press_for_the_day(page, cycle)
    expect(page.get_by_text("Say first what is bought and about what it is worth").first).to_be_visible()
    page.goto(at(cycle, "duties/"))
    look_over_small_and_large(page)
    page.get_by_label("Services", exact=True).check()
    page.get_by_label("About what is it worth").fill("420000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Duty applies")).to_be_visible()
    press_for_the_day(page, cycle)
    refused = page.get_by_text(re.compile("Procurement cannot start yet. Not on record before it:")).first
    for title in ("How what we buy could make life better", "How the way we buy could help", "Whether to ask people first"):
        expect(refused).to_contain_text(title)
    look_over_small_and_large(page)
    write_duty(page, cycle, "s1-3-a", RECORDS["s1-3-a"])
    expect(page.get_by_text("On record since now.")).to_be_visible()
    look_over_small_and_large(page)
    copied = RECORDS["s1-3-a"]["How could it make life better for people here?"]
    write_duty(page, cycle, "s1-3-b", {"What will you do in the buying itself": copied})
    says = "This says the same as the record “How what we buy could make life better”."
    expect(page.get_by_text(says).first).to_be_visible()
    expect(page.get_by_label("What will you do in the buying itself")).to_have_value(copied)
    look_over_small_and_large(page)
    for code in ("s1-3-b", "s1-7"):
        write_duty(page, cycle, code, RECORDS[code])
        expect(page.get_by_text("On record since now.")).to_be_visible()


def ask_and_answer(vso, lead, citizen, cycle):
    """One voluntary organisation asks, without its name; everybody reads the answer."""
    vso.goto(at(cycle, "questions/"))
    vso.get_by_label("Your question").fill("Bright Steps asks: does the price cover travel?")
    vso.get_by_role("button", name="Ask, without my name").click()
    expect(vso.get_by_text("Your question names Bright Steps.")).to_be_visible()
    vso.goto(at(cycle, "questions/"))
    vso.get_by_label("Your question").fill("Does the price cover the travel of families?")
    vso.get_by_role("button", name="Ask, without my name").click()
    expect(vso.get_by_text("Your question stands here now, without your name.")).to_be_visible()
    look_over_small_and_large(vso)
    lead.goto(at(cycle, "questions/"))
    lead.get_by_role("link", name="Answer it to everybody").click()
    look_over_small_and_large(lead)
    expect(lead.locator("main")).not_to_contain_text("Sol Ward")
    lead.get_by_label("The answer, to everybody").fill("Yes. Travel is part of the price in both lots.")
    lead.get_by_role("button", name="Answer to everybody").click()
    expect(lead.get_by_text("Everybody can read the answer now.")).to_be_visible()
    citizen.goto(at(cycle, "questions/"))
    expect(citizen.get_by_text("Yes. Travel is part of the price in both lots.")).to_be_visible()
    expect(citizen.locator("main")).not_to_contain_text("Bright Steps")


def test_s1_duties_gate_and_one_question_answered_to_all(server, browse):
    cycle, room = json.loads(server.manage("shell", "-v0", "-c", PLACE).stdout.splitlines()[-1])
    hana, sol, una = browse("laptop", "Hana Reed"), browse("laptop", "Sol Ward"), browse("phone", "Una Bell")
    sol.goto(f"/w/{room}/")
    expect(sol.locator("#conn")).to_have_text("Live")
    sol.locator("#idea-text").fill("Half an idea")
    write_the_records(hana, cycle)
    press_for_the_day(hana, cycle)
    expect(hana.get_by_text("People are still talking in: Saltern talks.").first).to_be_visible()
    press_for_the_day(hana, cycle, despite="The notice must go out today.")
    expect(hana.get_by_text("The day is set. Open talk about the procurement is over.")).to_be_visible()
    look_over_small_and_large(hana)
    expect(sol.locator("#panel-shut-now")).to_contain_text(ENDED)
    expect(sol.locator("#idea-text")).to_have_value("Half an idea")  # nobody's words are taken from under their hands
    expect(sol.get_by_role("button", name="Put it on the board")).to_be_disabled()
    sol.reload()
    expect(sol.locator("#panel-shut-now")).to_contain_text(ENDED)
    expect(sol.locator("#idea-text")).to_have_count(0)
    expect(sol.locator("#said-h ~ *", has_text="Half an idea")).to_have_count(0)
    look_over_small_and_large(sol)
    una.goto(at(cycle))
    expect(una.get_by_text(ENDED)).to_be_visible()
    convene(hana, cycle, "One more talk")
    expect(hana.get_by_text(ENDED)).to_be_visible()
    ask_and_answer(sol, hana, una, cycle)
    for page in ("duties/", "who-was-asked/", "challenges/"):
        una.goto(at(cycle, page))
        look_over_small_and_large(una)
