"""What people are told before they speak, and what is never asked of them."""

import re

import pytest
from django.test import Client

from commissioning import answering, convening
from commissioning.models import Contribution
from tests.stack import ROOT


def test_an_16_what_is_decided_open_and_out_of_scope_stands_before_the_first_prompt(room):
    town = room.town
    for kind, text in (("decided", "The budget is fixed"), ("open", "What it is spent on"), ("out", "School places")):
        convening.add_scope_item(town.cycle, kind=kind, text=text, by=town.lead, now=town.now)
    page = Client().get(f"/join/{room.workshop.spoken_code}/").content.decode()
    first_prompt = page.index("<form", page.index("<main"))
    for text in ("The budget is fixed", "What it is spent on", "School places"):
        assert text in page
    inside = town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "The budget is fixed" in inside
    assert first_prompt > 0


def test_an_16_a_line_can_be_asked_about_and_the_answer_stands_beside_it(room):
    town, asker = room.town, room.citizens[0]
    item = convening.add_scope_item(town.cycle, kind="decided", text="The budget is fixed", by=town.lead, now=town.now)
    address = f"/cycles/{town.cycle.slug}/scope/{item.pk}/ask/"
    for _ in range(2):
        assert town.client(asker).post(address, {"text": "Who fixed it?", "key": "k"}).status_code == 302
    asked = Contribution.objects.get(text="Who fixed it?")
    answering.answer([asked], status="used", reason="The council, in March.", by=town.lead, now=town.now)
    page = town.client(room.vsos[0]).get(f"/cycles/{town.cycle.slug}/").content.decode()
    assert "Who fixed it?" in page
    assert "The council, in March." in page
    assert town.client(asker).post(f"/cycles/{town.cycle.slug}/scope/{item.pk + 99}/ask/", {"text": "x"}).status_code == 404
    assert town.client(asker).post(address, {"text": " ", "key": "z"}).status_code == 409


def test_ps_02_every_workshop_lists_the_rights_and_calls_no_vote_a_decision(room):
    cycle = room.town.cycle
    for address in (f"/cycles/{cycle.slug}/", f"/w/{room.workshop.slug}/"):
        page = room.town.client(room.citizens[0]).get(address).content.decode()
        for right in (cycle.who_votes, cycle.who_decides, cycle.authority_keeps):
            assert right in page, (address, right)
    spoken = re.compile(r"the (vote|ballot|room|workshop) (has )?decide[ds]", re.IGNORECASE)
    for path in (ROOT / "templates" / "workshops").rglob("*.html"):
        assert not spoken.search(path.read_text()), path


@pytest.mark.parametrize("floor", ["commissioning", "workshops", "outcomes"])
def test_vs_06_nobody_is_ever_asked_to_pay(floor):
    asked = re.compile(r"card number|sort code|pay (us|now|to join|to take part)|joining fee|ticket price", re.IGNORECASE)
    for path in [*(ROOT / floor).rglob("*.py"), *(ROOT / "templates" / floor).rglob("*.html")]:
        assert not asked.search(path.read_text()), path
