"""What may be claimed for taking part, and what it comes to, in pounds (PY-02). Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from commissioning.sentences import Sentence as _

PENNY = Decimal("0.01")
MOST_HOURS = Decimal(40)
MOST_EXPENSES = Decimal(500)
MOST_PAID = Decimal(5000)
WAITING, APPROVED, DECLINED, PAID = "waiting", "approved", "declined", "paid"
STEPS: dict[str, tuple[str, ...]] = {WAITING: (APPROVED, DECLINED), APPROVED: (PAID, DECLINED), DECLINED: (), PAID: ()}


def is_amount(value: Decimal) -> bool:
    """Whether a number can be an amount at all: finite and in whole hundredths."""
    return value.is_finite() and value == value.quantize(PENNY)


def comes_to(hours: Decimal, rate: Decimal | None, expenses: Decimal) -> Decimal:
    """What a claim comes to in pounds, rounded to a penny; where no rate is set, only its expenses."""
    return (hours * (rate or Decimal(0)) + expenses).quantize(PENNY, ROUND_HALF_UP)


def why_not_claim(*, hours: Decimal, expenses: Decimal, expenses_for: str, asked: Decimal, already: str, came: bool) -> _ | None:
    """Whether somebody may claim this. `asked` is the time the workshop asked for; `already` the state of an earlier claim."""
    if not came:
        return _("You can claim for a workshop after you have taken part in it.")
    if already:
        return _("You have claimed for this workshop already. One claim is enough: it is not paid twice.")
    if not (hours.is_finite() and expenses.is_finite()) or abs(hours) > 10**6 or abs(expenses) > 10**6:
        return _("Write hours and pounds as plain numbers, such as 2.5 and 4.60.")
    if hours < 0 or expenses < 0:
        return _("Hours and pounds cannot be less than nothing.")
    if not (is_amount(hours) and is_amount(expenses)):
        return _("Use no more than two digits after the point, such as 2.25 hours or 4.60 pounds.")
    if not hours and not expenses:
        return _("Say how many hours, or what you paid for. There is nothing to claim yet.")
    most = min(MOST_HOURS, max(asked * 3, Decimal(8)))
    if hours > most:
        return _(
            "That is {n} hours. This workshop asked for {asked}, and up to {most} can be claimed here.", n=hours, asked=asked, most=most
        )
    return _why_not_expenses(expenses, expenses_for)


def _why_not_expenses(expenses: Decimal, expenses_for: str) -> _ | None:
    if expenses > MOST_EXPENSES:
        return _("Up to £{most} of expenses can be claimed here. For more, talk to the person who invited you.", most=MOST_EXPENSES)
    if expenses and not expenses_for.strip():
        return _("Say what the expenses were for, such as a bus fare or childcare.")
    return None


def why_not_move(*, now_in: str, to: str, mine: bool, reason: str, amount: Decimal | None) -> _ | None:
    """Whether a claim may go on to this state, by whom, with which reason and amount."""
    if to not in STEPS.get(now_in, ()):
        return _("This claim has been dealt with already, or is not approved yet. Look again.")
    if mine:
        return _("Somebody else must decide on your own claim.")
    if to == DECLINED and not reason.strip():
        return _("Say why the claim is declined. The person will read your reason.")
    if to == APPROVED and amount is None:
        return _("Write the amount to pay in pounds, such as 37.50.")
    if to == APPROVED and amount is not None and not (amount.is_finite() and 0 < amount <= MOST_PAID and is_amount(amount)):
        return _("Write the amount to pay in pounds, such as 37.50. It must be more than nothing and at most £{most}.", most=MOST_PAID)
    return None


def unpaid_hours(given: Mapping[int, Decimal], paid: Mapping[int, Decimal], groups: Mapping[int, str]) -> dict[str, Decimal]:
    """Hours people gave without pay, by group: what each gave less what each is or will be paid for (PY-04)."""
    found: dict[str, Decimal] = {}
    for person, hours in given.items():
        group = groups[person]
        found[group] = found.get(group, Decimal(0)) + max(hours - paid.get(person, Decimal(0)), Decimal(0))
    return found
