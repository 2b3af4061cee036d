"""The agenda: built, reordered, repeated, skipped and stepped back through, each change a minute; the clock; who is ready."""

from datetime import timedelta

import pytest

from commissioning import people
from commissioning.models import Contribution, Minute
from commissioning.sentences import Refused
from workshops import agenda, clock, facilitating, proposing, regions, running, speaking, unsealing
from workshops.models import Activity, KeptAgenda, Ready


def titles(workshop):
    return [str(a) for a in workshop.activities.all()]


def go(room, kind="gather", seconds=0, **more):
    running.go_to_kind(room.workshop, kind=kind, by=room.town.facilitator, now=room.town.now + timedelta(seconds=seconds), **more)
    room.workshop.refresh_from_db()


def test_any_order_and_every_change_is_a_minute(room):
    town, workshop = room.town, room.workshop
    who = {"by": town.facilitator, "now": town.now}
    made = agenda.add(workshop, agenda.ActivityPlan("break", 7, title="Tea"), **who)
    assert titles(workshop) == ["Welcome", "Gather", "Discuss", "Vote", "Agree", "Actions", "Tea"]
    agenda.reorder(made, -1, **who)
    assert titles(workshop)[-2:] == ["Tea", "Actions"]
    agenda.change(made, agenda.ActivityPlan("break", 9, title="Long tea"), **who)
    discuss = workshop.activities.get(kind="discuss")
    agenda.skip(discuss, why="No time", **who)
    again = agenda.repeat(workshop.activities.get(kind="gather"), **who)
    assert titles(workshop)[1:3] == ["Gather", "Gather"]
    assert running.next_up(workshop) == again
    agenda.take_up_again(discuss, **who)
    agenda.remove(made, **who)
    assert "Long tea" not in titles(workshop)
    assert [a.position for a in workshop.activities.all()] == sorted(a.position for a in workshop.activities.all())
    said = list(Minute.objects.filter(cycle=town.cycle, act="agenda").values_list("why", flat=True))
    assert len(said) == 7
    assert "No time" in said


@pytest.mark.parametrize(
    "plan",
    [
        {"kind": "king"},
        {"kind": "close"},
        {"kind": "gather", "minutes": 0},
        {"kind": "gather", "minutes": 100_000},
        {"kind": "gather", "takes_part": "nobody"},
        {"kind": "gather", "takes_part": "one_group"},
        {"kind": "gather", "attribution": "secretly"},
        {"kind": "gather", "prompt": "x" * 301},
    ],
)
def test_a_part_that_cannot_be_is_refused(room, plan):
    with pytest.raises(Refused):
        agenda.add(room.workshop, agenda.ActivityPlan(**plan), by=room.town.facilitator, now=room.town.now)
    assert room.workshop.activities.count() == 6


def test_only_those_who_run_or_convene_build_it(room):
    with pytest.raises(Refused, match="facilitator"):
        agenda.add(room.workshop, agenda.ActivityPlan("break"), by=room.citizens[0], now=room.town.now)
    agenda.add(room.workshop, agenda.ActivityPlan("break"), by=room.town.lead, now=room.town.now)
    last = room.workshop.activities.last()
    with pytest.raises(Refused, match="facilitator"):
        running.go_to(room.workshop, last, seen=None, by=room.town.lead, now=room.town.now)


def test_what_has_begun_is_never_taken_off(room):
    here = running.current(room.workshop)
    who = {"by": room.town.facilitator, "now": room.town.now}
    for act in (agenda.remove, agenda.skip):
        with pytest.raises(Refused):
            act(here, **who)
    with pytest.raises(Refused, match="has begun"):
        agenda.change(here, agenda.ActivityPlan("vote"), **who)
    made = agenda.lay_out(room.workshop, [agenda.ActivityPlan("share")], **who)
    assert titles(room.workshop) == ["Welcome", "Gather", "Share round"]
    with pytest.raises(Refused, match="at least one"):
        agenda.lay_out(room.workshop, [], **who)
    assert made == list(room.workshop.activities.filter(state="planned"))


def test_two_facilitators_pressing_next_at_once_move_one_step(room):
    here = running.current(room.workshop)
    following = running.next_up(room.workshop)
    running.go_to(room.workshop, following, seen=here.pk, by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="Somebody else"):
        running.go_to(room.workshop, running.next_up(room.workshop), seen=here.pk, by=room.town.facilitator, now=room.town.now)
    assert running.current(room.workshop) == following


