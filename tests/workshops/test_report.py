"""The report in plain words, and its sending: to everybody who asked, once, in the format they asked for."""

import io
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document

from commissioning import hearing_back
from commissioning.models import Consent, HearingBack, Minute, Participant
from commissioning.sentences import Refused
from workshops import (
    agreeing,
    attending,
    facilitating,
    handing_out,
    letters,
    promising,
    proposing,
    pulsing,
    reporting,
    sending,
    tasks,
    writing,
)
from workshops.models import Handout, Letter, PulseAnswer, Workshop

ASKS = ("take_part", "words", "naming", "summary")

pytestmark = pytest.mark.usefixtures("posted")


def ended(room, **changes):
    """The room, closed with one action somebody has taken on."""
    town, workshop = room.town, room.workshop
    if workshop.phase != "agree":
        town.move(workshop, "agree")
    promising.add_action(
        workshop, text="Ask the library", person=room.vsos[0], due=town.now.date(), how_we_know="A key", by=town.facilitator, now=town.now
    )
    return facilitating.close(workshop, **({"by": town.facilitator, "now": town.now} | changes))


def come(room, name, group="citizen", consents=ASKS, **wish):
    """Somebody who comes and says how they want to hear back."""
    person = room.town.join(name, group, "Harbour" if group == "vso" else "", consents=consents)
    attending.attend(room.workshop, person, now=room.town.now)
    if wish:
        hearing_back.choose(person, wants=True, now=room.town.now, **({"form": "screen"} | wish))
    return person


def text_of(file):
    document = Document(io.BytesIO(file))
    return document, "\n".join([p.text for p in document.paragraphs] + [c.text for t in document.tables for r in t.rows for c in r.cells])


def page(room, who=None):
    return room.town.client(who or room.citizens[0]).get(f"/w/{room.workshop.slug}/report/").content.decode()


# The report


def test_a_draft_for_the_facilitator_and_for_everybody_once_it_is_closed(room):
    assert "not ready yet" in page(room)
    assert "This is a draft" in page(room, room.town.facilitator)
    ended(room)
    for who in (room.citizens[0], room.officers[0], room.town.facilitator):
        assert "What happens next" in page(room, who)
        assert "This is a draft" not in page(room, who)


def test_words_only_by_consent_and_only_what_is_shown(room):
    quiet = come(room, "Quiet", consents=("take_part",))
    for n, (who, text) in enumerate(((quiet, "Do not print this"), (room.citizens[0], "Print this"), (room.citizens[1], "Taken back"))):
        proposing.add_idea(room.workshop, kind="need", text=text, by=who, key=f"w{n}", now=room.town.now)
    room.workshop.ideas.last().contribution.__class__.objects.filter(text="Taken back").update(withdrawn_at=room.town.now)
    ended(room)
    shown = page(room)
    assert "Print this" in shown
    assert "Do not print this" not in shown
    assert "did not agree to their words" in shown
    assert "Taken back" not in shown


def voted(room, *, dissenter, reason):
    town = room.town
    proposal = town.propose(room.workshop, room.citizens[0])
    ballot = town.ballot(room.workshop, proposal, percent=50)
    people = [p for p in room.everybody if p != dissenter]
    town.vote(ballot, "support", *people)
    town.vote(ballot, "cannot", dissenter, reason=reason)
    town.move(room.workshop, "agree")
    return agreeing.record_agreement(proposal, state="reserved", by=town.facilitator, now=town.now)


def test_what_was_agreed_with_its_dissent_and_no_small_group(room):
    voted(room, dissenter=room.citizens[1], reason="Only if it is free")
    agreeing.reserve(room.workshop.proposals.first(), text="Not on Sundays", by=room.vsos[0], key="r", now=room.town.now)
    ended(room)
    shown = page(room).split("What we agreed")[1].split("What we did not agree")[0]
    assert "Only if it is free" in shown
    assert "Not on Sundays" in shown
    assert "Agreed with reservations" in shown
    assert "Citizens:" not in shown, "a reason from two people is not given their group"
    assert "<svg" not in shown, "no group here has five people"


