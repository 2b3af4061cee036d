"""Drawing the map of opinion of five hundred people and five hundred statements, from the database to what the page shows."""

# ruff: noqa: PLC0415 (models, numpy and scikit-learn are loaded only by the process that is measured)

import argparse
import json
import os
import random
import subprocess
import time
from typing import Any

import django

from bench import processes
from bench.lines import Line
from bench.stage import Stage

PEOPLE, STATEMENTS, ANSWERED = 500, 500, 0.9


def measure(stage: Stage) -> None:
    """Drawing it beside what scikit-learn alone takes on the same answers, and beside how often it is drawn again at most."""
    people, statements = (50, 50) if stage.quick else (PEOPLE, STATEMENTS)
    made = stage.made(people, statements, 1)
    command = processes.python("-m", "bench.opinions", str(made.workshop), made.keys[0], str(made.cycle), made.slug)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=processes.ROOT, env={**os.environ, **made.env})
    if done.returncode:
        raise RuntimeError(f"opinions: {done.stderr[-600:]}")
    got = json.loads(done.stdout.strip().splitlines()[-1])
    name = f"map of {got['answers']:,} answers"
    beside = f"scikit-learn alone {got['bare']:.2f} s"
    stage.report.add(Line(f"{name}, drawn", f"{got['drawn']:.2f} s", beside, got["drawn"] / got["bare"]))
    often = f"drawn every {got['often']:.0f} s at most"
    stage.report.add(Line("  again while people answer", f"{got['drawn']:.2f} s", often, got["drawn"] / got["often"], ("<=", 0.5)))
    figure, beside = f"{got['page']:.1f} ms", f"an empty page {got['empty']:.2f} ms"
    stage.report.add(Line("  its page, once drawn", figure, beside, got["page"] / got["empty"]))


def figures(workshop_id: int, key: str, cycle_id: int, slug: str) -> dict[str, Any]:
    """Answer for everybody, draw, and read the page."""
    from django.test import Client
    from django.utils import timezone

    from bench.drawing import _timed
    from workshops import opinion_maps
    from workshops.models import Activity, OpinionMap, Workshop

    workshop = Workshop.objects.get(pk=workshop_id)
    now = timezone.now()
    last = workshop.activities.order_by("-position").values_list("position", flat=True).first() or 0
    part = Activity.objects.create(
        workshop=workshop, position=last + 1, kind="statements", minutes=10, started_at=now, settings={"seen": "open"}
    )
    votes = _answer(part)
    OpinionMap.objects.create(workshop=workshop, activity=part, asked_at=now)
    drawn = min(_once(lambda: opinion_maps.draw(part.opinion_map.pk, now=timezone.now)) for _time in range(3))
    bare = min(_once(lambda: _bare(votes)) for _time in range(3))
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.cookies[f"seat-{cycle_id}"] = key
    if b"tl-map" not in browser.get(f"/w/{slug}/opinions/").content:
        raise RuntimeError("there is no map on the page")
    page, empty = _timed(lambda: browser.get(f"/w/{slug}/opinions/")), _timed(lambda: browser.get("/bench/empty/"))
    often = opinion_maps.AGAIN_AFTER.total_seconds()
    return {"answers": len(votes), "drawn": drawn, "bare": bare, "page": page, "empty": empty, "often": often}


def _answer(part: Any) -> list[tuple[int, int, int]]:
    """Three camps that answer alike, nine statements in ten."""
    from commissioning.models import Participant
    from workshops import rating
    from workshops.models import Opinion

    chance = random.Random(7)
    people = list(Participant.objects.filter(cycle=part.workshop.cycle, organisation=None).values_list("pk", "group")[:PEOPLE])
    cards = list(rating.cards_of(part.workshop))
    camps = [[chance.choice([0.1, 0.5, 0.9]) for _card in cards] for _camp in range(3)]
    rows, votes = [], []
    for at, (person, group) in enumerate(people):
        for n, card in enumerate(cards):
            if chance.random() < ANSWERED:
                agrees = chance.random() < camps[at % 3][n]
                votes.append((at, n, 1 if agrees else -1))
                said = {"participant_id": person, "group": group, "answer": "agree" if agrees else "disagree", "at": part.started_at}
                rows.append(Opinion(activity=part, contribution_id=card, **said))
    Opinion.objects.bulk_create(rows, batch_size=2000)
    return votes


def _bare(votes: list[tuple[int, int, int]]) -> None:
    """Two main axes and the best of two to five groups, with nothing read and nothing said."""
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score

    matrix = np.zeros((max(at for at, _n, _v in votes) + 1, max(n for _at, n, _v in votes) + 1))
    for at, n, vote in votes:
        matrix[at, n] = vote
    spots = PCA(2).fit_transform(matrix)
    for k in range(2, 6):
        silhouette_score(spots, KMeans(k, n_init=10, random_state=0).fit_predict(spots))


def _once(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("workshop", type=int)
    parser.add_argument("key")
    parser.add_argument("cycle", type=int)
    parser.add_argument("slug")
    given = parser.parse_args()
    django.setup()
    print(json.dumps(figures(given.workshop, given.key, given.cycle, given.slug)))
