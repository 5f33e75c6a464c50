"""Signing drafts: every digest recomputed from the field disclosures first, then one JWS each.

The signer signs what she is shown: a server that builds a draft cannot have her sign digests of
other values (docs/way-of-an-act.md, 5).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ledger.entry import base64url
from ledger.entry.claims import Claims
from ledger.entry.disclosure import Disclosure, match_disclosures
from ledger.entry.jws import SignedEntry, sign_entry
from ledger.entry.keys import Signer
from ledger.entry.presentation import format_presentation
from ledger.errors import VerificationError
from ledger.service.acts.prepare import Prepared, Unsigned


class DraftMismatch(VerificationError):
    """A draft's digests are not those of the values shown."""

    code = "draft.mismatch"
    zh = "待签内容与所示数值不一致（{group}）。请勿签名，并向监督机构报告。"
    en = "The draft does not commit to the values shown ({group}). Do not sign; report it."


def shown_values(draft: Unsigned) -> dict[str, dict[str, object]]:
    """Return the values a draft commits to, each digest recomputed. Raises: DraftMismatch."""
    return verified_values(draft.claims, draft.disclosures)


def verified_values(
    claims: Claims, disclosures: Mapping[str, Iterable[Disclosure]]
) -> dict[str, dict[str, object]]:
    """Return sealed values by group and name; every digest of the claims must be opened.

    Raises: DraftMismatch; MalformedError when a disclosure matches no digest.
    """
    sealed = claims.sealed or {}
    values = match_disclosures(sealed, [d for group in disclosures.values() for d in group])
    for group, digests in sealed.items():
        if len(values[group]) != len(digests):
            raise DraftMismatch(group=group)
    return values


def sign_drafts(prepared: Prepared, signer: Signer) -> tuple[SignedEntry, ...]:
    """Sign the drafts in order, chaining those that follow each other in one stream."""
    tips: dict[str, str] = {}
    signed = []
    for draft in prepared.drafts:
        shown_values(draft)
        claims = draft.claims
        if draft.chained:
            claims = msgspec.structs.replace(claims, prev=tips[claims.stream])
        entry = sign_entry(claims, signer)
        tips[claims.stream] = base64url.encode(entry.digest)
        signed.append(entry)
    return tuple(signed)


def presentations(prepared: Prepared, signed: Sequence[SignedEntry]) -> list[bytes]:
    """Return what is sent to submit: each JWS with all its field disclosures."""
    return [
        format_presentation(entry.jws, [d for group in draft.disclosures.values() for d in group])
        for draft, entry in zip(prepared.drafts, signed, strict=True)
    ]
