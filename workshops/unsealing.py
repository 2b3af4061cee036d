"""What may be seen of ballots: turnout while they are open, and what they came to once they are unsealed.

Every count of votes is read here and nowhere else, so that sealed and secret mean the same everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import BooleanField, CharField, Count, Q, QuerySet, Value

from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import policy, rules, secrecy, tally
from workshops.models import Ballot, Seat, SecretVote


def turnout(ballot_ids: list[int]) -> dict[int, list[tuple[str, int, int]]]:
    """For each ballot, by group: how many have voted, of how many entitled. All that may be seen of an open one."""
    rows = (
        Seat.objects.filter(ballot__in=ballot_ids)
        .values_list("ballot", "group")
        .annotate(voted=Count("pk", filter=~Q(choice="")), entitled=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[str, tuple[str, int, int]]] = {}
    for ballot, group, voted, all_of_them in rows:
        found.setdefault(ballot, {})[group] = (group, voted, all_of_them)
    return {ballot: [groups[code] for code in tally.GROUPS if code in groups] for ballot, groups in found.items()}


@dataclass
class Counted:
    """The counts of one closed ballot: by group, and by channel over all groups."""

    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    through_brokers: dict[str, int] = field(default_factory=dict)  # by choice; in a secret ballot nobody knows

    @property
    def brokered(self) -> _ | None:
        """What came through brokers, in a sentence: counted with the others, and never taken for a whole sector (VS-05)."""
        rows = ", ".join(f"{n} {str(label).lower()}" for choice, label in tally.CHOICES.items() if (n := self.through_brokers.get(choice)))
        return _("Among these, through a broker who speaks for others: {rows}.", rows=rows) if rows else None

    @property
    def groups(self) -> list[tally.Count]:
        """How each group voted: one tally, by whichever channel a vote came."""
        return [
            replace(tally.from_row(group, self.rows[group]), present=self.present.get(group, 0))
            for group in tally.GROUPS
            if group in self.rows
        ]


def counted(ballot_ids: list[int]) -> dict[int, Counted]:
    """The counts of closed ballots, in one query; open ones are left out, whoever asks."""
    columns = ("ballot", "ballot__present", "group", "choice")
    seats = Seat.objects.filter(ballot__in=ballot_ids, ballot__closed_at__isnull=False).order_by()
    unknown = {"channel": Value("", CharField()), "brokered": Value(None, BooleanField())}
    secret = SecretVote.objects.filter(ballot__in=ballot_ids).annotate(**unknown).order_by()
    rows = [table.values_list(*columns, "channel", "brokered").annotate(n=Count("pk")) for table in (seats, secret)]
    found: dict[int, Counted] = {}
    for ballot, present, group, choice, channel, brokered, n in rows[0].union(rows[1], all=True):
        one = found.setdefault(ballot, Counted(present=present or {}))
        if choice != secrecy.VOTED:  # a seat of a secret ballot says only that it voted, and how its vote came
            row = one.rows.setdefault(group, {})
            row[choice] = row.get(choice, 0) + n
        if brokered and choice != secrecy.VOTED:
            one.through_brokers[choice] = one.through_brokers.get(choice, 0) + n
        if choice and channel:
            one.channels[channel] = one.channels.get(channel, 0) + n
    return found


def counts(ballot_ids: list[int]) -> dict[int, list[tally.Count]]:
    """The counts by group of closed ballots; open ones are left out, whoever asks."""
    return {ballot: one.groups for ballot, one in counted(ballot_ids).items()}


def reasons(ballot_ids: list[int]) -> dict[int, rules.Reasons]:
    """For each closed ballot, how many stated a reason with "change it first", and how many with "cannot support"."""
    seats = Seat.objects.filter(ballot__in=ballot_ids, ballot__closed_at__isnull=False)
    rows = [_stated(table) for table in (seats, SecretVote.objects.filter(ballot__in=ballot_ids))]
    return {ballot: rules.Reasons(change, cannot) for ballot, change, cannot in rows[0].union(rows[1], all=True) if change or cannot}


def _stated(table: QuerySet[Any]) -> QuerySet[Any]:
    change, cannot = Count("pk", filter=Q(choice=tally.CHANGE)), Count("pk", filter=Q(choice=tally.CANNOT))
    rows: QuerySet[Any] = table.exclude(reason="").order_by().values_list("ballot").annotate(change=change, cannot=cannot)
    return rows


@dataclass(frozen=True)
class Against:
    """A reason against something; without a group where it would say who gave it."""

    group: str
    choice: str
    reason: str
    language: str


def reasons_against(ballots: Iterable[Ballot], counted_votes: Mapping[int, list[tally.Count]]) -> dict[int, list[Against]]:
    """Every reason given against each closed ballot, by group and never by name; one query, and none when all are open."""
    closed = {ballot.pk: ballot for ballot in ballots if not ballot.is_open}
    if not closed:
        return {}
    columns = ("ballot", "group", "choice", "reason", "language")
    tables: tuple[QuerySet[Any], ...] = (Seat.objects.filter(ballot__in=closed), SecretVote.objects.filter(ballot__in=closed))
    said = [t.filter(choice__in=(tally.CHANGE, tally.CANNOT)).exclude(reason="").order_by().values_list(*columns) for t in tables]
    found: dict[int, list[Against]] = {}
    for ballot, group, choice, reason, language in sorted(said[0].union(said[1], all=True)):
        few = secrecy.hidden_groups(closed[ballot], counted_votes.get(ballot, []))
        # With one group left out, a reason without a group would be known to be of that one: then none has its group.
        found.setdefault(ballot, []).append(Against("" if few else group, choice, reason, language))
    return found


def result_of(ballot: Ballot) -> rules.Result:
    """What the rule says of a closed ballot. Raises `Refused` while it is sealed."""
    if not policy.may_see_results(ballot.is_open):
        raise Refused(_("Results are sealed until voting closes."))
    return applied(ballot, counts([ballot.pk]).get(ballot.pk, []), reasons([ballot.pk]).get(ballot.pk, rules.Reasons()))


def applied(ballot: Ballot, counted_votes: list[tally.Count], said: rules.Reasons) -> rules.Result:
    """The rule of a closed ballot applied to its counts, with the groups marked whose own counts nobody is shown."""
    return rules.apply(rules.Rule.of(ballot.rule), counted_votes, said, secrecy.hidden_groups(ballot, counted_votes))
