"""Linked data of social value: it has the shape its standard asks for, and says nothing that nobody may read."""

import json
import os
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pyshacl import validate
from rdflib import Graph

from commissioning import opening_pages
from commissioning.models import Cycle, Organisation
from outcomes import demonstration, linked_data, scenarios
from outcomes.models import Award, Indicator, Lot, Measure, Reading, Return, Story
from tests.stack import ROOT

CIDS = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "cids"
needs_shapes = pytest.mark.skipif(
    not CIDS.is_dir(), reason=f"the CIDS shapes are not at {CIDS}; set SHARED_DATA to the folder that holds cids/"
)


def faults_in(data: dict) -> str:
    """What the shapes of both tiers find wrong; nothing where it conforms."""
    graph = Graph().parse(data=json.dumps(data), format="json-ld")
    shapes = Graph()
    for tier in ("basic", "full"):
        shapes.parse(CIDS / f"cids.{tier}tier.shacl.ttl")
    conforms, __, words = validate(graph, shacl_graph=shapes, ont_graph=shapes, inference="rdfs")
    return "" if conforms else words


def nodes(data: dict, kind: str) -> list[dict]:
    return [node for node in data["@graph"] if node["@type"] == kind]


@pytest.fixture
def told(db):
    """The demonstration, with a contract and two quarters that were reviewed."""
    now = timezone.now()
    cycle, __ = demonstration.load(now=now, contract=False)
    lead = cycle.participants.get(user__name="Priya Nair")
    lot, __ = Lot.objects.get_or_create(cycle=cycle, number=90, defaults={"title": "Open doors"})
    provider = Organisation.objects.filter(authority=cycle.authority, kind="vso").first()
    award = Award.objects.create(
        lot=lot, provider=provider, starts=date(2026, 4, 1), ends=date(2029, 3, 31), why="Best for young people", by=lead, at=now
    )
    sign = Indicator.objects.filter(outcome__theme__framework__cycle=cycle).first()
    measure = Measure.objects.create(
        cycle=cycle,
        number=90,
        text=sign.text,
        form="share",
        indicator=sign,
        owner="Panel",
        hours=2,
        baseline=50,
        target=70,
        by=lead,
        at=now,
    )
    return cycle, lead, award, measure


def returned(award, measure, lead, now, quarter=1, version=1, state=Return.State.REVIEWED, **figures):
    sent = Return.objects.create(
        award=award,
        quarter=quarter,
        version=version,
        state=state,
        by=lead,
        started_at=now,
        submitted_at=now,
        changed_because="A figure was wrong." if version > 1 else "",
    )
    return Reading.objects.create(returned=sent, measure=measure, **figures)


@needs_shapes
@pytest.mark.parametrize("name", ["eastmere", *scenarios.NAMES])
def test_every_demonstration_has_the_shape_the_standard_asks_for(db, name):
    now = timezone.now()
    cycle = demonstration.load(now=now)[0] if name == "eastmere" else scenarios.load(name, now=now)[0]
    out, err = StringIO(), StringIO()
    call_command("export_cids", cycle.slug, stdout=out, stderr=err)
    data = json.loads(out.getvalue())
    assert faults_in(data) == ""
    assert nodes(data, "cids:Organization")[0]["hasLegalName"] == cycle.authority.name
    if nodes(data, "cids:Outcome"):
        assert "Nothing is missing" in err.getvalue()
    else:
        assert "The framework is not frozen" in err.getvalue()


@needs_shapes
def test_a_figure_is_reported_for_its_indicator_and_its_quarter(told):
    cycle, lead, award, measure = told
    now = timezone.now()
    returned(award, measure, lead, now, part=48, whole=68, standing="met")
    data = linked_data.package_of(cycle).data
    assert faults_in(data) == ""
    report = nodes(data, "cids:IndicatorReport")[0]
    value = next(node for node in data["@graph"] if node["@id"] == report["value"])
    assert float(value["hasNumericalValue"]) == pytest.approx(100 * 48 / 68)
    assert report["hasComment"] == "48 of 68"
    assert (report["startedAtTime"][:10], report["endedAtTime"][:10]) == ("2026-04-01", "2026-06-30")
    sign = next(node for node in nodes(data, "cids:Indicator") if node["@id"] == report["forIndicator"])
    assert sign["hasIndicatorReport"] == [report["@id"]]
    figures = {node["@id"]: node["hasNumericalValue"] for node in nodes(data, "i72:Measure")}
    assert (figures[sign["hasBaseline"]], figures[sign["hasThreshold"]]) == ("58", "70")


