"""Promises wherever they were made, handing them over, brokers' mandates, and that payment reaches nothing that decides."""

import ast
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import limiting, roles
from commissioning.models import Cycle, MandateGroup, Minute, Participant
from commissioning.sentences import Refused
from outcomes import adopting, specifying
from tests.stack import ROOT
from workshops import (
    agreeing,
    attending,
    claiming,
    handing_over,
    inviting,
    mandate_links,
    mandating,
    outside_promises,
    promised,
    promises,
    promising,
    proposing,
    scheduling,
)
from workshops.models import Action, Claim, Letter, OutsidePromise


def action(room, **changes):
    given = {"text": "Ask the library", "how_we_know": "We have a key", "due": room.town.now.date() + timedelta(7)}
    return promising.add_action(room.workshop, **given | {"by": room.town.facilitator, "now": room.town.now} | changes)


def page(town, who, rest, expect=200, **data):
    client, address = town.client(who), f"/cycles/{town.cycle.slug}/{rest}"
    answer = client.post(address, data) if data else client.get(address)
    assert answer.status_code == expect, (address, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def agreeing_room(room):
    room.town.move(room.workshop, "agree")
    return room


# TR-02: the ledger


def outside(room, **changes):
    said = {"text": "We pay within thirty days", "where": "On the phone", "made_on": room.town.now.date(), "person": room.officers[0]}
    said |= {"due": room.town.now.date() + timedelta(30), "promised_to": "vso"} | changes
    by, key = said.pop("by", room.vsos[0]), said.pop("key", room.town.key())
    return outside_promises.write_down(room.town.cycle, outside_promises.Said(**said), by=by, key=key, now=room.town.now)


def test_tr_02_a_participant_filters_promised_to_us_and_sees_kept_late_broken(agreeing_room):
    room, town = agreeing_room, agreeing_room.town
    kept = action(room, person=room.officers[0], text="Kept by the council", promised_to="vso")
    broken = action(room, person=room.officers[1], text="Broken by the council", promised_to="vso")
    late = action(room, person=room.officers[0], text="Late by the council", promised_to="vso")
    action(room, person=room.vsos[0], text="For citizens only", promised_to="citizen")
    promising.report_progress(kept, progress="done", by=room.officers[0], now=town.now)
    promising.report_progress(broken, progress="dropped", reason="The budget fell", by=room.officers[1], now=town.now)
    Action.objects.filter(pk=late.pk).update(due=town.now.date() - timedelta(1))
    us = page(town, room.vsos[0], "promises/?whose=us")
    assert "For citizens only" not in us
    for state, text in (("kept", "Kept by the council"), ("late", "Late by the council"), ("broken", "Broken by the council")):
        shown = page(town, room.vsos[0], f"promises/?whose=us&state={state}")
        cards = re.findall(r'<article class="tl-card">(.*?)</article>', shown, re.DOTALL)
        assert len(cards) == 1, state
        assert text in cards[0]
        assert str(promises.LEDGER[state]) in cards[0]
    assert "The budget fell" in us


def test_tr_02_every_promise_has_an_owner_and_a_date_also_one_made_outside(agreeing_room):
    room, town = agreeing_room, agreeing_room.town
    given = {"key": "k1", "text": "A room for free", "person": room.officers[0].pk, "promised_to": "vso", "where": "On the phone"}
    given |= {"made_on": town.now.date().isoformat(), "due": (town.now.date() + timedelta(9)).isoformat()}
    for _again in range(2):
        page(town, room.vsos[0], "promises/", 302, **given)
    made = OutsidePromise.objects.get()
    shown = page(town, room.vsos[1], "promises/?whose=us")
    assert "A room for free" in shown
    assert "On the phone" in shown
    assert str(promises.LEDGER["asked"]) in shown, "until its owner says so too, it is only said to be a promise"
    assert "Did you promise this?" in page(town, room.officers[0], "mine/"), "whoever is said to have promised is asked"
    page(town, room.officers[0], f"promises/outside/{made.pk}/", 302, act="accept")
    made.refresh_from_db()
    assert promised.Line(made).state == "promised"
    page(town, room.officers[0], f"promises/outside/{made.pk}/", 302, act="progress", progress="done")
    assert "Kept" in page(town, room.vsos[0], "promises/?whose=us&state=kept")
    assert page(town, room.vsos[0], "promises/", 422, **given | {"due": "", "key": "k2"})
    assert page(town, room.vsos[0], "promises/", 422, **given | {"person": "", "key": "k3"})


def test_tr_02_somebody_can_say_they_did_not_promise_this(agreeing_room):
    room, town = agreeing_room, agreeing_room.town
    made = outside(room)
    for stranger in (room.vsos[0], town.lead, room.officers[1]):
        with pytest.raises(Refused, match="Only the person"):
            outside_promises.answer(made, yes=True, by=stranger, now=town.now)
    with pytest.raises(Refused, match="Say why not"):
        outside_promises.answer(made, yes=False, by=room.officers[0], now=town.now)
    page(town, room.officers[0], f"promises/outside/{made.pk}/", 302, act="decline", reason="I said we would try")
    shown = page(town, room.vsos[0], f"promises/outside/{made.pk}/")
    assert "They say they did not promise this" in shown
    assert "I said we would try" in shown
    with pytest.raises(Refused, match="answered already"):
        outside_promises.answer(made, yes=True, by=room.officers[0], now=town.now)


def test_tr_02_nonsense_is_refused_with_a_sentence(agreeing_room, other_town):
    room, town = agreeing_room, agreeing_room.town
    tomorrow = town.now.date() + timedelta(1)
    for wrong, why in (
        ({"made_on": tomorrow, "due": tomorrow}, "still to come"),
        ({"due": town.now.date() - timedelta(3)}, "before it was promised"),
        ({"where": " "}, "Say where"),
        ({"person": None, "owner": "The mayor", "side": ""}, "which side"),
        ({"person": other_town.lead}, "from this cycle"),
        ({"text": ""}, "Write something"),
    ):
        with pytest.raises(Refused, match=why):
            outside(room, **wrong)
    mayor = outside(room, person=None, owner="The mayor", side="authority")
    outside_promises.answer(mayor, yes=True, by=town.lead, now=town.now)
    assert outside(room, person=room.vsos[0]).acceptance == "accepted", "one's own promise is a promise at once"
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsidePromise.objects.filter(pk=mayor.pk).update(acceptance="declined")


def test_m_32_promises_are_counted_kept_late_and_broken_by_side(agreeing_room):
    room, town = agreeing_room, agreeing_room.town
    for progress in ("done", "done", "late", "dropped"):
        one = action(room, person=room.officers[0])
        promising.report_progress(one, progress=progress, reason="So it is", by=room.officers[0], now=town.now)
    never = action(room, owner="Nobody we know", side="vso")
    promising.report_progress(never, progress="dropped", reason="Nobody took it on", by=town.facilitator, now=town.now)
    mine = outside(room, person=room.vsos[0])
    outside_promises.report_progress(mine, progress="done", by=room.vsos[0], now=town.now)
    sides = dict(promised.by_side(promised.lines(town.cycle)))
    assert sides["Authority"] == {"kept": 2, "late": 1, "broken": 1, "promised": 0, "asked": 0}
    assert sides["Voluntary sector"] == {"kept": 1, "late": 0, "broken": 0, "promised": 0, "asked": 1}, "never taken on is not broken"
    assert "Citizens" not in sides
    assert "Promises by side" in page(town, room.citizens[0], "promises/")


# TR-07: handing over


def test_tr_07_leaving_with_open_promises_requires_a_new_owner(agreeing_room):
    room, town, olu = agreeing_room, agreeing_room.town, agreeing_room.officers[0]
    open_one = action(room, person=olu)
    done = action(room, person=olu, text="Done already")
    promising.report_progress(done, progress="done", by=olu, now=town.now)
    on_the_phone = outside(room)
    address = f"people/{olu.pk}/leave/"
    assert "Ask the library" in page(town, town.lead, address)
    refused = page(town, town.lead, address, 422, sure="yes")
    assert "2 open promises without a new owner" in refused
    olu.refresh_from_db()
    assert olu.withdrawn_at is None
    chosen = {f"action-{open_one.pk}": room.officers[1].pk, f"outside-{on_the_phone.pk}": room.officers[1].pk}
    page(town, town.lead, address, 302, **chosen)
    for moved in (Action.objects.get(pk=open_one.pk), OutsidePromise.objects.get()):
        assert (moved.owner_participant, moved.acceptance) == (room.officers[1], "proposed"), "nobody else can promise for them"
    assert Action.objects.get(pk=done.pk).owner_participant == olu, "what was kept stays theirs"
    assert Participant.objects.get(pk=olu.pk).withdrawn_at
    assert town.client(olu).get(f"/cycles/{town.cycle.slug}/").status_code == 404
    assert Minute.objects.filter(act="hand over promise").count() == 2
    assert Minute.objects.filter(act="leave").count() == 1


def test_tr_07_only_they_or_whoever_convenes_and_only_to_their_own_side(agreeing_room):
    room, town, val = agreeing_room, agreeing_room.town, agreeing_room.vsos[0]
    one = promised.Line(action(room, person=val))
    name = handing_over.name_of(one)
    for who in (room.citizens[0], room.vsos[1], town.facilitator):
        assert town.client(who).get(f"/cycles/{town.cycle.slug}/people/{val.pk}/leave/").status_code == 404
    with pytest.raises(Refused, match="same side"):
        handing_over.leave(val, {name: room.officers[0]}, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="same side"):
        handing_over.leave(val, {name: val}, by=val, now=town.now)
    colleague = town.join("Viv", "vso", "Harbour")
    assert handing_over.successors(val)[0] == colleague, "those of the same organisation come first"
    handing_over.leave(val, {name: colleague}, by=val, now=town.now)
    with pytest.raises(Refused, match="left already"):
        handing_over.leave(val, {}, by=town.lead, now=town.now)


def test_tr_07_a_cycle_is_never_left_without_somebody_to_lead_it(room):
    town = room.town
    with pytest.raises(Refused, match="Nobody else can lead"):
        handing_over.leave(town.lead, {}, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="gives roles"):
        handing_over.leave(town.decider, {}, role_to=room.officers[0], by=town.decider, now=town.now)
    handing_over.leave(town.lead, {}, role_to=room.officers[0], by=town.lead, now=town.now)
    successor = Participant.objects.get(pk=room.officers[0].pk)
    assert roles.CONVENE in handing_over.held_by(successor)


# VS-04, VS-05: brokers


@pytest.fixture
def broker(room):
    return room.town.join("Gwen", "vso", "Eastmere CVS", role="broker")


NAMES = ["Knit and Natter", "Quay Dads", "Polish Saturday", "Bench Club", "Night Bus", "Third Age"]


def named(room, broker, **changes):
    given = {"matter": "What young people need", "until": room.town.now.date() + timedelta(90), "by": broker, "now": room.town.now}
    listed = [mandating.Group(n, f"{n.split()[0].lower()}@example.org" if i < 2 else "") for i, n in enumerate(NAMES)]
    return mandating.claim(room.town.cycle, changes.pop("groups", listed), **given | changes)


def test_vs_04_on_behalf_of_six_groups_which_each_can_confirm_or_dispute(room, broker, posted):
    town = room.town
    lines = "\n".join([f"{NAMES[0]}, knit@example.org", f"{NAMES[1]}, quay@example.org", *NAMES[2:]])
    until = (town.now.date() + timedelta(90)).isoformat()
    mails = posted(lambda: page(town, broker, "mandates/", 302, groups=lines, matter="What young people need", until=until))
    assert [m.to for m in mails] == [["knit@example.org"], ["quay@example.org"]]
    address = re.search(r"/mandate/\S+", mails[0].body)[0]
    idea = proposing.add_idea(room.workshop, kind="need", text="Somewhere warm", by=broker, key="i", now=town.now)
    board = f"/w/{room.workshop.slug}/"
    assert "on behalf of 6 groups (6 have not answered)" in town.client(room.citizens[0]).get(board).content.decode()
    nobody = Client()
    assert "Do they speak for you?" in nobody.get(address).content.decode()
    assert MandateGroup.objects.filter(answer="").count() == 6, "looking never answers"
    assert nobody.post(address, {"said": "disputed", "words": ""}).status_code == 422
    assert nobody.post(address, {"said": "disputed", "words": "We were never asked"}).status_code == 302
    at_once = town.client(room.citizens[0]).get(board).content.decode()
    assert "on behalf of 6 groups (1 disputed, 5 have not answered)" in at_once
    for group in MandateGroup.objects.filter(answer="")[:4]:
        assert nobody.post(f"/mandate/{mandate_links.link_token(group)}/", {"said": "confirmed"}).status_code == 302
    shown = "on behalf of 6 groups (4 confirmed, 1 disputed, 1 has not answered)"
    for who in (room.citizens[0], room.officers[0], town.facilitator):
        assert shown in town.client(who).get(board).content.decode()
    assert shown in page(town, room.citizens[0], "people/")
    idea.contribution.refresh_from_db()
    assert shown in type(idea.contribution).objects.get(pk=idea.contribution_id).signature
    listed = page(town, room.citizens[0], "mandates/")
    assert "We were never asked" in listed
    assert "knit@example.org" not in listed
    assert "mandate/" not in re.sub(r"mandates/", "", listed), "no link is there for others to answer with"


@pytest.mark.parametrize("email", ["knit~natter@example.org", "~knit@example.org", "knit@example.org", ""])
def test_vs_04_a_groups_link_leads_to_it_whatever_its_address(room, broker, email):
    group = named(room, broker, groups=[mandating.Group("Knit", email)]).groups.get()
    token = mandate_links.link_token(group)
    assert Client().get(f"/mandate/{token}/").status_code == 200
    assert Client().get(f"/mandate/{token.replace(str(group.pk), '999', 1)}/").status_code == 404


def test_ac_05_the_link_of_who_is_asked_outside_leads_to_the_promise_whatever_their_address(agreeing_room):
    promise = action(agreeing_room, person=agreeing_room.officers[0])
    Action.objects.filter(pk=promise.pk).update(owner_email="ann~lee@example.org")
    promise.refresh_from_db()
    assert promised.action_of_token(promised.link_token(promise)) == promise


def test_vs_04_of_two_groups_that_answer_at_once_the_second_counts_the_first(room, broker):
    first = named(room, broker).groups.first()
    with CaptureQueriesContext(connection) as queries:
        mandating.answer(first, said="confirmed", now=room.town.now)
    asked = [q["sql"] for q in queries]
    held = max(i for i, sql in enumerate(asked) if sql.startswith("SELECT") and 'FROM "commissioning_participant"' in sql)
    counted = max(i for i, sql in enumerate(asked) if sql.startswith("SELECT") and 'FROM "commissioning_mandategroup"' in sql)
    assert held < counted, "the broker's row is held before the answers are counted"


def test_vs_04_an_answer_may_be_limited_changed_and_ends_with_the_mandate(room, broker):
    town = room.town
    mandate = named(room, broker)
    group = mandate.groups.first()
    with pytest.raises(Refused, match="Say what they may speak about"):
        mandating.answer(group, said="limited", now=town.now)
    mandating.answer(group, said="limited", words="Only about buses", who="Ann", now=town.now)
    mandating.answer(group, said="confirmed", words="", now=town.now)
    assert Minute.objects.filter(act="answer mandate").count() == 2
    broker.refresh_from_db()
    assert "1 confirmed" in broker.on_behalf
    with pytest.raises(Refused, match="Only the broker"):
        mandating.end(mandate, by=room.vsos[0], now=town.now)
    page(town, broker, "mandates/", 302, end=mandate.pk)
    with pytest.raises(Refused, match="has ended"):
        mandating.answer(group, said="disputed", words="No", now=town.now + timedelta(days=1))
    assert broker.on_behalf, "until the end of that day"
    Participant.objects.filter(pk=broker.pk).update(speaks_for=[{"until": "2020-01-01", "answers": {"confirmed": 6}}])
    broker.refresh_from_db()
    assert broker.on_behalf == ""


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"groups": []}, "Name the groups"),
        ({"groups": [mandating.Group("Same"), mandating.Group("same")]}, "twice"),
        ({"groups": [mandating.Group(f"G{n}") for n in range(41)]}, "up to 40"),
        ({"matter": " "}, "Write something"),
    ],
)
def test_vs_04_nonsense_is_refused_with_a_sentence(room, broker, wrong, why):
    with pytest.raises(Refused, match=why):
        named(room, broker, **wrong)
    with pytest.raises(Refused, match="still to come"):
        named(room, broker, until=room.town.now.date() - timedelta(2))
    with pytest.raises(Refused, match="three years"):
        named(room, broker, until=room.town.now.date() + timedelta(4000))
    with pytest.raises(Refused, match="Only a broker"):
        named(room, room.vsos[0])
    answer = page(room.town, broker, "mandates/", 422, groups="Knit, not-an@address@x", matter="M", until="2031-01-01")
    assert "one e-mail address" in answer


