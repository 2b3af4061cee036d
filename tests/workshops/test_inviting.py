"""Invitations: nothing goes out that does not say what is asked and paid; terms change only in the open."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import people
from commissioning.models import Cycle, Minute, Participant, User
from commissioning.sentences import Refused
from workshops import inviting, scheduling, terms
from workshops.models import Invitation, Workshop


def set_cycle(room, **changes):
    Cycle.objects.filter(pk=room.town.cycle.pk).update(**changes)
    room.town.cycle.refresh_from_db()


def invite(room, *who, **more):
    return inviting.invite(room.workshop, who or room.citizens, by=room.town.lead, now=room.town.now, **more)


@pytest.mark.parametrize("line", [" ", "none", "None.", "none, because", "None, because …", "N/A", "£0", "Dim, oherwydd …", "dim byd"])
def test_py_01_no_invitation_goes_out_without_a_payment_line(room, line):
    set_cycle(room, payment_line=line)
    with pytest.raises(Refused, match="No invitation goes out without it"):
        invite(room)
    assert not Invitation.objects.exists()


def test_none_because_is_a_payment_line(room):
    set_cycle(room, payment_line="None, because it is ten minutes")
    assert len(invite(room)) == 2


@pytest.mark.parametrize("wrong", [{"bidding_rule": " "}])
def test_no_invitation_goes_out_without_the_rule_on_bidding(room, wrong):
    set_cycle(room, **wrong)
    with pytest.raises(Refused, match="bidding"):
        invite(room)


def test_nobody_new_is_brought_in_when_the_invitation_cannot_go(room):
    set_cycle(room, payment_line="none")
    before = Participant.objects.count()
    who = people.Introduction("New", "citizen", "resident")
    with pytest.raises(Refused):
        inviting.bring_in(room.workshop, who, email="new@example.org", by=room.town.lead, now=room.town.now)
    assert (Participant.objects.count(), User.objects.filter(email="new@example.org").count()) == (before, 0)


def test_ps_01_vs_01_py_01_the_letter_and_the_page_say_level_time_and_payment_in_plain_words(room, posted, client):
    set_cycle(room, payment_line="£15 an hour and travel", contact="Sam, 01234 567890")
    from commissioning import convening

    convening.add_scope_item(room.town.cycle, kind="decided", text="It stays free", by=room.town.lead, now=room.town.now)
    plan = scheduling.Arrangement(Decimal("2.5"), 3)
    scheduling.arrange(room.workshop, plan, by=room.town.lead, now=room.town.now)
    who = people.Introduction("Nia", "citizen", "resident")
    (letter,) = posted(lambda: inviting.bring_in(room.workshop, who, email="nia@example.org", by=room.town.lead, now=room.town.now))
    link = next(line for line in letter.body.splitlines() if "/invited/" in line)
    page = client.get("/" + link.split("/", 3)[3]).content.decode()
    level = room.town.cycle.level_words
    for text in (letter.body, page):
        for said in ("bout 2.5 hours in 3 parts", "£15 an hour and travel", room.town.cycle.bidding_rule, "It stays free", level["does"]):
            assert said in text, said
        assert "Sam, 01234 567890" in text
        assert room.town.cycle.purpose in text
    assert letter.to == ["nia@example.org"]
    assert "&" not in letter.subject
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_names_are_never_taken_for_markup_in_a_letter(room, posted):
    Workshop.objects.filter(pk=room.workshop.pk).update(title="Fish & <chips>\r\nBcc: everybody@example.org")
    room.citizens[0].user = User.objects.create_user("cat@example.org")
    room.citizens[0].save()
    (letter,) = posted(lambda: invite(room, room.citizens[0]))
    assert "Fish & <chips> Bcc: everybody@example.org" in letter.subject
    assert letter.recipients() == ["cat@example.org"]


def test_each_is_invited_once_and_told_once(room, posted):
    room.citizens[0].user = User.objects.create_user("cat@example.org")
    room.citizens[0].save()
    assert len(posted(lambda: invite(room, room.citizens[0]))) == 1
    with pytest.raises(Refused, match="not invited yet"):
        invite(room, room.citizens[0])
    assert len(posted(lambda: invite(room, *room.citizens))) == 0
    assert Invitation.objects.count() == 2


def test_only_the_convener_invites_and_only_people_of_the_cycle(room, other_town):
    with pytest.raises(Refused, match="Only"):
        inviting.invite(room.workshop, room.citizens, by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="not invited yet"):
        invite(room, other_town.join("Stranger"))
    with pytest.raises(Refused, match="not part"):
        inviting.invite(room.workshop, room.citizens, by=other_town.lead, now=room.town.now)


def test_procurement_finance_and_another_department_are_suggested_until_they_are_there(room):
    page = f"/w/{room.workshop.slug}/invitations/"
    client = room.town.client(room.town.lead)
    shown = client.get(page).content.decode()
    assert [word in shown for word in ("from procurement is", "from finance is", "No other department is")] == [True] * 3
    invite(room, room.officers[0], capacity="finance")
    Participant.objects.filter(pk=room.officers[1].pk).update(standing="procurement")
    invite(room, room.officers[1])
    shown = client.get(page).content.decode()
    assert [word in shown for word in ("from procurement is", "from finance is", "No other department is")] == [False, False, True]
    inviting.answer(Invitation.objects.get(capacity="finance"), said="cannot", by=room.officers[0], now=room.town.now)
    assert "from finance is" in client.get(page).content.decode()


def test_people_answer_for_themselves_and_can_change_it(room):
    mine, others = invite(room)
    inviting.answer(mine, said="come", by=room.citizens[0], now=room.town.now)
    inviting.answer(mine, said="cannot", by=room.citizens[0], now=room.town.now)
    mine.refresh_from_db()
    assert mine.answer == "cannot"
    for said in ("", "maybe", "beside"):
        with pytest.raises(Refused):
            inviting.answer(mine, said=said, by=room.citizens[0], now=room.town.now)
    with pytest.raises(Refused, match="somebody else"):
        inviting.answer(others, said="come", by=room.citizens[0], now=room.town.now)
    uninvited = room.town.client(room.vsos[0]).post(f"/w/{room.workshop.slug}/invitation/", {"act": "answer", "answer": "come"})
    assert uninvited.status_code == 404


def test_fs_04_the_rule_on_bidding_never_changes_silently_once_a_provider_has_joined(room, posted):
    address = f"/cycles/{room.town.cycle.slug}/terms/"
    data = {"payment_line": room.town.cycle.payment_line, "bidding_rule": "Whoever takes part cannot bid.", "reason": ""}
    client = room.town.client(room.town.lead)
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert b"A provider has joined under the old rule" in refused.content
    assert b"Whoever takes part cannot bid." in refused.content, "what was written stays"
    room.town.cycle.refresh_from_db()
    assert "cannot bid" not in room.town.cycle.bidding_rule
    room.vsos[0].user = User.objects.create_user("val@example.org")
    room.vsos[0].save()
    sent = posted(lambda: client.post(address, data | {"reason": "Our lawyers say so"}))
    assert "val@example.org" in {m.to[0] for m in sent}
    assert all("Our lawyers say so" in m.body and "cannot bid" in m.body for m in sent)
    assert Minute.objects.get(act="bidding rule").why == "Our lawyers say so"
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/invitation/").content.decode()
    assert "This rule changed on" in page
    assert "Our lawyers say so" in page, "people without an address read it here"


def test_before_a_provider_has_joined_the_rule_may_change_without_a_reason(town):
    town.join("Cat")
    inviting.change_terms(
        town.cycle, payment_line=town.cycle.payment_line, bidding_rule="A new rule", reason="", by=town.lead, now=town.now
    )
    town.join("Bid", interest="potential_bidder")
    with pytest.raises(Refused, match="provider"):
        inviting.change_terms(town.cycle, payment_line="£5", bidding_rule="Another", reason=" ", by=town.lead, now=town.now)
    inviting.change_terms(town.cycle, payment_line="£5", bidding_rule="A new rule", reason="", by=town.lead, now=town.now)
    assert Minute.objects.filter(act="bidding rule").count() == 1
    with pytest.raises(Refused, match="Only"):
        inviting.change_terms(town.cycle, payment_line="£9", bidding_rule="x", reason="x", by=town.facilitator, now=town.now)


def test_somebody_new_without_an_address_gets_a_link_shown_once(room, client):
    address = f"/w/{room.workshop.slug}/invitations/"
    data = {"name": "Oma", "email": "", "standing": "resident", "group": "citizen", "organisation": "", "capacity": ""}
    lead = room.town.client(room.town.lead)
    answer = lead.post(address, data).content.decode()
    link = next(word for word in answer.replace("<", " ").split() if "/invited/" in word).split("testserver")[1]
    assert client.get(link).status_code == 200
    assert "/invited/" not in lead.get(address).content.decode()
    assert lead.post(address, data | {"standing": "king"}).status_code == 422


@given(st.decimals(min_value=Decimal("0.5"), max_value=99, places=1), st.integers(1, 20))
def test_the_time_asked_is_said_without_needless_noughts(hours, parts):
    said = str(terms.time_asked(hours, parts))
    assert ".0 " not in said
    assert "E" not in said
    assert ("parts" in said) is (parts > 1)
