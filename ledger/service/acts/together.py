"""Commands that bring others with them into one submission by one hand.

The confirmation of an order says what each account is given, and each account's own entry books
it. A merger dissolves one unit, and those under it come under the other. A case merged hands itself
over, the other takes it up, and only then it ends. The rules of each are the aggregates'; that they
come together is here, since a command decides its own stream alone.
"""

from collections.abc import Sequence

from ledger.aggregates.account.commands import CreditOrder
from ledger.aggregates.case.commands import Confirm
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.case.steering.commands import Absorb, ConcludeMerge, Merge
from ledger.aggregates.unit import ChangeUnit, MergeUnit
from ledger.kernel.aggregate import Command
from ledger.rules.time import parse_date
from ledger.rules.units import unit_at
from ledger.service.directory import units
from ledger.service.ledger import Ledger


def together(ledger: Ledger, command: Command) -> Sequence[Command]:
    """Return a command with those that belong into one submission with it; mostly itself alone.

    Raises:
        BadDate: no such day.
    """
    match command:
        case Confirm(stream=str(stream)):
            return (command, *_credits(ledger, command, stream))
        case MergeUnit(stream=str(stream)):
            return (*_moves(ledger, command, stream), command)
        case Merge(stream=str(stream), into=into, occ=occ):
            absorb = Absorb(stream=into, case=stream, occ=occ)
            return (command, absorb, ConcludeMerge(stream=stream, into=into, occ=occ))
        case _:
            return (command,)


def _credits(ledger: Ledger, command: Confirm, stream: str) -> list[Command]:
    state: CaseState = ledger.known.stream(stream).state
    accounts = command.accounts or tuple(claim.account for claim in state.claims)
    return [
        CreditOrder(stream=account, order=stream, occ=command.occ)
        for account in dict.fromkeys(accounts)
    ]


def _moves(ledger: Ledger, command: MergeUnit, stream: str) -> list[Command]:
    day, known = parse_date(command.effective_from), dict(units(ledger))
    above = known[stream].placed(day).parent if stream in known else None
    under = [
        name
        for name, unit in known.items()
        if (version := unit_at(unit, day)) is not None and version.parent == stream
    ]
    # What takes over may itself lie under the unit that goes: it comes to where that one was.
    found = {name: above if name == command.into else command.into for name in under}
    day_of = command.effective_from
    return [
        ChangeUnit(stream=name, parent=parent, effective_from=day_of, occ=command.occ)
        for name, parent in found.items()
        if parent is not None
    ]
