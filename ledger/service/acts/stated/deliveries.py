"""A copy handed over: it is that of the whole unit and period, made once more from the log."""

from ledger.aggregates.delivery import HandedOver
from ledger.kernel.act import Act
from ledger.rules.periods import parse_period
from ledger.rules.time import occ_date
from ledger.service.acts.holding import Stated
from ledger.service.exports.copies import require_copy
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft


def of(act: Act) -> bool:
    """Tell whether an act hands a copy over."""
    return isinstance(act.event, HandedOver)


def require(ledger: Ledger, draft: Draft) -> None:
    """Make the copy again and compare: a narrower one cannot be handed over.

    Raises: OtherCopy, DatedBefore; as ``make_copy``, CopyBusy while another is made.
    """
    handed = draft.act.event
    assert isinstance(handed, HandedOver), "as ``of`` tells"
    require_copy(
        ledger,
        handed.unit,
        parse_period(handed.period),
        size=handed.size,
        root=handed.root,
        package=handed.package,
        day=occ_date(draft.act.occ),
    )


stated = Stated(of=of, require=require)
