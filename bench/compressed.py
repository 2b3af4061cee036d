"""A real card compressed once for everybody, beside the same card plain."""

from bench.fanout import in_turn, typical
from bench.lines import Line
from bench.stage import Stage


def measure(stage: Stage) -> None:
    """Bytes and processor time for each delivery, compressed ÷ plain, of one card and of five."""
    made, [count] = stage.made(), stage.sizes(1_000)
    sides = []
    for deflate in (True, False):
        server = stage.room(made)
        load = stage.load(server, made.token_paths(count), deflate=deflate)
        load.connect(count)
        sides.append((server, load))
    for cards, words in ((1, "one card"), (5, "five cards")):
        sizes = [server.ask("draw", made.workshop, cards) for server, __ in sides]
        pressed, plain = in_turn(sides, stage.seconds(1.5), 2)
        weight, yard = typical(pressed, "weight"), typical(plain, "weight")
        figure = f"{weight:,.0f} bytes of {sizes[0]:,}"
        stage.report.add(Line(f"bytes a delivery, compressed once, {words}", figure, f"plain {yard:,.0f}", weight / yard, ("<=", 0.3)))
        cpu, yard = typical(pressed, "cpu"), typical(plain, "cpu")
        stage.report.add(
            Line(
                f"CPU a delivery, compressed once, {words}",
                f"{cpu:.1f} µs",
                f"plain {yard:.1f} µs",
                cpu / yard,
                ("<=", 1.15),
            )
        )
