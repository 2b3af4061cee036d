"""Looking after what people say: before or after it is shown, reports, the private channel, and taking words out for good."""

import re

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from commissioning import removed_words
from commissioning.contributing import Manner
from commissioning.models import Contribution, Minute
from commissioning.sentences import Refused
from outcomes import threading_back
from tests.workshops.test_proposing import NASTY, agreed
from workshops import agreeing, moderating, proposing, redacting, regions, suggesting, teaching
from workshops.conversations_writing import conversation_of
from workshops.models import Idea, PrivateWord, ProposalVersion, Report, Step

SECRET = "our bid is £93,417 a year"


def idea(room, text="Something said", by=None, key="i", **more):
    return proposing.add_idea(room.workshop, kind="idea", text=text, by=by or room.citizens[0], key=key, now=room.town.now, **more)


def step(room, said, act, reason="Not kind", by=None):
    return moderating.take_step(room.workshop, said, act=act, reason=reason, by=by or room.town.facilitator, now=room.town.now)


def get(room, who, rest=""):
    return room.town.client(who).get(f"/w/{room.workshop.slug}/{rest}").content.decode()


WAITING = Manner(held=True, moderation=Contribution.Moderation.WAITING)


def before(room):
    moderating.choose(room.workshop, when="before", by=room.town.facilitator, now=room.town.now)
    room.workshop.refresh_from_db()


# Before it is shown


def test_looked_at_before_it_is_shown(room):
    before(room)
    client = room.town.client(room.citizens[0])
    client.post(f"/w/{room.workshop.slug}/ideas/", {"kind": "need", "text": "A quiet place", "key": "1"})
    client.post(f"/w/{room.workshop.slug}/proposals/", {"kind": "need", "text": "A loud place", "key": "2"})
    assert Contribution.objects.filter(held=True, moderation=0).count() == 2
    for who in (room.citizens[1], room.town.facilitator):
        assert "A quiet place" not in get(room, who).split("What people have said")[1]
        assert "A loud place" not in get(room, who, "desk/")
    mine = get(room, room.citizens[0], "desk/")
    assert "A quiet place" in mine
    assert "when the facilitator has looked at it" in mine
    assert "2 things wait for you" in get(room, room.town.facilitator, "desk/")
    assert "A quiet place" in get(room, room.town.facilitator, "queue/")
    assert "Waiting" in room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()


def test_approved_and_not_shown_with_a_reason(room):
    before(room)
    shown, hidden = (idea(room, text, key=text, manner=WAITING) for text in ("Fine", "Rude"))
    facilitator = room.town.client(room.town.facilitator)
    for said, data in ((shown, {"act": "approve"}), (hidden, {"act": "hide", "reason": "It names a neighbour"})):
        assert facilitator.post(f"/w/{room.workshop.slug}/said/{said.contribution_id}/", data).status_code == 302
    board = get(room, room.citizens[1])
    assert "Fine" in board
    assert "Rude" not in board
    assert "It names a neighbour" in get(room, room.citizens[0], "desk/")
    mine = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    assert "It names a neighbour" in mine
    with pytest.raises(Refused, match="looked at already"):
        step(room, shown.contribution, "approve")


def test_the_facilitators_own_words_do_not_wait_for_them(room):
    before(room)
    for who, held in ((room.town.facilitator, False), (room.citizens[0], True)):
        form = {"kind": "need", "text": f"By {who}", "key": f"k{who.pk}"}
        assert room.town.client(who).post(f"/w/{room.workshop.slug}/ideas/", form).status_code == 302
        assert Contribution.objects.get(text=f"By {who}").held is held


def test_comments_and_suggestions_wait_too(room):
    proposal = room.town.propose(room.workshop, room.vsos[0])
    room.town.move(room.workshop, "discuss")
    before(room)
    client, place = room.town.client(room.citizens[0]), f"/w/{room.workshop.slug}/proposals/{proposal.pk}/"
    client.post(place + "comments/", {"text": "Hidden remark", "key": "1"})
    client.post(place + "suggestions/", {"text": "Hidden words", "why": "So", "seen_version": "1", "key": "2"})
    for who in (room.vsos[0], room.citizens[1]):
        page = get(room, who, f"proposals/{proposal.pk}/")
        assert "Hidden remark" not in page
        assert "Hidden words" not in page + get(room, who, "desk/")
    for said in Contribution.objects.filter(held=True):
        step(room, said, "approve", "")
    page = get(room, room.vsos[0], f"proposals/{proposal.pk}/")
    assert "Hidden remark" in page
    assert "Hidden" in page.split("Suggested by")[1]


