"""Lots, awards and who may record them; commitments and the gaps; nothing here takes a bid or a price."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import people, register
from commissioning.models import ContractShape, Need, Organisation, ProcurementGate, Route
from outcomes import award_forms, awarding, committing, lots, memorandum_forms, quarters
from outcomes.models import Award, AwardParty, Commitment, Criterion, Lot, Measure, Reading, Return
from tests.stack import ROOT

DAY = timezone.localdate()


def at(town, rest):
    return f"/cycles/{town.cycle.slug}/{rest}"


def gate(town, **more):
    values = {"starts_on": DAY, "standing": "It applies", "set_by": town.lead, "set_at": town.now} | more
    ProcurementGate.objects.create(cycle=town.cycle, **values)
    town.cycle.procurement_from = None if "ended_at" in more else values["starts_on"]
    town.cycle.save()


def over(town):
    gate(town, ending="done", ended_at=town.now, ended_because="Signed")


@pytest.fixture
def bought(room):
    """Procurement is over; two lots have names; there are two criteria."""
    town = room.town
    over(town)
    shape = {"value": 1, "months": 12, "cash": 0, "payment": "advance", "days": 30, "why": "x", "by": town.lead, "at": town.now}
    ContractShape.objects.create(cycle=town.cycle, version=1, lots=2, **shape)
    for n in (1, 2):
        lots.name(town.cycle, number=n, title=f"Part {n}", by=town.lead, now=town.now)
    need = Need.objects.create(cycle=town.cycle, number=1, statement="No routes to work", by=town.lead, at=town.now)
    for n in (1, 2):
        Criterion.objects.create(cycle=town.cycle, number=n, question=f"How will you do {n}?", need=need, by=town.lead, at=town.now)
    return room


def organisation(town, name):
    return people.find_or_add_organisation(town.authority, name)


def sent(town, **more):
    data = {
        "lot": Lot.objects.get(cycle=town.cycle, number=1).pk,
        "provider": organisation(town, "Harbour").pk,
        "starts": DAY - timedelta(days=200),
        "ends": DAY + timedelta(days=500),
        "why": "They know the streets and the people in them.",
        "key": "k1",
    }
    return {**data, **more}


def award(town, lot=1, name="Harbour", days=200, parties=()):
    listed = tuple(awarding.Part(organisation(town, one), part="Groups") for one in parties)
    lot = Lot.objects.get(cycle=town.cycle, number=lot)
    result = awarding.Result(
        lot, organisation(town, name), DAY - timedelta(days=days), DAY + timedelta(days=500), "They know people", listed
    )
    return awarding.record(town.cycle, result, key=f"k-{lot.number}", by=town.lead, now=town.now)


def commit(town, made, number=1, **more):
    said = committing.Promise(more.pop("promise", f"Promise {number}"), "Manager", **more)
    criterion = Criterion.objects.get(cycle=town.cycle, number=number)
    return committing.commit(made, said, criterion=criterion, key=f"c{number}", by=town.lead, now=town.now)


def measure(town, kept, **more):
    return committing.add_measure(kept, committing.NewMeasure("Evenings open", "count", "Manager", 1, **more), by=town.lead, now=town.now)


def test_s1_step_9_lots_are_named_and_each_goes_to_its_provider_with_partners(bought):
    town = bought.town
    lead = town.client(town.lead)
    assert lead.post(at(town, "awards/"), {"act": "name", "number": 3, "title": "Third"}).status_code == 409
    assert lead.post(at(town, "awards/"), {"act": "name", "number": 1, "title": "Evenings", "about": "Open doors"}).status_code == 302
    assert lots.as_content(town.cycle)[0] == {"number": 1, "title": "Evenings", "about": "Open doors"}
    assert town.client(bought.citizens[0]).get(at(town, "awards/new/")).status_code == 404
    more = {"party_1": organisation(town, "Doorstep").pk, "standing_1": "partner", "part_1": "Families"}
    for __ in range(2):
        assert lead.post(at(town, "awards/new/"), sent(town, **more)).status_code == 302
    assert Award.objects.count() == 1, "sent twice, it is kept once"
    page = town.client(bought.citizens[0]).get(at(town, "awards/")).content.decode()
    for words in ("Harbour", "Doorstep", "Families", "They know the streets", "Lot 1: Evenings"):
        assert words in page
    refused = lead.post(at(town, "awards/new/"), sent(town, key="k2", provider=organisation(town, "Doorstep").pk))
    assert refused.status_code == 422
    assert "Lot 1 is with Harbour" in refused.content.decode(), "it says which award stands"
    ended = {"act": "end", "award": Award.objects.get().pk, "because": ""}
    assert lead.post(at(town, "awards/"), ended).status_code == 409
    assert lead.post(at(town, "awards/"), ended | {"because": "They closed"}).status_code == 302
    assert "They closed" in lead.get(at(town, "awards/")).content.decode()
    assert lead.post(at(town, "awards/new/"), sent(town, key="k3")).status_code == 302


def test_more_organisations_than_the_form_first_shows_fit_without_a_script(bought):
    town = bought.town
    over(town)
    lead = town.client(town.lead)
    many = {f"party_{n}": organisation(town, f"Partner {n}").pk for n in range(1, 6)}
    answer = lead.post(at(town, "awards/new/"), sent(town, **many, rows="5", more="1"))
    assert answer.status_code == 200
    form = answer.context["form"]
    assert len(form.parties()) == 10
    assert form["party_5"].value() == str(many["party_5"]), "what was filled in stands"
    assert form["why"].value() == sent(town)["why"]
    assert not Award.objects.exists()
    many |= {f"party_{n}": organisation(town, f"Partner {n}").pk for n in range(6, 9)}
    assert lead.post(at(town, "awards/new/"), sent(town, **many, rows="10")).status_code == 302
    assert Award.objects.get().parties.count() == 8
    for rows in ("999999999", "-1", "x", ""):
        assert len(lead.post(at(town, "awards/new/"), sent(town, rows=rows, more="1")).context["form"].parties()) <= 60


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"ends": DAY - timedelta(days=300)}, "must come after"),
        ({"ends": DAY + timedelta(days=365 * 40)}, "longer than"),
        ({"starts": DAY - timedelta(days=365 * 30), "ends": DAY - timedelta(days=365 * 29)}, "more than"),
        ({"why": "   "}, ""),
        ({"why": "Their price was £40,000 less"}, "Neither is kept here"),
        ({"starts": "soon"}, ""),
        ({"lot": 999999}, ""),
        ({"provider": "x"}, ""),
    ],
)
def test_bad_awards_are_refused_and_what_was_typed_is_there(bought, wrong, says):
    town = bought.town
    answer = town.client(town.lead).post(at(town, "awards/new/"), sent(town, **wrong))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "k1" in answer.content.decode()
    assert not Award.objects.exists()


def test_an_organisation_is_named_once_and_stands_in_the_register(bought, other_town):
    town = bought.town
    answer = town.client(town.lead).post(at(town, "awards/new/"), sent(town, party_1=organisation(town, "Harbour").pk))
    assert "named twice" in answer.content.decode()
    elsewhere = organisation(other_town, "Elsewhere").pk
    assert town.client(town.lead).post(at(town, "awards/new/"), sent(town, provider=elsewhere)).status_code == 422
    assert not Award.objects.exists()


def test_do_10_while_somebody_challenges_nothing_is_awarded_and_what_runs_goes_on(bought):
    town, lead = bought.town, bought.town.client(bought.town.lead)
    made = award(town)
    kept = commit(town, made)
    town.cycle.paused_until = DAY + timedelta(days=12)
    town.cycle.save()
    second = Lot.objects.get(cycle=town.cycle, number=2).pk
    refused = lead.post(at(town, "awards/new/"), sent(town, lot=second, key="k2"))
    assert "Somebody challenged this" in refused.content.decode()
    data = {"act": "measure", "measure-text": "Evenings", "measure-form": "count", "measure-owner": "Lead", "measure-hours": "1"}
    data |= {"measure-every": "1", "measure-first_quarter": "1"}
    assert lead.post(at(town, f"commitments/{kept.number}/"), data).status_code == 302, "the contract that runs goes on"
    val = town.client(bought.vsos[0])
    flag = {"act": "raise", "about": f"commitment-{kept.pk}", "kind": "harm", "words": "It scares people", "key": "f"}
    assert val.post(at(town, "concerns/"), flag).status_code == 302
    town.cycle.paused_until = None
    town.cycle.save()
    assert lead.post(at(town, "awards/new/"), sent(town, lot=second, key="k2")).status_code == 302


def test_an_award_comes_after_procurement_and_can_end_it(room):
    town, lead = room.town, room.town.client(room.town.lead)
    lots.name(town.cycle, number=1, title="All", by=town.lead, now=town.now)
    assert "Procurement has no day here yet" in lead.post(at(town, "awards/new/"), sent(town)).content.decode()
    gate(town, starts_on=DAY + timedelta(days=5))
    assert "has not started yet" in lead.post(at(town, "awards/new/"), sent(town)).content.decode()
    ProcurementGate.objects.all().delete()
    gate(town)
    assert lead.post(at(town, "awards/new/"), sent(town, procurement_over="on")).status_code == 302
    town.cycle.refresh_from_db()
    assert town.cycle.procurement_from is None
    assert ProcurementGate.objects.get().ending == "done"


def test_a_grant_needs_no_procurement_and_one_called_off_awards_nothing(room):
    town = room.town
    lots.name(town.cycle, number=1, title="All", by=town.lead, now=town.now)
    gate(town, ending="called_off", ended_at=town.now, ended_because="No money")
    assert "called off" in town.client(town.lead).post(at(town, "awards/new/"), sent(town)).content.decode()
    why = {"pros": "a", "cons": "b", "chosen_because": "c", "chosen_by": "d", "chosen_at": town.now}
    Route.objects.create(cycle=town.cycle, kind="grant", **why)
    assert town.client(town.lead).post(at(town, "awards/new/"), sent(town)).status_code == 302


def test_do_04_every_criterion_becomes_a_commitment_and_one_without_a_measure_is_a_gap(bought):
    town, lead = bought.town, bought.town.client(bought.town.lead)
    made = award(town)
    cat = town.client(bought.citizens[0])
    page = cat.get(at(town, "promised/")).content.decode()
    assert page.count("Nobody is committed to it") == 2
    criterion = Criterion.objects.get(number=1)
    data = {"award": made.pk, "criterion": criterion.pk, "promise": "Six paid placements", "owner": "Youth manager", "key": "a"}
    data |= {"first_quarter": 1, "last_quarter": 6}
    whole = quarters.how_many(made.starts, made.ends)
    for bad in ({"last_quarter": whole + 1}, {"first_quarter": whole + 1}, {"first_quarter": 3, "last_quarter": 2}, {"criterion": ""}):
        assert lead.post(at(town, "commitments/new/"), data | bad).status_code == 422
    for bad in ({"promise": ""}, {"owner": " "}, {"first_quarter": 0}, {"first_quarter": "x"}, {"award": 999}):
        assert lead.post(at(town, "commitments/new/"), data | bad).status_code == 422
    assert not Commitment.objects.exists()
    for __ in range(2):
        assert lead.post(at(town, "commitments/new/"), data).status_code == 302
    kept = Commitment.objects.get()
    page = cat.get(at(town, "promised/")).content.decode()
    assert page.count("Nobody is committed to it") == 1
    assert "No measure" in page
    measure(town, kept)
    assert "No measure" not in cat.get(at(town, "promised/")).content.decode()
    assert "1 of 2 criteria have become a commitment" in lead.get(at(town, "stages/do/")).content.decode()


def test_a_measure_of_the_monitoring_plan_shows_each_lot_s_promise_and_one_of_another_lot_does_not(bought):
    town = bought.town
    kept = commit(town, award(town))
    values = {"criterion": kept.criterion, "form": "count", "owner": "A", "hours": 1, "by": town.lead, "at": town.now}
    Measure.objects.create(cycle=town.cycle, number=1, text="For all", **values)
    other = Measure.objects.create(cycle=town.cycle, number=2, text="Other lot", lot=Lot.objects.get(number=2), **values)
    assert [m.text for m in committing.measures_among([kept], town.cycle)[kept.pk]] == ["For all"]
    answer = town.client(town.lead).post(at(town, f"commitments/{kept.number}/"), {"act": "attach", "of": other.pk})
    assert answer.status_code == 409


def test_a_change_keeps_what_stood_before_and_two_at_once_lose_nothing(bought):
    town, lead = bought.town, bought.town.client(bought.town.lead)
    kept = commit(town, award(town), promise="A weekly list of names")
    data = {"act": "vary", "vary-promise": "A weekly count", "vary-owner": "Manager", "vary-first_quarter": 1, "vary-seen": 1}
    assert lead.post(at(town, f"commitments/{kept.number}/"), data).status_code == 422, "without a reason"
    assert lead.post(at(town, f"commitments/{kept.number}/"), data | {"vary-because": "Families fear it"}).status_code == 302
    late = lead.post(at(town, f"commitments/{kept.number}/"), data | {"vary-promise": "Something else", "vary-because": "I too"})
    assert late.status_code == 409
    page = town.client(bought.citizens[0]).get(at(town, f"commitments/{kept.number}/")).content.decode()
    for words in ("A weekly count", "A weekly list of names", "Families fear it"):
        assert words in page
    assert lead.post(at(town, f"commitments/{kept.number}/"), {"act": "end", "because": "Not needed"}).status_code == 302
    assert lead.post(at(town, f"commitments/{kept.number}/"), data | {"vary-because": "Again"}).status_code == 409
    assert town.client(bought.citizens[0]).post(at(town, f"commitments/{kept.number}/"), {"act": "end", "because": "x"}).status_code == 409


def test_rv_05_a_commitment_with_no_return_seven_days_after_its_quarter_is_shown_to_all(bought):
    town = bought.town
    made = award(town)
    kept = commit(town, made)
    shown = measure(town, kept)
    clients = [town.client(who) for who in (town.lead, bought.vsos[0], bought.citizens[0])]
    for client in clients:
        page = client.get(at(town, "promised/")).content.decode()
        assert "2 returns did not come" in page
        assert "No return" in page
    assert "0 of 2 returns came in time" in page
    back = Return.objects.create(
        award=made, quarter=1, state="submitted", by=bought.vsos[0], started_at=town.now, submitted_at=town.now - timedelta(days=104)
    )
    Reading.objects.create(returned=back, measure=shown, standing="partly")
    page = clients[2].get(at(town, "promised/")).content.decode()
    assert "1 return did not come" in page
    assert "Partly met" in page
    assert "1 of 2 returns came in time" in page
    table = clients[2].get(at(town, "promised.csv"))
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert "Partly met" in lines[1]
    assert "No return" in lines[2]
    committing.end(kept, because="Over", by=town.lead, now=town.now)
    assert "1 return did not come" in clients[0].get(at(town, "promised/")).content.decode(), "ending it hides nothing"


def test_inv_14_do_11_no_form_of_an_award_takes_a_price_a_bid_or_a_file(bought):
    town = bought.town
    queries = {"lots": Lot.objects.all(), "organisations": Organisation.objects.all()}
    made = [
        award_forms.LotForm(), award_forms.AwardForm(running=True, **queries), award_forms.PromiseForm(), award_forms.VaryForm(),
        award_forms.MeasureForm(), award_forms.ConcernForm(listed=[]), award_forms.AnswerForm(), award_forms.BecauseForm(),
        award_forms.CommitmentForm(awards=Award.objects.all(), criteria=Criterion.objects.all(), clauses=Lot.objects.none(), measures=Measure.objects.all()),
        memorandum_forms.WishForm(), memorandum_forms.TermsForm(), memorandum_forms.SignForm(),
    ]  # fmt: skip
    for form in made:
        for name, field in form.fields.items():
            assert not {"price", "bid", "cost", "value", "amount", "pounds", "score", "kind_of_organisation"} & set(name.split("_"))
            assert type(field).__name__ not in ("FileField", "SafeFileField", "ImageField")
            assert type(field).__name__ != "DecimalField" or name == "hours"
    for model in (Lot, Award, AwardParty, Commitment):
        assert "DecimalField" not in {type(field).__name__ for field in model._meta.fields}
    page = town.client(town.lead).get(at(town, "awards/new/")).content.decode()
    assert 'type="file"' not in page
    assert 'type="number"' not in page


def test_et_10_inv_24_awards_read_no_contribution_and_no_payment():
    named = (
        "lots",
        "awarding",
        "award_rules",
        "award_forms",
        "award_views",
        "concerns",
        "capacity",
        "committing",
        "promised_shown",
        "shown",
    )
    for name in named:
        source = (Path(ROOT) / "outcomes" / f"{name}.py").read_text()
        asked = {a.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom | ast.Import) for a in node.names}
        assert not asked & {"Contribution", "claiming", "payment", "Claim", "claims"}, name


def test_do_08_ending_a_service_keeps_every_duty_of_engagement(town):
    from commissioning import convening
    from commissioning.cycle import STAGES

    before = {q.code for plan in STAGES.values() for q in plan.questions}
    town.cycle.kind = "decommission"
    town.cycle.save()
    lead = town.client(town.lead)
    pages = "".join(lead.get(at(town, f"stages/{stage}/")).content.decode() for stage in STAGES)
    for plan in STAGES.values():
        for question in plan.questions:
            assert str(question.text) in pages, question.code
    assert {"heard_back", "duty_records"} <= before
    assert lead.get(at(town, "duties/")).status_code == 200
    said = town.client(town.join("Cat")).post(at(town, "tell/"), {"difference": "Do not close it", "key": "1"})
    assert said.status_code == 302
    assert convening.stages_of(town.cycle)
    assert lead.post(at(town, "close/"), {"reason": "Done"}).status_code in (200, 302, 409)
    town.cycle.refresh_from_db()
    assert town.cycle.state == "open", "it cannot close while somebody waits for an answer"


def test_the_public_page_names_who_delivers_only_once_it_is_public(bought):
    town = bought.town
    award(town, parties=("Doorstep",))
    from django.test import Client

    address = f"/open/{town.cycle.slug}/"
    assert Client().get(address).status_code == 404
    town.cycle.public_at = town.now
    town.cycle.save()
    page = Client().get(address).content.decode()
    assert "Who delivers" in page
    assert "Doorstep" in page


def test_an_06_organisations_that_become_one_deliver_once(bought):
    town = bought.town
    made, going, staying = award(town, parties=("Doorstep",)), organisation(town, "Doorstep"), organisation(town, "Harbour")
    second = award(town, lot=2, name="Saltmarsh", parties=("Doorstep", "Harbour"))
    register.merge(going, staying, why="One now", cycle=town.cycle, by=town.lead, now=town.now)
    assert not made.parties.exists(), "it leads already"
    assert [(p.organisation, p.part) for p in second.parties.all()] == [(staying, "Groups; Groups")]


@pytest.mark.parametrize("page", ["awards/", "promised/", "concerns/", "capacity/", "working-together/", "commitments/1/"])
def test_pages_take_no_more_queries_with_more_rows(bought, page):
    town, taken = bought.town, []
    made = award(town)
    kept = commit(town, made)
    client = town.client(town.lead)
    client.get(at(town, page))
    for rows in (1, 29):
        for __ in range(rows):
            n = Commitment.objects.count() + 1
            said = committing.Promise(f"Promise {n}", "Manager")
            one = committing.commit(made, said, criterion=kept.criterion, key=f"q{n}", by=town.lead, now=town.now)
            measure(town, one)
            from outcomes import capacity, concerns, understanding

            concern = concerns.Concern("harm", f"Words {n}", commitment=one)
            concerns.raise_flag(made, concern, key=f"f{n}", by=bought.vsos[0], now=town.now)
            plan = capacity.Plan(f"Training {n}", "All", "Fund", DAY)
            done = capacity.plan(town.cycle, plan, key=f"p{n}", by=town.lead, now=town.now)
            capacity.confirm(done, yes=True, by=bought.vsos[0], now=town.now)
            begun = understanding.Beginning(f"Memo {n}", (organisation(town, "Harbour"), organisation(town, "Doorstep")))
            understanding.begin(town.cycle, begun, key=f"m{n}", by=bought.vsos[0], now=town.now)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(at(town, page)).status_code == 200
        taken.append(len(seen))
    assert taken[0] == taken[1]
