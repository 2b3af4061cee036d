"""How the work together went: asked of every side, counted side by side, answered, and asked again (RV-06, RV-14, ME-09; M-20 to M-38)."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning import answering, convening, hearing_back, history
from commissioning.models import Contribution, Cycle, Meaning
from outcomes import how_it_went, process_reviewing, tasks
from outcomes.how_it_went import Answer
from outcomes.models import Memorandum, ProcessAnswer, ProcessReview, Review
from workshops import pulse


def at(town, rest=""):
    return f"/cycles/{town.cycle.slug}/{rest}"


def of_town(town):
    return town.client(user=town.lead.user)


def main_of(answer):
    """The words on the page, as they are read."""
    inner = answer.content.decode().split("<main")[1].split("</main")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inner).split())


def asked(town):
    return process_reviewing.open_it(town.cycle, by=town.lead, now=town.now)


def send(town, person, moment="close", **values):
    """Somebody answers by their personal link, with no account."""
    return Client().post(f"/asked/{town.keys[person.pk]}/", {"moment": moment, "key": town.key()} | values)


def sides(town, officers=5, vsos=5, users=10):
    return (
        [town.join(f"Off {n}", "commissioner") for n in range(officers)],
        [town.join(f"Vso {n}", "vso", f"Group {n}") for n in range(vsos)],
        [town.join(f"Citizen {n}") for n in range(users)],
    )


def closed(town, process, when):
    """The process review closed and answered on a day that is past, and so is the cycle."""
    ProcessReview.objects.filter(pk=process.pk).update(closed_at=when, answer="We will meet nearer", answered_by=town.lead)
    Cycle.objects.filter(pk=town.cycle.pk).update(state="closed", closed_at=when)


# Asking, answering, closing


def test_rv_06_m_36_every_side_says_how_the_process_went_and_the_results_stand_by_group(town):
    officers, vsos, citizens = sides(town)
    lead = of_town(town)
    assert lead.post(at(town, "process/"), {"act": "open"}).status_code == 302
    assert lead.post(at(town, "process/"), {"act": "open"}).status_code == 302
    assert ProcessReview.objects.count() == 1
    for n, person in enumerate(officers):
        assert send(town, person, **{"M-36": "9" if n else "3"}).status_code == 302
    for person in vsos:
        assert send(town, person, **{"M-36": "4"}).status_code == 302
    for n, person in enumerate(citizens[:8]):
        assert send(town, person, **{"M-36": "8" if n < 6 else "2"}).status_code == 302
    read = main_of(town.client(citizens[0]).get(at(town, "process/")))
    assert "Officers and members : 80% said 7 or more (4 of 5 who answered, of 7 invited; 71% answered)" in read, "the two who lead count"
    assert "Voluntary organisations and providers : 0% said 7 or more (0 of 5 who answered, of 5 invited; 100% answered)" in read
    assert "People who live here : 75% said 7 or more (6 of 8 who answered, of 10 invited; 80% answered)" in read
    assert read.count("Too few to draw conclusions") >= 3
    assert "All together" not in read, "sides are not pooled into one figure that the largest fills"


def test_rv_06_s1_the_felt_level_is_shown_beside_the_promised_one(town):
    asked(town)
    __, vsos, citizens = sides(town)
    for n, person in enumerate(citizens):
        send(town, person, **{"M-06": "4" if n < 8 else "2"})
    for n, person in enumerate(vsos):
        send(town, person, **{"M-06": "4" if n < 4 else "3"})
    read = main_of(town.client(citizens[0]).get(at(town, "process/")))
    assert "People who live here : Promised: co-design. 8 of 10 who answered felt that, or more." in read
    assert "Voluntary organisations and providers : Promised: co-design. 4 of 5 who answered felt that, or more." in read


def test_inv_19_a_side_of_fewer_than_five_is_hidden_and_cannot_be_found_by_subtracting(town):
    asked(town)
    officers, vsos, citizens = sides(town, users=4)
    for person in (*officers, *vsos, *citizens):
        send(town, person, **{"M-36": "9"})
    read = main_of(town.client(citizens[0]).get(at(town, "process/")))
    assert "People who live here : Fewer than five answered, so nothing is shown." in read
    values = [*["officer"] * 5, *["provider"] * 5, *["citizen"] * 4]
    later = [Answer({"citizen": how_it_went.USERS}.get(side, side), "later", {"M-20": "yes"}) for side in values]
    assert how_it_went.results(later, {}, [], date(2026, 1, 1))[0].together is None, "beside the other two it would tell what is hidden"
    assert how_it_went.results(later[:10], {}, [], date(2026, 1, 1))[0].together
    assert "fewer than five 4" in read, "how many were asked is said"


def test_words_become_contributions_under_the_group_and_the_review_closes_when_they_are_answered(town):
    process = asked(town)
    cat = town.join("Cat")
    lead = of_town(town)
    nobody = lead.post(at(town, "process/"), {"act": "close", "answer": "All is well"})
    assert nobody.status_code == 409
    assert "Nobody from outside the authority" in nobody.content.decode()
    key = {"key": "same"}
    for __ in range(2):
        assert send(town, cat, **{"M-36": "3", "process-words": "Meet nearer to us"}, **key).status_code == 302
    said = Contribution.objects.get()
    assert (said.text, said.attribution, said.signature) == ("Meet nearer to us", "group", "A citizen")
    refused = lead.post(at(town, "process/"), {"act": "close", "answer": "All is well"})
    assert refused.status_code == 409
    assert "1 people wrote something" in refused.content.decode()
    with pytest.raises(Exception, match="contributions have no answer"):
        convening.close_cycle(town.cycle, by=town.lead, now=town.now)
    answering.answer([said], status="used", reason="We meet at the library", by=town.lead, now=town.now)
    assert lead.post(at(town, "process/"), {"act": "close", "answer": " "}).status_code == 409
    assert lead.post(at(town, "process/"), {"act": "close", "answer": "We meet nearer"}).status_code == 302
    read = main_of(town.client(cat).get(at(town, "process/")))
    for words in ("Meet nearer to us", "We meet at the library", "We meet nearer"):
        assert words in read
    assert "Cat" not in read
    assert send(town, cat, **{"M-36": "9"}).status_code == 409, "closed"
    process.refresh_from_db()
    assert process.closed_at


def test_the_review_stage_does_not_close_without_its_process_review(town):
    stage = town.cycle.stages.get(code="review")
    lead = of_town(town)
    names = ("returns_in", "findings_answered", "heard_back", "carried_forward")
    answers = {f"yes-{n}": "yes" for n in names} | {f"words-{n}": "So it is" for n in names}
    lead.post(at(town, "stages/review/"), {"act": "answer"} | answers)
    refused = lead.post(at(town, "stages/review/"), {"act": "close"})
    assert refused.status_code == 409
    assert "Everybody was asked how the work together went" in refused.content.decode()
    process = asked(town)
    send(town, town.join("Cat"), **{"M-36": "7"})
    process_reviewing.close(process, answer="Thank you", by=town.lead, now=town.now)
    assert lead.post(at(town, "stages/review/"), {"act": "close"}).status_code == 302
    stage.refresh_from_db()
    assert stage.state == "closed"


def test_no_row_of_an_answer_leads_to_its_writer(town):
    asked(town)
    cat = town.join("Cat")
    send(town, cat, **{"M-36": "3"})
    send(town, cat, **{"M-36": "5"})
    row = ProcessAnswer.objects.get()
    assert row.answers == {"M-36": "5"}, "the last one counts"
    assert str(cat.pk) not in (row.who, str(row.answers))
    assert (row.at.minute, row.at.second) == (0, 0)


@pytest.mark.parametrize(
    "values",
    [{}, {"M-36": "11"}, {"M-36": "-1"}, {"M-36": "nine"}, {"M-06": "7"}, {"M-99": "1"}, {"process-words": " \u202e "}, {"M-20": "yes"}],
)
def test_what_is_no_answer_is_refused(town, values):
    asked(town)
    assert send(town, town.join("Cat"), **values).status_code == 409
    assert not ProcessAnswer.objects.exists()


def test_who_is_asked_and_who_is_not(town, other_town):
    cat = town.join("Cat")
    assert send(town, cat, **{"M-36": "5"}).status_code == 409, "nobody is asked yet"
    asked(town)
    assert send(town, town.facilitator, **{"M-36": "5"}).status_code == 409, "whoever runs the room is on no side"
    assert Client().get("/asked/nonsense/").status_code == 404
    assert other_town.client(other_town.join("Eve")).get(at(town, "process/questions/")).status_code == 404
    assert send(town, cat, "later", **{"M-20": "yes"}).status_code == 409, "not yet"
    assert town.client(cat).post(at(town, "process/"), {"act": "close", "answer": "x"}).status_code == 409
    Cycle.objects.filter(pk=town.cycle.pk).update(paused_until=date(2030, 1, 1))
    assert send(town, cat, **{"M-36": "5"}).status_code == 409
    assert not ProcessAnswer.objects.exists()


def test_m_38_each_side_says_whether_it_understands_what_social_value_means_here(town):
    asked(town)
    cat = town.join("Cat")
    Meaning.objects.create(cycle=town.cycle, number=1, words="People feel they belong", agreed_on=town.now, by=town.lead, at=town.now)
    read = main_of(town.client(cat).get(at(town, "process/questions/")))
    assert "What was agreed here: People feel they belong" in read
    assert "I understand what social value means here." in read
    officers, vsos, __ = sides(town)
    for person in officers:
        send(town, person, **{"M-38": "9"})
    for n, person in enumerate(vsos):
        send(town, person, **{"M-38": "7" if n < 2 else "3"})
    read = main_of(town.client(cat).get(at(town, "process/")))
    assert "Officers and members : 100% said 7 or more" in read
    assert "Voluntary organisations and providers : 40% said 7 or more (2 of 5 who answered, of 5 invited" in read


def test_m_22_both_sides_rate_involvement_at_each_stage_and_the_gap_is_shown(town):
    asked(town)
    officers, vsos, __ = sides(town)
    for n, person in enumerate(officers):
        send(town, person, **{"M-22-plan": "full" if n < 4 else "not"})
    for n, person in enumerate(vsos):
        send(town, person, **{"M-22-plan": "much" if n < 1 else "little"})
    read = main_of(town.client(officers[0]).get(at(town, "process/")))
    assert "Officers see more of it than voluntary organisations do: 60 points apart." in read
    assert "1 of 5 who answered, of 5 invited" in read
    assert "4 of 5 who answered, of 7 invited" in read


def test_m_21_organisations_say_at_which_stage_they_got_better_and_citizens_are_not_asked(town):
    asked(town)
    officers, vsos, citizens = sides(town)
    assert "is your organisation better at this now" not in main_of(town.client(citizens[0]).get(at(town, "process/questions/")))
    assert "is your organisation better at this now" in main_of(town.client(vsos[0]).get(at(town, "process/questions/")))
    for person in vsos:
        send(town, person, **{"M-21-analyse": "better", "M-21-do": "same"})
    send(town, officers[0], **{"M-21-analyse": "worse"})
    read = main_of(town.client(officers[0]).get(at(town, "process/")))
    assert "100% said better (5 of 5 who answered, of 5 invited" in read
    assert "5 of 5 who answered say their organisation is better at one stage or more" in read


# Six months later


def test_rv_14_without_a_beat_one_command_writes_of_reviews_memoranda_and_six_months_later_each_once(town, posted):
    person = town.join("Val", group="vso", organisation="Quay")
    hearing_back.choose(person, wants=True, form="screen", email="val@example.org", now=town.now)
    review = {"quarter": 1, "planned_for": timezone.localdate(), "by": town.lead, "at": town.now}
    Review.objects.create(cycle=town.cycle, number=1, title="Year one", **review)
    soon = timezone.localdate() + timedelta(days=5)
    Memorandum.objects.create(cycle=town.cycle, number=1, title="The quay together", review_on=soon, by=town.lead, at=town.now)
    mails = posted(lambda: call_command("send_letters"))
    bodies = [mail.body for mail in mails if mail.to == [town.lead.user.email]]
    assert sum("“Year one” is due" in body for body in bodies) == 1
    assert sum("“The quay together” is looked at again" in body for body in bodies) == 1
    closed(town, asked(town), timezone.now() - timedelta(days=190))
    mails = posted(lambda: call_command("send_letters"))
    assert any("val@example.org" in mail.to for mail in mails), "the questions six months later"
    assert not posted(lambda: (call_command("send_letters"), tasks.look_back(), tasks.tell_how_far())), "no letter twice"


def answer_later(town, people_, improved, trusting, **more):
    for n, person in enumerate(people_):
        values = {"M-20": "yes" if n in improved else "no", "M-01a": "more" if n in trusting else "same"}
        assert send(town, person, "later", **values, **more).status_code == 302


def test_rv_14_m_20_six_months_after_closing_people_are_asked_again_and_15_of_21_is_below_target(town, posted, settings):
    officers, vsos, citizens = sides(town, officers=10, vsos=16, users=5)
    process = asked(town)
    wrote = [town.join("Abe"), vsos[0]]
    hearing_back.choose(vsos[0], wants=True, form="screen", email="vso@example.org", now=town.now)
    closed(town, process, town.now - timedelta(days=100))
    assert not posted(tasks.look_back), "not before its time"
    assert send(town, vsos[0], "later", **{"M-20": "yes"}).status_code == 409
    wrote[0].withdrawn_at = town.now
    wrote[0].save()
    closed(town, process, town.now - timedelta(days=190))
    letters = posted(tasks.look_back)
    mine = [m for m in letters if "vso@example.org" in m.to]
    assert len(mine) == 1
    assert not posted(tasks.look_back), "each once"
    link = re.search(r"/asked/\S+/", mine[0].body)[0]
    assert "Where are you now?" in main_of(Client().get(link)), "by the link alone, in a closed cycle"
    answering_ = [*officers[:7], *vsos[:9], *citizens]
    for n, person in enumerate(answering_):
        values = {"M-20": "yes" if n < 15 else "no", "M-01a": "more" if n < 17 else "same", "post": "moved" if n < 6 else "still"}
        assert send(town, person, "later", **values).status_code == 302
    read = main_of(of_town(town).get(at(town, "process/")))
    assert "All together: 71% said yes (15 of 21 who answered, of 33 invited; 64% answered). 71% is below the target 80%" in read
    assert "All together: 81% trust more (17 of 21 who answered, of 33 invited; 64% answered). 81% is below the target 90%" in read
    assert "still in role 15, moved 6" in read
    assert "benchmark" not in read


def test_a_figure_that_rounds_to_the_target_is_still_below_it():
    answers = [Answer(how_it_went.PROVIDERS, "later", {"M-20": "yes" if n < 159 else "no"}) for n in range(200)]
    goal = [pulse.Target("M-20", 80, "the 2009 logic model", date(2009, 4, 1))]
    found = how_it_went.results(answers, {"later": {how_it_went.PROVIDERS: 200}}, goal, date(2026, 1, 1))
    assert "79.50% is below" in str(found[0].together and found[0].against_target)
    assert not found[0].few, "two hundred are enough"


def test_m_37_learning_used_is_asked_at_the_close_and_six_months_later(town):
    process = asked(town)
    __, vsos, __ = sides(town, officers=0, users=0)
    for n, person in enumerate(vsos):
        send(town, person, **{"M-37": "intend", "M-37w": f"First words {n}"})
    closed(town, process, town.now - timedelta(days=190))
    for n, person in enumerate(vsos):
        send(town, person, "later", **{"M-37": "done" if n < 3 else "not", "M-37w": f"We keep a list {n}"})
    read = main_of(of_town(town).get(at(town, "process/")))
    assert "0% use it already (0 of 5 who answered" in read
    assert "60% use it already (3 of 5 who answered" in read
    assert "We intend to: 5" in read
    assert "We keep a list 4" in read


def test_fewer_than_five_examples_are_not_shown():
    few = [Answer("user", "later", {"M-20w": f"W{n}"}) for n in range(4)]
    assert how_it_went.quotes(few, "M-20w", "later") == []
    assert len(how_it_went.quotes([*few, few[0]], "M-20w", "later")) == 5


# What the process was worth


def test_me_09_the_report_shows_inclusion_capacity_and_relations_with_their_evidence(town):
    asked(town)
    officers, vsos, citizens = sides(town, users=6)
    town.workshop(*officers[:3], *vsos, *citizens)
    for person in vsos:
        send(town, person, **{"M-37": "done", "M-06": "4"})
    said = history.write(town.cycle, text="Grants were lost", by=vsos[0], now=town.now)
    history.agree_to_share(said, yes=True, by=vsos[0], now=town.now)
    answer = of_town(town).get(at(town, "process/"))
    read = main_of(answer)
    for title in ("Inclusion", "Capacity", "Relations"):
        assert title in read
    assert "Citizens: 6 people from 0 organisations came. It asked 12 hours of them, as planned." in read
    assert "Commissioner side: fewer than five people came, so nothing more is shown." in read
    assert "Voluntary organisations and providers: 5 of 5 who answered use what they learned." in read
    assert "Shared from before: 1 things. Heard by somebody who answers for it: 0." in read
    assert at(town, "attendance/") in answer.content.decode(), "each line leads to where it can be read"


def test_the_page_asks_the_same_however_many_answer(town):
    asked(town)
    __, vsos, __ = sides(town, officers=1, users=1)
    send(town, vsos[0], **{"M-36": "7", "process-words": "Earlier"})
    lead = of_town(town)

    def count():
        lead.get(at(town, "process/"))
        with CaptureQueriesContext(connection) as taken:
            lead.get(at(town, "process/"))
        return len(taken)

    few = count()
    for n in range(30):
        person = town.join(f"More {n}", "vso", f"Another {n}")
        send(town, person, **{"M-36": "7", "process-words": f"Words {n}"})
    assert count() == few
