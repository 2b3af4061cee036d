"""Every page takes the same number of queries with one row and with thirty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.models import Contribution
from outcomes import adopting, specifying
from workshops import agreeing, proposing, voting

PAGES = {
    "/": 3,
    "/words/": 1,
    "/primer/": 1,
    "/w/{w}/primer/": 3,
    "/w/{w}/": 35,
    "/w/{w}/screen/": 22,
    "/w/{w}/desk/": 8,
    "/w/{w}/live/": 6,
    "/w/{w}/waiting/": 3,
    "/w/{w}/proposals/{p}/": 18,
    "/cycles/{c}/": 14,
    "/cycles/{c}/framework/": 16,
    "/cycles/{c}/specification/": 10,
    "/cycles/{c}/people/": 7,
    "/cycles/{c}/answers/": 5,
    "/cycles/{c}/minutes/": 5,
    "/cycles/{c}/mine/": 15,
    "/cycles/{c}/thread.json": 16,
    "/cycles/{c}/clauses/{k}/thread/": 12,
}


def fill(room, rows):
    """A room with this many ideas, proposals, comments, ballots, agreements, outcomes and clauses."""
    town, workshop = room.town, room.workshop
    for n in range(rows):
        proposing.add_idea(workshop, kind="need", text=f"Need {n}", by=room.citizens[0], key=f"i{n}", now=town.now)
        made = town.propose(workshop, room.citizens[n % 2], f"Outcome {n}")
        proposing.comment(made, text="Yes", by=room.citizens[0], key=f"c{n}", now=town.now)
    town.move(workshop, "vote")
    proposals = list(workshop.proposals.filter(for_outcome=None))
    rule = voting.tally.Rule.same_for_all(67, 1)
    for ballot in voting.open_ballots(workshop, [p.pk for p in proposals], rule, by=town.facilitator, now=town.now):
        ballot.workshop = workshop
        town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    for proposal in proposals:
        agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
        adopting.decide(
            agreement,
            answer="adopted",
            reason="Yes",
            decider_role="Member",
            by=town.decider,
            now=town.now,
            placing=adopting.Placing(f"Theme {proposal.pk}", "all"),
        )
    specification = specifying.specification_of(town.cycle)
    specifying.compose(specification, by=town.lead, now=town.now)
    return {"w": workshop.slug, "c": town.cycle.slug, "p": proposals[0].pk, "k": specification.clauses.first().pk}


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(room, rows):
    names = fill(room, rows)
    assert Contribution.objects.count() >= rows
    taken = {}
    for address in PAGES:
        who = room.town.facilitator if "minutes" in address or address.startswith("/w/") else room.citizens[0]
        client = room.town.client(who)
        client.get(address.format(**names))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(**names)).status_code == 200
        taken[address] = len(queries)
    assert taken == PAGES, taken
