"""Heads published: the entry by which the log commits to all that its streams hold.

A machine states the root over the heads of all streams of the first ``size`` entries
(``ledger.entry.heads``), so that a package of some entries can prove that no more belong to them.
Whether the root is the right one follows from the entries alone and is no rule: submit and audit
compute it. Who may publish is judged by ``ledger.aggregates.log``.
"""

from typing import Annotated, Final

from msgspec import Meta

from ledger.entry.heads import PUBLISHED
from ledger.entry.ids import DIGEST
from ledger.kernel.act import Tag
from ledger.kernel.event import Event, event

HEADS: Final = Tag("log:heads")
"""Tag of the publications. They change nothing a rule reads, so they do not bear the log's own."""

Count = Annotated[int, Meta(ge=1)]


@event(PUBLISHED, zh="公布各流末条摘要", en="Heads of all streams published")
class LogHeadsPublished(Event, frozen=True, kw_only=True):
    """State the root over the heads of all streams of the first ``size`` entries."""

    size: Count
    streams: Count
    root: Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]
