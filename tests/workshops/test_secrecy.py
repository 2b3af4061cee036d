"""Secret ballots: sealed while open, and from the close on no choice that leads to a person, wherever one looks."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning import people
from commissioning.sentences import Refused
from workshops import (
    agreeing,
    bundling,
    desks,
    hands,
    papers,
    regions,
    reporting,
    rules,
    scribing,
    seating,
    secrecy,
    tally,
    unsealing,
    verify,
    voting,
)
from workshops.models import Ballot, Cast, Entry, Seat, SecretVote
from workshops.rules import Rule

RULE = {f"{part}_{group}": "67" if part == "percent" else "1" for part in ("percent", "least") for group in tally.GROUPS}
REASON = "The night bus must come first"


@pytest.fixture
def ballot(crowd):
    proposal = crowd.town.propose(crowd.workshop, crowd.citizens[0])
    crowd.town.move(crowd.workshop, "vote")
    made = voting.open_ballot(proposal, Rule.same_for_all(67, 1), secret=True, by=crowd.town.facilitator, now=crowd.town.now)
    made.workshop = crowd.workshop
    return made


def voted(crowd, ballot):
    """Everybody votes; the first citizen changes theirs to "cannot support", with a reason. Then it closes."""
    crowd.town.vote(ballot, "support", *crowd.officers, *crowd.people)
    crowd.town.vote(ballot, "cannot", crowd.citizens[0], reason=REASON)
    voting.close_ballot(ballot, by=crowd.town.facilitator, now=crowd.town.now)
    return Ballot.objects.get(pk=ballot.pk)


def everything_in(tables):
    """Every row of the tables as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            rows += [" ".join(map(str, row)) for row in cursor.fetchall()]
    return rows


def test_after_the_close_nothing_leads_from_a_choice_to_a_person(crowd, ballot):
    closed = voted(crowd, ballot)
    assert set(Seat.objects.filter(ballot=closed).values_list("choice", "reason", "language")) == {(secrecy.VOTED, "", "en")}
    assert set(Cast.objects.filter(ballot=closed).values_list("choice", "reason")) == {(secrecy.SEALED, "")}
    assert closed.secrecy == "", "the key of the marks is gone"
    for table in connection.introspection.table_names():
        for row in everything_in([table]):
            if REASON in row:
                assert table == "workshops_secretvote", f"{table} still knows the reason"
    named = {f.name for f in SecretVote._meta.fields}
    assert named == {"id", "ballot", "group", "choice", "reason", "language"}, "nothing here may lead to a seat"
    assert SecretVote.objects.filter(ballot=closed, choice="cannot", group="citizen").count() == 1


def test_the_order_of_the_votes_says_nothing(crowd):
    """Whoever voted first is not always written down first: over thirty ballots their vote stands in many places."""
    places = set()
    for n in range(30):
        proposal = crowd.town.propose(crowd.workshop, crowd.citizens[0], text=f"Text {n}")
        crowd.town.move(crowd.workshop, "vote")
        ballot = voting.open_ballot(proposal, Rule.same_for_all(67, 1), secret=True, by=crowd.town.facilitator, now=crowd.town.now)
        ballot.workshop = crowd.workshop
        crowd.town.vote(ballot, "cannot", crowd.people[0])
        crowd.town.vote(ballot, "support", *crowd.people[1:8])
        voting.close_ballot(ballot, by=crowd.town.facilitator, now=crowd.town.now)
        rows = list(SecretVote.objects.filter(ballot=ballot).order_by("pk").values_list("choice", flat=True))
        places.add(rows.index("cannot"))
    assert len(places) > 3


def test_the_result_is_that_of_an_open_ballot_with_the_same_votes(crowd, ballot):
    closed = voted(crowd, ballot)
    counts = {c.group: (c.support, c.cannot, c.voted, c.entitled) for c in unsealing.counts([closed.pk])[closed.pk]}
    assert counts == {"commissioner": (2, 0, 2, 2), "vso": (5, 0, 5, 5), "citizen": (5, 1, 6, 6)}
    assert unsealing.reasons([closed.pk])[closed.pk] == rules.Reasons(cannot=1)
    assert unsealing.result_of(closed).suggested == "reserved"
    assert unsealing.counted([closed.pk])[closed.pk].channels == {"online": 13}


