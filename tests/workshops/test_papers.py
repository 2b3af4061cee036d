"""People without a device: seated, written down for, voting on paper and by hand; every rule of every channel."""

import re

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissioning import people
from commissioning.models import Contribution, Minute, Participant
from commissioning.sentences import Refused
from workshops import attending, channels, hands, papercodes, papers, room_looks, running, scribing, seating, unsealing, voting
from workshops.models import Cast, HandsCount, PaperEntry, Seat, Seating, Standing

COUNT = dict.fromkeys(("support", "change", "cannot", "abstain"), 0)


class Hall:
    """A room with a scribe and a secretary, people without a device, and an open ballot."""

    def __init__(self, room):
        self.room, self.town, self.workshop, self.now = room, room.town, room.workshop, room.town.now
        self.scribe = room.town.join("Sam", "commissioner", role="scribe")
        self.clerk = room.town.join("Cleo", "commissioner", role="secretariat")
        self.facilitator = room.town.facilitator

    def seat(self, name, group="citizen", organisation="", by=None, key=None):
        who = people.Introduction(name, group, "resident", "none", frozenset({"take_part", "naming"}), organisation)
        return seating.seat_person(self.workshop, who, by=by or self.scribe, key=key or self.town.key(), now=self.now)

    def table(self, name, n, group="citizen", organisation="", key=None):
        table = seating.Table(name, n, group, "resident", organisation)
        return seating.seat_table(self.workshop, table, by=self.scribe, key=key or self.town.key(), now=self.now)

    def open(self):
        self.ballot = self.town.ballot(self.workshop, self.town.propose(self.workshop, self.room.citizens[0]))
        return self.ballot

    def paper(self, person):
        made = papers.make_papers(self.ballot, everybody=True, by=self.scribe, now=self.now)
        return next(p for p in made if p.seat == self.of(person))

    def of(self, person):
        return Seat.objects.filter(voting.seat_of(person), ballot=self.ballot).first()

    def type(self, paper, key, by=None):
        return papers.enter(self.workshop, f"{paper.code} {key}", by=by or self.scribe, now=self.now)

    def both(self, paper, key):
        self.type(paper, key)
        return self.type(paper, key, by=self.clerk)

    def hands(self, by=None, group="citizen", without=(), **counts):
        return hands.count(self.ballot, hands.Show(group, COUNT | counts, without), by=by or self.scribe, now=self.now)

    def both_hands(self, **kw):
        self.hands(**kw)
        return self.hands(by=self.clerk, **kw)

    def close(self):
        voting.close_ballot(self.ballot, by=self.facilitator, now=self.now)
        return {c.group: c for c in unsealing.counts([self.ballot.pk])[self.ballot.pk]}


@pytest.fixture
def hall(room):
    return Hall(room)


# Taking a seat


def test_a_person_and_a_table_are_present_and_have_seats_like_everybody(hall):
    hall.seat("Ivy")
    hall.table("Table 3", 4)
    hall.table("Harbour table", 3, "vso", "Anchor")
    assert attending.present_by_group(hall.workshop, hall.now) == {"commissioner": 2, "vso": 5, "citizen": 7}
    much_later = hall.now + attending.HERE_FOR * 10
    assert attending.present_by_group(hall.workshop, much_later) == {"vso": 3, "citizen": 5}, "they give no sign of life, and stay"
    ballot = hall.open()
    assert ballot.seats.filter(group="citizen").count() == 7
    assert ballot.seats.filter(group="vso").count() == 3, "a table of one organisation has its one vote"
    assert "no device" in hall.town.client(hall.scribe).get(f"/w/{hall.workshop.slug}/seating/").content.decode()


def test_ready_counts_those_who_can_press_it_and_names_how_many_to_ask(hall):
    hall.table("Table 3", 4)
    running.say_ready(hall.workshop, ready=True, by=hall.room.citizens[0], now=hall.now)
    counted = room_looks.readiness(hall.workshop)
    assert (counted["ready"], counted["of"], counted["ask"]) == (1, 6, 4)
    page = hall.town.client(hall.town.facilitator).get(f"/w/{hall.workshop.slug}/").content.decode()
    assert "4 people here have no screen: ask them." in page


def test_the_same_form_twice_seats_once_and_a_name_twice_is_asked_about(hall):
    first = hall.seat("Ivy", key="same")
    assert hall.seat("Ivy", key="same") == first
    assert len(hall.table("Table 3", 3, key="t")) == len(hall.table("Table 3", 3, key="t")) == 3
    for again in ("ivy", "Ivy ", "table 3"):
        with pytest.raises(Refused, match="on the list already"):
            hall.seat(again)
    with pytest.raises(Refused, match="on the list already"):
        hall.table("TABLE 3", 2)
    assert Seating.objects.count() == 4


