"""Words that name somebody leave a need and an answer of a consultation, and everything made of them (FS-06)."""

import pytest
from django.test import Client
from django.urls import reverse

from commissioning import disputing, needs, summing_up, taking_words_out, telling, theming
from commissioning.models import Cycle, Minute, Response, Theme, ThemeChange
from commissioning.sentences import Refused
from tests.commissioning.surveys import as_csv, brought, consultation_of

NAME = "Mrs Smith"
HEADS = ["Ref", "What would help?"]


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LONG_WORK_IN_THREADS = False


def everything(town, who, *paths):
    client = town.client(who)
    return "\n".join(client.get(f"/cycles/{town.cycle.slug}/{path}").content.decode() for path in (*paths, "minutes/"))


def test_fs_06_words_leave_the_evidence_the_difference_the_disputes_and_their_answers(town):
    val = town.join("Val", "vso", "Harbour")
    said = telling.NeedSaid("Nobody calls back", "lived_experience", f"{NAME} of Quay Street", says=f"{NAME} waited a year")
    need = telling.say_need(town.cycle, said, key="n1", by=val, now=town.now)
    needs.add_evidence(
        need, kind="lived_experience", source="[removed] of Quay Street", says="[removed] waited a year", by=val, now=town.now
    )
    needs.mark_differ(need, words=f"{NAME} is not in the numbers", by=town.lead, now=town.now)
    dispute = disputing.dispute(need, lacks="provider", words=f"{NAME} does it", by=val, now=town.now)
    disputing.answer(dispute, words=f"{NAME} has retired", by=town.lead, now=town.now)
    assert NAME in everything(town, val, "needs/1/", "gaps/")
    lead, address = town.client(town.lead), f"/cycles/{town.cycle.slug}/needs/1/"
    assert "Take words out" in lead.get(address).content.decode()
    assert town.client(val).post(address, {"act": "take_out", "parts": NAME, "note": "A name"}).status_code == 409
    assert lead.post(address, {"act": "take_out", "parts": NAME, "note": ""}).status_code == 409
    assert lead.post(address, {"act": "take_out", "parts": NAME, "note": "It named somebody"}).status_code == 302
    after = everything(town, val, "needs/1/", "needs/", "gaps/")
    assert "Smith" not in after
    assert "[removed] waited a year" in after
    assert "[removed] has retired" in after
    assert need.evidence.count() == 1, "what says the same now stands once"
    minute = Minute.objects.filter(cycle=town.cycle).latest("pk")
    assert (minute.why, minute.by) == ("It named somebody", town.lead)
    assert not any("Smith" in line.what + line.why for line in Minute.objects.all())


def test_fs_06_what_somebody_said_outside_a_workshop_loses_the_words_too(town):
    val = town.join("Val", "vso", "Harbour")
    need = telling.say_need(town.cycle, telling.NeedSaid(f"{NAME} never calls back", "data", "A list"), key="n1", by=val, now=town.now)
    taking_words_out.out_of_need(need, parts=NAME, note="A name", by=town.lead, now=town.now)
    assert "Smith" not in everything(town, val, "needs/1/", "mine/", "answers/", "thread.json")


def test_fs_06_words_leave_what_was_joined_with_a_need_and_what_could_help(town):
    val = town.join("Val", "vso", "Harbour")
    need = needs.raise_need(town.cycle, statement="Nobody calls back", by=town.lead, now=town.now)
    other = needs.raise_need(town.cycle, statement=f"{NAME} is never in", by=town.lead, now=town.now)
    said = telling.AssetSaid(f"The list of {NAME}", how=f"Ask {NAME}", for_needs=[need])
    telling.say_asset(town.cycle, said, key="a1", by=val, now=town.now)
    needs.merge(other, need, by=town.lead, now=town.now)
    taking_words_out.out_of_need(need, parts=NAME, note="A name", by=town.lead, now=town.now)
    assert "Smith" not in everything(town, val, "needs/", "needs/1/", "needs/2/", "mine/", "thread.json")


def test_an_08_an_officer_takes_a_name_out_of_an_answer_and_it_is_gone_everywhere(town):
    asked = consultation_of(town)
    file = as_csv([["1", f"{NAME} at the desk was rude"], ["2", "More buses please, every day"]], HEADS)
    brought(town, asked, file)
    one, other = Response.objects.order_by("pk")
    theme = theming.make_theme(asked, name="Manners", line=f"What {NAME} does", by=town.lead, now=town.now)
    theming.assign([one.pk], theme, by=town.lead, now=town.now)
    theming.raise_need(theme, by=town.lead, now=town.now)
    summing_up.publish(asked, summary=f"{NAME} should go.", by=town.lead, now=town.now)
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    address = reverse("consultation_answers", args=[town.cycle.slug, asked.pk])
    sent = {"act": "take_out", "answers": [one.pk, other.pk], "parts": NAME, "note": "It named an employee"}
    cat = town.join("Cat")
    assert town.client(cat).post(address, sent).status_code == 404
    lead = town.client(town.lead)
    assert lead.post(address, sent | {"note": f"About {NAME}"}).status_code == 409
    assert lead.post(address, sent | {"answers": []}).status_code == 409
    assert lead.post(address, sent).status_code == 302
    rest = f"consultations/{asked.pk}/"
    found = everything(town, town.lead, rest, f"{rest}answers/", f"{rest}themes/{theme.pk}/", "needs/", "needs/1/")
    csv = b"".join(lead.get(reverse("consultation_answers_file", args=[town.cycle.slug, asked.pk])).streaming_content).decode()
    public = Client().get(reverse("consultation_summary", args=[town.cycle.slug, asked.pk])).content.decode()
    search = lead.get(address, {"words": "Smith"}).content.decode().split("tl-find")[1].split("</form>")[1]
    before = lead.get(reverse("looking_up", args=[town.cycle.slug]), {"words": "desk rude"}).content.decode()
    for text in (found, csv, public, search, before):
        assert "Smith" not in text
    assert "[removed] at the desk was rude" in csv
    assert Minute.objects.get(why="It named an employee").what.startswith("Some words were taken out of 1 answers")
    assert not any("Smith" in line.what for line in ThemeChange.objects.all())
    assert Theme.objects.get(pk=theme.pk).line == "What [removed] does"
    assert Minute.objects.filter(what__contains="Smith").count() == 0
    with pytest.raises(Refused, match="nothing new to bring in"):
        brought(town, asked, file)  # the same file does not bring it back
    assert not Response.objects.filter(text__contains="Smith").exists()


def test_an_08_a_part_that_is_in_no_answer_is_refused(town):
    asked = consultation_of(town)
    brought(town, asked, as_csv([["1", "More buses please"]], HEADS))
    with pytest.raises(Refused, match="not in the text"):
        taking_words_out.out_of_answers(asked, [Response.objects.get().pk], parts="Jones", note="A name", by=town.lead, now=town.now)
