"""Every doorway meets nonsense, strangers and hurry with a sentence and the right status, and writes nothing."""

import pytest
from django.test import Client
from django.urls import get_resolver

from commissioning import limiting
from commissioning.models import Contribution, Participant
from workshops import attending
from workshops.models import Cast, Proposal, Seat, Seating, Workshop


def test_the_commissioner_side_cannot_be_joined_with_the_open_code(room):
    for standing in ("officer", "procurement", "elected", "independent"):
        answer = Client().post(f"/join/{room.workshop.spoken_code}/", JOINING | {"standing": standing})
        assert answer.status_code == 422


def test_a_closed_cycle_takes_nothing_more(room):
    room.town.cycle.state = "closed"
    room.town.cycle.save()
    client = room.town.client(room.town.lead)
    for address in ("scope/", "stages/plan/", "people/", "workshops/new/", "framework/", "specification/", "close/"):
        assert client.post(f"/cycles/{room.town.cycle.slug}/{address}", {"act": "reopen", "reason": "x"}).status_code == 409, address
    for address in ("phase/", "ideas/", "actions/", "close/"):
        assert room.town.client(room.town.facilitator).post(f"/w/{room.workshop.slug}/{address}").status_code == 409, address


@pytest.mark.parametrize("number", ["²", "٣", "9" * 30, "-1", "1e3", "0x1", ""])
def test_what_looks_like_a_number_and_is_none(room, number):
    assert Client().post("/demo/", {"user": number}).status_code == 404
    room.town.move(room.workshop, "vote")
    data = {f"{kind}_{code}": n for code in ("commissioner", "vso", "citizen") for kind, n in (("percent", 67), ("least", 1))}
    answer = room.town.client(room.town.facilitator).post(f"/w/{room.workshop.slug}/ballots/", data | {"proposals": number})
    assert answer.status_code == 409


def test_keys_and_codes_stay_out_of_the_log(room, caplog):
    import logging

    from commissioning.limiting import HideKeys

    for address in ("/mine/s3cr3t-key/", "/join/K7QM-4XPT/"):
        record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Too Many Requests: %s", (address,), None)
        HideKeys().filter(record)
        assert "s3cr3t" not in record.getMessage()
        assert "K7QM" not in record.getMessage()


def test_a_register_entry_that_another_has_is_refused_with_a_sentence(room):
    from commissioning.models import Organisation

    harbour = Organisation.objects.get(name="Harbour")
    answer = room.town.client(room.town.lead).post(
        f"/cycles/{room.town.cycle.slug}/organisations/{harbour.pk}/",
        {"name": "doorstep", "kind": "vso", "size": "small", "scheme": "", "identifier": ""},
    )
    assert answer.status_code == 422


JOINING = {"name": "Ann", "standing": "resident", "interest": "none", "consents": ["take_part"]}


def test_vs_02_joining_in_one_screen_and_coming_back_as_the_same_person(room):
    code, client = room.workshop.spoken_code, Client()
    assert client.post("/join/", {"code": code.lower().replace("-", " ")}).headers["Location"] == f"/join/{code}/"
    assert client.get(f"/join/{code}/").status_code == 200
    before = Participant.objects.count()
    answer = client.post(f"/join/{code}/", JOINING)
    assert answer.status_code == 302
    assert client.cookies[f"seat-{room.town.cycle.pk}"]["httponly"]
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get(f"/join/{code}/").status_code == 302, "still the same person on the same device"
    assert Participant.objects.count() == before + 1
    me = Participant.objects.order_by("-pk")[0]
    assert (me.shown_name, me.group) == ("Citizen 3", "citizen")


