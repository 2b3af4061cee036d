"""A workshop's own bundle, counted in other ways: what it says, what it keeps back, and every broken one named."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from workshops import bundle_files, bundling, counting, record, verify, voting
from workshops.ballot_files import Unreadable
from workshops.models import Ballot
from workshops.rules import Rule


def files(data):
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def entry(kind, ballot="1.1", text="", **says):
    """A line of a record; `text` None is kept back."""
    return {"kind": kind, "ballot": ballot, "text": None if text is None else record.canonical({"kind": kind, "ballot": ballot, **says})}


def counted(choice, group="citizen", ballot="1.1"):
    return entry("counted", ballot, seat="x", group=group, choice=choice, reasoned=False)


def packed(*rows, **other):
    """The zip of a record that nobody signed."""
    contents = {
        "about.json": json.dumps({"format": record.FORMAT}).encode(),
        "results.json": json.dumps([{"ballot": "1.1", "statement": "Safe"}, {"ballot": "2.1", "statement": None}]).encode(),
        "record.jsonl": "".join((row if isinstance(row, str) else record.canonical(row)) + "\n" for row in rows).encode(),
        **{name.replace("_", "."): body for name, body in other.items()},
    }
    return verify.packed({name: body for name, body in contents.items() if body is not None})


@pytest.fixture
def unchecked(monkeypatch):
    """Leaves out the check of the chain and the signature, to read what no program has signed."""
    monkeypatch.setattr(verify, "verify", lambda data: [])


@pytest.fixture
def made(room, tmp_path):
    """A bundle really made: six citizens and five organisations vote twice, the second time in secret; two officers are too few
    to be published."""
    from workshops import attending

    town = room.town
    people = [
        *room.citizens,
        *(town.join(f"C{n}") for n in range(4)),
        *room.vsos,
        *(town.join(f"V{n}", "vso", f"Org {n}") for n in range(3)),
    ]
    for person in people:
        attending.attend(room.workshop, person, now=town.now)
    first, second = (town.propose(room.workshop, room.citizens[0], text=text) for text in ("People feel safe.", "People are met."))
    town.move(room.workshop, "vote")
    choices = {
        first: ["support"] * 5 + ["cannot"] + ["change"] * 3 + ["abstain", ""],
        second: ["support"] * 2 + ["abstain"] * 4 + ["support"] * 5,
    }
    for proposal, row in choices.items():
        ballot = voting.open_ballot(proposal, Rule.same_for_all(50, 0), secret=proposal == second, by=town.facilitator, now=town.now)
        ballot.workshop = room.workshop
        town.vote(ballot, "support", *room.officers)
        for person, choice in zip(people, row, strict=True):
            if choice:
                town.vote(ballot, choice, person)
        voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    room.file, room.names = tmp_path / "bundle.zip", [f"{first.pk}.1", f"{second.pk}.1"]
    call_command("bundle_votes", room.workshop.slug, str(room.file))
    return room


def said(capsys, *args):
    capsys.readouterr()
    call_command("count", *map(str, args))
    return json.loads(capsys.readouterr().out)


def test_a_bundle_that_was_really_made_is_counted_by_approval(made, capsys):
    one, two = made.names
    answer = said(capsys, made.file, "--method", "approval")
    assert (answer["winners"], answer["ties"], answer["scores"]) == ([two], [], {one: 5, two: 7})
    assert answer["statements"] == {one: "People feel safe.", two: "People are met."}
    assert {name: group["scores"] for name, group in answer["groups"].items()} == {"vso": {one: 0, two: 5}, "citizen": {one: 5, two: 2}}
    assert answer["groups"]["citizen"]["winners"] == [one]
    assert answer["rounds"][0]["scores"] == answer["scores"]
    assert sorted(said(capsys, made.file, "--method", "approval", "--seats", 2)["winners"]) == sorted([one, two])


def test_a_score_is_two_for_support_and_one_for_a_change(made, capsys):
    one, two = made.names
    answer = said(capsys, made.file, "--method", "score", "--seats", 1)
    assert answer["scores"] == {one: 5 * 2 + 3, two: 7 * 2}
    assert answer["groups"]["vso"]["scores"] == {one: 3, two: 10}
    assert answer["winners"] == [two]


def test_what_is_kept_back_is_said_and_not_taken_for_the_full_count(made, capsys):
    kept = said(capsys, made.file, "--method", "approval")["kept_back"]
    assert (kept["seats"], kept["statements"]) == (4, dict.fromkeys(made.names, 2))
    assert "not everybody's count" in kept["why"]


def test_the_support_is_what_the_bundle_itself_says(made, capsys):
    """The figures of results.json, which come from the product's own tally and not from the record."""
    answer = said(capsys, made.file, "--method", "approval")
    for result in json.loads(files(made.file.read_bytes())["results.json"]):
        for group, row in result["counts"].items():
            assert answer["groups"][group]["scores"][result["ballot"]] == row["support"]


