"""Opinion groups: as Polis found them in the given conversations, steady, and silent where there are too few people."""

import csv
import json
import os
import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from sklearn.metrics import adjusted_rand_score

from tests.stack import ROOT
from workshops import opinions

SHARED = Path(os.environ.get("SHARED_DATA", ROOT / ".." / "shared" / "data")) / "conversations"
given_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the given conversations are not at {SHARED}")


def asked(capsys, name, *args):
    call_command("opinion_groups", str(SHARED / name), *args)
    return json.loads(capsys.readouterr().out)


def published(name):
    with (SHARED / name / "participants-votes.csv").open(encoding="utf-8-sig") as file:
        return {row["participant"]: (row["group-id"], int(row["n-votes"])) for row in csv.DictReader(file)}


@given_data
@pytest.mark.parametrize("args", [("--groups", "2"), ()])
def test_the_groups_of_biodiversity_are_those_that_polis_published(capsys, args):
    answer = asked(capsys, "scoop-hivemind.biodiversity", *args)
    everybody = published("scoop-hivemind.biodiversity")
    theirs = {person: group for person, (group, votes) in everybody.items() if group and votes >= 7}
    assert sum(bool(group) for group, _votes in everybody.values()) == len(theirs) + 2, "theirs has two with fewer votes from earlier on"
    assert answer["k"] == 2, "the silhouette chooses the published number, too"
    assert adjusted_rand_score(list(theirs.values()), [answer["groups"][person] for person in theirs]) >= 0.95


@given_data
@pytest.mark.parametrize("name", ["scoop-hivemind.biodiversity", "london.youth.policing", "scoop-hivemind.affordable-housing"])
def test_whoever_has_fewer_than_seven_votes_is_not_placed(capsys, name):
    answer = asked(capsys, name)
    for person, (_group, votes) in published(name).items():
        if votes and person in answer["groups"]:
            assert (answer["groups"][person] is None) == (votes < 7)
    shares = [one["agree"] for one in answer["consensus"]]
    assert shares == sorted(shares, reverse=True)


def two_camps(n=20, statements=10):
    """Two camps that differ on every statement but the first, which everybody agrees with, and one that nobody saw."""
    return {
        (person, statement): 1 if statement == 0 or (person % 2) == (statement % 2) else -1
        for person in range(n)
        for statement in range(statements)
    }


def test_two_camps_are_two_groups_and_what_unites_them_comes_first():
    found = opinions.find(two_camps(), range(11))
    assert found.groups == 2
    assert len({(person % 2, group) for person, group in found.placed.items()}) == 2
    assert found.statements[0].statement == 0
    assert found.statements[0].by_group == ((10, 0, 0), (10, 0, 0))


def test_the_order_of_votes_changes_nothing():
    votes = two_camps(24)
    rows = list(votes.items())
    random.Random(4).shuffle(rows)
    assert opinions.find(dict(rows), range(10)) == opinions.find(votes, range(10))


def test_the_last_vote_counts():
    assert opinions.last_votes([(2, 0, 1, -1), (1, 0, 1, 1), (2, 0, 1, 0)]) == {(1, 0): 0}


@pytest.mark.parametrize("votes", [{}, two_camps(7), {(person, 0): 1 for person in range(50)}])
def test_too_little_is_said_to_be_too_little(votes):
    found = opinions.find(votes, range(10))
    assert (found.groups, found.placed) == (0, {})


def test_people_who_all_say_the_same_are_one_group():
    votes = {(person, statement): 1 for person in range(12) for statement in range(8)}
    assert opinions.find(votes, range(8)).groups == 1


def test_a_rejected_statement_is_in_no_result():
    found = opinions.find(two_camps(), range(10), rejected=[0])
    assert 0 not in {one.statement for one in found.statements}


@pytest.mark.parametrize("groups", [0, 1, 21])
def test_an_impossible_number_of_groups_is_refused(groups):
    with pytest.raises(ValueError, match="ask for 2 to 20"):
        opinions.find(two_camps(), range(10), groups=groups)


def test_a_folder_that_is_none_says_so(tmp_path):
    with pytest.raises(CommandError) as wrong:
        call_command("opinion_groups", str(tmp_path / "gone"))
    assert wrong.value.returncode == 2
