"""Looks at the thread of a cycle as a map: its items with their pages, and the links between them."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commissioning.models import Cycle
from outcomes import standings, thread_map, threading_back
from outcomes.models import Commitment, Criterion, Finding, Reading
from outcomes.thread_map import Node


class Thread:
    """The whole thread of a cycle; a fixed number of queries, however long it is."""

    def __init__(self, cycle: Cycle) -> None:
        found = threading_back.thread_of(cycle)
        self.cycle = cycle
        kinds = {node["id"]: node["type"] for node in found["nodes"]}
        self.nodes = {row["id"]: _node(row) for row in found["nodes"] if row["type"] in thread_map.COLUMNS}
        links = [(link["from"], link["cites"]) for link in found["links"]]
        self.earlier = thread_map.cites(kinds, links)
        self._numbers = _numbers(cycle)

    def page_of(self, node: Node) -> str:
        """The page of an item."""
        pk = int(node.id.rpartition("-")[2])
        slug = self.cycle.slug
        if node.kind == "reading":
            return reverse("return", args=[slug, *self._numbers["reading"][pk]])
        if node.kind in self._numbers:
            return reverse(node.kind, args=[slug, *self._numbers[node.kind][pk]])
        return reverse({"contribution": "contribution_thread"}.get(node.kind, node.kind), args=[slug, pk])

    def rows(self) -> Iterator[list[Any]]:
        """Every link as a row: what came of what."""
        yield [_("From"), _("From: words"), _("To"), _("To: words")]
        for later, cited in self.earlier.items():
            for one in sorted(cited):
                a, b = self.nodes[one], self.nodes[later]
                yield [a.label, a.text, b.label, b.text]


def _numbers(cycle: Cycle) -> dict[str, dict[int, tuple[int, ...]]]:
    readings = Reading.objects.filter(measure__cycle=cycle).values_list("pk", "returned__award", "returned__quarter")
    listed: dict[str, dict[int, tuple[int, ...]]] = {"reading": {pk: (award, quarter) for pk, award, quarter in readings}}
    for kind, rows in (
        ("criterion", Criterion.objects.filter(cycle=cycle)),
        ("commitment", Commitment.objects.filter(award__lot__cycle=cycle)),
        ("finding", Finding.objects.filter(review__cycle=cycle)),
    ):
        listed[kind] = {pk: (number,) for pk, number in rows.values_list("pk", "number")}
    return listed


def _node(row: dict[str, Any]) -> Node:
    kind, label, text = row["type"], row.get("code", ""), row.get("text", "")
    if kind == "contribution":
        label = _("Said")
    elif kind == "clause":
        label = _("Clause %(n)s") % {"n": row["number"]}
    elif kind == "reading":
        label, text = _("Quarter %(n)s") % {"n": row["quarter"]}, str(standings.STANDINGS[row["standing"]])
    return Node(row["id"], kind, label, Truncator(text).chars(220), row.get("group", ""), row.get("theme", ""))
