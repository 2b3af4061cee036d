"""Votes through the real view, as fast as they come and while a thousand screens watch."""

import json
import os
import subprocess
import time
from typing import Any

from bench import latency, processes
from bench.lines import Line, at_share
from bench.rooms import Made
from bench.stage import Server, Stage
from bench.vote_load import Voting, nothing_request, vote_request

TICK = 0.25  # seconds between two pushes to a room
SAMPLE = 20  # of a thousand screens every so many is looked at vote by vote


def measure(stage: Stage) -> None:
    """Ingest under ASGI and WSGI on SQLite; then votes and screens together."""
    made = stage.made()
    bare = ask_database(made, "loop", made.ballots[0], stage.seconds(3))["per_second"]
    for name, served in (("uvicorn ASGI, SQLite", stage.uvicorn), ("granian WSGI, SQLite", stage.granian)):
        fresh = stage.made()
        ingest(stage, name, fresh, served(fresh.env), bare)
        stage.clear()
    for pace in (100, 300):
        together(stage, pace)
        stage.clear()


def ask_database(made: Made, *what: object) -> Any:
    """Run the bare loop, or read the keys, in a process on this database."""
    command = processes.python("-m", "bench.bare_votes", *what)
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=processes.ROOT, env={**os.environ, **made.env})
    return json.loads(done.stdout)


def crowd(stage: Stage, server: Server, requests: list[str], prefix: str, seconds: float, pace: float | None = None) -> dict[str, Any]:
    """One crowd from beginning to end."""
    return Voting(server.port, requests, stage.scratch, seconds=seconds, prefix=prefix, per_second=pace).result()


def p95(result: dict[str, Any]) -> float:
    """Milliseconds within which nineteen of twenty answers came."""
    return at_share([took for _, _, took in result["acks"]], 0.95) * 1e3


def ingest(stage: Stage, name: str, made: Made, server: Server, bare: float) -> None:
    """Votes per second at 50 and 200 at once, beside a no-op POST and the bare loop; and whether each is kept once."""
    crowd(stage, server, [nothing_request(server.port)] * 4, "warm", 0.5)
    crowd(stage, server, [vote_request(server.port, made, n) for n in range(4)], "warm", 0.5)
    acked = set()
    for at_once in (10, 20) if stage.quick else (50, 200):
        idle = crowd(stage, server, [nothing_request(server.port)] * at_once, "none", stage.seconds(2))
        votes = [vote_request(server.port, made, n) for n in range(at_once)]
        got = crowd(stage, server, votes, f"v{at_once}-", stage.seconds(4))
        acked |= {key for key, _, _ in got["acks"]}
        rate, nothing = len(got["acks"]) / got["seconds"], len(idle["acks"]) / idle["seconds"]
        figure = f"{rate:,.0f} votes/s, p95 {p95(got):.0f} ms, client {got['cpu']:.0%}"
        beside = f"bare loop {bare:,.0f}/s; no-op {nothing:,.0f}/s p95 {p95(idle):.0f}"
        target = (">=", 0.3) if "WSGI" in name else None
        stage.report.add(Line(f"votes, {name}, {at_once} at once", figure, beside, rate / bare, target))
        wrong = got["errors"] + got["sent"] - len(got["acks"])
        stage.report.add(
            Line(
                f"  {name}, {at_once}: time-outs, errors, refusals",
                f"{wrong} of {got['sent']}, {dict(got['statuses'])}",
                ratio=wrong,
                target=("==", 0),
            )
        )
    kept = [key for key in ask_database(made, "keys", made.ballots[0]) if key.startswith("v")]
    lost, doubled = len(acked - set(kept)), len(kept) - len(set(kept))
    stage.report.add(
        Line(
            f"  {name}: acknowledged and lost, or kept twice",
            f"{lost} lost, {doubled} doubled",
            f"{len(acked):,} acknowledged",
            lost + doubled,
            ("==", 0),
        )
    )


def together(stage: Stage, pace: int) -> None:
    """A thousand sockets and a steady stream of votes in one embedded process."""
    made, [count] = stage.made(), stage.sizes(1_000)
    server = stage.room(made)
    load = stage.load(server, made.token_paths(count), record=True)
    load.connect(count)
    time.sleep(latency.SETTLE)
    seconds = 2 if stage.quick else 8
    idle = crowd(stage, server, [nothing_request(server.port)] * 50, "none", min(4, seconds), pace)
    crowd(stage, server, [vote_request(server.port, made, n) for n in range(8)], "warm", 0.5, pace)
    time.sleep(0.5)
    load.ask("report")
    begun, cpu, base = time.monotonic(), server.cpu(), len(ask_database(made, "keys", made.ballots[0]))
    got = crowd(stage, server, [vote_request(server.port, made, n) for n in range(min(200, len(made.keys)))], "v", seconds, pace)
    busy = (server.cpu() - cpu) / (time.monotonic() - begun)
    time.sleep(4 * TICK)
    arrivals = load.ask("report")["arrivals"]
    name = f"{count:,} sockets, {pace} votes/s"
    figure = f"{p95(got):.1f} ms; {len(got['acks']) / got['seconds']:.0f}/s, server {busy:.0%} of a core"
    beside = f"no-op POST at the same pace {p95(idle):.1f} ms"
    stage.report.add(Line(f"{name}: vote answered, p95", figure, beside, p95(got) / p95(idle), ("<=", 3) if pace == 100 else None))
    _screens(stage, name, count, made, got, arrivals, base)


def _screens(stage: Stage, name: str, count: int, made: Made, got: dict[str, Any], arrivals: list[Any], base: int) -> None:
    answered = sorted(at for _, at, _ in got["acks"])
    acts = max(shown for *_, shown in arrivals) - len(answered) - base  # the part of the revision that is not votes
    changes = [(at, acts + base + n) for n, at in enumerate(answered, 1)]
    watched = [a for a in arrivals if a[1] % SAMPLE == 0]
    screens = len({number for _, number, _ in watched})
    waited = _shown_after(changes, watched)
    late = at_share(waited, 0.95) * 1e3
    target = ("<=", 310.0) if stage.quick or "100 votes" in name else None
    stage.report.add(Line(f"{name}: on screen after the answer, p95 ms", f"{late:.0f} ms", "a tick of 250 ms and 60", late, target))
    last = [when - answered[-1] for when, _, shown in arrivals if shown == changes[-1][1]]
    reached = len({number for _, number, shown in arrivals if shown == changes[-1][1]})
    exact = max(last, default=float("nan")) * 1e3
    stage.report.add(
        Line(
            f"{name}: last screen exact, ms",
            f"{exact:.0f} ms, {reached:,} of {count:,} screens",
            "two ticks",
            exact,
            ("<=", 500),
        )
    )
    rate = len(watched) / max(1, screens) / (got["seconds"] + TICK)
    stage.report.add(Line(f"{name}: updates a client and second", f"{rate:.2f}", "4 a second", rate, ("<=", 4.4)))


def _shown_after(changes: list[tuple[float, int]], arrivals: list[tuple[float, int, int]]) -> list[float]:
    """For every vote and screen, seconds from the answer until a frame counted it; a screen may be first."""
    by_screen: dict[int, list[tuple[float, int]]] = {}
    for when, number, shown in sorted(arrivals):
        by_screen.setdefault(number, []).append((when, shown))
    waited = []
    for frames in by_screen.values():
        at = 0
        for answered, revision in changes:
            while at < len(frames) and frames[at][1] < revision:
                at += 1
            if at < len(frames):
                waited.append(max(0.0, frames[at][0] - answered))
    return waited
