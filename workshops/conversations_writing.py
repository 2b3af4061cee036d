"""A workshop as a Polis conversation: every count and cell worked out again from the votes, closed ballots only."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import QuerySet

from commissioning.models import Contribution, Participant
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from workshops import tally
from workshops.conversations import milliseconds, people_of
from workshops.conversations_reading import COMMENTS, PEOPLE, SUMMARY, VOTES, Conversation, Row
from workshops.models import Ballot, Cast, Workshop

POLIS = {"agree": "1", "disagree": "-1", "pass": "0"}
SIGNAL = {tally.SUPPORT: "1", tally.CHANGE: "-1", tally.CANNOT: "-1", tally.ABSTAIN: "0"}
COLUMNS = {
    COMMENTS: ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"],
    VOTES: ["timestamp", "datetime", "comment-id", "voter-id", "vote"],
    PEOPLE: ["participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"],
}
NEEDS_QUOTES = re.compile(r'[",\r\n]')

Voice = tuple[int | None, int | None]  # a person, or an organisation with its single vote
Files = dict[str, list[list[str]]]


def conversation_of(workshop: Workshop) -> Files:
    """The files of a conversation, each as rows of cells, of closed ballots only: open ones are sealed.

    Raises `Refused` while none is closed.
    """
    closed = Ballot.objects.filter(workshop=workshop, closed_at__isnull=False).order_by("pk")
    ballots = list(closed.select_related("version__contribution__participant", "proposal__contribution"))
    if not ballots:
        raise Refused(_("No ballot of {workshop} is closed, so nothing can be exported yet.", workshop=workshop.slug))
    return _Export(workshop, ballots).files()


def write_conversation(files: Files, folder: Path) -> None:
    """Write the files of a conversation. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        text = "".join(",".join(map(_cell, row)) + "\n" for row in rows)
        (folder / name).write_bytes(text.encode())


def differences(conversation: Conversation, workshop: Workshop) -> list[str]:
    """Where the figures a conversation came with are not those of its votes: the votes stand, and somebody is told."""
    files = conversation_of(workshop)
    found = []
    for table in (conversation.comments, conversation.people):
        pairs = zip(table.rows, files[table.name][1:], strict=False)
        wrong = [line for (line, row), cells in pairs if list(row.values()) != cells]
        if wrong:
            place = {"file": table.name, "line": wrong[0], "n": len(wrong)}
            found.append(str(_("{file}: from line {line}, {n} rows differ from the votes. The votes stand.", **place)))
    return found


def _cell(text: str) -> str:
    """A cell, quoted only where it must be, as Polis writes it.

    Not `csv.writer`: with "\\n" as line end it leaves a lone carriage return bare, and the row would come back as two.
    And no mark before a leading "=" or "@": programs read this format, nobody opens it in a spreadsheet, and every cell
    must come back as it was.
    """
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text


def _timed(at: datetime) -> Row:
    return {"timestamp": milliseconds(at), "datetime": at.strftime("%a %b %d %H:%M:%S UTC %Y")}


def _voice(participant: Participant) -> Voice:
    if participant.group == "vso" and participant.organisation_id:
        return None, participant.organisation_id
    return participant.pk, None


@dataclass(frozen=True)
class _Vote:
    voter: str
    comment: str
    value: str
    at: datetime
    row: Row