def test_vs_02_a_volunteer_joins_adds_a_need_and_votes_with_three_forms(room):
    town, client, place = room.town, Client(), f"/w/{room.workshop.slug}/"
    proposal = town.propose(room.workshop, room.citizens[0])
    joined = client.post(f"/join/{room.workshop.spoken_code}/", JOINING | {"standing": "vso", "organisation": "Night Kitchen"})
    assert joined.headers["Location"] == place, "joining leads straight into the room"
    town.move(room.workshop, "discuss")
    assert client.post(f"{place}ideas/", {"kind": "need", "text": "Somewhere warm after ten", "key": "n"}).status_code == 302
    ballot = town.ballot(room.workshop, proposal)
    assert client.post(f"{place}ballots/{ballot.pk}/vote/", {"choice": "support", "key": "v"}).status_code == 302
    me = Participant.objects.latest("pk")
    assert me.contributions.get().text == "Somewhere warm after ten"
    assert ballot.seats.get(organisation=me.organisation).choice == "support"


def test_looking_never_joins(room):
    before = Participant.objects.count()
    Client().get(f"/join/{room.workshop.spoken_code}/")
    assert Participant.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"standing": "king"},
        {"consents": []},
        {"standing": "vso"},
        {"interest": "x"},
        {"name": "x" * 81},
        {"name": "a\x00b"},
    ],
)
def test_a_wrong_introduction_keeps_what_was_typed(room, wrong):
    answer = Client().post(f"/join/{room.workshop.spoken_code}/", JOINING | wrong)
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content


def test_wrong_expired_and_closed_codes_get_the_same_answer(room):
    closed = room.town.workshop()
    Workshop.objects.filter(pk=closed.pk).update(closed_at=room.town.now)
    expired = room.town.workshop()
    Workshop.objects.filter(pk=expired.pk).update(code_expires_at=room.town.now)
    answers = []
    for code in ("ZZZZ-ZZZZ", closed.spoken_code, expired.spoken_code, "x" * 500, "💥", "../../etc"):
        answer = Client().post("/join/", {"code": code})
        answers.append((answer.status_code, answer.content.count(b"This code does not open a workshop")))
    assert set(answers) == {(404, 1)}


def test_guessing_is_stopped_and_a_full_room_is_not(room):
    for _ in range(30):
        assert Client().post(f"/join/{room.workshop.spoken_code}/", JOINING).status_code == 302
    for _ in range(limiting.WRONG_CODES):
        Client().post("/join/", {"code": "ZZZZ-ZZZZ"})
    assert Client().post("/join/", {"code": "ZZZZ-ZZZZ"}).status_code == 429
    assert Client().get("/join/ZZZZ-ZZZZ/").status_code == 429
    assert Client().get("/mine/guessed-key/").status_code == 429
    spoofed = Client().post("/join/", {"code": "ZZZZ-ZZZZ"}, headers={"X-Forwarded-For": "8.8.8.8"})
    assert spoofed.status_code == 429, "a forged header does not lift the limit"


@pytest.fixture
def ballot(room):
    return room.town.ballot(room.workshop, room.town.propose(room.workshop, room.citizens[0]))


def vote(room, ballot, who, workshop=None, **changes):
    client = room.town.client(who)
    data = {"choice": "support", "key": "k"} | changes
    return client.post(f"/w/{(workshop or room.workshop).slug}/ballots/{ballot.pk}/vote/", data, headers={"HX-Request": "true"})


def test_voting_answers_with_the_persons_own_vote(room, ballot):
    answer = vote(room, ballot, room.citizens[0], reason="Because")
    assert answer.status_code == 200
    assert b"Your vote: <strong>support" in answer.content
    assert Seat.objects.get(participant=room.citizens[0]).reason == "Because"


BAD_VOTES = [
    ({"choice": "yes"}, 409),
    ({"choice": ""}, 409),
    ({"key": ""}, 409),
    ({"reason": "x" * 501}, 409),
    ({"choice": "support\x00"}, 409),
    ({"key": "k" * 41}, 409),
]


@pytest.mark.parametrize(("changes", "status"), BAD_VOTES)
def test_a_forged_vote_is_refused_with_a_sentence(room, ballot, changes, status):
    answer = vote(room, ballot, room.citizens[0], **changes)
    assert answer.status_code == status
    assert len(answer.content.split()) > 3
    assert not Cast.objects.exists()