@pytest.mark.parametrize("n", [0, -1, 31, 10_000])
def test_a_table_has_people_and_not_too_many(hall, n):
    with pytest.raises(Refused, match="from 1 to 30"):
        hall.table("Table", n)
    assert not Seating.objects.exists()


def test_who_may_not_write_for_others(hall):
    for nobody in (hall.room.citizens[0], hall.room.officers[0], hall.town.decider):
        with pytest.raises(Refused, match="a scribe"):
            hall.seat("Ivy", by=nobody)
    with pytest.raises(Refused, match="organisation"):
        hall.seat("Vi", "vso")
    assert not Seating.objects.exists()


def test_a_scribe_has_no_vote(hall):
    attending.attend(hall.workshop, hall.scribe, now=hall.now)
    hall.open()
    with pytest.raises(Refused):
        hall.town.vote(hall.ballot, "support", hall.scribe)


def test_a_link_makes_the_same_person_and_never_a_second(hall):
    seated = hall.seat("Ivy")
    before = Participant.objects.count()
    key = seating.link(seated, by=hall.scribe, now=hall.now)
    assert people.holders_of([key]) == (seated.participant,)
    assert Participant.objects.count() == before
    with pytest.raises(Refused, match="link already"):
        seating.link(seated, by=hall.scribe, now=hall.now)
    hall.open()
    assert hall.ballot.seats.filter(group="citizen").count() == 3
    hall.town.vote(hall.ballot, "support", people.holders_of([key])[0])
    assert hall.of(seated.participant).channel == "online"


def test_a_table_is_linked_one_by_one(hall):
    made = hall.table("Table 3", 3)
    keys = [seating.link(made[0], by=hall.scribe, now=hall.now) for _ in range(3)]
    assert len({p.pk for p in people.holders_of(keys)}) == 3
    with pytest.raises(Refused):
        seating.link(made[0], by=hall.scribe, now=hall.now)


def test_somebody_added_by_mistake_is_gone_and_somebody_who_spoke_is_not(hall):
    mistake, spoke = hall.seat("Ivy"), hall.seat("Ben")
    scribing.card_for(spoke, kind="need", text="A bus", by=hall.scribe, key="k", now=hall.now)
    for one in (mistake, spoke):
        seating.let_go(one, by=hall.scribe, now=hall.now)
        seating.let_go(one, by=hall.scribe, now=hall.now)
    mistake.participant.refresh_from_db()
    spoke.participant.refresh_from_db()
    assert mistake.participant.withdrawn_at
    assert not spoke.participant.withdrawn_at
    assert hall.open().seats.filter(group="citizen").count() == 3


def test_an_empty_battery_makes_somebody_a_person_without_a_device(hall):
    citizen = hall.room.citizens[0]
    seating.seat_known(hall.workshop, citizen, by=hall.scribe, now=hall.now)
    seating.seat_known(hall.workshop, citizen, by=hall.scribe, now=hall.now)
    assert Seating.objects.count() == 1
    hall.open()
    hall.both_hands(support=1)
    assert hall.of(citizen).choice == "support"


# Scribe


def test_the_card_says_whose_words_they_are_and_the_record_who_wrote_them_down(hall):
    ivy = hall.seat("Ivy")
    scribing.card_for(ivy, kind="need", text="A warm room", by=hall.scribe, key="k", now=hall.now)
    said = Contribution.objects.get()
    assert (said.participant, said.entered_by, said.channel) == (ivy.participant, hall.scribe, "scribe")
    page = hall.town.client(hall.room.citizens[0]).get(f"/w/{hall.workshop.slug}/").content.decode()
    assert "A warm room" in page
    assert "Ivy" in page
    assert not re.search(r"\bSam\b", page)
    line = Minute.objects.get(act="write down")
    assert (line.by, line.what) == (hall.scribe, "Written down for Ivy")
    proposal = hall.town.propose(hall.workshop, hall.room.citizens[0])
    scribing.comment_for(ivy, proposal, text="Yes", by=hall.scribe, key="c", now=hall.now)
    assert Contribution.objects.get(kind="comment").entered_by == hall.scribe


