"""A quarter's return: filled in as people go, sent, reviewed, changed as a new version, and missed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissioning.models import Minute
from outcomes import evidence, return_looks, returning, reviewing_returns
from outcomes.models import AddedResource, Outcome, Reading, Return
from tests.outcomes.returned import adopted_outcome, contract_of, partner


def measures(contract):
    """The three of the first quarter in the story of the town: a scale, a count, a wait."""
    return (
        contract.measure("Share saying I feel safe here", "scale", baseline=50, target=70, unit="%"),
        contract.measure("Evenings with an open door", "count", baseline=1, target=4, unit="evenings"),
        contract.measure("Median wait", "count", baseline=9, target=4, unit="weeks", direction="down"),
    )


FIRST = {"m1_part": "48", "m1_whole": "68", "m2_value": "3", "m3_value": "9", "m3_words": "Two people left"}


def test_rv_01_a_provider_submits_and_the_officer_sees_every_measure_as_met_partly_not_or_no_data_with_comment(contract):
    safe, evenings, wait = measures(contract)
    heard = contract.measure("Families who name one place", "share", target=60)
    sent = contract.form(safe, evenings, wait, heard, act="send", m4_standing="no_data", m4_words="The survey is in spring", **FIRST)
    answer = contract.fill(sent)
    assert answer.status_code == 302
    page = contract.client(contract.town.lead).get(contract.at("return")).content.decode()
    for words in (
        "48 of 68, 71%",
        "3 evenings",
        "9 weeks",
        "Two people left",
        "The survey is in spring",
        "Met",
        "Partly met",
        "Not met",
        "No data",
    ):
        assert words in page
    found = dict(Reading.objects.values_list("measure__number", "standing"))
    assert found == {1: "met", 2: "partly", 3: "not", 4: "no_data"}
    assert Minute.objects.filter(act="return", what__contains="1 met, 1 partly, 1 not met, 1 without data").exists()


def test_what_cannot_be_read_is_said_beside_its_box_and_the_rest_is_kept(contract):
    safe, evenings, wait = measures(contract)
    wrong = {"m1_part": "70", "m1_whole": "68", "m2_value": "-3", "m3_value": "lots", "m3_words": "Much"}
    answer = contract.fill(contract.form(safe, evenings, wait, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "70 is more than 68. A part cannot be more than the whole." in page
    assert "A figure cannot be below nought." in page
    assert "“lots” is not a number" in page
    assert 'value="70"' in page
    assert 'value="lots"' in page, "nothing typed is lost"
    kept = Reading.objects.get(measure=wait)
    assert (kept.value, kept.words) == (None, "Much")


def test_a_return_is_sent_only_when_every_measure_has_a_reading_or_a_reason_and_the_hours_are_said(contract):
    safe, evenings, wait = measures(contract)
    answer = contract.fill(contract.form(safe, evenings, wait, act="send", m1_part="48", m1_whole="68", m2_standing="no_data"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "These are not finished: M2, M3" in page
    assert "Say why there is no data." in page
    assert Return.objects.get().state == "draft"
    assert contract.fill(contract.form(safe, evenings, wait, act="send", hours="", **FIRST)).status_code == 422
    assert contract.fill(contract.form(safe, evenings, wait, act="send", hours="3", **FIRST)).status_code == 302
    assert contract.fill(contract.form(safe, evenings, wait, act="send", hours="3", **FIRST)).status_code == 409, (
        "two returns for one quarter"
    )
    assert Return.objects.count() == 1


def test_the_provider_may_say_another_standing_with_a_comment(contract):
    safe, evenings, wait = measures(contract)
    sent = contract.form(safe, evenings, wait, act="send", **(FIRST | {"m2_standing": "met"}))
    assert "Say why." in contract.fill(sent).content.decode()
    contract.fill(contract.form(safe, evenings, wait, act="send", **(FIRST | {"m2_standing": "met", "m2_words": "Four in winter"})))
    kept = Reading.objects.get(measure=evenings)
    assert (kept.suggested, kept.standing) == ("partly", "met")


def test_a_return_edited_after_review_is_a_new_version_and_the_old_one_stays(contract):
    safe, evenings, wait = measures(contract)
    first = contract.send({safe: {"part": "48", "whole": "68"}, evenings: {"value": "3"}, wait: {"value": "9"}})
    views = {m.pk: reviewing_returns.View(s) for m, s in ((safe, "met"), (evenings, "partly"), (wait, "not"))}
    reviewing_returns.review(first, views, note="Waits", by=contract.town.lead, now=contract.town.now)
    edit = contract.form(safe, evenings, wait, **(FIRST | {"m2_value": "5"}))
    assert "It can only be changed as a new version, with a reason" in contract.fill(edit).content.decode()
    assert contract.client().post(contract.at("return"), {"act": "change", "reason": " "}).status_code == 409
    assert contract.client().post(contract.at("return"), {"act": "change", "reason": "We counted twice"}).status_code == 302
    assert Return.objects.filter(state="draft").count() == 1
    contract.client().post(contract.at("return"), {"act": "change", "reason": "We counted twice"})
    assert Return.objects.count() == 2, "asked twice, begun once"
    draft = returning.last_of(contract.award, 1)
    sent = contract.form(safe, evenings, wait, act="send", **(FIRST | {"m2_value": "2"})) | {"seen": str(draft.revision)}
    assert contract.fill(sent).status_code == 302
    cat = contract.client(contract.room.citizens[0])
    now, before = (cat.get(contract.at("return") + rest).content.decode() for rest in ("", "?version=1"))
    assert "We counted twice" in now
    assert "2 evenings" in now
    assert "3 evenings" in before
    assert "This is an earlier version" in before
    assert Reading.objects.get(returned=first, measure=evenings).value == 3
    assert [row["printed"] for row in return_looks.progress_of(contract.town.cycle) if row["code"] == "M2"] == ["2 evenings"]


def test_another_version_that_was_begun_can_be_left_while_nothing_in_it_is_changed(contract):
    one = contract.measure()
    contract.send({one: {"value": "3"}})
    assert contract.fill({"act": "discard"}).status_code == 409, "there is no other version"
    begin = {"act": "change", "reason": "We counted twice"}
    contract.client().post(contract.at("return"), begin)
    assert "Leave it as it was" in contract.client().get(contract.at("fill_return")).content.decode()
    assert contract.client(contract.town.lead).post(contract.at("fill_return"), {"act": "discard"}).status_code == 404
    assert contract.fill({"act": "discard"}).status_code == 302
    assert [(r.version, r.state) for r in Return.objects.all()] == [(1, "submitted")]
    assert Reading.objects.get().value == 3
    assert "version 2 is gone" in Minute.objects.latest("pk").what
    contract.client().post(contract.at("return"), begin)
    contract.fill(contract.form(one, m1_value="4"))
    assert "Leave it as it was" not in contract.client().get(contract.at("fill_return")).content.decode()
    refused = contract.fill({"act": "discard"})
    assert refused.status_code == 409
    assert "Something in this version was changed" in refused.content.decode()
    assert Return.objects.count() == 2


def test_a_quarter_outside_the_contract_is_refused_with_a_sentence(contract):
    contract.measure()
    for quarter, status in ((0, 409), (9, 409), (300, 409)):
        answer = contract.client().get(contract.at("fill_return", quarter))
        assert answer.status_code == status
        assert "The contract has 8 quarters" in answer.content.decode()
    with pytest.raises(returning.Refused):
        returning.keep_readings(contract.award, 9, {}, by=contract.val, now=contract.town.now)
    assert not Return.objects.exists()


def test_two_people_of_the_provider_fill_it_in_at_once_and_lose_nothing(contract):
    safe, evenings, wait = measures(contract)
    partner(contract)
    vic = contract.room.vsos[1]
    contract.fill(contract.form(safe, evenings, wait, m1_part="40", m1_whole="68", hours="1"))
    val_page = contract.form(safe, evenings, wait, m1_part="48", m1_whole="68", m2_value="3", hours="1") | {"seen": "2"}
    vic_page = contract.form(safe, evenings, wait, m1_part="40", m1_whole="68", m3_value="9", hours="1") | {"seen": "2"}
    assert contract.fill(val_page).status_code == 302
    answer = contract.fill(vic_page, who=vic)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "48 of 68, 71%" in page, "theirs is shown"
    assert 'value="40"' in page, "mine is still in the box"
    assert dict(Reading.objects.values_list("measure__number", "value")) == {1: None, 2: 3, 3: 9}
    assert Reading.objects.get(measure=safe).part == 48


def test_a_page_saves_as_it_goes_and_says_what_the_figure_suggests(contract):
    safe, evenings, wait = measures(contract)
    sent = contract.form(safe, evenings, wait, m1_part="48", m1_whole="68", hours="")
    answer = contract.client().post(contract.at("fill_return"), sent, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Kept at" in page
    assert "This suggests: Met." in page
    assert f'id="m{safe.pk}-seen" value="1" hx-swap-oob="true"' in page
    wrong = contract.form(safe, evenings, wait, m1_part="80", m1_whole="68")
    assert contract.client().post(contract.at("fill_return"), wrong, headers={"HX-Request": "true"}).status_code == 422
    assert contract.client().get(contract.at("fill_return")).context["parts"][0].reading.whole == 68


def test_rv_05_inv_25_seven_days_after_the_quarter_a_missing_return_is_listed_for_officer_provider_and_contributors(contract):
    promise = contract.commitment()
    contract.measure("The library is open", "count", commitment=promise, criterion=None, target=1)
    for days, there in ((7, False), (8, True)):
        contract.in_quarter(1, days)
        for who in (contract.town.lead, contract.val, contract.room.citizens[0]):
            page = contract.client(who).get(contract.page("returns")).content.decode()
            assert ("no return since" in page) is there, (days, who)
            assert ("K1 The library is open by month 9" in page) is there
    page = contract.client(contract.room.citizens[0]).get(contract.at("return")).content.decode()
    assert "No return since" in page
    assert [cell.quarter for cell in return_looks.overdue_in(contract.town.cycle, timezone.localdate())] == [1]


def test_s1_a_promise_without_return_in_the_third_quarter_is_overdue_alone(contract):
    """C3 of the town's story: the library is looked at from the third quarter, and nothing comes back for it."""
    evenings = contract.measure()
    promise = contract.commitment(first_quarter=3)
    contract.measure("The library is open", "count", commitment=promise, criterion=None, target=1, first_quarter=3)
    contract.in_quarter(3, 10)
    for quarter in (1, 2):
        contract.send({evenings: {"value": "3"}}, quarter, now=timezone.now() - timedelta(days=100 * (3 - quarter)))
    (missing,) = return_looks.overdue_in(contract.town.cycle, timezone.localdate())
    assert missing.quarter == 3
    assert [one.code for one in missing.commitments] == ["K1"]


