"""An audit in parts, by several processes or after an interruption tells what a plain one does."""

import errno
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from ledger.audit import inspection, interim, parts
from ledger.audit.audit import audit
from ledger.audit.faults import ChangedSince
from ledger.audit.interim import Keeper, OtherAudit
from ledger.audit.keyring import KeyRing
from ledger.audit.parts import Workers, Workplace
from ledger.audit.ports import Audited, Stored
from ledger.bootstrap import registry
from ledger.entry.claims import Seen
from ledger.errors import LedgerError, StorageError
from ledger.service.auditing.audits import audit_export, audit_home
from ledger.service.auditing.scratch import Scratch
from ledger.service.exports.log import export_log
from tests.audit.homes import Kept
from tests.audit.making import HandMade, Memory
from tests.audit.reading import forged
from tests.audit.test_audit_report import OddOnes
from tests.trust.tampered import told


class Stopped(Exception):
    """Somebody pulled the plug."""


def stopping_at(size: int) -> Callable[[int, int], None]:
    def stop(done: int, _size: int) -> None:
        if done >= size:
            raise Stopped

    return stop


def damage(log: HandMade) -> Callable[[], Memory]:
    """Return a source with faults in the first, a middle and the last part."""

    def source() -> Memory:
        made = log.source()
        made.change(10, lambda _: b"broken")
        made.change(100, lambda state: forged(state, b'"v":1', b'"v":2'))
        made.put(150, made.rows[149].state)
        del made.rows[200]
        made.change(299, lambda state: state[:-4] + b"AAAA")
        return made

    return source


@pytest.fixture(params=["whole", "damaged"])
def source(full: HandMade, request: pytest.FixtureRequest) -> Callable[[], Memory]:
    return full.source if request.param == "whole" else damage(full)


# -- parts and memory ------------------------------------------------------------------------


@pytest.mark.parametrize("part", [1, 7, 64, 256])
def test_parts_of_any_size_tell_the_same(source: Callable[[], Memory], part: int) -> None:
    assert told(audit(source(), part=part)) == told(audit(source()))


def test_what_a_database_remembers_tells_the_same(source: Callable[[], Memory]) -> None:
    scratch = Scratch()
    assert told(audit(source(), part=32, memory=scratch)) == told(audit(source()))
    scratch.close()


def test_what_signers_saw_is_remembered_in_a_database_too(full: HandMade) -> None:
    log = HandMade()
    log.states, log.clock, log._tips = list(full.states), full.clock, dict(full._tips)
    for size, root in ((256, 257), (10**9, 300), (257, 257), (256, 256)):
        log.case("a new one", by="cy", seen=Seen(size=size, root=full.seen(root).root))
    scratch = Scratch()
    found = audit(log.source(), part=64, memory=scratch)
    assert found.faults.counts == {"audit.seen": 2}
    assert told(found) == told(audit(log.source()))


# -- an interrupted audit --------------------------------------------------------------------


@pytest.fixture
def kept_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an audit that keeps how far it is after each part."""
    monkeypatch.setattr(interim, "KEEP_SECONDS", 0)
    return tmp_path / "audit.json"


def interrupted(source: Memory, kept_in: Path, size: int) -> None:
    with pytest.raises(Stopped):
        audit(
            source,
            rules=OddOnes(),
            keeper=Keeper(kept_in, "this"),
            part=32,
            progress=stopping_at(size),
        )


class After(OddOnes):
    """The same rules, told what was judged before."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[int] = []

    def take(self, audited: Audited) -> None:
        self.taken.append(audited.index)


@pytest.mark.parametrize("size", [32, 64, 128])
def test_an_interrupted_audit_goes_on_to_the_same_report(
    source: Callable[[], Memory], kept_in: Path, size: int
) -> None:
    plain = audit(source(), rules=OddOnes())
    interrupted(source(), kept_in, size)
    rules = After()
    report = audit(source(), rules=rules, keeper=Keeper(kept_in, "this"), part=32)
    assert told(report) == told(plain)
    assert report.faults.counts == plain.faults.counts
    assert report.rates.judged == plain.rates.judged
    assert report.resumed == size
    assert max(rules.taken) == size - 1
    assert min(rules.order) >= size, "nothing is judged twice"
    assert not kept_in.exists(), "an audit that came to its end leaves nothing to go on with"


