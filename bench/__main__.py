"""`python -m bench`: every line in turn, each beside its yardstick; then var/bench.json."""

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from bench import (
    ballots,
    compressed,
    consultations,
    conversations,
    drawing,
    exports,
    fanout,
    frameworks,
    idle,
    latency,
    methods,
    opinions,
    processes,
    stuck,
)
from bench.lines import Report
from bench.stage import Stage

LONGEST = 11.5 * 60  # seconds: the bench stops by itself
PARTS: dict[str, Callable[[Stage], None]] = {
    "fanout": fanout.measure,
    "latency": latency.measure,
    "votes": ballots.measure,
    "idle": idle.measure,
    "stuck": stuck.measure,
    "compressed": compressed.measure,
    "drawing": drawing.measure,
    "conversations": conversations.measure,
    "methods": methods.measure,
    "opinions": opinions.measure,
    "consultations": consultations.measure,
    "exports": exports.measure,
    "frameworks": frameworks.measure,
}


class OutOfTime(BaseException):
    """The whole run took too long."""


def _ring(*_: object) -> None:
    raise OutOfTime


def run(names: list[str], stage: Stage) -> None:
    """Measure these parts; one that fails is a line that says so, and the rest goes on."""
    for name in names:
        try:
            PARTS[name](stage)
        except OutOfTime:
            stage.report.missing(name, f"the run is stopped after {LONGEST / 60:g} minutes", broken=True)
            return
        except Exception as wrong:  # noqa: BLE001 (a part that breaks must not take the others with it)
            traceback.print_exc(file=sys.stderr)
            stage.report.missing(name, f"{type(wrong).__name__}: {wrong}", broken=True)
            for log in stage.scratch.glob("*.log"):
                print(f"--- {log.name}\n{log.read_text()[-1500:]}", file=sys.stderr)
        finally:
            stage.clear()


def main() -> int:
    """Run the bench; 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be given several times")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a tenth of the sockets for a second each: tries the bench, measures nothing",
    )
    parser.add_argument("--out", type=Path, default=processes.ROOT / "var" / "bench.json")
    given = parser.parse_args()
    too_few = processes.raise_open_files()
    if too_few:
        print(too_few, file=sys.stderr)
        return 2
    signal.signal(signal.SIGALRM, _ring)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.alarm(int(LONGEST))
    started = time.monotonic()
    stage = Stage(Report(), given.quick)
    try:
        run(given.only or list(PARTS), stage)
    finally:
        signal.alarm(0)
        stage.close()
    stage.report.write(given.out, time.monotonic() - started)
    missed = [line.name for line in stage.report.lines if line.verdict in ("MISS", "BROKEN")]
    print(
        f"\n{time.monotonic() - started:.0f} s on {os.cpu_count()} cores; {len(missed)} missed or broken"
        + "".join(f"\n  {name}" for name in missed)
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
