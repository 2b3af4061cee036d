"""Plain words and two languages: meanings in place, a safe switch, words that keep their language, a catalogue that is whole."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning import catalogue, glossary, minutes
from commissioning.models import Contribution, Minute
from tests.stack import ROOT
from tests.test_pages import fill
from workshops import agreeing, proposing, regions
from workshops.models import Agreement, Proposal

PO = ROOT / "locale" / "cy" / "LC_MESSAGES" / "django.po"


# The glossary


@pytest.mark.parametrize("code", glossary.TERMS)
@pytest.mark.parametrize("language", ["en-gb", "cy"])
def test_every_meaning_is_one_short_sentence(code, language):
    with translation.override(language):
        meaning = str(glossary.TERMS[code].meaning)
    assert meaning.endswith(".")
    assert meaning.count(". ") == 0
    assert len(meaning.split()) <= glossary.LONGEST_MEANING + (4 if language == "cy" else 0), len(meaning.split())


@pytest.mark.parametrize("asked", ["TSO", "vcs", "VCSE", " vcse ", "third sector", "VSO", "V.C.S.", "voluntary"])
def test_the_words_others_use_lead_to_ours(asked):
    found = [term.code for _part, terms in glossary.find(asked) for term in terms]
    assert "vso" in found, found
    assert asked == "voluntary" or len(found) == 1, found
    with translation.override("cy"):
        page = Client().get("/words/", {"q": asked}, headers={"Accept-Language": "cy"}).content.decode()
    assert "Mudiad gwirfoddol" in page


def test_searching_for_nothing_shows_all_and_for_nonsense_says_so(db):
    assert sum(len(terms) for _part, terms in glossary.find("")) == len(glossary.TERMS)
    page = Client().get("/words/", {"q": "<script>zzz"}).content.decode()
    assert "We have no word for" in page
    assert "<script>zzz" not in page


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_question_has_an_answer_or_none(asked):
    for _part, terms in glossary.find(asked):
        assert terms


def test_a_term_leads_to_its_meaning_and_escapes_what_it_shows():
    drawn = Template('{% load words %}{% term "indicator" shown %}').render(Context({"shown": "<b>signs</b>"}))
    assert 'href="/words/#indicator"' in drawn
    assert 'title="A sign that shows' in drawn
    assert "&lt;b&gt;signs" in drawn


def test_an_unknown_term_fails_loudly():
    with pytest.raises(KeyError):
        Template('{% load words %}{% term "indicatr" %}').render(Context())


def test_every_term_that_a_template_names_exists():
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text()
        named = re.findall(r'{% term "([^"]+)"', source) + [
            code for codes in re.findall(r"{% words_here ([^%]+) %}", source) for code in re.findall(r'"([^"]+)"', codes)
        ]
        assert set(named) <= set(glossary.TERMS), path


def test_a_sentence_is_explained_once_for_each_word_and_stays_escaped():
    drawn = Template("{% load words %}{{ said|explained }}").render(Context({"said": "An outcome & <i>outcomes</i>, no outcomes-based"}))
    assert drawn.count("tl-term") == 1
    assert "&amp; &lt;i&gt;" in drawn


class Seen(HTMLParser):
    """What a page says in its own words, and where its explained words lead: not what people said, who mark their language."""

    def __init__(self):
        super().__init__()
        self.depth, self.skipped, self.text, self.explained = 0, [], [], set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "tl-term" in (attrs.get("class") or ""):
            self.explained.add(attrs["href"].partition("#")[2])
        if tag in ("input", "br", "img", "meta", "link", "path", "rect", "circle"):
            return
        own = tag in ("head", "script", "header", "footer") or (tag != "html" and "lang" in attrs)
        self.skipped.append(own)

    def handle_endtag(self, tag):
        if self.skipped and tag not in ("input", "br", "img", "meta", "link", "path", "rect", "circle"):
            self.skipped.pop()

    def handle_data(self, data):
        if not any(self.skipped):
            self.text.append(data)


STORY = [
    "/",
    "/join/{code}/",
    "/w/{w}/",
    "/w/{w}/screen/",
    "/w/{w}/primer/",
    "/w/{w}/proposals/{p}/",
    "/cycles/{c}/",
    "/cycles/{c}/stages/analyse/",
    "/cycles/{c}/stages/plan/",
    "/cycles/{c}/stages/do/",
    "/cycles/{c}/stages/review/",
    "/cycles/{c}/framework/",
    "/cycles/{c}/specification/",
    "/cycles/{c}/people/",
    "/cycles/{c}/answers/",
    "/cycles/{c}/minutes/",
    "/cycles/{c}/mine/",
    "/cycles/new/",
    "/cycles/{c}/workshops/new/",
]


def unexplained(page: str) -> set[str]:
    """The terms a page uses and never explains."""
    seen = Seen()
    seen.feed(page)
    text = re.sub(r"\s+", " ", " ".join(seen.text))
    missing = set()
    for code, term in glossary.TERMS.items():
        forms = [form for form in glossary.forms_of(term) if not term.everyday]
        if any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text, re.IGNORECASE) for form in forms) and code not in seen.explained:
            missing.add(code)
    return missing


@pytest.mark.parametrize("phase", ["gather", "discuss", "vote", "agree"])
def test_every_word_of_the_field_on_a_page_of_the_story_leads_to_its_meaning(room, phase):
    names = fill(room, 1) if phase == "agree" else {"w": room.workshop.slug, "c": room.town.cycle.slug}
    if phase != "agree":
        names["p"] = room.town.propose(room.workshop, room.citizens[0], "People meet.").pk
        room.town.move(room.workshop, phase)
    room.workshop.refresh_from_db()
    names["code"] = room.workshop.spoken_code
    wrong = {}
    for who in (None, room.citizens[0], room.vsos[0], room.town.facilitator, room.town.lead):
        client = room.town.client(who, user=room.town.lead.user if who == room.town.lead else None)
        for address in STORY:
            answer = client.get(address.format(**names))
            if answer.status_code == 200:
                missing = unexplained(answer.content.decode())
                if missing:
                    wrong[address] = wrong.get(address, set()) | missing
    assert not wrong, f"explain these, for instance with {{% words_here %}}: {wrong}"


def test_the_test_above_can_fail():
    assert unexplained("<html><body><main><p>The outcome</p></main></body></html>") == {"outcome"}
    assert unexplained('<html><main><p lang="en">The outcome</p></main></html>') == set()


# English or Welsh


def welsh(client: Client) -> Client:
    client.post("/language/", {"language": "cy", "next": "/"})
    return client


@pytest.mark.parametrize("address", ["/", "/join/", "/words/", "/primer/", "/accessibility/", "/nothing-here/", "/accounts/login/code/"])
def test_every_page_can_be_read_in_either_language_and_the_device_remembers(db, address):
    client = Client()
    english = client.get(address).content.decode()
    assert '<html lang="en-gb"' in english
    assert re.search(r'<button type="submit" name="language" value="cy" lang="cy">Cymraeg</button>', english)
    answer = client.post("/language/", {"language": "cy", "next": address})
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    kept = client.cookies["django_language"]
    assert (kept.value, kept["httponly"], kept["samesite"]) == ("cy", True, "Lax")
    assert kept["max-age"] > 60 * 60 * 24 * 365
    page = client.get(address).content.decode()
    assert '<html lang="cy"' in page
    assert '<button type="submit" name="language" value="en-gb" lang="en-gb">English</button>' in page
    assert "Neidio i’r prif gynnwys" in page


def test_a_browser_that_asks_for_welsh_gets_it_and_french_gets_english(db):
    assert '<html lang="cy"' in Client().get("/", headers={"Accept-Language": "cy,en;q=0.5"}).content.decode()
    assert '<html lang="en-gb"' in Client().get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en-gb"' in Client().get("/", headers={"Accept-Language": "en-US"}).content.decode()


@pytest.mark.parametrize("language", ["", "xx", "cy\r\nX: y", "en", "../../etc", "💥"])
def test_an_unknown_language_changes_nothing(db, language):
    client = Client()
    assert client.post("/language/", {"language": language, "next": "/words/"}).headers["Location"] == "/words/"
    assert "django_language" not in client.cookies


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "https:///evil.example",
    "//testserver@evil.example/",
    "http://testserver.evil.example/",
    "/ok\r\nSet-Cookie: x=y",
    "ftp://testserver/",
    "x/../../evil",
    "",
    "//evil.example/%2f..",
    "/%0d%0aX: y\n",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_switch_sends_nobody_away(db, address):
    assert Client().post("/language/", {"language": "cy", "next": address}).headers["Location"] == "/"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_the_switch_sends_nobody_away_whatever_is_asked(address):
    from django.test import RequestFactory

    from commissioning.doorway import safe_address

    kept = safe_address(RequestFactory().get("/"), address)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert kept.isprintable()


def test_a_page_with_a_question_in_its_address_comes_back_to_it_and_an_answer_to_a_form_to_its_page(room):
    page = Client().get("/words/?q=TSO&x=1").content.decode()
    assert '<input type="hidden" name="next" value="/words/?q=TSO&amp;x=1">' in page
    client = room.town.client(room.citizens[0])
    refused = client.post(f"/w/{room.workshop.slug}/phase/", headers={"Referer": f"http://testserver/w/{room.workshop.slug}/"})
    assert refused.status_code == 409
    assert f'name="next" value="/w/{room.workshop.slug}/"' in refused.content.decode()
    away = client.post(f"/w/{room.workshop.slug}/phase/", headers={"Referer": "https://evil.example/x"}).content.decode()
    assert 'name="next" value="/"' in away


def test_months_and_refusals_are_said_in_the_readers_language(room):
    client = welsh(room.town.client(room.citizens[0]))
    proposing.add_idea(room.workshop, kind="need", text="A late bus", by=room.citizens[0], key="d", now=room.town.now)
    months = {"January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December"}
    assert not any(month in client.get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode() for month in months)
    refused = client.post(f"/w/{room.workshop.slug}/phase/", {"seen": "gather", "to": "discuss"})
    assert "Dim ond hwylusydd all wneud hyn." in html.unescape(refused.content.decode())


def test_the_join_page_and_the_projector_can_be_read_in_welsh(room):
    page = welsh(Client()).get(f"/join/{room.workshop.spoken_code}/").content.decode()
    assert "Ymuno â’r gweithdy" in html.unescape(page)
    screen = welsh(room.town.client(room.town.facilitator)).get(f"/w/{room.workshop.slug}/screen/").content.decode()
    assert "Casglu" in screen
    assert 'value="en-gb"' in screen


# What people say keeps its language; what is recorded keeps the authority's


def test_words_keep_the_language_they_were_written_in(room):
    slug, client = room.workshop.slug, welsh(room.town.client(room.citizens[0]))
    client.post(f"/w/{slug}/ideas/", {"kind": "need", "text": "Bws hwyr", "key": "1"})
    room.town.move(room.workshop, "discuss")
    client.post(f"/w/{slug}/proposals/", {"kind": "outcome", "text": "Mae pobl yn ddiogel", "who_benefits": "Pawb", "key": "2"})
    made = Proposal.objects.get(text="Mae pobl yn ddiogel")
    client.post(f"/w/{slug}/proposals/{made.pk}/comments/", {"text": "Da iawn", "key": "3"})
    assert set(Contribution.objects.filter(participant=room.citizens[0]).values_list("language", flat=True)) == {"cy"}
    room.town.client(room.citizens[0]).post(
        f"/w/{slug}/proposals/{made.pk}/words/", {"text": "People are safe", "seen_version": "1", "key": "4"}
    )
    made.refresh_from_db()
    assert (made.language, [v.language for v in made.versions.all()]) == ("en", ["cy", "en"])
    assert Contribution.objects.get(text="People are safe").language == "en"
    page = room.town.client(room.citizens[1]).get(f"/w/{slug}/proposals/{made.pk}/").content.decode()
    assert '<blockquote class="tl-said" lang="cy">Mae pobl yn ddiogel' in page
    assert '<span lang="cy">Da iawn' in page
    assert '<p lang="cy">Bws hwyr' in room.town.client(room.citizens[1]).get(f"/w/{slug}/").content.decode()


@pytest.mark.parametrize(("said", "kept"), [("cy", "cy"), ("en-gb", "en"), ("fr", "en"), ("", "en")])
def test_words_that_waited_for_a_connection_say_which_language_they_were_written_in(room, said, kept):
    client = room.town.client(room.citizens[0])
    client.post(f"/w/{room.workshop.slug}/ideas/", {"kind": "need", "text": "Bws hwyr", "key": "1", "written_in": said})
    assert Contribution.objects.get(text="Bws hwyr").language == kept


def test_reasons_and_reservations_keep_theirs_and_so_does_what_is_published(room):
    slug, town = room.workshop.slug, room.town
    proposal = town.propose(room.workshop, room.citizens[0], "People feel safe.")
    ballot = town.ballot(room.workshop, proposal, 50, 0)
    town.vote(ballot, "support", *room.everybody)
    address = f"/w/{slug}/ballots/{ballot.pk}/vote/"
    welsh(town.client(room.citizens[1])).post(address, {"choice": "change", "reason": "Rhy gynnar", "key": "w"})
    town.move(room.workshop, "agree")
    agreeing.record_agreement(proposal, state="reserved", by=town.facilitator, now=town.now)
    welsh(town.client(room.citizens[0])).post(f"/w/{slug}/proposals/{proposal.pk}/reservation/", {"text": "Os am ddim", "key": "r"})
    dissent = Agreement.objects.get(proposal=proposal, superseded_at=None).dissent
    assert {(item["reason"], item.get("language", "en")) for item in dissent} == {("Rhy gynnar", "cy"), ("Os am ddim", "cy")}
    __, drawn = regions.render(room.workshop.pk, [f"proposal-{proposal.pk}"], "participant")
    assert '<span lang="cy">Os am ddim' in drawn
    thread = json.loads(town.client(town.lead).get(f"/cycles/{town.cycle.slug}/thread.json").content)
    assert {n["language"] for n in thread["nodes"] if n.get("text") == "Os am ddim"} == {"cy"}


def test_the_document_marks_words_of_another_language(room):
    import io

    from docx import Document

    from outcomes import adopting, publishing, specifying
    from outcomes.models import Outcome

    town = room.town
    fill(room, 1)
    Outcome.objects.update(language="cy", statement="Mae pobl yn ddiogel")
    town.collected()
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    version = specifying.sign_off(specifying.specification_of(town.cycle), by=town.lead, now=town.now)
    with translation.override("cy"):
        document = Document(io.BytesIO(publishing.as_docx(version)))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text == "Mae pobl yn ddiogel"]
    assert runs
    assert all('w:lang w:val="cy-GB"' in run._r.xml for run in runs)


def test_minutes_clauses_and_pseudonyms_do_not_depend_on_who_pressed_the_button(room):
    with translation.override("cy"):
        shy = room.town.join("Shy", consents=("take_part",))
        assert shy.shown_name.startswith("Citizen")
        proposing.add_idea(room.workshop, kind="need", text="Bws", by=room.citizens[0], key="m", now=room.town.now)
        proposal = room.town.propose(room.workshop, room.citizens[0], "Pobl")
        assert Minute.objects.filter(act="idea").latest("pk").what.startswith("Put on the board: Need")
        assert Minute.objects.filter(act="propose").first().what.startswith("Outcome")
        ballot = room.town.ballot(room.workshop, proposal, 50, 0)
        room.town.vote(ballot, "support", *room.everybody)
        room.town.move(room.workshop, "agree")
        agreement = agreeing.record_agreement(proposal, state="agreed", by=room.town.facilitator, now=room.town.now)
        assert agreement.explanation[0] == "The rule is met: every group reached its share."
        said = minutes.record(room.town.cycle, "x", "As it was typed", by=None, now=room.town.now)
    assert said.what == "As it was typed"
    assert Minute.objects.filter(act="agreement").latest("pk").what.endswith("Agreed")


# The catalogue


def entries() -> list[catalogue.Entry]:
    return catalogue.read(PO)[1:]


def test_every_text_in_the_catalogue_has_its_welsh():
    waiting = [entry.text for entry in entries() if not entry.done]
    assert not waiting, f"{len(waiting)} without a translation; “make messages” lists them: {waiting[:5]}"


def test_every_translation_has_the_gaps_and_marks_of_its_text():
    assert [fault for entry in entries() for fault in catalogue.faults(entry)] == []


def test_every_plural_has_four_forms():
    assert {len(entry.said) for entry in entries() if entry.plural is not None} == {4}


def test_what_is_compiled_is_what_is_written():
    assert PO.with_suffix(".mo").read_bytes() == catalogue.compiled(catalogue.read(PO)), "run “make messages”"


def test_the_compiled_catalogue_is_one_that_gettext_reads():
    import gettext

    with PO.with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Outcome") == "Canlyniad"
    assert read.ngettext("%(n)s clause.", "%(n)s clauses.", 2) == "%(n)s gymal."


@pytest.mark.parametrize(
    ("text", "said"),
    [("{n} of {m}", "{n} o"), ("<b>x</b>", "<b>x"), ("%(a)s", "%(b)s"), (" x", "x"), ("{n}", "{{n}}")],
)
def test_a_translation_that_loses_a_gap_or_a_mark_is_found(text, said):
    assert catalogue.faults(catalogue.Entry(text, said={0: said}))


@pytest.mark.parametrize("path", sorted(ROOT.glob("workshops/*.py")), ids=lambda path: Path(path).name)
def test_no_sentence_is_built_from_pieces_that_cannot_be_translated(path):
    assert not re.search(r"\b_\(f[\"']", path.read_text())


def test_every_sentence_of_the_tables_is_in_the_catalogue():
    known = {entry.text for entry in entries()}
    for term in glossary.TERMS.values():
        assert {term.name.text, term.meaning.text} <= known, "run “make messages”"


def test_a_text_without_welsh_is_shown_in_english():
    with translation.override("cy"):
        assert translation.gettext("Not in any catalogue yet") == "Not in any catalogue yet"
        assert translation.ngettext("%(n)s thing more", "%(n)s things more", 3) == "%(n)s things more"
