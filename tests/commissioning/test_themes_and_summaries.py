"""Themes by people and by the machine, browsing, the summary and those who get it, and looking up before asking again."""

import re
import socket

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissioning import consultation_looks, contributing, looking_up, suggesting_themes, summing_up, theming
from commissioning.consultation_looks import Asked
from commissioning.models import Bringing, Cycle, LeftAddress, LookedUp, Minute, Response, Theme, ThemeChange, Theming
from commissioning.sentences import Refused
from tests.commissioning.surveys import as_csv, brought, consultation_of, made_rows

pytestmark = pytest.mark.usefixtures("files_of_its_own")


def suggested(town, asked):
    suggesting_themes.ask(asked, by=town.lead, now=timezone.now())
    suggesting_themes.work(asked.pk, now=timezone.now)
    asked.refresh_from_db()
    assert asked.suggesting is None
    return list(Theme.objects.filter(consultation=asked, suggested=True))


def test_the_machine_suggests_and_is_never_taken_for_a_person(town, asked):
    brought(town, asked, as_csv(made_rows(1042)))
    themes = suggested(town, asked)
    assert 3 <= len(themes) <= 14
    words = " ".join(theme.terms for theme in themes)
    assert all(word in words for word in ("bus", "park", "lonely"))
    assert set(Theming.objects.values_list("hand", flat=True)) == {"machine"}
    assert ThemeChange.objects.filter(by=None).count() == len(themes)
    page = town.client(town.lead).get(reverse("consultation", args=[town.cycle.slug, asked.pk])).content.decode()
    assert "Suggested by the machine, not looked at" in page
    assert "put there by people: 0" in page
    assert not consultation_looks.public_themes(asked), "nobody has looked at them"


def test_the_machine_suggests_without_any_network(town, asked, monkeypatch):
    brought(town, asked, as_csv(made_rows(200)))

    def no_network(*_given):
        raise AssertionError("the machine called somebody")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    assert suggested(town, asked)


def test_machine_and_human_assignments_stay_distinguishable_with_history(town, asked):
    brought(town, asked, as_csv(made_rows(300)))
    theme = suggested(town, asked)[0]
    one, two, three = theming.responses_behind(theme)[:3]
    theming.assign([one.pk], theme, by=town.lead, now=town.now)
    mine = theming.make_theme(asked, name="Getting about", by=town.lead, now=town.now)
    theming.assign([two.pk, three.pk], mine, instead_of=theme, by=town.lead, now=town.now)
    confirmed = Theming.objects.get(response=one, theme=theme, ended_at=None)
    moved = Theming.objects.get(response=two, ended_at=None)
    assert (confirmed.hand, confirmed.by, confirmed.replaces.hand) == ("person", town.lead, "machine")
    assert (moved.theme, moved.replaces.theme, moved.replaces.ended_by) == (mine, theme, town.lead)
    look = next(look for look in consultation_looks.themes_of(asked) if look.theme == theme)
    assert look.people == 1
    assert look.machine > 1
    suggesting_themes.ask(asked, by=town.lead, now=timezone.now())
    suggesting_themes.work(asked.pk, now=timezone.now)
    assert Theming.objects.filter(response=two, ended_at=None).get().theme == mine, "what a person placed is not touched"
    assert Theme.objects.filter(pk=theme.pk).exists(), "a theme somebody used stays"
    assert theming.assign([one.pk], theme, by=town.lead, now=town.now) == 0


def test_themes_are_renamed_and_merged_with_history(town, asked):
    brought(town, asked, as_csv(made_rows(60)))
    responses = list(Response.objects.order_by("pk").values_list("pk", flat=True))
    buses = theming.make_theme(asked, name="Buses", by=town.lead, now=town.now)
    coaches = theming.make_theme(asked, name="Coaches", by=town.lead, now=town.now)
    theming.assign(responses[:10], buses, by=town.lead, now=town.now)
    theming.assign(responses[5:20], coaches, by=town.lead, now=town.now)
    client, cycle = town.client(town.lead), town.cycle.slug
    client.post(reverse("theme", args=[cycle, asked.pk, coaches.pk]), {"act": "rename", "name": "Coaches and trains", "line": "Far"})
    client.post(reverse("theme", args=[cycle, asked.pk, coaches.pk]), {"act": "merge", "into": buses.pk})
    coaches.refresh_from_db()
    assert (coaches.name, coaches.merged_into) == ("Coaches and trains", buses)
    assert set(theming.responses_behind(buses).values_list("pk", flat=True)) == set(responses[:20])
    assert Theming.objects.filter(theme=coaches, ended_by=town.lead).count() == 15
    assert list(coaches.history.values_list("what", flat=True)) == ["Made: Coaches", "Was called: Coaches", "Merged into: Buses"]
    page = client.get(reverse("theme", args=[cycle, asked.pk, buses.pk])).content.decode()
    assert "Took in: Coaches and trains" in page
    assert client.post(reverse("theme", args=[cycle, asked.pk, coaches.pk]), {"act": "merge", "into": buses.pk}).status_code == 409
    with pytest.raises(Refused, match="of this name"):
        theming.make_theme(asked, name="BUSES", by=town.lead, now=town.now)


