"""Verification of an evidence package, offline, with nothing but the package and a pinned genesis.

Two statements are kept apart. *The entries shown are verified*: each lies in the tree of the signed
checkpoint, continues its stream, and was signed with a key enrolled before it. *Complete up to
size N*: of the streams shown, and of those they rest on, the log held no other entry then
(``completeness``); a package without published heads is complete as it states, no more. Whether it
is complete is asked only where what it shows is verified.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ledger.audit import statements
from ledger.audit.audit import GENESIS as GENESIS_ANCHOR
from ledger.audit.completeness import Completeness, Shown
from ledger.audit.faults import FileDiffers, FileMissing, Stray, Unsigned
from ledger.audit.files import printable
from ledger.audit.inspection import inspect
from ledger.audit.keyring import KeyRing
from ledger.audit.layout import (
    CHECKPOINT,
    GENESIS,
    MANIFEST,
    PACKS,
    README,
    TYPES,
    attachment_name,
    pack_digest,
    packs_proposed,
    verify_types,
)
from ledger.audit.memory import PlainMemory
from ledger.audit.order import Order
from ledger.audit.package import Package, file_digests, open_package, shelf_of
from ledger.audit.ports import Audited, Rules
from ledger.audit.readme import README_TEXT
from ledger.audit.report import UNPINNED, Anchor, Collector, Rates, Report, Statement
from ledger.entry import base64url, canonical
from ledger.entry.disclosure import match_disclosures
from ledger.entry.genesis import Founder
from ledger.errors import LedgerError, VerificationError
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.proof import verify_inclusion
from ledger.tlog.tlogproof import parse_tlog_proof

ATTACHMENT = "attachment"
"""The sealed group that commits to a file, by its ``digest``."""
TRANSCRIBED = "transcribed"
"""The public member of an entry typed from paper."""
Shelf = Callable[[str], Mapping[str, bytes]]
RulesOver = Callable[[Shelf], Rules]
"""Makes a judge of entries over the packs of a package."""


class OtherProof(VerificationError):
    """A proof is for another index or checkpoint than the package's."""

    code = "evidence.other_proof"
    zh = "第 {index} 条的存证文件属于另一序号或另一检查点。请向出具方重新索取。"
    en = "The proof of entry {index} is for another index or checkpoint. Ask for the package again."


def verify_evidence(
    path: Path, *, genesis: str | None = None, rules: RulesOver | None = None
) -> Report:
    """Verify a package (ZIP, or a folder it was unpacked to) and return what was found.

    ``genesis`` is the base64url digest of the genesis, got from elsewhere; without it a whole log
    made up for the purpose would pass, and the report says so.

    Raises:
        NothingThere, BadZip, TooManyFiles, StorageError: it cannot be read, or not safely.
        FileMissing, BadManifest: it is no evidence package.
    """
    return verify_package(open_package(path), genesis=genesis, rules=rules)


def verify_package(
    package: Package, *, genesis: str | None = None, rules: RulesOver | None = None
) -> Report:
    """Verify an opened package; see ``verify_evidence``."""
    return _Verification(package, genesis).run(rules)


def _typed(audited: Audited) -> bool:
    found = canonical.decode(bytes(audited.entry.signed.claims.pub))
    return isinstance(found, dict) and TRANSCRIBED in found