def test_only_the_newest_confirmed_return_counts(told):
    cycle, lead, award, measure = told
    now = timezone.now()
    returned(award, measure, lead, now, value=10)
    returned(award, measure, lead, now, version=2, value=20)
    returned(award, measure, lead, now, quarter=2, state=Return.State.SUBMITTED, value=99)
    data = linked_data.package_of(cycle).data
    reports = nodes(data, "cids:IndicatorReport")
    assert len(reports) == 1
    assert next(n for n in data["@graph"] if n["@id"] == reports[0]["value"])["hasNumericalValue"] == "20"


def test_inv_19_a_share_of_fewer_than_five_people_stays_out_and_is_named(told):
    cycle, lead, award, measure = told
    now = timezone.now()
    returned(award, measure, lead, now, part=3, whole=4)
    package = linked_data.package_of(cycle)
    assert nodes(package.data, "cids:IndicatorReport") == []
    assert any("fewer than five people" in words for words in package.missing)


@needs_shapes
def test_rv_03_a_story_goes_out_only_while_its_teller_agrees(told):
    cycle, lead, award, measure = told
    now = timezone.now()
    reading = returned(award, measure, lead, now, words="in words")
    story = Story.objects.create(reading=reading, words="I stay for tea now.", consent="given", consent_at=now, at=now)
    data = linked_data.package_of(cycle).data
    assert [node["hasComment"] for node in nodes(data, "cids:ImpactReport")] == ["I stay for tea now."]
    assert faults_in(data) == ""
    for consent in ("asked", "refused", "withdrawn"):
        Story.objects.filter(pk=story.pk).update(consent=consent, words="" if consent == "withdrawn" else story.words)
        assert "tea" not in json.dumps(linked_data.package_of(cycle).data)


def test_the_public_address_gives_it_once_the_page_is_open(told):
    cycle, lead, *__ = told
    now = timezone.now()
    Cycle.objects.filter(pk=cycle.pk).update(public_at=None)
    assert Client().get(f"/open/{cycle.slug}/cids.jsonld").status_code == 404
    opening_pages.open_page(cycle, by=lead, now=now)
    answer = Client().get(f"/open/{cycle.slug}/cids.jsonld")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json")
    again = Client().get(f"/open/{cycle.slug}/cids.jsonld", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    names = {participant.shown_name for participant in cycle.participants.all() if participant.shown_name}
    assert not [name for name in names if name in answer.content.decode()]


def test_nothing_is_written_for_a_cycle_that_is_not_there(db):
    with pytest.raises(CommandError, match="There is no cycle called nowhere"):
        call_command("export_cids", "nowhere")


def test_it_reads_as_much_for_many_readings_as_for_one(told, django_assert_num_queries, django_assert_max_num_queries):
    cycle, lead, award, measure = told
    now = timezone.now()
    returned(award, measure, lead, now, value=1)
    cycle = Cycle.objects.select_related("authority", "service").get(pk=cycle.pk)
    with django_assert_max_num_queries(12) as one:
        linked_data.package_of(cycle)
    for quarter in range(2, 12):
        returned(award, measure, lead, now, quarter=quarter, value=quarter)
    with django_assert_num_queries(len(one)):
        linked_data.package_of(cycle)


@needs_shapes
def test_the_check_itself_finds_what_is_wrong(told):
    data = json.loads(json.dumps(linked_data.package_of(told[0]).data))
    del nodes(data, "cids:Outcome")[0]["forOrganization"]
    assert "forOrganization" in faults_in(data)
