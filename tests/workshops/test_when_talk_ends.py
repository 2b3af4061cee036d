"""Where talk ends: every door of it is shut while a challenge pauses the cycle and once procurement has its day (INV-12, INV-23)."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning import bringing_in, contributing, convening, expectations, history, meaning, needs, vocabulary
from commissioning.models import Bringing, Consultation, Contribution, Cycle, LookedUp, StartingPoint, SupplierContact
from outcomes import adopting, drafting, judging, process_reviewing, reviewing, specifying
from outcomes.models import Decision, Lot, Outcome, Review, Theme
from tests.outcomes.looking_back import awarded
from tests.workshops.test_doorways import MATRIX
from tests.workshops.test_procurement import at, contested, ready, set_day, today
from workshops import merging, moderating, papers, prioritising, promising, proposing, rules, scheduling, seating, suggesting
from workshops.models import Agreement, Workshop


@dataclass
class World:
    """A cycle in which everything has been begun, and every way something could still be said in it."""

    room: object
    doors: list

    @property
    def town(self):
        return self.room.town

    def say(self, name, who, /, *arguments, **sent):
        """One door: its name, who stands at it, what its address needs beside the cycle or the room, and what is sent."""
        first = {"CYCLE": self.town.cycle.slug, "ROOM": self.room.workshop.slug}[MATRIX[name][0][0]]
        self.doors.append((name, who, reverse(name, args=[first, *arguments]), sent))


@pytest.fixture
def world(room):
    made = World(room, [])
    _of_the_cycle(made)
    _of_consultations(made)
    _of_suppliers(made)
    _of_the_room(made)
    _of_the_vote(made)
    _of_the_specification(made)
    _of_the_framework(made)
    _of_looking_back(made)
    return made


def _of_the_cycle(world):
    town, room, say, now = world.town, world.room, world.say, world.town.now
    lead, officer, val, cat = town.lead, room.officers[0], room.vsos[0], room.citizens[0]
    item = convening.add_scope_item(town.cycle, kind="open", text="Where it is", by=lead, now=now)
    say("ask_about_scope", cat, item.pk, text="Is it open?", key="1")
    StartingPoint.objects.create(cycle=town.cycle, shared_at=now, shared_by=lead)
    say("starting_point", cat, act="remark", heading="budget", text="More than that", key="2")
    agreed = {"commissioner": "By vote", "vso": "By vote", "citizen": "By vote"}
    kept = meaning.agree(town.cycle, meaning.Draft(agreed, today(), "People feel safe"), by=lead, now=now)
    say("meaning", cat, act="disagree", meaning=kept.pk, text="Not so", key="3")
    say("meaning", lead, act="agree", words="People feel well", on=today(), seen=1, reason="Clearer", **agreed)
    asked = vocabulary.challenge(town.cycle, term="Outcome", why="Unclear", wording="What changes", by=cat, key="v", now=now)
    say("vocabulary", cat, term="Asset", why="Unclear", key="4")
    say("term", officer, asked.pk, wording="What is different")
    say("term", officer, asked.pk, act="agree", wording="What changes")
    say("expectations", cat, **{code: next(iter(i.choices)) for code, i in expectations.items().items()})
    said = history.write(town.cycle, text="It was promised before", by=val, now=now)
    heard = history.write(town.cycle, text="Nobody came", by=room.citizens[1], now=now)
    history.agree_to_share(heard, yes=True, by=room.citizens[1], now=now)
    say("history", cat, act="write", text="Another thing")
    say("history", val, act="agree", entry=said.pk)
    say("history", lead, act="hear", entry=heard.pk, words="We heard it", role="Head of service")
    say("tell", cat, difference="Evenings", key="5")
    _of_needs(world)
    say("shifts", officer, **{"place-S7-1": 3})
    promised = {
        "text": "To ring back",
        "where": "On the phone",
        "made_on": today(),
        "due": today(9),
        "promised_to": "everybody",
        "key": "6",
    }
    say("promises", cat, owner="Somebody", side="authority", **promised)
    broker = town.join("Gwen", "vso", "Eastmere CVS", role="broker")
    say("mandates", broker, groups="Knit and Natter", matter="What people need", until=today(30))
    say("convene", lead, title="Again", question="What now?", hours="2", kind="joint", **_rule())


def _rule():
    parts = {f"{part}_{group}": n for group in ("commissioner", "vso", "citizen") for part, n in (("percent", 67), ("least", 0))}
    return {"preset": next(iter(rules.PRESETS))} | parts


def _of_needs(world):
    town, room, say, now = world.town, world.room, world.say, world.town.now
    lead, cat = town.lead, room.citizens[0]
    both = [needs.raise_need(town.cycle, statement=f"Need {n}", by=lead, now=now) for n in (1, 2)]
    evidence = {"kind": "lived_experience", "source": "My street"}
    say("add_need", cat, statement="A bus", key="7", **evidence)
    say("need", cat, both[0].number, act="evidence", **evidence)
    say("add_asset", cat, what="A hall", key="8")
    file = b"kind,statement,evidence,source\nneed,A bus,data,Census\n"
    say("import_needs", lead, file=("needs.csv", file))
    told, __ = contributing.contribute(cycle=town.cycle, by=cat, kind="need", text="A bench", key="t", now=now)
    say("sort_said", lead, act="need", contributions=[told.pk], statement="A bench")
    say("gaps", cat, act="dispute", need=both[0].pk, lacks="provider", words="There is one")
    ranking = prioritising.open_ranking(town.cycle, criteria=["Urgent"], chosen=both, by=lead, now=now)
    say("priorities", cat, act="rank", of=ranking.pk, **{f"rank-{both[0].pk}": 1})
    say("priorities", lead, act="open", criteria="Fair", needs=[need.pk for need in both])


def _of_consultations(world):
    town, say, now = world.town, world.say, world.town.now
    plan = bringing_in.ConsultationPlan("Autumn survey", "What is needed", "All homes")
    asked = bringing_in.open_consultation(town.cycle, plan, by=town.lead, now=now)
    brought = Bringing.objects.create(consultation=asked, state=Bringing.State.CHECKED, name="a.csv", good=1, by=town.lead, at=now)
    again = {"title": "Winter survey", "about": "What is needed now", "reached": "All homes", "looked": "yes"}
    say("new_consultation", town.lead, answer="again", why="It was long ago", **again)
    say("bring_answers", town.lead, asked.pk, file=("b.csv", b"answer\nMore buses\n"))
    say("bringing", town.lead, asked.pk, brought.pk, act="bring in")


def _of_suppliers(world):
    say, val = world.say, world.room.vsos[0]
    say("shape", val, act="means", cash=1000, yearly=20_000, days=20)
    say("shape", val, act="payment", text="Pay monthly", key="9")
    say("route", val, act="say", text="A grant is better", key="10")
    say("contacts", val, **_met("11"))


def _met(key):
    return {"kind": "call", "happened_at": "2026-01-02T10:00", "who": "Ann and Val", "summary": "The budget", "key": key}


def _of_the_room(world):
    town, room, say, now = world.town, world.room, world.say, world.town.now
    val, cat, cem, workshop = room.vsos[0], *room.citizens, room.workshop
    ideas = [proposing.add_idea(workshop, kind="need", text=f"Idea {n}", by=cat, key=f"i{n}", now=now) for n in range(4)]
    aside = proposing.add_idea(workshop, kind="need", text="My price", by=val, key="p", now=now)
    moderating.take_step(workshop, aside.contribution, act="private", reason="About prices", by=town.facilitator, now=now)
    say("private", val, aside.contribution.pk, text="Only you", key="12")
    first = town.propose(workshop, val, "First words")
    other = town.propose(workshop, cem, "Other words")
    town.move(workshop, "discuss")
    names = [f"idea-{idea.pk}" for idea in ideas]
    words = {"text": "Both", "kind": "need", "who_benefits": "", "why": "", "key": "13"}
    say("sort", cem, act="merge", cards=names[2:], **words)
    made = merging.merge(workshop, names[:2], merging.NewWords("need", "Both"), by=cem, key="m", now=now)
    say("object_to_merge", cat, made.pk, text="Not that", key="14")
    offer = suggesting.suggest(first, text="Better", why="Plainer", seen_version=1, by=cat, key="s", now=now)
    say("answer_suggestion", val, offer.pk, answer="accept", seen_version=1)
    say("suggest", cat, other.pk, text="Plainer", why="Clearer", seen_version=1, key="15")
    say("amend", val, first.pk, text="New words", who_benefits="All", seen_version=1, key="16")
    say("comment", cat, first.pk, text="But why?", key="17")
    say("reserve", cat, first.pk, text="Not at night", key="18")
    say("add_idea", cat, kind="need", text="One more", key="19")
    say("propose", val, kind="outcome", text="People feel well", who_benefits="All", key="20")
    say("bring_framework", town.facilitator, framework="People feel well")
    say("matters", cat, contribution=ideas[3].contribution.pk, on="yes")
    say("put_up_photo", cat, photo=("a.jpg", b"none"), shows="A bench", kind="need", key="21")
    say("speak", cat, ask="yes")
    say("meet", cat, ready="yes", words="We talked about prices")
    say("willing", cat, yes="yes")
    say("press", town.facilitator, "clash", one=first.pk, other=other.pk, why="Both cost money")
    say("ask_people", town.lead, people=[val.pk])
    say("invitations", town.lead, name="New", standing="resident")
    say("who_can_join", town.lead, entry=Workshop.Entry.values[-1])
    say("propose_dates", town.lead, date_1=f"{today(9)}T10:00")
    (date,) = scheduling.propose_dates(workshop, [now + timedelta(days=3)], by=town.lead, now=now)
    say("choose_date", town.lead, date.pk)
    world.proposal, world.other = first, other


def _of_the_framework(world):
    town, say, now, cat = world.town, world.say, world.town.now, world.room.citizens[0]
    version = world.other.versions.get()
    agreed = Agreement.objects.create(proposal=world.other, version=version, state="agreed", by=town.facilitator, at=now, superseded_at=now)
    decision = Decision.objects.create(agreement=agreed, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, at=now)
    theme = Theme.objects.create(framework=adopting.framework_of(town.cycle), title="Home")
    outcome = Outcome.objects.create(theme=theme, number=1, statement=version.text, horizon="short", social=True, decision=decision)
    say("outcome", cat, outcome.pk, act="consequence", text="Less room for others", intended="no", positive="no", key="30")
    say("indicator_library", cat, act="bring", outcome=world.other.pk, sign="SAFE-1", key="31")


def _of_the_vote(world):
    town, say, now, workshop = world.town, world.say, world.town.now, world.room.workshop
    cat, cem = world.room.citizens
    seat = seating.seat_known(workshop, cem, by=town.facilitator, now=now)
    promising.add_action(
        workshop, text="Ring", due=today(9), how_we_know="It rang", owner="Zed", side="authority", by=town.facilitator, now=now
    )
    say("close_workshop", town.facilitator, meet_again="yes", agreed_by="All")
    ballot = town.ballot(workshop, world.proposal)
    paper = papers.make_papers(ballot, everybody=True, by=town.facilitator, now=now)[0]
    say("open_ballots", town.facilitator, proposals=[world.other.pk], **_rule())
    say("vote", cat, ballot.pk, choice="support", key="22")
    say("enter_papers", town.facilitator, line=f"{paper.code} s")
    say("count_hands", town.facilitator, ballot.pk, group="citizen", support=1)
    scribe = {"for": seat.pk}
    say("scribe_card", town.facilitator, kind="need", text="A bench", key="23", **scribe)
    say("scribe_comment", town.facilitator, proposal=world.proposal.pk, text="Why?", key="24", **scribe)
    say("scribe_vote", town.facilitator, ballot.pk, choice="support", key="25", **scribe)
    say("scribe_table", town.facilitator, ballot.pk, support=1, **scribe)
    # Whatever runs in the room, nothing is given to it: each of these asks that first.
    say("rate", cat)
    say("dots", cat, **{"dots-1": 1})
    say("choose", cat, **{"mark-1": 1})
    say("answer_statement", cat, card=1, says="agree")
    say("scribe_choice", town.facilitator, **scribe, **{"mark-1": 1})
    say("scribe_answers", town.facilitator, **scribe, **{"say-1": "agree"})


def _of_the_specification(world):
    town, say, now = world.town, world.say, world.town.now
    written = specifying.specification_of(town.cycle)
    clause = specifying.add_clause(written, text="Be safe", kind="standard", requirement="Act", by=town.lead, now=now)
    draft = drafting.publish(written, until=now.date() + timedelta(days=5), by=town.lead, now=now)
    say("specification_draft", world.room.citizens[0], draft.number, clause=clause.pk, text="Too short", key="26")
    say("specification_drafts", town.lead, until=today(9))


def _of_looking_back(world):
    """A review is no talk about a procurement, but while another lot is still bought, or the cycle is paused, nobody is asked."""
    town, room, now, lead = world.town, world.room, world.town.now, world.town.lead
    award = awarded(town, "Harbour")
    Lot.objects.create(cycle=town.cycle, number=2, title="Another lot, still being bought")
    review = reviewing.plan(town.cycle, reviewing.ReviewPlan("Year one", 1, award.starts), by=lead, now=now)
    held = reviewing.plan(town.cycle, reviewing.ReviewPlan("Before", 1, award.starts), by=lead, now=now)
    Review.objects.filter(pk=held.pk).update(workshop=room.workshop)
    held.refresh_from_db()
    finding = judging.write(held, judging.FindingSaid("process", "Few could come"), key="f", by=lead, now=now)
    judging.talk_over(finding, by=lead, now=now)
    finding = judging.decide(finding, decided="continue", because="It works", seen=1, by=lead, now=now)
    process_reviewing.open_it(town.cycle, by=lead, now=now)
    cat, asked = room.citizens[0], {"moment": "close", "M-36": "7", "key": "p1"}
    world.say("review", lead, review.number, act="convene")
    world.say("finding", cat, finding.number, act="signal", yes="yes", seen=finding.version)
    world.say("process", lead, act="open")
    world.say("process_questions", cat, **asked)
    world.doors.append(("asked", cat, reverse("asked", args=[town.keys[cat.pk]]), asked))


OPEN = {  # what stays open while nobody may talk, and why
    "the record of duties, and the gate itself": {"duties", "duty", "waiver", "gate", "challenges", "principles", "weighting"},
    "the one channel, where everybody gets the answer": {"questions", "question", "set_question_aside"},
    "the same for everybody at the same moment": {"new_release", "release", "release_notes", "report_sending", "public_page", "notice"},
    "the authority’s answer, or its own papers": {
        *("answers", "answer_agreement", "framework", "indicator", "clause", "specification", "file", "scope", "level", "policy", "terms"),
        *("adopt_priorities", "stage", "close_cycle", "answer_objection", "theme", "consultation", "consultation_answers"),
        *("consultation_sending", "answers_twice", "looking_up", "needs"),
        *("criteria", "criterion", "weighting_minimum", "monitoring", "measure"),
        *("consultation_sending", "answers_twice", "looking_up", "needs", "specification_section"),
        *("consultation_sending", "answers_twice", "looking_up", "needs", "check_pack"),
    },
    "who takes part, how they are reached, and what they have to gain": {
        *(
            "join",
            "enter_code",
            "people",
            "organisation",
            "interest",
            "release_recipients",
            "hear_back",
            "reach",
            "departments",
            "stakeholders",
        ),
        *("provider", "provider_add", "provider_join", "provider_import", "provider_import_look", "provider_must_reach", "provider_review"),
        *(
            "organisation_merge",
            "seat_person",
            "seat_table",
            "seat_known",
            "link_device",
            "let_go",
            "invitation",
            "invited",
            "dates",
            "mandate",
        ),
    },
    "taking back what is one’s own, and leaving": {
        *("mine", "leave_cycle", "withdraw_objection", "undo_merge", "split_merge", "undo_paper", "take_back_date", "call_off", "my_tags"),
    },
    "looking after people and what was said": {
        "report_said",
        "look_after",
        "take_out",
        "moderation",
        "fragility",
        "pulse",
        "pulse_link",
        "fairness",
    },
    "what people say of results, and what they are told: no talk about the procurement": {
        *("voice", "voice_of", "heard", "voice_desk", "progress_desk"),
    },
    "looking back at a contract: the record of it, and what follows": {"reviews"},
    "claims for time": {"claim", "invited_claim", "decide_claim"},
    "promises that stand, and who keeps them": {"action", "add_action", "my_action", "promise", "outside_promise", "plan", "plan_action"},
    "bringing a room to its end": {
        *("move", "activity", "activity_step", "agenda", "lay_out", "keep_agenda", "arrangements", "change_room", "ready", "waiting"),
        *("close_ballot", "record_agreement", "settle", "set_aside", "print_papers", "print_cards"),
    },
    "what a contract in force asks of its provider, and its review": {"return", "fill_return", "upload_return", "return_keys", "story"},
    "a contract that runs, and what the authority invests": {
        *("awards", "new_award", "new_commitment", "commitment", "concerns", "capacity"),
    },
    "organisations among themselves; with the authority in it, it is shut": {"working_together", "memorandum"},
    "nothing of the cycle": {"choose_language", "demo", "new_cycle", "own_checklist"},
}


def posted_addresses(room):
    """Every address that takes something: asked of the product itself."""
    client = room.town.client(room.town.lead, user=room.town.lead.user)
    for name, (arguments, *__) in MATRIX.items():
        filled = [{"CYCLE": room.town.cycle.slug, "ROOM": room.workshop.slug}.get(a, a) for a in arguments]
        if "POST" in client.put(reverse(name, args=filled)).headers.get("Allow", ""):
            yield name


def paused(town):
    town.client(town.lead).post(at(town, "challenges/"), contested())


def started(town):
    ready(town)
    set_day(town, **{"set-despite": "No time"})


def knock(town, who, address, told):
    files = {name: SimpleUploadedFile(*value) for name, value in told.items() if isinstance(value, tuple)}
    return town.client(who).post(address, told | files)


@pytest.mark.parametrize(("end_talk", "says"), [(paused, "Nothing new is taken until then"), (started, "open talk about it has ended")])
def test_inv_12_inv_23_every_door_is_shut_with_a_sentence_or_stays_open_for_a_reason(world, end_talk, says):
    town = world.town
    shut, stays = {name for name, *__ in world.doors}, set().union(*OPEN.values())
    assert set(posted_addresses(world.room)) == shut | stays, "a new door belongs among the shut or the open ones"
    assert not shut & stays
    end_talk(town)
    assert Cycle.objects.get(pk=town.cycle.pk).quiet
    before = (Contribution.objects.count(), Workshop.objects.count(), LookedUp.objects.count())
    wrong = []
    for name, who, address, sent in world.doors:
        answer = knock(town, who, address, sent)
        if answer.status_code != 409 or says not in answer.content.decode():
            wrong.append((name, answer.status_code, sent))
    assert not wrong
    assert (Contribution.objects.count(), Workshop.objects.count(), LookedUp.objects.count()) == before


NOT_NOW = "The workshop is now in"  # another part of the agenda runs: that is asked after whether anybody may talk
ONCE = {  # what the other doors before them, or a room that runs, leave nothing to do for
    *("term", "priorities", "close_workshop", "invitations", "bringing", "put_up_photo"),
    *("rate", "dots", "choose", "answer_statement", "scribe_choice", "scribe_answers", "reserve"),
}


def test_the_same_doors_take_what_is_sent_while_talk_is_open(world):
    """So that none of them is shut in the test above because of how it knocks."""
    refused = set()
    for name, who, address, sent in world.doors:
        answer = knock(world.town, who, address, sent)
        if answer.status_code not in (200, 302) and NOT_NOW not in answer.content.decode():
            refused.add(name)
    assert refused <= ONCE


def test_a_page_whose_form_is_shut_says_so_before_anybody_writes(world):
    started(world.town)
    lead = world.town.client(world.town.lead)
    for rest in (
        "vocabulary/",
        "expectations/",
        "contacts/",
        "shape/",
        "route/",
        "start/",
        "promises/",
        "mandates/",
        "priorities/",
        "history/",
        "specification/drafts/",
        "specification/drafts/1/",
    ):
        assert "open talk about it has ended" in lead.get(at(world.town, rest)).content.decode(), rest


def test_inv_12_officers_log_a_contact_after_the_gate_and_a_supplier_asks_on_the_one_page(world):
    town, val = world.town, world.room.vsos[0]
    started(town)
    assert town.client(val).post(at(town, "contacts/"), _met("s1")).status_code == 409
    assert not SupplierContact.objects.exists()
    assert town.client(val).get(at(town, "contacts/")).status_code == 200, "what was logged before can be read"
    assert town.client(town.lead).post(at(town, "contacts/"), _met("o1") | {"organisation": "Harbour"}).status_code == 302
    assert SupplierContact.objects.get().by == town.lead
    assert town.client(val).post(at(town, "questions/"), {"text": "Are lots possible?", "key": "q"}).status_code == 302


def test_what_is_one_s_own_can_be_taken_back_also_while_nobody_may_talk(world):
    town, cat = world.town, world.room.citizens[0]
    started(town)
    said = Contribution.objects.filter(participant=cat, text="Idea 3").get()
    assert town.client(cat).post(f"/w/{world.room.workshop.slug}/said/{said.pk}/report/", {"words": "My name is in it"}).status_code == 302
    assert town.client(cat).post(f"/cycles/{town.cycle.slug}/people/{cat.pk}/leave/", {}).status_code == 302
    cat.refresh_from_db()
    assert cat.withdrawn_at


def test_no_decision_to_ask_again_stays_without_its_consultation(world):
    paused(world.town)
    sent = {"title": "Winter survey", "about": "What now", "reached": "All", "looked": "yes", "why": "Long ago"}
    lead = world.town.client(world.town.lead)
    assert lead.post(at(world.town, "consultations/new/"), sent | {"answer": "again"}).status_code == 409
    assert not LookedUp.objects.exists()
    assert lead.post(at(world.town, "consultations/new/"), sent | {"answer": "reuse"}).status_code == 302
    assert LookedUp.objects.get().answer == "reuse", "to ask nobody is possible at any time"
    assert Consultation.objects.count() == 1
