"""Four authorities together, through the screens: a star on the provider's form, a return that never came, two carers hidden."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.looking_over import look_over_small_and_large

pytestmark = pytest.mark.once

RECOVERY = """
from django.utils import timezone
from outcomes import scenarios
from outcomes.models import Award
cycle = scenarios.load("recovery", now=timezone.now())[0]
print(cycle.slug, Award.objects.get(lot__cycle=cycle, lot__number=1).pk)
"""


def test_s2_a_star_a_missing_return_and_what_is_hidden(server, browse):
    cycle, award = server.manage("shell", "-v0", "-c", RECOVERY).stdout.split()[-2:]
    provider = browse("laptop", "Marta Lind")
    provider.goto(f"/cycles/{cycle}/awards/{award}/quarters/5/fill/")
    expect(provider.get_by_text("offered at the third meeting").first).to_be_visible()
    look_over_small_and_large(provider)
    lived = browse("phone", "LE2")
    lived.goto(f"/cycles/{cycle}/returns/")
    expect(lived.get_by_text("No return").first).to_be_visible()
    look_over_small_and_large(lived)
    lived.goto(f"/cycles/{cycle}/results/")
    expect(lived.get_by_text(re.compile("Too early")).first).to_be_visible()
    look_over_small_and_large(lived)
    lived.goto(f"/cycles/{cycle}/voices/")
    expect(lived.locator("main")).to_contain_text("6 of 10 who answered")
    expect(lived.locator("main")).not_to_contain_text(re.compile(r"Carers[^.]*\d of 2"))
    look_over_small_and_large(lived)
    lived.goto(f"/cycles/{cycle}/concerns/")
    expect(lived.locator("main")).to_contain_text("feels like a test")
    look_over_small_and_large(lived)
    lived.goto(f"/cycles/{cycle}/reviews/")
    look_over_small_and_large(lived)