def test_only_the_facilitator_looks_after(room):
    said = idea(room).contribution
    for somebody in (room.citizens[1], room.town.lead, room.vsos[0]):
        for act in ("hide", "private", "show", "approve", "leave"):
            with pytest.raises(Refused, match="facilitator"):
                step(room, said, act, by=somebody)
        with pytest.raises(Refused, match="facilitator"):
            moderating.choose(room.workshop, when="before", by=somebody, now=room.town.now)
        with pytest.raises(Refused, match="facilitator"):
            redacting.take_out(room.workshop, said, parts="Something", note="x", by=somebody, now=room.town.now)
        for rest in ("queue/", f"said/{said.pk}/"):
            assert room.town.client(somebody).get(f"/w/{room.workshop.slug}/{rest}").status_code == 404


@pytest.mark.parametrize("act", ["", "king", "redact", "\x00"])
def test_a_forged_step_is_refused(room, act):
    said = idea(room).contribution
    answer = room.town.client(room.town.facilitator).post(f"/w/{room.workshop.slug}/said/{said.pk}/", {"act": act, "reason": "x"})
    assert answer.status_code == 409
    assert not Step.objects.exists()


def test_said_in_another_room_is_not_there(room):
    other = room.town.workshop(*room.everybody)
    said = idea(room).contribution
    client = room.town.client(room.town.facilitator)
    for rest in ("", "report/", "private/"):
        assert client.get(f"/w/{other.slug}/said/{said.pk}/{rest}").status_code == 404
    with pytest.raises(Contribution.DoesNotExist):
        moderating.take_step(other, said, act="hide", reason="x", by=room.town.facilitator, now=room.town.now)


# After it is shown


def test_hidden_leaves_every_screen_and_comes_back(room):
    made = idea(room, "Gone words")
    proposal = room.town.propose(room.workshop, room.citizens[0], "Gone proposal")
    names = [f"idea-{made.pk}", f"proposal-{proposal.pk}"]
    with pytest.raises(Refused, match="reason"):
        step(room, made.contribution, "hide", " ")
    for said in (made.contribution, proposal.contribution):
        step(room, said, "hide")
    for audience in regions.AUDIENCES:
        html = regions.render(room.workshop.pk, names, audience)[1]
        assert "Gone" not in html
        assert html.count("hidden></section>") == 2, "an empty place takes it off screens that show it"
    assert room.town.client(room.citizens[1]).get(f"/w/{room.workshop.slug}/proposals/{proposal.pk}/").status_code == 404
    for who in (room.citizens[1], room.town.facilitator):
        assert "Gone" not in get(room, who, "desk/")
    assert "Gone words" in get(room, room.town.facilitator, "queue/")
    for said in (made.contribution, proposal.contribution):
        step(room, said, "show", "")
    assert "Gone words" in regions.render(room.workshop.pk, names, regions.PARTICIPANT)[1]
    with pytest.raises(Refused, match="not hidden"):
        step(room, made.contribution, "show", "")


def test_what_is_voted_on_is_not_hidden(room):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    room.town.ballot(room.workshop, proposal)
    for act in ("hide", "private"):
        with pytest.raises(Refused, match="voted on"):
            step(room, proposal.contribution, act)
    with pytest.raises(Refused, match="voted on"):
        redacting.take_out(room.workshop, proposal.contribution, parts="safe", note="x", by=room.town.facilitator, now=room.town.now)


def test_present_words_somebody_else_suggested_are_not_hidden_by_themselves(room):
    proposal = room.town.propose(room.workshop, room.vsos[0], "First words")
    room.town.move(room.workshop, "discuss")
    now = room.town.now
    made = suggesting.suggest(proposal, text="Second words", why="So", seen_version=1, by=room.citizens[0], key="s", now=now)
    suggesting.accept(made, seen_version=1, by=room.vsos[0], now=now)
    with pytest.raises(Refused, match="words of a proposal now"):
        step(room, made.contribution, "hide")


def test_a_hidden_proposal_does_not_keep_the_workshop_open(room):
    proposal = room.town.propose(room.workshop, room.citizens[0])
    room.town.vote(room.town.ballot(room.workshop, proposal), "support", *room.everybody)
    room.town.move(room.workshop, "agree")
    assert agreeing.unrecorded_in(room.workshop).count() == 1
    step(room, proposal.contribution, "hide")
    assert agreeing.unrecorded_in(room.workshop).count() == 0


