"""What the acts of a case have made of it, as far as its rules read it. Never sealed values."""

from datetime import date

import msgspec

from ledger.aggregates.case.mediation.state import Mediation
from ledger.rules.clocks import Running


class OrderClaim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A volunteer's claim of an order: her account, and who signed for it."""

    account: str
    by: str


class Consultation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A joint consultation that was called and not yet held: who was called, who has come."""

    departments: tuple[str, ...]
    reported: tuple[str, ...] = ()

    @property
    def awaited(self) -> tuple[str, ...]:
        """Departments that were called and have not come."""
        return tuple(each for each in self.departments if each not in self.reported)


class CaseState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A case; ``kind`` is "" before it is received.

    ``received`` is the day that occurred, ``imported`` tells that an import took it in.
    ``handlers`` are all persons who were made to handle it or did, in order of first; ``handler``
    the present one. ``verifiers`` and ``callers`` likewise. ``deciders`` refused or verified it;
    ``barred`` are those among them since it was last reopened, who may not decide it again.
    ``verified`` holds since it was last resolved, ``answered`` since it was last reopened or failed
    verification. Of an order: ``issuers`` offered it, ``claims`` stand, ``claimed`` are those and
    all that were given back.

    ``leader`` is in charge of it. While it stands still, ``suspended`` is since when, for the
    reason ``suspended_for``, and ``paused`` are the clocks that do. ``holds`` are cases merged into
    it or split off from it, ``part_of`` the one it went on in or came from. ``mediated_by``
    mediated it before it was reopened. ``last_on`` is the latest day an act of it occurred.

    Persons handed over with a case count as those of the one that took it over.
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
    claimed: tuple[OrderClaim, ...] = ()
    consultation: Consultation | None = None
    leader: str | None = None
    suspended: date | None = None
    suspended_for: str | None = None
    paused: tuple[Running, ...] = ()
    holds: tuple[str, ...] = ()
    part_of: str | None = None
    mediation: Mediation | None = None
    mediated_by: tuple[str, ...] = ()
    last: str = ""
    last_on: date | None = None

    @property
    def begun(self) -> bool:
        """Whether the case has been received."""
        return bool(self.kind)
