"""How fast one change reaches every socket, beside the plain library and beside the design everybody uses."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.lines import Line, at_share
from bench.socket_load import Load
from bench.stage import Server, Stage

ROUNDS = 3  # windows in turn for each side, so that whatever else the machine does falls on both


@dataclass
class Window:
    """One stretch of pushes back to back."""

    per_second: float  # deliveries
    cpu: float  # microseconds of server processor time for each delivery
    weight: float  # bytes for each delivery
    p95: float  # milliseconds until everybody had a change, with two changes under way
    client_share: float  # of one core
    unfinished: int


def saturate(server: Server, load: Load, seconds: float, window: int = 2) -> Window:
    """Keep the server pushing for some seconds."""
    before = server.cpu()
    got: dict[str, Any] = load.ask("drive", door=server.door_port, seconds=seconds, window=window)
    cpu = server.cpu() - before
    frames = max(1, got["frames"])
    return Window(
        got["frames"] / got["seconds"],
        cpu / frames * 1e6,
        got["bytes"] / frames,
        at_share(got["took"], 0.95) * 1e3,
        got["client_cpu"],
        got["unfinished"],
    )


def in_turn(sides: list[tuple[Server, Load]], seconds: float, rounds: int = ROUNDS) -> list[list[Window]]:
    """Saturate each side in turn, several times; the windows of each side."""
    for server, load in sides:
        saturate(server, load, min(0.5, seconds))
    rows = [[saturate(server, load, seconds) for server, load in sides] for _ in range(rounds)]
    return [list(side) for side in zip(*rows, strict=True)]


def typical(windows: list[Window], what: str) -> float:
    """The median of one figure."""
    return median(getattr(w, what) for w in windows)


def measure(stage: Stage) -> None:
    """Fan-out at each size beside plain broadcast; at the middle one beside stock channels; cost by size."""
    made = stage.made()
    cost: dict[int, tuple[float, float]] = {}
    for count in stage.sizes(200, 300, 1_000, 3_000):
        room, plain = stage.room(made), stage.broadcast()
        sides = [(room, stage.load(room, made.token_paths(count))), (plain, stage.load(plain, ["/"]))]
        for __, load in sides:
            load.connect(count)
        ours, theirs = in_turn(sides, stage.seconds(1.5))
        cost[count] = typical(ours, "cpu"), typical(theirs, "cpu")
        if count not in stage.sizes(300):
            _beside_broadcast(stage, count, ours, theirs)
        if count in stage.sizes(1_000):
            _beside_channels(stage, made, count, sides[0])
        stage.clear()
    few, many = stage.sizes(300, 3_000)
    _by_size(stage, few, many, cost)
    _many_rooms(stage, made, many, cost[many][0])


def _by_size(stage: Stage, few: int, many: int, cost: dict[int, tuple[float, float]]) -> None:
    (small, plain_small), (large, plain_large) = cost[few], cost[many]
    beside = f"{small:.1f} µs at {few:,}; broadcast {plain_small:.1f} → {plain_large:.1f}"
    name = f"server CPU a delivery, {many:,} sockets"
    stage.report.add(Line(name, f"{large:.1f} µs", beside, large / small, ("<=", 1.3)))


def _beside_broadcast(stage: Stage, count: int, ours: list[Window], theirs: list[Window]) -> None:
    rate, yard = typical(ours, "per_second"), typical(theirs, "per_second")
    ratio = median(a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True))
    figure = f"{rate:,.0f} deliveries/s, {typical(ours, 'cpu'):.1f} µs each"
    beside = f"websockets broadcast {yard:,.0f}/s, {typical(theirs, 'cpu'):.1f} µs"
    detail = {"ours": [w.__dict__ for w in ours], "broadcast": [w.__dict__ for w in theirs]}
    target = None if count in stage.sizes(200) else (">=", 0.8)
    stage.report.add(Line(f"fan-out to {count:,} sockets", figure, beside, ratio, target, detail))
    shares = f"{typical(ours, 'client_share'):.0%} of a core with ours, {typical(theirs, 'client_share'):.0%} with broadcast"
    stage.report.add(Line("  the load client's own share", shares))
    lost = sum(w.unfinished for w in ours)
    if lost:
        stage.report.add(Line("  changes that did not reach everybody", str(lost), ratio=lost, target=("==", 0)))


def _beside_channels(stage: Stage, made: Any, count: int, ours: tuple[Server, Load]) -> None:
    try:
        stock = stage.channels(made)
    except FileNotFoundError as absent:
        stage.report.missing("fan-out beside stock channels", str(absent))
        return
    load = stage.load(stock, ["/member/"])
    load.connect(count)
    mine, theirs = in_turn([ours, (stock, load)], stage.seconds(3), rounds=2)
    rate, yard = typical(mine, "per_second"), typical(theirs, "per_second")
    beside = f"channels, Valkey pub/sub {yard:,.0f}/s, {typical(theirs, 'cpu'):.0f} µs"
    figure = f"{rate:,.0f} deliveries/s, {typical(mine, 'cpu'):.1f} µs each"
    stage.report.add(Line(f"fan-out to {count:,} sockets, stock channels", figure, beside, rate / yard, (">=", 10)))


def _many_rooms(stage: Stage, made: Any, many: int, one_room: float) -> None:
    rooms = max(1, many // 30)
    server = stage.room(made)
    load = stage.load(server, made.token_paths(many, rooms=rooms))
    load.connect(many)
    [windows] = in_turn([(server, load)], stage.seconds(1.5), rounds=2)
    cpu = typical(windows, "cpu")
    stage.report.add(
        Line(
            f"CPU a delivery, {rooms} rooms of 30",
            f"{cpu:.1f} µs",
            f"{one_room:.1f} µs in one room of {many:,}",
            cpu / one_room,
            ("<=", 2),
        )
    )
    stage.clear()
