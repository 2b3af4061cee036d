"""The record of votes: chained, signed, published without names, and checked by a program that shares nothing with this one."""

import io
import json
import random
import subprocess
import sys
import zipfile
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from outcomes import demonstration
from workshops import bundling, channels, record, running, tally, unsealing, verify, voting
from workshops.models import Ballot, Cast, Entry, Head, Seat, Workshop
from workshops.rules import Rule
from workshops.verify import Mismatch


def held(room, *choices, text="People feel safe.", rule=None, reason=""):
    """A closed ballot in which people chose in turn; the officers support it."""
    town = room.town
    proposal = town.propose(room.workshop, room.citizens[0], text=text)
    town.move(room.workshop, "vote")
    ballot = voting.open_ballot(proposal, rule or Rule.same_for_all(67, 1), by=town.facilitator, now=town.now)
    ballot.workshop = room.workshop
    town.vote(ballot, "support", *room.officers)
    for person, choice in zip(room.people, choices, strict=False):
        if choice:
            town.vote(ballot, choice, person, reason=reason if choice in ("change", "cannot") else "")
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    return Ballot.objects.get(pk=ballot.pk)


def files(data):
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def forged(data, change):
    """The bundle with its contents changed and everything that needs no key made to fit again."""
    contents = files(data)
    change(contents)
    listed = {name: verify.sha(body) for name, body in contents.items() if name not in ("manifest.json", "signature.json")}
    contents["manifest.json"] = bundling._json(listed)
    return verify.packed(contents)


def test_everything_is_counted_again_and_matches(crowd):
    held(crowd, "cannot", *["support"] * 10)
    held(crowd, "support", "", "cannot", "abstain", "change", "support", "support", "cannot", "", "", "", text="Two", reason="Too far")
    held(crowd, *["support"] * 11, text="Three", rule=Rule.same_for_all(50, 1, veto=True, base="entitled"))
    held(crowd, *["cannot"] * 11, text="Four")
    bundling.sign_heads(date(2026, 11, 23))
    lines = verify.verify(bundling.bundle(crowd.workshop))
    assert [line.split(",")[0].split(": ")[1] for line in lines[1:5]] == ["reserved", "contested", "agreed", "contested"]
    assert "(fewer than five, taken as stated: commissioner)" in lines[1]
    assert lines[-2].startswith("Signatures: 2 match.")
    assert lines[-1] == "Everything matches."


def test_what_verify_says_is_what_the_room_saw(crowd):
    chance = random.Random(7)
    said = []
    for n in range(12):
        choices = [chance.choice(["support", "support", "support", "change", "cannot", "abstain", ""]) for _person in crowd.people]
        rule = Rule.same_for_all(
            chance.choice([50, 67, 75]),
            chance.choice([1, 3]),
            base=chance.choice(["views", "present", "entitled"]),
            needed=chance.choice([0, 2]),
            veto=chance.random() < 0.3,
            reservations=chance.random() < 0.7,
        )
        # The rule of a workshop is the least that a ballot may ask.
        crowd.workshop.__class__.objects.update(rule=Rule.same_for_all(1, 0, needed=1).kept)
        ballot = held(crowd, *choices, text=f"Text {n}", rule=rule, reason=chance.choice(["", "Because"]))
        said.append(unsealing.result_of(ballot).suggested.replace("_", " "))
    lines = verify.verify(bundling.bundle(crowd.workshop))
    assert [line.split(": ")[1].split(",")[0] for line in lines[1:13]] == said
    assert len(set(said)) > 2


@pytest.mark.parametrize("nonsense", [b"7", b"null", b"[" * 100_000, b"{", b"\xff"])
def test_a_list_of_files_that_is_none_is_said_to_be(crowd, nonsense):
    held(crowd, *["support"] * 11)
    contents = files(bundling.bundle(crowd.workshop)) | {"manifest.json": nonsense}
    with pytest.raises(Mismatch):
        verify.verify(verify.packed(contents))


