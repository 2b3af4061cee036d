"""The thread after the specification: from what somebody said to a finding and the next cycle's need, and back."""

from datetime import timedelta

from commissioning import needs
from commissioning.models import Need
from outcomes import awarding, committing, lots, specifying
from outcomes.models import Clause, Criterion, Finding, Outcome, Reading, Return, Review
from tests.outcomes.test_awards import DAY, at, measure, organisation, over
from tests.outcomes.test_gaps import adopted  # noqa: F401 (a fixture)


def promised(room, need):
    """What was said became an outcome and a need; both are asked of bidders, promised, measured, shown and found."""
    town, outcome = room.town, Outcome.objects.get()
    over(town)
    lot = lots.name(town.cycle, number=1, title="All", by=town.lead, now=town.now)
    result = awarding.Result(lot, organisation(town, "Harbour"), DAY - timedelta(days=200), DAY + timedelta(days=200), "They know people")
    award = awarding.record(town.cycle, result, key="a", by=town.lead, now=town.now)
    origins = {1: {"outcome": outcome}, 2: {"need": need}}
    made = []
    for n, origin in origins.items():
        asked = Criterion.objects.create(cycle=town.cycle, number=n, question=f"Asked {n}?", by=town.lead, at=town.now, **origin)
        said = committing.Promise(f"Promised {n}", "Manager")
        made.append(committing.commit(award, said, criterion=asked, key=f"k{n}", by=town.lead, now=town.now))
    shown = measure(town, made[0])
    back = Return.objects.create(award=award, quarter=1, state="submitted", by=town.lead, started_at=town.now, submitted_at=town.now)
    reading = Reading.objects.create(returned=back, measure=shown, standing="partly")
    review = Review.objects.create(cycle=town.cycle, number=90, title="Year one", quarter=1, planned_for=DAY, by=town.lead, at=town.now)
    found = {"review": review, "level": "contract", "by": town.lead, "at": town.now}
    carried = Need.objects.create(cycle=town.cycle, number=9, statement="Still by accident", by=town.lead, at=town.now)
    agreed = Finding.objects.create(
        number=1, text="Found one", decided="forward", because="Again", state="carried", carried_to=carried, **found
    )
    agreed.readings.add(reading)
    Finding.objects.create(number=2, text="Only a draft", outcome=outcome, **found)
    return made


def test_s1_step_12_what_somebody_said_is_followed_to_the_finding_and_the_next_need(room, adopted):  # noqa: F811
    town = room.town
    promised(room, adopted)
    said = adopted.origins.get().contribution
    page = town.client(room.citizens[1]).get(at(town, f"contributions/{said.pk}/thread/")).content.decode()
    for words in ("Asked 1?", "Asked 2?", "Promised 1", "Promised 2", "Partly met", "Found one", "Still by accident"):
        assert words in page, words
    assert "Only a draft" not in page


def test_a_commitment_leads_back_to_what_people_said_by_outcome_and_by_need(room, adopted):  # noqa: F811
    town = room.town
    for kept in promised(room, adopted):
        page = town.client(room.citizens[0]).get(at(town, f"commitments/{kept.number}/")).content.decode()
        assert "Nowhere to go" in page
        assert kept.promise in page


def test_pl_11_a_clause_leads_on_to_criterion_promise_reading_finding_and_the_next_need(room, adopted):  # noqa: F811
    town = room.town
    specification = specifying.specification_of(town.cycle)
    specifying.compose(specification, by=town.lead, now=town.now)
    clause = Clause.objects.filter(outcome__isnull=False).first()
    cat = town.client(room.citizens[0])
    assert "Nothing yet" in cat.get(at(town, f"clauses/{clause.pk}/thread/")).content.decode().split('id="onward"')[1]
    promised(room, adopted)
    onward = cat.get(at(town, f"clauses/{clause.pk}/thread/")).content.decode().split('id="onward"')[1]
    for words in ("Asked 1?", "Promised 1", "Partly met", "Found one", "Still by accident"):
        assert words in onward, words
    for words in ("Asked 2?", "Only a draft"):
        assert words not in onward, words


def test_every_link_of_the_later_thread_ends_at_a_node_and_reaches_a_contribution(room, adopted):  # noqa: F811
    town = room.town
    promised(room, adopted)
    thread = town.client(room.citizens[0]).get(at(town, "thread.json")).json()
    kinds = {node["id"]: node["type"] for node in thread["nodes"]}
    assert {"criterion", "commitment", "measure", "reading", "finding"} <= set(kinds.values())
    cites = {}
    for link in thread["links"]:
        assert link["from"] in kinds
        assert link["cites"] in kinds
        cites.setdefault(link["from"], set()).add(link["cites"])
    for start, kind in kinds.items():
        if kind in ("criterion", "commitment", "measure", "reading", "finding"):
            seen, ahead = set(), [start]
            while ahead:
                one = ahead.pop()
                seen.add(one)
                ahead += cites.get(one, set()) - seen
            assert any(kinds[one] == "contribution" for one in seen), start
    finding = next(node for node in thread["nodes"] if node["type"] == "finding")
    assert finding["carried_to"] == {"cycle": town.cycle.slug, "need": 9}
    assert needs.on_the_list(town.cycle).exists()
