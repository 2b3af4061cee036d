"""Stages with their evidence, the eight principles and the seven shifts: computed from the record, never said by hand alone."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import answering, assets, contributing, convening, departments, needs, people, shaping
from commissioning import cycle as table
from commissioning.models import Contribution, Cycle, ExitAnswer, Organisation, PrincipleAnswer, ShiftMark
from commissioning.sentences import Refused
from outcomes import (
    adopting,
    evidence,
    practice,
    practice_views,
    principle_rules,
    principles,
    process_reviewing,
    shift_rules,
    shifts,
    specifying,
)
from outcomes.models import Clause, Decision
from outcomes.principle_rules import Facts, judge
from tests.commissioning.test_words import unexplained
from workshops import agreeing, pulsing
from workshops.models import Workshop


def adopt(room, text="People feel safe.", by=None, horizon="long"):
    town, workshop = room.town, room.workshop
    proposal = town.propose(workshop, by or room.citizens[0], text)
    ballot = town.ballot(workshop, proposal, least=1)
    town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    placing = adopting.Placing("Home", "all", horizon, ("social",))
    return adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, now=town.now, placing=placing)


def say(town, by, kind, n=0):
    return contributing.contribute(cycle=town.cycle, by=by, kind=kind, text=f"Some {kind} {n}", key=town.key(), now=town.now)[0]


def raise_need(town, by, n=0):
    """A need on the list, made of what somebody said."""
    return needs.raise_need(town.cycle, statement=f"Some need {n}", contributions=[say(town, by, "need", n)], by=by, now=town.now)


def record_asset(town, by, n=0):
    return assets.record_asset(town.cycle, what=f"Some asset {n}", contributions=[say(town, by, "asset", n)], by=by, now=town.now)


def specify(town, now=None):
    now = now or town.now
    town.collected()
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=now)
    specification = specifying.specification_of(town.cycle)
    specifying.compose(specification, by=town.lead, now=now)
    return specifying.sign_off(specification, by=town.lead, now=now)


def page(town, path, who=None):
    return (town.client(who) if who else Client()).get(f"/cycles/{town.cycle.slug}/{path}")


def standing(town, code, now=None):
    return next(row.standing for row in principles.look(town.cycle, now or town.now) if row.principle.code == code)


# Stages: CY-1 to CY-4


def close_through_the_screen(town, code):
    """Closes a stage as a commissioner does; first each question is left blank once, and that is refused."""
    lead, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/stages/{code}/"
    plan = table.STAGES[code]
    for milestone in plan.milestones:
        convening.meet_milestone(town.cycle, milestone.code, now=town.now)
    stage = town.cycle.stages.get(code=code)
    answers = {f"yes-{q.code}": "no" for q in plan.questions} | {f"words-{q.code}": f"Because {q.code}" for q in plan.questions}
    for question in plan.questions:
        blank = lead.post(address, {"act": "answer"} | answers | {f"words-{question.code}": " "})
        assert blank.status_code == 409, "a choice without words"
        no_choice = {name: value for name, value in answers.items() if name != f"yes-{question.code}"}
        assert lead.post(address, {"act": "answer"} | no_choice).status_code == 409, "words without a choice"
        assert lead.post(address, {"act": "close"}).status_code == 409
    assert not ExitAnswer.objects.filter(stage=stage).exists()
    assert lead.post(address, {"act": "answer"}).status_code == 409
    assert lead.post(address, {"act": "answer"} | answers).status_code == 302
    assert lead.post(address, {"act": "close"}).status_code == 302
    stage.refresh_from_db()
    assert stage.state == "closed"
    read = page(town, f"stages/{code}/", town.join("Cat")).content.decode()
    assert all(f"Because {q.code}" in read for q in plan.questions)
    assert '<form method="post"' not in read.split("<main")[1].split("</main")[0], "a participant only reads"
    return read


def test_cy_1_closing_analyse_shows_four_questions_with_evidence_and_none_can_be_blank(town):
    listed = raise_need(town, town.join("Ann"))
    waits = say(town, town.join("Bea"), "need")
    record_asset(town, town.join("Val", "vso", "Harbour"))
    seen = page(town, "stages/analyse/", town.lead).content.decode()
    assert seen.count("<fieldset") == 4
    assert f"/cycles/{town.cycle.slug}/needs/{listed.number}/" in seen
    assert "Needs said by: Citizens (1)" in seen, "the list of needs is counted, and not everything somebody said"
    assert "Said by people, and not on the list yet: 1" in seen
    assert f"/contributions/{waits.pk}/thread/" in seen
    assert "Things we already have, listed by: Voluntary sector (1)" in seen
    assert "The record shows nothing for this yet" in seen, "honest where there is nothing"
    close_through_the_screen(town, "analyse")


def test_cy_2_plan_shows_its_evidence_and_a_participant_opens_the_same_page_read_only(room):
    adopt(room)
    specify(room.town)
    read = close_through_the_screen(room.town, "plan")
    assert "Version 1 of the framework is frozen" in read
    assert "clauses come from an agreed outcome" in read
    assert "indicators say who collects them" in read


def test_cy_3_do_is_closed_with_its_three_questions(town):
    close_through_the_screen(town, "do")


def test_cy_4_review_is_closed_with_its_four_questions(town):
    say(town, town.join("Ann"), "need")
    assert "0 of 1 things people said have an answer" in close_through_the_screen(town, "review")


def test_every_exit_question_and_every_task_has_its_own_code():
    codes = [q.code for plan in table.STAGES.values() for q in plan.questions]
    assert sorted(codes) == sorted(evidence.QUESTIONS), "each question has one function that finds its evidence"
    assert len(set(codes)) == len(codes)
    for plan in table.STAGES.values():
        assert len({task.code for task in plan.tasks}) == len(plan.tasks)


# The eight principles


def test_p8_1_is_shown_only_when_a_need_came_through_a_vso(town):
    ann, val = town.join("Ann"), town.join("Val", "vso", "Harbour")
    assert standing(town, "P8-1").state == "not_yet"
    raise_need(town, ann)
    words = say(town, val, "need")
    assert str(standing(town, "P8-1").lines[0].text) == "0 of 1 needs came through a voluntary organisation.", "said, and on no list yet"
    made = needs.raise_need(town.cycle, statement="A warm place", contributions=[words], by=town.lead, now=town.now)
    found = standing(town, "P8-1")
    assert (found.state, str(found.lines[0].text)) == ("shown", "1 of 2 needs came through a voluntary organisation.")
    needs.merge(made, needs.on_the_list(town.cycle).first(), by=town.lead, now=town.now)
    assert str(standing(town, "P8-1").lines[0].text) == "1 of 1 needs came through a voluntary organisation.", "joined, its origin stays"
    Contribution.objects.filter(pk=words.pk).update(withdrawn_at=town.now)
    assert standing(town, "P8-1").state == "not_yet", "words taken back show nothing"


def test_p8_2_is_shown_when_a_provider_meeting_was_the_local_minimum_before_the_specification(room):
    town = room.town
    least = practice.minimum_days(town.now.date())
    assert standing(town, "P8-2").state == "not_yet", "nothing is signed off"
    adopt(room)
    specify(town, now=town.now + timedelta(days=least))
    assert standing(town, "P8-2").state == "shown"
    day = date(2026, 3, 1)
    for days, state in ((least - 1, "not_yet"), (least, "shown")):
        facts = Facts(first_meeting=day, specification_on=day + timedelta(days=days), signed_off=True, minimum_days=least)
        assert judge("P8-2", facts, consider=False).state == state
    assert judge("P8-2", Facts(), consider=False).state == "not_yet"


def test_p8_3_is_shown_when_every_clause_goes_back_to_something_a_citizen_said(room):
    assert standing(room.town, "P8-3").state == "not_yet"
    adopt(room)
    specify(room.town)
    assert standing(room.town, "P8-3").state == "shown"
    facts = Facts(clauses=5, clauses_from_citizens=3, clauses_by_law=1)
    found = judge("P8-3", facts, consider=False)
    assert found.state == "not_yet"
    assert "3 of 4" in str(found.lines[0].text)
    assert "not counted: 1" in str(found.lines[1].text)


def test_p8_4_is_shown_when_the_map_was_reviewed_and_gaps_noted():
    assert [line.met for line in judge("P8-4", Facts(), consider=False).lines] == [None, None], "not recorded is not no"
    assert judge("P8-4", Facts(map_reviewed=True), consider=False).state == "not_yet"
    assert judge("P8-4", Facts(map_reviewed=True, gaps_noted=False), consider=False).state == "not_yet"
    assert judge("P8-4", Facts(map_reviewed=True, gaps_noted=True), consider=False).state == "shown"


def test_p8_5_is_answered_with_an_action_or_a_reason(town):
    lead, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/principles/"
    assert lead.post(address, {"code": "P8-5", "kind": "declined", "words": " "}).status_code == 409
    assert lead.post(address, {"code": "P8-5", "kind": "declined", "words": "There is no money this year"}).status_code == 302
    assert standing(town, "P8-5").state == "declined"
    seen = page(town, "principles/", town.join("Cat")).content.decode()
    assert "There is no money this year" in seen
    assert "Thought about, and declined with a reason" in seen
    assert lead.post(address, {"code": "P8-5", "kind": "did", "words": "A grant for small groups", "link": "/words/"}).status_code == 302
    assert standing(town, "P8-5").state == "shown"
    assert "There is no money this year" in page(town, "principles/", town.join("Cem")).content.decode(), "what was said before stays"


def test_p8_6_needs_the_log_the_open_invitation_and_the_appraisal(town):
    assert standing(town, "P8-6").state == "not_yet"
    whole = {"open_invitation": True, "fairness_log": True, "route_appraised": True}
    assert judge("P8-6", Facts(**whole), consider=False).state == "shown"
    for name in whole:
        assert judge("P8-6", Facts(**whole | {name: False}), consider=False).state == "not_yet"
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    town.cycle.refresh_from_db()
    assert standing(town, "P8-6").lines[0].met
    shaping.consider(town.cycle, "grant", pros="Simple", cons="Short", by=town.lead, now=town.now)
    assert standing(town, "P8-6").lines[2].met is False


def test_p8_7_is_shown_by_the_check_of_the_contract_or_declined_with_a_reason(town):
    assert standing(town, "P8-7").lines[0].met is None
    assert judge("P8-7", Facts(shape_checked=True), consider=True).state == "shown"
    assert judge("P8-7", Facts(shape_checked=False), consider=True).state == "not_yet"
    principles.answer(town.cycle, "P8-7", kind="declined", words="One year only: the law changes in May", by=town.lead, now=town.now)
    assert standing(town, "P8-7").state == "declined"


def test_p8_8_is_shown_when_the_process_review_is_done_and_answered(room):
    town = room.town
    assert standing(town, "P8-8").state == "not_yet"
    town.move(room.workshop, "agree")
    pulsing.answer(room.workshop, {"M-08": "yes"}, moment="close", by=room.citizens[0], now=town.now)
    Workshop.objects.filter(pk=room.workshop.pk).update(closed_at=town.now)
    principles.answer(town.cycle, "P8-8", kind="did", words="We meet in the evening now", by=town.lead, now=town.now)
    assert [line.met for line in standing(town, "P8-8").lines] == [True, None, False], "what the authority says of itself is not enough"
    process = process_reviewing.open_it(town.cycle, by=town.lead, now=town.now)
    said = {"words": "Meet nearer to us", "key": "p", "manner": process_reviewing.by_group(contributing.PLAINLY)}
    process_reviewing.answer(process, {"M-36": "8"}, moment="close", by=room.citizens[0], now=town.now, **said)
    assert [line.met for line in standing(town, "P8-8").lines] == [True, False, False]
    words = process_reviewing.words_of(town.cycle)
    answering.answer(words, status="used", reason="The next one is at the library", by=town.lead, now=town.now)
    process_reviewing.close(process, answer="We meet nearer", by=town.lead, now=town.now)
    assert standing(town, "P8-8").state == "shown"


def test_only_what_says_consider_can_be_declined_and_only_by_who_convenes(town):
    for code, one in practice.principles().items():
        assert one.consider == (code in ("P8-5", "P8-7"))
        if not one.consider:
            with pytest.raises(Refused, match="cannot be declined"):
                principles.answer(town.cycle, code, kind="declined", words="No", by=town.lead, now=town.now)
            assert judge(code, Facts(answers={code: "declined"}), consider=False).state != "declined"
    for wrong in ({"code": "P9"}, {"kind": "maybe"}, {"words": ""}, {"link": "javascript:x"}, {"by": town.join("Cat")}):
        given = {"code": "P8-5", "kind": "did", "words": "Yes", "by": town.lead, "now": town.now} | wrong
        with pytest.raises(Refused):
            principles.answer(town.cycle, given.pop("code"), **given)
    assert not PrincipleAnswer.objects.exists()


def followed(town, client, seen):
    """The links to what shows a line, each of which the reader can follow."""
    links = re.findall(r'href="([^"]+)">See it', seen)
    for link in links:
        assert client.get(link).status_code == 200, link
    return {link.replace(f"/cycles/{town.cycle.slug}/", "") for link in links}


def test_every_line_leads_to_the_page_that_shows_it_and_to_none_its_reader_cannot_follow(room):
    town = room.town
    adopt(room)
    specify(town)
    departments.note(town.cycle, name="Housing", services="x", standing="joined", by=town.lead, now=town.now)
    Workshop.objects.filter(pk=room.workshop.pk).update(closed_at=town.now)
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    for who, own in ((town.lead, "fairness/"), (room.citizens[0], "releases/"), (room.vsos[0], "releases/")):
        client = town.client(who)
        found = followed(town, client, page(town, "principles/", who).content.decode())
        assert found == {
            "needs/",
            "specification/",
            "providers/",
            f"/open/{town.cycle.slug}/",
            own,
            "route/",
            "shape/",
            "stages/review/",
            "process/",
        }
        shown = followed(town, client, page(town, "shifts/", who).content.decode())
        assert shown == {"needs/", "specification/", "framework/", "departments/"}
    outside = followed(town, Client(), page(town, "principles/").content.decode())
    assert outside == {"providers/", f"/open/{town.cycle.slug}/", "releases/"}
    named = {line.page for row in principles.look(town.cycle, town.now) for line in row.standing.lines if line.page}
    assert named | set(shifts.SHOWN_BY.values()) <= set(practice_views.PAGES) | set(practice_views.OPEN_PAGES)


def test_m_34_the_pages_of_principles_and_shifts_are_open_to_everybody_once_the_cycle_is(town):
    for path, words in (("principles/", "Eight principles"), ("shifts/", "Seven shifts")):
        assert page(town, path).status_code == 404
        Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
        seen = page(town, path).content.decode()
        assert words in seen
        assert followed(town, Client(), seen), "what is open to everybody is linked"
        assert "<textarea" not in seen
        assert Client().post(f"/cycles/{town.cycle.slug}/{path}", {"place-S7-1": "3", "words-S7-1": ""}).status_code == 409
        Cycle.objects.filter(pk=town.cycle.pk).update(public_at=None)
    assert len(practice.principles()) == 8
    assert len(practice.shifts()) == 7


# The seven shifts


def count(town, code):
    return shifts.COUNTED[code](Cycle.objects.get(pk=town.cycle.pk))


def test_s7_1_is_the_share_of_clauses_that_are_outcomes(room):
    assert count(room.town, "S7-1").place is None, "not enough yet"
    adopt(room)
    specify(room.town)
    kinds = list(Clause.objects.values_list("kind", flat=True))
    found = count(room.town, "S7-1")
    assert (found.part, found.whole) == (kinds.count("outcome"), len(kinds))
    assert f"{kinds.count('outcome')} of {len(kinds)} clauses" in str(found.words)


def test_s7_2_is_the_share_of_indicators_with_a_long_horizon(room):
    assert count(room.town, "S7-2").place is None
    adopt(room, horizon="long")
    adopt(room, "People find work.", horizon="short")
    found = count(room.town, "S7-2")
    assert (found.part, found.whole, found.place) == (1, 2, 3)


def test_s7_3_is_assets_for_each_need(town):
    ann = town.join("Ann")
    assert count(town, "S7-3").place is None
    for n in range(4):
        raise_need(town, ann, n)
    say(town, ann, "need", 9)
    record_asset(town, ann)
    assert count(town, "S7-3").place == 2, "what is on the lists is counted, and not what waits to be put there"
    for n in range(9):
        record_asset(town, ann, n + 1)
    assert count(town, "S7-3").place == 5, "never beyond the end of the line"


def test_s7_4_sets_what_was_felt_beside_what_was_promised(crowd):
    town, workshop = crowd.town, crowd.workshop
    town.move(workshop, "agree")
    assert count(town, "S7-4").place is None
    for person in crowd.people:
        felt = "4" if person.group == "citizen" else "2"
        pulsing.answer(workshop, {"M-06": felt}, moment="close", by=person, now=town.now)
    found = count(town, "S7-4")
    assert (found.part, found.whole) == (2, 4)
    assert "It was promised as level 4 of 6" in str(found.words)
    assert "co-producing with the provider: 0" in str(found.beside[0])


def test_s7_5_is_the_share_of_adopted_items_from_others_than_commissioners(room):
    adopt(room)
    adopt(room, "Staff know each other.", by=room.officers[0])
    found = count(room.town, "S7-5")
    assert (found.part, found.whole) == (1, 2)
    assert Decision.objects.count() == 2
    assert "clauses say how to do it" in str(found.beside[0])


def test_s7_6_counts_the_versions_agreed_after_the_first(room):
    assert count(room.town, "S7-6").place is None
    adopt(room)
    specify(room.town)
    assert count(room.town, "S7-6").place == 1
    specification = specifying.specification_of(room.town.cycle)
    specifying.reopen(specification, reason="A clause was wrong", by=room.town.lead, now=room.town.now)
    specifying.sign_off(specification, by=room.town.lead, now=room.town.now)
    found = count(room.town, "S7-6")
    assert (found.part, found.whole) == (1, 2)


def test_s7_7_counts_the_departments_that_take_part(town):
    assert count(town, "S7-7").place is None
    for name, standing_ in (("Housing", "joined"), ("Health", "watches"), ("Schools", "asked"), ("Roads", "joined")):
        departments.note(town.cycle, name=name, services="x", standing=standing_, by=town.lead, now=town.now)
    found = count(town, "S7-7")
    assert (found.part, found.whole, found.place) == (2, 4, 3)


def test_m_34_vsos_and_commissioners_say_where_they_see_it_and_the_difference_is_shown(town, monkeypatch):
    vsos = [town.join(f"V{n}", "vso", f"Organisation {n}") for n in range(5)]
    client, address = town.client(vsos[0]), f"/cycles/{town.cycle.slug}/shifts/"
    for person in vsos[1:]:
        shifts.assess(town.cycle, {"S7-1": 2}, {"S7-1": f"Because {person.display_name}"}, by=person, now=a_week_ago(town))
    shifts.assess(town.cycle, {"S7-1": 5}, {}, by=town.lead, now=town.now)
    seen = page(town, "shifts/", town.join("Cat")).content.decode()
    assert "4 organisations have answered" not in seen, "not even how many, while they are fewer than five"
    assert "Fewer than five have answered" in seen
    assert "Because V1" not in seen, "fewer than five organisations are not shown"
    assert client.post(address, {"place-S7-1": "2", "words-S7-1": "Lists of tasks"}).status_code == 302
    assert "Fewer than five have" in page(town, "shifts/", town.join("Cid")).content.decode(), (
        "nor on the day of the fifth: that would be their answer"
    )
    after = town.now + timedelta(days=7)
    monkeypatch.setattr("outcomes.practice_views.timezone.now", lambda: after)
    seen = page(town, "shifts/", town.join("Cem")).content.decode()
    assert "2 of 5, the middle of 5 answers" in seen
    assert "5 of 5, as the lead commissioner sees it" in seen
    assert "The commissioner side sees it 3 steps further on than voluntary organisations do" in seen
    assert "Lists of tasks" in seen
    assert "Organisation 0" not in seen.split("<main")[1], "no organisation is named"
    assert "<circle" in seen
    assert "<table" in seen


def test_m_34_the_middle_of_the_answers_does_not_move_on_the_day_that_somebody_answers(town):
    for n, value in enumerate((1, 1, 1, 5, 5)):
        shifts.assess(town.cycle, {"S7-1": value}, {}, by=town.join(f"V{n}", "vso", f"Organisation {n}"), now=a_week_ago(town))
    shifts.assess(town.cycle, {"S7-1": 5}, {}, by=town.join("V6", "vso", "Organisation 6"), now=town.now)
    assert shifts.look(town.cycle, now=town.now)[0].numbers["vso"] == "1"
    assert shifts.look(town.cycle, now=town.now + timedelta(days=7))[0].numbers["vso"] == "3"


def a_week_ago(town):
    return town.now - timedelta(days=7)


def test_an_organisation_has_one_answer_that_any_of_its_people_change_and_its_history_stays(town):
    val, viv = town.join("Val", "vso", "Harbour"), town.join("Viv", "vso", "Harbour")
    shifts.assess(town.cycle, {"S7-1": 1}, {"S7-1": "Tasks"}, by=val, now=a_week_ago(town))
    shifts.assess(town.cycle, {"S7-1": 4}, {}, by=viv, now=a_week_ago(town))
    assert shifts.assess(town.cycle, {"S7-1": 4}, {}, by=viv, now=town.now) == [], "the same again is kept once"
    row = shifts.look(town.cycle, val, now=town.now)[0]
    assert (row.vsos.answered, row.mine.value, [m.value for m in row.mine_before]) == (1, 4, [1])
    assert ShiftMark.objects.count() == 2
    assert Organisation.objects.get(name="Harbour").pk == row.mine.organisation_id
    seen = page(town, "shifts/", val).content.decode()
    assert "Where Harbour sees it" in seen
    assert "Tasks" in seen


def test_an_officers_own_answer_is_not_shown_while_officers_are_fewer_than_five(town):
    ona = town.join("Ona", "commissioner")
    shifts.assess(town.cycle, {"S7-2": 1}, {}, by=ona, now=a_week_ago(town))
    row = shifts.look(town.cycle, now=town.now)[1]
    assert row.commissioners.hidden
    assert "commissioner" not in row.numbers
    for n in range(4):
        shifts.assess(town.cycle, {"S7-2": 3}, {}, by=town.join(f"O{n}", "commissioner"), now=a_week_ago(town))
    assert shifts.look(town.cycle, now=town.now)[1].numbers["commissioner"] == "3"


def test_who_has_no_side_and_what_is_no_place_is_refused(town):
    for by, places in (
        (town.join("Cat"), {"S7-1": 1}),
        (town.facilitator, {"S7-1": 1}),
        (town.lead, {}),
        (town.lead, {"S7-9": 1}),
        (town.lead, {"S7-1": 6}),
        (town.lead, {"S7-1": 0}),
    ):
        with pytest.raises(Refused):
            shifts.assess(town.cycle, places, {}, by=by, now=town.now)
    lead, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/shifts/"
    for sent in ({"place-S7-1": "x"}, {"place-S7-1": "9" * 30}, {"words-S7-1": "words alone"}, {}):
        assert lead.post(address, sent).status_code == 409
    assert not ShiftMark.objects.exists()
    assert people.held_by(town.lead)


def test_the_difference_is_said_in_words():
    side = shift_rules.side_of
    assert "same place" in str(shift_rules.difference(side([2] * 5), side([2] * 5)))
    assert "commissioner side sees it 1 step" in str(shift_rules.difference(side([2] * 5), side([3] * 5)))
    assert "organisations see it 1.5 steps" in str(shift_rules.difference(side([2, 3, 4, 4, 4, 5]), side([1, 2, 2, 3, 3, 5])))
    assert "Neither side" in str(shift_rules.difference(side([]), side([])))
    assert "Not enough" in str(shift_rules.difference(side([2] * 4), side([], 3)))
    assert shift_rules.Mark("record", Fraction(7, 2), shift_rules.LABELS["record"]).x == 60


PAGES = ["start/", "meaning/", "policy/", "principles/", "shifts/", "departments/", "level/", *(f"stages/{code}/" for code in table.STAGES)]


def test_every_word_of_the_field_on_these_pages_leads_to_its_meaning(room):
    town = room.town
    adopt(room)
    specify(town)
    wrong = {}
    for who in (room.citizens[0], room.vsos[0], town.lead):
        for path in PAGES:
            town.keys.setdefault(who.pk, "")
            wrong[path] = wrong.get(path, set()) | unexplained(page(town, path, who).content.decode())
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("state", principle_rules.STATES)
def test_every_state_has_words(state):
    assert str(principle_rules.STATES[state])


@pytest.mark.parametrize(
    ("path", "most"), [("stages/analyse/", 18), ("stages/plan/", 20), ("stages/review/", 16), ("principles/", 32), ("shifts/", 22)]
)
def test_pages_take_the_same_queries_with_one_row_and_with_thirty(room, path, most):
    town, counts = room.town, []
    for rows in (1, 29):
        for n in range(rows):
            raise_need(town, room.citizens[0], f"{rows}-{n}")
            record_asset(town, room.vsos[0], f"{rows}-{n}")
            vso = town.join(f"V{rows}-{n}", "vso", f"Org {rows}-{n}")
            shifts.assess(town.cycle, {"S7-1": n % 5 + 1}, {"S7-1": "Why"}, by=vso, now=town.now)
            principles.answer(town.cycle, "P8-5", kind="did", words=f"Did {rows} {n}", by=town.lead, now=town.now)
            departments.note(town.cycle, name=f"D{rows}-{n}", services="x", standing="asked", by=town.lead, now=town.now)
        for n in range(min(rows, 6)):
            adopt(room, f"People feel {rows} {n}.")
        specifying.compose(specifying.specification_of(town.cycle), by=town.lead, now=town.now)
        client = town.client(room.vsos[0])
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/cycles/{town.cycle.slug}/{path}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= most, counts
    assert Contribution.objects.filter(kind="asset").count() == 30
