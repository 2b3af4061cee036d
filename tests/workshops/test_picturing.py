"""Photographs: made anew, shown only with their idea, and every hostile file refused with a sentence."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commissioning.sentences import Refused
from workshops import moderating, pictures, picturing, redacting, regions
from workshops.models import Idea, Photo


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def image(form="JPEG", size=(1200, 800), mode="RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 0).save(out, form, **more)
    return out.getvalue()


def with_place() -> bytes:
    """A sideways JPEG that says where it was taken, and by which camera."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "SecretCamera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (51.0, 30.0, 0.0)
    return image(exif=exif, comment=b"SecretComment")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width, height) -> bytes:
    """A small file whose header claims this many dots."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def bomb() -> bytes:
    """A real picture of 64 million dots in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG", optimize=True)
    return out.getvalue()


HOSTILE = {
    "empty": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html named jpg": b"<html><script>alert(1)</script></html>",
    "a bomb": bomb(),
    "a header of 100 000 by 100 000": png_of(100_000, 100_000),
    "a header of no width": png_of(0, 10),
    "half a jpeg": image()[:400],
    "a jpeg cut in the middle": image(size=(900, 900), quality=95)[:-2000],
    "a gif": image("GIF"),
    "a tiff": image("TIFF"),
    "a bmp": image("BMP", size=(20, 20)),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "noise": bytes(range(256)) * 40,
    "a jpeg's first bytes and then html": b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 50,
    "too many bytes": b"\xff\xd8" + b"x" * pictures.MOST_BYTES,
}


def post(room, content, who=None, name="photo.jpg", field="photo", **data):
    client = room.town.client(who or room.citizens[0])
    file = {field: SimpleUploadedFile(name, content, "image/jpeg")} if content is not None else {}
    return client.post(f"/w/{room.workshop.slug}/photo/", {"shows": "Our flipchart", "kind": "idea", "key": "k"} | data | file)


def put(room, who=None, content=None, key="k", **more):
    taken = picturing.Taken(content or image(), "Our flipchart", **more)
    return picturing.put_up(room.workshop, taken, by=who or room.citizens[0], key=key, now=room.town.now)


def see(room, photo, who=None, size="small", **headers):
    client = room.town.client(who) if who else Client()
    return client.get(f"/w/{room.workshop.slug}/photos/{photo.pk}/{size}/", headers=headers)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_the_words_stay(room, name):
    answer = post(room, HOSTILE[name], shows="Words that must stay")
    assert answer.status_code == 422
    assert b"govuk-error-message" in answer.content
    assert b"Words that must stay" in answer.content
    assert b"<script>alert" not in answer.content
    assert not Idea.objects.exists()
    assert not Photo.objects.exists()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_we_read_by_its_content_whatever_its_name(room, form):
    assert post(room, image(form), name="x.svg").status_code == 302
    photo = Photo.objects.get()
    with default_storage.open(photo.large) as kept, Image.open(kept) as again:
        assert (again.format, again.size) == ("JPEG", (1200, 800))
    assert (photo.small_width, photo.small_height) == (640, 427)
    assert "x.svg" not in photo.large
    assert len(photo.large.rsplit("/", 1)[-1]) == 36


def test_place_and_camera_are_gone_and_it_stands_upright():
    drawn = pictures.draw(with_place())
    for one in (drawn.large, drawn.small):
        assert b"Secret" not in one.content
        assert b"Exif" not in one.content
        with Image.open(io.BytesIO(one.content)) as again:
            assert not again.getexif()
            assert not {"exif", "comment", "icc_profile"} & set(again.info)
    assert (drawn.large.width, drawn.large.height) == (800, 1200)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "CMYK", "I;16"])
