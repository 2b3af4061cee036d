"""A rule set from its parts, who was there at the close, and what a result leans on, as people meet them in the room."""

import pytest

from commissioning import people
from commissioning.sentences import Refused
from workshops import agreeing, attending, leaning, policy, regions, rules, seating, unsealing, voting
from workshops.forms import RuleForm
from workshops.models import Attendance, Ballot, Workshop
from workshops.rules import Rule
from workshops.sensitivity import BIDDERS, BROKERS, PROVIDER

PARTS = {f"{part}_{group}": value for group in ("commissioner", "vso", "citizen") for part, value in (("percent", "67"), ("least", "1"))}


def opened(room, rule):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    room.town.move(room.workshop, "vote")
    ballot = voting.open_ballot(proposal, rule, by=room.town.facilitator, now=room.town.now)
    ballot.workshop = room.workshop
    return ballot


def closed(room, ballot):
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    return Ballot.objects.get(pk=ballot.pk)


def test_a_rule_is_convened_from_a_preset_or_from_its_parts(town):
    client = town.client(town.lead)
    page = client.get(f"/cycles/{town.cycle.slug}/workshops/new/").content.decode()
    assert "Consent: nobody has a reasoned objection. For working together" in page
    form = {"title": "A", "question": "B?", "hours": "1", "kind": "separate", **PARTS}
    client.post(f"/cycles/{town.cycle.slug}/workshops/new/", form | {"preset": "consent", "base": "entitled"})
    assert Rule.of(Workshop.objects.latest("pk").rule) == rules.PRESETS["consent"].rule, "the parts count only when they are chosen"
    client.post(
        f"/cycles/{town.cycle.slug}/workshops/new/",
        form | {"preset": "own", "base": "present", "needed": "2", "veto": "on", "settled": "on"},
    )
    assert Rule.of(Workshop.objects.latest("pk").rule) == Rule.same_for_all(67, 1, base="present", needed=2, veto=True, reservations=False)


@pytest.mark.parametrize("nonsense", [{"preset": "king"}, {"base": "moon"}, {"needed": "9"}, {"percent_vso": "1000"}])
def test_a_nonsense_rule_is_said_to_be_one(nonsense):
    assert not RuleForm(PARTS | {"preset": "own"} | nonsense).is_valid()


def test_the_form_shows_the_rule_that_is_there():
    assert RuleForm(rule=rules.PRESETS["consent"].rule)["preset"].value() == "consent"
    own = RuleForm(rule=Rule.same_for_all(67, 9, reservations=False))
    assert (own["preset"].value(), own["settled"].value(), own["least_vso"].value()) == ("own", True, 9)


@pytest.mark.parametrize(
    ("kept", "asked", "may"),
    [
        ({}, {"base": "entitled", "veto": True, "reservations": False}, True),
        ({"base": "entitled"}, {"base": "present"}, False),
        ({"base": "present"}, {"base": "entitled"}, True),
        ({"needed": 2}, {}, True),
        ({}, {"needed": 2}, False),
        ({"veto": True}, {}, False),
        ({"reservations": False}, {}, False),
    ],
)
def test_a_ballot_may_ask_more_in_every_part_and_never_less(kept, asked, may):
    assert (policy.why_not_rule(Rule.same_for_all(**kept), Rule.same_for_all(**asked)) is None) == may


def test_who_was_there_at_the_close_is_kept_and_counts_where_the_rule_asks(room):
    ballot = opened(room, Rule.same_for_all(67, 1, base="present"))
    room.town.vote(ballot, "support", *room.officers, *room.vsos, room.citizens[0])
    counted = unsealing.result_of(closed(room, ballot))
    assert [f.of for f in counted.findings] == [2, 2, 2]
    assert not counted.met, "one of the two citizens who are here is less than two thirds"


def test_who_had_left_does_not_count_as_present(room):
    ballot = opened(room, Rule.same_for_all(67, 1, base="present"))
    room.town.vote(ballot, "support", *room.officers, *room.vsos, room.citizens[0])
    long_ago = room.town.now - 2 * attending.HERE_FOR
    Attendance.objects.filter(participant=room.citizens[1]).update(last_at=long_ago)
    result = unsealing.result_of(closed(room, ballot))
    assert result.met
    assert [f.of for f in result.findings] == [2, 2, 1]


def test_somebody_without_a_device_is_present(room):
    scribe = room.town.join("Sam", "commissioner", role="scribe", invited=True)
    attending.attend(room.workshop, scribe, now=room.town.now)
    ivy = people.Introduction("Ivy", "citizen", "resident", "none", frozenset({"take_part"}), "")
    seating.seat_person(room.workshop, ivy, by=scribe, key="s", now=room.town.now)
    ballot = opened(room, Rule.same_for_all(67, 1, base="present"))
    Attendance.objects.filter(workshop=room.workshop).update(last_at=room.town.now - 2 * attending.HERE_FOR)
    assert closed(room, ballot).present == {"citizen": 1}


def test_what_is_present_is_not_said_while_it_is_open(room):
    assert opened(room, Rule.same_for_all()).present is None


def declared(room, who, kind):
    who.interests.create(kind=kind, at=room.town.now)


