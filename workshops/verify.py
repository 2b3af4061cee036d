#!/usr/bin/env python3
"""Check a bundle of votes: python verify.py bundle.zip

It needs nothing but Python 3.8 or newer, and shares no code with the program that made the bundle. It checks that no byte
of the bundle was changed, follows the chain of entries from the first to the last, counts every published vote again and
applies the rule that was fixed before voting. Votes of groups smaller than five are not in the bundle; for those it says
which figures it had to take as stated. It ends with 0 when everything matches, with 1 when something does not.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from fractions import Fraction
from typing import Any

FILES = ["about.json", "heads.json", "manifest.json", "record.jsonl", "results.json", "signature.json", "verify.py"]
LISTED = [name for name in FILES if name not in ("manifest.json", "signature.json")]
GROUPS = ["commissioner", "vso", "citizen"]
CHOICES = ["support", "change", "cannot", "abstain"]
SHARES = {67: Fraction(2, 3), 33: Fraction(1, 3)}
START = "0" * 64


class Mismatch(Exception):  # noqa: N818 (it is the answer)
    """Something in the bundle that does not match, in one sentence."""


def sha(data: bytes | str) -> str:
    """The SHA-256 of bytes, or of a text in UTF-8."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


# The file


def packed(contents: dict[str, bytes]) -> bytes:
    """The one way in which these files are packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            bundle.writestr(info, contents[name])
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a bundle. Raises Mismatch when any byte of the zip file is not as it was packed."""
    contents = {}
    name = "The zip file"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = bundle.namelist()
            if sum(info.file_size for info in bundle.infolist()) > len(data):
                raise ValueError("it says it holds more than it is long")
            for name in names:
                contents[name] = bundle.read(name)
    except Exception as wrong:
        raise Mismatch(f"{name} was changed, or is not whole: {wrong}") from wrong
    if sorted(names) != FILES:
        raise Mismatch(f"The bundle does not hold the files it should: {', '.join(sorted(names))[:300]}")
    again = packed(contents)
    if again != data:
        at = next((n for n in range(min(len(again), len(data))) if again[n] != data[n]), min(len(again), len(data)))
        raise Mismatch(f"The zip file itself was changed at byte {at}.")
    return contents


def loaded(contents: dict[str, bytes], name: str) -> Any:
    """A JSON file of the bundle."""
    try:
        return json.loads(contents[name].decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise Mismatch(f"{name} cannot be read: {wrong}") from wrong


def check_manifest(contents: dict[str, bytes]) -> None:
    """Every file is the one that the signed list names."""
    manifest = loaded(contents, "manifest.json")
    if sorted(manifest) != LISTED:
        raise Mismatch("manifest.json does not list the files of the bundle.")
    for name in LISTED:
        if sha(contents[name]) != manifest[name]:
            raise Mismatch(f"{name} was changed: its SHA-256 is not the one in manifest.json.")


# The chain


def check_chain(contents: dict[str, bytes]) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Follow the chain; the entries, and the link after each."""
    entries, links, before = [], {0: START}, START
    for number, line in enumerate(contents["record.jsonl"].decode("utf-8").splitlines(), 1):
        row = json.loads(line)
        if row["number"] != number:
            raise Mismatch(f"record.jsonl, line {number}: it says it is entry {row['number']}.")
        text = row["text"]
        if text is not None and sha(text) != row["leaf"]:
            raise Mismatch(f"Entry {number} was changed: its text does not match its leaf.")
        before = sha(before + row["leaf"])
        if before != row["link"]:
            raise Mismatch(f"Entry {number} does not follow from the one before.")
        links[number] = before
        entry = json.loads(text) if text is not None else {"kind": row["kind"], "ballot": row["ballot"], "withheld": True}
        if (entry["kind"], entry["ballot"]) != (row["kind"], row["ballot"]):
            raise Mismatch(f"Entry {number} says it is something else than its line does.")
        entries.append({"number": number, **entry})
    return entries, links


def check_heads(contents: dict[str, bytes], links: dict[int, str]) -> None:
    """Every signed head is a link of this record."""
    for head in loaded(contents, "heads.json"):
        if links.get(head["number"]) != head["link"]:
            raise Mismatch(f"The head of {head['day']} is not a link of this record.")


def check_signatures(contents: dict[str, bytes]) -> str:
    """The signatures, where the library for them is installed; a sentence."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 (it may not be there)
    except ImportError:
        return "Signatures: not checked, because the Python package “cryptography” is not installed."
    signed, place = loaded(contents, "signature.json"), loaded(contents, "about.json")["workshop"]
    checks = [("signature.json", signed, f"bundle:{sha(contents['manifest.json'])}")]
    heads = loaded(contents, "heads.json")
    checks += [(f"the head of {h['day']}", h, f"head:{place}:{h['day']}:{h['number']}:{h['link']}") for h in heads]
    for what, mark, message in checks:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(mark["key"])).verify(bytes.fromhex(mark["signature"]), message.encode())
        except Exception as wrong:
            raise Mismatch(f"The signature of {what} does not match.") from wrong
    return f"Signatures: {len(checks)} match. Compare the key with the one the authority publishes: {signed['key']}"


