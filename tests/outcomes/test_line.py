"""From an agreement to a frame, a specification and its files; and the thread back and forward."""

import io
import json

import pytest
from docx import Document

from commissioning import answering
from commissioning.models import Contribution
from commissioning.sentences import Refused
from outcomes import adopting, composing, publishing, specifying, threading_back
from outcomes.models import Clause, Export, Outcome, SpecificationVersion
from workshops import agreeing, proposing
from workshops.models import Agreement

PLACING = adopting.Placing("Home", "young people", "short", ("social",))


@pytest.fixture
def agreement(room):
    town, workshop = room.town, room.workshop
    idea = proposing.add_idea(workshop, kind="need", text="Nowhere to go", by=room.citizens[1], key="i", now=town.now)
    proposal = town.propose(workshop, room.citizens[0])
    proposal.sources.add(idea.contribution)
    proposing.comment(proposal, text="On Fridays above all", by=room.vsos[0], key="c", now=town.now)
    ballot = town.ballot(workshop, proposal)
    town.vote(ballot, "support", *room.officers, *room.vsos, room.citizens[0])
    town.vote(ballot, "abstain", room.citizens[1])
    town.move(workshop, "agree")
    return agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)


def adopt(room, agreement, **changes):
    given = {"answer": "adopted", "reason": "Yes", "decider_role": "Portfolio member", "placing": PLACING} | changes
    return adopting.decide(agreement, by=room.town.decider, now=room.town.now, **given)


def specify(room, agreement):
    adopt(room, agreement)
    room.town.collected()
    adopting.freeze(adopting.framework_of(room.town.cycle), by=room.town.lead, now=room.town.now)
    specification = specifying.specification_of(room.town.cycle)
    specifying.compose(specification, by=room.town.lead, now=room.town.now)
    return specification


def test_only_a_decider_decides_once_with_a_reason_and_a_place(room, agreement):
    for by in (room.town.lead, room.town.facilitator, room.citizens[0]):
        with pytest.raises(Refused, match="decider"):
            adopting.decide(agreement, answer="not", reason="No", decider_role="x", by=by, now=room.town.now)
    for wrong in (
        {"reason": " "},
        {"decider_role": ""},
        {"placing": None},
        {"answer": "maybe"},
        {"placing": adopting.Placing("Home", "all", dimensions=())},
        {"answer": "part"},
    ):
        with pytest.raises(Refused):
            adopt(room, agreement, **wrong)
    assert not Outcome.objects.exists(), "nothing half-written"
    adopt(room, agreement)
    with pytest.raises(Refused, match="already"):
        adopt(room, agreement)


def test_adopted_outcomes_cite_their_agreement_and_bring_their_indicators(room, agreement):
    adopt(room, agreement)
    outcome = Outcome.objects.get()
    assert outcome.decision.agreement == agreement
    assert [i.text for i in outcome.indicators.all()] == ["A sign of: People feel safe."]
    assert outcome.code == "O1"


def test_ps_03_sign_off_is_refused_while_an_agreed_item_has_no_answer(room, agreement):
    specification = specifying.specification_of(room.town.cycle)
    with pytest.raises(Refused, match="no answer"):
        specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    with pytest.raises(Refused, match="no answer"):
        adopting.freeze(adopting.framework_of(room.town.cycle), by=room.town.lead, now=room.town.now)


def test_pl_21_frozen_means_frozen_until_it_is_reopened_with_a_reason(room, agreement):
    specification = specify(room, agreement)
    clause = Clause.objects.first()
    framework = adopting.framework_of(room.town.cycle)
    version = specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    with pytest.raises(Refused, match="frozen"):
        specifying.edit_clause(clause, text="x", kind="outcome", seen_version=1, by=room.town.lead, now=room.town.now)
    with pytest.raises(Refused, match="frozen"):
        adopting.describe_indicator(Outcome.objects.get().indicators.get(), {"source": "x"}, by=room.town.lead, now=room.town.now)
    adopting.reopen(framework, reason="New evidence", by=room.town.lead, now=room.town.now)
    specifying.edit_clause(clause, text="New words", kind="outcome", seen_version=1, by=room.town.lead, now=room.town.now)
    adopting.freeze(framework, by=room.town.lead, now=room.town.now)
    second = specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    assert (version.number, second.number) == (1, 2)
    assert version.content_hash != second.content_hash
    assert composing.content_hash(SpecificationVersion.objects.get(number=1).content) == version.content_hash