def test_any_single_flipped_byte_is_found_and_named(crowd):
    held(crowd, *["support"] * 8, "cannot", "change", reason="Because")
    bundling.sign_heads(date(2026, 11, 23))
    data = bundling.bundle(crowd.workshop)
    chance = random.Random(11)
    for _flip in range(1000):
        at = chance.randrange(len(data))
        broken = bytearray(data)
        broken[at] ^= 1 << chance.randrange(8)
        with pytest.raises(Mismatch) as wrong:
            verify.verify(bytes(broken))
        assert str(wrong.value)


def _swap(contents, old, new, name="record.jsonl"):
    assert old in contents[name]
    contents[name] = contents[name].replace(old, new, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: _swap(c, b'\\"choice\\":\\"cannot\\"', b'\\"choice\\":\\"support\\"'), "Entry .* was changed"),
        (lambda c: _swap(c, b'"says": "reserved"', b'"says": "agreed"', "results.json"), "counted again it is “reserved”"),
        (lambda c: _swap(c, b'"support": 4', b'"support": 5', "results.json"), "results.json says otherwise"),
        (lambda c: _swap(c, b"People feel safe.", b"People feel rich.", "results.json"), "the words are not those"),
        (lambda c: _swap(c, b'"percent": 67', b'"percent": 10', "results.json"), "the rule is not the one"),
        (lambda c: c.update({"record.jsonl": b"".join(c["record.jsonl"].splitlines(True)[:-1])}), "does not list|not a link"),
        (lambda c: c.update({"record.jsonl": b"".join(c["record.jsonl"].splitlines(True)[1:])}), "it says it is entry 2"),
        (lambda c: _swap(c, b'"number": ', b'"number": 1', "heads.json"), "not a link|cannot be read"),
        (lambda c: c.update({"extra.txt": b""}), "does not hold the files"),
        (lambda c: _swap(c, b"Everything matches", b"Everything is fine", "verify.py"), "signature of signature.json"),
    ],
)
def test_a_forgery_that_fits_together_is_found_too(crowd, change, why):
    held(crowd, *["support"] * 8, "support", "cannot", "support")
    bundling.sign_heads(date(2026, 11, 23))
    with pytest.raises(Mismatch, match=why):
        verify.verify(forged(bundling.bundle(crowd.workshop), change))


def rechained(contents, number, text):
    """Somebody who holds the database writes the whole chain anew from one entry on."""
    rows, before = [json.loads(line) for line in contents["record.jsonl"].splitlines()], record.START
    for row in rows:
        if row["number"] == number:
            row["text"], row["leaf"] = text, record.digest(text)
        row["link"] = before = record.linked(before, row["leaf"])
    contents["record.jsonl"] = "".join(f"{record.canonical(row)}\n" for row in rows).encode()


def test_a_chain_written_anew_does_not_meet_its_signed_heads(crowd):
    held(crowd, *["support"] * 11)
    bundling.sign_heads(date(2026, 11, 23))
    vote = Entry.objects.filter(kind="vote", group="citizen").first()
    with pytest.raises(Mismatch, match="not a link of this record"):
        verify.verify(
            forged(bundling.bundle(crowd.workshop), lambda c: rechained(c, vote.number, vote.text.replace('"support"', '"cannot"')))
        )


def test_nothing_in_the_bundle_is_a_name_or_a_vote_of_a_small_group(crowd):
    ballot = held(crowd, *["support"] * 10, "cannot", reason="I live at 4 Mill Lane")
    data = bundling.bundle(crowd.workshop)
    for name, body in files(data).items():
        for personal in ("Cat", "Cem", "Val", "Harbour", "Org 1", "Olu", "Mill Lane"):
            assert name == "verify.py" or personal.encode() not in body
    officers = set(Seat.objects.filter(ballot=ballot, group="commissioner").values_list("code", flat=True))
    assert len(officers) == 2
    assert not any(code.encode() in files(data)["record.jsonl"] for code in officers)
    assert "commissioner" not in json.loads(files(data)["results.json"])[0]["counts"]


