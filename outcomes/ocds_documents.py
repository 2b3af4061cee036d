"""The documents of a cycle in open contracting data: what everybody can read, of which kind, where, and since when. Pure."""

from datetime import UTC, date, datetime, time
from typing import Any

from outcomes import noticing
from outcomes.public_facts import CycleFacts, DocumentFacts
from workshops.window import HERE

# What each is called in the standard's list of kinds of documents.
_TYPES = {
    "release:notes": "marketStudies",
    "release:draft": "procurementPlan",
    "release:facts": "needsAssessment",
    "release:rules": "procurementPlan",
    "release:other": "biddingDocuments",
    "consultation": "needsAssessment",
    "framework": "procurementPlan",
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_FORMATS = {
    "": "text/html",
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": f"{_OPEN}.text",
    "ods": f"{_OPEN}.spreadsheet",
    "odp": f"{_OPEN}.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/markdown",
    "html": "text/html",
    "htm": "text/html",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}


def of_planning(facts: CycleFacts, site: str) -> list[dict[str, Any]]:
    """The public page, the notice unless there is none, and everything else that is out."""
    page = f"{site}/open/{facts.slug}/"
    own = {
        "id": "page",
        "title": facts.title,
        "description": "The public page of this cycle.",
        "url": page,
        "format": "text/html",
        "language": "en",
    }
    notices = [] if facts.notice.none_because else [_notice_document(facts, page)]
    return [own, *notices, *(_document(one, site) for one in facts.documents)]


def _document(one: DocumentFacts, site: str) -> dict[str, Any]:
    return {
        "id": one.key,
        "documentType": _TYPES[one.kind],
        "title": one.title,
        "url": f"{site}{one.path}",
        "datePublished": moment_of(one.at),
        "format": _FORMATS.get(one.ends),
    }


def _notice_document(facts: CycleFacts, page: str) -> dict[str, Any]:
    notice = facts.notice
    draft = not notice.published_on
    law = noticing.law_on(notice.published_on or noticing.LAWS[-1].since)
    return {
        "id": "notice",
        "documentType": "marketEngagementNotice",
        "noticeType": law.code,
        "title": law.title,
        "description": "A draft from the record. It is not recorded as published." if draft else None,
        "url": notice.published_at or f"{page}notice/",
        "datePublished": day_of(notice.published_on, time(0)) if notice.published_on else None,
        "format": "text/html",
        "language": "en",
    }


def specification(facts: CycleFacts, site: str) -> dict[str, Any]:
    """The specification as signed off last."""
    signed = facts.specification
    assert signed is not None  # noqa: S101 (tells the type checker what the caller has asked)
    return {
        "id": f"specification-{signed.number}",
        "documentType": "technicalSpecifications",
        "title": f"Service specification, version {signed.number}",
        "url": f"{site}/open/{facts.slug}/#specification",
        "datePublished": moment_of(signed.at),
        "format": "text/html",
        "language": "en",
    }


def moment_of(at: datetime) -> str:
    """A moment as the standard writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def day_of(day: date, at: time) -> str:
    """A day at an hour of the clock here."""
    return moment_of(datetime.combine(day, at, HERE))
