"""Suppliers that come onto the map late, releases that were taken back, organisations that become one: nobody is left behind."""

from datetime import timedelta

import pytest
from django.test import Client

from commissioning import contacting, meaning, provider_import, providers, register, registering, releasing, shaping
from commissioning.convening import CyclePlan, open_cycle
from commissioning.models import Cycle, Delivery, Means, Membership, Minute, Organisation, ProviderEntry, Release
from commissioning.providers import Draft
from commissioning.sentences import Refused

PDF = b"%PDF-1.7 budget"


def released(town, title="What we might buy"):
    made = releasing.draft(town.cycle, releasing.Draft(title, "facts", "Help on Fridays"), key=town.key(), by=town.lead, now=town.now)
    releasing.send(made, seen=made.turn, by=town.lead, now=town.now)
    return made


def had_by(name):
    return list(Delivery.objects.filter(organisation__name=name, about="release").values_list("release__title", "later"))


def by_officer(town):
    providers.add(town.cycle, Draft("Night Owls"), by=town.lead, now=town.now)


def by_file(town):
    kept = provider_import.bring(town.cycle, name="list.csv", data=b"Name,Size\nNight Owls,small\n", by=town.lead, now=town.now)
    provider_import.bring_in(kept, {}, by=town.lead, now=town.now)


def by_itself(town):
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    providers.put_itself(town.cycle, Draft("Night Owls"), now=town.now)


@pytest.mark.parametrize("comes", [by_officer, by_file, by_itself])
def test_inv_13_who_comes_onto_the_map_has_every_earlier_release_at_once(town, comes):
    released(town)
    comes(town)
    assert had_by("Night Owls") == [("What we might buy", True)]
    assert registering.catch_up(town.cycle, now=town.now) == 0, "nothing is left for the sweep"


def test_inv_13_who_comes_back_onto_the_map_gets_what_went_out_meanwhile(town):
    by_officer(town)
    entry = ProviderEntry.objects.get()
    providers.take_off(entry, because="Closed for now", by=town.lead, now=town.now)
    released(town)
    assert had_by("Night Owls") == []
    by_officer(town)
    assert had_by("Night Owls") == [("What we might buy", True)]


def test_fs_08_what_one_was_given_can_be_given_to_all_again_after_it_was_withdrawn(town):
    val = town.join("Val", "vso", "Harbour")
    met = contacting.Met("visit", "Val", town.now, "We showed it", None, (("budget.pdf", PDF),))
    contact = contacting.log(town.cycle, val.organisation, met, key="v", by=town.lead, now=town.now)
    officer, address = town.client(town.lead), f"/cycles/{town.cycle.slug}/contacts/"
    press = {"act": "even_out", "contact": contact.pk}
    for _ in range(2):
        officer.post(address, press)
    first = Release.objects.get()
    button = "Make a release of it for everybody"
    assert button not in officer.get(address).content.decode(), "one is begun"
    releasing.send(first, seen=first.turn, by=town.lead, now=town.now)
    releasing.withdraw(first, reason="The wrong year", by=town.lead, now=town.now + timedelta(minutes=1))
    shown = officer.get(address).content.decode()
    assert "Withdrawn" in shown
    assert button in shown
    assert button not in town.client(val).get(address).content.decode()
    for _ in range(2):
        answer = officer.post(address, press)
    second = Release.objects.exclude(pk=first.pk).get()
    assert answer.headers["Location"].endswith(f"/releases/{second.pk}/")
    assert (second.state, second.files.get().sha256) == ("draft", contact.files.get().sha256)
    assert button not in officer.get(address).content.decode()
    releasing.withdraw(second, reason="Not yet", by=town.lead, now=town.now + timedelta(minutes=2))
    officer.post(address, press)
    assert Release.objects.filter(state="draft").count() == 1


@pytest.mark.parametrize(
    ("page", "form"),
    [
        (
            "contacts/",
            {"key": "c1", "kind": "call", "who": "Val", "happened_at": "2999-01-01T10:00", "minutes": "20", "summary": "They asked"},
        ),
        ("releases/recipients/", {"channel": "email", "where": "nobody at all"}),
    ],
)
def test_what_is_refused_leaves_no_organisation_behind(town, page, form):
    before = set(Organisation.objects.values_list("name", flat=True))
    answer = town.client(town.lead).post(f"/cycles/{town.cycle.slug}/{page}", form | {"organisation": "Stray"})
    assert answer.status_code in (409, 422)
    assert set(Organisation.objects.values_list("name", flat=True)) == before


@pytest.mark.parametrize("last", ["going", "staying"])
def test_two_that_become_one_say_once_what_they_can_manage_and_the_last_word_counts(town, last):
    val, vic = town.join("Val", "vso", "Harbour", invited=True), town.join("Vic", "vso", "Doorstep", invited=True)
    later = {"going": vic, "staying": val}[last]
    for person, cash in ((val, 1000), (vic, 2000)):
        at = town.now + timedelta(hours=person is later)
        shaping.say_means(town.cycle, cash=cash, yearly=10 * cash, days=30, by=person, now=at)
    register.merge(vic.organisation, val.organisation, why="They joined", cycle=town.cycle, by=town.lead, now=town.now)
    means = Means.objects.get()
    assert (means.organisation, means.cash) == (val.organisation, 2000 if later is vic else 1000)
    assert shaping.look(town.cycle, officers=True).answered == 1


def test_what_is_typed_for_a_new_cycle_is_cleaned_like_everything_else(town):
    by = Membership.objects.get(authority=town.authority).user
    plan = CyclePlan(
        title="Bus\0es\x07 for\u202e all",
        service="He\0lp",
        areas=("Qu\x00ay", "Quay", "\x01"),
        purpose="More\0 buses\nplease",
        level=4,
        payment_line="None\x02, because",
        contact="Lee\0",
        scope=(("open", "What\0 changes"),),
    )
    made = open_cycle(plan, authority=town.authority, by=by, now=town.now)
    made.refresh_from_db()
    assert (made.title, made.service.name, made.purpose, made.payment_line, made.contact) == (
        "Buses for all",
        "Help",
        "More buses\nplease",
        "None, because",
        "Lee",
    )
    assert list(made.areas.values_list("name", flat=True)) == ["Quay"]
    assert made.scope.get().text == "What changes"
    with pytest.raises(Refused):
        open_cycle(CyclePlan("\0\x01", "Help", ("Quay",), "x", 4, "None"), authority=town.authority, by=by, now=town.now)


def test_a_version_kept_while_somebody_loads_the_page_does_not_break_it(town, monkeypatch):
    """The remark beside it is read after the versions were."""
    kept = meaning.Draft({"commissioner": "At a meeting", "citizen": "At a meeting"}, town.now.date(), words="Jobs here")
    read = meaning.said_about

    def another_was_kept(remarks):
        if not Minute.objects.filter(act="concern").exists():
            made = meaning.agree(town.cycle, kept, by=town.lead, now=town.now)
            meaning.disagree(made, text="Not for us", key="k", by=town.join("Cat"), now=town.now)
        return read(remarks)

    monkeypatch.setattr(meaning, "said_about", another_was_kept)
    address = f"/cycles/{town.cycle.slug}/meaning/"
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    assert Client().get(address).status_code == 200
    assert "Not for us" in town.client(town.lead).get(address).content.decode()
