"""What the acts of a case have made of it, as far as its rules read it. Never sealed values."""

from datetime import date

import msgspec

from ledger.rules.clocks import Running


class OrderClaim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A volunteer's claim of an order: her account, and who signed for it."""

    account: str
    by: str


class CaseState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A case; ``kind`` is "" before it is received.

    ``received`` is the day that occurred, ``imported`` tells that an import took it in.
    ``handlers`` are all persons who were made to handle it or did, in order of first; ``handler``
    the present one. ``verifiers`` and ``callers`` likewise. ``deciders`` refused or verified it;
    ``barred`` are those among them since it was last reopened, who may not decide it again.
    ``verified`` holds since it was last resolved, ``answered`` since it was last reopened or failed
    verification. Of an order: ``issuers`` offered it, ``claims`` stand.
    """

    kind: str = ""
    received: date | None = None
    imported: bool = False
    unit: str = ""
    state: str = ""
    open: bool = False
    route: str | None = None
    handler: str | None = None
    handlers: tuple[str, ...] = ()
    verified: bool = False
    verifiers: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    answered: bool = False
    reassigned: int = 0
    reopened: int = 0
    clocks: tuple[Running, ...] = ()
    issuers: tuple[str, ...] = ()
    claims: tuple[OrderClaim, ...] = ()
    last: str = ""

    @property
    def begun(self) -> bool:
        """Whether the case has been received."""
        return bool(self.kind)
