"""The documents of a cycle in its open data: what everybody can open, and nothing that is not out."""

import json

from django.test import Client

from commissioning import opening_pages, releasing, summing_up
from outcomes import adopting, open_data
from tests.commissioning.surveys import consultation_of
from tests.outcomes.ocds_checks import faults_of, library_says, needs_schema
from tests.outcomes.test_open_data import NOTICE, say_everything
from tests.outcomes.test_practice import adopt

PDF = b"%PDF-1.7 what it costs"


def release(town, title, *, kind="facts", files=(), out=True):
    made = releasing.draft(town.cycle, releasing.Draft(title, kind, f"Words of {title}"), key=town.key(), by=town.lead, now=town.now)
    for name, content in files:
        releasing.add_file(made, name, content, by=town.lead, now=town.now)
    made.refresh_from_db()
    if out:
        releasing.send(made, seen=made.turn, by=town.lead, now=town.now)
    return made


def documents_of(town):
    package = Client().get(f"/open/{town.cycle.slug}/ocds.json").json()
    return package, {one["id"]: one for one in package["releases"][0]["planning"]["documents"]}


@needs_schema
def test_what_was_released_summed_up_and_frozen_stands_among_the_documents_and_everybody_can_open_it(room, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    town = room.town
    adopt(room)
    town.collected()
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    say_everything(town)
    opening_pages.keep_notice(town.cycle, NOTICE | {"published_on": town.now.date()}, by=town.lead, now=town.now)
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    given = [release(town, f"Of kind {kind}", kind=kind) for kind in ("notes", "draft", "rules", "other")]
    figures = release(town, "Figures", files=(("how many.pdf", PDF), ("how many.csv", b"a,b\n1,2\n")))
    asked = consultation_of(town)
    summing_up.publish(asked, summary="You want more buses.", by=town.lead, now=town.now)
    package, found = documents_of(town)
    assert faults_of(package) == []
    said = library_says(package, tmp_path)
    assert (said["validation_errors"], said["additional_checks"], said["additional_fields"]) == ([], {}, [])
    assert not said["additional_open_codelist_values"]
    files = [one for key, one in found.items() if key.startswith("file-")]
    assert sorted(one["format"] for one in files) == ["application/pdf", "text/csv"]
    assert {one["title"] for one in files} == {"Figures: file 1", "Figures: file 2"}
    assert set(found) == {
        "page", "notice", "framework-1", f"consultation-{asked.pk}", *(f"release-{one.pk}" for one in (*given, figures)),
        *(f"file-{one.pk}" for one in figures.files.all()),
    }  # fmt: skip
    assert found["notice"]["datePublished"].startswith(f"{town.now:%Y-%m-%d}")
    for key, one in found.items():
        assert key == "page" or {"documentType", "title", "datePublished", "url", "format"} <= set(one), key
        assert Client().get(one["url"].partition("#")[0]).status_code == 200, one["url"]


def test_what_is_not_out_or_withdrawn_or_of_another_cycle_is_in_no_document(room, other_town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    town = room.town
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    release(town, "Only a draft", out=False)
    release(other_town, "Of another town")
    taken = release(town, "Sent by mistake", files=(("Anna earns 12 pounds.pdf", PDF),))
    first, found = documents_of(town)
    assert f"release-{taken.pk}" in found
    releasing.withdraw(taken, reason="A name was in it", by=town.lead, now=town.now)
    consultation_of(town)
    adopt(room)
    package, found = documents_of(town)
    assert set(found) == {"page", "notice"}
    assert "Sent by mistake" not in json.dumps(package)
    kept = json.dumps(Client().get(f"/open/{town.cycle.slug}/ocds/releases/").json())
    assert "Anna" not in kept, "what went out stays, so the name of a file is never in it"
    assert package["releases"][0]["id"] != first["releases"][0]["id"]
    assert open_data.facts_of(other_town.cycle).documents[0].title == "Of another town"
