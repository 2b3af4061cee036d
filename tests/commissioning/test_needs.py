"""Needs and assets: raised, evidenced, joined, parked; whose they are; and closing Analyse with something beside them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import assets, contributing, convening, cycle, needs, people, tagging, telling, unattributed
from commissioning.models import Asset, Attribution, Contribution, Evidence, Minute, Need, Origin, Participant, Tag
from commissioning.sentences import Refused
from tests.stack import ROOT
from workshops import proposing, redacting


def page(client, town, path="", **data):
    address = f"/cycles/{town.cycle.slug}/{path}"
    return client.post(address, data) if data else client.get(address)


def raised(town, statement="Nowhere safe to go", **more):
    return needs.raise_need(town.cycle, statement=statement, by=more.pop("by", town.lead), now=town.now, **more)


def said(town, by, text="Nothing is open in the evening", kind="need", **manner):
    made, __ = contributing.contribute(
        cycle=town.cycle, by=by, kind=kind, text=text, key=town.key(), now=town.now, manner=contributing.Manner(**manner)
    )
    return made


def test_an_02_lived_experience_stands_beside_council_data(town):
    raised(town, "Waits of ten weeks", evidence=[("data", "The council’s waiting list")])
    val = town.join("Val", "vso", "Doorstep")
    client = town.client(val)
    form = {
        "statement": "Excluded children lose every adult they knew",
        "who": "13 to 16",
        "where": "Quay",
        "kind": "lived_experience",
        "source": "Eleven families at our drop-in",
        "key": "abc",
    }
    answer = page(client, town, "needs/add/", **form)
    assert answer.status_code == 302
    assert page(client, town, "needs/add/", **form).status_code == 302
    assert Need.objects.count() == 2, "the same form sent twice is one need"
    shown = page(client, town, "needs/").content.decode()
    for words in (
        "Waits of ten weeks",
        "Excluded children",
        "Data",
        "Lived experience",
        "Eleven families",
        "Val, Doorstep",
        "13 to 16 · Quay",
    ):
        assert words in shown
    need = Need.objects.get(number=2)
    assert need.origins.get().contribution.participant == val, "it is answered and traced like anything said"
    assert shown.count('class="tl-card" aria-labelledby="need-') == 2, "the same format"


def test_a_need_refuses_what_it_cannot_keep(town):
    with pytest.raises(Refused, match="Write something"):
        raised(town, "  ")
    with pytest.raises(Refused, match="Choose how we know"):
        raised(town, evidence=[("gossip", "x")])
    with pytest.raises(Refused, match="Write something"):
        raised(town, evidence=[("data", " ")])
    assert not Need.objects.exists()
    need = raised(town)
    with pytest.raises(Refused, match="still to come"):
        needs.add_evidence(need, kind="data", source="x", dated=town.now.date() + timedelta(days=2), by=town.lead, now=town.now)
    answer = page(town.client(town.lead), town, "needs/add/", statement="", kind="", source="", key="k")
    assert answer.status_code == 422
    for name in ("statement", "kind", "source"):
        assert f'href="#id_{name}' in answer.content.decode()


def test_evidence_said_twice_is_kept_once(town):
    need = raised(town)
    for __ in range(2):
        needs.add_evidence(need, kind="data", source="List", says="10 weeks", by=town.lead, now=town.now)
    assert Evidence.objects.count() == 1


def test_an_03_analyse_cannot_close_without_an_asset_or_a_reason(town):
    stage = town.cycle.stages.get(code="analyse")
    convening.answer_exit_questions(stage, {q.code: (True, "Yes, we looked") for q in stage.plan.questions}, by=town.lead, now=town.now)
    convening.meet_milestone(town.cycle, "people_heard", now=town.now)
    client = town.client(town.lead)
    refused = page(client, town, "stages/analyse/", act="close")
    assert refused.status_code == 409
    assert "Something we already have stands beside the needs" in refused.content.decode()
    assert "Record why there is none" in page(client, town, "needs/").content.decode()
    assert page(client, town, "needs/", reason="").status_code == 409
    assert page(town.client(town.join("Ann")), town, "needs/", reason="x").status_code == 404
    assert page(client, town, "needs/", reason="The area is newly built and nobody lives there yet").status_code == 302
    assert "newly built" in page(town.client(town.join("Bo")), town, "needs/").content.decode(), "everybody sees the reason"
    assert page(client, town, "stages/analyse/", act="close").status_code == 302


def test_an_03_an_asset_is_enough(town):
    assert cycle.LOOKED_FOR_ASSETS not in convening.milestones_met(town.cycle)
    need = raised(town)
    ann = town.client(town.join("Ann"))
    answer = page(ann, town, "assets/add/", what="The old library", owner="The council", how="Warm and empty", needs=[need.pk], key="k")
    assert answer.status_code == 302
    assert page(ann, town, "assets/add/", what="The old library", key="k").status_code == 302
    asset = Asset.objects.get()
    assert list(asset.needs.all()) == [need]
    assert cycle.LOOKED_FOR_ASSETS in convening.milestones_met(town.cycle)
    assert "The old library" in page(ann, town, "needs/").content.decode()
    assert "Warm and empty" in page(ann, town, f"needs/{need.number}/").content.decode()
    with pytest.raises(Refused, match="nothing to explain"):
        assets.say_why_none(town.cycle, reason="x", by=town.lead, now=town.now)


TELL = {"difference": "I could walk home at night", "here_already": "The youth club", "key": "form-1"}
STRANGER = {"standing": "resident", "consents": ["take_part"], **TELL}


def open_to_all(town):
    town.cycle.public_at = town.now
    town.cycle.save()


def test_an_04_the_first_question_is_everyday_and_words_of_policy_come_later(town):
    open_to_all(town)
    anybody = Client()
    ann = town.join("Ann", consents=("take_part",))
    for client, path in (
        (anybody, "tell/"),
        (town.client(ann), "tell/"),
        (town.client(ann), "needs/add/"),
        (town.client(ann), "assets/add/"),
    ):
        shown = page(client, town, path).content.decode().lower()
        assert "social value" not in shown, path
    assert "What would be different if life here worked for you?" in page(anybody, town, "tell/").content.decode()
    assert page(town.client(ann), town, "tell/", **TELL).status_code == 302
    mine = Contribution.objects.get(participant=ann, kind="need")
    officer = town.client(town.lead)
    assert page(officer, town, "needs/sort/", act="tag", contributions=[mine.pk], word="social").status_code == 302
    tag = Tag.objects.get(contribution=mine)
    assert tag.get_word_display() == "Social value: social"
    assert "Social value: social" in page(town.client(ann), town, "mine/words/").content.decode()
    assert page(town.client(ann), town, "mine/words/", tag=tag.pk, words="It is about buses").status_code == 302
    assert "It is about buses" in page(town.client(ann), town, "mine/words/").content.decode()
    assert page(town.client(town.join("Bo")), town, "mine/words/", tag=tag.pk, words="No").status_code == 409
    mine.refresh_from_db()
    assert mine.text == TELL["difference"], "their own words never change"


def test_an_04_no_prompt_of_a_workshop_speaks_of_policy(room):
    recipes = list((ROOT / "workshops" / "recipes").glob("*.toml"))
    assert recipes
    for path in recipes:
        assert "social value" not in path.read_text().lower(), path.name
    shown = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode().lower()
    assert "social value" not in shown


def test_pn_02_whoever_said_it_can_disagree_with_an_officers_word(town):
    ann, bo = town.join("Ann"), town.join("Bo")
    need = raised(town, contributions=[said(town, ann)])
    one = need.origins.get().contribution
    assert page(town.client(town.lead), town, "needs/1/", act="tag", said=one.pk, word="social").status_code == 302
    tag = Tag.objects.get()
    assert page(town.client(ann), town, "needs/1/", act="tag", said=one.pk, word="economic").status_code == 409
    assert "I do not agree with this word" not in page(town.client(bo), town, "needs/1/").content.decode()
    assert page(town.client(bo), town, "needs/1/", act="disagree", tag=tag.pk, words="No").status_code == 409
    assert "I do not agree with this word" in page(town.client(ann), town, "needs/1/").content.decode()
    answer = page(town.client(ann), town, "needs/1/", act="disagree", tag=tag.pk, words="I meant feeling safe, not money")
    assert answer.status_code == 302
    shown = page(town.client(bo), town, "needs/1/").content.decode()
    assert "Whoever said it disagrees:" in shown
    assert "I meant feeling safe" in shown
    assert page(town.client(ann), town, "needs/1/", act="disagree", tag=tag.pk, words="Again").status_code == 409


def test_somebody_without_a_name_can_disagree_and_stays_unknown(town):
    ann = town.join("Ann")
    one = said(town, ann, attribution=Attribution.UNATTRIBUTED, secret=town.keys[ann.pk])
    raised(town, contributions=[one])
    tag = tagging.tag(one, word="social", by=town.lead, now=town.now)
    assert page(town.client(ann), town, "needs/1/", act="disagree", tag=tag.pk, words="That is not what I said").status_code == 302
    assert not Minute.objects.filter(by=ann, act="tag").exists()
    assert unattributed.found_by(town.cycle, [town.keys[ann.pk]]) == [one.pk]


def test_the_open_question_is_for_anybody_once_the_cycle_is_public(town):
    stranger = Client()
    assert page(stranger, town, "tell/").status_code == 404
    open_to_all(town)
    assert page(stranger, town, "tell/", **(STRANGER | {"consents": []})).status_code == 422
    assert page(stranger, town, "tell/", **(STRANGER | {"difference": " ", "here_already": ""})).status_code == 422
    assert page(stranger, town, "tell/", **(STRANGER | {"standing": "officer"})).status_code == 422
    assert page(stranger, town, "tell/", **(STRANGER | {"standing": "vso"})).status_code == 422
    before = Participant.objects.count()
    assert page(stranger, town, "tell/", **STRANGER).status_code == 302
    assert page(Client(), town, "tell/", **STRANGER).status_code == 302, "sent again by a browser that lost the answer"
    assert Participant.objects.count() == before + 1
    assert Contribution.objects.filter(kind="need").count() == Contribution.objects.filter(kind="asset").count() == 1
    assert page(stranger, town, "told/").status_code == 200
    assert page(stranger, town, "needs/").status_code == 200, "the device remembers them"
    assert telling.waiting_to_be_sorted(town.cycle).count() == 2


def test_many_from_one_address_wait(town, monkeypatch):
    monkeypatch.setattr("commissioning.limiting.WRONG_CODES", 2)
    open_to_all(town)
    for n in range(2):
        assert page(Client(), town, "tell/", **(STRANGER | {"key": f"k{n}"})).status_code == 302
    answer = page(Client(), town, "tell/", **(STRANGER | {"key": "k9"}))
    assert answer.status_code == 409
    assert TELL["difference"] in answer.content.decode(), "nothing that was written is lost"


def test_an_05_data_and_people_stand_side_by_side_and_a_difference_goes_on_the_next_agenda(town):
    need = raised(town, evidence=[("data", "Survey of 2024"), ("lived_experience", "Rainbow Roots families")])
    shown = page(town.client(town.join("Ann")), town, "needs/1/").content.decode()
    for words in (
        "The data say",
        "People say",
        "Do they differ?",
        "Survey of 2024",
        "Rainbow Roots families",
        "Nobody has marked a difference",
    ):
        assert words in shown
    ann = town.client(town.join("Bo"))
    assert page(ann, town, "needs/1/", act="differ", words="They do").status_code == 409
    facilitator = town.client(town.facilitator)
    assert page(facilitator, town, "needs/1/", act="differ", words="").status_code == 409
    assert page(facilitator, town, "needs/1/", act="differ", words="The survey did not ask in their language").status_code == 302
    assert list(needs.for_the_next_agenda(town.cycle)) == [need]
    assert "did not ask in their language" in page(ann, town, "needs/").content.decode()
    assert "did not ask in their language" in page(town.client(town.lead), town, "workshops/new/").content.decode()
    assert page(facilitator, town, "needs/1/", act="settle", words="We ask again in Farsi").status_code == 302
    assert not needs.for_the_next_agenda(town.cycle)
    assert Minute.objects.filter(act="differ", why="We ask again in Farsi").exists()


def test_an_09_the_need_of_a_group_is_the_groups(town):
    ann, bo = town.join("Annabel"), town.join("Boudica")
    room = town.workshop(ann, bo)
    notes = [
        proposing.add_idea(room, kind="need", text=text, by=who, key=town.key(), now=town.now).contribution
        for who, text in ((ann, "The park is dark"), (bo, "The bus stops at seven"))
    ]
    facilitator = town.client(town.facilitator)
    form = {"act": "need", "contributions": [n.pk for n in notes], "statement": "Evenings are unsafe", "of_group": "Young people’s group"}
    assert page(facilitator, town, "needs/sort/", **form).status_code == 302
    need = Need.objects.get()
    assert (need.whose, need.contributor) == ("Young people’s group", None)
    for path in ("needs/", "needs/1/"):
        shown = page(facilitator, town, path).content.decode()
        assert "Young people’s group" in shown
        assert "Annabel" not in shown
        assert "Boudica" not in shown
    assert "The park is dark" in page(facilitator, town, "needs/1/").content.decode()


def test_words_said_under_the_group_make_a_need_of_the_group(town):
    ann = town.join("Annabel")
    need = raised(town, contributions=[said(town, ann, attribution=Attribution.GROUP)])
    assert (need.whose, need.contributor) == ("A citizen", None)
    assert "Annabel" not in page(town.client(town.lead), town, "needs/1/").content.decode()


def test_what_was_said_in_a_workshop_becomes_a_need_once(room):
    town, ann = room.town, room.citizens[0]
    one = proposing.add_idea(room.workshop, kind="need", text="Somewhere to go", by=ann, key="a", now=town.now).contribution
    two = proposing.add_idea(room.workshop, kind="need", text="A place to be", by=room.citizens[1], key="b", now=town.now).contribution
    three = proposing.add_idea(room.workshop, kind="asset", text="The league", by=ann, key="c", now=town.now).contribution
    idea = proposing.add_idea(room.workshop, kind="idea", text="A bus", by=ann, key="d", now=town.now).contribution
    lead = town.client(town.lead)
    shown = page(lead, town, "needs/sort/").content.decode()
    assert "Somewhere to go" in shown
    assert "A bus" not in shown, "an idea is no need"
    assert page(lead, town, "needs/sort/", act="need", contributions=[one.pk]).status_code == 302
    need = Need.objects.get()
    assert (need.statement, need.contributor) == ("Somewhere to go", ann)
    assert page(lead, town, "needs/sort/", act="join", contributions=[two.pk], need=need.pk).status_code == 302
    assert page(lead, town, "needs/sort/", act="asset", contributions=[three.pk]).status_code == 302
    assert Asset.objects.get().contributor == ann
    assert page(lead, town, "needs/sort/", act="need", contributions=[one.pk]).status_code == 409, "each contribution once"
    assert page(lead, town, "needs/sort/", act="need", contributions=[]).status_code == 409
    assert page(lead, town, "needs/sort/", act="fly", contributions=[idea.pk]).status_code == 409
    with pytest.raises(Refused, match="part of “Somewhere to go” already"):
        raised(town, contributions=[one])
    assert Origin.objects.count() == 3
    origins = page(lead, town, "needs/1/").content.decode()
    assert "Somewhere to go" in origins
    assert "A place to be" in origins
    assert page(town.client(ann), town, "needs/sort/").status_code == 404


def test_words_held_back_make_no_need(town):
    ann = town.join("Ann")
    with pytest.raises(Refused, match="not shown to everybody"):
        raised(town, contributions=[said(town, ann, within=True)])
    elsewhere = said(town, ann)
    Contribution.objects.filter(pk=elsewhere.pk).update(withdrawn_at=town.now)
    with pytest.raises(Refused, match="not shown"):
        raised(town, contributions=[elsewhere])


def test_words_taken_out_leave_the_need_too(room):
    one = proposing.add_idea(room.workshop, kind="need", text="Ask Mrs Smith about it", by=room.citizens[0], key="a", now=room.town.now)
    need = raised(room.town, "Ask Mrs Smith about it", contributions=[one.contribution])
    redacting.take_out(room.workshop, one.contribution, parts="Mrs Smith", note="A name", by=room.town.facilitator, now=room.town.now)
    need.refresh_from_db()
    assert "Smith" not in need.statement


def test_two_needs_are_joined_and_stand_apart_again(town):
    ann = town.join("Ann")
    one, two = raised(town, "Dark park", evidence=[("data", "Lamps")]), raised(town, "No lights", contributions=[said(town, ann)])
    needs.set_state(two, "confirmed", by=town.lead, now=town.now)
    lead = town.client(town.lead)
    assert page(lead, town, "needs/2/", act="merge", into=two.pk).status_code == 409
    assert page(lead, town, "needs/2/", act="merge", into=one.pk).status_code == 302
    assert list(needs.on_the_list(town.cycle)) == [one]
    shown = page(lead, town, "needs/1/").content.decode()
    assert "Need 2. No lights" in shown
    assert "Nothing is open in the evening" in shown, "the words it was made of come along"
    assert page(lead, town, "needs/1/", act="merge", into=two.pk).status_code == 409, "never in a circle"
    assert page(lead, town, "needs/2/", act="confirm").status_code == 409
    assert page(lead, town, "needs/2/").status_code == 200
    for __ in range(2):
        assert page(lead, town, "needs/1/", act="undo", joined=two.pk).status_code == 302
    two.refresh_from_db()
    assert (two.state, two.merged_into) == ("confirmed", None)
    assert page(town.client(ann), town, "needs/1/", act="merge", into=two.pk).status_code == 409


def test_parking_needs_a_reason_and_confirming_brings_back(town):
    need = raised(town)
    lead = town.client(town.lead)
    assert page(lead, town, "needs/1/", act="park", words=" ").status_code == 409
    assert page(lead, town, "needs/1/", act="park", words="The school looks after it").status_code == 302
    assert "The school looks after it" in page(town.client(town.join("Ann")), town, "needs/1/").content.decode()
    assert page(lead, town, "needs/1/", act="confirm").status_code == 302
    need.refresh_from_db()
    assert (need.state, need.reason) == ("confirmed", "")
    assert page(lead, town, "needs/1/", act="dance").status_code == 409
    for number in (9, 0, 10**30):
        assert page(lead, town, f"needs/{number}/").status_code == 404
    for number in ("9" * 30, "²", "-1", ""):
        for act, name in (("merge", "into"), ("undo", "joined"), ("link", "asset"), ("tag", "said"), ("disagree", "tag")):
            assert page(lead, town, "needs/1/", act=act, **{name: number}).status_code == 404


def test_rv_10_a_need_may_come_from_an_earlier_finding(town):
    form = {"statement": "Families still find help by accident", "kind": "research", "source": "Review of the first year", "key": "z"}
    form["earlier_finding"] = "F2 of the last review: carried forward"
    assert page(town.client(town.lead), town, "needs/add/", **form).status_code == 302
    assert "F2 of the last review" in page(town.client(town.lead), town, "needs/1/").content.decode()


def test_somebody_of_another_cycle_adds_nothing(town, other_town):
    need = raised(town)
    stranger = other_town.join("Stranger")
    with pytest.raises(Refused):
        raised(town, by=stranger)
    with pytest.raises(Refused):
        needs.add_evidence(need, kind="data", source="x", by=stranger, now=town.now)
    with pytest.raises(Refused):
        needs.set_state(need, "confirmed", by=other_town.lead, now=town.now)
    theirs = needs.raise_need(other_town.cycle, statement="Theirs", by=other_town.lead, now=town.now)
    assert page(town.client(town.lead), town, "needs/1/", act="merge", into=theirs.pk).status_code == 404
    town.cycle.state = "closed"
    town.cycle.save()
    assert page(town.client(town.lead), town, "needs/add/", statement="x", kind="data", source="y", key="k").status_code == 409


PAGES = ("needs/", "needs/1/", "needs/sort/", "needs/add/", "mine/words/")


def test_pages_take_no_more_queries_with_more_rows(town):
    counts = []
    for rows in (1, 29):
        for n in range(rows):
            who = town.join(f"P{n}")
            need = raised(town, f"Need {n}", evidence=[("data", f"List {n}")], contributions=[said(town, who)])
            first = Need.objects.get(number=1)
            needs.add_evidence(first, kind="consultation", source=f"Asked {rows}-{n}", by=who, now=town.now)
            needs.join_to(first, [said(town, who, f"More {n}")], by=town.lead, now=town.now)
            assets.record_asset(town.cycle, what=f"Thing {n}", for_needs=[first, need], by=who, now=town.now)
            assets.record_asset(town.cycle, what=f"Other {n}", by=who, now=town.now)
            tagging.tag(said(town, who, f"Waiting {n}"), word="social", by=town.lead, now=town.now)
            if need != first:
                needs.merge(raised(town, f"Same {n}"), first, by=town.lead, now=town.now)
                needs.mark_differ(need, words="They differ", by=town.lead, now=town.now)
        if rows == 1:
            needs.merge(raised(town, "Same"), Need.objects.get(number=1), by=town.lead, now=town.now)
            needs.mark_differ(Need.objects.get(number=1), words="They differ", by=town.lead, now=town.now)
        client = town.client(town.lead)
        taken = {}
        for path in PAGES:
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert page(client, town, path).status_code == 200
            taken[path] = len(seen)
        counts.append(taken)
    assert counts[0] == counts[1]
    assert people.held_by(town.lead)


def test_an_09_whoever_says_a_need_for_a_group_is_named_nowhere(town):
    ann, bo = town.join("Annabel"), town.join("Boudica")
    words = {"statement": "Evenings are unsafe", "kind": "lived_experience", "source": "us", "of_group": "Young people", "key": "k"}
    assert page(town.client(ann), town, "needs/add/", **words).status_code == 302
    thing = {"what": "The yard", "of_group": "Young people", "key": "k2"}
    assert page(town.client(ann), town, "assets/add/", **thing).status_code == 302
    need, other = Need.objects.get(), raised(town, "Streets are dark")
    assert not Minute.objects.filter(act__in=("need", "evidence", "asset"), by=ann).exists()
    needs.merge(need, other, by=town.lead, now=town.now)
    for number in (need.number, other.number):
        shown = page(town.client(bo), town, f"needs/{number}/").content.decode()
        assert "us</strong>" in shown
        assert "Annabel" not in shown


def test_a_stranger_whose_words_are_refused_has_not_come(town):
    open_to_all(town)
    town.cycle.paused_until = town.now.date() + timedelta(days=9)
    town.cycle.save()
    before = Participant.objects.count()
    assert page(Client(), town, "tell/", **STRANGER).status_code == 409
    assert Participant.objects.count() == before
