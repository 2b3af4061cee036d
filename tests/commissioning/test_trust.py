"""What trust rests on: history said once, words both sides agree on, expectations compared, risks only counted, one's own checklists."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from commissioning import at_risk, checklists, expectations, expecting, fragility, history, own_checklist, providers, vocabulary
from commissioning.models import ChecklistNote, FragilityMark, HistoryEntry, Minute, ProviderEntry, TermQuestion
from commissioning.sentences import Refused

SECRET = "In 2019 the contract ended overnight zebracrossing"


def page(town, who, rest, **data):
    address = f"/cycles/{town.cycle.slug}/{rest}"
    client = town.client(who)
    answer = client.post(address, data) if data else client.get(address)
    assert answer.status_code == (302 if data else 200), (address, answer.status_code, answer.content[:3000])
    return answer.content.decode()


def text_of_all_pages(town, who):
    """Everything somebody can read of a cycle, pages and files."""
    client, slug = town.client(who), town.cycle.slug
    rest = ("", "history/", "minutes/", "people/", "answers/", "at-risk/", "promises/", "attendance/", "attendance.csv", "thread.json")
    rest += ("framework/", "specification/", "stages/analyse/", "mine/", "vocabulary/", "expectations/", "claims/")
    return "\n".join(client.get(f"/cycles/{slug}/{one}").content.decode() for one in rest)


# TR-04: the history board


def test_tr_04_a_board_of_what_we_bring_is_shared_only_with_the_groups_consent(room, caplog):
    town, (val, vic) = room.town, room.vsos
    page(town, val, "history/", act="write", text=SECRET)
    page(town, vic, "history/", act="write", text="Nobody wrote back to us")
    assert SECRET in page(town, vic, "history/"), "one's own group reads it"
    for who in (*room.officers, *room.citizens, town.lead, town.facilitator, town.decider):
        assert "zebracrossing" not in text_of_all_pages(town, who), who
    mine, other = HistoryEntry.objects.order_by("pk")
    page(town, val, "history/", act="agree", entry=mine.pk)
    assert "zebracrossing" not in page(town, room.officers[0], "history/"), "not while one who wrote has not agreed"
    page(town, vic, "history/", act="agree", entry=other.pk)
    for who in (room.officers[0], room.citizens[0], town.facilitator):
        assert SECRET in page(town, who, "history/")
    assert Minute.objects.filter(act="history").count() == 1
    heard = {"entry": mine.pk, "act": "hear", "words": "We heard this. It was wrong of us.", "role": "Head of children’s services"}
    page(town, town.lead, "history/", **heard)
    shown = page(town, val, "history/")
    assert "It was wrong of us." in shown
    assert "Head of children’s services" in shown
    page(town, val, "history/", act="move on", entry=mine.pk)
    assert "Moved on from on" in page(town, room.citizens[0], "history/")
    assert not Minute.objects.filter(what__contains="zebra").exists()
    assert not Minute.objects.filter(why__contains="zebra").exists()
    assert "zebra" not in caplog.text
    assert "zebra" not in str(mine)


def test_tr_04_it_can_be_taken_back_before_it_is_shared_and_never_after(room):
    town, (val, vic) = room.town, room.vsos
    one = history.write(town.cycle, text="First", by=val, now=town.now)
    two = history.write(town.cycle, text="Second", by=vic, now=town.now)
    history.agree_to_share(one, yes=True, by=val, now=town.now)
    history.agree_to_share(one, yes=False, by=val, now=town.now)
    history.agree_to_share(two, yes=True, by=vic, now=town.now)
    assert not HistoryEntry.objects.exclude(shared_at=None).exists()
    history.withdraw(one, by=val, now=town.now)
    assert HistoryEntry.objects.get().shared_at, "all who are left agree"
    with pytest.raises(Refused, match="shared already"):
        history.withdraw(two, by=vic, now=town.now)
    with pytest.raises(Refused, match="shared already"):
        history.agree_to_share(two, yes=False, by=vic, now=town.now)


def test_tr_04_only_those_who_wrote_it_agree_and_it_is_said_once(room):
    town, (val, vic) = room.town, room.vsos
    entry = history.write(town.cycle, text="Said once", by=val, now=town.now)
    with pytest.raises(Refused, match="said once"):
        history.write(town.cycle, text="said ONCE", by=vic, now=town.now)
    colleague = town.join("Viv", "vso", "Harbour")
    for who in (vic, room.citizens[0], town.lead, colleague):
        with pytest.raises(Refused, match="Only those who wrote"):
            history.agree_to_share(entry, yes=True, by=who, now=town.now)
    assert "Viv, Harbour" in page(town, val, "history/"), "whoever writes sees who reads"
    type(val).objects.filter(pk=val.pk).update(withdrawn_at=town.now)
    history.agree_to_share(entry, yes=True, by=colleague, now=town.now)
    assert HistoryEntry.objects.get().shared_at, "when the writer has left, somebody of their organisation speaks for it"
    type(val).objects.filter(pk=val.pk).update(withdrawn_at=None)
    with pytest.raises(Refused, match="not for those who run"):
        history.write(town.cycle, text="Running this", by=town.facilitator, now=town.now)
    with pytest.raises(Refused, match="Only the side"):
        history.hear(entry, words="We heard", role="Friend", by=room.citizens[0], now=town.now)
    with pytest.raises(Refused, match="Nobody has said yet"):
        history.move_on(entry, by=val, now=town.now)


def test_tr_04_an_entry_of_another_group_or_cycle_is_not_there(room, other_town):
    town = room.town
    entry = history.write(town.cycle, text=SECRET, by=room.vsos[0], now=town.now)
    address = f"/cycles/{town.cycle.slug}/history/"
    for act in ("hear", "agree", "withdraw"):
        assert town.client(town.lead).post(address, {"act": act, "entry": entry.pk, "words": "x", "role": "y"}).status_code == 404
    stranger = other_town.join("S", "vso", "Elsewhere")
    theirs = other_town.client(stranger).post(f"/cycles/{other_town.cycle.slug}/history/", {"act": "agree", "entry": entry.pk})
    assert theirs.status_code == 404
    official = town.join("Ivo", "vso", "Harbour", role="decider")
    assert "zebra" not in page(town, official, "history/"), "whoever decides reads no group's space"


def test_tr_04_words_of_a_citizen_who_left_are_gone_and_hold_nobody_up(room):
    town, (cat, cem) = room.town, room.citizens
    history.write(town.cycle, text="Mine alone", by=cat, now=town.now)
    type(cat).objects.filter(pk=cat.pk).update(withdrawn_at=town.now)
    left = history.write(town.cycle, text="Ours", by=cem, now=town.now)
    assert "Mine alone" not in page(town, cem, "history/")
    history.agree_to_share(left, yes=True, by=cem, now=town.now)
    assert HistoryEntry.objects.get(pk=left.pk).shared_at
    assert not HistoryEntry.objects.get(text="Mine alone").shared_at


def test_tr_04_the_database_holds_the_order_of_things(room):
    entry = history.write(room.town.cycle, text="Order", by=room.vsos[0], now=room.town.now)
    for wrong in ({"shared_at": room.town.now}, {"moved_on_at": room.town.now}, {"heard_at": room.town.now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            HistoryEntry.objects.filter(pk=entry.pk).update(**wrong)


# TR-05: the words


def test_tr_05_any_term_can_be_challenged_and_an_unresolved_one_is_on_the_agenda(room):
    town, val, olu = room.town, room.vsos[0], room.officers[0]
    page(town, val, "vocabulary/", key="k", term="Social value", why="Here it is used for money saved")
    page(town, val, "vocabulary/", key="k", term="Social value", why="Here it is used for money saved")
    question = vocabulary.unresolved(town.cycle).get()
    agenda = town.client(town.facilitator).get(f"/w/{room.workshop.slug}/agenda/").content.decode()
    assert "Social value" in agenda
    assert "The wider good for people" in page(town, olu, f"vocabulary/{question.pk}/"), "the standing meaning is beside it"
    page(town, olu, f"vocabulary/{question.pk}/", act="word", wording="What gets better for people here")
    assert vocabulary.unresolved(town.cycle).exists(), "one side is not both"
    page(town, room.citizens[0], f"vocabulary/{question.pk}/", act="agree", wording="What gets better for people here")
    assert vocabulary.unresolved(town.cycle).exists(), "the side that asked has not agreed"
    page(town, val, f"vocabulary/{question.pk}/", act="agree", wording="What gets better for people here")
    assert not vocabulary.unresolved(town.cycle).exists()
    shown = page(town, room.citizens[1], "vocabulary/")
    assert "What gets better for people here" in shown
    assert "Olu" in shown
    assert "Val, Harbour" in shown
    assert "Social value" not in town.client(town.facilitator).get(f"/w/{room.workshop.slug}/agenda/").content.decode()


def test_tr_05_new_words_ask_everybody_again_and_nobody_agrees_to_words_they_have_not_read(room):
    town, val, olu = room.town, room.vsos[0], room.officers[0]
    question = vocabulary.challenge(town.cycle, term="Bid", why="Unclear", wording="An offer", by=val, key="a", now=town.now)
    changed = vocabulary.word_it(question, wording="A sealed offer", by=room.vsos[1], now=town.now)
    assert [a.by for a in changed.agreements.all()] == [room.vsos[1]]
    with pytest.raises(Refused, match="words have changed"):
        vocabulary.agree(question, wording="An offer", by=olu, now=town.now)
    vocabulary.agree(changed, wording="A sealed offer", by=olu, now=town.now)
    with pytest.raises(Refused, match="This word is settled"):
        vocabulary.word_it(changed, wording="Another", by=val, now=town.now)
    again = vocabulary.challenge(town.cycle, term="bid", why="Still", by=val, key="b", now=town.now)
    still_open, settled = vocabulary.of(town.cycle)
    assert [m.question for m in still_open] == [again]
    assert [m.question.wording for m in settled] == ["A sealed offer"]


def test_tr_05_the_page_of_words_leads_to_ones_own_cycle(room):
    shown = room.town.client(room.citizens[0]).get("/words/?q=bid").content.decode()
    assert f"/cycles/{room.town.cycle.slug}/vocabulary/?term=bid" in shown
    assert "vocabulary" not in Client().get("/words/").content.decode()


# TR-06: expectations

SAME = {code: next(iter(item.choices)) for code, item in expectations.items().items()}


def test_tr_06_a_commissioner_and_a_provider_answer_the_same_five_and_see_differences(room):
    town, val = room.town, room.vsos[0]
    assert len(expectations.items()) == 5
    page(town, town.lead, "expectations/", **SAME | {"money": "less", "money_words": "The budget falls"})
    assert "The budget falls" not in page(town, val, "expectations/"), "nobody is led by others"
    page(town, val, "expectations/", **SAME | {"money": "more", "money_words": "We were promised"})
    shown = page(town, val, "expectations/")
    assert shown.count("You expect different things") == 1
    assert "The budget falls" in shown, "the lead commissioner answers for the authority"
    assert "There will be less money" in shown
    page(town, val, "expectations/", **SAME | {"money": "less"})
    assert "You expect different things" not in page(town, val, "expectations/"), "an answer can be changed"
    for who in (room.vsos[1], *(town.join(f"V{n}", "vso", f"Org {n}") for n in range(3))):
        expecting.answer(town.cycle, SAME | {"money": "more"}, {}, by=who, now=town.now)
    shown = page(town, town.lead, "expectations/")
    assert shown.count("You expect different things") == 1
    assert "There may be more money" in shown


def test_tr_06_inv_19_answers_of_fewer_than_five_are_hidden_on_every_side(room):
    town = room.town
    colleague = town.join("Viv", "vso", "Harbour")
    for who in (room.vsos[0], colleague):
        expecting.answer(town.cycle, SAME, {"money": "Harbour is poor"}, by=who, now=town.now)
    expecting.answer(town.cycle, SAME, {"money": "The chief said so"}, by=room.officers[0], now=town.now)
    for n, who in enumerate([*room.citizens, town.join("C3"), town.join("C4")]):
        expecting.answer(town.cycle, SAME | {"money": "more" if n else "unknown"}, {"money": "My own words"}, by=who, now=town.now)
    for side in money_of(town).sides:
        assert (side.hidden, side.rows, side.words, side.most) == (True, [], [], frozenset())
    shown = page(town, room.citizens[0], "expectations/")
    assert shown.count("Fewer than five have answered") == 15
    assert "Harbour is poor" not in shown
    assert "The chief said so" not in shown
    expecting.answer(town.cycle, SAME, {}, by=town.join("C5"), now=town.now)
    for n in range(4):
        expecting.answer(town.cycle, SAME | {"money": "less"}, {}, by=town.join(f"V{n}", "vso", f"Org {n}"), now=town.now)
    __, vso, citizen = money_of(town).sides
    assert sorted(str(how) for __, how in vso.rows) == ["nearly all", "some"], "never how many: one more would be somebody"
    assert vso.words == ["Harbour is poor"]
    assert [str(how) for __, how in citizen.rows] == ["nearly all", "some"]
    assert not citizen.words, "a citizen's words are not kept here"


def money_of(town):
    return next(look for look in expecting.compared(town.cycle, town.lead, {}) if look.item.code == "money")


def test_tr_06_nobody_is_shown_a_colleagues_answer_as_their_own(room):
    town = room.town
    for group in ("commissioner", "citizen"):
        one, other = town.join(f"{group} one", group, "Town Hall"), town.join(f"{group} two", group, "Town Hall")
        expecting.answer(town.cycle, SAME, {"money": "My own words"}, by=one, now=town.now)
        assert set(expecting.mine(one)) == set(SAME)
        assert not expecting.mine(other), "each officer and each citizen answers for themselves, and before seeing others"
        assert "My own words" not in page(town, other, "expectations/")


def test_tr_06_all_five_are_answered_by_those_who_take_a_side(room):
    with pytest.raises(Refused, match="Answer all five"):
        expecting.answer(room.town.cycle, {"money": "less"}, {}, by=room.vsos[0], now=room.town.now)
    with pytest.raises(Refused, match="takes no side"):
        expecting.answer(room.town.cycle, SAME, {}, by=room.town.facilitator, now=room.town.now)
    answer = room.town.client(room.vsos[0]).post(f"/cycles/{room.town.cycle.slug}/expectations/", {"money": "a lot"})
    assert answer.status_code == 422
    assert str(expectations.why_not_answer({})).startswith("Answer all five")


# DO-06: risks, only counted


def marked(town, who, pounds=None, **changes):
    given = {"kind": "closing", "before": (town.now + timedelta(days=90)).date(), "pounds": pounds, "by": who, "now": town.now}
    return fragility.mark(town.cycle, **given | changes)


def confirmed(town, *people):
    """Puts their organisations on the map, as an officer does who knows them."""
    for name in {who.organisation.name for who in people}:
        providers.add(town.cycle, providers.Draft(name), by=town.lead, now=town.now)
    return list(people)


def next_week(town):
    return at_risk.week_of(timezone.localtime(town.now)) + timedelta(days=7, hours=9)


def test_do_06_the_commissioner_sees_count_and_value_at_risk_and_answers_all(room, monkeypatch):
    town = room.town
    vsos = confirmed(town, *room.vsos, *(town.join(f"V{n}", "vso", f"Riskorg {n}") for n in range(7)))
    for n, who in enumerate(vsos[:6]):
        marked(town, who, 20_000 + n)
    monkeypatch.setattr(timezone, "now", lambda: next_week(town))
    shown = page(town, town.lead, "at-risk/")
    assert "At least 5 organisations say they are at risk before the decision." in shown
    assert "at least £100,000 a year" in shown
    page(town, town.lead, "at-risk/", kind="interim", words="Three months of bridge money from May")
    for who in vsos:
        assert "Three months of bridge money" in page(town, who, "at-risk/")
    assert Minute.objects.filter(act="at risk").count() == 1


def test_do_06_no_name_anywhere_and_nobody_else_sees_a_mark(room):
    town, val = room.town, room.vsos[0]
    page(town, val, "at-risk/", kind="closing", before="2031-04-01", pounds="77123")
    own = page(town, val, "at-risk/")
    assert "£77,123" in own
    assert "1 April 2031" in own
    colleague = town.join("Viv", "vso", "Harbour")
    before = Minute.objects.count()
    marked(town, val, 88_123)
    assert Minute.objects.count() == before, "no minute of a mark, not even that there was one"
    for who in (town.lead, town.decider, town.facilitator, room.officers[0], room.vsos[1], room.citizens[0], colleague):
        text = text_of_all_pages(town, who)
        assert "88123" not in text.replace(",", "")
        assert "1 April 2031" not in text
    for who in (town.facilitator, room.officers[0], room.vsos[1], room.citizens[0]):
        assert "As it stood on Monday" not in page(town, who, "at-risk/")
    with pytest.raises(Refused, match="Only whoever leads"):
        fragility.respond(town.cycle, kind="none", words="No money", by=val, now=town.now)


def test_do_06_an_organisation_counts_once_and_a_colleague_ends_nothing(room):
    town, val = room.town, room.vsos[0]
    vsos = confirmed(town, val, *(town.join(f"V{n}", "vso", f"Org {n}") for n in range(7)))
    colleague = town.join("Viv", "vso", "Harbour")
    for who in (*vsos[:2], colleague):
        marked(town, who)
    assert fragility.seen(town.cycle, next_week(town)).least == 0, "two organisations, three people"
    fragility.take_back(town.cycle, by=colleague, now=town.now)
    marked(town, vsos[2])
    assert fragility.seen(town.cycle, next_week(town)).least == 3
    assert fragility.own(val)


def test_do_06_nothing_shows_within_the_week_so_that_a_visit_cannot_be_matched_with_a_number(room):
    town = room.town
    vsos = confirmed(town, *room.vsos, *(town.join(f"V{n}", "vso", f"Org {n}") for n in range(7)))
    later = next_week(town)
    for who in vsos[:5]:
        marked(town, who)
    assert fragility.seen(town.cycle, later).least == 5
    marked(town, vsos[5], now=later)
    for who in vsos[:5]:
        fragility.take_back(town.cycle, by=who, now=later + timedelta(minutes=1))
    assert fragility.seen(town.cycle, later + timedelta(hours=1)).least == 5
    assert fragility.seen(town.cycle, later + timedelta(days=7)).least == 0
    assert FragilityMark.objects.filter(ended_at=None).count() == 1


def test_do_06_organisations_made_up_to_look_for_the_others_are_not_counted(room):
    town = room.town
    known = confirmed(town, *room.vsos, *(town.join(f"V{n}", "vso", f"Org {n}") for n in range(7)))
    made_up = [town.join(f"Nobody {n}", "vso", f"Made up {n}") for n in range(6)]
    for who in (*known[:2], *made_up):
        marked(town, who)
    for n, who in enumerate(known[3:6]):
        marked(town, town.join(f"Somebody {n}", "vso", who.organisation.name))
    seen = fragility.seen(town.cycle, next_week(town))
    assert seen.least == 0, "two of them are at risk; names typed into a form bring nobody nearer to who"
    entry = ProviderEntry.objects.get(organisation__name="Org 0")
    marked(town, known[2])
    assert fragility.seen(town.cycle, next_week(town)).least == 3
    providers.take_off(entry, because="To see what happens", by=town.lead, now=town.now)
    confirmed(town, made_up[0])
    providers.verify(ProviderEntry.objects.get(organisation=made_up[0].organisation), by=town.lead, now=next_week(town))
    assert fragility.seen(town.cycle, next_week(town)).least == 3, "taking one off the map does not show that it was one of them"


@given(st.lists(st.none() | st.integers(0, 10**8), max_size=40), st.integers(0, 60))
def test_do_06_inv_19_no_number_ever_points_at_one_organisation(values, more):
    organisations = len(values) + more
    found = at_risk.seen(values, organisations, timezone.localdate())
    if organisations < at_risk.FEWEST_ORGANISATIONS:
        assert (found.least, found.pounds) == (None, None)
        return
    assert found.least == 0 or 3 <= found.least <= len(values)
    assert found.least <= organisations - at_risk.LEFT_OUT, "never all of them"
    without_one = at_risk.seen(values[1:], organisations, timezone.localdate())
    assert without_one.least in (found.least, max((s for s in (0, *at_risk.STEPS) if s < found.least), default=0))
    if found.pounds is not None:
        known = [v for v in values if v]
        assert len(known) >= 5
        assert max(known) * 2 <= sum(known), "no single one is more than half"
        assert found.pounds in at_risk.POUNDS
        assert found.pounds <= sum(known)
    assert str(found.words)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"kind": "tired"}, "Say what may happen"),
        ({"before": timezone.localdate() - timedelta(days=3)}, "still to come"),
        ({"pounds": -1}, "whole pounds"),
        ({"pounds": 10**12}, "whole pounds"),
    ],
)
def test_do_06_nonsense_is_refused_with_a_sentence(room, wrong, why):
    with pytest.raises(Refused, match=why):
        marked(room.town, room.vsos[0], **wrong)
    with pytest.raises(Refused, match="for a voluntary organisation"):
        marked(room.town, room.citizens[0])


# VS-05 to VS-08: what stays with the organisation


def test_vs_07_help_is_there_before_tender_documents_for_everybody(room):
    client = Client()
    listed = client.get("/checklists/").content.decode()
    for one in checklists.all_checklists().values():
        assert str(one.title) in listed
        shown = strip_tags(client.get(f"/checklists/{one.code}/").content.decode())
        assert all(str(text) in shown for text in one.items.values())
        assert client.get(f"/checklists/{one.code}.docx").status_code == 200
    assert {"first-workshop", "before-a-bid", "consortium"} <= set(checklists.all_checklists())
    assert "/checklists/" in page(room.town, room.vsos[0], "stages/analyse/")
    assert client.get("/checklists/nothing/").status_code == 404


def test_vs_08_my_checklist_goes_with_me_with_my_own_notes(room):
    town, val = room.town, room.vsos[0]
    page(town, val, "checklists/before-a-bid/", done=["fit", "cash"], **{"note-cash": "Eleven weeks, quokkanote"})
    assert "quokkanote" in page(town, val, "checklists/before-a-bid/")
    file = town.client(val).get(f"/cycles/{town.cycle.slug}/checklists/before-a-bid.docx")
    words = "\n".join(p.text for p in Document(io.BytesIO(file.content)).paragraphs)
    assert "quokkanote" in words
    assert words.count("☑") == 2
    page(town, val, "checklists/before-a-bid/", done=["fit"], **{"note-cash": ""})
    assert "quokkanote" not in page(town, val, "checklists/before-a-bid/")


def test_vs_08_nobody_else_sees_the_notes_of_anybody(room):
    town, val = room.town, room.vsos[0]
    own_checklist.keep(checklists.all_checklists()["consortium"], done=["why"], notes={"lead": "quokkanote"}, by=val, now=town.now)
    colleague = town.join("Viv", "vso", "Harbour")
    for who in (town.lead, town.facilitator, town.decider, room.officers[0], colleague, room.citizens[0]):
        assert "quokka" not in text_of_all_pages(town, who)
        assert "quokka" not in page(town, who, "checklists/consortium/")
    assert not Minute.objects.filter(what__contains="quokka").exists()
    with pytest.raises(Refused, match="Shorten it"):
        own_checklist.keep(checklists.all_checklists()["consortium"], done=[], notes={"lead": "x" * 1001}, by=val, now=town.now)
    town.cycle.state = "closed"
    town.cycle.save()
    page(town, val, "checklists/consortium/", done=["lead"])
    assert ChecklistNote.objects.filter(by=val, done=True).count() == 1, "it stays open when the cycle has closed"


def test_vs_06_no_payment_is_ever_asked_for_help(room):
    words = " ".join(str(t) for c in checklists.all_checklists().values() for t in (c.title, c.line, *c.items.values())).lower()
    assert "fee" not in words.split()


# The same number of queries with one row and with thirty

PAGES = {"history/": 6, "vocabulary/": 7, "expectations/": 5, "at-risk/": 5, "checklists/first-workshop/": 3}


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(room, rows):
    town, val = room.town, room.vsos[0]
    for n in range(rows):
        entry = history.write(town.cycle, text=f"Before {n}", by=town.join(f"W{n}", "vso", f"Wide {n}"), now=town.now)
        vocabulary.challenge(town.cycle, term=f"Word {n}", why="Why", wording="Words", by=entry.by, key="k", now=town.now)
        expecting.answer(town.cycle, SAME, {"money": "So"}, by=entry.by, now=town.now)
        fragility.respond(town.cycle, kind="none", words="Because", by=town.lead, now=town.now)
    expecting.answer(town.cycle, SAME, {}, by=val, now=town.now)
    taken = {}
    for rest in PAGES:
        client = town.client(val)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cycles/{town.cycle.slug}/{rest}").status_code == 200
        taken[rest] = len(queries)
    assert taken == PAGES


def test_in_a_closed_cycle_nothing_more_is_said(room):
    town = room.town
    town.cycle.state = "closed"
    town.cycle.save()
    for rest in ("history/", "vocabulary/", "expectations/", "at-risk/"):
        answer = town.client(room.vsos[0]).post(f"/cycles/{town.cycle.slug}/{rest}", {"act": "write", "text": "More", "key": "k"})
        assert answer.status_code == 409, rest
    assert not HistoryEntry.objects.exists()
    assert not TermQuestion.objects.exists()


def test_do_01_nothing_from_before_is_said_once_procurement_has_its_day(room):
    town, val = room.town, room.vsos[0]
    entry = history.write(town.cycle, text=SECRET, by=val, now=town.now)
    type(town.cycle).objects.filter(pk=town.cycle.pk).update(procurement_from=timezone.localdate(town.now))
    client, address = town.client(val), f"/cycles/{town.cycle.slug}/history/"
    assert client.post(address, {"act": "write", "text": "Tell me more"}).status_code == 409
    assert client.post(address, {"act": "agree", "entry": entry.pk}).status_code == 409
    assert not HistoryEntry.objects.exclude(shared_at=None).exists()
    HistoryEntry.objects.update(agreed_at=town.now, shared_at=town.now)
    heard = {"act": "hear", "entry": entry.pk, "words": "We heard this.", "role": "Head"}
    assert town.client(town.lead).post(address, heard).status_code == 409, "the authority answers one side alone no more"
    assert not HistoryEntry.objects.exclude(heard_at=None).exists()
