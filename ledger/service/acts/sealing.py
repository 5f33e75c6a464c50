"""What the vault is to keep of an entry, and until when: one sealing for each of its groups."""

from collections.abc import Mapping
from datetime import date

from ledger.entry.claims import Claims
from ledger.entry.disclosure import Disclosure
from ledger.kernel.event import EventSpec, groups_of
from ledger.rules.calendars import add_months
from ledger.rules.time import occ_date
from ledger.store.vault import Sealing


def sealings(
    spec: EventSpec, claims: Claims, disclosures: Mapping[str, tuple[Disclosure, ...]]
) -> tuple[Sealing, ...]:
    """Return what the vault is to keep of an entry: one sealing per group it must seal."""
    occurred = occ_date(claims.occ)
    return tuple(
        Sealing(
            group=group.name,
            subject=group.subject,
            purpose=group.purpose,
            retain_until=_until(occurred, group.years),
            digests=(claims.sealed or {})[group.name],
            disclosures=tuple(d.text for d in disclosures[group.name]),
        )
        for group in groups_of(spec, claims.sealed or ())
    )


def _until(occurred: date, years: int | None) -> str | None:
    return None if years is None else add_months(occurred, 12 * years).isoformat()
