"""Making a photograph safe: read by its content, turned upright, drawn anew without its hidden data, in two sizes."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageFile, ImageOps

from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _

MOST_BYTES = 8 * 1024 * 1024  # of one file
MOST_PIXELS = 50_000_000  # of a JPEG, which can be read at a fraction of its size; the newest phones have 48 million
MOST_PIXELS_WHOLE = 25_000_000  # of a format that is always read whole
LARGE, SMALL = 2000, 640  # pixels of the longer side
Image.init()
READ = tuple(name for name in ("JPEG", "PNG", "WEBP", "HEIF") if name in Image.OPEN)
NOT_A_PHOTO = _("This is not a photograph we can read. Send a JPEG, PNG or WebP picture. Your words are still here.")
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    struct.error,
    zlib.error,
    MemoryError,
    AttributeError,
    OverflowError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


@dataclass(frozen=True)
class Drawn:
    """One picture as we made it: JPEG bytes and its size in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Picture:
    """A photograph in two sizes."""

    large: Drawn
    small: Drawn


def why_not_size(size: int) -> _ | None:
    """Whether a file of this many bytes may be read at all."""
    if size == 0:
        return _("This file is empty. Choose the photograph again. Your words are still here.")
    if size > MOST_BYTES:
        return _("This file is larger than {n} megabytes. Send a smaller picture. Your words are still here.", n=MOST_BYTES // 1024 // 1024)
    return None


def draw(content: bytes) -> Picture:
    """The photograph in these bytes, made anew. What it is called or says it is does not count.

    Raises `Refused` when it is empty, too large in bytes or pixels, not a photograph, or broken.
    """
    why_not = why_not_size(len(content))
    if why_not is not None:
        raise Refused(why_not)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # The library that makes PDFs switches this on for the whole process: half a picture would pass for one.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            return _draw(content)
    except BROKEN as broken:
        raise Refused(NOT_A_PHOTO) from broken


def _draw(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=READ) as found:
        most = MOST_PIXELS if found.format == "JPEG" else MOST_PIXELS_WHOLE
        if found.width * found.height > most or min(found.size) < 1:
            raise Refused(_("This picture has too many dots to be read here. Send a smaller one. Your words are still here."))
        found.draft("RGB", (LARGE, LARGE))  # a JPEG is read at the fraction that is needed, before any of it is unpacked
        upright = ImageOps.exif_transpose(found)
        plain = _on_white(upright)
    plain.thumbnail((LARGE, LARGE))
    large = _as_jpeg(plain)
    plain.thumbnail((SMALL, SMALL))
    return Picture(large, _as_jpeg(plain))


def _on_white(image: Image.Image) -> Image.Image:
    """Colours only, on white where it could be seen through; a new image, so that nothing hidden comes along."""
    if image.mode not in ("RGBA", "LA", "PA", "P"):
        return Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())
    coloured = image.convert("RGBA")
    plain = Image.new("RGB", coloured.size, "white")
    plain.paste(coloured, mask=coloured.getchannel("A"))
    return plain


def _as_jpeg(image: Image.Image) -> Drawn:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, optimize=True)
    return Drawn(out.getvalue(), image.width, image.height)
