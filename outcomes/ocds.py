"""Open contracting data (OCDS 1.1.5): one release of a cycle from its public facts, and the package it travels in. Pure.

What is not known is left out and listed by `missing`; nothing is made up. A cycle that is invented, and only such a one, gets the prefix
the standard keeps for its examples; a real one without a prefix gets a name that claims no place in the register.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time
from typing import Any

from commissioning.sentences import Sentence as _
from outcomes import noticing, ocds_awards, ocds_documents
from outcomes.ocds_documents import day_of, moment_of
from outcomes.public_facts import CycleFacts, EventFacts, LotFacts, SignFacts, TenderFacts

VERSION = "1.1"
EXAMPLES = "ocds-213czf"
_ELSEWHERE = "https://raw.githubusercontent.com/"
UK = f"{_ELSEWHERE}cabinetoffice/ocds_uk_extension/main/extension.json"
METRICS = f"{_ELSEWHERE}open-contracting-extensions/ocds_metrics_extension/master/extension.json"
LOTS = f"{_ELSEWHERE}open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json"
CRITERIA = f"{_ELSEWHERE}open-contracting-extensions/ocds_awardCriteria_extension/master/extension.json"


def ocid_of(facts: CycleFacts) -> str:
    """The identifier of the contracting process: the platform's, else under the authority's own prefix, else a local name."""
    if facts.notice.unique_identifier:
        return facts.notice.unique_identifier
    prefix = facts.authority.ocid_prefix or (EXAMPLES if facts.invented else "local")
    return f"{prefix}-{facts.authority.slug}-{facts.slug}"


def missing(facts: CycleFacts) -> list[_]:
    """What a full release of this cycle still waits for, in words."""
    notice, authority = facts.notice, facts.authority
    named = notice.unique_identifier or authority.ocid_prefix
    gaps = [
        (named, _("An OCID: the platform’s unique identifier, or the authority’s own OCID prefix. Until then the name is a local one.")),
        (authority.identifier, _("The authority’s number in a register.")),
        (authority.email or authority.phone, _("How to reach the authority.")),
        (notice.budget, _("The budget. Leave it out if it is not stated.")),
        (notice.cpv, _("The CPV code of what the contract is for.")),
        (notice.category, _("Whether it is services, goods or works.")),
        (notice.published_on or notice.none_because, _("The day the notice was published, or why there is none.")),
        (facts.events, _("A workshop or another event of engagement.")),
        (facts.signs, _("Indicators: the outcomes framework is not frozen yet.")),
        (facts.specification, _("The specification: it is not signed off yet.")),
        (any(lot.criteria for lot in facts.lots), _("Lots and award criteria: not decided yet.")),
    ]
    loose = sum(1 for one in facts.organisations if not one.identifier)
    found = [gap for known, gap in gaps if not known]
    return found + ([_("The number in a register of {n} organisations.", n=loose)] if loose else [])


def body(facts: CycleFacts, site: str) -> dict[str, Any]:
    """A release of the cycle without its number, day and tag: what is compared to know whether anything changed."""
    buyer = party_id(facts.authority.scheme, facts.authority.identifier, facts.authority.slug)
    made = {
        "ocid": ocid_of(facts),
        "initiationType": "tender",
        "language": "en",
        "parties": [_buyer(facts, buyer), *(one for one in _organisations(facts) if one["id"] != buyer)],
        "buyer": {"id": buyer, "name": facts.authority.name},
        "planning": _planning(facts, site),
        "tender": _tender(facts, site, buyer),
        "awards": [ocds_awards.award(one, party_id) for one in facts.awards],
    }
    tidy: dict[str, Any] = _without_gaps(made)
    return tidy


def release(
    content: dict[str, Any], number: int, at: datetime, tags_before: Collection[str], *, tender_open: bool = False
) -> dict[str, Any]:
    """The content as release `number`: a first one of its kind, or an update."""
    kind = "award" if "awards" in content else "tender" if tender_open else "planning"
    tag = f"{kind}Update" if kind in tags_before else kind
    return {"id": f"{content['ocid']}-{number:04d}", "date": moment_of(at), "tag": [tag], **content}


def naming_only(agreed: Iterable[dict[str, Any]], content: dict[str, Any]) -> dict[str, Any]:
    """A kept release without those who took part and are named today no more; buyer and suppliers answer for their own names.

    An organisation's name can be a person's, and they agreed to be named for as long as they agree. What is kept does not
    change; what is handed out leaves them out.
    """
    listed = list(agreed)
    known = {one["id"] for one in listed} | {one.get("name") for one in listed}  # a number that came later changes the id
    named = [
        one for one in content["parties"] if {"buyer", "supplier"} & set(one["roles"]) or one["id"] in known or one.get("name") in known
    ]
    return {**content, "parties": named}


def package(releases: list[dict[str, Any]], facts: CycleFacts, *, uri: str, at: datetime) -> dict[str, Any]:
    """The package that releases are published in, with the extensions they use."""
    publisher = {"name": facts.authority.name, "uri": facts.authority.website}
    if facts.authority.identifier:
        publisher |= {"scheme": facts.authority.scheme, "uid": facts.authority.identifier}
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": extensions_of(releases),
        "publishedDate": moment_of(at),
        "publisher": _without_gaps(publisher),
        "releases": releases,
    }


def extensions_of(releases: Collection[dict[str, Any]]) -> list[str]:
    """The extensions that these releases use."""
    tenders = [one.get("tender", {}) for one in releases]
    lots = [lot for tender in tenders for lot in tender.get("lots", ())]
    used = [
        (True, UK),
        (any("targets" in t for t in tenders) or any("agreedMetrics" in a for one in releases for a in one.get("awards", ())), METRICS),
        (lots, LOTS),
        (any("awardCriteria" in lot for lot in lots), CRITERIA),
    ]
    return [address for use, address in used if use]


def party_id(scheme: str, identifier: str, key: str) -> str:
    """How a party is named in a release: by its number in a register, else by a local name."""
    return f"{scheme}-{identifier}" if identifier else f"local-{key}"


def _buyer(facts: CycleFacts, key: str) -> dict[str, Any]:
    of = facts.authority
    return {
        "id": key,
        "name": of.name,
        "identifier": {"scheme": of.scheme, "id": of.identifier, "legalName": of.name} if of.identifier else None,
        "address": {"streetAddress": of.street, "locality": of.town, "postalCode": of.postcode},
        "contactPoint": {"name": of.contact, "email": of.email, "telephone": of.phone, "url": of.website},
        "roles": ["buyer", "procuringEntity"],
    }


def _organisations(facts: CycleFacts) -> list[dict[str, Any]]:
    """Who takes part and agreed to be named, and who was given a lot: that is public by itself."""
    suppliers = {one.key: one for award in facts.awards for one in award.suppliers}
    listed = {one.key: one for one in facts.organisations} | suppliers
    taking_part = {one.key for one in facts.organisations}
    return [
        {
            "id": party_id(one.scheme, one.identifier, one.key),
            "name": one.name,
            "identifier": {"scheme": one.scheme, "id": one.identifier, "legalName": one.name} if one.identifier else None,
            "details": {"vcse": one.voluntary},
            "roles": ["interestedParty"] * (one.key in taking_part) + ["supplier"] * (one.key in suppliers),
        }
        for one in listed.values()
    ]


def _planning(facts: CycleFacts, site: str) -> dict[str, Any]:
    notice = facts.notice
    budget = {"amount": {"amount": float(notice.budget), "currency": "GBP"}} if notice.budget is not None else None
    return {
        "rationale": facts.purpose,
        "budget": budget,
        "documents": ocds_documents.of_planning(facts, site),
        "milestones": _milestones(facts),
        "noEngagementNoticeRationale": notice.none_because,
    }


_KINDS = {"framework_frozen": "approval", "specification_signed_off": "approval"}


def _milestones(facts: CycleFacts) -> list[dict[str, Any]]:
    closes = facts.notice.closes_on
    whole = (
        [{"id": "engagement", "type": "engagement", "title": "Engagement closes", "dueDate": day_of(closes, time(23, 59, 59))}]
        if closes
        else []
    )
    steps = [
        {
            "id": step.code,
            "type": _KINDS.get(step.code, "preProcurement"),
            "title": step.words,
            "dateMet": moment_of(step.at),
            "status": "met",
        }
        for step in facts.steps
    ]
    return [*whole, *map(_event, facts.events), *steps]


def _event(event: EventFacts) -> dict[str, Any]:
    status = (
        "met" if event.closed_at else "notMet" if event.called_off_because else "scheduled" if event.starts_at or event.opens_at else None
    )
    due = event.starts_at or event.closes_at
    return {
        "id": event.key,
        "type": "engagement",
        "title": event.title,
        "description": " ".join(part for part in (event.question, noticing.event_line(event)) if part),
        "dueDate": moment_of(due) if due else None,
        "dateMet": moment_of(event.closed_at) if event.closed_at else None,
        "dateModified": moment_of(event.changed_at) if event.changed_at else None,
        "status": status,
    }


def _tender(facts: CycleFacts, site: str, buyer: str) -> dict[str, Any] | None:
    notice = facts.notice
    if not (notice.cpv or notice.category or facts.signs or facts.specification or facts.tender or facts.awards):
        return None
    subject = notice.subject or facts.service
    code = {"classification": {"scheme": "CPV", "id": notice.cpv.partition("-")[0]}} if notice.cpv else {}
    return {
        "id": f"{ocid_of(facts)}-tender",
        "title": facts.title,
        "description": subject,
        "status": facts.tender.status if facts.tender else "planned" if facts.specification else "planning",
        **_days(facts.tender),
        "procuringEntity": {"id": buyer, "name": facts.authority.name},
        "mainProcurementCategory": notice.category,
        "items": [{"id": "1", "description": subject, **code}],
        "lots": [_lot(lot) for lot in facts.lots],
        "awardCriteria": "ratedCriteria" if any(lot.criteria for lot in facts.lots) else None,
        "targets": [_target(sign) for sign in facts.signs],
        "documents": [ocds_documents.specification(facts, site)] if facts.specification else None,
    }


def _days(tender: TenderFacts | None) -> dict[str, Any]:
    if tender is None:
        return {}
    asked = {"endDate": day_of(tender.questions_until, time(23, 59, 59))} if tender.questions_until else None
    return {"tenderPeriod": {"startDate": day_of(tender.starts_on, time(0)), "durationInDays": tender.days}, "enquiryPeriod": asked}


def _lot(lot: LotFacts) -> dict[str, Any]:
    criteria = [
        {"type": one.kind, "name": one.name, "numbers": [{"number": float(one.percent), "weight": "percentageExact"}]}
        for one in lot.criteria
    ]
    return {"id": lot.key, "title": lot.title, "description": lot.description, "awardCriteria": {"criteria": criteria}}


def _target(sign: SignFacts) -> dict[str, Any]:
    collected = f"Collected by: {sign.collector}." if sign.collector else ""
    often = f"How often: {sign.frequency}." if sign.frequency else ""
    said = [f"Shows that: {sign.outcome}", collected, often]
    observation = {"id": f"{sign.key}-target", "measure": sign.target} if sign.target.strip() else None
    return {
        "id": sign.key,
        "title": f"{sign.code}. {sign.text}",
        "description": " ".join(part for part in said if part),
        "observations": [observation] if observation else None,
    }


def _without_gaps(value: Any) -> Any:
    """The same without what is unknown or empty: a field is there with something in it, or not at all."""
    if isinstance(value, dict):
        kept = {name: _without_gaps(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if not _is_gap(part)}
    if isinstance(value, list):
        return [part for part in map(_without_gaps, value) if not _is_gap(part)]
    return value


def _is_gap(value: Any) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())
