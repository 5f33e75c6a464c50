"""What acts state about the home itself, checked against it before they are sequenced.

Rules are pure: they see no files, no roots, not how long the log is. Some acts state just such
things: that an uploaded file is what they attach, which root the heads of all streams have. For
each kind of statement a module of ``ledger.service.acts.stated`` declares one ``stated``: which
acts make it, and how it is checked. A check may take long, so only acts that were judged lawful
are checked: whoever may not do an act cannot make the ledger work for it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.service.acts import stated
from ledger.service.acts.front import Steps
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One thing acts state: ``of(act)`` tells which do, ``require`` refuses what is not so.

    ``own`` tells whether acts signed by a key of this process are held to it as well.
    """

    of: Callable[[Act], bool]
    require: Callable[[Ledger, Draft], None]
    own: bool = True


def holding(ledger: Ledger, drafts: Iterable[Draft], *, own: bool = False) -> Steps[None]:
    """Return the steps that hold judged drafts to what they state. Raises: LedgerError."""
    for draft in drafts:
        for each in _declared():
            if each.of(draft.act) and (each.own or not own):
                yield partial(each.require, ledger, draft)


@cache
def _declared() -> Sequence[Stated]:
    # Found on first use: the modules import this one.
    return tuple(declared(stated, "stated"))
