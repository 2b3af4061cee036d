"""When a supplier is reached another way, the address it was reached at until then hears of it."""

import pytest
from django.test import Client

from commissioning import opening_pages, reaching, release_letters
from commissioning.models import Organisation, Recipient
from commissioning.people import find_or_add_organisation


@pytest.fixture
def doorstep(town):
    found = find_or_add_organisation(town.authority, "Doorstep")
    reaching.register(town.cycle, found, channel="email", where="vic@doorstep.example", by=town.lead, now=town.now)
    return found


def moved(town, supplier, posted, **way):
    address = f"/cycles/{town.cycle.slug}/releases/recipients/"
    sent = way | {"organisation": str(supplier)}
    return posted(lambda: town.client(user=town.lead.user).post(address, sent))


def test_a_supplier_whose_e_mails_stop_is_told_at_the_address_they_went_to(town, doorstep, posted):
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    (letter,) = moved(town, doorstep, posted, channel="screen", where="")
    assert letter.to == ["vic@doorstep.example"]
    assert "another way" in letter.subject
    assert "On screen" in letter.body
    link = letter.body.strip().splitlines()[-1]
    assert Client().get(link).status_code == 200
    assert moved(town, doorstep, posted, channel="screen", where="") == [], "the same again is no news"
    assert moved(town, doorstep, posted, channel="email", where="vic@doorstep.example") == [], "more than before is no loss"


def test_an_address_that_is_replaced_is_told_and_never_the_new_one(town, doorstep, posted):
    (letter,) = moved(town, doorstep, posted, channel="email", where="eve@rival.example")
    assert letter.to == ["vic@doorstep.example"]
    assert "eve@rival.example" not in letter.body
    assert "http" not in letter.body, "the page is not public: a link would lead nowhere"
    assert Organisation.objects.get(name="Doorstep") == doorstep


def test_a_change_that_was_taken_back_before_the_letter_went_is_no_letter(town, doorstep, mailoutbox):
    row = Recipient.objects.get(organisation=doorstep)
    release_letters.tell_of_change(row.pk, "vic@doorstep.example")
    release_letters.tell_of_change(10**9, "vic@doorstep.example")
    assert mailoutbox == []
