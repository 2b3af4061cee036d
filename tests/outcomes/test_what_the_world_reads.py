"""What anybody at all may read: no person's name, no words their author kept, nothing the product may not claim."""

import io
import re

from django.test import Client
from docx import Document

from commissioning import duties, needs, opening_pages
from commissioning.models import Consent, Release
from outcomes import principles
from tests.commissioning.test_duties import put
from tests.stack import ROOT
from workshops import agreeing, facilitating, promising

CLAIMS = re.compile(
    r"\b(?:compl(?:y|ies|iant|iance)|(?:meets?|satisf(?:y|ies)|fulfils?|discharges?) (?:the|a|its|all) (?:\w+ )?(?:dut(?:y|ies)|law|act)\b)",
    re.IGNORECASE,
)
DENIED = ("does not make anybody compliant with the law", "never that an authority is compliant")


def test_nothing_in_the_product_claims_that_a_duty_is_met():
    """The product says what it records, and never that an authority is compliant."""
    read = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "templates").rglob("*.*"), *(ROOT / "static").glob("*.js")]
    for floor in ("commissioning", "workshops", "outcomes"):
        read += [one for end in ("py", "toml") for one in (ROOT / floor).rglob(f"*.{end}")]
    wrong = []
    for path in read:
        if path.name == "requirements.md" or path.suffix in (".png", ".svg"):  # the words of the brief, which says what to keep
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        said = [line.strip()[:120] for line in lines if CLAIMS.search(line) and not any(no in line for no in DENIED)]
        wrong += [f"{path.relative_to(ROOT)}: {line}" for line in said]
    assert wrong == []


def test_notes_released_to_everybody_name_no_person_and_use_no_words_their_author_kept(room, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    town, workshop = room.town, room.workshop
    quiet = room.citizens[0]
    Consent.objects.filter(participant=quiet, kind="words").delete()
    for by, text in ((quiet, "My own street stays lit"), (room.citizens[1], "The park is open at night")):
        proposal = town.propose(workshop, by, text)
        ballot = town.ballot(workshop, proposal, least=1)
        town.vote(ballot, "support", *room.everybody)
        town.move(workshop, "agree")
        agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
    promising.add_action(
        workshop,
        text="Count the lamps",
        person=room.officers[0],
        due=town.now.date(),
        how_we_know="A list",
        by=town.facilitator,
        now=town.now,
    )
    facilitating.close(workshop, none_because="Only to learn", by=town.facilitator, now=town.now)
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    assert town.client(user=town.lead.user).post(f"/w/{workshop.slug}/release-notes/", {"sure": "yes"}).status_code == 302
    release, stranger = Release.objects.get(), Client()
    page = stranger.get(f"/cycles/{town.cycle.slug}/releases/{release.pk}/").content.decode()
    file = release.files.get()
    kept = stranger.get(f"/cycles/{town.cycle.slug}/releases/{release.pk}/files/{file.pk}/").content
    document = Document(io.BytesIO(kept))
    read = "\n".join(p.text for p in document.paragraphs) + "".join(c.text for t in document.tables for r in t.rows for c in r.cells)
    for words in (page, read):
        assert "The park is open at night" in words
        assert "My own street stays lit" not in words
        for person in (*room.everybody, town.facilitator, town.lead):
            assert not re.search(rf"\b{re.escape(person.shown_name)}\b", words), person.shown_name
    assert "Count the lamps" in read


def test_what_the_authority_says_of_a_principle_is_read_outside_without_the_officers_name(town):
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    for words in ("A grant last year", "A grant for small groups"):
        principles.answer(town.cycle, "P8-5", kind="did", words=words, by=town.lead, now=town.now)
    address = f"/cycles/{town.cycle.slug}/principles/"
    outside, inside = Client().get(address).content.decode(), town.client(town.join("Cat")).get(address).content.decode()
    for words in ("A grant last year", "A grant for small groups"):
        assert words in outside
    assert town.lead.shown_name not in outside
    assert town.lead.shown_name in inside


def test_a_reader_from_outside_gets_no_link_into_the_cycle_from_a_duty_or_a_principle(town):
    opening_pages.open_page(town.cycle, by=town.lead, now=town.now)
    need = needs.raise_need(town.cycle, statement="A place to go after school", by=town.lead, now=town.now)
    lead, cycle = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/"
    form = lead.get(f"{cycle}duties/s1-3-a/").content.decode()
    assert f'value="need-{need.number}"' in form, "a need on the list is offered as what a record rests on"
    picked = next(one.link for one in duties.citable(town.cycle) if one.code == f"need-{need.number}")
    assert "after school" not in picked.label, "a record holds nobody's words"
    web = duties.Link("document", "The strategy", "https://www.northtown.example/strategy")
    put(town, "s1-3-a", links=(picked, web))
    principles.answer(town.cycle, "P8-5", kind="did", words="A grant", link=picked.address, by=town.lead, now=town.now)
    for page in ("duties/s1-3-a/", "principles/"):
        inside, outside = (client.get(cycle + page).content.decode() for client in (lead, Client()))
        assert f'href="{picked.address}"' in inside
        assert f'href="{picked.address}"' not in outside
    seen = Client().get(f"{cycle}duties/s1-3-a/").content.decode()
    assert picked.label in seen
    assert f'href="{web.address}"' in seen
