"""The table of phases, the outcome guard, and who may do what in which phase."""

import pytest

from commissioning import roles
from workshops import phases, policy, teaching

EVERY = list(phases.PHASES)


@pytest.mark.parametrize(
    ("now", "seen", "to", "fine"),
    [
        ("gather", "gather", "discuss", True),
        ("discuss", "discuss", "gather", True),
        ("gather", "gather", "vote", True),
        ("vote", "vote", "discuss", True),
        ("close", "close", "agree", True),
        ("vote", "discuss", "agree", False),
        ("gather", "gather", "lunch", False),
        ("agree", "agree", "close", False),
    ],
)
def test_moves(now, seen, to, fine):
    assert (phases.why_not_move(now, seen, to) is None) == fine


def test_every_kind_of_activity_says_what_to_do():
    assert phases.PLANNED[0] == phases.FIRST
    for phase in phases.PHASES.values():
        assert len(str(phase.line)) > 20
        assert phase.minutes > 0
        assert phase.opens <= set(phases.DOINGS)


TRUTH = {  # doing: the kinds of activity in which it may be done
    "contribute": {"private", "share", "gather", "discuss"},
    "propose": {"gather", "merge", "discuss"},
    "comment": {"share", "gather", "merge", "discuss", "vote", "agree", "prioritise", "choose", "actions"},
    "amend": {"discuss", "agree"},
    "merge": {"gather", "merge", "discuss"},
    "rate": {"rate"},
    "vote": {"vote"},
    "prioritise": {"prioritise"},
    "choose": {"choose"},
    "answer": {"statements"},
    "agree": {"agree"},
    "act": {"discuss", "agree", "actions"},
}


@pytest.mark.parametrize("phase", EVERY)
@pytest.mark.parametrize("doing", TRUTH)
def test_what_each_phase_opens(phase, doing):
    here = policy.Here("citizen", phase)
    assert (policy.why_not_do(here, doing) is None) == (phase in TRUTH[doing])
    assert policy.why_not_do(policy.Here("citizen", phase, observer=True), doing) is not None
    assert policy.why_not_do(policy.Here("citizen", phase, withdrawn=True), doing) is not None


@pytest.mark.parametrize("code", roles.ROLES)
def test_roles(code):
    held = roles.permissions_of(frozenset({code}))
    assert (policy.why_not_facilitate(held) is None) == (code == "facilitator")
    assert (policy.why_not_keep_notes(held) is None) == (code in ("facilitator", "secretariat", "lead"))
    assert roles.has_counted_voice(frozenset({code})) == (code in ("lead", "champion", "decider", "broker"))


@pytest.mark.parametrize("phase", EVERY)
@pytest.mark.parametrize(
    ("is_open", "entitled", "withdrawn", "choice"),
    [
        (True, True, False, "support"),
        (False, True, False, "support"),
        (True, False, False, "support"),
        (True, True, True, "support"),
        (True, True, False, "yes please"),
    ],
)
def test_who_may_vote(phase, is_open, entitled, withdrawn, choice):
    here = policy.Here("citizen", phase, withdrawn=withdrawn)
    fine = (is_open, entitled, withdrawn, choice) == (True, True, False, "support") and phase == "vote"
    assert (policy.why_not_vote(here=here, ballot_open=is_open, entitled=entitled, choice=choice) is None) == fine


@pytest.mark.parametrize(
    ("kind", "group", "benefits", "fine"),
    [
        ("outcome", "vso", "", False),
        ("outcome", "vso", "everybody", True),
        ("outcome", "citizen", "", True),
        ("need", "vso", "", True),
    ],
)
def test_a_vso_says_who_benefits_before_the_vote(kind, group, benefits, fine):
    why_not = policy.why_not_open(phase="vote", kind=kind, group=group, who_benefits=benefits, in_vote=False, settled=False)
    assert (why_not is None) == fine


@pytest.mark.parametrize(
    ("phase", "ballots", "unrecorded", "actions", "ownerless", "because", "fine"),
    [
        ("agree", 0, 0, 1, 0, "", True),
        ("agree", 0, 2, 1, 0, "", False),
        ("agree", 0, 0, 0, 0, "", False),
        ("agree", 0, 0, 0, 0, "It was a first talk", True),
        ("agree", 0, 0, 2, 1, "", False),
        ("agree", 1, 0, 1, 0, "", False),
        ("discuss", 0, 0, 1, 0, "", True),
        ("close", 0, 0, 1, 0, "", False),
    ],
)
def test_no_talk_without_action(phase, ballots, unrecorded, actions, ownerless, because, fine):
    why_not = policy.why_not_close(
        phase=phase,
        open_ballots=ballots,
        unrecorded=unrecorded,
        actions=actions,
        ownerless=ownerless,
        none_because=because,
    )
    assert (why_not is None) == fine


@pytest.mark.parametrize(
    "text",
    [
        "200 workshops delivered",
        "Hire four apprentices.",
        "Run ten sessions a month",
        "Publish 3 reports",
        "Deliver 12 training courses so people feel safe",
    ],
)
def test_a_count_of_activity_is_noticed(text):
    assert "changes for people" in str(teaching.looks_like_output(text))


@pytest.mark.parametrize(
    "text",
    [
        "Young people feel safe near home most evenings",
        "Families know where to go",
        "A debt letter gets an answer the same week",
        "People keep at least one adult they trust",
        "",
    ],
)
def test_a_change_is_left_alone(text):
    assert teaching.looks_like_output(text) is None
