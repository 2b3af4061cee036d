"""A workshop to measure, made by the product's own acts in a database of its own."""

# ruff: noqa: PLC0415 (models can be imported only after Django is set up, which not every use of this module does)

import argparse
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import processes

WORDS = (
    "Everybody who asks for a first visit gets one within a week, in a place they can reach by bus, from somebody who"
    " speaks their language, and is told on the same day what happens next and who to call when it does not."
)
COMMENTS = (
    "In our street the bus stops at six, so an evening visit needs a lift home for people. Who would pay for it?",
    "We tried this two winters ago with three volunteers. It held until one of them fell ill; four is the least.",
    "My mother would rather ring a person she has met than a number. Could the same face come the second time?",
)


@dataclass(frozen=True)
class Made:
    """A database with one workshop in the phase of voting, and what a load client needs to be its people."""

    var: Path
    workshop: int
    cycle: int
    slug: str
    lead: int
    facilitator: int
    ballots: list[int]
    proposals: list[int]
    keys: list[str]
    people: list[int]
    secret: str

    @property
    def env(self) -> dict[str, str]:
        """The environment of a server on this database, embedded: SQLite and nothing else."""
        return {
            "VAR_DIR": str(self.var), "SECRET_KEY": self.secret, "DATABASE_URL": "", "REDIS_URL": "", "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
        }  # fmt: skip

    def copy(self, to: Path) -> "Made":
        """The same on a fresh copy of the database."""
        to.mkdir(parents=True)
        (to / "static").symlink_to((self.var / "static").resolve())
        for kept in self.var.glob("throughline.sqlite3*"):
            shutil.copy(kept, to / kept.name)
        return Made(**{**self.__dict__, "var": to})

    def token_paths(self, count: int, audiences: tuple[str, ...] = ("participant",), rooms: int = 1) -> list[str]:
        """Socket addresses with tokens as the page makes them, of invented participants where the room has too few."""
        asked = json.dumps([[self.workshop + n % rooms, audiences[n % len(audiences)], self._person(n)] for n in range(count)])
        command = processes.python("-m", "bench.rooms", "tokens")
        done = subprocess.run(
            command,
            input=asked,
            capture_output=True,
            text=True,
            check=True,
            cwd=processes.ROOT,
            env={**os.environ, **self.env},
        )
        return json.loads(done.stdout)

    def _person(self, number: int) -> int:
        return self.people[number] if number < len(self.people) else 1_000_000 + number


def make(var: Path, static: Path, people: int, proposals: int, ballots: int) -> Made:
    """Make it, in a process of its own. Raises `RuntimeError` with what the process said."""
    var.mkdir(parents=True, exist_ok=True)
    (var / "static").symlink_to(static)
    secret = "bench-only-" + "x" * 40
    env = {
        **os.environ,
        "VAR_DIR": str(var),
        "SECRET_KEY": secret,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    command = processes.python("-m", "bench.rooms", "make", people, proposals, ballots)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=processes.ROOT, env=env)
    if done.returncode:
        raise RuntimeError(f"the room could not be made: {done.stderr[-800:]}")
    return Made(var=var, secret=secret, **json.loads(done.stdout.splitlines()[-1]))


def _open_cycle(now: Any) -> tuple[Any, Any, Any]:
    from commissioning import convening, people
    from commissioning.models import Authority, Membership, User

    authority = Authority.objects.create(name="Bench Council", slug="bench-council")
    user = User.objects.create_user("lead@bench.invalid", "Lead")
    Membership.objects.create(user=user, authority=authority)
    plan = convening.CyclePlan("Bench cycle", "Visits", ("Everywhere",), "To measure", 3, "none, because nobody is real", invented=True)
    cycle = convening.open_cycle(plan, authority=authority, by=user, now=now)
    lead = cycle.participants.get(user=user)
    hello = people.Introduction("Facilitator", "commissioner", "officer", consents=frozenset({"take_part", "naming"}))
    facilitator, __ = people.take_part(cycle, hello, now=now)
    people.give_role(facilitator, "facilitator", by=lead, now=now)
    return cycle, lead, type(facilitator).objects.get(pk=facilitator.pk)


def _fill(cycle: Any, workshop: Any, count: int, now: Any) -> tuple[list[str], list[int]]:
    from commissioning.models import Participant
    from commissioning.people import key_hash
    from workshops.models import Attendance

    keys = [f"bench-key-{n:06d}-abcdef" for n in range(count)]
    Participant.objects.bulk_create(
        Participant(
            cycle=cycle, group="citizen" if n % 5 else "commissioner", standing="resident", display_name=f"Citizen {n}",
            pseudonym=f"Bench {n}", shown_name=f"Citizen {n}", key_hash=key_hash(key), joined_at=now,
        )
        for n, key in enumerate(keys)
    )  # fmt: skip
    made = list(Participant.objects.filter(cycle=cycle, pseudonym__startswith="Bench ").order_by("pk").values_list("pk", flat=True))
    Attendance.objects.bulk_create(Attendance(workshop=workshop, participant_id=pk, first_at=now, last_at=now) for pk in made)
    return keys, made


def _make(people_count: int, proposal_count: int, ballot_count: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from commissioning.models import Participant
    from workshops import facilitating, proposing, rules, voting

    call_command("migrate", verbosity=0)
    now = timezone.now()
    with transaction.atomic():
        cycle, lead, facilitator = _open_cycle(now)
        workshop = facilitating.convene(
            cycle, facilitating.WorkshopPlan("Bench room", "What matters most?", kind="separate"), by=lead, now=now
        )
        facilitating.move(workshop, seen="welcome", to="gather", by=facilitator, now=now)
        workshop.refresh_from_db()
        keys, people = _fill(cycle, workshop, people_count, now)
        voices = list(Participant.objects.filter(pk__in=people[:50]))
        made = []
        for n in range(proposal_count):
            draft = proposing.Draft("need", f"{n}. {WORDS}", "Everybody in the area")
            by = voices[n % len(voices)]
            made.append(proposing.propose(workshop, draft, by=by, key=f"p{n}", now=now))
            for c in range(3):
                proposing.comment(made[-1], text=COMMENTS[c], by=voices[(n + c) % len(voices)], key=f"c{n}-{c}", now=now)
        facilitating.move(workshop, seen="gather", to="vote", by=facilitator, now=now)
        chosen = [p.pk for p in made[:ballot_count]]
        ballots = voting.open_ballots(workshop, chosen, rules.Rule.same_for_all(), by=facilitator, now=now) if chosen else []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {
        "workshop": workshop.pk, "cycle": cycle.pk, "slug": workshop.slug,
        "lead": lead.pk, "facilitator": facilitator.pk,
        "ballots": [b.pk for b in ballots], "proposals": [p.pk for p in made], "keys": keys, "people": people,
    }  # fmt: skip


def _tokens(asked: list[list[Any]]) -> list[str]:
    from workshops.consumers import socket_token

    return [f"/ws/workshops/{workshop}/?token={socket_token(workshop, audience, who)}" for workshop, audience, who in asked]


def main() -> None:
    """Make a room, or tokens for one, and print what was made."""
    import sys

    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "tokens"])
    parser.add_argument("numbers", type=int, nargs="*")
    given = parser.parse_args()
    django.setup()
    print(json.dumps(_make(*given.numbers) if given.what == "make" else _tokens(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