def test_a_scribe_speaks_only_for_people_on_the_list(hall):
    ivy = hall.seat("Ivy")
    with pytest.raises(Refused, match="a scribe"):
        scribing.card_for(ivy, kind="need", text="x", by=hall.room.citizens[0], key="k", now=hall.now)
    seating.link(ivy, by=hall.scribe, now=hall.now)
    ivy.refresh_from_db()
    with pytest.raises(Refused, match="speak for themselves"):
        scribing.card_for(ivy, kind="need", text="x", by=hall.scribe, key="k", now=hall.now)
    assert not Contribution.objects.exists()


def test_a_written_card_is_entered_once_by_its_code(hall):
    ivy = hall.seat("Ivy")
    card = papers.make_cards(hall.workshop, 2, by=hall.scribe, now=hall.now)[0]
    scribing.card_for(ivy, kind="idea", text="A bench", code=card.code.lower(), by=hall.scribe, key="k", now=hall.now)
    assert Contribution.objects.get().channel == "paper"
    with pytest.raises(Refused, match="entered already"):
        scribing.card_for(ivy, kind="idea", text="Another", code=card.code, by=hall.clerk, key="k2", now=hall.now)
    with pytest.raises(Refused):
        scribing.card_for(ivy, kind="idea", text="Another", code="CDFHJ9", by=hall.clerk, key="k2", now=hall.now)
    assert Contribution.objects.count() == 1
    with pytest.raises(Refused, match="card to write on"):
        papers.enter(hall.workshop, card.code + "1", by=hall.scribe, now=hall.now)


def test_a_vote_written_down_carries_its_channel_and_their_own_vote_replaces_it(hall):
    ivy = hall.seat("Ivy")
    hall.open()
    vote = scribing.vote_for(ivy, hall.ballot, choice="cannot", by=hall.scribe, key="k", now=hall.now)
    assert (vote.by, vote.entered_by, vote.channel) == (ivy.participant, hall.scribe, "scribe")
    assert scribing.vote_for(ivy, hall.ballot, choice="cannot", by=hall.scribe, key="k", now=hall.now) == vote
    scribing.vote_for(ivy, hall.ballot, choice="change", by=hall.scribe, key="k2", now=hall.now)
    hall.town.vote(hall.ballot, "support", ivy.participant)
    with pytest.raises(Refused, match="own vote stands"):
        scribing.vote_for(ivy, hall.ballot, choice="cannot", by=hall.scribe, key="k3", now=hall.now)
    assert list(Cast.objects.values_list("choice", "channel")) == [("cannot", "scribe"), ("change", "scribe"), ("support", "online")]
    assert hall.of(ivy.participant).choice == "support"


@pytest.mark.parametrize("choice", ["", "SUPPORT", "agree", "x" * 40])
def test_a_scribe_cannot_invent_a_choice(hall, choice):
    ivy = hall.seat("Ivy")
    hall.open()
    with pytest.raises(Refused):
        scribing.vote_for(ivy, hall.ballot, choice=choice, by=hall.scribe, key="k", now=hall.now)
    assert not Cast.objects.exists()


def test_somebody_seated_after_the_opening_has_no_vote_in_that_round(hall):
    hall.open()
    late = hall.seat("Ivy")
    with pytest.raises(Refused, match="came after it opened"):
        scribing.vote_for(late, hall.ballot, choice="support", by=hall.scribe, key="k", now=hall.now)


def test_a_table_votes_in_numbers_that_never_exceed_it(hall):
    made = hall.table("Table 3", 4)
    hall.open()

    def table(**counts):
        return scribing.vote_for_table(made[0], hall.ballot, counts=counts, by=hall.scribe, now=hall.now)

    for wrong in ({}, {"support": 0}, {"support": 5}, {"support": 2, "cannot": 3}, {"yes": 1}, {"support": -3}):
        with pytest.raises(Refused):
            table(**wrong)
    assert not Cast.objects.exists()
    table(support=2, cannot=1)
    table(support=3, cannot=1)
    with pytest.raises(Refused, match="at least as many"):
        table(support=1)
    hall.town.vote(hall.ballot, "abstain", made[0].participant)
    counted = hall.close()["citizen"]
    assert (counted.support, counted.cannot, counted.abstain) == (2, 1, 1)


# Paper


def test_a_paper_counts_when_two_people_read_the_same(hall):
    ivy = hall.seat("Ivy")
    hall.open()
    paper = hall.paper(ivy.participant)
    assert "waits" in str(hall.type(paper, "1").said)
    assert not Cast.objects.exists()
    with pytest.raises(Refused, match="Somebody else must confirm"):
        hall.type(paper, "1")
    assert "counted" in str(hall.type(paper, "s", by=hall.clerk).said)
    vote = Cast.objects.get()
    assert (vote.by, vote.channel, vote.entered_by, vote.confirmed_by) == (ivy.participant, "paper", hall.scribe, hall.clerk)
    for who in (hall.scribe, hall.clerk, hall.facilitator):
        with pytest.raises(Refused, match="counted already"):
            hall.type(paper, "3", by=who)
    assert hall.of(ivy.participant).choice == "support"