def test_dissent_of_somebody_who_did_not_agree_to_their_words_is_left_out(room):
    quiet = come(room, "Quiet", consents=("take_part",))
    voted(room, dissenter=quiet, reason="My own secret reason")
    ended(room)
    assert "My own secret reason" not in page(room)
    assert "My own secret reason" not in text_of(handing_out.document(room.workshop.closings.get(), large=False))[1]


def test_charts_state_their_finding_and_come_with_a_table(room):
    more = [come(room, f"C{n}") for n in range(4)]
    room.citizens.extend(more)
    for n, who in enumerate(more):
        proposing.add_idea(room.workshop, kind="need", text=f"Need {n}", by=who, key=f"n{n}", now=room.town.now)
    voted(room, dissenter=more[0], reason="")
    ended(room)
    shown = page(room)
    assert "Citizens said" in shown
    assert "Citizens: 5 of 6 support it" in shown
    assert shown.count("<figure") == 2
    assert shown.count("The same as a table") == 2
    assert 'fill="url(#fill-citizen)"' in shown
    assert not re.search(r"<td[^>]*>2</td>", shown), "two officers are hidden"


def test_a_total_that_would_give_a_small_group_away_is_not_shown(room):
    for n in range(4):
        come(room, f"C{n}")
        come(room, f"V{n}", "vso")
    ended(room)
    here = reporting.report_of(room.workshop, now=room.town.now).here
    assert (here.people, here.at_least, [n for __, n in here.groups]) == (None, 12, [6, 6])
    assert "More than 12 people came" in page(room)


def test_the_pulse_is_in_the_report_by_group(room):
    room.citizens.extend(come(room, f"C{n}") for n in range(4))
    room.town.move(room.workshop, "agree")
    for who in room.citizens[:5]:
        values = {"M-04": "exceeded", "M-06": "2", "M-08h": "3"}
        pulsing.answer(room.workshop, values, moment="close", by=who, now=room.town.now)
    pulsing.answer(room.workshop, {"M-04": "short"}, moment="close", by=room.vsos[0], now=room.town.now)
    ended(room)
    shown = page(room)
    assert "5 of 5 who answered, of 6 invited" in shown
    assert "target 90% from the 2009 logic model" in shown
    assert "Promised: co-design. It felt like: consult, said 5 of 5 who answered." in shown
    assert "Planned: 2 hours." in shown
    assert "Too few to draw conclusions" in shown
    assert "Fewer than five answered" in shown
    assert "Less than I expected: 1" not in shown


@pytest.mark.parametrize("rows", [1, 20])
def test_closed_pages_take_the_same_queries_for_one_and_twenty(room, rows):
    for n in range(rows):
        come(room, f"P{n}", email=f"p{n}@example.org", form="braille" if n % 2 else "screen")
        proposing.add_idea(room.workshop, kind="need", text=f"Need {n}", by=room.citizens[0], key=f"q{n}", now=room.town.now)
    ended(room)
    taken = {}
    for address in ("report/", "report/sending/"):
        client = room.town.client(room.town.facilitator)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/w/{room.workshop.slug}/{address}").status_code == 200
        taken[address] = len(queries)
    assert taken == {"report/": 12, "report/sending/": 6}


def test_whoever_asks_gets_a_word_document_with_real_headings(room):
    voted(room, dissenter=room.citizens[1], reason="Only if it is free")
    assert room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/report/word/").status_code == 404, "it is still open"
    ended(room)
    sizes = {}
    for size in ("word", "large"):
        answer = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/report/{size}/")
        document, words = text_of(answer.content)
        headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
        assert headings[:3] == ["Who was here", "What people said", "What we agreed"]
        assert "Only if it is free" in words
        assert "Ask the library" in words
        sizes[size] = [document.styles[name].font.size.pt for name in ("Normal", "Heading 1", "Heading 3")]
        assert document.core_properties.language == "en-GB"
    assert sizes["word"][0] == 12
    assert min(sizes["large"]) >= 18
    assert Handout.objects.count() == 2
    assert room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/report/pdf/").status_code == 404


# Sending


