"""What a home stores beside its entries: tags derived again, vault rows opened and matched.

Tags are rows by tag, so those of one entry cannot be read cheaply. Both sides are summed under a
key made for this audit, by runs of entries; only runs whose sums differ are looked at one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b

from sqlalchemy import Engine, select

from ledger.audit.faults import Stray
from ledger.audit.files import printable
from ledger.audit.ports import Audited, Entries, Fault
from ledger.entry.claims import Claims
from ledger.entry.disclosure import match_disclosures, parse_disclosure
from ledger.entry.entry import parse_entry
from ledger.errors import IntegrityFault, LedgerError
from ledger.kernel.event import EventSpec, groups_of
from ledger.service.acts.sealing import sealings
from ledger.service.auditing.rules import Acts
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading
from ledger.store.keystore import KeyErased
from ledger.store.tables import tag
from ledger.store.vault import Sealing, VaultFault, VaultRow, decrypt

RUN = 256
RUNS_TOGETHER = 512
"""Runs compared row by row at once: their rows are held in memory."""


class TagsDiffer(IntegrityFault):
    """The tags stored of an entry are not those its public members give."""

    code = "audit.tags"
    zh = "该条目的标签与其公开内容不符：据此查到的事实可能缺漏。请运行 mingzhang rebuild tags。"
    en = (
        "The entry's tags are not what its public members give, so facts may be missed. "
        "Run `mingzhang rebuild tags`."
    )


class VaultMissing(IntegrityFault):
    """A group the entry sealed has no vault row, or its key is gone, without any erasure."""

    code = "audit.vault_missing"
    zh = "密封内容（{group}）已缺失，而账本中没有销毁记录。请从备份恢复并查明原因。"
    en = "The sealed content ({group}) is gone and no entry erased it. Restore it from a backup."


class VaultDiffers(IntegrityFault):
    """A vault row's columns or disclosures are not what the entry and its type say."""

    code = "audit.vault"
    zh = "密封内容（{group}）与条目所承诺的不一致：{what}。请从备份恢复并查明原因。"
    en = "The sealed content ({group}) is not what was committed to: {what}. Restore and find out."


class Tags:
    """Tags derived from entries, summed by runs of them under ``key`` (32 bytes)."""

    def __init__(self, acts: Acts, key: bytes) -> None:
        self._acts = acts
        self._key = key

    def of(self, audited: Audited) -> tuple[str, ...]:
        """Return the tags of an entry; what is no act has none."""
        try:
            return self._acts.registry.tags(self._acts.act(audited))
        except LedgerError:
            return ()

    def sum(self, text: str, index: int) -> int:
        """Return what one tag of an entry adds to the sum of its run."""
        # Keyed, so that nobody can choose rows whose sums cancel out.
        data = f"{index} {text}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(data, digest_size=24, key=self._key).digest(), "big")