def test_signatures_verified_before_are_not_verified_again(
    full: HandMade, kept_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(full.source(), kept_in, 128)
    verified: list[int] = []
    true = inspection.verify_signature

    def counted(entry: object, key: object) -> None:
        verified.append(1)
        true(entry, key)  # type: ignore[arg-type]

    monkeypatch.setattr(inspection, "verify_signature", counted)
    assert not audit(full.source(), keeper=Keeper(kept_in, "this"), part=32).faults.counts
    keys = sum(b'"key/' in state for state in full.states)
    assert 300 - 128 <= len(verified) <= 300 - 128 + keys + 8, "those that move keys once more"


def test_what_was_changed_since_is_noticed(full: HandMade, kept_in: Path) -> None:
    interrupted(full.source(), kept_in, 128)
    changed = full.source()
    changed.put(50, changed.rows[51].state)
    with pytest.raises(ChangedSince):
        audit(changed, rules=After(), keeper=Keeper(kept_in, "this"), part=32)


def test_what_was_cut_off_since_is_noticed(full: HandMade, kept_in: Path) -> None:
    interrupted(full.source(), kept_in, 128)
    shorter = HandMade()
    shorter.states = full.states[:70]
    with pytest.raises(ChangedSince):
        audit(shorter.source(), rules=After(), keeper=Keeper(kept_in, "this"), part=32)


def test_another_audits_file_is_refused_and_left(full: HandMade, kept_in: Path) -> None:
    interrupted(full.source(), kept_in, 64)
    with pytest.raises(OtherAudit):
        Keeper(kept_in, "another")
    kept_in.write_bytes(b"{")
    with pytest.raises(OtherAudit):
        Keeper(kept_in, "this")
    assert kept_in.exists()


def test_a_state_that_cannot_be_kept_is_told(full: HandMade, tmp_path: Path, kept_in: Path) -> None:
    keeper = Keeper(tmp_path / "nowhere" / "audit.json", "this")
    with pytest.raises(StorageError):
        audit(full.source(), keeper=keeper, part=32)


# -- homes and exported logs, by other processes ---------------------------------------------


def test_a_home_is_audited_by_processes_of_its_own(kept: Kept, tmp_path: Path) -> None:
    """The one test that starts them as a server does, from a clean process."""
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        report = audit_home(ledger, workers=2, part=64)
        assert report.clean
        assert told(report) == told(audit_home(ledger))
        assert report.rates.seconds.keys() >= {"integrity", "rules", "tags", "vault", "views"}


def test_a_home_goes_on_where_it_was_interrupted(kept: Kept, tmp_path: Path, kept_in: Path) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        with pytest.raises(Stopped):
            audit_home(ledger, resume=kept_in, part=64, progress=stopping_at(128))
        report = audit_home(ledger, resume=kept_in, part=64)
        assert report.clean
        assert (report.resumed, report.rates.judged) == (128, report.size)


def test_an_export_is_audited_in_parts_and_goes_on(
    kept: Kept, tmp_path: Path, kept_in: Path
) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        export_log(ledger, tmp_path / "log")
    plain = audit_export(tmp_path / "log", registry())
    with pytest.raises(Stopped):
        audit_export(
            tmp_path / "log", registry(), resume=kept_in, part=64, progress=stopping_at(128)
        )
    assert told(audit_export(tmp_path / "log", registry(), resume=kept_in, part=64)) == told(plain)


def test_errors_come_whole_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(OtherAudit(name="x")))
    assert isinstance(error, LedgerError)
    assert (type(error), error.facts, str(error)) == (
        OtherAudit,
        {"name": "x"},
        str(OtherAudit(name="x")),
    )


@pytest.mark.parametrize("start", ["forkserver", "fork"])
def test_no_process_outlives_an_audit_that_was_killed(tmp_path: Path, start: str) -> None:
    program = f"""if 1:
        import os, signal
        from functools import partial
        from pathlib import Path
        from ledger.audit import parts
        from ledger.audit.keyring import KeyRing
        from tests.audit.test_audit_parts import a_place
        if __name__ == "__main__":
            parts.START = {start!r}
            place = partial(a_place, Path({str(tmp_path)!r}))
            workers = parts.Workers(place(), KeyRing(), opening=place, count=2, part=1)
            with workers.at_work(100) as work:
                found = work.parts(0)
                next(found), next(found)
                os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run([sys.executable, "-c", program], check=False)
    assert killed.returncode == -signal.SIGKILL
    pids = [int(file.name) for file in tmp_path.iterdir()]
    assert len(pids) >= 2, "the audit's own and at least one worker's"
    for pid in pids:
        with suppress(ProcessLookupError):  # ended before we looked
            ended = os.pidfd_open(pid)
            assert select.select([ended], [], [], 20)[0], "a worker goes on for nobody"
            os.close(ended)


def a_place(folder: Path) -> Workplace:
    """A workplace any process can open, which leaves its number; its entries are of no form."""
    (folder / str(os.getpid())).touch()
    return Workplace(Broken())


class Broken:
    def entries(self, start: int, limit: int) -> list[Stored]:
        return [Stored(index, b"") for index in range(start, min(100, start + limit))]


def test_whoever_asks_does_parts_while_the_others_start(tmp_path: Path) -> None:
    place = partial(a_place, tmp_path)
    workers = Workers(place(), KeyRing(), opening=place, count=1, part=1, helping=True)
    with workers.at_work(100) as work:
        found = [part.entries[0].stored.index for part in work.parts(0)]
    assert found == list(range(100))


@pytest.mark.parametrize("fails", ["__init__", "submit"])
def test_processes_that_cannot_be_started_are_a_storage_error(
    full: HandMade, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(parts.ProcessPoolExecutor, fails, refuse)
    workers = Workers(Workplace(full.source()), KeyRing({}), opening=_nowhere, count=2, part=32)
    with pytest.raises(StorageError, match="temporarily"), workers.at_work(64):
        pass


def _nowhere() -> Workplace:
    raise AssertionError("no process was started")
