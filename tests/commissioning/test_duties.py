"""Duties as evidence: four records and their neighbours in words, from dated sets, and never a word that anybody has done enough."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import bases, contributing, convening, duties, duty_rules, legal_basis
from commissioning.models import Cycle, DutyRecord, EvidenceLink, LegalBasis, Minute
from commissioning.sentences import Refused
from tests.stack import ROOT

SOCIAL = "Young people feel safe near home and keep at least one adult they trust."
ECONOMIC = "Six paid placements go to people aged 18 to 21 who live in the borough."
GREEN = "The empty library is used again, so nothing new is built on the playing field."
PROCESS = "We split the contract into two lots, so that small organisations can make an offer."
CONSULTED = "Six sessions with 21 people between May and July, in four groups."
FLOORS = ("commissioning", "workshops", "outcomes")
ANSWERS = {
    "s1-3-a": {"social": SOCIAL, "economic": ECONOMIC, "environmental": GREEN},
    "s1-3-b": {"process": PROCESS},
    "s1-7": {"reason": CONSULTED},
}


def sent(code, **changes):
    """A duty form as a browser sends it, put on record."""
    data = {f"part-{part}": words for part, words in ANSWERS.get(code, {}).items()}
    data |= {"decider": "Head of communities", "decided_on": str(timezone.localdate()), "act": "record"}
    if code in ("s1-3-a", "s1-3-b"):
        data |= {"link-0-kind": "outcome", "link-0-label": "O1 Young people feel safe", "link-0-address": ""}
    if code == "s1-7":
        data["decision"] = "yes"
    return data | changes


@pytest.fixture
def lead(town):
    return town.client(town.lead)


def at(town, rest=""):
    return f"/cycles/{town.cycle.slug}/{rest}"


def is_bought(town, kind="services", value=420_000):
    return duties.say_what_is_bought(town.cycle, kind=kind, value=value, by=town.lead, now=town.now)


def put(town, code, **changes):
    writing = duties.Writing(
        answers=ANSWERS.get(code, {}),
        links=(duties.Link("outcome", "O1 Young people feel safe"),),
        decision=True if code == "s1-7" else None,
        decider="Head of communities",
        decided_on=timezone.localdate(town.now),
    )
    writing = duties.Writing(**(vars(writing) | changes))
    return duties.record(town.cycle, code, writing, by=town.lead, now=town.now)


def test_lg_01_three_parts_in_words_and_something_it_rests_on(town, lead):
    address = at(town, "duties/s1-3-a/")
    missing = lead.post(address, sent("s1-3-a") | {"part-environmental": ""})
    assert missing.status_code == 409
    assert "Environmental well-being" in missing.content.decode()
    assert SOCIAL in missing.content.decode(), "what was written is still there"
    unlinked = lead.post(address, sent("s1-3-a") | {"link-0-kind": "", "link-0-label": ""})
    assert unlinked.status_code == 409
    assert "Link at least one thing" in unlinked.content.decode()
    assert not DutyRecord.objects.exists()
    assert lead.post(address, sent("s1-3-a")).status_code == 302
    kept = DutyRecord.objects.get()
    assert (kept.state, set(kept.answers)) == ("recorded", {"social", "economic", "environmental"})
    page = lead.get(address).content.decode()
    for words in (SOCIAL, ECONOMIC, GREEN, "O1 Young people feel safe", "Head of communities"):
        assert words in page


def test_lg_02_the_process_is_a_record_of_its_own(town, lead):
    lead.post(at(town, "duties/s1-3-a/"), sent("s1-3-a"))
    for copied in (SOCIAL, SOCIAL.upper() + "!", " ".join(reversed(SOCIAL.split())), f"{SOCIAL} {ECONOMIC} {GREEN}"):
        answer = lead.post(at(town, "duties/s1-3-b/"), sent("s1-3-b") | {"part-process": copied})
        assert answer.status_code == 409, copied
        assert "How what we buy could make life better" in answer.content.decode(), "the other record is named"
    assert lead.post(at(town, "duties/s1-3-b/"), sent("s1-3-b")).status_code == 302
    twice = sent("s1-3-a") | {"part-economic": SOCIAL}
    assert "Two parts of this record say the same" in lead.post(at(town, "duties/s1-3-a/"), twice).content.decode()


def test_lg_03_not_consulting_needs_a_reason_that_participants_read(town, lead):
    address = at(town, "duties/s1-7/")
    assert "choose yes or no" in lead.post(address, sent("s1-7") | {"decision": ""}).content.decode()
    assert lead.post(address, sent("s1-7") | {"decision": "no", "part-reason": ""}).status_code == 409
    reason = "The same people were asked in March about the same service."
    assert lead.post(address, sent("s1-7") | {"decision": "no", "part-reason": reason}).status_code == 302
    seen = town.client(town.join("Cat")).get(address).content.decode()
    assert "No, we do not consult people" in seen
    assert reason in seen
    assert "Head of communities" in seen


WAIVER = {
    "part-facts": "The current provider went bankrupt on 3 November and 40 families have no help from Monday.",
    "part-extent": "Only the written record of how we buy is left out, for this interim contract.",
    "part-delay": "We heard of it on the day it happened, so no time was lost.",
    "covers": ["s1-3-b"],
}


def test_lg_04_a_waiver_needs_facts_names_its_duties_and_is_public(town, lead):
    assert "Nothing has been left out" in lead.get(at(town, "waiver/"), follow=True).content.decode(), "never the default"
    address = at(town, "duties/s1-8/")
    for wrong, said in (
        ({"part-facts": ""}, "What is urgent"),
        ({"part-facts": "There was no time"}, "10 words"),
        ({"covers": []}, "Name the duties"),
        ({"decider": ""}, "who decided"),
    ):
        answer = lead.post(address, sent("s1-8") | WAIVER | wrong)
        assert answer.status_code == 409, wrong
        assert said in answer.content.decode()
    assert lead.post(address, sent("s1-8") | WAIVER | {"covers": ["equality"]}).status_code == 422
    assert lead.post(address, sent("s1-8") | WAIVER).status_code == 302
    waived = [look.duty.code for look in duties.looks(town.cycle) if look.waived]
    assert waived == ["s1-3-b"]
    Cycle.objects.update(public_at=town.now)
    seen = Client().get(address).content.decode()
    assert "went bankrupt on 3 November" in seen
    assert "How the way we buy could help" in seen
    assert "Head of communities" in seen


@pytest.mark.parametrize(
    ("kind", "value", "word", "why"),
    [
        ("services", 420_000, "Duty applies", "Services for about £420,000"),
        ("mainly_services", 420_000, "Duty applies", "Mainly services"),
        ("goods", 420_000, "Voluntary", "Goods are bought"),
        ("works", 9_000_000, "Voluntary", "is about services"),
        ("services", 150_000, "Voluntary", "for £207,720 and more"),
    ],
)
def test_lg_06_the_cycle_says_whether_the_duty_applies_and_why(town, lead, kind, value, word, why):
    assert lead.post(at(town, "duties/"), {"kind": kind, "value": value}).status_code == 302
    page = town.client(town.join("Cat")).get(at(town, "duties/")).content.decode()
    assert word in page
    assert why in page


def test_lg_08_no_record_is_completed_by_a_tick(town, lead):
    basis = bases.of(town.cycle)
    for duty in basis.duties:
        ticked = {"act": "record", "decision": "yes", "covers": list(basis.may_waive), "decider": "Head", "decided_on": "2026-01-05"}
        answer = lead.post(at(town, f"duties/{duty.code}/"), ticked | {"link-0-kind": "need", "link-0-label": "N1"})
        assert answer.status_code in (409, 422), duty.code
        assert duty.parts, "every duty asks for words"
    assert not DutyRecord.objects.filter(state="recorded").exists()


def test_inv_07_every_record_has_a_decider_a_day_and_a_reason_in_words(town, lead):
    """A vote never writes one either: nothing that counts votes knows of duties."""
    for wrong in ({"decider": ""}, {"decided_on": ""}, {"decided_on": str(timezone.localdate() + timedelta(days=1))}):
        assert lead.post(at(town, "duties/s1-3-a/"), sent("s1-3-a") | wrong).status_code == 409
    assert not DutyRecord.objects.filter(state="recorded").exists()
    draft = duties.keep_draft(town.cycle, "s1-3-b", duties.Writing({}), by=town.lead, now=town.now)
    with pytest.raises(Error), transaction.atomic():
        DutyRecord.objects.filter(pk=draft.pk).update(state="recorded")
    for name in ("voting", "agreeing", "counting", "recording"):
        assert "duties" not in (ROOT / "workshops" / f"{name}.py").read_text()


def test_lg_11_the_equality_record_lists_groups_and_the_change(town, lead):
    told = {"part-groups": "Newly arrived families and disabled young people.", "part-change": "Evening times and a quiet room were added."}
    assert lead.post(at(town, "duties/equality/"), sent("equality") | told | {"part-change": ""}).status_code == 409
    assert lead.post(at(town, "duties/equality/"), sent("equality") | told).status_code == 302
    page = lead.get(at(town, "duties/")).content.decode()
    for act in ("Equality Act 2010", "Local Government Act 1999", "Modern Slavery Act 2015", "Local compact", "Procurement Act 2023"):
        assert act in page


NEW_SET = (
    (bases.OURS / "sva-2012.toml")
    .read_text()
    .replace('code = "sva-2012"', 'code = "sva-2030"')
    .replace("in_force_from = 2025-02-24", "in_force_from = 2026-02-01")
    .replace('title = "How what we buy could make life better"', 'title = "What good it does"')
)


def test_lg_12_a_new_basis_set_is_added_and_old_cycles_keep_theirs(town, lead, tmp_path, capsys):
    (tmp_path / "new.toml").write_text(NEW_SET)
    call_command("load_legal_basis", str(tmp_path / "new.toml"))
    call_command("load_legal_basis", str(tmp_path / "new.toml"))
    assert "was there already" in capsys.readouterr().out
    assert LegalBasis.objects.count() == 2
    assert "How what we buy could make life better" in lead.get(at(town, "duties/")).content.decode()
    later = timezone.now() + timedelta(days=1)
    plan = convening.CyclePlan("Another", "Help", ("Quay",), "What?", 4, "None, because")
    newer = convening.open_cycle(plan, authority=town.authority, by=town.lead.user, now=later)
    assert bases.of(newer).duty("s1-3-a").title == "What good it does"
    assert bases.of(town.cycle).code == "sva-2012"


def test_lg_12_a_set_is_never_changed_and_a_broken_one_is_refused(town, tmp_path):
    bases.of(town.cycle)
    for text, said in (
        (NEW_SET.replace('"sva-2030"', '"sva-2012"'), "a code of its own"),
        ("code = ", "no TOML"),
        ('code = "x"', "title is missing"),
        (NEW_SET.replace("in_force_from = 2026-02-01", "in_force_from = 2026"), "a date is missing"),
        (NEW_SET.replace('may_cover = ["s1-3-a"', 'may_cover = ["s9"'), "s9"),
    ):
        (tmp_path / "bad.toml").write_text(text)
        with pytest.raises(CommandError, match=said):
            call_command("load_legal_basis", str(tmp_path / "bad.toml"))
    assert LegalBasis.objects.count() == 1


def test_lg_12_a_cycle_from_before_there_were_sets_keeps_what_was_in_force_then(town):
    Cycle.objects.update(basis=None)
    town.cycle.refresh_from_db()
    assert bases.of(town.cycle).code == "sva-2012"
    bases.add(NEW_SET.replace("2026-02-01", "2025-03-01"), now=town.now)
    town.cycle.refresh_from_db()
    assert bases.of(town.cycle).code == "sva-2012"


def test_lg_13_a_small_contract_gets_a_short_form_and_a_note_why(town, lead):
    is_bought(town, value=60_000)
    page = lead.get(at(town, "duties/s1-3-a/")).content.decode()
    assert "Short form." in page
    assert "fits the size of the contract" in page
    assert "part-social" in page
    assert "part-environmental" not in page
    assert lead.post(at(town, "duties/s1-3-a/"), sent("s1-3-a") | {"part-economic": "", "part-environmental": ""}).status_code == 302
    assert DutyRecord.objects.get().short


def test_superseding_keeps_the_old_record_and_a_record_never_changes(town, lead):
    put(town, "s1-3-b")
    assert put(town, "s1-3-b").pk == DutyRecord.objects.get().pk, "sent twice it is one"
    newer = "Monthly payment in advance, and eight weeks to answer instead of four."
    assert lead.post(at(town, "duties/s1-3-b/"), sent("s1-3-b") | {"part-process": newer}).status_code == 302
    assert [r.state for r in DutyRecord.objects.order_by("pk")] == ["superseded", "recorded"]
    page = town.client(town.join("Cat")).get(at(town, "duties/s1-3-b/")).content.decode()
    assert PROCESS in page
    assert newer in page
    for changed in ({"answers": {"process": "x"}}, {"decider": "Nobody"}, {"state": "draft"}, {"decided_on": date(2020, 1, 1)}):
        for kept in DutyRecord.objects.all():
            with pytest.raises(Error), transaction.atomic():
                DutyRecord.objects.filter(pk=kept.pk).update(**changed)
    kept = DutyRecord.objects.get(state="recorded")
    with pytest.raises(Error), transaction.atomic():
        EvidenceLink.objects.create(record=kept, kind="need", label="Added later")
    with pytest.raises(Error), transaction.atomic():
        EvidenceLink.objects.filter(record=kept).update(label="Changed later")


def test_a_draft_is_kept_shown_to_nobody_else_and_counts_for_nothing(town, lead):
    assert lead.post(at(town, "duties/s1-3-a/"), {"act": "draft", "part-social": "Not finished"}).status_code == 302
    assert "Not finished" in lead.get(at(town, "duties/s1-3-a/")).content.decode()
    citizen = town.client(town.join("Cat"))
    assert "Not finished" not in citizen.get(at(town, "duties/s1-3-a/")).content.decode()
    assert "A draft is being written" in citizen.get(at(town, "duties/")).content.decode()
    assert duties.recorded(town.cycle) == []


@pytest.mark.parametrize("wrong", ["javascript:alert(1)", "/nowhere/at/all/", "//evil.example", "http://", "ftp://a.example/x", "words"])
def test_a_link_leads_somewhere(town, lead, wrong):
    answer = lead.post(at(town, "duties/s1-3-a/"), sent("s1-3-a") | {"link-0-address": wrong})
    assert answer.status_code == 409
    assert "leads nowhere" in answer.content.decode()
    for fine in (at(town), "https://www.example.org/paper.pdf", ""):
        assert duties.checked_address(fine) == fine


def test_lg_01_what_people_said_is_linked_by_its_number_and_never_by_its_words(town, lead):
    cat = town.join("Cat")
    said, __ = contributing.contribute(cycle=town.cycle, by=cat, kind="need", text="My son Ali is afraid at night", key="k", now=town.now)
    address = at(town, "duties/s1-3-a/")
    assert "My son Ali is afraid" in lead.get(address).content.decode(), "whoever writes the record finds it by its words"
    picked = sent("s1-3-a") | {"link-0-kind": "", "link-0-label": "", "pick": [f"said-{said.pk}"]}
    assert lead.post(address, picked | {"pick": ["said-999"]}).status_code == 422
    assert lead.post(address, picked).status_code == 302
    link = EvidenceLink.objects.get()
    assert (link.kind, "Ali" in link.label) == ("need", False)
    seen = town.client(cat)
    assert link.address in seen.get(address).content.decode()
    assert "My son Ali is afraid" in seen.get(link.address).content.decode()


def test_only_officers_write_and_strangers_read_nothing_until_it_is_public(town, other_town):
    put(town, "s1-3-a")
    citizen = town.client(town.join("Cat"))
    assert citizen.post(at(town, "duties/s1-3-a/"), sent("s1-3-a")).status_code == 404
    assert citizen.post(at(town, "duties/"), {"kind": "goods", "value": 1}).status_code == 404
    assert Client().get(at(town, "duties/")).status_code == 404
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    assert "Recorded" in Client().get(at(town, "duties/")).content.decode()
    assert SOCIAL in Client().get(at(town, "duties/s1-3-a/")).content.decode()
    assert Client().get(at(town, "duties/s1-7/")).status_code == 404, "what is not on record is no public page"
    assert Client().post(at(town, "duties/s1-3-a/"), sent("s1-3-a")).status_code == 404
    with pytest.raises(Refused):
        duties.record(town.cycle, "s1-7", duties.Writing({}), by=other_town.lead, now=town.now)


def test_m_27_complete_dated_before_the_start_and_waivers_used(town, lead):
    assert duties.figures(duties.looks(town.cycle)) == duties.Figures(3, 0, 0, 0)
    for code in ANSWERS:
        put(town, code)
    lead.post(at(town, "duties/s1-8/"), sent("s1-8") | WAIVER)
    assert duties.figures(duties.looks(town.cycle)) == duties.Figures(3, 3, 3, 1)
    text = " ".join(lead.get(at(town, "duties/")).content.decode().split())
    assert "3 of 3 records that must be there are written, 3 of them before procurement had its day" in text
    assert "Duties left out because of an urgent need: 1" in text


def test_the_exit_question_leads_to_the_records(town, lead):
    assert f'href="{at(town, "duties/")}"' in lead.get(at(town, "stages/plan/")).content.decode()


def test_the_minutes_say_who_recorded_what(town):
    put(town, "s1-3-a")
    line = Minute.objects.filter(act="duty").get()
    assert "How what we buy could make life better" in line.what
    assert "Head of communities" in line.why


def test_no_word_says_that_anybody_has_met_a_duty():
    """The product records; whether it is enough is not for it to say."""
    ours = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt"), *bases.OURS.glob("*.toml")]
    ours += [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts]
    assert len(ours) > 500, "templates, sets and every floor"
    for path in ours:
        text = path.read_text().replace("it does not make anybody compliant with the law", "")
        for line in text.splitlines():
            if path.name != "accessibility.html":
                assert not re.search(r"\b(compliant|complies|lawful|unlawful)\b", line, re.IGNORECASE), f"{path.name}: {line[:120]}"


def test_no_duty_section_or_sum_stands_in_code_or_templates():
    code = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts]
    for path in [*code, *(ROOT / "templates").rglob("*.html")]:
        if path.name == "demonstration_before.py":  # an invented authority, writing its invented records
            continue
        found = re.search(r"s1-3-|s1\(3\)|207,?720|214,?904|Social Value\) Act", path.read_text())
        assert found is None, f"{path.name}: {found}"


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(town, lead, rows):
    put(town, "s1-3-a")
    for n in range(rows):
        put(
            town,
            "s1-3-b",
            answers={"process": f"{PROCESS} Version {n} of it."},
            links=tuple(duties.Link("need", f"N{k}") for k in range(9)),
        )
    for address, most in (("duties/", 11), ("duties/s1-3-b/", 12)):
        lead.get(at(town, address))
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(at(town, address)).status_code == 200
        assert len(queries) == most, (address, len(queries))


def test_the_dated_sum_that_counts_is_that_of_the_day_the_cycle_was_opened():
    basis = legal_basis.read(bases._content((bases.OURS / "sva-2012.toml").read_text()))
    between = 210_000
    assert legal_basis.standing(basis, kind="services", value=between, day=date(2025, 6, 1)).voluntary
    assert legal_basis.standing(basis, kind="services", value=between, day=date(2026, 6, 1)).applies
    assert legal_basis.standing(basis, kind="", value=None, day=date(2026, 6, 1)).applies is None


def test_short_texts_are_alike_by_chance_and_are_not_called_copies():
    assert duty_rules.why_copied({"a": "None of these"}, {"Other": ["None of these"]}) is None
    assert duty_rules.why_copied({"a": SOCIAL}, {"Other": [ECONOMIC, PROCESS]}) is None