def test_a_ballot_that_is_open_is_not_counted(made, capsys):
    town = made.town
    town.ballot(made.workshop, town.propose(made.workshop, made.citizens[0], text="Later."))
    assert Ballot.objects.filter(closed_at=None).exists()
    made.file.write_bytes(bundling.bundle(made.workshop))
    assert sorted(said(capsys, made.file, "--method", "approval")["scores"]) == sorted(made.names)


@pytest.mark.parametrize("method", [name for name in counting.METHODS if name not in counting.OF_VOTES_APART])
def test_what_needs_whole_ballots_is_refused(made, method):
    with pytest.raises(CommandError, match=r"never says which votes are the same person's.*use approval or score") as wrong:
        call_command("count", str(made.file), "--method", method, "--seats", "1")
    assert wrong.value.returncode == 2


def test_groups_of_another_file_are_refused(made, tmp_path):
    with pytest.raises(CommandError, match="leave --groups out") as wrong:
        call_command("count", str(made.file), "--method", "approval", "--groups", str(tmp_path / "groups.csv"))
    assert wrong.value.returncode == 2


def test_a_bundle_that_was_changed_is_not_counted(made):
    contents = files(made.file.read_bytes())
    old, new = b'\\"choice\\":\\"cannot\\"', b'\\"choice\\":\\"support\\"'
    contents["record.jsonl"] = contents["record.jsonl"].replace(old, new)
    made.file.write_bytes(verify.packed(contents))
    with pytest.raises(CommandError, match=r"bundle.zip: record.jsonl was changed") as wrong:
        call_command("count", str(made.file), "--method", "approval")
    assert wrong.value.returncode == 2


# Records made by hand


@pytest.mark.usefixtures("unchecked")
def test_a_statement_of_which_nothing_is_published_is_left_out():
    rows = [counted("support"), counted("", "vso"), entry("counted", "2.1", None), counted("support", "vso", "3.1")]
    bundle = bundle_files.read(packed(*rows, *(entry("close", name) for name in ("1.1", "2.1", "3.1"))))
    assert bundle.words == {"1.1": "Safe", "2.1": "2.1", "3.1": "3.1"}, "words that were taken out are not said"
    answer = counting.bundle_as_json("approval", bundle, counting.Asked())
    assert (answer["scores"], answer["kept_back"]["statements"]) == ({"1.1": 1, "3.1": 1}, {"2.1": 1})
    assert {name: group["scores"] for name, group in answer["groups"].items()} == {"vso": {"1.1": 0, "3.1": 1}, "citizen": {"1.1": 1}}
    assert (answer["winners"], answer["ties"]) == (["1.1", "3.1"], [["1.1", "3.1"]])


@pytest.mark.usefixtures("unchecked")
def test_kinds_that_are_not_known_are_passed_over():
    strange = [{"kind": "weather", "text": "not even JSON"}, {"kind": "seal", "ballot": None, "text": None, "more": [1]}]
    bundle = bundle_files.read(packed(strange[0], counted("cannot"), strange[1], entry("close")))
    assert (bundle.cast, bundle.kept_back) == ((("citizen", "1.1", "cannot"),), {})
    answer = counting.bundle_as_json("score", bundle, counting.Asked())
    assert (answer["scores"], answer["kept_back"]) == ({"1.1": 0}, {"seats": 0, "statements": {}})


