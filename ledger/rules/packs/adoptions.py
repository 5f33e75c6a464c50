"""Which pack is in force where and when (docs/packs.md).

A pack is adopted by a joint act of at least two persons, for a unit and all below it, from a day
on. In force is the latest adoption to have taken effect, for the nearest unit upwards, whose day
has come by the signer's clock. Reading the adopted bytes is the book's business.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final, assert_never, cast

import msgspec

from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Date, Digest, Event, PackRef, event
from ledger.kernel.facts import Facts
from ledger.rules import joint
from ledger.rules.genesis import LOG, log_of
from ledger.rules.joint import Joint
from ledger.rules.time import local_date, parse_date
from ledger.rules.units import asks_chain, chain

ADOPTIONS: Final = Tag("pack:adoption")
"""Tag of all ``pack.*`` acts."""
LEAST_PERSONS: Final = 2
"""A pack is the rule itself, so one founder alone adopts none, whatever the threshold."""


class PackDigest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pack and the digest of its bytes (SHA-256, base64url)."""

    pack: PackRef
    digest: Digest


@event("pack.adoption_proposed.v1", zh="提议采用规则包", en="Pack adoption proposed")
class PackAdoptionProposed(Event, frozen=True, kw_only=True):
    """Propose to adopt a pack, over those it extends, for ``unit`` (None: the whole log)."""

    pack: PackRef
    digest: Digest
    extends: tuple[PackDigest, ...]
    effective_from: Date


@event("pack.approved.v1", zh="批准采用规则包", en="Pack adoption approved")
class PackApproved(Event, frozen=True, kw_only=True):
    """Approve the adoption of a pack."""

    approves: Digest


PackEvent = PackAdoptionProposed | PackApproved


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """A pack in effect: the digest of its bytes, and those it extends.

    ``index`` is the log index it took effect at, None while its last approval is not sequenced.
    """

    pack: str
    digest: str
    extends: tuple[PackDigest, ...]
    unit: str | None
    effective_from: date
    index: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedAdoption:
    """A proposed adoption and the signatures behind it."""

    event: PackAdoptionProposed
    effective_from: date
    joint: Joint


def step(proposals: tuple[ProposedAdoption, ...], act: Act) -> tuple[ProposedAdoption, ...]:
    """Fold one act about packs."""
    happened = cast(PackEvent, act.event)
    match happened:
        case PackAdoptionProposed():
            day = parse_date(happened.effective_from)
            new = ProposedAdoption(event=happened, effective_from=day, joint=joint.propose(act))
            return (*proposals, new)
        case PackApproved():
            return tuple(_approved(proposal, act) for proposal in proposals)
        case _:
            assert_never(happened)


def _approved(proposal: ProposedAdoption, act: Act) -> ProposedAdoption:
    if proposal.joint.digest != act.event.approves:
        return proposal
    return replace(proposal, joint=joint.approve(proposal.joint, act))


def fold(acts: tuple[Act, ...]) -> tuple[ProposedAdoption, ...]:
    """Return all proposed adoptions, in log order."""
    proposals: tuple[ProposedAdoption, ...] = ()
    for act in acts:
        proposals = step(proposals, act)
    return proposals


def needed(facts: Facts) -> int:
    """Return how many persons an adoption needs; ``LOG`` must have been asked.

    Raises:
        NoGenesis: the log has not been founded.
    """
    return max(LEAST_PERSONS, log_of(facts).threshold)


def adoptions(facts: Facts) -> tuple[Adoption, ...]:
    """Return the adoptions that have taken effect, whatever their day, in order of effect.

    Raises:
        NoGenesis: the log has not been founded.
    """
    return facts.fold(ADOPTIONS, _effective(needed(facts)))


@cache
def _effective(persons: int) -> Callable[[tuple[Act, ...]], tuple[Adoption, ...]]:
    # Cached, so that one function per threshold lets the answer remember what it made.
    def effective(acts: tuple[Act, ...]) -> tuple[Adoption, ...]:
        found = [_adoption(each, persons) for each in fold(acts) if each.joint.reached(persons)]
        # What is not sequenced yet will have the highest index.
        return tuple(sorted(found, key=lambda each: (each.index is None, each.index)))

    return effective


def _adoption(proposal: ProposedAdoption, persons: int) -> Adoption:
    return Adoption(
        pack=proposal.event.pack,
        digest=proposal.event.digest,
        extends=proposal.event.extends,
        unit=proposal.event.unit,
        effective_from=proposal.effective_from,
        index=proposal.joint.effect(persons),
    )


def asks_adoption(unit: str | None, facts: Facts) -> tuple[Tag, ...]:
    """Return the tags ``adoption_in_force`` reads; ask again until nothing is new."""
    return (ADOPTIONS, LOG, *(() if unit is None else asks_chain(unit, facts)))


def adoption_in_force(facts: Facts, unit: str | None, iat: int) -> Adoption | None:
    """Return the adoption in force for ``unit`` at ``iat`` (Unix seconds), None if there is none.

    Raises:
        NoGenesis: the log has not been founded.
        BadClock: ``iat`` is out of range.
    """
    return adoption_on(facts, unit, local_date(iat))


def adoption_on(facts: Facts, unit: str | None, day: date) -> Adoption | None:
    """Return the pack in force for ``unit`` on a day, None if there is none. Raises: NoGenesis."""
    begun = [adoption for adoption in adoptions(facts) if adoption.effective_from <= day]
    newest = {adoption.unit: adoption for adoption in begun}
    above = () if unit is None else chain(facts, unit, day)
    return next((newest[place] for place in (*above, None) if place in newest), None)