def test_a_reservation_after_the_answer_is_printed_and_needs_no_second_answer(room, agreement):
    adopt(room, agreement)
    agreeing.reserve(agreement.proposal, text="Only if it is free", by=room.vsos[0], key="r", now=room.town.now)
    framework = adopting.framework_of(room.town.cycle)
    assert not adopting.unanswered_in(room.town.cycle).exists()
    room.town.collected()
    version = adopting.freeze(framework, by=room.town.lead, now=room.town.now)
    said = version.content["themes"][0]["outcomes"][0]["agreement"]
    assert (said["state"], said["dissent"]) == ("reserved", [{"reason": "Only if it is free"}]), "kept, and no small group named"


def test_adopted_words_that_are_reopened_stop_the_line_until_they_are_agreed_and_answered_again(room, agreement):
    town, proposal = room.town, agreement.proposal
    specification = specify(room, agreement)
    proposing.amend(proposal, text="People feel at home.", why="", seen_version=1, by=room.citizens[0], key="a", now=town.now)
    with pytest.raises(Refused, match="reopened after their answer"):
        specifying.sign_off(specification, by=town.lead, now=town.now)
    adopting.reopen(adopting.framework_of(town.cycle), reason="New words", by=town.lead, now=town.now)
    with pytest.raises(Refused, match="reopened after their answer"):
        adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    ballot = town.ballot(room.workshop, proposal)
    town.vote(ballot, "support", *room.everybody)
    town.move(room.workshop, "agree")
    again = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    adopt(room, again)
    outcome = Outcome.objects.get()
    assert (outcome.code, outcome.statement, outcome.indicators.count()) == ("O1", "People feel at home.", 1)
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    specifying.sign_off(specification, by=town.lead, now=town.now)


def test_words_without_consent_are_linked_and_not_quoted(room, agreement):
    shy = room.town.join("Shy", consents=("take_part",))
    proposing.comment(agreement.proposal, text="Do not quote me", by=shy, key="s", now=room.town.now)
    specify(room, agreement)
    graph = json.dumps(threading_back.thread_of(room.town.cycle))
    assert "Do not quote me" not in graph
    back = threading_back.walk_back(Clause.objects.first())
    assert len(back.contributions) == 5
    assert "Do not quote me" not in [c.text for c in back.contributions]


@pytest.mark.parametrize("text", ["a\x0bb", "\uffff here", "x\u202eevil", "tab\there"])
def test_whatever_is_pasted_the_document_can_be_built(room, agreement, text):
    specification = specify(room, agreement)
    specifying.add_clause(specification, text=text, kind="standard", requirement=text, by=room.town.lead, now=room.town.now)
    version = specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    assert publishing.as_docx(version)[:2] == b"PK"


def test_pl_11_a_clause_needs_an_origin_and_the_slower_officer_sees_both_texts(room, agreement):
    specification = specify(room, agreement)
    with pytest.raises(Refused, match="comes from"):
        specifying.add_clause(specification, text="Do it well", kind="standard", by=room.town.lead, now=room.town.now)
    specifying.add_clause(
        specification,
        text="Keep people safe",
        kind="standard",
        requirement="Care Act 2014",
        by=room.town.lead,
        now=room.town.now,
    )
    clause = Clause.objects.first()
    specifying.edit_clause(clause, text="One", kind="outcome", seen_version=1, by=room.town.lead, now=room.town.now)
    with pytest.raises(specifying.SomebodyElseEdited) as late:
        specifying.edit_clause(clause, text="Two", kind="outcome", seen_version=1, by=room.town.lead, now=room.town.now)
    assert (late.value.current, late.value.yours) == ("One", "Two")
    assert specifying.compose(specification, by=room.town.lead, now=room.town.now) == 0, "composing twice adds nothing"