class _Export:
    """The working out of one conversation; each ballot's wording is one comment, numbered as it came or from nought."""

    def __init__(self, workshop: Workshop, ballots: list[Ballot]) -> None:
        self.source = workshop.source
        self.summary = self.source.get("summary") or [["topic", workshop.title]]
        self.layout = {name: columns for name, columns in self.source.get("columns", {}).items() if columns}
        self.ballots = ballots
        said = enumerate(ballot.version.contribution.source_ref for ballot in ballots)
        self.comment_ids = [ref.removeprefix("comment:") or str(n) for n, ref in said]
        self.person_ids = self._imported_ids(workshop) if "digest" in self.source else self._new_ids()
        self.author_ids = [self.person_ids[_voice(ballot.version.contribution.participant)] for ballot in ballots]
        self.votes = self._votes()

    def files(self) -> Files:
        """Every file with its header, in the layout the conversation came with."""
        voted_on = sorted({vote.comment for vote in self.votes}, key=int)
        columns = COLUMNS | {PEOPLE: COLUMNS[PEOPLE] + voted_on} | self.layout
        tables = {COMMENTS: self._comments(), VOTES: [vote.row for vote in self.votes], PEOPLE: self._people()}
        files = {SUMMARY: self.summary}
        for name, rows in tables.items():
            files[name] = [columns[name], *([row.get(column, "") for column in columns[name]] for row in rows)]
        return files

    def _imported_ids(self, workshop: Workshop) -> dict[Voice, str]:
        return {(p.pk, None): p.source_ref.partition("@")[0].removeprefix("voter:") for p in people_of(workshop)}

    def _new_ids(self) -> dict[Voice, str]:
        wrote = [_voice(ballot.version.contribution.participant) for ballot in self.ballots]
        voted = self._casts().values_list("seat__participant", "seat__organisation")
        return {voice: str(n) for n, voice in enumerate(dict.fromkeys([*wrote, *voted]))}

    def _casts(self) -> QuerySet[Cast]:
        return Cast.objects.filter(ballot__in=[ballot.pk for ballot in self.ballots]).order_by("pk")

    def _votes(self) -> list[_Vote]:
        """Every vote in the order it was kept."""
        comment_of = {ballot.pk: comment for ballot, comment in zip(self.ballots, self.comment_ids, strict=True)}
        values = POLIS | SIGNAL
        columns = ("ballot", "seat__participant", "seat__organisation", "choice", "at", "source")
        votes = []
        for ballot, person, organisation, choice, at, source in self._casts().values_list(*columns):
            voter, comment, value = self.person_ids[person, organisation], comment_of[ballot], values[choice]
            row = _timed(at) | (source or {}) | {"comment-id": comment, "voter-id": voter, "vote": value}
            votes.append(_Vote(voter, comment, value, at, row))
        return votes

    def _comments(self) -> list[Row]:
        """The comments; their counts are of every vote cast, revised ones included."""
        cast = Counter((vote.comment, vote.value) for vote in self.votes)
        rows = []
        for ballot, comment, author in zip(self.ballots, self.comment_ids, self.author_ids, strict=True):
            said = ballot.version.contribution
            private = Contribution.Moderation.PRIVATE in (said.moderation, ballot.proposal.contribution.moderation)
            found = {
                "comment-id": comment,
                "author-id": author,
                "agrees": str(cast[comment, "1"]),
                "disagrees": str(cast[comment, "-1"]),
                "moderated": str(max(said.moderation, Contribution.Moderation.REJECTED)),  # the private channel has no name outside
                "comment-body": "" if said.withdrawn_at or private else ballot.version.text,
            }
            rows.append(_timed(ballot.version.at) | self.source.get("comments", {}).get(comment, {}) | found)
        return rows

    def _people(self) -> list[Row]:
        """The people; each cell is somebody's last vote by time."""
        last: dict[str, Row] = defaultdict(dict)
        for vote in sorted(self.votes, key=lambda vote: vote.at):
            last[vote.voter][vote.comment] = vote.value
        wrote = Counter(self.author_ids)
        listed = self.source["people"] if PEOPLE in self.layout else {who: {} for who in self.person_ids.values()}
        rows = []
        for who in (one for one in self.person_ids.values() if one in listed):
            values = Counter(last[who].values())
            found = {
                "participant": who,
                "n-comments": str(wrote[who]),
                "n-votes": str(values.total()),
                "n-agree": str(values["1"]),
                "n-disagree": str(values["-1"]),
            }
            rows.append(listed[who] | last[who] | found)
        return rows