def test_vs_04_the_broker_cannot_answer_for_a_group_and_links_are_not_guessed(room, broker, other_town):
    town = room.town
    group = named(room, broker).groups.last()
    with pytest.raises(Refused, match="already"):
        named(room, broker)
    link = f"/cycles/{town.cycle.slug}/mandates/{group.pk}/link/"
    assert town.client(broker).get(link).status_code == 404
    assert town.client(room.citizens[0]).get(link).status_code == 404
    assert other_town.client(other_town.lead).get(link).status_code == 404
    shown = town.client(town.lead).get(link).content.decode()
    token = re.search(r"/mandate/([^/]+)/", shown)[1]
    assert Client().get(f"/mandate/{token}/").status_code == 200
    for wrong in (token[:-1], f"{group.pk}~~x", "x", "1:2:3", "~"):
        assert Client().get(f"/mandate/{wrong}/").status_code == 404
    for _n in range(limiting.WRONG_CODES):
        Client().get("/mandate/guess/")
    assert Client().get("/mandate/guess/").status_code == 429
    assert Letter.objects.filter(kind="mandate").count() == 2


def test_vs_05_a_brokers_vote_stays_one_and_is_shown_apart_whatever_the_mandate(room, broker):
    town = room.town
    mandate = named(room, broker)
    for group in mandate.groups.all():
        mandating.answer(group, said="confirmed", now=town.now)
    attending.attend(room.workshop, broker, now=town.now)
    ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0]))
    town.vote(ballot, "cannot", broker)
    town.vote(ballot, "support", *room.vsos)
    town.move(room.workshop, "agree")
    shown = town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "Among these, through a broker who speaks for others: 1 cannot support." in shown


