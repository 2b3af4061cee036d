"""The main job, told by three people in three browsers: from convening to the document, and back along the thread."""

import io
import re

from docx import Document
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large
from tests.journeys.pressing import go_to


def sign_in(page, server, email):
    """Sign in as people do: ask for a code, find it in the mail the server wrote to its log."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    from tests.stack import PLACE

    mail = "".join((PLACE / f"web-{url.rsplit(':', 1)[1]}.log").read_text() for url in server.urls)
    code = re.findall(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.split(f"To: {email}")[-1], re.MULTILINE)[0]
    look_over_small_and_large(page)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def fill_in(page, **fields):
    for label, words in fields.items():
        page.get_by_label(label.replace("_", " "), exact=False).first.fill(words)


def propose(page, text, kind="outcome", benefits="", outcome=None):
    panel = page.locator("#panel-propose")
    panel.get_by_label("What kind").select_option(kind)
    panel.get_by_label("Your proposal").fill(text)
    panel.get_by_label("Who benefits").fill(benefits)
    if outcome:
        panel.get_by_label("of which outcome").select_option(label=outcome)
    panel.get_by_role("button", name="Propose it").click()


def answer(page, statement, theme):
    page.get_by_role("link", name=re.compile(f"Answer it.*{statement}")).click()
    look_over_small_and_large(page)
    page.get_by_label("Adopted", exact=True).check()
    page.get_by_label("Why, in plain words").fill("The room agreed and we can pay for it.")
    page.get_by_label("Who decides, by role").fill("Portfolio member")
    page.get_by_label("Theme in the framework").fill(theme)
    page.get_by_label("For whom").fill("young people")
    page.get_by_role("button", name="Give this answer").click()
    expect(page.get_by_text("The answer is given")).to_be_visible()


def test_from_a_live_room_to_a_specification_and_back(server, browse):
    safe, known = "Young people feel safe near home.", "Families know where to ask."
    lead = browse("laptop")
    sign_in(lead, server, "priya.nair@eastmere.example")
    lead.get_by_role("link", name="Open a new cycle").click()
    fill_in(
        lead,
        Title="Evenings in Quay ward",
        Which_service="Evening places",
        Which_areas="Quay ward",
        what_this_is_about="Nowhere to go at night.",
        payment_for_taking_part="£15 an hour",
        person_to_contact="Eastmere CVS",
    )
    lead.get_by_role("button", name="Open the cycle").click()
    expect(lead.get_by_role("heading", name="Evenings in Quay ward", level=1)).to_be_visible()
    cycle = lead.url
    lead.goto(cycle + "people/")
    for name, email, role in (
        ("Fran Hall", "fran@eastmere.example", "facilitator"),
        ("Del Obi", "del@eastmere.example", "decider"),
        ("Cho Park", "cho@eastmere.example", "champion"),
    ):
        fill_in(lead, Name=name)
        lead.get_by_label("E-mail, if they should sign in").fill(email)
        lead.get_by_label("Role in this cycle").select_option(role)
        lead.get_by_role("button", name="Bring them in").click()
        expect(lead.get_by_text(f"{name} is in.")).to_be_visible()
    lead.goto(cycle)
    lead.get_by_text("Add a line").click()
    lead.get_by_label("What", exact=True).fill("The opening hours")
    lead.get_by_role("button", name="Add", exact=True).click()
    expect(lead.get_by_text("The opening hours")).to_be_visible()
    lead.goto(cycle + "workshops/new/")
    fill_in(lead, Name_of_the_workshop="An evening on evenings")
    lead.get_by_label("Set the parts yourself, below.").check()
    lead.get_by_text("The parts of the rule").click()
    for group in ("Commissioner side", "Voluntary sector", "Citizens"):
        lead.get_by_label(f"{group}: fewest people").fill("1")
    lead.get_by_role("button", name="Convene it").click()
    expect(lead.get_by_role("heading", name="An evening on evenings")).to_be_visible()
    room = lead.url

    facilitator = browse("laptop", url=server.urls[-1])
    sign_in(facilitator, server, "fran@eastmere.example")
    facilitator.goto(server.urls[-1] + room.split("/", 3)[3].join(["/", ""]))
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", facilitator.locator("main").inner_text()).group(0)

    go_to(facilitator, "Gather")

    citizen = browse("phone")
    citizen.goto(f"/join/{code}/")
    citizen.get_by_label("Your name").fill("Noor")
    citizen.get_by_label("Uses the service").check()
    citizen.get_by_label("I agree to take part").check()
    citizen.get_by_role("button", name="Join the workshop").click()
    expect(citizen.get_by_text("Say something")).to_be_visible()

    vso = browse("laptop", url=server.urls[-1])
    vso.goto(f"/join/{code}/")
    vso.get_by_label("Your name").fill("Val")
    vso.get_by_label("Works or volunteers in a VSO").check()
    vso.get_by_label("Your organisation").fill("Quay Nights")
    vso.get_by_label("May bid for this service").check()
    vso.get_by_label("I agree to take part").check()
    vso.get_by_label("You may show my name").check()
    vso.get_by_role("button", name="Join the workshop").click()

    # Everybody sees every change within a moment, without reloading.
    citizen.locator("#idea-text").fill("After seven there is nowhere that is safe.")
    citizen.get_by_role("button", name="Put it on the board").click()
    for page in (facilitator, vso, lead):
        expect(page.get_by_text("After seven there is nowhere that is safe.").first).to_be_visible()
    expect(citizen.locator("#idea-text")).to_have_value("")
    propose(citizen, safe)
    expect(vso.get_by_role("heading", name=safe)).to_be_visible()
    propose(vso, "Hold 200 workshops a year")
    expect(vso.locator("#notice")).to_contain_text("changes for people")
    vso.locator("#propose-text").fill(known)
    vso.get_by_role("button", name="Propose it").click()
    expect(citizen.get_by_role("heading", name=known)).to_be_visible()
    expect(vso.locator("#propose-text")).to_have_value("")
    propose(vso, "People say they feel safe", "indicator", outcome=safe)
    expect(vso.locator("#propose-text")).to_have_value("")
    propose(vso, "Parents can name one place", "indicator", outcome=known)
    expect(facilitator.get_by_text("Parents can name one place").first).to_be_visible()

    go_to(facilitator, "Discuss")
    expect(citizen.locator("[aria-current=step]")).to_have_text("Discuss")
    go_to(facilitator, "Vote")
    panel = facilitator.locator("#panel-open")
    expect(panel.get_by_text("must say who benefits beyond")).to_be_visible()
    go_to(facilitator, "Discuss")
    expect(vso.locator("[aria-current=step]")).to_have_text("Discuss")
    vso.get_by_role("link", name=re.compile(f"Comment or change.*{known}")).click()
    vso.get_by_label("Who benefits beyond the proposer").fill("Every family in the ward")
    vso.get_by_role("button", name="Change the words").click()
    expect(vso.get_by_text("Version 2").first).to_be_visible()
    vso.go_back()
    go_to(facilitator, "Vote")
    look_over_small_and_large(facilitator)
    panel.get_by_role("button", name="Open the voting").click()

    # A sealed ballot: each votes, nobody sees a vote before it closes.
    expect(citizen.locator("section[id^=vote-]")).to_have_count(2)
    look_over_small_and_large(citizen)
    for page, choices in (
        (citizen, ("Support", "Support")),
        (vso, ("Support", "Change it first")),
        (lead, ("Support", "Support")),
    ):
        expect(page.locator("[id^=vote-]")).to_have_count(4)  # two ballots, each with its heading
        for number, choice in enumerate(choices):
            ballot = page.locator("section[id^=vote-]").nth(number)
            ballot.get_by_label(choice, exact=True).check()
            if choice != "Support":
                ballot.get_by_text("Say why").click()
                ballot.get_by_label("Your reason").fill("Say in which languages.")
            ballot.get_by_role("button", name="Send my vote").click()
            expect(ballot.get_by_text("Your vote:" if page is not vso else "The one vote of Quay Nights")).to_be_visible()
    expect(facilitator.locator("main")).not_to_contain_text("Say in which languages.")
    go_to(facilitator, "Agree")
    expect(citizen.get_by_text("Result of round 1")).to_have_count(2)
    look_over_small_and_large(citizen)
    record = facilitator.locator("section[id^=panel-record-]")
    expect(record).to_have_count(2)
    look_over_small_and_large(facilitator)
    record.first.get_by_role("button", name="Record it").click()
    expect(record).to_have_count(1)
    record.first.get_by_role("button", name="Record it").click()
    expect(facilitator.locator("#notice")).to_be_hidden()
    expect(record).to_have_count(0)
    expect(citizen.get_by_text("Contested", exact=True)).to_be_visible()

    # The second wording, a second round, and agreement with the reservation kept.
    go_to(facilitator, "Vote")
    panel.get_by_label(re.compile(known)).check()
    panel.get_by_role("button", name="Open the voting").click()
    for page in (citizen, vso, lead):
        ballot = page.locator("section[id^=vote-]").first
        ballot.get_by_label("Support", exact=True).check()
        ballot.get_by_role("button", name="Send my vote").click()
        expect(ballot.get_by_text("It is kept")).to_be_visible()
    go_to(facilitator, "Agree")
    record.first.get_by_role("button", name="Record it").click()
    expect(record).to_have_count(0)

    # No talk without action.
    facilitator.get_by_role("button", name="Close the workshop").click()
    expect(facilitator.locator("#notice")).to_contain_text("none, because")
    action = facilitator.locator("#panel-action")
    fill = {
        "What will be done": "Ask the library for its hall",
        "Who will do it": "Lee",
        "By when": "2031-05-01",
        "How we will know": "We have a key",
    }
    for label, words in fill.items():
        action.get_by_label(label).fill(words)
    action.get_by_label("Whose action it is").select_option("Authority")
    action.get_by_role("button", name="Add the action").click()
    expect(citizen.get_by_text("Ask the library for its hall")).to_be_visible()
    facilitator.get_by_label("No follow-up, because").check()
    facilitator.get_by_label("If no: why not").fill("Lee is asked tomorrow")
    facilitator.get_by_role("button", name="Close the workshop").click()
    expect(citizen.locator("[aria-current=step]")).to_have_text("Close")

    # The authority answers, the framework freezes, the specification is written, signed off and fetched.
    decider = browse("laptop")
    sign_in(decider, server, "del@eastmere.example")
    decider.goto(cycle + "framework/")
    answer(decider, safe, "Somewhere to be")
    lead.goto(cycle + "specification/")
    lead.get_by_role("button", name="Draft clauses").click()
    expect(lead.get_by_text("1 agreed items have no answer")).to_be_visible()
    answer(decider, known, "Knowing where to ask")
    lead.get_by_role("button", name="Draft clauses").click()
    lead.goto(cycle + "framework/")
    signs = lead.get_by_role("link", name=re.compile("How it is collected")).evaluate_all("found => found.map(one => one.href)")
    for number, address in enumerate(signs):
        lead.goto(address)
        if number == 0:
            look_over_small_and_large(lead)
        lead.locator("[name=collector]").fill("Young people")
        lead.locator("[name=hours]").fill("2")
        lead.get_by_role("button", name="Save").click()
    lead.goto(cycle + "framework/")
    lead.get_by_role("button", name="Freeze the framework").click()
    lead.goto(cycle + "specification/")
    lead.get_by_role("link", name="Edit 1.1").click()
    look_over_small_and_large(lead)
    lead.get_by_label("Words of the clause").fill("The provider will keep a door open four evenings a week.")
    lead.get_by_role("button", name="Save the clause").click()
    lead.get_by_role("button", name="Sign off and freeze").click()
    expect(lead.get_by_text("signed off as version 1")).to_be_visible()
    files = {}
    for label in ("Word document", "JSON data"):
        with lead.expect_download(timeout=40_000) as download:
            lead.get_by_role("button", name=f"{label} of version 1").click()
            lead.wait_for_timeout(800)
            if "/files/" in lead.url:  # a worker builds it: the page says so until it is ready
                lead.get_by_role("link", name="Download it").click()
        files[label] = download.value.path().read_bytes()
        lead.goto(cycle + "specification/")
    content_hash = re.search(rb'"content_hash": "([0-9a-f]{64})"', files["JSON data"]).group(1).decode()
    document = Document(io.BytesIO(files["Word document"]))
    words = "\n".join([p.text for p in document.paragraphs] + [c.text for t in document.tables for r in t.rows for c in r.cells])
    assert content_hash in words
    assert "The provider will keep a door open four evenings a week." in words

    # Back along the thread, from the clause to what the citizen said; and the citizen's own page, with the answer.
    lead.get_by_role("link", name=re.compile("Where it comes from.*1.1")).click()
    expect(lead.get_by_text("The agreement")).to_be_visible()
    expect(lead.get_by_role("heading", name="Where clause 1.1 comes from")).to_be_visible()
    expect(lead.locator("main")).to_contain_text(safe)
    lead.goto(cycle + "answers/")
    lead.get_by_label(re.compile("After seven")).check()
    lead.get_by_label("Used in part").check()
    lead.get_by_label("Why, in plain words").fill("It is why the doors open in the evening.")
    lead.get_by_role("button", name="Answer").click()
    citizen.get_by_role("link", name="See what becomes of what you said").click()
    expect(citizen.get_by_text("It is why the doors open in the evening.").first).to_be_visible()
    expect(citizen.get_by_text("No answer yet").first).to_be_visible()
    citizen.get_by_text(f"How far it went: {safe}").or_(citizen.locator("summary").nth(1)).first.click()
    expect(citizen.get_by_text("It is now outcome O1").first).to_be_visible()