@pytest.mark.usefixtures("unchecked")
def test_before_anything_is_closed_there_is_nothing_to_choose():
    for rows in ([], [entry("open")]):
        answer = counting.bundle_as_json("approval", bundle_files.read(packed(*rows)), counting.Asked(places=2))
        assert (answer["winners"], answer["scores"], answer["groups"]) == ([], {}, {})


@pytest.mark.parametrize(
    ("rows", "line", "why"),
    [
        ([counted("support"), "{"], 2, "record.jsonl is not JSON here"),
        ([counted("support"), "", counted("support")], 2, "not JSON"),
        (["[" * 100_000], 1, "not JSON"),
        (["7"], 1, "something else"),
        ([entry("close"), {"kind": 5}], 2, "has a kind"),
        ([{"kind": "counted", "ballot": "1.1", "text": 5}], 1, "a text that may be null"),
        ([{"kind": "counted", "ballot": "1.1", "text": "{"}], 1, "not JSON"),
        ([{"kind": "counted", "ballot": "1.1", "text": "[]"}], 1, "something else"),
        ([counted("support", ballot="one")], 1, "its proposal and its round"),
        ([{"kind": "close", "text": None}], 1, "its proposal and its round"),
        ([counted("support"), counted("love")], 2, "nobody can choose “love”"),
        ([counted(["support"])], 1, "nobody can choose"),
        ([counted("support", "martians")], 1, "no group “martians”"),
        ([counted("support", {})], 1, "no group"),
    ],
)
def test_a_broken_entry_is_named_by_its_line(rows, line, why):
    with pytest.raises(Unreadable, match=why) as wrong:
        bundle_files.read(packed(*rows))
    assert wrong.value.line == line


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packing:
        for name in ("about.json", "record.jsonl", "results.json"):
            packing.writestr(name, b"\n" * 10_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a whole zip file"),
        (b"PK\x05\x06", "not a whole zip file"),
        (packed()[:-30], "not a whole zip file"),
        (packed().replace(b"throughline", b"throughlime"), "not a whole zip file: Bad CRC"),
        (bomb(), "more than it is long"),
        (packed(record_jsonl=None), "there is no record.jsonl in it"),
        (packed(about_json=None), "there is no about.json in it"),
        (packed(about_json=b'{"format": "another"}'), "its format is “another”"),
        (packed(about_json=b"[]"), "about.json has something else"),
        (packed(results_json=b"nothing"), "results.json is not JSON"),
        (packed(results_json=b'[5, {"ballot": []}]'), "does not hold the files it should"),
        (packed(record_jsonl=b"\n" * 2_000_001), "more than 2000000 lines"),
        (packed(record_jsonl=b'{"kind":"x","text":null}\n\xff\n'), "line 2: record.jsonl is not text"),
        (packed(counted("support"), entry("close")), "does not hold the files it should"),
    ],
)
def test_what_is_no_bundle_says_why_and_exits_with_2(tmp_path, data, why):
    file = tmp_path / "b.ZIP"
    file.write_bytes(data)
    with pytest.raises(CommandError, match=why) as wrong:
        call_command("count", str(file), "--method", "approval")
    assert wrong.value.returncode == 2
    assert str(wrong.value).startswith("b.ZIP: ")


def test_a_bundle_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file") as wrong:
        call_command("count", str(tmp_path / "gone.zip"), "--method", "approval")
    assert wrong.value.returncode == 2


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda some: st.lists(some) | st.dictionaries(st.text(), some)
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["counted", "close", "sum"]) | anything,
        "ballot": st.just("1.1") | anything,
        "text": st.builds(lambda said: json.dumps(said), anything) | anything,
    },
)


@given(st.lists(rows), anything, st.binary())
def test_any_contents_are_refused_in_one_sentence(entries, other, noise):
    """Nothing here is signed, so whatever reads well is refused at the end."""
    body = json.dumps(other).encode()
    for data in (packed(*entries), packed(*entries, results_json=body), packed(about_json=body), packed(record_jsonl=noise), noise):
        with pytest.raises(Unreadable) as wrong:
            bundle_files.read(data)
        assert str(wrong.value)
