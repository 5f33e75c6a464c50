"""What acts state of the home itself, held to it before they are sequenced.

Rules are pure and know no files, no roots, no length of the log. Where an act states something of
these, a module of ``ledger.service.acts.stated`` declares one ``stated``: of which acts, and how
they are held to it. It may take long, and is made of judged acts alone: nobody who may not do the
act has the ledger work for it.
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
