"""A pack as a frozen version of any size holds it, with every part there is; what the documents and the bench are held against."""

from outcomes.composing import content_hash
from outcomes.data_pack import Pack

_WORDS = "People feel safe on their way home and know whom to ask when things get hard"


def pack_with(outcomes=10, signs=3, clauses=5):
    """A pack with so many outcomes, so many indicators and clauses for each."""
    themes = [
        {
            "id": t + 1,
            "title": f"Home and streets {t + 1}",
            "outcomes": [_outcome(o + 1, signs) for o in range(t * 10, min(outcomes, t * 10 + 10))],
        }
        for t in range((outcomes + 9) // 10)
    ]
    about = {"slug": "help", "title": "Help that families can find", "service": "Early help", "authority": "Northtown Council"}
    about |= {"areas": ["Quay", "Hill"], "purpose": "Why help comes late.", "engagement_level": "Co-design", "invented": True}
    content = {
        "cycle": about,
        "framework": {"themes": themes},
        "clauses": [_clause(n, clauses) for n in range(outcomes * clauses)],
        "criteria": [
            {"id": 1, "code": "C1", "question": "What will change in Quay?", "how_question": "How, and with whom?", "good": "Names and a plan.",
             "outcome": 1, "need": 1, "need_words": "Nowhere to go", "share": "10.00", "first_return": 2, "linked_to_local_need": True}
        ],
        "weighting": {"price": "40.00", "quality": "45.00", "social_value": "15.00", "reason": "Most groups asked for it.",
                      "proposed": [{"price": "50.00", "quality": "40.00", "social_value": "10.00", "reason": "As always"}],
                      "advised": [{"group": "citizen", "share": "15", "n": 8}, {"group": "vso", "share": "77", "n": 3}], "exception": None},
        "monitoring": [{"id": 1, "code": "M1", "text": "Who feels safe", "form": "share", "indicator": 1, "criterion": None, "owner": "Provider",
                        "paid_by": "The contract", "hours": "2.5", "every": 1, "first_quarter": 2, "baseline": "41", "target": "60",
                        "direction": "up", "unit": "%"}],
        "lots": [{"number": 1, "title": "North", "about": "Quay"}, {"number": 2, "title": "South", "about": "Hill"}],
    }  # fmt: skip
    record = {
        "sessions": [
            {"title": "First talk", "question": "What should change?", "kind": "joint", "on": "2026-05-02", "called_off": False,
             "people": [{"group": "citizen", "n": 8}, {"group": "vso", "fewer_than": 5}], "organisations": 4}
        ],
        "contributions": [{"id": n, "who": f"Citizen {n}", "group": "citizen", "kind": "need", "place": "a", "on": "2026-05-02", "answer": "used"}
                          for n in range(1, 20)],
        "trace": [{"outcome": o + 1, "agreement": o + 1, "proposal": o + 101, "contributions": [1, 4, 7]} for o in range(outcomes)],
        "released": [{"title": "Notes", "on": "2026-05-03"}],
    }  # fmt: skip
    return Pack(1, "2026-06-01T10:00:00+00:00", content, content_hash(content), record, content_hash(record))


def _outcome(n, signs):
    counts = [
        {"group": group, "support": 6, "change": 1, "cannot": 0, "abstain": 1, "entitled": 9} for group in ("commissioner", "citizen")
    ]
    agreement = {"id": n, "proposal": n + 100, "state": "reserved", "dissent": [{"reason": "Only if it is free", "group": "vso"}]}
    return {
        "id": n,
        "code": f"O{n}",
        "statement": _WORDS if n != 2 else "Mae pobl yn teimlo’n ddiogel",
        "language": "en" if n != 2 else "cy",
        "for_whom": "young people",
        "dimensions": ["social"],
        "horizon": "medium",
        "standard": False,
        "agreement": agreement | {"counts": [*counts, {"group": "vso", "fewer_than": 5}]},
        "decision": {"answer": "adopted", "reason": "It is wanted.", "decider_role": "Portfolio member"},
        "indicators": [_sign(n * 10 + s) for s in range(signs)],
    }


def _sign(n):
    return {"id": n, "code": f"I{n}", "text": f"More people say so: {_WORDS}", "language": "en", "form": "share", "source": "survey",
            "collector": "the provider", "frequency": "each quarter", "hours": "2.5", "target": "more than now", "baseline": "41",
            "baseline_on": "2026-03-01", "aim": "60", "aim_on": "2028-03-31", "direction": "up", "unit": "%"}  # fmt: skip


def _clause(n, each):
    law = n % 5 == 2
    return {
        "id": n + 1,
        "number": f"{n // each + 1}.{n % each + 1}",
        "kind": "standard" if law else "outcome",
        "text": f"The provider will work so that this comes about: {_WORDS}.",
        "version": 1,
        "outcome": None if law else n // each + 1,
        "requirement": "Working Together to Safeguard Children" if law else "",
    }
