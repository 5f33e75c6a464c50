"""Orders: their confirmation and the hours it gives, as one submission by one hand.

The confirmation says what each account is given; each account's own entry books it. The rules of
both are the aggregates'; that they come together is here, since neither may import the other.
"""

from collections.abc import Sequence

from ledger.aggregates.account.commands import CreditOrder
from ledger.aggregates.case.commands import Confirm
from ledger.aggregates.case.state import CaseState
from ledger.kernel.aggregate import Command
from ledger.service.ledger import Ledger


def together(ledger: Ledger, command: Command) -> Sequence[Command]:
    """Return a command with those that belong into one submission with it; mostly itself alone."""
    if not isinstance(command, Confirm) or command.stream is None:
        return (command,)
    state: CaseState = ledger.known.stream(command.stream).state
    accounts = command.accounts or tuple(claim.account for claim in state.claims)
    credited = [
        CreditOrder(stream=account, order=command.stream, occ=command.occ)
        for account in dict.fromkeys(accounts)
    ]
    return (command, *credited)
