"""No weighting, filter, sort or score can see what a supplier is in law (LG-10, INV-14).

A rule is best proved three ways. What is: nothing but the register stores it, and no form but the register's asks it. What
happens: a whole cycle is run while every query is watched, and none selects, orders, groups or counts by it. What would be
otherwise: the same cycle with every organisation of another form, and registered elsewhere, comes to the same results to the
letter.
"""

import ast
import re

import pytest
from django import forms
from django.apps import apps
from django.db import connection

from commissioning import people, provider_map, providers, providers_forms, releasing, shaping
from commissioning.models import Organisation
from commissioning.models.people import IdentifierScheme
from commissioning.providers import Draft
from outcomes import reach, shifts
from tests.commissioning.test_shaping import FIGURES
from tests.stack import ROOT
from workshops import agreeing, inviting, tally, voting
from workshops.models import Seat

FLOORS = ("commissioning", "workshops", "outcomes")
KINDS = set(Organisation.Kind.values)
# Where the register itself is kept, read in and written out. None of them judges anything.
REGISTER = {
    "commissioning/models/people.py",
    "commissioning/register.py",
    "commissioning/provider_import.py",
    "commissioning/provider_rows.py",
}
# Open data and the procurement file name the parties, and must say what they are: by name, so that nothing else hides behind them.
WRITES_OUT = {"outcomes/naming_parties.py", "outcomes/ocds.py", "outcomes/fairness_record.py"}
NAMES_IT = re.compile(
    r"organisations?(?:__|\.)(?:kind|scheme|get_kind_display|get_scheme_display)|Organisation\.Kind|legal_?form|is_charity|is_vso|is_company|vcse"
)


def sources():
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if "migrations" not in name:
                yield name, path.read_text()


def choices_of(field):
    return {str(value) for value, __ in getattr(field, "choices", None) or [] if not isinstance(value, tuple | list)} - {"", "None"}


def test_inv_14_only_the_register_stores_what_an_organisation_is_in_law():
    storing = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if choices_of(field) and choices_of(field) <= KINDS
    }
    assert storing == {"Organisation.kind"}
    named = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if re.search(r"legal|charity|is_vso|company|org_?kind|vcse", field.name)
    }
    assert not named


def test_inv_14_only_the_registers_form_asks_it():
    for name, __ in sources():
        if name.endswith("forms.py"):
            __import__(name[:-3].replace("/", "."))

    def below(cls):
        return {cls}.union(*(below(sub) for sub in cls.__subclasses__()))

    asking = set()
    for form in below(forms.BaseForm):
        if form.__module__.split(".")[0] in FLOORS:
            asking |= {form.__name__ for field in form.base_fields.values() if choices_of(field) and choices_of(field) <= KINDS}
    assert asking == {"OrganisationForm"}


@pytest.mark.parametrize(("name", "source"), list(sources()), ids=lambda v: v if isinstance(v, str) and len(v) < 80 else "")
def test_lg_10_no_module_that_judges_names_it(name, source):
    if name in REGISTER | WRITES_OUT:
        return
    code = ast.unparse(_without_docstrings(ast.parse(source)))
    code = re.sub(r"LEGAL_FORM\b[^\n]*", "", code) if name == "commissioning/provider_map.py" else code  # the words it refuses
    assert not NAMES_IT.search(code), NAMES_IT.search(code)


def _without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def test_lg_10_the_map_refuses_to_be_sorted_out_by_it(town):
    assert not set(provider_map.FILTERS) & provider_map.LEGAL_FORM
    assert not set(providers_forms.FilterForm.base_fields) & provider_map.LEGAL_FORM
    providers.add(town.cycle, Draft("Debt Step"), by=town.lead, now=town.now)
    for question in ("kind=vso", "KIND=other", "legal_form=charity", "scheme=GB-CHC", "size=small&type=vso"):
        answer = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/providers/?{question}")
        assert answer.status_code == 409
        assert "All providers are on it alike" in answer.content.decode()


class Watch:
    """Every query, with what it asks of the table of organisations beyond reading a row whole."""

    def __init__(self):
        self.seen, self.leaning = 0, []

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        names = {"commissioning_organisation", *re.findall(r'"commissioning_organisation" (?:AS )?"?(\w+)"?', sql)}
        chosen, __, rest = sql.partition(" FROM ")
        if sql.startswith("SELECT"):
            for table in names:
                column = rf'"?{table}"?\."(?:kind|scheme|identifier)"'
                if re.search(column, rest) or re.search(rf"\([^)]*{column}", chosen):  # a condition, an order, a group, a count
                    self.leaning.append(sql)
        return execute(sql, params, many, context)


