"""Concerns, capacity actions and memoranda: who says, who answers, who reads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commissioning.models import Participant, ProcurementGate, User
from outcomes import concerns, evidence, understanding
from outcomes.models import CapacityAction, ConcernFlag, Memorandum, MemorandumVersion
from tests.outcomes.test_awards import at, award, bought, commit, measure, organisation  # noqa: F401 (a fixture among them)
from workshops.models import Letter

TERMS = {
    "purpose": "Evenings",
    "who_does_what": "Each a ward",
    "how_we_decide": "",
    "money_between_us": "SECRET half each",
    "how_we_part": "",
}
DAY = timezone.localdate()


def test_do_05_s1_step_10_a_concern_of_a_provider_is_answered_with_a_reason_and_seen_by_all(bought):  # noqa: F811
    town = bought.town
    made = award(town)
    kept = commit(town, made, promise="A weekly attendance list shared with the council")
    val, cat, lead = town.client(bought.vsos[0]), town.client(bought.citizens[0]), town.client(town.lead)
    data = {"act": "raise", "about": f"commitment-{kept.pk}", "kind": "harm", "words": "It puts off refugee families", "key": "f1"}
    assert "Raise a concern" not in cat.get(at(town, "concerns/")).content.decode()
    for who in (cat, lead, town.client(bought.vsos[1])):
        assert who.post(at(town, "concerns/"), data).status_code == 422, "only people of the provider"
    for bad in ({"words": ""}, {"kind": "love"}, {"about": "commitment-9999"}):
        assert val.post(at(town, "concerns/"), data | bad).status_code == 422
    for __ in range(2):
        assert val.post(at(town, "concerns/"), data).status_code == 302
    flag = ConcernFlag.objects.get()
    assert "It puts off refugee families" in cat.get(at(town, "concerns/")).content.decode()
    assert not concerns.flags_of(town.cycle)[0].overdue
    assert concerns.flags_of(town.cycle, today=flag.due + timedelta(days=1))[0].overdue
    ConcernFlag.objects.update(due=DAY - timedelta(days=1))
    assert "No answer yet" in cat.get(at(town, "concerns/")).content.decode(), "overdue is shown to all"
    answer = {"act": "answer", "flag": flag.pk, "answer": "vary", "because": "You are right", "became": "A weekly count"}
    assert val.post(at(town, "concerns/"), answer).status_code == 409
    for bad in ({"because": ""}, {"became": ""}, {"answer": "sing"}):
        assert lead.post(at(town, "concerns/"), answer | bad).status_code == 409
    assert lead.post(at(town, "concerns/"), answer).status_code == 302
    kept.refresh_from_db()
    assert (kept.promise, kept.state) == ("A weekly count", "varied")
    assert lead.post(at(town, "concerns/"), answer | {"answer": "decline"}).status_code == 409, "answered once"
    page = cat.get(at(town, "concerns/")).content.decode()
    for words in ("You are right", "A weekly count", "A weekly attendance list"):
        assert words in page
    assert concerns.flags_of(town.cycle)[0].days == 0


def test_ps_12_a_provider_proposes_a_better_measure_and_the_commissioner_must_answer(bought):  # noqa: F811
    town = bought.town
    looked_at = measure(town, commit(town, award(town), promise="Evenings"))
    val, lead = town.client(bought.vsos[0]), town.client(town.lead)
    better = "Count who comes back a second time, not who comes in"
    data = {"act": "raise", "about": f"measure-{looked_at.pk}", "kind": "harm", "words": better, "key": "m1"}
    assert val.post(at(town, "concerns/"), data).status_code == 302
    flag = ConcernFlag.objects.get()
    assert (flag.measure, flag.answer) == (looked_at, "")
    assert concerns.flags_of(town.cycle, today=flag.due + timedelta(days=1))[0].overdue, "no answer in time is shown"
    answer = {"act": "answer", "flag": flag.pk, "answer": "vary", "because": "You see it daily", "became": "People who came back"}
    assert lead.post(at(town, "concerns/"), answer | {"because": " "}).status_code == 409, "no answer without a reason"
    assert lead.post(at(town, "concerns/"), answer).status_code == 302
    looked_at.refresh_from_db()
    assert looked_at.text == "People who came back"
    page = val.get(at(town, "concerns/")).content.decode()
    assert better in page
    assert "You see it daily" in page


def test_do_07_organisations_confirm_what_the_authority_invested_in(bought):  # noqa: F811
    town = bought.town
    lead, val, cat = town.client(town.lead), town.client(bought.vsos[0]), town.client(bought.citizens[0])
    plan = {"act": "plan", "text": "Bid writing", "for_whom": "Small groups", "budget": "Fund, £4,000", "due": DAY, "key": "c"}
    assert lead.post(at(town, "capacity/"), plan | {"budget": ""}).status_code == 422
    assert cat.post(at(town, "capacity/"), plan).status_code == 409
    for __ in range(2):
        assert lead.post(at(town, "capacity/"), plan).status_code == 302
    action = CapacityAction.objects.get()
    said = {"act": "confirm", "action": action.pk, "yes": "no", "words": "Full when we rang"}
    assert cat.post(at(town, "capacity/"), said).status_code == 409
    for __ in range(2):
        assert val.post(at(town, "capacity/"), said).status_code == 302
    page = cat.get(at(town, "capacity/")).content.decode()
    assert "0 of 1 organisations that answered received it" in page
    assert "Full when we rang" in page
    assert val.post(at(town, "capacity/"), said | {"yes": "yes"}).status_code == 302
    assert "1 of 1 organisations" in cat.get(at(town, "capacity/")).content.decode()
    assert "1 of 1 capacity actions" in str(evidence.capacity_done(town.cycle)[0].text)


def begin(room, **more):
    town = room.town
    names = [organisation(town, one).pk for one in ("Harbour", "Doorstep", "Saltmarsh")]
    data = {"act": "begin", "title": "Lot two together", "organisations": names, "key": "m"} | more
    return town.client(room.vsos[0]).post(at(town, "working-together/"), data)


@pytest.fixture
def three(bought):  # noqa: F811
    bought.vsos.append(bought.town.join("Sal", "vso", "Saltmarsh"))
    return bought


def test_do_03_ac_06_three_sign_by_role_and_the_commissioner_reads_no_terms(three):
    town = three.town
    for __ in range(2):
        assert begin(three).status_code == 302
    memo = Memorandum.objects.get()
    address = at(town, f"memoranda/{memo.number}/")
    parties = [town.client(who) for who in three.vsos]
    assert parties[0].post(address, {"act": "sign", "signed_as": "Chair", "seen_version": 1}).status_code == 409, "nothing to sign yet"
    assert parties[0].post(address, TERMS | {"act": "write", "seen_version": 1}).status_code == 302
    late = parties[1].post(address, TERMS | {"act": "write", "purpose": "Mornings", "seen_version": 1})
    assert late.status_code == 409
    for words in ("Evenings", "Mornings"):
        assert words in late.content.decode(), "two at once lose nothing"
    lead = town.client(town.lead)
    for outsider in (lead, town.client(three.citizens[0]), town.client(town.join("Nia", "vso", "Northway"))):
        assert outsider.get(address).status_code == 404
        assert outsider.post(address, {"act": "sign", "signed_as": "Me", "seen_version": 2}).status_code == 404
    for n, party in enumerate(parties):
        seen = lead.get(at(town, "working-together/")).content.decode()
        assert "Signed by all parties" not in seen, n
        assert party.post(address, {"act": "sign", "signed_as": f"Chair {n}", "seen_version": 2}).status_code == 302
    seen = lead.get(at(town, "working-together/")).content.decode()
    for words in ("Lot two together", "Signed by all parties", "Harbour", "Doorstep", "Saltmarsh"):
        assert words in seen
    assert "SECRET" not in seen
    assert town.client(three.citizens[0]).get(at(town, "working-together/")).status_code == 404
    assert understanding.formed(town.cycle) == (1, 0)
    changed = TERMS | {"act": "write", "how_we_part": "A month's notice", "seen_version": 2}
    assert parties[2].post(address, changed).status_code == 302
    memo.refresh_from_db()
    assert memo.state == "draft", "changed words need signing again"
    assert MemorandumVersion.objects.count() == 3
    assert "SECRET" not in lead.get(at(town, "minutes/")).content.decode()


def test_ac_06_a_memorandum_is_looked_at_again_and_ends_with_a_reason(three):
    town = three.town
    begin(three)
    address, val = at(town, "memoranda/1/"), town.client(three.vsos[0])
    for bad in ("", "x", DAY, DAY + timedelta(days=9999)):
        assert val.post(address, {"act": "review", "day": bad}).status_code == 409
    assert val.post(address, {"act": "review", "day": DAY + timedelta(days=10)}).status_code == 302
    assert "looks at it again" in val.get(address).content.decode() or "reminded" in val.get(address).content.decode()
    assert [one.number for one in understanding.to_look_at_again(three.vsos[1], today=DAY)] == [1]
    assert val.post(address, {"act": "end", "because": ""}).status_code == 409
    assert val.post(address, {"act": "end", "because": "We part"}).status_code == 302
    assert val.post(address, TERMS | {"act": "write", "seen_version": 1}).status_code == 409


def test_only_an_organisation_of_its_own_memorandum_begins_it(three):
    town = three.town
    only = [organisation(town, one).pk for one in ("Doorstep", "Saltmarsh")]
    assert begin(three, organisations=only).status_code == 409
    assert begin(three, organisations=only[:0]).status_code == 409
    assert begin(three, title="").status_code == 422
    lead = town.client(town.lead)
    data = {"act": "begin", "title": "Ours", "organisations": only, "key": "z"}
    assert lead.post(at(town, "working-together/"), data).status_code == 409, "not for others"
    assert not Memorandum.objects.exists()


def test_s4_the_authority_and_organisations_sign_one_on_how_we_work_but_not_while_procurement_runs(three):
    town, lead = three.town, three.town.client(three.town.lead)
    names = [organisation(town, one).pk for one in ("Harbour", "Doorstep")]
    data = {"act": "begin", "title": "How we work", "organisations": names, "with_authority": "on", "key": "w"}
    ProcurementGate.objects.create(cycle=town.cycle, starts_on=DAY, standing="x", set_by=town.lead, set_at=town.now)
    type(town.cycle).objects.update(procurement_from=DAY)
    assert lead.post(at(town, "working-together/"), data).status_code == 409
    type(town.cycle).objects.update(procurement_from=None)
    assert lead.post(at(town, "working-together/"), data).status_code == 302
    address = at(town, "memoranda/1/")
    assert lead.post(address, TERMS | {"act": "write", "seen_version": 1}).status_code == 302
    for client in (lead, *(town.client(who) for who in three.vsos[:2])):
        assert client.post(address, {"act": "sign", "signed_as": "For us", "seen_version": 2}).status_code == 302
    assert Memorandum.objects.get().state == "signed"


def test_do_03_attached_to_an_award_the_parties_come_from_it(three):
    made = award(three.town, parties=("Doorstep", "Saltmarsh"))
    assert begin(three, organisations=[], award=made.pk).status_code == 302
    assert {str(p) for p in Memorandum.objects.get().parties.all()} == {"Harbour", "Doorstep", "Saltmarsh"}


def test_s7_7_consortia_and_memoranda_are_counted_for_the_seventh_shift(three):
    town = three.town
    award(town, parties=("Doorstep",))
    page = town.client(three.citizens[0]).get(at(town, "shifts/")).content.decode()
    assert "deliver together: 1" in page


def test_do_03_a_wish_to_work_together_is_seen_by_organisations_alone(three):
    town = three.town
    val = town.client(three.vsos[0])
    for words in ("We know the quay", "We know the quay and look for arts"):
        assert val.post(at(town, "working-together/"), {"act": "wish", "words": words}).status_code == 302
    assert "look for arts" in town.client(three.vsos[1]).get(at(town, "working-together/")).content.decode()
    assert "look for arts" not in town.client(town.lead).get(at(town, "working-together/")).content.decode()
    assert val.post(at(town, "working-together/"), {"act": "take back"}).status_code == 302
    assert "look for arts" not in val.get(at(town, "working-together/")).content.decode()


def test_ac_06_parties_and_the_lead_are_written_to_once_before_a_memorandum_is_looked_at_again(three):
    town = three.town
    begin(three)
    memo = Memorandum.objects.get()
    user = User.objects.create_user("harbour@example.org", "Val")
    Participant.objects.filter(pk=three.vsos[0].pk).update(user=user)
    outside = User.objects.create_user("citizen@example.org", "Cat")
    Participant.objects.filter(pk=three.citizens[0].pk).update(user=outside)
    understanding.write(memo, TERMS, seen_version=1, by=three.vsos[0], now=town.now)
    understanding.review_on(memo, day=DAY + timedelta(days=400), by=three.vsos[0], now=town.now)
    assert understanding.remind(now=town.now) == 0, "not yet"
    understanding.review_on(memo, day=DAY + timedelta(days=10), by=three.vsos[0], now=town.now)
    assert understanding.remind(now=town.now) == 2
    assert understanding.remind(now=town.now) == 0, "once"
    sent = Letter.objects.filter(occasion__startswith="memorandum:")
    assert {one.participant_id for one in sent} == {three.vsos[0].pk, town.lead.pk}
    assert all("Lot two together" in one.words and "SECRET" not in one.words for one in sent)
    understanding.review_on(memo, day=DAY + timedelta(days=11), by=three.vsos[0], now=town.now)
    understanding.end(memo, because="We part", by=three.vsos[0], now=town.now)
    assert understanding.remind(now=town.now) == 0, "over"
