"""A workshop with people made inside the running server's own database, for tests that come in by the front door only."""

import json

MAKE = """
import itertools, json, os, secrets
os.environ.pop("THROUGHLINE_STACK", None)
from tests import conftest
from workshops.consumers import socket_token
conftest._numbers = itertools.count(secrets.randbelow(10**9))
town = conftest.make_town("Weatherby " + secrets.token_hex(3))
people = [town.join(f"Citizen {n}") for n in range(CITIZENS)]
people += [town.join(f"Provider {n}", "vso", f"Provider {secrets.token_hex(4)}", invited=True) for n in range(VSOS)]
room = town.workshop(*people)
keep = lambda p: dict(pk=p.pk, key=town.keys[p.pk], token=socket_token(room.pk, "participant", p.pk))
print(json.dumps(dict(slug=room.slug, pk=room.pk, cycle=town.cycle.pk, people=[keep(p) for p in people], facilitator=keep(town.facilitator))))
"""

COUNT = """
import json
from commissioning.models import Contribution
from workshops.announcing import revision_of
from workshops.models import *
room = Workshop.objects.get(slug="SLUG")
print(json.dumps(dict(
    revision=revision_of(room.pk),
    said=list(Contribution.objects.filter(place=room.slug).values_list("participant", "kind", "text")),
    ideas=list(Idea.objects.filter(workshop=room).values_list("contribution__text", flat=True)),
    proposals=list(Proposal.objects.filter(workshop=room).values_list("text", flat=True)),
    comments=list(Comment.objects.filter(proposal__workshop=room).values_list("contribution__text", flat=True)),
    casts=list(Cast.objects.filter(workshop=room).values_list("by", "ballot", "key", "choice", "seat__choice")),
)))
"""


def _told(server, script):
    return json.loads(server.manage("shell", "-v0", "-c", script).stdout.strip().splitlines()[-1])


def make_room(server, citizens: int, vsos: int = 0) -> dict:
    """A fresh room in Gather; returns its address, its people with their keys and socket tokens, and its facilitator."""
    return _told(server, MAKE.replace("CITIZENS", str(citizens)).replace("VSOS", str(vsos)))


def count_room(server, slug: str) -> dict:
    """What the database holds of a room."""
    return _told(server, COUNT.replace("SLUG", slug))