def test_every_way_of_colouring(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    drawn = pictures.draw(image(form, (300, 200), mode))
    assert (drawn.large.width, drawn.large.height) == (300, 200)


def test_a_large_photograph_is_made_smaller():
    drawn = pictures.draw(image(size=(6000, 4000)))
    assert max(drawn.large.width, drawn.large.height) == pictures.LARGE
    assert max(drawn.small.width, drawn.small.height) == pictures.SMALL


def test_words_are_asked_for(room):
    assert post(room, image(), shows=" ").status_code == 422
    assert post(room, None).status_code == 422
    assert b"Choose a photograph first" in post(room, None).content
    assert post(room, image(), kind="king").status_code == 422
    assert not Photo.objects.exists()


def test_both_ways_of_choosing_a_photograph(room):
    assert post(room, image(), field="chosen").status_code == 302
    assert Photo.objects.count() == 1


def test_the_same_form_sent_twice_is_one_photograph(room):
    first, second = put(room), put(room)
    assert first == second
    assert (Idea.objects.count(), Photo.objects.count()) == (1, 1)


def test_it_stands_on_the_board_with_its_words(room):
    photo = put(room)
    html = regions.render(room.workshop.pk, [f"idea-{photo.idea_id}"], regions.PARTICIPANT)[1]
    assert f'src="/w/{room.workshop.slug}/photos/{photo.pk}/small/"' in html
    for part in ('loading="lazy"', 'width="640"', 'height="427"', 'alt="Photograph. What it shows'):
        assert part in html


def test_with_an_idea_said_before_and_only_ones_own(room):
    from workshops import proposing

    mine = proposing.add_idea(room.workshop, kind="need", text="Mine", by=room.citizens[0], key="m", now=room.town.now)
    theirs = proposing.add_idea(room.workshop, kind="need", text="Theirs", by=room.vsos[0], key="t", now=room.town.now)
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/photo/").content.decode()
    assert "Mine" in page
    assert "Theirs" not in page
    assert post(room, image(), idea=theirs.pk).status_code == 422
    with pytest.raises(Refused, match="your own ideas"):
        put(room, idea=theirs.pk)
    assert post(room, image(), idea=mine.pk).status_code == 302
    html = regions.render(room.workshop.pk, [f"idea-{mine.pk}"], regions.PARTICIPANT)[1]
    assert "<figcaption" in html
    assert "Our flipchart" in html
    assert Idea.objects.count() == 2


def test_headers_of_a_photograph(room):
    photo = put(room)
    answer = see(room, photo, room.citizens[1])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "private" in answer.headers["Cache-Control"]
    assert "no-cache" in answer.headers["Cache-Control"]
    assert see(room, photo, room.citizens[1], **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for size in ("huge", "..", "small.jpg"):
        assert see(room, photo, room.citizens[1], size).status_code == 404


def test_a_photograph_goes_where_its_idea_goes(room, other_town):
    photo = put(room)
    said = photo.idea.contribution
    assert see(room, photo).status_code == 404
    stranger = other_town.join("Stranger")
    assert other_town.client(stranger).get(f"/w/{room.workshop.slug}/photos/{photo.pk}/small/").status_code == 404
    other = room.town.workshop(*room.everybody)
    assert room.town.client(room.citizens[1]).get(f"/w/{other.slug}/photos/{photo.pk}/small/").status_code == 404
    moderating.take_step(room.workshop, said, act="hide", reason="Faces", by=room.town.facilitator, now=room.town.now)
    codes = [see(room, photo, who).status_code for who in (room.citizens[1], room.citizens[0], room.town.facilitator)]
    assert codes == [404, 200, 200]
    assert "<img" not in regions.render(room.workshop.pk, [f"idea-{photo.idea_id}"], regions.PARTICIPANT)[1]
    moderating.take_step(room.workshop, said, act="show", by=room.town.facilitator, now=room.town.now)
    redacting.take_out(room.workshop, said, parts="flipchart", note="A price", by=room.town.facilitator, now=room.town.now)
    assert {see(room, photo, who).status_code for who in (room.citizens[0], room.town.facilitator)} == {404}
    assert "<img" not in regions.render(room.workshop.pk, [f"idea-{photo.idea_id}"], regions.PARTICIPANT)[1]
    photo.refresh_from_db()
    assert photo.shows == "Our [removed]"


def test_a_withdrawn_photograph_is_gone_for_all(room):
    photo = put(room)
    type(photo.idea.contribution).objects.update(withdrawn_at=room.town.now)
    assert see(room, photo, room.citizens[0]).status_code == 404


def test_held_until_the_facilitator_has_looked(room):
    moderating.choose(room.workshop, when="before", by=room.town.facilitator, now=room.town.now)
    assert post(room, image()).status_code == 302
    photo = Photo.objects.get()
    codes = [see(room, photo, who).status_code for who in (room.citizens[1], room.citizens[0], room.town.facilitator)]
    assert codes == [404, 200, 200]


def test_who_may_and_how_many(room, other_town, monkeypatch):
    with pytest.raises(Refused, match="not part"):
        put(room, other_town.join("Stranger"))
    monkeypatch.setattr(picturing, "MOST_EACH", 1)
    put(room)
    with pytest.raises(Refused, match="which is the most"):
        put(room, key="other")
    room.town.move(room.workshop, "vote")
    with pytest.raises(Refused, match="parts of a workshop"):
        put(room, room.citizens[1])


def test_a_price_in_its_words_is_asked_about_once(room):
    asked = post(room, image(), shows="They want £900")
    assert asked.status_code == 422
    assert "looks like a price" in asked.content.decode()
    assert 'name="sure"' in asked.content.decode()
    assert post(room, image(), shows="They want £900", sure="yes").status_code == 302


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "שלום \u202eabc"])
def test_words_of_a_photograph_are_harmless(room, words):
    assert post(room, image(), shows=words).status_code == 302
    html = room.town.client(room.citizens[1]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_files_of_a_refused_photograph_do_not_stay(room, monkeypatch, settings):
    from pathlib import Path

    def refuse(*_args, **_more):
        raise Refused("No")

    monkeypatch.setattr(picturing.minutes, "record", refuse)
    with pytest.raises(Refused):
        put(room)
    assert not [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]


# More than a request may be


def asgi(path, body=b"", announced=None, method="POST"):
    """One request through the gate, as the server hands it over: the status and the words of the answer."""
    import asyncio

    from config.asgi import http_in_turn

    sent = []
    pieces = [body[i : i + 65536] for i in range(0, len(body), 65536)] or [b""]
    messages = iter([{"type": "http.request", "body": p, "more_body": n < len(pieces) - 1} for n, p in enumerate(pieces)])

    async def receive():
        return next(messages, {"type": "http.disconnect"})

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-length", str(len(body) if announced is None else announced).encode())]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    with ThreadPoolExecutor(1) as apart:  # a browser test before this one leaves its loop running in the main thread
        apart.submit(asyncio.run, http_in_turn(scope, receive, send)).result()
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]).decode()