PAGES = {"promises/": 6, "mandates/": 5}


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(agreeing_room, broker, rows):
    room, town = agreeing_room, agreeing_room.town
    named(room, broker, groups=[mandating.Group(f"Group {n}") for n in range(rows)])
    for n in range(rows):
        action(room, person=room.citizens[0], text=f"Do {n}")
        outside(room, text=f"Said {n}")
    taken = {}
    for rest in PAGES:
        client = town.client(room.citizens[0])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cycles/{town.cycle.slug}/{rest}").status_code == 200
        taken[rest] = len(queries)
    assert taken == PAGES


# PY-01 to PY-04, INV-24: time and payment


def test_py_01_no_invitation_goes_without_a_payment_line(room):
    town = room.town
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=town.cycle.pk).update(payment_line="")
    somebody = town.join("New")
    inviting.invite(room.workshop, [somebody], by=town.lead, now=town.now)
    shown = town.client(somebody).get(f"/w/{room.workshop.slug}/invitation/").content.decode()
    assert "None, because it is short" in shown
    assert town.client(town.lead).post(f"/cycles/{town.cycle.slug}/terms/", {"payment_line": " ", "bidding_rule": "x"}).status_code == 422


def a_claim(room, who, hours="3"):
    return claiming.claim(room.workshop, hours=Decimal(hours), expenses=Decimal(0), by=who, now=room.town.now)


