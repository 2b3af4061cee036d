"""Regions: the same file in page, reply and broadcast; no field in them, nothing personal; a fixed number of queries."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from commissioning.contributing import Manner
from workshops import (
    agreeing,
    facilitating,
    hands,
    inviting,
    mattering,
    merging,
    moderating,
    objecting,
    papers,
    picturing,
    proposing,
    redacting,
    regions,
    scheduling,
    scribing,
    seating,
    suggesting,
    voting,
)
from workshops.models import Action, Workshop

FORBIDDEN = re.compile(r"<(input|textarea|select|form|script|button)\b|\son\w+=|hx-on|csrfmiddlewaretoken", re.IGNORECASE)


def full_room(room):
    """A room with something of every kind in it; returns what an act of each kind does."""
    town, workshop = room.town, room.workshop
    proposing.add_idea(workshop, kind="need", text="Nowhere to go", by=room.citizens[1], key="i", now=town.now)
    proposal = town.propose(workshop, room.vsos[0])
    proposing.comment(proposal, text="Yes", by=room.citizens[0], key="c", now=town.now, mark="for")
    mattering.mark(proposal.contribution, on=True, by=room.citizens[0], workshop=workshop, now=town.now)
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


def on_paper(room, ballot):
    """The code of the paper of somebody without a device, who has not voted."""
    return papers.make_papers(ballot, by=room.town.facilitator, now=room.town.now)[0].code


def acts(room):
    """Every act of the room, one after another, each as a name and a thing to do."""
    town, workshop, now = room.town, room.workshop, room.town.now
    made = {}

    def do(name, work):
        return name, lambda: made.__setitem__(name, work())

    yield do("arrange", lambda: scheduling.arrange(workshop, scheduling.Arrangement(Decimal(3), 2, "Hall"), by=town.lead, now=now))
    (date,) = scheduling.propose_dates(workshop, [now + timedelta(days=9)], by=town.lead, now=now)
    yield do("choose date", lambda: scheduling.choose_date(date, by=town.lead, now=now))
    yield do("call off", lambda: scheduling.call_off(workshop, reason="Snow", by=town.lead, now=now))
    yield do("invite", lambda: inviting.invite(workshop, room.citizens, by=town.lead, now=now))
    tellers = (town.facilitator, town.lead)
    table = seating.Table("Table 3", 5, "citizen", "resident")
    yield do("seat", lambda: seating.seat_table(workshop, table, by=town.facilitator, key="t", now=now))
    yield do("link", lambda: seating.link(made["seat"][0], by=town.facilitator, now=now))
    yield do(
        "written down",
        lambda: scribing.card_for(made["seat"][0], kind="need", text="A bench", by=town.facilitator, key="w", now=now),
    )
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
    yield do("another", lambda: proposing.add_idea(workshop, kind="need", text="A safe place", by=room.citizens[0], key="7", now=now))
    yield do("third", lambda: proposing.add_idea(workshop, kind="need", text="A calm place", by=room.vsos[0], key="8", now=now))

    def names():
        return [f"proposal-{made['propose'].pk}", f"idea-{made['another'].pk}", f"idea-{made['third'].pk}"]

    words = merging.NewWords("outcome", "People feel safe and calm")
    yield do("merge", lambda: merging.merge(workshop, names(), words, by=room.citizens[0], key="9", now=now))
    yield do("object", lambda: objecting.object_to(made["merge"], text="Calm is not safe", by=room.vsos[0], key="10", now=now))
    yield do("answer", lambda: objecting.answer(made["object"], text="We look at it", by=town.facilitator, now=now))
    yield do("take back", lambda: objecting.withdraw(made["object"], by=room.vsos[0], now=now))
    yield do("split", lambda: merging.split(made["merge"], names()[2], by=room.citizens[0], now=now))
    yield do("undo", lambda: merging.undo(made["merge"], by=room.citizens[0], now=now))
    yield from talking_acts(room, made, do)
    yield do("vote phase", lambda: town.move(workshop, "vote"))
    yield do(
        "open",
        lambda: voting.open_ballots(workshop, [made["propose"].pk], voting.rules.Rule.same_for_all(), by=town.facilitator, now=now)[0],
    )
    yield do(
        "cast",
        lambda: [voting.cast(made["open"], choice="support", by=who, key="v", now=now) for who in room.everybody],
    )
    yield do("paper", lambda: [papers.enter(workshop, on_paper(room, made["open"]) + "1", by=who, now=now) for who in tellers])
    show = hands.Show("citizen", {"support": 2, "abstain": 1})
    yield do("hands", lambda: [hands.count(made["open"], show, by=who, now=now) for who in tellers])
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


def talking_acts(room, made, do):
    """The acts of talking things over, in the phase in which all of them are open."""
    workshop, now, facilitator = room.workshop, room.town.now, room.town.facilitator
    said = lambda name: made[name].contribution  # noqa: E731

    def step(name, act):
        return moderating.take_step(workshop, said(name), act=act, reason="Because", by=facilitator, now=now)

    def suggest(key, text):
        return suggesting.suggest(made["propose"], text=text, why="So", seen_version=2, by=room.citizens[0], key=key, now=now)

    def comment(key, by, **more):
        return proposing.comment(made["propose"], text="Well", by=by, key=key, now=now, **more)

    yield do("view", lambda: comment("t1", room.officers[0], mark="feasibility"))
    yield do("answer", lambda: comment("t2", room.vsos[0], answers=made["view"]))
    yield do("suggest", lambda: suggest("t3", "People are safe here"))
    yield do("accept", lambda: suggesting.accept(made["suggest"], seen_version=2, by=room.vsos[0], now=now))
    yield do("suggest again", lambda: suggest("t4", "People are welcome here"))
    yield do("keep both", lambda: suggesting.keep_both(made["suggest again"], by=room.vsos[0], now=now))
    yield do("suggest once more", lambda: suggest("t5", "People are at home"))
    yield do("decline", lambda: suggesting.decline(made["suggest once more"], reason="No", by=room.vsos[0], now=now))
    for on in (True, False):
        for name in ("idea", "propose"):
            yield do(
                f"matters {name} {on}", lambda n=name, o=on: mattering.mark(said(n), on=o, by=room.vsos[1], workshop=workshop, now=now)
            )
    yield do("report", lambda: moderating.report(workshop, said("idea"), words="Look", by=room.vsos[0], now=now))
    for act in ("hide", "show"):
        for name in ("idea", "propose", "view"):
            yield do(f"{act} {name}", lambda n=name, a=act: step(n, a))
    yield do("take out", lambda: redacting.take_out(workshop, said("idea"), parts="late", note="Why", by=facilitator, now=now))
    yield do("before", lambda: moderating.choose(workshop, when="before", by=facilitator, now=now))
    held = Manner(held=True, moderation=0)
    yield do("held", lambda: proposing.add_idea(workshop, kind="need", text="Held", by=room.citizens[0], key="t6", now=now, manner=held))
    yield do("approve", lambda: step("held", "approve"))
    yield do("private", lambda: step("held", "private"))
    yield do("say privately", lambda: moderating.say_privately(workshop, said("held"), text="So", by=room.citizens[0], key="t7", now=now))
    picture = picturing.Taken(small_photograph(), "A flipchart")
    yield do("photo", lambda: picturing.put_up(workshop, picture, by=room.citizens[0], key="t8", now=now))


def small_photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()


def test_page_before_and_what_is_pushed_are_the_page_after(room, monkeypatch, django_capture_on_commit_callbacks, settings, tmp_path):
    """Push parity, for every act: whoever only ever received pushes sees what whoever reloads sees."""
    settings.MEDIA_ROOT = tmp_path
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


REGION_QUERIES = {
    "phase": 1,
    "presence": 1,
    "arriving": 2,
    "desk": 9,
    "ready": 4,
    "rooms": 1,
    "turns": 2,
    "scores": 1,
    "window": 0,
    "actions": 2,
    "level": 1,
    "idea": 2,
    "proposal": 12,
    "ballot": 3,
}


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
    ballots = voting.open_ballots(room.workshop, ids, voting.rules.Rule.same_for_all(), by=town.facilitator, now=town.now)
    numbers = {
        "proposal": ids,
        "ballot": [b.pk for b in ballots],
        "idea": [i.pk for i in room.workshop.ideas.all()],
    }.get(kind, [room.workshop.pk])
    workshop = Workshop.objects.select_related("cycle").get(pk=room.workshop.pk)
    with CaptureQueriesContext(connection) as queries:
        assert len(regions.KINDS[kind](workshop, numbers)) == len(numbers)
    assert len(queries) == REGION_QUERIES[kind], [q["sql"][:90] for q in queries]
