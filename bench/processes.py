"""Starting child processes that cannot outlive the bench, and reading what they cost from /proc."""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1
NEEDED_FILES = 3_400  # open files: three thousand sockets and what a process has besides

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """In the child, before it starts: be ended when the bench ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def python(*arguments: object) -> list[str]:
    """A command line with the interpreter that runs the bench."""
    return [sys.executable, *map(str, arguments)]


def start(command: list[str], *, log: Path, env: dict[str, str] | None = None, talk: bool = False) -> subprocess.Popen[str]:
    """Start a process in a group of its own; with `talk`, its standard input and output are ours."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
            stdout=subprocess.PIPE if talk else out,
            stderr=out,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def stop(process: subprocess.Popen[str], patience: float = 3) -> None:
    """End a process and everything it started."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[str], seconds: float = 30) -> None:
    """Wait until something listens. Raises `RuntimeError` when the process ends or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"a server ended with {process.returncode} before it listened: {' '.join(map(str, process.args))}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listened within {seconds} s")


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(pid: int) -> int:
    """Memory a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def raise_open_files() -> str | None:
    """Ask for as many open files as allowed; a sentence when that is too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    if soft != resource.RLIM_INFINITY and soft < NEEDED_FILES:
        few = f"This shell allows {soft} open files and the bench needs {NEEDED_FILES}"
        return f"{few}: run `ulimit -n {NEEDED_FILES}` first."
    return None
