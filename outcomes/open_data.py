"""The public facts of a cycle, and the releases of open data made from them: each change in the record is a new one, old ones stay."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Prefetch
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from commissioning import cycle as table
from commissioning import words_in_files
from commissioning.models import (
    AuthorityDetails,
    Consent,
    Cycle,
    EngagementNotice,
    MilestoneMet,
    Minute,
    OpenDataRelease,
    Organisation,
    Release,
    SharedFile,
)
from commissioning.sentences import on_record
from outcomes import aiming, composing, ocds
from outcomes.models import Framework, FrameworkVersion, Specification
from outcomes.naming_parties import as_facts
from outcomes.public_facts import (
    AuthorityFacts,
    CycleFacts,
    DocumentFacts,
    EventFacts,
    NoticeFacts,
    SignFacts,
    SpecificationFacts,
    StepFacts,
)
from outcomes.tender_facts import with_tender
from workshops.models import Workshop

TOLD = ("convene", "choose date", "arrange", "call off", "close", "who can join")  # acts that change what the public is told of a workshop


def facts_of(cycle: Cycle) -> CycleFacts:
    """Everything public about a cycle, as plain values, in the language of the records."""
    return on_record(lambda: with_tender(_facts(cycle), cycle))


def _facts(cycle: Cycle) -> CycleFacts:
    notice = EngagementNotice.objects.filter(cycle=cycle).first()
    framework = _frozen(cycle)
    texts = {step.code: str(step.text) for plan in table.STAGES.values() for step in plan.milestones}
    return CycleFacts(
        slug=cycle.slug,
        title=cycle.title,
        service=cycle.service.name,
        purpose=cycle.purpose,
        areas=tuple(cycle.areas.order_by("pk").values_list("name", flat=True)),
        level=cycle.level_words["name"],
        authority=_authority(cycle),
        invented=cycle.invented,
        notice=_same_named(NoticeFacts, notice) if notice else NoticeFacts(),
        events=tuple(event_of(workshop) for workshop in workshops_of(cycle)),
        organisations=tuple(map(as_facts, organisations_of(cycle))),
        steps=tuple(
            StepFacts(step.code, texts[step.code], step.at)
            for step in MilestoneMet.objects.filter(cycle=cycle).order_by("at", "pk")
            if step.code in texts
        ),
        signs=_signs(framework),
        specification=_specification(cycle),
        documents=_documents(cycle, framework),
    )


def _same_named(facts: type[Any], row: object) -> Any:
    return facts(**{one.name: getattr(row, one.name) for one in fields(facts)})


def _authority(cycle: Cycle) -> AuthorityFacts:
    details = AuthorityDetails.objects.filter(authority=cycle.authority_id).first() or AuthorityDetails()
    known = {one.name: getattr(details, one.name) for one in fields(AuthorityFacts) if one.name not in ("name", "slug")}
    return AuthorityFacts(cycle.authority.name, cycle.authority.slug, **known | {"website": iri_to_uri(details.website)})


def workshops_of(cycle: Cycle) -> list[Workshop]:
    """The workshops the public is told of, with when that last changed; not the small rooms within one, nor imported talk."""
    return workshops_in([cycle])[cycle.pk]


def workshops_in(cycles: Collection[Cycle]) -> dict[int, list[Workshop]]:
    """The same for many cycles, in as many queries as for one."""
    told = Minute.objects.filter(cycle__in=cycles, act__in=TOLD).exclude(place="").values("cycle", "place").annotate(last=Max("at"))
    changed = {(row["cycle"], row["place"]): row["last"] for row in told}
    listed: dict[int, list[Workshop]] = {cycle.pk: [] for cycle in cycles}
    for workshop in Workshop.objects.filter(cycle__in=cycles, parent=None).order_by("pk"):
        if not workshop.source:
            workshop.told_at = changed.get((workshop.cycle_id, workshop.slug))  # type: ignore[attr-defined]
            listed[workshop.cycle_id].append(workshop)
    return listed


def event_of(workshop: Workshop) -> EventFacts:
    """A workshop of `workshops_of` as plain facts."""
    return EventFacts(
        key=f"workshop-{workshop.pk}",
        title=workshop.title,
        question=workshop.question,
        time_asked=workshop.time_asked,
        starts_at=workshop.starts_at,
        opens_at=workshop.opens_at,
        closes_at=workshop.closes_at,
        closed_at=workshop.closed_at,
        changed_at=max(filter(None, (workshop.told_at, workshop.closed_at)), default=None),  # type: ignore[attr-defined]
        venue=workshop.venue,
        called_off_because=workshop.called_off_because,
        anybody=workshop.entry == Workshop.Entry.ANYBODY,
    )


def organisations_of(cycle: Cycle) -> list[Organisation]:
    """The organisations that take part and may be named: somebody who comes for each agreed to be named."""
    agreed = Consent.objects.filter(participant__cycle=cycle, participant__withdrawn_at=None, kind=Consent.Kind.NAMING, given=True)
    return list(Organisation.objects.filter(pk__in=agreed.values("participant__organisation")).order_by("pk"))


def _frozen(cycle: Cycle) -> FrameworkVersion | None:
    """The outcomes framework as it was frozen last, while it is."""
    standing = FrameworkVersion.objects.filter(framework__cycle=cycle, framework__state=Framework.State.FROZEN)
    return standing.order_by("-number").first()


def _signs(version: FrameworkVersion | None) -> tuple[SignFacts, ...]:
    outcomes = [o for theme in version.content["themes"] for o in theme["outcomes"]] if version else []
    return tuple(
        SignFacts(
            f"indicator-{sign['id']}",
            sign["code"],
            sign["text"],
            outcome["statement"],
            sign["collector"],
            sign["frequency"],
            aiming.target_words(sign),
        )
        for outcome in outcomes
        for sign in outcome["indicators"]
    )


def _documents(cycle: Cycle, framework: FrameworkVersion | None) -> tuple[DocumentFacts, ...]:
    """What is out and not withdrawn. A file bears the title of its release: its own name is not shown once that is withdrawn."""
    out: list[DocumentFacts] = []
    if framework is not None:
        title, page = f"Outcomes framework, version {framework.number}", reverse("open_cycle", args=[cycle.slug])
        out.append(DocumentFacts("framework", f"framework-{framework.number}", title, f"{page}#answers", framework.at))
    summed_up = cycle.consultations.filter(summed_up_at__isnull=False).order_by("pk")
    for one in summed_up:
        path = reverse("consultation_summary", args=[cycle.slug, one.pk])
        at = one.summed_up_at or one.opened_at
        out.append(DocumentFacts("consultation", f"consultation-{one.pk}", f"Summary: {one.title}", path, at))
    released = cycle.releases.filter(state=Release.State.SENT).order_by("sent_at", "pk")
    for release in released.prefetch_related(Prefetch("files", SharedFile.objects.order_by("pk"))):
        at, kind = release.sent_at or release.at, f"release:{release.kind}"
        out.append(DocumentFacts(kind, f"release-{release.pk}", release.title, reverse("release", args=[cycle.slug, release.pk]), at))
        for n, file in enumerate(release.files.all(), 1):
            path = reverse("release_file", args=[cycle.slug, release.pk, file.pk])
            out.append(DocumentFacts(kind, f"file-{file.pk}", f"{release.title}: file {n}", path, at, words_in_files.kind_of(file.name)))
    return tuple(out)


def _specification(cycle: Cycle) -> SpecificationFacts | None:
    signed = Specification.objects.filter(cycle=cycle, state=Specification.State.SIGNED_OFF).first()
    version = signed.versions.defer("content").order_by("-number").first() if signed else None
    return SpecificationFacts(version.number, version.at) if version else None


# Releases


def keep_release(cycle: Cycle, *, now: datetime) -> OpenDataRelease:
    """The release that says what the record says now: the last one kept, or a new one when something changed since."""
    last = cycle.open_data.last()
    if last and last.content_hash == composing.content_hash(_body(facts_of(cycle))):
        return last
    with transaction.atomic():
        # Looked at again once nobody else can write one: an older look must not go out after a newer one.
        cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("authority", "service").get(pk=cycle.pk)
        facts = facts_of(cycle)
        content = _body(facts)
        fingerprint = composing.content_hash(content)
        last = cycle.open_data.last()
        if last and last.content_hash == fingerprint:
            return last
        number = last.number + 1 if last else 1
        tags = last.content["tag"] if last and last.content["ocid"] == content["ocid"] else []
        whole = ocds.release(content, number, now, [tag.removesuffix("Update") for tag in tags], tender_open=facts.tender is not None)
        made = OpenDataRelease.objects.create(cycle=cycle, number=number, content=whole, content_hash=fingerprint, at=now)
        made.refresh_from_db(fields=["content"])  # PostgreSQL keeps its own order of keys: the first answer is to be as every later one
        return made


def _body(facts: CycleFacts) -> dict[str, Any]:
    return on_record(lambda: ocds.body(facts, settings.PUBLIC_URL))


def package_of(cycle: Cycle, releases: list[OpenDataRelease], path: str) -> dict[str, Any]:
    """Kept releases as a package at an address of the public page, naming nobody who does not agree to it any more."""
    newest, facts = max(one.at for one in releases), facts_of(cycle)
    agreed = _body(facts)["parties"]
    contents = [ocds.naming_only(agreed, one.content) for one in releases]
    return ocds.package(contents, facts, uri=f"{settings.PUBLIC_URL}/open/{cycle.slug}/{path}", at=newest)


def newest(cycle: Cycle, *, now: datetime) -> dict[str, Any]:
    """What is at the public address: the newest release; while the page is not public, a look ahead that keeps nothing."""
    return package_of(cycle, [keep_release(cycle, now=now)], "ocds.json") if cycle.public_at else preview(cycle, now=now)


def preview(cycle: Cycle, *, now: datetime) -> dict[str, Any]:
    """The package as it would go out now, keeping nothing: for a cycle whose page is not public yet."""
    facts = facts_of(cycle)
    content = on_record(lambda: ocds.body(facts, settings.PUBLIC_URL))
    one = ocds.release(content, 1, now, (), tender_open=facts.tender is not None)
    return ocds.package([one], facts, uri=f"{settings.PUBLIC_URL}/open/{cycle.slug}/ocds.json", at=now)


def listing() -> dict[str, Any]:
    """Every public cycle with the address of its open data."""
    cycles = Cycle.objects.public().select_related("authority").order_by("pk")
    return {
        "uri": f"{settings.PUBLIC_URL}/open/ocds.json",
        "packages": [
            {
                "title": cycle.title,
                "publisher": cycle.authority.name,
                "release": f"{settings.PUBLIC_URL}/open/{cycle.slug}/ocds.json",
                "releases": f"{settings.PUBLIC_URL}/open/{cycle.slug}/ocds/releases/",
            }
            for cycle in cycles
        ],
    }