def test_everybody_who_asked_gets_it_once_in_their_format(room, django_capture_on_commit_callbacks):
    come(room, "Ann", email="ann@example.org")
    come(room, "Bronwen", email="bo@example.org", form="large")
    come(room, "Cy", email="cy@example.org", form="braille", by_post="1 High Street")
    come(room, "Di", consents=ASKS)  # asked, and left no address
    come(room, "Ed", consents=("take_part",))
    with django_capture_on_commit_callbacks(execute=True):
        closing = ended(room)
    assert sorted(m.to[0] for m in mail.outbox) == ["ann@example.org", "bo@example.org"]
    by_person = {m.to[0]: m for m in mail.outbox}
    body = by_person["ann@example.org"].body
    for words in ("WHO WAS HERE", "Ask the library", "/report/", "/pulse/"):
        assert words in body
    assert "Bronwen" not in body
    (name, file, kind), (large_name, large, __) = (by_person[a].attachments[0] for a in ("ann@example.org", "bo@example.org"))
    assert kind == writing.DOCX
    assert name.endswith(".docx")
    assert large_name.endswith("-large-print.docx")
    assert Document(io.BytesIO(file)).styles["Normal"].font.size.pt == 12
    assert Document(io.BytesIO(large)).styles["Normal"].font.size.pt == 18
    assert by_person["ann@example.org"].extra_headers["Message-ID"]
    progress = sending.progress(closing, room.town.now.date())
    assert str(progress.words) == "Sent to 2 of 3; 1 wait."
    # Twice is once.
    with django_capture_on_commit_callbacks(execute=True):
        sending.send_summaries(closing, now=room.town.now)
        tasks.sweep_letters()
        for letter in Letter.objects.all():
            tasks.send_letter(letter.pk)
    assert len(mail.outbox) == 2
    assert Letter.objects.count() == 3


def test_what_did_not_go_is_tried_again_and_no_more_than_needed(room, monkeypatch, caplog, django_capture_on_commit_callbacks):
    come(room, "Ann", email="ann@example.org")

    def broken(*args, **kwargs):
        raise OSError("no post office for ann@example.org")

    with monkeypatch.context() as without_post:
        without_post.setattr(tasks.send_letter, "max_retries", 0)  # a worker would try again by itself, minutes later
        without_post.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
        with django_capture_on_commit_callbacks(execute=True):
            ended(room)
    letter = Letter.objects.get()
    assert (letter.state, letter.tries) == ("failed", 1)
    assert "ann@example.org" not in caplog.text
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep_letters()
    letter.refresh_from_db()
    assert (letter.state, letter.tries, len(mail.outbox)) == ("sent", 2, 1)
    assert letters.to_try_again(room.town.now + timedelta(days=1)) == []


def test_a_letter_somebody_is_sending_is_left_to_them_until_they_must_have_died(room):
    come(room, "Ann", email="ann@example.org")
    ended(room)
    letter, now = Letter.objects.get(), room.town.now
    held = letters.hold(letter.pk, now=now)
    assert held is not None
    assert held.state == "sending"
    assert letters.hold(letter.pk, now=now + timedelta(minutes=1)) is None
    assert letters.to_try_again(now + timedelta(minutes=11)) == [letter.pk]
    tasks.send_letter(letter.pk)
    assert mail.outbox == [], "its holder may still be at it"
    Letter.objects.update(held_at=timezone.now() - timedelta(minutes=11))
    tasks.send_letter(letter.pk)
    assert len(mail.outbox) == 1
    Letter.objects.update(sent_at=None, held_at=None, tries=letters.TRIES)
    assert letters.hold(letter.pk, now=now) is None, "it stops some day"