def test_py_02_a_citizen_claims_three_hours_sees_paid_on_and_the_commissioner_the_total(room):
    town, cat = room.town, room.citizens[0]
    scheduling.arrange(room.workshop, scheduling.Arrangement(Decimal(2), rate=Decimal("12.50")), by=town.lead, now=town.now)
    room.workshop.refresh_from_db()
    address = f"/w/{room.workshop.slug}/claim/"
    assert town.client(cat).post(address, {"hours": "3", "expenses": "0"}).status_code == 302
    made, decision = Claim.objects.get(), f"/w/{room.workshop.slug}/claims/{Claim.objects.get().pk}/"
    assert town.client(town.lead).post(decision, {"to": "approved", "amount": "37.50"}).status_code == 302
    assert "Approved" in town.client(cat).get(address).content.decode()
    day = town.now.date()
    assert town.client(town.lead).post(decision, {"to": "paid", "paid_on": day.isoformat()}).status_code == 302
    shown = town.client(cat).get(address).content.decode()
    assert f"Paid on {day.day} {day:%B %Y}" in shown
    costs = page(town, town.lead, "claims/")
    assert "Engagement costs £37.50 so far, of which £37.50 is paid." in costs
    for rest in ("claims/", "attendance/"):
        answer = town.client(room.citizens[1]).get(f"/cycles/{town.cycle.slug}/{rest}")
        assert answer.status_code == (404 if rest == "claims/" else 200)
        assert "£37.5" not in answer.content.decode()
    assert made.participant == cat


