"""Signed entries become the sequencer's drafts.

Those from outside are parsed strictly, verified and opened: nothing they say is believed. Those
signed by a key of this process were made from what was judged a moment ago. Whether acts are lawful
is ``judge``'s to say, whether they come next the sequencer's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

import msgspec

from ledger.entry import base64url
from ledger.entry.claims import parse_occurred
from ledger.entry.disclosure import Disclosure
from ledger.entry.jws import SignedEntry, verify_signature
from ledger.entry.keys import PublicKey
from ledger.entry.presentation import Presentation, Unopened, open_presentation, parse_unopened
from ledger.errors import MalformedError
from ledger.kernel.act import Act
from ledger.kernel.event import EventSpec, groups_of
from ledger.rules import authority, keys
from ledger.rules.time import ZONE
from ledger.service.acts.prepare import Prepared
from ledger.service.acts.sealing import sealings
from ledger.service.acts.text import require_clean
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft, JtiTaken


class WrongLog(MalformedError):
    """The entry was signed for another log."""

    code = "submission.wrong_log"
    zh = "该条目是为另一个账本（{log}）签署的。请提交到该账本，或为本账本重新签名。"
    en = "This entry was signed for another log ({log}). Submit it there, or sign it for this one."


class MixedActors(MalformedError):
    """One submission holds the acts of one actor."""

    code = "submission.mixed_actors"
    zh = "一次提交只能包含同一人的条目。请分别提交。"
    en = "A submission holds the entries of one actor. Submit them apart."


class DisclosuresMissing(MalformedError):
    """Not every sealed field of the type came with its disclosure."""

    code = "submission.disclosures"
    zh = "{type} 的密封字段与声明不符（{group}）。请附上全部字段披露后重新提交。"
    en = "The sealed fields of {type} are not all disclosed ({group}). Submit them all."


def presented_drafts(ledger: Ledger, presentations: Sequence[bytes]) -> tuple[Draft, ...]:
    """Return the drafts of presentations, each with all its field disclosures.

    Raises:
        MalformedError: they cannot be read, are of several people or for another log.
        KeyUnknown, VerificationError: they are not signed by an enrolled key.
        JtiTaken: two of them bear one id.
    """
    parsed = [parse_unopened(data) for data in presentations]
    _require_one_submission(ledger, [each.signed for each in parsed])
    return tuple(_opened(ledger, unopened) for unopened in parsed)


def own_drafts(
    ledger: Ledger, prepared: Prepared, signed: Sequence[SignedEntry]
) -> tuple[Draft, ...]:
    """Return the sequencer's drafts of entries signed by a key of this process."""
    made = []
    for unsigned, entry in zip(prepared.drafts, signed, strict=True):
        # The act judged is the act signed: only its digest was not known before.
        found = msgspec.structs.replace(unsigned.act, digest=base64url.encode(entry.digest))
        made.append(_draft(ledger, entry, found, unsigned.spec, unsigned.disclosures))
    return tuple(made)


def enrolled_key(ledger: Ledger, kid: str) -> PublicKey:
    """Return the enrolled key with this thumbprint. Raises: KeyUnknown."""
    tag = keys.key_tag(kid)
    found = ledger.known.about(tag).fold(_public_keys).get(kid)
    if found is None:
        ledger.known.catch_up()  # another process may have enrolled it a moment ago
        found = ledger.known.about(tag).fold(_public_keys).get(kid)
    if found is None:
        raise authority.KeyUnknown(kid=kid)
    return found


def _public_keys(acts: tuple[Act, ...]) -> dict[str, PublicKey]:
    # The log admitted these keys: their full check was made at enrolment, and audit makes it again.
    return {
        kid: PublicKey.trusted(base64url.decode(key.jwk.x, 32))
        for kid, key in keys.fold(acts).items()
    }


def _require_one_submission(ledger: Ledger, signed: Sequence[SignedEntry]) -> None:
    for entry in signed:
        if entry.claims.log != ledger.home.origin:
            raise WrongLog(log=entry.claims.log)
    if len({entry.claims.actor for entry in signed}) != 1:
        raise MixedActors
    if len({entry.claims.jti for entry in signed}) != len(signed):
        raise JtiTaken


def _opened(ledger: Ledger, unopened: Unopened) -> Draft:
    signed = unopened.signed
    verify_signature(signed, enrolled_key(ledger, signed.kid))
    # Only now: what a stranger seals would cost more to read than all the rest.
    presentation = open_presentation(unopened)
    found = ledger.registry.act(signed)
    spec = ledger.registry.spec(signed.claims.type)
    grouped = _grouped(presentation, spec)
    require_clean(bytes(signed.claims.pub), presentation.values)
    return _draft(ledger, signed, found, spec, grouped)


def _grouped(presentation: Presentation, spec: EventSpec) -> dict[str, tuple[Disclosure, ...]]:
    """Return the disclosures by group; each group must be opened in full, by its own names."""
    grouped = {}
    sealed = presentation.signed.claims.sealed or {}
    for group in groups_of(spec, sealed):
        if tuple(sorted(presentation.values[group.name])) != group.fields:
            raise DisclosuresMissing(type=spec.name, group=group.name)
        digests = set(sealed[group.name])
        grouped[group.name] = tuple(d for d in presentation.disclosures if d.digest in digests)
    return grouped


def _draft(
    ledger: Ledger,
    signed: SignedEntry,
    found: Act,
    spec: EventSpec,
    disclosures: Mapping[str, tuple[Disclosure, ...]],
) -> Draft:
    return Draft(
        signed=signed,
        act=found,
        tags=ledger.registry.tags(found),
        sealings=sealings(spec, signed.claims, disclosures),
        latest_ms=max(found.iat * 1000, _occurred_ms(found.occ)),
    )


def _occurred_ms(occ: str) -> int:
    """Return ``occ`` in Unix milliseconds; a date alone counts from its first moment here."""
    moment = parse_occurred(occ)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), tzinfo=ZONE)
    return int(moment.timestamp() * 1000)
