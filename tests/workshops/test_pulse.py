"""The one-minute pulse: what is asked, what is kept, and what may be said of it."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import small_groups
from commissioning.sentences import Refused
from workshops import pulse, pulsing, reporting
from workshops.models import PulseAnswer, Workshop

DAY = date(2026, 5, 1)
TARGETS = [pulse.Target("M-04", 90, "the 2009 logic model", date(2009, 4, 1))]


def answers(group, moment, code, *values, first=0):
    return [pulse.Answer(f"{group}{first + n}", group, moment, {code: value}) for n, value in enumerate(values)]


def test_no_moment_asks_more_than_five_questions_and_every_question_exists():
    for codes in pulse.ASKED.values():
        assert 1 <= sum(1 for c in codes if not pulse.QUESTIONS[c].beside) <= 5
    for code, before, after in pulse.PAIRS:
        assert code in pulse.ASKED[before]
        assert code in pulse.ASKED[after]


@pytest.mark.parametrize(
    ("phase", "closed", "days", "moment"),
    [
        ("gather", False, 0, "join"),
        ("vote", False, 0, "join"),
        ("agree", False, 0, "close"),
        ("close", True, 0, "close"),
        ("close", True, 180, "close"),
        ("close", True, 184, "later"),
    ],
)
def test_which_moment_it_is(phase, closed, days, moment):
    then = datetime(2026, 1, 15, tzinfo=UTC)
    assert pulse.moment_of(phase, then if closed else None, then + timedelta(days)) == moment


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda then: 1900 < then.year < 2100))
def test_six_months_after_any_day_is_a_day_six_months_on(then):
    later = pulse.six_months_after(then)
    assert (later.year * 12 + later.month) - (then.year * 12 + then.month) == 6
    assert later.day == then.day or (later + timedelta(1)).day == 1


def test_only_answers_are_kept():
    given_ = {"M-01b": "7", "M-04": "splendid", "M-05": "11", "M-06": "4", "M-08": "yes", "M-08h": "2,5", "M-20": "yes", "other": "1"}
    assert pulse.cleaned("close", given_) == {"M-01b": "7", "M-06": "4", "M-08": "yes", "M-08h": "2,5"}
    for hours in ("many", "-1", "101", "1/2", "1e1", ""):
        assert pulse.cleaned("close", {"M-08h": hours}) == {}


def test_every_percentage_has_its_numbers_and_groups_stand_apart():
    given_ = [*answers("citizen", "close", "M-04", *["exceeded"] * 5, *["met"] * 2), *answers("vso", "close", "M-04", *["short"] * 5)]
    finding = pulse.findings(given_, {"citizen": 11, "vso": 6, "commissioner": 3}, TARGETS, DAY)[0]
    commissioner, vso, citizen = finding.lines
    assert commissioner.hidden
    assert (citizen.share.percent, str(citizen.share.words)) == ("71%", "5 of 7 who answered, of 11 invited")
    assert citizen.share.response == "64%"
    assert (vso.share.percent, vso.silent, citizen.silent) == ("0%", 1, 4)
    assert str(citizen.against_target) == "71% is below the target 90% from the 2009 logic model"
    assert citizen.few
    assert citizen.spread == [("exceeded", 5), ("met", 2), ("short", 0)]


def test_a_group_of_four_answers_is_hidden_whole_and_nothing_adds_up_to_it():
    given_ = [*answers("citizen", "close", "M-05", *["9"] * 4), *answers("vso", "close", "M-05", *["9"] * 6)]
    citizen = next(line for line in pulse.findings(given_, {"citizen": 9, "vso": 6})[0].lines if line.group == "citizen")
    assert (citizen.hidden, citizen.share, citizen.spread, citizen.silent) == (True, None, [], 0)


def test_fifty_answers_are_enough_and_forty_nine_are_not():
    for n, few in ((49, True), (50, False)):
        line = pulse.findings(answers("citizen", "close", "M-08", *["yes"] * n), {"citizen": 60})[0].lines[0]
        assert line.few is few


def test_targets_are_compared_unrounded_and_printed_so_that_it_shows():
    target = TARGETS[0]
    near = pulse.Share(899, 1000, 1000)
    assert near.percent == "90%"
    assert str(pulse.compare(near, target)).startswith("89.90% is below")
    assert "reaches" in str(pulse.compare(pulse.Share(9, 10, 10), target))
    newer = pulse.Target("M-04", 70, "the board", date(2026, 1, 1))
    assert pulse.in_force([newer, *TARGETS], "M-04", DAY) is newer
    assert pulse.in_force([newer, *TARGETS], "M-04", date(2025, 1, 1)) is TARGETS[0]
    assert pulse.in_force(TARGETS, "M-04", date(2000, 1, 1)) is None


@given(st.integers(1, 300), st.data())
def test_a_share_below_its_target_never_reads_as_reached(answered, data):
    share = pulse.Share(data.draw(st.integers(0, answered)), answered, answered)
    said = str(pulse.compare(share, TARGETS[0]))
    assert ("below" in said) == (share.exact < Fraction(9, 10))


def test_tr_01_before_and_after_only_of_those_who_answered_both():
    before = answers("citizen", "join", "M-01b", "3", "4", "10", "5", "6", "7", "8")
    after = answers("citizen", "close", "M-01b", "5", "4", "10", "4", "9", "8")[:6] + answers("citizen", "close", "M-01b", "9", first=20)
    change = pulse.changes([*before, *after])[0]
    assert (change.pairs, change.up, change.same, change.down, change.already_top, change.unpaired) == (6, 3, 2, 1, 1, 2)
    assert pulse.changes([*before[:4], *after[:4]]) == [], "four pairs are a small group"


def test_ps_04_promised_and_felt():
    felt = pulse.felt(answers("citizen", "close", "M-06", "2", "2", "2", "4", "4", "4"), 4)
    assert str(felt[0].words) == "Promised: co-design. It felt like: consult, said 3 of 6 who answered."
    assert pulse.felt(answers("citizen", "close", "M-06", "2"), 4) == []


def test_hours_examples_and_posts_stay_silent_for_a_few():
    hours = answers("vso", "close", "M-08h", "1", "2", "2,5", "4", "30")
    assert pulse.hours_spent(hours) == {"vso": ("2.5", 5)}
    assert pulse.hours_spent(hours[:4]) == {}
    words = answers("vso", "later", "M-20w", "e", "d", "c", "b", "a")
    assert pulse.examples(words) == ["a", "b", "c", "d", "e"]
    assert pulse.examples(words[:4]) == []
    posts = [pulse.Answer(str(n), "vso", "later", {}, "still") for n in range(5)]
    assert pulse.posts(posts) == {"still": 5, "moved": 0}
    assert pulse.posts([*posts, pulse.Answer("9", "vso", "later", {}, "moved")]) == {}


@given(st.dictionaries(st.sampled_from(pulse.GROUPS), st.integers(0, 12)))
def test_no_total_gives_a_small_group_away(counts):
    seen, total = small_groups.shown(counts), small_groups.total(counts)
    assert all(n == 0 or n >= 5 for n in seen.values())
    hidden = [g for g in counts if g not in seen]
    if total is not None and hidden:
        assert len(hidden) >= 2
        assert total - sum(seen.values()) >= 5


# Kept


def answer(room, who, moment="join", **values):
    given_ = {code.replace("_", "-"): value for code, value in values.items()}
    return pulsing.answer(room.workshop, given_, moment=moment, by=who, now=room.town.now)


def test_one_answer_for_each_person_and_moment_that_leads_to_no_name(room):
    answer(room, room.citizens[0], M_01b="3")
    kept = answer(room, room.citizens[0], M_01b="8")
    assert PulseAnswer.objects.count() == 1
    assert kept.answers == {"M-01b": "8"}
    names = [f.name for f in PulseAnswer._meta.get_fields()]
    assert "participant" not in names
    assert str(room.citizens[0].pk) != kept.who
    assert pulsing.who(room.workshop, room.citizens[0]) != pulsing.who(room.workshop, room.citizens[1])


def test_a_moment_that_is_over_cannot_be_answered_any_more(room):
    answer(room, room.citizens[0], M_01b="3")
    room.town.move(room.workshop, "agree")
    with pytest.raises(Refused, match="earlier moment"):
        answer(room, room.citizens[0], M_01b="9")
    answer(room, room.citizens[0], "close", M_01b="9")
    assert PulseAnswer.objects.count() == 2


def test_nothing_and_strangers_are_refused(room):
    with pytest.raises(Refused, match="at least one"):
        answer(room, room.citizens[0])
    with pytest.raises(Refused, match="those who came"):
        answer(room, room.town.join("Late"), M_01b="1")
    assert not PulseAnswer.objects.exists()


def test_the_page_asks_keeps_and_shows_nobodys_answers(room):
    client = room.town.client(room.citizens[0])
    address = f"/w/{room.workshop.slug}/pulse/"
    page = client.get(address).content.decode()
    assert "3 questions" in page
    done = client.post(address, {"moment": "join", "M-01b": "10"}, follow=True)
    assert "without your name" in done.content.decode()
    again = client.get(address).content.decode()
    assert "You have answered" in again
    assert "checked" not in again, "a phone lent to a neighbour tells nothing"
    assert client.post(address, {"moment": "close"}).status_code == 409


def test_the_signed_link_opens_the_questions_only(room):
    from django.test import Client

    token = pulsing.link_token(room.workshop, room.citizens[0])
    assert Client().get(f"/pulse/{token}/").status_code == 200
    assert Client().post(f"/pulse/{token}/", {"moment": "join", "M-07": "yes"}).status_code == 302
    assert PulseAnswer.objects.get().who == pulsing.who(room.workshop, room.citizens[0])
    assert Client().get(f"/pulse/{token[:-2]}xx/").status_code == 404
    assert Client().get(f"/w/{room.workshop.slug}/").status_code == 404
    Workshop.objects.filter(pk=room.workshop.pk).update(phase="close", closed_at=room.town.now - timedelta(days=200))
    room.town.cycle.state = "closed"
    room.town.cycle.save()
    assert "Where are you now?" in Client().get(f"/pulse/{token}/").content.decode()
    assert Client().post(f"/pulse/{token}/", {"moment": "later", "M-20": "yes", "post": "moved"}).status_code == 302
    assert PulseAnswer.objects.get(moment="later").post == "moved"


def test_tr_01_the_report_shows_trust_before_after_and_six_months_on_by_group(crowd):
    town, workshop = crowd.town, crowd.workshop

    def everybody(moment, code, **by_group):
        for person in crowd.people:
            pulsing.answer(workshop, {code: by_group[person.group]}, moment=moment, by=person, now=town.now)

    everybody("join", "M-01b", citizen="3", vso="4")
    town.move(workshop, "agree")
    everybody("close", "M-01b", citizen="8", vso="7")
    Workshop.objects.filter(pk=workshop.pk).update(phase="close", closed_at=town.now - timedelta(days=200))
    workshop.refresh_from_db()
    everybody("later", "M-01a", citizen="more", vso="same")
    found = [f for f in reporting.report_of(workshop, now=town.now).pulse.findings if f.question.code.startswith("M-01")]
    assert [(f.question.code, f.moment) for f in found] == [("M-01b", "join"), ("M-01b", "close"), ("M-01a", "later")]
    assert all({"citizen", "vso"} <= {line.group for line in f.lines if not line.hidden} for f in found), "each group by itself"
    page = town.client(town.lead).get(f"/w/{workshop.slug}/report/").content.decode()
    for words in (
        "I trust the people on the other side",
        "do you trust the other side more",
        "When people joined",
        "At the close",
        "Six months later",
    ):
        assert words in page