def test_opened_again_and_closed_again_everybody_gets_the_new_one(room, django_capture_on_commit_callbacks):
    come(room, "Ann", email="ann@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        ended(room)
        facilitating.move(room.workshop, seen="close", to="agree", by=room.town.facilitator, now=room.town.now)
        assert "not ready yet" in page(room)
        closing = facilitating.close(room.workshop, by=room.town.facilitator, now=room.town.now)
    assert closing.number == 2
    assert len(mail.outbox) == 2
    assert "opened again" in mail.outbox[1].body


def test_formats_a_person_makes_are_tracked_with_a_date(room):
    cy = come(room, "Cy", form="braille", by_post="1 High Street")
    ended(room)
    letter = Letter.objects.get()
    assert (letter.state, letter.due) == ("by_hand", room.town.now.date() + sending.BY_HAND_WITHIN)
    address = f"/w/{room.workshop.slug}/report/sending/"
    assert room.town.client(room.citizens[0]).get(address).status_code == 404
    shown = room.town.client(room.town.lead).get(address).content.decode()
    assert "Braille: Cy" in shown
    assert "1 High Street" in shown
    late = sending.progress(room.workshop.closings.get(), letter.due + timedelta(1))
    assert late.overdue == 1
    with pytest.raises(Refused):
        sending.mark_sent(letter, by=cy, now=room.town.now)
    for number in ("", "x", "999999", "²"):
        assert room.town.client(room.town.lead).post(address, {"letter": number}).status_code == 404
    assert room.town.client(room.town.lead).post(address, {"letter": letter.pk}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.sent_by) == ("sent", room.town.lead)
    with pytest.raises(Refused, match="sent already"):
        sending.mark_sent(letter, by=room.town.lead, now=room.town.now)
    assert "Cy" not in Minute.objects.get(act="send").what


def test_an_address_left_when_joining_needs_no_account(room, django_capture_on_commit_callbacks):
    joining = {"name": "Ann", "standing": "resident", "interest": "none", "consents": ["take_part", "summary"], "email": "ann@example.org"}
    assert Client().post(f"/join/{room.workshop.spoken_code}/", joining | {"consents": ["take_part"]}).status_code == 422
    assert Client().post(f"/join/{room.workshop.spoken_code}/", joining | {"email": "no address"}).status_code == 422
    assert not HearingBack.objects.exists()
    assert Client().post(f"/join/{room.workshop.spoken_code}/", joining).status_code == 302
    person = Participant.objects.get(hearing_back__email="ann@example.org")
    assert person.user is None
    with django_capture_on_commit_callbacks(execute=True):
        ended(room)
    assert [m.to for m in mail.outbox] == [["ann@example.org"]]


def test_ones_own_wish_can_be_changed_and_taken_back(room):
    who = come(room, "Ann", email="ann@example.org")
    address, client = f"/cycles/{room.town.cycle.slug}/hear-back/", room.town.client(who)
    assert "ann@example.org" in client.get(address).content.decode()
    assert client.post(address, {"wants": "yes", "form": "smoke"}).status_code == 422
    assert client.post(address, {"wants": "no", "form": "audio", "email": ""}).status_code == 302
    assert not Consent.objects.get(participant=who, kind="summary").given
    assert "audio" not in " ".join(Minute.objects.values_list("what", flat=True)).lower()
    ended(room)
    assert not Letter.objects.exists()


def test_six_months_later_each_is_asked_once(room, django_capture_on_commit_callbacks):
    who = come(room, "Ann", email="ann@example.org")
    come(room, "Bo", consents=("take_part",))
    ended(room)
    Letter.objects.update(sent_at=room.town.now)
    closed = Workshop.objects.get(pk=room.workshop.pk).closed_at
    assert sending.ask_later(closed + timedelta(days=170)) == 0
    Workshop.objects.update(closed_at=closed - timedelta(days=200))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ask_six_months_later()
        tasks.ask_six_months_later()
    assert [m.to for m in mail.outbox] == [["ann@example.org"]]
    link = re.search(r"(/pulse/\S+)", mail.outbox[0].body).group(1)
    assert Client().post(link, {"moment": "later", "M-20": "yes", "post": "still"}).status_code == 302
    assert PulseAnswer.objects.get().post == "still"
    mine = room.town.client(who).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    assert "Six months on" not in mine, "answered"
    other = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    assert "Six months on" in other, "whoever left no address finds it on their own page"
    assert "What happened at" in other


def test_keys_in_letters_stay_out_of_the_log(room):
    import logging

    from commissioning.limiting import HideKeys

    for address in ("/promise/s3cr3t/", "/pulse/s3cr3t/"):
        record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Not Found: %s", (address,), None)
        HideKeys().filter(record)
        assert "s3cr3t" not in record.getMessage()
