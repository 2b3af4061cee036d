"""Packing files into one, so that the same files always give the same bytes. Pure."""

import io
import zipfile
from collections.abc import Iterable, Iterator

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip file can name: when it was packed says nothing


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """One zip file of these, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in files:
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            whole.writestr(info, data)
    return out.getvalue()


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a zip file we made ourselves, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        for name in whole.namelist():
            yield name, whole.read(name)


def steady(data: bytes) -> bytes:
    """The same zip file without the moment it was packed."""
    return packed(unpacked(data))
