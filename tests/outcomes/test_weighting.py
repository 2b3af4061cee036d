"""The split of the evaluation score between price, quality and social value."""

import pytest

from outcomes.models import Weighting


def test_lg_07_leaving_social_value_out_needs_a_reason_that_vsos_read(town):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/weighting/"
    without = {"price": "40", "quality": "60", "social_value": "0"}
    refused = client.post(address, without)
    assert refused.status_code == 409
    assert "count for nothing" in refused.content.decode()
    assert not Weighting.objects.exists()
    assert client.post(address, without | {"reason": "It is a small repair."}).status_code == 302
    page = town.client(town.join("Small", "vso", "Small")).get(address).content.decode()
    assert "It is a small repair." in page


def test_inv_10_the_three_shares_come_to_a_hundred(town):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/weighting/"
    answer = client.post(address, {"price": "40", "quality": "50", "social_value": "5"})
    assert "These come to 95" in answer.content.decode()
    for bad in ("-1", "101", "9" * 30, "x", "5.5", ""):
        assert client.post(address, {"price": bad, "quality": "50", "social_value": "50"}).status_code == 422
    assert town.client(town.join("Cat")).post(address, {"price": "40", "quality": "50", "social_value": "10"}).status_code == 409
    assert not Weighting.objects.exists()


@pytest.mark.parametrize("times", [1, 2])
def test_sw_06_it_is_called_a_share_of_the_evaluation_score(town, times):
    client, address = town.client(user=town.lead.user), f"/cycles/{town.cycle.slug}/weighting/"
    for _ in range(times):
        client.post(address, {"price": "38", "quality": "50", "social_value": "12", "reason": "Three criteria"})
    assert Weighting.objects.count() == 1, "the same again changes nothing"
    assert "share of the evaluation score" in client.get(address).content.decode()
