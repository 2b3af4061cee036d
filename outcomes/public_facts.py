"""What notices and open data are built from: the public facts of a cycle as plain values. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class AuthorityFacts:
    """The contracting authority, as far as somebody wrote it down."""

    name: str
    slug: str
    scheme: str = ""
    identifier: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    ocid_prefix: str = ""


@dataclass(frozen=True)
class OrganisationFacts:
    """An organisation that takes part; `voluntary` only where it is known. Never read by anything that scores or filters."""

    key: str
    name: str
    scheme: str = ""
    identifier: str = ""
    voluntary: bool | None = None


@dataclass(frozen=True)
class EventFacts:
    """A workshop of the cycle."""

    key: str
    title: str
    question: str
    time_asked: str
    starts_at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    changed_at: datetime | None = None
    venue: str = ""
    called_off_because: str = ""
    anybody: bool = False


@dataclass(frozen=True)
class NoticeFacts:
    """What an officer said for the notice beside the record."""

    unique_identifier: str = ""
    subject: str = ""
    category: str = ""
    cpv: str = ""
    closes_on: date | None = None
    interest_by: date | None = None
    information_by: date | None = None
    process: str = ""
    budget: Decimal | None = None
    published_on: date | None = None
    published_at: str = ""
    none_because: str = ""


@dataclass(frozen=True)
class SignFacts:
    """An indicator of the frozen framework."""

    key: str
    code: str
    text: str
    outcome: str
    collector: str = ""
    frequency: str = ""
    target: str = ""


@dataclass(frozen=True)
class CriterionFacts:
    """One award criterion with its weight in per cent, once it is decided."""

    kind: str  # price, cost or quality
    name: str
    percent: Decimal


@dataclass(frozen=True)
class LotFacts:
    """One lot, once lots are decided."""

    key: str
    title: str
    description: str = ""
    criteria: tuple[CriterionFacts, ...] = ()


@dataclass(frozen=True)
class CommitmentFacts:
    """What a provider promised, and by which measures it is looked at."""

    key: str
    promise: str
    measures: tuple[tuple[str, str, str], ...] = ()  # key, what is looked at, target in words


@dataclass(frozen=True)
class AwardFacts:
    """Who was given a lot, from when to when, and what was promised; never what was paid or offered."""

    key: str
    title: str
    lot: str
    at: datetime
    starts: date
    ends: date
    suppliers: tuple[OrganisationFacts, ...]
    ended: bool = False
    commitments: tuple[CommitmentFacts, ...] = ()


@dataclass(frozen=True)
class TenderFacts:
    """The tender, from the day procurement starts: its state in the standard's words, and its days as far as they are set."""

    status: str  # active, complete or cancelled
    starts_on: date
    days: int | None = None
    questions_until: date | None = None


@dataclass(frozen=True)
class StepFacts:
    """Something the cycle has reached."""

    code: str
    words: str
    at: datetime


@dataclass(frozen=True)
class SpecificationFacts:
    """The specification as signed off last."""

    number: int
    at: datetime


@dataclass(frozen=True)
class DocumentFacts:
    """Something everybody can read: what it is, its address on this site, when it came out; `ends` is how a file's name ends."""

    kind: str  # release:… by what was released, consultation, or framework
    key: str
    title: str
    path: str
    at: datetime
    ends: str = ""


@dataclass(frozen=True)
class CycleFacts:
    """Everything public about a cycle that notices and open data may say."""

    slug: str
    title: str
    service: str
    purpose: str
    areas: tuple[str, ...]
    level: str
    authority: AuthorityFacts
    invented: bool = False
    notice: NoticeFacts = field(default_factory=NoticeFacts)
    events: tuple[EventFacts, ...] = ()
    organisations: tuple[OrganisationFacts, ...] = ()
    steps: tuple[StepFacts, ...] = ()
    signs: tuple[SignFacts, ...] = ()
    specification: SpecificationFacts | None = None
    documents: tuple[DocumentFacts, ...] = ()
    lots: tuple[LotFacts, ...] = ()
    tender: TenderFacts | None = None
    awards: tuple[AwardFacts, ...] = ()
