"""What it costs to draw the room, by how much is in it; as a process, measures one room and prints the figures."""

# ruff: noqa: PLC0415 (models can be imported only after Django is set up, which not every use of this module does)

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

from bench import processes
from bench.lines import Line
from bench.rooms import Made
from bench.stage import Stage

SIZES = (10, 100, 1_000)  # proposals


def measure(stage: Stage) -> None:
    """The room page at each size beside an empty page; one card beside all of them."""
    counts: dict[int, int] = {}
    for size in SIZES[:2] if stage.quick else SIZES:
        made = stage.made(50, size, 5)
        got = _in_process(made)
        counts[size] = got["queries"]
        figure = f"{got['page_ms']:.1f} ms, {got['queries']} queries, {got['kilobytes']:.0f} KB"
        beside = f"an empty page {got['empty_ms']:.2f} ms"
        stage.report.add(Line(f"room page, {size:,} proposals", figure, beside, got["page_ms"] / got["empty_ms"]))
        figure = f"one card {got['one_ms']:.1f} ms, {got['one_queries']} queries"
        beside = f"every region {got['all_ms']:.1f} ms, {got['all_queries']} queries"
        stage.report.add(Line(f"  drawn for a push, {size:,} proposals", figure, beside, got["all_ms"] / got["one_ms"]))
    spread = max(counts.values()) - min(counts.values())
    stage.report.add(Line("  queries more in the largest room", f"{list(counts.values())}", ratio=spread, target=("==", 0)))


def _in_process(made: Made) -> dict[str, float]:
    key = made.keys[0]
    command = processes.python("-m", "bench.drawing", made.workshop, made.slug, made.cycle, key)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=processes.ROOT, env={**os.environ, **made.env})
    if done.returncode:
        raise RuntimeError(f"drawing: {done.stderr[-600:]}")
    return json.loads(done.stdout)


def _timed(work: Callable[[], Any], least: float = 0.4) -> float:
    """Milliseconds, the median of as many runs as fit."""
    work()
    took: list[float] = []
    while len(took) < 3 or sum(took) < least:
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took) * 1e3


def figures(workshop_id: int, slug: str, cycle_id: int, key: str) -> dict[str, float]:
    """Everything about one room."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from workshops import regions
    from workshops.models import Proposal, Workshop

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.cookies[f"seat-{cycle_id}"] = key
    first = Proposal.objects.filter(workshop=workshop_id).order_by("pk")[0].pk
    names = regions.all_names(Workshop.objects.get(pk=workshop_id))
    found: dict[str, float] = {}
    jobs: dict[str, Callable[[], Any]] = {
        "page": lambda: browser.get(f"/w/{slug}/"),
        "empty": lambda: browser.get("/bench/empty/"),
        "one": lambda: regions.render(workshop_id, [f"proposal-{first}"], regions.PARTICIPANT),
        "all": lambda: regions.render(workshop_id, names, regions.PARTICIPANT),
    }
    for name, job in jobs.items():
        found[f"{name}_ms"] = _timed(job)
        with CaptureQueriesContext(connection) as asked:
            got = job()
        found["queries" if name == "page" else f"{name}_queries"] = len(asked)
        if name == "page":
            if got.status_code != 200:
                raise RuntimeError(f"the room answered {got.status_code}")
            found["kilobytes"] = len(got.content) / 1024
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("workshop", type=int)
    parser.add_argument("slug")
    parser.add_argument("cycle", type=int)
    parser.add_argument("key")
    given = parser.parse_args()
    django.setup()
    print(json.dumps(figures(given.workshop, given.slug, given.cycle, given.key)))
