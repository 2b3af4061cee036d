"""What WeasyPrint leaves out of a tagged PDF, put right before it is written: header cells, links in words, page furniture. Pure.

Screen readers are told which way a header cell heads, hear where a link leads instead of an id, and are not read the head and foot
of every page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

PRINTED = 4  # a link that is on the screen is on paper too


def mend(pdf: Any, words_of: Mapping[str, str]) -> None:
    """Put it right. `words_of` says in words what stands at each place that a link can lead to."""
    for one in pdf.objects:
        if not isinstance(one, dict):
            continue
        if one.get("S") == "/TH" and "ID" in one:
            _table, row, _column = str(one["ID"].string).rsplit("-", 2)
            one["A"]["Scope"] = "/Column" if row == "0" else "/Row"
        elif one.get("Subtype") == "/Link" and "Contents" in one:
            one["F"] = PRINTED
            one["Contents"].string = words_of.get(one["Contents"].string, one["Contents"].string)
    _leave_out_furniture(pdf)


def _leave_out_furniture(pdf: Any) -> None:
    """Heads and feet of pages hang in no tree, but are marked as if they did: mark them as what they are."""
    tree = next((one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/StructTreeRoot"), None)
    if tree is None:
        return
    whole = _object(pdf, tree["K"][0])
    kept = set(whole["K"])
    for one in _elements(pdf):
        if one.get("P") == whole.reference and one.reference not in kept:
            _as_furniture(pdf, tree, one)


def _elements(pdf: Any) -> list[Any]:
    return [one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/StructElem"]


def _as_furniture(pdf: Any, tree: Any, one: Any) -> None:
    page, numbers = _object(pdf, one["Pg"]), set(_marks(pdf, one))
    _unmark(_object(pdf, page["Contents"]).stream, numbers)
    of_page = _object(pdf, tree["ParentTree"])["Nums"][2 * page["StructParents"] + 1]
    for n in numbers:
        of_page[n] = "null"


def _marks(pdf: Any, one: Any) -> Iterator[int]:
    """The numbers of all that is drawn within; the element itself is taken out of the file."""
    one.free = "f"
    for kid in one["K"]:
        if isinstance(kid, int):
            yield kid
        else:
            yield from _marks(pdf, _object(pdf, kid))


def _unmark(stream: list[Any], numbers: set[int]) -> None:
    for n, item in enumerate(stream):
        if isinstance(item, dict) and item.get("MCID") in numbers:
            stream[n - 1] = "/Artifact"
            item.clear()
            item["Type"] = "/Pagination"


def _object(pdf: Any, reference: bytes) -> Any:
    """What a reference like `12 0 R` leads to."""
    return pdf.objects[int(reference.split()[0])]
