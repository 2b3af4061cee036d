"""What a socket costs before anything happens: memory to hold it, time to open it."""

import time

from bench import processes
from bench.lines import Line
from bench.socket_load import Load
from bench.stage import Server, Stage

ROUNDS = 2


def measure(stage: Stage) -> None:
    """Memory of idle sockets; connects a second beside a consumer that only accepts."""
    made = stage.made()
    few, many = stage.sizes(200, 3_000)
    server = stage.room(made)
    load = stage.load(server, made.token_paths(many))
    load.connect(few)
    time.sleep(1.5)
    before = processes.resident_bytes(server.pid)
    load.connect(many - few)
    time.sleep(1.5)
    each = (processes.resident_bytes(server.pid) - before) / (many - few) / 1024
    stage.report.add(Line(f"memory a socket, {many:,} idle, KB", f"{each:.1f} KB", "the same process with few", each, ("<=", 40)))
    stage.clear()
    _connecting(stage)


def _connecting(stage: Stage) -> None:
    made, [count] = stage.made(), stage.sizes(1_000)
    room = stage.room(made)
    try:
        stock = stage.channels(made)
    except FileNotFoundError as absent:
        stage.report.missing("connects a second", str(absent))
        return
    paths = made.token_paths(count)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_rate(stage, room, paths, count))
        theirs.append(_rate(stage, stock, ["/bare/"], count))
    best, yard = max(ours), max(theirs)
    stage.report.add(
        Line(
            "connects a second, with a signed token",
            f"{best:,.0f}/s",
            f"bare channels consumer {yard:,.0f}/s",
            best / yard,
            (">=", 0.7),
        )
    )


def _rate(stage: Stage, server: Server, paths: list[str], count: int) -> float:
    load: Load = stage.load(server, paths)
    got = load.connect(count)
    load.stop()
    time.sleep(1)
    return count / float(got["seconds"])
