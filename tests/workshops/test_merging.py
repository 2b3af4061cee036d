"""Cards made into one: nothing is lost, it can be undone and split, those who stood behind a card may object."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissioning.models import Contribution, Minute
from commissioning.sentences import Refused
from outcomes import threading_back
from workshops import agreeing, desks, merging, objecting, origins, policy, proposing, regions
from workshops.merging import NewWords, name_of
from workshops.models import Idea, Merge, MergedCard, Proposal

WORDS = NewWords("outcome", "People feel safe and know whom to ask.", "Everybody")


def idea(room, text="A place to go", by=None):
    return proposing.add_idea(room.workshop, kind="need", text=text, by=by or room.citizens[0], key=room.town.key(), now=room.town.now)


def merge(room, *cards, words=WORDS, by=None, key=None):
    names = [name_of(card) for card in cards]
    return merging.merge(room.workshop, names, words, by=by or room.citizens[0], key=key or room.town.key(), now=room.town.now)


def board(room):
    room.workshop.refresh_from_db()
    return [c.proposal.text for c in regions.cards(room.workshop)], [str(i) for i in regions.gathered(room.workshop)]


@pytest.fixture
def three(room):
    """Two proposals with comments and indicators, and an idea, of three people in a workshop that discusses."""
    first = room.town.propose(room.workshop, room.vsos[0], "People feel safe.")
    second = room.town.propose(room.workshop, room.citizens[1], "People know whom to ask.")
    room.town.move(room.workshop, "discuss")
    proposing.comment(first, text="At night too", by=room.officers[0], key="c", now=room.town.now)
    return first, second, idea(room)


def test_the_cards_leave_the_board_and_everything_stays_with_the_new_one(room, three):
    made = merge(room, *three)
    assert board(room) == ([WORDS.text], [])
    said = {card.contribution_id for card in three}
    assert set(made.merged.sources.values_list("pk", flat=True)) == said
    (card,) = regions.cards(room.workshop)
    assert [o.words for o in card.made.origins] == ["People feel safe.", "People know whom to ask.", "A place to go"]
    assert [c.text for c in card.made.origins[0].comments] == ["At night too"]
    assert {s.text for s in card.indicators} == {"A sign of: People feel safe.", "A sign of: People know whom to ask."}
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "Made from 3 cards" in page
    own = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/proposals/{made.merged_id}/").content.decode()
    for words in ("The 3 cards it was made from", "People feel safe.", "At night too", "Val, Harbour", "A place to go"):
        assert words in own
    old = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/proposals/{three[0].pk}/").content.decode()
    assert "Go to what it became" in old
    assert Minute.objects.filter(act="merge").exists()


def test_votes_on_the_old_words_are_shown_and_never_count_for_the_new(room, three):
    first, second, _ = three
    ballot = room.town.ballot(room.workshop, first)
    room.town.vote(ballot, "support", *room.everybody)
    with pytest.raises(Refused, match="being voted on"):
        merge(room, first, second, by=room.town.facilitator)
    room.town.move(room.workshop, "discuss")
    made = merge(room, first, second)
    (card,) = regions.cards(room.workshop)
    assert card.ballot is None
    assert {c.group: c.support for c in card.made.origins[0].votes} == {"commissioner": 2, "vso": 2, "citizen": 2}
    page = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/").content.decode()
    assert "carried over and not counted again" in page
    assert not made.merged.ballots.exists()


def test_what_was_voted_on_and_then_merged_does_not_keep_the_workshop_from_closing(room, three):
    first, second, _ = three
    room.town.vote(room.town.ballot(room.workshop, first), "support", *room.everybody)
    room.town.move(room.workshop, "agree")
    assert agreeing.unrecorded_in(room.workshop).count() == 1
    merge(room, first, second, by=room.town.facilitator)
    assert agreeing.unrecorded_in(room.workshop).count() == 0


def settled(room, proposal):
    room.town.vote(room.town.ballot(room.workshop, proposal), "support", *room.everybody)
    room.town.move(room.workshop, "agree")
    agreeing.record_agreement(proposal, state="agreed", by=room.town.facilitator, now=room.town.now)
    room.town.move(room.workshop, "discuss")


def test_something_settled_is_merged_only_by_the_facilitator_with_a_reason_and_stands_again_when_undone(room, three):
    first, second, _ = three
    settled(room, first)
    before = regions.cards(room.workshop)[0]
    with pytest.raises(Refused, match="Only the facilitator"):
        merge(room, first, second, words=NewWords("outcome", "New", why="Because"))
    with pytest.raises(Refused, match="say why"):
        merge(room, first, second, by=room.town.facilitator)
    made = merge(room, first, second, words=NewWords("outcome", "New", why="They overlap"), by=room.town.facilitator)
    assert Minute.objects.filter(act="reopen", why="They overlap").exists()
    assert not first.agreements.filter(superseded_at=None).exists()
    merging.undo(made, by=room.town.facilitator, now=room.town.now)
    after = regions.cards(room.workshop)[0]
    fields = ("state", "version_id", "ballot_id", "counts", "dissent", "reason")
    assert [getattr(after.agreement, f) for f in fields] == [getattr(before.agreement, f) for f in fields]
    assert first.agreements.count() == 2, "what was superseded stays as it was"


def test_undone_everything_is_as_before_and_the_new_card_is_kept_aside_with_its_comments(room, three):
    before = board(room)
    signs = {p.pk: list(p.indicators.values_list("pk", flat=True)) for p in three[:2]}
    made = merge(room, *three)
    proposing.comment(made.merged, text="Well put", by=room.officers[1], key="w", now=room.town.now)
    with pytest.raises(Refused, match="Only whoever merged"):
        merging.undo(made, by=room.citizens[1], now=room.town.now)
    merging.undo(made, by=room.citizens[0], now=room.town.now)
    assert board(room) == before
    assert {p.pk: list(p.indicators.values_list("pk", flat=True)) for p in three[:2]} == signs
    aside = room.town.client(room.citizens[0]).get(f"/w/{room.workshop.slug}/proposals/{made.merged_id}/")
    assert "Well put" in aside.content.decode()
    assert "set aside" in aside.content.decode()
    with pytest.raises(Refused, match="already"):
        merging.undo(made, by=room.citizens[0], now=room.town.now)
    with pytest.raises(Refused, match="set aside"):
        proposing.comment(made.merged, text="More", by=room.citizens[0], key="m", now=room.town.now)


def test_once_it_is_put_to_the_vote_it_stays(room, three):
    made = merge(room, *three)
    room.town.ballot(room.workshop, made.merged)
    with pytest.raises(Refused, match="put to the vote"):
        merging.undo(made, by=room.town.facilitator, now=room.town.now)
    with pytest.raises(Refused, match="put to the vote"):
        merging.split(made, name_of(three[0]), by=room.town.facilitator, now=room.town.now)


def test_one_card_is_taken_out_and_the_last_two_undo_it(room, three):
    made = merge(room, *three)
    merging.split(made, name_of(three[2]), by=room.citizens[0], now=room.town.now)
    assert board(room) == ([WORDS.text], ["A place to go"])
    assert three[2].contribution_id not in set(made.merged.sources.values_list("pk", flat=True))
    merging.split(made, name_of(three[0]), by=room.citizens[0], now=room.town.now)
    assert board(room) == (["People feel safe.", "People know whom to ask."], ["A place to go"])
    made.refresh_from_db()
    assert made.undone_at is not None


def test_what_was_merged_can_be_merged_again_and_is_undone_from_the_top(room, three):
    inner = merge(room, three[0], three[2])
    outer = merge(room, inner.merged, three[1], words=NewWords("outcome", "All of it", "All"))
    (card,) = regions.cards(room.workshop)
    assert [[o.words for o in origin.origins] for origin in card.made.origins] == [[], ["People feel safe.", "A place to go"]]
    assert set(outer.merged.sources.values_list("pk", flat=True)) == {c.contribution_id for c in (*three, inner.merged)}
    with pytest.raises(Refused, match="Undo that first"):
        merging.undo(inner, by=room.citizens[0], now=room.town.now)
    merging.undo(outer, by=room.citizens[0], now=room.town.now)
    merging.undo(inner, by=room.citizens[0], now=room.town.now)
    assert board(room) == (["People feel safe.", "People know whom to ask."], ["A place to go"])


def test_no_circle_can_be_made_even_by_hand(room, three):
    made = merge(room, *three)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=made.merged_id).update(merged_into=three[0].pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        MergedCard.objects.create(merge=made, proposal=three[0])


def test_what_its_author_takes_back_is_not_read_inside_another_card(room, three):
    merge(room, *three, by=room.officers[0])
    Contribution.objects.filter(pk=three[2].contribution_id).update(withdrawn_at=room.town.now)
    __, html = regions.render(room.workshop.pk, regions.all_names(room.workshop.pk), regions.PARTICIPANT)
    assert "A place to go" not in html
    assert "taken back" in html
    assert "Made from 3 cards" in html


def test_the_old_form_sent_again_after_undoing_says_so(room, three):
    made = merge(room, *three, key="same")
    merging.undo(made, by=room.citizens[0], now=room.town.now)
    with pytest.raises(Refused, match="sent already"):
        merge(room, *three, key="same")


def test_who_may_merge_and_when(room, three, other_town):
    stranger = other_town.join("Stranger")
    with pytest.raises(Refused, match="not part"):
        merge(room, *three, by=stranger)
    with pytest.raises(Refused, match="two cards"):
        merge(room, three[0])
    for kind in ("indicator", "statement", "king", ""):
        with pytest.raises(Refused):
            merge(room, *three, words=NewWords(kind, "x"))
    room.town.move(room.workshop, "vote")
    with pytest.raises(Refused, match="parts of a workshop"):
        merge(room, *three)
    merge(room, *three, by=room.town.facilitator)
    assert policy.why_not_merge(policy.Here("commissioner", "close", frozenset({"facilitate"}))) is not None


def test_a_card_of_another_room_or_an_indicator_is_no_card_here(room, three, town):
    foreign = town.propose(town.workshop(*room.citizens), room.citizens[0])
    for other in (foreign, three[0].indicators.first()):
        with pytest.raises(merging.SomebodyWasFaster):
            merge(room, three[0], other)
    assert not Merge.objects.exists()


def test_a_vso_does_not_lose_the_question_of_who_benefits_by_merging(room):
    first = room.town.propose(room.workshop, room.vsos[0], "We run the café.", who_benefits="")
    second = idea(room)
    with pytest.raises(Refused, match="voluntary organisation"):
        merge(room, first, second, words=NewWords("outcome", "A café"))
    made = merge(room, first, second, words=NewWords("outcome", "A café", "The whole street"))
    assert made.merged.who_benefits == "The whole street"


def test_the_same_form_twice_merges_once_and_a_taken_card_is_refused(room, three):
    made = merge(room, *three, key="same")
    assert merge(room, *three, key="same") == made
    with pytest.raises(merging.SomebodyWasFaster, match="no longer on the board"):
        merge(room, three[0], idea(room, "Other"), by=room.citizens[1])
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_words_nobody_can_keep_change_nothing(room, three, text):
    before = board(room)
    with pytest.raises(Refused):
        merge(room, *three, words=NewWords("outcome", text))
    assert board(room) == before
    assert not Merge.objects.exists()


# Objecting


def test_those_behind_a_card_are_its_author_and_whoever_supported_it_in_a_closed_vote(room, three):
    first, _second, gathered = three
    ballot = room.town.ballot(room.workshop, first)
    room.town.vote(ballot, "support", room.officers[0], room.vsos[1], room.citizens[0])
    room.town.vote(ballot, "cannot", room.citizens[0])

    def behind(card):
        return objecting.supporters([card])[name_of(card)]

    assert behind(first) == {room.vsos[0].pk}, "an open ballot is sealed"
    room.town.move(room.workshop, "discuss")
    assert behind(first) == {room.vsos[0].pk, room.officers[0].pk, room.vsos[1].pk}
    assert behind(gathered) == {room.citizens[0].pk}
    made = merge(room, *three, by=room.officers[1])
    for who, cards in ((room.officers[0], 1), (room.citizens[0], 1), (room.vsos[0], 1), (room.officers[1], 0)):
        mine = desks.desk_for(room.workshop, who).get("my_merges", [])
        assert [len(m.cards) for m in mine] == ([cards] if cards else []), who
    with pytest.raises(Refused, match="comment"):
        objecting.object_to(made, text="No", by=room.officers[1], key="o", now=room.town.now)


def test_an_objection_is_kept_shown_by_group_answered_and_taken_back(room, three):
    shy = room.town.join("Secret Name", consents=("take_part",))
    made = merge(room, three[0], idea(room, "A quiet room", by=shy))
    desk = room.town.client(shy).get(f"/w/{room.workshop.slug}/desk/").content.decode()
    assert "What you supported was merged" in desk
    assert "This does not say what I meant, because" in desk
    client = room.town.client(shy)
    sent = {"text": "I meant a quiet one", "key": "o"}
    for _ in range(2):
        assert client.post(f"/w/{room.workshop.slug}/merges/{made.pk}/objections/", sent).status_code == 302
    again = client.post(f"/w/{room.workshop.slug}/merges/{made.pk}/objections/", {"text": "Something else", "key": "p"})
    assert again.status_code == 409
    (kept,) = made.objections.all()
    __, html = regions.render(room.workshop.pk, regions.all_names(room.workshop.pk), regions.PARTICIPANT)
    assert "I meant a quiet one" in html
    assert "Secret Name" not in html
    assert shy.pseudonym not in html.split("I meant a quiet one")[1].split("</div>")[0], "an objection has a name only by consent"
    for_facilitator = room.town.client(room.town.facilitator).get(f"/w/{room.workshop.slug}/desk/").content.decode()
    assert "Objections to merged cards" in for_facilitator
    address = f"/w/{room.workshop.slug}/objections/{kept.pk}/"
    assert room.town.client(room.citizens[0]).post(address + "answer/", {"text": "No"}).status_code == 409
    assert room.town.client(room.town.facilitator).post(address + "answer/", {"text": "We add quiet"}).status_code == 302
    assert "We add quiet" in room.town.client(shy).get(f"/w/{room.workshop.slug}/").content.decode()
    assert room.town.client(room.citizens[0]).post(address + "withdraw/").status_code == 409
    assert client.post(address + "withdraw/").status_code == 302
    assert "I meant a quiet one" not in client.get(f"/w/{room.workshop.slug}/").content.decode()
    assert made.objections.count() == 1, "kept, and shown to nobody"


def test_a_named_objector_is_named(room, three):
    made = merge(room, *three, by=room.officers[0])
    objecting.object_to(made, text="Not mine", by=room.vsos[0], key="o", now=room.town.now)
    (objection,) = regions.cards(room.workshop)[0].made.objections
    assert objection.named


# The thread


def test_what_became_of_what_i_said_follows_the_merge_from_every_card(room, three):
    inner = merge(room, three[0], three[2])
    outer = merge(room, inner.merged, three[1], words=NewWords("outcome", "All of it", "All"))
    said = list(Contribution.objects.filter(kind__in=("need", "proposal", "comment")))
    for journey in threading_back.journeys(said):
        assert outer.merged in journey.proposals, journey.contribution
    settled(room, outer.merged)
    for journey in threading_back.journeys(said):
        assert [a.state for a in journey.agreements] == ["agreed"], journey.contribution
    mine = room.town.client(room.citizens[0]).get(f"/cycles/{room.town.cycle.slug}/mine/").content.decode()
    assert "All of it" in mine
    roots = threading_back.roots_of([outer.merged])[outer.merged_id]
    assert {c.pk for c in said} <= roots
    links = threading_back.thread_of(room.town.cycle)["links"]
    assert {"from": f"proposal-{outer.merged_id}", "cites": f"proposal-{inner.merged_id}"} in links


def test_a_merge_that_was_undone_leads_nowhere(room, three):
    made = merge(room, *three)
    merging.undo(made, by=room.citizens[0], now=room.town.now)
    (journey,) = threading_back.journeys([three[2].contribution])
    assert journey.proposals == []


# The sorting page


def address(room):
    return f"/w/{room.workshop.slug}/sort/"


def form(*cards, act="merge", text="New words for all", **more):
    return {"cards": [name_of(c) for c in cards], "text": text, "kind": "need", "who_benefits": "All", "key": "k", "act": act} | more


def test_merging_on_the_page_offers_undo_at_once(room, three):
    client = room.town.client(room.citizens[0])
    assert client.get(address(room)).status_code == 200
    answer = client.post(address(room), form(*three), follow=True)
    assert "3 cards are now one" in answer.content.decode()
    made = Merge.objects.get()
    back = {"back": f"{address(room)}?undone={made.pk}"}
    undone = client.post(f"/w/{room.workshop.slug}/merges/{made.pk}/undo/", back, follow=True)
    assert "back on the board as they were" in undone.content.decode()


def test_a_stale_page_keeps_ticks_and_words(room, three):
    merge(room, three[0], three[1], by=room.citizens[1])
    answer = room.town.client(room.citizens[0]).post(address(room), form(*three, text="My long thought-out words"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else was faster" in page
    assert "My long thought-out words" in page
    assert page.count(" checked") == 3
    assert "Somebody merged this into" in page


def test_looking_again_ticking_a_group_and_finding_keep_everything(room, three):
    client = room.town.client(room.citizens[0])
    page = client.post(address(room), form(three[0], act="look", find="ask whom", tick=name_of(three[2]))).content.decode()
    assert page.count(" checked") == 2
    assert "New words for all" in page
    assert "People know whom to ask." in page
    assert not Merge.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"), [({"cards": []}, "Tick two"), ({"text": ""}, "check the new words"), ({"kind": "king"}, "Choose")]
)
def test_what_is_missing_is_said_and_nothing_is_lost(room, three, data, sentence):
    answer = room.town.client(room.citizens[0]).post(address(room), form(*three) | data)
    assert answer.status_code in (409, 422)
    assert sentence in answer.content.decode()
    if "text" in data:
        assert "People feel safe.</textarea>" in answer.content.decode(), "the words start as the first card's"


@pytest.mark.parametrize("names", [["proposal-²"], ["idea-" + "9" * 30], ["king-1"], ["", "-"], ["proposal-1"] * 3, ["x" * 5000]])
def test_nonsense_ticked_is_refused_with_a_sentence(room, three, names):
    answer = room.town.client(room.citizens[0]).post(address(room), form() | {"cards": names})
    assert answer.status_code in (409, 422)
    assert "Not merged yet" in answer.content.decode()


@pytest.mark.parametrize("rows", [2, 300])
def test_the_page_takes_the_same_queries_for_two_cards_and_three_hundred(room, rows):
    Idea.objects.bulk_create(
        Idea(workshop=room.workshop, contribution=said)
        for said in Contribution.objects.bulk_create(
            Contribution(
                cycle=room.town.cycle,
                participant=room.everybody[n % 6],
                group=room.everybody[n % 6].group,
                kind="need",
                text=f"Card {n} says that the {n % 37} bus must come more often in the evening to {n % 11} streets",
                key=f"n{n}",
                at=room.town.now,
                place=room.workshop.slug,
            )
            for n in range(rows)
        )
    )
    client = room.town.client(room.citizens[0])
    client.get(address(room))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address(room))
    assert answer.content.count(b'name="cards"') == rows
    assert len(queries) == 6, [q["sql"][:100] for q in queries]
    assert len(answer.content) < 250_000


@pytest.mark.parametrize("merges", [1, 12])
def test_a_board_of_merged_cards_takes_the_same_queries_however_many(room, merges):
    for n in range(merges):
        first = room.town.propose(room.workshop, room.citizens[0], f"Outcome {n}")
        made = merge(room, first, idea(room, f"Need {n}"), by=room.officers[0])
        objecting.object_to(made, text="No", by=room.citizens[0], key=f"o{n}", now=room.town.now)
        merge(room, made.merged, idea(room, f"Other {n}"), by=room.officers[0])
    with CaptureQueriesContext(connection) as queries:
        assert len(regions.cards(room.workshop)) == merges
    assert len(queries) == 18, [q["sql"][:100] for q in queries]
    with CaptureQueriesContext(connection) as queries:
        desks.desk_for(room.workshop, room.citizens[0])
    assert len(queries) == 22, [q["sql"][:100] for q in queries]


# The hint


def similar(room, text, who=None):
    return room.town.client(who or room.citizens[0]).get(f"/w/{room.workshop.slug}/similar/", {"text": text})


def test_similar_cards_are_named_while_somebody_types(room, three):
    idea(room, "Buses must run later in the evening")
    answer = similar(room, "The buses must run later in the evenings")
    assert "Buses must run later in the evening" in answer.content.decode()
    for nothing in ("Buses", "", "A library with long tables and lamps"):
        assert similar(room, nothing).content.strip() == b""


def test_the_hint_never_shows_what_is_not_shown_and_has_a_limit(room):
    held = idea(room, "Buses must run later in the evening")
    Contribution.objects.filter(pk=held.contribution_id).update(held=True)
    assert similar(room, "Buses must run later in the evening").content.strip() == b""
    assert similar(room, "x" * 2001).status_code == 413
    assert similar(room, "a\x00b <script> {{ 7*7 }} \u202e" * 20).status_code == 200


def test_origins_are_all_found_at_any_depth(room):
    card = idea(room, "Seed")
    for n in range(6):
        card = merge(room, card, idea(room, f"More {n}"), words=NewWords("need", f"Layer {n}", "All")).merged
    assert len(origins.inside([card.pk])[card.pk]) == 12
