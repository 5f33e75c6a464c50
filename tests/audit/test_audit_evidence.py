"""Evidence packages: they verify offline, say what they cannot show, and bear no change."""

import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.event import listen

from ledger.audit.evidence import verify_evidence
from ledger.audit.layout import MANIFEST, README, disclosures_name, entry_name, proof_name
from ledger.audit.package import (
    Manifest,
    file_digests,
    format_manifest,
    open_package,
    parse_manifest,
)
from ledger.audit.report import Report
from ledger.bootstrap import registry
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.errors import IntegrityFault, LedgerError, NotFound
from ledger.service.auditing.audits import audit_evidence
from ledger.service.exports.evidence import (
    NothingShown,
    ValueLost,
    evidence_files,
    export_evidence,
    silent,
    zip_of,
)
from ledger.service.office import do
from ledger.service.reading.tracing import Tracing
from ledger.tampering.means import read_states
from tests.audit.homes import Kept
from tests.trust.forging import append_forged, execute

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def genesis(kept: Kept) -> str:
    """The digest a verifier pinned."""
    return base64url.encode(parse_entry(read_states(kept.path)[0]).signed.digest)


@pytest.fixture(scope="module")
def made(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of a package of one case, the reporter's words disclosed."""
    home = kept.copy(tmp_path_factory.mktemp("evidence") / "home")
    with kept.opened(home) as ledger:
        _, files = evidence_files(
            ledger, streams=[kept.cases[1]], disclose=lambda _, group: group == "matter"
        )
    return files


def unpacked(files: Files, folder: Path) -> Path:
    """Write files to a folder; a folder verifies as the ZIP does."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def verified(files: Files, folder: Path, genesis: str | None = None) -> Report:
    return audit_evidence(unpacked(files, folder / "package"), registry(), genesis=genesis)


def statements(report: Report) -> dict[str, bool]:
    return {statement.name: statement.holds for statement in report.statements}


def restated(files: Files, **changes: object) -> Files:
    """Return the files with a manifest made to fit them, as a forger would."""
    others = {name: data for name, data in files.items() if name != MANIFEST}
    old = parse_manifest(files[MANIFEST])
    members = {name: getattr(old, name) for name in old.__struct_fields__}
    fitting = members | {"files": file_digests(others)} | changes
    return others | {MANIFEST: format_manifest(Manifest(**fitting))}


def without(files: Files, index: int) -> Files:
    """Return the files but those of one entry."""
    gone = {entry_name(index), proof_name(index), disclosures_name(index)}
    return {name: data for name, data in files.items() if name not in gone}


# -- the round trip ----------------------------------------------------------------------------


def test_a_package_verifies_offline(kept: Kept, made: Files, genesis: str, tmp_path: Path) -> None:
    (tmp_path / "e.zip").write_bytes(zip_of(made))
    folder = unpacked(made, tmp_path / "folder")
    repacked = Path(shutil.make_archive(str(tmp_path / "repacked"), "zip", folder))
    for path in (tmp_path / "e.zip", folder, repacked):
        report = audit_evidence(path, registry(), genesis=genesis)
        assert report.clean, report.to_dict()
        assert statements(report) == {"verified": True, "complete": True, "allowed": True}
        assert [anchor.name for anchor in report.anchors] == ["pinned genesis"]
        assert report.genesis == genesis
        assert verify_evidence(path, genesis=genesis).clean, "the formats alone suffice"


def test_a_process_that_never_saw_the_ledger_comes_to_the_same_judgement(
    made: Files, genesis: str, tmp_path: Path
) -> None:
    (tmp_path / "e.zip").write_bytes(zip_of(made))
    program = (
        "import sys, pathlib; from ledger.bootstrap import registry; "
        "from ledger.service.auditing.audits import audit_evidence; "
        "report = audit_evidence(pathlib.Path(sys.argv[1]), registry(), genesis=sys.argv[2]); "
        "print(report.to_dict()); sys.exit(report.exit_status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "e.zip", genesis],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_what_was_allowed_is_disclosed(kept: Kept, made: Files, tmp_path: Path) -> None:
    package = open_package(unpacked(made, tmp_path))
    (first, *others) = package.manifest.shown
    named = {disclosure.name for disclosure in package.disclosures(first)}
    assert named == {"form", "place", "received_at", "text", "title"}, "no reporter"
    assert all(package.disclosures(index) == () for index in (*others, *package.manifest.support))
    everything = b"".join(made.values())
    assert "第 1 号路灯不亮".encode() not in everything, "values are in base64url only"
    texts = {d.name: d.value for d in package.disclosures(first)}
    assert texts["text"] == "第 1 号路灯不亮"


def test_the_same_choice_gives_the_same_bytes(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        export_evidence(ledger, tmp_path / "one.zip", streams=kept.cases, size=280)
        do(ledger, kept.office.hands["intake_clerk"], kept.office.receive("后来的事"))
        export_evidence(ledger, tmp_path / "two.zip", streams=reversed(kept.cases), size=280)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {"README", "manifest.json", "genesis", "checkpoint", "types.json"} < set(names)


def test_what_a_judgement_rests_on_comes_along_and_no_more(
    kept: Kept, made: Files, tmp_path: Path
) -> None:
    package = open_package(unpacked(made, tmp_path))
    supporting = {
        parse_entry(package.stored(index).state).signed.claims.type.partition(".")[0]
        for index in package.manifest.support
    }
    assert supporting == {"log", "unit", "pack", "person", "key", "post"}
    verifier = kept.office.hands["verifier"].who.actor.encode()
    states = [package.stored(index).state.split(b".")[1] for index in package.indexes]
    assert not any(verifier in base64url.decode(payload) for payload in states)


def test_a_package_of_more_streams_asks_the_store_no_more_often(kept: Kept) -> None:
    """Streams and states are read together, not one by one."""

    def asked(*streams: str) -> int:
        with kept.opened(kept.path) as ledger:
            evidence_files(ledger, streams=streams)  # what the process keeps is read by now
            run: list[str] = []
            listen(ledger.recorder.engine, "before_cursor_execute", lambda *a: run.append(a[2]))
            evidence_files(ledger, streams=streams)
        return len(run)

    assert asked(*kept.cases[:3]) <= asked(kept.cases[0]) + 2


def test_a_package_of_a_log_that_lacks_an_entry_is_refused(kept: Kept, tmp_path: Path) -> None:
    home = kept.copy(tmp_path / "home")
    with kept.opened(home) as ledger:
        last = max(Tracing(ledger, sys.maxsize, silent).indexes_of(kept.cases[1:2]).popitem()[1])
    execute(home, "DELETE FROM entry WHERE idx = ?", last)
    with kept.opened(home) as ledger, pytest.raises(IntegrityFault):
        evidence_files(ledger, indexes=[last])


def test_an_act_no_rule_allowed_can_be_shown_and_is_a_finding(
    kept: Kept, genesis: str, tmp_path: Path
) -> None:
    clerk = kept.office.hands["intake_clerk"].who
    pub = {"unit": kept.office.unit, "state": "closed", "open": False}
    home = kept.copy(tmp_path / "home")
    index = append_forged(
        home, clerk.actor, kept.cases[3], "case.closed.v1", pub, role="intake_clerk"
    )
    with kept.opened(home) as ledger:
        export_evidence(ledger, tmp_path / "e.zip", streams=[kept.cases[3]])
    report = audit_evidence(tmp_path / "e.zip", registry(), genesis=genesis)
    assert [(found.index, found.code) for found in report.findings.items] == [
        (index, "case.act_not_possible")
    ]
    assert statements(report) == {"verified": True, "complete": True, "allowed": False}
    assert report.exit_status == 1


def test_nothing_is_shown_that_is_not_there(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        unborn = f"case/{'0' * 26}"
        for choice in (
            {"streams": [unborn]},
            {"indexes": [100_000]},
            {"indexes": [-1]},
            {"streams": [kept.cases[3]], "size": 10},
            {},
        ):
            with pytest.raises(NothingShown):
                evidence_files(ledger, **choice)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            evidence_files(ledger, streams=[kept.cases[3]], size=100_000)


def test_a_value_that_is_lost_is_not_left_out_in_silence(kept: Kept, tmp_path: Path) -> None:
    home = kept.copy(tmp_path / "home")
    with kept.opened(home) as ledger:
        execute(home, "DELETE FROM vault WHERE grp = 'matter'")
        with pytest.raises(ValueLost):
            evidence_files(ledger, streams=[kept.cases[1]], disclose=lambda *_: True)
        evidence_files(ledger, streams=[kept.cases[1]])


# -- what a package cannot show ----------------------------------------------------------------


def test_without_a_pinned_genesis_no_such_anchor_is_claimed(made: Files, tmp_path: Path) -> None:
    report = verified(made, tmp_path)
    assert report.clean
    assert report.anchors == ()
    assert not statements(report)["pinned"]
    (pinned,) = (each for each in report.statements if each.name == "pinned")
    assert "made up whole" in pinned.en
    assert "凭空伪造" in pinned.zh


def test_another_genesis_than_the_pinned_one_is_refused(made: Files, tmp_path: Path) -> None:
    report = verified(made, tmp_path, base64url.encode(bytes(32)))
    assert report.faults.counts == {"audit.other_genesis": 1}
    assert report.anchors == (), "a pin that does not hold is nothing to rest on"
    assert not statements(report)["verified"]


def test_a_stream_cut_short_is_not_complete_as_stated(
    kept: Kept, made: Files, genesis: str, tmp_path: Path
) -> None:
    last = parse_manifest(made[MANIFEST]).shown[-1]
    cut = {
        name: data for name, data in made.items() if name.split("/")[-1].split(".")[0] != str(last)
    }
    shown = parse_manifest(made[MANIFEST]).shown[:-1]
    report = verified(restated(cut, shown=shown), tmp_path, genesis)
    assert report.clean, "what is there is true"
    assert statements(report) == {"verified": True, "complete": False, "allowed": True}
    lied = restated(cut, shown=shown, streams={kept.cases[1]: len(shown)})
    report = verified(lied, tmp_path / "lied", genesis)
    assert statements(report)["complete"], "as stated, not more: that is what the report says"
    (complete,) = (each for each in report.statements if each.name == "complete")
    assert "not proven" in complete.en
    assert "无从证明" in complete.zh


def test_a_single_entry_is_true_but_not_a_complete_stream(
    kept: Kept, genesis: str, tmp_path: Path
) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        manifest = export_evidence(ledger, tmp_path / "e.zip", indexes=[27])
    report = audit_evidence(tmp_path / "e.zip", registry(), genesis=genesis)
    assert report.clean
    assert statements(report) == {"verified": True, "complete": False, "allowed": True}
    assert manifest.shown == (27,)
    assert manifest.streams == {}


def test_an_entry_left_out_of_the_middle_is_missed(
    made: Files, genesis: str, tmp_path: Path
) -> None:
    manifest = parse_manifest(made[MANIFEST])
    gone = manifest.shown[2]
    shown = tuple(index for index in manifest.shown if index != gone)
    report = verified(restated(without(made, gone), shown=shown), tmp_path, genesis)
    assert report.faults.counts["audit.seq"] == 1
    assert not statements(report)["verified"]


# -- forging -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["checkpoint", "genesis", README, "types.json"])
def test_every_file_is_missed(made: Files, tmp_path: Path, name: str) -> None:
    report = verified({n: data for n, data in made.items() if n != name}, tmp_path)
    assert not report.clean


def test_what_the_manifest_does_not_list_is_a_stray(made: Files, tmp_path: Path) -> None:
    report = verified(made | {"entries/999": b"x"}, tmp_path)
    assert report.faults.counts == {"audit.stray": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"size": 5},
        {"root": base64url.encode(bytes(32))},
        {"genesis": base64url.encode(bytes(32))},
        {"origin": "ledger.example/other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_manifest_cannot_state_another_log(
    made: Files, tmp_path: Path, change: dict[str, object]
) -> None:
    report = verified(restated(made, **change), tmp_path)
    assert not report.clean
    assert not statements(report)["verified"]


def test_a_proof_is_for_its_own_entry_and_checkpoint(made: Files, tmp_path: Path) -> None:
    one, other = parse_manifest(made[MANIFEST]).shown[:2]
    swapped = made | {
        f"entries/{one}.tlog-proof": made[f"entries/{other}.tlog-proof"],
        f"entries/{other}.tlog-proof": made[f"entries/{one}.tlog-proof"],
    }
    report = verified(restated(swapped), tmp_path)
    assert report.faults.counts == {"evidence.other_proof": 2}


def test_an_entry_at_another_index_is_not_in_the_log(made: Files, tmp_path: Path) -> None:
    one, other = parse_manifest(made[MANIFEST]).shown[-2:]
    swapped = made | {
        f"entries/{one}": made[f"entries/{other}"],
        f"entries/{other}": made[f"entries/{one}"],
    }
    report = verified(restated(swapped), tmp_path)
    assert report.faults.counts["tlog.inclusion"] == 2


def test_disclosures_of_another_entry_are_refused(made: Files, tmp_path: Path) -> None:
    first, second = parse_manifest(made[MANIFEST]).shown[:2]
    moved = made | {f"disclosures/{second}": made[f"disclosures/{first}"]}
    report = verified(restated(moved), tmp_path)
    assert report.faults.counts == {"disclosure.unreferenced": 1}


@pytest.mark.parametrize("data", [b"", b"x", b"\xff\n", b"\n\n"])
def test_disclosures_are_one_a_line(made: Files, tmp_path: Path, data: bytes) -> None:
    first = parse_manifest(made[MANIFEST]).shown[0]
    report = verified(restated(made | {f"disclosures/{first}": data}), tmp_path)
    assert report.faults.total == 1


def test_a_changed_pack_is_not_the_one_adopted(made: Files, tmp_path: Path) -> None:
    name = next(name for name in made if name.endswith("/law.toml"))
    report = verified(restated(made | {name: made[name] + b"\n"}), tmp_path)
    assert report.faults.counts == {"audit.file": 1}


def test_a_pack_named_by_an_entry_is_missed(made: Files, tmp_path: Path) -> None:
    digest = next(name.split("/")[1] for name in made if name.startswith("packs/"))
    cut = {name: data for name, data in made.items() if digest not in name}
    assert verified(restated(cut), tmp_path).faults.counts == {"audit.file_missing": 1}


def test_each_of_several_bad_packs_is_named(made: Files, tmp_path: Path) -> None:
    digests = sorted({name.split("/")[1] for name in made if name.startswith("packs/")})
    assert len(digests) > 1
    pack_files = [next(name for name in made if name.startswith(f"packs/{d}/")) for d in digests]
    changed = {name: made[name] + b"\n" for name in pack_files}
    report = verified(restated(made | changed), tmp_path / "changed")
    assert report.faults.counts == {"audit.file": len(digests)}
    cut = {name: data for name, data in made.items() if not name.startswith("packs/")}
    report = verified(restated(cut), tmp_path / "missing")
    assert report.faults.counts == {"audit.file_missing": len(digests)}
    assert {digest for each in report.faults.items for digest in digests if digest in each.en} == {
        *digests
    }


def test_a_readme_of_somebody_elses_is_said_to_be_unverified(
    made: Files, genesis: str, tmp_path: Path
) -> None:
    other = restated(made | {"README": b"Trust this; the genesis hash is below."})
    report = verified(other, tmp_path, genesis)
    assert report.clean, "nobody signed the README"
    assert not statements(report)["readme"]


def test_a_package_may_be_read_by_its_owner_only(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        export_evidence(ledger, tmp_path / "e.zip", streams=[kept.cases[1]])
    assert (tmp_path / "e.zip").stat().st_mode & 0o777 == 0o600


# -- any change, any garbage -------------------------------------------------------------------


def test_a_changed_byte_is_noticed_in_every_file(made: Files, tmp_path: Path) -> None:
    folder = unpacked(made, tmp_path)
    for number, (name, data) in enumerate(sorted(made.items())):
        changed = bytearray(data)
        changed[7919 * number % len(data)] ^= 1
        (folder / name).write_bytes(changed)
        with suppress(LedgerError):
            assert not audit_evidence(folder, registry()).clean, name
        (folder / name).write_bytes(data)


@given(at=st.integers(0, 1 << 20), flip=st.integers(1, 255))
def test_a_changed_byte_of_the_zip_is_noticed_or_harmless(
    made: Files, tmp_path_factory: pytest.TempPathFactory, at: int, flip: int
) -> None:
    """Harmless: the container's own padding; what it holds is then byte for byte the same."""
    data = bytearray(zip_of(made))
    data[at % len(data)] ^= flip
    path = tmp_path_factory.getbasetemp() / "flipped.zip"
    path.write_bytes(data)
    try:
        report = verify_evidence(path)
    except LedgerError:
        return
    if report.clean:
        package = open_package(path)
        assert {name: package.files.read(name) for name in package.files.names} == made


def test_a_package_is_no_package_without_its_manifest(made: Files, tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        verified({name: data for name, data in made.items() if name != MANIFEST}, tmp_path)
    shutil.rmtree(tmp_path / "package")
    with pytest.raises(LedgerError):
        audit_evidence(tmp_path / "package", registry())


@given(st.binary(max_size=300))
def test_a_manifest_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(LedgerError):
        parse_manifest(data)


def test_a_manifest_reads_back_as_written(made: Files) -> None:
    assert format_manifest(parse_manifest(made[MANIFEST])) == made[MANIFEST]