class TagAside:
    """Derives the tags of entries, for ``TagCheck`` to compare."""

    name = "tags"

    def __init__(self, tags: Tags) -> None:
        self._tags = tags

    def look(self, batch: Sequence[Audited], *, again: bool) -> tuple[list[Fault], dict[int, int]]:  # noqa: ARG002 - sums are of all entries
        """Return the sums of these entries' tags by run."""
        sums: dict[int, int] = defaultdict(int)
        for audited in batch:
            for text in self._tags.of(audited):
                sums[audited.index // RUN] += self._tags.sum(text, audited.index)
        return [], dict(sums)


class TagApart:
    """Sums the ``tag`` table's rows, for ``TagCheck`` to take from what was derived."""

    name = "tags"

    def __init__(self, engine: Engine, tags: Tags) -> None:
        self._engine = engine
        self._tags = tags

    def find(self, size: int) -> tuple[list[Fault], dict[int, int]]:
        """Return the sums of all stored tags by run, below zero."""
        sums: dict[int, int] = defaultdict(int)
        for text, index in _stored(self._engine, size):
            sums[int(index // RUN)] -= self._tags.sum(text, index)
        return [], dict(sums)


class TagCheck:
    """The ``tag`` table equals the tags derived from the entries: their sums leave nothing."""

    name = "tags"

    def __init__(self, engine: Engine, source: Entries, tags: Tags) -> None:
        self._engine = engine
        self._source = source
        self._tags = tags
        self._left: dict[int, int] = defaultdict(int)

    def look(self, _batch: Sequence[Audited]) -> Iterable[Fault]:
        """Look at nothing: the aside derives the tags, the apart reads those stored."""
        return ()

    def take(self, found: dict[int, int]) -> None:
        """Take in the sums of a part's tags, or of all that are stored."""
        for run, added in found.items():
            self._left[run] += added

    def finish(self, size: int) -> Iterable[Fault]:
        """Yield the entries whose stored tags differ."""
        wrong = sorted(run for run, left in self._left.items() if left)
        for start in range(0, len(wrong), RUNS_TOGETHER):
            yield from self._differing(wrong[start : start + RUNS_TOGETHER], size)

    def _differing(self, wrong: Sequence[int], size: int) -> Iterator[Fault]:
        runs = set(wrong)
        kept: dict[int, list[str]] = defaultdict(list)
        for text, index in _stored(self._engine, size):
            if index // RUN in runs:
                kept[index].append(text)
        for run in wrong:
            derived, first = self._derived_again(run), run * RUN
            named = [
                index
                for index in range(first, min(size, first + RUN))
                if sorted(kept[index]) != sorted(derived.get(index, ()))
            ]
            # Rows of no entry at all, their index a fraction, are told with the run they lie in.
            for index in named or [first]:
                yield Fault(index, TagsDiffer())

    def _derived_again(self, run: int) -> dict[int, tuple[str, ...]]:
        found = {}
        for stored in self._source.entries(run * RUN, RUN):
            try:
                audited = Audited(stored.index, parse_entry(stored.state))
            except LedgerError:
                continue
            found[stored.index] = self._tags.of(audited)
        return found


def _stored(engine: Engine, size: int) -> Iterator[tuple[str, int]]:
    query = select(tag.c.tag, tag.c.idx).where(tag.c.idx >= 0, tag.c.idx < size)
    with reading(engine) as connection:
        for text, index in connection.execution_options(yield_per=4096).execute(query):
            yield str(text), index


class VaultAside:
    """Each sealed group has its vault row, which opens to exactly what was committed to."""

    name = "vault"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def look(self, batch: Sequence[Audited], *, again: bool) -> tuple[list[Fault], None]:
        """Open every vault row of these entries, if no earlier run did."""
        return [] if again or not batch else list(self._opened(batch)), None

    def _opened(self, batch: Sequence[Audited]) -> Iterator[Fault]:
        rows: dict[int, dict[str, VaultRow]] = defaultdict(dict)
        for row in self._ledger.recorder.vault_rows(batch[0].index, batch[-1].index + 1):
            rows[row.idx][row.grp] = row
        claims = (audited.entry.signed.claims for audited in batch)
        with suppress(IntegrityFault):  # a key that does not unwrap is told with its entry
            self._ledger.keystore.fetch(each.stream for each in claims if each.sealed)
        for audited in batch:
            if audited.entry.signed.claims.sealed or audited.index in rows:
                yield from self._entry(audited, rows.pop(audited.index, {}))
        for index in sorted(rows):
            yield Fault(None, Stray(what=f"vault row {index}"))

    def _entry(self, audited: Audited, rows: Mapping[str, VaultRow]) -> Iterator[Fault]:
        claims, index = audited.entry.signed.claims, audited.index
        sealed = claims.sealed or {}
        for group in sorted(map(str, rows.keys() - sealed.keys())):
            yield Fault(index, Stray(what=f"vault row {index} {printable(group)}"))
        spec = self._ledger.registry.types.get(claims.type)
        if spec is None or {group.name for group in groups_of(spec, sealed)} != sealed.keys():
            return  # an unknown type or other groups than declared is for the rules to tell
        for expected in sealings(spec, claims, dict.fromkeys(sealed, ())):
            try:
                self._open(claims, spec, expected, rows.get(expected.group))
            except LedgerError as error:
                yield Fault(index, error)
            except (TypeError, ValueError):
                yield Fault(index, VaultFault(index=index, group=expected.group))

    def _open(
        self, claims: Claims, spec: EventSpec, expected: Sealing, row: VaultRow | None
    ) -> None:
        group = expected.group
        if row is None:
            raise VaultMissing(group=group)
        for column in ("subject", "purpose", "retain_until"):
            if getattr(row, column) != getattr(expected, column):
                raise VaultDiffers(group=group, what=column)
        try:
            key = self._ledger.keystore.data_key(claims.stream, row.subject)
        except KeyErased:
            raise VaultMissing(group=group) from None
        sealed = {group: expected.digests}
        values = match_disclosures(sealed, map(parse_disclosure, decrypt(row, sealed, key)))[group]
        declared = next(each.fields for each in groups_of(spec, sealed) if each.name == group)
        if len(values) != len(expected.digests) or tuple(sorted(values)) != declared:
            raise VaultDiffers(group=group, what="fields")