def test_cy_4_the_exit_question_shows_which_returns_are_in_and_which_are_missing(contract):
    evenings = contract.measure()
    contract.in_quarter(2, 8)
    contract.send({evenings: {"value": "3"}})
    lines = [str(one.text) for one in evidence.of("returns_in", contract.town.cycle)]
    assert lines == ["1 of 2 returns that were due are in, 1 of them late", "No return: Harbour, quarter 2"]
    assert contract.client(contract.town.lead).get(evidence.of("returns_in", contract.town.cycle)[0].url).status_code == 200


def test_rv_12_a_volunteer_count_goes_to_added_resources_and_to_no_outcome(contract):
    safe, evenings, wait = measures(contract)
    sent = contract.form(safe, evenings, wait, act="send", **FIRST)
    sent |= {
        "added-kind": ["volunteers", "gifts"],
        "added-amount": ["22", "3100"],
        "added-unit": ["people", "pounds"],
        "added-words": ["", "Food"],
    }
    assert contract.fill(sent).status_code == 302
    assert {f.name for f in AddedResource._meta.get_fields()} & {"measure", "indicator", "outcome", "reading"} == set()
    page = contract.client(contract.town.lead).get(contract.at("return")).content.decode()
    assert "Added resources, apart from outcomes" in page
    assert "Volunteers: 22 people" in page
    assert "22" not in "".join(row["printed"] for row in return_looks.progress_of(contract.town.cycle))
    bad = contract.form(safe, evenings, wait) | {
        "added-kind": "volunteers",
        "added-amount": "-2",
        "added-unit": "people",
        "added-words": "",
    }
    contract.client().post(contract.at("return"), {"act": "change", "reason": "More"})
    assert "A figure cannot be below nought." in contract.fill(bad).content.decode()