def test_a_difference_is_kept_from_the_tally_until_two_agree(hall):
    ivy = hall.seat("Ivy")
    hall.open()
    paper = hall.paper(ivy.participant)
    hall.type(paper, "1")
    assert "another choice" in str(hall.type(paper, "3", by=hall.clerk).said)
    for who, theirs in ((hall.scribe, "Cleo"), (hall.clerk, "Sam")):
        page = hall.town.client(who).get(f"/w/{hall.workshop.slug}/papers/enter/").content.decode()
        assert f"{people.Participant.objects.get(display_name=theirs).shown_name} read" in page
    assert "read “" not in hall.town.client(hall.facilitator).get(f"/w/{hall.workshop.slug}/papers/enter/").content.decode()
    assert not Cast.objects.exists()
    hall.type(paper, "3")
    assert Cast.objects.get().choice == "cannot"
    assert PaperEntry.objects.filter(standing="replaced").count() == 1


def test_a_third_person_settles_a_difference(hall):
    hall.open()
    paper = hall.paper(hall.room.citizens[0])
    hall.type(paper, "1")
    hall.type(paper, "3", by=hall.clerk)
    hall.type(paper, "1", by=hall.facilitator)
    assert Cast.objects.get().choice == "support"
    assert set(PaperEntry.objects.values_list("standing", flat=True)) == {"counted", "replaced"}


def test_codes_that_are_wrong_unknown_or_late_write_nothing(hall):
    hall.open()
    paper = hall.paper(hall.room.citizens[0])
    unknown = "CDFHJ"
    for typed in (
        "",
        "1",
        paper.code,
        paper.code + "9",
        paper.code[:-1],
        unknown + papercodes.check(unknown) + "1",
        "'; DROP TABLE",
        "<b>",
    ):
        with pytest.raises(Refused):
            papers.enter(hall.workshop, typed, by=hall.scribe, now=hall.now)
    with pytest.raises(Refused, match="a scribe"):
        hall.type(paper, "1", by=hall.room.citizens[0])
    hall.close()
    with pytest.raises(Refused, match="closed"):
        hall.type(paper, "1")
    assert not PaperEntry.objects.exists()


def test_a_paper_of_another_workshop_is_unknown_here(hall, town):
    hall.open()
    paper = hall.paper(hall.room.citizens[0])
    other = town.workshop(*hall.room.citizens)
    with pytest.raises(Refused, match="no paper with this code"):
        papers.enter(other, paper.code + "1", by=hall.scribe, now=hall.now)


def test_one_takes_back_ones_own_while_it_waits(hall):
    hall.open()
    paper = hall.paper(hall.room.citizens[0])
    first = hall.type(paper, "1").entry
    with pytest.raises(Refused):
        papers.undo(first, by=hall.clerk)
    papers.enter(hall.workshop, "u", by=hall.scribe, now=hall.now)
    with pytest.raises(Refused, match="no entry"):
        papers.enter(hall.workshop, "undo", by=hall.scribe, now=hall.now)
    hall.both(paper, "2")
    with pytest.raises(Refused):
        papers.undo(PaperEntry.objects.filter(by=hall.scribe).last(), by=hall.scribe)
    assert Cast.objects.get().choice == "change"


def test_a_paper_from_somebody_who_voted_on_line_is_set_aside_with_a_note(hall):
    hall.open()
    citizen = hall.room.citizens[0]
    paper = hall.paper(citizen)
    hall.type(paper, "3")
    hall.town.vote(hall.ballot, "support", citizen)
    assert "voted on line" in str(hall.type(paper, "3", by=hall.clerk).said)
    assert "voted on line" in str(hall.type(paper, "1", by=hall.clerk).said)
    assert set(PaperEntry.objects.values_list("standing", flat=True)) == {"aside"}
    assert Minute.objects.filter(act="paper set aside").count() == 1
    assert hall.close()["citizen"].support == 1
    page = hall.town.client(hall.scribe).get(f"/w/{hall.workshop.slug}/papers/").content.decode()
    assert "has voted on line; the paper is not counted" in page