# The votes


def counted_again(entries: list[dict[str, Any]], secret: bool) -> dict[str, dict[str, int]]:
    """The count of each group of one ballot whose votes are published: the last vote of each seat, each seat once.

    In a secret ballot a receipt says only that its vote came, and the votes stand under other codes: as many as came.
    """
    last: dict[str, str] = {}
    came: dict[str, int] = {}
    counts: dict[str, dict[str, int]] = {}
    seen: set[str] = set()
    for entry in entries:
        if entry["kind"] == "vote":
            if secret and (entry["choice"] != "voted" or entry["seat"] in last):
                raise Mismatch(f"Entry {entry['number']} says more of a secret vote than that it came, or says it twice.")
            last[entry["seat"]] = entry["choice"]
            came[entry["group"]] = came.get(entry["group"], 0) + 1
        elif entry["kind"] == "counted":
            check_counted(entry, {entry["seat"]: entry["choice"]} if secret else last, seen)
            count = counts.setdefault(entry["group"], dict.fromkeys([*CHOICES, "", "change reasoned", "cannot reasoned"], 0))
            count[entry["choice"]] += 1
            if entry["reasoned"] and entry["choice"] in ("change", "cannot"):
                count[f"{entry['choice']} reasoned"] += 1
    if secret:
        check_came(came, counts)
    elif set(last) - seen:
        raise Mismatch(f"A vote of the seat {min(set(last) - seen)} was not counted.")
    return counts


def check_came(came: dict[str, int], counts: dict[str, dict[str, int]]) -> None:
    """In a secret ballot as many votes were counted of each group as came."""
    for group in sorted(set(came) | set(counts)):
        counted = sum(counts.get(group, {}).get(choice, 0) for choice in CHOICES)
        if counted != came.get(group, 0):
            raise Mismatch(f"{group}: {came.get(group, 0)} secret votes came, and {counted} were counted.")


def check_counted(entry: dict[str, Any], last: dict[str, str], seen: set[str]) -> None:
    """A seat is counted once, and as it last voted."""
    seat = entry["seat"]
    if seat in seen:
        raise Mismatch(f"Entry {entry['number']} counts the seat {seat} a second time.")
    seen.add(seat)
    if entry["choice"] != last.get(seat, ""):
        raise Mismatch(f"Entry {entry['number']} counts “{entry['choice']}” for the seat {seat}, whose last vote was another.")


def found_by(rule: dict[str, Any], group: str, count: dict[str, int], present: int) -> tuple[bool, bool, int]:
    """What the rule says of one group: whether enough gave a view, whether its share is reached, how many views."""
    row = rule["groups"].get(group, {"percent": 50, "least": 1})
    views = count["support"] + count["change"] + count["cannot"]
    voted = views + count["abstain"]
    entitled = voted + count[""]
    of = {"views": views, "present": max(present, voted), "entitled": entitled}[rule.get("base", "views")]
    enough = views >= (max(row["least"], 1) if entitled else row["least"])
    share = SHARES.get(row["percent"], Fraction(row["percent"], 100))
    return enough, enough and (of == 0 or Fraction(count["support"], of) >= share), views


def says(rule: dict[str, Any], findings: dict[str, tuple[bool, bool, int]], dissent: dict[str, bool]) -> str:
    """What the rule says of the whole ballot."""
    reached = sum(1 for _enough, yes, _views in findings.values() if yes)
    stopped = (rule.get("veto", False) and dissent["cannot"]) or (not rule.get("reservations", True) and dissent["change"])
    if not all(enough for enough, _yes, _views in findings.values()):
        return "too_few"
    enough_groups = reached >= (min(rule.get("needed", 0), len(findings)) or len(findings))
    if enough_groups and not stopped and any(views for _enough, _yes, views in findings.values()):
        return "reserved" if dissent["any"] or reached < len(findings) else "agreed"
    return "contested" if reached else "declined"


