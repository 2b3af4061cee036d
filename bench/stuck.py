"""Ten readers of a hundred stop reading: what the other ninety notice, and what the ten cost."""

import time
from typing import Any

from bench import processes
from bench.latency import waits
from bench.lines import Line, at_share
from bench.socket_load import Load
from bench.stage import Server, Stage

SOCKETS, STUCK = 100, 10
PER_SECOND, KILOBYTES = 40, 16  # heavy enough that a reader who stops is full within the first second
ROUNDS = 3


def measure(stage: Stage) -> None:
    """The others' p95 with stuck readers ÷ without; changes they missed; memory for each stuck one."""
    made = stage.made()
    calm, held = stage.room(made), stage.room(made)
    readers = [stage.load(server, made.token_paths(SOCKETS), record=True) for server in (calm, held)]
    for load in readers:
        load.connect(SOCKETS)
    time.sleep(1.5)
    for server, load in zip((calm, held), readers, strict=True):
        _pushes(stage, server, load, set())
    numbers = set(readers[1].ask("stall", count=STUCK)["stalled"])
    _pushes(stage, held, readers[1], numbers, 80)
    before = processes.resident_bytes(held.pid)
    without, with_stuck, missed = [], [], 0
    for _ in range(1 if stage.quick else ROUNDS):
        without.append(_pushes(stage, calm, readers[0], set())[0])
        p95, lost = _pushes(stage, held, readers[1], numbers)
        with_stuck.append(p95)
        missed += lost
    grown = max(0, processes.resident_bytes(held.pid) - before) / STUCK / 1024
    ours, yard = min(with_stuck), min(without)
    figure = f"p95 {ours:.1f} ms, {missed} changes missed"
    stage.report.add(Line(f"{STUCK} of {SOCKETS} stuck: the others", figure, f"nobody stuck {yard:.1f} ms", ours / yard, ("<=", 1.5)))
    stage.report.add(Line("  changes the others missed", str(missed), ratio=missed, target=("==", 0)))
    stage.report.add(Line("  memory a stuck socket, growth, KB", f"{grown:.0f} KB", "once they are full", grown, ("<=", 200)))


def _pushes(stage: Stage, server: Server, load: Load, stuck: set[int], count: int = 0) -> tuple[float, int]:
    load.ask("report")
    times: Any = server.ask("pace", count or (20 if stage.quick else 120), PER_SECOND, KILOBYTES)
    time.sleep(0.3)
    arrivals = [a for a in load.ask("report")["arrivals"] if a[1] not in stuck]
    waited, missed = waits([(at, n) for n, at in enumerate(times, 1)], arrivals, SOCKETS - len(stuck))
    return at_share(waited, 0.95) * 1e3, missed
