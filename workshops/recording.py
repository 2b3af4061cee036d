"""Adding to the record of a workshop's votes: when voting opens, and when it closes.

Nothing is added while a ballot is open: when an entry came would say who had voted. At the close every vote goes in with
its seat's receipt in place of a name, in an order drawn by chance, and then what was counted.
"""

import random
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from workshops import papercodes, record, rules, tally
from workshops.models import Ballot, Cast, Chain, Entry, Seat, SecretVote

_chance = random.SystemRandom()

Written = tuple[str, str, Mapping[str, Any]]  # kind, group, what it says


def receipt() -> str:
    """A new receipt: as easy to type as a paper's code, and two characters longer."""
    return "".join(secrets.choice(papercodes.LETTERS) for _place in range(8))


def receipts(seats: Iterable[Seat]) -> list[Seat]:
    """Seats with a receipt each, no two the same."""
    given: set[str] = set()
    named = list(seats)
    for seat in named:
        while not seat.code or seat.code in given:
            seat.code = receipt()
        given.add(seat.code)
    return named


def public_name(ballot: Ballot) -> str:
    """What a ballot is called in the record: its proposal and its round."""
    return f"{ballot.proposal_id}.{ballot.round}"


def opened(ballot: Ballot) -> None:
    """Record what is voted on and by which rule, before anybody votes. The caller's transaction holds the workshop."""
    salt = secrets.token_hex(16)  # not the words, and not to be guessed: should they have to go, the record stays whole
    words = record.digest(salt + ballot.version.text)
    says = {"words": words, "round": ballot.round, "rule": ballot.rule, "at": ballot.opened_at.isoformat()}
    if ballot.is_secret:
        says["secret"] = True
    _add(ballot, [(Entry.Kind.OPEN, "", says)], salt)


def closed(ballot: Ballot, result: rules.Result, reasons: rules.Reasons) -> None:
    """Record every vote, what was counted and what the rule says of it. The caller's transaction has closed the ballot."""
    if not Entry.objects.filter(ballot=ballot, kind=Entry.Kind.OPEN).exists():
        return  # it was opened before there was a record
    seats = list(Seat.objects.filter(ballot=ballot))
    _chance.shuffle(seats)
    voices = [*_came(seats), *_unlinked(ballot, seats)] if ballot.is_secret else [*_votes(ballot, seats), *_counted(seats)]
    _add(ballot, [*voices, *_sums(ballot, result, reasons)])


def _votes(ballot: Ballot, seats: list[Seat]) -> Iterable[Written]:
    """Every vote of each seat, in its order. By which channel it came is not said: one person without a device would be known by it."""
    cast: dict[int, list[tuple[str, bool]]] = {}
    for vote in Cast.objects.filter(ballot=ballot).exclude(choice__in=("", tally.NONE)).order_by("pk"):
        cast.setdefault(vote.seat_id, []).append((vote.choice, bool(vote.reason)))
    for seat in seats:
        votes = cast.get(seat.pk, [])
        if votes and votes[-1][0] != seat.choice:
            votes.append((seat.choice, False))  # its owner took it back, or a recount of hands let it go
        for nth, (choice, reasoned) in enumerate(votes, 1):
            yield Entry.Kind.VOTE, seat.group, {"seat": seat.code, "nth": nth, "choice": choice, "reasoned": reasoned}


def _counted(seats: list[Seat]) -> Iterable[Written]:
    for seat in seats:
        yield Entry.Kind.COUNTED, seat.group, {"seat": seat.code, "choice": seat.choice, "reasoned": bool(seat.reason)}


def _came(seats: list[Seat]) -> Iterable[Written]:
    """That a vote came, for each receipt of a secret ballot: its owner finds that it was there, and nobody what it said."""
    for seat in seats:
        if seat.choice:
            yield Entry.Kind.VOTE, seat.group, {"seat": seat.code, "nth": 1, "choice": seat.choice, "reasoned": False}


def _unlinked(ballot: Ballot, seats: list[Seat]) -> Iterable[Written]:
    """Every vote of a secret ballot as it was counted, under a code that nobody was given."""
    counted = [Seat(group=v.group, choice=v.choice, reason=v.reason) for v in SecretVote.objects.filter(ballot=ballot)]
    counted += [Seat(group=seat.group) for seat in seats if not seat.choice]
    _chance.shuffle(counted)
    return _counted(receipts(counted))


def _sums(ballot: Ballot, result: rules.Result, said: rules.Reasons) -> Iterable[Written]:
    for finding in result.findings:
        count = vars(finding.count)
        yield Entry.Kind.SUM, finding.count.group, {name: n for name, n in count.items() if name != "group"}
    groups = {f.count.group: {"enough": f.enough, "reached": f.reached} for f in result.findings}
    dissent = bool(said.all) or any(f.count.cannot for f in result.findings)
    reasons = {"change": bool(said.change), "cannot": bool(said.cannot), "any": dissent}
    assert ballot.closed_at is not None  # noqa: S101 (the caller has closed it)
    yield Entry.Kind.CLOSE, "", {"groups": groups, "dissent": reasons, "says": result.suggested, "at": ballot.closed_at.isoformat()}


def _add(ballot: Ballot, written: Iterable[Written], salt: str = "") -> None:
    Chain.objects.get_or_create(workshop_id=ballot.workshop_id, defaults={"link": record.START})
    chain = Chain.objects.select_for_update(no_key=True).get(workshop_id=ballot.workshop_id)
    entries = []
    for kind, group, says in written:
        value = {"kind": kind, "ballot": public_name(ballot), "nonce": secrets.token_hex(16), **({"group": group} if group else {}), **says}
        text = record.canonical(value)
        leaf = record.digest(text)
        chain.number, chain.link = chain.number + 1, record.linked(chain.link, leaf)
        place = {"workshop_id": ballot.workshop_id, "ballot": ballot, "number": chain.number, "salt": salt}
        entries.append(Entry(kind=kind, group=group, text=text, leaf=leaf, link=chain.link, **place))
    Entry.objects.bulk_create(entries, batch_size=500)
    chain.save(update_fields=["number", "link"])
