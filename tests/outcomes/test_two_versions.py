"""Two versions of a specification beside each other: also what is asked of bidders, how it is scored and what is looked at."""

from commissioning import hearing_back
from outcomes import adopting, specifying
from tests.outcomes.test_line import agreement  # noqa: F401 (a fixture)
from tests.outcomes.test_specification import at, lead, words_of, written  # noqa: F401 (two fixtures)


def test_criteria_shares_and_measures_are_compared_word_by_word_too(room, written, lead):  # noqa: F811
    version = specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    asked = {"id": 1, "code": "C1", "question": "How will you reach young carers?", "how_question": "", "good": "", "share": "10.00"}
    look = {"id": 4, "code": "M4", "text": "Places filled", "form": "count", "every": 1, "target": "6", "unit": "places", "hours": "1.0"}
    shares = {"price": "60", "quality": "30", "social_value": "10", "reason": "It is local"}
    version.content |= {"criteria": [asked], "monitoring": [look], "weighting": shares}
    version.save()
    specifying.reopen(written, reason="More", by=room.town.lead, now=room.town.now)
    second = specifying.sign_off(written, by=room.town.lead, now=room.town.now)
    new = {"id": 2, "code": "C2", "question": "What is special?", "share": "5.00"}
    second.content |= {"criteria": [asked | {"question": "How will you reach carers?"}, new], "monitoring": [look | {"every": 4}]}
    second.content |= {"weighting": shares | {"price": "50", "social_value": "20"}}
    second.save()
    answer = lead.get(at(room, "compare/?old=v1&new=v2"))
    page = answer.content.decode()
    assert "4 things are different." in words_of(answer)
    assert "removed: young end of change" in words_of(answer)
    for words in ("Criterion C1", "Criterion C2", "Measure M4", "What is special?", "Social value:"):
        assert words in page, words
    assert "removed: quarter end of change added: year" in words_of(answer)
    assert "removed: 10% end of change added: 20%" in words_of(answer)
    assert "0 things are different." in words_of(lead.get(at(room, "compare/?old=v2&new=v2")))
    back = lead.get(at(room, "compare/?old=v2&new=v1")).content.decode()
    assert "Taken out" in back.split("Criterion C2")[1][:120]


def test_ps_07_a_framework_opened_again_tells_everybody_once_that_what_clauses_cite_may_change(room, written, lead, posted):  # noqa: F811
    cat, town = room.citizens[0], room.town
    hearing_back.choose(cat, wants=True, form="screen", email="cat@example.org", now=town.now)
    specifying.sign_off(written, by=town.lead, now=town.now)
    told = {"act": "reopen", "reason": "New evidence from the survey"}
    page = f"/cycles/{town.cycle.slug}/framework/"
    mails = [mail for mail in posted(lambda: lead.post(page, told)) if mail.to == ["cat@example.org"]]
    assert len(mails) == 1
    assert "The specification is open again. The reason: New evidence from the survey" in mails[0].body
    assert posted(lambda: lead.post(page, told)) == [], "open already"
    written.refresh_from_db()
    assert written.state == "draft"
    adopting.freeze(adopting.framework_of(town.cycle), by=town.lead, now=town.now)
    mails = posted(lambda: lead.post(page, told))
    assert "The framework is open again. The reason: New evidence" in next(m for m in mails if m.to == ["cat@example.org"]).body