def test_an_online_vote_replaces_a_counted_paper_and_a_paper_replaces_a_scribe(hall):
    ivy = hall.seat("Ivy")
    hall.open()
    scribing.vote_for(ivy, hall.ballot, choice="abstain", by=hall.scribe, key="k", now=hall.now)
    hall.both(hall.paper(ivy.participant), "3")
    with pytest.raises(Refused, match="paper is counted"):
        scribing.vote_for(ivy, hall.ballot, choice="abstain", by=hall.scribe, key="k2", now=hall.now)
    hall.town.vote(hall.ballot, "support", ivy.participant)
    assert list(Cast.objects.values_list("channel", flat=True)) == ["scribe", "paper", "online"]
    assert hall.of(ivy.participant).choice == "support"


def test_an_organisations_paper_is_its_one_vote(hall):
    hall.table("Anchor table", 3, "vso", "Anchor")
    hall.open()
    made = papers.make_papers(hall.ballot, by=hall.scribe, now=hall.now)
    assert len(made) == 1
    hall.both(made[0], "1")
    assert hall.close()["vso"].support == 1


def test_papers_keep_their_codes_when_printed_again(hall):
    hall.seat("Ivy")
    hall.open()
    first = papers.make_papers(hall.ballot, by=hall.scribe, now=hall.now)
    again = papers.make_papers(hall.ballot, everybody=True, by=hall.scribe, now=hall.now)
    assert len(first) == 1
    assert first[0].code in {p.code for p in again}
    assert len(again) == 7
    hall.close()
    with pytest.raises(Refused, match="closed"):
        papers.make_papers(hall.ballot, by=hall.scribe, now=hall.now)


# Hands


def test_hands_fill_the_seats_of_people_without_a_device(hall):
    hall.table("Table 3", 5)
    hall.open()
    assert hall.hands(support=3, cannot=1).standing == Standing.WAITING
    assert not Cast.objects.exists()
    stands = hall.hands(by=hall.clerk, support=3, cannot=1)
    assert (stands.standing, stands.confirmed_by) == (Standing.COUNTED, hall.clerk)
    counted = hall.close()["citizen"]
    assert (counted.entitled, counted.support, counted.cannot, counted.voted) == (7, 3, 1, 4)
    assert set(Cast.objects.values_list("channel", "entered_by", "confirmed_by")) == {("hands", hall.scribe.pk, hall.clerk.pk)}


def test_more_hands_than_seats_and_nonsense_are_refused(hall):
    hall.table("Table 3", 3)
    hall.open()
    for wrong in (
        {"support": 4},
        {"support": 2, "cannot": 2},
        {"support": -1},
        {"support": 10**9},
        {"yes": 1},
        {"group": "vso", "support": 1},
    ):
        with pytest.raises(Refused):
            hall.hands(**wrong)
    with pytest.raises(Refused, match="group"):
        hall.hands(group="king", support=1)
    assert not HandsCount.objects.exists()


def test_the_same_person_never_confirms_their_own_hands(hall):
    hall.table("Table 3", 3)
    hall.open()
    for _ in range(3):
        assert hall.hands(support=2).standing == Standing.WAITING
    assert HandsCount.objects.filter(standing="waiting").count() == 1
    assert not Cast.objects.exists()
    first = HandsCount.objects.get(standing="waiting")
    with pytest.raises(IntegrityError), transaction.atomic():
        HandsCount.objects.filter(pk=first.pk).update(confirmed_by=first.by)


def test_hands_that_differ_are_shown_to_both_and_settled(hall):
    hall.table("Table 3", 3)
    hall.open()
    hall.hands(support=2)
    hall.hands(by=hall.clerk, support=3)
    for who in (hall.scribe, hall.clerk):
        assert "counted differently" in hall.town.client(who).get(f"/w/{hall.workshop.slug}/papers/").content.decode()
    hall.hands(support=3)
    assert hall.close()["citizen"].support == 3


def test_seats_held_by_hands_take_no_other_vote_until_a_recount_without_them(hall):
    made = hall.table("Table 3", 3)
    hall.open()
    hall.both_hands(support=2)
    for seated in made:
        person = seated.participant
        with pytest.raises(Refused, match="recount"):
            hall.town.vote(hall.ballot, "cannot", person)
        with pytest.raises(Refused, match="recount"):
            hall.type(hall.paper(person), "3")
        with pytest.raises(Refused, match="recount"):
            scribing.vote_for(seated, hall.ballot, choice="cannot", by=hall.scribe, key=f"k{seated.pk}", now=hall.now)
    apart = hall.of(made[0].participant)
    with pytest.raises(Refused, match="Count again"):
        hall.both_hands(support=3, without=[apart.pk])
    hall.both_hands(support=1, without=[apart.pk])
    hall.town.vote(hall.ballot, "cannot", made[0].participant)
    counted = hall.close()["citizen"]
    assert (counted.support, counted.cannot, counted.voted) == (1, 1, 2)
    assert list(HandsCount.objects.values_list("standing", flat=True)).count("counted") == 1
    assert HandsCount.objects.filter(standing="replaced").exists()