def test_few_votes_are_counted_by_the_rule_and_shown_to_nobody(crowd, ballot):
    closed = voted(crowd, ballot)
    look = regions.looks_at([closed])[0]
    assert [f.count.group for f in look.result.findings if f.hidden] == ["commissioner"]
    __, html = regions.render(crowd.workshop.pk, [f"ballot-{closed.pk}"], regions.PARTICIPANT)
    assert "They reached their share" in html
    assert "Commissioner side: 2 of 2" not in html
    assert "Citizens: 5 of 6 support it." in list(map(str, look.result.explain()))
    assert html.count("tl-bar__svg") == 2
    assert "Secret vote" in html
    assert "hang on a few" not in html, "whose interests are behind secret votes is nobody's to say"


def test_a_reason_in_a_secret_vote_stays_with_the_result_and_is_not_quoted_in_the_report(crowd, ballot):
    closed = voted(crowd, ballot)
    assert agreeing.dissent_in(closed) == [{"group": "", "choice": "cannot", "reason": REASON}]
    crowd.town.move(crowd.workshop, "agree")
    agreement = agreeing.record_agreement(closed.proposal, state="contested", reason="Talk", by=crowd.town.facilitator, now=crowd.town.now)
    assert REASON in reporting._not_to_quote([agreement])


def test_a_reason_from_a_small_group_has_no_group(crowd, ballot):
    crowd.town.vote(ballot, "support", *crowd.people)
    crowd.town.vote(ballot, "cannot", crowd.officers[0], reason=REASON)
    voting.close_ballot(ballot, by=crowd.town.facilitator, now=crowd.town.now)
    assert agreeing.dissent_in(Ballot.objects.get(pk=ballot.pk)) == [{"group": "", "choice": "cannot", "reason": REASON}]


def test_the_bundle_is_counted_again_and_says_of_no_receipt_what_it_chose(crowd, ballot):
    codes = dict(Seat.objects.filter(ballot=ballot).values_list("code", "group"))
    closed = voted(crowd, ballot)
    lines = verify.verify(bundling.bundle(crowd.workshop))
    assert "reserved, as stated" in lines[1]
    for entry in Entry.objects.filter(ballot=closed):
        said = json.loads(entry.text)
        if said.get("seat") in codes:
            assert (entry.kind, said["choice"], said["reasoned"]) == ("vote", "voted", False)
    assert Entry.objects.filter(ballot=closed, kind="vote").count() == 13
    assert Entry.objects.filter(ballot=closed, kind="counted").count() == 13


def test_the_verifier_finds_a_secret_vote_that_was_added_left_out_or_unmasked(crowd, ballot):
    entries = [{"kind": "vote", "group": "vso", "seat": "A", "choice": "voted", "number": 1}]
    entries += [{"kind": "counted", "group": "vso", "seat": "X", "choice": "support", "reasoned": False, "number": 2}]
    assert verify.counted_again(entries, True)["vso"]["support"] == 1
    for wrong in (entries[:1], entries[1:], [*entries, {**entries[0], "number": 3}], [{**entries[0], "choice": "support"}, entries[1]]):
        with pytest.raises(verify.Mismatch):
            verify.counted_again(wrong, True)


def test_somebody_finds_that_their_vote_came_and_not_what_it_said(crowd, ballot):
    code = Seat.objects.get(ballot=ballot, participant=crowd.citizens[0]).code
    voted(crowd, ballot)
    html = crowd.town.client(crowd.citizens[1]).get(f"/w/{crowd.workshop.slug}/record/", {"receipt": code}).content.decode()
    assert "nobody can tell which is yours" in html
    assert "It says <strong>" not in html


