"""The house keeps its shape: floors, sizes, names, and nothing left lying about."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests import requirements
from tests.stack import ROOT
from workshops import regions

FLOORS = ["commissioning", "workshops", "outcomes"]
CODE = [p for floor in ("config", *FLOORS) for p in (ROOT / floor).rglob("*.py") if "migrations" not in p.parts]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))


def test_no_reverse_accessor_makes_a_cycle_by_another_door():
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or field.related_model._meta.app_label not in set(
                FLOORS
            ) - {model._meta.app_label}:
                continue
            assert field.remote_field.hidden, f"{model.__name__}.{field.name} crosses floors and needs related_name='+'"
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is models.PROTECT, f"{model.__name__}.{field.name} crosses floors and needs PROTECT"


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    source = path.read_text()
    assert source.count("\n") <= 400, f"{path.name} is longer than 400 lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 45, f"{path.name}:{node.name} is longer than 45 lines"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_stay_small_and_speak_through_gettext(path):
    source = path.read_text()
    assert source.count("\n") <= 100
    bare = re.sub(
        r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>",
        " ",
        re.sub(r"{% (blocktranslate|block body_class).*?{% end(blocktranslate|block) %}", "", source, flags=re.DOTALL),
        flags=re.DOTALL,
    )
    assert not re.search(r"[A-Za-z]{3,}", bare.replace("&middot;", "")), f"text outside gettext: {bare.split()[:8]}"
    assert " style=" not in source, "the content security policy forbids inline style"


def test_no_attic_and_no_plain_delay():
    for path in CODE:
        assert path.stem not in ("utils", "common", "helpers", "core", "misc", "services")
        assert not re.search(r"\.delay\(|\.apply_async\(", path.read_text()), f"{path.name}: use delay_on_commit"


def test_a_row_is_locked_without_its_key():
    """A plain lock would keep out votes whose foreign key points at the row, and can meet them in a deadlock."""
    for path in CODE:
        for lock in re.findall(r"select_for_update\(([^)]*\)?[^)]*)\)", path.read_text()):
            assert "no_key=True" in lock, f"{path.name}: select_for_update(no_key=True)"


def test_every_region_is_announced_by_some_act():
    acts = "\n".join(p.read_text() for p in (ROOT / "workshops").glob("*.py"))
    for kind in regions.KINDS:
        assert f'f"{kind}-{{' in acts, f"nothing ever announces {kind}"


def test_consumers_stay_thin():
    assert (ROOT / "workshops" / "consumers.py").read_text().count("\n") <= 80


def test_the_map_is_short_and_true():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    assert text.count("\n") <= 150
    for name in re.findall(r"`((?:config|commissioning|workshops|outcomes|templates|static|bench|deploy|docs|tests)/[\w/.-]*)`", text):
        assert (ROOT / name).exists(), f"ARCHITECTURE.md names {name}, which is not there"


def test_the_project_names_nothing_of_the_machine_it_was_made_on():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".html", ".toml", ".sh", ".yml", ".js", ".scss", ".css") and path.is_file():
            assert "/" + "work/" not in path.read_text().replace("http", ""), name


def test_the_built_style_sheet_names_no_crown_and_no_gds_face():
    css = (ROOT / "static" / "app.css").read_text()
    assert "GDS Transport" not in css
    assert "crest" not in css


def test_paths_are_where_they_are_said_to_be():
    for name in (
        "manage.py",
        "pyproject.toml",
        "uv.lock",
        "Makefile",
        "README.md",
        "LICENSE",
        "CONTRIBUTING.md",
        ".ci/run",
    ):
        assert Path(ROOT / name).exists(), name


def test_the_page_of_requirements_is_what_the_tests_say():
    assert requirements.PAGE.read_text(encoding="utf-8") == requirements.page(), "run: python -m tests.requirements"
    known = {row["id"] for part in requirements.parts() for row in part["requirement"]}
    assert set(requirements.kept()) <= known, "a test is named after a requirement that is not there"


@pytest.mark.parametrize("door", ["config.asgi", "config.celery", "config.urls"])
def test_every_way_in_can_be_the_first_one_imported(door):
    """Modules that import each other work only in the order that the tests happen to take."""
    begun = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import django; import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup(); import {door}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert begun.returncode == 0, begun.stderr[-600:]
