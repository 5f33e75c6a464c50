"""What a volunteer's minutes amount to: stars, and which of five vests she wears.

Stars begin at their minutes; the black vest only beyond its own. A volunteer of exactly 100.00
hours has a star and no black vest. Minutes are those posted; which purpose makes up the greater
part is asked of the months before the day.
"""

from collections import Counter
from datetime import date

from ledger.aggregates.account.events import Standing
from ledger.aggregates.account.state import AccountState
from ledger.rules.calendars import add_months
from ledger.rules.kinds.account import AccountKind, Vest
from ledger.rules.periods import FIRST_YEAR


def standing_of(kind: AccountKind, state: AccountState, on: date) -> Standing | None:
    """Return a volunteer's standing on a day; None for accounts whose kind knows none."""
    if kind.black_over is None:
        return None
    base: Vest = "yellow" if state.category == "staff" else "red"
    served = _served(kind, state, on)
    # Shown is black before the colour of service before the base; none erases another.
    black: tuple[Vest, ...] = ("black",) if state.balance > kind.black_over else ()
    joined = any(kind.colours.get(purpose or "") == served for _, purpose in state.teams)
    shown: Vest = served if served is not None and joined else base
    return Standing(
        stars=sum(state.balance >= minutes for minutes in kind.stars),
        vest=black[0] if black else shown,
        vests=(*black, *((served,) if served else ()), base),
    )


def _served(kind: AccountKind, state: AccountState, on: date) -> Vest | None:
    """Return the vest of the purpose of more than half the minutes in the window, if one has."""
    since = add_months(on, -kind.window_months) if on.year > FIRST_YEAR else date.min
    minutes: Counter[str] = Counter()
    for item in state.items:
        if item.standing == "posted" and since < item.day <= on:
            minutes[item.purpose] += item.amount
    total = minutes.total()
    for purpose, vest in kind.colours.items():
        if 2 * minutes[purpose] > total:
            return vest
    return None