def check_dissent(name: str, counts: dict[str, dict[str, int]], dissent: dict[str, bool]) -> None:
    """Reasons and refusals that are published are known to the result."""
    for count in counts.values():
        known = dissent["any"] or not (count["cannot"] or count["change reasoned"])
        if not known or any(count[f"{kind} reasoned"] and not dissent[kind] for kind in ("change", "cannot")):
            raise Mismatch(f"Ballot {name}: there is dissent that its result does not know of.")


def check_sums(name: str, counts: dict[str, dict[str, int]], stated: dict[str, dict[str, Any]], where: str) -> None:
    """The figures that are stated are the ones counted again."""
    for group, count in counts.items():
        again = {choice: count[choice] for choice in CHOICES}
        entitled = sum(again.values()) + count[""]
        figures = stated.get(group, {})
        if {choice: figures.get(choice) for choice in CHOICES} != again or figures.get("entitled") != entitled:
            raise Mismatch(f"Ballot {name}, {group}: counted again it is {again}, and {where} says otherwise.")


def check_ballot(result: dict[str, Any], entries: list[dict[str, Any]]) -> str:
    """One ballot, from the words it was opened with to what the rule says; a line."""
    name, open_to_see = result["ballot"], [entry for entry in entries if not entry.get("withheld")]
    opening = next(entry for entry in entries if entry["kind"] == "open")
    close = next(entry for entry in entries if entry["kind"] == "close")
    if result["rule"] != opening["rule"]:
        raise Mismatch(f"Ballot {name}: the rule is not the one it was opened with.")
    if result["statement"] is not None and sha(result["salt"] + result["statement"]) != opening["words"]:
        raise Mismatch(f"Ballot {name}: the words are not those it was opened with.")
    counts = counted_again(open_to_see, opening.get("secret", False))
    sums = {entry["group"]: entry for entry in open_to_see if entry["kind"] == "sum"}
    check_sums(name, counts, sums, "the record")
    check_sums(name, counts, result["counts"], "results.json")
    check_dissent(name, counts, close["dissent"])
    findings = {}
    for group in (group for group in GROUPS if group in close["groups"]):
        stated = close["groups"][group]
        if group in sums:
            nobody = dict.fromkeys([*CHOICES, ""], 0)
            findings[group] = found_by(opening["rule"], group, counts.get(group, nobody), sums[group]["present"])
        else:
            findings[group] = (stated["enough"], stated["reached"], 1)
        if findings[group][:2] != (stated["enough"], stated["reached"]):
            raise Mismatch(f"Ballot {name}, {group}: the rule, applied again, says something else.")
    again = says(opening["rule"], findings, close["dissent"])
    if not again == close["says"] == result["says"]:
        raise Mismatch(f"Ballot {name}: counted again it is “{again}”, and the bundle says “{result['says']}”.")
    few = ", ".join(group for group in GROUPS if group in close["groups"] and group not in sums)
    taken = f" (fewer than five, taken as stated: {few})" if few else ""
    return f"Ballot {name}: {again.replace('_', ' ')}, as stated{taken}. {(result['statement'] or 'Its words were taken out.')[:80]}"


def check_results(contents: dict[str, bytes], entries: list[dict[str, Any]]) -> list[str]:
    """Count every closed ballot again; a line for each."""
    ballots: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        ballots.setdefault(entry["ballot"], []).append(entry)
    closed = sorted(name for name, rows in ballots.items() if any(row["kind"] == "close" for row in rows))
    results = loaded(contents, "results.json")
    if closed != sorted(result["ballot"] for result in results):
        raise Mismatch("results.json does not list the ballots of the record.")
    return [check_ballot(result, ballots[result["ballot"]]) for result in results]


def verify(data: bytes) -> list[str]:
    """Check the bytes of a bundle; what was found, in lines. Raises Mismatch with the first thing that is wrong."""
    contents = unpacked(data)
    try:
        check_manifest(contents)
        entries, links = check_chain(contents)
        check_heads(contents, links)
        lines = check_results(contents, entries)
        signatures = check_signatures(contents)
    except Mismatch:
        raise
    except Exception as wrong:
        raise Mismatch(f"The bundle is not as it should be: {wrong!r}") from wrong
    return [f"The chain holds: {len(entries)} entries.", *lines, signatures, "Everything matches."]


def main(arguments: list[str]) -> int:
    """Check the file that is named; 0 when everything matches, 1 when not, 2 when there is nothing to check."""
    if len(arguments) != 1:
        print("Use: python verify.py bundle.zip")
        return 2
    try:
        with open(arguments[0], "rb") as file:
            data = file.read()
    except OSError as wrong:
        print(f"The bundle cannot be read: {wrong}")
        return 2
    try:
        print("\n".join(verify(data)))
    except Mismatch as wrong:
        print(f"DOES NOT MATCH: {wrong}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
