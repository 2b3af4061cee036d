"""What stands after the question mark is written by anybody: no page breaks on it."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from commissioning.consultation_forms import LookUpForm
from commissioning.providers_forms import FilterForm
from tests.test_pages import fill
from tests.workshops.test_doorways import MATRIX, POSTED

HERE = Path(__file__).parent.parent
READ = re.compile(r"""(?:GET|asked|get|read)(?:\.get\(|\[)"(\w+)"|"(\w+)" in (?:request\.GET|get)""")
FOR_NAMES = re.compile(r"for name in \(([^)]*)\)")
PAGES = sorted(set(MATRIX) - POSTED)


def names():
    """Every name that a page reads from its query string."""
    found = set(LookUpForm.base_fields) | set(FilterForm.base_fields)
    for app in ("commissioning", "workshops", "outcomes"):
        for path in (HERE / app).glob("*views.py"):
            text = path.read_text("utf-8")
            found |= {one or other for one, other in READ.findall(text)}
            found |= {name for several in FOR_NAMES.findall(text) for name in re.findall(r'"(\w+)"', several)}
    return sorted(found)


def test_the_names_are_found():
    assert {"page", "year", "receipt", "level", "old", "new", "q", "since", "theme", "show", "at", "words"} <= set(names())


@pytest.mark.parametrize(
    "nonsense",
    ["\0", "²", "9" * 30, "\ud800".encode("utf-8", "surrogatepass"), "-1'\"><" + "x" * 2000],
    ids=["nul", "raised two", "huge", "half a letter", "marks and long"],
)
def test_no_page_breaks_on_a_nonsense_query_string(room, nonsense):
    fill(room, 1)
    asked = urlencode(dict.fromkeys(names(), nonsense))
    clients = [room.town.client(who) for who in (room.town.lead, room.citizens[0])]
    for name in PAGES:
        filled = [{"CYCLE": room.town.cycle.slug, "ROOM": room.workshop.slug}.get(a, a) for a in MATRIX[name][0]]
        for client in clients:
            assert client.get(f"{reverse(name, args=filled)}?{asked}").status_code < 500, name
