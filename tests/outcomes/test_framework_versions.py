"""Versions of the framework side by side, retiring an outcome, the library, whose words it is, and a framework that is large."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.models import Organisation
from commissioning.sentences import Refused
from outcomes import adopting, comparing, composing, framing, influence, library, specifying
from outcomes.models import Clause, Criterion, Finding, FrameworkVersion, Indicator, Measure, Outcome, Review, WaitingSign
from tests.outcomes.test_framework_editor import at, freeze, outcome, save  # noqa: F401 (a fixture is used by its name)
from tests.outcomes.test_line import adopt, agreement  # noqa: F401 (a fixture is used by its name)
from workshops import agreeing
from workshops.models import Proposal


def adopted(room, n, text="People feel at home"):
    """One more outcome with its sign, agreed and adopted."""
    town = room.town
    proposal = town.propose(room.workshop, room.citizens[0], f"{text} {n}")
    town.vote(town.ballot(room.workshop, proposal), "support", *room.everybody)
    town.move(room.workshop, "agree")
    made = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    return adopt(room, made, placing=adopting.Placing(f"Theme {n}", "all", "short", ("social",)))


# Versions


def test_inv_11_a_frozen_version_stays_as_it_was_and_two_versions_are_compared_word_by_word(room, outcome):  # noqa: F811
    town, lead, cat = room.town, room.town.client(room.town.lead), room.town.client(room.citizens[0])
    sign = outcome.indicators.get()
    assert cat.get(at(room, "compare/")).status_code == 404, "nothing is frozen yet"
    save(room, sign, collector="The provider")
    freeze(room)
    first = FrameworkVersion.objects.get()
    assert save(room, sign, collector="x").status_code == 409, "frozen is frozen"
    assert first.content_hash[:12] in cat.get(at(room, "")).content.decode()
    assert "Nothing differs between these two." in cat.get(at(room, "compare/")).content.decode()
    lead.post(at(room, ""), {"act": "reopen", "reason": "A better way"})
    save(room, sign, collector="The people who use it")
    adopted(room, 2)
    page = cat.get(at(room, "compare/")).content.decode()
    assert "Outcomes added: 1. Left out: 0. Changed: 1." in page
    assert "<del>" in page
    assert "people who use it" in page
    framing.retire(outcome, reason="It is done", by=town.lead, now=town.now)
    town.collected()
    freeze(room)
    page = cat.get(at(room, "compare/?old=1&new=2")).content.decode()
    assert "Outcomes added: 1. Left out: 1. Changed: 0." in page
    assert cat.get(at(room, "compare/?old=1&new=7")).status_code == 404
    first.refresh_from_db()
    assert composing.content_hash(first.content) == first.content_hash
    assert first.content["themes"][0]["outcomes"][0]["id"] == outcome.pk, "retired, it stays in the version frozen before"
    assert outcome.pk not in [o["id"] for theme in FrameworkVersion.objects.get(number=2).content["themes"] for o in theme["outcomes"]]


def test_a_version_frozen_before_the_new_fields_is_still_compared():
    sign = {"id": 1, "code": "I1", "text": "A sign", "form": "story", "collector": "Somebody"}
    old = {"themes": [{"title": "Home", "outcomes": [{"id": 1, "code": "O1", "statement": "Safe", "indicators": [sign]}]}]}
    new = {"themes": [{"title": "Home", "outcomes": [{"id": 1, "code": "O1", "statement": "Safe", "indicators": [sign | {"aim": "4"}]}]}]}
    found = comparing.compare(old, new)
    assert found.counts == {"added": 0, "removed": 0, "changed": 1}
    assert [(one.name, "".join(p.text for p in one.pieces)) for one in found.outcomes[0].signs[0].fields] == [("aim", "4")]
    assert not comparing.compare(old, old).outcomes


# Retiring


def test_an_outcome_is_retired_with_a_reason_and_leaves_the_draft(room, outcome):  # noqa: F811
    lead, page = room.town.client(room.town.lead), at(room, f"outcomes/{outcome.pk}/")
    assert lead.post(page, {"act": "retire", "reason": " "}).status_code == 409
    assert room.town.client(room.town.decider).post(page, {"act": "retire", "reason": "No"}).status_code == 409
    for __ in (1, 2):
        assert lead.post(page, {"act": "retire", "reason": "The school does it now"}).status_code == 302
    assert "The school does it now" in room.town.client(room.citizens[0]).get(page).content.decode()
    draft = room.town.client(room.citizens[0]).get(at(room, "")).content.decode()
    assert f'id="outcome-{outcome.pk}"' not in draft
    assert "The school does it now" in draft.split('id="retired-h"')[1]
    assert freeze(room).status_code == 409, "nothing is left to freeze"
    with pytest.raises(Refused, match="retired"):
        specifying.add_clause(
            specifying.specification_of(room.town.cycle), text="x", kind="outcome", outcome=outcome, by=room.town.lead, now=room.town.now
        )


def cite_by_clause(room, outcome):  # noqa: F811
    specifying.compose(specifying.specification_of(room.town.cycle), by=room.town.lead, now=room.town.now)
    clause = Clause.objects.first()
    return [f"Clause {clause.label}", f"specification/clauses/{clause.pk}/"]


def cite_by_criterion(room, outcome):  # noqa: F811
    Criterion.objects.create(cycle=room.town.cycle, number=3, question="How?", outcome=outcome, by=room.town.lead, at=room.town.now)
    return ["Criterion C3"]


def cite_by_measure(room, outcome):  # noqa: F811
    by = {"owner": "Provider", "hours": 1, "by": room.town.lead, "at": room.town.now}
    Measure.objects.create(cycle=room.town.cycle, number=4, text="A sign", form="story", indicator=outcome.indicators.get(), **by)
    return ["Measure M4"]


def cite_by_finding(room, outcome):  # noqa: F811
    by = {"by": room.town.lead, "at": room.town.now}
    review = Review.objects.create(cycle=room.town.cycle, number=1, title="First", quarter=1, planned_for=room.town.now.date(), **by)
    Finding.objects.create(review=review, number=5, level="contract", text="It works", outcome=outcome, **by)
    return ["Finding F5"]


@pytest.mark.parametrize("cite", [cite_by_clause, cite_by_criterion, cite_by_measure, cite_by_finding])
def test_an_outcome_that_is_cited_is_not_retired_and_the_page_says_where(room, outcome, cite):  # noqa: F811
    named = cite(room, outcome)
    answer = room.town.client(room.town.lead).post(at(room, f"outcomes/{outcome.pk}/"), {"act": "retire", "reason": "No more"})
    assert answer.status_code == 409
    for words in named:
        assert words in answer.content.decode()
    outcome.refresh_from_db()
    assert outcome.retired_at is None


# The library


def test_the_library_is_whole_and_says_where_each_sign_comes_from():
    read = library.library()
    assert len(read.signs) >= 40
    assert len({sign.code for sign in read.signs}) == len({sign.text for sign in read.signs}) == len(read.signs)
    assert all(sign.form in Indicator.Form.values and sign.source and sign.how and len(sign.code) <= 20 for sign in read.signs)
    assert {sign.soft for sign in read.signs} == {True, False}
    assert {"Environment", "Recovery", "Loneliness", "A home", "Money and debt", "Skills and work"} <= set(read.themes)
    assert [s.code for s in read.find(words="lonely")] == ["LONE-1"]
    assert all(s.form in ("count", "share") for s in read.find(kind="hard"))


def test_ps_05_a_sign_of_the_library_comes_in_as_a_proposal_and_never_straight_into_the_framework(room, agreement):  # noqa: F811
    town, cat = room.town, room.town.client(room.citizens[0])
    adopt(room, agreement)
    town.move(room.workshop, "discuss")
    sent = {"act": "bring", "outcome": agreement.proposal_id, "sign": "SAFE-1"}
    for __ in (1, 2):
        assert cat.post(at(room, "library/"), sent).status_code == 302
    made = Proposal.objects.get(for_outcome=agreement.proposal, text=library.library().signs[0].text)
    assert (made.kind, made.contribution.participant) == ("indicator", room.citizens[0])
    assert made.text not in [sign.text for sign in Indicator.objects.all()]
    assert made.text in cat.get(at(room, f"outcomes/{Outcome.objects.get().pk}/")).content.decode()


def test_where_no_room_takes_it_a_sign_waits_until_somebody_takes_it_in(room, agreement):  # noqa: F811
    town, cat, cem = room.town, room.town.client(room.citizens[0]), room.town.client(room.citizens[1])
    town.move(room.workshop, "agree")
    assert cat.post(at(room, "library/"), {"act": "bring", "outcome": agreement.proposal_id, "sign": "SAFE-2"}).status_code == 302
    waiting = WaitingSign.objects.get()
    assert waiting.made is None
    assert waiting.text in cem.get(at(room, "library/")).content.decode().split('id="waiting-h"')[1].split("</section>")[0]
    assert cem.post(at(room, "library/"), {"act": "take", "waiting": waiting.pk}).status_code == 409, "its room takes none now"
    town.move(room.workshop, "discuss")
    assert cem.post(at(room, "library/"), {"act": "take", "waiting": waiting.pk}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.made.contribution.participant == room.citizens[1]
    assert cat.post(at(room, "library/"), {"act": "bring", "outcome": 999999, "sign": "SAFE-2"}).status_code == 409
    assert cat.post(at(room, "library/"), {"act": "bring", "outcome": agreement.proposal_id, "sign": "NONE"}).status_code == 409


# Whose words


def test_ps_10_shares_are_drawn_for_outcomes_indicators_and_clauses_and_sizes_of_few_are_hidden(room, outcome):  # noqa: F811
    Organisation.objects.filter(name="Harbour").update(size="small")
    page = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/influence/").content.decode()
    assert "Outcomes: 1" in page
    assert "Indicators: 1" in page
    assert "1 began here; words behind 1" in page
    assert "Fewer than five organisations, so not shown in numbers." in page, "one small organisation commented"
    found = influence.of(room.town.cycle)
    [small] = found.sizes
    assert (small.size, len(small.organisations), small.hidden, small.behind["outcomes"]) == ("small", 1, True, 1)
    small.organisations = {1, 2, 3, 4, 5}
    assert not small.hidden


# A large framework

QUERIES = {"": 17, "outcome": 12, "library/": 5, "compare/": 15}


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_take_the_same_queries_with_one_row_and_with_thirty(room, rows):
    town = room.town
    for n in range(rows):
        adopted(room, n)
    town.collected()
    outcome = Outcome.objects.first()  # noqa: F811
    for n in range(rows):
        said = {"text": f"More {n}", "intended": False, "positive": False, "by": room.citizens[n % 2], "now": town.now}
        framework_of_rows(room, outcome, n, said)
    freeze(room)
    adopting.reopen(adopting.framework_of(town.cycle), reason="Again", by=town.lead, now=town.now)
    client, taken = town.client(room.citizens[0]), {}
    for name in QUERIES:
        address = at(room, f"outcomes/{outcome.pk}/" if name == "outcome" else name)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        taken[name] = len(queries)
    assert taken == QUERIES
    page = client.get(at(room, "")).content.decode()
    assert ("<summary>Show 1 outcome" in page) == (rows == 30), "a large framework is folded by theme"
    assert ('id="jump-h"' in page) == (rows == 30)


def framework_of_rows(room, outcome, n, said):  # noqa: F811
    """One consequence, one thing people do themselves and one waiting sign."""
    from outcomes import consequences

    consequences.add(outcome, key=f"c{n}", **said)
    consequences.note_co_delivery(outcome, who=f"Group {n}", what="A walk", by=room.citizens[0], key=f"d{n}", now=room.town.now)
    code = library.library().signs[n].code
    WaitingSign.objects.create(
        proposal=outcome.decision.agreement.proposal, code=code, text="A sign", key="k", by=room.citizens[0], at=room.town.now
    )
