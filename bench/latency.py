"""How long after an act commits every screen shows it: the real act, the real region, the real database."""

import time
from typing import Any

from bench.lines import Line, at_share
from bench.rooms import Made
from bench.servers import Valkey
from bench.socket_load import Load
from bench.stage import Server, Stage

AUDIENCES = ("facilitator", "screen", *["participant"] * 48)  # as a room is: nearly everybody takes part
PER_SECOND = 2  # changes
SETTLE = 1.6  # seconds: the room notes arrivals one second after the first, and redraws who is here


def waits(changes: list[tuple[float, int]], arrivals: list[tuple[float, int, int]], sockets: int) -> tuple[list[float], int]:
    """For every change and socket, seconds until a frame showed it; and how many never did."""
    waited: list[float] = []
    coming = sorted(arrivals)
    for at, revision in changes:
        first: dict[int, float] = {}
        for when, number, shown in coming:
            if when >= at and shown >= revision and number not in first:
                first[number] = when - at
                if len(first) == sockets:
                    break
        waited += first.values()
    return waited, len(changes) * sockets - len(waited)


def measure(stage: Stage) -> None:
    """Latency of real comments at each size; how often a push is drawn; the longest pause at the middle size."""
    made = stage.made()
    for count in stage.sizes(200, 1_000, 3_000):
        server = stage.room(stage.made())
        load = stage.load(server, made.token_paths(count, AUDIENCES), record=True)
        load.connect(count)
        time.sleep(SETTLE)
        _one_size(stage, made, count, server, load)
        if count in stage.sizes(1_000):
            _pauses(stage, made, server, load)
        stage.clear()
    _through_valkey(stage, made)


def _through_valkey(stage: Stage, made: Made) -> None:
    """The same with announcements over Valkey, all sockets having come at once, as after a restart."""
    try:
        valkey = Valkey(stage.scratch)
    except FileNotFoundError as absent:
        stage.report.missing("act to screen through Valkey", str(absent))
        return
    stage.keep(valkey)
    [count] = stage.sizes(1_000)
    server = stage.room(stage.made(), REDIS_URL=valkey.url)
    load = stage.load(server, made.token_paths(count, AUDIENCES), record=True)
    load.connect(count)
    time.sleep(SETTLE)
    _one_size(stage, made, count, server, load, " through Valkey")
    stage.clear()


def _one_size(stage: Stage, made: Made, count: int, server: Server, load: Load, how: str = "") -> None:
    before: Any = server.ask("stats")
    load.ask("report")
    acts = 4 if stage.quick else 20
    changes: Any = server.ask("acts", made.workshop, made.people[0], acts, PER_SECOND)
    time.sleep(0.6)
    after: Any = server.ask("stats")
    got = load.ask("report")
    waited, missed = waits(changes, got["arrivals"], count)
    p50, p95, last = (at_share(waited, share) * 1e3 for share in (0.5, 0.95, 1))
    figure = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, last {last:.1f} ms"
    stage.report.add(
        Line(
            f"act to screen{how}, {count:,} sockets, not arrived",
            figure,
            f"{acts} comments, {PER_SECOND}/s",
            missed,
            ("==", 0),
        )
    )
    drawn = (after["renders"] - before["renders"]) / (acts * len(set(AUDIENCES)))
    pause = f"longest pause of the loop {after['worst_pause'] * 1e3:.0f} ms"
    stage.report.add(Line(f"drawn per push and audience{how}, {count:,} sockets", f"{drawn:g}", pause, drawn, ("<=", 1)))


def _pauses(stage: Stage, made: Made, server: Server, load: Load) -> None:
    for which, what in (("one", "one card"), ("all", "every region")):
        server.ask("stats")
        before = load.ask("report")
        changes: list[tuple[float, int]] = []
        for _ in range(2 if stage.quick else 5):
            changes += [(at, revision) for at, revision in server.ask("names", made.workshop, which)]  # type: ignore[attr-defined]
            time.sleep(1)
        after: Any = server.ask("stats")
        got = load.ask("report")
        waited, missed = waits(changes, got["arrivals"], got["open"])
        weight = (got["bytes"] - before["bytes"]) / max(1, got["frames"] - before["frames"])
        figure = f"{after['worst_pause'] * 1e3:.0f} ms; on screen p95 {at_share(waited, 0.95) * 1e3:.0f} ms"
        beside = f"{weight / 1024:.1f} KB to {got['open']:,} sockets, {missed} missed"
        stage.report.add(Line(f"longest pause of the loop, {what}, ms", figure, beside, after["worst_pause"] * 1e3, ("<=", 100)))