def test_the_same_record_is_the_same_bundle(crowd):
    held(crowd, *["support"] * 11)
    assert bundling.bundle(crowd.workshop) == bundling.bundle(crowd.workshop)


def test_while_a_ballot_is_open_the_record_says_only_that_it_is(crowd):
    town = crowd.town
    proposal = town.propose(crowd.workshop, crowd.citizens[0])
    ballot = town.ballot(crowd.workshop, proposal)
    town.vote(ballot, "support", *crowd.people)
    assert [entry.kind for entry in Entry.objects.all()] == ["open"]
    contents = files(bundling.bundle(crowd.workshop))
    assert json.loads(contents["results.json"]) == []
    assert contents["record.jsonl"].count(b"\n") == 1


def test_changed_votes_and_hands_are_followed(crowd):
    town = crowd.town
    proposal = town.propose(crowd.workshop, crowd.citizens[0])
    ballot = town.ballot(crowd.workshop, proposal)
    for choice in ("cannot", "support", "change", "support"):
        town.vote(ballot, choice, crowd.citizens[0])
    town.vote(ballot, "support", *crowd.officers, *crowd.people[6:])
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    assert Entry.objects.filter(kind="vote").count() == Cast.objects.count() == 4 + 2 + 5
    assert verify.verify(bundling.bundle(crowd.workshop))[-1] == "Everything matches."


def test_the_database_itself_keeps_the_record(crowd):
    held(crowd, "support")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Entry.objects.update(text="{}")


def test_heads_are_signed_once_a_day(crowd):
    held(crowd, "support")
    assert (bundling.sign_heads(date(2026, 11, 23)), bundling.sign_heads(date(2026, 11, 23))) == (1, 0)
    held(crowd, "support", text="Two")
    assert bundling.sign_heads(date(2026, 11, 24)) == 1
    first, second = Head.objects.all()
    assert first.number < second.number
    assert verify.verify(bundling.bundle(crowd.workshop))[-2].startswith("Signatures: 3 match.")