def test_votes_that_are_not_yours_to_cast(room, ballot, other_town):
    stranger = other_town.join("Stranger")
    elsewhere = other_town.workshop(stranger)
    client = other_town.client(stranger)
    assert client.post(f"/w/{room.workshop.slug}/ballots/{ballot.pk}/vote/", {"choice": "support", "key": "k"}).status_code == 404
    assert client.post(f"/w/{elsewhere.slug}/ballots/{ballot.pk}/vote/", {"choice": "support", "key": "k"}).status_code == 404
    assert Client().post(f"/w/{room.workshop.slug}/ballots/{ballot.pk}/vote/", {"choice": "support", "key": "k"}).status_code == 404
    room.town.keys[room.town.lead.pk] = room.town.keys.get(room.town.lead.pk, "")
    assert vote(room, ballot, room.town.facilitator).status_code == 409, "the facilitator has no vote"
    room.town.move(room.workshop, "agree")
    assert vote(room, ballot, room.citizens[0]).status_code == 409, "closed"
    assert not Cast.objects.exists()


def test_a_post_without_its_token_is_refused(room, ballot):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = room.town.client(room.citizens[0]).cookies
    assert strict.post(f"/w/{room.workshop.slug}/ballots/{ballot.pk}/vote/", {"choice": "support", "key": "k"}).status_code == 403
    assert not Cast.objects.exists()


def test_a_refusal_without_javascript_shows_what_was_written(room):
    room.town.move(room.workshop, "vote")
    words = "Something long that must not be lost by anybody"
    answer = room.town.client(room.citizens[0]).post(f"/w/{room.workshop.slug}/ideas/", {"kind": "need", "text": words, "key": "k"})
    assert answer.status_code == 409
    assert words in answer.content.decode()


def test_endless_words_are_refused_by_the_doorway_and_shown_again(room):
    client = room.town.client(room.citizens[0])
    answer = client.post(f"/w/{room.workshop.slug}/ideas/", {"kind": "need", "text": "long " * 2000, "key": "k"})
    assert answer.status_code == 409
    assert b"Shorten it to 2000" in answer.content
    huge = client.post(f"/w/{room.workshop.slug}/ideas/", {"kind": "need", "text": "x" * 600_000, "key": "k"})
    assert huge.status_code in (400, 413)
    assert not Contribution.objects.exists()


def test_pl_07_the_outcome_guard_teaches_and_never_blocks(room):
    client, address = room.town.client(room.citizens[0]), f"/w/{room.workshop.slug}/proposals/"
    data = {"kind": "outcome", "text": "200 workshops delivered", "key": "k"}
    for headers in ({}, {"HX-Request": "true"}):
        taught = client.post(address, data, headers=headers)
        assert taught.status_code == 422
        assert b"changes for people" in taught.content
    assert not Proposal.objects.exists()
    assert client.post(address, data | {"kind": "activity", "said": "yes"}).status_code == 302
    assert Proposal.objects.get().kind == "activity"


def test_two_people_amending_at_once_each_see_both_texts(room):
    proposal = room.town.propose(room.workshop, room.vsos[0], "First words", indicator=False)
    room.town.move(room.workshop, "discuss")
    address = f"/w/{room.workshop.slug}/proposals/{proposal.pk}/words/"
    form = {"seen_version": 1, "who_benefits": "all"}
    assert room.town.client(room.vsos[0]).post(address, form | {"text": "Second words", "key": "a"}).status_code == 302
    slower = room.town.client(room.town.facilitator).post(address, form | {"text": "My other words", "key": "b"})
    assert slower.status_code == 409
    assert b"Second words" in slower.content
    assert b"My other words" in slower.content


# Every address, for somebody it is not for