def test_somebody_who_has_a_device_now_is_freed_by_the_recount(hall):
    made = hall.table("Table 3", 2)
    hall.open()
    hall.both_hands(support=2)
    key = seating.link(made[0], by=hall.scribe, now=hall.now)
    linked = people.holders_of([key])[0]
    with pytest.raises(Refused, match="recount without you"):
        hall.town.vote(hall.ballot, "cannot", linked)
    hall.both_hands(support=1)
    hall.town.vote(hall.ballot, "cannot", linked)
    counted = hall.close()["citizen"]
    assert (counted.support, counted.cannot) == (1, 1)


def test_somebody_whose_seat_hands_hold_sees_no_choice_on_their_desk(hall):
    made = hall.table("Table 3", 2)
    hall.open()
    hall.both_hands(cannot=2)
    key = seating.link(made[0], by=hall.scribe, now=hall.now)
    linked = people.holders_of([key])[0]
    hall.town.keys[linked.pk] = key
    desk = hall.town.client(linked).get(f"/w/{hall.workshop.slug}/desk/").content.decode()
    assert "ask for a recount without you" in desk
    assert " checked" not in desk
    assert "Your vote" not in desk


def test_a_seat_with_a_waiting_paper_is_not_for_hands(hall):
    made = hall.table("Table 3", 2)
    hall.open()
    paper = hall.paper(made[0].participant)
    hall.type(paper, "3")
    with pytest.raises(Refused, match="Count again"):
        hall.hands(support=2)
    hall.both_hands(support=1)
    hall.type(paper, "3", by=hall.clerk)
    counted = hall.close()["citizen"]
    assert (counted.support, counted.cannot) == (1, 1)


def test_an_organisation_with_a_device_is_not_counted_by_hands(hall):
    hall.seat("Viola", "vso", "Harbour")
    hall.open()
    with pytest.raises(Refused, match="Count again"):
        hall.hands(group="vso", support=1)


# One tally, sealed, closed


@pytest.mark.parametrize(
    ("totals", "says"),
    [
        ({}, None),
        ({"online": 60}, None),
        ({"online": 9, "paper": 5, "hands": 6}, "Of these votes: on line 9, on paper 5, by a show of hands 6."),
        ({"online": 9, "paper": 4, "hands": 5}, "Some of these votes came by paper or hands, or were written down for somebody."),
        ({"online": 2, "paper": 8}, "Some of these votes came by paper or hands, or were written down for somebody."),
        ({"hands": 12}, "Of these votes: by a show of hands 12."),
    ],
)
def test_totals_by_channel_hide_what_would_show_fewer_than_five(totals, says):
    line = channels.by_channel(totals)
    assert (str(line) if line else None) == says


def test_the_result_shows_one_tally_with_channels_and_nothing_while_open(hall):
    made = hall.table("Table 3", 10)
    hall.open()
    for seated in made[:5]:
        hall.both(hall.paper(seated.participant), "1")
    hall.both_hands(support=5)
    address = f"/w/{hall.workshop.slug}/live/?audience=screen"
    assert b"show of hands" not in hall.town.client(hall.scribe).get(address).content
    assert unsealing.counted([hall.ballot.pk]) == {}
    hall.close()
    from django.core.cache import cache

    cache.clear()
    page = hall.town.client(hall.scribe).get(address).content.decode()
    assert "on paper 5, by a show of hands 5" in page


def test_nothing_of_papers_or_hands_is_seen_while_the_ballot_is_open(hall):
    made = hall.table("Table 3", 5)
    hall.open()
    hall.type(hall.paper(made[0].participant), "3")
    hall.both(hall.paper(made[1].participant), "3")
    hall.hands(cannot=2)
    slug = hall.workshop.slug
    for who in (hall.facilitator, hall.town.lead, hall.clerk):
        client = hall.town.client(who)
        listed = client.get(f"/w/{slug}/papers/enter/").content.decode().split('id="mine-h"')
        if who != hall.clerk:
            assert "cannot support" not in listed[1]
        page = client.get(f"/w/{slug}/papers/").content.decode()
        assert 'value="2" inputmode' not in page
        assert 'value="2" inputmode' in hall.town.client(hall.scribe).get(f"/w/{slug}/papers/").content.decode()
    said = " ".join(f"{m.what} {m.why}" for m in Minute.objects.filter(act__in=("print", "hands", "seat", "paper set aside"))).lower()
    assert "cannot" not in said
    assert "support" not in said


