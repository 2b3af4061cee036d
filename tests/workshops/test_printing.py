"""What is printed: the exact words and the rule, no name, tagged, and nothing of the machine in it whatever the words say."""

import builtins
import re
import time

import pytest

from workshops import papercodes, papers, printing, seating
from workshops.models import Paper

HOSTILE = (
    '<img src="file:///etc/passwd"><link rel="attachment" href="file:///etc/hostname"><style>@import url(http://127.0.0.1:9/x)</style>'
)


@pytest.fixture
def printed(room):
    """A ballot on hostile words, with papers for two people without a device."""

    def make(text="Young people feel safe near home.", people=2):
        town = room.town
        seats = seating.Table("Secret Table", people, "citizen", "resident")
        seating.seat_table(room.workshop, seats, by=town.facilitator, key="t", now=town.now)
        ballot = town.ballot(room.workshop, town.propose(room.workshop, room.citizens[0], text))
        return ballot, papers.make_papers(ballot, by=town.facilitator, now=town.now)

    return make


def words(html):
    """What stands on each page, as WeasyPrint lays it out."""
    pages = []
    for page in printing._document(html).render().pages:
        boxes = page._page_box.descendants()
        pages.append(" ".join(box.text for box in boxes if getattr(box, "text", None)))
    return pages


@pytest.mark.parametrize("large", [False, True])
def test_a_ballot_paper_has_everything_and_no_name(room, printed, large):
    ballot, made = printed()
    pages = words(printing.sheet(room.workshop, ballot, made, large=large))
    assert len(pages) == len(made) == 2
    for page, paper in zip(pages, made, strict=True):
        text = re.sub(r"\s+", " ", page)
        for piece in (room.workshop.title, "Young people feel safe near home.", papercodes.printed(paper.code), "Put a cross in one box"):
            assert piece in text
        for choice in ("1. Support", "2. Change it first", "3. Cannot support", "4. Abstain"):
            assert choice in text
        assert re.sub(r"\s+", " ", str(printing.rules.Rule.of(ballot.rule).explain()[0])) in text
        assert "Secret Table" not in text


def test_large_print_is_eighteen_points_or_more(room, printed):
    ballot, made = printed()
    sizes = {}
    for large in (False, True):
        pages = printing._document(printing.sheet(room.workshop, ballot, made, large=large)).render().pages
        boxes = [box for page in pages for box in page._page_box.descendants() if getattr(box, "text", "").strip()]
        sizes[large] = min(box.style["font_size"] for box in boxes) * 72 / 96
    assert sizes[True] >= 18
    assert 9 <= sizes[False] < 18


def test_the_pdf_is_tagged_and_says_its_language(room, printed):
    ballot, made = printed()
    document = printing._document(printing.sheet(room.workshop, ballot, made, large=False))
    raw = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, uncompressed_pdf=True)
    for piece in (b"pdfuaid:part", b"/StructTreeRoot", b"/MarkInfo", b"/Lang (en"):
        assert piece in raw
    assert printing.as_pdf(printing.sheet(room.workshop, ballot, made, large=False)).startswith(b"%PDF-")


def test_nothing_is_fetched_whatever_the_words_say(room, printed):
    ballot, made = printed(HOSTILE)
    pages = words(printing.sheet(room.workshop, ballot, made, large=False))
    assert "etc/passwd" in pages[0], "the words are printed as words"
    hostname = open("/etc/hostname").read().strip().encode()  # noqa: SIM115
    for html in (printing.sheet(room.workshop, ballot, made, large=False), f"<html lang=en><title>x</title>{HOSTILE}"):
        raw = printing._document(html).write_pdf(uncompressed_pdf=True)
        assert b"root:" not in raw
        assert not hostname or hostname not in raw


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:9/", "static:/../../etc/passwd", "static:/app.css", "data:text/css,x", ""]
)
def test_only_our_own_style_sheet_is_read(url):
    fetcher = printing._document("<p>x").url_fetcher
    with pytest.raises(ValueError, match="not ours"):
        fetcher.fetch(url)
    assert b"@page" in fetcher.fetch(printing.STYLE).read()


def test_sixty_papers_are_made_while_somebody_waits(room, printed):
    ballot, made = printed()
    html = printing.sheet(room.workshop, ballot, [made[0]] * 60, large=True)
    printing.as_pdf(html[:400] + "</head></html>")
    start = time.perf_counter()
    printing.as_pdf(html)
    assert time.perf_counter() - start < 15, "about a second on an idle machine"


def test_without_the_libraries_a_page_to_print_is_offered_and_says_so(room, printed, monkeypatch):
    ballot, _made = printed()
    real = builtins.__import__

    def missing(name, *rest, **more):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango'")
        return real(name, *rest, **more)

    client, address = room.town.client(room.town.facilitator), f"/w/{room.workshop.slug}/papers/{ballot.pk}/print/"
    assert client.post(address).headers["Content-Type"] == "application/pdf"
    monkeypatch.setattr(builtins, "__import__", missing)
    answer = client.post(address, {"large": "on"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "cannot make a PDF" in page
    assert Paper.objects.count() == 2
    for paper in Paper.objects.all():
        assert papercodes.printed(paper.code) in page


def test_cards_are_printed_blank_with_a_code_each(room):
    client, address = room.town.client(room.town.facilitator), f"/w/{room.workshop.slug}/papers/cards/"
    assert client.post(address, {"number": "3"}).content.startswith(b"%PDF-")
    page = client.post(address, {"number": "2", "page": "yes"}).content.decode()
    assert page.count("</section>") == 2
    for number in ("0", "201", "-1", "²", "many", ""):
        assert client.post(address, {"number": number}).status_code == 409
    assert Paper.objects.count() == 5
