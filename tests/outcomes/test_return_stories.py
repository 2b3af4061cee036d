"""Stories with consent, reminders, and what the returns showed over time."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from commissioning.models import Minute
from outcomes import chasing, return_looks, returning, stories
from outcomes.models import Return, Story
from outcomes.returning import StoryTold
from tests.outcomes.returned import adopted_outcome
from workshops.models import Letter

WORDS = "She said: I have somewhere to go now."


@pytest.fixture
def told(contract):
    """A sent return with two stories: one person agreed, the other was not asked."""
    indicator = adopted_outcome(contract.room, "short")[1]
    adult = contract.measure("With a trusted adult", "share", indicator=indicator, criterion=None, baseline=60, target=80)
    act = {"by": contract.val, "now": timezone.now()}
    both = [StoryTold("a1", WORDS, "given", "Signed on paper"), StoryTold("b2", "He is at college.", "asked")]
    returning.keep_stories(contract.award, 1, adult, both, **act)
    contract.send({adult: {"part": "31", "whole": "38"}})
    return contract


def step(contract, story, act, who=None, **more):
    address = f"/cycles/{contract.town.cycle.slug}/stories/{story.pk}/"
    return contract.client(who).post(address, {"act": act} | more)


def everywhere(contract):
    cat = contract.client(contract.room.citizens[0])
    table = b"".join(cat.get(contract.page("results_file")).streaming_content).decode()
    return [cat.get(contract.page("results")).content.decode(), cat.get(contract.at("return")).content.decode(), table]


def test_rv_03_without_consent_a_story_cannot_be_published(told):
    given, asked = Story.objects.order_by("pk")
    assert given.outcome is not None, "it is linked to an outcome"
    lead = told.town.lead
    answer = step(told, asked, "publish", lead)
    assert answer.status_code == 409
    assert "has not agreed" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=asked.pk).update(published_at=timezone.now())
    assert all(WORDS not in page for page in everywhere(told)), "not before it is published"
    assert step(told, given, "publish", told.val).status_code == 409, "an officer publishes"
    assert step(told, given, "publish", lead).status_code == 302
    assert all(WORDS in page for page in everywhere(told))
    assert [s.pk for s in return_looks.published_stories(told.town.cycle)] == [given.pk]
    assert step(told, asked, "consent", told.room.citizens[0], consent="given").status_code == 404
    assert step(told, asked, "consent", consent="given", note="By phone").status_code == 302
    assert step(told, asked, "publish", lead).status_code == 302


def test_rv_03_a_story_taken_back_after_publication_is_gone_everywhere_at_once_and_stays_counted(told):
    given = Story.objects.order_by("pk").first()
    stories.publish(given, by=told.town.lead, now=timezone.now())
    returning.change(told.award, 1, reason="A figure", by=told.val, now=timezone.now())
    assert Story.objects.filter(key="a1").count() == 2, "both versions hold it"
    assert step(told, given, "take back").status_code == 302
    assert all(WORDS not in page for page in everywhere(told))
    assert not Story.objects.filter(words=WORDS).exists()
    assert set(Story.objects.filter(key="a1").values_list("consent", "published_at")) == {("withdrawn", None)}
    assert return_looks.stories_counted(told.town.cycle) == {"all": 2, "published": 0, "taken_back": 1}
    line = Minute.objects.filter(act="story", what__contains="taken back").get()
    assert line.by == told.val
    assert WORDS not in Minute.objects.filter(what__contains=WORDS).values_list("what", flat=True)
    assert step(told, given, "publish", told.town.lead).status_code == 409
    assert step(told, given, "consent", consent="given").status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=given.pk).update(words="again")


def test_a_story_written_in_the_form_is_kept_once_however_often_it_is_sent(contract):
    evenings = contract.measure()
    sent = contract.form(evenings, m1_value="3")
    sent |= {f"m{evenings.pk}-story-k9-words": "Tea for forty", f"m{evenings.pk}-story-k9-consent": "refused"}
    for __ in range(2):
        contract.fill(sent | {f"m{evenings.pk}-seen": "1"})
    assert list(Story.objects.values_list("words", "consent")) == [("Tea for forty", "refused")]
    contract.fill(contract.form(evenings, m1_value="3") | {f"m{evenings.pk}-story-k9-words": ""})
    assert not Story.objects.exists()


def test_rv_04_a_star_shows_distance_travelled_over_the_quarters_without_a_money_value(contract):
    star = contract.measure("Where I am now", "star", target=8, baseline=4)
    safe = contract.measure("Feels safe", "share", target=70, baseline=50)
    contract.in_quarter(4, 8)
    contract.send({star: {"start": "4.5", "value": "6"}, safe: {"part": "30", "whole": "60"}}, 1)
    contract.send({star: {"start": "4.5", "value": "7"}, safe: {"part": "48", "whole": "68"}}, 2)
    contract.send({star: {"start": "4.5", "value": "8"}, safe: {"part": "50", "whole": "60"}}, 4)
    page = contract.client(contract.room.citizens[0]).get(contract.page("results")).content.decode()
    assert "Distance travelled since the start: +3.5 points" in page
    assert "£" not in page
    assert page.count("<polyline") == 2, "each line is broken where the third quarter has no return"
    assert (
        page.index("Counted signs</h2>")
        < page.index("Feels safe</strong>")
        < page.index("Scales, stars")
        < page.index("Where I am now</strong>")
    )
    assert "No return" in page
    rows = return_looks.progress_of(contract.town.cycle)
    assert [(r["code"], r["quarter"], r["printed"], r["standing"]) for r in rows if r["code"] == "M2"] == [
        ("M2", 1, "30 of 60, 50%", "not"),
        ("M2", 2, "48 of 68, 71%", "met"),
        ("M2", 4, "50 of 60, 83%", "met"),
    ]


def test_the_results_as_a_table_hold_no_cell_that_could_start_a_formula(contract):
    evenings = contract.measure("=cmd()")
    contract.send({evenings: {"value": "3", "words": "@SUM(1)"}})
    table = b"".join(contract.client().get(contract.page("results_file")).streaming_content).decode()
    assert "'=cmd()" in table
    assert "'@SUM(1)" in table


def test_rv_05_the_provider_and_the_lead_are_reminded_once_when_it_is_due_and_once_when_it_is_missing(contract, posted):
    contract.measure()
    people = [contract.town.lead, contract.val]
    contract.val.user = type(contract.town.lead.user).objects.create_user("val@example.org", "Val")
    contract.val.save()
    for days, words in ((2, "is due by"), (8, "There is no return of Harbour for quarter 1")):
        contract.in_quarter(1, days)
        mails = posted(lambda: call_command("send_letters"))
        assert sorted(mail.to[0] for mail in mails) == sorted(p.user.email for p in people)
        assert all(words in mail.body for mail in mails)
        assert not posted(lambda: call_command("send_letters")), "no letter twice"
        assert chasing.remind(now=timezone.now() + timedelta(days=3 if days == 8 else 0)) == 0
    assert Letter.objects.filter(kind="return").count() == 4


def test_nobody_is_reminded_of_what_was_sent_or_is_not_due(contract):
    evenings = contract.measure()
    contract.in_quarter(1, -30)
    assert chasing.remind(now=timezone.now()) == 0
    contract.in_quarter(1, 9)
    contract.send({evenings: {"value": "3"}})
    assert Return.objects.count() == 1
    assert chasing.remind(now=timezone.now()) == 0
