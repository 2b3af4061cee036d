"""Ballots from files: the formats as published, every broken line named, and the command that counts them."""

import json

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from workshops import ballot_files, counting
from workshops.ballot_files import Unreadable, read

HEAD = "# DATA TYPE: {kind}\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Parks\n# ALTERNATIVE NAME 2: Buses\n# ALTERNATIVE NAME 3: Carers\n"
BUDGET = """META
key;value
description;A small one
budget;10
vote_type;approval
PROJECTS
project_id;cost;name
7;6;Playground
8;5;Benches
9;4;Trees
VOTES
voter_id;age;vote
1;30;7,9
2;40;7
3;50;8
4;60;
"""


def orders(kind, *lines):
    return HEAD.format(kind=kind) + "\n".join(lines) + "\n"


def test_each_kind_of_order_is_read():
    assert read(orders("soc", "2: 1,2,3"), "a.soc").tiers == [(((1,), (2,), (3,)), 2)]
    assert read(orders("soi", "2: 3"), "a.soi").tiers == [(((3,),), 2)]
    assert read(orders("toc", "1: {1,2},3"), "a.TOC").tiers == [(((1, 2), (3,)), 1)]
    assert read(orders("toi", "1: 2,{1,3}", "4: 1"), "a.toi").people == 5
    assert read(orders("cat", "1: {1,2},3", "1: {},{1,2,3}", "1: 1,{}"), "a.cat").approvals() == [((1, 2), 1), ((), 1), ((1,), 1)]


def test_what_a_file_approves_of():
    assert read(orders("soi", "1: 3,1"), "a.soi").approvals() == [((3, 1), 1)]
    assert read(orders("toc", "1: {1,2},3"), "a.toc").approvals() == [((1, 2), 1)]
    with pytest.raises(Unreadable, match="use borda"):
        read(orders("soc", "1: 1,2,3"), "a.soc").approvals()
    assert read(orders("cat", "1: {1},{2},{3}"), "a.cat").scores() == [({1: 2, 2: 1, 3: 0}, 1)]


def test_a_budget_is_read():
    ballots = read(BUDGET, "a.pb")
    assert (ballots.budget, ballots.costs, ballots.people) == (10, {"7": 6, "8": 5, "9": 4}, 4)
    assert ballots.names["7"] == "Playground"
    result = counting.count("equal-shares-budget", ballots, counting.Asked())
    assert result.winners == (), "a quarter each is 2.50: two people can pay 5 of the 6, and one person 2.50 of 5"
    assert set(counting.count("equal-shares-budget", ballots, counting.Asked(budget=20)).winners) == {"7", "8"}, (
        "5 each: after 7 its two have 2 left, and 9 costs 4"
    )


@pytest.mark.parametrize(
    ("kind", "lines", "line", "why"),
    [
        ("soc", ["1: 1,2"], 6, "names all 3"),
        ("soc", ["1: 1,2,2"], 6, "there twice"),
        ("soc", ["1: 1,2,4"], 6, "no alternative 4"),
        ("soc", ["1: {1,2},3"], 6, "strict"),
        ("soi", ["1: 1", "x: 1"], 7, "not a whole number"),
        ("soi", ["0: 1"], 6, "nobody gave"),
        ("soi", ["-3: 1"], 6, "not a whole number"),
        ("soi", ["1 1,2"], 6, "a colon"),
        ("toi", ["1: {1,2"], 6, "cannot be read"),
        ("toi", ["1: 1,{},2"], 6, "empty set"),
        ("toi", ["1: 1,,2"], 6, "cannot be read"),
        ("toi", ["1: 1,2,"], 6, "comma"),
        ("toi", ["99999999999: 1"], 6, "not a whole number"),
    ],
)
def test_a_broken_order_is_named_by_its_line(kind, lines, line, why):
    with pytest.raises(Unreadable, match=why) as wrong:
        read(orders(kind, *lines), f"a.{kind}")
    assert wrong.value.line == line


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("budget;10", "budget;lots"), "line 4: “lots” is not a number"),
        (("budget;10\n", ""), "META has no budget"),
        (("7;6;", "7;-6;"), "line 8"),
        (("8;5;", "7;5;"), "line 9: project “7” is there twice"),
        (("1;30;7,9", "1;30;7,77"), "line 13: there is no project “77”"),
        (("2;40;7", "1;40;7"), "line 14: voter “1” is there twice"),
        (("2;40;7", "2;40;7,7"), "line 14: a project is there twice"),
        (("approval", "astrology"), "astrology"),
        (("META\n", ""), "line 1: the first line must be META"),
        (("VOTES", "VOTERS"), "line 11"),
        (("voter_id;age;vote", "voter_id;age"), "no column “vote”"),
    ],
)
def test_a_broken_budget_is_named_by_its_line(change, why):
    with pytest.raises(Unreadable, match=why):
        read(BUDGET.replace(*change), "a.pb")


