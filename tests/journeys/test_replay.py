"""A real workshop of a London public service, played again through the running server at sixty times its pace."""

import json
import os
from pathlib import Path

import pytest

from tests.stack import ROOT

LONDON = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "conversations" / "london.youth.policing"


@pytest.mark.full
@pytest.mark.skipif(not LONDON.exists(), reason=f"the conversation is not at {LONDON}; set SHARED_DATA to its folder")
def test_the_london_workshop_at_sixty_times_its_pace_loses_nothing(server):
    done = server.manage("replay_conversation", str(LONDON), "--url", server.urls[1], "--speed", "60", check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["sent"] == said["acknowledged"] > 600
    assert (said["lost"], said["duplicated"]) == (0, 0)
