"""A year's progress: what came back, what did not, what people say and why; frozen, public, in versions."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import answering, opening_pages, people
from commissioning.models import Contribution, Minute
from outcomes import composing, feedback_loop, voices, yearly_progress, yearly_progress_rules
from outcomes.models import Outcome, ProgressYear, Story, VoiceAddress
from tests.outcomes.a_contract import contract, found, returned, story
from tests.outcomes.test_line import adopt, agreement  # noqa: F401 (a fixture is used by its name)
from workshops import proposing


@pytest.fixture
def bought(room, agreement):  # noqa: F811
    adopt(room, agreement)
    opening_pages.open_page(room.town.cycle, by=room.town.lead, now=room.town.now)
    return contract(room)


def publish(room, **sent):
    return room.town.client(room.town.lead).post(f"/cycles/{room.town.cycle.slug}/progress/", {"year": 1} | sent)


def read(room, rest="", client=None):
    answer = (client or Client()).get(f"/open/{room.town.cycle.slug}/progress/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_rv_09_a_public_page_shows_each_outcome_of_the_year_with_reasons(room, bought):
    reading = returned(room, bought, 1, "2", "partly")
    found(room)
    story(reading, "A story with leave")
    story(reading, "A story without", consent="asked")
    link = voices.open_link(room.town.cycle, groups=[], by=room.town.lead, now=room.town.now)
    for n in range(6):
        voices.say(link, Outcome.objects.first(), voices.Said(5 if n else 1), key=f"p{n}", secret="s", now=timezone.now())
    assert "No year has been published yet" in read(room)
    assert publish(room).status_code == 302
    text = read(room)
    assert "People feel safe." in text
    assert "Partly met" in text
    assert "5 of 6 who answered" in text
    assert "Too few to draw conclusions" in text
    assert "Evenings work, waits do not." in text
    assert "People said so" in text
    assert "A story with leave" in text
    assert "A story without" not in text
    kept = ProgressYear.objects.get()
    assert kept.content_hash in text
    assert composing.content_hash(kept.content) == kept.content_hash
    feed = Client().get(f"/open/{room.town.cycle.slug}/feed/").content.decode()
    assert "Progress was published: year 1, version 1" in feed
    assert "The progress of year 1 was published, version 1" in Minute.objects.order_by("-pk")[0].what


def test_inv_25_no_return_for_a_due_quarter_is_plainly_shown_and_never_good_news(room, bought):
    returned(room, bought, 1, "6", "met")
    publish(room)
    row = ProgressYear.objects.get().content["outcomes"][0]
    assert [cell["standing"] for cell in row["signs"][0]["quarters"]][:2] == ["met", "no_return"]
    text = read(room)
    assert "No return" in text
    assert "Returns missing: 1" in text
    result = Client().get(f"/cycles/{room.town.cycle.slug}/voices/{Outcome.objects.first().pk}/").content.decode()
    assert "No return" in result


def test_a_published_year_is_frozen_and_a_changed_one_is_a_new_version_with_a_reason(room, bought):
    returned(room, bought, 1, "2", "partly")
    publish(room)
    assert publish(room).status_code == 302
    assert ProgressYear.objects.count() == 1, "the same again is no new version"
    returned(room, bought, 1, "6", "met", version=2)
    assert publish(room).status_code == 409
    assert publish(room, because="The provider corrected quarter 1").status_code == 302
    first, second = ProgressYear.objects.all()
    assert "Partly met" in read(room, "1/1/")
    assert "The provider corrected quarter 1" in read(room)
    assert first.content_hash != second.content_hash
    assert Client().get(f"/open/{room.town.cycle.slug}/progress/1/9/").status_code == 404
    assert Client().get(f"/open/{room.town.cycle.slug}/progress/99999999999/1/").status_code == 404


def test_a_story_taken_back_after_publication_is_gone_at_once_and_the_mark_still_holds(room, bought):
    told = story(returned(room, bought, 1, "2", "partly"), "My own story")
    publish(room)
    assert "My own story" in read(room)
    Story.objects.filter(pk=told.pk).update(consent="withdrawn", words="")
    text = read(room)
    assert "My own story" not in text
    assert "took it back" in text
    kept = ProgressYear.objects.get()
    assert composing.content_hash(kept.content) == kept.content_hash
    assert "My own story" not in str(kept.content)


def test_only_who_convenes_publishes_a_year_that_has_begun_of_a_public_cycle(room, bought):
    address = f"/cycles/{room.town.cycle.slug}/progress/"
    assert room.town.client(room.citizens[0]).post(address, {"year": 1}).status_code == 404
    assert room.town.client(room.citizens[0]).get(address).status_code == 404
    for year in ("0", "2", "x", "-1", "99999999999999999999"):
        assert publish(room, year=year).status_code == 409
    assert room.town.client(room.town.lead).get(f"{address}?year=7").status_code == 404
    opening_pages.take_back(room.town.cycle, reason="A mistake", by=room.town.lead, now=room.town.now)
    assert publish(room).status_code == 409
    assert Client().get(f"/open/{room.town.cycle.slug}/progress/").status_code == 404


def test_a_draft_of_a_return_is_not_read_by_anybody(room, bought):
    returned(room, bought, 1, "6", "met", state="draft")
    publish(room)
    assert "6" not in [c["amount"] for c in ProgressYear.objects.get().content["outcomes"][0]["signs"][0]["quarters"]]


def test_fb_04_an_address_left_with_feedback_gets_the_years_summary_once_and_is_deleted(room, bought, posted):
    link = voices.open_link(room.town.cycle, groups=[], by=room.town.lead, now=room.town.now)
    said = voices.Said(4, "Dark", email="Ann@Example.org")
    voices.say(link, Outcome.objects.first(), said, key="a", secret="s", now=timezone.now())
    returned(room, bought, 1, "2", "partly")
    found(room)
    mails = posted(lambda: publish(room))
    assert [m.to for m in mails] == [["ann@example.org"]]
    assert "People feel safe." in mails[0].body
    assert "Partly met" in mails[0].body
    assert f"/open/{room.town.cycle.slug}/progress/1/1/" in mails[0].body
    assert not VoiceAddress.objects.exists(), "left for that alone"
    assert ProgressYear.objects.get().sent == 1
    returned(room, bought, 1, "6", "met", version=2)
    assert posted(lambda: publish(room, because="Corrected")) == []


def test_a_letter_that_does_not_go_waits_with_its_address(room, bought, posted, monkeypatch):
    from outcomes import yearly_progress_letters

    link = voices.open_link(room.town.cycle, groups=[], by=room.town.lead, now=room.town.now)
    voices.say(link, Outcome.objects.first(), voices.Said(4, email="a@example.org"), key="a", secret="s", now=timezone.now())
    monkeypatch.setattr(mail.EmailMessage, "send", lambda self: (_ for _ in ()).throw(OSError("down")))
    publish(room)
    year = ProgressYear.objects.get()
    with pytest.raises(yearly_progress_letters.LetterError, match="1 summaries"):
        yearly_progress_letters.send_waiting(year.pk, now=timezone.now)
    assert VoiceAddress.objects.get().tries == 1
    monkeypatch.undo()
    yearly_progress_letters.send_waiting(year.pk, now=timezone.now)
    yearly_progress_letters.send_waiting(year.pk, now=timezone.now)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("signs", "standing"),
    [
        ([], "no_data"),
        ([["met"]], "met"),
        ([["not"], ["met"]], "partly"),
        ([["met", "not"]], "not"),
        ([["not", "met"]], "met"),
        ([["met"], ["no_return"]], "partly"),
        ([["no_return"]], "no_data"),
        ([["too_early"]], "too_early"),
        ([["coming"]], "too_early"),
        ([["no_data"], ["met"]], "partly"),
        ([["no_data"]], "no_data"),
    ],
)
def test_where_an_outcome_stands_is_what_its_signs_showed_last(signs, standing):
    assert yearly_progress_rules.verdict(signs).standing == standing


@pytest.mark.parametrize(("first", "every", "due"), [(1, 1, [1, 2, 3, 4]), (2, 2, [2, 4]), (3, 0, [3]), (1, 4, [1, 5])])
def test_a_measure_is_looked_at_when_its_plan_says(first, every, due):
    assert [q for q in range(1, 6) if yearly_progress_rules.is_due_in(q, first=first, every=every)][: len(due)] == due


def test_m_23_the_feedback_loop_counts_answered_days_statuses_and_overdue(room):
    town, now = room.town, room.town.now
    ideas = [proposing.add_idea(room.workshop, kind="need", text=f"Need {n}", by=room.citizens[0], key=f"i{n}", now=now) for n in range(4)]
    said = [idea.contribution for idea in ideas]
    Contribution.objects.filter(pk__in=[s.pk for s in said]).update(at=now - timezone.timedelta(days=40))
    answering.answer(said[:1], status="used", reason="Yes", by=town.lead, now=now - timezone.timedelta(days=38))
    answering.answer(said[1:3], status="parked", reason="Later", by=town.lead, now=now - timezone.timedelta(days=30))
    every = feedback_loop.feedback_loop(town.cycle, now=now)[0]
    assert (every.said, every.answered, every.days, every.overdue) == (4, 3, 10.0, 1)
    assert {code: n for code, __, n in every.statuses} == {"used": 1, "part": 0, "not_used": 0, "parked": 2}
    text = town.client(room.citizens[0]).get(f"/cycles/{town.cycle.slug}/feedback-loop/").content.decode()
    assert "3 of 4 answered (75%)" in text
    assert "1 overdue now" in text
    assert Client().get(f"/cycles/{town.cycle.slug}/feedback-loop/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_take_the_same_queries_with_many_measures(room, agreement, rows):  # noqa: F811
    adopt(room, agreement)
    opening_pages.open_page(room.town.cycle, by=room.town.lead, now=room.town.now)
    award = contract(room, measures=rows)
    reading = returned(room, award, 1, "2", "partly")
    for n in range(rows):
        found(room, text=f"Finding {n}")
        story(reading, f"Story {n}")
    publish(room)
    town = room.town
    people.give_role(town.lead, "decider", by=town.lead, now=town.now)
    for address, expected in ((f"/cycles/{town.cycle.slug}/progress/", 18), (f"/open/{town.cycle.slug}/progress/", 6)):
        with CaptureQueriesContext(connection) as queries:
            assert town.client(town.lead).get(address).status_code == 200
        assert len(queries) == expected, address
    assert yearly_progress.this_year(town.cycle, timezone.localdate()) == 1
