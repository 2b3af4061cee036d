"""The thread as a property: in whole cycles made at random, everything leads back to what people said, and everything said is followed on."""

import json

import pytest

from commissioning.models import Contribution, Need
from outcomes import carrying, composing, data_pack, publishing, thread_onward, threading_back
from outcomes.models import Clause, Commitment, Finding, Indicator, Measure, Outcome, SpecificationVersion
from tests.outcomes.whole_cycles import whole_cycle

SEEDS = range(10)  # each a whole cycle of its own, the same each time
OF_THE_ROOM = {"proposal", "agreement", "decision", "outcome", "indicator"}
ONWARD = {"criterion", "commitment", "measure", "reading", "finding"}


def thread_of(made):
    return made.town.client(made.room.citizens[0]).get(f"/cycles/{made.cycle.slug}/thread.json").json()


def broken_in(thread):
    """Everything that is wrong with a thread: links that end nowhere, and pieces that lead back to nobody's words and to no named source."""
    nodes = {node["id"]: node for node in thread["nodes"]}
    cites = {}
    wrong = []
    for link in thread["links"]:
        wrong += [f"{link['from']} cites {end}, which is not there" for end in link.values() if end not in nodes]
        cites.setdefault(link["from"], []).append(link["cites"])
    for start, node in nodes.items():
        seen, ahead = set(), [start]
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += cites.get(one, ())
        reached = [nodes[one] for one in seen if one in nodes]
        voices = any(one["type"] == "contribution" for one in reached)
        named = any(one.get("requirement") or one.get("sources") for one in reached)
        if not voices and not (named and node["type"] not in OF_THE_ROOM):
            wrong.append(f"{start} leads back to nobody")
    return wrong


def back_to_what_people_said_or_to_a_named_source(made):
    thread = thread_of(made)
    assert broken_in(thread) == []
    kinds = {node["type"] for node in thread["nodes"]}
    assert kinds >= (OF_THE_ROOM | ONWARD | {"clause", "contribution"}) - {"indicator"}, "every kind of piece is there to be walked"
    there = {"outcome": Outcome, "indicator": Indicator, "clause": Clause, "measure": Measure}
    for kind, rows in there.items():
        assert sum(node["type"] == kind for node in thread["nodes"]) == rows.objects.count(), kind
    assert {node["id"] for node in thread["nodes"] if node["type"] == "commitment"} == {
        f"commitment-{k.pk}" for k in Commitment.objects.all()
    }
    for outcome in Outcome.objects.filter(theme__framework__cycle=made.cycle):
        proposal = outcome.decision.agreement.proposal
        said = Contribution.objects.filter(pk__in=threading_back.roots_of([proposal])[proposal.pk])
        assert said.exists()
    assert "Shy" not in json.dumps(thread)


def answered_or_still_owed_an_answer(made):
    owed = set(Contribution.objects.filter(cycle=made.cycle).owed().values_list("pk", flat=True))
    answers = {node["id"]: node["answer"] for node in thread_of(made)["nodes"] if node["type"] == "contribution"}
    readable = Contribution.objects.open_to_all().filter(cycle=made.cycle)
    assert set(answers) == {f"contribution-{said.pk}" for said in readable}
    for said in readable:
        assert (answers[f"contribution-{said.pk}"] is None) == (said.pk in owed)
        if said.pk not in owed:
            assert answers[f"contribution-{said.pk}"]["reason"]


def the_way_there_and_the_way_back_are_the_same_way(made):
    said = list(Contribution.objects.open_to_all().filter(cycle=made.cycle))
    forward = {journey.contribution.pk: journey for journey in threading_back.journeys(said)}
    assert set(forward) == {one.pk for one in said}
    for clause in Clause.objects.all():
        back = {one.pk for one in threading_back.walk_back(clause).contributions}
        assert back == {pk for pk, journey in forward.items() if clause in journey.clauses}, clause
        assert back or clause.requirement
    for kept in Commitment.objects.all():
        back = {one.pk for one in threading_back.walk_back_from_commitment(kept).contributions}
        assert back <= {pk for pk, journey in forward.items() if kept in journey.onward.commitments}, kept
    newest = thread_onward.of_cycle(made.cycle)
    for journey in forward.values():
        assert {r.pk for r in journey.onward.readings} <= {r.pk for r in newest.readings}
        assert all(f.state != Finding.State.DRAFT for f in journey.onward.findings)


def what_goes_forward_is_one_need_of_the_next_cycle_with_the_way_back(made):
    carried = Finding.objects.filter(review__cycle=made.cycle, decided="forward", state__in=("agreed", "carried"))
    assert {need.pk for need in Need.objects.filter(cycle=made.following)} == {finding.carried_to_id for finding in carried}
    for finding in carried:
        assert carrying.origin_of(finding.carried_to) == finding
        assert finding.code in finding.carried_to.earlier_finding


def what_was_signed_off_stays_and_is_read_back_to_the_letter(made):
    version = SpecificationVersion.objects.get(pk=made.version.pk)
    assert publishing.as_json(version) == made.kept, "nothing that came later changes it"
    pack = data_pack.read(made.kept)
    assert data_pack.written(pack) == made.kept
    assert pack.content_hash == version.content_hash == composing.content_hash(version.content)
    assert version.framework_version.content_hash == composing.content_hash(version.framework_version.content)
    frozen = {clause["id"]: clause for clause in pack.content["clauses"]}
    outcomes = {outcome["id"]: outcome for theme in pack.content["framework"]["themes"] for outcome in theme["outcomes"]}
    for clause in frozen.values():
        assert clause["outcome"] in outcomes or clause["requirement"], "INV-04 holds in what was frozen"
    traced = {row["outcome"]: row["contributions"] for row in pack.record["trace"]}
    for pk in outcomes:
        assert traced[pk], "INV-01 holds in what was frozen"
    listed = {row["id"] for row in pack.record["contributions"]}
    assert {pk for said in traced.values() for pk in said} <= listed


@pytest.mark.parametrize("seed", SEEDS)
def test_inv_01_inv_04_inv_11_fb_02_rv_10_hold_in_whole_cycles_made_at_random(room, seed):
    made = whole_cycle(room, seed)
    back_to_what_people_said_or_to_a_named_source(made)
    answered_or_still_owed_an_answer(made)
    the_way_there_and_the_way_back_are_the_same_way(made)
    what_goes_forward_is_one_need_of_the_next_cycle_with_the_way_back(made)
    what_was_signed_off_stays_and_is_read_back_to_the_letter(made)


ONLY_WAYS = (("outcome", "decision"), ("decision", "agreement"), ("agreement", "proposal"), ("reading", "measure"))


def test_one_link_that_breaks_is_found(room):
    thread = thread_of(whole_cycle(room, 0))
    assert broken_in(thread) == []
    for kind, to in ONLY_WAYS:
        lost = next(one for one in thread["links"] if one["from"].startswith(f"{kind}-") and one["cites"].startswith(f"{to}-"))
        kept = [one for one in thread["links"] if one != lost]
        assert f"{lost['from']} leads back to nobody" in broken_in({**thread, "links": kept})
        bent = [*thread["links"], {**lost, "cites": f"{to}-0"}]
        assert f"{lost['from']} cites {to}-0, which is not there" in broken_in({**thread, "links": bent})
    fewer = [node for node in thread["nodes"] if node["type"] != "agreement"]
    assert broken_in({**thread, "nodes": fewer}), "a piece that is left out is found"