MAY_NAME_CLAIMS = {"claiming", "claims_views", "dates_forms", "claims", "__init__"}
MAY_IMPORT_CLAIMING = {"claims_views", "attendance_views", "demonstration"}


def test_py_03_inv_24_nothing_but_the_claims_themselves_names_payment_data():
    for floor in ("config", "commissioning", "workshops", "outcomes"):
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text())
            imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import) for alias in node.names}
            if path.stem not in MAY_NAME_CLAIMS:
                assert "Claim" not in imported, path
                assert not re.search(r"get_model\(.*[Cc]laim|workshops_claim", path.read_text()), path
            if path.stem not in MAY_IMPORT_CLAIMING | {"claiming"}:
                assert not {"claiming", "payment"} & imported, path


def test_py_03_inv_24_no_vote_result_report_or_score_ever_queries_payment(agreeing_room):
    room, town = agreeing_room, agreeing_room.town
    a_claim(room, room.citizens[0])
    town.move(room.workshop, "discuss")
    with CaptureQueriesContext(connection) as queries:
        proposal = town.propose(room.workshop, room.citizens[0])
        ballot = town.ballot(room.workshop, proposal)
        town.vote(ballot, "support", *room.everybody)
        town.move(room.workshop, "agree")
        agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
        placing = adopting.Placing("Theme", "all")
        adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, now=town.now, placing=placing)
        specifying.compose(specifying.specification_of(town.cycle), by=town.lead, now=town.now)
        for who in (town.lead, town.facilitator, town.decider):
            for rest in ("", "screen/", "report/", "record/", "record.zip", "opinions/", "desk/", "sort/"):
                town.client(who).get(f"/w/{room.workshop.slug}/{rest}")
            for rest in ("", "framework/", "specification/", "thread.json", "answers/", "promises/", "people/", "minutes/"):
                town.client(who).get(f"/cycles/{town.cycle.slug}/{rest}")
    assert len(queries) > 100
    assert not [q["sql"] for q in queries if "workshops_claim" in q["sql"]]


def test_py_04_the_cycle_report_states_unpaid_hours_by_group(crowd):
    town = crowd.town
    made = a_claim(crowd, crowd.citizens[0], "1")
    claiming.decide(made, claiming.Decision("approved", amount=Decimal(10)), by=town.lead, now=town.now)
    report = page(town, crowd.citizens[0], "attendance/")
    assert "Time that people gave without pay" in report
    rows = {row.group: row for row in claiming.unpaid_by_group(town.cycle, claiming.attendance.report_on(town.cycle))}
    assert rows["vso"].people == 5
    assert rows["vso"].hours == rows["vso"].given == Decimal("1.25")
    assert rows["citizen"].people == 6
    assert rows["citizen"].hours == Decimal("1.25"), "six were there a quarter of an hour each, and one is paid for it"
    assert (rows["commissioner"].people, rows["commissioner"].hours) == (None, None), "two officers are too few to show"
    assert "Fewer than five people, so not shown" in report
    assert "£" not in report.split("Time that people gave")[1].split("</section>")[0]
