"""Of a signed review: the log is as long as the range it states, which no rule can know."""

from ledger.aggregates.review import RangeOutOfPlace, Signed
from ledger.kernel.act import Act
from ledger.service.acts.holding import Stated
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft


def of(act: Act) -> bool:
    """Tell whether an act signs a review."""
    return isinstance(act.event, Signed)


def require(ledger: Ledger, draft: Draft) -> None:
    """Refuse a review of entries that are not there. Raises: RangeOutOfPlace."""
    signed = draft.act.event
    assert isinstance(signed, Signed), "as ``of`` tells"
    if signed.size > ledger.recorder.head().size:
        raise RangeOutOfPlace(start=signed.start)


stated = Stated(of=of, require=require)
