"""Open contracting data: valid whatever the record holds, nothing made up, every release kept."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from commissioning import opening_pages
from commissioning.models import Cycle, OpenDataRelease, Organisation
from outcomes import demonstration, noticing, ocds, open_data, scenarios
from outcomes.public_facts import AuthorityFacts, CriterionFacts, CycleFacts, LotFacts, OrganisationFacts, TenderFacts
from tests.outcomes.ocds_checks import faults_of, library_says, needs_schema
from workshops import facilitating, scheduling

DETAILS = {
    "scheme": "GB-LAE",
    "identifier": "NOR",
    "street": "1 Quay Road",
    "town": "Northtown",
    "postcode": "NT1 1AA",
    "contact": "Commissioning team",
    "email": "commissioning@northtown.example",
    "phone": "01632 960 001",
    "website": "https://www.northtown.example/",
    "ocid_prefix": "ocds-a1b2c3",
}
NOTICE = {
    "unique_identifier": "ocds-h6vhtk-0a1b2c",
    "subject": "Help for young people",
    "category": "services",
    "cpv": "85300000-2",
    "closes_on": date(2026, 12, 1),
    "interest_by": date(2026, 11, 1),
    "information_by": date(2026, 11, 15),
    "process": "Two workshops and a form.",
    "budget": Decimal("250000.00"),
}


def say_everything(town):
    opening_pages.keep_details(town.cycle, DETAILS, by=town.lead, now=town.now)
    opening_pages.keep_notice(town.cycle, NOTICE, by=town.lead, now=town.now)


@pytest.fixture
def public(room):
    opening_pages.open_page(room.town.cycle, by=room.town.lead, now=room.town.now)
    return room


def fetch(room, path="ocds.json", **headers):
    return Client().get(f"/open/{room.town.cycle.slug}/{path}", headers=headers)


@needs_schema
def test_the_release_of_a_cycle_with_everything_said_is_valid(public):
    say_everything(public.town)
    package = fetch(public).json()
    assert faults_of(package) == []
    release = package["releases"][0]
    assert release["ocid"] == "ocds-h6vhtk-0a1b2c"
    assert release["tag"] == ["planning"]
    assert release["planning"]["budget"]["amount"] == {"amount": 250000.0, "currency": "GBP"}
    assert release["buyer"]["id"] == "GB-LAE-NOR"
    assert release["tender"]["items"][0]["classification"] == {"scheme": "CPV", "id": "85300000"}
    notice = next(d for d in release["planning"]["documents"] if d.get("documentType") == "marketEngagementNotice")
    assert notice["noticeType"] == "UK2"
    milestones = {m["id"]: m for m in release["planning"]["milestones"]}
    assert milestones["engagement"]["type"] == "engagement"
    assert milestones[f"workshop-{public.workshop.pk}"]["type"] == "engagement"


@needs_schema
def test_a_deliberately_incomplete_cycle_lists_what_is_missing_and_makes_nothing_up(town):
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    package = Client().get(f"/open/{town.cycle.slug}/ocds.json").json()
    faults = faults_of(package)
    assert faults == [f"prefix: local-{town.authority.slug}-{town.cycle.slug}"], "the one thing that is wrong is the one nobody may make up"
    release = package["releases"][0]
    assert "budget" not in release["planning"]
    assert "tender" not in release
    assert release["parties"] == [
        {"id": f"local-{town.authority.slug}", "name": town.authority.name, "roles": ["buyer", "procuringEntity"]}
    ]
    gaps = " ".join(map(str, ocds.missing(open_data.facts_of(town.cycle))))
    for word in ("OCID", "register", "budget", "CPV", "notice", "workshop", "Indicators", "specification", "Lots"):
        assert word in gaps, word
    page = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/public-page/").content.decode()
    assert "An OCID" in page
    said, complaints = StringIO(), StringIO()
    call_command("export_ocds", town.cycle.slug, stdout=said, stderr=complaints)
    assert json.loads(said.getvalue())["releases"] == package["releases"]
    assert "The CPV code" in complaints.getvalue()


HOSTILE = [
    "<script>alert(1)</script>",
    '"}],"releases":[{"ocid":"x',
    "\u202egnp.exe\u202c مرحبا שלום",
    "=cmd|' /C calc'!A0",
    "\ud7ff\ufdd0𝕏\U0010fffd e\u0301",
    "   ",
    "x" * 160,
]


@needs_schema
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_titles_stay_words(public, words):
    say_everything(public.town)
    cycle = public.town.cycle
    cycle.title, cycle.purpose, cycle.public_at = words, words * 12, public.town.now
    cycle.save()
    public.workshop.title = words
    public.workshop.save()
    answer = fetch(public)
    assert faults_of(answer.json()) == []
    assert "<script>alert" not in Client().get(f"/open/{cycle.slug}/").content.decode()
    assert Client().get(f"/open/{cycle.slug}/feed/").status_code == 200
    notice = public.town.client(public.town.lead).get(f"/cycles/{cycle.slug}/notice.docx")
    assert notice.content[:2] == b"PK"


@needs_schema
def test_sixty_organisations_are_parties_with_their_numbers(public):
    town = public.town
    say_everything(town)
    for n in range(60):
        town.join(f"V{n}", "vso", f"Organisation {n}", consents=("take_part", "naming"))
    Organisation.objects.filter(name="Organisation 7").update(scheme="GB-CHC", identifier="1089464")
    Organisation.objects.filter(name="Organisation 8").update(kind="nhs")
    Organisation.objects.filter(name="Organisation 9").update(kind="other")
    town.join("Quiet", "vso", "Not to be named", consents=("take_part",))
    package = fetch(public).json()
    assert faults_of(package) == []
    parties = {p["name"]: p for p in package["releases"][0]["parties"]}
    assert parties["Organisation 7"]["id"] == "GB-CHC-1089464"
    assert parties["Organisation 7"]["identifier"]["scheme"] == "GB-CHC"
    assert parties["Organisation 0"]["details"] == {"vcse": True}
    assert parties["Organisation 8"]["details"] == {"vcse": False}
    assert "details" not in parties["Organisation 9"], "not known is not said"
    assert "Not to be named" not in parties


@needs_schema
def test_an_authority_that_is_in_its_own_register_is_one_party(public):
    town = public.town
    say_everything(town)
    town.join("Olly", "vso", "The council itself", consents=("take_part", "naming"))
    Organisation.objects.filter(name="The council itself").update(scheme="GB-LAE", identifier="NOR")
    assert faults_of(fetch(public).json()) == []


def test_a_change_in_the_record_is_a_new_release_and_old_ones_stay(public):
    say_everything(public.town)
    first = fetch(public)
    again = fetch(public)
    assert first.content == again.content
    assert OpenDataRelease.objects.count() == 1
    public.workshop.closed_at = public.town.now + timedelta(hours=1)
    public.workshop.save()
    second = fetch(public).json()["releases"][0]
    old = first.json()["releases"][0]
    assert (old["tag"], second["tag"]) == (["planning"], ["planningUpdate"])
    assert old["id"] != second["id"]
    assert old["date"] <= second["date"]
    kept = fetch(public, "ocds/releases/").json()["releases"]
    assert kept == [old, second]
    assert fetch(public, "ocds/releases/1/").json()["releases"] == [old]
    assert fetch(public, "ocds/releases/3/").status_code == 404
    assert fetch(public, f"ocds/releases/{10**30}/").status_code == 404


def test_a_release_that_went_out_cannot_be_changed_by_anybody(public):
    fetch(public)
    with pytest.raises(DatabaseError), transaction.atomic():
        OpenDataRelease.objects.update(content={})


@needs_schema
def test_every_release_kept_is_one_valid_package(public):
    say_everything(public.town)
    fetch(public)
    facilitating.convene(public.town.cycle, facilitating.WorkshopPlan("Another", "Why?"), by=public.town.lead, now=public.town.now)
    package = fetch(public, "ocds/releases/").json()
    assert len(package["releases"]) == 2
    assert faults_of(package) == []


def test_open_data_has_a_tag_answers_304_and_can_be_read_by_any_page(public):
    answer = fetch(public)
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    same = fetch(public, **{"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same["Access-Control-Allow-Origin"] == "*"
    assert fetch(public, **{"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
    public.workshop.closed_at = public.town.now
    public.workshop.save()
    assert fetch(public, **{"If-None-Match": answer["ETag"]}).status_code == 200


def test_the_list_of_open_data_names_public_cycles_only(public, other_town):
    listed = Client().get("/open/ocds.json").json()["packages"]
    assert [row["title"] for row in listed] == [public.town.cycle.title]
    assert Client().get(f"/open/{other_town.cycle.slug}/ocds.json").status_code == 404


def test_a_look_ahead_keeps_nothing(room):
    answer = room.town.client(room.town.lead).get(f"/open/{room.town.cycle.slug}/ocds.json")
    assert answer.status_code == 200
    assert not OpenDataRelease.objects.exists()
    assert room.town.client(room.town.lead).get(f"/open/{room.town.cycle.slug}/ocds/releases/").status_code == 404


def test_the_command_writes_a_file_and_knows_no_strange_cycle(public, tmp_path):
    say_everything(public.town)
    call_command("export_ocds", public.town.cycle.slug, out=str(tmp_path / "out.json"), stderr=StringIO())
    assert json.loads((tmp_path / "out.json").read_text())["version"] == "1.1"
    with pytest.raises(CommandError):
        call_command("export_ocds", "no-such-cycle")


def written(cycle) -> dict:
    """What `manage.py export_ocds` writes of a cycle."""
    out = StringIO()
    call_command("export_ocds", cycle.slug, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


@needs_schema
def test_the_demonstration_is_valid_with_targets_and_its_specification(db, tmp_path):
    from django.utils import timezone

    cycle, _new = demonstration.load(now=timezone.now())
    package = written(cycle)
    assert faults_of(package) == []
    said = library_says(package, tmp_path)
    assert (said["validation_errors"], said["additional_checks"], said["additional_fields"]) == ([], {}, [])
    tender = package["releases"][0]["tender"]
    assert tender["status"] == "complete"
    assert tender["targets"]
    assert tender["documents"][0]["documentType"] == "technicalSpecifications"
    assert ocds.METRICS in package["extensions"]
    assert package["releases"][0]["ocid"].startswith("ocds-213czf-"), "invented, so under the prefix kept for examples"


@needs_schema
@pytest.mark.parametrize("name", scenarios.NAMES)
def test_the_other_three_demonstrations_are_valid_as_far_as_they_have_come(db, tmp_path, name):
    from django.utils import timezone

    cycle, _new = scenarios.load(name, now=timezone.now())
    package = written(cycle)
    assert faults_of(package) == []
    said = library_says(package, tmp_path)
    assert (said["validation_errors"], said["additional_checks"], said["additional_fields"]) == ([], {}, [])
    met = [one["status"] for one in package["releases"][0]["planning"]["milestones"] if one["type"] == "engagement"]
    assert met == ["met", "met", "met"], "two workshops were held, and a third for what was left, or to look back"


@needs_schema
def test_lots_criteria_and_a_started_tender_are_valid_once_they_are_decided():
    criteria = (CriterionFacts("quality", "How people are heard", Decimal(60)), CriterionFacts("price", "Price", Decimal(40)))
    lot = LotFacts("lot-1", "All of it", criteria=criteria)
    facts = CycleFacts(
        "help", "Help", "Help", "What should change?", ("Quay",), "Co-design", AuthorityFacts("Northtown", "northtown", ocid_prefix="ocds-a1b2c3"),
        organisations=(OrganisationFacts("organisation-1", "Harbour"),), lots=(lot,), tender=TenderFacts("active", date(2026, 9, 1), 30, date(2026, 9, 14)),
    )  # fmt: skip
    content = ocds.body(facts, "https://throughline.example")
    from django.utils import timezone

    now = timezone.now()
    package = ocds.package(
        [ocds.release(content, 3, now, ["planning"], tender_open=True)], facts, uri="https://throughline.example/x", at=now
    )
    assert faults_of(package) == []
    assert package["releases"][0]["tag"] == ["tender"]
    assert package["releases"][0]["tender"]["awardCriteria"] == "ratedCriteria"
    assert {ocds.LOTS, ocds.CRITERIA} <= set(package["extensions"])


@needs_schema
def test_libcoveocds_finds_nothing_in_the_whole_package(public, tmp_path):
    say_everything(public.town)
    said = library_says(fetch(public).json(), tmp_path)
    assert (said["version_used"], said["validation_errors"], said.get("json_deref_error")) == ("1.1", [], None)
    for kind in (
        "additional_checks",
        "additional_fields",
        "additional_closed_codelist_values",
        "additional_open_codelist_values",
        "deprecated_fields",
    ):
        assert not said[kind], (kind, said[kind])
    assert "conformance_errors" not in said
    broken = fetch(public).json()
    broken["releases"][0]["planning"]["milestones"][0]["status"] = "maybe"
    broken["releases"][0]["tag"] = ["begun"]
    broken["releases"][0]["planning"]["rationale"] = " "
    said = library_says(broken, tmp_path)
    assert said["additional_closed_codelist_values"]
    assert said["additional_checks"]


@needs_schema
def test_the_checks_of_this_file_do_find_faults(public):
    say_everything(public.town)
    package = fetch(public).json()
    release = package["releases"][0]
    release["planning"]["milestones"][0]["status"] = "maybe"
    release["planning"]["rationale"] = " "
    release["strange"] = 1
    release["parties"].append(dict(release["parties"][0], roles=["king"]))
    del release["initiationType"]
    assert len(faults_of(package)) >= 6


# The notice


def notice_of(town):
    return {look.item.code: look for look in noticing.draft(open_data.facts_of(town.cycle), noticing.LAWS[-1])}


def test_the_notice_has_six_items_and_says_what_each_waits_for(town):
    items = notice_of(town)
    assert list(items) == ["authority", "title", "identifier", "subject", "closes", "process"]
    assert items["title"].said == (town.cycle.title,)
    assert not items["title"].missing
    assert not items["identifier"].said
    for code in ("authority", "identifier", "subject", "closes", "process"):
        assert items[code].missing, code
    assert "no workshop is planned" in " ".join(map(str, items["process"].missing))


def test_a_notice_with_everything_said_misses_nothing(public):
    town = public.town
    say_everything(town)
    plan = scheduling.Arrangement(hours=Decimal(2), parts=1, venue="Harbour Hall", rate=None, opens_at=None, closes_at=None)
    scheduling.arrange(public.workshop, plan, by=town.lead, now=town.now)
    public.workshop.refresh_from_db()
    public.workshop.starts_at = town.now + timedelta(days=20)
    public.workshop.save()
    items = notice_of(town)
    assert [gap for look in items.values() for gap in look.missing] == []
    assert "Harbour Hall" in " ".join(items["process"].said)
    assert items["closes"].said == ("1 December 2026",)
    page = Client().get(f"/open/{town.cycle.slug}/notice/").content.decode()
    assert "SI 2024/692" in page
    assert "Missing" not in page


def test_the_notice_as_a_word_document_lists_what_is_missing(town):
    from io import BytesIO

    from docx import Document

    answer = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/notice.docx")
    text = "\n".join(p.text for p in Document(BytesIO(answer.content)).paragraphs)
    assert "Missing: The unique identifier" in text
    assert "SI 2024/692" in text


WRONG = [
    ("authority", {"scheme": "GB-LAE", "identifier": "12"}),
    ("authority", {"scheme": "", "identifier": "NOR"}),
    ("authority", {"postcode": "nowhere"}),
    ("authority", {"ocid_prefix": "h6vhtk"}),
    ("authority", {"email": "x"}),
    ("notice", {"cpv": "8530"}),
    ("notice", {"unique_identifier": "12345"}),
    ("notice", {"budget": "-1"}),
    ("notice", {"closes_on": "31/02/2026"}),
    ("notice", {"closes_on": "2026-03-01", "interest_by": "2026-04-01"}),
    ("notice", {"published_on": "2026-03-01", "none_because": "Not needed"}),
    ("notice", {"published_at": "https://example.org/"}),
]


@pytest.mark.parametrize(("about", "said"), WRONG)
def test_what_is_wrong_in_the_form_is_said_and_nothing_is_kept(town, about, said):
    data = {"about": about} | {f"{about}-{name}": value for name, value in said.items()}
    answer = town.client(town.lead).post(f"/cycles/{town.cycle.slug}/notice/", data)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert not hasattr(town.authority, "details")


def test_the_forms_keep_what_is_said(town):
    client = town.client(town.lead)
    for about, said in (("authority", DETAILS), ("notice", NOTICE)):
        data = {"about": about} | {f"{about}-{name}": str(value) for name, value in said.items()}
        assert client.post(f"/cycles/{town.cycle.slug}/notice/", data).status_code == 302
    facts = open_data.facts_of(town.cycle)
    assert facts.authority.ocid_prefix == "ocds-a1b2c3"
    assert facts.notice.cpv == "85300000-2"


def test_only_whoever_convenes_drafts_the_notice(room):
    for page in ("notice/", "notice.docx", "public-page/"):
        assert room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/{page}").status_code == 404


def test_an_older_look_at_the_record_does_not_go_out_after_a_newer_one(public, monkeypatch):
    cycle, now = public.town.cycle, public.town.now
    open_data.keep_release(cycle, now=now)
    looks = [open_data.facts_of(cycle)]
    Cycle.objects.filter(pk=cycle.pk).update(purpose="Another purpose")
    cycle.refresh_from_db()
    newest = open_data.keep_release(cycle, now=now)
    real = open_data.facts_of
    monkeypatch.setattr(open_data, "facts_of", lambda asked: looks.pop() if looks else real(asked))
    assert open_data.keep_release(cycle, now=now) == newest


def test_words_pasted_from_elsewhere_break_neither_the_feeds_nor_the_notice(public):
    cycle = public.town.cycle
    cycle.title, cycle.purpose = "A line\vand \x1b more \ufffe", "One\x0c two \x08 three"
    cycle.save(update_fields=["title", "purpose"])
    for address in (f"/open/{cycle.slug}/feed/", "/open/feed/", f"/open/{cycle.slug}/", f"/open/{cycle.slug}/ocds.json"):
        assert Client().get(address).status_code == 200, address
    notice = public.town.client(public.town.lead).get(f"/cycles/{cycle.slug}/notice.docx")
    assert notice.content[:2] == b"PK"