def test_a_result_says_what_it_leans_on(room):
    town = room.town
    declared(room, room.vsos[0], BIDDERS)
    ballot = opened(room, Rule.same_for_all(67, 1))
    town.vote(ballot, "support", *room.officers, room.vsos[0], *room.citizens)
    assert leaning.leanings([ballot]) == {}, "nothing while it is open"
    ballot = closed(room, ballot)
    found = leaning.leanings([ballot])[ballot.pk]
    assert found.result.suggested == unsealing.result_of(ballot).suggested == "agreed"
    assert found.without == {BIDDERS: False, PROVIDER: None, BROKERS: None}
    page = town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "Does it hang on a few?" in page
    assert "Without organisations that may bid it would come out differently." in page
    assert "Does it hang on a few?" not in town.client(town.facilitator).get(f"/w/{room.workshop.slug}/screen/").content.decode()


def test_fs_02_an_organisation_has_the_interest_of_any_of_its_people(room):
    colleague = room.town.join("Viv", "vso", "Harbour", invited=True)
    attending.attend(room.workshop, colleague, now=room.town.now)
    declared(room, colleague, PROVIDER)
    ballot = opened(room, Rule.same_for_all(67, 1))
    room.town.vote(ballot, "support", *room.officers, *room.citizens)
    room.town.vote(ballot, "cannot", colleague, room.vsos[1])
    ballot = closed(room, ballot)
    assert leaning.leanings([ballot])[ballot.pk].without == {BIDDERS: None, PROVIDER: True, BROKERS: None}


def test_an_interest_that_was_taken_back_no_longer_counts(room):
    declared(room, room.vsos[0], BIDDERS)
    declared(room, room.vsos[0], "none")
    ballot = opened(room, Rule.same_for_all(67, 1))
    room.town.vote(ballot, "support", *room.everybody)
    ballot = closed(room, ballot)
    assert leaning.leanings([ballot])[ballot.pk].without[BIDDERS] is None


def test_it_takes_two_queries_for_one_ballot_or_many(room, django_assert_num_queries):
    ballots = []
    for _round in range(6):
        ballot = opened(room, Rule.same_for_all(67, 1))
        room.town.vote(ballot, "support", *room.everybody)
        ballots.append(closed(room, ballot))
    for some in (ballots[:1], ballots):
        with django_assert_num_queries(2):
            assert len(leaning.leanings(some)) == len(some)


def test_objections_stop_consent_in_the_room(room):
    ballot = opened(room, rules.PRESETS["consent"].rule)
    room.town.vote(ballot, "support", *room.officers, *room.vsos, room.citizens[0])
    room.town.vote(ballot, "cannot", room.citizens[1], reason="Too far for wheelchairs")
    closed(room, ballot)
    room.town.move(room.workshop, "agree")
    with pytest.raises(Refused, match="1 cannot support it and said why"):
        agreeing.record_agreement(ballot.proposal, state="agreed", by=room.town.facilitator, now=room.town.now)


def test_vs_05_votes_through_a_broker_are_counted_and_shown_apart(room):
    town = room.town
    broker = town.join("Gwen", "vso", "Eastmere CVS", role="broker")
    attending.attend(room.workshop, broker, now=town.now)
    ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0]))
    town.vote(ballot, "support", *room.officers, *room.citizens, room.vsos[0])
    town.vote(ballot, "cannot", broker)
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    look = regions.looks_at([Ballot.objects.get(pk=ballot.pk)])[0]
    assert str(look.brokered) == "Among these, through a broker who speaks for others: 1 cannot support."
    vso = next(f.count for f in look.result.findings if f.count.group == "vso")
    assert (vso.support, vso.cannot) == (1, 1), "counted with the others"
    assert "Without those who speak for others it would come out differently." in list(map(str, look.leans.lines))
    assert "through a broker" in town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()


def test_without_a_broker_nothing_is_said_of_one(room):
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    room.town.vote(ballot, "support", *room.citizens)
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    look = regions.looks_at([Ballot.objects.get(pk=ballot.pk)])[0]
    assert look.brokered is None
    assert "speak for others" not in " ".join(map(str, look.leans.lines))


def test_reasons_against_stand_beside_the_result_before_anything_is_recorded(room):
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    room.town.vote(ballot, "cannot", room.citizens[0], reason="The bus stops at six")
    client = room.town.client(room.citizens[1])
    assert "The bus stops at six" not in client.get(f"/w/{room.workshop.slug}/").content.decode(), "sealed"
    voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
    page = client.get(f"/w/{room.workshop.slug}/").content.decode()
    assert "1 reason against it" in page
    assert page.count("The bus stops at six") == 1
    screen = client.get(f"/w/{room.workshop.slug}/screen/").content.decode()
    assert "The bus stops at six" not in screen, "on the big screen only what was recorded"
    room.town.move(room.workshop, "agree")
    agreeing.record_agreement(ballot.proposal, state="declined", reason="Talked over", by=room.town.facilitator, now=room.town.now)
    assert client.get(f"/w/{room.workshop.slug}/").content.decode().count("The bus stops at six") == 1


def test_what_a_result_hangs_on_is_in_the_report_without_naming_groups(room):
    town = room.town
    ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0]))
    town.vote(ballot, "support", *room.officers, *room.citizens, *room.vsos)
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    town.move(room.workshop, "agree")
    agreeing.record_agreement(ballot.proposal, state="agreed", by=town.facilitator, now=town.now)
    page = town.client(town.facilitator).get(f"/w/{room.workshop.slug}/report/").content.decode()
    assert "Does it hang on a few?" in page
    assert "would have to change their mind" not in page
