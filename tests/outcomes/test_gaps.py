"""The gap list: made from the record, open to dispute; and which needs stand behind which outcome."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from commissioning import disputing, gaps, needs
from commissioning.models import GapDispute, Need
from commissioning.sentences import Refused
from outcomes import adopting, answering_needs
from outcomes.models import NeedAnswered, Outcome
from workshops import agreeing, proposing

PLACING = adopting.Placing("Home", "young people", "short", ("social",))


@pytest.fixture
def adopted(room):
    """A need somebody raised, and an outcome that was made of the same words."""
    town, workshop = room.town, room.workshop
    idea = proposing.add_idea(workshop, kind="need", text="Nowhere to go", by=room.citizens[1], key="i", now=town.now)
    proposal = town.propose(workshop, room.citizens[0])
    proposal.sources.add(idea.contribution)
    ballot = town.ballot(workshop, proposal)
    town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", placing=PLACING, by=town.decider, now=town.now)
    return needs.raise_need(town.cycle, statement="Nowhere to go", contributions=[idea.contribution], by=town.lead, now=town.now)


def page(client, town, **data):
    address = f"/cycles/{town.cycle.slug}/gaps/"
    return client.post(address, data) if data else client.get(address)


def lacking(town, need):
    need.refresh_from_db()
    traced = answering_needs.trace(town.cycle)
    return [gap.lacks for gap in answering_needs.gaps_of(town.cycle, [need], traced)]


@given(*[st.sets(st.integers(1, 8))] * 4)
def test_every_gap_and_no_other_is_listed(listed, with_provider, with_outcome, with_funding):
    found = gaps.gaps(listed, with_provider=with_provider, with_outcome=with_outcome, with_funding=with_funding)
    having = {gaps.PROVIDER: with_provider, gaps.OUTCOME: with_outcome, gaps.FUNDING: with_funding}
    assert {(g.need, g.lacks) for g in found} == {(n, lacks) for n in listed for lacks, those in having.items() if n not in those}
    assert len(found) == len(set(found))


def test_an_15_plan_opens_with_a_gap_list_that_participants_can_dispute(room, adopted):
    town = room.town
    ann, lead = town.client(room.citizens[0]), town.client(town.lead)
    assert f"/cycles/{town.cycle.slug}/gaps/" in lead.get(f"/cycles/{town.cycle.slug}/stages/plan/").content.decode()
    assert lacking(town, adopted) == ["provider", "funding"]
    shown = page(ann, town).content.decode()
    for words in ("Nowhere to go", "1 of 1 needs: nobody provides for them", "0 of 1 needs: no outcome answers them", "O1", "Nothing yet"):
        assert words in shown
    data = {"act": "dispute", "need": adopted.pk, "lacks": "provider", "words": "Harbour opens on Fridays"}
    for __ in range(2):
        assert page(ann, town, **data).status_code == 302
    assert GapDispute.objects.count() == 1, "sent twice, it is kept once"
    assert page(ann, town, **(data | {"words": "Also Mondays"})).status_code == 409
    assert page(ann, town, **(data | {"words": ""})).status_code == 409
    assert page(ann, town, **(data | {"lacks": "love"})).status_code == 409
    dispute = GapDispute.objects.get()
    assert "sees it differently" in page(town.client(room.vsos[0]), town).content.decode()
    assert page(ann, town, act="answer", dispute=dispute.pk, words="Yes").status_code == 409
    assert page(lead, town, act="answer", dispute=dispute.pk, words="").status_code == 409
    assert page(lead, town, act="answer", dispute=dispute.pk, words="True for Fridays, and we add it").status_code == 302
    assert "True for Fridays" in page(ann, town).content.decode()
    with pytest.raises(Refused, match="answered already"):
        disputing.answer(dispute, words="Again", by=town.lead, now=town.now)
    needs.note_means(adopted, provided_by="Harbour, on Fridays", paid_by="", by=town.lead, now=town.now)
    assert lacking(town, adopted) == ["funding"]
    assert "Harbour, on Fridays" in page(ann, town).content.decode()


def test_inv_01_an_outcome_leads_back_to_a_need_and_to_a_voice_from_outside(room, adopted):
    town = room.town
    outcome = Outcome.objects.get()
    traced = answering_needs.trace(town.cycle)
    assert traced.needs == {outcome.pk: {adopted.pk}}
    assert (traced.without_need, traced.without_voice) == ([], [])
    other = needs.raise_need(town.cycle, statement="Joined", by=town.lead, now=town.now)
    needs.merge(adopted, other, by=town.lead, now=town.now)
    assert answering_needs.trace(town.cycle).needs == {outcome.pk: {other.pk}}, "a joined need counts as the one it is in"
    needs.undo_merge(adopted, by=town.lead, now=town.now)
    adopted.origins.all().delete()
    assert answering_needs.trace(town.cycle).without_need == [outcome]
    shown = page(town.client(room.citizens[0]), town).content.decode()
    assert "No need on the list stands behind it" in shown
    lead = town.client(town.lead)
    for __ in range(2):
        assert page(lead, town, act="link", outcome=outcome.pk, need=adopted.pk).status_code == 302
    assert NeedAnswered.objects.count() == 1
    assert answering_needs.trace(town.cycle).without_need == []
    assert page(town.client(room.citizens[0]), town, act="link", outcome=outcome.pk, need=adopted.pk).status_code == 409
    assert page(lead, town, act="link", outcome=999, need=adopted.pk).status_code == 404
    assert page(lead, town, act="sing").status_code == 409


def test_somebody_of_another_cycle_disputes_nothing(room, other_town, adopted):
    with pytest.raises(Refused):
        disputing.dispute(adopted, lacks="provider", words="x", by=other_town.lead, now=room.town.now)
    made = disputing.dispute(adopted, lacks="provider", words="x", by=room.citizens[0], now=room.town.now)
    with pytest.raises(Refused):
        disputing.answer(made, words="x", by=other_town.lead, now=room.town.now)


def test_the_page_takes_no_more_queries_with_more_needs(room, adopted):
    town, taken = room.town, []
    for rows in (1, 29):
        for n in range(rows):
            need = needs.raise_need(town.cycle, statement=f"Need {n}", by=town.lead, now=town.now)
            disputing.dispute(need, lacks="provider", words="No", by=room.citizens[0], now=town.now)
        with CaptureQueriesContext(connection) as seen:
            assert page(town.client(town.lead), town).status_code == 200
        taken.append(len(seen))
    assert taken[0] == taken[1]
    assert Need.objects.count() == 31


def test_the_demonstration_tells_the_story_of_its_needs(db, town):
    from outcomes import demonstration
    from workshops import prioritising

    cycle, __ = demonstration.load(now=town.now)
    listed = list(Need.objects.filter(cycle=cycle))
    assert [n.number for n in listed] == [1, 2, 3, 4, 5]
    assert cycle.assets.count() == 4
    round_ = prioritising.latest(cycle)
    by_pk = {n.pk: n.number for n in listed}
    assert [[by_pk[pk] for pk in tier] for tier in round_.result["all"]] == [[1], [4], [2], [3], [5]], "as the session put them"
    adoption = prioritising.adopted_in(round_)
    assert [p.need.number for p in adoption.priorities.all()] == [4, 1, 2, 3, 5], "as they were adopted"
    assert {p.kind for p in adoption.priorities.exclude(reason="")} == {"political"}
    assert adoption.by.shown_name == "Ines Okafor"
    assert answering_needs.trace(cycle).without_need == [], "every outcome leads back to a need"
    assert list(needs.for_the_next_agenda(cycle)) == [listed[2]]
