"""The public page, the list of cycles and the feed: found by somebody nobody invited, with nothing that is not for everybody."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import asking, convening, opening_pages, releasing
from commissioning.models import Cycle, Minute, Organisation, Participant
from commissioning.sentences import Refused
from outcomes import adopting, finding, specifying
from tests.workshops.test_procurement import ready, set_day
from workshops import agreeing, inviting, promising
from workshops.models import Workshop

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def public(room):
    opening_pages.open_page(room.town.cycle, by=room.town.lead, now=room.town.now)
    return room


def page_of(room, who=None):
    client = room.town.client(who) if who else Client()
    return client.get(f"/open/{room.town.cycle.slug}/")


def adopt(room, text="People feel safe.", consents=True):
    town = room.town
    proposal = town.propose(room.workshop, room.citizens[0], text)
    ballot = town.ballot(room.workshop, proposal, percent=50)
    town.vote(ballot, "support", *room.everybody)
    town.move(room.workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    placing = adopting.Placing("Safety", "everybody")
    adopting.decide(
        agreement,
        answer="adopted",
        reason="It is what we heard.",
        decider_role="Cabinet member",
        by=town.decider,
        now=town.now,
        placing=placing,
    )
    return proposal


def test_an_13_a_logged_out_vso_finds_the_policy_or_the_sentence_that_there_is_none(public):
    page = page_of(public)
    assert page.status_code == 200
    text = page.content.decode()
    assert "no policy adopted yet" in text
    assert "Priorities: not decided yet" in text
    assert text.index('id="policy"') > 0


def test_pn_03_what_is_not_decided_says_so_on_the_page_instead_of_404(town):
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    text = Client().get(f"/open/{town.cycle.slug}/").content.decode()
    for sentence in (
        "no policy adopted yet",
        "No workshop is planned yet",
        "Nothing has been answered yet",
        "Not decided yet. It is shown here once it is signed off",
        "No promise has been made yet",
        "No duty is recorded here yet",
        "Nothing has been given out yet",
        "No question has been answered here yet",
        "Not decided yet",
    ):
        assert sentence in text, sentence
    assert Client().get(f"/open/{town.cycle.slug}/notice/").status_code == 200


def test_fs_05_an_unlisted_vso_finds_the_session_publicly_and_joins_without_being_on_the_database(public):
    inviting.open_to(public.workshop, entry="anybody", by=public.town.lead, now=public.town.now)
    visitor = Client()
    found = visitor.get("/open/", {"now": "yes"}).content.decode()
    assert f"/open/{public.town.cycle.slug}/" in found
    text = visitor.get(f"/open/{public.town.cycle.slug}/").content.decode()
    assert public.town.cycle.payment_line in text
    assert "about 2 hours" in text.lower()
    way_in = f"/join/{public.workshop.spoken_code}/"
    assert way_in in text
    assert not Organisation.objects.filter(name="Nobody’s list").exists()
    said = {"name": "Una", "standing": "vso", "organisation": "Nobody’s list", "interest": "none", "consents": ["take_part"]}
    assert visitor.post(way_in, said).status_code == 302
    assert Participant.objects.get(display_name="Una").organisation.name == "Nobody’s list"
    assert visitor.get(f"/w/{public.workshop.slug}/").status_code == 200


def test_the_code_is_public_only_for_a_workshop_that_is_open_to_anybody(public):
    assert public.workshop.spoken_code not in page_of(public).content.decode()
    assert "People who are invited" in page_of(public).content.decode()
    inviting.open_to(public.workshop, entry="anybody", by=public.town.lead, now=public.town.now)
    assert public.workshop.spoken_code in page_of(public).content.decode()
    Workshop.objects.filter(pk=public.workshop.pk).update(closed_at=public.town.now)
    assert public.workshop.spoken_code not in page_of(public).content.decode()
    assert not finding.open_to_anybody(public.town.now).exists()


@pytest.mark.parametrize("change", [{"code_expires_at": -1}, {"closes_at": -1, "opens_at": -2}, {"called_off_because": "Snow"}])
def test_a_code_that_opens_nothing_any_more_is_not_shown(public, change):
    inviting.open_to(public.workshop, entry="anybody", by=public.town.lead, now=public.town.now)
    said = {name: public.town.now + timedelta(days=value) if isinstance(value, int) else value for name, value in change.items()}
    Workshop.objects.filter(pk=public.workshop.pk).update(**said)
    assert public.workshop.spoken_code not in page_of(public).content.decode()


def test_who_can_join_is_said_on_the_page_of_invitations(room):
    client = room.town.client(room.town.lead)
    address = f"/w/{room.workshop.slug}/invitations/who-can-join/"
    assert client.post(address, {"entry": "everybody"}).status_code == 409
    assert client.post(address, {"entry": "anybody"}).status_code == 302
    assert b"Anybody: the public page shows how to join" in client.get(f"/w/{room.workshop.slug}/invitations/").content
    room.workshop.refresh_from_db()
    assert room.workshop.entry == "anybody"
    assert room.town.client(room.citizens[0]).post(address, {"entry": "invited"}).status_code == 409


def test_a_page_is_there_for_everybody_only_once_it_is_published_and_until_it_is_taken_back(room):
    town = room.town
    addresses = [f"/open/{town.cycle.slug}/{rest}" for rest in ("", "feed/", "notice/", "ocds.json")]
    assert {Client().get(address).status_code for address in addresses} == {404}
    assert page_of(room, room.citizens[0]).status_code == 200, "people of the cycle can look ahead"
    lead = town.client(town.lead)
    listed = lead.get(f"/cycles/{town.cycle.slug}/public-page/").content.decode()
    for words in (town.cycle.purpose, town.cycle.payment_line, room.workshop.title, "Harbour", "What changes"):
        assert words in listed, f"{words} is listed before pressing"
    assert lead.post(f"/cycles/{town.cycle.slug}/public-page/", {"act": "publish"}).status_code == 302
    assert lead.post(f"/cycles/{town.cycle.slug}/public-page/", {"act": "publish"}).status_code == 302
    assert Minute.objects.filter(cycle=town.cycle, act="open page").count() == 1
    assert {Client().get(address).status_code for address in addresses} == {200}
    assert lead.post(f"/cycles/{town.cycle.slug}/public-page/", {"act": "take back", "reason": ""}).status_code == 409
    assert lead.post(f"/cycles/{town.cycle.slug}/public-page/", {"act": "take back", "reason": "Too early"}).status_code == 302
    assert {Client().get(address).status_code for address in addresses} == {404}
    assert Minute.objects.get(cycle=town.cycle, act="take back page").why == "Too early"


def test_only_whoever_convenes_publishes(room, other_town):
    for who in (room.citizens[0], room.town.decider):
        assert room.town.client(who).post(f"/cycles/{room.town.cycle.slug}/public-page/").status_code == 404
        with pytest.raises(Refused):
            opening_pages.open_page(room.town.cycle, by=who, now=room.town.now)
    with pytest.raises(Refused):
        opening_pages.open_page(room.town.cycle, by=other_town.lead, now=room.town.now)
    with pytest.raises(Refused):
        opening_pages.take_back(room.town.cycle, reason="x", by=room.town.lead, now=room.town.now)


def test_no_name_of_a_person_is_on_a_public_page(public):
    town = public.town
    adopt(public)
    promising.add_action(
        public.workshop,
        text="Open on Sundays",
        person=public.citizens[0],
        due=town.now.date(),
        how_we_know="Doors open",
        by=town.facilitator,
        now=town.now,
    )
    everything = "".join(
        Client().get(f"/open/{town.cycle.slug}/{rest}").content.decode() for rest in ("", "feed/", "notice/", "ocds.json", "ocds/releases/")
    )
    assert "Cabinet member" in everything
    for person in Participant.objects.filter(cycle=town.cycle):
        assert f">{person.display_name}<" not in everything
        assert person.display_name not in everything.split(), person.display_name
    assert "Lee Lead" not in everything


def test_words_of_somebody_who_did_not_agree_to_their_use_are_not_shown(public):
    town = public.town
    shy = town.join("Shy", consents=("take_part",))
    from workshops import attending

    attending.attend(public.workshop, shy, now=town.now)
    proposal = town.propose(public.workshop, shy, "Words that are mine")
    ballot = town.ballot(public.workshop, proposal, percent=50)
    town.vote(ballot, "support", *public.everybody)
    town.move(public.workshop, "agree")
    agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    adopting.decide(agreement, answer="not", reason="The law does not allow it.", decider_role="Member", by=town.decider, now=town.now)
    text = page_of(public).content.decode()
    assert "Words that are mine" not in text
    assert "The law does not allow it." in text


def test_the_page_says_what_was_answered_and_the_specification_once_it_is_signed_off(public):
    town = public.town
    adopt(public, "People feel safe on the way home.")
    town.collected()
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    specification = specifying.specification_of(town.cycle)
    specifying.compose(specification, by=town.lead, now=town.now)
    assert "signed off on" not in page_of(public).content.decode()
    version = specifying.sign_off(specification, by=town.lead, now=town.now)
    text = page_of(public).content.decode()
    assert "People feel safe on the way home." in text
    assert "It is what we heard." in text
    assert version.content_hash in text
    specifying.reopen(specification, reason="A fault", by=town.lead, now=town.now)
    assert version.content_hash not in page_of(public).content.decode(), "only what stands is shown"


def test_the_page_shows_duties_releases_and_answers_and_each_link_opens_for_a_stranger(public, later):
    town, lead = public.town, public.town.client(public.town.lead)
    before = page_of(public).content.decode()
    for words in ("No duty is recorded here yet", "Nothing has been given out yet", "No question has been answered here yet"):
        assert words in before
    ready(town)
    release = releasing.draft(
        town.cycle, releasing.Draft("Six lots by ward", "facts", "Paid in advance"), key="r", by=town.lead, now=town.now
    )
    assert releasing.send(release, seen=release.turn, by=town.lead, now=town.now)
    assert set_day(town, **{"set-despite": "The notice is published at noon."}).status_code == 302
    asked = asking.ask(town.cycle, text="Are travel costs paid?", key="t", by=public.vsos[0], now=town.now)
    assert "Are travel costs paid?" not in page_of(public).content.decode(), "only what is answered"
    lead.post(f"/cycles/{town.cycle.slug}/questions/{asked.number}/", {"text": "Yes, up to £20 a day."})
    text = page_of(public).content.decode()
    for part, words in (
        ("duties", "How what we buy could make life better"),
        ("releases", "Six lots by ward"),
        ("questions", "Yes, up to £20 a day."),
    ):
        section = text.split(f'id="{part}"')[1].split("</section>")[0]
        assert words in section, part
        links = re.findall(r'href="([^"]+)"', section)
        assert links, part
        assert [Client().get(link).status_code for link in links] == [200] * len(links), part
    releasing.withdraw(release, reason="Wrong year", by=town.lead, now=later(60))
    assert "Six lots by ward" not in page_of(public).content.decode()


def test_the_page_is_findable_and_the_two_pages_lead_to_each_other(public):
    text = page_of(public).content.decode()
    assert f"<title>{public.town.cycle.title}" in text.replace("\n", "")
    assert '<meta name="description" content="What should change?">' in text
    assert 'rel="canonical"' in text
    assert f'href="/open/{public.town.cycle.slug}/feed/"' in text
    assert f'href="/cycles/{public.town.cycle.slug}/"' not in text
    assert f'href="/cycles/{public.town.cycle.slug}/"' in page_of(public, public.citizens[0]).content.decode()
    inside = public.town.client(public.citizens[0]).get(f"/cycles/{public.town.cycle.slug}/").content.decode()
    assert f'href="/open/{public.town.cycle.slug}/"' in inside


def test_a_closed_cycle_keeps_its_page_and_nobody_can_join(public):
    inviting.open_to(public.workshop, entry="anybody", by=public.town.lead, now=public.town.now)
    Cycle.objects.filter(pk=public.town.cycle.pk).update(state="closed", closed_at=public.town.now)
    page = page_of(public)
    assert page.status_code == 200
    assert public.workshop.spoken_code not in page.content.decode()
    assert "This cycle is closed" in page.content.decode()


# The list


def found(**asked):
    return Client().get("/open/", asked).content.decode()


def test_pn_06_searching_tso_finds_what_is_said_of_vsos(public, other_town):
    Cycle.objects.filter(pk=public.town.cycle.pk).update(purpose="Voluntary organisations and young people plan help.", who_votes="All")
    opening_pages.open_page(other_town.cycle, by=other_town.lead, now=other_town.now)
    Cycle.objects.filter(pk=other_town.cycle.pk).update(purpose="Outsourcing roads.", who_votes="All", who_proposes="All")
    for asked in ("TSO", "vso", "third sector", "V.C.S.", "voluntary organisation", "TSO young"):
        text = found(q=asked)
        assert public.town.cycle.title in text, asked
        assert other_town.cycle.title not in text, asked


def test_the_list_is_filtered_by_area_stage_and_words_and_teaches_when_it_is_empty(public):
    title = public.town.cycle.title
    assert title in found()
    assert title in found(area="Quay", stage="analyse", q="BETTER service")
    assert "Nothing fits" in found(q="zebra")
    assert "Nothing fits" in found(stage="review")
    assert "Nothing fits" in found(area="Elsewhere")
    assert "Nothing fits" in found(now="yes")
    for nonsense in ({"stage": "x'--"}, {"page": "-1"}, {"page": "9" * 30}, {"q": "\0"}, {"q": "%"}, {"q": "x" * 5000}, {"q": "\u202e"}):
        assert Client().get("/open/", nonsense).status_code == 200
    Cycle.objects.update(public_at=None)
    assert "No authority has published anything here yet" in found()


def test_a_cycle_that_is_not_public_is_on_no_list(room):
    everything = found() + Client().get("/open/feed/").content.decode() + Client().get("/open/ocds.json").content.decode()
    assert room.town.cycle.title not in everything


def test_the_list_has_pages(public):
    for n in range(25):
        plan = convening.CyclePlan(f"Cycle {n}", "Help", ("Quay",), "Why", 3, "None, because it is short")
        cycle = convening.open_cycle(plan, authority=public.town.authority, by=public.town.lead.user, now=public.town.now)
        Cycle.objects.filter(pk=cycle.pk).update(public_at=public.town.now + timedelta(minutes=n))
    assert "Page 1 of 2" in found(area="Quay")
    assert "page=2&amp;area=Quay" in found(area="Quay")
    assert public.town.cycle.title in found(area="Quay", page=2)


def test_a_cycle_called_feed_does_not_hide_behind_the_feed(town):
    plan = convening.CyclePlan("Feed", "Help", ("Quay",), "Why", 3, "None, because it is short")
    assert convening.open_cycle(plan, authority=town.authority, by=town.lead.user, now=town.now).slug == "feed-2"


# The feed


def entries(address):
    answer = Client().get(address)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry"), answer


def test_the_feed_tells_what_happened_under_names_that_stay(public):
    town = public.town
    adopt(public)
    rows, answer = entries(f"/open/{town.cycle.slug}/feed/")
    ids = [row.find(f"{ATOM}id").text for row in rows]
    assert len(set(ids)) == len(ids) == 3, "opened, a workshop, an answer"
    assert all(town.cycle.slug in one for one in ids)
    again, __ = entries(f"/open/{town.cycle.slug}/feed/")
    assert [row.find(f"{ATOM}id").text for row in again] == ids
    assert [row.find(f"{ATOM}id").text for row in entries("/open/feed/")[0]] == ids
    same = Client().get(f"/open/{town.cycle.slug}/feed/", headers={"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_a_workshop_whose_date_changes_is_told_again_under_the_same_name(public):
    from workshops import scheduling

    address = f"/open/{public.town.cycle.slug}/feed/"
    key = f"workshop-{public.workshop.pk}"

    def row():
        return next(one for one in entries(address)[0] if one.find(f"{ATOM}id").text.endswith(key))

    before = row().find(f"{ATOM}updated").text
    later = public.town.now + timedelta(days=3)
    (date,) = scheduling.propose_dates(public.workshop, [later + timedelta(days=9)], by=public.town.facilitator, now=later)
    scheduling.choose_date(date, by=public.town.facilitator, now=later)
    assert row().find(f"{ATOM}updated").text > before


# Speed


def fill(room, rows):
    town = room.town
    town.move(room.workshop, "discuss")
    for n in range(rows):
        town.join(f"Org person {n}", "vso", f"Org {n}", consents=("take_part", "naming"))
        town.workshop()
        convening.add_scope_item(town.cycle, kind="open", text=f"Line {n}", by=town.lead, now=town.now)
        promising.add_action(
            room.workshop, text=f"Do {n}", person=room.citizens[0], due=town.now.date(), how_we_know="x", by=town.facilitator, now=town.now
        )
        plan = convening.CyclePlan(f"Cycle {n}", "Help", (f"Area {n}",), "Why", 3, "None, because it is short")
        cycle = convening.open_cycle(plan, authority=town.authority, by=town.lead.user, now=town.now)
        Cycle.objects.filter(pk=cycle.pk).update(public_at=town.now)


PAGES = {
    "/open/": 5,
    "/open/?q=help+TSO": 8,
    "/open/{c}/": 33,
    "/open/{c}/feed/": 11,
    "/open/feed/": 10,
    "/open/{c}/notice/": 14,
    "/open/{c}/ocds.json": 28,
    "/open/{c}/ocds/releases/": 29,
    "/open/ocds.json": 1,
}


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(public, rows):
    fill(public, rows)
    taken = {}
    for address in PAGES:
        client = Client()
        client.get(address.format(c=public.town.cycle.slug))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(c=public.town.cycle.slug)).status_code == 200
        taken[address] = len(queries)
    assert taken == PAGES, taken
