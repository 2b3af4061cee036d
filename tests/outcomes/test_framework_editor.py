"""Editing the framework: figures that can be, what stands around an outcome, freezing with somebody who collects."""

import re
from decimal import Decimal

import pytest

from commissioning.models import Contribution, Minute
from commissioning.sentences import Refused
from outcomes import adopting, consequences, framework_content
from outcomes.models import CoDelivery, Consequence, FrameworkVersion, Indicator, Outcome
from tests.outcomes.test_line import adopt, agreement  # noqa: F401 (a fixture is used by its name)
from tests.workshops.test_notice_of_change import addresses, everybody_reached
from workshops import agreeing, proposing

FILLED = {"form": "count", "collector": "The provider", "hours": "2.5", "frequency": "each quarter"}


@pytest.fixture
def outcome(room, agreement):  # noqa: F811
    adopt(room, agreement)
    return Outcome.objects.get()


def at(room, path):
    return f"/cycles/{room.town.cycle.slug}/framework/{path}"


def save(room, sign, who=None, **fields):
    return room.town.client(who or room.town.lead).post(at(room, f"indicators/{sign.pk}/"), FILLED | fields)


def freeze(room):
    return room.town.client(room.town.lead).post(at(room, ""), {"act": "freeze"})


def version_of():
    return FrameworkVersion.objects.order_by("-number").first()


