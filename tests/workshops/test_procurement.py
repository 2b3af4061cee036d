"""The gate, the one channel for questions, and challenges: through the screens, with the rooms people are in."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.core import mail
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from commissioning import asking, challenging, contributing, duties, gate
from commissioning.models import (
    Contribution,
    Cycle,
    CycleChallenge,
    Minute,
    Participant,
    ProcurementGate,
    ProcurementQuestion,
    QuestionAnswer,
    User,
)
from commissioning.sentences import Refused
from tests.commissioning.test_duties import WAIVER, is_bought, put, sent
from tests.stack import ROOT
from tests.workshops.test_leaning import PARTS
from workshops import facilitating, hands, inviting, moderating, proposing, scheduling
from workshops.models import Invitation, Letter, PrivateWord, Proposal, Workshop


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def at(town, rest=""):
    return f"/cycles/{town.cycle.slug}/{rest}"


def ready(town):
    is_bought(town)
    for code in ("s1-3-a", "s1-3-b", "s1-7"):
        put(town, code)


def set_day(town, days=0, until=14, **more):
    data = {"act": "set", "set-starts_on": str(today(days)), "set-questions_until": str(today(until)), "set-despite": ""}
    return town.client(town.lead).post(at(town, "gate/"), data | more)


def opened(town):
    """A cycle whose records are there and whose procurement has its day."""
    ready(town)
    Workshop.objects.filter(cycle=town.cycle).update(closed_at=town.now)
    assert set_day(town).status_code == 302
    town.cycle.refresh_from_db()


def test_lg_05_the_start_is_refused_until_the_records_are_there(town):
    answer = set_day(town)
    assert answer.status_code == 409
    assert "Say first what is bought" in answer.content.decode()
    is_bought(town)
    for code, title in (("s1-3-a", "How what we buy"), ("s1-3-b", "How the way we buy"), ("s1-7", "Whether to ask people")):
        answer = set_day(town)
        assert answer.status_code == 409
        assert title in re.search(r"Not on record before it: ([^<]*)", answer.content.decode())[1]
        duties.keep_draft(town.cycle, code, duties.Writing({}), by=town.lead, now=town.now)
        assert set_day(town).status_code == 409, "a draft is no record"
        put(town, code)
    assert not ProcurementGate.objects.exists()
    assert set_day(town).status_code == 302
    town.cycle.refresh_from_db()
    assert town.cycle.procurement_from == today()
    assert gate.state_of(town.cycle).gate == ProcurementGate.objects.get()


@pytest.mark.parametrize(("days", "status"), [(-1, 409), (-400, 409), (0, 302), (30, 302)])
def test_a_start_in_the_past_is_refused_and_today_is_not(town, days, status):
    ready(town)
    answer = set_day(town, days, until=60)
    assert answer.status_code == status
    assert ProcurementGate.objects.exists() == (status == 302)
    if status == 409:
        assert "That day is past" in answer.content.decode()


def test_inv_08_a_waiver_that_names_the_duty_stands_in_its_place(town):
    is_bought(town)
    put(town, "s1-3-a")
    put(town, "s1-7")
    assert set_day(town).status_code == 409
    town.client(town.lead).post(at(town, "duties/s1-8/"), sent("s1-8") | WAIVER | {"covers": ["s1-7"]})
    assert set_day(town).status_code == 409, "the waiver names another duty"
    town.client(town.lead).post(at(town, "duties/s1-8/"), sent("s1-8") | WAIVER)
    assert set_day(town).status_code == 302


def test_inv_08_a_voluntary_cycle_may_start_without_records_and_says_so(town):
    is_bought(town, "goods", 900_000)
    assert set_day(town).status_code == 302
    page = town.client(town.join("Cat")).get(at(town, "gate/")).content.decode()
    assert "Voluntary." in page
    assert "Goods are bought" in page
    assert ProcurementGate.objects.get().voluntary


def test_records_must_be_there_before_the_day_also_when_it_moves(town):
    ready(town)
    set_day(town, 10)
    move = {"act": "move", "move-starts_on": str(today(20)), "move-questions_until": "", "move-reason": ""}
    client = town.client(town.lead)
    assert client.post(at(town, "gate/"), move).status_code == 422, "without a reason"
    assert client.post(at(town, "gate/"), move | {"move-reason": "Late", "move-starts_on": str(today(-1))}).status_code == 409
    assert client.post(at(town, "gate/"), move | {"move-reason": "The papers were late."}).status_code == 302
    town.cycle.refresh_from_db()
    assert town.cycle.procurement_from == today(20)
    assert "The papers were late." in client.get(at(town, "gate/")).content.decode(), "the earlier day stays, with the reason"
    assert set_day(town).status_code == 409, "two days at once"
    with pytest.raises(Error), transaction.atomic():
        ProcurementGate.objects.create(cycle=town.cycle, starts_on=today(), standing="x", set_by=town.lead, set_at=town.now)


def test_the_gate_names_the_rooms_people_are_in_and_asks_why_not_to_wait(room):
    ready(room.town)
    planned = facilitating.convene(room.town.cycle, facilitating.WorkshopPlan("Later", "What?"), by=room.town.lead, now=room.town.now)
    page = room.town.client(room.town.lead).get(at(room.town, "gate/")).content.decode()
    assert page.index("Close them first") < page.index(room.workshop.title) < page.index("could not take place") < page.index(planned.title)
    answer = set_day(room.town)
    assert answer.status_code == 409
    assert f"People are still talking in: {room.workshop.title}" in answer.content.decode()
    assert not ProcurementGate.objects.exists()
    assert set_day(room.town, **{"set-despite": "The notice is published at noon."}).status_code == 302
    seen = room.town.client(room.citizens[0]).get(at(room.town, "gate/")).content.decode()
    assert "The notice is published at noon." in seen
    assert room.workshop.title in seen


def _doors(room, n):
    """Every way something about the procurement could still be said, as a browser does it: who, address, what is sent for the nth time."""
    town, slug = room.town, room.workshop.slug
    town.move(room.workshop, "discuss")
    proposal = Proposal.objects.filter(workshop=room.workshop).first() or town.propose(room.workshop, room.vsos[0], "First words")
    town.move(room.workshop, "discuss")
    words, at_proposal = {"text": f"Said {n} times", "key": f"k{n}"}, f"/w/{slug}/proposals/{proposal.pk}/"
    workshop = {
        "title": f"Again {n}",
        "question": "What now?",
        "hours": "2",
        "kind": "separate",
        "preset": "consent",
        **PARTS,
    }
    person = {"name": f"Oma {n}", "email": "", "standing": "resident", "group": "citizen", "organisation": "", "capacity": ""}
    return {
        "idea": (room.citizens[0], f"/w/{slug}/ideas/", words | {"kind": "need"}),
        "proposal": (room.vsos[0], f"/w/{slug}/proposals/", words | {"kind": "outcome", "who_benefits": "all"}),
        "comment": (room.citizens[0], f"{at_proposal}comments/", words),
        "suggestion": (room.citizens[0], f"{at_proposal}suggestions/", words | {"why": "Clearer", "seen_version": 1}),
        "workshop": (town.lead, at(town, "workshops/new/"), workshop),
        "invitation": (town.lead, f"/w/{slug}/invitations/", person),
    }


def counts():
    return tuple(model.objects.count() for model in (Contribution, Workshop, PrivateWord, Invitation, Participant))


@pytest.mark.parametrize("door", ["idea", "proposal", "comment", "suggestion", "workshop", "invitation"])
def test_do_01_every_door_is_open_before_and_shut_once_procurement_has_its_day(room, door):
    who, address, data = _doors(room, 1)[door]
    before = counts()
    assert room.town.client(who).post(address, data).status_code in (200, 302)
    assert counts() != before, f"{door}: what the test sends is taken while the door is open"
    who, address, data = _doors(room, 2)[door]
    ready(room.town)
    assert set_day(room.town, **{"set-despite": "No time"}).status_code == 302
    before = counts()
    answer = room.town.client(who).post(address, data)
    assert counts() == before, door
    assert answer.status_code in (409, 422)
    assert "open talk about it has ended" in answer.content.decode()


def test_do_01_the_acts_behind_the_doors_say_the_same(room):
    town = room.town
    said = proposing.add_idea(room.workshop, kind="need", text="Private", by=room.vsos[0], key="p", now=town.now)
    moderating.take_step(room.workshop, said.contribution, act="private", reason="About prices", by=town.facilitator, now=town.now)
    ready(town)
    set_day(town, **{"set-despite": "No time"})
    room.workshop.refresh_from_db()
    cycle = Cycle.objects.get(pk=town.cycle.pk)
    words = {"cycle": cycle, "by": room.vsos[0], "kind": "idea", "text": "x", "key": "z", "now": town.now}
    doors = (
        lambda: contributing.contribute(**words),
        lambda: facilitating.convene(cycle, facilitating.WorkshopPlan("Again", "What?"), by=town.lead, now=town.now),
        lambda: inviting.invite(room.workshop, [room.vsos[0]], by=town.lead, now=town.now),
        lambda: scheduling.propose_dates(room.workshop, [town.now + timedelta(days=3)], by=town.lead, now=town.now),
        lambda: moderating.say_privately(room.workshop, said.contribution, text="Only you", by=town.facilitator, key="q", now=town.now),
    )
    for door in doors:
        with pytest.raises(Refused, match="open talk about it has ended"):
            door()


def test_inv_12_no_message_has_a_single_provider_as_its_reader(room, posted):
    town = room.town
    for model in (ProcurementQuestion, QuestionAnswer):
        names = {field.name for field in model._meta.get_fields()}
        assert not names & {"to", "recipient", "provider", "organisation", "participant"}, "a question and its answer have no address"
    for number, provider in enumerate(room.vsos):
        provider.user = User.objects.create_user(f"vso{number}@example.org")
        provider.save()
    ready(town)
    set_day(town, **{"set-despite": "No time"})
    asked = asking.ask(town.cycle, text="Are travel costs paid?", key="t", by=room.vsos[0], now=town.now)
    had = Letter.objects.count()
    client = town.client(town.lead)
    posted(lambda: client.post(at(town, f"questions/{asked.number}/"), {"text": "Yes, up to £20 a day."}))
    written = Letter.objects.order_by("pk")[had:]
    reached = {p.pk for p in town.cycle.participants.filter(withdrawn_at=None, user__isnull=False)}
    assert {room.vsos[0].pk, room.vsos[1].pk} <= reached, "whoever asked and whoever did not"
    assert {letter.participant_id for letter in written} == reached
    assert len({letter.words for letter in written}) == 1, "the same words to all"


def test_s1_step_7_and_8_the_records_the_gate_and_a_question_answered_to_all(room, posted):
    """Scenario S1 through the screens: three records, the gate, and the question of Rainbow Roots about travel costs (LG-05, DO-01, INV-12)."""
    town = room.town
    rainbow, lead, harbour = town.join("Amira", "vso", "Rainbow Roots"), town.client(town.lead), town.client(room.vsos[0])
    assert lead.post(at(town, "duties/"), {"kind": "services", "value": 420_000}).status_code == 302
    for code in ("s1-3-a", "s1-3-b", "s1-7"):
        assert lead.post(at(town, f"duties/{code}/"), sent(code)).status_code == 302
    Workshop.objects.update(closed_at=town.now)
    Cycle.objects.update(public_at=town.now)
    assert "has not started" in harbour.get(at(town, "questions/")).content.decode()
    assert set_day(town, 0, 14).status_code == 302
    asking_client = town.client(rainbow)
    page = asking_client.get(at(town, "questions/")).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    refused = asking_client.post(at(town, "questions/"), {"text": "Does Rainbow Roots get its travel costs paid?", "key": key})
    assert refused.status_code == 409
    assert "names Rainbow Roots" in refused.content.decode()
    question = {"text": "Are the travel costs of volunteers paid, and up to what sum?", "key": key}
    for __ in range(2):
        assert asking_client.post(at(town, "questions/"), question).status_code == 302
    made = ProcurementQuestion.objects.get()
    for reader in (harbour, lead, town.client(room.citizens[0]), Client()):
        seen = reader.get(at(town, "questions/")).content.decode()
        assert question["text"] in seen
        assert "No answer yet" in seen
        assert "Rainbow" not in seen
        assert "Amira" not in seen
    assert "Amira" not in lead.get(at(town, "questions/1/")).content.decode(), "not even whoever answers sees who asks"
    assert not Minute.objects.filter(act="question", by__isnull=False).exists()
    mailed = posted(lambda: lead.post(at(town, "questions/1/"), {"text": "Yes. Up to £20 a day for each volunteer."}))
    assert any("Question 1" in m.body for m in mailed)
    for reader in (harbour, asking_client, town.client(room.citizens[0]), Client()):
        assert "Up to £20 a day" in reader.get(at(town, "questions/")).content.decode()
    assert [(q.number, q.answer.text) for q in asking.answered_in([town.cycle])[town.cycle.pk]] == [
        (1, "Yes. Up to £20 a day for each volunteer.")
    ]
    assert made.answers.count() == 1


def test_a_later_answer_stands_and_the_earlier_one_stays(town):
    opened(town)
    asking.ask(town.cycle, text="How many lots are there?", key="k", by=None, now=town.now)
    lead = town.client(town.lead)
    for text in ("Two.", "Two.", "Three: one more was added today."):
        assert lead.post(at(town, "questions/1/"), {"text": text}).status_code == 302
    assert QuestionAnswer.objects.count() == 2
    page = lead.get(at(town, "questions/")).content.decode()
    assert page.index("Three: one more") < page.index("What was answered before") < page.index("Two.")


def test_questions_from_outside_wait_for_an_officer_and_are_then_answered_to_all(town):
    opened(town)
    Cycle.objects.update(public_at=town.now)
    stranger = Client()
    assert stranger.post(at(town, "questions/"), {"text": "Can a new group take part?", "key": "x"}).status_code == 302
    page = stranger.get(at(town, "questions/")).content.decode()
    assert "Can a new group" not in page
    assert "1 question from outside waits" in page
    lead = town.client(town.lead)
    assert "Can a new group" in lead.get(at(town, "questions/")).content.decode()
    assert stranger.get(at(town, "questions/1/")).status_code == 404
    lead.post(at(town, "questions/1/"), {"text": "Yes, everybody can."})
    assert "Can a new group" in Client().get(at(town, "questions/")).content.decode()


def test_one_address_outside_cannot_fill_the_box_for_everybody(town, monkeypatch):
    monkeypatch.setattr("commissioning.limiting.ASKED_AT_ONCE", 2)
    opened(town)
    Cycle.objects.update(public_at=town.now)
    codes = [Client().post(at(town, "questions/"), {"text": f"Question {n}?", "key": f"k{n}"}).status_code for n in range(4)]
    assert codes == [302, 302, 409, 409]
    inside = town.client(town.join("Cat"))
    assert inside.post(at(town, "questions/"), {"text": "And from inside?", "key": "i"}).status_code == 302


def test_setting_aside_says_why_and_hides_the_words(town):
    opened(town)
    asking.ask(town.cycle, text="Buy my watches", key="k", by=None, now=town.now)
    lead = town.client(town.lead)
    assert lead.post(at(town, "questions/1/aside/"), {"aside-reason": ""}).status_code == 409
    assert lead.post(at(town, "questions/1/aside/"), {"aside-reason": "An advertisement"}).status_code == 302
    page = town.client(town.join("Cat")).get(at(town, "questions/")).content.decode()
    assert "An advertisement" in page
    assert "watches" not in page
    assert town.client(town.join("Cem")).post(at(town, "questions/1/aside/"), {"aside-reason": "x"}).status_code == 404


def test_after_the_last_day_no_question_is_taken_and_answers_still_are(town, later):
    opened(town)
    asking.ask(town.cycle, text="In time?", key="k", by=None, now=town.now)
    with pytest.raises(Refused, match="time for questions is over"):
        asking.ask(town.cycle, text="Too late?", key="l", by=None, now=later(15 * 86400))
    question = ProcurementQuestion.objects.get()
    assert asking.answer(question, text="Yes", by=town.lead, now=later(15 * 86400)).pk
    with pytest.raises(Refused, match="Only the lead"):
        asking.answer(question, text="Mine", by=town.join("Val", "vso", "Harbour"), now=town.now)


def test_open_rooms_are_drawn_again_when_the_day_is_set(room):
    before = Workshop.objects.get(pk=room.workshop.pk).desk_turn
    client, desk = room.town.client(room.citizens[0]), f"/w/{room.workshop.slug}/desk/"
    assert "open talk about it has ended" not in client.get(desk).content.decode()
    ready(room.town)
    set_day(room.town, **{"set-despite": "No time"})
    assert Workshop.objects.get(pk=room.workshop.pk).desk_turn > before
    assert "open talk about it has ended" in client.get(desk).content.decode()


def test_open_talk_begins_again_when_procurement_is_over(room):
    ready(room.town)
    set_day(room.town, **{"set-despite": "No time"})
    client = room.town.client(room.town.lead)
    assert client.post(at(room.town, "gate/"), {"act": "end", "end-ending": "done", "end-reason": ""}).status_code == 422
    done = {"act": "end", "end-ending": "done", "end-reason": "The contract was signed."}
    assert client.post(at(room.town, "gate/"), done).status_code == 302
    room.workshop.refresh_from_db()
    workshop = Workshop.objects.get(pk=room.workshop.pk)
    assert proposing.add_idea(workshop, kind="need", text="Again", by=room.citizens[0], key="n", now=room.town.now)


# Challenges


def contested(days=12, **more):
    data = {
        "act": "log",
        "log-what": "City Advice Network says the window for offers was announced too late.",
        "log-happened_on": str(today()),
        "log-effect": "Everything moves back by 12 days.",
        "log-told": "All participants by letter; the public page.",
        "log-until": str(today(days)),
    }
    return data | more


def test_inv_23_s3_a_challenge_pauses_the_cycle_for_twelve_days_and_it_goes_on(room):
    town, lead = room.town, room.town.client(room.town.lead)
    assert lead.post(at(town, "challenges/"), contested()).status_code == 302
    day = today(12).strftime("%-d %B %Y")
    refused = town.client(room.citizens[0]).post(f"/w/{room.workshop.slug}/ideas/", {"kind": "need", "text": "More", "key": "k"})
    assert refused.status_code == 409
    assert day in refused.content.decode()
    cycle = Cycle.objects.get(pk=town.cycle.pk)
    with pytest.raises(Refused, match=day):
        facilitating.convene(cycle, facilitating.WorkshopPlan("New session", "What?"), by=town.lead, now=town.now)
    with pytest.raises(Refused, match="paused"):
        contributing.contribute(cycle=cycle, by=room.citizens[0], kind="need", text="x", key="y", now=town.now)
    ready(town)
    assert set_day(town, 20, **{"set-despite": "x"}).status_code == 409, "no procurement starts while paused"
    assert "paused" in town.client(room.citizens[0]).get(at(town)).content.decode(), "everybody sees it on the cycle's page"
    assert lead.post(at(town, "challenges/"), {"act": "resume", "resume-reason": ""}).status_code == 422
    twelve = town.now + timedelta(days=12)
    challenging.resume(town.cycle, reason="The window was made longer, to 35 days.", by=town.lead, now=twelve)
    page = town.client(room.citizens[0]).get(at(town, "challenges/")).content.decode()
    assert "The window was made longer" in page
    cycle.refresh_from_db()
    assert cycle.quiet is None
    assert facilitating.convene(cycle, facilitating.WorkshopPlan("New session", "What?"), by=town.lead, now=twelve).pk


def test_do_10_a_challenge_is_logged_with_its_effect_and_everybody_is_told_the_new_date(room, posted):
    town, lead = room.town, room.town.client(room.town.lead)
    mailed = posted(lambda: lead.post(at(town, "challenges/"), contested()))
    day = today(12).strftime("%-d %B %Y")
    assert mailed
    assert all(day in message.body for message in mailed)
    page = town.client(room.citizens[0]).get(at(town, "challenges/")).content.decode()
    for words in ("City Advice Network", "moves back by 12 days", "All participants by letter", day):
        assert words in page
    posted(lambda: lead.post(at(town, "challenges/"), {"act": "longer", "longer-until": str(today(20)), "longer-reason": "More papers"}))
    assert today(20).strftime("%-d %B %Y") in mail.outbox[-1].body
    assert CycleChallenge.objects.get().until == today(20)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"log-what": ""}, 422),
        ({"log-until": "soon"}, 422),
        ({"log-until": "2020-01-01"}, 409),
        ({"log-happened_on": "2999-01-01"}, 409),
        ({"act": "nonsense"}, 409),
        ({"act": "resume"}, 422),
        ({"act": "resume", "resume-reason": "Over"}, 409),
    ],
)
def test_a_challenge_that_makes_no_sense_is_refused(town, changes, status):
    assert town.client(town.lead).post(at(town, "challenges/"), contested(**changes)).status_code == status
    assert not CycleChallenge.objects.exists()


def test_one_challenge_at_a_time_and_only_officers_log(town):
    assert town.client(town.join("Cat")).post(at(town, "challenges/"), contested()).status_code == 404
    lead = town.client(town.lead)
    assert lead.post(at(town, "challenges/"), contested()).status_code == 302
    assert lead.post(at(town, "challenges/"), contested()).status_code == 409
    assert CycleChallenge.objects.count() == 1


# The log of who was asked, and what this product is not


def test_lg_09_the_log_shows_who_was_asked_when_with_what_and_that_results_are_open(room):
    town = room.town
    inviting.invite(room.workshop, [*room.vsos, *room.citizens], by=town.lead, now=town.now)
    page = town.client(room.citizens[0]).get(at(town, "who-was-asked/")).content.decode()
    for words in ("Harbour", "Doorstep", room.workshop.question, "Results not published yet", "fewer than five", town.cycle.bidding_rule):
        assert words in page
    assert not re.search(r"\bCat\b", page), "a citizen is a number here"
    facilitating.close(room.workshop, none_because="All was said", by=town.facilitator, now=town.now)
    assert "Results open to everybody in the cycle since" in town.client(room.vsos[0]).get(at(town, "who-was-asked/")).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(room, rows):
    town = room.town
    inviting.invite(room.workshop, [town.join(f"V{n}", "vso", f"Org {n}") for n in range(rows)], by=town.lead, now=town.now)
    town.move(room.workshop, "discuss")
    Workshop.objects.filter(cycle=town.cycle).update(closed_at=town.now)
    opened(town)
    for n in range(rows):
        asked = asking.ask(town.cycle, text=f"Question {n}?", key=f"k{n}", by=None, now=town.now)
        asking.answer(asked, text="Yes", by=town.lead, now=town.now)
    taken = {}
    for address in ("questions/", "gate/", "challenges/", "who-was-asked/"):
        client = town.client(town.lead)
        client.get(at(town, address))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(town, address)).status_code == 200
        taken[address] = len(queries)
    assert taken == {"questions/": 8, "gate/": 14, "challenges/": 4, "who-was-asked/": 8}


BID = re.compile(r"\b(bid|bids|tender|tenders|offer|offers|quote|quotation|price|prices)\b", re.IGNORECASE)
# What the authority says of its own tender: how long it is open, how the score is shared, what organisations could contribute.
OWN = (
    "taking part and bidding",
    "bidding",
    "days the tender is open",
    "price price, in per cent",
    "days to write a bid",
    "need to write a bid",
    "organisations may bid together",
    "the price covers full costs",
    r"offers what (it )?could (it )?contribute( here)?\??",
)
ALLOWED = re.compile("|".join(OWN), re.IGNORECASE)


def _forms():
    for form in _below(forms.BaseForm):
        if form.__module__.split(".")[0] in ("commissioning", "workshops", "outcomes"):
            yield form


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_do_11_no_screen_accepts_a_bid_document_or_a_price():
    """Every form of the product, and every box in every page: none takes an offer or what it costs."""
    seen = 0
    assert get_resolver().reverse_dict, "every doorway is loaded, and with it every form"
    for form in _forms():
        for name, field in form.base_fields.items():
            seen += 1
            words = f"{name.replace('_', ' ')} {field.label or ''}"
            assert not BID.search(ALLOWED.sub("", words)), f"{form.__name__}.{name}: {words}"
    assert seen > 50
    for path in Path(ROOT / "templates").rglob("*.html"):
        for box in re.findall(r"<(?:input|textarea|select)\b[^>]*\bname=\"([^\"{]*)", path.read_text()):
            assert not BID.search(box.replace("_", " ").replace("-", " ")), f"{path.name}: {box}"
    for form in _forms():  # what providers can reach while procurement runs takes no file at all
        if form.__module__ == "commissioning.duty_forms":
            assert not any(isinstance(f, forms.FileField) for f in form.base_fields.values())


def test_inv_23_no_hands_are_counted_while_the_cycle_is_paused(room):
    town = room.town
    ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0]))
    assert town.client(town.lead).post(at(town, "challenges/"), contested()).status_code == 302
    with pytest.raises(Refused, match="paused"):
        hands.count(ballot, hands.Show("citizen", {"support": 1}), by=town.facilitator, now=town.now)