def test_a_ballot_with_unconfirmed_entries_does_not_close(hall):
    made = hall.table("Table 3", 6)
    hall.open()
    for seated in made[:4]:
        hall.type(hall.paper(seated.participant), "1")
    with pytest.raises(Refused, match="4 papers wait for a second person"):
        hall.close()
    with pytest.raises(Refused, match="4 papers wait"):
        hall.town.move(hall.workshop, "agree")
    with pytest.raises(Refused, match="facilitator"):
        papers.set_waiting_aside(hall.ballot, reason="Torn", by=hall.scribe, now=hall.now)
    with pytest.raises(Refused, match="Write something"):
        papers.set_waiting_aside(hall.ballot, reason=" ", by=hall.facilitator, now=hall.now)
    assert papers.set_waiting_aside(hall.ballot, reason="Torn", by=hall.facilitator, now=hall.now) == 4
    hall.hands(support=1)
    with pytest.raises(Refused, match="hands of one group wait"):
        hall.close()
    papers.set_waiting_aside(hall.ballot, reason="Too late", by=hall.facilitator, now=hall.now)
    with pytest.raises(Refused, match="Nothing waits"):
        papers.set_waiting_aside(hall.ballot, reason="x", by=hall.facilitator, now=hall.now)
    assert hall.close()["citizen"].voted == 0
    assert Minute.objects.filter(act="set aside", why="Torn").exists()


