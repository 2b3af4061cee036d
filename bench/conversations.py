"""Real conversations: a large one imported, a small one played again at sixty times its pace."""

import json
import os
import subprocess
import time
from pathlib import Path

from bench import processes
from bench.lines import Line
from bench.servers import Postgres, Valkey
from bench.stage import Server, Stage

LARGE, SMALL = "scoop-hivemind.affordable-housing", "london.youth.policing"
SPEED = 60
LONGEST = 240  # seconds for one command


class Absent(Exception):  # noqa: N818 (nothing went wrong: it is not here)
    """What is needed is not on this machine."""


def measure(stage: Stage) -> None:
    """Import the large one; replay the small one on one process, then on two with PostgreSQL and Valkey."""
    for name, part in (
        ("import of a large conversation", _import),
        ("replay, one process", _replay_embedded),
        ("replay, two processes", _replay_full),
    ):
        try:
            part(stage)
        except (Absent, FileNotFoundError) as reason:
            stage.report.missing(name, str(reason))
        finally:
            stage.clear()


def _folder(name: str) -> Path:
    shared = Path(os.environ.get("SHARED_DATA", str(processes.ROOT.parent / "shared" / "data")))
    found = shared / "conversations" / name
    if not (found / "votes.csv").exists():
        raise Absent(f"no {name} in SHARED_DATA/conversations")
    return found


def _manage(*arguments: object, env: dict[str, str], command: str) -> tuple[int, str, str]:
    ours = processes.ROOT / "workshops" / "management" / "commands" / f"{command}.py"
    if command != "migrate" and not ours.exists():
        raise Absent(f"there is no command {command}")
    line = processes.python("manage.py", command, *arguments)
    try:
        done = subprocess.run(
            line,
            cwd=processes.ROOT,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
            preexec_fn=processes.die_with_parent,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{command} took more than {LONGEST} s") from None
    return done.returncode, done.stdout, done.stderr


def _import(stage: Stage) -> None:
    folder, made = _folder(LARGE), stage.made(5, 1, 0)
    votes = sum(1 for _ in (folder / "votes.csv").open()) - 1
    began = time.monotonic()
    code, __, said = _manage(folder, env=made.env, command="import_conversation")
    seconds = time.monotonic() - began
    if code:
        raise RuntimeError(f"import_conversation ended with {code}: {said[-300:]}")
    stage.report.add(Line("import of a large conversation, s", f"{seconds:.1f} s for {votes:,} votes", "", seconds, ("<=", 20)))


def _replay_embedded(stage: Stage) -> None:
    made = stage.made(5, 1, 0)
    _replay(stage, "one process, SQLite", stage.uvicorn(made.env), made.env)


def _replay_full(stage: Stage) -> None:
    postgres, valkey = Postgres(), Valkey(stage.scratch)
    stage.keep(postgres)
    stage.keep(valkey)
    env = {**stage.made(5, 1, 0).env, "DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
    code, __, said = _manage("-v0", env=env, command="migrate")
    if code:
        raise RuntimeError(f"migrate ended with {code}: {said[-300:]}")
    _replay(stage, "two processes, PostgreSQL, Valkey", stage.uvicorn_pair(env), env)


def _replay(stage: Stage, name: str, server: Server, env: dict[str, str]) -> None:
    url = f"http://127.0.0.1:{server.port}"
    code, said, wrong = _manage(_folder(SMALL), "--url", url, "--speed", SPEED, env=env, command="replay_conversation")
    if not said.strip():
        raise RuntimeError(f"replay_conversation ended with {code}: {wrong[-300:]}")
    got = json.loads(said.strip().splitlines()[-1])
    figure = f"{got['acknowledged']} votes, {got['clients']} clients, p95 {got['p95_ms']} ms"
    wrong_ones = got["lost"] + got["duplicated"]
    stage.report.add(Line(f"replay x{SPEED}, {name}", figure, "lost + doubled", wrong_ones, ("==", 0)))
    stage.report.add(
        Line(
            f"  {name}: last screen, p95 ms",
            f"{got['p95_ms']} ms, {got['not_seen_by_all']} not seen by all",
            "",
            got["p95_ms"] or float("nan"),
            ("<=", 500),
        )
    )