MATRIX = {  # address name: (arguments, status for a stranger with no account, status for a citizen of another authority's cycle)
    "home": ([], 200, 200),
    "login": ([], 302, 302),
    "no_passwords": (["reset/"], 404, 404),
    "no_signing_up": ([], 404, 404),
    "no_other_addresses": ([], 404, 404),
    "accessibility": ([], 200, 200),
    "choose_language": ([], 302, 302),
    "words": ([], 200, 200),
    "primer": ([], 200, 200),
    "demo": ([], 200, 200),
    "favicon": ([], 302, 302),
    "new_cycle": ([], 302, 302),
    "health": ([], 200, 200),
    "enter_code": ([], 200, 200),
    "join": (["ZZZZ-ZZZZ"], 404, 404),
    "mine": (["nobodys-key"], 404, 404),
    **{
        name: (["CYCLE"], 404, 404)
        for name in (
            "cycle",
            "scope",
            "people",
            "answers",
            "minutes",
            "close_cycle",
            "convene",
            "framework",
            "specification",
            "thread_json",
            "mine_here",
            "terms",
            "attendance",
            "attendance_csv",
            "claims",
            "hear_back",
            "promises",
            "plan",
        )
    },
    "stage": (["CYCLE", "plan"], 404, 404),
    **{
        name: (["CYCLE", 1], 404, 404)
        for name in ("organisation", "answer_agreement", "indicator", "clause", "clause_thread", "contribution_thread")
    },
    "file": (["CYCLE", 1, "docx"], 404, 404),
    **{
        name: (["ROOM"], 404, 404)
        for name in (
            "room",
            "workshop_primer",
            "record",
            "record_bundle",
            "screen",
            "desk",
            "live",
            "waiting",
            "join_picture",
            "move",
            "add_idea",
            "propose",
            "open_ballots",
            "add_action",
            "close_workshop",
            "agenda",
            "lay_out",
            "keep_agenda",
            "bring_framework",
            "ready",
            "speak",
            "meet",
            "change_room",
            "rate",
            "dots",
            "choose",
            "opinions",
            "answer_statement",
            "across",
            "screen_words",
            "sort",
            "similar",
            "matters",
            "queue",
            "moderation",
            "put_up_photo",
        )
    },
    "activity": (["ROOM", 1], 404, 404),
    "activity_step": (["ROOM", 1, "go"], 404, 404),
    "press": (["ROOM", "next"], 404, 404),
    **{
        name: (["ROOM", 1], 404, 404) for name in ("undo_merge", "split_merge", "object_to_merge", "withdraw_objection", "answer_objection")
    },
    **{
        name: (["ROOM", 1], 404, 404)
        for name in ("suggest", "answer_suggestion", "matters_page", "look_after", "take_out", "report_said", "private")
    },
    "photo": (["ROOM", 1, "small"], 404, 404),
    **{
        name: (["ROOM"], 404, 404)
        for name in (
            "dates",
            "propose_dates",
            "arrangements",
            "call_off",
            "calendar",
            "invitation",
            "invitations",
            "ask_people",
            "claim",
            "willing",
            "pulse",
            "report",
            "report_sending",
            "seating",
            "seat_person",
            "seat_table",
            "seat_known",
            "scribe",
            "scribe_card",
            "scribe_comment",
            "scribe_choice",
            "scribe_answers",
            "papers",
            "print_cards",
            "enter_papers",
        )
    },
    **{name: (["nobodys-key", "ROOM"], 404, 404) for name in ("invited", "invited_claim")},
    **{name: (["ROOM", 1], 404, 404) for name in ("choose_date", "take_back_date", "decide_claim")},
    "report_file": (["ROOM", "word"], 404, 404),
    "pulse_link": (["nobodys-token"], 404, 404),
    "promise": (["nobodys-token"], 404, 404),
    "my_action": (["nobodys-key", 1], 404, 404),
    **{
        name: (["ROOM", 1], 404, 404)
        for name in ("proposal", "comment", "amend", "record_agreement", "reserve", "vote", "close_ballot", "action")
    },
    **{
        name: (["ROOM", 1], 404, 404)
        for name in (
            "link_device",
            "let_go",
            "scribe_vote",
            "scribe_table",
            "undo_paper",
            "print_papers",
            "count_hands",
            "set_aside",
            "settle",
        )
    },
    # where a cycle starts from, what it means, how it is practised
    **{name: (["CYCLE"], 404, 404) for name in ("starting_point", "meaning", "policy", "principles", "shifts", "departments", "level")},
    "shape": (["CYCLE"], 404, 404),
    "route": (["CYCLE"], 404, 404),
    "influence": (["CYCLE"], 404, 404),
    "weighting": (["CYCLE"], 404, 404),
    "ask_about_scope": (["CYCLE", 1], 404, 404),
    **{name: (["CYCLE"], 404, 404) for name in ("needs", "add_need", "sort_said", "import_needs", "add_asset", "tell", "told")},
    **{name: (["CYCLE"], 404, 404) for name in ("needs", "add_need", "sort_said", "import_needs", "add_asset", "tell", "told", "my_tags")},
    "need": (["CYCLE", "1"], 404, 404),
    "priorities": (["CYCLE"], 404, 404),
    "gaps": (["CYCLE"], 404, 404),
    "adopt_priorities": (["CYCLE", "1"], 404, 404),
    "provider_map": (["CYCLE"], 404, 404),
    "provider_join": (["CYCLE"], 404, 404),
    "provider_add": (["CYCLE"], 404, 404),
    "provider_import": (["CYCLE"], 404, 404),
    "provider_import_look": (["CYCLE", 1], 404, 404),
    "provider_must_reach": (["CYCLE"], 404, 404),
    "provider_review": (["CYCLE"], 404, 404),
    "provider": (["CYCLE", 1], 404, 404),
    "organisation_merge": (["CYCLE", 1], 404, 404),
    "stakeholders": (["CYCLE"], 404, 404),
    "reach": (["CYCLE"], 404, 404),
    **{name: (["CYCLE"], 404, 404) for name in ("duties", "waiver", "questions", "gate", "challenges", "who_was_asked")},
    "duty": (["CYCLE", "s1-3-a"], 404, 404),
    **{name: (["CYCLE", 1], 404, 404) for name in ("question", "set_question_aside")},
    "releases": (["CYCLE"], 404, 404),
    "new_release": (["CYCLE"], 404, 404),
    "release": (["CYCLE", 1], 404, 404),
    "release_file": (["CYCLE", 1, 1], 404, 404),
    "release_recipients": (["CYCLE"], 404, 404),
    "contacts": (["CYCLE"], 404, 404),
    "interest": (["CYCLE"], 404, 404),
    "released": (["nobodys-link"], 404, 404),
    "released_file": (["nobodys-link", 1], 404, 404),
    "release_notes": (["ROOM"], 404, 404),
    "fairness": (["CYCLE"], 404, 404),
    "fairness_file": (["CYCLE", "pdf"], 404, 404),
    **{name: ([], 200, 200) for name in ("open_cycles", "open_feed", "ocds_list")},
    **{
        name: (["CYCLE"], 404, 404)
        for name in (
            "open_cycle",
            "open_cycle_feed",
            "open_notice",
            "ocds_latest",
            "cids",
            "ocds_releases",
            "public_page",
            "notice",
            "notice_file",
        )
    },
    "ocds_release": (["CYCLE", 1], 404, 404),
    "plan_action": (["CYCLE", 1], 404, 404),
    "who_can_join": (["ROOM"], 404, 404),
    # trust
    "history": (["CYCLE"], 404, 404),
    "vocabulary": (["CYCLE"], 404, 404),
    "term": (["CYCLE", 1], 404, 404),
    "expectations": (["CYCLE"], 404, 404),
    "fragility": (["CYCLE"], 404, 404),
    "checklists": ([], 200, 200),
    "checklist": (["first-workshop"], 200, 200),
    "checklist_file": (["no-such-list"], 404, 404),
    "own_checklists": (["CYCLE"], 404, 404),
    "own_checklist": (["CYCLE", "first-workshop"], 404, 404),
    "own_checklist_file": (["CYCLE", "first-workshop"], 404, 404),
    "outside_promise": (["CYCLE", 1], 404, 404),
    "leave_cycle": (["CYCLE", 1], 404, 404),
    "mandates": (["CYCLE"], 404, 404),
    "mandate_link": (["CYCLE", 1], 404, 404),
    "mandate": (["nobodys-token"], 404, 404),
    **{name: (["CYCLE"], 404, 404) for name in ("looking_up", "consultations", "new_consultation")},
    **{
        name: (["CYCLE", 1], 404, 404)
        for name in (
            "consultation",
            "consultation_answers",
            "consultation_answers_file",
            "bring_answers",
            "answers_twice",
            "consultation_summary",
            "consultation_sending",
        )
    },
    **{name: (["CYCLE", 1, 1], 404, 404) for name in ("theme", "bringing", "bringing_faults")},
    # criteria, weighting, monitoring plan
    **{name: (["CYCLE"], 404, 404) for name in ("criteria", "weighting_minimum", "monitoring")},
    **{name: (["CYCLE", 1], 404, 404) for name in ("criterion", "measure")},
    **{
        name: (["CYCLE"], 404, 404)
        for name in ("specification_withdrawn", "specification_compare", "specification_drafts", "specification_comments")
    },
    "specification_section": (["CYCLE", "exit"], 404, 404),
    "specification_draft": (["CYCLE", 1], 404, 404),
    "outcome": (["CYCLE", 1], 404, 404),
    **{name: (["CYCLE"], 404, 404) for name in ("framework_compare", "indicator_library")},
    **{name: (["CYCLE"], 404, 404) for name in ("returns", "results", "results_file")},
    **{name: (["CYCLE", 1, 1], 404, 404) for name in ("return", "fill_return", "upload_return")},
    "return_table": (["CYCLE", 1, 1, "csv"], 404, 404),
    "return_keys": (["CYCLE", 1], 404, 404),
    "story": (["CYCLE", 1], 404, 404),
    "returns_api": ([1, 1], 401, 401),
    **{name: (["CYCLE"], 404, 404) for name in ("awards", "new_award", "capacity", "promised_and_shown", "promised_csv")},
    **{name: (["CYCLE"], 404, 404) for name in ("new_commitment", "concerns", "working_together")},
    **{name: (["CYCLE", 1], 404, 404) for name in ("commitment", "memorandum")},
    "voice": (["nobody"], 404, 404),
    "voice_of": (["nobody", 1], 404, 404),
    "voice_thanks": (["nobody", 1], 404, 404),
    "heard": ([1, "secret"], 404, 404),
    "voice_result": (["CYCLE", 1], 404, 404),
    "progress_year": (["CYCLE", 1, 1], 404, 404),
    **{
        name: (["CYCLE"], 404, 404)
        for name in ("voices", "voices_csv", "voice_desk", "voice_poster", "progress_desk", "progress", "feedback_loop")
    },
    **{name: (["CYCLE"], 404, 404) for name in ("reviews", "process", "process_questions")},
    **{name: (["CYCLE", 1], 404, 404) for name in ("review", "finding", "need_origin")},
    "asked": (["nonsense"], 404, 404),
    # the export pack
    "check_pack": (["CYCLE"], 404, 404),
    "brought_in": (["CYCLE", 1], 404, 404),
    "brought_in_file": (["CYCLE", 1], 404, 404),
    **{name: (["CYCLE"], 404, 404) for name in ("measures", "measures_file", "thread", "thread_file")},
}
POSTED = {
    "ask_about_scope",
    "activity_step",
    "bring_framework",
    "change_room",
    "dots",
    "choose",
    "answer_statement",
    "settle",
    "keep_agenda",
    "lay_out",
    "meet",
    "press",
    "rate",
    "ready",
    "speak",
    "choose_language",
    "scope",
    "close_cycle",
    "move",
    "add_idea",
    "propose",
    "open_ballots",
    "add_action",
    "close_workshop",
    "comment",
    "amend",
    "record_agreement",
    "reserve",
    "vote",
    "close_ballot",
    "undo_merge",
    "split_merge",
    "object_to_merge",
    "withdraw_objection",
    "answer_objection",
    "suggest",
    "answer_suggestion",
    "matters",
    "moderation",
    "take_out",
    "propose_dates",
    "choose_date",
    "take_back_date",
    "call_off",
    "ask_people",
    "decide_claim",
    "willing",
    "my_action",
    "set_question_aside",
    "release_notes",
    "who_can_join",
}


