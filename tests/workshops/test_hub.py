"""The hub: one drawing for each audience, the newest state only for slow readers, and nothing lost stays lost."""

import asyncio

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate

from tests.stack import run_beside
from workshops import hub as hub_module
from workshops import regions
from workshops.frames import Frame
from workshops.hub import Hub, Room, Socket


class Reader:
    """A browser end that can stop reading."""

    def __init__(self):
        self.got, self.free = [], asyncio.Event()
        self.free.set()

    async def send(self, message):
        await self.free.wait()
        self.got.append(message["text"])


def socket_for(reader, audience="participant"):
    return Socket(audience, None, reader.send)


def test_a_reader_that_keeps_up_gets_everything_at_once():
    async def story():
        reader = Reader()
        socket = socket_for(reader)
        for n in range(3):
            socket.offer(Frame(str(n)), 0)
        assert reader.got == ["0", "1", "2"], "no task and no waiting for a reader that is ready"

    run_beside(story())


def test_a_stuck_reader_holds_one_frame_and_gets_the_newest():
    async def story():
        stuck, quick = Reader(), Reader()
        stuck.free.clear()
        slow, fast = socket_for(stuck), socket_for(quick)
        for n in range(50):
            for socket in (slow, fast):
                socket.offer(Frame(str(n)), float(n))
            await asyncio.sleep(0)
        assert len(quick.got) == 50, "the others go on at full speed"
        assert slow.is_stuck(40.0)
        assert not fast.is_stuck(1e9)
        stuck.free.set()
        await asyncio.sleep(0.01)
        assert stuck.got == ["0", "49"]
        assert not slow.is_stuck(1e9)

    run_beside(story())


def test_a_browser_that_went_away_disturbs_nobody():
    async def story():
        async def gone(message):
            raise RuntimeError("closed")

        Socket("participant", None, gone).offer(Frame("x"), 0)

    run_beside(story())


@pytest.fixture
def room(monkeypatch):
    drawn = []

    def draw(workshop, names, audience):
        drawn.append((frozenset(names), audience))
        return len(drawn), "".join(sorted(names))

    monkeypatch.setattr(hub_module.regions, "render", draw)
    made = Room(1, Hub())
    made.drawn = drawn
    return made


def test_a_burst_is_drawn_once_for_each_audience_and_the_last_state_goes_out(room):
    async def story():
        readers = [Reader() for _ in range(30)]
        for number, reader in enumerate(readers):
            socket = socket_for(reader, regions.AUDIENCES[number % 2])
            room.sockets[socket.audience].add(socket)
        for n in range(100):
            room.hear([f"ballot-{n}"], [])
        await asyncio.sleep(0.1)
        room.hear(["last"], [])
        await asyncio.sleep(0.6)
        assert len(room.drawn) <= 6, "a hundred changes are one push and its follow-up, once for each of two audiences"
        assert {audience for _, audience in room.drawn} == {"participant", "facilitator"}
        assert all("last" in reader.got[-1] for reader in readers)

    run_beside(story())


def test_each_language_is_drawn_once_and_only_where_somebody_reads_it(room):
    async def story():
        readers = {language: [Reader() for _ in range(5)] for language in regions.LANGUAGES}
        for language, group in readers.items():
            for reader in group:
                socket = socket_for(reader, regions.audience_in(regions.PARTICIPANT, language))
                room.sockets[socket.audience].add(socket)
        left = socket_for(Reader(), regions.audience_in(regions.SCREEN, "cy"))
        room.sockets[left.audience].add(left)
        room.sockets[left.audience].discard(left)
        room.hear(["idea-1"], [])
        await asyncio.sleep(0.1)
        assert sorted(audience for _, audience in room.drawn) == ["participant/cy", "participant/en-gb"]
        assert room.hub.renders == 2
        assert all(len(reader.got) == 1 for group in readers.values() for reader in group)

    run_beside(story())


def test_an_announcement_that_never_came_is_noticed_and_the_room_redrawn(room, monkeypatch):
    monkeypatch.setattr(hub_module.regions, "all_names", lambda workshop: ["everything"])
    monkeypatch.setattr(hub_module.regions, "open_ballot_names", lambda workshop: ["turnout"])

    async def story():
        reader = Reader()
        room.sockets["participant"].add(socket_for(reader))
        room.acts = 4
        room.hear(["a"], [6])  # the fifth was lost
        await room._redraw_what_was_lost(6, 0)
        assert not any("everything" in names for names, _ in room.drawn), "it may still be on its way"
        await room._redraw_what_was_lost(6, 0)
        await asyncio.sleep(0.4)
        assert any("everything" in names for names, _ in room.drawn)
        room.drawn.clear()
        room.hear(["b"], [8])
        room.hear(["c"], [7])  # late, out of order: nothing is missing
        await room._redraw_what_was_lost(8, 3)
        await room._redraw_what_was_lost(8, 3)
        await asyncio.sleep(0.4)
        assert not any("everything" in names for names, _ in room.drawn)
        assert any("turnout" in names for names, _ in room.drawn), "votes came in, so turnout is drawn again"

    run_beside(story())


@pytest.mark.parametrize("text", ["x", "<p>" + "a" * 300, "é" * 500, "<li>word</li>" * 900, "y" * 70_000])
def test_frames_are_what_the_standard_says(text):
    from websockets.frames import Frame as Standard
    from websockets.streams import StreamReader

    for raw, extensions in ((Frame(text).plain, []), (Frame(text).compressed, [PerMessageDeflate(True, True, 15, 15)])):
        reader = StreamReader()
        reader.feed_data(raw)
        steps = Standard.parse(reader.read_exact, mask=False, max_size=1_000_000, extensions=extensions)
        try:
            while True:
                next(steps)
        except StopIteration as done:
            assert bytes(done.value.data).decode() == text


def test_compressing_once_saves_most_of_the_bytes():
    frame = Frame('<section class="tl-card tl-proposal" id="proposal-1"><p class="tl-voice">Citizens</p></section>' * 20)
    assert len(frame.compressed) < 0.3 * len(frame.plain)
