"""Unattributed means unattributed: no row, no file, no log ties the words to the person, and the person still hears back."""

import logging
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from commissioning import answering, unattributed
from commissioning.models import Contribution, Participant
from commissioning.sentences import Refused
from workshops import agenda, proposing, running
from workshops.models import Rating

WORDS = "What nobody may ever trace to me"


@pytest.fixture
def nameless(room):
    """The room in a part where words have no author."""
    town = room.town
    plan = agenda.ActivityPlan("gather", attribution="unattributed")
    made = agenda.add(room.workshop, plan, by=town.facilitator, now=town.now)
    running.go_to(room.workshop, made, seen=None, by=town.facilitator, now=town.now)
    room.workshop.refresh_from_db()
    return room


def post(room, who, text=WORDS, key="my-form-key"):
    client = room.town.client(who)
    client.get(f"/w/{room.workshop.slug}/")
    answer = client.post(f"/w/{room.workshop.slug}/ideas/", {"kind": "concern", "text": text, "key": key}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return client


def dump(tmp_path) -> str:
    """Everything the database holds, as text."""
    out = tmp_path / "dump.json"
    call_command("dumpdata", output=str(out), verbosity=0)
    return out.read_text()


def test_a_dump_and_the_logs_do_not_tie_the_words_to_the_person(nameless, tmp_path, caplog):
    town, author = nameless.town, nameless.vsos[0]
    with caplog.at_level(logging.DEBUG):
        post(nameless, author)
    said = Contribution.objects.get(text=WORDS)
    assert said.participant.voice
    assert said.entered_by is None
    assert (said.at.minute, said.at.second, said.at.microsecond) == (0, 0, 0)
    text = dump(tmp_path)
    assert WORDS in text
    key = town.keys[author.pk]
    for secret in (key, f"{author.pk}-{WORDS}"):
        assert secret not in text
    import json

    rows = json.loads(text)
    own = [r for r in rows if r["model"] == "commissioning.contribution" and r["fields"]["text"] == WORDS]
    assert [r["fields"]["participant"] for r in own] == [said.participant_id]
    holding = [r for r in rows if WORDS in json.dumps(r, ensure_ascii=False)]
    assert {r["model"] for r in holding} == {"commissioning.contribution"}, "no minute and no other row repeats the words"
    pointing = [r for r in rows if _points_at(r, "commissioning.contribution", said.pk)]
    assert {r["model"] for r in pointing} <= {"workshops.idea"}
    assert not any(_points_at(r, "commissioning.participant", author.pk) for r in [*own, *pointing])
    for line in caplog.messages:
        assert WORDS not in line
        assert not (author.display_name in line and "ideas" in line)
    after = [r for r in rows if r["model"] == "commissioning.minute" and _points_at(r, "commissioning.participant", author.pk)]
    assert {r["fields"]["act"] for r in after} <= {"join"}, "the minutes do not say that this person added something"


def _points_at(row, model, pk) -> bool:
    """Whether a row of the dump has a foreign key to this one."""
    from django.apps import apps

    kind = apps.get_model(row["model"])
    if row["model"] == model and row["pk"] == pk:
        return False
    fields = [f for f in kind._meta.get_fields() if f.is_relation and f.concrete and f.related_model._meta.label_lower == model]
    return any(row["fields"].get(f.name) == pk for f in fields)


def test_no_admin_page_and_no_export_names_the_author(nameless):
    town, author = nameless.town, nameless.vsos[0]
    post(nameless, author)
    town.move(nameless.workshop, "discuss")
    for page in ("answers/", "minutes/", "thread.json", "people/"):
        body = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/{page}").content.decode()
        for part in re.split(r"<li|<tr|<div class=\"govuk-checkboxes__item|\{", body):
            assert not (WORDS in part and author.display_name in part), page
    assert Client().get("/admin/").status_code == 404
    board = town.client(nameless.citizens[0]).get(f"/w/{nameless.workshop.slug}/").content.decode()
    card = next(s for s in board.split("<section") if WORDS in s and "tl-idea" in s)
    assert author.display_name not in card
    assert "Harbour" not in card


def test_the_person_still_learns_what_became_of_it(nameless):
    town, author = nameless.town, nameless.citizens[0]
    client = post(nameless, author)
    answering.answer([Contribution.objects.get(text=WORDS)], status="used", reason="It is clause 3", by=town.lead, now=town.now)
    for page in (f"/cycles/{town.cycle.slug}/mine/", f"/mine/{town.keys[author.pk]}/"):
        body = client.get(page).content.decode()
        assert WORDS in body
        assert "It is clause 3" in body
    other = town.client(nameless.citizens[1]).get(f"/cycles/{town.cycle.slug}/mine/").content.decode()
    assert WORDS not in other, "nobody else does"


def test_an_officer_with_an_account_gets_a_secret_of_their_device(nameless):
    town = nameless.town
    from commissioning.models import User

    client = Client()
    client.force_login(User.objects.get(pk=town.lead.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get(f"/w/{nameless.workshop.slug}/")
    assert client.cookies[f"voice-{town.cycle.pk}"]["httponly"]
    assert client.post(f"/w/{nameless.workshop.slug}/ideas/", {"kind": "concern", "text": WORDS, "key": "k"}).status_code == 302
    assert WORDS in client.get(f"/cycles/{town.cycle.slug}/mine/").content.decode()


def test_a_device_that_could_never_find_them_again_is_refused(nameless):
    manner = agenda.manner_of(running.current(nameless.workshop), language="en", secret="")
    with pytest.raises(Refused, match="personal link"):
        proposing.add_idea(nameless.workshop, kind="idea", text="x", by=nameless.citizens[0], key="k", now=nameless.town.now, manner=manner)


def test_sent_twice_it_is_kept_once(nameless):
    post(nameless, nameless.citizens[0])
    post(nameless, nameless.citizens[0])
    assert Contribution.objects.filter(text=WORDS).count() == 1


def test_a_voice_is_nobody(nameless):
    post(nameless, nameless.citizens[0])
    voice = Participant.objects.get(voice=True)
    assert (voice.key_hash, voice.user_id, voice.organisation_id) == (None, None, None)
    assert not voice.roles.exists()
    from workshops import voting

    assert not voting.Attendance.objects.filter(participant=voice).exists()
    people = nameless.town.client(nameless.town.lead).get(f"/cycles/{nameless.town.cycle.slug}/people/").content.decode()
    assert ">A citizen<" not in people


def test_receipts_go_one_way():
    one = unattributed.seal("a secret")
    two = unattributed.seal("a secret")
    assert one["receipt"] != two["receipt"]
    assert unattributed.receipt("a secret", one["nonce"]) == one["receipt"]
    assert "a secret" not in str(one)


def test_ratings_are_kept_without_the_rater(nameless):
    from workshops import rating

    town, workshop = nameless.town, nameless.workshop
    for n, person in enumerate(nameless.everybody):
        post(nameless, person, text=f"Card {n}", key=f"k{n}")
    made = agenda.add(workshop, agenda.ActivityPlan("rate"), by=town.facilitator, now=town.now)
    running.go_to(workshop, made, seen=None, by=town.facilitator, now=town.now)
    made.refresh_from_db()
    me = nameless.citizens[0]
    hand = rating.draw(made, by=me, secret=town.keys[me.pk], now=town.now)
    rating.rate(made, card=hand.card, score=4, by=me, secret=town.keys[me.pk], now=town.now)
    row = Rating.objects.get(score=4)
    assert {f.name for f in Rating._meta.get_fields()} == {"id", "activity", "contribution", "rater", "group", "score"}
    assert str(me.pk) not in (row.rater[:8],)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rater FROM workshops_rating")
        assert all(len(r[0]) == 64 for r in cursor.fetchall())
    with pytest.raises(Refused):
        rating.rate(made, card=hand.card + 10_000, score=4, by=me, secret=town.keys[me.pk], now=town.now)
    for score in (0, 6, 99):
        with pytest.raises(Refused, match="1 to 5"):
            rating.rate(made, card=hand.card, score=score, by=me, secret=town.keys[me.pk], now=town.now)