def test_rv_13_each_return_records_hours_and_the_review_shows_them_per_quarter_against_the_plan(contract):
    evenings = contract.measure(hours=Decimal("1.5"))
    contract.in_quarter(2, 3)
    contract.send({evenings: {"value": "3"}}, 1, hours=Decimal("4.5"))
    contract.send({evenings: {"value": "4"}}, 2, hours=Decimal("1.5"))
    page = contract.client(contract.town.lead).get(contract.page("results")).content.decode()
    assert "4.5 hours, 1.5 planned" in page
    assert "more than planned" in page
    assert "1.5 hours, 1.5 planned" in page


def test_me_05_a_long_horizon_indicator_shows_too_early_instead_of_not_met(contract):
    indicator = adopted_outcome(contract.room, "long")[1]
    assert Outcome.objects.get().horizon == "long"
    adult = contract.measure("With a trusted adult", "share", indicator=indicator, criterion=None, baseline=60, target=80)
    contract.in_quarter(5, 3)
    contract.send({adult: {"part": "18", "whole": "38"}}, 1)
    contract.send({adult: {"part": "18", "whole": "38"}}, 5)
    contract.send({adult: {"part": "31", "whole": "38"}}, 2)
    found = dict(Reading.objects.values_list("returned__quarter", "standing"))
    assert found == {1: "too_early", 5: "not", 2: "met"}
    page = contract.client(contract.town.lead).get(contract.at("return")).content.decode()
    assert "Too early to say" in page
    assert "18 of 38, 47%" in page


