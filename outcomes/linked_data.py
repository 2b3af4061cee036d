"""The frozen framework and what was measured against it as linked data: Common Impact Data Standard 3.2.1, as JSON-LD.

What is not known is left out, never made up. Only what everybody may read goes in: the frozen version, confirmed returns, stories whose
teller agreed; a figure about fewer than five people stays out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from commissioning.models import Cycle, Organisation
from commissioning.sentences import on_record
from commissioning.small_groups import SMALLEST
from outcomes import quarters
from outcomes.models import Award, Framework, FrameworkVersion, Indicator, Measure, Reading, Return, Story

# The terms that are used, with their meaning beside them: the file can be read without fetching anything.
CONTEXT: dict[str, Any] = {
    "cids": "https://ontology.commonapproach.org/cids#",
    "org": "http://ontology.eil.utoronto.ca/tove/organization#",
    "i72": "http://ontology.eil.utoronto.ca/ISO21972/iso21972#",
    "prov": "http://www.w3.org/ns/prov#",
    "sch": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "hasName": "org:hasName",
    "hasLegalName": "org:hasLegalName",
    "hasIdentifier": "org:hasIdentifier",
    "hasDescription": "cids:hasDescription",
    "hasComment": "cids:hasComment",
    "unitDescription": "cids:unitDescription",
    "description": "sch:description",
    "dateCreated": {"@id": "sch:dateCreated", "@type": "xsd:dateTime"},
    "startedAtTime": {"@id": "prov:startedAtTime", "@type": "xsd:dateTime"},
    "endedAtTime": {"@id": "prov:endedAtTime", "@type": "xsd:dateTime"},
    "hasNumericalValue": "i72:hasNumericalValue",
    "value": {"@id": "i72:value", "@type": "@id"},
    **{
        term: {"@id": f"cids:{term}", "@type": "@id"}
        for term in (
            "forTheme",
            "forOutcome",
            "forIndicator",
            "forOrganization",
            "forService",
            "fromPerspectiveOf",
            "hasBaseline",
            "hasThreshold",
            "hasIndicator",
            "hasIndicatorReport",
            "hasOutcome",
        )
    },
}


@dataclass
class Package:
    """The linked data of a cycle, and in words what could not go in."""

    data: dict[str, Any]
    missing: list[str]


def package_of(cycle: Cycle) -> Package:
    """Everything public about the outcomes of a cycle; without a frozen framework only who it is about."""
    return on_record(lambda: _Drawing(cycle).package())


def _moment(day: date, *, last: bool = False) -> str:
    return make_aware(datetime.combine(day, time(23, 59, 59) if last else time())).isoformat()


class _Drawing:
    """Draws the nodes of one cycle, each once."""

    def __init__(self, cycle: Cycle) -> None:
        """Nothing is read before `package`."""
        self.cycle = cycle
        self.root = f"{settings.PUBLIC_URL}/open/{cycle.slug}/cids.jsonld#"
        self.nodes: list[dict[str, Any]] = []
        self.missing: list[str] = []
        self.at = cycle.opened_at.isoformat()

    def package(self) -> Package:
        """The nodes in a fixed order: who, what was frozen, what was measured."""
        version = (
            FrameworkVersion.objects.filter(framework__cycle=self.cycle, framework__state=Framework.State.FROZEN)
            .order_by("-number")
            .first()
        )
        authority = self._organisation(f"authority-{self.cycle.authority_id}", self.cycle.authority.name)
        if version is None:
            self.missing.append(_("The framework is not frozen, so there are no outcomes to publish yet."))
        else:
            self.at = version.at.isoformat()
            indicators = self._framework(version.content, authority)
            self._measured(indicators)
        return Package({"@context": CONTEXT, "@graph": self.nodes}, self.missing)

    def _add(self, key: str, kind: str, name: str, words: str, **more: Any) -> str:
        about = {"hasName": name, "hasDescription": words, "description": words, "dateCreated": self.at}
        self.nodes.append({"@id": self.root + key, "@type": kind, **about, **more})
        return self.root + key

    def _organisation(self, key: str, name: str) -> str:
        known = self.root + key
        if not any(node["@id"] == known for node in self.nodes):
            self._add(key, "cids:Organization", name, name, hasLegalName=name)
        return known

    def _measure(self, key: str, figure: object) -> str:
        self.nodes.append({"@id": self.root + key, "@type": "i72:Measure", "hasNumericalValue": str(figure)})
        return self.root + key

    def _framework(self, content: dict[str, Any], authority: str) -> dict[int, dict[str, Any]]:
        """Themes, outcomes, for whom they are, and indicators; returns the node of each indicator."""
        found: dict[int, dict[str, Any]] = {}
        people: dict[str, str] = {}
        plan = self._plan()
        for theme in content["themes"]:
            about = _("A theme of the outcomes framework of %(cycle)s") % {"cycle": self.cycle.title}
            theme_id = self._add(f"theme-{theme['id']}", "cids:Theme", theme["title"], about)
            for outcome in theme["outcomes"]:
                outcome_id = self._outcome(outcome, theme_id, authority, people)
                for sign in outcome["indicators"]:
                    found[sign["id"]] = self._indicator(sign, outcome_id, theme_id, authority, plan.get(sign["id"]))
        return found

    def _outcome(self, outcome: dict[str, Any], theme: str, authority: str, people: dict[str, str]) -> str:
        whom = outcome["for_whom"]
        if whom not in people:
            people[whom] = self._add(f"people-{len(people) + 1}", "cids:Stakeholder", whom, whom)
        signs = [f"{self.root}indicator-{sign['id']}" for sign in outcome["indicators"]]
        links = {"forTheme": theme, "forOrganization": authority, "hasIndicator": signs}
        made = self._add(f"outcome-{outcome['id']}", "cids:Outcome", outcome["code"], outcome["statement"], **links)
        seen = {"forOutcome": made, "fromPerspectiveOf": people[whom]}
        self._add(f"for-people-{outcome['id']}", "cids:StakeholderOutcome", f"{outcome['code']}: {whom}", outcome["statement"], **seen)
        return made

    def _plan(self) -> dict[int, Measure]:
        """The line of the monitoring plan each indicator is measured by."""
        lines = Measure.objects.filter(cycle=self.cycle, indicator__isnull=False, retired_at=None).order_by("-number")
        return {line.indicator_id: line for line in lines if line.indicator_id}

    def _indicator(self, sign: dict[str, Any], outcome: str, theme: str, authority: str, line: Measure | None) -> dict[str, Any]:
        more: dict[str, Any] = {"hasIdentifier": sign["code"], "forOutcome": outcome, "forTheme": theme, "forOrganization": authority}
        more["unitDescription"] = line.unit if line and line.unit else str(Indicator.Form(sign["form"]).label)
        for term, figure in (("hasBaseline", line.baseline if line else None), ("hasThreshold", line.target if line else None)):
            if figure is not None:
                more[term] = self._measure(f"indicator-{sign['id']}-{term[3:].lower()}", f"{figure.normalize():f}")
        self._add(f"indicator-{sign['id']}", "cids:Indicator", sign["text"], sign["text"], hasIndicatorReport=[], **more)
        return self.nodes[-1]

    def _measured(self, indicators: dict[int, dict[str, Any]]) -> None:
        for award in _awards_of(self.cycle):
            provider = self._provider(award)
            for reading in confirmed_readings(award):
                sign = indicators.get(reading.measure.indicator_id or 0)
                if sign is not None:
                    self._report(award, reading, sign, provider)
        self._stories()

    def _provider(self, award: Award) -> str:
        provider: Organisation = award.provider
        made = self._organisation(f"organisation-{provider.pk}", provider.name)
        days = {"startedAtTime": _moment(award.starts), "endedAtTime": _moment(award.ends, last=True)}
        self._add(f"service-{award.pk}", "cids:Service", award.lot.title, self.cycle.service.name, forOrganization=made, **days)
        return made

    def _report(self, award: Award, reading: Reading, sign: dict[str, Any], provider: str) -> None:
        quarter = reading.returned.quarter
        figure = _figure(reading)
        if figure is None:
            if few_behind(reading):
                words = _("%(code)s, quarter %(n)s: about fewer than five people, so not published.")
                self.missing.append(words % {"code": reading.measure.code, "n": quarter})
            return
        name = _("%(code)s, quarter %(n)s") % {"code": sign["hasIdentifier"], "n": quarter}
        days = _days_of(award, quarter)
        value = self._measure(f"value-{reading.pk}", figure)
        links = {"forIndicator": sign["@id"], "forOrganization": provider, "value": value}
        made = self._add(
            f"report-{reading.pk}",
            "cids:IndicatorReport",
            name,
            reading.get_standing_display(),
            hasComment=_comment(reading),
            **days,
            **links,
        )
        sign["hasIndicatorReport"].append(made)

    def _stories(self) -> None:
        """Stories stand beside the figures, as reports in words (ME-01)."""
        for story in published_in(self.cycle):
            returned = story.reading.returned
            name = _("A story, quarter %(n)s") % {"n": returned.quarter}
            more: dict[str, Any] = {"hasComment": story.words, **_days_of(returned.award, returned.quarter)}
            if story.outcome_id:
                more["forOutcome"] = f"{self.root}outcome-{story.outcome_id}"
            self._add(f"story-{story.pk}", "cids:ImpactReport", name, story.reading.measure.text, **more)


def _awards_of(cycle: Cycle) -> Iterable[Award]:
    return Award.objects.filter(lot__cycle=cycle).select_related("lot", "provider").order_by("pk")


def _days_of(award: Award, quarter: int) -> dict[str, str]:
    first, last = quarters.begins(award.starts, quarter), quarters.ends(award.starts, quarter, award.ends)
    return {"startedAtTime": _moment(first), "endedAtTime": _moment(last, last=True)}


def confirmed_readings(award: Award) -> list[Reading]:
    """The readings of the newest reviewed return of each quarter."""
    reviewed = Return.objects.filter(award=award, state=Return.State.REVIEWED).order_by("version")
    newest = dict(reviewed.values_list("quarter", "pk"))
    readings = Reading.objects.filter(returned__in=newest.values()).select_related("returned", "measure")
    return list(readings.order_by("returned__quarter", "measure__number"))


def few_behind(reading: Reading) -> bool:
    """Whether a share is about too few people to be published (INV-19)."""
    return reading.whole is not None and reading.whole < SMALLEST


def _figure(reading: Reading) -> str | None:
    if few_behind(reading):
        return None
    if reading.value is not None:
        return f"{reading.value.normalize():f}"
    return f"{100 * reading.part / reading.whole}" if reading.part is not None and reading.whole else None


def _comment(reading: Reading) -> str:
    """What the figure is made of; the provider's own words stay out, since they may name somebody."""
    if reading.part is not None and reading.whole:
        return _("%(part)s of %(whole)s") % {"part": reading.part, "whole": reading.whole}
    return reading.measure.unit or str(reading.measure.get_form_display())


def published_in(cycle: Cycle) -> list[Story]:
    """The stories of a cycle whose tellers agreed and did not take it back, from the newest reviewed returns."""
    told: dict[int, list[Story]] = defaultdict(list)
    agreed = Story.objects.filter(consent=Story.ConsentGiven.GIVEN, reading__returned__award__lot__cycle=cycle)
    for story in agreed.select_related("reading__measure", "reading__returned__award__lot").order_by("pk"):
        told[story.reading_id].append(story)
    kept = {reading.pk for award in _awards_of(cycle) for reading in confirmed_readings(award)}
    return [story for pk, stories in told.items() if pk in kept for story in stories]
