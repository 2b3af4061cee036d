"""Drafts of the specification: who reads them, what people say of each clause, and that everybody gets an answer."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import answering
from commissioning.models import Contribution, Cycle, Feedback, User
from commissioning.sentences import Refused
from outcomes import composing, drafting, specifying, writing_sections
from outcomes.models import Clause, Draft, DraftComment
from tests.workshops.test_procurement import at as at_cycle
from tests.workshops.test_procurement import contested, ready, set_day
from workshops.models import Letter

from .test_line import agreement, specify  # noqa: F401 (agreement is a fixture)


@pytest.fixture
def draft(room, agreement):  # noqa: F811 (the fixture of that name)
    written = specify(room, agreement)
    return drafting.publish(written, until=today(7), asks="Is anything missing?", by=room.town.lead, now=room.town.now)


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def at(room, rest=""):
    return f"/cycles/{room.town.cycle.slug}/specification/{rest}"


def words_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def say(room, who, draft, text="It should say on Fridays", key="1", **about):
    told = {"text": text, "key": key} | (about or {"clause": Clause.objects.first().pk})
    return room.town.client(who).post(at(room, f"drafts/{draft.number}/"), told)


def test_a_draft_is_numbered_and_frozen_and_everybody_is_told(room, agreement):  # noqa: F811
    town = room.town
    written, lead = specify(room, agreement), town.client(town.lead)
    reader = room.citizens[0]
    reader.user = User.objects.create_user("cat@example.org", "Cat")
    reader.save(update_fields=["user"])
    assert lead.post(at(room, "drafts/"), {"until": today(-1)}).status_code == 409
    assert lead.post(at(room, "drafts/"), {"until": "31 February"}).status_code == 422
    for __ in range(2):
        assert lead.post(at(room, "drafts/"), {"until": today(7)}).status_code == 302
    draft = Draft.objects.get()
    assert composing.content_hash(draft.content) == draft.content_hash, "sent twice, kept once"
    assert Letter.objects.filter(kind=Letter.Kind.CLAUSES, participant=reader).count() == 1
    clause = Clause.objects.first()
    specifying.edit_clause(clause, text="Other words", kind="outcome", seen_version=1, by=town.lead, now=town.now)
    draft.refresh_from_db()
    assert "Other words" not in str(draft.content)
    assert drafting.publish(written, until=today(7), by=town.lead, now=town.now).number == 2


def test_each_comment_is_a_contribution_with_an_answer_owed_and_stands_beside_its_clause(room, draft):
    clause = Clause.objects.first()
    for __ in range(2):
        assert say(room, room.citizens[0], draft).status_code == 302
    assert say(room, room.vsos[0], draft, "Who pays?", "2", section="contract").status_code == 302
    comment = DraftComment.objects.get(clause=clause)
    assert comment.contribution in Contribution.objects.filter(cycle=room.town.cycle).unanswered()
    page = words_of(room.town.client(room.citizens[1]).get(at(room, f"drafts/{draft.number}/")))
    assert page.index("It should say on Fridays") > page.index(clause.text[:40])
    assert "Waits for an answer" in page
    listed = words_of(room.town.client(room.town.lead).get(at(room, "comments/")))
    assert "2 comments so far. Waiting for an answer: 2." in listed
    waiting = words_of(room.town.client(room.town.lead).get(f"/cycles/{room.town.cycle.slug}/answers/"))
    assert "It should say on Fridays" in waiting


def test_inv_16_sign_off_is_refused_with_a_list_until_every_comment_has_its_answer(room, draft):
    town = room.town
    say(room, room.citizens[0], draft)
    say(room, room.vsos[0], draft, "Who pays?", "2", section="contract")
    with pytest.raises(Refused, match=r"2 comments on the draft have no answer yet: 1.1, Contract shape"):
        specifying.sign_off(draft.specification, by=town.lead, now=town.now)
    lead = town.client(town.lead)
    for comment in DraftComment.objects.all():
        told = {"contributions": comment.contribution_id, "status": "not_used", "reason": "It stands in clause 2"}
        assert lead.post(f"/cycles/{town.cycle.slug}/answers/", told).status_code == 302
    page = words_of(town.client(room.citizens[0]).get(at(room, f"drafts/{draft.number}/")))
    assert "Not used. It stands in clause 2" in page
    assert specifying.sign_off(draft.specification, by=town.lead, now=town.now).number == 1


def test_an_edit_that_follows_a_comment_says_so_and_tells_whoever_said_it(room, draft):
    town, lead = room.town, room.town.client(room.town.lead)
    say(room, room.citizens[0], draft)
    say(room, room.vsos[0], draft, "Add the library", "2", section="exit")
    clause, comment = Clause.objects.first(), DraftComment.objects.get(section="")
    told = {"text": "Open on Fridays.", "kind": "outcome", "seen_version": 1, "comments": [comment.pk]}
    assert lead.post(at(room, f"clauses/{clause.pk}/"), told).status_code == 302
    answer = Feedback.objects.get(contribution=comment.contribution)
    assert answer.status == Feedback.Status.USED
    assert "Clause 1.1 now says: Open on Fridays." in answer.reason
    assert "Changed after a comment by Cat" in words_of(lead.get(at(room, f"clauses/{clause.pk}/")))
    other = DraftComment.objects.get(section="exit")
    wrong = told | {"text": "More", "seen_version": 2, "comments": [other.pk]}
    assert lead.post(at(room, f"clauses/{clause.pk}/"), wrong).status_code == 422, "that one is about something else"
    lead.post(at(room, "sections/exit/"), {"text": "The library too.", "seen_version": 0, "comments": [other.pk]})
    assert "Changed after a comment by Val" in words_of(lead.get(at(room, "sections/exit/")))
    assert answering.unanswered_in(town.cycle) < Contribution.objects.filter(cycle=town.cycle).count()


def test_a_late_comment_is_refused_with_a_sentence_and_so_is_one_on_an_older_draft(room, draft):
    Draft.objects.update(comments_until=today(-1))
    late = say(room, room.citizens[0], draft, "A long thought that came too late")
    assert late.status_code == 409
    assert "Comments on this draft were taken until" in words_of(late)
    assert "A long thought that came too late" in words_of(late)
    Draft.objects.update(comments_until=today())
    drafting.publish(draft.specification, until=today(3), by=room.town.lead, now=room.town.now)
    assert "There is a newer draft, number 2" in words_of(say(room, room.citizens[0], draft))
    assert "Say it" not in words_of(room.town.client(room.citizens[0]).get(at(room, "drafts/1/")))
    assert not DraftComment.objects.exists()


@pytest.mark.parametrize("ends", ["paused", "started"])
def test_comments_and_drafts_end_with_open_talk(room, draft, ends):
    town = room.town
    if ends == "paused":
        town.client(town.lead).post(at_cycle(town, "challenges/"), contested())
    else:
        ready(town)
        set_day(town, **{"set-despite": "No time"})
    assert Cycle.objects.get(pk=town.cycle.pk).quiet
    assert say(room, room.citizens[0], draft).status_code == 409
    assert town.client(town.lead).post(at(room, "drafts/"), {"until": today(9)}).status_code == 409
    assert (Draft.objects.count(), DraftComment.objects.count()) == (1, 0)
    assert town.client(room.citizens[0]).get(at(room, "drafts/1/")).status_code == 200


@pytest.mark.parametrize(
    ("about", "code"),
    [({"clause": 999_999}, 409), ({"section": "nowhere"}, 409), ({"clause": "x"}, 409), ({"clause": "", "section": ""}, 409)],
)
def test_a_comment_on_nothing_is_refused(room, draft, about, code):
    assert say(room, room.citizens[0], draft, **about).status_code == code
    assert say(room, room.citizens[0], draft, text=" ").status_code == 409
    assert not DraftComment.objects.exists()
    assert not Contribution.objects.filter(text="It should say on Fridays").exists(), "nothing half-kept"


def test_the_world_reads_a_draft_of_a_public_cycle_while_talk_is_open_and_no_comment(room, draft):
    town, address = room.town, at(room, "drafts/1/")
    say(room, room.citizens[0], draft, "Said inside")
    assert Client().get(address).status_code == 404
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    page = words_of(Client().get(address))
    assert Clause.objects.first().text in page
    assert "Said inside" not in page
    assert "Say what you think" not in page
    assert Client().post(address, {"text": "Me too", "key": "x", "section": "exit"}).status_code == 409
    assert f'href="{address}"' in Client().get(f"/open/{town.cycle.slug}/").content.decode()
    Cycle.objects.filter(pk=town.cycle.pk).update(paused_until=today(5))
    assert Client().get(address).status_code == 404
    assert address not in Client().get(f"/open/{town.cycle.slug}/").content.decode()


def test_what_is_withdrawn_after_a_comment_keeps_the_comment_and_its_answer(room, draft):
    clause = Clause.objects.first()
    say(room, room.citizens[0], draft)
    writing_sections.withdraw_clause(clause, reason="Too long", seen_version=1, by=room.town.lead, now=room.town.now)
    page = words_of(room.town.client(room.citizens[0]).get(at(room, "comments/")))
    assert "Withdrawn since:" in page
    assert "It should say on Fridays" in page


@pytest.mark.parametrize("address", ["drafts/", "drafts/1/", "comments/", "clauses/{k}/", ""])
def test_pages_take_the_same_number_of_queries_with_one_comment_and_with_thirty(room, draft, address):
    town, clause, counted = room.town, Clause.objects.first(), []
    client, address = town.client(town.lead), at(room, address.format(k=clause.pk))
    for rows in (range(1), range(1, 30)):
        for n in rows:
            by = town.join(f"P{n}", "vso" if n % 2 else "citizen", f"Org {n}" if n % 2 else "")
            one = drafting.comment(draft, text=f"Comment {n}", key=f"c{n}", by=by, now=town.now, clause=clause.pk)
            answering.answer([one.contribution], status="used", reason="Yes", by=town.lead, now=town.now)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1], counted
