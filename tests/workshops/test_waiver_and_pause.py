"""Two walks through the pages: a waiver at the gate, and the twelve days of a challenge (INV-08, INV-23)."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from commissioning.models import Cycle
from tests.commissioning.test_duties import WAIVER
from tests.commissioning.test_duties import sent as duty
from tests.workshops.test_procurement import at, contested, set_day


def test_inv_08_the_gate_opens_with_a_waiver_that_names_its_duty_with_facts(town):
    """Through the pages: refused without the record, refused without facts, open with both, and read by everybody."""
    lead = town.client(town.lead)
    assert lead.post(at(town, "duties/"), {"kind": "services", "value": 420_000}).status_code == 302
    for code in ("s1-3-a", "s1-7"):
        assert lead.post(at(town, f"duties/{code}/"), duty(code)).status_code == 302
    refused = set_day(town)
    assert refused.status_code == 409
    assert "How the way we buy could help" in refused.content.decode(), "the duty that is missing is named"
    address = lead.get(at(town, "waiver/")).headers["Location"]
    assert lead.post(address, duty("s1-8") | WAIVER | {"part-facts": ""}).status_code == 409
    assert lead.post(address, duty("s1-8") | WAIVER | {"covers": []}).status_code == 409
    assert set_day(town).status_code == 409, "what was refused stands in the place of nothing"
    assert lead.post(address, duty("s1-8") | WAIVER).status_code == 302
    assert set_day(town).status_code == 302
    Cycle.objects.update(public_at=town.now)
    for reader in (town.client(town.join("Cat")), Client()):
        seen = reader.get(address).content.decode()
        assert "went bankrupt on 3 November" in seen
        assert "How the way we buy could help" in seen


def test_inv_23_twelve_days_after_a_challenge_talk_goes_on_when_somebody_says_so(room, posted, monkeypatch):
    """Through the pages: paused, still paused on the twelfth day until an officer says what came of it, and open again."""
    town, lead, cat = room.town, room.town.client(room.town.lead), room.town.client(room.citizens[0])
    assert posted(lambda: lead.post(at(town, "challenges/"), contested(12)))
    knock_again = {"why": "Unclear", "term": "Outcome", "key": "a"}
    assert cat.post(at(town, "vocabulary/"), knock_again).status_code == 409
    twelve = timezone.now() + timedelta(days=12)
    monkeypatch.setattr("django.utils.timezone.now", lambda: twelve)
    assert cat.post(at(town, "vocabulary/"), knock_again).status_code == 409, "a day in the calendar ends no challenge"
    assert lead.post(at(town, "challenges/"), {"act": "resume", "resume-reason": ""}).status_code == 422
    over = {"act": "resume", "resume-reason": "The window was made longer, to 35 days."}
    mails = posted(lambda: lead.post(at(town, "challenges/"), over))
    assert any("The window was made longer" in mail.body for mail in mails)
    assert "The window was made longer" in cat.get(at(town, "challenges/")).content.decode()
    assert cat.post(at(town, "vocabulary/"), knock_again).status_code == 302
    assert "paused" not in cat.get(at(town)).content.decode()
