"""What the demonstration's providers sent back each quarter. Lot 2 sent nothing for quarter 3, and that shows."""

from dataclasses import dataclass, field
from decimal import Decimal

from outcomes.return_rules import Resource


@dataclass(frozen=True)
class Sent:
    """One return: readings by the number of the measure, stories, hours, what was put in beside the money, and the reviewer’s note."""

    readings: dict[int, dict[str, str]]
    hours: str = "3"
    stories: dict[int, tuple[str, ...]] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    note: str = ""


def _evenings(safe: tuple[int, int], evenings: str, weeks: str, panel: str, how: tuple[str, str, str]) -> dict[int, dict[str, str]]:
    """A return of lot 1: measures M1, M2, M6 and M9."""
    one, two, nine = how
    return {
        1: {"part": str(safe[0]), "whole": str(safe[1]), "standing": one, "words": "Asked by young people on a tablet at the door."},
        2: {"value": evenings, "standing": two, "words": "Fridays are the fullest."},
        9: {"value": weeks, "standing": nine, "words": "Two people left, and nobody could be found for months."},
        6: {"words": panel, "standing": "met"},
    }


# lot, quarter
RETURNS = {
    (1, 1): Sent(
        _evenings((48, 68), "3", "9", "The panel met twice. It moved the open evening from Tuesday to Friday.", ("met", "partly", "not")),
        note="The wait is what worries us. We talk about it at the next meeting.",
    ),
    (2, 2): Sent(
        {
            3: {"part": "20", "whole": "31", "standing": "partly", "words": "Eleven have no adult they chose yet."},
            5: {"part": "4", "whole": "9", "standing": "partly", "words": "Four are still there. Two are still looking."},
            7: {"value": "1", "standing": "partly", "words": "The first place: sound and light at Saltmarsh."},
        },
    ),
    (1, 2): Sent(
        _evenings((57, 76), "4", "8", "The panel asked for food on Fridays. There is food on Fridays.", ("met", "met", "not")),
        resources=(
            Resource("volunteers", Decimal(22), "people", "Adults from the list of the CVS"),
            Resource("gifts", Decimal(3100), "pounds", "A kitchen for Friday evenings"),
        ),
        note="Four evenings, as promised.",
    ),
    (1, 3): Sent(
        _evenings((66, 84), "4", "8", "The panel wrote the rules of the door, and took two out again.", ("met", "met", "not")),
    ),
    (2, 4): Sent(
        {
            3: {"part": "31", "whole": "38", "standing": "met", "words": "Young people asked each other."},
            4: {"part": "33", "whole": "60", "standing": "partly", "words": "Asked in three languages at the school gate."},
            5: {"part": "7", "whole": "12", "standing": "met", "words": "Seven of twelve are still there."},
            7: {"value": "3", "standing": "partly", "words": "Three of six places are filled, by people who volunteered here."},
        },
        stories={
            3: (
                "I was out of school for seven weeks. Kit rang every Monday. On the day I went back he stood at the gate.",
                "She did not ask what I had done. She asked what I wanted to eat. I still tell her things.",
            )
        },
        note="The return for quarter 3 never came. We ask about the library at the review.",
    ),
    (1, 4): Sent(
        _evenings((71, 88), "5", "7", "The panel chose who runs the evenings next year.", ("met", "met", "not")),
    ),
}
