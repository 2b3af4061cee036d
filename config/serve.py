"""Serve the product in one process: `python -m config.serve`. Checks first what would fail later, each with one sentence."""

import gc
import os
import resource
import socket
import sys
import warnings

import django
import uvicorn

PORT, HOST = int(os.environ.get("PORT", "8000")), os.environ.get("HOST", "127.0.0.1")
ENOUGH_FILES = 4096  # open files: each socket is one


def main() -> int:
    """Serve until stopped; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if port_is_taken():
        sys.stderr.write(f"Port {PORT} on {HOST} is taken by another program. Stop it, or choose another: PORT=8001 make run\n")
        return 1
    allow_many_sockets()
    django.setup()
    from config.asgi import application  # noqa: PLC0415 (only after Django is set up)
    from workshops.frames import HubProtocol  # noqa: PLC0415 (only after Django is set up)

    # WhiteNoise streams files of a few kilobytes; that it does so without an async iterator costs nothing worth a line of log.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    sys.stdout.write(f"\nThroughline is at http://{HOST}:{PORT}/  (stop with Ctrl+C)\n\n")
    sys.stdout.flush()
    # What is loaded now lives as long as the process: keep the garbage collector away from it, and from the room's pushes.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    config = uvicorn.Config(
        application,
        host=HOST,
        port=PORT,
        ws=HubProtocol,
        lifespan="off",
        access_log=False,
        log_level="warning",
        ws_max_size=16 * 1024,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        proxy_headers=bool(os.environ.get("TRUSTED_PROXIES")),
        forwarded_allow_ips=os.environ.get("TRUSTED_PROXIES", ""),
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()
    return 0


def port_is_taken() -> bool:
    """Whether something listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return True
    return False


def allow_many_sockets() -> None:
    """Raise the number of files this process may open, and say so when that is few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536
    if soft < want:
        resource.setrlimit(resource.RLIMIT_NOFILE, (want, hard))
    if want < ENOUGH_FILES:
        sys.stderr.write(f"This machine lets one program open {want} files, so about {want - 200} people can be connected at once.\n")


if __name__ == "__main__":
    sys.exit(main())
