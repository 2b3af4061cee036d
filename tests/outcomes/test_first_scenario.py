"""The demonstration told to its end, walked as its people read it: by addresses, each seen by somebody who may."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commissioning.models import Contribution, Cycle, Feedback
from outcomes import demonstration
from outcomes.models import Clause, Criterion, Measure, Return
from workshops.models import Proposal, Workshop


@pytest.fixture
def cycle(db):
    return demonstration.load(now=timezone.now())[0]


def read(cycle, who, address) -> str:
    """The words of a page as somebody of the cycle reads them."""
    client = Client()
    client.force_login(cycle.participants.get(user__name=who).user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def page(cycle, name, *more) -> str:
    return reverse(name, args=[cycle.slug, *more])


def test_walk_from_clause_1_1_back_to_a_young_person_and_on_to_what_came_of_it(cycle):
    clause = Clause.objects.get(specification__cycle=cycle, section=1, number=1)
    words = read(cycle, "PC1", page(cycle, "clause_thread", clause.pk))
    assert "There is nothing safe to do in the evening that I can walk to." in words
    assert "YP2" in words
    assert "How will young people decide the programme with you" in words or "C1" in words


def test_walk_a_citizen_sees_that_nothing_came_back_about_the_library(cycle):
    library = Measure.objects.get(cycle=cycle, criterion__number=3)
    assert not library.readings.exists()
    assert not Return.objects.filter(award__lot__number=2, quarter=3).exists()
    assert "No return" in read(cycle, "YP4", page(cycle, "promised_and_shown"))
    assert "The old library on Quay Street is open by month 9" in read(cycle, "YP4", page(cycle, "promised_and_shown"))


def test_walk_the_apprentices_were_contested_and_became_the_words_of_a_criterion(cycle):
    apprentices = Proposal.objects.get(workshop__cycle=cycle, versions__text="Hire four apprentices.")
    asked = Criterion.objects.get(cycle=cycle, proposal=apprentices)
    assert asked.code == "C2"
    words = read(cycle, "YP3", page(cycle, "criterion", asked.number))
    assert "Hire four apprentices." in words
    assert "a way from volunteering into work" in words


def test_walk_twelve_per_cent_with_its_reason_and_what_each_group_advised(cycle):
    words = read(cycle, "Gwen Price", page(cycle, "weighting"))
    assert "12%" in words
    assert "Three criteria each need a measure that costs hours." in words
    assert "20%" in words

    assert "20" in words


def test_walk_each_person_reads_what_became_of_their_idea(cycle):
    used = read(cycle, "YP3", page(cycle, "mine_here"))
    assert "It is now criterion C2. The provider is committed to 6 paid places. 3 are filled so far." in used
    bus = Contribution.objects.get(cycle=cycle, text__startswith="A later evening bus")
    answer = bus.feedback.get()
    assert answer.status == Feedback.Status.NOT_USED
    assert re.search(r"transport contract.*team on \d+ \w+ \d{4}", answer.reason)
    assert answer.reason in read(cycle, "PC4", page(cycle, "mine_here"))


def test_walk_what_the_review_carried_forward_is_a_need_of_the_next_round(cycle):
    following = Cycle.objects.get(follows=cycle)
    need = following.needs.get()
    assert need.statement == "Families still learn about help by accident."
    assert cycle.title in need.earlier_finding
    words = read(cycle, "PC2", page(cycle, "finding", 2))
    assert following.title in words


def test_a_room_is_open_though_the_contract_runs_and_everybody_was_answered(cycle):
    room = Workshop.objects.get(cycle=cycle, title="Help that families can find")
    assert cycle.procurement_from is None
    waiting = (
        Contribution.objects.filter(cycle=cycle).unanswered().exclude(pk__in=Contribution.objects.filter(at__gte=room.starts_at or room.at))
    )
    assert not waiting.exists()