def test_the_files_carry_the_same_hash_and_the_dissent(room, agreement, django_capture_on_commit_callbacks):
    agreeing.reserve(agreement.proposal, text="Only if it is free", by=room.vsos[0], key="r", now=room.town.now)
    specification = specify(room, Agreement.objects.get(superseded_at=None))
    version = specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    package = json.loads(publishing.as_json(version))
    assert package["content_hash"] == version.content_hash == composing.content_hash(package["content"])
    document = Document(io.BytesIO(publishing.as_docx(version)))
    words = "\n".join([p.text for p in document.paragraphs] + [c.text for t in document.tables for r in t.rows for c in r.cells])
    assert version.content_hash in words
    assert document.core_properties.identifier == version.content_hash
    assert "Only if it is free" in words
    assert {"Heading 1", "Heading 2"} <= {p.style.name for p in document.paragraphs}
    for clause in Clause.objects.all():
        assert clause.text in words


def test_small_groups_are_hidden_in_what_is_published(room, agreement):
    specification = specify(room, agreement)
    version = specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    counts = version.content["framework"]["themes"][0]["outcomes"][0]["agreement"]["counts"]
    assert counts == [{"group": g, "fewer_than": 5} for g in ("commissioner", "vso", "citizen")], "two people on each side"
    assert adopting.published_count({"group": "vso", "entitled": 6, "support": 5, "change": 0, "cannot": 0, "abstain": 0})["support"] == 5
    quiet = {"group": "vso", "entitled": 6, "support": 1, "change": 0, "cannot": 0, "abstain": 0}
    assert "support" not in adopting.published_count(quiet), "one vote of six is one organisation's vote"


def test_two_people_asking_get_one_build(room, agreement, django_capture_on_commit_callbacks):
    version = specifying.sign_off(specify(room, agreement), by=room.town.lead, now=room.town.now)
    first = publishing.ask_for(version, "docx", now=room.town.now)
    assert publishing.ask_for(version, "docx", now=room.town.now) == first
    assert Export.objects.count() == 1


def test_the_thread_walks_back_from_a_clause_to_every_voice(room, agreement):
    specify(room, agreement)
    back = threading_back.walk_back(Clause.objects.first())
    assert back.agreement == agreement
    assert {c.text for c in back.contributions} == {
        "Nowhere to go",
        "People feel safe.",
        "A sign of: People feel safe.",
        "On Fridays above all",
    }


def test_the_thread_walks_forward_from_what_somebody_said(room, agreement):
    specify(room, agreement)
    said = Contribution.objects.get(text="Nowhere to go")
    answering.answer([said], status="used", reason="It is O1 now", by=room.town.lead, now=room.town.now)
    journey = threading_back.journeys([said])[0]
    assert journey.feedback.reason == "It is O1 now"
    assert [o.code for o in journey.outcomes] == ["O1"]
    assert [c.label for c in journey.clauses] == ["1.1", "1.2"]


def test_the_thread_as_data_has_no_dangling_link_and_no_orphan(room, agreement):
    specify(room, agreement)
    graph = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/thread.json").json()
    known = {node["id"] for node in graph["nodes"]}
    ends = {end for link in graph["links"] for end in (link["from"], link["cites"])}
    assert ends <= known
    assert {n["id"] for n in graph["nodes"] if n["type"] != "contribution"} <= ends
    assert not any(name in json.dumps(graph) for name in ("Cat", "Cem", "Val", "Olu"))


@pytest.mark.parametrize(
    ("kinds", "share", "warned"),
    [(["outcome"] * 6 + ["method"] * 4, 40, False), (["outcome"] * 5 + ["method"] * 5, 50, True), ([], 0, False)],
)
def test_too_much_how_is_warned_about(kinds, share, warned):
    mix = composing.mix_of(kinds, 40)
    assert (mix.method_share, mix.warning is not None) == (share, warned)


def test_the_walk_back_shows_no_count_of_a_small_group(room, agreement):
    specify(room, agreement)
    clause = Clause.objects.exclude(outcome=None).first()
    html = room.town.client(room.town.lead).get(f"/cycles/{room.town.cycle.slug}/clauses/{clause.pk}/thread/").content.decode()
    assert html.count("A group of fewer than five people is not shown in numbers.") == 3
    assert '<td class="govuk-table__cell">2</td>' not in html
