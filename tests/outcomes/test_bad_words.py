"""Words that are too long, acts there are none of, packs that lie: each gets a sentence, and nobody's words are cut."""

import io
import json

import pytest
from django.urls import reverse

from outcomes import checking_packs, composing, data_pack, publishing, returning
from outcomes.models import BroughtIn, Reading, Return, Review
from tests.outcomes.test_export_pack import _no_threads, version  # noqa: F401 (fixtures)
from tests.outcomes.test_line import agreement  # noqa: F401 (a fixture)


def sent(contract):
    measure = contract.measure()
    act = {"by": contract.val, "now": contract.town.now}
    returning.keep_readings(contract.award, 1, {measure.pk: {"value": "4"}}, **act)
    returning.keep_rest(contract.award, 1, hours=1, resources=[], seen=None, **act)
    return measure, returning.send(contract.award, 1, **act)


@pytest.mark.parametrize(("part", "most"), [("note", 1000), ("because", 500)])
def test_an_officers_reason_is_never_cut_without_a_word(contract, part, most):
    measure, returned = sent(contract)
    data = {
        "act": "review",
        "version": returned.version,
        f"m{measure.pk}-standing": "not",
        f"m{measure.pk}-because": "Counted",
        "note": "",
    }
    name = "note" if part == "note" else f"m{measure.pk}-because"
    answer = contract.client(contract.town.lead).post(contract.at("return"), data | {name: "x" * (most + 1)})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"Shorten it to {most} or fewer" in page
    assert "x" * (most + 1) in page, "what was written is shown again"
    assert (Return.objects.get().state, Reading.objects.get().standing) == ("submitted", "met")
    assert contract.client(contract.town.lead).post(contract.at("return"), data | {name: "x" * most}).status_code == 302


def test_an_act_there_is_none_of_is_said_and_plans_nothing(contract):
    page = contract.page("reviews")
    for who in (contract.town.lead, contract.room.citizens[0]):
        for data in ({}, {"act": "dance"}):
            answer = contract.client(who).post(page, data)
            assert answer.status_code == 409
            assert "Choose what to do." in answer.content.decode()
    assert not Review.objects.exists()


@pytest.mark.parametrize("rest", ["", "1/", "1/thanks/"])
def test_a_link_with_letters_that_are_none_opens_nothing(db, client, rest):
    assert client.get(f"/say/a%00b/{rest}").status_code == 404


# Packs whose hashes were made anew after they were altered


def sealed(version, change):  # noqa: F811 (the fixture)
    package = json.loads(publishing.as_json(version))
    change(package)
    package["content_hash"] = composing.content_hash(package["content"])
    package["record_hash"] = composing.content_hash(package["record"])
    del package["package_hash"]
    return json.dumps(package | {"package_hash": composing.content_hash(package)}).encode()


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"])
def test_a_pack_of_a_day_nobody_could_show_is_refused_and_not_kept(room, version, day):  # noqa: F811 (the fixture)
    client, place = room.town.client(room.town.lead), reverse("check_pack", args=[room.town.cycle.slug])
    for act in ("check", "keep"):
        file = io.BytesIO(sealed(version, lambda p: p.update(signed_off=day)))
        answer = client.post(place, {"act": act, "file": file})
        assert answer.status_code == 422
        assert "does not say when it was signed off" in answer.content.decode()
    assert not BroughtIn.objects.exists()


def test_a_pack_whose_record_was_altered_and_sealed_anew_is_not_taken_for_ours(version):  # noqa: F811 (the fixture)
    assert checking_packs.same_here(data_pack.read(publishing.as_json(version))) == version
    other = data_pack.read(sealed(version, lambda p: p["record"]["contributions"][0].update(who="Ann")))
    assert other.content_hash == version.content_hash
    assert checking_packs.same_here(other) is None
