"""Every page takes the same number of queries with one row and with thirty."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import contributing, convening
from commissioning.models import Contribution
from outcomes import adopting, specifying
from workshops import (
    agreeing,
    attending,
    claiming,
    inviting,
    mattering,
    moderating,
    promising,
    proposing,
    scheduling,
    seating,
    suggesting,
    voting,
)

PAGES = {
    "/": 3,
    "/w/{w}/": 88,
    "/w/{w}/screen/": 44,
    "/w/{w}/desk/": 39,
    "/w/{w}/live/": 6,
    "/w/{w}/screen/words/": 44,
    "/w/{w}/agenda/": 7,
    "/w/{w}/across/": 5,
    "/words/": 1,
    "/primer/": 1,
    "/w/{w}/primer/": 3,
    "/w/{w}/record/": 5,
    "/w/{w}/opinions/": 5,
    "/w/{w}/waiting/": 3,
    "/w/{w}/proposals/{p}/": 28,
    "/w/{w}/sort/": 6,
    "/w/{w}/similar/?text=Outcome+for+everybody+here": 5,
    "/w/{w}/queue/": 8,
    "/w/{w}/said/{s}/": 7,
    "/w/{w}/said/{s}/report/": 4,
    "/w/{w}/matters/{s}/": 6,
    "/w/{w}/photo/": 4,
    "/w/{w}/said/{v}/private/": 6,
    "/w/{w}/dates/": 7,
    "/w/{w}/arrangements/": 3,
    "/w/{w}/invitation/": 9,
    "/w/{w}/invitations/": 6,
    "/w/{w}/claim/": 6,
    "/cycles/{c}/attendance/": 8,
    "/cycles/{c}/claims/": 11,
    "/w/{w}/report/": 28,
    "/w/{w}/actions/{a}/": 6,
    "/w/{w}/pulse/": 4,
    "/cycles/{c}/promises/": 6,
    "/cycles/{c}/hear-back/": 6,
    "/w/{w}/seating/": 5,
    "/w/{w}/scribe/": 6,
    "/w/{w}/papers/": 6,
    "/w/{w}/papers/enter/": 5,
    "/cycles/{c}/": 19,
    "/cycles/{c}/framework/": 17,
    "/cycles/{c}/specification/": 31,
    "/cycles/{c}/people/": 7,
    "/cycles/{c}/answers/": 6,
    "/cycles/{c}/minutes/": 5,
    "/cycles/{c}/mine/": 39,
    "/cycles/{c}/thread.json": 23,
    "/cycles/{c}/clauses/{k}/thread/": 19,
}


def fill_dates(room, rows):
    """A workshop with people invited, dates proposed and answered, and claims."""
    town, workshop = room.town, room.workshop
    more = [town.join(f"More {n}", "vso" if n % 2 else "citizen", f"Org {n}" if n % 2 else "") for n in range(rows)]
    inviting.invite(workshop, more, by=town.lead, now=town.now)
    moments = [town.now + timedelta(days=2 + n) for n in range(min(rows, 12))]
    for date in scheduling.propose_dates(workshop, moments, by=town.facilitator, now=town.now):
        for person in more:
            scheduling.answer_dates(workshop, {date.pk: "yes"}, by=person, now=town.now)
    for person in more:
        attending.attend(workshop, person, now=town.now)
        claiming.claim(workshop, hours=Decimal(1), expenses=Decimal(0), by=person, now=town.now)


def fill(room, rows):
    """A room with this many ideas, proposals, comments, ballots, agreements, outcomes and clauses."""
    town, workshop = room.town, room.workshop
    fill_dates(room, rows)
    for n in range(rows):
        line = convening.add_scope_item(town.cycle, kind="open", text=f"Open {n}", by=town.lead, now=town.now)
        convening.ask_about(line, text=f"Really {n}?", key=f"q{n}", by=room.citizens[0], now=town.now)
        proposing.add_idea(workshop, kind="need", text=f"Need {n}", by=room.citizens[0], key=f"i{n}", now=town.now)
        made = town.propose(workshop, room.citizens[n % 2], f"Outcome {n}")
        proposing.comment(made, text="Yes", by=room.citizens[0], key=f"c{n}", now=town.now)
        talk_over(room, made, n)
    table = seating.Table("Table", min(rows, seating.MOST_AT_A_TABLE), "citizen", "resident")
    seating.seat_table(workshop, table, by=town.facilitator, key="t", now=town.now)
    town.move(workshop, "vote")
    proposals = list(workshop.proposals.filter(for_outcome=None))
    rule = voting.rules.Rule.same_for_all(67, 1)
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
    for n in range(rows):
        action = promising.add_action(
            workshop, text=f"Do {n}", person=room.citizens[0], due=town.now.date(), how_we_know="Told", by=town.facilitator, now=town.now
        )
    specification = specifying.specification_of(town.cycle)
    specifying.compose(specification, by=town.lead, now=town.now)
    said = workshop.ideas.exclude(contribution__moderation=-2).first().contribution_id
    private = Contribution.objects.filter(moderation=-2).first().pk
    return {
        "w": workshop.slug,
        "c": town.cycle.slug,
        "p": proposals[0].pk,
        "k": specification.clauses.first().pk,
        "s": said,
        "v": private,
        "a": action.pk,
    }


def talk_over(room, proposal, n):
    """Something of each kind of talk about one proposal, and in the queue."""
    town, workshop, now = room.town, room.workshop, room.town.now
    view = proposing.comment(proposal, text="Law", mark="feasibility", by=room.officers[0], key=f"f{n}", now=now)
    proposing.comment(proposal, text="Right", answers=view, by=room.vsos[0], key=f"fa{n}", now=now)
    town.move(workshop, "discuss")
    suggesting.suggest(proposal, text=f"Other {n}", why="Clearer", seen_version=1, by=room.vsos[0], key=f"s{n}", now=now)
    town.move(workshop, "gather")
    made = [
        proposing.add_idea(workshop, kind="need", text=f"More {k} {n}", by=room.citizens[0], key=f"m{k}{n}", now=now, manner=manner)
        for k, manner in enumerate((contributing.PLAINLY, contributing.PLAINLY, contributing.Manner(held=True, moderation=0)))
    ]
    mattering.mark(proposal.contribution, on=True, by=room.citizens[0], workshop=workshop, now=now)
    mattering.mark(made[0].contribution, on=True, by=room.vsos[0], workshop=workshop, now=now)
    moderating.report(workshop, made[0].contribution, words="Rude", by=room.vsos[0], now=now)
    moderating.take_step(workshop, made[1].contribution, act="private", reason="About a provider", by=town.facilitator, now=now)
    moderating.say_privately(workshop, made[1].contribution, text="Thank you", by=room.citizens[0], key=f"p{n}", now=now)


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(room, rows):
    names = fill(room, rows)
    assert Contribution.objects.count() >= rows
    taken = {}
    for address in PAGES:
        who = room.town.facilitator if "minutes" in address or address.startswith("/w/") else room.citizens[0]
        who = room.town.lead if any(page in address for page in ("invitations", "claims", "attendance")) else who
        client = room.town.client(who)
        client.get(address.format(**names))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(**names)).status_code == 200
        taken[address] = len(queries)
    assert taken == PAGES, {k: v for k, v in taken.items() if v != PAGES[k]}