def test_hidden_words_leave_the_thread_and_need_no_answer(room):
    made = idea(room, "Gone from the thread")
    step(room, made.contribution, "hide")
    assert "Gone from the thread" not in str(threading_back.thread_of(room.town.cycle))
    assert not Contribution.objects.unanswered().exists()
    address = reverse("contribution_thread", args=[room.town.cycle.slug, made.contribution_id])
    assert room.town.client(room.citizens[1]).get(address).status_code == 404
    assert room.town.client(room.citizens[0]).get(address).status_code == 200, "its author sees it"


# Reports


def test_reported_settled_and_nobody_learns_who(room):
    made = idea(room, "Unkind words")
    reporter, author = room.vsos[0], room.citizens[0]
    client, address = room.town.client(reporter), f"/w/{room.workshop.slug}/said/{made.contribution_id}/report/"
    assert "never learns that it was you" in client.get(address).content.decode()
    for _ in range(2):
        assert client.post(address, {"words": "It hurts"}).status_code == 302
    assert Report.objects.count() == 1, "asked twice is once"
    assert Minute.objects.get(act="report").by is None
    assert "1 thing waits for you" in get(room, room.town.facilitator, "desk/")
    look = get(room, room.town.facilitator, f"said/{made.contribution_id}/")
    assert "It hurts" in look
    assert reporter.signature not in look.split("Reported because")[1].split("</ul>")[0]
    step(room, made.contribution, "hide", "It is about one family")
    told = get(room, reporter, "desk/")
    assert "What you reported: not shown." in told
    assert "It is about one family" in told
    authors = get(room, author, "desk/") + room.town.client(author).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    assert "It is about one family" in authors
    assert reporter.signature not in authors
    assert "It hurts" not in authors
    assert "Nothing waits for you" in get(room, room.town.facilitator, "desk/")


def test_left_as_it_is_tells_the_reporter_and_not_the_author(room):
    made = idea(room, "Plain words")
    moderating.report(room.workshop, made.contribution, words="Wrong", by=room.vsos[0], now=room.town.now)
    step(room, made.contribution, "leave", "It is an opinion")
    assert "It is an opinion" in get(room, room.vsos[0], "desk/")
    assert "It is an opinion" not in get(room, room.citizens[0], "desk/")
    assert "Plain words" in get(room, room.citizens[1])
    moderating.report(room.workshop, made.contribution, words="Still wrong", by=room.vsos[0], now=room.town.now)
    assert Report.objects.filter(settled=None).count() == 1


def test_reports_by_those_who_may_not(room, other_town):
    said = idea(room).contribution
    with pytest.raises(Refused, match="not part"):
        moderating.report(room.workshop, said, words="x", by=other_town.join("Stranger"), now=room.town.now)
    with pytest.raises(Refused, match="Write something"):
        moderating.report(room.workshop, said, words=" ", by=room.vsos[0], now=room.town.now)
    step(room, said, "hide")
    assert room.town.client(room.vsos[0]).get(f"/w/{room.workshop.slug}/said/{said.pk}/report/").status_code == 404


# The private channel


def test_tr_08_a_remark_about_a_provider_moves_to_the_private_channel(room):
    made = idea(room, "Harbour never answers the telephone")
    said = made.contribution
    step(room, said, "private", "It is about how a provider works")
    for who in (room.citizens[1], room.vsos[0], room.town.decider):
        assert "Harbour never answers" not in get(room, who) + get(room, who, "desk/")
        assert room.town.client(who).get(f"/w/{room.workshop.slug}/said/{said.pk}/private/").status_code == 404
        with pytest.raises(Refused, match="not for you"):
            moderating.say_privately(room.workshop, said, text="x", by=who, key="x", now=room.town.now)
    assert Client().get(f"/w/{room.workshop.slug}/said/{said.pk}/private/").status_code == 404
    assert "Harbour never answers" not in str(threading_back.thread_of(room.town.cycle))
    for number, who in enumerate((room.citizens[0], room.town.facilitator, room.town.lead)):
        client, address = room.town.client(who), f"/w/{room.workshop.slug}/said/{said.pk}/private/"
        assert "Harbour never answers" in client.get(address).content.decode()
        for _ in range(2):
            assert client.post(address, {"text": f"Line {number}", "key": f"k{number}"}).status_code == 302
    assert PrivateWord.objects.count() == 3
    assert "Harbour never answers" in get(room, room.town.lead, "desk/"), "the lead commissioner finds it"
    assert "It is about how a provider works" in get(room, room.citizens[0], "desk/")
    lines = Minute.objects.filter(act__in=("moderation", "private", "idea"))
    assert lines.filter(why="It is about how a provider works").exists()
    assert not any("Harbour" in line.what + line.why for line in lines)
    with pytest.raises(Refused, match="private channel already"):
        step(room, said, "private")


