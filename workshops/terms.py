"""What an invitation must say before anybody is asked to come, and when people are reminded. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from commissioning.sentences import Sentence as _

ABSENT: dict[str, _] = {
    "procurement": _("Nobody from procurement is invited. Ask them early: they can say which ways of buying fit."),
    "finance": _("Nobody from finance is invited. Ask them early: they can say what money there is."),
    "department": _("No other department is invited. Other services often meet the same people."),
}
PROVIDERS = ("current_provider", "potential_bidder")
# What people write for "nothing is paid" without saying why, in both languages, once its marks are gone.
NO_PAYMENT = frozenset(
    {"", "none", "no", "nothing", "nil", "0", "£0", "n/a", "na", "none because", "none, because", "no, because", "nothing, because"}
    | {"dim", "dim byd", "dim oherwydd", "dim, oherwydd", "na, oherwydd", "dim byd, oherwydd"}
)


def plain_number(n: Decimal) -> str:
    """A number without the noughts nobody says: 2.5, 2, 10."""
    return f"{n.normalize():f}" if n else "0"


def time_asked(hours: Decimal, parts: int) -> _:
    """How much time a workshop asks for, as people say it (VS-01)."""
    said = plain_number(hours)
    if hours == 1:
        return _("about 1 hour in {parts} parts", parts=parts) if parts > 1 else _("about 1 hour")
    return _("about {n} hours in {parts} parts", n=said, parts=parts) if parts > 1 else _("about {n} hours", n=said)


def why_not_invite(*, payment_line: str, bidding_rule: str, hours: Decimal, over: bool) -> _ | None:
    """Whether anybody may be invited: never without the payment line, the rule on bidding and the time it takes (PY-01, FS-04)."""
    if over:
        return _("This workshop is over, so nobody can be invited to it.")
    words = payment_line.strip().lower().rstrip(" .…,:;-")
    if not payment_line.strip():
        return _('Say what people are paid for taking part, or "none, because". No invitation goes out without it.')
    if words in NO_PAYMENT:
        return _('If there is no payment, say why: "none, because …". No invitation goes out without it.')
    if not bidding_rule.strip():
        return _("Say what taking part means for bidding. No invitation goes out without it.")
    if hours <= 0:
        return _("Say how many hours you ask for. No invitation goes out without it.")
    return None


def why_not_change_bidding(*, provider_joined: bool, reason: str) -> _ | None:
    """Whether the rule on bidding may change: once a provider has joined, never without telling them why (FS-04)."""
    if provider_joined and not reason.strip():
        return _("A provider has joined under the old rule. Say why it changes: everybody who joined is told, with your reason.")
    return None


def absent(capacities: Collection[str]) -> list[_]:
    """The parts of the authority that nobody was invited from: advice, never a lock (WS-13)."""
    return [sentence for code, sentence in ABSENT.items() if code not in capacities]


@dataclass(frozen=True)
class Moment:
    """A time before something at which people are reminded once."""

    code: str
    before: timedelta


MEETING = (Moment("two-days", timedelta(days=2)), Moment("two-hours", timedelta(hours=2)))
CLOSING = (Moment("last-day", timedelta(days=1)),)
UNANSWERED_AFTER = timedelta(days=3)  # since the dates were proposed


def due(moments: tuple[Moment, ...], event: datetime | None, told_at: datetime, now: datetime) -> Moment | None:
    """The reminder to send now, if any: the latest that has come, not one that passed before the person was told."""
    if event is None or now >= event:
        return None
    come = [moment for moment in moments if told_at <= event - moment.before <= now]
    return min(come, key=lambda moment: moment.before) if come else None
