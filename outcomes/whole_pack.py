"""Everything of one signed-off version in one file: for the authority's own procurement system, or to keep."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from outcomes.data_pack import Pack
from outcomes.packing import packed

NAMES = {"docx": "specification.docx", "pdf": "specification.pdf", "xlsx": "framework.xlsx", "json": "specification.json"}
RECORD, README = "session-record.json", "README.txt"


def as_zip(pack: Pack, files: Mapping[str, bytes]) -> bytes:
    """The pack as one zip file; the same version always gives the same bytes. A form that could not be made is said to be missing."""
    inside = [(NAMES[form], files[form]) for form in NAMES if form in files]
    if pack.record is not None:
        inside.append((RECORD, _record(pack)))
    return packed([(README, _readme(pack, [name for name, _data in inside]).encode()), *inside])


def _record(pack: Pack) -> bytes:
    whole: dict[str, Any] = {"content_hash": pack.content_hash, "record": pack.record, "record_hash": pack.record_hash}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _readme(pack: Pack, names: list[str]) -> str:
    about = {
        "specification.docx": _("The specification to read and to edit in a copy. Opens in Word and LibreOffice."),
        "specification.pdf": _("The same to read and print, tagged for screen readers."),
        "framework.xlsx": _("The framework, clauses, criteria, weighting, monitoring plan and where each clause comes from, as sheets."),
        "specification.json": _("The same as data. It can be read back to the same content and the same hash."),
        RECORD: _("Who was asked, when, and what each outcome is made of. People are shown by the name they were given here."),
    }
    lines = [
        f"{pack.title}: {_('service specification')}",
        f"{pack.content['cycle'].get('authority', '')}",
        _("Version %(n)s, signed off on %(day)s") % {"n": pack.number, "day": f"{pack.at:%-d %B %Y}"},
        f"{_('Content hash (SHA-256)')}: {pack.content_hash}",
        "",
        _(
            "Every file here is made from this one version. The hash stands in each of them: if two files carry the same hash, they say the same."
        ),
        "",
        *(f"{name}\n    {about[name]}" for name in about if name in names),
    ]
    missing = [name for form, name in NAMES.items() if name not in names]
    if missing:
        lines += ["", _("Not in this pack, because this machine could not make it: %(names)s") % {"names": ", ".join(missing)}]
    if pack.content["cycle"].get("invented"):
        lines += ["", _("Demonstration data. Every person, place and figure here is invented.")]
    return "\r\n".join(line.replace("\n", "\r\n") for line in lines) + "\r\n"
