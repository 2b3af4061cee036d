"""An organisation renamed or merged: nothing is lost, no vote is doubled or swallowed, and the minutes say who, when and why."""

from datetime import date

import pytest
from django.apps import apps

from commissioning import needs, people, provider_import, provider_map, providers, reaching, register, registering
from commissioning.models import FormerName, Minute, Organisation, Participant, ProviderEntry, Ranking
from commissioning.providers import Draft, Sent
from commissioning.sentences import Refused
from workshops import inviting, prioritising, voting
from workshops.models import Letter, Seat


@pytest.fixture
def harbour(room):
    return Organisation.objects.get(name="Harbour")


@pytest.fixture
def doorstep(room):
    return Organisation.objects.get(name="Doorstep")


def merge(room, going, staying, why="They joined in May"):
    return register.merge(going, staying, why=why, cycle=room.town.cycle, by=room.town.lead, now=room.town.now)


def test_an_06_a_renamed_organisation_is_still_found_by_its_old_name(room, harbour):
    providers.add(room.town.cycle, Draft("Harbour"), by=room.town.lead, now=room.town.now)
    client = room.town.client(room.town.lead)
    address = f"/cycles/{room.town.cycle.slug}/organisations/{harbour.pk}/"
    values = {"name": "Harbour Youth Trust", "kind": "vso", "size": "large", "scheme": "", "identifier": ""}
    silent = client.post(address, values)
    assert silent.status_code == 422
    assert "Say why the name changes" in silent.content.decode()
    assert client.post(address, values | {"why": "New name since May"}).status_code == 302
    assert "until" in client.get(address).content.decode()
    line = Minute.objects.get(act="organisation")
    assert (line.what, line.why, line.by) == ("Harbour is now called Harbour Youth Trust", "New name since May", room.town.lead)
    assert people.find_or_add_organisation(room.town.authority, "harbour") == harbour
    kept = provider_import.bring(room.town.cycle, name="x.csv", data=b"name\nHarbour\n", by=room.town.lead, now=room.town.now)
    assert provider_import.bring_in(kept, {}, by=room.town.lead, now=room.town.now) == 0
    assert Organisation.objects.filter(name__icontains="harbour").count() == 1


def test_an_06_a_merged_organisation_takes_people_map_letters_and_log_with_it(room, harbour, doorstep, posted):
    town = room.town
    for name, group in (("Harbour", "Tenants"), ("Doorstep", "Students")):
        entry = providers.add(town.cycle, Draft(name, labels={"group": [group]}), by=town.lead, now=town.now)
        providers.log_sent(town.cycle, [entry], Sent(f"To {name}", "post", date(2026, 1, 5)), key="k", by=town.lead, now=town.now)
    Organisation.objects.filter(pk=doorstep.pk).update(scheme="GB-CHC", identifier="1089464", size="small")
    posted(lambda: inviting.invite(room.workshop, room.vsos, by=town.lead, now=town.now))
    letters = Letter.objects.count()
    client = town.client(town.lead)
    address = f"/cycles/{town.cycle.slug}/organisations/{doorstep.pk}/join/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"staying": harbour.pk, "why": "They joined in May"}).status_code == 302
    assert Letter.objects.count() == letters
    assert {p.organisation for p in Participant.objects.filter(group="vso")} == {harbour}
    (entry,) = provider_map.entries_of(town.cycle)
    assert {label.name for label in entry.labels.all()} == {"Tenants", "Students"}
    log = providers.log_of(provider_map.organisations_by_entry(town.cycle)[harbour.pk])
    assert {line.what for line in log} == {"To Harbour", "To Doorstep"}
    harbour.refresh_from_db()
    doorstep.refresh_from_db()
    assert (harbour.identifier, harbour.size, doorstep.identifier, doorstep.merged_into) == ("1089464", "small", "", harbour)
    former = FormerName.objects.get()
    assert (former.name, former.identifier, former.merged, former.why) == ("Doorstep", "1089464", doorstep, "They joined in May")
    assert Minute.objects.filter(cycle=town.cycle, what="Doorstep is now part of Harbour", why="They joined in May", by=town.lead).exists()
    # Whoever uses the old name, or brings the old list, finds the one that stays.
    assert people.find_or_add_organisation(town.authority, "Doorstep") == harbour
    kept = provider_import.bring(town.cycle, name="x", data=b"name,charity number\nDoorstep,1089464\n", by=town.lead, now=town.now)
    assert provider_import.bring_in(kept, {}, by=town.lead, now=town.now) == 0
    assert client.get(address).status_code == 404


def test_an_06_only_one_of_them_on_a_map_its_entry_changes_hands(room, harbour, doorstep):
    entry = providers.add(room.town.cycle, Draft("Doorstep"), by=room.town.lead, now=room.town.now)
    merge(room, doorstep, harbour)
    entry.refresh_from_db()
    assert (entry.organisation, entry.joined_into) == (harbour, None)
    assert ProviderEntry.objects.count() == 1


