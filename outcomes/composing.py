"""From framework to specification: drafting clauses from outcomes, counting kinds, and the content hash. Pure."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from commissioning.sentences import Sentence as _


@dataclass(frozen=True)
class OutcomeWords:
    """What composing needs to know of an outcome."""

    pk: int
    statement: str
    for_whom: str
    is_standard: bool
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class DraftClause:
    """A clause as drafted from an outcome, for the commissioner to edit."""

    outcome: int
    kind: str
    text: str


def draft_clauses(outcome: OutcomeWords) -> list[DraftClause]:
    """The clauses an outcome starts with: what must change, and an invitation to say how."""
    said = outcome.statement.rstrip(".")
    if outcome.is_standard:
        return [DraftClause(outcome.pk, "standard", str(_("The provider will meet this standard: {said}.", said=said)))]
    signs = "; ".join(text.rstrip(".") for text in outcome.indicators)
    what = _(
        "The provider will work so that this comes about for {whom}: {said}. We will look for these signs: {signs}.",
        whom=outcome.for_whom,
        said=said,
        signs=signs,
    )
    how = _(
        "The provider will say how it will do this, and how {whom} will shape the way it is done.",
        whom=outcome.for_whom,
    )
    return [DraftClause(outcome.pk, "outcome", str(what)), DraftClause(outcome.pk, "outcome", str(how))]


@dataclass(frozen=True)
class Mix:
    """How many clauses say what must change and how many say how to do it."""

    outcome: int
    standard: int
    method: int
    most_method: int = 100  # per cent; above it, a warning: fix the what, free the how (PL-12)

    @property
    def method_share(self) -> int:
        """Method clauses as a rounded percentage of all."""
        everything = self.outcome + self.standard + self.method
        return round(100 * self.method / everything) if everything else 0

    @property
    def warning(self) -> _ | None:
        """A warning when the specification says too much about how."""
        if self.method_share <= self.most_method:
            return None
        return _(
            "{share}% of the clauses say how to do the work, more than the {most}% set here. Providers and people have ideas too: "
            "say what must change.",
            share=self.method_share,
            most=self.most_method,
        )


def mix_of(kinds: Iterable[str], most_method: int = 100) -> Mix:
    """Count clauses by kind; above `most_method` per cent of them about how, the mix warns."""
    listed = list(kinds)
    return Mix(listed.count("outcome"), listed.count("standard"), listed.count("method"), most_method)


def content_hash(content: Any) -> str:
    """SHA-256 of the content as canonical JSON (sorted keys, no spaces, UTF-8): the same words give the same hash anywhere."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
