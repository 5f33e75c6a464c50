"""Adopting packs: proposed by one registrar, approved by others (docs/packs.md).

Stream ``pack/<id>@<version>``. The bytes must lie on the shelf, or no audit could judge by them.
A version names one set of bytes for good: ``pub.basis`` cites it without the digest. What the
bytes say is the pack loader's business.
"""

from collections.abc import Iterator
from typing import ClassVar, assert_never, cast

from ledger.errors import MalformedError, RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Date, Digest, PackRef, UnitRef
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules.authority import require_role, require_unit
from ledger.rules.genesis import LOG
from ledger.rules.joint import ProposalUnknown, verify_approval, verify_person
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import (
    ADOPTIONS,
    PackAdoptionProposed,
    PackApproved,
    PackDigest,
    PackEvent,
    ProposedAdoption,
    needed,
)
from ledger.rules.packs.book import book_of
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import parse_date

State = tuple[ProposedAdoption, ...]


class NotStreamsPack(MalformedError):
    """The stream is not named by the pack."""

    code = "pack.not_streams"
    zh = "包名与流编号不一致。请用 <id>@<version> 作为流编号。"
    en = "The stream is not named by this pack. Name it <id>@<version>."


class OtherBytes(RuleViolation):
    """The version was adopted with other bytes."""

    code = "pack.other_bytes"
    zh = "{pack} 已以不同内容生效，同一版本的内容不能更改。请换用新的版本号。"
    en = "{pack} is in effect with other bytes, and a version never changes. Give it a new version."


class AdoptPack(Command, frozen=True, kw_only=True):
    """Propose to adopt a rule pack, for a unit and all below it or else for the whole ledger."""

    name: ClassVar[str] = "pack.adopt"
    zh: ClassVar[str] = "提议采用规则包"
    en: ClassVar[str] = "Adopt"
    pack: PackRef
    digest: Digest
    effective_from: Date
    extends: tuple[PackDigest, ...] = ()
    unit: UnitRef | None = None


class ApprovePack(Command, frozen=True, kw_only=True):
    """Approve a rule pack that another registrar proposed."""

    name: ClassVar[str] = "pack.approve"
    zh: ClassVar[str] = "批准采用规则包"
    en: ClassVar[str] = "Approve"
    approves: Digest


PackCommand = AdoptPack | ApprovePack


def decide(state: State, command: PackCommand, _: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command.

    Raises:
        ProposalUnknown: nothing to approve.
    """
    match command:
        case AdoptPack():
            return (Proposed(stream=f"pack/{command.pack}", event=_proposal(command)),)
        case ApprovePack():
            proposal = _proposed(state, command.approves)
            approved = PackApproved(approves=command.approves, unit=proposal.event.unit)
            return (Proposed(stream=f"pack/{proposal.event.pack}", event=approved),)
        case _:
            assert_never(command)


def _proposal(command: AdoptPack) -> PackAdoptionProposed:
    return PackAdoptionProposed(
        pack=command.pack,
        digest=command.digest,
        extends=command.extends,
        unit=command.unit,
        effective_from=command.effective_from,
    )


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of adoptions.

    Raises:
        RoleNotAllowed, PersonNeeded, UnitDiffers: not hers to do.
        NotStreamsPack, BadDate, NotFound, PackInvalid, OtherBytes: a proposal that may not be.
        ProposalUnknown, OwnProposal, ApprovedTwice, AlreadyEffective: an approval that may not.
    """
    require_role(act, REGISTRAR)
    event = cast(PackEvent, act.event)
    match event:
        case PackAdoptionProposed():
            _check_proposal(event, act, facts)
        case PackApproved():
            proposal = _proposed(state, event.approves)
            require_unit(act, proposal.event.unit)
            verify_approval(proposal.joint, act, needed(facts))
            _check_bytes(proposal.event, facts)
        case _:
            assert_never(event)


def _check_proposal(event: PackAdoptionProposed, act: Act, facts: Facts) -> None:
    verify_person(act)
    if act.stream != f"pack/{event.pack}":
        raise NotStreamsPack
    parse_date(event.effective_from)
    _check_bytes(event, facts)
    # An adopted pack nobody can read would stop every case of its unit.
    book_of(event, facts.shelf)


def _check_bytes(event: PackAdoptionProposed, facts: Facts) -> None:
    known = {
        pack: digest
        for adoption in adoptions.adoptions(facts)
        for pack, digest in _named(adoption.pack, adoption.digest, adoption.extends)
    }
    for pack, digest in _named(event.pack, event.digest, event.extends):
        if known.setdefault(pack, digest) != digest:
            raise OtherBytes(pack=pack)


def _named(pack: str, digest: str, extends: tuple[PackDigest, ...]) -> tuple[tuple[str, str], ...]:
    return ((pack, digest), *((each.pack, each.digest) for each in extends))


def _proposed(state: State, digest: str) -> ProposedAdoption:
    for proposal in state:
        if proposal.joint.digest == digest:
            return proposal
    raise ProposalUnknown


def asks(_: State, __: Command | Act, ___: Facts) -> Iterator[Tag]:
    """Yield the tags of all adoptions and of the log's threshold."""
    yield ADOPTIONS
    yield LOG


def tags(_: Act) -> Iterator[Tag]:
    """Yield the tag of all adoptions."""
    yield ADOPTIONS


NAMING = Naming(
    zh="规则包",
    en="Pack",
    about="Rule packs",
    members={
        "extends": Name("所依据的规则包", "Packs it extends"),
    },
)

aggregate = Aggregate[State](
    name="pack",
    naming=NAMING,
    initial=(),
    events=(PackAdoptionProposed, PackApproved),
    commands=(AdoptPack, ApprovePack),
    decide=decide,
    check=check,
    evolve=adoptions.step,
    asks=asks,
    tags=tags,
    from_paper=False,
)