def test_a_citizen_reads_and_only_officers_theme(town, asked):
    brought(town, asked, as_csv(made_rows(60, 60)))
    citizen = town.join("Cat")
    client, cycle = town.client(citizen), town.cycle.slug
    for name in ("consultation", "consultation_answers", "consultation_summary"):
        page = client.get(reverse(name, args=[cycle, asked.pk]))
        assert page.status_code == 200
        assert "@example.org" not in page.content.decode()
    bringing = Bringing.objects.get()
    for name, rest in (
        ("bring_answers", ()),
        ("answers_twice", ()),
        ("consultation_sending", ()),
        ("consultation_answers_file", ()),
        ("bringing", (bringing.pk,)),
    ):
        assert client.get(reverse(name, args=[cycle, asked.pk, *rest])).status_code == 404
    assert client.post(reverse("consultation_answers", args=[cycle, asked.pk]), {"new": "Mine", "answers": [1]}).status_code == 404
    with pytest.raises(Refused):
        theming.make_theme(asked, name="Mine", by=citizen, now=town.now)


def test_leaves_go_forwards_and_back_and_find_words(town, asked):
    brought(town, asked, as_csv(made_rows(130)))
    found = consultation_looks.answers(asked, Asked())
    first = consultation_looks.leaf(found)
    second = consultation_looks.leaf(found, after=first.after)
    third = consultation_looks.leaf(found, after=second.after)
    assert (len(first.rows), len(second.rows), len(third.rows)) == (50, 50, 30)
    assert first.before is None
    assert third.after is None
    assert consultation_looks.leaf(found, before=second.before) == first
    assert consultation_looks.leaf(found, before=third.before) == second
    some = consultation_looks.leaf(consultation_looks.answers(asked, Asked(words="bus close")))
    assert some.rows
    assert all("bus" in r.text.casefold() and "close" in r.text.casefold() for r in some.rows)
    theme = theming.make_theme(asked, name="T", by=town.lead, now=town.now)
    client, address = town.client(town.lead), reverse("consultation_answers", args=[town.cycle.slug, asked.pk])
    client.post(f"{address}?words=bus", {"theme": theme.pk, "every": "1", "act": "on"})
    assert theming.responses_behind(theme).count() == Response.objects.filter(text__icontains="bus").count()
    left = consultation_looks.leaf(consultation_looks.answers(asked, Asked(unthemed=True)), size=500)
    assert len(left.rows) == 130 - theming.responses_behind(theme).count()
    for nonsense in ("?after=x", "?after=99999999999999999999", "?theme=²", "?question=-1", "?hand=cat&words=%00"):
        assert client.get(address + nonsense).status_code == 200


QUERIES = {
    "consultations": 4,
    "consultation": 8,
    "consultation_answers": 10,
    "consultation_summary": 8,
    "consultation_sending": 7,
    "theme": 16,
    "bringing": 8,
    "answers_twice": 6,
}


@pytest.mark.parametrize("rows", [6, 120])
def test_pages_of_a_consultation_take_the_same_queries_however_many_answers(town, asked, rows):
    bringing = brought(town, asked, as_csv([*made_rows(rows), ["x", "soon", "", "", "", "y"]]))
    theme = theming.make_theme(asked, name="T", by=town.lead, now=town.now)
    theming.assign(list(Response.objects.values_list("pk", flat=True)), theme, by=town.lead, now=town.now)
    summing_up.publish(asked, summary="Buses.", by=town.lead, now=town.now)
    for n in range(min(rows, 8)):
        consultation_of(town, f"More {n}")
        theming.make_theme(asked, name=f"T{n}", by=town.lead, now=town.now)
    client, taken = town.client(town.lead), {}
    for name in QUERIES:
        arguments = [
            town.cycle.slug,
            *([] if name == "consultations" else [asked.pk]),
            *{"theme": [theme.pk], "bringing": [bringing.pk]}.get(name, []),
        ]
        client.get(reverse(name, args=arguments))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=arguments)).status_code == 200
        taken[name] = len(queries)
    assert taken == QUERIES, str(list(taken.items()))


