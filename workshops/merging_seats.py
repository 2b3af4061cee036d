"""When two organisations become one: whose counted voice goes where, and why not while both are voting (INV-22)."""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from commissioning import register
from commissioning.models import Organisation, Participant, Prioritising, Ranking
from commissioning.sentences import Sentence as _
from workshops.models import Ballot, Choice, Dots, Opinion, Seat, Workshop

_OVER = Q(activity__workshop__closed_at__isnull=False) | Q(activity__state="done")


def why_not(going: Organisation, staying: Organisation) -> _ | None:
    """Refuses while both have a seat in a ballot that is open, or both have spoken in an activity that is not over.

    Two counted votes would become one there, and nobody but the two can say which. Once it is closed, both stay as counted.
    """
    both = Ballot.objects.filter(closed_at=None, seats__organisation=going).filter(seats__organisation=staying)
    ballot = both.select_related("proposal").first()
    if ballot is not None:
        return _(
            "{going} and {staying} both have a vote in a ballot that is open: “{ballot}”. Close it first; both votes stay counted.",
            going=going.name,
            staying=staying.name,
            ballot=ballot.proposal.text[:80],
        )
    for model in (Opinion, Dots, Choice):
        theirs = _open(model, going).values("activity")
        shared = _open(model, staying).filter(activity__in=theirs).select_related("activity__workshop").first()
        if shared is not None:
            return _(
                "{going} and {staying} have both spoken in a part of “{workshop}” that is still open. End it first; both stay counted.",
                going=going.name,
                staying=staying.name,
                workshop=shared.activity.workshop.title,
            )
    rounds = Prioritising.objects.filter(closed_at=None, rankings__organisation=going).filter(rankings__organisation=staying)
    ranked = rounds.select_related("cycle").first()
    if ranked is not None:
        return _(
            "{going} and {staying} have both spoken in a part of “{workshop}” that is still open. End it first; both stay counted.",
            going=going.name,
            staying=staying.name,
            workshop=ranked.cycle.title,
        )
    return None


def _open(model: type[Opinion] | type[Dots] | type[Choice], organisation: Organisation) -> QuerySet:  # type: ignore[type-arg]
    return model._default_manager.filter(organisation=organisation).exclude(_OVER)


def move_seats(going: Organisation, staying: Organisation) -> None:
    """Open seats go to the one that stays; those of closed ballots stay: the record says who voted, and it was another one then."""
    Seat.objects.filter(organisation=going, ballot__closed_at=None).update(organisation=staying)


def hold(going: Organisation, staying: Organisation) -> None:
    """Hold the open workshops either takes part in, so that no ballot opens for both while they become one."""
    theirs = Participant.objects.filter(organisation__in=(going, staying)).values("cycle")
    list(Workshop.objects.select_for_update(no_key=True, of=("self",)).filter(cycle__in=theirs, closed_at=None).order_by("pk"))
    list(Prioritising.objects.select_for_update(no_key=True, of=("self",)).filter(cycle__in=theirs, closed_at=None).order_by("pk"))


def move_rankings(going: Organisation, staying: Organisation) -> None:
    """A ranking that can still be changed goes along; one that was counted stays as it was counted."""
    Ranking.objects.filter(organisation=going, prioritising__closed_at=None).update(organisation=staying)


def _mover(model: type[Opinion] | type[Dots] | type[Choice]) -> Callable[[Organisation, Organisation], None]:
    """The same for what was said in an activity: what is open moves, what is over stays."""

    def move(going: Organisation, staying: Organisation) -> None:
        _open(model, going).update(organisation=staying)

    return move


def hand_down() -> None:
    """Tell the ground floor's act what only this floor knows."""
    register.HOLDS.append(hold)
    register.REFUSALS.append(why_not)
    register.MOVERS["workshops.Seat"] = move_seats
    register.MOVERS["commissioning.Ranking"] = move_rankings
    for model in (Opinion, Dots, Choice):
        register.MOVERS[model._meta.label] = _mover(model)
