"""The ground floor: stages and exit questions, people and their registers, answers, and what closing needs."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from commissioning import answering, convening, cycle, people, roles
from commissioning.models import Authority, Consent, Contribution, Cycle, Organisation, Participant, User
from commissioning.sentences import Refused, Sentence, speak_through


@pytest.mark.parametrize("stage", cycle.STAGES)
def test_a_stage_closes_when_nothing_is_missing(stage):
    plan = cycle.STAGES[stage]
    answered, met = {q.code for q in plan.questions}, {m.code for m in plan.milestones}
    assert cycle.why_not_close_stage(stage, answered, met) is None
    for question in plan.questions:
        assert str(question.text) in str(cycle.why_not_close_stage(stage, answered - {question.code}, met))
    for milestone in plan.milestones:
        assert str(milestone.text) in str(cycle.why_not_close_stage(stage, answered, met - {milestone.code}))


def test_a_cycle_with_somebody_waiting_cannot_close():
    done = dict.fromkeys(cycle.STAGES, "closed")
    assert cycle.why_not_close_cycle(0, done) is None
    assert cycle.why_not_close_cycle(0, done | {"review": "skipped"}) is None
    assert "3 contributions" in str(cycle.why_not_close_cycle(3, done))
    assert "Review" in str(cycle.why_not_close_cycle(0, done | {"review": "open"}))


def test_sentences_are_translated_when_read():
    sentence = Sentence("Only {n} left.", n=2)
    try:
        speak_through(lambda text: text.replace("Only", "Dim ond"))
        assert str(sentence) == "Dim ond 2 left."
    finally:
        apps.get_app_config("commissioning").ready()  # gettext again, for every test after this one
    assert str(sentence) == "Only 2 left."


NUMBERS = [
    ("GB-CHC", "1089464", True),
    ("GB-CHC", "12", False),
    ("GB-COH", "04325234", True),
    ("GB-COH", "SC123456", True),
    ("GB-COH", "4325234", False),
    ("GB-SC", "SC012345", True),
    ("GB-SC", "012345", False),
    ("GB-NIC", "100002", True),
    ("GB-NIC", "200002", False),
    ("GB-LAE", "BIR", True),
    ("GB-LAE", "birmingham", False),
    ("GB-NHS", "RXK", True),
    ("GB-NHS", "R", False),
    ("", "123", False),
    ("GB-CHC", "", False),
]


@pytest.mark.parametrize(("scheme", "number", "fine"), NUMBERS)
def test_register_numbers_are_checked_in_form(scheme, number, fine):
    organisation = Organisation(name="X", scheme=scheme, identifier=number)
    if fine:
        organisation.clean()
    else:
        with pytest.raises(ValidationError):
            organisation.clean()


def test_an_01_a_cycle_opens_with_four_stages_and_its_lead(town):
    assert [(s.code, s.state) for s in town.cycle.stages.all()] == [
        ("analyse", "open"),
        ("plan", "not_started"),
        ("do", "not_started"),
        ("review", "not_started"),
    ]
    assert people.held_by(town.lead) == roles.ROLES["lead"].permissions


def test_only_an_officer_opens_a_cycle_and_says_what_is_paid(town):
    stranger = User.objects.create_user("x@example.org")
    plan = convening.CyclePlan("T", "S", ("A",), "P", 4, "None, because")
    with pytest.raises(Refused, match="officer"):
        convening.open_cycle(plan, authority=town.authority, by=stranger, now=town.now)
    for wrong in (
        convening.CyclePlan("T", "S", (), "P", 4, "£10"),
        convening.CyclePlan("T", "S", ("A",), "P", 4, "  "),
    ):
        with pytest.raises(Refused):
            convening.open_cycle(wrong, authority=town.authority, by=town.lead.user, now=town.now)


def test_each_authority_sees_its_own(town, other_town):
    assert list(Cycle.objects.visible_to(people.Viewer(user=town.lead.user))) == [town.cycle]
    somebody = town.join("Ann")
    assert list(Cycle.objects.visible_to(people.Viewer(participants=(somebody,)))) == [town.cycle]
    assert not Cycle.objects.visible_to(people.Viewer()).exists()


def test_et_01_every_consent_stands_on_its_own(town):
    shy = town.join("Real Name", consents=("take_part",))
    assert shy.shown_name == "Citizen 1"
    assert "Real Name" not in shy.signature
    assert dict(Consent.objects.filter(participant=shy).values_list("kind", "given")) == {
        "take_part": True,
        "recording": False,
        "words": False,
        "naming": False,
        "summary": False,
    }
    with pytest.raises(Refused, match="agree to take part"):
        town.join("Nobody", consents=("naming",))


def test_fs_05_a_vso_names_its_organisation_and_joins_the_register_once(town):
    with pytest.raises(Refused, match="organisation"):
        town.join("Val", "vso", "  ")
    town.join("Val", "vso", "Harbour Trust")
    town.join("Viv", "vso", "  harbour   trust ")
    assert Organisation.objects.filter(authority=town.authority).count() == 1


def test_the_server_keeps_only_a_hash_of_the_personal_key(town):
    somebody = town.join("Ann")
    key = town.keys[somebody.pk]
    assert people.holders_of([key]) == (somebody,)
    assert key not in str(Participant.objects.filter(pk=somebody.pk).values())
    assert people.holders_of([key + "x", "", "\x00"]) == ()


def test_ps_01_the_level_falls_only_with_a_reason(town):
    convening.change_level(town.cycle, level=5, reason="", by=town.lead, now=town.now)
    with pytest.raises(Refused, match="why the level is lower"):
        convening.change_level(town.cycle, level=2, reason=" ", by=town.lead, now=town.now)
    convening.change_level(town.cycle, level=2, reason="The budget was cut", by=town.lead, now=town.now)
    assert Cycle.objects.get(pk=town.cycle.pk).level == 2


def test_fb_02_nothing_closes_with_people_left_unanswered(town):
    citizen = town.join("Ann")
    said = Contribution.objects.create(
        cycle=town.cycle, participant=citizen, group="citizen", kind="need", text="A place", key="k", at=town.now
    )
    for stage in town.cycle.stages.all():
        convening.skip_stage(stage, reason="Only a test of closing", by=town.lead, now=town.now)
    with pytest.raises(Refused, match="1 contributions"):
        convening.close_cycle(town.cycle, by=town.lead, now=town.now)
    with pytest.raises(Refused):
        answering.answer([said], status="used", reason=" ", by=town.lead, now=town.now)
    with pytest.raises(Refused, match="lead commissioner"):
        answering.answer([said], status="used", reason="It is in", by=citizen, now=town.now)
    answering.answer([said], status="parked", reason="Next year", by=town.lead, now=town.now)
    convening.close_cycle(town.cycle, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="closed"):
        town.join("Too late")


def test_exit_questions_are_never_blank(town):
    stage = town.cycle.stages.get(code="analyse")
    with pytest.raises(Refused):
        convening.answer_exit_questions(stage, {"assets_listed": (True, "")}, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="no such question"):
        convening.answer_exit_questions(stage, {"king": (True, "x")}, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="still needs"):
        convening.close_stage(stage, by=town.lead, now=town.now)


def test_one_authority_for_each_name(town):
    assert Authority.objects.filter(name=town.authority.name).count() == 1
