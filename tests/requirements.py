"""Which test keeps which requirement: read from the names of the tests, written as docs/reference/requirements.md.

A test keeps a requirement when its name begins with it: `test_an_02_…` keeps AN-02, and `test_py_03_inv_24_…` keeps both.
`python -m tests.requirements` writes the page.
"""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE, PAGE = ROOT / "docs/reference/requirements.toml", ROOT / "docs/reference/requirements.md"
CODE = r"(an|pl|do|rv|ws|ps|tr|fb|lg|fs|vs|py|pn|me|sw|p8|s7|cy|ac|et|inv)_(\d+)_"
NAMES = re.compile(f"test_((?:{CODE})+)")
PRIORITY = {1: "must", 2: "should", 3: "could"}


def kept() -> dict[str, list[str]]:
    """For each requirement the tests named after it, as `path::name`."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (match := NAMES.match(node.name)):
                for part, number in re.findall(CODE, match[1]):
                    found.setdefault(f"{part.upper()}-{number}", []).append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def parts() -> list[dict]:
    """The requirements by part, as data."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))["part"]


def page() -> str:
    """The whole page: each requirement, what it is accepted by, its tests and where it stands."""
    tests = kept()
    listed = [row for part in parts() for row in part["requirement"]]
    held = sum(1 for row in listed if row["id"] in tests)
    lines = [
        "# Requirements and the tests that keep them",
        "",
        "Written by `python -m tests.requirements` from `requirements.toml` and the names of the tests; do not edit it by hand.",
        "A test that begins with a requirement's number keeps it. “No test of its own” does not mean that it is not built: many are kept",
        "by tests that are named after what people do.",
        "",
        f"{held} of {len(listed)} have tests of their own.",
    ]
    for part in parts():
        lines += ["", f"## {part['title']}", "", "| id | | requirement | accepted when | kept by | state |", "|---|---|---|---|---|---|"]
        for row in part["requirement"]:
            named = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests.get(row["id"], []))
            state = "kept" if named else "no test of its own"
            lines.append(f"| {row['id']} | {PRIORITY[row['priority']]} | {row['text']} | {row['accepted']} | {named} | {state} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
