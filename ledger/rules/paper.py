"""Transcribed paper (代录): an entry typed from a paper original, and what it may claim by that.

Most committee members sign on paper, and one clerk types. The clerk signs the entry as her own act,
in her own post: a transcription gives nobody's authority and frees from no rule. It says publicly
that it is one, and which office-holders signed the paper; where the paper lies, the digest of its
scan and the names written on it are sealed. Each of those office-holders confirms it later with her
own key, or disputes it (aggregate ``paper``). Coverage B-13, ADR 0030.

Not handled: reading a scan; whether the paper says what was typed.
"""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ledger.entry.ids import ID
from ledger.errors import NotAuthorised, RuleViolation
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Digest, Event, Paper, PersonRef, Transcribed
from ledger.kernel.facts import Facts
from ledger.rules.persons import actor_tag, verify_actor
from ledger.rules.texts import Line, sealable

KEPT_BY_OTHERS: Final = frozenset({"custodial", "device"})
"""Where a key lies that proves no more than the word of whoever keeps it."""
StreamOf = Annotated[
    str, Meta(pattern=rf"\A(?!key/|pack/|log/|paper/)[a-z][a-z0-9_]{{0,63}}/{ID}\Z")
]


class NotFromPaper(RuleViolation):
    """Acts of this kind are signed by whoever does them."""

    code = "paper.own_key_only"
    zh = "此类行为（{aggregate}）须由本人用自己的密钥签署，不能代录。"
    en = "Acts of this kind ({aggregate}) are signed with one's own key, never typed from paper."


class OwnName(NotAuthorised):
    """The clerk is among those in whose name she types."""

    code = "paper.own_name"
    zh = "代录人不能列为纸质原件的签名人之一。本人的行为请直接签署。"
    en = "Whoever types cannot be one of those who signed the paper. Sign what is your own act."


class PersonsDisorder(RuleViolation):
    """The persons are not each named once, in order."""

    code = "paper.persons"
    zh = "纸质原件的签名人须逐一列出、不重复、按编号排序。请重新拟制。"
    en = "Those who signed the paper are listed once each, in order. Prepare it anew."


class NoTranscriber(NotAuthorised):
    """A device types nothing from paper."""

    code = "paper.no_person"
    zh = "代录须由经办人本人签署，不能由设备签署。"
    en = "A person types from paper and signs for it, never a device."


class Original(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper original as typed: where it lies, the digest of its scan, who signed it.

    ``persons`` are office-holders of this log; ``names`` is what else is written there.
    """

    box: Line
    number: Line
    scan: Digest | None = None
    names: Line | None = None
    persons: Annotated[tuple[PersonRef, ...], Meta(max_length=16)] = ()

    @property
    def mark(self) -> Transcribed:
        """What the entry says of it publicly."""
        return Transcribed(persons=tuple(sorted(set(self.persons))))

    def sealed(self) -> Paper:
        """Return what the entry seals of it. Raises: BadText, TextBlank."""
        return Paper(
            box=sealable("box", self.box),
            number=sealable("number", self.number),
            scan=self.scan,
            names=sealable("names", self.names),
        )


class PaperAnswer(Event, frozen=True, kw_only=True):
    """What one who signed the paper says of the entry ``approves``, which stands in ``of``."""

    of: StreamOf
    approves: Digest


def asks(event: Event) -> Iterator[Tag]:
    """Yield the tags ``check`` reads."""
    if event.transcribed is not None:
        yield from map(actor_tag, event.transcribed.persons)


def check(act: Act, facts: Facts, *, allowed: bool) -> None:
    """Hold what an act says of its paper original; ``allowed`` if its aggregate takes any.

    Raises:
        NotFromPaper, NoTranscriber: it may be no transcription.
        PersonsDisorder, OwnName: who signed the paper is not said as it must be.
        ActorUnknown: one of them was never registered.
    """
    paper = act.event.transcribed
    if paper is None:
        return
    if not allowed:
        raise NotFromPaper(aggregate=act.aggregate)
    if not act.actor.startswith("person/"):
        raise NoTranscriber
    if list(paper.persons) != sorted(set(paper.persons)):
        raise PersonsDisorder
    if act.actor in paper.persons:
        raise OwnName
    for person in paper.persons:
        verify_actor(facts, person)
