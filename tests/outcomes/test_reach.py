"""How far word came: mapped, invited, reached, took part, in the final text."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import people, provider_import, providers
from commissioning.models import Organisation, Outreach, ProviderEntry
from commissioning.providers import Draft, Sent
from outcomes import adopting, reach, specifying
from workshops import agreeing, attending, inviting
from workshops.models import Invitation, Letter


def put(town, *names, size="small"):
    return [providers.add(town.cycle, Draft(name, size), by=town.lead, now=town.now) for name in names]


def sent(town, entries, key, **more):
    what = Sent(**({"what": "Invitation", "route": "email", "day": date(2026, 1, 5), "invites": True} | more))
    return providers.log_sent(town.cycle, entries, what, key=key, by=town.lead, now=town.now)


def test_tr_03_4_of_22_small_vsos_received_nothing_with_names_for_officers_only(town):
    small = put(town, *(f"Small {n}" for n in range(22)))
    put(town, "Large", size="large")
    sent(town, ProviderEntry.objects.exclude(pk__in=[e.pk for e in small[:4]]), "first")
    sent(town, small[:1], "came back", came="failed", route="post")  # what came back reached nobody
    address = f"/cycles/{town.cycle.slug}/reach/"
    officer = town.client(town.lead).get(address).content.decode()
    other = town.client(town.join("Cat")).get(address).content.decode()
    for page in (officer, other):
        assert "4 of 22 small organisations on the map received nothing" in page
        assert "18 of 22" in page
        assert "The same as a table" in page
    assert "Small 3" in officer
    assert "Small 3" not in other
    assert town.client(town.join("Dan")).post(address, {}).status_code == 404


def test_tr_03_scenario_s3_26_mapped_5_received_nothing_and_it_goes_again_by_post_and_phone(town):
    names = ["City Advice Network,medium", "Hathersley CVS,medium", *(f"Advice {chr(65 + n)} {n * 7919},small" for n in range(24))]
    data = ("name,size,wants to hear by,contact\n" + "\n".join(f"{name},post,1 High Street" for name in names)).encode()
    kept = provider_import.bring(town.cycle, name="advice.csv", data=data, by=town.lead, now=town.now)
    choices = {one.row.line: "new" for one in provider_import.look(kept).rows}
    assert provider_import.bring_in(kept, choices, by=town.lead, now=town.now) == 26
    entries = list(ProviderEntry.objects.filter(cycle=town.cycle))
    sent(town, entries[:21], "by mail")
    found = reach.reach_in(town.cycle)
    assert (len(found.looks), len(found.unreached)) == (26, 5)
    client = town.client(town.lead)
    address = f"/cycles/{town.cycle.slug}/reach/"
    page = client.get(address).content.decode()
    assert "5 of 24 small organisations on the map received nothing" in page
    missed = [one.entry.pk for one in found.unreached]
    again = {"what": "The invitation, again", "came": "sent", "day": timezone.localdate().isoformat(), "invites": "yes"}
    client.post(address, again | {"entries": missed[:3], "route": "post", "key": "a"})
    client.post(address, again | {"entries": missed[3:], "route": "phone", "came": "opened", "key": "b"})
    client.post(address, again | {"entries": missed[:3], "route": "post", "key": "a"})  # sent twice
    found = reach.reach_in(town.cycle)
    assert found.unreached == []
    assert "Something was sent to every one of 26 organisations on the map" in client.get(address).content.decode()
    log = Outreach.objects.filter(entry__in=missed, by=town.lead).values_list("route", flat=True)
    assert sorted(log) == ["phone"] * 2 + ["post"] * 3
    assert found.counts("opened")["small"] == 2
    assert client.post(address, again | {"route": "post", "key": "c"}).status_code == 422


def test_tr_03_letters_and_answers_of_the_workshops_count_by_themselves(room):
    town = room.town
    put(town, "Harbour", "Doorstep", "Nobody Knows")
    val = room.vsos[0]
    inviting.invite(room.workshop, [val], by=town.lead, now=town.now)
    val.refresh_from_db()
    look = {one.organisation.name: one for one in reach.reach_in(town.cycle).looks}
    assert "sent" not in look["Harbour"].steps  # no account, so no letter went
    inviting.answer(val_invitation(val), said="come", by=val, now=town.now)
    who = people.Introduction("Wyn", "vso", "vso", organisation="Doorstep")
    inviting.bring_in(room.workshop, who, email="wyn@example.org", by=town.lead, now=town.now)
    look = {one.organisation.name: one for one in reach.reach_in(town.cycle).looks}
    assert "sent" not in look["Doorstep"].steps  # asked for, and not gone yet
    Letter.objects.update(sent_at=town.now)
    look = {one.organisation.name: one for one in reach.reach_in(town.cycle).looks}
    assert "sent" in look["Doorstep"].steps
    assert "opened" not in look["Doorstep"].steps
    assert look["Harbour"].steps >= {"mapped", "invited", "sent", "opened"}
    assert look["Nobody Knows"].steps == {"mapped"}


def val_invitation(person):
    return Invitation.objects.get(participant=person)


def clause_from(room, person):
    """A proposal of this person that became a clause."""
    town = room.town
    made = town.propose(room.workshop, person)
    ballot = town.ballot(room.workshop, made, least=0)
    town.vote(ballot, "support", *room.everybody)
    town.move(room.workshop, "agree")
    agreement = agreeing.record_agreement(made, state="agreed", by=town.facilitator, now=town.now)
    placing = adopting.Placing("Theme", "all")
    adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, now=town.now, placing=placing)
    specifying.compose(specifying.specification_of(town.cycle), by=town.lead, now=town.now)


def test_vs_03_share_of_small_organisations_mapped_invited_active_and_in_the_final_text(room):
    town = room.town
    entries = put(town, "Harbour", "Doorstep", "Third")
    put(town, "Big", size="large")
    Organisation.objects.filter(name__in=("Harbour", "Doorstep")).update(size="small")
    sent(town, entries[:2], "x")
    clause_from(room, room.vsos[0])
    found = reach.reach_in(town.cycle)
    assert [found.counts(step)["small"] for step in ("mapped", "invited", "sent", "took_part", "final")] == [3, 2, 2, 2, 1]
    assert found.counts("took_part")["large"] == 0
    chart = found.chart()
    row = next(r for r in chart.rows if r.label == "Their words are in the final text")
    assert row.cells == ("1 of 3", "0 of 1", "1 of 4")
    page = town.client(room.citizens[0]).get(f"/cycles/{town.cycle.slug}/reach/").content.decode()
    for words in ("3 of 3", "2 of 3", "1 of 3", "1 of 4"):
        assert words in page


def test_vs_03_words_under_the_group_only_count_for_no_organisation(room):
    from commissioning.models import Contribution

    put(room.town, "Harbour")
    clause_from(room, room.vsos[0])
    Contribution.objects.filter(participant=room.vsos[0]).update(attribution="group")
    assert reach.reach_in(room.town.cycle).counts("final")["unknown"] + reach.reach_in(room.town.cycle).counts("final")["small"] == 0


def test_m_25_the_same_funnel_for_citizens_with_small_groups_hidden(room):
    town = room.town
    citizens = [*room.citizens, *(town.join(f"C{n}") for n in range(4))]
    for person in citizens:
        attending.attend(room.workshop, person, now=town.now)
    inviting.invite(room.workshop, citizens, by=town.lead, now=town.now)
    clause_from(room, citizens[0])
    lines = {title: (dict(cells), total) for title, cells, total in reach.reach_in(town.cycle).citizen_lines()}
    assert lines["Invited"] == ({"Uses the service": 0, "Parent or carer": 0, "Lives in the area": 6}, 6)
    assert lines["Took part"][0]["Lives in the area"] == 6
    assert lines["Their words are in the final text"] == ({"Uses the service": 0, "Parent or carer": 0, "Lives in the area": None}, None)
    page = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/reach/").content.decode()
    assert "fewer than five" in page


def test_m_25_who_takes_part_and_is_not_on_the_map_is_said(room):
    put(room.town, "Harbour")
    assert reach.reach_in(room.town.cycle).not_mapped == ["Doorstep"]
    assert (
        "takes part and is not on the map"
        in room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/reach/").content.decode()
    )


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_the_funnel(room, rows):
    entries = put(room.town, *(f"Org {n}" for n in range(rows)))
    sent(room.town, entries, "x")
    people = [room.town.join(f"P{n}", "vso", f"Org {n}") for n in range(rows)]
    inviting.invite(room.workshop, people, by=room.town.lead, now=room.town.now)
    taken = []
    for address in ("reach", "stakeholders"):
        client = room.town.client(room.town.lead)
        client.get(f"/cycles/{room.town.cycle.slug}/{address}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cycles/{room.town.cycle.slug}/{address}/").status_code == 200
        taken.append(len(queries))
    assert taken == [17, 8]
