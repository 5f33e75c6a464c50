"""Of an act that publishes heads: the root it states is that of the log at the size it states."""

from ledger.kernel.act import Act
from ledger.rules.heads import LogHeadsPublished
from ledger.service.acts.holding import Stated
from ledger.service.ledger import Ledger
from ledger.service.upkeep.heads import require_heads
from ledger.store.batch import Draft


def of(act: Act) -> bool:
    """Tell whether an act publishes heads."""
    return isinstance(act.event, LogHeadsPublished)


def require(ledger: Ledger, draft: Draft) -> None:
    """Read every stream for it. Raises: HeadsDiffer."""
    assert isinstance(draft.act.event, LogHeadsPublished), "as ``of`` tells"
    require_heads(ledger, draft.act.event)


# Whoever publishes here has just computed them.
stated = Stated(of=of, require=require, own=False)
