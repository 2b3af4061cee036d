"""The talk about a proposal as it is read: threads by what they are, and the professional views that wait for an answer."""

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commissioning.models import Contribution, Participant
from workshops.models import Comment, Proposal, Workshop

PLAIN = ""
HEADINGS: dict[str, Promise] = {
    Comment.Mark.FEASIBILITY: _("Professional views from the commissioner side"),
    Comment.Mark.QUESTION: _("Questions"),
    Comment.Mark.FOR: _("For"),
    Comment.Mark.AGAINST: _("Against"),
    PLAIN: _("Other comments"),
}
MOST = 5  # professional views on a desk: the rest are on the proposals' pages


@dataclass
class Thread:
    """A comment with what was said in answer to it, oldest first."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether it is a professional view that its proposer has not answered."""
        return self.comment.mark == Comment.Mark.FEASIBILITY and self.comment.answered_at is None


@dataclass
class Heading:
    """The threads of one kind."""

    mark: str
    title: Promise
    threads: list[Thread]


def _comments() -> QuerySet[Comment]:
    return Comment.objects.filter(contribution__in=Contribution.objects.shown()).select_related("contribution__participant__organisation")


def talk_about(proposal: Proposal) -> list[Heading]:
    """Everything said about a proposal that people may read, by kind; one query. Answers to what is hidden go with it."""
    threads: dict[int, Thread] = {}
    said = list(_comments().filter(proposal=proposal).order_by("pk"))
    for comment in said:
        if comment.answers_id is None:
            threads[comment.pk] = Thread(comment)
    for comment in said:
        if comment.answers_id in threads:
            threads[comment.answers_id].replies.append(comment)
    listed = [Heading(mark, title, [t for t in threads.values() if t.comment.mark == mark]) for mark, title in HEADINGS.items()]
    return [heading for heading in listed if heading.threads]


def marks_on(proposal_ids: list[int]) -> dict[int, list[tuple[str, str, int]]]:
    """For each proposal, how many comments bear each mark, as (mark, its word, number); one query."""
    shown = Comment.objects.filter(proposal__in=proposal_ids, contribution__in=Contribution.objects.shown()).exclude(mark=PLAIN)
    counted: dict[int, dict[str, int]] = {}
    for proposal, mark, n in shown.values_list("proposal", "mark").annotate(n=Count("pk")).order_by():
        counted.setdefault(proposal, {})[mark] = n
    return {
        proposal: [(mark, str(Comment.Mark(mark).label), n) for mark in Comment.Mark.values if (n := numbers.get(mark, 0))]
        for proposal, numbers in counted.items()
    }


def views_waiting_for(workshop: Workshop, me: Participant, absent_of: set[int] | None = None) -> list[Comment]:
    """Professional views on this person's own proposals that wait for their answer; one query.

    With `absent_of`, the people who are here: those on the proposals of everybody else, which the facilitator answers for.
    """
    waiting = _comments().filter(proposal__workshop=workshop, mark=Comment.Mark.FEASIBILITY, answered_at=None)
    waiting = waiting.select_related("contribution__participant__organisation", "proposal__contribution")
    if absent_of is None:
        return list(waiting.filter(proposal__contribution__participant=me)[:MOST])
    return [c for c in waiting[:50] if c.proposal.contribution.participant_id not in absent_of - {me.pk}][:MOST]
