"""Whose words the final text comes from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes import adopting, influence, specifying
from tests.outcomes.test_line import agreement, specify  # noqa: F401 (a fixture is used by its name)


def by_group(found):
    return {share.group: share for share in found.shares}


def test_ps_10_the_final_text_is_counted_by_the_group_each_clause_began_with(room, agreement):  # noqa: F811
    specification = specify(room, agreement)
    specifying.add_clause(
        specification, text="Staff are checked.", kind="standard", requirement="Safeguarding law", by=room.town.lead, now=room.town.now
    )
    found = influence.of(room.town.cycle)
    shares = by_group(found)
    drawn = specification.clauses.exclude(outcome=None).count()
    assert drawn >= 1
    assert found.totals == {"outcomes": 1, "indicators": 1, "clauses": drawn + 1}
    assert found.required == 1
    assert shares["citizen"].began == {"outcomes": 1, "indicators": 1, "clauses": drawn}
    assert shares["vso"].began["clauses"] == 0
    assert shares["vso"].behind["clauses"] == drawn, "a comment is behind it too"
    assert shares["commissioner"].behind["clauses"] == 0
    page = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/influence/").content.decode()
    assert f"{drawn} began here; words behind {drawn}" in page
    assert "1 clause comes from the law" in page


def test_words_that_were_withdrawn_are_behind_nothing(room, agreement):  # noqa: F811
    specify(room, agreement)
    room.vsos[0].contributions.update(withdrawn_at=room.town.now)
    assert by_group(influence.of(room.town.cycle))["vso"].behind["clauses"] == 0


def test_without_a_specification_the_page_says_what_it_will_say(room):
    page = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/influence/").content.decode()
    assert "There is no specification yet" in page


@pytest.mark.parametrize("rows", [1, 12])
def test_the_page_takes_the_same_queries_with_many_clauses(room, rows):
    from workshops import agreeing

    town = room.town
    for n in range(rows):
        proposal = town.propose(room.workshop, room.citizens[0], f"Outcome {n}")
        ballot = town.ballot(room.workshop, proposal)
        town.vote(ballot, "support", *room.everybody)
        town.move(room.workshop, "agree")
        made = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
        placing = adopting.Placing(f"Theme {n}", "all", "short", ("social",))
        adopting.decide(made, answer="adopted", reason="Yes", decider_role="Member", placing=placing, by=town.decider, now=town.now)
    specifying.compose(specifying.specification_of(town.cycle), by=town.lead, now=town.now)
    client, address = town.client(room.citizens[0]), f"/cycles/{town.cycle.slug}/influence/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) == 13