def test_a_vote_sent_twice_or_late_is_kept_once(crowd, ballot):
    who, now = crowd.citizens[0], crowd.town.now
    first = voting.cast(ballot, choice="support", by=who, key="one", now=now)
    assert voting.cast(ballot, choice="support", by=who, key="one", now=now) == first
    voting.cast(ballot, choice="cannot", by=who, key="two", now=now)
    assert voting.cast(ballot, choice="support", by=who, key="one", now=now) == first, "an old message that comes again changes nothing"
    assert Seat.objects.get(ballot=ballot, participant=who).choice == "cannot"
    again = voting.cast(ballot, choice="abstain", by=who, key="one", now=now)
    assert again != first, "an old page with a new choice is another vote"
    assert voting.cast(ballot, choice="abstain", by=who, key="one", now=now) == again
    assert Seat.objects.get(ballot=ballot, participant=who).choice == "abstain"
    voting.close_ballot(ballot, by=crowd.town.facilitator, now=now)
    assert voting.cast(ballot, choice="cannot", by=who, key="two", now=now).key == "two", "it arrived in time; only its answer was lost"
    with pytest.raises(Refused, match="The vote you sent earlier is counted"):
        voting.cast(Ballot.objects.get(pk=ballot.pk), choice="support", by=who, key="three", now=now)


def test_the_record_of_casts_cannot_be_guessed_while_voting_is_open(crowd, ballot):
    """Four choices are soon tried: a mark is the same for nobody else's key."""
    crowd.town.vote(ballot, "support", *crowd.people[:2])
    marks = [c.source["mark"] for c in Cast.objects.filter(ballot=ballot)]
    assert len(set(marks)) == 2
    assert len(ballot.secrecy) == 64


def test_whether_a_ballot_is_secret_is_fixed_by_the_database(crowd, ballot):
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(secrecy=None)
    closed = voted(crowd, ballot)
    with pytest.raises(DatabaseError), transaction.atomic():
        SecretVote.objects.filter(ballot=closed).update(choice="support")
    closed.refresh_from_db()
    assert closed.is_secret


def test_an_open_ballot_cannot_be_made_secret(crowd):
    ballot = crowd.town.ballot(crowd.workshop, crowd.town.propose(crowd.workshop, crowd.citizens[0]))
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(secrecy="")


def test_papers_and_hands_are_refused(crowd, ballot):
    scribe, now = crowd.town.join("Sam", "commissioner", role="scribe"), crowd.town.now
    with pytest.raises(Refused, match="papers and hands are not counted"):
        papers.make_papers(ballot, everybody=True, by=scribe, now=now)
    show = hands.Show("citizen", {"support": 1, "change": 0, "cannot": 0, "abstain": 0})
    with pytest.raises(Refused, match="papers and hands are not counted"):
        hands.count(ballot, show, by=scribe, now=now)


def test_a_scribe_writes_a_secret_vote_down_once(room):
    town, now = room.town, room.town.now
    scribe = town.join("Sam", "commissioner", role="scribe")
    who = people.Introduction("Zoe", "citizen", "resident", "none", frozenset({"take_part", "naming"}), "")
    place = seating.seat_person(room.workshop, who, by=scribe, key="z", now=now)
    proposal = town.propose(room.workshop, room.citizens[0])
    town.move(room.workshop, "vote")
    ballot = voting.open_ballot(proposal, Rule.same_for_all(67, 1), secret=True, by=town.facilitator, now=now)
    first = scribing.vote_for(place, ballot, choice="cannot", by=scribe, key="k", now=now)
    assert first.choice == secrecy.SEALED
    assert scribing.vote_for(place, ballot, choice="cannot", by=scribe, key="k", now=now) == first
    with pytest.raises(Refused, match="sent already"):
        scribing.vote_for(place, ballot, choice="support", by=scribe, key="k", now=now)


def test_the_voter_is_told_what_is_protected_and_what_is_not(crowd, ballot):
    desk = crowd.town.client(crowd.citizens[0]).get(f"/w/{crowd.workshop.slug}/desk/").content.decode()
    assert "This vote is secret." in desk
    assert "It cannot protect you from somebody who watches you vote" in desk


def test_a_facilitator_opens_a_secret_vote_by_its_box(crowd):
    proposal = crowd.town.propose(crowd.workshop, crowd.citizens[0])
    crowd.town.move(crowd.workshop, "vote")
    client = crowd.town.client(crowd.town.facilitator)
    client.post(f"/w/{crowd.workshop.slug}/ballots/", {"proposals": [proposal.pk], "preset": "two-thirds", "secret": "yes"} | RULE)
    assert Ballot.objects.get(proposal=proposal).is_secret


