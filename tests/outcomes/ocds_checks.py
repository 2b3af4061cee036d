"""Whether a package is what OCDS 1.1.5 says: its schema with our extensions, its codelists, and libcoveocds' further checks.

The library fetches the schema from the network by itself; here it is given what it needs: its additional checks and its check of
prefixes run as they are, over the schema from the folder of shared data.
"""

import csv
import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker
from libcoveocds.lib.additional_checks import CHECKS, run_additional_checks
from libcoveocds.lib.common_checks import get_bad_ocid_prefixes

from tests.stack import ROOT

OCDS = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "ocds"
needs_schema = pytest.mark.skipif(
    not OCDS.is_dir(), reason=f"the OCDS schema is not at {OCDS}; set SHARED_DATA to the folder that holds ocds/"
)
# Where each definition stands in the dereferenced schema: the patches name definitions, which nothing refers to any more.
PLACES = {
    "Planning": ["planning"],
    "Tender": ["tender"],
    "Award": ["awards/[]"],
    "Organization": ["parties/[]"],
    "Document": ["planning/documents/[]", "tender/documents/[]"],
}


def _extended() -> dict:
    schema = json.loads((OCDS / "dereferenced-release-schema.json").read_text())
    for name in ("uk", "metrics", "award-criteria"):
        patch = json.loads((OCDS / "extensions" / name / "release-schema.json").read_text())
        for definition, change in patch["definitions"].items():
            _merge(schema["definitions"].setdefault(definition, {}), change)
            for place in PLACES.get(definition, ()):
                _merge(_at(schema, place), change)
    # Lots: an extension whose schema is not in the folder, in the few fields used here.
    schema["properties"]["tender"]["properties"]["lots"] = {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "title": {"type": "string"},
                "description": {"type": "string"},
                "awardCriteria": {"$ref": "#/definitions/AwardCriteria"},
            },
        },
    }
    schema["properties"]["awards"]["items"]["properties"]["relatedLots"] = {"type": "array", "items": {"type": "string"}}
    # The extension for the United Kingdom leans on others that are not in the folder, for fields that are not used here.
    for name in re.findall(r"#/definitions/(\w+)", json.dumps(schema)):
        schema["definitions"].setdefault(name, {"type": "object"})
    return schema


def _merge(into: dict, patch: dict) -> None:
    """A JSON merge patch (RFC 7396), as the extensions are written."""
    for name, change in patch.items():
        if change is None:
            into.pop(name, None)
        elif isinstance(change, dict):
            if not isinstance(into.get(name), dict):
                into[name] = {}
            _merge(into[name], change)
        else:
            into[name] = change


def _at(schema: dict, place: str) -> dict:
    for step in place.split("/"):
        schema = schema["items"] if step == "[]" else schema["properties"][step]
    return schema


def faults_of(package: dict) -> list[str]:
    """Everything wrong with a package; nothing for one that is right."""
    schema = _extended()
    assert set(package) >= {"uri", "version", "publishedDate", "publisher", "releases"}
    validator = Draft4Validator(schema, format_checker=FormatChecker())
    found = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for one in package["releases"] for e in validator.iter_errors(one)]
    for one in package["releases"]:
        found += _unknown(one, schema, schema, "release") + _uncoded(one) + _twice(one)
    found += [f"additional check: {name} {rows}" for name, rows in run_additional_checks(package, CHECKS["all"]).items()]
    found += [f"prefix: {ocid}" for ocid, _path in get_bad_ocid_prefixes(package)]
    return found


