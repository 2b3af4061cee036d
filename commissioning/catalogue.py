"""Catalogues of translated words: reading a .po file, making the .mo the product uses, and what is wrong with a translation.

Only Python is needed, so that anybody can compile and every test can check; gathering new texts needs gettext's tools.
"""

import ast
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

GAPS = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w*)\}(?!\})|%[sd]")
MARKS = re.compile(r"</?\w+[^>]*>|&\w+;")


@dataclass
class Entry:
    """One text with its translations, of which a language has as many as it has plural forms."""

    text: str
    plural: str | None = None
    context: str | None = None
    said: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False
    places: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether every form is translated, by somebody and not by guessing."""
        return bool(self.said) and all(self.said.values()) and not self.fuzzy


def read(path: Path) -> list[Entry]:
    """The entries of a .po file, its header first. Obsolete ones are left out."""
    found = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        entry = _entry(block.splitlines())
        if entry is not None:
            found.append(entry)
    return found


def _entry(lines: list[str]) -> Entry | None:
    words: dict[str, str] = {}
    at = ""
    made = Entry("")
    for line in lines:
        if line.startswith("#:"):
            made.places += line[2:].split()
        elif line.startswith("#,"):
            made.fuzzy |= "fuzzy" in line
        elif line.startswith("#"):
            continue
        elif line.startswith('"'):
            words[at] += ast.literal_eval(line)
        elif line.strip():
            at, _space, quoted = line.partition(" ")
            words[at] = ast.literal_eval(quoted)
    if "msgid" not in words:
        return None
    made.text, made.plural, made.context = words["msgid"], words.get("msgid_plural"), words.get("msgctxt")
    made.said = {0: words["msgstr"]} if "msgstr" in words else {int(k[7:-1]): v for k, v in words.items() if k.startswith("msgstr[")}
    return made


def compiled(entries: list[Entry]) -> bytes:
    """The .mo file of these entries: the same bytes for the same words, whoever makes it, whenever."""
    pairs = []
    for entry in entries:
        if entry.done:
            key = (f"{entry.context}\x04" if entry.context else "") + entry.text + (f"\0{entry.plural}" if entry.plural is not None else "")
            pairs.append((key.encode(), "\0".join(entry.said[n] for n in sorted(entry.said)).encode()))
    pairs.sort()
    table, texts, start = [], b"", 7 * 4 + 16 * len(pairs)
    for part in (0, 1):
        for pair in pairs:
            table.append((len(pair[part]), start + len(texts)))
            texts += pair[part] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + b"".join(struct.pack("<2I", *row) for row in table) + texts


def gaps(text: str) -> list[str]:
    """The gaps that values fill, in order of name."""
    return sorted(found.group() for found in GAPS.finditer(text))


def faults(entry: Entry) -> list[str]:
    """What in a translation differs that may not: its gaps, its markup, its blank edges."""
    wrong = []
    for number, said in entry.said.items():
        if not said:
            continue
        originals = [entry.text] if entry.plural is None else [entry.text, entry.plural]
        if gaps(said) not in [gaps(o) for o in originals]:
            wrong.append(f"gaps differ in “{entry.text[:60]}” ({number}): {gaps(said)}")
        if sorted(MARKS.findall(said)) != sorted(MARKS.findall(originals[-1])):
            wrong.append(f"markup differs in “{entry.text[:60]}” ({number})")
        if (said[:1].isspace(), said[-1:].isspace()) != (entry.text[:1].isspace(), entry.text[-1:].isspace()):
            wrong.append(f"blank edges differ in “{entry.text[:60]}” ({number})")
    return wrong
