"""The equal-treatment record: who could see what when, and what was not alike, with names and hours."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import contacting, people, reaching, releasing
from commissioning.models import FlagAnswer, Participant, Release
from commissioning.sentences import Refused
from outcomes import adopting, equal_treatment, fairness, fairness_record, lanes, specifying
from outcomes.models import Clause
from workshops import agreeing, attending, facilitating, inviting, promising, proposing
from workshops.models import Action

PDF = b"%PDF-1.7 draft specification"


def record(room, now=None):
    return equal_treatment.record_of(room.town.cycle, now=now or room.town.now)


def flags(room, kind, now=None):
    return [look for look in record(room, now).flags if look.flag.kind == kind]


def given_early(room, happened_at, now):
    met = contacting.Met("visit", "Val and Lee", happened_at, "We showed the draft", 30, (("draft.pdf", PDF),))
    return contacting.log(room.town.cycle, room.vsos[0].organisation, met, key=room.town.key(), by=room.town.lead, now=now)


def fairness_page(room):
    return f"/cycles/{room.town.cycle.slug}/fairness/"


def test_fs_03_one_vso_gets_a_file_early_and_the_flag_names_the_file_the_supplier_and_the_hours(room, later):
    town = room.town
    town.cycle.opened_at = town.now - timedelta(days=30)
    town.cycle.save()
    given_early(room, town.now, later(60))
    look = flags(room, "early", later(3600 * 5))[0]
    assert str(look.flag.said) == "Harbour has had “draft.pdf” for 5 hours. It is not released to everybody yet."
    assert not record(room, later(3600 * 5)).even
    officer = town.client(town.lead)
    officer.post(f"/cycles/{town.cycle.slug}/contacts/", {"act": "even_out", "contact": town.cycle.contacts.get().pk})
    release = Release.objects.get()
    releasing.send(release, seen=release.turn, by=town.lead, now=later(3600 * 52))
    look = flags(room, "early", later(3600 * 60))[0]
    assert str(look.flag.said) == "Harbour had “draft.pdf” 52 hours before it was released to everybody."
    assert (look.flag.hours, look.flag.state) == (52, "over")
    seen = officer.get(fairness_page(room)).content.decode()
    assert "draft.pdf" in seen
    assert "52 hours" in seen


def test_fs_03_the_same_file_after_its_release_raises_nothing(room, later):
    town = room.town
    release = releasing.draft(town.cycle, releasing.Draft("Draft"), key="k", by=town.lead, now=town.now)
    releasing.add_file(release, "draft.pdf", PDF, by=town.lead, now=town.now)
    release.refresh_from_db()
    releasing.send(release, seen=release.turn, by=town.lead, now=town.now)
    given_early(room, later(60), later(120))
    assert not flags(room, "early", later(7200))


def test_fs_03_what_was_shown_in_a_room_is_flagged_until_it_is_released(room, later):
    town = room.town
    absent = town.join("Nia", "vso", "Newcomers")
    proposing.add_idea(room.workshop, kind="idea", text="We will pay for transport", by=room.officers[0], key="i", now=town.now)
    look = flags(room, "room", later(3600 * 3))[0]
    said = str(look.flag.said)
    assert "3 hours so far" in said
    assert "There: Doorstep, Harbour. Not there: Newcomers." in said
    assert look.flag.details == ("An officer said: We will pay for transport",)
    release = releasing.draft(
        town.cycle, releasing.Draft("Notes", "notes", "All", room.workshop.slug), key="k", by=town.lead, now=later(10)
    )
    releasing.send(release, seen=0, by=town.lead, now=later(3600 * 26))
    look = flags(room, "room", later(3600 * 30))[0]
    assert "26 hours before it was released to everybody" in str(look.flag.said)
    assert look.flag.state == "over"
    assert absent.organisation.name in str(look.flag.said)


def test_fs_03_only_officers_take_the_record_and_a_supplier_reads_its_own_line(room, later):
    town = room.town
    given_early(room, town.now, town.now)
    for who in (room.citizens[0], town.facilitator, room.officers[0]):
        for form in ("", "pdf/", "json/"):
            assert town.client(who).get(f"{fairness_page(room)}{form}").status_code == 404
    val, vic = (town.client(p).get(fairness_page(room)).content.decode() for p in room.vsos)
    assert "draft.pdf" in val
    assert "draft.pdf" not in vic
    assert "Harbour" not in vic
    assert town.client(room.vsos[0]).get(f"{fairness_page(room)}json/").status_code == 404
    assert town.client(room.vsos[0]).post(fairness_page(room), {"flag": "x", "answer": "y"}).status_code == 404


def test_fs_03_the_record_is_exported_as_json_with_a_hash_and_as_pdf(room, later):
    town = room.town
    given_early(room, town.now, town.now)
    flag = flags(room, "early")[0].flag
    client = town.client(town.lead)
    assert client.post(fairness_page(room), {"flag": flag.key, "answer": "Released on Monday"}).status_code == 302
    made = json.loads(client.get(f"{fairness_page(room)}json/").content)
    assert made["format"] == "throughline-equal-treatment-record"
    plain = {k: v for k, v in made.items() if k != "sha256"}
    canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert hashlib.sha256(canonical).hexdigest() == made["sha256"]
    assert {s["name"] for s in made["suppliers"]} == {"Harbour", "Doorstep"}
    line = next(s for s in made["suppliers"] if s["name"] == "Harbour")["timeline"]
    assert hashlib.sha256(PDF).hexdigest() in {entry["sha256"] for entry in line}
    told = next(f for f in made["flags"] if f["kind"] == "early")
    assert (told["state"], told["still_so"], told["answers"][0]["answer"]) == ("answered", True, "Released on Monday")
    pdf = client.get(f"{fairness_page(room)}pdf/")
    assert pdf.content.startswith(b"%PDF-")
    assert "attachment" in pdf["Content-Disposition"]
    page = fairness_record.as_page(record(room), "x.css")
    assert "Harbour has had “draft.pdf”" in page
    assert "Released on Monday" in page


def test_fs_03_a_flag_that_was_answered_stays_with_every_answer(room):
    town = room.town
    given_early(room, town.now, town.now)
    key = flags(room, "early")[0].flag.key
    for _ in range(2):
        fairness_record.answer(town.cycle, key, "We told the others", by=town.lead, now=town.now)
    fairness_record.answer(town.cycle, key, "And released it", by=town.lead, now=town.now)
    assert [a.answer for a in flags(room, "early")[0].answers] == ["We told the others", "And released it"]
    for wrong in ((key, " "), ("early:nothing:1", "x")):
        with pytest.raises(Refused):
            fairness_record.answer(town.cycle, *wrong, by=town.lead, now=town.now)
    with pytest.raises(Refused):
        fairness_record.answer(town.cycle, key, "x", by=room.citizens[0], now=town.now)
    assert FlagAnswer.objects.count() == 2


def test_inv_13_a_letter_that_was_not_posted_is_flagged_with_its_hours(room, later):
    town = room.town
    beacon = people.find_or_add_organisation(town.authority, "Beacon")
    reaching.register(town.cycle, beacon, channel="post", where="1 High Street", by=town.lead, now=town.now)
    release = releasing.draft(town.cycle, releasing.Draft("Plan", text="Words"), key="k", by=town.lead, now=town.now)
    releasing.send(release, seen=0, by=town.lead, now=town.now)
    assert not flags(room, "waiting", later(600))
    look = flags(room, "waiting", later(3600 * 30))[0]
    assert str(look.flag.said) == "“Plan” has been out for 30 hours and has not reached Beacon in the way they chose."
    releasing.done_by_hand(
        release.deliveries.get(channel="post"), happened_at=later(3600 * 31), note="", by=town.lead, now=later(3600 * 31)
    )
    assert "Beacon got “Plan” 31 hours after it was out." in str(flags(room, "waiting", later(3600 * 40))[0].flag.said)


def test_fs_04_the_rule_is_in_the_invitation_and_changing_it_after_a_provider_joined_needs_their_notice(room, posted, later):
    town = room.town
    asked = town.client(room.vsos[0]).get(f"/w/{room.workshop.slug}/invitation/").content.decode()
    assert town.cycle.bidding_rule in asked
    with pytest.raises(Refused, match="A provider has joined"):
        inviting.change_terms(town.cycle, payment_line="£15", bidding_rule="Other", reason="", by=town.lead, now=town.now)
    known = people.User.objects.create_user("ned@example.org", "Ned")
    who = people.Introduction("Ned", "vso", "vso", organisation="Nets")
    people.take_part(town.cycle, who, now=town.now, user=known)
    mails = posted(
        lambda: inviting.change_terms(
            town.cycle, payment_line="£15", bidding_rule="New rule", reason="The law changed", by=town.lead, now=later(9)
        )
    )
    assert any("New rule" in m.body for m in mails if m.to == ["ned@example.org"])
    said = str(flags(room, "rule", later(3600))[0].flag.said)
    assert "The rule on bidding changed after Doorstep, Harbour, Nets had joined." in said
    assert "No letter about it went to: Doorstep, Harbour." in said, "those without an account, by name"


def bought(room, author, *others):
    town, workshop = room.town, room.workshop
    proposal = town.propose(workshop, author, text="Families get help within a week.", indicator=False)
    sign = proposing.Draft("indicator", "A sign", for_outcome=proposal.pk)
    proposing.propose(workshop, sign, by=author, key=town.key(), now=town.now)
    for person in others:
        proposing.comment(proposal, text="We need this too", by=person, key=town.key(), now=town.now)
    ballot = town.ballot(workshop, proposal)
    town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    placing = adopting.Placing("Home", "families", "short", ("social",))
    adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, now=town.now, placing=placing)
    specifying.compose(specifying.specification_of(town.cycle), by=town.lead, now=town.now)
    return Clause.objects.filter(outcome__isnull=False).first()


def test_fs_07_a_clause_whose_only_origin_is_one_declared_bidder_shows_single_source(room):
    town, val = room.town, room.vsos[0]
    people.declare_interest(val, "potential_bidder", now=town.now)
    clause = bought(room, val)
    said = str(flags(room, "single")[0].flag.said)
    assert said.startswith("Single source: clause")
    assert "Harbour" in said
    address = f"/cycles/{town.cycle.slug}/clauses/{clause.pk}/thread/"
    assert "Single source" in town.client(town.lead).get(address).content.decode()
    assert "Single source" not in town.client(room.citizens[0]).get(address).content.decode()


@pytest.mark.parametrize("second", ["citizen", "nobody declared"])
def test_fs_07_a_second_voice_or_no_interest_is_no_single_source(room, second):
    val = room.vsos[0]
    if second == "citizen":
        people.declare_interest(val, "potential_bidder", now=room.town.now)
    bought(room, val, *([room.citizens[0]] if second == "citizen" else []))
    assert not flags(room, "single")


def test_fs_08_a_contact_logged_late_or_not_at_all_is_flagged(room, later):
    town = room.town
    town.cycle.opened_at = town.now - timedelta(days=60)
    town.cycle.save()
    given_early(room, town.now - timedelta(days=9), town.now)
    late = str(flags(room, "late")[0].flag.said)
    assert "with Harbour" in late
    assert "logged 9 days later" in late
    town.move(room.workshop, "discuss")
    action = promising.add_action(
        room.workshop,
        text="Visit Doorstep and see their rooms",
        person=room.officers[0],
        due=town.now.date(),
        how_we_know="We saw it",
        by=town.facilitator,
        now=town.now,
    )
    assert not flags(room, "promise")
    Action.objects.filter(pk=action.pk).update(acceptance="accepted")
    action.refresh_from_db()
    promising.report_progress(action, progress="done", reason="", by=town.facilitator, now=later(60))
    assert "no visit, call or letter with Doorstep is logged" in str(flags(room, "promise", later(90))[0].flag.said)
    met = contacting.Met("visit", "Vic", later(30), "We saw the rooms", 60)
    contacting.log(town.cycle, room.vsos[1].organisation, met, key="d", by=town.lead, now=later(60))
    assert not flags(room, "promise", later(90))


def closed(room):
    town = room.town
    proposing.add_idea(room.workshop, kind="idea", text="The market can do evenings", by=room.vsos[0], key="m", now=town.now)
    facilitating.close(room.workshop, none_because="Only to learn", by=town.facilitator, now=town.now)
    room.workshop.refresh_from_db()


def test_an_14_the_notes_of_a_market_learning_workshop_go_to_all_registered_providers_in_one_press(room, later):
    town = room.town
    beacon = people.find_or_add_organisation(town.authority, "Beacon")
    reaching.register(town.cycle, beacon, channel="screen", by=town.lead, now=town.now)
    address, report = f"/w/{room.workshop.slug}/release-notes/", f"/w/{room.workshop.slug}/report/"
    officer = town.client(town.lead)
    assert officer.post(address).status_code == 409, "not before the workshop is closed"
    closed(room)
    assert "Release these notes to all" in officer.get(report).content.decode()
    assert "Release these notes to all" not in town.client(room.vsos[0]).get(report).content.decode()
    assert town.client(room.vsos[0]).post(address).status_code == 404
    for _ in range(2):
        assert officer.post(address).status_code == 302
    release = Release.objects.get()
    assert (release.state, release.place) == ("sent", room.workshop.slug)
    assert {d.organisation.name for d in release.deliveries.all()} == {"Harbour", "Doorstep", "Beacon"}
    assert len({d.at for d in release.deliveries.all()}) == 1
    from docx import Document

    with releasing.default_storage.open(release.files.get().stored) as kept:
        words = "\n".join(p.text for p in Document(io.BytesIO(kept.read())).paragraphs)
    assert "The market can do evenings" in words
    assert record(room, later(60)).even


def test_an_14_a_price_in_the_notes_is_asked_about_first(room):
    proposing.add_idea(room.workshop, kind="idea", text="We charge £40 an hour", by=room.vsos[0], key="p", now=room.town.now)
    closed(room)
    officer, address = room.town.client(room.town.lead), f"/w/{room.workshop.slug}/release-notes/"
    answer = officer.post(address)
    assert answer.status_code == 422
    assert "£40" in answer.content.decode()
    assert not Release.objects.exists()
    assert officer.post(address, {"sure": "yes"}).status_code == 302


def test_lg_09_the_consultation_log_shows_who_was_invited_when_with_what_and_that_outputs_went_to_all(room, later):
    town = room.town
    inviting.invite(room.workshop, [room.vsos[0]], by=town.lead, now=town.now)
    seen = town.client(town.lead).get(fairness_page(room)).content.decode()
    assert "Val, Harbour" in seen
    assert room.workshop.question in seen
    assert "not released to all yet" in seen
    closed(room)
    town.client(town.lead).post(f"/w/{room.workshop.slug}/release-notes/")
    made = fairness_record.as_data(record(room))["consultation"][0]
    assert made["invited"][0]["who"] == "Val, Harbour"
    assert made["invited"][0]["at"] == town.now.isoformat()
    assert made["question"] == room.workshop.question
    assert made["notes_released_to_all_at"] == Release.objects.get().sent_at.isoformat()


def test_people_who_may_bid_and_name_no_organisation_are_counted_without_a_name(room):
    cat = room.citizens[0]
    people.declare_interest(cat, "potential_bidder", now=room.town.now)
    assert str(flags(room, "unnamed")[0].flag.said).startswith("1 person says")
    people.declare_interest(cat, "none", now=room.town.now)
    assert not flags(room, "unnamed")


def test_a_cycle_with_nobody_in_it_has_an_empty_record_that_can_be_exported(town):
    client, address = town.client(town.lead), f"/cycles/{town.cycle.slug}/fairness/"
    assert "Nobody is registered" in client.get(address).content.decode()
    assert client.get(f"{address}pdf/").content.startswith(b"%PDF-")
    assert json.loads(client.get(f"{address}json/").content)["suppliers"] == []
    assert client.get(f"{address}exe/").status_code == 404


def test_no_cycle_sees_the_record_of_another(room, other_town):
    stranger = other_town.client(other_town.lead)
    for address in (fairness_page(room), f"{fairness_page(room)}json/", f"/cycles/{room.town.cycle.slug}/contacts/"):
        assert stranger.get(address).status_code == 404


def test_places_on_the_line_stay_inside_it(town):
    span = lanes.span_of([town.now - timedelta(days=9)], town.now)
    assert span.place(town.now - timedelta(days=99)) == 1.5
    assert span.place(town.now + timedelta(days=99)) == 98.5
    assert lanes.bar_of(span, town.now, town.now).width == 0.8
    assert lanes.span_of([], town.now).first < town.now


@pytest.mark.parametrize("text", ["Call Harbour", "Visit them in May", "Write to Doorstep"])
def test_words_that_tell_of_a_contact(text):
    assert fairness.speaks_of_contact(text)
    assert not fairness.speaks_of_contact("Publish the plan")


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_record_do_not_grow(room, rows):
    town = room.town
    for n in range(rows):
        person = town.join(f"V{n}", "vso", f"Org {n}")
        attending.attend(room.workshop, person, now=town.now)
        proposing.add_idea(room.workshop, kind="idea", text=f"Said {n}", by=room.officers[0], key=f"i{n}", now=town.now)
        met = contacting.Met("call", "A", town.now, f"B {n}", None, ((f"f{n}.pdf", PDF + str(n).encode()),))
        contacting.log(town.cycle, person.organisation, met, key=f"c{n}", by=town.lead, now=town.now)
        release = releasing.draft(town.cycle, releasing.Draft(f"R {n}", text="W"), key=f"k{n}", by=town.lead, now=town.now)
        releasing.send(release, seen=0, by=town.lead, now=town.now)
    client = town.client(town.lead)
    client.get(fairness_page(room))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(fairness_page(room)).status_code == 200
    assert len(queries) == 34


def test_the_form_with_a_file_is_sent_and_the_file_is_kept_with_its_hash(room):
    town = room.town
    form = {
        "organisation": "Harbour",
        "kind": "visit",
        "happened_at": f"{town.now - timedelta(days=1):%Y-%m-%dT%H:%M}",
        "minutes": "",
        "who": "Lee",
        "summary": "Showed the draft",
        "key": "f",
        "file": SimpleUploadedFile("draft.pdf", PDF),
    }
    assert town.client(town.lead).post(f"/cycles/{town.cycle.slug}/contacts/", form).status_code == 302
    assert town.cycle.contacts.get().files.get().sha256 == hashlib.sha256(PDF).hexdigest()
    assert flags(room, "early")


def test_fs_03_a_file_given_to_a_supplier_nobody_registered_is_flagged_all_the_same(room, later):
    town = room.town
    big = people.find_or_add_organisation(town.authority, "Big Co")
    met = contacting.Met("visit", "Bo and Lee", town.now, "We showed the draft", 30, (("draft.pdf", PDF),))
    contacting.log(town.cycle, big, met, key="b", by=town.lead, now=later(60))
    found = record(room, later(3600 * 5))
    assert [str(look.flag.said) for look in found.flags if look.flag.kind == "early"] == [
        "Big Co has had “draft.pdf” for 5 hours. It is not released to everybody yet."
    ]
    assert not found.even
    line = next(one for one in fairness_record.as_data(found)["suppliers"] if one["name"] == "Big Co")
    assert line["registered_since"] is None
    assert [entry["kind"] for entry in line["timeline"]] == ["contact", "given"]
    assert "Big Co" in town.client(town.lead).get(fairness_page(room)).content.decode()


def test_fs_03_a_supplier_that_leaves_does_not_take_its_head_start_out_of_the_record(room, later):
    town = room.town
    given_early(room, town.now, later(60))
    proposing.add_idea(room.workshop, kind="idea", text="We will pay for transport", by=room.officers[0], key="i", now=town.now)
    before = {look.flag.key for look in record(room, later(3600)).flags}
    Participant.objects.filter(pk=room.vsos[0].pk).update(withdrawn_at=later(120))
    found = record(room, later(3600))
    assert before <= {look.flag.key for look in found.flags}
    assert not found.even
    assert "Harbour" in str(next(look.flag.said for look in found.flags if look.flag.kind == "room"))
