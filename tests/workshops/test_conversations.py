"""Conversations come in whole, go out exactly as they came, and a broken one leaves nothing behind."""

import csv
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commissioning import convening
from commissioning.models import Authority, Contribution, Cycle, Minute, Participant, User
from workshops import conversations, conversations_replaying, facilitating, regions, unsealing
from workshops.conversations_reading import read_conversation
from workshops.models import Ballot, Cast, Proposal, ProposalVersion, Seat, Workshop

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "conversations"
GIVEN = {
    "london.youth.policing": {"contributions": 39, "participants": 27, "votes_cast": 640, "votes_current": 638},
    "scoop-hivemind.affordable-housing": {
        "contributions": 165,
        "participants": 381,
        "votes_cast": 15076,
        "votes_current": 14995,
    },
    "scoop-hivemind.biodiversity": {
        "contributions": 316,
        "participants": 536,
        "votes_cast": 29802,
        "votes_current": 29719,
    },
}

COMMENTS = (
    "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '1000000000001,0,7,2,1,1,"Later buses, ""please"""\n'
    '1000000000002,3,0,0,0,-1,"=1+1\nand a second line"\n'
    "1000000000003,1,0,1,0,0,@everybody: a bench\n"
)
VOTES = (
    "timestamp,comment-id,voter-id,vote\n"
    "1000000000900,0,1,-1\n"
    "1000000000100,0,1,1\n"
    "1000000000200,0,2,1\n"
    "1000000000300,1,1,0\n"
    "1000000000300,1,1,1\n"
)
PEOPLE = "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,0,1\n7,,,1,0,0,0,,\n1,a b,0,0,2,1,1,-1,1\n2,,1,0,1,1,0,1,\n"
SUMMARY = "topic,What would help?\nurl,https://example.org/1\n"
FILES = {"comments.csv": COMMENTS, "votes.csv": VOTES, "participants-votes.csv": PEOPLE, "summary.csv": SUMMARY}
NOW = datetime(2030, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def folder(path: Path, **changed: str | bytes | None) -> Path:
    """The small conversation in a folder, some files changed (None: left out); `comments` stands for comments.csv."""
    path.mkdir(exist_ok=True)
    files = FILES | {name.replace("_", "-") + ".csv": text for name, text in changed.items()}
    for name, text in files.items():
        if text is not None:
            (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(command: str, *args: object, **options: object) -> dict[str, object]:
    out = io.StringIO()
    call_command(command, *map(str, args), stdout=out, **options)
    return json.loads(out.getvalue())


def everything() -> list[int]:
    models = (
        User,
        Authority,
        Cycle,
        Participant,
        Contribution,
        Workshop,
        Proposal,
        ProposalVersion,
        Ballot,
        Seat,
        Cast,
        Minute,
    )
    return [model.objects.count() for model in models]


@pytest.mark.parametrize("name", GIVEN)
def test_a_given_conversation_comes_back_exactly(name: str, tmp_path: Path) -> None:
    if not (SHARED / name).is_dir():
        pytest.skip(f"{SHARED / name} is not here; set SHARED_DATA to the folder that holds conversations/")
    kept = run("import_conversation", SHARED / name)
    workshop = kept.pop("workshop")
    assert kept == GIVEN[name]
    before = everything()
    assert run("import_conversation", SHARED / name) == kept | {"workshop": workshop}
    run("export_conversation", workshop, tmp_path)
    assert run("import_conversation", tmp_path)["workshop"] == workshop
    assert everything() == before
    for file in FILES:
        with (
            (SHARED / name / file).open(newline="", encoding="utf-8") as given,
            (tmp_path / file).open(newline="") as back,
        ):
            assert list(csv.reader(back)) == list(csv.reader(given)), file
        assert (tmp_path / file).read_bytes() == (SHARED / name / file).read_bytes(), file


def test_a_small_conversation_comes_back_to_the_letter(tmp_path: Path) -> None:
    kept = run("import_conversation", folder(tmp_path / "in"))
    assert kept == {
        "workshop": "what-would-help",
        "contributions": 3,
        "participants": 4,
        "votes_cast": 5,
        "votes_current": 3,
    }
    run("export_conversation", kept["workshop"], tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_text() for name in FILES} == FILES


def test_every_vote_is_kept_and_the_last_by_time_stands(tmp_path: Path) -> None:
    run("import_conversation", folder(tmp_path / "in"))
    casts = Cast.objects.filter(ballot__proposal__contribution__source_ref="comment:0", by__source_ref__startswith="voter:1@")
    assert list(casts.values_list("choice", flat=True)) == ["disagree", "agree"]
    assert {cast.seat.choice for cast in casts} == {"disagree"}
    assert casts[0].at == datetime(2001, 9, 9, 1, 46, 40, 900_000, tzinfo=UTC)
    same_moment = Seat.objects.get(ballot__proposal__contribution__source_ref="comment:1")
    assert same_moment.choice == "agree"


def test_moderation_pseudonyms_and_a_minute_are_kept(tmp_path: Path) -> None:
    run("import_conversation", folder(tmp_path / "in"))
    said = dict(Contribution.objects.values_list("source_ref", "moderation"))
    assert said == {"comment:0": 1, "comment:3": -1, "comment:1": 0}
    citizens = Participant.objects.filter(group="citizen")
    assert [c.shown_name for c in citizens] == [f"Citizen {n}" for n in (1, 2, 3, 4)]
    assert Minute.objects.filter(act="import").count() == 1


def test_the_room_can_show_an_imported_workshop(tmp_path: Path) -> None:
    kept = run("import_conversation", folder(tmp_path / "in"))
    workshop = Workshop.objects.get(slug=kept["workshop"])
    assert regions.cards(workshop)
    assert len(regions.looks_at(workshop.ballots.all())) == 3
    assert unsealing.counts([ballot.pk for ballot in workshop.ballots.all()])


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text.replace("\n", "\r\n") + "\r\n",
    ],
    ids=["byte-order mark", "CRLF", "both, and a blank line"],
)
def test_the_same_content_is_the_same_conversation(rewrite, tmp_path: Path) -> None:
    first = run("import_conversation", folder(tmp_path / "in"))
    before = everything()
    again = {name.removesuffix(".csv").replace("-", "_"): rewrite(text) for name, text in FILES.items()}
    assert run("import_conversation", folder(tmp_path / "again", **again)) == first
    assert everything() == before


def test_only_comments_and_votes_are_needed(tmp_path: Path) -> None:
    bare = folder(tmp_path / "High street", participants_votes=None, summary=None)
    kept = run("import_conversation", bare)
    assert (kept["workshop"], kept["participants"]) == ("high-street", 4)
    run("export_conversation", kept["workshop"], tmp_path / "out")
    assert (tmp_path / "out" / "votes.csv").read_text() == VOTES
    header, *rows = list(csv.reader((tmp_path / "out" / "participants-votes.csv").open()))
    assert header[-2:] == ["0", "1"]
    assert ["1", "", "", "0", "2", "1", "1", "-1", "1"] in rows


def test_nobody_has_voted_yet(tmp_path: Path) -> None:
    comments = COMMENTS.replace("7,2,1,1", "7,0,0,1").replace("0,1,0,0,@", "0,0,0,0,@")
    kept = run("import_conversation", folder(tmp_path / "in", comments=comments, votes=VOTES[:35], participants_votes=None))
    assert kept["votes_cast"] == 0


def test_two_conversations_in_one_cycle_keep_their_people_apart(tmp_path: Path) -> None:
    cycle = a_cycle()
    one = run("import_conversation", folder(tmp_path / "one"), cycle=cycle.slug)
    other_votes = VOTES.replace("1000000000200", "1000000000201")
    two = run("import_conversation", folder(tmp_path / "two", votes=other_votes), cycle=cycle.slug)
    assert one["participants"] == two["participants"] == 4
    assert cycle.participants.filter(group="citizen").count() == 8
    assert not Cycle.objects.exclude(pk=cycle.pk).exists()
    run("export_conversation", two["workshop"], tmp_path / "out")
    assert (tmp_path / "out" / "votes.csv").read_text() == other_votes


def test_figures_that_are_not_those_of_the_votes_are_told(tmp_path: Path) -> None:
    err = io.StringIO()
    run("import_conversation", folder(tmp_path / "in", comments=COMMENTS.replace("7,2,1,1", "7,5,1,1")), stderr=err)
    assert err.getvalue() == "comments.csv: from line 2, 1 rows differ from the votes. The votes stand.\n"


BROKEN = {
    "unknown vote": ({"votes": VOTES + "1000000000400,1,2,2\n"}, ["votes.csv", "line 7", "column vote"]),
    "vote for an unknown comment": ({"votes": VOTES + "1,9,2,1\n"}, ["votes.csv", "line 7", "column comment-id"]),
    "voter is no number": ({"votes": VOTES + "1,1,x,1\n"}, ["votes.csv", "line 7", "column voter-id"]),
    "time is no number": ({"votes": VOTES + "soon,1,1,1\n"}, ["votes.csv", "line 7", "column timestamp"]),
    "time out of this world": ({"votes": VOTES + "9" * 40 + ",1,1,1\n"}, ["votes.csv", "line 7", "column timestamp"]),
    "digits of another script": ({"votes": VOTES + "1,1,٣,1\n"}, ["votes.csv", "line 7", "column voter-id"]),
    "negative person": ({"votes": VOTES + "1,1,-4,1\n"}, ["votes.csv", "line 7", "column voter-id"]),
    "row too short": ({"votes": VOTES + "1,1,1\n"}, ["votes.csv", "line 7", "column vote"]),
    "row too long": ({"votes": VOTES + "1,1,1,1,1\n"}, ["votes.csv", "line 7", "column vote"]),
    "null byte": ({"votes": VOTES + "1,1,1\0,1\n"}, ["votes.csv", "line 7", "column voter-id"]),
    "no votes file": ({"votes": None}, ["votes.csv", "missing"]),
    "empty file": ({"votes": ""}, ["votes.csv", "line 1", "column timestamp"]),
    "no comments file": ({"comments": None}, ["comments.csv", "missing"]),
    "no comments": ({"comments": COMMENTS[:70]}, ["comments.csv", "no comments"]),
    "no such column": ({"comments": COMMENTS.replace("author-id", "author")}, ["comments.csv", "line 1", "author-id"]),
    "column twice": (
        {"comments": COMMENTS.replace("agrees,dis", "agrees,agrees,dis")},
        ["comments.csv", "line 1", "agrees"],
    ),
    "comment twice": ({"comments": COMMENTS + "1,0,1,0,0,1,x\n"}, ["comments.csv", "line 6", "column comment-id"]),
    "moderation": ({"comments": COMMENTS + "1,5,1,0,0,2,x\n"}, ["comments.csv", "line 6", "column moderated"]),
    "huge comment": (
        {"comments": COMMENTS + "1,5,1,0,0,1," + "x" * 300_000 + "\n"},
        ["comments.csv", "line 6", "column comment-body"],
    ),
    "unclosed quote": ({"comments": COMMENTS + '1,5,1,0,0,1,"x\n'}, ["comments.csv", "line 6", "column comment-body"]),
    "unclosed in the middle": ({"votes": VOTES + '1,"1,1,1\n1,1,1,1\n'}, ["votes.csv", "line 7", "column comment-id"]),
    "not UTF-8": (
        {"comments": COMMENTS.encode() + b"1,5,1,0,0,1,caf\xe9\n"},
        ["comments.csv", "line 6", "column comment-body"],
    ),
    "person twice": (
        {"participants_votes": PEOPLE + "7,,,1,0,0,0,,\n"},
        ["participants-votes.csv", "line 5", "column participant"],
    ),
    "cell is no vote": (
        {"participants_votes": PEOPLE + "9,,,1,0,0,0,x,\n"},
        ["participants-votes.csv", "line 5", "column 0"],
    ),
    "column of no comment": (
        {"participants_votes": PEOPLE.replace(",0,1\n", ",0,44\n")},
        ["participants-votes.csv", "line 1", "column 44"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_conversation_leaves_nothing_behind(case: str, tmp_path: Path) -> None:
    changed, told = BROKEN[case]
    refused(told, "import_conversation", folder(tmp_path / "in", **changed))


def test_no_folder_no_cycle_no_workshop_no_place_to_write(tmp_path: Path) -> None:
    refused(["no folder"], "import_conversation", tmp_path / "nowhere")
    refused(["no folder"], "import_conversation", folder(tmp_path / "in") / "votes.csv")
    refused(["no cycle"], "import_conversation", tmp_path / "in", "--cycle", "nowhere")
    refused(["no workshop"], "export_conversation", "nowhere", tmp_path)
    (tmp_path / "votes").mkdir()
    (tmp_path / "votes" / "comments.csv").mkdir()
    refused(["comments.csv", "cannot be read"], "import_conversation", tmp_path / "votes")
    kept = run("import_conversation", tmp_path / "in")
    with pytest.raises(CommandError) as wrong:
        run("export_conversation", kept["workshop"], tmp_path / "in" / "votes.csv")
    assert wrong.value.returncode == 2


def refused(told: list[str], *command: object) -> None:
    with pytest.raises(CommandError) as wrong:
        run(*command)
    assert wrong.value.returncode == 2
    assert "\n" not in str(wrong.value)
    assert [part for part in told if part not in str(wrong.value)] == []
    assert everything() == [0] * 12


def test_a_workshop_of_our_own_goes_out_once_its_ballots_are_closed(tmp_path: Path) -> None:
    workshop = a_voted_workshop()
    with pytest.raises(CommandError, match="No ballot of buses is closed"):
        run("export_conversation", workshop.slug, tmp_path)
    Ballot.objects.filter(workshop=workshop, round=1).update(closed_at=NOW)
    run("export_conversation", workshop.slug, tmp_path / "out")
    with (tmp_path / "out" / "votes.csv").open() as votes:
        found = [(row["comment-id"], row["voter-id"], row["vote"]) for row in csv.DictReader(votes)]
    assert found == [("0", "0", "1"), ("0", "0", "-1"), ("0", "1", "0")]
    again = run("import_conversation", tmp_path / "out")
    assert (again["votes_cast"], again["votes_current"]) == (3, 2)
    run("export_conversation", again["workshop"], tmp_path / "back")
    for file in FILES:
        assert (tmp_path / "back" / file).read_bytes() == (tmp_path / "out" / file).read_bytes(), file


def a_cycle() -> Cycle:
    authority = Authority.objects.create(name="Northam Council", slug="northam")
    officer = User.objects.create_user("officer@example.org", "Ola")
    authority.memberships.create(user=officer)
    plan = convening.CyclePlan("Buses", "Buses", ("Northam",), "Getting home", 3, "£15 an hour")
    return convening.open_cycle(plan, authority=authority, by=officer, now=NOW)


def a_voted_workshop() -> Workshop:
    """Two people; one changed their mind; a second ballot is still open and sealed."""
    cycle = a_cycle()
    plan = facilitating.WorkshopPlan("Buses", "What would help?")
    workshop = facilitating.convene(cycle, plan, by=cycle.participants.get(), now=NOW)
    people = [
        Participant.objects.create(cycle=cycle, group="citizen", standing="resident", pseudonym=f"Citizen {n}", joined_at=NOW)
        for n in (1, 2)
    ]
    for number, text in enumerate(("Later buses", "A bench")):
        said = Contribution.objects.create(
            cycle=cycle, participant=people[0], group="citizen", kind="proposal", text=text, key=text, at=NOW
        )
        proposal = Proposal.objects.create(workshop=workshop, kind="need", contribution=said, text=text, at=NOW)
        version = ProposalVersion.objects.create(proposal=proposal, number=1, text=text, by=people[0], contribution=said, at=NOW)
        ballot = Ballot.objects.create(
            workshop=workshop, proposal=proposal, version=version, round=number + 1, rule=workshop.rule, opened_at=NOW
        )
        seats = [Seat.objects.create(ballot=ballot, group="citizen", participant=person) for person in people]
        for who, choice in ((0, "support"), (0, "change"), (1, "abstain")):
            key = f"{who}{choice}"
            Cast.objects.create(workshop=workshop, ballot=ballot, seat=seats[who], by=people[who], choice=choice, key=key, at=NOW)
    return workshop


def test_a_replay_plays_what_moderation_let_through_in_its_own_order(tmp_path: Path) -> None:
    votes = VOTES + "1000000000050,3,2,1\n"
    plays = conversations_replaying.plays_of(read_conversation(folder(tmp_path / "in", votes=votes)))
    assert {who: [(play.at, play.comment, play.choice) for play in one] for who, one in plays.items()} == {
        "1": [(0.0, "0", "support"), (0.2, "1", "abstain"), (0.2, "1", "support"), (0.8, "0", "cannot")],
        "2": [(0.1, "0", "support")],
    }


def test_a_replay_waits_for_the_last_client() -> None:
    watch = conversations_replaying.Watch(start=10, clients=2)
    watch.acknowledge()
    watch.show(10, 11)
    assert watch.waits == []
    watch.show(10, 12)
    watch.acknowledge()
    assert len(watch.waits) == 1
    watch.show(11, 12)
    assert len(watch.waits) == 2
    assert watch.settled.is_set()


def test_a_replay_says_that_nobody_answers(tmp_path: Path) -> None:
    refused(["cannot be reached"], "replay_conversation", folder(tmp_path / "in"), "--url", "http://127.0.0.1:9")
    refused(["speed"], "replay_conversation", tmp_path / "in", "--url", "http://127.0.0.1:9", "--speed", "0")


def test_moments_are_exact_to_the_millisecond() -> None:
    assert conversations.milliseconds(conversations.moment("1658934589213")) == "1658934589213"