def test_something_went_wrong_and_nothing_is_lost(room):
    town, workshop = room.town, room.workshop
    proposal = town.propose(workshop, room.citizens[0])
    ballot = town.ballot(workshop, proposal, least=0)
    town.vote(ballot, "support", room.citizens[0])
    running.step_back(workshop, why="Wrong proposal on the screen", by=town.facilitator, now=town.now)
    workshop.refresh_from_db()
    ballot.refresh_from_db()
    assert workshop.phase != "vote"
    assert ballot.is_open, "stepping back opens no sealed result"
    assert "support" not in regions.render(workshop.pk, regions.all_names(workshop.pk), regions.PARTICIPANT)[1].replace("supports", "")
    assert running.next_up(workshop).kind == "vote", "what was not finished is still to come"
    go(room, "vote")
    ballot.workshop = workshop
    town.vote(ballot, "support", room.citizens[1])
    assert ballot.seats.filter(choice="support").count() == 2
    assert Minute.objects.filter(act="phase", why="Wrong proposal on the screen").exists()


def test_the_first_part_has_nothing_before_it(town):
    workshop = facilitating.convene(town.cycle, facilitating.WorkshopPlan("Fresh", "Q?"), by=town.lead, now=town.now)
    with pytest.raises(Refused, match="first part"):
        running.step_back(workshop, by=town.facilitator, now=town.now)


def test_a_private_round_at_one_press_hides_words_until_they_are_shared(room):
    town, workshop = room.town, room.workshop
    made = running.private_round(workshop, by=town.facilitator, now=town.now)
    workshop.refresh_from_db()
    manner = agenda.manner_of(made, language="en", secret="s")
    idea = proposing.add_idea(workshop, kind="idea", text="A quiet thought", by=room.citizens[0], key="q", now=town.now, manner=manner)
    everything = regions.render(workshop.pk, [*regions.all_names(workshop.pk), f"idea-{idea.pk}"], regions.FACILITATOR)[1]
    assert "A quiet thought" not in everything
    assert not Minute.objects.filter(what__contains="quiet thought").exists()
    go(room, "share")
    assert "A quiet thought" in regions.render(workshop.pk, [f"idea-{idea.pk}"], regions.PARTICIPANT)[1]


def test_what_stays_in_a_room_is_shared_only_with_consent_in_words(room):
    town, workshop = room.town, room.workshop
    made = agenda.add(workshop, agenda.ActivityPlan("discuss", sight="room"), by=town.facilitator, now=town.now)
    running.go_to(workshop, made, seen=None, by=town.facilitator, now=town.now)
    manner = agenda.manner_of(made, language="en", secret="s")
    proposing.add_idea(workshop, kind="concern", text="The lost grant", by=room.vsos[0], key="g", now=town.now, manner=manner)
    go(room, "share")
    assert Contribution.objects.get(text="The lost grant").held, "a share round does not open what stays in a room"
    with pytest.raises(Refused, match="who in the room agreed"):
        running.share(made, by=town.facilitator, now=town.now)
    assert running.share(made, why="All five of us", by=town.facilitator, now=town.now) == 1
    assert not Contribution.objects.get(text="The lost grant").held


def test_one_group_takes_part_and_the_others_wait(room):
    town, workshop = room.town, room.workshop
    made = agenda.add(workshop, agenda.ActivityPlan("gather", takes_part="one_group", group="citizen"), by=town.facilitator, now=town.now)
    running.go_to(workshop, made, seen=None, by=town.facilitator, now=town.now)
    proposing.add_idea(workshop, kind="need", text="Buses", by=room.citizens[0], key="b", now=town.now)
    with pytest.raises(Refused, match="one group: Citizens"):
        proposing.add_idea(workshop, kind="need", text="Me too", by=room.vsos[0], key="c", now=town.now)


@pytest.mark.parametrize(
    ("paused", "extra", "at", "left"),
    [(0, 0, 0, 600), (0, 0, 599, 1), (0, 0, 660, -60), (30, 0, 600, 30), (0, 120, 600, 120), (0, -300, 400, -100)],
)
def test_the_clock(town, paused, extra, at, left):
    time = clock.Clock(town.now, 10, extra, paused)
    assert time.left(town.now + timedelta(seconds=at)) == left


def test_a_stopped_clock_stands_still(town):
    time = clock.Clock(town.now, 10, paused_at=town.now + timedelta(seconds=100))
    assert time.left(town.now + timedelta(seconds=100)) == time.left(town.now + timedelta(seconds=5000)) == 500
    assert clock.words(245) == "4:05"
    assert clock.words(-30) == "+0:30"


