"""Where a cycle starts from, what social value means there, policy and priorities, departments, and the promised level."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning import answering, carrying_forward, convening, departments, meaning, starting, ticking
from commissioning.linking import why_not_link
from commissioning.models import Contribution, Cycle, Department, Meaning, Minute, Participant, PolicyNote, StartingWords, TaskDone
from commissioning.sentences import Refused

HEADINGS = StartingWords.Heading.values


def write_all(town):
    for heading in HEADINGS:
        unknown = heading == "trust"
        starting.write(town.cycle, heading, words="" if unknown else f"About {heading}", unknown=unknown, by=town.lead, now=town.now)
    starting.share(town.cycle, by=town.lead, now=town.now)


def draft(town, words="Young people feel at home", **changes):
    given = {"agreed": {"commissioner": "In the room", "citizen": "By vote in May"}, "on": town.now.date(), "words": words}
    return meaning.Draft(**given | changes)


def page(town, path, who=None, **more):
    client = town.client(who, **more) if who is not None or more else Client()
    return client.get(f"/cycles/{town.cycle.slug}/{path}")


def open_to_all(town):
    Cycle.objects.filter(pk=town.cycle.pk).update(public_at=town.now)
    town.cycle.refresh_from_db()


# AN-12


def test_an_12_participants_read_and_annotate_the_starting_conditions_a_commissioner_completed(town):
    cat, address = town.join("Cat"), f"/cycles/{town.cycle.slug}/start/"
    lead = town.client(user=town.lead.user)
    form = {"act": "keep", "trust-unknown": "yes", **{h: f"About {h}" for h in HEADINGS if h != "trust"}}
    assert "still writing" in page(town, "start/", cat).content.decode()
    assert lead.post(address, form).status_code == 302
    assert "About budget" not in page(town, "start/", cat).content.decode(), "a draft is not shared"
    assert lead.post(address, {"act": "share"}).status_code == 302
    seen = page(town, "start/", cat).content.decode()
    assert all(f"About {h}" in seen for h in HEADINGS if h != "trust")
    assert "We do not know yet" in seen
    said = town.client(cat).post(address, {"act": "remark", "heading": "promises", "text": "The bus never came", "key": "k1"})
    assert said.status_code == 302
    again = town.client(cat).post(address, {"act": "remark", "heading": "promises", "text": "The bus never came", "key": "k1"})
    assert again.status_code == 302
    kept = Contribution.objects.get(cycle=town.cycle)
    assert (kept.kind, kept.remark.heading, kept.participant) == ("comment", "promises", cat)
    answering.answer([kept], status="used", reason="It is on the list now", by=town.lead, now=town.now)
    seen = page(town, "start/", town.join("Cem")).content.decode()
    assert "The bus never came" in seen
    assert "It is on the list now" in seen
    assert "The bus never came" in page(town, "mine/", cat).content.decode()


def test_an_12_the_minutes_do_not_tell_a_draft_to_those_who_keep_them(town):
    starting.write(town.cycle, "budget", words="Maybe 400 thousand", unknown=False, by=town.lead, now=town.now)
    assert "budget" not in page(town, "start/", town.facilitator).content.decode()
    assert "Maybe 400 thousand" not in page(town, "minutes/", town.facilitator).content.decode()
    write_all(town)
    starting.write(town.cycle, "budget", words="Now 420 thousand", unknown=False, by=town.lead, now=town.now)
    assert "Now 420 thousand" in page(town, "minutes/", town.facilitator).content.decode()


def test_an_12_a_remark_is_signed_and_quoted_as_its_author_agreed(town):
    write_all(town)
    shy = town.join("Real Name", consents=("take_part",))
    starting.remark(town.cycle, "budget", text="Secret words", key="k", by=shy, now=town.now)
    seen = page(town, "start/", town.join("Cem")).content.decode()
    assert "Real Name" not in seen
    assert "Secret words" not in seen
    assert "did not agree to their words being used" in seen


def test_an_12_what_stood_before_stays_and_nothing_is_shared_half_blank(town):
    with pytest.raises(Refused, match="Still blank"):
        starting.share(town.cycle, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="not shared yet"):
        starting.remark(town.cycle, "budget", text="Hello", key="k", by=town.join("Cat"), now=town.now)
    with pytest.raises(Refused, match="write what you know"):
        starting.write(town.cycle, "budget", words="  ", unknown=False, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="no such heading"):
        starting.write(town.cycle, "weather", words="Rain", unknown=False, by=town.lead, now=town.now)
    with pytest.raises(Refused, match="lead commissioner"):
        starting.write(town.cycle, "budget", words="Mine", unknown=False, by=town.join("Cem"), now=town.now)
    write_all(town)
    starting.write(town.cycle, "budget", words="Half of it", unknown=False, by=town.lead, now=town.now)
    starting.write(town.cycle, "budget", words="Half of it", unknown=False, by=town.lead, now=town.now)
    budget = starting.heads_of(town.cycle)[0]
    assert (budget.now.words, [old.words for old in budget.before]) == ("Half of it", ["About budget"])
    with pytest.raises(IntegrityError), transaction.atomic():
        StartingWords.objects.create(cycle=town.cycle, heading="budget", words="", by=town.lead, at=town.now)


# AN-11


def test_an_11_a_participant_sees_version_n_who_agreed_and_when_and_a_change_makes_the_next_and_tells_them(town):
    cat, address = town.join("Cat"), f"/cycles/{town.cycle.slug}/meaning/"
    lead = town.client(user=town.lead.user)
    on = (town.now - timedelta(days=3)).date()
    form = {
        "act": "agree",
        "words": "Young people feel at home",
        "commissioner": "In the room",
        "citizen": "By vote in May",
        "on": on,
        "seen": 0,
    }
    assert lead.post(address, form).status_code == 302
    seen = page(town, "meaning/", cat).content.decode()
    assert "Version 1" in seen
    assert "By vote in May" in seen
    assert f"{on.day} {on:%B %Y}" in seen
    assert "no agreement is recorded" in seen, "the voluntary sector did not agree, and that is said"
    first = Meaning.objects.get()
    assert "It is now said what social value means here" in page(town, "", cat).content.decode()
    town.client(cat).post(address, {"act": "read", "meaning": first.pk})
    assert "It is now said" not in page(town, "", cat).content.decode()
    changed = form | {"words": "Young people feel at home and find work", "reason": "Work was missing", "seen": 1, "vso": "By e-mail"}
    assert lead.post(address, changed).status_code == 302
    seen = page(town, "meaning/", cat).content.decode()
    assert "Version 2" in seen
    assert "Work was missing" in seen
    assert "What changed in version 2" in seen
    assert "What social value means here has changed: version 2" in page(town, "", cat).content.decode()
    assert not Meaning.objects.filter(words="Young people feel at home", number=2).exists()


def test_an_11_a_group_may_leave_it_open_on_purpose_with_the_reason(town):
    made = meaning.agree(
        town.cycle, draft(town, words="", left_open=True, reason="Each school means another thing"), by=town.lead, now=town.now
    )
    assert made.number == 1
    seen = page(town, "meaning/", town.join("Cat")).content.decode()
    assert "Left open on purpose" in seen
    assert "Each school means another thing" in seen


WRONG = [
    ({"words": ""}, "Write what social value means"),
    ({"words": "", "left_open": True}, "why it is left open"),
    ({"left_open": True, "reason": "x"}, "Keep one of the two"),
    ({"agreed": {"commissioner": "Yes"}}, "at least one other"),
    ({"agreed": {"vso": "Yes", "citizen": "Yes"}}, "at least one other"),
    ({"on": date(2999, 1, 1)}, "not come yet"),
    ({"seen": 4}, "Somebody kept version 0"),
    ({"words": "x" * 2001}, "Shorten"),
]


@pytest.mark.parametrize(("changes", "why"), WRONG)
def test_an_11_what_is_no_meaning_is_refused(town, changes, why):
    with pytest.raises(Refused, match=why):
        meaning.agree(town.cycle, draft(town, **changes), by=town.lead, now=town.now)
    assert not Meaning.objects.exists()


def test_an_11_two_officers_at_once_and_the_same_form_twice_make_one_version(town):
    first = meaning.agree(town.cycle, draft(town), by=town.lead, now=town.now)
    assert meaning.agree(town.cycle, draft(town), by=town.lead, now=town.now) == first
    with pytest.raises(Refused, match="Somebody kept version 1"):
        meaning.agree(town.cycle, draft(town, words="Other"), by=town.lead, now=town.now)
    with pytest.raises(Refused, match="why it changes"):
        meaning.agree(town.cycle, draft(town, words="Other", seen=1), by=town.lead, now=town.now)
    with pytest.raises(Refused, match="lead commissioner"):
        meaning.agree(town.cycle, draft(town, words="Other", seen=1, reason="x"), by=town.join("Cat"), now=town.now)


def test_an_11_somebody_disagrees_in_a_sentence_that_stays_beside_the_version(town):
    first = meaning.agree(town.cycle, draft(town), by=town.lead, now=town.now)
    val = town.join("Val", "vso", "Harbour")
    answer = town.client(val).post(
        f"/cycles/{town.cycle.slug}/meaning/", {"act": "disagree", "meaning": first.pk, "text": "Older people are left out", "key": "d"}
    )
    assert answer.status_code == 302
    meaning.agree(town.cycle, draft(town, words="All feel at home", reason="Older people too", seen=1), by=town.lead, now=town.now)
    newest, before = meaning.versions_of(town.cycle)
    assert [said.contribution.text for said in before.remarks] == ["Older people are left out"]
    assert newest.remarks == []
    assert "Older people are left out" in page(town, "meaning/", town.join("Cat")).content.decode()
    assert answering.unanswered_in(town.cycle) == 1, "it is owed an answer like everything people say"


# AN-13, PN-03


def test_an_13_a_logged_out_vso_finds_the_policy_and_priorities_or_the_sentence_that_there_is_none(town):
    assert page(town, "policy/").status_code == 404, "not open to everybody yet"
    open_to_all(town)
    seen = page(town, "policy/").content.decode()
    assert "No policy adopted yet." in seen
    assert "Nobody has looked yet" in seen
    said = starting.PolicySaid(
        looked_on=town.now.date(),
        title="Social value policy",
        link="https://example.org/p",
        adopted_on=date(2024, 3, 1),
        priorities="Homes\nWork",
    )
    starting.note_policy(town.cycle, said, by=town.lead, now=town.now)
    seen = page(town, "policy/").content.decode()
    assert 'href="https://example.org/p"' in seen
    assert "1 March 2024" in seen
    assert "<li>Homes</li>" in seen
    assert "Last looked at on" in seen
    assert "https://example.org/p" in page(town, "", town.join("Cat")).content.decode(), "on the cycle page too"


def test_pn_03_empty_policy_pages_say_so_instead_of_404(town):
    open_to_all(town)
    for path, words in (
        ("policy/", "No policy adopted yet"),
        ("policy/", "Not decided yet"),
        ("meaning/", "Nothing is agreed yet"),
        ("departments/", "No department is named yet"),
    ):
        answer = page(town, path)
        assert answer.status_code == 200
        assert words in answer.content.decode()
    none = starting.PolicySaid(looked_on=town.now.date(), none_yet=True)
    assert starting.note_policy(town.cycle, none, by=town.lead, now=town.now) == starting.note_policy(
        town.cycle, none, by=town.lead, now=town.now
    )
    assert PolicyNote.objects.count() == 1
    seen = page(town, "policy/").content.decode()
    assert "No policy adopted yet" in seen
    assert "Last looked at on" in seen


BAD_POLICY = [
    ({"none_yet": True, "title": "A policy"}, "Keep one of the two"),
    ({}, "Name the policy"),
    ({"title": "A", "looked_on": date(2999, 1, 1)}, "not come yet"),
    ({"title": "A", "adopted_on": date(2999, 1, 1)}, "not come yet"),
    ({"title": "A", "link": "javascript:alert(1)"}, "A link starts with"),
    ({"title": "A", "priorities_link": "data:text/html,x"}, "A link starts with"),
]


@pytest.mark.parametrize(("changes", "why"), BAD_POLICY)
def test_an_13_what_is_no_policy_is_refused(town, changes, why):
    with pytest.raises(Refused, match=why):
        starting.note_policy(town.cycle, starting.PolicySaid(**{"looked_on": town.now.date()} | changes), by=town.lead, now=town.now)
    assert not PolicyNote.objects.exists()


@pytest.mark.parametrize(
    ("link", "fine"),
    [
        ("", True),
        ("https://example.org/a?b=c", True),
        ("/cycles/x/", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a@b.example", False),
        ("https://[", False),
        ("https://example.org/a b", False),
        ("https://example.org/" + "x" * 500, False),
        ("https://example.org/\u202e", False),
    ],
)
def test_a_link_is_a_web_address_or_a_page_of_ours(link, fine):
    assert (why_not_link(link) is None) is fine


# AN-18


def test_an_18_a_commissioner_of_another_department_watches_and_sees_what_touches_their_service(room):
    from commissioning.models import Authority, Membership, User
    from outcomes import adopting
    from workshops import agreeing

    town = room.town
    open_to_all(town)
    housing = User.objects.create_user("housing@example.org", "Hal")
    Membership.objects.create(user=housing, authority=Authority.objects.create(name="Next door", slug="next-door"))
    client, address = town.client(user=housing), f"/cycles/{town.cycle.slug}/departments/"
    assert client.post(address, {"act": "watch", "name": "Housing", "services": "hostels, repairs"}).status_code == 302
    for text in ("Families find help.", "Hostels are warm and safe."):
        proposal = town.propose(room.workshop, room.citizens[0], text)
        ballot = town.ballot(room.workshop, proposal, least=1)
        town.vote(ballot, "support", *room.everybody)
        town.move(room.workshop, "agree")
        agreement = agreeing.record_agreement(proposal, state="agreed", by=town.facilitator, now=town.now)
        placing = adopting.Placing("Home", "all", "short", ("social",))
        adopting.decide(agreement, answer="adopted", reason="Yes", decider_role="Member", by=town.decider, now=town.now, placing=placing)
    seen = client.get(address).content.decode()
    assert "Touches: hostels" in seen
    assert seen.index("Hostels are warm") < seen.index("Families find help"), "what touches them stands first"
    assert "Hostels are warm" not in town.client(room.citizens[0]).get(address).content.decode()
    with pytest.raises(Refused, match="officers"):
        departments.watch(town.cycle, name="X", services="y", user=User.objects.create_user("z@example.org"), now=town.now)
    assert Client().post(address, {"act": "watch", "name": "X", "services": "y"}).status_code == 409
    departments.note(town.cycle, name="housing", services="hostels", standing="joined", by=town.lead, now=town.now)
    assert [(d.name, d.standing, d.user) for d in Department.objects.all()] == [("Housing", "joined", housing)]


def test_an_18_a_watch_is_not_taken_over_by_typing_its_name(town):
    from commissioning.models import Authority, Membership, User

    open_to_all(town)
    first, second = (User.objects.create_user(f"{name}@example.org", name) for name in ("hal", "ida"))
    for user in (first, second):
        Membership.objects.create(user=user, authority=Authority.objects.create(name=str(user.pk), slug=f"a-{user.pk}"))
    address = f"/cycles/{town.cycle.slug}/departments/"
    sent = {"act": "watch", "name": "Housing", "services": "hostels"}
    assert town.client(user=first).post(address, sent).status_code == 302
    assert town.client(user=second).post(address, sent | {"services": "nothing"}).status_code == 409
    assert town.client(user=first).post(address, sent | {"services": "hostels, repairs"}).status_code == 302
    assert [(d.services, d.user) for d in Department.objects.all()] == [("hostels, repairs", first)]


# Stages: AN-01, INV-26, INV-20, CY-4


def test_an_01_skipping_a_stage_asks_a_reason_that_participants_see(town):
    lead, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/stages/do/"
    assert lead.post(address, {"act": "skip", "reason": " "}).status_code == 409
    assert lead.post(address, {"act": "skip", "reason": "Done by the county"}).status_code == 302
    cat = town.join("Cat")
    seen = page(town, "stages/do/", cat).content.decode()
    assert "Done by the county" in seen
    front = page(town, "", cat).content.decode()
    assert "Done by the county" in front
    for title in ("Analyse", "Plan", "Do", "Review"):
        assert title in front


def test_inv_26_a_stage_can_be_revisited_in_any_order(town):
    lead = town.client(user=town.lead.user)
    for code in ("analyse", "review"):
        assert lead.post(f"/cycles/{town.cycle.slug}/stages/{code}/", {"act": "skip", "reason": "Later"}).status_code == 302
        assert lead.post(f"/cycles/{town.cycle.slug}/stages/{code}/", {"act": "reopen", "reason": "People asked us to"}).status_code == 302
    assert dict(town.cycle.stages.values_list("code", "state")) == {
        "analyse": "open",
        "plan": "open",
        "do": "not_started",
        "review": "open",
    }
    assert "People asked us to" in page(town, "stages/analyse/", town.join("Cat")).content.decode()
    with pytest.raises(Refused):
        convening.reopen_stage(town.cycle.stages.get(code="plan"), reason=" ", by=town.lead, now=town.now)


def test_inv_20_the_level_rises_freely_and_falls_only_with_a_reason_that_everybody_sees(town):
    lead, address, cat = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/level/", town.join("Cat")
    assert lead.post(address, {"level": 5, "reason": ""}).status_code == 302
    assert lead.post(address, {"level": 2, "reason": ""}).status_code == 409
    assert lead.post(address, {"level": 9, "reason": "x"}).status_code == 409
    assert lead.post(address, {"level": 2, "reason": "The budget was cut"}).status_code == 302
    assert Cycle.objects.get(pk=town.cycle.pk).level == 2
    for path in ("", "level/"):
        assert "The budget was cut" in page(town, path, cat).content.decode()
    assert town.client(cat).post(address, {"level": 6}).status_code == 404
    lines = Minute.objects.filter(act="level").count()
    convening.change_level(town.cycle, level=2, reason="", by=town.lead, now=town.now)
    assert Minute.objects.filter(act="level").count() == lines, "the same level again is no change"


def test_a_task_is_done_by_words_or_a_link_never_by_a_tick_alone(town):
    stage = town.cycle.stages.get(code="analyse")
    lead, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/stages/analyse/"
    assert lead.post(address, {"act": "tick", "task": "needs"}).status_code == 409
    assert lead.post(address, {"act": "tick", "task": "needs", "link": "javascript:x"}).status_code == 409
    assert lead.post(address, {"act": "tick", "task": "king", "words": "x"}).status_code == 409
    assert lead.post(address, {"act": "tick", "task": "needs", "words": "Two evenings at the hall"}).status_code == 302
    cat = town.join("Cat")
    assert "Two evenings at the hall" in page(town, "stages/analyse/", cat).content.decode()
    assert "Keep these answers" not in page(town, "stages/analyse/", cat).content.decode(), "participants only read"
    assert town.client(cat).post(address, {"act": "tick", "task": "market", "words": "x"}).status_code == 409
    ticking.take_back(stage, task="needs", by=town.lead, now=town.now)
    assert not TaskDone.objects.exists()
    assert Minute.objects.filter(act="task").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskDone.objects.create(stage=stage, task="needs", by=town.lead, at=town.now)


def test_cy_4_carry_forward_opens_the_next_cycle_with_what_goes_forward(town):
    lead, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/stages/review/"
    assert lead.post(address, {"act": "forward", "title": "Round two"}).status_code == 409, "say first what goes forward"
    words = "Keep the evening drop-in"
    assert lead.post(address, {"act": "answer", "yes-carried_forward": "yes", "words-carried_forward": words}).status_code == 302
    assert lead.post(address, {"act": "forward", "title": "Round two"}).status_code == 302
    assert lead.post(address, {"act": "forward", "title": "Round two"}).status_code == 302
    following = Cycle.objects.get(title="Round two")
    assert (following.follows, following.service, following.kind) == (town.cycle, town.cycle.service, "recommission")
    assert list(following.areas.all()) == list(town.cycle.areas.all())
    assert StartingWords.objects.get(cycle=following).words == words
    assert "Round two" in page(town, "stages/review/", town.join("Cat")).content.decode()
    keyless = town.join("Kay", "commissioner", role="lead")
    assert isinstance(keyless, Participant)
    with pytest.raises(Refused, match="officer"):
        carrying_forward.open_next(town.cycle, title="Three", by=keyless, now=town.now)


# The same number of queries, whatever there is


@pytest.mark.parametrize(("path", "most"), [("start/", 12), ("meaning/", 14), ("policy/", 5), ("departments/", 8), ("level/", 6)])
def test_pages_take_the_same_queries_with_one_row_and_with_thirty(town, path, most):
    cat, counts = town.join("Cat"), []
    write_all(town)
    for rows in (1, 30):
        for n in range(rows):
            starting.remark(town.cycle, "budget", text=f"Remark {rows} {n}", key=f"{rows}-{n}", by=cat, now=town.now)
            newest = starting.newest_meaning(town.cycle)
            number = newest.number if newest else 0
            made = meaning.agree(town.cycle, draft(town, f"Meaning {rows} {n}", reason="Better", seen=number), by=town.lead, now=town.now)
            meaning.disagree(made, text=f"No {rows} {n}", key=f"d{rows}-{n}", by=cat, now=town.now)
            departments.note(town.cycle, name=f"D {rows} {n}", services="x", standing="asked", by=town.lead, now=town.now)
            convening.change_level(town.cycle, level=n % 2 + 3, reason="As asked", by=town.lead, now=town.now)
        client = town.client(cat)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/cycles/{town.cycle.slug}/{path}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= most, counts