def test_a_private_remark_leaves_the_export_and_the_rest_stays(room):
    made = [room.town.propose(room.workshop, room.citizens[n], f"Proposal {n} here") for n in range(2)]
    for proposal in made:
        room.town.vote(room.town.ballot(room.workshop, proposal), "support", *room.everybody)
        room.town.move(room.workshop, "agree")
    step(room, made[0].contribution, "private", "About a provider")
    files = str(conversation_of(room.workshop))
    assert "Proposal 0 here" not in files
    assert "Proposal 1 here" in files
    assert "'-2'" not in files


# Taking words out


def everywhere():
    """Every text in every table of the database, with where it stands."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for column in (
                f.column for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField | models.JSONField)
            ):
                cursor.execute(f'SELECT "{column}" FROM "{model._meta.db_table}"')
                for (value,) in cursor.fetchall():
                    yield f"{model.__name__}.{column}", str(value)


def take_out(room, said, parts, note="A price"):
    return redacting.take_out(room.workshop, said, parts=parts, note=note, by=room.town.facilitator, now=room.town.now)


def found(word):
    return sorted({place for place, text in everywhere() if word.lower() in text.lower()})


def test_fs_06_words_taken_out_with_a_note_are_nowhere_in_the_database(room):
    """Through an idea, a proposal with two wordings, a suggestion, a comment, a vote's agreement and a reservation."""
    town, now = room.town, room.town.now
    said = idea(room, f"We can do it: {SECRET}, honestly").contribution
    proposal = agreed(room, text=f"People feel safe, {SECRET}.")
    comment = proposing.comment(proposal, text=f"I heard {SECRET}", by=room.citizens[0], key="c", now=now).contribution
    agreeing.reserve(proposal, text=f"Only if {SECRET}", by=room.vsos[0], key="r", now=now)
    reservation = Contribution.objects.get(kind="reservation")
    words = f"People feel safer, {SECRET.upper()}."
    made = suggesting.suggest(proposal, text=words, why=f"As {SECRET}", seen_version=1, by=room.vsos[1], key="s", now=now)
    suggesting.accept(made, seen_version=1, by=room.citizens[0], now=now)
    moderating.report(room.workshop, said, words=f"It says {SECRET}", by=room.vsos[0], now=now)
    assert "Minute.what" not in found("93,417")
    assert "Minute.why" not in found("93,417")
    sign = proposal.indicators.get().contribution
    for one in (said, comment, reservation, proposal.contribution):
        take_out(room, one, SECRET)
    assert list(redacting.also_in(room.workshop, SECRET)) == [sign], "what other people repeated is found"
    take_out(room, sign, SECRET)
    assert found("93,417") == []
    proposal.refresh_from_db()
    assert proposal.text == "People feel safer, [removed]."
    assert [v.text for v in proposal.versions.all()] == ["People feel safe, [removed].", "People feel safer, [removed]."]
    page = get(room, room.citizens[1], f"proposals/{proposal.pk}/")
    assert "Some words were taken out: A price" in page
    assert "A price" in get(room, room.citizens[0], "desk/")
    line = Minute.objects.filter(act="moderation").first()
    assert (line.by, line.why) == (town.facilitator, "A price")
    assert "93,417" not in str(threading_back.thread_of(town.cycle))


def test_a_form_sent_again_does_not_bring_the_words_back(room):
    said = idea(room, f"So {SECRET}", key="same").contribution
    take_out(room, said, SECRET)
    assert idea(room, f"So {SECRET}", key="same").contribution == said
    assert Idea.objects.count() == 1
    assert found("93,417") == []


@pytest.mark.parametrize(
    ("parts", "note", "why"),
    [
        ("", "A price", "Write the words"),
        ("\n  \n", "A price", "Write the words"),
        ("not there", "A price", "not in the text"),
        ("secret", " ", "Write why"),
        ("s", "A price", "at least 2"),
        ("secret", "It said SECRET", "repeats the words"),
        ("secret", "x" * 301, "Shorten"),
    ],
)
def test_words_are_not_taken_out_without_sense(room, parts, note, why):
    said = idea(room, "A secret figure").contribution
    with pytest.raises(Refused, match=why):
        take_out(room, said, parts, note)
    said.refresh_from_db()
    assert (said.text, said.redacted_at) == ("A secret figure", None)


def test_several_parts_and_patterns_are_taken_literally():
    assert removed_words.without("a.b axb A.B remove", ["a.b", "remove"]) == "[removed] axb [removed]"
    assert removed_words.without("one two three", ["one", "two"]) == "[removed] three"
    assert removed_words.without("xy" * 1000, ["xy"], 2000) == "[removed]", "neighbouring marks become one"
    assert len(removed_words.without("xy z " * 400, ["xy"], 2000)) <= 2000


