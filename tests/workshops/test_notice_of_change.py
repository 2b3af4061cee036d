"""Whoever was promised more, or could vote on what was agreed, hears of it when that changes, and nobody learns how anybody voted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import hearing_back
from commissioning.models import HearingBack, Participant, User
from tests.workshops.test_proposing import agreed
from workshops import agreeing, inviting, letters, merging, proposing, redacting, regions, writing
from workshops.models import Letter

CUT = "The budget was cut"


def reach(person, address, *, wants=True, form="screen"):
    hearing_back.choose(person, wants=wants, form=form, email=address, now=person.joined_at)


def account(person, address):
    Participant.objects.filter(pk=person.pk).update(user=User.objects.create_user(address, person.display_name))


def addresses(mails):
    return sorted(address for one in mails for address in one.to)


def lower(town, level=2, reason=CUT):
    return town.client(town.lead).post(f"/cycles/{town.cycle.slug}/level/", {"level": level, "reason": reason})


def test_inv_20_ps_01_less_is_promised_and_everybody_with_an_address_hears_why_once_in_their_language(room, posted):
    town, (cat, cem), (val, vic) = room.town, room.citizens, room.vsos
    account(cat, "cat@example.org")
    reach(cem, "cem@example.org", form=HearingBack.Form.WELSH)
    reach(val, "val@example.org", wants=False)  # asked for no letters at the address of the summary
    account(vic, "vic@example.org")
    Participant.objects.filter(pk=vic.pk).update(withdrawn_at=town.now)
    mails = {one.to[0]: one for one in posted(lambda: lower(town))}
    assert set(mails) == {"cat@example.org", "cem@example.org", town.lead.user.email}
    for said in ("Before, we promised: Co-design. Now we promise: Consult.", CUT, "The authority asks, then decides alone."):
        assert said in mails["cat@example.org"].body
    assert CUT in mails["cem@example.org"].body
    assert "The authority asks" not in mails["cem@example.org"].body, "in the language they asked for"
    assert posted(lambda: lower(town)) == [], "sent twice is once"
    assert posted(lambda: lower(town, 5, "We found money")) == [], "more than was promised alarms nobody"
    assert Letter.objects.filter(kind=Letter.Kind.LEVEL).count() == 3


def test_ps_01_whoever_is_in_the_room_sees_it_at_once_and_others_on_the_pages(room, monkeypatch, django_capture_on_commit_callbacks):
    town, workshop, told = room.town, room.workshop, []
    monkeypatch.setattr("workshops.announcing._tell", lambda workshop_id, names, act: told.extend(names))
    with django_capture_on_commit_callbacks(execute=True):
        assert lower(town).status_code == 302
    assert told == [f"level-{workshop.pk}"]
    pushed = regions.render(workshop.pk, told, regions.PARTICIPANT)[1]
    pages = [town.client(room.citizens[0]).get(a).content.decode() for a in (f"/w/{workshop.slug}/", f"/cycles/{town.cycle.slug}/")]
    for page in (pushed, *pages):
        assert ", then decides alone." in page
        assert CUT in page
    assert f'id="level-{workshop.pk}"' in pages[0]


def test_a_level_that_falls_with_no_reason_tells_nobody(room, posted):
    account(room.citizens[0], "cat@example.org")
    assert posted(lambda: lower(room.town, reason=" ")) == []
    assert not Letter.objects.exists()


@pytest.mark.parametrize("people", [1, 30])
def test_telling_takes_the_same_queries_for_one_and_thirty(town, people):
    for n in range(people):
        reach(town.join(f"P{n}"), f"p{n}@example.org")
    with CaptureQueriesContext(connection) as queries:
        inviting.change_level(town.cycle, level=1, reason=CUT, by=town.lead, now=town.now)
    assert Letter.objects.count() == people + 1
    assert len(queries) == 17, [q["sql"][:90] for q in queries]


def everybody_reached(room):
    for n, person in enumerate((*room.everybody, room.town.facilitator)):
        reach(person, f"{n}@example.org")
    return [f"{n}@example.org" for n in range(len(room.everybody))]


def amend(room, proposal, **more):
    sent = {"text": "People feel at home.", "why": "Warmer", "seen_version": proposal.version, "key": room.town.key(), **more}
    answer = room.town.client(room.citizens[0]).post(f"/w/{room.workshop.slug}/proposals/{proposal.pk}/words/", sent)
    assert answer.status_code == 302


def test_ps_07_everybody_who_could_vote_hears_that_agreed_words_are_open_again(room, posted):
    town, (cat, cem) = room.town, room.citizens
    proposal = town.propose(room.workshop, cat)
    ballot = town.ballot(room.workshop, proposal, percent=50)
    town.vote(ballot, "support", *room.officers, *room.vsos, cat)
    town.vote(ballot, "cannot", cem, reason="Nobody asked the night shift")
    town.move(room.workshop, "agree")
    agreeing.record_agreement(proposal, state="contested", reason="One cannot", by=town.facilitator, now=town.now)
    agreeing.record_agreement(proposal, state="agreed", reason="They talked again", by=town.facilitator, now=town.now)
    entitled = everybody_reached(room)
    reach(town.join("Late"), "late@example.org")
    mails = posted(lambda: amend(room, proposal))
    assert addresses(mails) == entitled, "who supported and who did not, and nobody who could not"
    same = {
        one.body.replace(f"Hello {who.display_name}", "Hello").split("Your own page:")[0]
        for one, who in zip(mails, room.everybody, strict=True)
    }
    (body,) = same
    assert mails[0].subject == f"Agreed words are open again: {room.workshop}"
    for said in (
        "People feel safe.",
        "People feel at home.",
        "Warmer",
        "whoever proposed it",
        f"/w/{room.workshop.slug}/proposals/{proposal.pk}/",
    ):
        assert said in body
    for secret in ("night shift", "Cem", "Cat", "cannot"):
        assert secret not in body
    assert posted(lambda: amend(room, now_read(proposal), text="Other words")) == [], "it is open already"


def now_read(proposal):
    proposal.refresh_from_db()
    return proposal


def test_ps_07_a_merge_that_reopens_says_that_the_facilitator_did_and_why(room, posted):
    town = room.town
    first = agreed(room)
    second = town.propose(room.workshop, room.citizens[1], "People know whom to ring.")
    town.move(room.workshop, "discuss")
    entitled = everybody_reached(room)
    names = [f"proposal-{p.pk}" for p in (first, second)]
    words = merging.NewWords("outcome", "Both", who_benefits="All", why="They overlap")
    mails = posted(lambda: merging.merge(room.workshop, names, words, by=town.facilitator, key="m", now=town.now))
    assert addresses(mails) == entitled
    assert all("Opened again by: Facilitator. The reason: They overlap" in one.body for one in mails)


def test_what_was_not_agreed_is_reopened_without_a_letter(room, posted):
    town = room.town
    proposal = town.propose(room.workshop, room.citizens[0])
    town.vote(town.ballot(room.workshop, proposal), "cannot", *room.everybody, reason="No")
    town.move(room.workshop, "agree")
    agreeing.record_agreement(proposal, state="declined", by=town.facilitator, now=town.now)
    everybody_reached(room)
    assert posted(lambda: amend(room, proposal)) == []


def test_a_letter_that_waits_holds_no_words_that_were_taken_out_since(room):
    town, workshop = room.town, room.workshop
    proposal = agreed(room)
    everybody_reached(room)
    made = proposing.amend(
        proposal, text="Ring Ann Other", why="Ann Other said so", seen_version=1, by=room.citizens[0], key="a", now=town.now
    )
    letter = Letter.objects.filter(kind=Letter.Kind.REOPENED).first()
    assert "Ann Other" in writing.of_letter(letter)[1]
    redacting.take_out(workshop, made.contribution, parts="Ann Other", note="A private person", by=town.facilitator, now=town.now)
    assert "Ann Other" not in writing.of_letter(letter)[1]
    assert "Ann Other" not in letter.words


def test_a_letter_is_in_the_language_of_its_reader_not_of_whoever_pressed_the_button(room, posted):
    account(room.citizens[0], "cat@example.org")
    lead = room.town.client(room.town.lead)
    lead.cookies["django_language"] = "cy"
    mails = posted(lambda: lead.post(f"/cycles/{room.town.cycle.slug}/level/", {"level": 2, "reason": CUT}))
    (body,) = (one.body for one in mails if one.to == ["cat@example.org"])
    assert "The authority asks, then decides alone." in body
    assert letters.language_of(Letter(form="welsh")) == "cy"
