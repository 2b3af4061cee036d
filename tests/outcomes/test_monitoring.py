"""The monitoring plan: somebody collects each line, what is put in is kept apart, and nobody is given more work than was agreed."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from outcomes import adopting, criteria, measure_rules, monitoring, specifying
from outcomes.models import Criterion, Indicator, Measure, MonitoringConsent
from tests.outcomes.buying import at, outcome_in, ready_to_sign, said

HOW = "How will young people decide what happens?"


def add(town, **data):
    kept = {
        "text": "Share saying “I feel safe here”",
        "form": "scale",
        "owner": "Provider",
        "hours": "4",
        "every": "1",
        "first_quarter": "1",
    }
    return town.client(town.lead).post(at(town, "monitoring/"), {"act": "add"} | kept | data)


def described(room, **words):
    """An indicator that the framework says how to collect."""
    sign = outcome_in(room).indicators.get()
    how = {"form": "scale", "collector": "Young people", "frequency": "Each half year", "hours": Decimal(6)} | words
    adopting.describe_indicator(sign, how, by=room.town.lead, now=room.town.now)
    return Indicator.objects.get(pk=sign.pk)


def test_me_08_a_measure_needs_an_owner_and_an_hours_estimate(room):
    town, sign = room.town, described(room)
    for lacking in ({"owner": ""}, {"hours": ""}, {"hours": "-1"}, {"hours": "NaN"}, {"owner": "  "}):
        assert add(town, indicator=sign.pk, **lacking).status_code == 422
    assert not Measure.objects.exists()
    with pytest.raises(monitoring.Refused, match="by role"):
        monitoring.add_measure(town.cycle, monitoring.Words("x", "", Decimal(1), indicator=sign), by=town.lead, now=town.now)
    with pytest.raises(monitoring.Refused, match="how many hours"):
        monitoring.add_measure(town.cycle, monitoring.Words("x", "Me", None, indicator=sign), by=town.lead, now=town.now)
    assert add(town, indicator=sign.pk).status_code == 302
    assert (Measure.objects.get().owner, Measure.objects.get().hours) == ("Provider", Decimal(4))


def test_me_02_no_page_asks_for_a_money_value_and_one_that_is_offered_warns(room):
    town, sign = room.town, described(room)
    page = said(town.client(town.lead).get(at(town, "monitoring/"))).lower()
    assert "£" not in page
    assert "money value" not in page
    money = [
        f.name for m in (Measure, Criterion) for f in m._meta.get_fields() if any(w in f.name for w in ("money", "pound", "value", "price"))
    ]
    assert money == []
    assert add(town, indicator=sign.pk, text="SROI of the evenings").status_code == 302
    assert "takes many hours" in said(town.client(room.vsos[0]).get(at(town, "monitoring/")))


@pytest.mark.parametrize(
    ("text", "form", "unit"),
    [
        ("Number of volunteers", "count", ""),
        ("Volunteer hours given", "count", "hours"),
        ("Gifts and donations", "count", ""),
        ("Attendance at sessions", "count", ""),
        ("How many people came", "count", "volunteers"),
        ("Footfall", "count", ""),
    ],
)
def test_rv_12_a_volunteer_count_cannot_be_attached_to_an_outcome(room, text, form, unit):
    town, sign = room.town, described(room)
    answer = add(town, indicator=sign.pk, text=text, form=form, unit=unit)
    assert answer.status_code == 422
    assert "added resource" in said(answer)
    assert not Measure.objects.exists()
    assert add(town, indicator=sign.pk).status_code == 302
    measure = Measure.objects.get()
    changed = {"text": text, "form": form, "unit": unit, "owner": "Provider", "hours": "4", "every": "1", "first_quarter": "1"}
    later = town.client(town.lead).post(at(town, "monitoring/1/"), changed | {"indicator": sign.pk, "seen_version": 1})
    assert later.status_code == 422
    measure.refresh_from_db()
    assert measure.text.startswith("Share saying")


@pytest.mark.parametrize(
    "text",
    [
        "Share of volunteers who found work",
        "School attendance goes up",
        "Evenings a week with an open door",
        "Parents who know where to go",
    ],
)
def test_rv_12_a_change_in_somebodys_life_is_no_count_of_what_was_put_in(text):
    assert measure_rules.looks_like_added_resource(text, "share") is None
    assert measure_rules.looks_like_added_resource("What a volunteer told us", "story") is None


def test_pl_20_the_plan_shows_hours_and_who_pays_and_over_the_ceiling_every_group_must_agree(room):
    town = room.town
    outcome, specification = ready_to_sign(room)
    sign, lead = outcome.indicators.get(), town.client(town.lead)
    assert add(town, indicator=sign.pk, hours="12", paid_by="The council").status_code == 302
    assert add(town, indicator=sign.pk, hours="8", every="2", text="A story").status_code == 302
    page = said(town.client(room.vsos[0]).get(at(town, "monitoring/")))
    for words in ("paid by The council", "12 each time", "The busiest quarter takes 20", "who pays is not said yet"):
        assert words in page
    assert lead.post(at(town, "monitoring/"), {"act": "ceiling", "hours": "15", "agreed_by": "Provider forum, 3 May"}).status_code == 302
    for __ in range(2):
        refused = lead.post(at(town, "specification/"), {"act": "sign_off"})
        assert refused.status_code == 409
        assert "The busiest quarter takes 20 hours, and 15 were agreed" in said(refused)
    agree = {"act": "agree", "agrees": "yes"}
    for who in (room.vsos[0], room.citizens[0]):
        assert town.client(who).post(at(town, "monitoring/"), agree).status_code == 302
    assert "Still to agree: Commissioner side" in said(lead.post(at(town, "specification/"), {"act": "sign_off"}))
    assert town.client(room.officers[0]).post(at(town, "monitoring/"), agree).status_code == 302
    page = said(town.client(room.vsos[0]).get(at(town, "monitoring/")))
    assert "every group agreed" in page
    assert room.vsos[0].signature in page, "who consented is on record"
    assert lead.post(at(town, "specification/"), {"act": "sign_off"}).status_code == 302
    frozen = specification.versions.get().content["monitoring"]
    assert [(m["code"], m["hours"], m["paid_by"], m["every"]) for m in frozen] == [("M1", "12.0", "The council", 1), ("M2", "8.0", "", 2)]


def test_pl_20_consent_is_to_so_many_hours_and_no_group_outvotes_another(room):
    town = room.town
    outcome, specification = ready_to_sign(room)
    sign, lead = outcome.indicators.get(), town.client(town.lead)
    client = town.client(room.citizens[0])
    assert client.post(at(town, "monitoring/"), {"act": "agree", "agrees": "yes"}).status_code == 409, "nothing is over the ceiling"
    add(town, indicator=sign.pk, hours="20")
    lead.post(at(town, "monitoring/"), {"act": "ceiling", "hours": "15", "agreed_by": "Forum"})
    for who in (room.officers[0], room.officers[1], room.vsos[0], room.citizens[0]):
        town.client(who).post(at(town, "monitoring/"), {"act": "agree", "agrees": "yes"})
    assert monitoring.why_not_publish(town.cycle) is None
    no = {"act": "agree", "agrees": "no"}
    assert client.post(at(town, "monitoring/"), no).status_code == 409, "a no needs its reason"
    assert client.post(at(town, "monitoring/"), no | {"words": "It takes our evenings"}).status_code == 302
    assert "Citizens" in str(monitoring.why_not_publish(town.cycle))
    assert "It takes our evenings" in said(lead.get(at(town, "monitoring/")))
    assert MonitoringConsent.objects.filter(group="citizen").count() == 1, "one voice has one answer"
    client.post(at(town, "monitoring/"), {"act": "agree", "agrees": "yes"})
    add(town, indicator=sign.pk, hours="1", text="One more")
    assert len(monitoring.waiting_for(town.cycle, monitoring.ceiling_of(town.cycle), Decimal(21))) == 3, "they agreed to 20 hours"
    assert town.client(town.facilitator).post(at(town, "monitoring/"), {"act": "agree", "agrees": "yes"}).status_code == 409
    with pytest.raises(monitoring.Refused):
        specifying.sign_off(specification, by=town.lead, now=town.now)


def test_sw_05_a_weighted_criterion_without_a_measure_blocks_publication(room):
    town = room.town
    outcome, specification = ready_to_sign(room)
    lead = town.client(town.lead)
    words = {"question": "Local voice", "how_question": HOW, "outcome": outcome.pk, "share": "12", "first_return": "2"}
    assert lead.post(at(town, "criteria/"), words).status_code == 302
    adopt = {"act": "adopt", "price": "38", "quality": "50", "social_value": "12", "reason": "Costed", "decider_role": "Member"}
    assert town.client(town.decider).post(at(town, "weighting/"), adopt | {"outcomes": [outcome.pk]}).status_code == 302
    refused = lead.post(at(town, "specification/"), {"act": "sign_off"})
    assert refused.status_code == 409
    assert "Nothing measures these criteria" in said(refused)
    criterion = Criterion.objects.get()
    assert (
        add(town, criterion=criterion.pk, text="Young people’s panel met and decided", form="story", first_quarter="2").status_code == 302
    )
    assert lead.post(at(town, "criteria/1/"), {"act": "withdraw", "reason": "No"}).status_code == 409, "the plan still measures it"
    assert lead.post(at(town, "specification/"), {"act": "sign_off"}).status_code == 302
    content = specification.versions.get().content
    assert (content["weighting"]["social_value"], content["criteria"][0]["share"]) == (12, "12.00")
    assert content["monitoring"][0]["criterion"] == criterion.pk
    kept = lead.post(at(town, "monitoring/1/"), {"act": "retire", "reason": "Too much work"})
    assert kept.status_code == 409
    assert "stays to the end of the contract" in said(kept)
    assert Measure.objects.get().retired_at is None


def test_inv_09_weighted_means_criterion_how_measure_and_quarter(room):
    town = room.town
    outcome, __ = ready_to_sign(room)
    adopt = {"act": "adopt", "price": "38", "quality": "50", "social_value": "12", "reason": "Costed", "decider_role": "Member"}
    town.client(town.decider).post(at(town, "weighting/"), adopt | {"outcomes": [outcome.pk]})

    def gate():
        return said(town.client(town.lead).post(at(town, "specification/"), {"act": "sign_off"}))

    assert "there is no criterion yet" in gate()
    town.client(town.lead).post(at(town, "criteria/"), {"question": "Voice", "how_question": HOW, "outcome": outcome.pk, "share": "7"})
    assert "are not complete: C1" in gate(), "it has no quarter of its first return"
    words = {"question": "Voice", "how_question": HOW, "outcome": outcome.pk, "share": "7", "first_return": "1", "seen_version": "1"}
    town.client(town.lead).post(at(town, "criteria/1/"), words)
    assert "Nothing measures" in gate()
    add(town, criterion=Criterion.objects.get().pk)
    assert "come to 7%. Social value is 12%" in gate()
    town.client(town.lead).post(at(town, "criteria/1/"), words | {"share": "12", "seen_version": "2"})
    assert criteria.why_not_publish(town.cycle) is None


def test_all_indicators_go_into_the_plan_at_once_and_none_twice(room):
    town = room.town
    described(room)
    bare = outcome_in(room, "Families know where to ask.").indicators.get()
    lead = town.client(town.lead)
    assert "2 indicators are not in the plan" in said(lead.get(at(town, "monitoring/")))
    answer = lead.post(at(town, "monitoring/"), {"act": "take"}, follow=True)
    assert "1 indicator was taken into the plan" in said(answer)
    assert f"I{bare.number}: Say who collects it" in said(answer)
    measure = Measure.objects.get()
    assert (measure.owner, measure.hours, measure.every) == ("Young people", Decimal(6), Measure.Every.HALF_YEAR)
    lead.post(at(town, "monitoring/"), {"act": "take"})
    assert Measure.objects.count() == 1
    assert town.client(room.citizens[0]).post(at(town, "monitoring/"), {"act": "take"}).status_code == 409
    assert lead.post(at(town, "monitoring/1/"), {"act": "retire", "reason": "  "}).status_code == 409
    assert lead.post(at(town, "monitoring/1/"), {"act": "retire", "reason": "Asked elsewhere"}).status_code == 302
    assert "Asked elsewhere" in said(town.client(room.vsos[0]).get(at(town, "monitoring/")))


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({"form": "share", "target": "120", "direction": "up"}, "above 100%"),
        ({"form": "count", "baseline": "-3"}, "below 0"),
        ({"form": "story", "target": "5"}, "needs no figures"),
        ({"form": "count", "baseline": "10", "target": "5", "direction": "up"}, "below where it stands"),
        ({"form": "count", "baseline": "5", "target": "10", "direction": "down"}, "above where it stands"),
        ({"form": "count", "target": "10"}, "which way is better"),
        ({"form": "count", "baseline": "5", "target": "6", "direction": "steady"}, "stay as it is"),
        ({"target": "x"}, "Enter a number"),
        ({"first_quarter": "0"}, "greater than or equal to 1"),
        ({"form": "money"}, "valid choice"),
        ({"every": "7"}, "valid choice"),
    ],
)
def test_figures_that_cannot_be_are_refused_with_what_is_wrong(room, figures, sentence):
    answer = add(room.town, indicator=described(room).pk, **figures)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert not Measure.objects.exists()


def test_two_officers_at_once_and_a_form_sent_twice(room):
    town, sign = room.town, described(room)
    for __ in range(2):
        assert add(town, indicator=sign.pk, key="same").status_code == 302
    measure = Measure.objects.get()
    assert add(town).status_code == 422, "it measures something"
    kept = {"text": "First", "form": "scale", "owner": "Provider", "hours": "4", "every": "1", "first_quarter": "1", "indicator": sign.pk}
    lead = town.client(town.lead)
    assert lead.post(at(town, "monitoring/1/"), kept | {"seen_version": "1"}).status_code == 302
    late = lead.post(at(town, "monitoring/1/"), kept | {"text": "Second", "seen_version": "1"})
    assert late.status_code == 409
    assert "First" in said(late)
    assert "Second" in said(late)
    measure.refresh_from_db()
    assert measure.text == "First"


def test_pl_10_what_else_may_happen_has_its_place_in_the_plan(room):
    """Part of the page; the table of consequences is written with the framework."""
    page = room.town.client(room.vsos[0]).get(at(room.town, "monitoring/"))
    kept = next((m for m in apps.get_app_config("outcomes").get_models() if m.__name__ == "Consequence"), None)
    assert page.context["consequences"] == []
    if kept is None:
        return
    outcome = outcome_in(room)
    from commissioning import contributing

    one, __ = contributing.contribute(
        cycle=room.town.cycle, by=room.citizens[0], kind="concern", text="Louder evenings", key="c", now=room.town.now
    )
    kept.objects.create(outcome=outcome, contribution=one, intended=False, positive=False, at=room.town.now)
    assert "Louder evenings" in said(room.town.client(room.vsos[0]).get(at(room.town, "monitoring/")))


WORK = st.builds(measure_rules.Work, st.integers(0, 400).map(lambda n: Decimal(n) / 10), st.sampled_from([0, 1, 2, 4]), st.integers(1, 16))


@given(st.lists(WORK, max_size=6), st.none() | st.integers(1, 40))
def test_the_busiest_quarter_is_found_however_long_the_contract(plan, quarters):
    every_quarter = range(1, (quarters or 60) + 1)
    most = max((measure_rules.hours_in(q, plan) for q in every_quarter), default=Decimal(0))
    assert measure_rules.busiest(plan, quarters) == most


@given(
    st.lists(st.sampled_from(["commissioner", "vso", "citizen"]), unique=True),
    st.dictionaries(
        st.sampled_from(["commissioner", "vso", "citizen"]), st.builds(measure_rules.Said, st.integers(0, 9), st.integers(0, 9))
    ),
)
def test_inv_06_the_plan_goes_out_only_when_each_group_agrees(present, said_by):
    waiting = measure_rules.still_to_agree(present, said_by)
    gate = measure_rules.why_over(Decimal(20), Decimal(10), waiting)
    assert (gate is None) == all(g in said_by and said_by[g].yes > said_by[g].no for g in present)
    assert measure_rules.why_over(Decimal(10), Decimal(10), waiting) is None


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_takes_the_same_queries_for_one_measure_and_for_thirty(room, rows):
    town, sign = room.town, described(room)
    for n in range(rows):
        monitoring.add_measure(town.cycle, monitoring.Words(f"M{n}", "Me", Decimal(1), indicator=sign), by=town.lead, now=town.now)
    monitoring.set_ceiling(town.cycle, hours=Decimal("0.5"), agreed_by="Forum", by=town.lead, now=town.now)
    for n in range(rows):
        monitoring.consent(town.cycle, agrees=True, by=town.join(f"C{n}"), now=town.now)
    client = town.client(room.citizens[0])
    client.get(at(town, "monitoring/"))
    with CaptureQueriesContext(connection) as queries:
        client.get(at(town, "monitoring/"))
    assert len(queries) == 12


def test_no_table_of_the_plan_keeps_money():
    for model in (Measure, Criterion):
        assert not [f for f in model._meta.get_fields() if isinstance(f, models.DecimalField) and "£" in str(f.verbose_name)]
