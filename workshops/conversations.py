"""Bringing a Polis conversation into a workshop: its statements, its people, and every vote as it was cast."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from commissioning import convening, minutes, policy
from commissioning.models import Authority, Contribution, Cycle, Group, Participant, User
from commissioning.people import PSEUDONYMS
from commissioning.sentences import Sentence as _
from commissioning.sentences import on_record, require
from workshops import facilitating, phases, rules
from workshops.conversations_reading import COMMENTS, NEEDED, VOTES, Conversation, Row, Table
from workshops.models import Ballot, Cast, Proposal, ProposalVersion, Seat, Workshop

AUTHORITY = "Imported conversations"
OFFICER = "imports@localhost"
CHOICES = {"1": "agree", "-1": "disagree", "0": "pass"}
# Worked out from the votes whenever they are needed.
COUNTED = ("participant", "n-comments", "n-votes", "n-agree", "n-disagree")
# Two thirds of citizens, from seven views on: Polis, too, waits for seven votes before it places somebody in a group.
RULE = rules.Rule({"citizen": rules.GroupRule(67, 7)})
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 2000  # rows in one statement


def moment(milliseconds: str) -> datetime:
    """When something was, exactly: a float would lose the last digit."""
    return EPOCH + timedelta(milliseconds=int(milliseconds))


def milliseconds(at: datetime) -> str:
    """The same moment as Polis writes it."""
    return str((at - EPOCH) // timedelta(milliseconds=1))


def imports_officer() -> User:
    """Who imports: an officer of the authority that holds the imported conversations, made the first time."""
    officer = User.objects.filter(email=OFFICER).first() or User.objects.create_user(OFFICER, "Imports")
    authority, __ = Authority.objects.get_or_create(slug="imported-conversations", defaults={"name": AUTHORITY})
    authority.memberships.get_or_create(user=officer)
    return officer


def import_conversation(conversation: Conversation, *, cycle: Cycle | None = None, by: User, now: datetime) -> Workshop:
    """Keep a conversation as a closed workshop, of a cycle or of one opened for it; the same one again adds nothing.

    Raises `Refused` when the cycle is closed.
    """
    with transaction.atomic():
        if cycle is None:
            authority = Authority.objects.select_for_update(no_key=True).get(slug="imported-conversations")
            kept = Workshop.objects.filter(cycle__authority=authority)
        else:
            cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
            kept = Workshop.objects.filter(cycle=cycle)
        already = kept.filter(source__digest=conversation.digest).first()
        if already is not None:
            return already
        if cycle is None:
            cycle = convening.open_cycle(_cycle_plan(conversation), authority=authority, by=by, now=now)
        require(policy.why_not_take_part(withdrawn=False, cycle_closed=cycle.state == Cycle.State.CLOSED))
        require(cycle.quiet)
        workshop = _Import(conversation, cycle).keep()
        counted = {"n": len(conversation.comments.rows), "votes": len(conversation.votes.rows)}
        what = _("A conversation was imported: {topic}, {n} comments, {votes} votes", topic=workshop.title, **counted)
        importer = Participant.objects.filter(cycle=cycle, user=by).first()
        minutes.record(cycle, "import", what, by=importer, now=now, place=workshop.slug)
    return workshop


def _cycle_plan(conversation: Conversation) -> convening.CyclePlan:
    return convening.CyclePlan(
        title=conversation.topic[:160],
        service=AUTHORITY,
        areas=("Not stated",),
        purpose=(conversation.said("conversation-description") or conversation.topic)[:2000],
        level=2,
        payment_line="Not known: imported conversation",
    )


def numbers_of(workshop: Workshop) -> dict[str, str | int]:
    """What was kept of an imported conversation, counted in the database."""
    return {
        "workshop": workshop.slug,
        "contributions": Proposal.objects.filter(workshop=workshop).count(),
        "participants": people_of(workshop).count(),
        "votes_cast": Cast.objects.filter(workshop=workshop).count(),
        "votes_current": Seat.objects.filter(ballot__workshop=workshop).exclude(choice="").count(),
    }


def people_of(workshop: Workshop) -> QuerySet[Participant]:
    """Everybody of an imported conversation, in its own order."""
    mark = _mark(workshop.source["digest"])
    return Participant.objects.filter(cycle=workshop.cycle_id, source_ref__endswith=mark).order_by("pk")


def _mark(digest: str) -> str:
    """Tells the people of one conversation from those of another in the same cycle: voter 7 is not voter 7."""
    return f"@{digest[:12]}"


def _besides(row: Row, known: tuple[str, ...]) -> Row:
    """The cells that cannot be worked out again, such as a time in words."""
    return {column: cell for column, cell in row.items() if column not in known}


@dataclass
class _Import:
    """The writing of one conversation; each step needs the one before."""

    conversation: Conversation
    cycle: Cycle

    def keep(self) -> Workshop:
        self.comments = self.conversation.comments.cells()
        self.votes = self.conversation.votes.cells()
        self.ended = max(moment(row["timestamp"]) for row in self.votes or self.comments)
        self.workshop = self._workshop()
        self.people = self._people()
        self.ballots = self._ballots(self._proposals())
        self._casts(self._seats())
        _look_through(Participant, Contribution, Proposal, ProposalVersion, Ballot, Seat, Cast)
        return self.workshop

    def _workshop(self) -> Workshop:
        topic = self.conversation.topic
        return Workshop.objects.create(
            cycle=self.cycle,
            title=topic[:160],
            slug=facilitating.unused_slug(topic),
            question=topic[:300],
            phase=phases.LAST,
            rule=RULE.kept,
            hours=Decimal(0),
            starts_at=min(moment(row["timestamp"]) for row in self.comments),
            closed_at=self.ended,
            source=self._source(),
        )

    def _source(self) -> dict[str, object]:
        """Only what cannot be worked out from the votes: layout, summary, and cells such as Polis' own groups."""
        people = self.conversation.people
        known = (*COUNTED, *people.numbered_columns())
        return {
            "digest": self.conversation.digest,
            "summary": self.conversation.summary,
            "columns": {t.name: t.columns for t in (self.conversation.comments, self.conversation.votes, people)},
            "comments": {row["comment-id"]: _besides(row, NEEDED[COMMENTS]) for row in self.comments},
            "people": {row["participant"]: _besides(row, known) for row in people.cells()},
        }

    def _first_seen(self) -> dict[str, datetime]:
        """Everybody, listed people first and in their order, with the moment of their first vote or comment."""
        first = {row["participant"]: self.ended for row in self.conversation.people.cells()}
        for table, column in ((self.conversation.comments, "author-id"), (self.conversation.votes, "voter-id")):
            for who, at in _moments(table, column):
                first[who] = min(first.get(who, at), at)
        return first

    def _people(self) -> dict[str, Participant]:
        before = Participant.objects.filter(cycle=self.cycle, group=Group.CITIZEN).count()
        mark = _mark(self.conversation.digest)
        people = {}
        for number, (who, at) in enumerate(self._first_seen().items(), before + 1):
            pseudonym = on_record(partial(str, _(PSEUDONYMS["citizen"].text, n=number)))
            people[who] = Participant(
                cycle=self.cycle,
                group=Group.CITIZEN,
                standing=Participant.Standing.RESIDENT,
                display_name=pseudonym,
                pseudonym=pseudonym,
                shown_name=pseudonym,
                source_ref=f"voter:{who}{mark}",
                joined_at=at,
            )
        Participant.objects.bulk_create(people.values(), batch_size=BATCH)
        return people

    def _proposals(self) -> list[Proposal]:
        said = [
            Contribution(
                cycle=self.cycle,
                participant=self.people[row["author-id"]],
                group=Group.CITIZEN,
                kind=Contribution.Kind.PROPOSAL,
                text=row["comment-body"],
                place=self.workshop.slug,
                moderation=int(row["moderated"]),
                key=f"comment:{row['comment-id']}",
                source_ref=f"comment:{row['comment-id']}",
                at=moment(row["timestamp"]),
            )
            for row in self.comments
        ]
        Contribution.objects.bulk_create(said, batch_size=BATCH)
        kind = Proposal.Kind.STATEMENT
        proposals = [Proposal(workshop=self.workshop, kind=kind, contribution=c, text=c.text, at=c.at) for c in said]
        return Proposal.objects.bulk_create(proposals, batch_size=BATCH)

    def _ballots(self, proposals: list[Proposal]) -> dict[str, Ballot]:
        said = [(p, p.contribution) for p in proposals]
        versions = [ProposalVersion(proposal=p, number=1, text=p.text, by=c.participant, contribution=c, at=c.at) for p, c in said]
        ProposalVersion.objects.bulk_create(versions, batch_size=BATCH)
        ballots = [
            Ballot(
                workshop=self.workshop,
                proposal=v.proposal,
                version=v,
                round=1,
                method=Ballot.Method.POLIS,
                rule=RULE.kept,
                opened_at=v.at,
                closed_at=max(self.ended, v.at),
            )
            for v in versions
        ]
        Ballot.objects.bulk_create(ballots, batch_size=BATCH)
        return {row["comment-id"]: ballot for row, ballot in zip(self.comments, ballots, strict=True)}

    def _seats(self) -> dict[tuple[str, str], Seat]:
        """One seat for each person and statement they voted on, with their last vote by time as its present choice."""
        by_time = sorted(self.votes, key=lambda row: int(row["timestamp"]))
        last = {(row["comment-id"], row["voter-id"]): CHOICES[row["vote"]] for row in by_time}
        seats = {
            (comment, who): Seat(ballot=self.ballots[comment], group=Group.CITIZEN, participant=self.people[who], choice=choice)
            for (comment, who), choice in last.items()
        }
        Seat.objects.bulk_create(seats.values(), batch_size=BATCH)
        return seats

    def _casts(self, seats: dict[tuple[str, str], Seat]) -> None:
        """Every vote in the order of the file, which tells which came last of two in the same millisecond."""
        Cast.objects.bulk_create(
            (
                Cast(
                    workshop=self.workshop,
                    ballot=self.ballots[row["comment-id"]],
                    seat=seats[row["comment-id"], row["voter-id"]],
                    by=self.people[row["voter-id"]],
                    choice=CHOICES[row["vote"]],
                    key=f"row:{number}",
                    at=moment(row["timestamp"]),
                    source=_besides(row, NEEDED[VOTES]) or None,
                )
                for number, row in enumerate(self.votes)
            ),
            batch_size=BATCH,
        )


def _look_through(*models: type[Model]) -> None:
    """PostgreSQL plans by what it last saw of a table, and joins a hundred thousand new rows one by one until it has looked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def _moments(table: Table, column: str) -> Iterator[tuple[str, datetime]]:
    return ((row[column], moment(row["timestamp"])) for row in table.cells())