class _Verification:
    def __init__(self, package: Package, genesis: str | None) -> None:
        self._package = package
        self._manifest = package.manifest
        self._pinned = genesis
        self._faults, self._findings = Collector(), Collector()
        self._ring = KeyRing()
        self._order = Order(package.manifest.origin, self._ring, PlainMemory(), pinned=genesis)
        self._founders: tuple[Founder, ...] = ()
        self._leaves: dict[int, bytes] = {}
        self._entries: list[Audited] = []

    def run(self, rules: RulesOver | None) -> Report:
        """Do every step; each goes on where an earlier one found faults."""
        self._files()
        self._signatures()
        checkpoint = self._checkpoint()
        if checkpoint is not None:
            self._proofs(checkpoint)
        self._disclosures()
        self._packs_and_types()
        if rules is not None:
            self._rules(rules)
        said = tuple(self._statements(judged=rules is not None))
        return self._report(checkpoint, said, judged=rules is not None)

    def _files(self) -> None:
        """(1) The files are the manifest's, byte for byte, and no others."""
        files, listed = self._package.files, self._manifest.files
        for name in (*files.strays, *sorted(files.names - listed.keys() - {MANIFEST})):
            self._faults.add(None, Stray(what=name))
        for name, digest in listed.items():
            with self._telling():
                if file_digests({name: files.read(name)})[name] != digest:
                    raise FileDiffers(name=name)

    def _signatures(self) -> None:
        """(2) Every entry is well formed, signed, and follows those before it."""
        for index in self._package.indexes:
            with self._telling(index):
                (found,) = inspect([self._package.stored(index)], self._ring)
                self._leaves[index] = found.leaf
                if found.genesis is not None:
                    self._founders = found.genesis.founders
                if found.entry is None:
                    raise found.refusal or FileMissing(name=str(index))
                for error in self._order.take(found):
                    self._faults.add(index, error)
                self._entries.append(Audited(index, found.entry))
        if self._order.genesis != self._manifest.genesis:
            self._faults.add(0, FileDiffers(name=MANIFEST))
        with self._telling(0):
            if self._package.files.read(GENESIS) != self._package.stored(0).state:
                raise FileDiffers(name=GENESIS)

    def _checkpoint(self) -> Checkpoint | None:
        """(3) The checkpoint is signed by a key of this log, and is the one stated."""
        manifest, keys = self._manifest, self._order.log_keys
        try:
            if keys is None:
                raise Unsigned(anchor=CHECKPOINT)
            checkpoint = keys.verify(self._package.files.read(CHECKPOINT))
        except LedgerError:
            self._faults.add(None, Unsigned(anchor=CHECKPOINT))
            return None
        stated = (manifest.origin, manifest.size, base64url.decode(manifest.root))
        if stated != (checkpoint.origin, checkpoint.size, checkpoint.root):
            self._faults.add(None, FileDiffers(name=MANIFEST))
        return checkpoint

    def _proofs(self, checkpoint: Checkpoint) -> None:
        """(4) Each entry lies at its index in the tree of that checkpoint."""
        note = self._package.files.read(CHECKPOINT)
        for index, leaf in self._leaves.items():
            with self._telling(index):
                proof = parse_tlog_proof(self._package.proof(index))
                if proof.index != index or proof.checkpoint != note:
                    raise OtherProof(index=index)
                verify_inclusion(
                    index=index,
                    size=checkpoint.size,
                    leaf=leaf,
                    proof=proof.proof,
                    root=checkpoint.root,
                )

    def _disclosures(self) -> None:
        """(5) Each value shown, and each file, is one its signer committed to."""
        for audited in self._entries:
            with self._telling(audited.index):
                sealed = audited.entry.signed.claims.sealed or {}
                shown = match_disclosures(sealed, self._package.disclosures(audited.index))
                self._attachment(audited.index, shown.get(ATTACHMENT, {}).get("digest"))

    def _attachment(self, index: int, digest: object) -> None:
        """Hold the file of an entry to the digest shown of it: one without the other is none."""
        name = attachment_name(index)
        if name not in self._package.files.names:
            if digest is not None:
                raise FileMissing(name=name)
        elif file_digests({name: self._package.files.read(name)})[name] != digest:
            raise FileDiffers(name=name)

    def _packs_and_types(self) -> None:
        """(6) The packs named are here; packs and types have the digests they are named by."""
        with self._telling():
            packs = self._package.packs()
            for digest, files in sorted(packs.items()):
                if pack_digest(files) != digest:
                    self._faults.add(None, FileDiffers(name=f"{PACKS}/{digest}"))
            named = {digest for each in self._entries for digest in packs_proposed(each.entry)}
            for digest in sorted(named - packs.keys()):
                self._faults.add(None, FileMissing(name=f"{PACKS}/{printable(digest)}"))
        with self._telling():
            verify_types(self._package.files.read(TYPES))

    def _rules(self, rules: RulesOver) -> None:
        """(7) Each act was allowed, as far as the entries here tell."""
        packs = self._package.packs()
        judge = rules(lambda digest: shelf_of(packs, digest))
        for audited in self._entries:
            refusal = judge.judge(audited)
            if refusal is not None:
                self._findings.add(audited.index, refusal)

    def _completeness(self) -> Completeness | None:
        """(8) Nothing is left out, up to the size whose heads were published."""
        at = self._manifest.heads
        if at is None:
            return None
        shown = Shown(
            entries=self._entries,
            founders=self._founders,
            whole=self._manifest.streams.keys(),
            about=set(self._manifest.shown),
        )
        with self._telling():
            completeness = Completeness(shown, at)
            for error in completeness.faults(self._package.heads()):
                self._faults.add(None, error)
            return completeness
        return None

    @contextmanager
    def _telling(self, index: int | None = None) -> Iterator[None]:
        try:
            yield
        except LedgerError as error:
            self._faults.add(index, error)

    def _statements(self, *, judged: bool) -> Iterator[Statement]:
        """Yield what the package shows, so far as the faults allow it to be said."""
        sound = not self._faults.tally().counts
        yield statements.verified(holds=sound)
        if sound:
            yield self._complete()
        if sound and judged:
            yield statements.allowed(holds=not self._findings.tally().counts)
        if typed := [each for each in self._entries if _typed(each)]:
            yield statements.typed_from_paper(each.index for each in typed)
        if self._pinned is None:
            yield UNPINNED
        if not self._own_readme():
            yield statements.OTHER_README

    def _complete(self) -> Statement:
        manifest = self._manifest
        found = self._completeness()
        if manifest.heads is None:
            return statements.complete_as_stated(manifest.size, holds=self._full())
        doubted = any(item.index == manifest.heads for item in self._findings.tally().items)
        if found is None or doubted or self._faults.tally().counts:
            return statements.INCOMPLETE
        if found.parts:
            return statements.in_part(found.parts, found.size)
        return statements.complete_up_to(found.size, found.recorded_at, manifest.size)

    def _report(
        self, checkpoint: Checkpoint | None, said: tuple[Statement, ...], *, judged: bool
    ) -> Report:
        anchors = []
        if self._pinned is not None and self._pinned == self._order.genesis:
            anchors.append(Anchor(name=GENESIS_ANCHOR, size=1))
        return Report(
            origin=self._manifest.origin,
            size=self._manifest.size,
            root=None if checkpoint is None else checkpoint.root,
            genesis=self._order.genesis,
            faults=self._faults.tally(),
            findings=self._findings.tally(),
            anchors=tuple(anchors),
            rates=Rates(entries=len(self._leaves), judged=len(self._entries) if judged else 0),
            statements=said,
        )

    def _own_readme(self) -> bool:
        try:
            return self._package.files.read(README) == README_TEXT.encode()
        except LedgerError:
            return README not in self._package.files.names

    def _full(self) -> bool:
        """Tell whether every stream shown is here from 1 to the length stated."""
        shown = set(self._manifest.shown)
        seqs: dict[str, set[int]] = {stream: set() for stream in self._manifest.streams}
        for audited in self._entries:
            claims = audited.entry.signed.claims
            if audited.index in shown:
                seqs.setdefault(claims.stream, set()).add(claims.seq)
        return all(
            len(found) == max(found, default=0) == self._manifest.streams.get(stream)
            for stream, found in seqs.items()
        )