def _unknown(value, schema: dict, root: dict, path: str) -> list[str]:
    """Fields that neither the standard nor a declared extension knows."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        return [fault for one in value for fault in _unknown(one, schema.get("items", {}), root, f"{path}/[]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    strange = [f"{path}/{name}: no such field" for name in value if name not in known]
    return strange + [fault for name in value if name in known for fault in _unknown(value[name], known[name], root, f"{path}/{name}")]


def _codes(*names: str) -> set[str]:
    rows = [row for name in names for row in csv.DictReader((OCDS / name).open())]
    return {row["Code"] for row in rows}


def _uncoded(one: dict) -> list[str]:
    """Codes that are in no codelist, of the standard or of the extension for the United Kingdom."""
    uk = "extensions/uk/codelists/+"
    planning, tender = one.get("planning", {}), one.get("tender", {})
    asked = [
        (one["tag"], _codes("codelists/releaseTag.csv")),
        ([role for party in one["parties"] for role in party["roles"]], _codes("codelists/partyRole.csv", f"{uk}partyRole.csv")),
        (
            [d["documentType"] for part in (planning, tender) for d in part.get("documents", ()) if "documentType" in d],
            _codes("codelists/documentType.csv", f"{uk}documentType.csv"),
        ),
        ([m["type"] for m in planning.get("milestones", ())], _codes("codelists/milestoneType.csv", f"{uk}milestoneType.csv")),
        (
            [i["classification"]["scheme"] for i in tender.get("items", ()) if "classification" in i],
            _codes("codelists/itemClassificationScheme.csv"),
        ),
    ]
    return [f"{code}: in no codelist" for codes, known in asked for code in codes if code not in known]


def _twice(one: dict) -> list[str]:
    """Things of one list that bear the same id, and references to a party that is not there."""
    planning, tender = one.get("planning", {}), one.get("tender", {})
    lists = (
        one["parties"],
        planning.get("documents", []),
        planning.get("milestones", []),
        tender.get("targets", []),
        tender.get("lots", []),
    )
    found = [f"twice: {[r['id'] for r in rows]}" for rows in lists if len({r["id"] for r in rows}) != len(rows)]
    parties = {party["id"] for party in one["parties"]}
    return found + [f"no party {one['buyer']['id']}" for _ in (1,) if one["buyer"]["id"] not in parties]


def library_says(package: dict, tmp_path: Path) -> dict:
    """What libcoveocds says of a package as a whole, with no network: the standard and the extensions come from the folder."""
    from libcoveocds.api import ocds_json_output
    from libcoveocds.config import LibCoveOCDSConfig

    standard = tmp_path / "standard.zip"
    whole = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "required": ["uri", "version", "publishedDate", "publisher", "releases"],
        "properties": {
            "uri": {"type": "string", "format": "uri"},
            "version": {"type": "string", "pattern": "^(\\d+\\.)(\\d+)$"},
            "extensions": {"type": "array", "items": {"type": "string", "format": "uri"}},
            "publishedDate": {"type": "string", "format": "date-time"},
            "publisher": {
                "type": "object",
                "required": ["name"],
                "properties": {name: {"type": "string"} for name in ("name", "scheme", "uid", "uri")},
            },
            "releases": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"$ref": "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"},
            },
        },
    }
    with zipfile.ZipFile(standard, "w") as out:
        out.writestr("standard-1__1__5/", "")
        out.writestr("standard-1__1__5/schema/", "")
        out.writestr("standard-1__1__5/schema/release-schema.json", json.dumps(_extended()))
        out.writestr("standard-1__1__5/schema/release-package-schema.json", json.dumps(whole))
        out.writestr("standard-1__1__5/schema/versioned-release-validation-schema.json", json.dumps({"$schema": whole["$schema"]}))
        for path in (OCDS / "codelists").iterdir():
            added = OCDS / "extensions" / "uk" / "codelists" / f"+{path.name}"
            codes = _codes(f"codelists/{path.name}") | (_codes(f"extensions/uk/codelists/{added.name}") if added.exists() else set())
            out.writestr(f"standard-1__1__5/schema/codelists/{path.name}", "\n".join(["Code", *sorted(codes)]))
    # The schema and codelists above have the extensions in them already: the library would fetch them from the network.
    local = {name: value for name, value in package.items() if name != "extensions"}
    config = LibCoveOCDSConfig({"standard_zip": standard.as_uri()})
    config.config["context"] = "api"
    return ocds_json_output(str(tmp_path), json_data=local, lib_cove_ocds_config=config)
