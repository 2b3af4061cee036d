"""A framework and its specification by size: each edit, each page, freezing and signing off, beside a bare save and a bare page.

As a process, measures one size.
"""

# ruff: noqa: PLC0415 (models can be imported only after Django is set up, which not every use of this module does)

import argparse
import gc
import json
import os
import resource
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

from bench import processes
from bench.lines import Line
from bench.rooms import Made
from bench.stage import Stage

SMALL, LARGE = 20, 200  # outcomes; each has three indicators and five clauses
SIGNS, CLAUSES = 3, 5
PAGES = {
    "the framework": "framework/",
    "the whole specification": "specification/",
    "one section": "specification/sections/requirements/",
    "the thread as data": "thread.json",
    "what was promised": "promised/",
}
AFTER = {"what changed since the version": "framework/compare/", "the specification, signed off": "specification/"}
EDIT, PAGE, ACT = 150, 1_500, 3_000  # milliseconds at most, at the large size
NOISE = 20  # milliseconds; below it what ten times as much takes is what the machine is doing besides
BARE = {EDIT: "bare save", PAGE: "bare page"}


def measure(stage: Stage) -> None:
    """Each at three sizes in a process of its own; what ten times, and twice, as much takes beside ten times, and twice, as long."""
    large = SMALL if stage.quick else LARGE
    small = large // 10
    got = {n: _alone(stage.made(2, 2, 1), n) for n in (small, large // 2, large)}
    big, half, little = (got[n]["took"] for n in (large, large // 2, small))
    bare = got[large]["bare"]
    for most, name in BARE.items():
        words = "the row and its version, by the ORM alone" if most == EDIT else "every row, a template, no middleware"
        stage.report.add(Line(name, f"{bare[name]:.1f} ms", words))
    for name, (ms, queries, most) in big.items():
        before, fewer, _most = little[name]
        figure = f"{ms:.0f} ms, {queries} queries"
        beside = f"{before:.1f}, {half[name][0]:.1f} ms; {fewer} queries: {small * CLAUSES}, {large * CLAUSES // 2}"
        growth = ms / max(before, 0.1) / (large / small)
        stage.report.add(Line(f"{name}, {large * CLAUSES:,} clauses", figure, beside, growth, ("<=", 1)))
        stage.report.add(Line("  beside what it may take", f"{ms:.0f} ms", f"{most} ms", ms / most, ("<=", 1)))
        if most in BARE:
            one = bare[BARE[most]]
            stage.report.add(Line(f"  beside a {BARE[most]}", f"{ms:.1f} ms", f"{one:.1f} ms", ms / one))
    _from_half(stage, big, half)
    more = {name: big[name][1] - little[name][1] for name in PAGES | AFTER}
    stage.report.add(
        Line("  queries more on the pages of the large one", str([*more.values()]), ratio=max(more.values()), target=("<=", 0))
    )
    stage.report.add(Line("  memory at its peak", f"{got[large]['memory']:.0f} MB", f"{got[small]['memory']:.0f} MB: the small one"))


def _from_half(stage: Stage, big: dict[str, Any], half: dict[str, Any]) -> None:
    """The most that the second half of the size costs beside the first."""
    grown = {name: ms / half[name][0] / 2 for name, (ms, _queries, _most) in big.items() if ms > NOISE}
    if grown:
        worst = max(grown, key=grown.__getitem__)
        stage.report.add(Line("  growth from half to whole, at most", f"{grown[worst]:.2f} times", worst, grown[worst], ("<=", 1.3)))


def _alone(made: Made, outcomes: int) -> dict[str, Any]:
    command = processes.python("-m", "bench.frameworks", made.workshop, made.lead, made.keys[0], outcomes)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=processes.ROOT, env={**os.environ, **made.env})
    if done.returncode:
        raise RuntimeError(f"frameworks: {done.stderr[-900:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def lay_down(workshop: Any, by: Any, outcomes: int, now: Any) -> None:
    """Adopted outcomes with indicators and clauses, straight in the tables: adopting them one by one is not what is measured."""
    from commissioning.models import Contribution
    from outcomes import adopting, specifying
    from outcomes.models import Clause, ClauseVersion, Decision, Indicator, Outcome, Theme
    from workshops.models import Agreement, Proposal, ProposalVersion

    framework, specification = adopting.framework_of(workshop.cycle), specifying.specification_of(workshop.cycle)
    themes = [Theme.objects.create(framework=framework, title=f"Theme {n}") for n in range(10)]

    def cards(kind: str, count: int, parents: list[Proposal]) -> list[Proposal]:
        about = {"cycle": workshop.cycle, "participant": by, "group": by.group, "place": workshop.slug, "at": now}
        said = Contribution.objects.bulk_create(
            Contribution(kind="proposal", text=f"People feel safe {kind} {n}", key=f"{kind}{n}", **about) for n in range(count)
        )
        whose = [parents[n // SIGNS] if parents else None for n in range(count)]
        rows = [
            Proposal(workshop=workshop, kind=kind, contribution=c, for_outcome=o, text=c.text, at=now)
            for c, o in zip(said, whose, strict=True)
        ]
        return Proposal.objects.bulk_create(rows)

    proposals = cards("outcome", outcomes, [])
    signs = cards("indicator", outcomes * SIGNS, proposals)
    worded = ProposalVersion.objects.bulk_create(
        ProposalVersion(proposal=p, number=1, text=p.text, contribution=p.contribution, by=by, at=now) for p in proposals
    )
    agreed = Agreement.objects.bulk_create(
        Agreement(proposal=p, version=v, state="agreed", by=by, at=now) for p, v in zip(proposals, worded, strict=True)
    )
    decided = Decision.objects.bulk_create(
        Decision(agreement=a, answer="adopted", reason="Yes", decider_role="Member", by=by, at=now) for a in agreed
    )
    made = Outcome.objects.bulk_create(
        Outcome(
            theme=themes[n % 10], number=n + 1, statement=p.text, for_whom="all", social=True, economic=True, environmental=True,
            horizon="short", decision=d,
        )
        for n, (p, d) in enumerate(zip(proposals, decided, strict=True))
    )  # fmt: skip
    Indicator.objects.bulk_create(
        Indicator(outcome=made[n // SIGNS], number=n + 1, text=s.text, proposal=s, collector="The provider", hours=2)
        for n, s in enumerate(signs)
    )
    clauses = Clause.objects.bulk_create(
        Clause(
            specification=specification, outcome=made[n // CLAUSES], section=n // CLAUSES + 1, number=n % CLAUSES + 1,
            position=n + 1, kind="outcome", text=f"The provider will work so that this comes about: people feel safe {n}.",
        )
        for n in range(outcomes * CLAUSES)
    )  # fmt: skip
    ClauseVersion.objects.bulk_create(ClauseVersion(clause=c, number=1, kind=c.kind, text=c.text, by=by, at=now) for c in clauses)


def figures(workshop_id: int, lead: int, key: str, outcomes: int) -> dict[str, Any]:
    """Milliseconds and queries of each edit, page and act."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from commissioning.models import Participant
    from workshops.models import Workshop

    workshop, by, now = Workshop.objects.get(pk=workshop_id), Participant.objects.get(pk=lead), timezone.now()
    lay_down(workshop, by, outcomes, now)
    gc.collect()
    gc.freeze()  # as the served process does; a pass over all that was imported would be measured else
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.cookies[f"seat-{workshop.cycle_id}"] = key
    took: dict[str, tuple[float, int, int]] = {}

    def timed(name: str, work: Callable[[], Any], most: int, runs: int) -> None:
        spent = min(_once(name, work) for _run in range(runs))
        with CaptureQueriesContext(connection) as asked:
            if runs > 1:
                work()
        took[name] = (spent * 1e3, len(asked), most)

    for name, work in _edits(workshop, by, now).items():
        timed(name, work, EDIT, 4)

    def read(pages: dict[str, str]) -> None:
        for name, place in pages.items():
            timed(name, lambda place=place: browser.get(f"/cycles/{workshop.cycle.slug}/{place}"), PAGE, 3)

    read(PAGES)
    for name, work in _acts(workshop, by, now).items():
        timed(name, work, ACT, 1)
    read(AFTER)
    bare = {name: min(_once(name, work) for _run in range(5)) * 1e3 for name, work in _bare(workshop.cycle, by, now).items()}
    return {"took": took, "bare": bare, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _once(name: str, work: Callable[[], Any]) -> float:
    """Seconds of processor time: browser, product and SQLite are this one process, and what the machine does besides is left out.

    Raises `RuntimeError` for a page that did not come.
    """
    began = time.process_time()
    got = work()
    spent = time.process_time() - began
    if getattr(got, "status_code", 200) != 200:
        raise RuntimeError(f"{name} answered {got.status_code}")
    return spent


def _edits(workshop: Any, by: Any, now: Any) -> dict[str, Callable[[], Any]]:
    from itertools import count

    from outcomes import adopting, criteria, specifying, writing_sections
    from outcomes.models import Clause, Indicator, Outcome

    clause, last = Clause.objects.order_by("pk").first(), Clause.objects.order_by("pk").last()
    sign, outcome, n = Indicator.objects.first(), Outcome.objects.first(), count(1)

    def save() -> None:
        seen = Clause.objects.get(pk=clause.pk).version
        specifying.edit_clause(clause, text=f"New words {next(n)}", kind="outcome", seen_version=seen, by=by, now=now)

    def move() -> None:
        fresh = Clause.objects.get(pk=last.pk)
        writing_sections.move_clause(fresh, to="up", seen=writing_sections.place_of(fresh), by=by, now=now)

    def ask() -> None:
        words = criteria.Words(f"What will you change, {next(n)}?", "How will you do it?", "Names", outcome)
        criteria.write(workshop.cycle, words, key=f"bench{next(n)}", by=by, now=now)

    return {
        "save a clause": save,
        "move a clause": move,
        "describe an indicator": lambda: adopting.describe_indicator(sign, {"source": f"Survey {next(n)}"}, by=by, now=now),
        "add a criterion": ask,
    }


def _bare(cycle: Any, by: Any, now: Any) -> dict[str, Callable[[], Any]]:
    """The same rows without the product: no lock, no rule, no minutes; no doorway, no links, no figures."""
    from itertools import count

    from django.db import transaction
    from django.template import engines

    from outcomes.models import Clause, ClauseVersion

    clause, n = Clause.objects.filter(specification__cycle=cycle).order_by("pk").first(), count(1_000)
    page = engines["django"].from_string("{% for one in rows %}<p>{{ one.section }}.{{ one.number }} {{ one.text }}</p>{% endfor %}")

    def save() -> None:
        with transaction.atomic():
            clause.text, clause.version = f"Bare words {next(n)}", next(n)
            clause.save()
            ClauseVersion.objects.create(clause=clause, number=clause.version, kind=clause.kind, text=clause.text, by=by, at=now)

    def look() -> None:
        page.render({"rows": Clause.objects.filter(specification__cycle=cycle).select_related("outcome")})

    return {"bare save": save, "bare page": look}


def _acts(workshop: Any, by: Any, now: Any) -> dict[str, Callable[[], Any]]:
    from outcomes import adopting, drafting, specifying

    framework, specification = adopting.framework_of(workshop.cycle), specifying.specification_of(workshop.cycle)
    until = (now + timedelta(days=14)).date()
    return {
        "publish a draft": lambda: drafting.publish(specification, until=until, by=by, now=now),
        "freeze the framework": lambda: adopting.freeze(framework, by=by, now=now),
        "sign off": lambda: specifying.sign_off(specification, by=by, now=now),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("workshop", type=int)
    parser.add_argument("lead", type=int)
    parser.add_argument("key")
    parser.add_argument("outcomes", type=int)
    given = parser.parse_args()
    django.setup()
    print(json.dumps(figures(given.workshop, given.lead, given.key, given.outcomes)))
