"""Two officers write in one specification at the same moment, on PostgreSQL: nothing is lost and nobody waits for ever."""

import threading
from itertools import count

import pytest
from django.db import connection

from commissioning.sentences import Refused
from outcomes import drafting, specifying, writing_sections
from outcomes.models import Clause, ClauseVersion, Draft, DraftComment, SectionText
from tests.conftest import make_town

pytestmark = [pytest.mark.full, pytest.mark.django_db(transaction=True)]
_numbers = count(1)


@pytest.fixture
def written():
    town = make_town(f"Twice {next(_numbers)}")
    made = specifying.specification_of(town.cycle)
    for n in range(4):
        specifying.add_clause(made, text=f"Clause {n}", kind="standard", requirement="Act", by=town.lead, now=town.now)
    return town, made


def at_once(*work):
    """Do all of it at the same moment; returns what was refused. Anything else that went wrong fails the test."""
    start, refused, wrong = threading.Barrier(len(work)), [], []

    def doing(one):
        start.wait()
        try:
            one()
        except Refused as why:
            refused.append(why)
        except Exception as why:  # noqa: BLE001 (whatever it is, nobody may be told that it went wrong)
            wrong.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=doing, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    return refused


def test_of_two_who_save_one_clause_the_second_gets_both_texts(written):
    town, made = written
    clause = Clause.objects.filter(specification=made).first()

    def edit(text):
        specifying.edit_clause(clause, text=text, kind="standard", seen_version=1, by=town.lead, now=town.now)

    (late,) = at_once(lambda: edit("One"), lambda: edit("Two"))
    clause.refresh_from_db()
    assert {late.current, late.yours} == {"One", "Two"}
    assert (clause.text, clause.version) == (late.current, 2)
    assert ClauseVersion.objects.filter(clause=clause).count() == 2


def test_of_two_who_save_one_section_the_second_gets_both_texts(written):
    town, made = written

    def write(text):
        writing_sections.write_section(made, "exit", text=text, seen_version=0, by=town.lead, now=town.now)

    (late,) = at_once(lambda: write("One"), lambda: write("Two"))
    assert {late.current, late.yours} == {"One", "Two"}
    assert SectionText.objects.get().text == late.current


def test_moves_edits_withdrawals_and_new_clauses_at_once_leave_every_clause_with_its_words_and_a_place_of_its_own(written):
    town, made = written
    clauses = list(Clause.objects.filter(specification=made).order_by("position"))
    by, now = town.lead, town.now

    def move(clause, to):
        writing_sections.move_clause(clause, to=to, seen=writing_sections.place_of(clause), by=by, now=now)

    at_once(
        lambda: move(clauses[1], "up"),
        lambda: move(clauses[2], "up"),
        lambda: move(clauses[3], "exit"),
        lambda: specifying.edit_clause(clauses[1], text="New words", kind="standard", seen_version=1, by=by, now=now),
        lambda: writing_sections.withdraw_clause(clauses[0], reason="Twice", seen_version=1, by=by, now=now),
        *(lambda n=n: specifying.add_clause(made, text=f"Added {n}", kind="standard", requirement="Act", by=by, now=now) for n in range(3)),
    )
    standing = list(Clause.objects.filter(specification=made))
    places = [writing_sections.place_of(one) for one in standing]
    assert len(places) == len(set(places)), places
    assert {one.text for one in standing} == {"New words", "Clause 2", "Clause 3", "Added 0", "Added 1", "Added 2"}
    assert Clause.everything.get(pk=clauses[0].pk).withdrawn_because == "Twice"


def test_two_drafts_and_one_comment_sent_twice_at_once_are_one_of_each(written):
    town, made = written
    day = town.now.date()
    at_once(*(lambda: drafting.publish(made, until=day, by=town.lead, now=town.now) for __ in range(3)))
    draft, cat = Draft.objects.get(), town.join("Cat")
    at_once(*(lambda: drafting.comment(draft, text="Why?", key="k", section="exit", by=cat, now=town.now) for __ in range(3)))
    assert DraftComment.objects.count() == 1


def test_two_who_refer_to_each_other_at_once_make_no_circle(written):
    town, made = written
    one, two = Clause.objects.filter(specification=made)[:2]

    def refer(clause, other):
        writing_sections.refer(clause, label=other.label, by=town.lead, now=town.now)

    (refused,) = at_once(lambda: refer(one, two), lambda: refer(two, one))
    assert "circle" in str(refused)