def test_an_online_vote_takes_no_more_queries_than_before(hall):
    hall.open()
    citizen = Participant.objects.get(pk=hall.room.citizens[0].pk)
    voting.cast(hall.ballot, choice="support", by=citizen, key="warm", now=hall.now)
    with CaptureQueriesContext(connection) as queries:
        voting.cast(hall.ballot, choice="change", by=citizen, key="two", now=hall.now)
    kinds = [q["sql"].split()[0] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert kinds == ["SELECT", "SELECT", "UPDATE", "INSERT"]


def test_the_database_keeps_votes_of_every_channel(hall):
    ivy = hall.seat("Ivy")
    hall.open()
    hall.both(hall.paper(ivy.participant), "1")
    with pytest.raises(DatabaseError), transaction.atomic():
        Cast.objects.update(channel="online")


def test_a_hurried_online_vote_does_not_slip_under_hands(hall, monkeypatch):
    """The seat is read before the vote's transaction: hands counted in between must still refuse it."""
    made = hall.table("Table 3", 1)
    hall.open()
    real, done = voting.here, []

    def here(workshop, by, now):
        if not done:
            done.append(1)
            hall.both_hands(support=1)
        return real(workshop, by, now)

    monkeypatch.setattr(voting, "here", here)
    with pytest.raises(Refused, match="recount without you"):
        hall.town.vote(hall.ballot, "cannot", made[0].participant)
    assert hall.of(made[0].participant).choice == "support"


# Doorways


def test_every_form_of_the_pages_does_its_act(hall):
    slug, client, clerk = hall.workshop.slug, hall.town.client(hall.scribe), hall.town.client(hall.clerk)

    def post(path, who=client, **data):
        return who.post(f"/w/{slug}/{path}", data)

    person = {"name": "Ivy", "group": "citizen", "agreed": ["take_part", "naming"], "key": "k"}
    assert post("seating/person/", **person).status_code == 302
    assert post("seating/person/", **person | {"name": ""}).status_code == 422
    assert post("seating/person/", **person | {"group": "king", "key": "z"}).status_code == 422
    assert post("seating/person/", **person | {"name": "Bea", "key": "b", "agreed": []}).status_code == 422
    assert post("seating/person/", **person | {"name": "Bea", "key": "b", "agreed": ["naming"]}).status_code == 409
    assert post("seating/person/", **person | {"name": "Shy", "key": "b", "agreed": ["take_part"]}).status_code == 302
    assert Participant.objects.get(display_name="Shy").shown_name.startswith("Citizen")
    assert post("seating/table/", table="Table 3", people="3", group="citizen", agreed="take_part", key="t").status_code == 302
    assert post("seating/table/", table="Table 4", people="99", group="citizen", agreed="take_part", key="u").status_code == 422
    assert post("seating/known/", person=str(hall.room.citizens[1].pk)).status_code == 302
    assert post("seating/known/", person="²").status_code == 404
    ivy = Seating.objects.get(participant__display_name="Ivy")
    assert post("scribe/card/", **{"for": str(ivy.pk), "kind": "need", "text": "A bus", "key": "c"}).status_code == 302
    assert post("scribe/card/", **{"for": str(ivy.pk), "kind": "need", "text": "", "key": "d"}).status_code == 409
    assert post("scribe/card/", **{"for": "0", "kind": "need", "text": "A bus", "key": "e"}).status_code == 404
    hall.open()
    proposal = hall.ballot.proposal
    comment = {"for": str(ivy.pk), "proposal": str(proposal.pk), "text": "Good", "key": "f"}
    assert post("scribe/comment/", **comment).status_code == 302
    assert post(f"scribe/vote/{hall.ballot.pk}/", **{"for": str(ivy.pk), "choice": "support", "key": "v"}).status_code == 302
    table = Seating.objects.filter(table="Table 3").first()
    assert post(f"scribe/table/{hall.ballot.pk}/", **{"for": str(table.pk), "support": "2"}).status_code == 302
    assert post(f"papers/{hall.ballot.pk}/hands/", group="citizen", support="2").status_code == 302
    assert post(f"papers/{hall.ballot.pk}/hands/", clerk, group="citizen", support="2").status_code == 302
    assert post(f"papers/{hall.ballot.pk}/hands/", group="citizen", support="two").status_code == 409
    paper = hall.paper(hall.room.citizens[0])
    assert post("papers/enter/", line=f"{paper.code} 2").status_code == 200
    wrong = post("papers/enter/", line=f"{paper.code} <b>9")
    assert wrong.status_code == 409
    assert "&lt;b&gt;9" in wrong.content.decode()
    entry = PaperEntry.objects.get()
    assert post(f"papers/enter/{entry.pk}/undo/", clerk).status_code == 409
    assert post(f"papers/enter/{entry.pk}/undo/").status_code == 302
    post("papers/enter/", line=f"{paper.code} 2")
    assert post(f"papers/{hall.ballot.pk}/aside/", reason="Torn").status_code == 409
    facilitator = hall.town.client(hall.facilitator)
    assert post(f"papers/{hall.ballot.pk}/aside/", facilitator, reason="Torn").status_code == 302
    assert post(f"seating/{ivy.pk}/gone/").status_code == 302
    counted = hall.close()["citizen"]
    assert (counted.support, counted.voted) == (5, 5), "one and two written down, two by hand; the torn paper is not counted"


def test_the_link_is_shown_once_as_words_and_as_a_picture(hall):
    ivy, client = hall.seat("Ivy"), hall.town.client(hall.scribe)
    answer = client.post(f"/w/{hall.workshop.slug}/seating/{ivy.pk}/link/")
    page = answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    key = page.split("/mine/")[1].split("/")[0]
    assert people.holders_of([key]) == (ivy.participant,)
    assert 'src="data:image/svg+xml' in page
    assert key not in client.get(f"/w/{hall.workshop.slug}/seating/").content.decode()
    assert client.post(f"/w/{hall.workshop.slug}/seating/{ivy.pk}/link/").status_code == 409


@pytest.mark.parametrize(("path", "queries"), [("papers/", 11), ("papers/enter/", 6), ("scribe/", 6), ("seating/", 5)])
@pytest.mark.parametrize("rows", [1, 12])
def test_pages_take_the_same_queries_with_one_ballot_and_twelve(hall, path, queries, rows):
    hall.seat("Ivy")
    made = hall.table("Table 3", 2 * rows)
    hall.table("Anchor table", rows + 1, "vso", "Anchor")
    for proposal in [hall.town.propose(hall.workshop, hall.room.citizens[0], f"Outcome {n}") for n in range(rows)]:
        hall.ballot = hall.town.ballot(hall.workshop, proposal)
        sheets = papers.make_papers(hall.ballot, everybody=True, by=hall.scribe, now=hall.now)
        hall.type(sheets[0], "1", by=hall.clerk)
        hall.type(sheets[1], "1")
        hall.type(sheets[1], "2", by=hall.clerk)
        hall.hands(support=1)
        hall.hands(support=2, by=hall.clerk)
    assert made
    client = hall.town.client(hall.scribe)
    client.get(f"/w/{hall.workshop.slug}/{path}")
    with CaptureQueriesContext(connection) as taken:
        assert client.get(f"/w/{hall.workshop.slug}/{path}").status_code == 200
    assert len(taken) == queries, [q["sql"][:120] for q in taken]
