"""The published bundle of a workshop's votes, which anybody can check without this program, and the signed heads of its record."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from commissioning.models import Contribution
from commissioning.sentences import on_record
from commissioning.small_groups import SMALLEST
from workshops import record, recording, rules, signing, unsealing, verify
from workshops.models import Ballot, Chain, Entry, Head, Seat, Workshop

VERIFIER = Path(verify.__file__)
OF_VOICES = (Entry.Kind.VOTE, Entry.Kind.COUNTED, Entry.Kind.SUM)


def sign_heads(day: date) -> int:
    """Sign where every record ends on this day, once; returns how many were signed."""
    signed = 0
    for chain in Chain.objects.select_related("workshop").exclude(workshop__heads__day=day):
        key, signature = signing.sign(f"head:{chain.workshop.slug}:{day.isoformat()}:{chain.number}:{chain.link}")
        head = {"number": chain.number, "link": chain.link, "key": key, "signature": signature}
        signed += Head.objects.get_or_create(workshop=chain.workshop, day=day, defaults=head)[1]
    return signed


def bundle(workshop: Workshop) -> bytes:
    """The bundle of every closed ballot of a workshop, as one zip file; the same record always gives the same bytes.

    Votes of a group with fewer than five voices are kept back, in a secret ballot also of one in which fewer than five voted;
    their leaves stay in the chain.
    """
    ballots = list(published(workshop))
    small = _small_groups(ballots)
    heads = [
        {"day": h.day.isoformat(), "number": h.number, "link": h.link, "key": h.key, "signature": h.signature} for h in _heads(workshop)
    ]
    contents = {
        "about.json": _json({"format": record.FORMAT, "workshop": workshop.slug, "title": workshop.title}),
        "record.jsonl": "".join(f"{record.canonical(row)}\n" for row in _rows(workshop, small)).encode(),
        "results.json": _json(_results(ballots, small)),
        "heads.json": _json(heads),
        "verify.py": VERIFIER.read_bytes(),
    }
    contents["manifest.json"] = _json({name: verify.sha(data) for name, data in contents.items()})
    key, signature = signing.sign(f"bundle:{verify.sha(contents['manifest.json'])}")
    contents["signature.json"] = _json({"key": key, "signature": signature})
    return verify.packed(contents)


def published(workshop: Workshop) -> QuerySet[Ballot]:
    """The closed ballots of a workshop that have a record."""
    recorded = Entry.objects.filter(workshop=workshop, kind=Entry.Kind.CLOSE).values("ballot")
    return Ballot.objects.filter(pk__in=recorded).select_related("version", "proposal").order_by("pk")


def _heads(workshop: Workshop) -> QuerySet[Head]:
    return Head.objects.filter(workshop=workshop)


def _small_groups(ballots: list[Ballot]) -> set[tuple[int, str]]:
    """The groups of a ballot whose votes are kept back; in a secret one also those of which few voted: a receipt beside one vote tells it."""
    secret = {ballot.pk for ballot in ballots if ballot.is_secret}
    seats = Seat.objects.filter(ballot__in=[ballot.pk for ballot in ballots]).values_list("ballot", "group").order_by()
    rows = seats.annotate(entitled=Count("pk"), voted=Count("pk", filter=~Q(choice="")))
    return {(ballot, group) for ballot, group, n, voted in rows if (min(n, voted) if ballot in secret else n) < SMALLEST}


def _rows(workshop: Workshop, small: set[tuple[int, str]]) -> Iterable[dict[str, Any]]:
    for entry in Entry.objects.filter(workshop=workshop).select_related("ballot").order_by("number").iterator():
        kept_back = entry.kind in OF_VOICES and (entry.ballot_id, entry.group) in small
        yield {
            "number": entry.number,
            "kind": entry.kind,
            "ballot": recording.public_name(entry.ballot),
            "text": None if kept_back else entry.text,
            "leaf": entry.leaf,
            "link": entry.link,
        }


def _results(ballots: list[Ballot], small: set[tuple[int, str]]) -> list[dict[str, Any]]:
    counts, said = unsealing.counts([b.pk for b in ballots]), unsealing.reasons([b.pk for b in ballots])
    shown = set(Contribution.objects.shown().filter(pk__in=[b.proposal.contribution_id for b in ballots]).values_list("pk", flat=True))
    salts = dict(Entry.objects.filter(ballot__in=ballots, kind=Entry.Kind.OPEN).values_list("ballot", "salt"))
    results = []
    for ballot in ballots:
        result = unsealing.applied(ballot, counts.get(ballot.pk, []), said.get(ballot.pk, rules.Reasons()))
        results.append(
            {
                "ballot": recording.public_name(ballot),
                "statement": ballot.version.text if ballot.proposal.contribution_id in shown else None,
                "salt": salts[ballot.pk] if ballot.proposal.contribution_id in shown else None,
                "rule": ballot.rule,
                "rule_in_words": _in_words(rules.Rule.of(ballot.rule)),
                "counts": {
                    f.count.group: {name: n for name, n in vars(f.count).items() if name != "group"}
                    for f in result.findings
                    if (ballot.pk, f.count.group) not in small
                },
                "says": result.suggested,
            }
        )
    return results


def _in_words(rule: rules.Rule) -> list[str]:
    return on_record(lambda: [str(line) for line in rule.explain()])


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