# The summary


def test_fb_04_a_summary_goes_to_everybody_who_left_an_address_and_needs_no_profile(town, asked, posted):
    """An anonymous survey contributor who left an email gets the summary without any profile; each gets it once."""
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    brought(town, asked, as_csv(made_rows(1042, 611)))
    client, address = town.client(town.lead), reverse("consultation_sending", args=[town.cycle.slug, asked.pk])
    assert "611 of 1,042 left an address; 431 can read it on the public page." in client.get(address).content.decode()
    assert client.post(address, {"act": "send"}).status_code == 409, "there is nothing to send yet"
    client.post(address, {"act": "publish", "summary": "You asked for buses in the evening. Two lines run until eleven from May."})
    assert not mail.outbox, "publishing sends nothing"
    posted(lambda: client.post(address, {"act": "send"}))
    posted(lambda: client.post(address, {"act": "send"}))
    summing_up.send_waiting(asked.pk, now=timezone.now)
    assert len(mail.outbox) == 611
    assert len({m.to[0] for m in mail.outbox}) == 611
    assert all(len(m.to) == 1 and not m.cc and not m.bcc for m in mail.outbox)
    assert "buses in the evening" in mail.outbox[0].body
    assert f"/cycles/{town.cycle.slug}/consultations/{asked.pk}/summary/" in mail.outbox[0].body
    page = client.get(address).content.decode()
    assert "611 of 611 sent" in page
    assert "@example.org" not in page
    public = Client().get(reverse("consultation_summary", args=[town.cycle.slug, asked.pk]))
    assert "Two lines run until eleven" in public.content.decode()
    client.post(address, {"act": "delete"})
    assert not LeftAddress.objects.exclude(address="").exists()
    brought(
        town, asked, as_csv([["N1", "2026-03-04", "", "", "person1@example.org", "More"], ["N2", "", "", "", "new@example.org", "Less"]])
    )
    posted(lambda: summing_up.send(asked, by=town.lead, now=timezone.now()))
    assert len(mail.outbox) == 612, "who had it does not get it again, also when the address was deleted"


def test_a_summary_that_did_not_go_is_tried_again_and_no_address_is_in_the_fault(town, asked, monkeypatch):
    brought(town, asked, as_csv(made_rows(5, 5)))
    summing_up.publish(asked, summary="Thank you.", by=town.lead, now=town.now)
    summing_up.send(asked, by=town.lead, now=timezone.now())
    real = summing_up._letter

    def refuses(to, *given):
        if to.address.startswith("person3"):
            raise OSError("550 person3@example.org unknown")
        return real(to, *given)

    monkeypatch.setattr(summing_up, "_letter", refuses)
    with pytest.raises(summing_up.LetterError) as wrong:
        summing_up.send_waiting(asked.pk, now=timezone.now)
    assert "person3" not in str(wrong.value)
    monkeypatch.setattr(summing_up, "_letter", real)
    summing_up.send_waiting(asked.pk, now=timezone.now)
    assert sorted(m.to[0] for m in mail.outbox) == [f"person{n}@example.org" for n in range(5)]


def test_what_cannot_be_mailed_is_left_to_a_person_who_may_send(town, asked):
    brought(town, asked, as_csv([["1", "0151 496 0000", "More buses"]], ["Ref", "Phone", "What would help?"]))
    summing_up.publish(asked, summary="Thank you.", by=town.lead, now=town.now)
    address = reverse("consultation_sending", args=[town.cycle.slug, asked.pk])
    assert "0151 496 0000" in town.client(town.lead).get(address).content.decode()
    champion = town.join("Chip", "commissioner", role="champion")
    page = town.client(champion).get(address)
    assert page.status_code == 200
    assert "0151" not in page.content.decode()


