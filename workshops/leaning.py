"""What closed results lean on: their voices by kind, for `sensitivity.py`."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, Value, When

from commissioning.models import InterestDeclaration
from workshops import rules, sensitivity
from workshops.models import Ballot, Seat, Workshop
from workshops.sensitivity import Sensitivity, Voice


def leanings(ballots: Collection[Ballot]) -> dict[int, Sensitivity]:
    """What each closed result leans on; open ballots and those without the four choices are left out. Two queries.

    Secret ballots are left out too: of their votes nobody knows whose interest is behind them, which is what they are for.
    """
    closed = {b.pk: b for b in ballots if not b.is_open and b.method == Ballot.Method.SIGNAL and not b.is_secret}
    if not closed:
        return {}
    interested = interested_in(Workshop.objects.filter(ballots__in=closed).values("cycle"))
    rows = (
        Seat.objects.filter(ballot__in=closed)
        .annotate(bidder=interested[sensitivity.BIDDERS], provider=interested[sensitivity.PROVIDER])
        .values_list("ballot", "group", "choice", "bidder", "provider", "brokered")
        .annotate(n=Count("pk"), reasoned=Count("pk", filter=~Q(reason="")))
        .order_by()
    )
    voices: dict[int, Counter[Voice]] = defaultdict(Counter)
    for ballot, group, choice, bidder, provider, brokered, n, reasoned in rows:
        has = {sensitivity.BIDDERS: bidder, sensitivity.PROVIDER: provider, sensitivity.BROKERS: brokered}
        interests = frozenset(code for code, yes in has.items() if yes)
        voices[ballot][Voice(group, choice, True, interests)] += reasoned
        voices[ballot][Voice(group, choice, False, interests)] += n - reasoned
    return {pk: sensitivity.of(rules.Rule.of(closed[pk].rule), +kinds, closed[pk].present or {}) for pk, kinds in voices.items()}


def interested_in(cycles: Any) -> dict[str, Case]:
    """For each interest, whether a voice has it: the last thing its person, or anybody of its organisation, declared.

    Few declare one, so they are found first: asking it of every voice would look through everybody for each. One query.
    """
    ever = InterestDeclaration.objects.filter(participant__cycle__in=cycles, kind__in=sensitivity.DECLARED).values("participant")
    last = {
        person: (organisation, kind)
        for person, organisation, kind in InterestDeclaration.objects.filter(participant__in=ever)
        .order_by("at", "pk")
        .values_list("participant", "participant__organisation", "kind")
    }
    cases = {}
    for code in sensitivity.DECLARED:
        people = [person for person, (_organisation, kind) in last.items() if kind == code]
        organisations = [organisation for organisation, kind in last.values() if kind == code and organisation]
        theirs = Q(participant__in=people) | Q(organisation__in=organisations)
        cases[code] = Case(When(theirs, then=Value(True)), default=Value(False), output_field=BooleanField())
    return cases
