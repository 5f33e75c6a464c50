"""The published types of answers to findings, and the group they seal."""

from typing import Annotated

from msgspec import Meta

from ledger.kernel.event import Code, Digest, Event, Group, UnitRef, event, group
from ledger.rules.answers import ACKNOWLEDGING, DISMISSING

Version = Annotated[int, Meta(ge=1, le=1_000)]
RecordRef = Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,63}/[A-Za-z0-9._@-]+\Z", max_length=128)]


@group("remark", data_class="personal", purpose="supervision", years=10, zh="备注", en="Remark")
class Remark(Group, frozen=True, kw_only=True):
    """What she has to say about the finding."""

    text: str | None = None


class Answer(Event, frozen=True, kw_only=True):
    """An answer to a finding at a unit: by which rule it was found, of which record, which facts.

    ``facts`` is the digest the board ``findings`` shows; ``record`` is none of an absence.
    """

    unit: UnitRef
    kind: Code
    version: Version
    facts: Digest
    record: RecordRef | None = None

    @property
    def named(self) -> tuple[str, str | None]:
        """The kind and record named, which must be those of the facts for it to count."""
        return self.kind, self.record


@event("finding.acknowledged.v1", Remark, zh="受理疑点", en="Acknowledged")
class Acknowledged(Answer, frozen=True, kw_only=True):
    """A member of the committee takes it up; one that was dismissed stands again."""


@event("finding.dismissed.v1", Remark, zh="排除疑点", en="Dismissed")
class Dismissed(Answer, frozen=True, kw_only=True):
    """A member of the committee lays it aside; with a second one it is."""


REASONS: dict[type[Answer], tuple[str, ...]] = {Acknowledged: ACKNOWLEDGING, Dismissed: DISMISSING}
"""The reasons there are for each answer."""