def test_the_public_page_hides_small_groups_and_unlooked_themes(town, asked):
    brought(town, asked, as_csv(made_rows(60)))
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    address = reverse("consultation_summary", args=[town.cycle.slug, asked.pk])
    assert Client().get(address).status_code == 404, "no summary yet"
    rows = list(Response.objects.values_list("pk", flat=True))
    for name, n in (("Buses", 20), ("Skating", 3)):
        theming.assign(rows[:n], theming.make_theme(asked, name=name, by=town.lead, now=town.now), by=town.lead, now=town.now)
    summing_up.publish(asked, summary="Buses.", by=town.lead, now=town.now)
    page = Client().get(address).content.decode()
    assert "20 answers" in page
    assert "fewer than 5 answers" in page
    assert "3 answers" not in page
    assert "few under 25s answered" in page


def test_inv_19_neither_the_public_page_nor_a_need_says_that_three_people_answered(town, asked):
    brought(town, asked, as_csv(made_rows(3)))
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    theme = theming.make_theme(asked, name="Skating", by=town.lead, now=town.now)
    theming.assign(list(Response.objects.values_list("pk", flat=True))[:3], theme, by=town.lead, now=town.now)
    summing_up.publish(asked, summary="Skates.", by=town.lead, now=town.now)
    page = Client().get(reverse("consultation_summary", args=[town.cycle.slug, asked.pk])).content.decode()
    assert "3 people answered" not in page
    assert "Fewer than 5 people answered." in page
    need = theming.raise_need(theme, by=town.lead, now=town.now)
    assert need.evidence.get().source.startswith("Fewer than 5 answers in the consultation")


# Before asking again


def earlier_cycle(town, said="The crossing by the school is dangerous"):
    asked = consultation_of(town, "Getting to school")
    brought(town, asked, as_csv([["1", said], ["2", "I like cake"]], ["Ref", "What would help?"]))
    return asked


def test_an_17_setting_something_up_shows_what_was_said_before_and_asks_reuse_or_ask_again_and_why(town):
    """Creating a session shows earlier contributions for the same area/theme and asks "reuse or ask again, why"."""
    earlier_cycle(town)
    citizen = town.join("Cat")
    contributing.contribute(cycle=town.cycle, by=citizen, kind="need", text="A safe crossing at Mill Lane", key="k1", now=town.now)
    quiet = town.join("Quin", consents=("take_part",))
    contributing.contribute(cycle=town.cycle, by=quiet, kind="need", text="No crossing for wheelchairs", key="k2", now=town.now)
    client = town.client(town.lead)
    address = reverse("new_consultation", args=[town.cycle.slug])
    new = {"title": "School crossings", "about": "Where is it dangerous to cross?", "reached": "All parents"}
    page = client.post(address, new).content.decode()
    assert "The crossing by the school is dangerous" in page
    assert "A safe crossing at Mill Lane" in page
    assert "wheelchairs" not in page, "their author did not agree to the use of their words"
    assert not re.search(r"\bCat\b", page)
    assert "I like cake" not in page
    assert "Same area" in page
    assert client.post(address, new | {"looked": "yes", "answer": "again", "why": " "}).status_code == 422
    before = town.cycle.consultations.count()
    client.post(address, new | {"looked": "yes", "answer": "reuse", "why": "Parents told us last year."})
    assert town.cycle.consultations.count() == before
    client.post(address, new | {"looked": "yes", "answer": "again", "why": "The school has moved since."})
    assert town.cycle.consultations.count() == before + 1
    kept = LookedUp.objects.get(answer="again")
    assert kept.found == 2
    assert Minute.objects.filter(act="looked up", why="The school has moved since.").exists()
    everybody = town.client(citizen).get(reverse("looking_up", args=[town.cycle.slug])).content.decode()
    assert "The school has moved since." in everybody
    assert "Parents told us last year." in everybody


