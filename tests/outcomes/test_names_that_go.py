"""A name that somebody took back, or that should never have been there, is handed out to nobody from then on."""

from decimal import Decimal

from django.test import Client

from commissioning import opening_pages, releasing
from commissioning.models import Consent, Minute
from workshops import claiming, scheduling


def opened(town):
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    return f"/open/{town.cycle.slug}/"


def test_an_organisation_named_after_somebody_leaves_the_kept_open_data_with_their_agreement(room):
    town = room.town
    jane = town.join("Jane", "vso", "Jane Roe Counselling")
    address = opened(town)
    assert "Jane Roe" in Client().get(f"{address}ocds.json").content.decode()
    Consent.objects.filter(participant=jane, kind="naming").update(given=False)
    for path in ("ocds.json", "ocds/releases/", "ocds/releases/1/"):
        answer = Client().get(f"{address}{path}")
        assert answer.status_code == 200
        assert "Jane Roe" not in answer.content.decode(), path
        assert "Harbour" in answer.content.decode(), "others stay named"
    assert "Jane Roe" in str(town.cycle.open_data.get(number=1).content), "what went out stays on record, handed out to nobody"


def test_inv_13_of_a_withdrawn_release_everybody_reads_when_and_why_and_not_its_title(town):
    given = releasing.Draft("What Mrs Smith costs us", "facts", "Too much")
    release = releasing.draft(town.cycle, given, key="r1", by=town.lead, now=town.now)
    releasing.send(release, seen=release.turn, by=town.lead, now=town.now)
    address = opened(town)
    pages = [f"/cycles/{town.cycle.slug}/releases/", f"/cycles/{town.cycle.slug}/releases/{release.pk}/", address, f"{address}feed/"]
    assert "Mrs Smith" in Client().get(pages[0]).content.decode()
    releasing.withdraw(release, reason="It named somebody", by=town.lead, now=town.now)
    for page in pages:
        assert "Smith" not in Client().get(page).content.decode(), page
    for page in pages[:2]:
        shown = Client().get(page).content.decode()
        assert "It named somebody" in shown
        assert f"{town.now:%B %Y}" in shown
    assert "Mrs Smith" in town.client(town.lead).get(pages[1]).content.decode(), "officers still know which one it was"
    assert "Smith" not in Minute.objects.filter(cycle=town.cycle).latest("pk").what


def test_py_02_the_minutes_number_a_claim_and_name_nobody(room):
    town, cat = room.town, room.citizens[0]
    scheduling.arrange(room.workshop, scheduling.Arrangement(Decimal(2), rate=Decimal("12.50")), by=town.lead, now=town.now)
    room.workshop.refresh_from_db()
    made = claiming.claim(room.workshop, hours=Decimal(2), expenses=Decimal(0), expenses_for="", by=cat, now=town.now)
    claiming.decide(made, claiming.Decision("declined", reason="Paid before"), by=town.lead, now=town.now)
    lines = Minute.objects.filter(act__in=("claim", "decide claim")).order_by("pk")
    assert [line.what for line in lines] == [f"Claim {made.pk} was made", f"Claim {made.pk}: Declined"]
    assert lines[0].by is None
    assert not any("Cat" in line.what for line in lines)
