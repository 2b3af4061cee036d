"""The framework as plain data, in a fixed order: what is hashed, frozen, compared and exported."""

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from commissioning.models import Contribution
from commissioning.quoting import who_agreed
from outcomes import aiming
from outcomes.models import CoDelivery, Consequence, CoverageReason, Framework, Indicator, Outcome
from workshops import tally
from workshops.models import Agreement

DIMENSIONS = ("social", "economic", "environmental")


def content_of(framework: Framework) -> dict[str, Any]:
    """The whole framework as plain data, in a fixed order. What was retired is not in it; versions frozen before keep it."""
    standing = Outcome.objects.standing().prefetch_related(
        "indicators",
        Prefetch("co_delivered", CoDelivery.objects.select_related("asset")),
        Prefetch("consequences", consequences_shown()),
        "decision__agreement__proposal__agreements",
    )
    themes = framework.themes.prefetch_related(Prefetch("outcomes", standing.select_related("decision__agreement__proposal")))
    agreed = who_agreed({c.contribution.participant_id for theme in themes for o in theme.outcomes.all() for c in o.consequences.all()})
    return {
        "themes": [
            {"id": theme.pk, "title": theme.title, "outcomes": [_outcome_as_data(o, agreed) for o in theme.outcomes.all()]}
            for theme in themes
            if theme.outcomes.all()
        ],
        "coverage": [{"dimension": name, "reason": reason} for name, reason in coverage_reasons(framework).items()],
    }


def consequences_shown() -> QuerySet[Consequence]:
    """The consequences everybody may read, with who said them."""
    shown = Contribution.objects.open_to_all()
    return Consequence.objects.filter(contribution__in=shown).select_related("contribution__participant__organisation").order_by("pk")


def coverage_reasons(framework: Framework) -> dict[str, str]:
    """Why a dimension has no outcome: the newest reason for each, where one was given and it is still without (PL-09)."""
    served = Outcome.objects.standing().filter(theme__framework=framework).values_list(*DIMENSIONS)
    has = {name: any(row[n] for row in served) for n, name in enumerate(DIMENSIONS)}
    said = dict(CoverageReason.objects.filter(framework=framework).order_by("pk").values_list("dimension", "reason"))
    return {name: said[name] for name in DIMENSIONS if name in said and not has[name]}


def _outcome_as_data(outcome: Outcome, agreed: set[int]) -> dict[str, Any]:
    agreement = standing_agreement(outcome)
    return {
        "id": outcome.pk,
        "code": outcome.code,
        "statement": outcome.statement,
        "language": outcome.language,
        "for_whom": outcome.for_whom,
        "benefits_beyond": outcome.benefits_beyond,
        "dimensions": [name for name in DIMENSIONS if getattr(outcome, name)],
        "horizon": outcome.horizon,
        "prevents": outcome.prevents,
        "prevents_what": outcome.prevents_what,
        "standard": outcome.is_standard,
        "agreement": {
            "id": agreement.pk,
            "proposal": agreement.proposal_id,
            "state": agreement.state,
            "dissent": published_dissent(agreement),
            "counts": [published_count(row) for row in agreement.counts],
        },
        "decision": {
            "answer": outcome.decision.answer,
            "reason": outcome.decision.reason,
            "decider_role": outcome.decision.decider_role,
        },
        "indicators": [_sign_as_data(sign, outcome) for sign in outcome.indicators.all()],
        "consequences": [
            {"id": c.pk, "text": c.contribution.text, "language": c.contribution.language, "intended": c.intended, "positive": c.positive}
            for c in outcome.consequences.all()
            if c.contribution.participant_id in agreed
        ],
        "co_delivered": [{"id": c.pk, "who": c.who, "what": c.what} for c in outcome.co_delivered.all()],
    }


def _sign_as_data(sign: Indicator, outcome: Outcome) -> dict[str, Any]:
    return {
        "id": sign.pk,
        "code": sign.code,
        "text": sign.text,
        "language": sign.language,
        "form": sign.form,
        "source": sign.source,
        "collector": sign.collector,
        "frequency": sign.frequency,
        "hours": _figure(sign.hours),
        "target": sign.target,
        "unit": sign.unit,
        "scale": [_figure(sign.scale_from), _figure(sign.scale_to)] if sign.scale_from is not None else [],
        "baseline": _figure(sign.baseline),
        "baseline_on": sign.baseline_on.isoformat() if sign.baseline_on else None,
        "aim": _figure(sign.aim),
        "aim_on": sign.aim_on.isoformat() if sign.aim_on else None,
        "direction": sign.direction,
        "horizon": sign.own_horizon or outcome.horizon,
        "shown_by": sign.shown_by,
        "chosen_by": sign.chosen_by,
    }


def _figure(value: Decimal | None) -> str | None:
    """A figure as a string, the same on every database: 12, not 12.0000."""
    return None if value is None else aiming.plain(value)


def standing_agreement(outcome: Outcome) -> Agreement:
    """The agreement an outcome stands on now: the one answered, or the same wording with a reservation added since."""
    answered = outcome.decision.agreement
    same = answered.proposal.agreements.all()
    return next((a for a in same if a.superseded_at is None and a.version_id == answered.version_id), answered)


SMALLEST_GROUP = 5  # people; a published breakdown below it is hidden (INV-19)


def published_count(row: dict[str, Any]) -> dict[str, Any]:
    """One group's counts as they may be published: a group under five keeps only its name and that it is small."""
    voted = sum(row[choice] for choice in tally.CHOICES)
    if min(row["entitled"], voted) < SMALLEST_GROUP:
        return {"group": row["group"], "fewer_than": SMALLEST_GROUP}
    return dict(row)


def published_dissent(agreement: Agreement) -> list[dict[str, Any]]:
    """The reasons kept with an agreement; one from a small group is published without the group it came from."""
    small = {row["group"] for row in map(published_count, agreement.counts) if "fewer_than" in row}
    hidden = ("group", "choice")
    return [{k: v for k, v in item.items() if item["group"] not in small or k not in hidden} for item in agreement.dissent]