def test_pl_08_me_08_every_field_of_an_indicator_is_kept_shown_and_frozen(room, outcome):
    sign = outcome.indicators.get()
    figures = {"unit": "families", "baseline": "12", "baseline_on": "2026-01-01", "aim": "20.0", "aim_on": "2027-01-01", "direction": "up"}
    words = {"source": "Talks", "shown_by": "age", "target": "Twice as many", "own_horizon": "long"}
    assert save(room, sign, **figures, **words).status_code == 302
    page = room.town.client(room.citizens[0]).get(at(room, f"outcomes/{outcome.pk}/")).content.decode()
    for shown in (
        "From 12 families to 20 families",
        "More is better",
        "hours each time: 2.5",
        "Talks",
        "age",
        "Twice as many",
        "1 January 2027",
    ):
        assert shown in page, shown
    assert freeze(room).status_code == 302
    kept = version_of().content["themes"][0]["outcomes"][0]["indicators"][0]
    assert (kept["baseline"], kept["aim"], kept["hours"], kept["direction"], kept["horizon"]) == ("12", "20", "2.5", "up", "long")
    assert (kept["unit"], kept["baseline_on"], kept["shown_by"], kept["scale"]) == ("families", "2026-01-01", "age", [])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"aim": "twelve"}, "Write a number, such as 12 or 4.5."),
        ({"aim": "-3"}, "A count cannot be less than zero."),
        ({"aim": "2.5"}, "A count is a whole number."),
        ({"form": "share", "aim": "101"}, "A share is between 0 and 100 per cent."),
        ({"form": "share", "baseline": "-1"}, "A share is between 0 and 100 per cent."),
        ({"form": "star", "aim": "6"}, "outside the scale, which goes from 1 to 5"),
        ({"form": "scale", "scale_from": "0", "scale_to": "10", "aim": "11"}, "outside the scale, which goes from 0 to 10"),
        ({"form": "scale", "scale_from": "0"}, "A scale has two ends."),
        ({"form": "scale", "scale_from": "10", "scale_to": "1"}, "must be above the lowest"),
        ({"form": "scale", "aim": "4"}, "Say where the scale begins and ends"),
        ({"form": "story", "aim": "4"}, "A story or an observation has no figure."),
        ({"baseline": "9", "aim": "5", "direction": "up"}, "above the target already"),
        ({"baseline": "5", "aim": "9", "direction": "down"}, "below the target already"),
        ({"baseline": "5", "aim": "9", "direction": "steady"}, "It is to stay as it is"),
        ({"baseline_on": "2027-01-02", "aim_on": "2027-01-01"}, "after the day the target is to be reached"),
        ({"hours": "-1"}, "Hours cannot be less than zero."),
        ({"hours": "NaN"}, "Write a number"),
        ({"form": "money"}, "Select a valid choice"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_sentence_and_nothing_is_half_written(room, outcome, fields, says):
    sign = outcome.indicators.get()
    answer = save(room, sign, source="Something new", **fields)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Something new" in answer.content.decode(), "what was typed is still there"
    sign.refresh_from_db()
    assert (sign.source, sign.aim, sign.baseline, sign.hours, sign.form) == ("", None, None, None, "story")


def test_whoever_comes_without_the_form_meets_the_same_rules(room, outcome):
    sign = outcome.indicators.get()
    with pytest.raises(Refused, match="between 0 and 100"):
        adopting.describe_indicator(sign, {"form": "share", "aim": Decimal(101)}, by=room.town.lead, now=room.town.now)
    with pytest.raises(Refused, match="Only the lead"):
        adopting.describe_indicator(sign, {"source": "x"}, by=room.town.decider, now=room.town.now)


def test_me_01_inv_02_an_outcome_with_only_a_story_is_frozen_without_a_number(room, outcome):
    assert save(room, outcome.indicators.get(), form="story", direction="").status_code == 302
    assert freeze(room).status_code == 302
    kept = version_of().content["themes"][0]["outcomes"][0]["indicators"]
    assert [(sign["form"], sign["aim"], sign["baseline"]) for sign in kept] == [("story", None, None)]


def test_inv_02_an_outcome_whose_sign_is_gone_is_not_frozen(room, outcome):
    room.town.collected()
    outcome.indicators.all().delete()
    answer = freeze(room)
    assert answer.status_code == 409
    assert "1 outcomes have no indicator yet." in answer.content.decode()


def test_me_02_no_field_of_the_framework_asks_for_money(room, outcome):
    client = room.town.client(room.town.lead)
    for path in (f"indicators/{outcome.indicators.get().pk}/", f"outcomes/{outcome.pk}/"):
        html = client.get(at(room, path)).content.decode().split("<main")[1].split("</main>")[0].lower()
        for word in ("£", "gbp", "proxy", "pounds", "cost"):
            assert word not in html, (path, word)


def test_me_04_an_indicator_shows_which_group_chose_it(room, outcome):
    citizen = room.town.client(room.citizens[0])
    for path in ("", f"outcomes/{outcome.pk}/"):
        assert "tl-group--citizen" in citizen.get(at(room, path)).content.decode()
    assert (
        "tl-group--citizen" in room.town.client(room.town.lead).get(at(room, f"indicators/{outcome.indicators.get().pk}/")).content.decode()
    )


def test_me_05_an_indicator_has_its_own_horizon_or_that_of_its_outcome(room, outcome):
    sign = outcome.indicators.get()
    assert sign.horizon == outcome.horizon == "short"
    save(room, sign, own_horizon="long")
    sign.refresh_from_db()
    assert sign.horizon == "long"
    page = room.town.client(room.citizens[0]).get(at(room, f"outcomes/{outcome.pk}/")).content.decode()
    assert "Longer than three years" in page
    assert "too early to say" in page


def test_me_08_nothing_is_frozen_while_nobody_collects_a_sign_or_its_hours_are_unknown(room, outcome):
    sign = outcome.indicators.get()
    for fields in ({"collector": ""}, {"hours": ""}):
        assert save(room, sign, **fields).status_code == 302
        answer = freeze(room)
        assert answer.status_code == 409
        assert "Say who collects each indicator" in answer.content.decode()
    assert sign.text in room.town.client(room.town.lead).get(at(room, "")).content.decode().split('id="freeze-h"')[1], "and which one it is"
    save(room, sign)
    assert freeze(room).status_code == 302


def test_me_06_an_outcome_can_name_the_wider_community(room, outcome):
    given = {"act": "describe", "dimensions": ["social"], "horizon": "medium", "benefits_beyond": "The wider community"}
    assert room.town.client(room.town.lead).post(at(room, f"outcomes/{outcome.pk}/"), given).status_code == 302
    for path in ("", f"outcomes/{outcome.pk}/"):
        assert "The wider community" in room.town.client(room.citizens[0]).get(at(room, path)).content.decode()
    said = framework_content.content_of(adopting.framework_of(room.town.cycle))["themes"][0]["outcomes"][0]
    assert said["benefits_beyond"] == "The wider community"


def test_pl_09_environmental_none_is_shown_and_a_reason_is_recorded_for_all_to_read(room, outcome):
    lead, cat = room.town.client(room.town.lead), room.town.client(room.citizens[0])
    assert "environmental: none" in cat.get(at(room, "")).content.decode()
    room.town.collected()
    assert "No outcome is environmental, and nobody said why." in lead.get(at(room, "")).content.decode()
    said = {"act": "none", "dimension": "environmental", "reason": "The service has no building and no car."}
    assert cat.post(at(room, ""), said).status_code == 409
    assert lead.post(at(room, ""), said | {"reason": " "}).status_code == 409
    assert lead.post(at(room, ""), said | {"dimension": "social"}).status_code == 409, "there is a social one"
    assert lead.post(at(room, ""), said).status_code == 302
    assert lead.post(at(room, ""), said).status_code == 302
    assert adopting.framework_of(room.town.cycle).coverage_reasons.count() == 1
    assert "The service has no building and no car." in cat.get(at(room, "")).content.decode()
    freeze(room)
    assert {"dimension": "environmental", "reason": said["reason"]} in version_of().content["coverage"]


def test_pl_10_a_participant_names_a_consequence_and_it_is_offered_to_the_monitoring_plan(room, outcome):
    cat = room.town.client(room.citizens[0])
    said = {"act": "consequence", "text": "Less room for older people", "intended": "no", "positive": "no", "key": "one"}
    for __ in (1, 2):
        assert cat.post(at(room, f"outcomes/{outcome.pk}/"), said).status_code == 302
    assert Consequence.objects.count() == 1, "the same form twice is kept once"
    assert "Less room for older people" in cat.get(at(room, "")).content.decode()
    assert "Not intended, and bad" in cat.get(at(room, f"outcomes/{outcome.pk}/")).content.decode()
    assert [c.contribution.text for c in consequences.to_look_at(room.town.cycle)] == ["Less room for older people"]
    kept = framework_content.content_of(adopting.framework_of(room.town.cycle))["themes"][0]["outcomes"][0]["consequences"]
    assert [(c["text"], c["intended"], c["positive"]) for c in kept] == [("Less room for older people", False, False)]
    answer = cat.post(at(room, f"outcomes/{outcome.pk}/"), {"act": "consequence", "text": "Half said", "key": "two"})
    assert answer.status_code == 422
    assert "Half said" in answer.content.decode()


def test_a_consequence_taken_back_is_nowhere(room, outcome):
    made = consequences.add(outcome, text="Wrong", intended=False, positive=False, by=room.citizens[0], key="k", now=room.town.now)
    Contribution.objects.filter(pk=made.contribution_id).update(withdrawn_at=room.town.now)
    assert not consequences.to_look_at(room.town.cycle).exists()
    assert "Wrong" not in room.town.client(room.town.lead).get(at(room, f"outcomes/{outcome.pk}/")).content.decode()


def test_do_09_what_people_do_themselves_stands_apart_from_what_the_contract_asks(room, outcome):
    cat = room.town.client(room.citizens[0])
    said = {"act": "co-delivery", "who": "Neighbours of Quay", "what": "Keep the hall open on Fridays", "key": "one"}
    for __ in (1, 2):
        assert cat.post(at(room, f"outcomes/{outcome.pk}/"), said).status_code == 302
    assert CoDelivery.objects.get().by == room.citizens[0]
    page = cat.get(at(room, f"outcomes/{outcome.pk}/")).content.decode()
    people, contract = page.split("What the contract asks of the provider")
    assert "Keep the hall open on Fridays" in people.split("What people and communities do themselves")[1]
    assert "Keep the hall open on Fridays" not in contract.split("</section>")[0]
    kept = framework_content.content_of(adopting.framework_of(room.town.cycle))["themes"][0]["outcomes"][0]["co_delivered"]
    assert [(one["who"], one["what"]) for one in kept] == [("Neighbours of Quay", "Keep the hall open on Fridays")]


def test_pl_23_the_framework_counts_the_outcomes_that_prevent_a_later_need(room, outcome):
    lead, cat = room.town.client(room.town.lead), room.town.client(room.citizens[0])
    assert "0 of 1 outcomes" in cat.get(at(room, "")).content.decode()
    given = {"act": "describe", "dimensions": ["social"], "horizon": "short", "prevents": "on", "prevents_what": "A place in care"}
    assert lead.post(at(room, f"outcomes/{outcome.pk}/"), given).status_code == 302
    page = cat.get(at(room, "")).content.decode().split('id="prevent-h"')[1].split("</dl>")[0]
    assert "1 of 1 outcomes" in page
    assert "A place in care" in page
    assert lead.post(at(room, f"outcomes/{outcome.pk}/"), given | {"prevents": ""}).status_code == 409, "a need, and no prevention"
    assert room.town.client(room.town.decider).post(at(room, f"outcomes/{outcome.pk}/"), given).status_code == 409


def test_inv_03_a_count_of_activity_is_not_adopted_as_an_outcome_unless_in_other_words(room):
    town = room.town
    proposal = town.propose(room.workshop, room.citizens[0], "Run 40 workshops")
    town.vote(town.ballot(room.workshop, proposal), "support", *room.everybody)
    town.move(room.workshop, "agree")
    made = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    given = {"reason": "Yes", "decider_role": "Member", "kind": "officer", "theme": "Home", "for_whom": "all", "dimensions": "social"}
    sent = given | {"answer": "adopted", "horizon": "short"}
    answer = town.client(town.decider).post(at(room, f"answer/{made.pk}/"), sent)
    assert answer.status_code == 422
    assert "counts what is done" in answer.content.decode()
    assert not Outcome.objects.exists()
    other = sent | {"answer": "part", "statement": "People know where to turn"}
    assert town.client(town.decider).post(at(room, f"answer/{made.pk}/"), other).status_code == 302
    assert Outcome.objects.get().statement == "People know where to turn"


def test_inv_01_an_outcome_without_a_need_is_said_before_freezing(room, outcome):
    page = room.town.client(room.town.lead).get(at(room, "")).content.decode()
    assert "No need on the list stands behind it." in page


def test_ps_07_inv_05_the_words_of_an_indicator_cannot_be_changed_past_the_room(room, outcome):
    sign = outcome.indicators.get()
    save(room, sign, text="Other words", statement="Other words", chosen_by="commissioner")
    sign.refresh_from_db()
    assert (sign.text, sign.chosen_by) == ("A sign of: People feel safe.", "citizen")
    for name in ("text", "language", "chosen_by", "outcome_id", "number"):
        with pytest.raises(Refused, match="words of an indicator are agreed"):
            adopting.describe_indicator(sign, {name: 1}, by=room.town.lead, now=room.town.now)


def test_ps_07_new_words_of_a_sign_open_its_outcome_tell_those_who_agreed_and_need_a_new_answer(room, outcome, later, posted):
    town, sign = room.town, outcome.indicators.get().proposal
    proposal = sign.for_outcome
    town.collected()
    town.now = later(60)
    town.move(room.workshop, "discuss")
    words = {"text": "A better sign", "why": "Clearer", "seen_version": 1, "by": room.citizens[0], "key": "am"}
    entitled = everybody_reached(room)
    mails = posted(lambda: proposing.amend(sign, **words, now=town.now))
    assert addresses(mails) == entitled, "everybody who could vote on the outcome is told"
    assert "Open again" in town.client(room.citizens[1]).get(at(room, "")).content.decode()
    assert freeze(room).status_code == 409
    town.now = later(120)
    town.vote(town.ballot(room.workshop, proposal), "support", *room.everybody)
    town.move(room.workshop, "agree")
    again = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    answer = freeze(room)
    assert "have no answer from the authority yet" in answer.content.decode(), "the wording of the outcome is the same, its sign is not"
    assert Indicator.objects.get().text == "A sign of: People feel safe.", "nothing changes before the authority answers"
    adopt(room, again)
    assert Indicator.objects.get().text == "A better sign"
    assert freeze(room).status_code == 302


def test_a_sign_proposed_after_the_agreement_does_not_slip_into_the_framework(room, agreement, later):  # noqa: F811
    town = room.town
    town.now = later(60)
    town.move(room.workshop, "discuss")
    draft = proposing.Draft("indicator", "Nobody agreed to this", for_outcome=agreement.proposal_id)
    proposing.propose(room.workshop, draft, by=room.vsos[0], key="late", now=town.now)
    town.now = later(120)
    town.move(room.workshop, "agree")
    agreeing.reserve(agreement.proposal, text="Only if free", by=room.vsos[0], key="r", now=town.now)
    town.now = later(180)
    adopt(room, agreement.proposal.agreements.get(superseded_at=None))
    assert [sign.text for sign in Indicator.objects.all()] == ["A sign of: People feel safe."]
    page = town.client(room.citizens[0]).get(at(room, f"outcomes/{Outcome.objects.get().pk}/")).content.decode()
    assert "Nobody agreed to this" in page.split("Proposed, and not agreed yet")[1]


def test_what_is_said_twice_is_one_minute(room, outcome):
    before = Minute.objects.count()
    for __ in (1, 2):
        save(room, outcome.indicators.get(), source="Talks")
    assert Minute.objects.count() == before + 1


def seen_on(page):
    return re.search(r'name="seen" value="([0-9a-f]{16})"', page.content.decode())[1]


def test_an_officer_who_was_slower_loses_nothing_of_an_indicator_and_undoes_nothing(room, outcome):
    sign, officer = outcome.indicators.get(), room.town.client(room.town.lead)
    saw = seen_on(officer.get(at(room, f"indicators/{sign.pk}/")))
    assert save(room, sign, source="Talks with families", seen=saw).status_code == 302
    late = save(room, sign, source="The school’s book", seen=saw)
    assert late.status_code == 409
    assert {"Talks with families", "The school’s book"} <= set(re.findall("Talks with families|The school’s book", late.content.decode()))
    sign.refresh_from_db()
    assert sign.source == "Talks with families"
    assert save(room, sign, source="Both", seen=seen_on(late)).status_code == 302
    sign.refresh_from_db()
    assert sign.source == "Both"
    assert save(room, sign, source="Both", seen=saw).status_code == 302, "sent twice is no quarrel"


def test_an_officer_who_was_slower_loses_nothing_of_an_outcome_and_undoes_nothing(room, outcome):
    officer, page = room.town.client(room.town.lead), at(room, f"outcomes/{outcome.pk}/")
    saw = seen_on(officer.get(page))
    words = {"act": "describe", "dimensions": ["social"], "horizon": outcome.horizon}
    assert officer.post(page, words | {"benefits_beyond": "Neighbours", "seen": saw}).status_code == 302
    late = officer.post(page, words | {"benefits_beyond": "The schools", "seen": saw})
    assert late.status_code == 409
    assert all(said in late.content.decode() for said in ("Neighbours", "The schools"))
    outcome.refresh_from_db()
    assert outcome.benefits_beyond == "Neighbours"
    assert officer.post(page, words | {"benefits_beyond": "Both", "seen": seen_on(late)}).status_code == 302
    outcome.refresh_from_db()
    assert outcome.benefits_beyond == "Both"


def test_a_sign_of_a_frozen_framework_shows_no_form_and_every_sign_leads_to_the_plan(room, outcome):
    sign = outcome.indicators.get()
    save(room, sign)
    page = room.town.client(room.town.lead).get(at(room, f"indicators/{sign.pk}/")).content.decode()
    assert f"/cycles/{room.town.cycle.slug}/monitoring/" in page
    assert 'name="collector"' in page
    freeze(room)
    page = room.town.client(room.town.lead).get(at(room, f"indicators/{sign.pk}/")).content.decode()
    assert "The framework is frozen." in page
    assert 'name="collector"' not in page
