"""Joint acts: a proposal and the approvals of other people (ADR 0004).

A proposal ``<aggregate>.<fact>_proposed.v1`` takes effect at the log index of the last signature
it needed: the proposer's is the first, each approval ``<aggregate>.approved.v1`` in the same
stream adds one, by distinct natural persons. How many are needed, in which role they sign and
what the effect is are the rules of each aggregate, not handled here.

Where the effect has a type of its own that readers know, such as the end of a key, its entry is the
last signature: it names the proposal in ``approves`` (``verify_completed``; ADR 0018).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger.errors import NotAuthorised, NotFound, RuleViolation
from ledger.kernel.act import Act
from ledger.kernel.event import Event


class PersonNeeded(NotAuthorised):
    """A device proposes or approves what only people may."""

    code = "joint.person_needed"
    zh = "须由本人提出或批准，设备不能代替。请由在岗人员用本人密钥办理。"
    en = "Only a natural person proposes or approves this, never a device. Let a person sign."


class ProposalUnknown(NotFound):
    """An approval names a proposal this stream does not hold."""

    code = "joint.proposal_unknown"
    zh = "这里没有所指的提议：编号有误，或尚无人提议。请核对编号，从提议处批准。"
    en = "No such proposal was made here. Check the id, and approve from the proposal itself."


class AlreadyEffective(RuleViolation):
    """The proposal has all the signatures it needs."""

    code = "joint.already_effective"
    zh = "该提议已获足够批准并已生效，无需再批准。"
    en = "The proposal has every approval it needs and is in effect; nothing is left to approve."


class OwnProposal(RuleViolation):
    """The proposer approves her own proposal."""

    code = "joint.own_proposal"
    zh = "不能批准自己提出的提议。请由另一位有权人员批准。"
    en = "Nobody approves her own proposal. Let another entitled person approve it."


class ApprovedTwice(RuleViolation):
    """One person approves the same proposal a second time."""

    code = "joint.approved_twice"
    zh = "您已批准过该提议，一人只计一次。请等待其他人批准。"
    en = "You have approved this already, and each person counts once. Wait for the others."


class MoreNeeded(NotAuthorised):
    """An act that needs several people lacks the signatures of others."""

    code = "joint.more_needed"
    zh = "此事须由 {needed} 名登记员联署：请先由一人提议，再由其他登记员批准。"
    en = "This needs the signatures of {needed} registrars: let one propose it and others approve."


class OtherThanProposed(RuleViolation):
    """What completes a proposal says something else than it."""

    code = "joint.other_than_proposed"
    zh = "所填内容与提议不一致。请照提议办理，或另行提议。"
    en = "This says something else than the proposal. Do as proposed, or propose anew."


class Signature(NamedTuple):
    """Who stands behind a proposal, ``at`` which log index (None before sequencing)."""

    person: str
    at: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """A proposal's signatures in log order, the proposer's first; ``digest`` is its JWS's."""

    digest: str | None
    signatures: tuple[Signature, ...]

    def reached(self, needed: int) -> bool:
        """Tell whether ``needed`` (>= 1) persons have signed."""
        return len(self.signatures) >= needed

    def effect(self, needed: int) -> int | None:
        """Return the log index at which it took effect, None while it has not."""
        return self.signatures[needed - 1].at if self.reached(needed) else None

    def signed_by(self, person: str) -> bool:
        """Tell whether this person is among the signatures."""
        return any(signature.person == person for signature in self.signatures)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A proposal as it was made, and the signatures behind it."""

    event: Event
    joint: Joint

    def reached_by(self, person: str, needed: int) -> bool:
        """Tell whether it has ``needed`` signatures once ``person`` has signed too."""
        return len({person, *(signature.person for signature in self.joint.signatures)}) >= needed


def propose(act: Act) -> Joint:
    """Return the joint act a proposal begins."""
    return Joint(digest=act.digest, signatures=(Signature(act.actor, act.index),))


def approve(joint: Joint, act: Act) -> Joint:
    """Return the joint act with one approval more; a person counts once, whatever was recorded."""
    if joint.signed_by(act.actor):
        return joint
    return replace(joint, signatures=(*joint.signatures, Signature(act.actor, act.index)))


def approve_named(proposals: tuple[Proposal, ...], act: Act) -> tuple[Proposal, ...]:
    """Return the proposals, the one that ``act`` approves with its approval."""
    return tuple(
        replace(each, joint=approve(each.joint, act))
        if each.joint.digest == act.event.approves
        else each
        for each in proposals
    )


def named(proposals: tuple[Proposal, ...], digest: str | None) -> Proposal | None:
    """Return the proposal of this digest, None where there is none."""
    found = (each for each in proposals if digest is not None and each.joint.digest == digest)
    return next(found, None)


def verify_completed(proposals: tuple[Proposal, ...], act: Act, needed: int) -> Proposal:
    """Return the proposal that ``act`` names and completes, its own signature counting.

    Raises:
        PersonNeeded: the actor is a device.
        MoreNeeded: it names no proposal of others, or one that lacks further signatures.
    """
    verify_person(act)
    found = named(proposals, act.event.approves)
    if found is None or not found.reached_by(act.actor, needed):
        raise MoreNeeded(needed=needed)
    return found


def verify_person(act: Act) -> None:
    """Refuse a machine's hand in a joint act.

    Raises:
        PersonNeeded: the actor is a device.
    """
    if not act.actor.startswith("person/"):
        raise PersonNeeded


def verify_approval(joint: Joint | None, act: Act, needed: int) -> Joint:
    """Return the proposal that ``act`` approves, ``needed`` being its threshold.

    Raises:
        PersonNeeded: the actor is a device.
        ProposalUnknown: ``joint`` is None.
        AlreadyEffective, OwnProposal, ApprovedTwice: this approval may not count.
    """
    verify_person(act)
    if joint is None:
        raise ProposalUnknown
    if joint.reached(needed):  # first: who signed already is not to wait for others any more
        raise AlreadyEffective
    if joint.signatures[0].person == act.actor:
        raise OwnProposal
    if joint.signed_by(act.actor):
        raise ApprovedTwice
    return joint
