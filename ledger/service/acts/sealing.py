"""What the vault is to keep of an entry, and until when: one sealing for each of its groups."""

from collections.abc import Mapping
from datetime import date

from ledger.entry.claims import Claims
from ledger.entry.disclosure import Disclosure
from ledger.kernel.event import EventSpec, groups_of
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
            retain_until=None if group.years is None else _years_on(occurred, group.years),
            digests=(claims.sealed or {})[group.name],
            disclosures=tuple(d.text for d in disclosures[group.name]),
        )
        for group in groups_of(spec, claims.sealed or ())
    )


def _years_on(day: date, years: int) -> str:
    """Return the day ``years`` later; 29 February ends on the 28th (民法典 art. 202)."""
    try:
        return day.replace(year=day.year + years).isoformat()
    except ValueError:
        return day.replace(year=day.year + years, day=28).isoformat()