def test_extending_pausing_and_overrunning(room):
    town, workshop = room.town, room.workshop
    go(room, "discuss")
    who = {"by": town.facilitator}
    running.extend(workshop, 5, now=town.now, **who)
    running.pause(workshop, now=town.now + timedelta(seconds=60), **who)
    running.pause(workshop, now=town.now + timedelta(seconds=90), **who)
    here = running.current(workshop)
    assert (here.extra_seconds, here.paused_seconds, here.paused_at) == (300, 30, None)
    assert running.clock_of(here).left(town.now + timedelta(seconds=90)) == 25 * 60 + 30 - 90
    for wrong in (0, 1000, -1000):
        with pytest.raises(Refused):
            running.extend(workshop, wrong, now=town.now, **who)
    go(room, "agree", seconds=60 * 33)
    assert Minute.objects.get(act="overrun").what == "Discuss took 33 minutes; 20 were planned"


def test_eight_of_twelve_are_ready(room):
    for person in [*room.citizens, room.vsos[0]]:
        running.say_ready(room.workshop, ready=True, by=person, now=room.town.now)
    running.say_ready(room.workshop, ready=True, by=room.citizens[0], now=room.town.now)
    running.say_ready(room.workshop, ready=False, by=room.citizens[1], now=room.town.now)
    everybody = regions.render(room.workshop.pk, [f"ready-{room.workshop.pk}"], regions.PARTICIPANT)[1]
    assert "2 of 6" in everybody
    assert "Citizens" not in everybody, "by group is for the facilitator"
    assert "Citizens" in regions.render(room.workshop.pk, [f"ready-{room.workshop.pk}"], regions.FACILITATOR)[1]
    with pytest.raises(Refused):
        running.say_ready(room.workshop, ready=True, by=room.town.facilitator, now=room.town.now)
    go(room, "discuss")
    assert not Ready.objects.filter(activity=running.current(room.workshop)).exists()


def test_a_joint_workshop_starts_only_with_what_it_must_have(town):
    workshop = facilitating.convene(town.cycle, facilitating.WorkshopPlan("Joint", "Q?"), by=town.lead, now=town.now)
    town.cycle.scope.all().delete()
    town.lead.roles.filter(code="champion").delete()
    with pytest.raises(Refused, match=r"champion.*decided and what is open"):
        running.go_to_kind(workshop, kind="gather", by=town.facilitator, now=town.now)
    apart = facilitating.convene(town.cycle, facilitating.WorkshopPlan("Apart", "Q?", kind="separate"), by=town.lead, now=town.now)
    running.go_to_kind(apart, kind="gather", by=town.facilitator, now=town.now)


def test_the_lead_commissioner_facilitates_only_when_people_are_told(town):
    people.give_role(town.lead, "facilitator", by=town.lead, now=town.now)
    town.facilitator.roles.all().delete()
    plan = facilitating.WorkshopPlan("Joint", "Q?")
    workshop = facilitating.convene(town.cycle, plan, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="not the lead commissioner"):
        running.go_to_kind(workshop, kind="gather", by=town.lead, now=town.now)
    told = facilitating.convene(
        town.cycle, facilitating.WorkshopPlan("Told", "Q?", told="Nobody else could come"), by=town.lead, now=town.now
    )
    running.go_to_kind(told, kind="gather", by=town.lead, now=town.now)


def test_an_agenda_is_kept_and_used_again(room):
    town, workshop = room.town, room.workshop
    agenda.add(workshop, agenda.ActivityPlan("prioritise", 5, title="Dots", settings={"dots": 4}), by=town.lead, now=town.now)
    for __ in range(2):
        agenda.keep(workshop, "Our evening", by=town.lead, now=town.now)
    kept = KeptAgenda.objects.get()
    other = town.workshop()
    agenda.lay_out(other, [agenda.ActivityPlan.of(p) for p in kept.activities], name=kept.name, by=town.lead, now=town.now)
    assert other.activities.get(title="Dots").settings == {"dots": 4}


