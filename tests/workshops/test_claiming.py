"""Claims: what is claimed, decided and paid, what it costs, and that nothing that decides can see it (PY-02, PY-03, PY-04)."""

import ast
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import Minute, User
from commissioning.sentences import Refused
from tests.stack import ROOT
from workshops import attending, claiming, payment, scheduling
from workshops.models import Attendance, Claim


@pytest.fixture
def paid_room(room):
    scheduling.arrange(room.workshop, scheduling.Arrangement(Decimal(2), rate=Decimal("12.50")), by=room.town.lead, now=room.town.now)
    room.workshop.refresh_from_db()
    return room


def claim(room, who, hours="3", expenses="0", expenses_for=""):
    return claiming.claim(
        room.workshop, hours=Decimal(hours), expenses=Decimal(expenses), expenses_for=expenses_for, by=who, now=room.town.now
    )


def decide(room, made, to, by=None, **more):
    return claiming.decide(made, claiming.Decision(to, **more), by=by or room.town.lead, now=room.town.now)


def test_py_02_a_citizen_claims_three_hours_sees_approved_and_paid_and_the_commissioner_sees_the_cost(paid_room, posted):
    citizen = paid_room.citizens[0]
    citizen.user = User.objects.create_user("cat@example.org")
    citizen.save()
    client, lead = paid_room.town.client(citizen), paid_room.town.client(paid_room.town.lead)
    address = f"/w/{paid_room.workshop.slug}/claim/"
    assert "Send my claim" in client.get(address).content.decode()
    assert client.post(address, {"hours": "3", "expenses": "4.60", "expenses_for": "The bus"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Waiting" in page
    assert "£42.10" in page
    assert "Send my claim" not in page
    made = Claim.objects.get()
    decision = f"/w/{paid_room.workshop.slug}/claims/{made.pk}/"
    (letter,) = posted(lambda: lead.post(decision, {"to": "approved", "amount": "42.10"}))
    assert letter.to == ["cat@example.org"]
    assert "42.10" not in letter.body, "amounts do not travel by mail"
    assert "Approved" in client.get(address).content.decode()
    day = paid_room.town.now.date()
    assert lead.post(decision, {"to": "paid", "paid_on": day.isoformat()}).status_code == 302
    assert f"Paid on {day.day} {day:%B %Y}" in client.get(address).content.decode()
    costs = lead.get(f"/cycles/{paid_room.town.cycle.slug}/claims/").content.decode()
    assert "Engagement costs £42.10 so far, of which £42.10 is paid." in costs


def test_declined_with_a_reason_may_be_claimed_again(paid_room):
    made = claim(paid_room, paid_room.citizens[0])
    with pytest.raises(Refused, match="Say why"):
        decide(paid_room, made, "declined", reason=" ")
    decide(paid_room, made, "declined", reason="You were there for one hour")
    page = paid_room.town.client(paid_room.citizens[0]).get(f"/w/{paid_room.workshop.slug}/claim/").content.decode()
    assert "because: You were there for one hour" in page
    assert "Claim again" in page
    claim(paid_room, paid_room.citizens[0], "1")
    assert Claim.objects.count() == 2


@pytest.mark.parametrize(
    ("hours", "expenses", "what", "why"),
    [
        ("-1", "0", "", "less than nothing"),
        ("0", "-5", "x", "less than nothing"),
        ("0", "0", "", "nothing to claim"),
        ("500", "0", "", "can be claimed here"),
        ("1e9", "0", "", "plain numbers"),
        ("NaN", "0", "", "plain numbers"),
        ("Infinity", "0", "", "plain numbers"),
        ("1.005", "0", "", "two digits"),
        ("1", "600", "A taxi", "Up to £500"),
        ("1", "5", " ", "what the expenses were for"),
    ],
)
def test_nonsense_is_refused_with_a_clear_sentence(paid_room, hours, expenses, what, why):
    with pytest.raises(Refused, match=why):
        claim(paid_room, paid_room.citizens[0], hours, expenses, what)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("hours", ["-1", "NaN", "1e400", "²", "٣٣٣", "3,5", "x" * 500, "500", ""])
def test_a_wrong_claim_shows_the_page_again(paid_room, hours):
    answered = paid_room.town.client(paid_room.citizens[0]).post(f"/w/{paid_room.workshop.slug}/claim/", {"hours": hours})
    assert answered.status_code == 422
    assert b"There is a problem" in answered.content
    assert not Claim.objects.exists()


def test_one_claim_for_one_workshop(paid_room):
    claim(paid_room, paid_room.citizens[0])
    with pytest.raises(Refused, match="already"):
        claim(paid_room, paid_room.citizens[0])
    claim(paid_room, paid_room.citizens[1])


def test_only_those_who_took_part_claim_and_only_in_their_own_cycle(paid_room, other_town):
    with pytest.raises(Refused, match="after you have taken part"):
        claim(paid_room, paid_room.town.join("Absent"))
    with pytest.raises(Refused, match="not part"):
        claim(paid_room, other_town.join("Stranger"))


def test_decisions_follow_their_order_and_are_nobodys_own(paid_room):
    attending.attend(paid_room.workshop, paid_room.town.lead, now=paid_room.town.now)
    own = claim(paid_room, paid_room.town.lead)
    with pytest.raises(Refused, match="Somebody else"):
        decide(paid_room, own, "approved", amount=Decimal(5))
    made, day = claim(paid_room, paid_room.citizens[0]), paid_room.town.now.date()
    for who in (paid_room.town.facilitator, paid_room.town.decider, paid_room.citizens[0]):
        with pytest.raises(Refused, match="Only"):
            decide(paid_room, made, "approved", by=who, amount=Decimal(5))
    with pytest.raises(Refused, match="not approved yet"):
        decide(paid_room, made, "paid", paid_on=day)
    for amount in (None, Decimal(0), Decimal(-1), Decimal(99999), Decimal("1.001"), Decimal("NaN")):
        with pytest.raises(Refused, match="amount"):
            decide(paid_room, made, "approved", amount=amount)
    decide(paid_room, made, "approved", amount=Decimal("30.00"))
    with pytest.raises(Refused, match="dealt with"):
        decide(paid_room, made, "approved", amount=Decimal(60))
    for paid_on in (None, day + timedelta(days=1)):
        with pytest.raises(Refused, match="which day"):
            decide(paid_room, made, "paid", paid_on=paid_on)
    decide(paid_room, made, "paid", paid_on=day)
    with pytest.raises(Refused, match="dealt with"):
        decide(paid_room, made, "declined", reason="Too late")
    assert Claim.objects.get(pk=made.pk).amount == 30


def test_where_no_rate_is_set_the_convener_writes_the_amount(room):
    made = claim(room, room.citizens[0])
    assert made.amount == 0
    decide(room, made, "approved", amount=Decimal(20))
    assert claiming.cost_of(room.town.cycle).total == 20


def test_a_claim_is_paid_after_the_cycle_has_closed_too(paid_room):
    made = claim(paid_room, paid_room.citizens[0])
    paid_room.town.cycle.state = "closed"
    paid_room.town.cycle.save()
    answered = paid_room.town.client(paid_room.town.lead).post(
        f"/w/{paid_room.workshop.slug}/claims/{made.pk}/", {"to": "approved", "amount": "37.50"}
    )
    assert answered.status_code == 302


def test_py_04_unpaid_hours_are_counted_by_group(paid_room):
    hour = timedelta(hours=1)
    Attendance.objects.filter(workshop=paid_room.workshop).update(last_at=paid_room.town.now + 2 * hour)
    decide(paid_room, claim(paid_room, paid_room.citizens[0], "2"), "approved", amount=Decimal(25))
    claim(paid_room, paid_room.vsos[0], "2")
    cost = claiming.cost_of(paid_room.town.cycle)
    assert {row.group: (row.given, row.unpaid, row.pounds) for row in cost.groups} == {
        "commissioner": (4, 4, 0),
        "vso": (4, 4, 0),
        "citizen": (4, 2, 25),
    }
    assert cost.waiting == 1


def test_claims_are_the_persons_and_the_conveners_alone(paid_room):
    made = claim(paid_room, paid_room.citizens[0], "3", "77.77", "Sitter for Secretname")
    cycle, slug = f"/cycles/{paid_room.town.cycle.slug}/", f"/w/{paid_room.workshop.slug}/"
    for who in (paid_room.town.facilitator, paid_room.town.decider, paid_room.citizens[1], paid_room.vsos[0]):
        client = paid_room.town.client(who)
        assert client.get(cycle + "claims/").status_code == 404
        assert client.post(f"{slug}claims/{made.pk}/", {"to": "approved", "amount": "1"}).status_code == 404
        assert "Secretname" not in client.get(slug + "claim/").content.decode()
    pages = [
        slug,
        slug + "screen/",
        slug + "desk/",
        slug + "live/",
        *(cycle + p for p in ("", "answers/", "framework/", "minutes/", "mine/")),
    ]
    for who in (paid_room.town.lead, paid_room.town.facilitator, paid_room.citizens[0]):
        for address in [*pages, cycle + "thread.json", cycle + "attendance/"]:
            text = paid_room.town.client(who).get(address).content.decode()
            assert "Secretname" not in text, address
            assert "77.77" not in text, address
    assert not Minute.objects.filter(what__contains="77").exists()


def test_py_03_nothing_that_votes_agrees_or_scores_names_a_claim():
    for path in [
        *(ROOT / "outcomes").rglob("*.py"),
        *(ROOT / "workshops" / f"{n}.py" for n in ("voting", "agreeing", "regions", "desks", "tally")),
    ]:
        if "migrations" in path.parts or path.stem == "demonstration":
            continue
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        assert not names & {"Claim", "claiming", "payment"}, path


AMOUNTS = st.decimals(min_value=0, max_value=500, places=2)


@given(AMOUNTS, st.none() | AMOUNTS, AMOUNTS)
def test_what_a_claim_comes_to_is_always_whole_pennies_and_never_less_than_its_costs(hours, rate, expenses):
    total = payment.comes_to(hours, rate, expenses)
    assert payment.is_amount(total)
    assert total >= expenses
    assert rate is not None or total == expenses


@given(st.decimals(allow_nan=True, allow_infinity=True), st.decimals(allow_nan=True, allow_infinity=True), st.text(max_size=10))
def test_the_rule_has_an_answer_for_every_number_there_is(hours, expenses, words):
    why = payment.why_not_claim(hours=hours, expenses=expenses, expenses_for=words, asked=Decimal(2), already="", came=True)
    if why is None:
        assert 0 <= hours <= 40
        assert 0 <= expenses <= 500
        assert payment.is_amount(hours)
    else:
        assert str(why)
