"""Needs and assets of earlier cycles are found before people are asked again (AN-17), quoted only by consent."""

from django.urls import reverse

from commissioning import assets, contributing, convening, looking_up, needs
from commissioning.models import Contribution
from tests.conftest import Town


def other_cycle(town, name="Last time"):
    plan = convening.CyclePlan(name, town.cycle.service.name, tuple(a.name for a in town.cycle.areas.all()), "Why", 3, "None, because")
    cycle = convening.open_cycle(plan, authority=town.authority, by=town.lead.user, now=town.now)
    lead = cycle.participants.get(user=town.lead.user)
    return Town(town.authority, cycle, lead, lead, lead, now=town.now)


def say(town, by, words, kind="need"):
    return contributing.contribute(cycle=town.cycle, by=by, kind=kind, text=words, key=town.key(), now=town.now)[0]


def found(town, words="a safe crossing for wheelchairs"):
    address = reverse("looking_up", args=[town.cycle.slug]) + "?words=" + words.replace(" ", "+")
    return town.client(user=town.lead.user).get(address).content.decode()


def test_an_17_needs_and_assets_of_earlier_cycles_of_the_same_area_are_found(town):
    before = other_cycle(town)
    needs.raise_need(before.cycle, statement="No safe crossing by the mill", by=before.lead, now=town.now)
    needs.raise_need(before.cycle, statement="Nowhere to sit", where="By the crossing", by=before.lead, now=town.now)
    assets.record_asset(before.cycle, what="Volunteers who help at the crossing", by=before.lead, now=town.now)
    needs.raise_need(town.cycle, statement="A crossing of this cycle", by=town.lead, now=town.now)
    page = found(town)
    assert "No safe crossing by the mill" in page
    assert "Nowhere to sit" in page, "what it is about is also where it is"
    assert "Volunteers who help at the crossing" in page
    assert "Same area" in page
    assert "Last time" in page
    assert "A crossing of this cycle" not in page, "that is on the list in front of everybody"


def test_needs_are_quoted_only_where_those_whose_words_they_are_agreed_and_only_once(town, other_town):
    before = other_cycle(town)
    cat, quiet = before.join("Cat"), before.join("Quin", consents=("take_part",))
    words = say(before, cat, "A crossing that beeps")
    needs.raise_need(before.cycle, statement="A crossing that beeps", contributions=[words], by=cat, now=town.now)
    said = say(before, quiet, "I fell at the crossing")
    needs.raise_need(before.cycle, statement="Somebody fell at the crossing", contributions=[said], by=before.lead, now=town.now)
    needs.raise_need(before.cycle, statement="My crossing", by=quiet, now=town.now)
    gone = say(before, cat, "The crossing I took back")
    needs.raise_need(before.cycle, statement="The crossing I took back", contributions=[gone], by=before.lead, now=town.now)
    Contribution.objects.filter(pk=gone.pk).update(withdrawn_at=town.now)
    needs.raise_need(other_town.cycle, statement="A crossing in another town", by=other_town.lead, now=town.now)
    page = found(town)
    assert page.count("A crossing that beeps") == 1
    for hidden in ("Somebody fell", "My crossing", "took back", "another town", "Cat", "Quin"):
        assert hidden not in page, hidden
    assert len(looking_up.earlier(town.cycle, "crossing")) == 1
