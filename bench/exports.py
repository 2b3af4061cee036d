"""The forms of an export pack by size: time and peak memory of each, how they grow, beside the same libraries writing the same words plainly."""

# ruff: noqa: PLC0415 (the builders are loaded only by the process that is measured)

import argparse
import json
import os
import resource
import subprocess
import time
from typing import Any

import django

from bench import processes
from bench.lines import Line
from bench.stage import Stage

SMALL, LARGE = 20, 200  # outcomes; each has three indicators and five clauses
FORMS = {"docx": 30, "pdf": 200, "xlsx": 30, "json": 5}  # seconds at most: Celery ends a task after 240
BESIDE = {
    "docx": ("python-docx", 1),
    "pdf": ("WeasyPrint, no tags", 3),
    "xlsx": ("openpyxl", 6),
    "json": ("json.dumps", 12),
}  # times at most
MOST_MEMORY = 900  # megabytes


def measure(stage: Stage) -> None:
    """Each form at three sizes in a process of its own; growth is time per clause, large beside small and beside half."""
    made = stage.made(2, 2, 1)
    large = LARGE // 10 if stage.quick else LARGE
    small = max(2, large // 10)
    for form, most in FORMS.items():
        got = {n: _alone(made.env, form, n) for n in (small, large // 2, large)}
        _report(stage, form, large, small, most, got)


def _alone(env: dict[str, str], form: str, outcomes: int) -> dict[str, Any]:
    command = processes.python("-m", "bench.exports", form, str(outcomes))
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=processes.ROOT, env={**os.environ, **env})
    if done.returncode:
        raise RuntimeError(f"exports: {done.stderr[-600:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _report(stage: Stage, form: str, large: int, small: int, most: int, got: dict[int, dict[str, Any]]) -> None:
    add = stage.report.add
    big, little = got[large], got[small]
    figure = f"{big['seconds']:.1f} s, {big['bytes'] / 1e6:.1f} MB"
    add(Line(f"{form} of {large * 5:,} clauses", figure, f"at most {most} s", big["seconds"] / most, ("<=", 1)))
    memory = big["memory"]
    add(Line("  memory at its peak", f"{memory:.0f} MB more", f"at most {MOST_MEMORY} MB", memory / MOST_MEMORY, ("<=", 1)))
    growth = big["seconds"] / max(little["seconds"], 0.001) / (large / small)
    add(Line("  a clause more, beside a small one", f"{growth:.2f} times", f"{small * 5} clauses", growth, ("<=", 1.3)))
    half = got[large // 2]
    growth = big["seconds"] / max(half["seconds"], 0.001) / 2
    add(
        Line(
            "  a clause more, beside half", f"{growth:.2f} times", f"{half['seconds']:.1f} s, {half['memory']:.0f} MB", growth, ("<=", 1.3)
        )
    )
    name, times = BESIDE[form]
    beside = f"{name}: {big['plain']:.2f} s"
    add(Line("  beside the same words written plainly", f"{big['seconds']:.2f} s", beside, big["seconds"] / big["plain"], ("<=", times)))


def figures(form: str, outcomes: int) -> dict[str, Any]:
    """Build one form once, after a tiny one that loads what it needs."""
    from bench.plain_forms import plain
    from commissioning.sentences import on_record
    from outcomes import data_pack, pdf_pack, sheet_pack, word_pack
    from tests.outcomes.export_samples import pack_with

    builders: dict[str, Any] = {
        "docx": word_pack.as_docx,
        "pdf": pdf_pack.as_pdf,
        "xlsx": sheet_pack.as_xlsx,
        "json": lambda pack: data_pack.written(data_pack.read(data_pack.written(pack))),
    }
    build = builders[form]
    on_record(lambda: build(pack_with(1)))
    pack = pack_with(outcomes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    data = on_record(lambda: build(pack))
    took = time.process_time() - began
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    on_record(plain(form, pack_with(1)))
    write = on_record(lambda: plain(form, pack))
    began = time.process_time()
    on_record(write)
    return {"seconds": took, "memory": memory, "bytes": len(data), "plain": time.process_time() - began}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("form", choices=FORMS)
    parser.add_argument("outcomes", type=int)
    given = parser.parse_args()
    django.setup()
    print(json.dumps(figures(given.form, given.outcomes)))
