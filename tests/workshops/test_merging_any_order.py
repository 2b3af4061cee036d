"""Whatever is merged, split and undone in whatever order: nothing is lost, and undone to the end the board is as it was."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.models import Contribution
from commissioning.sentences import Refused
from workshops import merging, proposing, regions
from workshops.merging import NewWords, name_of
from workshops.models import Cast, Comment, Idea, Merge, Proposal, Seat

STEP = st.tuples(st.sampled_from(["merge", "merge", "undo", "split"]), st.integers(0, 50), st.integers(2, 4))


def everything():
    """Whatever people have put in, that must never become less or other."""
    return {
        "said": set(Contribution.objects.values_list("pk", "participant", "text", "withdrawn_at")),
        "comments": set(Comment.objects.values_list("pk", "proposal", "contribution")),
        "votes": set(Cast.objects.values_list("pk", "seat", "by", "choice", "reason")),
        "seats": set(Seat.objects.values_list("pk", "ballot", "choice")),
        "sources": set(
            Proposal.sources.through.objects.filter(proposal__merge=None).values_list("proposal", "contribution"),
        ),
        "proposals": set(Proposal.objects.values_list("pk", "text", "contribution")),
    }


def board(workshop):
    """What the board shows: every card with what hangs on it."""
    return (
        [
            (
                c.proposal.pk,
                [s.pk for s in c.indicators],
                c.comment_count,
                [r.ballot.pk for r in c.rounds],
                c.agreement and c.agreement.state,
            )
            for c in regions.cards(workshop)
        ],
        [i.pk for i in regions.gathered(workshop)],
    )


def on_board(workshop):
    return [*Proposal.objects.on_board().filter(workshop=workshop, for_outcome=None), *Idea.objects.on_board().filter(workshop=workshop)]


def step(room, what, pick, many, n):
    """One act by somebody, or the refusal it gets; refusals are part of life."""
    workshop, by, now = room.workshop, room.town.facilitator, room.town.now
    merges = list(Merge.objects.filter(workshop=workshop))
    try:
        if what == "merge":
            cards = on_board(workshop)
            chosen = [name_of(cards[(pick + k) % len(cards)]) for k in range(many)] if cards else []
            words = NewWords("outcome" if pick % 2 else "need", f"New {n}", "All", "They overlap")
            merging.merge(workshop, chosen, words, by=by, key=f"step{n}-{Merge.objects.count()}", now=now)
        elif what == "undo" and merges:
            merging.undo(merges[pick % len(merges)], by=by, now=now)
        elif merges:
            merge = merges[pick % len(merges)]
            parts = list(merge.parts.all())
            merging.split(merge, parts[many % len(parts)].name, by=by, now=now)
    except Refused:
        pass


def filled(room):
    """Cards of every sort: with comments, indicators, sources, votes and an agreement."""
    town, workshop = room.town, room.workshop
    ideas = [
        proposing.add_idea(workshop, kind="need", text=f"Need {n}", by=room.citizens[n % 2], key=f"i{n}", now=town.now) for n in range(3)
    ]
    proposals = [town.propose(workshop, room.vsos[n % 2], f"Outcome {n}", indicator=n > 0) for n in range(3)]
    proposals[0].sources.set([ideas[0].contribution])
    proposing.comment(proposals[1], text="Yes", by=room.officers[0], key="c", now=town.now)
    ballot = town.ballot(workshop, proposals[1])
    town.vote(ballot, "support", *room.everybody)
    town.move(workshop, "agree")
    from workshops import agreeing

    agreeing.record_agreement(proposals[1], state="agreed", by=town.facilitator, now=town.now)
    town.move(workshop, "discuss")


def undo_all(room):
    """Undo from the newest to the oldest, as somebody would who wants everything back."""
    for merge in Merge.objects.filter(workshop=room.workshop, undone_at=None).order_by("-pk"):
        merging.undo(merge, by=room.town.facilitator, now=room.town.now)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=10))
def test_nothing_is_lost_and_all_of_it_can_be_undone(room, steps):
    if not Idea.objects.filter(workshop=room.workshop).exists():
        filled(room)
    start, before = board(room.workshop), everything()
    for n, (what, pick, many) in enumerate(steps):
        step(room, what, pick, many, n)
        now = everything()
        for kind, rows in before.items():
            assert rows <= now[kind], kind
        open_merges = Merge.objects.filter(workshop=room.workshop, undone_at=None)
        for merge in open_merges:
            parts = merge.parts.filter(taken_out_at=None)
            cards = [part.proposal or part.idea for part in parts]
            assert len(cards) >= 2
            assert all(card.merged_into_id == merge.merged_id for card in cards)
            assert {card.contribution_id for card in cards} <= set(merge.merged.sources.values_list("pk", flat=True))
        held = Proposal.objects.filter(workshop=room.workshop, merged_into__isnull=False).values_list("merged_into", flat=True)
        assert set(held) <= set(open_merges.values_list("merged", flat=True))
    undo_all(room)
    assert board(room.workshop) == start
