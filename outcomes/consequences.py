"""What else may follow from an outcome, and what people do for it themselves: anybody who takes part may say so (PL-10, DO-09)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commissioning import minutes, policy
from commissioning.contributing import PLAINLY, Manner, clean_words, contribute
from commissioning.models import Asset, Cycle, Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from outcomes.framework_content import consequences_shown
from outcomes.models import CoDelivery, Consequence, Outcome


def add(
    outcome: Outcome,
    *,
    text: str,
    intended: bool,
    positive: bool,
    by: Participant,
    key: str,
    now: datetime,
    manner: Manner = PLAINLY,
) -> Consequence:
    """Say what else may follow from an outcome. It is a contribution like any other, owed an answer. The same form twice is kept once.

    Raises `Refused` while nobody may talk, or for an outcome that was retired.
    """
    with transaction.atomic():
        cycle, outcome = _taken_part_in(outcome, by)
        said, new = contribute(cycle=cycle, by=by, kind="idea" if positive else "concern", text=text, key=key, now=now, manner=manner)
        if not new:
            return _before(Consequence.objects.filter(contribution=said).first())
        made = Consequence.objects.create(outcome=outcome, contribution=said, intended=intended, positive=positive, at=now)
        minutes.record(cycle, "consequence", _("Something else may follow from outcome {code}", code=outcome.code), by=by, now=now)
    return made


def _before(made: Consequence | None) -> Consequence:
    if made is None:
        raise Refused(_("This form was sent already. Load the page again."))
    return made


def _taken_part_in(outcome: Outcome, by: Participant) -> tuple[Cycle, Outcome]:
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=by.cycle_id)
    require(policy.why_not_take_part(withdrawn=by.withdrawn_at is not None, cycle_closed=cycle.state == Cycle.State.CLOSED))
    found = Outcome.objects.standing().filter(pk=outcome.pk, theme__framework__cycle=cycle).first()
    if found is None:
        raise Refused(_("This outcome is not in the framework any more."))
    return cycle, found


def to_look_at(cycle: Cycle) -> QuerySet[Consequence]:
    """The consequences somebody named that a monitoring plan should look at: of standing outcomes, the unintended and the bad first."""
    standing = consequences_shown().filter(outcome__theme__framework__cycle=cycle, outcome__retired_at=None)
    return standing.select_related("contribution__participant__organisation", "outcome").order_by("intended", "positive", "pk")


def note_co_delivery(
    outcome: Outcome, *, who: str, what: str, asset: Asset | None = None, by: Participant, key: str, now: datetime
) -> CoDelivery:
    """Note what citizens or communities do themselves for an outcome, apart from the contractor's. The same form twice is kept once."""
    name, words = clean_words(who, 200), clean_words(what, 600)
    with transaction.atomic():
        cycle, outcome = _taken_part_in(outcome, by)
        if asset is not None and asset.cycle_id != cycle.pk:
            raise Refused(_("That is not on the list of what is here already."))
        values: dict[str, Any] = {"outcome": outcome, "who": name, "what": words, "asset": asset, "at": now}
        made, new = CoDelivery.objects.get_or_create(by=by, key=key[:64], defaults=values)
        if new:
            what_for = _("What people do themselves for outcome {code}", code=outcome.code)
            minutes.record(cycle, "co-delivery", what_for, by=by, now=now, why=f"{name}: {words}")
    return made
