"""Files of answers that vanish or that nobody brings in, and two officers who name a theme at once."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from commissioning import bringing_in, reading_in, tasks, theming
from commissioning.models import Bringing, Consultation, LeftAddress, Minute, Response, RowFault
from commissioning.sentences import Refused
from tests.commissioning.surveys import arrive, as_csv, checked, made_rows

pytestmark = pytest.mark.usefixtures("files_of_its_own")


@pytest.fixture
def sweep(django_capture_on_commit_callbacks, monkeypatch):
    """The sweep, and what was to happen after its commit, without the long work it asks for."""
    monkeypatch.setattr(tasks.read_in, "delay_on_commit", lambda *_given: None)

    def do():
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep_consultations()

    return do


def page(town, bringing, **act):
    client = town.client(town.lead)
    address = reverse("bringing", args=[town.cycle.slug, bringing.consultation_id, bringing.pk])
    return client.post(address, act) if act else client.get(address)


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_checked_rows_that_vanish_on_their_way_in_end_with_a_sentence_and_nothing_is_in(town, asked, monkeypatch, how):
    monkeypatch.setattr(reading_in, "BATCH", 20)
    bringing = checked(town, asked, as_csv(made_rows(60, 60)))
    bringing_in.bring_in(bringing, by=town.lead, now=timezone.now())
    bringing.refresh_from_db()
    staged = Path(default_storage.path(bringing.staged))
    if how == "gone":
        staged.unlink()
    else:
        os.truncate(staged, staged.stat().st_size - 40)
    reading_in.work(bringing.pk, now=timezone.now)
    bringing.refresh_from_db()
    assert bringing.state == "failed"
    assert "Send it once more" in page(town, bringing).content.decode()
    assert not Response.objects.exists()
    assert not LeftAddress.objects.exists()
    assert reading_in.left_lying(timezone.now() + timedelta(days=1)) == [], "nobody tries for ever"
    assert "its checked rows are lost" in Minute.objects.order_by("-pk")[0].what


def test_a_file_that_vanished_before_it_was_checked_says_so_on_every_way(town, asked):
    bringing = arrive(town, asked, as_csv(made_rows(5)))
    Path(default_storage.path(bringing.stored)).unlink()
    assert page(town, bringing).status_code == 200
    assert "is lost here" in page(town, bringing, act="read as", encoding="cp1252", separator=";").content.decode()
    bringing_in.name_columns(bringing, bringing.meanings, by=town.lead, now=timezone.now())
    reading_in.work(bringing.pk, now=timezone.now)
    bringing.refresh_from_db()
    assert (bringing.state, "is lost here" in bringing.why) == ("failed", True)
    assert page(town, bringing, act="put away").status_code == 302


def test_files_nobody_brings_in_are_put_away_after_their_time_and_others_stay(town, asked, settings, sweep):
    settings.ANSWER_FILES_WAIT = [{"days": 90, "since": "2020-01-01"}, {"days": 30, "since": "2025-01-01"}]
    rows = made_rows(20, 5)
    rows[3][1] = "soon"
    old, new = checked(town, asked, as_csv(rows)), checked(town, asked, as_csv(rows))
    coming = checked(town, asked, as_csv(rows))
    bringing_in.bring_in(coming, by=town.lead, now=timezone.now())
    Bringing.objects.filter(pk__in=(old.pk, coming.pk)).update(at=timezone.now() - timedelta(days=31))
    names = [Path(default_storage.path(name)) for name in (old.stored, old.staged)]
    kept = [Path(default_storage.path(name)) for name in (new.stored, new.staged)]
    stray = Path(default_storage.path("consultations/unknown"))
    stray.write_text("of a worker that was killed")
    long_ago = (timezone.now() - timedelta(days=40)).timestamp()
    for path in (*names, *kept, stray):
        os.utime(path, (long_ago, long_ago))
    sweep()
    old.refresh_from_db()
    assert (old.state, old.stored, old.staged) == ("stopped", "", "")
    assert not [path for path in (*names, stray) if path.exists()]
    assert all(path.exists() for path in kept)
    assert RowFault.objects.filter(bringing=old).count() == 0
    assert "nobody brought in was put away after 31 days: answers.csv" in Minute.objects.order_by("-pk")[0].what
    assert set(Bringing.objects.values_list("state", flat=True)) == {"stopped", "checked", "coming"}
    sweep()
    assert Minute.objects.filter(what__contains="put away after").count() == 1


@pytest.mark.parametrize("second", ["Buses in the evening", "BUSES in the evening"])
def test_two_officers_who_make_a_theme_of_one_name_at_once_make_one(town, asked, monkeypatch, second):
    """The other's theme is kept while this officer waits for the consultation: then there is one of this name."""
    plain, waited = Consultation.objects.select_for_update, []

    def other_was_first(**how):
        if not waited:
            waited.append(1)
            theming.make_theme(asked, name=second, by=town.lead, now=timezone.now())
        return plain(**how)

    monkeypatch.setattr(Consultation.objects, "select_for_update", other_was_first)
    with pytest.raises(Refused, match="There is a theme of this name already"):
        theming.make_theme(asked, name="Buses in the evening", by=town.lead, now=timezone.now())
