"""Regions: the same file in page, reply and broadcast; no field in them, nothing personal; a fixed number of queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workshops import agreeing, facilitating, proposing, regions, voting
from workshops.models import Action, Workshop

FORBIDDEN = re.compile(r"<(input|textarea|select|form|script|button)\b|\son\w+=|hx-on|csrfmiddlewaretoken", re.IGNORECASE)


def full_room(room):
    """A room with something of every kind in it; returns what an act of each kind does."""
    town, workshop = room.town, room.workshop
    proposing.add_idea(workshop, kind="need", text="Nowhere to go", by=room.citizens[1], key="i", now=town.now)
    proposal = town.propose(workshop, room.vsos[0])
    proposing.comment(proposal, text="Yes", by=room.citizens[0], key="c", now=town.now)
    return proposal


def drawn(workshop, audience=regions.PARTICIPANT):
    __, html = regions.render(workshop.pk, regions.all_names(workshop.pk), audience)
    return html


@pytest.mark.parametrize("audience", [regions.audience_in(who, language) for who in regions.AUDIENCES for language in regions.LANGUAGES])
def test_nothing_in_a_region_can_be_typed_in_or_run(room, audience):
    proposal = full_room(room)
    ballot = room.town.ballot(room.workshop, proposal)
    assert not FORBIDDEN.search(drawn(room.workshop, audience))
    room.town.vote(ballot, "cannot", *room.everybody, reason="No")
    room.town.move(room.workshop, "agree")
    assert not FORBIDDEN.search(drawn(room.workshop, audience))


def test_nothing_personal_is_broadcast(room):
    shy = room.town.join("Secret Name", consents=("take_part",))
    room.town.client(shy)
    proposing.add_idea(room.workshop, kind="need", text="A quiet room", by=shy, key="s", now=room.town.now)
    proposal = full_room(room)
    ballot = room.town.ballot(room.workshop, proposal)
    room.town.vote(ballot, "cannot", room.citizens[0], reason="Private until the close")
    html = drawn(room.workshop)
    assert "Secret Name" not in html
    assert "Private until the close" not in html
    assert "Your vote" not in html


def elements(html: str) -> dict[str, str]:
    """Each region by its id, white space folded."""
    return {
        m.group(1): re.sub(r"\s+", " ", m.group(0))
        for m in re.finditer(r'<(?:section|span)[^>]* id="([a-z]+-\d+)".*?</(?:section|span)>(?=\s*(?:<|$))', html, re.DOTALL)
    }


def acts(room):
    """Every act of the room, one after another, each as a name and a thing to do."""
    town, workshop, now = room.town, room.workshop, room.town.now
    made = {}

    def do(name, work):
        return name, lambda: made.__setitem__(name, work())

    yield do(
        "idea",
        lambda: proposing.add_idea(workshop, kind="idea", text="A late bus", by=room.citizens[0], key="1", now=now),
    )
    yield do(
        "propose",
        lambda: proposing.propose(workshop, proposing.Draft("outcome", "People feel safe", "All"), by=room.vsos[0], key="2", now=now),
    )
    yield do(
        "indicator",
        lambda: proposing.propose(
            workshop,
            proposing.Draft("indicator", "They say so", for_outcome=made["propose"].pk),
            by=room.citizens[1],
            key="3",
            now=now,
        ),
    )
    yield do("comment", lambda: proposing.comment(made["propose"], text="Good", by=room.citizens[0], key="4", now=now))
    yield do("move", lambda: town.move(workshop, "discuss"))
    yield do(
        "amend",
        lambda: proposing.amend(made["propose"], text="People are safe", why="", seen_version=1, by=room.vsos[0], key="5", now=now),
    )
    yield do("vote phase", lambda: town.move(workshop, "vote"))
    yield do(
        "open",
        lambda: voting.open_ballots(workshop, [made["propose"].pk], voting.tally.Rule.same_for_all(), by=town.facilitator, now=now)[0],
    )
    yield do(
        "cast",
        lambda: [voting.cast(made["open"], choice="support", by=who, key="v", now=now) for who in room.everybody],
    )
    yield do("close", lambda: voting.close_ballot(made["open"], by=town.facilitator, now=now))
    yield do("agree phase", lambda: town.move(workshop, "agree"))
    yield do("record", lambda: agreeing.record_agreement(made["propose"], state="agreed", by=town.facilitator, now=now))
    yield do("reserve", lambda: agreeing.reserve(made["propose"], text="If free", by=room.vsos[1], key="6", now=now))
    yield do(
        "action",
        lambda: facilitating.add_action(
            workshop,
            text="Ask",
            side=Action.Side.BOTH,
            owner="Val",
            due=now.date(),
            how_we_know="Told",
            by=town.facilitator,
            now=now,
        ),
    )
    yield do("end", lambda: facilitating.close(workshop, by=town.facilitator, now=now))


def test_page_before_and_what_is_pushed_are_the_page_after(room, monkeypatch, django_capture_on_commit_callbacks):
    """Push parity, for every act: whoever only ever received pushes sees what whoever reloads sees."""
    told = []
    monkeypatch.setattr("workshops.announcing._tell", lambda workshop, names, act: told.extend(names))
    seen = elements(drawn(room.workshop))
    for name, act in acts(room):
        told.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        assert told, f"{name} told nobody"
        __, pushed = regions.render(room.workshop.pk, told, regions.PARTICIPANT)
        for region, html in elements(pushed).items():
            if region.startswith("ballot-") and region not in seen:
                continue
            seen[region] = html
        fresh = elements(drawn(room.workshop))
        # A ballot pushed by itself also stands inside its proposal's card.
        for ballot in [r for r in elements(pushed) if r.startswith("ballot-")]:
            holder = next(k for k, v in fresh.items() if f'id="{ballot}"' in v)
            seen[holder] = fresh[holder] if elements(pushed)[ballot] in fresh[holder] else seen[holder]
        assert seen == fresh, f"after {name}"


def test_both_languages_are_drawn_of_the_same_state(room):
    full_room(room)
    names = regions.all_names(room.workshop.pk)
    (first, english), (second, welsh) = (regions.render(room.workshop.pk, names, f"participant/{code}") for code in regions.LANGUAGES)
    assert first == second
    assert elements(english).keys() == elements(welsh).keys()
    assert "Gather" in english
    assert "Casglu" in welsh
    assert "Gather" not in welsh


def test_what_a_browser_missed_comes_in_the_language_of_its_page_and_nobody_promotes_themselves(room):
    full_room(room)
    client = room.town.client(room.citizens[0])
    address = f"/w/{room.workshop.slug}/live/"
    english, welsh = (client.get(address, {"audience": f"participant/{code}"}).content.decode() for code in regions.LANGUAGES)
    assert "Gather" in english
    assert "Casglu" in welsh
    assert client.get(address, {"audience": "facilitator/cy"}).content.decode() == welsh
    assert "Gather" in client.get(address, {"audience": "participant/xx"}).content.decode()
    again = client.get(address, {"audience": "participant/en-gb"}).content.decode()
    assert again == english, "each language is kept by itself"


def test_every_announced_region_exists_and_every_region_has_a_template(room):
    for kind in regions.KINDS:
        assert (regions_folder() / f"{kind}.html").exists(), kind
    assert {p.stem for p in regions_folder().glob("*.html")} == set(regions.KINDS)
    assert regions.render(room.workshop.pk, ["king-1", "proposal-x", "proposal-999999", "", "-", "ballot-0"], regions.PARTICIPANT)[1] == ""


def regions_folder():
    from tests.stack import ROOT

    return ROOT / "templates" / "workshops" / "regions"


def test_a_region_of_another_workshop_is_never_drawn(room, town):
    other = town.workshop(*room.citizens)
    foreign = town.propose(other, room.citizens[0])
    __, html = regions.render(room.workshop.pk, [f"proposal-{foreign.pk}", f"phase-{other.pk}"], regions.PARTICIPANT)
    assert foreign.text not in html
    assert f"phase-{room.workshop.pk}" in html


REGION_QUERIES = {"phase": 0, "presence": 1, "arriving": 2, "desk": 5, "actions": 1, "idea": 1, "proposal": 8, "ballot": 3}


@pytest.mark.parametrize("kind", regions.KINDS)
@pytest.mark.parametrize("rows", [1, 30])
def test_a_region_takes_the_same_queries_for_one_and_thirty(room, kind, rows):
    town = room.town
    for n in range(rows):
        proposing.add_idea(room.workshop, kind="need", text=f"Need {n}", by=room.citizens[n % 2], key=f"i{n}", now=town.now)
        proposal = town.propose(room.workshop, room.vsos[n % 2], f"Outcome {n}")
        proposing.comment(proposal, text="Yes", by=room.citizens[0], key=f"c{n}", now=town.now)
    town.move(room.workshop, "vote")
    ids = list(room.workshop.proposals.filter(for_outcome=None).values_list("pk", flat=True))
    ballots = voting.open_ballots(room.workshop, ids, voting.tally.Rule.same_for_all(), by=town.facilitator, now=town.now)
    numbers = {
        "proposal": ids,
        "ballot": [b.pk for b in ballots],
        "idea": [i.pk for i in room.workshop.ideas.all()],
    }.get(kind, [room.workshop.pk])
    workshop = Workshop.objects.select_related("cycle").get(pk=room.workshop.pk)
    with CaptureQueriesContext(connection) as queries:
        assert len(regions.KINDS[kind](workshop, numbers)) == len(numbers)
    assert len(queries) == REGION_QUERIES[kind], [q["sql"][:90] for q in queries]
