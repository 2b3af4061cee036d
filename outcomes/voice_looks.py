"""Looks at what people say of outcomes: results by quarter and group, the words that may be read, what waits for an officer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from commissioning.models import Contribution, Cycle, Feedback
from commissioning.sentences import Sentence as _
from outcomes import returned_figures, voice_rules
from outcomes.models import Outcome, Voice, VoiceLink

MOST = 50  # words on one page


@dataclass(frozen=True)
class Result:
    """What people say of one outcome; never mixed with what the provider returns."""

    outcome: Outcome
    whole: voice_rules.Slice
    by_quarter: list[voice_rules.Slice]
    by_group: list[voice_rules.Slice]

    @property
    def says(self) -> _:
        """The finding as one sentence, with its numbers."""
        if self.whole.hidden:
            return _("Fewer than five people have answered. Their answers stay hidden until there are more.")
        if not self.whole.n:
            return _("Nobody has answered yet.")
        return _("{yes} of {n} who answered say “yes, always” or “mostly” ({p}%)", yes=self.whole.yes, n=self.whole.n, p=self.whole.percent)


def results_of(cycle: Cycle, outcomes: Iterable[Outcome], *, first: date | None = None, last: date | None = None) -> list[Result]:
    """What people say of these outcomes, of the days between `first` and `last`; two queries however many."""
    listed, starts = list(outcomes), returned_figures.contract_start(cycle)
    found: dict[int, list[tuple[date, str, int]]] = defaultdict(list)
    rows = Voice.objects.filter(outcome__in=[o.pk for o in listed]).order_by("at", "pk").values_list("outcome", "at", "group", "rating")
    for outcome, at, group, rating in rows:
        day = timezone.localdate(at)
        if (first is None or day >= first) and (last is None or day <= last):
            found[outcome].append((day, group, rating))
    return [_result(outcome, found[outcome.pk], starts) for outcome in listed]


def _result(outcome: Outcome, rows: list[tuple[date, str, int]], starts: date | None) -> Result:
    not_said = str(_("Did not say"))
    quarters = [(str(voice_rules.quarter_of(row[0], starts)), row[2]) for row in rows]
    groups = sorted(((row[1] or not_said, row[2]) for row in rows), key=lambda pair: (pair[0] == not_said, pair[0]))
    whole = voice_rules.whole([row[2] for row in rows])
    if not whole.n:
        return Result(outcome, whole, [], [])
    return Result(outcome, whole, voice_rules.slices(quarters), voice_rules.slices(groups))


def words_about(outcome: Outcome) -> list[Contribution]:
    """What people wrote of an outcome and an officer has shown, newest first, each with its answer."""
    said = Voice.objects.filter(outcome=outcome, contribution__in=Contribution.objects.open_to_all()).order_by("-pk")
    shown = [v.contribution for v in said.select_related("contribution")[:MOST] if v.contribution is not None]
    answers = {f.contribution_id: f for f in Feedback.objects.filter(contribution__in=[c.pk for c in shown]).order_by("pk")}
    for one in shown:
        one.__dict__["answer_given"] = answers.get(one.pk)
    return shown


def waiting_in(cycle: Cycle) -> QuerySet[Voice]:
    """Words that nobody has answered or shown yet, those without a flag first to come, oldest first."""
    answered = Exists(Feedback.objects.filter(contribution=OuterRef("contribution")))
    said = Voice.objects.filter(link__cycle=cycle, contribution__withdrawn_at=None, contribution__moderation__gte=0).filter(~answered)
    return said.exclude(contribution=None).select_related("contribution", "outcome").order_by("pk")


def next_outcome(link: VoiceLink, after: Outcome | None, outcomes: list[Outcome]) -> Outcome | None:
    """The outcome to ask about: the one after this, and for somebody who comes the one that was asked least."""
    if not outcomes:
        return None
    if after is not None:
        place = next((i for i, o in enumerate(outcomes) if o.pk == after.pk), -1) + 1
        return outcomes[place % len(outcomes)] if len(outcomes) > 1 else None
    asked = dict(Voice.objects.filter(link=link).values_list("outcome").annotate(n=Count("pk")).order_by())
    return min(outcomes, key=lambda o: (asked.get(o.pk, 0), o.is_standard, o.number))