def test_a_version_changes_in_this_one_way_only(room):
    proposal = room.town.propose(room.workshop, room.citizens[0], "Secret words")
    version, now = proposal.versions.get(), room.town.now
    rows = ProposalVersion.objects.filter(pk=version.pk)
    for change in (
        {"text": "Other"},
        {"text": "[removed]"},
        {"text": "Other", "redacted_at": now},
        {"text": "[removed]", "redacted_at": now, "number": 7},
        {"text": "[removed]", "redacted_at": now, "by": room.citizens[1]},
        {"why": "x", "redacted_at": now},
        {"text": "[removed]", "redacted_at": now, "at": now.replace(year=2000)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    take_out(room, proposal.contribution, "Secret")
    assert rows.get().text == "[removed] words"
    for change in ({"text": "[removed]"}, {"redacted_at": None}, {"redacted_at": now.replace(year=2000), "text": "[removed]"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(Refused, match="done once"):
        take_out(room, Contribution.objects.get(pk=proposal.contribution_id), "words")
    assert rows.get().text == "[removed] words"
    assert Contribution.objects.get(pk=proposal.contribution_id).text == "[removed] words", "all or nothing"


@pytest.mark.parametrize("text", NASTY)
def test_notes_reasons_reports_and_private_lines_are_harmless(room, text):
    said = idea(room, "A secret figure").contribution
    moderating.report(room.workshop, said, words=text, by=room.vsos[0], now=room.town.now)
    take_out(room, said, "secret", text)
    pages = get(room, room.town.facilitator, "queue/") + get(room, room.town.facilitator, f"said/{said.pk}/") + get(room, room.citizens[1])
    step(room, said, "private", text)
    moderating.say_privately(room.workshop, said, text=text, by=room.citizens[0], key="p", now=room.town.now)
    pages += get(room, room.citizens[0], f"said/{said.pk}/private/") + get(room, room.citizens[0], "desk/")
    pages += get(room, room.vsos[0], "desk/") + get(room, room.town.facilitator, "queue/")
    assert "<script>alert" not in pages
    assert "<img src=x" not in pages


# A price before it is sent

PRICES = [
    "It costs £12,000 a year",
    "about 40k pounds",
    "12% of the price",
    "ten, or 5 per cent below their tender",
    "Our bid was lower",
    "the competitor's day rate",
    "GBP 400",
]
PLAIN = [
    "Two thirds of people",
    "I met 12 people at 5 o'clock",
    "We are bidding farewell",
    "50% of families",
    "price of silence is high",
    "",
]


@pytest.mark.parametrize("text", PRICES)
def test_prices_are_noticed(text):
    assert teaching.looks_commercial("x", text) is not None


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_are_not(text):
    assert teaching.looks_commercial(text) is None


def test_fs_06_a_price_is_asked_about_once(room):
    room.town.move(room.workshop, "discuss")
    proposal = room.town.propose(room.workshop, room.vsos[0])
    client, place = room.town.client(room.citizens[0]), f"/w/{room.workshop.slug}/"
    forms = {
        "ideas/": {"kind": "need"},
        "proposals/": {"kind": "need"},
        f"proposals/{proposal.pk}/comments/": {},
        f"proposals/{proposal.pk}/suggestions/": {"why": "So", "seen_version": "1"},
    }
    for number, (address, more) in enumerate(forms.items()):
        data = more | {"text": f"Our price is £{number}00", "key": f"k{number}"}
        for headers in ({}, {"HX-Request": "true"}):
            asked = client.post(place + address, data, headers=headers)
            assert asked.status_code == 422, address
            assert "looks like a price" in asked.content.decode()
            assert data["text"] in asked.content.decode()
        assert client.post(place + address, data | {"sure": "yes"}).status_code == 302, address
    assert Contribution.objects.filter(participant=room.citizens[0]).count() == len(forms)


def test_a_price_and_a_count_are_each_asked_about_once(room):
    client, address = room.town.client(room.citizens[0]), f"/w/{room.workshop.slug}/proposals/"
    data = {"kind": "outcome", "text": "200 workshops delivered for £900", "key": "k"}
    assert "looks like a price" in client.post(address, data).content.decode()
    second = client.post(address, data | {"sure": "yes"}).content.decode()
    assert "changes for people" in second
    assert re.search(r'name="sure" value="yes"', second)
    assert client.post(address, data | {"sure": "yes", "said": "yes"}).status_code == 302
