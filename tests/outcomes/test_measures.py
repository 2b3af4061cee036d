"""Measures M-01 to M-38 on one page, by the rules of reporting, and the thread as a map to walk."""

import csv
import io
import re
from datetime import date
from fractions import Fraction

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.models import Organisation
from outcomes import measured, thread_map
from outcomes.models import Outcome
from outcomes.thread_map import Node
from tests.outcomes.test_awards import at
from tests.outcomes.test_gaps import adopted  # noqa: F401 (a fixture)
from tests.outcomes.test_thread_onward import promised
from workshops import proposing
from workshops.models import Attendance, PulseAnswer, Workshop
from workshops.pulse import Target

GOAL = Target("M-01a", 80, "the 2009 logic model", date(2009, 4, 1))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 900), st.integers(1, 100))
def test_a_figure_of_people_is_hidden_marked_and_compared_unrounded(good, answered, invited, percent):
    good = min(good, answered)
    line = measured.asked("Citizens", good, answered, invited, Target("M-20", percent, "the 2009 logic model", date(2009, 4, 1)))
    assert line.hidden == (0 < answered < 5)
    if answered == 0:
        assert (str(line.words), line.figure, line.whole) == ("Nobody has answered yet.", "", None)
        return
    if line.hidden:
        assert (line.figure, line.words, line.part, line.whole, line.asked, line.response) == ("", "", None, None, None, "")
        return
    assert line.few == (answered < 50)
    assert (line.part, line.whole) == (good, answered)
    assert line.asked >= line.whole
    assert line.response.endswith("%")
    assert (line.standing == measured.BELOW) == (Fraction(good, answered) < Fraction(percent, 100))
    assert "benchmark" not in str(line.against)


def test_71_of_100_and_79_point_9_are_below_a_target_of_80():
    assert str(measured.asked("All", 71, 100, 120, GOAL).state) == "Below target"
    near = measured.asked("All", 799, 1000, 1000, GOAL)
    assert near.standing == measured.BELOW
    assert "79.90%" in str(near.against)
    assert "target 80% from the 2009 logic model" in str(near.against)
    assert measured.asked("All", 80, 100, 100, GOAL).standing == measured.REACHED


def test_the_table_holds_no_number_of_a_hidden_group():
    part = measured.Part("p", "Part", [measured.Measure("M-05", "Heard", [measured.asked("Citizens", 3, 4, 9)])])
    __, row = measured.as_rows([part], ["head"])
    assert row[3:] == ["Citizens", "", "", "", "", "", "", "Fewer than five, so not shown"]


def pulses(room, workshop, *, more, group="citizen", n=6, moment="later", code="M-01a"):
    for k in range(n):
        person = room.town.join(f"{workshop.slug}{group}{k}{code}", group, f"Org {workshop.pk} {k}" if group == "vso" else "")
        Attendance.objects.create(workshop=workshop, participant=person, first_at=room.town.now, last_at=room.town.now)
        answers = {code: "more" if k < more else "same"} if code == "M-01a" else {code: "2"}
        PulseAnswer.objects.create(
            workshop=workshop, who=f"{workshop.pk}{group}{k}{code}", group=group, moment=moment, answers=answers, at=room.town.now
        )


def read(room, rest="measures/", who=None):
    answer = room.town.client(who or room.citizens[0]).get(at(room.town, rest))
    assert answer.status_code == 200
    return answer.content.decode()


def test_m_01_trust_is_shown_by_group_with_its_numbers_and_below_target_in_words(room):
    pulses(room, room.workshop, more=4)
    pulses(room, room.workshop, more=1, group="vso", n=3)
    page = " ".join(read(room).split())
    assert "4 of 6 who answered, of 8 invited" in page
    assert "67% is below the target 90% from the 2009 logic model" in page
    assert "Below target" in page
    assert "Too few to draw conclusions" in page
    assert "1 of 3" not in page
    assert "benchmark" not in page


def test_m_09_to_m_11_shares_have_their_numbers_sizes_and_dated_targets(room, settings):
    town, workshop = room.town, room.workshop
    settings.PULSE_TARGETS = [
        {"measure": code, "percent": 100, "source": "the board", "since": "2009-04-01"} for code in ("M-10", "M-11", "M-20")
    ]
    for group in ("citizen", "vso", "commissioner"):
        pulses(room, workshop, more=1, group=group, n=6)
    Organisation.objects.filter(participants__cycle=town.cycle).update(size="small")
    proposing.add_idea(workshop, kind="need", text="Nights", by=room.vsos[0], key="v", now=town.now)
    for n in range(3):
        proposing.add_idea(workshop, kind="need", text=f"Days {n}", by=room.citizens[0], key=f"c{n}", now=town.now)
    page = " ".join(re.sub(r"<[^>]+>", " ", read(room)).split())
    assert "Citizens: things said 75% 3 of 4" in page
    assert "Small voluntary organisations: things said 25% 1 of 4" in page
    assert "who came" in page
    assert "Somebody from the commissioner side was there Yes Reaches the target" in page
    assert "target 100% from the board" in page