def test_ps_05_a_framework_comes_in_as_proposals_anybody_can_change(room):
    text = "People feel safe\n - they say so\n* fewer calls\nFamilies know where to go"
    made = proposing.propose_framework(room.workshop, text, by=room.officers[0], now=room.town.now)
    assert [(p.kind, p.text) for p in made] == [
        ("outcome", "People feel safe"),
        ("indicator", "they say so"),
        ("indicator", "fewer calls"),
        ("outcome", "Families know where to go"),
    ]
    assert made[1].for_outcome == made[0]
    assert {p.contribution.group for p in made} == {"commissioner"}, "whoever brings it stands behind it"
    new = {"text": "People feel safe at night", "why": "Days are safe", "seen_version": 1, "key": "s"}
    room.town.move(room.workshop, "discuss")
    assert room.town.client(room.citizens[0]).post(f"/w/{room.workshop.slug}/proposals/{made[0].pk}/suggestions/", new).status_code == 302
    proposing.amend(made[0], **new, by=room.officers[0], now=room.town.now)
    made[0].refresh_from_db()
    assert (made[0].version, made[0].text) == (2, new["text"]), "never fixed text"
    room.town.vote(room.town.ballot(room.workshop, made[0]), "cannot", room.citizens[0], reason="Not only at night")
    for wrong in ("", "- first", " \n "):
        with pytest.raises(Refused):
            proposing.propose_framework(room.workshop, wrong, by=room.officers[0], now=room.town.now)


def test_speakers_take_turns_fairly_between_groups(room):
    town, workshop = room.town, room.workshop
    for person in [*room.officers, *room.citizens, room.vsos[0]]:
        speaking.ask(workshop, by=person, now=town.now)
    speaking.ask(workshop, by=room.officers[0], now=town.now)
    heard = []
    while speaking.queue(workshop).waiting:
        heard.append(speaking.give_next(workshop, by=town.facilitator, now=town.now).participant.group)
    assert heard == ["commissioner", "citizen", "vso", "commissioner", "citizen"]
    voices = {v.group: v for v in speaking.balance(workshop)}
    assert voices["commissioner"].turns == 2
    with pytest.raises(Refused):
        speaking.give_next(workshop, by=room.citizens[0], now=town.now)


def test_the_balance_of_voice_counts_cards_words_and_turns(room):
    proposing.add_idea(room.workshop, kind="need", text="one two three", by=room.citizens[0], key="a", now=room.town.now)
    proposing.add_idea(room.workshop, kind="need", text="one", by=room.vsos[0], key="b", now=room.town.now)
    voices = {v.group: v for v in speaking.balance(room.workshop)}
    assert (voices["citizen"].cards, voices["citizen"].words, voices["citizen"].share_words) == (1, 3, 75)
    assert voices["commissioner"].cards == 0


def test_handing_the_room_over(room):
    town = room.town
    with pytest.raises(Refused):
        running.hand_over(room.workshop, room.citizens[0], by=room.citizens[0], now=town.now)
    running.hand_over(room.workshop, room.officers[0], by=town.facilitator, now=town.now)
    officer = type(room.officers[0]).objects.get(pk=room.officers[0].pk)
    running.extend(room.workshop, 5, by=officer, now=town.now)
    assert "facilitator" in people.role_codes(officer)


def test_a_full_room_takes_nobody_more(town):
    plan = facilitating.WorkshopPlan("Small", "Q?", capacity=1, kind="separate")
    workshop = facilitating.convene(town.cycle, plan, by=town.lead, now=town.now)
    from workshops import attending

    who = people.Introduction("One", "citizen", "resident")
    attending.join(workshop, who, now=town.now)
    with pytest.raises(Refused, match="full"):
        attending.join(workshop, who, now=town.now)


def test_the_screen_follows_or_stays(room):
    client = room.town.client(room.town.facilitator)
    address = f"/w/{room.workshop.slug}/screen/"
    assert 'data-view="board"' in client.get(address).content.decode()
    running.show_on_screen(room.workshop, "join", by=room.town.facilitator, now=room.town.now)
    assert 'data-view="join"' in client.get(address).content.decode()
    assert 'data-pinned="actions"' in client.get(address + "?show=actions").content.decode()
    assert 'data-pinned="follow"' in client.get(address + "?show=<script>").content.decode()
    with pytest.raises(Refused):
        running.show_on_screen(room.workshop, "lunch", by=room.town.facilitator, now=room.town.now)


def test_leaving_a_vote_closes_it(room):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    ballot = room.town.ballot(room.workshop, proposal, least=0)
    go(room, "agree")
    ballot.refresh_from_db()
    assert not ballot.is_open
    assert unsealing.result_of(ballot).suggested == "too_few"
    assert Activity.objects.get(workshop=room.workshop, state="now").kind == "agree"