def story(room):
    """A map, invitations, votes, agreement: everything that sorts, counts or judges organisations."""
    town = room.town
    for name, size, group in (("Harbour", "large", "Tenants"), ("Doorstep", "small", "Students"), ("Third", "small", "Tenants")):
        providers.add(town.cycle, Draft(name, size, {"group": [group], "sector": ["Advice"], "area": ["Quay"]}), by=town.lead, now=town.now)
    providers.must_reach(town.cycle, groups=["Tenants", "Carers"], areas=[], by=town.lead, now=town.now)
    inviting.invite(room.workshop, room.vsos, by=town.lead, now=town.now)
    proposal = town.propose(room.workshop, room.vsos[1])
    ballot = town.ballot(room.workshop, proposal, percent=60)
    town.vote(ballot, "support", *room.officers, *room.citizens, room.vsos[0])
    town.vote(ballot, "cannot", room.vsos[1], reason="No money")
    people.declare_interest(room.vsos[0], "potential_bidder", now=town.now)
    release = releasing.draft(town.cycle, releasing.Draft("What we might buy", "facts", "Help"), key="r", by=town.lead, now=town.now)
    releasing.send(release, seen=release.turn, by=town.lead, now=town.now)
    shaping.propose_shape(town.cycle, FIGURES, why="Draft", by=town.lead, now=town.now)
    for person in room.vsos:
        shifts.assess(town.cycle, {"S7-1": 2}, {}, by=person, now=town.now)
    return proposal, ballot


# Every page on which organisations stand in an order, are counted, matched, told or judged.
JUDGED = (
    "providers/", "providers/?size=small", "reach/", "stakeholders/", "priorities/", "gaps/", "principles/", "shifts/", "shape/", "route/",
    "releases/", "releases/recipients/", "contacts/", "fairness/", "who-was-asked/", "expectations/", "promises/", "at-risk/",
)  # fmt: skip


# What differs each time a page is loaded: the keys of forms, and where a moment stands on a line that ends now.
PASSING = re.compile(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"|="[\d.]+%"')


def results(room, ballot):
    """Everything a person could see of it that orders, counts or judges organisations."""
    town = room.town
    client = town.client(town.lead)
    found = reach.reach_in(town.cycle)
    base = f"/cycles/{town.cycle.slug}"
    label = provider_map.lines_of(town.cycle, "group")[0].pk
    said = {}
    for path in (*JUDGED, f"providers/?group={label}"):
        answer = client.get(f"{base}/{path}")
        assert answer.status_code == 200, path
        said[path] = PASSING.sub("", answer.content.decode())
    seats = Seat.objects.filter(ballot=ballot).order_by("pk")
    return {
        "pages": said,
        "map": [provider_map.lines_of(town.cycle, kind) for kind in provider_map.KINDS],
        "gaps": provider_map.gaps(town.cycle),
        "order": [e.organisation.name for e in provider_map.filtered(town.cycle, {})],
        "reach": {step: found.counts(step) for step in reach.STEPS},
        "voices": voting.voices_in(room.workshop),
        "seats": [(s.group, s.choice) for s in seats],
        "tally": str(tally.GROUPS) + str(sorted((s.group, s.choice) for s in seats)),
    }


def test_inv_14_no_query_of_a_whole_cycle_leans_on_it(room):
    watch = Watch()
    with connection.execute_wrapper(watch):
        proposal, ballot = story(room)
        results(room, ballot)
        voting.close_ballot(ballot, by=room.town.facilitator, now=room.town.now)
        room.town.move(room.workshop, "agree")
        agreeing.record_agreement(proposal, state="contested", reason="One cannot", by=room.town.facilitator, now=room.town.now)
    assert watch.seen > 100
    assert not watch.leaning, watch.leaning[0]


def test_inv_14_the_watch_itself_sees_a_query_that_leans_on_it(town):
    watch = Watch()
    with connection.execute_wrapper(watch):
        list(Organisation.objects.all())
        assert not watch.leaning
        list(Organisation.objects.filter(kind="vso"))
        list(Organisation.objects.order_by("scheme"))
        list(provider_map.entries_of(town.cycle).filter(organisation__kind="vso"))
    assert len(watch.leaning) == 3


def test_inv_14_with_every_other_form_the_results_are_the_same_to_the_letter(room):
    __, ballot = story(room)
    before = results(room, ballot)
    organisations = list(Organisation.objects.filter(authority=room.town.authority).order_by("pk"))
    for n, kind in enumerate(Organisation.Kind.values):
        for shift, organisation in enumerate(organisations):
            scheme = IdentifierScheme.values[(n + shift) % len(IdentifierScheme.values)]
            numbered = {"scheme": scheme, "identifier": f"{n}{shift}"}
            Organisation.objects.filter(pk=organisation.pk).update(kind=kind, **numbered)
        now = results(room, ballot)
        for path, said in now.pop("pages").items():
            assert said == before["pages"][path], f"{path} says something else of organisations that are {kind}"
        assert now == {name: found for name, found in before.items() if name != "pages"}, kind