def test_a_vote_is_taken_back_and_cast_again(room):
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    who, now = room.citizens[0], room.town.now
    voting.cast(ballot, choice="cannot", reason="No", by=who, key="a", now=now)
    voting.cast(ballot, choice="none", by=who, key="b", now=now)
    seat = Seat.objects.get(ballot=ballot, participant=who)
    assert (seat.choice, seat.reason) == ("", "")
    assert voting.cast(ballot, choice="cannot", reason="No", by=who, key="a", now=now).key == "a", "the old vote does not come back"
    assert not Seat.objects.get(pk=seat.pk).choice
    voting.close_ballot(ballot, by=room.town.facilitator, now=now)
    assert {c.group: c.voted for c in unsealing.counts([ballot.pk])[ballot.pk]}["citizen"] == 0
    assert verify.verify(bundling.bundle(room.workshop))[-1] == "Everything matches."


def test_the_button_to_take_a_vote_back_is_there_once_there_is_one(room):
    ballot = room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))
    client = room.town.client(room.citizens[0])
    place = f"/w/{room.workshop.slug}/"
    assert "Take my vote back" not in client.get(f"{place}desk/").content.decode()
    answer = client.post(f"{place}ballots/{ballot.pk}/vote/", {"choice": "support", "key": "k1"}, headers={"HX-Request": "true"})
    assert "Take my vote back" in answer.content.decode()
    answer = client.post(f"{place}ballots/{ballot.pk}/vote/", {"choice": "none", "key": "k2"}, headers={"HX-Request": "true"})
    assert "Your vote was taken back" in answer.content.decode()
    assert desks.my_ballots(room.workshop, room.citizens[0])[0].seat.choice == ""


def test_the_bundle_holds_no_vote_of_a_large_group_of_which_few_voted(crowd, ballot):
    """The receipt of the only one who voted, beside the only vote, would tell how they voted."""
    crowd.town.vote(ballot, "cannot", crowd.citizens[0])
    voting.close_ballot(ballot, by=crowd.town.facilitator, now=crowd.town.now)
    data = bundling.bundle(crowd.workshop)
    assert verify.verify(data)[-1] == "Everything matches."
    files = verify.unpacked(data)
    texts = [json.loads(row["text"]) for row in map(json.loads, files["record.jsonl"].splitlines()) if row["text"]]
    assert {text["kind"] for text in texts} == {"open", "close"}
    assert json.loads(files["results.json"])[0]["counts"] == {}


def test_no_language_stays_with_a_vote_that_has_no_words(crowd, ballot):
    who, now = crowd.citizens[0], crowd.town.now
    voting.cast(ballot, choice="cannot", by=who, key="one", now=now, language="pl")
    voting.close_ballot(ballot, by=crowd.town.facilitator, now=now)
    assert set(SecretVote.objects.filter(ballot=ballot).values_list("language", flat=True)) == {"en"}


def test_another_choice_under_an_old_key_is_not_said_to_have_come_when_it_is_refused(crowd, ballot):
    who, now = crowd.citizens[0], crowd.town.now
    first = voting.cast(ballot, choice="support", by=who, key="one", now=now)
    type(who).objects.filter(pk=who.pk).update(withdrawn_at=now)
    who.refresh_from_db()
    assert voting.cast(ballot, choice="support", by=who, key="one", now=now) == first
    with pytest.raises(Refused):
        voting.cast(ballot, choice="cannot", by=who, key="one", now=now)


def test_the_key_of_an_open_secret_ballot_can_only_be_thrown_away(crowd, ballot):
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(secrecy="a key of somebody else")


def test_a_vote_that_comes_again_after_the_close_is_told_what_counts(crowd, ballot):
    client, address = crowd.town.client(crowd.citizens[0]), f"/w/{crowd.workshop.slug}/ballots/{ballot.pk}/vote/"
    client.post(address, {"choice": "support", "key": "k1"}, headers={"HX-Request": "true"})
    voting.close_ballot(ballot, by=crowd.town.facilitator, now=crowd.town.now)
    again = client.post(address, {"choice": "support", "key": "k1"}, headers={"HX-Request": "true"}).content.decode()
    assert "What you sent before it closed is counted." in again
    assert "Take my vote back" not in again