def test_inv_22_two_that_both_vote_in_an_open_ballot_cannot_become_one(room, harbour, doorstep):
    town = room.town
    ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0]))
    town.vote(ballot, "support", room.vsos[0])
    town.vote(ballot, "cannot", room.vsos[1], reason="No money")
    with pytest.raises(Refused, match="both have a vote in a ballot that is open"):
        merge(room, doorstep, harbour)
    assert Participant.objects.filter(organisation=doorstep).exists()
    address = f"/cycles/{town.cycle.slug}/organisations/{doorstep.pk}/join/"
    answer = town.client(town.lead).post(address, {"staying": harbour.pk, "why": "They joined"})
    assert answer.status_code == 422
    assert "They joined" in answer.content.decode()
    voting.close_ballot(ballot, by=town.facilitator, now=town.now)
    merge(room, doorstep, harbour)
    seats = Seat.objects.filter(ballot=ballot, group="vso").values_list("organisation__name", "choice")
    assert sorted(seats) == [("Doorstep", "cannot"), ("Harbour", "support")]  # two organisations voted, and the record says so
    again = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[1], "Another"))
    assert Seat.objects.filter(ballot=again, group="vso").count() == 1


def test_inv_22_a_seat_in_an_open_ballot_goes_along_when_only_one_of_them_has_it(room, harbour):
    town = room.town
    newer = Organisation.objects.create(authority=town.authority, name="Harbour Trust")
    ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0]))
    merge(room, harbour, newer)
    assert Seat.objects.get(ballot=ballot, organisation=newer).choice == ""
    room.vsos[0].refresh_from_db()
    town.vote(ballot, "support", room.vsos[0])
    assert Seat.objects.get(ballot=ballot, organisation=newer).choice == "support"


def test_an_06_merging_needs_a_reason_the_right_register_and_two(room, other_town, harbour, doorstep):
    elsewhere = Organisation.objects.create(authority=other_town.authority, name="Elsewhere")
    with pytest.raises(Refused, match="Write something first"):
        merge(room, doorstep, harbour, why="  ")
    for wrong in ((doorstep, doorstep), (doorstep, elsewhere), (elsewhere, harbour)):
        with pytest.raises(Refused):
            merge(room, *wrong)
    with pytest.raises(Refused):
        register.merge(doorstep, harbour, why="x", cycle=room.town.cycle, by=room.citizens[0], now=room.town.now)
    merge(room, doorstep, harbour)
    with pytest.raises(Refused, match="part of another organisation now"):
        merge(room, doorstep, harbour)
    assert room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/organisations/{harbour.pk}/join/").status_code == 404


def test_an_06_merging_meets_everything_on_any_floor_that_names_an_organisation(db):
    """A new table that names an organisation moves by the rule of the ground floor unless its own floor says otherwise."""
    known = {link.field.model._meta.label for link in register._links()}
    known |= {"commissioning.FormerName", "commissioning.ProviderEntry", "commissioning.Organisation"}
    for model in apps.get_models(include_auto_created=True):
        if any(f.is_relation and f.many_to_one and f.related_model is Organisation for f in model._meta.get_fields()):
            assert model._meta.label in known
    assert set(register.MOVERS) <= known
    voices = {"workshops.Seat", "workshops.Opinion", "workshops.Dots", "workshops.Choice", "commissioning.Ranking"}
    delivering = {"outcomes.AwardParty", "outcomes.MemorandumParty", "outcomes.WishToWork", "outcomes.CapacityReceived"}
    assert set(register.MOVERS) == voices | delivering | {"commissioning.Means"}


def test_inv_22_two_that_both_ranked_needs_cannot_become_one_until_it_is_counted(room, harbour, doorstep):
    town = room.town
    listed = [needs.raise_need(town.cycle, statement=f"Need {n}", by=town.lead, now=town.now) for n in (1, 2)]
    round_ = prioritising.open_ranking(town.cycle, criteria=["How many?"], chosen=listed, by=town.lead, now=town.now)
    for person in (*room.vsos, *room.citizens):
        prioritising.rank(round_, {listed[0].pk: 1, listed[1].pk: 2}, by=person, now=town.now)
    with pytest.raises(Refused, match="have both spoken"):
        merge(room, doorstep, harbour)
    Ranking.objects.filter(organisation=harbour).delete()
    merge(room, doorstep, harbour)
    assert [r.organisation for r in Ranking.objects.exclude(organisation=None)] == [harbour], "alone, it goes along"


def test_an_06_who_is_on_the_map_stays_on_it_when_the_other_was_taken_off(room, harbour, doorstep):
    town = room.town
    gone = providers.add(town.cycle, Draft("Harbour", reach_at="By the bridge"), by=town.lead, now=town.now)
    providers.take_off(gone, because="Closed for now", by=town.lead, now=town.now)
    providers.add(town.cycle, Draft("Doorstep", channel="email", reach_at="d@example.org"), by=town.lead, now=town.now)
    merge(room, doorstep, harbour)
    (entry,) = provider_map.entries_of(town.cycle)
    assert (entry.organisation, entry.channel, entry.reach_at) == (harbour, "email", "d@example.org")


def test_inv_13_the_one_that_went_is_no_supplier_any_more(room, harbour, doorstep):
    town = room.town
    for one in (harbour, doorstep):
        reaching.register(town.cycle, one, channel="email", where=f"{one.pk}@example.org", by=town.lead, now=town.now)
    merge(room, doorstep, harbour)
    assert [one.organisation for one in registering.registered_in(town.cycle)] == [harbour]
