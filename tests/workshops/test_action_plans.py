"""The action plan of a cycle: agreed by every group, adopted by a body, and kept to by asking each other (AC-01 to AC-10)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import people
from commissioning.models import Minute, User
from commissioning.sentences import Refused
from workshops import agreeing_plans, asking_for_updates, plan_looks, plan_rules, promising, writing
from workshops.models import Action, Letter, PlanAdoption, PlanSignal, PlanVersion, PracticeAnswer, UpdateAsked


@pytest.fixture
def planned(room):
    """A room that has written down one action of each side."""
    room.town.move(room.workshop, "agree")
    room.council = add(room, "Hold a forum every three months", person=room.officers[0])
    room.ours = add(room, "Try a lighter return", person=room.vsos[0])
    return room


def add(room, text, **changes):
    given_words = {"text": text, "how_we_know": "It is held", "due": room.town.now.date() + timedelta(30)}
    made = promising.add_action(room.workshop, **given_words | {"by": room.town.facilitator, "now": room.town.now} | changes)
    Action.objects.filter(pk=made.pk).update(acceptance="accepted")
    made.refresh_from_db()
    return made


def page(room, who, rest="plan/", expect=200, **data):
    client, address = room.town.client(who), f"/cycles/{room.town.cycle.slug}/{rest}"
    answer = client.post(address, data, follow=True) if data else client.get(address)
    assert answer.status_code == expect, (address, answer.status_code)
    return answer.content.decode()


def ask_everybody(room):
    page(room, room.town.facilitator, act="ask")
    return PlanVersion.objects.get(cycle=room.town.cycle, ended_at=None)


def everybody_says(room, version, says="yes", words=""):
    for who in (*room.officers, *room.vsos, *room.citizens):
        page(room, who, act="answer", version=version.number, says=says, words=words)


# Agreeing


def test_ac_01_a_plan_with_an_ownerless_action_cannot_be_agreed(planned):
    Action.objects.filter(pk=planned.ours.pk).update(owner="")
    assert "A plan with an ownerless action cannot be agreed." in page(planned, planned.town.facilitator)
    with pytest.raises(Refused, match="ownerless"):
        agreeing_plans.ask_everybody(planned.town.cycle, by=planned.town.facilitator, now=planned.town.now)
    assert not PlanVersion.objects.exists()


def test_ac_04_agreed_by_participants_and_adopted_by_a_body_are_two_things(planned):
    version = ask_everybody(planned)
    everybody_says(planned, version)
    page(planned, planned.town.facilitator, act="end", version=version.number)
    seen = page(planned, planned.citizens[0])
    assert "Agreed by every group" in seen
    assert "No body has adopted this version" in seen
    day = planned.town.now.date().isoformat()
    page(planned, planned.town.lead, act="adopt", version=version.number, body="Local partnership board", on=day, minute="Item 4")
    seen = page(planned, planned.citizens[0])
    assert "Local partnership board" in seen
    assert "Item 4" in seen
    assert Minute.objects.filter(cycle=planned.town.cycle, act="adopt plan", why="Item 4").count() == 1


def test_ac_05_an_action_given_to_somebody_absent_stays_proposed(planned):
    given_to = promising.add_action(
        planned.workshop, text="Pay within thirty days", how_we_know="Paid", due=planned.town.now.date(),
        owner="Finance department", side="authority", by=planned.town.facilitator, now=planned.town.now,
    )  # fmt: skip
    version = ask_everybody(planned)
    assert {row["id"]: row["accepted"] for row in version.content}[given_to.pk] is False
    assert "Proposed: the owner has not said yes yet" in page(planned, planned.citizens[0])


def test_ac_07_each_action_says_how_we_will_know(planned):
    assert "How we will know:" in page(planned, planned.citizens[0])
    lines = [plan_rules.Line("Council", "", planned.town.now.date())]
    assert "how we will know" in str(plan_rules.why_not_ask(lines, asked_already=False))


def test_ac_08_an_action_that_depends_on_something_is_looked_at_again_on_a_day(planned):
    action = add(planned, "Bridge two groups", person=planned.officers[0], condition="the budget allows it")
    assert "Say for each when that is looked at again" in page(planned, planned.town.facilitator)
    past = (planned.town.now.date() - timedelta(1)).isoformat()
    client = planned.town.client(planned.town.facilitator)
    address = f"/cycles/{planned.town.cycle.slug}/plan/{action.pk}/"
    for wrong in (past, "soon", "", "2026-13-45"):
        assert client.post(address, {"act": "look_again", "on": wrong}).status_code == 409
    on = (planned.town.now + timedelta(90)).date()
    page(planned, planned.town.facilitator, f"plan/{action.pk}/", act="look_again", on=on.isoformat())
    assert f"looked at again on {on:%-d %B %Y}" in page(planned, planned.citizens[0])
    ask_everybody(planned)


def test_one_group_that_does_not_agree_stops_the_plan_whatever_the_others_say(planned):
    version = ask_everybody(planned)
    for who in (*planned.officers, *planned.vsos):
        page(planned, who, act="answer", version=version.number, says="yes")
    for who in planned.citizens:
        page(planned, who, act="answer", version=version.number, says="no", words="Nobody asked the parents")
    page(planned, planned.town.facilitator, act="end", version=version.number)
    seen = page(planned, planned.vsos[0])
    assert "Not agreed" in seen
    assert "Nobody asked the parents" in seen
    with pytest.raises(Refused, match="not agreed"):
        agreeing_plans.adopt(
            PlanVersion.objects.get(pk=version.pk), body="Board", on=planned.town.now.date(), minute="1", by=planned.town.lead, now=planned.town.now
        )  # fmt: skip


def test_a_group_that_said_nothing_has_not_agreed(planned):
    version = ask_everybody(planned)
    for who in (*planned.officers, *planned.vsos):
        page(planned, who, act="answer", version=version.number, says="yes")
    page(planned, planned.town.facilitator, act="end", version=version.number)
    assert PlanVersion.objects.get(pk=version.pk).agreed is False


def test_inv_22_an_organisation_has_one_word_and_its_newest_counts(planned):
    first, second = planned.vsos[0], planned.vsos[1]
    second.organisation = first.organisation
    second.save()
    version = ask_everybody(planned)
    now = planned.town.now
    agreeing_plans.answer(version, says="no", words="Too soon", by=first, now=now)
    agreeing_plans.answer(version, says="yes", by=second, now=now + timedelta(minutes=1))
    heard = {group.group: group for group in agreeing_plans.heard_of(version)}
    assert (heard["vso"].yes, heard["vso"].no, heard["vso"].entitled) == (1, 0, 1)


def test_a_reservation_needs_words_and_is_kept_and_who_runs_the_room_has_none(planned):
    version = ask_everybody(planned)
    client, address = planned.town.client(planned.citizens[0]), f"/cycles/{planned.town.cycle.slug}/plan/"
    assert client.post(address, {"act": "answer", "version": version.number, "says": "reserved"}).status_code == 409
    assert client.post(address, {"act": "answer", "version": "99", "says": "yes"}).status_code == 404
    assert client.post(address, {"act": "dance", "version": version.number}).status_code == 409
    runs = planned.town.client(planned.town.facilitator)
    assert runs.post(address, {"act": "answer", "version": version.number, "says": "yes"}).status_code == 409
    assert not PlanSignal.objects.exists()
    page(planned, planned.citizens[0], act="answer", version=version.number, says="reserved", words="Only with childcare")
    page(planned, planned.town.facilitator, act="end", version=version.number)
    assert client.post(address, {"act": "answer", "version": version.number, "says": "yes"}).status_code == 409
    assert "Only with childcare" in page(planned, planned.officers[0])


def test_what_was_put_to_everybody_never_changes_and_what_changed_since_is_said(planned):
    version = ask_everybody(planned)
    with pytest.raises(Refused, match="being asked about this plan already"):
        agreeing_plans.ask_everybody(planned.town.cycle, by=planned.town.facilitator, now=planned.town.now)
    add(planned, "A parents’ panel", person=planned.citizens[0])
    assert "1 action is new or not as it was" in page(planned, planned.vsos[0])
    assert len(PlanVersion.objects.get(pk=version.pk).content) == 2


def test_a_body_cannot_have_adopted_it_before_it_was_agreed_or_tomorrow(planned):
    version = ask_everybody(planned)
    everybody_says(planned, version)
    page(planned, planned.town.facilitator, act="end", version=version.number)
    client, address = planned.town.client(planned.town.lead), f"/cycles/{planned.town.cycle.slug}/plan/"
    words = {"act": "adopt", "version": version.number, "body": "Board", "minute": "Item 1"}
    today = planned.town.now.date()
    for day in (today - timedelta(1), today + timedelta(400)):
        assert client.post(address, words | {"on": day.isoformat()}).status_code == 409
    for __ in range(2):
        client.post(address, words | {"on": today.isoformat()})
    assert PlanAdoption.objects.count() == 1


# Keeping each other to it


def test_ac_02_a_vso_asks_about_a_late_council_action_and_owner_and_champion_are_told(planned):
    owner, champion = planned.officers[:2]
    for person in (owner, champion):
        person.user = User.objects.create_user(f"officer-{person.pk}@northtown.example", f"Officer {person.pk}")
        person.save()
    people.give_role(champion, "champion", by=planned.town.lead, now=planned.town.now)
    Action.objects.filter(pk=planned.council.pk).update(due=planned.town.now.date() - timedelta(3))
    page(planned, planned.vsos[0], f"plan/{planned.council.pk}/", act="ask", words="Was there a forum?")
    asked = UpdateAsked.objects.get()
    told = set(Letter.objects.filter(kind="update").values_list("participant", flat=True))
    assert {owner.pk, champion.pk} <= told
    assert planned.vsos[0].pk not in told
    assert "Was there a forum?" in page(planned, planned.citizens[0], f"plan/{planned.council.pk}/")
    page(planned, planned.vsos[1], f"plan/{planned.council.pk}/", act="ask")
    assert UpdateAsked.objects.count() == 1
    page(planned, owner, f"plan/{planned.council.pk}/", act="answer", question=asked.pk, words="Next week", progress="late")
    planned.council.refresh_from_db()
    assert (planned.council.progress, planned.council.progress_reason) == ("late", "Next week")
    assert "Next week" in page(planned, planned.vsos[0])


def test_the_council_asks_a_vso_just_the_same_and_nobody_asks_their_own_side(planned):
    page(planned, planned.officers[0], f"plan/{planned.ours.pk}/", act="ask")
    assert UpdateAsked.objects.get().action_id == planned.ours.pk
    own = planned.town.client(planned.vsos[1]).post(f"/cycles/{planned.town.cycle.slug}/plan/{planned.ours.pk}/", {"act": "ask"})
    assert own.status_code == 409


def test_nobody_answers_in_time_and_it_goes_to_the_champion_once(planned, settings):
    now = planned.town.now
    asked = asking_for_updates.ask(planned.council, by=planned.vsos[0], now=now)
    with pytest.raises(Refused, match="There is time to answer"):
        asking_for_updates.escalate(asked, because="Nothing heard", by=planned.vsos[0], now=now)
    later = now + timedelta(days=settings.UPDATE_ANSWERED_WITHIN + 1)
    with pytest.raises(Refused, match="The side that asked"):
        asking_for_updates.escalate(asked, because="Nothing heard", by=planned.officers[1], now=later)
    asking_for_updates.escalate(asked, because="Nothing heard", by=planned.vsos[0], now=later)
    with pytest.raises(Refused, match="asked already"):
        asking_for_updates.escalate(asked, because="Again", by=planned.vsos[0], now=later)
    assert "The champion is asked" in page(planned, planned.citizens[0])
    asking_for_updates.answer(asked, words="Done last week", progress="done", by=planned.officers[0], now=later)
    with pytest.raises(Refused, match="answered already"):
        asking_for_updates.answer(asked, words="Again", by=planned.officers[0], now=later)


def test_ac_09_the_page_shows_how_much_is_done_what_is_late_and_each_sides_last_update(planned):
    promising.report_progress(planned.ours, progress="done", by=planned.vsos[0], now=planned.town.now)
    sides = plan_looks.by_side(plan_looks.lines(planned.town.cycle, None, keeps_notes=False, now=planned.town.now))
    assert [(one.progress.done, one.progress.total, one.progress.share) for one in sides] == [(1, 2, 50), (0, 1, 0), (1, 1, 100)]
    assert [one.last_word is not None for one in sides] == [True, False, True]
    seen = page(planned, planned.citizens[0])
    assert "1 of 2" in seen
    assert "Nothing yet" in seen


def test_ac_10_the_owner_and_the_other_side_each_say_what_changed(planned):
    address = f"plan/{planned.council.pk}/"
    early = planned.town.client(planned.officers[0]).post(
        f"/cycles/{planned.town.cycle.slug}/{address}", {"act": "changed", "changed": "yes", "words": "We listen first"}
    )
    assert early.status_code == 409
    Action.objects.filter(pk=planned.council.pk).update(due=planned.town.now.date() - timedelta(180))
    page(planned, planned.officers[0], address, act="changed", changed="yes", words="We listen first")
    page(planned, planned.vsos[0], address, act="changed", changed="no", words="Letters come as before")
    page(planned, planned.vsos[0], address, act="changed", changed="partly", words="Some letters are plainer")
    assert list(PracticeAnswer.objects.values_list("side", "changed")) == [("owner", "yes"), ("other", "partly")]
    seen = page(planned, planned.citizens[0], address)
    assert "We listen first" in seen
    assert "Some letters are plainer" in seen


def test_ac_10_everybody_is_asked_once_six_months_after_the_plan_was_agreed(planned):
    version = ask_everybody(planned)
    everybody_says(planned, version)
    page(planned, planned.town.facilitator, act="end", version=version.number)
    ended = PlanVersion.objects.get(pk=version.pk).ended_at
    assert asking_for_updates.ask_what_changed(now=ended + timedelta(days=100)) == 0
    first = asking_for_updates.ask_what_changed(now=ended + timedelta(days=183))
    assert first > 0
    assert asking_for_updates.ask_what_changed(now=ended + timedelta(days=184)) == 0
    letter = Letter.objects.filter(occasion=f"practice:{version.pk}").first()
    subject, body = writing.of_letter(letter)
    assert subject.startswith("How does it go?")
    assert "what changed" in body


def test_a_plan_of_many_actions_is_read_in_as_many_queries_as_one_of_two(planned, django_assert_num_queries):
    client, address = planned.town.client(planned.citizens[0]), f"/cycles/{planned.town.cycle.slug}/plan/"
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for n in range(30):
        action = add(planned, f"Action {n}", person=planned.officers[0])
        asking_for_updates.ask(action, by=planned.vsos[0], now=planned.town.now)
    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 7


def test_somebody_of_another_cycle_finds_no_plan_and_an_empty_one_teaches(town, room):
    assert "Actions are written down at the end of each workshop" in page(room, room.citizens[0])
    with pytest.raises(Refused, match="There is no action"):
        agreeing_plans.ask_everybody(town.cycle, by=town.facilitator, now=town.now)


# The rule


@given(
    entitled=st.dictionaries(st.sampled_from(["commissioner", "vso", "citizen"]), st.integers(0, 6)),
    said=st.lists(st.tuples(st.sampled_from(["commissioner", "vso", "citizen"]), st.sampled_from(["yes", "reserved", "no"])), max_size=30),
)
def test_inv_06_a_plan_is_agreed_only_when_every_group_here_answered_and_agrees(entitled, said):
    groups = plan_rules.heard(entitled, said)
    expected = bool(groups) and all(
        sum(who == group.group and what != "no" for who, what in said) > sum((who, what) == (group.group, "no") for who, what in said)
        for group in groups
    )
    assert plan_rules.agreed(groups) is expected
    assert {group.group for group in groups} == {name for name, n in entitled.items() if n}
