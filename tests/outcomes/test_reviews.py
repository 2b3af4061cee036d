"""Reviews of what a contract brought: planned, met, found, agreed, closed; and what goes forward (RV-02, RV-08, RV-10, RV-11, RV-15)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissioning import gate
from commissioning.models import Cycle, ExitAnswer, Membership, Minute, Need, Participant, ProcurementGate
from outcomes import carrying, judging, review_looks, review_rules, reviewing, tasks
from outcomes.models import Award, Finding, FindingSignal, LevelLeftOut, Review
from outcomes.review_rules import Seen, Signal
from tests.outcomes.looking_back import ENDS, STARTS, awarded, everybody_agrees, found, heard, measured, met, planned, returned
from workshops import agenda, running
from workshops.models import Workshop


def at(town, rest=""):
    return f"/cycles/{town.cycle.slug}/{rest}"


def of_town(town):
    return town.client(user=town.lead.user)


def reviewed(room, *, holder="Harbour"):
    """A review with its meeting, to which an officer, a citizen and both organisations came; Harbour holds the contract."""
    town = room.town
    awarded(town, holder)
    review = planned(town)
    met(town, review, room.officers[0], *room.vsos, room.citizens[0])
    return review


def text_of(answer):
    return " ".join(answer.content.decode().split())


# The agenda and its clock


def test_rv_02_the_agenda_has_social_value_first_with_its_own_time_and_what_was_counted_last(room):
    town = room.town
    award = awarded(town)
    promise = measured(town, award, promise="Six paid placements", text="Placements filled")
    returned(town, award, 1, (promise, 3, 6, "partly"), added=True, story=True)
    review = planned(town)
    lead = of_town(town)
    assert lead.post(at(town, f"reviews/{review.number}/"), {"act": "convene"}).status_code == 302
    review.refresh_from_db()
    topics = [a.settings.get("review") for a in review.workshop.activities.all() if a.settings.get("review")]
    assert topics[0] == "social_value"
    assert topics.index("added") > max(topics.index(t) for t in ("social_value", "outcomes", "stories", "market", "process"))
    first = next(a for a in review.workshop.activities.all() if a.settings.get("review") == "social_value")
    assert first.minutes >= 15
    assert "Placements filled: Partly met" in first.prompt
    read = text_of(lead.get(at(town, f"reviews/{review.number}/")))
    assert read.index("Social value first") < read.index("Outcomes: what has changed") < read.index("What was put in beside the money")
    assert lead.post(at(town, f"reviews/{review.number}/"), {"act": "convene"}).status_code == 302
    assert Workshop.objects.filter(title="Year one").count() == 1, "convened twice is one meeting"


def test_rv_02_the_minutes_spent_are_the_clock_s_and_can_be_corrected_with_a_reason(room):
    town, lead = room.town, of_town(room.town)
    review = reviewed(room)
    workshop = review.workshop
    part = next(a for a in workshop.activities.all() if a.settings.get("review") == "social_value")
    agenda.change(part, agenda.ActivityPlan("discuss", 25, "Promises first"), by=town.lead, now=town.now)
    running.go_to(workshop, part, seen=None, by=town.facilitator, now=town.now)
    after = next(a for a in workshop.activities.all() if a.position > part.position)
    running.go_to(workshop, after, seen=None, by=town.facilitator, now=town.now + timedelta(minutes=23))
    address = at(town, f"reviews/{review.number}/")
    assert lead.post(address, {"act": "minutes", "spent": 5, "reason": "x"}).status_code == 409, "not before it was held"
    assert lead.post(address, {"act": "hold"}).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.social_value_minutes) == ("held", 23), "also when the part was given another name"
    assert lead.post(address, {"act": "minutes", "spent": 12, "reason": ""}).status_code == 422
    assert lead.post(address, {"act": "minutes", "spent": 12, "reason": "We talked of something else"}).status_code == 302
    read = text_of(lead.get(address))
    assert "12 minutes" in read
    assert "We talked of something else" in read
    assert "The clock of the agenda counted 23 minutes" in read


# Planning


def test_rv_08_a_contract_of_three_years_has_a_review_each_year_by_itself(town):
    awarded(town)
    tasks.look_back()
    tasks.look_back()
    rows = list(Review.objects.filter(cycle=town.cycle).values_list("quarter", "by_schedule", "planned_for"))
    assert [(q, s) for q, s, __ in rows] == [(4, True), (8, True), (12, True)]
    assert all((b - a).days <= 366 for (*__, a), (*___, b) in pairwise(rows)), "at least yearly"
    read = text_of(town.client(town.join("Cat")).get(at(town, "reviews/")))
    assert "Planned by the yearly rule" in read
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            cycle=town.cycle, number=9, title="x", quarter=4, planned_for=ENDS, by_schedule=True, by=town.lead, at=town.now
        )


def test_a_one_year_contract_and_a_review_planned_by_hand_are_left_alone(town):
    award = awarded(town, ends=date(2026, 3, 31))
    assert not reviewing.plan_yearly(town.cycle, now=town.now)
    Award.objects.filter(pk=award.pk).update(ends=ENDS)
    planned(town, quarter=8)
    assert [r.quarter for r in reviewing.plan_yearly(town.cycle, now=town.now)] == [4, 12]
    page = of_town(town).get(at(town, "reviews/"))
    assert "is not planned yet" not in text_of(page)


def test_the_lead_is_told_once_before_a_review_is_due(town, posted):
    town.lead.user.email = "lee@example.org"
    town.lead.user.save()
    awarded(town)
    planned(town, day=town.now.date() + timedelta(days=20))
    letters = posted(lambda: reviewing.tell_leads(now=town.now))
    assert len(letters) == 1
    assert "Year one" in letters[0].body
    assert not posted(lambda: reviewing.tell_leads(now=town.now))
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"quarter": 13}, "has 12 quarters"),
        ({"quarter": 0}, "greater than or equal to 1"),
        ({"quarter": "four"}, "whole number"),
        ({"planned_for": "1/3/2025"}, "has not begun"),
        ({"planned_for": "soon"}, "valid date"),
        ({"title": " "}, "required"),
    ],
)
def test_a_review_that_does_not_fit_the_contract_is_refused(town, sent, says):
    awarded(town)
    form = {"act": "plan", "title": "Year one", "quarter": 4, "planned_for": "1/5/2026"} | sent
    answer = of_town(town).post(at(town, "reviews/"), form)
    assert answer.status_code in (409, 422)
    assert says in answer.content.decode()
    assert not Review.objects.exists()


def test_nothing_is_reviewed_before_anything_is_awarded_and_a_form_sent_twice_is_one_review(town):
    form = {"act": "plan", "title": "Year one", "quarter": 4, "planned_for": "1/5/2026"}
    assert of_town(town).post(at(town, "reviews/"), form).status_code == 409
    awarded(town)
    for __ in range(2):
        assert of_town(town).post(at(town, "reviews/"), form).status_code == 302
    assert Review.objects.count() == 1
    assert town.client(town.join("Cat")).post(at(town, "reviews/"), form).status_code == 409


def test_inv_23_a_review_is_met_after_the_award_though_procurement_had_its_day_but_not_while_a_challenge_pauses(town):
    awarded(town)
    review = planned(town)
    ProcurementGate.objects.create(cycle=town.cycle, starts_on=STARTS, standing="Voluntary", set_by=town.lead, set_at=town.now)
    Cycle.objects.filter(pk=town.cycle.pk).update(procurement_from=STARTS, paused_until=date(2030, 1, 1))
    lead = of_town(town)
    answer = lead.post(at(town, f"reviews/{review.number}/"), {"act": "convene"})
    assert answer.status_code == 409
    assert "paused" in answer.content.decode()
    Cycle.objects.filter(pk=town.cycle.pk).update(paused_until=None)
    assert lead.post(at(town, f"reviews/{review.number}/"), {"act": "convene"}).status_code == 302
    assert gate.gates_of(town.cycle).get().ending == "done", "every lot is awarded, so procurement is over"
    assert Cycle.objects.get(pk=town.cycle.pk).quiet is None


# Who must be there


def test_rv_15_a_review_needs_a_citizen_and_a_vso_that_does_not_hold_the_contract(room):
    town, lead = room.town, of_town(room.town)
    awarded(town, "Lead Trust", partner="Harbour")
    review = planned(town)
    address = at(town, f"reviews/{review.number}/")
    met(town, review, room.officers[0], room.vsos[0])
    read = text_of(lead.get(address))
    assert "Not invited yet: a citizen; somebody of a voluntary organisation that does not hold the contract" in read
    answer = lead.post(address, {"act": "hold"})
    assert answer.status_code == 409
    assert "a citizen; somebody of a voluntary organisation" in answer.content.decode(), "Harbour is a partner in the contract"
    met(town, review, room.citizens[0])
    answer = lead.post(address, {"act": "hold"})
    assert answer.status_code == 409
    assert "Still missing: somebody of a voluntary organisation" in answer.content.decode()
    met(town, review, room.vsos[1])
    assert lead.post(address, {"act": "hold"}).status_code == 302
    Participant.objects.filter(pk=room.citizens[0].pk).update(withdrawn_at=town.now)
    for level in review_rules.LEVELS:
        reviewing.leave_out(review, level=level, because="No time", by=town.lead, now=town.now)
    answer = lead.post(address, {"act": "close"})
    assert answer.status_code == 409
    assert "a citizen" in answer.content.decode(), "nor is it closed without them"


def test_whoever_runs_the_meeting_is_on_no_side(room):
    town = room.town
    awarded(town)
    review = planned(town)
    met(town, review, town.facilitator, town.join("Ona", "citizen", role="observer"), room.vsos[1])
    assert "a citizen" in str(review_rules.why_not_hold(review_looks.came(review)))


# Levels and findings


def test_rv_11_three_levels_and_the_process_each_need_a_finding_or_a_reason(room):
    town, lead = room.town, of_town(room.town)
    review = reviewed(room)
    address = at(town, f"reviews/{review.number}/")
    lead.post(address, {"act": "hold"})
    for level, title in (("contract", "The contract"), ("strategic", "The outcomes for the place"), ("market", "Who can provide")):
        page = text_of(lead.get(f"{address}?level={level}"))
        assert f'<h2 class="govuk-heading-l" id="level-h">{title}</h2>' in page
        assert "say why this was not reviewed" in page
    finding = found(town, review)
    everybody_agrees(town, finding, room.officers[0], room.vsos[1], room.citizens[0])
    answer = lead.post(address, {"act": "close"})
    assert answer.status_code == 409
    assert "The outcomes for the place; Who can provide; How we worked together" in answer.content.decode()
    assert lead.post(address, {"act": "leave_out", "level": "market", "because": " "}).status_code == 409
    assert lead.post(address, {"act": "leave_out", "level": "prices", "because": "No"}).status_code == 409
    for level in ("strategic", "market", "process"):
        assert lead.post(address, {"act": "leave_out", "level": level, "because": f"Not {level} this time"}).status_code == 302
    assert "Not strategic this time" in text_of(lead.get(f"{address}?level=strategic"))
    assert lead.post(address, {"act": "close"}).status_code == 302
    review.refresh_from_db()
    assert review.state == "closed"
    assert LevelLeftOut.objects.count() == 3
    assert lead.post(address, {"act": "leave_out", "level": "market", "because": "Late"}).status_code == 409, "closed is closed"


def test_a_review_does_not_close_while_a_finding_is_undecided(room):
    town, lead = room.town, of_town(room.town)
    review = reviewed(room)
    reviewing.hold(review, by=town.lead, now=town.now)
    for level in review_rules.LEVELS:
        found(town, review, level)
    answer = lead.post(at(town, f"reviews/{review.number}/"), {"act": "close"})
    assert answer.status_code == 409
    assert "F1, F2, F3, F4" in answer.content.decode()


def write_through_the_screen(town, review, **more):
    form = {"act": "write", "level": "contract", "text": "Evenings work, waits do not", "key": "k", "voices": [heard(town).pk]} | more
    return of_town(town).post(at(town, f"reviews/{review.number}/"), form)


def test_a_finding_that_names_nothing_is_refused_with_what_was_typed_and_one_about_working_together_is_kept(town):
    review = (awarded(town), planned(town))[1]
    answer = write_through_the_screen(town, review, text="Something was found", voices=[])
    assert answer.status_code == 422
    assert "Name at least one thing this finding is about" in text_of(answer)
    assert "Something was found" in answer.content.decode()
    assert not Finding.objects.exists()
    assert write_through_the_screen(town, review, level="process", voices=[]).status_code == 302
    revised = {"act": "revise", "level": "market", "text": "Other words", "seen": 1}
    assert of_town(town).post(at(town, "findings/1/"), revised).status_code in (409, 422)
    assert Finding.objects.get().level == "process"


def test_me_03_me_07_a_finding_shows_both_views_side_by_side_and_what_would_have_happened_anyway(room):
    town = room.town
    award = awarded(town)
    measure = measured(town, award, text="Feel safe here")
    first = returned(town, award, 1, (measure, 40, 70, "partly"))
    newer = returned(town, award, 1, (measure, 48, 68, "met"), version=2)
    review = planned(town)
    read = text_of(of_town(town).get(at(town, f"reviews/{review.number}/")))
    assert "48 of 68" in read
    assert "40 of 70" not in read, "the newest version counts"
    views = {"expert_view": "Fewer calls to the police", "lived_view": "Somewhere to be at night", "anyway": "The league was there before"}
    assert write_through_the_screen(town, review, readings=[newer.readings.get().pk], **views).status_code == 302
    assert write_through_the_screen(town, review).status_code == 302, "sent twice"
    finding = Finding.objects.get()
    read = text_of(town.client(room.citizens[0]).get(at(town, f"findings/{finding.number}/")))
    for words in ("Is it of value to society?", "Does society value it?", "48 of 68", *views.values()):
        assert words in read
    assert write_through_the_screen(town, review, readings=[first.readings.get().pk], key="z").status_code == 422, "not a newest reading"
    assert write_through_the_screen(town, review, text=" ", key="y").status_code == 422
    assert write_through_the_screen(town, review, level="price", key="x").status_code == 422
    assert Finding.objects.count() == 1


def test_two_officers_at_once_lose_nothing(room):
    town, review = room.town, reviewed(room)
    write_through_the_screen(town, review)
    finding, lead = Finding.objects.get(), of_town(town)
    address = at(town, f"findings/{finding.number}/")
    change = {"act": "revise", "voices": [heard(town).pk], "level": "contract", "seen": 1}
    assert lead.post(address, change | {"text": "Evenings work"}).status_code == 302
    answer = lead.post(address, change | {"text": "Waits of ten weeks do not work for anybody"})
    assert answer.status_code == 409
    assert "Waits of ten weeks do not work for anybody" in answer.content.decode(), "the words are shown again"
    finding.refresh_from_db()
    assert (finding.text, finding.version) == ("Evenings work", 2)


def test_inv_06_a_finding_is_agreed_when_each_group_that_came_says_so(room):
    town, review = room.town, reviewed(room)
    write_through_the_screen(town, review)
    lead, address = of_town(town), at(town, "findings/1/")
    assert lead.post(address, {"act": "decide", "decided": "change", "because": "x", "seen": 1}).status_code == 409, "talk first"
    assert lead.post(address, {"act": "talk_over"}).status_code == 302
    assert lead.post(address, {"act": "agree"}).status_code == 409, "nothing is decided yet"
    assert lead.post(address, {"act": "decide", "decided": "change", "because": "", "seen": 1}).status_code == 422
    assert lead.post(address, {"act": "decide", "decided": "change", "because": "Waits", "seen": 1}).status_code == 302
    yes, no = {"act": "signal", "yes": "yes", "seen": 2}, {"act": "signal", "yes": "no", "seen": 2}
    absent, cat, vic = town.join("Abe"), room.citizens[0], room.vsos[1]
    assert town.client(absent).post(address, yes).status_code == 409, "only those who came"
    assert town.client(cat).post(address, no).status_code == 409, "a no needs its reason"
    assert town.client(cat).post(address, no | {"words": "It says nothing of Sundays"}).status_code == 302
    assert town.client(vic).post(address, yes).status_code == 302
    answer = lead.post(address, {"act": "agree"})
    assert answer.status_code == 409
    assert "Still silent: Commissioner side" in answer.content.decode()
    assert town.client(room.officers[0]).post(address, yes).status_code == 302
    answer = lead.post(address, {"act": "agree"})
    assert answer.status_code == 409
    assert "does not agree: Citizens" in answer.content.decode(), "two groups do not outvote the third"
    assert "It says nothing of Sundays" in text_of(lead.get(address))
    lead.post(
        address, {"act": "revise", "voices": [heard(town).pk], "level": "contract", "text": "Evenings work, also on Sundays", "seen": 2}
    )
    assert town.client(cat).post(address, yes).status_code == 409, "it is another wording now"
    for person in (cat, vic, room.officers[0]):
        assert town.client(person).post(address, yes | {"seen": 3}).status_code == 302
    assert lead.post(address, {"act": "agree"}).status_code == 302
    assert Finding.objects.get().state == "agreed"
    assert FindingSignal.objects.filter(version=2).count() == 3, "what was said of the earlier wording stays"
    change = {"act": "revise", "voices": [heard(town).pk], "level": "contract", "text": "Something else", "seen": 3}
    assert lead.post(address, change).status_code == 409, "what is agreed changes only with a reason"
    assert lead.post(address, change | {"reason": "A figure was wrong"}).status_code == 302
    assert Finding.objects.get().state == "discussed"


def test_an_organisation_has_one_voice_on_a_finding(room):
    town, review = room.town, reviewed(room)
    second = town.join("Vera", "vso", "Doorstep")
    met(town, review, second)
    finding = found(town, review)
    judging.signal(finding, yes=False, words="Not yet", seen=finding.version, by=room.vsos[1], now=town.now)
    judging.signal(finding, yes=True, seen=finding.version, by=second, now=town.now)
    assert [(s.voice, s.yes) for s in FindingSignal.objects.all()] == [(f"o{second.organisation_id}", True)]
    assert str(second) not in " ".join(Minute.objects.filter(act="finding").values_list("what", flat=True)), "who said what is no minute"


def test_the_rules_of_agreeing():
    present = ["citizen", "commissioner", "vso"]
    each = [Signal(group, yes=True) for group in present]
    assert review_rules.why_not_agree(present, each, decided=True) is None
    assert "what follows" in str(review_rules.why_not_agree(present, each, decided=False))
    assert "Nobody" in str(review_rules.why_not_agree([], each, decided=True))
    tied = [*each, Signal("vso", yes=False)]
    assert "Voluntary sector" in str(review_rules.why_not_agree(present, tied, decided=True)), "a tie is no agreement"
    assert review_rules.missing([Seen("citizen"), Seen("vso", holds_contract=True)])
    assert not review_rules.missing([Seen("citizen"), Seen("vso")])


# What goes forward


def next_cycle(town, title="The next round"):
    Membership.objects.get_or_create(user=town.lead.user, authority=town.authority)
    ExitAnswer.objects.get_or_create(
        stage=town.cycle.stages.get(code="review"), question="carried_forward", defaults={"yes": True, "words": "F2"}
    )
    answer = of_town(town).post(at(town, "stages/review/"), {"act": "forward", "title": title})
    assert answer.status_code == 302
    return Cycle.objects.get(follows=town.cycle)


def test_rv_10_a_finding_carried_forward_is_a_need_of_the_next_cycle_with_its_origin(room):
    town, review = room.town, reviewed(room)
    text = "Families still learn of help by accident"
    finding = found(town, review, "strategic", text, "forward")
    finding = everybody_agrees(town, finding, room.officers[0], room.vsos[1], room.citizens[0])
    assert Finding.objects.get().state == "agreed", "it waits while there is no next cycle"
    assert "It waits for the next cycle" in text_of(of_town(town).get(at(town, f"findings/{finding.number}/")))
    following = next_cycle(town)
    need = Need.objects.get(cycle=following)
    assert (need.statement, need.state) == (text, "raised")
    assert f"Finding F1 of “{town.cycle.title}”" in need.earlier_finding
    assert need.evidence.exists()
    finding.refresh_from_db()
    assert (finding.state, finding.carried_to) == ("carried", need)
    lead = of_town(town)
    assert f"/cycles/{following.slug}/needs/{need.number}/" in text_of(lead.get(at(town, f"findings/{finding.number}/")))
    page = text_of(lead.get(f"/cycles/{following.slug}/needs/{need.number}/"))
    assert f"/cycles/{following.slug}/needs/{need.number}/origin/" in page
    origin = text_of(lead.get(f"/cycles/{following.slug}/needs/{need.number}/origin/"))
    assert f"/cycles/{town.cycle.slug}/findings/{finding.number}/" in origin, "the way back"
    assert "So that nobody waits" in origin
    assert carrying.links(town.cycle)[0]["need"] == need.pk
    tasks.look_back()
    assert not carrying.carry_all(town.cycle, now=town.now)
    assert Need.objects.filter(cycle=following).count() == 1, "once, however often"


def test_a_finding_agreed_after_the_next_cycle_opened_goes_there_at_once_and_waits_while_nothing_is_taken(room):
    town, review = room.town, reviewed(room)
    following = next_cycle(town)
    Cycle.objects.filter(pk=following.pk).update(paused_until=date(2030, 1, 1))
    finding = found(town, review, decided="forward")
    everybody_agrees(town, finding, room.officers[0], room.vsos[1], room.citizens[0])
    assert not Need.objects.filter(cycle=following).exists()
    Cycle.objects.filter(pk=following.pk).update(paused_until=None)
    assert carrying.sweep(now=town.now) == 1
    assert Need.objects.get(cycle=following).statement == finding.text
    answer = of_town(town).post(at(town, "findings/1/"), {"act": "decide", "decided": "stop", "because": "x", "seen": 2})
    assert answer.status_code == 409, "carried, so it stays"


def test_a_need_somebody_wrote_from_earlier_work_says_that_no_finding_is_tied_to_it(room):
    town = room.town
    made = Need.objects.create(
        cycle=town.cycle, number=1, statement="A warm place", earlier_finding="The 2019 review", by=town.lead, at=town.now
    )
    plain = Need.objects.create(cycle=town.cycle, number=2, statement="A bench", by=town.lead, at=town.now)
    cat = town.client(room.citizens[0])
    assert "The 2019 review" in text_of(cat.get(at(town, f"needs/{made.number}/origin/")))
    assert cat.get(at(town, f"needs/{plain.number}/origin/")).status_code == 404


def test_cy_4_s7_6_the_stage_shows_the_findings_and_the_shifts_count_what_reviews_changed(room):
    town, review = room.town, reviewed(room)
    everybody_agrees(town, found(town, review), room.officers[0], room.vsos[1], room.citizens[0])
    found(town, review, "market")
    cat = town.client(room.citizens[0])
    assert "1 of 2 findings are agreed" in text_of(cat.get(at(town, "stages/review/")))
    assert "Changes that reviews led to: 1 of 1 agreed findings" in text_of(cat.get(at(town, "shifts/")))


# Doors and numbers


def test_citizens_read_reviews_and_findings_and_cannot_write_them(room):
    town, review = room.town, reviewed(room)
    finding = found(town, review)
    cat = town.client(room.citizens[0])
    for rest in ("reviews/", f"reviews/{review.number}/?level=nonsense", f"findings/{finding.number}/"):
        assert cat.get(at(town, rest)).status_code == 200, rest
    for rest, acts in (
        (f"reviews/{review.number}/", ("convene", "hold", "close", "leave_out", "write", "x", "")),
        (f"findings/{finding.number}/", ("revise", "talk_over", "agree", "x")),
    ):
        for act in acts:
            sent = {"act": act, "level": "market", "because": "x", "text": "x", "seen": 2}
            assert cat.post(at(town, rest), sent).status_code == 409, (rest, act)
    assert cat.post(at(town, "findings/1/"), {"act": "decide", "decided": "stop", "because": "x", "seen": 2}).status_code == 409
    assert cat.get(at(town, "findings/99/")).status_code == 404


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


def test_the_pages_ask_the_same_however_much_there_is(room):
    town, review = room.town, reviewed(room)
    award = Award.objects.get()
    measure = measured(town, award)
    returned(town, award, 1, (measure, 1, 2, "met"))
    found(town, review)
    lead = of_town(town)
    addresses = [at(town, "reviews/"), at(town, f"reviews/{review.number}/"), at(town, "findings/1/")]
    few = [queries(lead, address) for address in addresses]
    for n in range(2, 32):
        one = measured(town, award, number=n)
        returned(town, award, n, (one, 1, 2, "met"))
        found(town, review)
        Review.objects.create(cycle=town.cycle, number=n + 1, title=f"R{n}", quarter=n, planned_for=ENDS, by=town.lead, at=town.now)
    assert [queries(lead, address) for address in addresses] == few