PAPER_ACTS = {
    "seat_person",
    "seat_table",
    "seat_known",
    "link_device",
    "let_go",
    "scribe_card",
    "scribe_comment",
    "scribe_choice",
    "scribe_answers",
    "scribe_vote",
    "scribe_table",
    "print_cards",
    "print_papers",
    "undo_paper",
    "count_hands",
    "set_aside",
}
POSTED |= PAPER_ACTS
POSTED |= {"provider_must_reach", "provider_review"}
POSTED |= {"story"}


def test_every_address_has_a_row_in_the_matrix():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    ours = {n for n in names if not n.startswith(("account_", "socialaccount_", "mfa_"))}
    assert ours == set(MATRIX), "a new address needs a row here"


@pytest.mark.parametrize("name", MATRIX)
def test_not_yours_is_not_there(room, other_town, name):
    from django.urls import reverse

    arguments, for_nobody, for_a_stranger = MATRIX[name]
    filled = [{"CYCLE": room.town.cycle.slug, "ROOM": room.workshop.slug}.get(a, a) for a in arguments]
    address = reverse(name, args=filled)
    for client, expected in ((Client(), for_nobody), (other_town.client(other_town.join("Stranger")), for_a_stranger)):
        answer = client.post(address) if name in POSTED else client.get(address)
        assert answer.status_code == expected, address
        assert room.town.cycle.title not in answer.content.decode()