def test_nobody_answered_is_told_apart_from_fewer_than_five(room):
    pulses(room, room.workshop, more=4)
    pulses(room, room.workshop, more=1, group="vso", n=3)
    page = read(room)
    assert "Nobody has answered yet." in page
    assert "Fewer than five, so not shown" in page


def test_m_06_what_it_felt_like_is_drawn_with_a_title_and_a_table(room):
    pulses(room, room.workshop, more=0, moment="close", code="M-06")
    page = read(room)
    assert "<title id=" in page
    assert "People who felt it" in page
    assert "(promised)" in page


def test_inv_24_m_12_payment_has_its_own_page_and_is_never_read_here(room):
    page = read(room)
    assert "stands on a page of its own" in page
    assert "/claims/" not in page.split("<main")[1]
    assert "/claims/" in read(room, who=room.town.lead).split("<main")[1]


def test_m_20_to_m_38_each_measure_stands_there_with_the_page_it_comes_from(room, adopted):  # noqa: F811
    promised(room, adopted)
    rows = list(
        csv.reader(io.StringIO(b"".join(room.town.client(room.citizens[0]).get(at(room.town, "measures.csv"))).decode("utf-8-sig")))
    )
    codes = {row[1] for row in rows[1:]}
    assert {"M-09", "M-10", "M-11", "M-23", "M-24", "M-25", "M-26", "M-27", "M-29", "M-30", "M-34", "M-35"} <= codes
    page = read(room)
    for code in ("M-12", "M-20", "M-28", "M-31", "M-32", "M-33"):
        assert code in page, code
    for rest in ("feedback-loop/", "influence/", "reach/", "returns/", "results/", "principles/", "duties/", "promised/"):
        assert f'href="{at(room.town, rest)}"' in page, rest


def queries(room, rest):
    client = room.town.client(room.citizens[0])
    client.get(at(room.town, rest))
    with CaptureQueriesContext(connection) as taken:
        assert client.get(at(room.town, rest)).status_code == 200
    return len(taken)


def test_the_pages_ask_no_more_questions_when_there_is_more(room, adopted):  # noqa: F811
    promised(room, adopted)
    pulses(room, room.workshop, more=4)
    before = {rest: queries(room, rest) for rest in ("measures/", "thread/")}
    assert before == {"measures/": 103, "thread/": 34}
    for n in range(29):
        made = Workshop.objects.create(cycle=room.town.cycle, slug=f"more-{n}", title=f"More {n}", hours=2)
        pulses(room, made, more=3, n=5)
    assert {rest: queries(room, rest) for rest in before} == before


# The thread as a map


def test_the_map_walks_from_words_to_a_finding_and_each_item_links_to_its_page(room, adopted):  # noqa: F811
    promised(room, adopted)
    outcome = Outcome.objects.get()
    assert f"?at=outcome-{outcome.pk}" in read(room, "thread/")
    page = read(room, f"thread/?at=outcome-{outcome.pk}")
    for words in ("Nowhere to go", "Asked 1?", "Promised 1", "Partly met", "Found one", "<path d="):
        assert words in page, words
    assert "Asked 2?" not in page
    assert f'href="{at(room.town, "commitments/1/")}"' in page
    assert room.town.client(room.citizens[0]).get(at(room.town, "thread/?at=outcome-99999")).status_code == 404
    assert "Promised 1" in read(room, "thread/?q=promised")
    assert "Nothing in this thread" in read(room, "thread/?q=zebra")
    assert b"Promised 1" in b"".join(room.town.client(room.citizens[0]).get(at(room.town, "thread.csv")))


def drawn(said):
    nodes = {f"contribution-{n}": Node(f"contribution-{n}", "contribution", "Said", f"Words {n}", group) for n, group in enumerate(said)}
    nodes["outcome-1"] = Node("outcome-1", "outcome", "A1", "Safe", theme="T")
    links = [("decision-1", one) for one in nodes if one.startswith("c")] + [("outcome-1", "decision-1")]
    kinds = {one: node.kind for one, node in nodes.items()} | {"decision-1": "decision"}
    return nodes, thread_map.cites(kinds, links)


def test_many_contributions_fold_by_group_and_a_small_group_has_no_number():
    nodes, earlier = drawn(["citizen"] * 23 + ["vso"] * 3)
    walk = thread_map.walk("outcome-1", nodes, earlier)
    folds = [str(place.fold) for place in walk.columns[0].places]
    assert folds == ["23 contributions from citizens", "A few contributions from voluntary organisations"]
    assert len(thread_map.walk("outcome-1", nodes, earlier, "contribution").columns[0].places) == 26


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(["citizen", "vso", "commissioner"]), max_size=40))
def test_every_contribution_is_in_exactly_one_place_and_every_line_ends_at_one(said):
    nodes, earlier = drawn(said)
    walk = thread_map.walk("outcome-1", nodes, earlier)
    placed = [n.id for column in walk.columns for place in column.places for n in place.nodes]
    assert sorted(placed) == sorted(nodes)
    assert len(walk.curves) == len(walk.columns[0].places)
    assert thread_map.strands(nodes, earlier)[0].counts[0] == len(said)
