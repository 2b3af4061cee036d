"""The specification: sections, where clauses come from, moves and withdrawals, two officers at once, versions and reopening."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissioning.models import User
from commissioning.sentences import Refused
from outcomes import adopting, composing, drafting, sections, specifying, writing_sections
from outcomes.models import Clause, Criterion, Measure, Outcome, SectionText, Specification, SpecificationVersion
from outcomes.models import Weighting as Split
from workshops.models import Agreement, Letter

from .test_line import adopt, agreement, specify  # noqa: F401 (agreement is a fixture)


@pytest.fixture
def written(room, agreement):  # noqa: F811 (the fixture of that name)
    """A specification with the clauses of one outcome, open."""
    made = specify(room, agreement)
    specifying.add_clause(
        made,
        text="Keep people safe",
        kind="standard",
        source=specifying.Source("Care Act 2014", "act", "section 42", "https://www.legislation.gov.uk/ukpga/2014/23/section/42"),
        by=room.town.lead,
        now=room.town.now,
    )
    return made


@pytest.fixture
def lead(room):
    return room.town.client(room.town.lead)


def at(room, rest=""):
    return f"/cycles/{room.town.cycle.slug}/specification/{rest}"


def clause_at(room, clause):
    return at(room, f"clauses/{clause.pk}/")


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# Sections


def test_every_section_a_council_expects_stands_on_the_page_with_what_belongs_there(room, written, lead):
    html = lead.get(at(room)).content.decode()
    for section in sections.all_sections().values():
        assert f"{section.letter}. {section.title}" in html
        assert str(section.belongs).replace("’", "’") in html
    assert list(sections.all_sections()) == [
        *("background", "outcomes", "requirements", "standards", "social-value", "monitoring", "contract", "mobilisation", "exit")
    ]
    assert Clause.objects.filter(kind="standard").get().part == "standards"
    assert set(Clause.objects.exclude(kind="standard").values_list("part", flat=True)) == {"requirements"}


def test_a_section_keeps_every_wording_and_the_slower_officer_sees_both(room, written, lead):
    address = at(room, "sections/exit/")
    assert lead.post(address, {"text": "Nobody is left without help.", "seen_version": 0}).status_code == 302
    late = lead.post(address, {"text": "Records go back.", "seen_version": 0})
    assert late.status_code == 409
    assert "Nobody is left without help." in words_of(late)
    assert "Records go back." in words_of(late)
    assert lead.post(address, {"text": "Records go back.", "seen_version": 1}).status_code == 302
    assert list(SectionText.objects.values_list("version", "text")) == [(1, "Nobody is left without help."), (2, "Records go back.")]
    lead.post(address, {"text": "Records go back.", "seen_version": 1})
    assert SectionText.objects.count() == 2, "the same words again change nothing"
    version = specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    kept = {s["key"]: s for s in version.content["sections"]}
    assert kept["exit"]["text"] == "Records go back."
    assert kept["standards"]["clauses"] == [Clause.objects.get(kind="standard").pk]
    assert kept["background"]["facts"][0]["items"] == [room.town.cycle.purpose]
    assert composing.content_hash(SpecificationVersion.objects.get().content) == version.content_hash


def test_only_who_specifies_writes_a_section(room, written):
    for who in (room.citizens[0], room.vsos[0], room.town.decider):
        client = room.town.client(who)
        assert client.get(at(room, "sections/exit/")).status_code == 200
        assert client.post(at(room, "sections/exit/"), {"text": "Mine", "seen_version": 0}).status_code == 404
        assert client.post(at(room, "drafts/"), {"until": room.town.now.date()}).status_code == 404
    assert not SectionText.objects.exists()


# Where clauses come from


def test_pl_11_a_reader_goes_from_any_clause_to_its_outcome_indicator_need_and_what_was_said(room, written):
    client = room.town.client(room.citizens[0])
    html = client.get(at(room)).content.decode()
    for clause in Clause.objects.filter(outcome__isnull=False):
        link = f"/cycles/{room.town.cycle.slug}/clauses/{clause.pk}/thread/"
        assert link in html
        back = words_of(client.get(link))
        for said in (clause.outcome.statement, "Nowhere to go", "On Fridays above all", "A sign of: People feel safe."):
            assert said in back


def test_inv_04_a_clause_has_an_agreed_outcome_or_a_named_source_always(room, written, lead):
    added = {"act": "add", "text": "Do it well", "kind": "method"}
    assert lead.post(at(room), added).status_code == 409
    assert lead.post(at(room), added | {"requirement": "NICE", "source_link": "not an address"}).status_code == 422
    assert not Clause.objects.filter(text="Do it well").exists()
    source = {
        "requirement": "NICE NG206",
        "source_kind": "guidance",
        "source_section": "1.2",
        "source_link": "https://www.nice.org.uk/ng206",
    }
    for __ in range(2):
        assert lead.post(at(room), added | source).status_code == 302
    clause = Clause.objects.get(text="Do it well")
    assert (clause.requirement, clause.source_section) == ("NICE NG206", "1.2"), "sent twice, kept once"
    html = lead.get(at(room)).content.decode()
    assert 'href="https://www.nice.org.uk/ng206"' in html
    assert "1.2 (Statutory guidance)" in html
    with pytest.raises(IntegrityError), transaction.atomic():
        Clause.objects.create(specification=written, section=99, number=1, kind="outcome", text="From nowhere")


def test_a_source_with_a_script_for_an_address_is_refused(room, written, lead):
    bad = {"act": "add", "text": "x", "kind": "standard", "requirement": "Act", "source_link": "javascript:alert(1)"}
    assert lead.post(at(room), bad).status_code == 422
    with pytest.raises(Refused, match="https"):
        specifying.Source("Act", link="javascript:alert(1)").columns()


def test_pl_12_the_page_counts_method_against_outcome_and_warns_above_the_set_share(room, written, lead, monkeypatch):
    assert "of the clauses say how to do the work" not in words_of(lead.get(at(room)))
    for n in range(3):
        specifying.add_clause(written, text=f"Do it so {n}", kind="method", requirement="Policy", by=room.town.lead, now=room.town.now)
    page = words_of(lead.get(at(room)))
    assert "Method clauses 3 of 6 (50%)" in page
    assert "50% of the clauses say how to do the work, more than the 40% set here." in page
    monkeypatch.setattr(sections, "most_method", lambda day: 60)
    assert "of the clauses say how to do the work" not in words_of(lead.get(at(room)))


# Moving, withdrawing, referring


def test_a_clause_moves_within_and_between_sections_and_keeps_its_number(room, written, lead):
    first, second = Clause.objects.filter(part="requirements").order_by("position")
    seen = writing_sections.place_of(second)
    assert lead.post(clause_at(room, second), {"act": "move", "to": "up", "seen": seen}).status_code == 302
    assert list(Clause.objects.filter(part="requirements").order_by("position")) == [second, first]
    assert lead.post(clause_at(room, second), {"act": "move", "to": "exit", "seen": seen}).status_code == 409, "it stands elsewhere now"
    second.refresh_from_db()
    place = writing_sections.place_of(second)
    assert lead.post(clause_at(room, second), {"act": "move", "to": "exit", "seen": place}).status_code == 302
    second.refresh_from_db()
    assert (second.part, second.label) == ("exit", "1.2")
    assert lead.post(clause_at(room, second), {"act": "move", "to": "nowhere", "seen": "x"}).status_code == 409


def test_a_withdrawn_clause_is_kept_with_its_reason_and_its_number_is_not_given_again(room, written, lead):
    clause = Clause.objects.get(kind="standard")
    assert lead.post(clause_at(room, clause), {"act": "withdraw", "reason": " ", "seen_version": 1}).status_code == 409
    specifying.edit_clause(clause, text="Newer", kind="standard", seen_version=1, by=room.town.lead, now=room.town.now)
    told = {"act": "withdraw", "reason": "It is the law anyway", "seen_version": 1}
    assert lead.post(clause_at(room, clause), told).status_code == 409, "somebody changed it meanwhile"
    assert lead.post(clause_at(room, clause), told | {"seen_version": 2}).status_code == 302
    assert "Newer" not in words_of(lead.get(at(room)))
    gone = words_of(room.town.client(room.citizens[0]).get(at(room, "withdrawn/")))
    assert "Newer" in gone
    assert "It is the law anyway" in gone
    late = lead.post(clause_at(room, clause), {"text": "My long and careful words", "kind": "standard", "seen_version": 2})
    assert late.status_code == 409
    assert "My long and careful words" in words_of(late), "nothing is lost"
    made = specifying.add_clause(written, text="Other", kind="standard", requirement="Act", by=room.town.lead, now=room.town.now)
    assert made.label == "2.2"
    assert "Newer" not in json.dumps(specifying.content_of(written, {"themes": []}))
    lead.post(clause_at(room, clause), {"act": "bring_back"})
    assert Clause.objects.get(pk=clause.pk).label == "2.1"


def test_an_outcome_whose_clauses_were_all_withdrawn_stops_the_sign_off(room, written):
    for clause in Clause.objects.filter(outcome__isnull=False):
        writing_sections.withdraw_clause(clause, reason="Too long", seen_version=1, by=room.town.lead, now=room.town.now)
    with pytest.raises(Refused, match="1 adopted outcomes have no clause"):
        specifying.sign_off(written, by=room.town.lead, now=room.town.now)


def test_references_that_go_in_a_circle_are_refused(room, written, lead):
    one, two, three = Clause.objects.order_by("section", "number")
    for start, to in ((one, two), (two, three)):
        assert lead.post(clause_at(room, start), {"act": "refer", "label": to.label}).status_code == 302
    circle = lead.post(clause_at(room, three), {"act": "refer", "label": one.label})
    assert (circle.status_code, "in a circle" in words_of(circle)) == (409, True)
    assert "cannot refer to itself" in words_of(lead.post(clause_at(room, one), {"act": "refer", "label": one.label}))
    assert "There is no clause 9.9" in words_of(lead.post(clause_at(room, one), {"act": "refer", "label": "9.9"}))
    cited = lead.post(clause_at(room, three), {"act": "withdraw", "reason": "x", "seen_version": 1})
    assert "Other clauses refer to it: 1.2" in words_of(cited)
    assert "See also 1.2" in words_of(lead.get(at(room)))
    lead.post(clause_at(room, two), {"act": "no_longer_refer", "other": three.pk})
    lead.post(clause_at(room, three), {"act": "refer", "label": one.label})
    assert list(three.see_also.all()) == [one]


def test_who_else_has_a_clause_open_is_shown(room, written, lead):
    clause = Clause.objects.first()
    lead.get(clause_at(room, clause))
    other = room.town.join("Ines", "commissioner", role="lead")
    assert "Lee Lead" in words_of(room.town.client(other).get(clause_at(room, clause)))
    assert "may be writing" not in words_of(room.town.client(other).get(at(room, "sections/exit/")))


# Signing off and reopening


def test_ps_03_the_page_and_the_act_refuse_while_an_agreed_item_has_no_answer(room, agreement, lead):  # noqa: F811
    assert "1 agreed items have no answer" in words_of(lead.get(at(room)))
    refused = lead.post(at(room), {"act": "sign_off"})
    assert (refused.status_code, SpecificationVersion.objects.count()) == (409, 0)
    assert "1 agreed items have no answer" in words_of(refused)


def test_pl_21_an_edit_after_sign_off_offers_to_reopen_which_tells_everybody_and_restarts_the_vote(room, written, lead):
    town, outcome = room.town, Outcome.objects.get()
    reader = room.citizens[0]
    reader.user = User.objects.create_user("cat@example.org", "Cat")
    reader.save(update_fields=["user"])
    specifying.sign_off(written, by=town.lead, now=town.now)
    clause = Clause.objects.first()
    tried = lead.post(clause_at(room, clause), {"text": "Words that were long to write", "kind": "outcome", "seen_version": 1})
    assert tried.status_code == 409
    page = words_of(tried)
    assert "Open it again" in page
    assert "Words that were long to write" in page
    assert lead.post(at(room), {"act": "reopen", "reason": ""}).status_code == 422
    told = {"act": "reopen", "reason": "New evidence from the survey", "outcomes": [outcome.pk]}
    assert lead.post(at(room), told).status_code == 302
    letters = Letter.objects.filter(kind=Letter.Kind.CLAUSES)
    assert {reader.pk, town.lead.pk} <= set(letters.values_list("participant", flat=True)), "everybody with an address"
    assert "New evidence from the survey" in letters.first().words
    assert not Agreement.objects.filter(superseded_at=None).exists(), "the vote on it is taken again"
    assert Letter.objects.filter(kind=Letter.Kind.REOPENED).exists(), "those who could vote are told"
    assert "reopened after their answer" in words_of(lead.get(at(room)))
    specifying.edit_clause(clause, text="New", kind="outcome", seen_version=1, by=town.lead, now=town.now)
    assert lead.post(at(room), told).status_code == 409, "open already"


def test_the_letter_about_a_reopened_specification_has_its_reason(room, written, posted, settings):
    specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    went = posted(lambda: specifying.reopen(written, reason="A clause was wrong", by=room.town.lead, now=room.town.now))
    assert went
    assert "A clause was wrong" in went[0].body
    assert went[0].subject.startswith("News of the specification")
    assert mail.outbox


def test_inv_11_after_sign_off_nothing_of_the_version_changes_by_any_door(room, written, lead):
    version = specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    clause = Clause.objects.first()
    doors = [
        (clause_at(room, clause), {"text": "x", "kind": "outcome", "seen_version": 1}),
        (clause_at(room, clause), {"act": "move", "to": "exit", "seen": writing_sections.place_of(clause)}),
        (clause_at(room, clause), {"act": "withdraw", "reason": "x", "seen_version": 1}),
        (clause_at(room, clause), {"act": "refer", "label": "2.1"}),
        (at(room, "sections/exit/"), {"text": "x", "seen_version": 0}),
        (at(room), {"act": "add", "text": "x", "kind": "standard", "requirement": "Act"}),
        (at(room), {"act": "compose"}),
        (at(room, "drafts/"), {"until": room.town.now.date()}),
    ]
    for address, told in doors:
        assert lead.post(address, told).status_code == 409, told
    kept = SpecificationVersion.objects.get()
    framework = adopting.framework_of(room.town.cycle).versions.get().content
    assert composing.content_hash(kept.content) == version.content_hash
    assert specifying.content_of(written, framework) == kept.content, "what stands is what was signed"


def test_versions_and_drafts_are_compared_word_by_word(room, written, lead):
    town = room.town
    assert "nothing to compare yet" in words_of(lead.get(at(room, "compare/")))
    drafting.publish(written, until=town.now.date(), by=town.lead, now=town.now)
    clause = Clause.objects.get(kind="standard")
    specifying.edit_clause(clause, text="Keep everybody safe", kind="standard", seen_version=1, by=town.lead, now=town.now)
    writing_sections.write_section(written, "exit", text="Records go back.", seen_version=0, by=town.lead, now=town.now)
    specifying.sign_off(written, by=town.lead, now=town.now)
    page = lead.get(at(room, "compare/?old=d1&new=v1")).content.decode()
    assert "<del>" in page
    assert "people" in page.split("<del>")[1].split("</del>")[0] or "people" in page.split("<del>")[2].split("</del>")[0]
    assert "everybody" in page
    assert "Records go back." in page
    assert "2 things are different. Clauses that are the same: 2." in re.sub(r"\s+", " ", page)
    assert lead.get(at(room, "compare/?old=d9&new=%00")).status_code == 200


def test_a_version_from_before_there_were_sections_can_still_be_compared(room, written, lead):
    version = specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    del version.content["sections"]
    version.save()
    specifying.reopen(written, reason="More", by=room.town.lead, now=room.town.now)
    specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    assert lead.get(at(room, "compare/?old=v1&new=v2")).status_code == 200
    assert lead.get(f"/open/{room.town.cycle.slug}/").status_code == 200


# What bidders find


def test_do_02_a_small_organisation_finds_what_is_wanted_why_and_how_it_is_weighted_scored_and_monitored(room, written):
    """The criteria and measures are rows of other parts; here they are made directly."""
    town, outcome = room.town, Outcome.objects.get()
    by = {"by": town.lead, "at": town.now}
    decided = {"kind": "adopted", "reason": "Each question needs a measure", "decider_role": "Head of service"}
    Split.objects.create(cycle=town.cycle, number=1, price=40, quality=50, social_value=10, **decided, **by)
    criterion = Criterion.objects.create(
        cycle=town.cycle,
        number=1,
        question="How will young people get a room",
        how_question="How will you do it?",
        good="A room open on Fridays",
        outcome=outcome,
        share=10,
        first_return=1,
        state="published",
        **by,
    )
    Measure.objects.create(
        cycle=town.cycle, number=1, text="Nights it was open", form="count", criterion=criterion, owner="Youth council", hours=1, **by
    )
    small = town.client(room.vsos[0])
    page = words_of(small.get(at(room, "sections/social-value/")))
    for item, found in {
        "What is wanted": outcome.statement,
        "Why": outcome.decision.reason,
        "How it is weighted": "Share of the evaluation score: price 40%, quality 50%, social value 10%.",
        "How it is scored": "What good looks like: A room open on Fridays",
        "How it is monitored": "Nights it was open",
    }.items():
        assert item in page
        assert found in page
    version = specifying.sign_off(written, by=town.lead, now=town.now)
    (kept,) = (s for s in version.content["sections"] if s["key"] == "social-value")
    assert [bool(fact["items"]) for fact in kept["facts"]] == [True] * 5, "the pack holds all five"


# Many clauses


@pytest.mark.parametrize("address", ["", "sections/standards/", "withdrawn/", "compare/?old=d1&new=d2", "clauses/{k}/"])
def test_pages_take_the_same_number_of_queries_with_one_clause_and_with_thirty(room, written, lead, address):
    town, counted = room.town, []
    clause = Clause.objects.get(kind="standard")
    gone = specifying.add_clause(written, text="Gone 0", kind="standard", requirement="Act", by=town.lead, now=town.now)
    writing_sections.withdraw_clause(gone, reason="x", seen_version=1, by=town.lead, now=town.now)
    for number in (1, 2):
        drafting.publish(written, until=town.now.date() + timedelta(days=number), by=town.lead, now=town.now)
    for rows in (0, 30):
        for n in range(rows):
            made = specifying.add_clause(written, text=f"Clause {n}", kind="standard", requirement="Act", by=town.lead, now=town.now)
            gone = specifying.add_clause(written, text=f"Gone {n}", kind="standard", requirement="Act", by=town.lead, now=town.now)
            made.see_also.add(clause)
            specifying.edit_clause(clause, text=f"New {n}", kind="standard", seen_version=n + 1, by=town.lead, now=town.now)
            if n:
                writing_sections.withdraw_clause(gone, reason="x", seen_version=1, by=town.lead, now=town.now)
        lead.get(at(room, address.format(k=clause.pk)))
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(at(room, address.format(k=clause.pk))).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1], counted
    assert Specification.objects.count() == 1
