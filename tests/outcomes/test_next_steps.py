"""What whoever runs a cycle is shown first: what the record does not hold yet. And the demonstration's closed stages, with their tasks done."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import next_steps, starting
from commissioning.cycle import STAGES
from commissioning.models import Cycle, StartingWords, TaskDone
from outcomes import demonstration


def pages(cycle):
    return [step.page for step in next_steps.of(Cycle.objects.get(pk=cycle.pk))]


def test_the_lead_sees_first_what_the_record_does_not_hold_yet_and_nobody_else_does(town):
    cat, address = town.join("Cat"), f"/cycles/{town.cycle.slug}/"
    assert pages(town.cycle) == ["starting_point", "needs", "priorities"]
    for heading in StartingWords.Heading.values:
        starting.write(town.cycle, heading, words=f"About {heading}", unknown=False, by=town.lead, now=town.now)
    assert pages(town.cycle)[0] == "starting_point", "a draft is not on record"
    starting.share(town.cycle, by=town.lead, now=town.now)
    assert pages(town.cycle) == ["needs", "priorities", "provider_map"]
    seen = town.client(user=town.lead.user).get(address).content.decode()
    card = re.search(r'aria-labelledby="next-h".*?</section>', seen, re.S)
    assert card is not None
    assert f'href="{address}needs/"' in card[0]
    assert f'href="{address}start/"' not in card[0]
    assert "next-h" not in town.client(cat).get(address).content.decode()
    Cycle.objects.filter(pk=town.cycle.pk).update(procurement_from=town.now.date())
    assert "next-h" not in town.client(user=town.lead.user).get(address).content.decode(), "nothing new is taken now"
    with CaptureQueriesContext(
        connection,
    ) as taken:
        next_steps.of(town.cycle)
    assert len(taken) == 3


@pytest.mark.django_db
def test_the_demonstration_shows_no_task_to_do_in_a_stage_that_is_closed():
    cycle, __ = demonstration.load(now=timezone.now())
    for stage in cycle.stages.filter(state="closed"):
        done = TaskDone.objects.filter(stage=stage)
        assert {row.task for row in done} == {task.code for task in STAGES[stage.code].tasks}
        assert all(row.words for row in done)
    assert pages(cycle) == ["stakeholders", "gate"]