def test_convening_a_workshop_shows_what_was_said_before_and_keeps_why_it_is_asked_again(town):
    earlier_cycle(town, "The service never answers, help comes too late")
    client = town.client(town.lead)
    address = reverse("convene", args=[town.cycle.slug])
    contributing.contribute(
        cycle=town.cycle, by=town.join("Cat"), kind="need", text=f"{town.authority.name} has no bus", key="k", now=town.now
    )
    page = client.get(address).content.decode()
    assert "help comes too late" not in page, "those are words every service has"
    assert "has no bus" in page
    assert reverse("looking_up", args=[town.cycle.slug]) in page
    rule = {f"{kind}_{code}": n for code in ("commissioner", "vso", "citizen") for kind, n in (("percent", 67), ("least", 1))}
    plan = {"title": "Buses", "question": "Where to?", "hours": "2", "kind": "joint", "again_because": "The route was cut since."}
    assert client.post(address, rule | plan).status_code == 302
    assert LookedUp.objects.get().why == "The route was cut since."
    assert Minute.objects.get(act="looked up").place
    LookedUp.objects.all().delete()
    found = client.get(reverse("looking_up", args=[town.cycle.slug]) + "?words=never+answers").content.decode()
    assert "help comes too late" in found
    client.post(
        reverse("looking_up", args=[town.cycle.slug]),
        {"words": "never answers", "for_what": "Spring workshop", "answer": "again", "why": "New provider"},
    )
    assert LookedUp.objects.get().for_what == "Spring workshop"


def test_another_authority_is_never_looked_into(town, other_town):
    earlier_cycle(other_town)
    assert looking_up.earlier(town.cycle, "school crossing dangerous") == []
    assert len(looking_up.earlier(other_town.cycle, "school crossing dangerous")) == 1


def test_looking_up_looks_at_a_bounded_number_of_candidates(town, asked):
    brought(town, asked, as_csv(made_rows(900)))
    with CaptureQueriesContext(connection) as queries:
        found = looking_up.earlier(town.cycle, "buses, parks, lonely people and doctors")
    assert len(found) <= 3 * looking_up.SHOWN
    assert len(queries) <= 8
    assert looking_up.earlier(town.cycle, "the and of") == []


def test_no_address_is_in_the_minutes_or_in_a_look_back(town, asked, posted):
    brought(town, asked, as_csv(made_rows(30, 30)))
    summing_up.publish(asked, summary="Thanks.", by=town.lead, now=town.now)
    posted(lambda: summing_up.send(asked, by=town.lead, now=timezone.now()))
    assert not [m for m in Minute.objects.all() if "@" in m.what + m.why]
    assert not Response.objects.filter(text__contains="@example.org").exists()
    assert str(LeftAddress.objects.first()).isdigit()


def test_of_two_officers_who_mend_the_summary_the_second_is_told(town, asked):
    lead = town.client(user=town.lead.user)
    address = f"/cycles/{town.cycle.slug}/consultations/{asked.pk}/sending/"
    seen = re.search(r'name="seen" value="(\w+)"', lead.get(address).content.decode())[1]
    assert lead.post(address, {"act": "publish", "summary": "More buses.", "seen": seen}).status_code == 302
    late = lead.post(address, {"act": "publish", "summary": "Fewer buses, and earlier ones.", "seen": seen})
    assert late.status_code == 409
    assert "Fewer buses, and earlier ones." in late.content.decode()
    asked.refresh_from_db()
    assert asked.summary == "More buses."


def test_addresses_that_have_not_had_the_summary_are_not_deleted(town, asked, posted):
    brought(town, asked, as_csv(made_rows(5, 5)))
    summing_up.publish(asked, summary="You want more buses.", by=town.lead, now=town.now)
    posted(lambda: summing_up.send(asked, by=town.lead, now=timezone.now()))
    brought(town, asked, as_csv([["N1", "2026-03-04", "", "", "new@example.org", "Later buses"]]))
    with pytest.raises(Refused, match="Delete the addresses when all have gone"):
        summing_up.delete_addresses(asked, by=town.lead, now=timezone.now())
    assert LeftAddress.objects.filter(address="new@example.org", sent_at=None).exists()
    posted(lambda: summing_up.send(asked, by=town.lead, now=timezone.now()))
    assert summing_up.delete_addresses(asked, by=town.lead, now=timezone.now()) == 6


def test_an_answer_is_read_without_what_could_tell_whose_it_is(town, asked):
    brought(town, asked, as_csv([["N1", "2026-03-04", "Hill", "16-24", "", "Later buses"]]))
    address = reverse("consultation_answers", args=[town.cycle.slug, asked.pk])
    shown = town.client(town.join("Ann")).get(address).content.decode()
    assert "Later buses" in shown
    assert not any(told in shown for told in ("Hill", "16-24", "4 March 2026"))
    assert "Hill · 16-24 · 4 March 2026" in town.client(town.lead).get(address).content.decode()