def test_the_verifier_runs_by_itself(crowd, tmp_path):
    held(crowd, *["support"] * 11)
    out = tmp_path / "bundle.zip"
    call_command("bundle_votes", crowd.workshop.slug, str(out))
    (tmp_path / "verify.py").write_bytes(files(out.read_bytes())["verify.py"])
    alone = [sys.executable, "-I", "-S", "verify.py", "bundle.zip"]  # without any installed package
    good = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Signatures: not checked" in good.stdout
    out.write_bytes(out.read_bytes()[:-1])
    bad = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert bad.stdout.startswith("DOES NOT MATCH: ")
    for nonsense in ([], ["gone.zip"], ["a", "b"]):
        assert subprocess.run([*alone[:4], *nonsense], cwd=tmp_path, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("data", [b"", b"PK", b"\0" * 5000, b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_bundle_is_said_to_be_none(data):
    with pytest.raises(Mismatch):
        verify.verify(data)


@pytest.mark.django_db
def test_a_workshop_that_is_not_there(tmp_path):
    with pytest.raises(CommandError) as wrong:
        call_command("bundle_votes", "gone", str(tmp_path / "b.zip"))
    assert wrong.value.returncode == 2


def test_somebody_finds_their_vote_by_its_receipt_once_voting_is_closed(crowd):
    town, me = crowd.town, crowd.citizens[0]
    address = f"/w/{crowd.workshop.slug}/record/"
    client = town.client(me)
    assert "Nothing has been voted on yet" in client.get(address).content.decode()
    ballot = town.ballot(crowd.workshop, town.propose(crowd.workshop, me))
    sent = {"choice": "cannot", "key": "k", "reason": ""}
    kept = client.post(f"/w/{crowd.workshop.slug}/ballots/{ballot.pk}/vote/", sent, headers={"HX-Request": "true"}).content.decode()
    code = Seat.objects.get(ballot=ballot, participant=me).code
    shown = f"{code[:4]}-{code[4:]}"
    assert shown in kept
    assert "No closed vote here has this receipt" in client.get(address, {"receipt": shown}).content.decode(), "sealed, also to its receipt"
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    found = client.get(address, {"receipt": f" {shown.lower()} "}).content.decode()
    assert "This vote was counted." in found
    assert "<strong>cannot support</strong>" in found
    for nonsense in ("XXXX-XXXX", "x" * 9000, "%_", '"', "\0"):
        answer = client.get(address, {"receipt": nonsense})
        assert answer.status_code == 200
        assert "This vote was counted." not in answer.content.decode()


def test_a_receipt_of_another_workshop_is_not_found(crowd, other_town):
    ballot = held(crowd, "support")
    code = Seat.objects.filter(ballot=ballot).exclude(choice="").first().code
    person = other_town.join("Pat")
    workshop = other_town.workshop(person)
    page = other_town.client(person).get(f"/w/{workshop.slug}/record/", {"receipt": code}).content.decode()
    assert "This vote was counted." not in page


def test_the_bundle_is_downloaded_by_whoever_is_in_the_workshop(crowd):
    held(crowd, *["support"] * 11)
    answer = crowd.town.client(crowd.citizens[1]).get(f"/w/{crowd.workshop.slug}/record.zip")
    assert answer["Content-Type"] == "application/zip"
    assert verify.verify(answer.content)[-1] == "Everything matches."


def test_the_page_and_the_bundle_take_the_same_queries_for_one_ballot_and_many(crowd, django_assert_num_queries):
    client = crowd.town.client(crowd.citizens[0])
    for text in ("One", "Two", "Three"):
        held(crowd, *["support"] * 11, text=text)
        client.get(f"/w/{crowd.workshop.slug}/record/")
        with django_assert_num_queries(5):
            client.get(f"/w/{crowd.workshop.slug}/record/")
        with django_assert_num_queries(11):
            client.get(f"/w/{crowd.workshop.slug}/record.zip")


def test_an_old_ballot_without_a_record_closes_as_before(crowd):
    town = crowd.town
    ballot = town.ballot(crowd.workshop, town.propose(crowd.workshop, crowd.citizens[0]))
    Entry.objects.all().delete()
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    assert not Entry.objects.exists()


def test_no_entry_says_by_which_channel_a_vote_came(crowd):
    held(crowd, *["support"] * 11)
    for text in Entry.objects.values_list("text", flat=True):
        assert "channel" not in text
        assert "online" not in text


def test_a_vote_that_a_recount_let_go_is_followed(crowd):
    town = crowd.town
    ballot = town.ballot(crowd.workshop, town.propose(crowd.workshop, crowd.citizens[0]))
    town.vote(ballot, "support", *crowd.people)
    Seat.objects.filter(ballot=ballot, participant=crowd.citizens[0]).update(choice="", reason="", channel=channels.HANDS)
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    assert verify.verify(bundling.bundle(crowd.workshop))[-1] == "Everything matches."


def test_a_bundle_that_would_unpack_to_far_more_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("about.json", b"0" * 10_000_000)
    with pytest.raises(Mismatch, match="more than it is long"):
        verify.verify(out.getvalue())


def test_the_verifier_knows_the_choices():
    assert list(tally.CHOICES) == verify.CHOICES


def test_every_result_of_the_demonstration_is_counted_again_and_matches(db, settings):
    settings.DEMO = True
    demonstration.load(now=timezone.now())
    said = [verify.verify(bundling.bundle(workshop)) for workshop in Workshop.objects.all()]
    assert all(lines[-1] == "Everything matches." for lines in said)
    assert sum(line.startswith("Ballot ") for lines in said for line in lines) == Ballot.objects.exclude(closed_at=None).count() > 5


def test_the_room_of_the_demonstration_has_its_time_before_it(db, settings):
    settings.DEMO = True
    now = timezone.now()
    demonstration.load(now=now)
    room = Workshop.objects.get(title="Help that families can find")
    assert running.clock_of(running.current(room)).left(now) > 10 * 60, "seconds"