OFFICERS_ONLY = [
    "organisations/1/",
    "minutes/",
    "workshops/new/",
    "framework/answer/1/",
    "framework/indicators/1/",
    "specification/clauses/1/",
]


@pytest.mark.parametrize("address", OFFICERS_ONLY)
def test_a_citizen_of_the_cycle_finds_no_officers_pages(room, address):
    assert room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/{address}").status_code == 404


@pytest.mark.parametrize("address", ["move/", "phase/", "ballots/", "actions/", "close/"])
def test_a_citizen_cannot_run_the_room(room, address):
    answer = room.town.client(room.citizens[0]).post(
        f"/w/{room.workshop.slug}/{address}", {"seen": "gather", "to": "discuss", "text": "x", "proposals": "1"}
    )
    assert answer.status_code in (404, 409)
    room.workshop.refresh_from_db()
    assert room.workshop.phase == "gather"


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
@pytest.mark.parametrize("name", sorted(POSTED - {"scope", "close_cycle", "choose_language"}))
def test_acts_are_posts(room, method, name):
    from django.urls import reverse

    arguments = [room.workshop.slug, *MATRIX[name][0][1:]]
    assert getattr(room.town.client(room.citizens[0]), method)(reverse(name, args=arguments)).status_code == 405


FOR_SCRIBES = ["seating", "scribe", "papers", "enter_papers", *sorted(PAPER_ACTS)]


@pytest.mark.parametrize("name", FOR_SCRIBES)
def test_a_citizen_of_the_cycle_finds_no_page_of_scribes(room, name):
    from django.urls import reverse

    address = reverse(name, args=[room.workshop.slug, *MATRIX[name][0][1:]])
    for who in (room.citizens[0], room.town.decider):
        client = room.town.client(who)
        assert (client.post(address) if name in POSTED else client.get(address)).status_code == 404
    assert not Seating.objects.exists()


def test_the_demonstration_door_opens_only_for_invented_people(room, settings):
    real = room.town.lead.user
    for who in (str(real.pk), "999999", "x", ""):
        assert Client().post("/demo/", {"user": who}).status_code == 404
    settings.DEMO = False
    assert Client().get("/demo/").status_code == 404


def test_somebody_who_withdrew_is_nobody(room):
    citizen = room.citizens[0]
    Participant.objects.filter(pk=citizen.pk).update(withdrawn_at=room.town.now)
    assert room.town.client(citizen).get(f"/w/{room.workshop.slug}/").status_code == 404


def test_presence_counts_sides_and_not_the_facilitator(room):
    counted = attending.present_by_group(room.workshop, room.town.now)
    assert counted == {"commissioner": 2, "vso": 2, "citizen": 2}
