"""What an act is about that names it by a number or a digest alone, for whoever is to sign it.

Asked once the act was judged: who may sign it reads what is sealed of its subject, and nobody else.
"""

import msgspec

from ledger.aggregates.account.commands import Confirm, Post, Reject, Reverse
from ledger.aggregates.account.events import Claimed
from ledger.aggregates.account.state import AccountState, Item
from ledger.aggregates.delivery import Acknowledge, Delivery
from ledger.aggregates.disclosure_item.commands import Approve, Publish, Return, Review
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.aggregates.paper import Confirm as ConfirmPaper
from ledger.aggregates.paper import Dispute as DisputePaper
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Command
from ledger.service.forms.by_proxy import since
from ledger.service.ledger import Ledger
from ledger.service.reading.entries import Shown as Entry
from ledger.service.reading.entries import entry_at
from ledger.service.reading.readable import Opened, read_by_signer, readable


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The item of an account that an act is about, and what its claim sealed."""

    account: AccountState
    item: Item
    opened: list[Opened]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The version of a disclosure item that an act is about, and what it says."""

    state: ItemState
    act: Act
    opened: list[Opened]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The entry typed from paper that an answer is about, as one who signed the paper reads it."""

    entry: Entry
    opened: list[Opened]


def typed_of(ledger: Ledger, command: Command) -> Typed | None:
    """Return the entry an answer that was just judged is about: she is named on its paper."""
    if not isinstance(command, ConfirmPaper | DisputePaper):
        return None
    act = next(act for act in since(ledger, command.of, 0) if act.digest == command.entry)
    index = act.index or 0
    return Typed(entry=entry_at(ledger, index)[0], opened=read_by_signer(ledger, index))


def subject_of(ledger: Ledger, command: Command) -> Subject | None:
    """Return the item a command that was just judged names, read by whoever may sign it."""
    if not isinstance(command, Confirm | Reject | Post | Reverse) or command.stream is None:
        return None
    account: AccountState = ledger.known.stream(command.stream).state
    item = account.item(command.item)
    if item is None:
        return None
    claim = _claim_of(ledger, command.stream, item.number)
    opened = readable(ledger, command.stream, {command.name}, lambda act: act.index == claim)
    return Subject(account=account, item=item, opened=opened)


def version_of(ledger: Ledger, command: Command) -> Version | None:
    """Return the version a command that was just judged is about, read by whoever may sign it."""
    if not isinstance(command, Review | Return | Approve | Publish) or command.stream is None:
        return None
    state: ItemState = ledger.known.stream(command.stream).state
    act = next(act for act in since(ledger, command.stream, 0) if act.digest == state.draft)
    opened = readable(ledger, command.stream, {command.name}, lambda each: each.index == act.index)
    return Version(state=state, act=act, opened=opened)


def copy_of(ledger: Ledger, command: Command) -> Delivery | None:
    """Return the copy that an acknowledgement that was just judged names by its digest."""
    if not isinstance(command, Acknowledge) or command.stream is None:
        return None
    found: Delivery | None = ledger.known.stream(command.stream).state
    return found


def _claim_of(ledger: Ledger, stream: str, number: int) -> int | None:
    """Return the log index of the entry that claimed an item."""
    for act in since(ledger, stream, 0):
        if isinstance(act.event, Claimed) and act.event.item == number:
            return act.index
    return None
