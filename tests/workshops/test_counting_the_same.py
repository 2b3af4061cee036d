"""Where dates, papers and closing meet: the stated window holds for every channel, and people without a device are people of the room."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection

from commissioning.models import HearingBack, Participant
from commissioning.sentences import Refused
from tests.workshops.test_papers import Hall
from workshops import attending, facilitating, hands, inviting, papers, promised, promising, scheduling, scribing, seating, tasks, unsealing
from workshops.models import Ballot, Cast, Letter, PaperEntry, Seat
from workshops.paper_looks import open_ballots

DAY = timedelta(days=1)


@pytest.fixture
def hall(room):
    """A hall whose workshop takes what people say from two days before now until two days after."""
    plan = scheduling.Arrangement(Decimal(2), opens_at=room.town.now - 2 * DAY, closes_at=room.town.now + 2 * DAY)
    scheduling.arrange(room.workshop, plan, by=room.town.lead, now=room.town.now)
    room.workshop.refresh_from_db()
    return Hall(room)


def test_a_scribe_and_hands_are_held_to_the_window_and_a_paper_may_still_be_typed_in(hall):
    place, other, after = hall.seat("Una"), hall.seat("Ulf"), hall.now + 3 * DAY
    hall.open()
    with pytest.raises(Refused, match="This workshop closed on"):
        scribing.vote_for(place, hall.ballot, choice="support", by=hall.scribe, key="k", now=after)
    with pytest.raises(Refused, match="This workshop closed on"):
        hands.count(hall.ballot, hands.Show("citizen", {"support": 1}), by=hall.scribe, now=after)
    assert not Cast.objects.exists()
    paper = hall.paper(other.participant)
    for who in (hall.scribe, hall.clerk):
        papers.enter(hall.workshop, f"{paper.code} s", by=who, now=after)
    assert Cast.objects.get().channel == "paper"


def test_papers_that_wait_and_a_promise_of_time_both_hold_the_voting_open(hall):
    hall.open()
    paper = hall.paper(hall.room.citizens[0])
    hall.type(paper, "s")
    with pytest.raises(Refused, match="1 paper waits"):
        facilitating.move(hall.workshop, seen="vote", to="agree", reason="Snow", by=hall.facilitator, now=hall.now)
    papers.set_waiting_aside(hall.ballot, reason="Nobody left to read it", by=hall.facilitator, now=hall.now)
    with pytest.raises(Refused, match="Say why the voting closes early"):
        facilitating.move(hall.workshop, seen="vote", to="agree", by=hall.facilitator, now=hall.now)
    facilitating.move(hall.workshop, seen="vote", to="agree", reason="Snow", by=hall.facilitator, now=hall.now)
    ballot = Ballot.objects.get()
    assert (ballot.is_open, ballot.closed_early_because) == (False, "Snow")
    assert PaperEntry.objects.get().standing == "aside"


def test_papers_for_every_seat_reach_an_organisation_that_is_invited_and_has_not_come(hall):
    zoe = hall.town.join("Zoe", "vso", "Beacon", invited=True)
    inviting.invite(hall.workshop, [zoe], by=hall.town.lead, now=hall.now)
    hall.open()
    seat = Seat.objects.get(organisation=zoe.organisation)
    made = papers.make_papers(hall.ballot, everybody=True, by=hall.scribe, now=hall.now)
    assert seat.pk in {paper.seat_id for paper in made}
    assert seating.voices(hall.workshop.pk, [seat]) == {seat.pk: zoe}
    assert str(zoe.signature) in [name for __, name in open_ballots(hall.workshop, hall.scribe)[0].handed]
    hall.both(next(paper for paper in made if paper.seat_id == seat.pk), "c")
    assert (Cast.objects.get().by, Cast.objects.get().choice) == (zoe, "change")


def test_somebody_invited_who_comes_without_a_device_is_seated_as_who_they_are(hall):
    una = hall.town.join("Una Invited")
    inviting.invite(hall.workshop, [una], by=hall.town.lead, now=hall.now)
    page = hall.town.client(hall.facilitator).get(f"/w/{hall.workshop.slug}/seating/").content.decode()
    assert "Una Invited" in page
    place = seating.seat_known(hall.workshop, una, by=hall.facilitator, now=hall.now)
    hall.open()
    assert hall.of(una) is not None
    scribing.vote_for(place, hall.ballot, choice="support", by=hall.scribe, key="k", now=hall.now)
    assert unsealing.turnout([hall.ballot.pk])[hall.ballot.pk][-1] == ("citizen", 1, 3)


def test_an_action_can_be_given_to_somebody_without_a_device_and_they_stay_in_the_record(hall):
    place, later = hall.seat("Una"), hall.now + timedelta(hours=3)
    hall.table("Table 3", 4)
    names = [person.shown_name for people in promised.askable(hall.workshop, later).values() for person in people]
    assert names.count("Una") == 1
    assert "Table 3" not in names
    hall.town.move(hall.workshop, "agree")
    action = promising.add_action(
        hall.workshop, text="Ask", person=place.participant, due=hall.now.date(), how_we_know="A key", by=hall.facilitator, now=later
    )
    assert action.acceptance == "accepted", "she is in the room, so she took it on there and then"
    seating.let_go(place, by=hall.scribe, now=later)
    assert Participant.objects.get(pk=place.participant_id).withdrawn_at is None


def test_a_table_is_nobody_to_invite_and_nobody_who_has_not_answered(hall):
    before = scheduling.looks_at(
        hall.workshop, scheduling.propose_dates(hall.workshop, [hall.now + 9 * DAY], by=hall.town.lead, now=hall.now)
    )
    hall.table("Table 3", 4)
    after = scheduling.looks_at(hall.workshop, [look.date for look in before])
    assert [look.on for look in after] == [look.on for look in before]
    page = hall.town.client(hall.town.lead).get(f"/w/{hall.workshop.slug}/invitations/").content.decode()
    assert "Table 3" not in page


def test_every_kind_of_letter_is_one_row_and_none_goes_to_who_has_left(hall, posted):
    ann = hall.town.join("Ann", consents=("take_part", "summary"))
    HearingBack.objects.create(participant=ann, email="ann@example.org", at=hall.now)
    hall.seat("Una")
    attending.attend(hall.workshop, ann, now=hall.now)
    hall.town.move(hall.workshop, "agree")
    promising.add_action(hall.workshop, text="Ask", person=ann, due=hall.now.date(), how_we_know="A key", by=hall.facilitator, now=hall.now)
    facilitating.close(hall.workshop, by=hall.facilitator, now=hall.now + 3 * DAY)
    letter = Letter.objects.get(kind="summary")
    assert (letter.state, letter.occasion) == ("waiting", f"summary:{letter.closing_id}")
    Participant.objects.filter(pk=ann.pk).update(withdrawn_at=hall.now)
    assert posted(lambda: tasks.send_letter(letter.pk)) == []
    assert mail.outbox == []


@pytest.mark.django_db
def test_every_trigger_is_still_there():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT DISTINCT event_object_table FROM information_schema.triggers")
        held = {row[0] for row in cursor.fetchall()}
    assert held >= {"commissioning_minute", "workshops_proposalversion", "workshops_ballot", "workshops_cast"}