def test_what_a_file_says_of_itself_must_be_so():
    with pytest.raises(Unreadable, match="4 alternatives and names 3"):
        read(orders("soi", "1: 1").replace("ALTERNATIVES: 3", "ALTERNATIVES: 4"), "a.soi")
    with pytest.raises(Unreadable, match="9 voters and has ballots of 1"):
        read("# NUMBER VOTERS: 9\n" + orders("soi", "1: 1"), "a.soi")
    with pytest.raises(Unreadable, match=r"its name ends in .soi"):
        read(orders("toc", "1: 1"), "a.soi")
    with pytest.raises(Unreadable, match="must end in one of"):
        read("", "a.csv")


@given(st.text(), st.sampled_from(ballot_files.KINDS))
def test_any_text_is_read_or_refused_in_one_sentence(text, kind):
    try:
        read(text, f"a.{kind}")
    except Unreadable as wrong:
        assert "\n" not in str(wrong)


@given(
    st.lists(
        st.sampled_from(["META", "PROJECTS", "VOTES", "key;value", "budget;5", "project_id;cost", "1;2", "voter_id;vote", '"', "1;1", ";"])
    )
)
def test_lines_in_any_order_are_read_or_refused(lines):
    try:
        read("\n".join(lines), "a.pb")
    except Unreadable as wrong:
        assert str(wrong)


def said(capsys, *args):
    call_command("count", *args)
    return json.loads(capsys.readouterr().out)


def test_the_command_prints_the_result_with_its_steps(tmp_path, capsys):
    file = tmp_path / "a.soc"
    file.write_text(orders("soc", "3: 1,2,3", "2: 2,3,1", "1: 3,2,1"))
    answer = said(capsys, str(file), "--method", "irv")
    assert set(answer) == {"method", "winners", "ties", "scores", "rounds"}
    assert answer["rounds"][0] | {"scores": {"1": 3, "2": 2, "3": 1}, "dropped": [3]} == answer["rounds"][0]
    assert (answer["winners"], answer["ties"]) == ([1, 2], [[1, 2]]), "3 to 3 in the end"


def test_level_things_are_said_and_a_draw_orders_them(tmp_path, capsys):
    file = tmp_path / "a.soc"
    file.write_text(orders("soc", "1: 1,2,3", "1: 2,1,3"))
    answer = said(capsys, str(file), "--method", "borda")
    assert (answer["winners"], answer["ties"]) == ([1, 2], [[1, 2]])
    answer = said(capsys, str(file), "--method", "borda", "--seats", "1")
    assert (answer["winners"], answer["ties"]) == ([], [[1, 2]])
    drawn = said(capsys, str(file), "--method", "borda", "--seats", "1", "--draw", "Lotto 21 November")
    assert drawn["winners"] in ([1], [2])
    assert drawn == said(capsys, str(file), "--method", "borda", "--seats", "1", "--draw", "Lotto 21 November")


@pytest.mark.parametrize(
    "args",
    [
        ("--method", "irv", "--seats", "2"),
        ("--method", "score"),
        ("--method", "stv", "--seats", "0"),
        ("--method", "equal-shares-budget"),
        ("--method", "equal-shares-budget", "--budget", "many"),
        ("--method", "equal-shares-budget", "--budget=-1"),
        ("--method", "equal-shares-budget", "--budget", "1e999999999"),
    ],
)
def test_what_cannot_be_counted_says_why_and_exits_with_2(tmp_path, args):
    file = tmp_path / "a.soi"
    file.write_text(orders("soi", "1: 1,2"))
    with pytest.raises(CommandError) as wrong:
        call_command("count", str(file), *args)
    assert wrong.value.returncode == 2


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    for name, content in (("gone.soc", None), ("a.soc", b"\xff\xfe\x00")):
        if content:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError) as wrong:
            call_command("count", str(tmp_path / name), "--method", "borda")
        assert wrong.value.returncode == 2


def test_each_group_is_counted_apart(tmp_path, capsys):
    file, groups = tmp_path / "a.soi", tmp_path / "groups.csv"
    file.write_text(orders("soi", "3: 1,2", "1: 2"))
    groups.write_text("voter,group\n1,staff\n2,staff\n4,people\n")
    answer = said(capsys, str(file), "--method", "borda", "--groups", str(groups))
    assert answer["winners"] == [1]
    assert {name: one["winners"] for name, one in answer["groups"].items()} == {"people": [2], "staff": [1]}


def test_voters_of_a_budget_go_by_their_names():
    ballots = read(BUDGET, "a.pb").by_group({"3": "old", "4": "old", "1": "young"})
    assert {name: one.people for name, one in ballots.items()} == {"old": 2, "young": 1}
    assert ballots["young"].approvals() == [(("7", "9"), 1)]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("1,a\n1,b\n", "line 2: voter “1” is there twice"),
        ("1\n", "line 1: a row is"),
        ("9,a\n", "no voter “9”"),
        ('"', "cannot be read|a row is"),
    ],
)
def test_groups_that_do_not_fit_say_why(tmp_path, rows, why):
    file, groups = tmp_path / "a.soi", tmp_path / "groups.csv"
    file.write_text(orders("soi", "1: 1,2"))
    groups.write_text(rows)
    with pytest.raises(CommandError, match=why) as wrong:
        call_command("count", str(file), "--method", "borda", "--groups", str(groups))
    assert wrong.value.returncode == 2
