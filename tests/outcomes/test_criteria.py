"""Social value criteria: what may be asked, what each lacks, where it comes from, and what stops it going out."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from outcomes import criteria, criterion_rules, specifying, weighing
from outcomes.models import Criterion, Specification, Weighting
from tests.outcomes.buying import at, contested_card, need_in, outcome_in, ready_to_sign, said

HOW = "How will young people decide what happens?"


def write(town, **data):
    return town.client(town.lead).post(at(town, "criteria/"), {"question": "Show how local voices run the place.", "share": "0"} | data)


def form_of(criterion, **data):
    kept = {"question": criterion.question, "how_question": criterion.how_question, "good": criterion.good, "share": str(criterion.share)}
    kept |= {"seen_version": criterion.version}
    kept |= {name: getattr(criterion, f"{name}_id") for name in ("outcome", "need") if getattr(criterion, f"{name}_id")}
    return kept | data


def test_pl_13_a_criterion_with_no_linked_need_or_outcome_cannot_be_published(room):
    town = room.town
    outcome, specification = ready_to_sign(room)
    assert write(town, how_question=HOW).status_code == 302
    weighing.propose(town.cycle, price=40, quality=60, social_value=0, reason="Small", by=town.lead, now=town.now)
    page = said(town.client(town.lead).get(at(town, "criteria/")))
    assert "linked to no outcome and no need" in page
    assert "Incomplete" in page
    refused = town.client(town.lead).post(at(town, "specification/"), {"act": "sign_off"})
    assert refused.status_code == 409
    assert "These criteria are not complete: C1" in said(refused)
    assert "These criteria are not complete: C1" in said(town.client(town.lead).get(at(town, "specification/")))
    criterion = Criterion.objects.get()
    changed = town.client(town.lead).post(at(town, "criteria/1/"), form_of(criterion, outcome=outcome.pk))
    assert changed.status_code == 302
    assert town.client(town.lead).post(at(town, "specification/"), {"act": "sign_off"}).status_code == 302
    criterion.refresh_from_db()
    assert criterion.state == Criterion.State.PUBLISHED
    frozen = specification.versions.get().content["criteria"][0]
    assert (frozen["code"], frozen["outcome"], frozen["how_question"]) == ("C1", outcome.pk, HOW)


@pytest.mark.parametrize(
    "asked", ["Describe the social value you will bring.", "Say what social value means to you", "ANY  social\nvalue?"]
)
def test_pl_13_a_question_that_leaves_social_value_to_bidders_is_challenged(room, asked):
    answer = write(room.town, question=asked, how_question=HOW)
    assert answer.status_code == 422
    assert "asks bidders to say themselves what social value is" in said(answer)
    assert asked.split()[0] in said(answer), "what was typed is still there"
    assert not Criterion.objects.exists()


def test_pl_14_a_criterion_without_a_how_question_is_flagged_incomplete(room):
    town = room.town
    outcome = outcome_in(room)
    assert write(town, outcome=outcome.pk).status_code == 302
    page = said(town.client(room.citizens[0]).get(at(town, "criteria/")))
    assert "Incomplete" in page
    assert "It has no question how they will do it." in page
    criterion = Criterion.objects.get()
    town.client(town.lead).post(at(town, "criteria/1/"), form_of(criterion, how_question=HOW))
    page = said(town.client(room.citizens[0]).get(at(town, "criteria/")))
    assert "Incomplete" not in page
    assert HOW in page


@pytest.mark.parametrize(
    "promise", ["Offer four apprenticeships", "Create new jobs", "Six volunteering days of staff", "A donation to charity", "CSR gifts"]
)
def test_pl_15_a_promise_of_any_contract_is_asked_which_need_it_meets(room, promise):
    town = room.town
    asked = write(town, question=promise, how_question=HOW)
    assert asked.status_code == 422
    assert "Which need of this place does it meet?" in said(asked)
    assert not Criterion.objects.exists()
    assert write(town, question=promise, how_question=HOW, no_local_need="on").status_code == 302
    for who in (town.lead, room.vsos[0]):
        assert "Not linked to local need" in said(town.client(who).get(at(town, "criteria/")))
    assert criteria.as_content(town.cycle)[0]["linked_to_local_need"] is False
    need = need_in(town)
    assert town.client(town.lead).post(at(town, "criteria/1/"), form_of(Criterion.objects.get(), need=need.pk)).status_code == 302
    assert "Not linked to local need" not in said(town.client(room.vsos[0]).get(at(town, "criteria/")))
    frozen = criteria.as_content(town.cycle)[0]
    assert (frozen["linked_to_local_need"], frozen["need"], frozen["need_words"]) == (True, need.pk, need.statement)


def test_p6_becomes_a_criterion_and_whoever_said_it_sees_that(room):
    town = room.town
    card, need = contested_card(room), need_in(town, "No route from volunteering to work")
    page = said(town.client(town.lead).get(at(town, "criteria/")))
    assert "Hire four apprentices." in page
    assert "Contested" in page
    begun = said(town.client(town.lead).get(at(town, f"criteria/?from={card.pk}")))
    assert "Why this card becomes a criterion" in begun
    words = {"question": "Paid routes for local people of 18 to 21, designed with them.", "how_question": HOW, "need": need.pk}
    because = {"proposal": card.pk, "because": "It answers need 1"}
    assert write(town, **words, **because, key="a").status_code == 302
    assert write(town, **words, **because, key="a").status_code == 302, "the same form twice is kept once"
    criterion = Criterion.objects.get()
    assert criterion.proposal == card
    page = said(town.client(room.citizens[1]).get(at(town, "criteria/1/")))
    assert "Hire four apprentices." in page
    assert "It became criterion C1" in page
    thread = said(town.client(room.citizens[1]).get(at(town, f"contributions/{card.contribution_id}/thread/")))
    assert "criterion C1" in thread
    links = town.client(town.lead).get(at(town, "thread.json")).json()["links"]
    assert {"from": f"criterion-{criterion.pk}", "cites": f"proposal-{card.pk}"} in links
    assert "Hire four apprentices." not in said(town.client(town.lead).get(at(town, "criteria/")))
    taken = criteria.Words("Again")
    with pytest.raises(criteria.Refused, match="a criterion already"):
        criteria.write(town.cycle, taken, proposal=card, by=town.lead, now=town.now)


def test_two_officers_at_once_lose_nothing(room):
    town, outcome = room.town, outcome_in(room)
    write(town, how_question=HOW, outcome=outcome.pk)
    criterion = Criterion.objects.get()
    first, second = form_of(criterion, question="First words"), form_of(criterion, question="Second words")
    assert town.client(town.lead).post(at(town, "criteria/1/"), first).status_code == 302
    late = town.client(town.lead).post(at(town, "criteria/1/"), second)
    assert late.status_code == 409
    for words in ("First words", "Second words", "Somebody else saved this criterion"):
        assert words in said(late)
    criterion.refresh_from_db()
    assert criterion.question == "First words"
    assert [v.question for v in criterion.versions.all()] == ["Show how local voices run the place.", "First words"]
    assert town.client(town.lead).post(at(town, "criteria/1/"), second | {"seen_version": 2}).status_code == 302
    assert criterion.versions.count() == 3


@pytest.mark.parametrize(
    "bad", [{"share": "-1"}, {"share": "101"}, {"share": "1.234"}, {"share": "x"}, {"share": "NaN"}, {"first_return": "0"}]
)
def test_bad_figures_of_a_criterion_are_refused_and_shown_again(room, bad):
    answer = write(room.town, question="Typed words stay", **bad)
    assert answer.status_code == 422
    assert "Typed words stay" in said(answer)
    assert not Criterion.objects.exists()


def test_a_quarter_outside_the_contract_is_refused(room):
    from commissioning import shaping
    from tests.commissioning.test_shaping import FIGURES

    town = room.town
    shaping.propose_shape(town.cycle, FIGURES | {"months": 12}, why="One year", by=town.lead, now=town.now)
    answer = write(town, first_return="5")
    assert answer.status_code == 422
    assert "The contract has 4 quarters" in said(answer)
    assert write(town, first_return="4").status_code == 302


def test_who_may_not_write_is_told_so_and_another_cycles_things_are_not_taken(room, other_town):
    town = room.town
    for who in (room.citizens[0], room.vsos[0], town.decider):
        answer = town.client(who).post(at(town, "criteria/"), {"question": "Mine", "share": "0"})
        assert answer.status_code == 409
        assert "Only the lead commissioner" in said(answer)
    theirs = need_in(other_town)
    assert write(town, need=theirs.pk).status_code == 422
    with pytest.raises(criteria.Refused, match="on the list of this cycle"):
        criteria.write(town.cycle, criteria.Words("Ours", need=theirs), by=town.lead, now=town.now)
    assert not Criterion.objects.exists()
    write(town)
    assert town.client(room.citizens[0]).post(at(town, "criteria/1/"), {"question": "Mine", "share": "0"}).status_code == 404


def test_withdrawing_needs_a_reason_and_keeps_the_words(room):
    town = room.town
    write(town)
    lead = town.client(town.lead)
    assert lead.post(at(town, "criteria/1/"), {"act": "withdraw", "reason": " "}).status_code == 409
    assert lead.post(at(town, "criteria/1/"), {"act": "withdraw", "reason": "It asks two things"}).status_code == 302
    page = said(town.client(room.vsos[0]).get(at(town, "criteria/")))
    assert "It asks two things" in page
    assert lead.post(at(town, "criteria/1/"), form_of(Criterion.objects.get(), question="More")).status_code == 409
    write(town)
    assert [c.code for c in Criterion.objects.all()] == ["C1", "C2"], "a number is never given twice"


def test_inv_11_criteria_and_shares_cannot_change_once_signed_off(room):
    town = room.town
    outcome, specification = ready_to_sign(room)
    write(town, how_question=HOW, outcome=outcome.pk)
    specifying.sign_off(specification, by=town.lead, now=town.now)
    frozen = specification.versions.get()
    assert write(town, how_question=HOW).status_code == 409
    assert "This version is frozen" in said(write(town))
    assert town.client(town.lead).post(at(town, "criteria/1/"), form_of(Criterion.objects.get(), question="Other")).status_code == 409
    shares = {"price": "40", "quality": "50", "social_value": "10"}
    for act in ("propose", "ask"):
        refused = town.client(town.lead).post(at(town, "weighting/"), shares | {"act": act})
        assert refused.status_code == 409
        assert "The specification is signed off, and this is part of it" in said(refused)
    assert not Weighting.objects.exists()
    page = said(town.client(town.lead).get(at(town, "weighting/")))
    assert "Reopen it first" in page
    assert "Propose shares" not in page
    assert town.client(town.lead).post(at(town, "specification/"), {"act": "reopen", "reason": "A mistake"}).status_code == 302
    assert town.client(town.lead).post(at(town, "criteria/1/"), form_of(Criterion.objects.get(), question="Other")).status_code == 302
    assert specification.versions.get().content == frozen.content
    assert Specification.objects.get().state == "draft"


@given(
    st.lists(
        st.tuples(st.sampled_from([0, 0, 500, 600, 1250]), st.sampled_from([7, 7, 7, 3, 5, 6]), st.sampled_from([1, 1, 0])), max_size=3
    ),
    st.sampled_from([None, 0, 5, 6, 11, 12, 25]),
)
def test_inv_09_the_gate_opens_exactly_when_nothing_is_missing(rows, adopted):
    facts = [
        criterion_rules.Facts(f"C{n}", Decimal(share) / 100, bool(has & 1), bool(has & 2), bool(has & 4), measures)
        for n, (share, has, measures) in enumerate(rows, 1)
    ]
    complete = all(f.how_question and f.linked and (f.share == 0 or (f.first_return and f.measures)) for f in facts)
    total = sum((f.share for f in facts), Decimal(0))
    fits = total == adopted if adopted is not None else total == 0
    if adopted and not facts:
        fits = False
    assert (criterion_rules.why_not_publish(facts, adopted=adopted) is None) == (complete and fits)
    assert [f for f in facts if not criterion_rules.lacks(f)] == [
        f for f in facts if f not in criterion_rules.incomplete(facts) and f not in criterion_rules.unmeasured(facts)
    ]


def test_the_pages_take_the_same_queries_for_one_criterion_and_for_thirty(room):
    town, outcome, need = room.town, outcome_in(room), need_in(room.town)
    counted = []
    for rows in (1, 29):
        for n in range(rows):
            words = criteria.Words(f"Question {n}", HOW, outcome=outcome, need=need if n % 2 else None)
            criteria.write(town.cycle, words, by=town.lead, now=town.now)
        client = town.client(town.lead)
        for address in ("criteria/", "criteria/1/"):
            client.get(at(town, address))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(at(town, address)).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:] == [27, 22]


def test_what_was_taken_out_of_a_room_is_not_quoted(room):
    town = room.town
    card = contested_card(room)
    write(town, proposal=card.pk, need=need_in(town).pk, question="Paid routes")
    card.contribution.withdrawn_at = town.now
    card.contribution.save()
    page = town.client(room.vsos[0]).get(at(town, "criteria/1/"))
    assert page.status_code == 200
    assert "Hire four apprentices." not in said(page)
