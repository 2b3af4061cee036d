"""The other demonstrations: each is told through the acts, once, to its last step, and shows what its field is about."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commissioning.models import ContractShape, Contribution, Cycle, CycleChallenge, DutyRecord, Need, Participant, ProcurementGate
from config import start
from outcomes import return_looks, scenarios
from outcomes.models import Award, Commitment, ConcernFlag, Decision, Memorandum, Outcome, ProgressYear, Reading, Return, Weighting
from workshops.models import Action, Agreement, Closing, Letter, PlanVersion, Seat, UpdateAsked

TOLD = {  # name: (cycle's areas, adopted outcomes, agreements that are no agreement, actions)
    "recovery": (4, 4, {"contested"}, 2),
    "advice": (1, 4, {"declined"}, 2),
    "forum": (1, 0, set(), 7),
}
pytestmark = pytest.mark.django_db


def told(name):
    return scenarios.load(name, now=timezone.now())[0]


def read(cycle, rest, who, expect=200):
    """What somebody of the cycle reads on one of its pages, as plain text."""
    client = Client()
    client.force_login(Participant.objects.get(cycle=cycle, shown_name=who).user)
    answer = client.get(f"/cycles/{cycle.slug}/{rest}")
    assert answer.status_code == expect, (rest, answer.status_code)
    return words_of(answer)


def words_of(answer):
    said = answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said))


@pytest.mark.parametrize("name", scenarios.NAMES)
def test_each_is_told_once_and_through_the_acts(name):
    areas, outcomes, apart, actions = TOLD[name]
    cycle, new = scenarios.load(name, now=timezone.now())
    assert new
    assert cycle.invented
    assert cycle.areas.count() == areas
    assert Outcome.objects.filter(theme__framework__cycle=cycle).count() == outcomes
    states = set(Agreement.objects.filter(proposal__workshop__cycle=cycle).values_list("state", flat=True))
    assert states - {"agreed", "reserved"} == apart
    assert Action.objects.filter(workshop__cycle=cycle).count() == actions
    assert not Contribution.objects.filter(cycle=cycle, kind__in=("need", "asset", "concern")).unanswered().exists()
    assert scenarios.load(name, now=timezone.now()) == (cycle, False)


@pytest.mark.parametrize("name", ["recovery", "advice"])
def test_each_can_stop_where_procurement_is_still_to_come(name):
    cycle, __ = scenarios.load(name, now=timezone.now(), to_the_end=False)
    assert cycle.quiet is None
    assert not Award.objects.filter(lot__cycle=cycle).exists()


def test_all_of_them_live_beside_each_other(settings):
    settings.DEMO = True
    call_command("load_demo", "--all", verbosity=0)
    counted = Cycle.objects.filter(invented=True).count()
    call_command("load_demo", "--all", verbosity=0)
    assert Cycle.objects.filter(invented=True).count() == counted
    assert Cycle.objects.filter(invented=True, authority__name__contains="Quarrydown").count() == 1
    with pytest.raises(KeyError):
        scenarios.load("nothing", now=timezone.now())


# S4: a forum and its action plan


def test_s4_a_third_session_was_held_because_no_action_had_an_owner():
    cycle = told("forum")
    closing = Closing.objects.get(workshop__cycle=cycle, follow_up__isnull=False)
    assert "five actions and not one owner" in closing.agreed_by
    assert closing.willing.count() == 35
    assert closing.follow_up.closed_at is not None
    assert "five actions and not one owner" in read(cycle, "minutes/", "Joan Sayer")


def test_s4_an_action_for_somebody_who_was_not_there_stays_proposed():
    cycle = told("forum")
    assert Action.objects.get(workshop__cycle=cycle, owner="Finance department").acceptance == "proposed"
    assert Action.objects.get(workshop__cycle=cycle, owner_participant__shown_name="Vi Sand").acceptance == "accepted"
    assert "Proposed: the owner has not said yes yet" in read(cycle, "plan/", "Parent 1")


def test_s4_the_plan_is_agreed_by_every_group_and_adopted_by_a_body():
    cycle = told("forum")
    version = PlanVersion.objects.get(cycle=cycle)
    assert version.agreed
    assert [(row["group"], row["entitled"], row["yes"] + row["reserved"]) for row in version.counts] == [
        ("commissioner", 12, 12), ("vso", 12, 12), ("citizen", 5, 5)
    ]  # fmt: skip
    seen = read(cycle, "plan/", "Tess Moor")
    for words in ("Agreed by every group", "Local partnership board", "Item 4", "Only if: the budget allows it", "looked at again on"):
        assert words in seen


def test_s4_four_are_done_one_goes_on_one_is_late_and_an_update_came_within_five_days():
    cycle = told("forum")
    standings = [a.standing for a in Action.objects.filter(workshop__cycle=cycle)]
    assert {s: standings.count(s) for s in set(standings)} == {"done": 4, "accepted": 1, "late": 1, "proposed": 1}
    asked = UpdateAsked.objects.get(action__workshop__cycle=cycle)
    assert asked.action.standing == "late"
    assert asked.answered_at - asked.at <= timedelta(days=5)
    seen = read(cycle, "plan/", "Wes Orr")
    assert "The budget review is still open" in seen
    assert "Ask for an update" in seen


def test_s4_how_we_work_is_signed_by_twelve_parties():
    cycle = told("forum")
    signed = Memorandum.objects.get(cycle=cycle)
    assert (signed.state, signed.parties.count()) == ("signed", 12)
    assert signed.parties.filter(organisation=None).count() == 1


def test_s4_six_months_on_71_and_81_per_cent_are_shown_with_n_and_called_below_target():
    cycle = told("forum")
    seen = read(cycle, "process/", "Parent 2")
    assert "21 of 33 answered" in seen
    assert "15 of 21" in seen
    assert "71%" in seen
    assert "17 of 21" in seen
    assert "81%" in seen
    assert "71% said yes (15 of 21 who answered, of 33 invited; 64% answered). 71% is below the target 80%" in seen
    assert "81% trust more (17 of 21 who answered, of 33 invited; 64% answered). 81% is below the target 90%" in seen


# S2: four authorities


def test_s2_two_carers_are_hidden_everywhere():
    cycle = told("recovery")
    assert cycle.participants.filter(standing="carer").count() == 2
    for page in ("voices/", f"voices/{Outcome.objects.get(statement__contains='listens').pk}/"):
        seen = read(cycle, page, "LE1")
        assert "6 of 10 who answered" in seen, "the two are folded into the total"
        assert not re.search(r"Carers[^.]{0,60}\d of 2", seen), page
    lines = read(cycle, "voices.csv", "LE1").splitlines()[0]
    assert 'group,Carers,,,,,,,"hidden' in lines
    assert 'group,People with lived experience,,,,,,,"hidden' in lines, "or the two could be worked out"


def test_s2_a_soft_indicator_reached_agreement_with_its_reservation_kept():
    cycle = told("recovery")
    star = Outcome.objects.get(theme__framework__cycle=cycle, indicators__form="star")
    agreement = star.decision.agreement
    assert agreement.state == "reserved"
    reasons = Seat.objects.filter(ballot__proposal=agreement.proposal).values_list("reason", flat=True)
    assert "Star scores cannot be compared across areas." in reasons
    assert {d.kind for d in Decision.objects.filter(agreement__proposal__workshop__cycle=cycle)} == {"officer", "political"}


def test_s2_each_delay_was_told_to_everybody_with_its_reason():
    cycle = told("recovery")
    gates = list(ProcurementGate.objects.filter(cycle=cycle).order_by("pk"))
    assert [g.ending for g in gates] == ["moved", "moved", "done"]
    people = cycle.participants.filter(withdrawn_at=None, user__isnull=False, joined_at__lte=gates[0].set_at).count()
    for gate in gates[1:]:
        letters = Letter.objects.filter(cycle=cycle, kind="procurement", occasion=f"gate:{gate.pk}")
        assert letters.count() == people > 20
        assert all("Tender papers are late" in one.words for one in letters)


def test_s2_a_share_of_2_became_10_with_its_reason():
    cycle = told("recovery")
    shares = list(Weighting.objects.filter(cycle=cycle).order_by("number").values_list("kind", "social_value"))
    assert shares == [("proposed", 2), ("adopted", 10)]
    assert "Two per cent would have decided nothing." in read(cycle, "weighting/", "LE1")


def test_s2_two_returns_of_lot_3_are_missing_in_its_third_quarter_each_for_both_its_promises():
    cycle = told("recovery")
    assert Award.objects.filter(lot__cycle=cycle).count() == 5
    missing = return_looks.overdue_in(cycle, timezone.localdate())
    assert [(cell.award.lot.number, cell.quarter, len(cell.commitments)) for cell in missing] == [(3, 2, 2), (3, 3, 2)]
    assert Return.objects.filter(award__lot__cycle=cycle, state="submitted").count() == 5 * 4 - 2
    seen = read(cycle, "returns/", "LE1").lower()
    assert seen.count("no return since") == 2


def test_s2_the_star_is_offered_at_the_third_meeting_since_a_provider_said_it_felt_like_a_test():
    cycle = told("recovery")
    flag = ConcernFlag.objects.get(award__lot__cycle=cycle)
    assert flag.answer == "vary"
    seen = read(cycle, "concerns/", "LE2")
    assert "feels like a test" in seen
    assert "offered at the third meeting" in seen


def test_s2_keeping_a_home_is_too_early_to_say_in_year_one():
    cycle = told("recovery")
    home = Reading.objects.filter(returned__award__lot__cycle=cycle, measure__indicator__outcome__horizon="long")
    assert home.count() == 18
    assert {one.standing for one in home} == {"too_early"}
    assert "Too early" in read(cycle, "results/", "LE5")


def test_s2_delays_broke_trust_is_a_need_of_the_next_cycle():
    cycle = told("recovery")
    following = cycle.followed_by.get()
    need = Need.objects.get(cycle=following)
    assert need.statement.startswith("Delays broke trust")
    assert DutyRecord.objects.get(cycle=cycle, code="equality").recorded_at is not None


# S3: a city's advice


def test_s3_seven_days_became_thirty_five_with_the_reason():
    cycle = told("advice")
    first, last = ContractShape.objects.filter(cycle=cycle).order_by("version")
    assert (first.days, last.days) == (7, 35)
    seen = read(cycle, "shape/", "Panel 1")
    assert "Thirty-five days let them offer together." in seen


def test_s3_a_challenge_paused_it_for_twelve_days():
    cycle = told("advice")
    challenge = CycleChallenge.objects.get(cycle=cycle)
    assert "notice of the seven days" in read(cycle, "challenges/", "Panel 1")
    assert challenge.resumed_at is not None


def test_s3_four_organisations_share_one_award_and_signed_how():
    cycle = told("advice")
    award = Award.objects.get(lot__cycle=cycle)
    assert award.parties.filter(standing="partner").count() == 3
    signed = Memorandum.objects.get(award=award)
    assert (signed.state, signed.parties.count()) == ("signed", 4)
    seen = read(cycle, "awards/", "Panel 1")
    for name in ("City Advice Network", "Debt Step", "Tenants’ Corner", "Newcomers’ Desk"):
        assert name in seen
    assert set(Commitment.objects.filter(award=award).values_list("first_quarter", flat=True)) == {1, 2}


def test_s3_the_second_quarter_shows_77_of_120_and_3_of_6():
    cycle = told("advice")
    seen = read(cycle, "results/", "Panel 1")
    assert "77 of 120" in seen
    letters = Reading.objects.get(returned__award__lot__cycle=cycle, returned__quarter=2, measure__text__startswith="Sampled letters")
    assert (letters.part, letters.whole, letters.standing) == (77, 120, "partly")
    languages = Reading.objects.get(returned__award__lot__cycle=cycle, returned__quarter=2, measure__text__startswith="Languages")
    assert (languages.value, languages.measure.target, languages.standing) == (3, 6, "partly")


def test_s3_anybody_reads_a_years_progress():
    cycle = told("advice")
    assert ProgressYear.objects.get(cycle=cycle).year == 1
    answer = Client().get(f"/open/{cycle.slug}/progress/")
    assert answer.status_code == 200
    assert "77 of 120" in words_of(answer)


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize(("hour", "minute"), [(23, 58), (0, 3)])
def test_a_demonstration_can_be_loaded_late_at_night_and_just_after_midnight(name, hour, minute):
    at = timezone.localtime().replace(hour=hour, minute=minute) - timedelta(days=1)
    cycle, new = scenarios.load(name, now=at)
    assert new
    assert cycle.participants.exists()


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_loading_all_of_them_posts_nothing_and_ends_with_how_to_enter(capsys, settings):
    settings.LONG_WORK_IN_THREADS = False  # all of it is done when this returns
    start._load_demo()
    assert Cycle.objects.filter(invented=True).count() > len(scenarios.NAMES)
    assert Letter.objects.exists(), "there were letters to post"
    assert not mail.outbox
    assert "As a citizen with no account:" in capsys.readouterr().out.splitlines()[-2]
