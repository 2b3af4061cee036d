"""What closed results lean on: their voices by kind, for `sensitivity.py`."""

from collections import Counter, defaultdict
from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, Q

from commissioning.models import InterestDeclaration, Participant
from workshops import rules, sensitivity
from workshops.models import Ballot, Seat
from workshops.sensitivity import Sensitivity, Voice


def leanings(ballots: Collection[Ballot]) -> dict[int, Sensitivity]:
    """What each closed result leans on; open ballots and those without the four choices are left out. One query."""
    closed = {b.pk: b for b in ballots if not b.is_open and b.method == Ballot.Method.SIGNAL}
    if not closed:
        return {}
    rows = (
        Seat.objects.filter(ballot__in=closed)
        .annotate(bidder=_has(sensitivity.BIDDERS), provider=_has(sensitivity.PROVIDER))
        .values_list("ballot", "group", "choice", "bidder", "provider")
        .annotate(n=Count("pk"), reasoned=Count("pk", filter=~Q(reason="")))
        .order_by()
    )
    voices: dict[int, Counter[Voice]] = defaultdict(Counter)
    for ballot, group, choice, bidder, provider, n, reasoned in rows:
        interests = frozenset(code for code, yes in ((sensitivity.BIDDERS, bidder), (sensitivity.PROVIDER, provider)) if yes)
        voices[ballot][Voice(group, choice, True, interests)] += reasoned
        voices[ballot][Voice(group, choice, False, interests)] += n - reasoned
    return {pk: sensitivity.of(rules.Rule.of(closed[pk].rule), +kinds, closed[pk].present or {}) for pk, kinds in voices.items()}


def _has(kind: str) -> Exists:
    """Whether the last thing somebody of this seat declared about their interests is of this kind."""
    newest = InterestDeclaration.objects.filter(participant=OuterRef("pk")).order_by("-at", "-pk").values("kind")[:1]
    people = Participant.objects.annotate(declared=newest).filter(declared=kind)
    own, theirs = Q(pk=OuterRef("participant")), Q(organisation=OuterRef("organisation"))
    return Exists(people.filter(own | theirs, cycle=OuterRef("ballot__workshop__cycle")))
