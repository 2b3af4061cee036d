"""Each person hears how far their words have gone: once, in one letter, as they asked for it; and sees it on their own page."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from docx import Document

from commissioning import hearing_back, people, roles
from commissioning.models import Contribution, Cycle, Need, Origin
from outcomes import specifying, tasks, travel_letters, travelling, voices
from outcomes.models import LastLook, Outcome, Told
from tests.outcomes.a_contract import contract, found, returned
from tests.outcomes.test_line import agreement, specify  # noqa: F401 (a fixture is used by its name)
from workshops.models import Letter


@pytest.fixture
def signed(room, agreement):  # noqa: F811
    """The words of Cat and Cem are clauses of a signed-off specification."""
    specifying.sign_off(specify(room, agreement), by=room.town.lead, now=room.town.now)
    return room


def wants(person, form="screen", email="cat@example.org", **more):
    hearing_back.choose(person, wants=True, form=form, email=email, now=timezone.now(), **more)


def told(room, days=0):
    return travel_letters.tell(room.town.cycle, now=room.town.now + timedelta(days=days))


def mine(room, who):
    return room.town.client(who).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()


def test_fb_03_a_vso_gets_a_notice_your_words_are_now_clause_with_a_link_and_once(signed, posted):
    val = signed.vsos[0]
    wants(val, email="val@example.org")
    mails = posted(lambda: told(signed))
    assert [m.to for m in mails] == [["val@example.org"]]
    assert "Your words are now clause 1.1." in mails[0].body
    assert "Your words are now outcome O1." in mails[0].body
    assert "On Fridays above all" in mails[0].body
    assert f"/mine/{people.link_key(val)}/" in mails[0].body
    assert "Nowhere to go" not in mails[0].body, "nobody hears what another said"
    assert posted(lambda: told(signed)) == []
    assert posted(lambda: told(signed, days=1)) == [], "told is told"


def test_fb_03_each_later_step_is_one_letter_for_all_that_is_new_at_most_one_a_day(signed, posted):
    cat = signed.citizens[0]
    wants(cat)
    assert len(posted(lambda: told(signed))) == 1
    award = contract(signed)
    assert posted(lambda: told(signed)) == [], "one letter a day"
    tomorrow = posted(lambda: told(signed, days=1))
    assert len(tomorrow) == 1
    assert "Bidders are asked about it: criterion C1." in tomorrow[0].body
    assert "Harbour promised in the contract: Six paid placements" in tomorrow[0].body
    returned(signed, award, 2, "3", "partly")
    third = posted(lambda: told(signed, days=2))
    assert "Paid placements filled: 3 of 6 placements so far (quarter 2). Partly met." in third[0].body
    assert "criterion C1" not in third[0].body


def test_fb_06_the_notice_of_a_review_tells_what_changed_in_life_and_where_it_goes_on(signed, posted, other_town):
    cat, award = signed.citizens[0], contract(signed)
    wants(cat)
    returned(signed, award, 1, "6", "met")
    link = voices.open_link(signed.town.cycle, groups=[], by=signed.town.lead, now=signed.town.now)
    for n in range(8):
        voices.say(link, Outcome.objects.first(), voices.Said(5), key=f"f{n}", secret="s", now=timezone.now())
    there = {"by": other_town.lead, "at": signed.town.now}
    need = Need.objects.create(cycle=other_town.cycle, number=3, statement="Families learn by accident", **there)
    found(signed, decided="forward", state="carried", carried_to=need, text="Families still learn by accident.")
    body = posted(lambda: told(signed))[0].body
    assert "Families still learn by accident." in body
    assert "8 of 8 who answered" in body
    assert "6 of 6 placements so far (quarter 1). Met." in body
    assert f"It goes on as need 3 of {other_town.cycle.title}." in body


def test_fb_05_large_print_is_a_file_and_braille_is_a_request_with_a_date(signed, posted):
    cat, cem = signed.citizens
    wants(cat, "large")
    wants(cem, "braille", email="", by_post="1 Quay")
    mails = posted(lambda: told(signed))
    assert len(mails) == 1
    name, content, __ = mails[0].attachments[0]
    assert name.endswith("-large-print.docx")
    made = Document(BytesIO(content))
    assert made.styles["Normal"].font.size.pt == 18
    assert "Your words are now clause 1.1." in "\n".join(p.text for p in made.paragraphs)
    letter = Letter.objects.get(participant=cem)
    assert letter.state == "by_hand"
    lead = signed.town.client(signed.town.lead)
    address = f"/cycles/{signed.town.cycle.slug}/progress/"
    assert "1 Quay" in lead.get(address).content.decode()
    assert lead.post(address, {"act": "sent", "letter": letter.pk}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_whoever_said_no_or_left_gets_nothing_and_reads_it_on_their_own_page(signed, posted):
    cat, cem = signed.citizens
    hearing_back.choose(cat, wants=False, form="screen", email="cat@example.org", now=timezone.now())
    wants(cem, email="cem@example.org")
    type(cem).objects.filter(pk=cem.pk).update(withdrawn_at=timezone.now())
    assert posted(lambda: told(signed)) == []
    assert "It is now outcome O1" in mine(signed, cat)
    assert Told.objects.filter(contribution__participant=cat, letter=None).exists(), "so that a later yes brings no old news"
    assert not Told.objects.filter(contribution__participant=cem).exists()


def test_inv_16_words_without_an_author_are_told_to_nobody(signed, posted):
    Contribution.objects.filter(participant=signed.vsos[0]).update(participant=voice_row(signed), attribution="unattributed")
    wants(signed.vsos[0], email="val@example.org")
    assert posted(lambda: told(signed)) == []
    assert not Told.objects.filter(contribution__participant__voice=True).exists()


def voice_row(room):
    from commissioning import unattributed

    return unattributed.voice_of(room.town.cycle, "vso")


def test_words_taken_back_before_the_letter_goes_are_not_in_it(signed):
    wants(signed.vsos[0], email="val@example.org")
    told(signed)
    Contribution.objects.filter(participant=signed.vsos[0]).update(withdrawn_at=timezone.now())
    body = travel_letters.of_letter(Letter.objects.get(kind="travelled"))[1]
    assert "On Fridays" not in body
    assert "It is on your own page" in body


def test_the_beat_and_the_command_tell_too_and_twice_is_once(signed, posted):
    wants(signed.citizens[0])
    assert len(posted(lambda: call_command("send_letters"))) == 1
    assert posted(lambda: (tasks.tell_how_far(), call_command("send_letters"))) == []
    assert Letter.objects.filter(kind="travelled").count() == 1
    assert roles.CONVENE not in people.held_by(signed.citizens[0])


def test_the_own_page_shows_the_whole_way_and_what_is_new_since_the_last_look(signed):
    cat = signed.citizens[0]
    assert "New since you last looked" not in mine(signed, cat), "the first look has no news"
    award = contract(signed)
    returned(signed, award, 1, "3", "partly")
    LastLook.objects.update(at=signed.town.now - timedelta(hours=2))
    text = mine(signed, cat)
    assert "New since you last looked" in text
    assert "3 of 6 placements so far (quarter 1)" in text
    assert "promised" in text
    assert "New since" in mine(signed, cat), "loading it again keeps it"
    LastLook.objects.update(at=timezone.now() + timedelta(hours=1), before=timezone.now() + timedelta(hours=1))
    assert "Nothing new" in mine(signed, cat)


def test_a_need_made_of_somebodys_words_travels_too(signed):
    said = signed.citizens[1].contributions.first()
    by = {"by": signed.town.lead, "at": signed.town.now}
    need = Need.objects.create(cycle=signed.town.cycle, number=1, statement="Nowhere to go", **by)
    Origin.objects.create(need=need, contribution=said, **by)
    steps = travelling.of(signed.town.cycle, [said])[said.pk]
    assert [s.stage for s in steps][:4] == ["need", "agreement", "decision", "outcome"]
    assert str(steps[0].says) == "Your words are behind need 1."


def test_a_cycle_closed_long_ago_has_no_more_news(signed):
    wants(signed.citizens[0])
    Cycle.objects.filter(pk=signed.town.cycle.pk).update(closed_at=signed.town.now - timedelta(days=500))
    assert travel_letters.tell_everybody(now=signed.town.now) == 0


@pytest.mark.parametrize("rows", [1, 30])
def test_the_whole_way_takes_the_same_queries_for_many_words(signed, rows, django_assert_num_queries):
    contract(signed, measures=rows)
    for n in range(rows):
        found(signed, text=f"Finding {n}")
    said = list(Contribution.objects.filter(cycle=signed.town.cycle).select_related("participant"))
    with django_assert_num_queries(32):
        travelling.of(signed.town.cycle, said)
