"""The provider map: who could provide, whom nobody reaches, lists from files, and what an organisation says of itself."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import convening, people, provider_import, provider_map, providers, register_numbers, roles
from commissioning.models import Cycle, ExitAnswer, Group, MapImport, Minute, Organisation, Outreach, Participant, ProviderEntry
from commissioning.models.people import IDENTIFIER_PATTERNS
from commissioning.provider_rows import decoded, plain_name
from commissioning.providers import Draft, Sent
from commissioning.sentences import Refused
from outcomes import principles

LIST = b"""Name,Size,Register,Number,Groups,Areas,Sectors,Offers,Wants to hear by,Contact
Debt Step,small,charity,1089464,Men under 30;Tenants,Quay,Debt advice,Evening help,e-mail,hello@debt.example
City Advice Network,medium,company,04325234,Tenants,Quay;Hill,Advice,A hotline,phone,0121 496 0000
Tenants' Corner,small,,,Tenants,Hill,Advice,,post,"1 High Street, Hathersley"
"""


def add(town, name, size="small", **labels):
    return providers.add(town.cycle, Draft(name, size, labels), by=town.lead, now=town.now)


def bring(town, data=LIST, name="list.csv"):
    return provider_import.bring(town.cycle, name=name, data=data, by=town.lead, now=town.now)


def bring_in(town, data=LIST, choices=None):
    return provider_import.bring_in(bring(town, data), choices or {}, by=town.lead, now=town.now)


def open_to_all(town):
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    town.cycle.refresh_from_db()


def page_of(town, rest="", who=None):
    client = town.client(who or town.lead)
    return client.get(f"/cycles/{town.cycle.slug}/providers/{rest}")


def test_an_06_the_map_shows_size_sector_group_and_who_is_reached_by_nobody(town):
    add(town, "Debt Step", "small", group=["Tenants"], sector=["Debt advice"], area=["Quay"])
    add(town, "City Advice Network", "large", group=["tenants", "Students"], sector=["Advice"])
    providers.must_reach(town.cycle, groups=["Tenants", "Men under 30"], areas=["Hill"], by=town.lead, now=town.now)
    shown = page_of(town).content.decode()
    for words in ("Debt Step", "City Advice Network", "Tenants", "Debt advice", "1 small, 1 large", "The same as a table"):
        assert words in shown
    assert "Nobody on the map reaches Men under 30." in shown
    assert "Nobody on the map works in Hill." in shown
    assert [gap.name for gap in provider_map.gaps(town.cycle)] == ["Men under 30", "Hill"]
    assert provider_map.groups_reached(town.cycle) == {"Tenants", "Students"}
    add(town, "Night Owls", group=["men under 30"], area=["Hill"])
    assert provider_map.gaps(town.cycle) == []


def test_an_06_an_area_of_the_cycle_nobody_works_in_is_a_gap_by_itself(town):
    assert [str(gap.words) for gap in provider_map.gaps(town.cycle)] == ["Nobody on the map works in Quay."]


def test_an_06_the_map_can_be_narrowed_by_size_group_sector_and_area(town):
    add(town, "Debt Step", "small", group=["Tenants"])
    add(town, "City Advice Network", "large", group=["Students"])
    label = next(line.pk for line in provider_map.lines_of(town.cycle, "group") if line.name == "Students")
    for question, there, gone in (("size=small", "Debt Step", "City Advice"), (f"group={label}", "City Advice", "Debt Step")):
        listed = page_of(town, f"?{question}").content.decode().split('id="who-h"')[1]
        assert there in listed
        assert gone not in listed
    for nonsense in ("size=huge", "group=x", "group=²", "group=999999999", "area=", "page=zz"):
        assert page_of(town, f"?{nonsense}").status_code == 200


def test_an_06_the_same_organisation_stands_on_the_maps_of_many_cycles(town):
    add(town, "Debt Step")
    plan = convening.CyclePlan("Second", "Help", ("Quay",), "Why", 4, "None, because")
    second = convening.open_cycle(plan, authority=town.authority, by=town.lead.user, now=town.now)
    lead = Participant.objects.get(cycle=second)
    providers.add(second, Draft("debt step"), by=lead, now=town.now)
    assert Organisation.objects.count() == 1
    assert ProviderEntry.objects.count() == 2
    with pytest.raises(Refused, match="is on the map already"):
        add(town, "DEBT STEP")


def test_an_06_a_file_shows_all_before_anything_is_kept_and_twice_adds_nothing(town):
    client = town.client(town.lead)
    came = client.post(f"/cycles/{town.cycle.slug}/providers/import/", {"file": SimpleUploadedFile("list.csv", LIST)})
    look = client.get(came["Location"])
    assert "New to the register: 3" in look.content.decode()
    assert not ProviderEntry.objects.exists()
    client.post(came["Location"])
    assert provider_map.entries_of(town.cycle).count() == 3
    assert Organisation.objects.get(name="Debt Step").identifier == "1089464"
    entry = ProviderEntry.objects.get(organisation__name="Debt Step")
    assert {label.name for label in entry.labels.all()} == {"Men under 30", "Tenants", "Quay", "Debt advice"}
    assert (entry.channel, entry.reach_at, entry.source) == ("email", "hello@debt.example", "file")
    assert bring_in(town) == 0
    assert client.post(came["Location"]).status_code == 302  # the same form sent again
    assert (Organisation.objects.count(), ProviderEntry.objects.count()) == (3, 3)
    assert MapImport.objects.get(pk=1).text == ""


BAD = b"""name,size,register,number,wants to hear by,contact
,small,,,,
Good,small,,,,
Wrong size,tiny,,,,
Company as charity,small,charity,04325234,,
Charity as company,small,company,1089464,,
Not a number,small,charity,ABC,,
No register,small,,1089464,,
Odd register,small,guild,1089464,,
Scot as English,small,charity,SC012345,,
No address,small,,,email,
Bad address,small,,,email,nowhere
Good,large,,,,
"""


def test_an_06_everything_wrong_in_a_file_is_said_at_once_and_nothing_is_half_imported(town):
    kept = bring(town, BAD)
    page = town.client(town.lead).get(f"/cycles/{town.cycle.slug}/providers/import/{kept.pk}/").content.decode()
    look = provider_import.look(kept)
    assert [line for line, __ in look.read.errors] == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    said = {line: str(wrong) for line, wrong in look.read.errors}
    assert "looks like a company number" in said[5]
    assert "04325234" in said[5]
    assert "dropped the 0 in front (01089464)" in said[6]
    assert "looks like a charity number" in said[6]
    assert "Scottish charity" in said[10]
    assert "on line 3" in said[13]
    assert "looks like a company number" in page
    assert "Put 1 organisation on the map" not in page
    with pytest.raises(Refused, match="11 rows are wrong"):
        provider_import.bring_in(kept, {}, by=town.lead, now=town.now)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("scheme", "number", "sentence"),
    [
        ("GB-CHC", "1089464", None),
        ("GB-CHC", "1089464-1", None),
        ("GB-COH", "SC123456", None),
        ("GB-CHC", "04325234", "looks like a company number"),
        ("GB-CHC", "SC123456", "looks like a Scottish charity or company number"),
        ("GB-COH", "4325234", "dropped the 0 in front (04325234)"),
        ("GB-SC", "1089464", "looks like a charity number of England"),
        ("GB-NIC", "654321", "looks like a charity number of England"),
        ("GB-LAE", "04325234", "looks like a company number"),
        ("GB-CHC", "12", "is no number of this register"),
    ],
)
def test_an_06_a_number_of_the_wrong_register_is_named(scheme, number, sentence):
    wrong = register_numbers.why_wrong(scheme, number, IDENTIFIER_PATTERNS, "its form")
    assert (wrong is None) if sentence is None else sentence in str(wrong)


def test_an_06_the_register_itself_names_the_wrong_register_too(town):
    entry = add(town, "Debt Step")
    address = f"/cycles/{town.cycle.slug}/organisations/{entry.organisation_id}/"
    values = {"name": "Debt Step", "kind": "vso", "size": "small", "scheme": "GB-CHC"}
    answer = town.client(town.lead).post(address, values | {"identifier": "0432 5234"})
    assert answer.status_code == 422
    assert "looks like a company number" in answer.content.decode()
    town.client(town.lead).post(address, values | {"identifier": " 108 9464 "})
    assert Organisation.objects.get().identifier == "1089464"


def test_an_06_names_that_are_alike_are_shown_and_never_merged_silently(town):
    add(town, "Tenants Corner Ltd")
    data = b"name\nThe Tenants' Corner\nSomebody Else\n"
    kept = bring(town, data)
    look = provider_import.look(kept)
    assert [(one.state, [o.name for o in one.alike]) for one in look.rows] == [("alike", ["Tenants Corner Ltd"]), ("new", [])]
    address = f"/cycles/{town.cycle.slug}/providers/import/{kept.pk}/"
    answer = town.client(town.lead).post(address)
    assert answer.status_code == 409
    assert "Say for line 2" in answer.content.decode()
    assert Organisation.objects.count() == 1
    town.client(town.lead).post(address, {"choice-2": "new", "choice-x": "new"})
    assert Organisation.objects.count() == 3
    chosen = str(Organisation.objects.get(name="Somebody Else").pk)
    assert bring_in(town, b"name\nSomebody Elses\n", {2: chosen}) == 0
    assert Organisation.objects.count() == 3


def test_an_06_a_number_finds_an_organisation_under_another_name(town):
    bring_in(town)
    assert bring_in(town, b"name,charity number\nDebt Step Trust,1089464\n") == 0
    for row, sentence in (
        (b"Debt Step,1089465", "Which one is right?"),
        (b"Night Owls,1089464", "belongs to Debt Step in the register. Mend the number"),
        (b"Tenants' Corner,1089464", "not to Tenants' Corner"),
        (b"Debt Step,\nDebt Step Trust,1089464", "the same organisation as on line 2: Debt Step"),
    ):
        errors = provider_import.look(bring(town, b"name,charity number\n" + row)).read.errors
        assert sentence in str(errors[0][1])


def test_an_06_who_was_taken_off_with_a_reason_is_not_brought_back_by_a_file(town):
    bring_in(town)
    entry = ProviderEntry.objects.get(organisation__name="Debt Step")
    providers.take_off(entry, because="They closed", by=town.lead, now=town.now)
    assert bring_in(town) == 0
    assert provider_map.entries_of(town.cycle).count() == 2
    add(town, "Debt Step")
    assert provider_map.entries_of(town.cycle).count() == 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04rest", "This is a spreadsheet file"),
        (b"\xd0\xcf\x11\xe0rest", "This is a spreadsheet file"),
        (b"a\0b\0", "no table in CSV"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (b"", "empty"),
    ],
)
def test_an_06_what_is_no_list_is_refused_with_a_sentence(town, data, sentence):
    client = town.client(town.lead)
    answer = client.post(f"/cycles/{town.cycle.slug}/providers/import/", {"file": SimpleUploadedFile("x.csv", data)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not MapImport.objects.exists()


def test_an_06_files_of_other_programs_are_read_and_a_formula_stays_a_word(town):
    old = "Name;Offers\r\nCaffè Società;=HYPERLINK(1)\r\n".encode("cp1252")
    assert decoded(old)[0].startswith("Name")
    assert decoded("name\nÉlan\n".encode("utf-16"))[0] == "name\nÉlan\n"
    assert bring_in(town, old) == 1
    entry = ProviderEntry.objects.get()
    assert (entry.organisation.name, entry.offers) == ("Caffè Società", "=HYPERLINK(1)")
    look = provider_import.look(bring(town, b"name,favourite colour\nOne,red\n"))
    assert look.read.unknown == ["favourite colour"]
    for broken in (b"colour\nred\n", b"name\n" + b"x\n" * 2001, b'name\n"' + b"x" * 200_000):
        assert provider_import.look(bring(town, broken)).read.errors
    assert plain_name("The Élan & Co. Ltd") == plain_name("Elan co")


def test_an_06_nobody_but_who_convenes_changes_the_map(town):
    entry = add(town, "Debt Step")
    citizen = town.join("Cat")
    client = town.client(citizen)
    base = f"/cycles/{town.cycle.slug}/providers/"
    for address in ("add/", "import/", "import/1/"):
        assert client.get(base + address).status_code == 404
    for address in ("must-reach/", "review/"):
        assert client.post(base + address, {"note": "x"}).status_code == 404
    for act in ("verify", "off", "change", "own", "nonsense"):
        assert client.post(f"{base}{entry.pk}/", {"act": act, "because": "x"}).status_code == 409
    sent = {"act": "sent", "what": "x", "route": "post", "came": "sent", "day": "2020-01-01", "invites": "no", "key": "k"}
    assert client.post(f"{base}{entry.pk}/", sent).status_code == 409
    assert not Outreach.objects.exists()
    entry.refresh_from_db()
    assert (entry.state, entry.removed_at) == ("listed", None)


def test_p8_4_green_when_the_map_was_reviewed_and_gaps_noted(town):
    assert not provider_map.principle_four(town.cycle).met
    with pytest.raises(Refused, match="nobody on the map yet"):
        providers.review(town.cycle, note="Looked", by=town.lead, now=town.now)
    add(town, "Debt Step", area=["Quay"])
    providers.must_reach(town.cycle, groups=["Men under 30"], areas=["Quay"], by=town.lead, now=town.now)
    client = town.client(town.lead)
    client.post(f"/cycles/{town.cycle.slug}/providers/review/", {"note": "Two youth clubs are asked about young men."})
    look = provider_map.principle_four(town.cycle)
    assert look.met
    assert look.review.gaps == [["group", "Men under 30"]]
    assert providers.REVIEWED in convening.milestones_met(town.cycle)
    assert ExitAnswer.objects.get(stage__cycle=town.cycle, question="provider_map").words == look.review.note
    assert "Two youth clubs are asked" in page_of(town).content.decode()
    providers.must_reach(town.cycle, groups=["Men under 30", "Carers"], areas=["Quay"], by=town.lead, now=town.now)
    again = provider_map.principle_four(town.cycle)
    assert not again.met
    assert [gap.name for gap in again.new_gaps] == ["Carers"]
    assert next(row for row in principles.look(town.cycle, town.now) if row.principle.code == "P8-4").standing.state == "not_yet"


JOINING = {
    "name": "Newcomers' Desk",
    "size": "small",
    "groups": "Newly arrived families",
    "expertise": "People who have just arrived",
    "channel": "post",
    "reach_at": "2 Low Road",
    "interest": "potential_bidder",
}


def test_fs_05_an_unlisted_vso_finds_the_cycle_publicly_and_joins(town):
    nobody = Client()
    base = f"/cycles/{town.cycle.slug}/providers/"
    assert nobody.get(base).status_code == 404
    assert nobody.post(base + "join/", JOINING).status_code == 404
    open_to_all(town)
    assert "Put us on the map" in nobody.get(base).content.decode()
    assert nobody.get(base + "join/").status_code == 200
    assert not Participant.objects.filter(group="vso").exists()
    answer = nobody.post(base + "join/", JOINING | {"person": "Nadia", "consents": ["take_part", "words", "naming"]})
    assert answer.status_code == 302
    joined = Participant.objects.get(display_name="Nadia")
    assert (joined.group, joined.organisation.name, joined.user, joined.invited) == ("vso", "Newcomers' Desk", None, False)
    assert joined.interests.get().kind == "potential_bidder"
    assert nobody.get(f"/cycles/{town.cycle.slug}/").status_code == 200  # the device is known from now on
    entry = ProviderEntry.objects.get()
    assert (entry.source, entry.own_words, entry.state) == ("itself", True, "listed")
    assert Minute.objects.filter(cycle=town.cycle, what__contains="put itself on the provider map").exists()


def test_fs_05_the_form_sent_twice_joins_once_and_the_device_is_still_known(town):
    open_to_all(town)
    form = JOINING | {"person": "Nadia", "consents": ["take_part"], "key": "k" * 22}
    first, second = Client(), Client()
    for device in (first, second):  # the second stands for a browser that never got the first answer
        device.post(f"/cycles/{town.cycle.slug}/providers/join/", form)
    assert Participant.objects.filter(display_name="Nadia").count() == 1
    assert second.get(f"/cycles/{town.cycle.slug}/").status_code == 200


def test_fs_05_words_nobody_looked_at_are_not_shown_to_the_world(town):
    open_to_all(town)
    Client().post(f"/cycles/{town.cycle.slug}/providers/join/", JOINING | {"name": "Rude Name", "groups": "rude words"})
    entry = ProviderEntry.objects.get()
    base = f"/cycles/{town.cycle.slug}/providers/"
    seen = Client().get(base).content.decode()
    assert "1 organisation on the map" in seen
    assert "Rude Name" not in seen
    assert "rude words" not in seen
    assert Client().get(f"{base}{entry.pk}/").status_code == 404
    assert "Rude Name" in page_of(town).content.decode()
    town.client(town.lead).post(f"{base}{entry.pk}/", {"act": "verify"})
    assert "Rude Name" in Client().get(base).content.decode()
    assert "2 Low Road" not in Client().get(f"{base}{entry.pk}/").content.decode()
    assert "2 Low Road" in page_of(town, f"{entry.pk}/").content.decode()


def test_fs_05_who_only_wants_to_be_on_the_map_joins_nothing_and_a_known_one_is_left_as_it_is(town):
    open_to_all(town)
    entry = add(town, "Harbour")
    nobody = Client()
    base = f"/cycles/{town.cycle.slug}/providers/join/"
    nobody.post(base, JOINING | {"name": "harbour", "expertise": "False words"})
    entry.refresh_from_db()
    assert (entry.expertise, entry.reach_at) == ("", "")
    assert not Participant.objects.filter(group="vso").exists()
    without = nobody.post(base, JOINING | {"person": "Ned"})
    assert without.status_code == 422
    assert nobody.post(base, JOINING | {"channel": "email", "reach_at": "no"}).status_code == 422
    for n in range(20):
        nobody.post(base, JOINING | {"name": f"Many {n}"})
    assert nobody.post(base, JOINING | {"name": "One more"}).status_code == 409
    assert not Organisation.objects.filter(name="One more").exists()


def test_fs_05_a_name_typed_on_the_public_page_takes_no_vote_that_is_somebodys(town):
    open_to_all(town)
    invited = town.join("Val", "vso", "Harbour", invited=True)
    Client().post(f"/cycles/{town.cycle.slug}/providers/join/", JOINING | {"name": "Harbour", "person": "Eve", "consents": ["take_part"]})
    eve = Participant.objects.get(display_name="Eve")
    assert people.speaks_for_organisation(invited)
    assert not people.speaks_for_organisation(eve)


def test_ps_11_the_profile_shows_the_expertise_the_organisation_chose(town):
    entry = add(town, "Saltmarsh Arts")
    theirs, other = town.join("Sal", "vso", "Saltmarsh Arts"), town.join("Odd", "vso", "Other")
    address = f"/cycles/{town.cycle.slug}/providers/{entry.pk}/"
    words = {"act": "own", "expertise": "Young people who do not talk to services", "groups": "Young people"}
    assert town.client(other).post(address, words | {"expertise": "Amateurs"}).status_code == 409
    town.client(theirs).post(address, words)
    for who in (town.lead, other, theirs):
        shown = town.client(who).get(address).content.decode()
        assert "Young people who do not talk to services" in shown
        assert "In its own words" in shown
    refused = town.client(town.lead).post(address, {"act": "change", "expertise": "Good for amateurs"})
    assert refused.status_code == 409
    assert "wrote this itself" in refused.content.decode()
    entry.refresh_from_db()
    assert entry.expertise == "Young people who do not talk to services"


def test_ps_11_no_label_of_a_person_or_an_organisation_ranks_them():
    labels = [str(label) for choices in (Participant.Standing, Group, ProviderEntry.State, Organisation.Size) for label in choices.labels]
    labels += [str(role.title) for role in roles.ROLES.values()]
    for label in labels:
        assert not re.search(
            r"amateur|professional|junior|senior|lay |layperson|beginner|unskilled|grassroots|expert", label, re.IGNORECASE
        )


def test_tr_03_what_was_sent_by_hand_is_written_down_once_and_stays(town):
    entry, other = add(town, "Debt Step"), add(town, "Tenants' Corner")
    sent = Sent("The invitation, again", "post", date(2026, 1, 5), invites=True)
    for __ in range(2):
        providers.log_sent(town.cycle, [entry, other], sent, key="k1", by=town.lead, now=town.now)
    assert Outreach.objects.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Outreach.objects.update(day=date(2020, 1, 1))
    later = Sent("x", "post", town.now.date() + timedelta(days=1))
    with pytest.raises(Refused, match="not come yet"):
        providers.log_sent(town.cycle, [entry], later, key="k2", by=town.lead, now=town.now)
    providers.take_off(entry, because="Closed", by=town.lead, now=town.now)
    assert Outreach.objects.filter(entry=entry).count() == 1
    client = town.client(town.lead)
    day = {"act": "sent", "what": "Call", "route": "phone", "came": "opened", "day": "6 January 2026", "invites": "yes", "key": "k3"}
    client.post(f"/cycles/{town.cycle.slug}/providers/{other.pk}/", day)
    page = page_of(town, f"{other.pk}/").content.decode()
    assert "6 January 2026" in page
    assert "5 January 2026" in page
    assert client.post(f"/cycles/{town.cycle.slug}/providers/{other.pk}/", day | {"day": "soon"}).status_code == 422


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_the_map(town, rows):
    listed = "\n".join(f"Org {n} {chr(65 + n % 26)}{n * 7919},small,Group {n},Area {n}" for n in range(rows))
    look = provider_import.look(bring(town, f"name,size,groups,areas\n{listed}\n".encode()))
    choices = dict.fromkeys((one.row.line for one in look.rows), "new")
    assert bring_in(town, f"name,size,groups,areas\n{listed}\n".encode(), choices) == rows
    entry = ProviderEntry.objects.first()
    taken = []
    for rest in ("", f"{entry.pk}/", "add/"):
        page_of(town, rest)
        with CaptureQueriesContext(connection) as queries:
            assert page_of(town, rest).status_code == 200
        taken.append(len(queries))
    assert taken == [16, 12, 3]


def test_fs_05_two_who_were_shown_the_same_form_never_get_one_anothers_seat(town):
    open_to_all(town)
    form = JOINING | {"consents": ["take_part"], "key": "k" * 22}
    for person, name in (("Nadia", "Newcomers' Desk"), ("Omar", "Quay Kitchen")):
        Client().post(f"/cycles/{town.cycle.slug}/providers/join/", form | {"person": person, "name": name})
    joined = Participant.objects.filter(group="vso").values_list("display_name", "organisation__name")
    assert sorted(joined) == [("Nadia", "Newcomers' Desk"), ("Omar", "Quay Kitchen")]
