"""What anybody says of an outcome: no account, half a minute, read first, answered, small groups hidden, nothing that tracks."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import opening_pages
from commissioning.models import Contribution, Cycle, Feedback, Minute, Participant, Response
from commissioning.sentences import Refused
from outcomes import voice_rules, voices
from outcomes.models import Outcome, Voice, VoiceAddress, VoiceLink
from outcomes.voice_forms import SALT
from tests.outcomes.test_line import adopt, agreement  # noqa: F401 (a fixture is used by its name)


@pytest.fixture
def link(room, agreement) -> VoiceLink:  # noqa: F811
    adopt(room, agreement)
    town = room.town
    answer = town.client(town.lead).post(
        f"/cycles/{town.cycle.slug}/voices/desk/", {"act": "open", "groups": "Young person\nParent or carer"}
    )
    assert answer.status_code == 302
    return VoiceLink.objects.get(cycle=town.cycle)


def stamp(seconds=9, key="k1", secret="s1"):
    return signing.dumps({"k": key, "s": secret, "t": int(timezone.now().timestamp()) - seconds}, salt=SALT)


def send(link, client=None, **sent):
    outcome = Outcome.objects.first()
    data = {"rating": "4", "stamp": stamp(), "website": ""} | sent
    return (client or Client()).post(f"/say/{link.token}/{outcome.pk}/", data)


def many(link, n, rating=4, group="", start=0):
    outcome = Outcome.objects.first()
    for i in range(n):
        said = voices.Said(rating, group=group)
        voices.say(link, outcome, said, key=f"m{group}{rating}{start}-{i}", secret="s", now=timezone.now())


def desk(room, **sent):
    return room.town.client(room.town.lead).post(f"/cycles/{room.town.cycle.slug}/voices/desk/", sent)


def page(room, rest="", client=None):
    return (client or room.town.client(room.citizens[0])).get(f"/cycles/{room.town.cycle.slug}/voices{rest}")


def test_rv_07_a_citizen_without_an_account_sees_one_sentence_rates_it_and_writes(room, link):
    client = Client()
    shown = client.get(f"/say/{link.token}/")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "People feel safe." in text
    assert text.count('name="rating"') == 5
    assert "Is this true for you?" in text
    posted = re.search(r'name="stamp" value="([^"]+)"', text)[1]
    assert signing.loads(posted, salt=SALT)["k"]
    answer = send(link, client, words="It is dark on the way home", group="Young person", email="")
    assert answer.status_code == 302
    made = Voice.objects.get()
    assert (made.rating, made.group, made.contribution.text) == (4, "Young person", "It is dark on the way home")
    assert made.contribution.participant.voice, "nobody: no row of a person"
    assert made.at.minute == made.at.second == 0, "the hour, not the moment"
    thanks = client.get(answer.url).content.decode()
    assert "It is dark on the way home" in thanks
    assert set(client.cookies) <= {"csrftoken"}, "nothing is left on the device"
    assert Client().get(answer.url.replace("s1", "s2")).status_code == 404
    said = " ".join(str(v) for v in Voice.objects.values().get().values())
    assert "127.0.0.1" not in said


def test_rv_07_sent_twice_it_is_once_and_a_rating_alone_is_enough(room, link):
    assert send(link).status_code == 302
    assert send(link).status_code == 302
    assert Voice.objects.count() == 1
    assert Voice.objects.get().contribution is None
    first, second = (send(link, words="Dark", stamp=stamp(key="k2")) for __ in range(2))
    assert first.url == second.url
    assert Contribution.objects.filter(kind="feedback").count() == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"rating": ""}, "Choose one of the five"),
        ({"rating": "6"}, "Choose one of the five"),
        ({"rating": "x"}, "Choose one of the five"),
        ({"website": "http://spam.example"}, "must stay empty"),
        ({"words": "x" * 1001}, "1000"),
        ({"email": "nobody"}, "valid email"),
        ({"group": "King"}, "Select a valid choice"),
        ({"stamp": "forged"}, "open for more than a day"),
    ],
)
def test_a_form_that_is_wrong_is_shown_again_with_what_was_typed(room, link, sent, says):
    answer = send(link, **({"words": "Dark at night"} | sent))
    assert answer.status_code == 422
    assert not Voice.objects.exists()
    if "group" not in sent:
        assert says in answer.content.decode()
    assert sent.get("words", "Dark at night") in answer.content.decode()


def test_too_quick_and_too_old_are_asked_again_and_then_taken(room, link):
    quick = send(link, stamp=stamp(seconds=0), words="Fast")
    assert (quick.status_code, Voice.objects.count()) == (422, 0)
    assert "very quick" in quick.content.decode()
    old = send(link, stamp=stamp(seconds=100_000), words="Slow")
    assert "more than a day" in old.content.decode()
    fresh = re.search(r'name="stamp" value="([^"]+)"', old.content.decode())[1]
    assert signing.loads(fresh, salt=SALT)["k"] == "k1", "the same answer keeps its key"


def test_one_address_and_one_hour_have_a_ceiling_said_calmly(room, link, monkeypatch):
    monkeypatch.setattr(voice_rules, "AT_ONCE", 2)
    assert [send(link, stamp=stamp(key=f"a{n}")).status_code for n in range(3)] == [302, 302, 429]
    monkeypatch.setattr(voice_rules, "AT_ONCE", 99)
    monkeypatch.setattr(voice_rules, "AN_HOUR", 3)
    assert send(link, stamp=stamp(key="b1")).status_code == 302
    full = send(link, stamp=stamp(key="b2"), words="Keep me")
    assert full.status_code == 409
    assert "we pause until the next one" in full.content.decode()
    assert "Keep me" in full.content.decode()
    assert "we pause" in Client().get(f"/say/{link.token}/").content.decode()


def test_a_closed_link_takes_nothing_and_opens_again_under_the_same_address(room, link):
    assert desk(room, act="close", reason="").status_code == 409
    assert desk(room, act="close", reason="The school year is over").status_code == 302
    assert send(link).status_code == 409
    assert "no more answers" in Client().get(f"/say/{link.token}/").content.decode()
    assert desk(room, act="open", groups="Young person").status_code == 302
    assert VoiceLink.objects.get().token == link.token
    assert send(link).status_code == 302
    assert Client().get("/say/nowhere/").status_code == 404


def test_fb_02_inv_16_words_are_read_first_and_the_cycle_waits_for_their_answer(room, link):
    send(link, words="Call Jane Smith on 07700 900123")
    send(link, words="call jane smith on 07700 900123!", stamp=stamp(key="k2"))
    first, second = Voice.objects.order_by("pk")
    assert first.flags == ["phone", "name"]
    assert "same" in second.flags
    for address in ("answers/", "voices/", f"voices/{first.outcome_id}/", "thread.json", "feedback-loop/"):
        shown = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/{address}").content.decode()
        assert "Jane" not in shown, address
    waits = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/answers/").content.decode()
    assert "2 more were said about results" in waits, "that somebody waits is seen by all"
    town = room.town
    for other in Contribution.objects.exclude(kind="feedback"):
        Feedback.objects.create(contribution=other, status="used", reason="Yes", by=town.lead, at=town.now)
    assert "wait" in town.client(town.lead).post(f"/cycles/{town.cycle.slug}/close/").content.decode()
    assert Cycle.objects.get().state == "open"
    sent = {"voice": first.pk, "parts": "Jane Smith\n07700 900123", "note": "A name and a number"}
    assert desk(room, act="take_out", **sent).status_code == 302
    assert desk(room, act="answer", voice=first.pk, status="used", reason="We call her", show_words="on").status_code == 302
    result = page(room, f"/{first.outcome_id}/").content.decode()
    assert "Call [removed] on [removed]" in result
    assert "We call her" in result
    assert "Jane" not in " ".join(Minute.objects.values_list("what", flat=True))
    assert desk(room, act="keep_back", voice=second.pk, reason="It names somebody").status_code == 302
    assert not Contribution.objects.owed().filter(kind="feedback").exists()
    assert "07700" not in page(room, f"/{first.outcome_id}/").content.decode()


def test_whoever_wrote_sees_the_answer_and_takes_the_words_back(room, link):
    client = Client()
    address = send(link, client, words="Dark").url
    assert "No answer yet" in client.get(address).content.decode()
    desk(room, act="answer", voice=Voice.objects.get().pk, status="part", reason="Lamps from May", show_words="on")
    assert "Lamps from May" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert "took your words back" in client.get(address).content.decode()
    assert "Dark" not in page(room, f"/{Outcome.objects.first().pk}/").content.decode()
    assert desk(room, act="show", voice=Voice.objects.get().pk).status_code == 409
    assert Voice.objects.get().rating == 4, "the rating, which leads to nobody, stays"


def test_inv_19_groups_under_five_are_hidden_also_from_whoever_subtracts(room, link):
    many(link, 3)
    pk = Outcome.objects.first().pk
    assert "Fewer than five people have answered" in page(room, f"/{pk}/").content.decode()
    many(link, 12, group="Young person")
    many(link, 2, rating=1, group="Parent or carer")
    text = page(room, f"/{pk}/").content.decode()
    assert "15 of 17 who answered" in text
    assert "12 of 12 say always" in text
    assert "0 of 2" not in text
    assert "too few to draw conclusions" in text.lower()
    rows = page(room, ".csv").content.decode()
    assert "Young person,12" in rows
    assert "hidden: too few" in rows
    assert voice_rules.hidden_among({"a": 12, "b": 9, "c": 3}) == {"b", "c"}, "one small group alone could be worked out"
    assert voice_rules.hidden_among({"a": 12, "b": 4, "c": 3}) == {"b", "c"}
    assert voice_rules.hidden_among({"a": 12, "b": 9}) == set()


def test_results_are_for_those_who_take_part_and_for_all_once_public(room, link):
    many(link, 6)
    assert page(room, "/", Client()).status_code == 404
    opening_pages.open_page(room.town.cycle, by=room.town.lead, now=room.town.now)
    assert page(room, "/", Client()).status_code == 200
    assert page(room, ".csv", Client()).status_code == 200
    for rest in ("/desk/", "/poster/"):
        assert page(room, rest, Client()).status_code == 404
    assert page(room, "/desk/").status_code == 404, "a citizen reads no words before an officer has"
    poster = page(room, "/poster/").content.decode()
    assert "data:image/svg+xml" in poster
    assert f"/say/{link.token}/" in poster


def test_a_cell_of_the_download_is_no_formula(room, link):
    desk(room, act="open", groups="=HYPERLINK(1)")
    link.refresh_from_db()
    many(link, 6, group="=HYPERLINK(1)")
    assert ",'=HYPERLINK(1)," in page(room, ".csv").content.decode()


def test_words_are_put_under_themes_as_in_analyse(room, link):
    assert desk(room, act="themes").status_code == 409
    send(link, words="More lamps")
    send(link, words="More buses", stamp=stamp(key="k2"))
    first, second = Voice.objects.order_by("pk")
    desk(room, act="show", voice=first.pk)
    assert desk(room, act="themes").status_code == 302
    assert desk(room, act="themes").status_code == 302
    assert [r.text for r in Response.objects.all()] == ["More lamps"]
    desk(room, act="show", voice=second.pk)
    desk(room, act="keep_back", voice=first.pk, reason="Named somebody")
    desk(room, act="themes")
    assert [r.text for r in Response.objects.shown()] == ["More buses"]
    link.refresh_from_db()
    listed = room.town.client(room.town.lead).get(f"/cycles/{room.town.cycle.slug}/consultations/{link.consultation_id}/answers/")
    assert "More buses" in listed.content.decode()


def test_et_06_an_address_is_tied_to_no_answer_and_deleted_when_its_time_is_over(room, link):
    send(link, email="ann@example.org", words="Dark")
    send(link, email="ann@example.org", stamp=stamp(key="k2"))
    left = VoiceAddress.objects.get()
    assert str(left) == str(left.pk)
    assert not Participant.objects.filter(voice=False, display_name__icontains="ann@").exists()
    assert voices.delete_old_addresses(timezone.now()) == 0
    assert voices.delete_old_addresses(timezone.now() + timedelta(days=401)) == 1
    assert not VoiceAddress.objects.exists()
    assert "1 addresses left with feedback were deleted" in Minute.objects.last().what


def test_somebody_who_takes_part_finds_their_words_on_their_own_page_only(room, link):
    client = room.town.client(room.citizens[0])
    assert send(link, client, words="My own street is dark").url.endswith("/thanks/")
    assert "My own street is dark" in client.get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    other = room.town.client(room.citizens[1]).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    assert "My own street is dark" not in other


def test_the_next_sentence_is_offered_and_an_outcome_of_another_place_is_not_asked(room, link, other_town):
    first = Outcome.objects.first()
    theirs = VoiceLink.objects.create(cycle=other_town.cycle, token="theirs", by=other_town.lead, at=other_town.now)
    assert Client().get(f"/say/theirs/{first.pk}/").status_code == 404
    assert Client().get("/say/theirs/").status_code == 404
    with pytest.raises(Refused):
        voices.say(theirs, first, voices.Said(4), key="k", secret="s", now=room.town.now)
    with pytest.raises(Refused, match="Only"):
        voices.open_link(room.town.cycle, groups=[], by=room.citizens[0], now=room.town.now)


@pytest.mark.parametrize("rows", [1, 30])
def test_pages_take_the_same_queries_however_many_spoke(room, link, rows):
    for n in range(rows):
        said = voices.Said(4, f"Words {n}", "Young person" if n % 2 else "")
        made = voices.say(link, Outcome.objects.first(), said, key=f"q{n}", secret="s", now=timezone.now())
        voices.show(made, by=room.town.lead, now=timezone.now())
    lead = room.town.client(room.town.lead)
    pk, slug = Outcome.objects.first().pk, room.town.cycle.slug
    found = {}
    for name, address in {
        "say": f"/say/{link.token}/",
        "results": f"/cycles/{slug}/voices/",
        "result": f"/cycles/{slug}/voices/{pk}/",
        "desk": f"/cycles/{slug}/voices/desk/",
        "loop": f"/cycles/{slug}/feedback-loop/",
        "progress": f"/cycles/{slug}/progress/",
    }.items():
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(address).status_code == 200
        found[name] = len(queries)
    assert found == {"say": 5, "results": 8, "result": 14, "desk": 7, "loop": 5, "progress": 17}
