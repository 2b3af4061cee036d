"""The yardstick for voting: the same two statements in a bare loop; and the keys of the votes a database holds."""

# ruff: noqa: PLC0415 (models can be imported only after Django is set up, which not every use of this module does)

import argparse
import json
import time

import django


def loop(ballot: int, seconds: float) -> dict[str, float]:
    """One seat updated and one vote added in a transaction, again and again, with nothing around it."""
    from django.db import transaction
    from django.utils import timezone

    from workshops.models import Cast, Seat

    seats = list(Seat.objects.filter(ballot=ballot, participant__isnull=False).values_list("pk", "participant_id", "ballot__workshop_id"))
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        seat, person, workshop = seats[count % len(seats)]
        with transaction.atomic():
            Seat.objects.filter(pk=seat).update(choice="support", reason="")
            Cast.objects.create(
                workshop_id=workshop,
                ballot_id=ballot,
                seat_id=seat,
                by_id=person,
                choice="support",
                key=f"bare{count}",
                at=timezone.now(),
            )
        count += 1
    return {"votes": count, "per_second": count / (time.monotonic() - began)}


def keys(ballot: int) -> list[str]:
    """The key of every vote kept."""
    from workshops.models import Cast

    return list(Cast.objects.filter(ballot=ballot).values_list("key", flat=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["loop", "keys"])
    parser.add_argument("ballot", type=int)
    parser.add_argument("seconds", type=float, nargs="?", default=2)
    given = parser.parse_args()
    django.setup()
    print(json.dumps(loop(given.ballot, given.seconds) if given.what == "loop" else keys(given.ballot)))
