"""A package proves that nothing is left out; whatever is, or is claimed falsely, is named."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.aggregates.case.commands import NoteProgress
from ledger.aggregates.key import RevokeKey
from ledger.aggregates.post import EndPost
from ledger.audit.evidence import verify_evidence
from ledger.audit.layout import (
    MANIFEST,
    disclosures_name,
    entry_name,
    head_name,
    proof_name,
)
from ledger.audit.package import (
    BadHeadFile,
    Manifest,
    file_digests,
    format_head_file,
    format_manifest,
    parse_head_file,
    parse_manifest,
)
from ledger.audit.report import Report
from ledger.bootstrap import open_ledger, registry
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.entry.heads import parse_head
from ledger.errors import MalformedError
from ledger.kernel.aggregate import Command
from ledger.service.auditing.audits import audit_evidence, audit_home
from ledger.service.exports.evidence import evidence_files
from ledger.service.ledger import Ledger, today
from ledger.service.office import do, hand
from ledger.service.upkeep.publishing import publish_heads
from tests.audit.homes import Kept
from tests.support.heads import b64, lines_of, mth, path
from tests.support.office import Office, install
from tests.trust.forging import append_forged

Files = dict[str, bytes]


class Made(NamedTuple):
    """A home with published heads, a case of it, a package of that case, the genesis pinned."""

    path: Path
    case: str
    files: Files
    genesis: str


@pytest.fixture(scope="module")
def made(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Made:
    home = kept.copy(tmp_path_factory.mktemp("completeness") / "home")
    case = kept.cases[1]
    with kept.opened(home) as ledger:
        office = kept.office._replace(ledger=ledger)
        install(office)
        publish_heads(ledger)
        _, files = evidence_files(ledger, streams=[case])
        genesis = base64url.encode(parse_entry(files["genesis"]).signed.digest)
    return Made(home, case, files, genesis)


@pytest.fixture
def office(kept: Kept, made: Made, tmp_path: Path) -> Iterator[Office]:
    """The office of a copy of that home, opened."""
    with kept.opened(Path(shutil.copytree(made.path, tmp_path / "home"))) as ledger:
        yield kept.office._replace(ledger=ledger)


def verified(files: Files, folder: Path, genesis: str | None = None) -> Report:
    for name, data in files.items():
        (folder / "package" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "package" / name).write_bytes(data)
    return audit_evidence(folder / "package", registry(), genesis=genesis)


def statements(report: Report) -> dict[str, bool]:
    return {statement.name: statement.holds for statement in report.statements}


def said(report: Report) -> str:
    (complete,) = (each for each in report.statements if each.name == "complete")
    return complete.en


def restated(files: Files, **changes: object) -> Files:
    """Return the files with a manifest made to fit them, as a forger would."""
    others = {name: data for name, data in files.items() if name != MANIFEST}
    old = parse_manifest(files[MANIFEST])
    members = {name: getattr(old, name) for name in old.__struct_fields__}
    fitting = members | {"files": file_digests(others)} | changes
    return others | {MANIFEST: format_manifest(Manifest(**fitting))}


def without(files: Files, *indexes: int) -> Files:
    """Return the files without some entries, the manifest made to fit."""
    gone = {f(i) for i in indexes for f in (entry_name, proof_name, disclosures_name)}
    left = {name: data for name, data in files.items() if name not in gone}
    manifest = parse_manifest(files[MANIFEST])
    return restated(
        left,
        shown=tuple(i for i in manifest.shown if i not in indexes),
        support=tuple(i for i in manifest.support if i not in indexes),
    )


def places(files: Files) -> dict[str, int]:
    """Return where in the tree the lines of a package are, by stream."""
    return {
        parse_head(data.partition(b"\n")[0]).stream: int(name.split("/")[1])
        for name, data in files.items()
        if name.startswith("heads/")
    }


def indexes_of(files: Files, stream: str) -> list[int]:
    manifest = parse_manifest(files[MANIFEST])
    return [
        index
        for index in (*manifest.shown, *manifest.support)
        if parse_entry(files[entry_name(index)]).signed.claims.stream == stream
    ]


def codes(report: Report) -> dict[str, int]:
    return report.faults.counts | report.findings.counts


def exported(ledger: Ledger, **choice: object) -> Files:
    publish_heads(ledger)
    return evidence_files(ledger, **choice)[1]  # type: ignore[arg-type]


# -- what is proven ------------------------------------------------------------------------------


def test_a_package_is_complete_up_to_the_size_published(made: Made, tmp_path: Path) -> None:
    report = verified(made.files, tmp_path, made.genesis)
    assert report.clean, report.to_dict()
    assert statements(report) == {"verified": True, "complete": True, "allowed": True}
    size = parse_manifest(made.files[MANIFEST]).size - 1
    assert f"Complete up to size {size} (heads published 2026-" in said(report)
    assert "+08:00" in said(report)
    assert verify_evidence(tmp_path / "package", genesis=made.genesis).clean


def test_every_stream_it_rests_on_comes_with_its_line_and_founders_with_neighbours(
    made: Made,
) -> None:
    manifest = parse_manifest(made.files[MANIFEST])
    entries = [parse_entry(made.files[entry_name(i)]) for i in (*manifest.shown, *manifest.support)]
    streams = {entry.signed.claims.stream for entry in entries}
    assert {name.partition("/")[0] for name in streams} == {
        "case", "device", "key", "log", "pack", "person", "post", "unit",
    }  # fmt: skip
    assert streams <= places(made.files).keys()
    assert founders_key(made) not in places(made.files)
    before = max(name for name in places(made.files) if name < founders_key(made))
    after = min(name for name in places(made.files) if name > founders_key(made))
    assert places(made.files)[after] == places(made.files)[before] + 1


def test_its_lines_are_those_of_a_second_implementation(kept: Kept, made: Made) -> None:
    with kept.opened(made.path) as ledger:
        size = parse_manifest(made.files[MANIFEST]).size - 1
        lines = lines_of(ledger.recorder.states(0, size))
    for name, data in made.files.items():
        if name.startswith("heads/"):
            place = int(name.split("/")[1])
            line, proof = data.split(b"\n", 1)[0], parse_head_file(name, data)[1]
            assert line == lines[place]
            assert list(proof) == path(place, lines)


def test_an_ended_key_and_post_come_along_whatever_was_signed_before(
    office: Office, made: Made, tmp_path: Path
) -> None:
    ledger = office.ledger
    liaison = office.hands["liaison"]
    post = next(
        row.originator_id
        for _, row in ledger.recorder.tagged([f"post:{liaison.who.actor}"], office.size)
    )
    registrar = office.registrars[0]
    do(ledger, registrar, EndPost(stream=post, effective_from=today(ledger).isoformat()))
    do(ledger, registrar, RevokeKey(stream=f"key/{liaison.key.kid}", reason="lost"))
    files = exported(ledger, streams=[made.case])
    report = verified(files, tmp_path, made.genesis)
    assert statements(report) == {"verified": True, "complete": True, "allowed": True}
    assert len(indexes_of(files, f"key/{liaison.key.kid}")) == 2
    revoked = max(indexes_of(files, f"key/{liaison.key.kid}"))
    cut = without(files, revoked)
    manifest = parse_manifest(cut[MANIFEST])
    enrolled = min(indexes_of(files, f"key/{liaison.key.kid}"))
    excerpt = restated(
        cut,
        shown=tuple(sorted((*manifest.shown, enrolled))),
        support=tuple(index for index in manifest.support if index != enrolled),
    )
    for number, forged in enumerate((cut, excerpt)):
        hidden = verified(forged, tmp_path / f"hidden {number}", made.genesis)
        assert codes(hidden) == {"evidence.cut_short": 1}
        assert statements(hidden)["verified"]
        assert not statements(hidden)["complete"]


def test_what_came_after_the_publication_is_left_open(
    office: Office, made: Made, tmp_path: Path
) -> None:
    liaison = office.hands["liaison"]
    note: Command = NoteProgress(stream=made.case, text="之后")
    do(office.ledger, liaison, note)
    _, files = evidence_files(office.ledger, streams=[made.case])
    report = verified(files, tmp_path, made.genesis)
    assert report.clean
    published = parse_manifest(made.files[MANIFEST]).size - 1
    assert f"up to size {published} " in said(report)
    assert f"checkpoint is of size {office.size}" in said(report)
    last = parse_manifest(files[MANIFEST]).shown[-1]
    assert verified(without(files, last), tmp_path / "cut", made.genesis).clean, "not covered"


def test_without_published_heads_a_package_is_only_as_stated(
    kept: Kept, made: Made, tmp_path: Path
) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        _, files = evidence_files(ledger, streams=[kept.cases[1]])
    assert parse_manifest(files[MANIFEST]).heads is None
    report = verified(files, tmp_path, made.genesis)
    assert report.clean
    assert "Complete as stated" in said(report)
    before = exported_before(made, tmp_path)
    assert parse_manifest(before[MANIFEST]).heads is None, "as the log was then"


def exported_before(made: Made, tmp_path: Path) -> Files:
    with open_ledger(made.path) as ledger:
        return evidence_files(ledger, streams=[made.case], size=250)[1]


def test_single_entries_are_an_excerpt_said_to_be_one(
    office: Office, made: Made, tmp_path: Path
) -> None:
    index = indexes_of(made.files, made.case)[1]
    _, files = evidence_files(office.ledger, indexes=[index])
    report = verified(files, tmp_path, made.genesis)
    assert report.clean
    assert not statements(report)["complete"]
    total = len(indexes_of(made.files, made.case))
    assert f"{made.case} 2/{total}" in said(report)


# -- what is left out, swapped, forged -----------------------------------------------------------


def test_the_last_entry_of_a_stream_cannot_be_left_out(made: Made, tmp_path: Path) -> None:
    last = indexes_of(made.files, made.case)[-1]
    length = len(indexes_of(made.files, made.case))
    cut = without(made.files, last)
    report = verified(cut, tmp_path, made.genesis)
    assert codes(report) == {"evidence.cut_short": 1}
    assert report.exit_status == 1
    (fault,) = report.faults.items
    assert made.case in fault.en
    assert f"{length} entries, here are {length - 1}" in fault.en
    assert statements(report) == {"verified": True, "complete": False, "allowed": True}
    lied = restated(cut, streams={made.case: length - 1})
    assert codes(verified(lied, tmp_path, made.genesis)) == {"evidence.cut_short": 1}
    confessed = restated(cut, streams={})
    report = verified(confessed, tmp_path, made.genesis)
    assert report.clean
    assert f"{made.case} {length - 1}/{length}" in said(report)


def test_a_stream_comes_with_its_line(made: Made, tmp_path: Path) -> None:
    gone = head_name(places(made.files)[made.case])
    files = restated({name: data for name, data in made.files.items() if name != gone})
    report = verified(files, tmp_path, made.genesis)
    assert codes(report) == {"evidence.head_missing": 1}
    assert made.case in report.faults.items[0].en


def test_a_swapped_head_is_not_what_was_published(made: Made, tmp_path: Path) -> None:
    name = head_name(places(made.files)[made.case])
    head, proof = parse_head_file(name, made.files[name])
    shorter = f"{head.stream} {head.seq - 1} {b64(head.digest)}".encode()
    files = restated(made.files | {name: format_head_file(shorter, proof)})
    report = verified(files, tmp_path, made.genesis)
    assert codes(report) == {"evidence.head_invalid": 1, "evidence.head_missing": 1}


def test_a_line_of_another_place_is_not_proven(made: Made, tmp_path: Path) -> None:
    one, other = sorted(places(made.files).values())[:2]
    swapped = {
        head_name(one): made.files[head_name(other)],
        head_name(other): made.files[head_name(one)],
    }
    report = verified(restated(made.files | swapped), tmp_path, made.genesis)
    assert codes(report)["evidence.head_invalid"] == 2


def founders_key(made: Made) -> str:
    return f"key/{parse_entry(made.files['genesis']).signed.kid}"


def test_a_forged_neighbour_proves_no_absence(made: Made, tmp_path: Path) -> None:
    key = founders_key(made)
    before = max(name for name in places(made.files) if name < key)
    place = places(made.files)[before]
    name = head_name(place)
    # The neighbour further off is truly there: it is given the nearer one's place.
    earlier = max(other for other in places(made.files) if other < before)
    forged = made.files | {name: made.files[head_name(places(made.files)[earlier])]}
    report = verified(restated(forged), tmp_path, made.genesis)
    assert codes(report)["evidence.head_invalid"] == 1
    assert codes(report)["evidence.absence_unproven"] >= 1
    assert any(key in fault.en for fault in report.faults.items)


def test_without_a_neighbour_absence_is_not_proven(made: Made, tmp_path: Path) -> None:
    key = founders_key(made)
    before = max(name for name in places(made.files) if name < key)
    assert places(made.files)[before] + 1 in places(made.files).values()
    gone = head_name(places(made.files)[before])
    cut = restated({name: data for name, data in made.files.items() if name != gone})
    report = verified(cut, tmp_path, made.genesis)
    assert codes(report)["evidence.absence_unproven"] >= 1
    assert not statements(report)["complete"]


def test_a_founders_ended_post_cannot_be_hidden(office: Office, made: Made, tmp_path: Path) -> None:
    ledger = office.ledger
    second = office.registrars[1]
    post = f"post/{second.who.actor.partition('/')[2]}"
    herself = hand(second.who.actor, "holder", second.key)
    do(ledger, herself, EndPost(stream=post, effective_from=today(ledger).isoformat()))
    files = exported(ledger, streams=[made.case])
    assert verified(files, tmp_path, made.genesis).clean
    hidden = without(files, *indexes_of(files, post))
    report = verified(hidden, tmp_path / "hidden", made.genesis)
    assert codes(report) == {"evidence.cut_short": 1}, "there is a line, so the stream exists"
    assert f"{post} had 1 entries, here are 0" in report.faults.items[0].en
    gone = head_name(places(files)[post])
    claimed = restated({name: data for name, data in hidden.items() if name != gone})
    report = verified(claimed, tmp_path / "claimed", made.genesis)
    assert codes(report).keys() == {"evidence.absence_unproven"}
    assert any(post in fault.en for fault in report.faults.items)


def test_a_package_from_before_the_publication_cannot_name_it(
    office: Office, made: Made, tmp_path: Path
) -> None:
    at = parse_manifest(made.files[MANIFEST]).heads
    assert at is not None
    _, old = evidence_files(office.ledger, streams=[made.case], size=at)
    report = verified(restated(old, heads=at), tmp_path, made.genesis)
    assert codes(report) == {"evidence.no_publication": 1}
    # With the publication itself slipped in, it does not lie in the older tree.
    slipped = old | {f(at): made.files[f(at)] for f in (entry_name, proof_name)}
    support = (*parse_manifest(old[MANIFEST]).support, at)
    report = verified(restated(slipped, heads=at, support=support), tmp_path / "in", made.genesis)
    assert "evidence.other_proof" in codes(report)
    assert not statements(report)["verified"]


def test_an_entry_that_publishes_nothing_proves_nothing(made: Made, tmp_path: Path) -> None:
    report = verified(restated(made.files, heads=1), tmp_path, made.genesis)
    assert codes(report) == {"evidence.no_publication": 1}
    assert not statements(report)["complete"]


def test_a_false_publication_is_named_by_package_and_audit(
    office: Office, made: Made, tmp_path: Path
) -> None:
    ledger = office.ledger
    lines = lines_of(ledger.recorder.states(0, office.size))
    mine = next(number for number, line in enumerate(lines) if line.startswith(made.case.encode()))
    stream, seq, digest = lines[mine].decode().split(" ")
    lines[mine] = f"{stream} {int(seq) - 1} {digest}".encode()
    pub = {"size": office.size, "streams": len(lines), "root": b64(mth(lines))}
    manifest = parse_manifest(made.files[MANIFEST])
    device = parse_entry(made.files[entry_name(manifest.heads or 0)]).signed.claims
    home = ledger.home.path
    ledger.close()
    index = append_forged(
        home, device.actor, device.stream, "log.heads_published.v1", pub, role="policy"
    )
    with open_ledger(home) as opened:
        assert audit_home(opened).faults.counts["audit.heads"] == 1
        _, files = evidence_files(opened, streams=[made.case])
    assert parse_manifest(files[MANIFEST]).heads == index
    assert "evidence.head_invalid" in codes(verified(files, tmp_path, made.genesis))
    forged = {
        name: format_head_file(lines[int(name.split("/")[1])], path(int(name.split("/")[1]), lines))
        for name in files
        if name.startswith("heads/")
    }
    report = verified(restated(files | forged), tmp_path, made.genesis)
    assert codes(report) == {"evidence.head_differs": 1}


# -- another genesis, and bytes ------------------------------------------------------------------


def test_held_to_another_genesis_nothing_is_said_of_completeness(
    made: Made, tmp_path: Path
) -> None:
    report = verified(made.files, tmp_path, base64url.encode(bytes(32)))
    assert report.faults.counts == {"audit.other_genesis": 1}
    assert statements(report) == {"verified": False}


@pytest.mark.parametrize("data", [b"", b"x", b"x\n", b"\n", b"case 1\nAA==\n", b"\xff\n", b"a\n\n"])
def test_a_file_of_heads_that_is_none_is_a_fault(made: Made, tmp_path: Path, data: bytes) -> None:
    name = head_name(places(made.files)[made.case])
    report = verified(restated(made.files | {name: data}), tmp_path, made.genesis)
    assert report.faults.total == 1
    assert statements(report) == {"verified": True, "complete": False, "allowed": True}
    with pytest.raises(MalformedError):
        parse_head_file(name, data)


def test_a_file_of_heads_reads_back_as_written(made: Made) -> None:
    for name, data in made.files.items():
        if name.startswith("heads/"):
            (head, proof) = parse_head_file(name, data)
            line = data.partition(b"\n")[0]
            assert parse_head(line) == head
            assert format_head_file(line, proof) == data
    with pytest.raises(BadHeadFile):
        parse_head_file("heads/0", line + b"\n" + b"A" * 43 + b"=\n" * 64)