def test_me_01_an_outcome_with_only_a_story_is_returned_and_reviewed(contract):
    indicator = adopted_outcome(contract.room, "short")[1]
    story = contract.measure("What it changed for somebody", "story", indicator=indicator, criterion=None)
    answer = contract.fill(contract.form(story, act="send", m1_words="She came back every week."))
    assert "Say how it stands" in answer.content.decode(), "no number speaks for a story: a person does"
    contract.fill(contract.form(story, act="send", m1_words="She came back every week.", m1_standing="met"))
    lead = contract.client(contract.town.lead)
    lead.post(contract.at("return"), {"act": "review", "version": "1", f"m{story.pk}-standing": "met", "note": "Well done"})
    assert Return.objects.get().state == "reviewed"
    assert "She came back every week." in contract.client(contract.room.citizens[0]).get(contract.at("return")).content.decode()


def test_an_officer_changes_a_standing_only_with_a_reason_and_rates_where_the_law_asks(contract):
    evenings = contract.measure(baseline=1, target=4)
    contract.send({evenings: {"value": "3"}})
    lead = contract.client(contract.town.lead)
    sent = {"act": "review", "version": "1", f"m{evenings.pk}-standing": "not"}
    assert lead.post(contract.at("return"), sent).status_code == 409
    since = f"{contract.award.starts:%d/%m/%Y}"
    assert (
        lead.post(contract.at("return"), {"act": "ratings", "applies": "yes", "since": since, "because": "Above the value"}).status_code
        == 302
    )
    assert "Approaching target" in lead.get(contract.at("return")).content.decode()
    because = {f"m{evenings.pk}-because": "Two were half evenings"}
    assert "has this rating" in lead.post(contract.at("return"), sent | because | {f"m{evenings.pk}-rating": "improve"}).content.decode()
    rated = {f"m{evenings.pk}-rating": "improve", f"m{evenings.pk}-rating_because": "Short of what was agreed"}
    assert lead.post(contract.at("return"), sent | because | rated).status_code == 302
    page = contract.client().get(contract.at("return")).content.decode()
    assert "Two were half evenings" in page
    assert "Rating: Requires improvement" in page
    assert contract.client().post(contract.at("return"), sent | because | rated).status_code == 409, "a provider does not review itself"


def test_only_people_of_the_provider_or_its_partners_open_the_form(contract):
    contract.measure()
    for who in (contract.town.lead, contract.room.citizens[0], contract.room.vsos[1]):
        assert contract.client(who).get(contract.at("fill_return")).status_code == 404
        assert contract.client(who).post(contract.at("fill_return"), {}).status_code == 404
    partner(contract)
    assert contract.client(contract.room.vsos[1]).get(contract.at("fill_return")).status_code == 200


LIST, FORM, ONE, RESULTS = 7, 11, 12, 11


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_do_not_grow_with_rows(contract, rows):
    told = {contract.measure(f"Measure {n}"): {"value": "1"} for n in range(rows)}
    contract.in_quarter(2, 3)
    contract.send(told, 1)
    returning.keep_readings(contract.award, 2, {m.pk: said for m, said in told.items()}, by=contract.val, now=contract.town.now)
    taken = []
    for who, address in (
        (contract.town.lead, contract.page("returns")),
        (contract.val, contract.at("fill_return", 2)),
        (contract.town.lead, contract.at("return")),
        (contract.town.lead, contract.page("results")),
    ):
        client = contract.client(who)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        taken.append(len(queries))
    assert taken == [LIST, FORM, ONE, RESULTS]


def test_two_lots_each_return_their_own_and_a_measure_of_one_lot_is_not_asked_of_the_other(contract):
    other = contract_of(contract.room)
    mine, all_of_us = contract.measure("Ours", lot=contract.award.lot), contract.measure("Everybody’s")
    due = [m.text for m in return_looks.due_measures(other.award, 1, return_looks.measures_of(contract.town.cycle))]
    assert due == ["Everybody’s"]
    assert {m.pk for m in return_looks.cell_of(contract.award, 1, timezone.localdate()).measures} == {mine.pk, all_of_us.pk}