def test_a_body_that_says_it_is_huge_is_not_read():
    status, words = asgi("/w/x/photo/", announced=100 * 1024 * 1024)
    assert (status, words) == (413, "That is too much at once. Send less than 10 MB.")
    assert asgi("/w/x/ideas/", announced=100 * 1024 * 1024)[0] == 413


def test_a_body_that_turns_out_huge_is_dropped():
    assert asgi("/w/x/photo/", b"x" * (11 * 1024 * 1024), announced=5)[0] == 413
    assert asgi("/w/x/ideas/", b"x" * (2 * 1024 * 1024), announced=5)[0] == 413


def test_too_many_words_or_files_get_a_page_and_no_fault(room):
    answer = post(room, image(), shows="x" * 600_000)
    assert answer.status_code == 400
    assert b"more than this form can take" in answer.content
    client = room.town.client(room.citizens[0])
    files = {f"photo{n}": SimpleUploadedFile("a.jpg", b"x") for n in range(5)}
    assert client.post(f"/w/{room.workshop.slug}/photo/", {"shows": "x"} | files).status_code == 400


def test_half_a_picture_is_refused_also_where_another_library_lets_halves_through(monkeypatch):
    from PIL import ImageFile

    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(Refused):
        pictures.draw(image(size=(900, 900), quality=95)[:-2000])
