"""Wishes about findings: the event each leads to has the same members."""

from typing import ClassVar

from ledger.aggregates.finding.events import RecordRef, Version
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, Digest, UnitRef
from ledger.rules.texts import Text


class AnswerFinding(Command, frozen=True, kw_only=True):
    """What both commands say: the finding as the board shows it, and why."""

    brought: ClassVar[frozenset[str]] = frozenset({"unit", "kind", "version", "facts", "record"})
    unit: UnitRef
    kind: Code
    version: Version = 1
    facts: Digest
    record: RecordRef | None = None
    reason: Code
    text: Text | None = None


class Acknowledge(AnswerFinding, frozen=True, kw_only=True):
    """Take a finding up, as a member of the supervision committee."""

    name: ClassVar[str] = "finding.acknowledge"
    zh: ClassVar[str] = "受理疑点"
    en: ClassVar[str] = "Acknowledge"


class Dismiss(AnswerFinding, frozen=True, kw_only=True):
    """Lay a finding aside for a reason; it takes two members of the supervision committee."""

    name: ClassVar[str] = "finding.dismiss"
    zh: ClassVar[str] = "排除疑点"
    en: ClassVar[str] = "Dismiss"
