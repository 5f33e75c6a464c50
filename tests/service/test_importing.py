"""Importing: cases from messages, once; rejects named; later replies appended; nothing in clear."""

import hmac
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from ledger.entry import ids
from ledger.entry.entry import parse_entry
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError
from ledger.kernel.act import Act
from ledger.service import office as setting_up
from ledger.service.acts.commands import parse_command
from ledger.service.directory import DeviceAwaitsApproval, NoImportDevice, import_device
from ledger.service.imports.messages import (
    ANSWER,
    ANSWERED,
    ID,
    OPTIONAL,
    RECEIVED,
    REQUIRED,
    SUBJECT,
    TEXT,
    USER,
)
from ledger.service.imports.residents import SYSTEM, Importer, ImportReport, import_messages
from ledger.service.imports.spreadsheet import SheetRow, load_sheet
from ledger.service.ledger import Ledger, as_of
from ledger.service.office import do
from ledger.service.reading.replay import replay
from ledger.store.batch import GuardMoved, Placed, Submission
from ledger.store.sequencer import Sequencer
from tests.support.office import Office, register_device
from tests.support.soundness import require_sound

REAL = Path(__file__).parents[3] / "shared" / "data" / "resident-messages.xlsx"


NOTHING: Mapping[str, object] = {}


def message(
    id_: object, number: int = 2, changes: Mapping[str, object] = NOTHING, *, reply: bool = True
) -> SheetRow:
    cells: dict[str, object] = {
        ID: id_,
        USER: f"user {id_}",
        SUBJECT: f"subject {id_}",
        RECEIVED: "2019/4/25 9:32:09",
        TEXT: f"\n\ttext of {id_}",
    }
    if reply:
        cells |= {ANSWER: f"answer to {id_}", ANSWERED: "2019/5/10 14:56:53"}
    return SheetRow(number=number, cells=cells | dict(changes))


def install(office: Office, unit: str | None = None) -> str:
    """Set up an import device; return its reference."""
    ledger, first = office.ledger, office.registrars[0]
    device = register_device(office, "import")
    key = PrivateKey.generate()
    ledger.keystore.save_signing_key(key, holder=device, custody="device")
    setting_up.enrol(ledger, first, device, key, "device")
    setting_up.appoint(ledger, office.registrars, device, "importer", unit or office.unit)
    return device


@pytest.fixture
def importing(office: Office) -> Office:
    """An office with an import device."""
    install(office)
    return office


def imported(office: Office, *rows: SheetRow, system: str = "messages") -> ImportReport:
    return import_messages(
        office.ledger,
        rows,
        unit=office.unit,
        device=import_device(office.ledger),
        system=system,
    )


def acts(ledger: Ledger, start: int) -> Sequence[Act]:
    return ledger.known.streams.acts(start, 10_000)


def test_a_message_with_reply_is_received_answered_and_closed(importing: Office) -> None:
    before = importing.size
    report = imported(importing, message(1), message(2, reply=False))
    assert (report.added, report.entries, report.rejects) == (2, 4, ())
    told = [(act.type, act.occ, act.role) for act in acts(importing.ledger, before)]
    assert told == [
        ("case.received.v1", "2019-04-25", "importer"),
        ("case.answered.v1", "2019-05-10", "importer"),
        ("case.closed.v1", "2019-05-10", "importer"),
        ("case.received.v1", "2019-04-25", "importer"),
    ]
    importing.ledger.close()
    require_sound(importing.path, rules=True)


def test_running_it_again_adds_nothing(importing: Office) -> None:
    rows = [message(n) for n in range(5)]
    imported(importing, *rows)
    size = importing.size
    report = imported(importing, *rows)
    assert (importing.size, report.added, report.known, report.rejects) == (size, 0, 5, ())


def test_another_process_finds_what_the_first_imported(importing: Office) -> None:
    imported(importing, message(1))
    again = importing.reopened()
    try:
        assert imported(again, message(1)).known == 1
    finally:
        again.ledger.close()


def test_a_later_table_appends_the_reply(importing: Office) -> None:
    imported(importing, message(1, reply=False))
    before = importing.size
    report = imported(importing, message(1))
    assert (report.added, report.replies, report.entries) == (0, 1, 2)
    streams = {act.stream for act in acts(importing.ledger, before)}
    steps = replay(importing.ledger, streams.pop(), as_of(importing.ledger))
    assert [step.act.type.split(".")[1] for step in steps] == ["received", "answered", "closed"]


def test_a_table_without_the_reply_takes_nothing_away(importing: Office) -> None:
    imported(importing, message(1))
    report = imported(importing, message(1, reply=False))
    assert (report.known, report.entries, report.rejects) == (1, 0, ())


@pytest.mark.parametrize(
    ("column", "what"),
    [(TEXT, "matter.text"), (SUBJECT, "matter.title"), (USER, "reporter.ref"),
     (ANSWER, "answer.text")],
)  # fmt: skip
def test_other_content_under_a_known_id_is_refused_and_overwrites_nothing(
    importing: Office, column: str, what: str
) -> None:
    imported(importing, message(1))
    size = importing.size
    report = imported(importing, message(1, 7, {column: "another"}))
    assert importing.size == size
    (reject,) = report.rejects
    assert (reject.row, reject.id, reject.why.code) == (7, "1", "import.differs_from_log")
    assert reject.why.facts["what"] == what


def test_ids_of_two_systems_never_meet(importing: Office) -> None:
    imported(importing, message(1), system="a")
    assert imported(importing, message(1), system="b").added == 1


def test_bad_rows_are_named_and_good_ones_kept(importing: Office) -> None:
    report = imported(
        importing,
        message(1),
        message(None, 3),
        message("c", 4, {RECEIVED: "soon"}),
        message("d", 5, {ANSWERED: "2019/4/24"}),
        message("e", 6, {TEXT: "ze\u200bro"}),
        message("f", 7, {SUBJECT: "x" * 201}),
        message("g", 8, {RECEIVED: "2199-01-01", ANSWER: None, ANSWERED: None}),
        message(2, 9),
    )
    assert report.added == 2
    assert [(reject.row, reject.why.code) for reject in report.rejects] == [
        (3, "import.no_id"),
        (4, "import.bad_time"),
        (5, "import.reply_before_message"),
        (6, "import.bad_text"),
        (7, "import.cell_not_usable"),
        (8, "time.occurred_later"),
    ]


def test_no_reason_repeats_what_a_row_says(importing: Office) -> None:
    secret = "机密内容不外传" * 40
    report = imported(
        importing,
        message("a", 2, {SUBJECT: secret}),
        message("b", 2, {TEXT: f"{secret}\x00"}),
        message("c", 2, {RECEIVED: secret}),
    )
    assert len(report.rejects) == 3
    for reject in report.rejects:
        assert "机密" not in f"{reject.why.text('zh')}{reject.why.text('en')}"


def test_nothing_of_a_message_stands_in_the_entries(importing: Office) -> None:
    before = importing.size
    imported(importing, message("naturalkey77"))
    states = importing.ledger.recorder.states(before, importing.size)
    assert states
    for state in states:
        claims = parse_entry(state).signed.claims
        public = f"{claims.stream} {claims.jti} {claims.occ}".encode() + bytes(claims.pub)
        for told in (b"naturalkey77", b"09:32", b"T09", b"subject", b"answer to"):
            assert told not in public


def test_the_exact_times_and_texts_are_sealed_as_they_were(importing: Office) -> None:
    before = importing.size
    imported(importing, message(1))
    stream = acts(importing.ledger, before)[0].stream
    steps = replay(importing.ledger, stream, as_of(importing.ledger), values=True)
    matter, answer = steps[0].sealed["matter"], steps[1].sealed["answer"]
    assert matter.values["received_at"] == "2019-04-25T09:32:09+08:00"
    assert matter.values["text"] == "\n\ttext of 1"
    assert answer.values["answered_at"] == "2019-05-10T14:56:53+08:00"
    assert steps[0].sealed["reporter"].values["ref"] == "user 1"


def test_stream_ids_cannot_be_had_without_the_home_s_secret(importing: Office) -> None:
    before = importing.size
    imported(importing, message(1))
    first = acts(importing.ledger, before)[0].stream
    secret = (importing.path / "import.secret").read_text().strip()
    assert Importer(importing.ledger, importing.unit, SYSTEM).names("1")["stream"] in first
    guess = hmac.digest(bytes(32), f"{SYSTEM}\n1\nstream".encode(), "sha256")
    assert ids.id_from_bytes(guess) not in first
    found = hmac.digest(bytes.fromhex(secret), f"{SYSTEM}\n1\nstream".encode(), "sha256")
    assert ids.id_from_bytes(found) in first


def test_a_replaced_secret_imports_nothing_a_second_time(importing: Office) -> None:
    imported(importing, message(1))
    before = importing.size
    (importing.path / "import.secret").write_text("ab" * 32)
    with pytest.raises(LedgerError) as refused:
        imported(importing, message(1))
    assert refused.value.code == "home.import_secret_replaced"
    assert importing.size == before


def test_a_home_of_before_keeps_no_digest_of_its_secret_and_imports_as_ever(
    importing: Office,
) -> None:
    settings = importing.path / "home.toml"
    kept = [line for line in settings.read_text().splitlines() if "import_digest" not in line]
    settings.write_text("\n".join(kept) + "\n")
    older = importing.reopened()
    assert imported(older, message(1)).added == 1
    older.ledger.close()


def test_what_is_known_is_compared_in_a_few_queries(
    importing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [message(number) for number in range(1, 41)]
    imported(importing, *rows)
    asked: list[int] = []
    connect = importing.ledger.recorder.engine.connect
    monkeypatch.setattr(
        importing.ledger.recorder.engine, "connect", lambda: (asked.append(1), connect())[1]
    )
    assert imported(importing, *rows).known == len(rows)
    assert len(asked) < 10


def test_a_case_someone_else_closed_meanwhile_is_left_to_her(importing: Office) -> None:
    imported(importing, message(1, reply=False))
    stream = acts(importing.ledger, importing.size - 1)[0].stream
    clerk = importing.hands["intake_clerk"]
    fields = {"stream": stream, "reason": "not_ours", "text": "Elsewhere."}
    do(importing.ledger, clerk, parse_command(importing.ledger, "case.refuse", fields))
    size = importing.size
    report = imported(importing, message(1, 9))
    assert importing.size == size
    assert [(r.row, r.why.code) for r in report.rejects] == [(9, "case.act_not_possible")]


def test_a_guard_that_moved_is_judged_again_not_refused(
    importing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = Sequencer.append, [GuardMoved()]

    def once_moved(self: Sequencer, submission: Submission) -> "Future[Placed]":
        if not refusals:
            return real(self, submission)
        future: Future[Placed] = Future()
        future.set_exception(refusals.pop())
        return future

    monkeypatch.setattr(Sequencer, "append", once_moved)
    report = imported(importing, message(1), message(2))
    assert (report.added, report.rejects) == (2, ())


def test_without_a_device_the_refusal_names_the_command(office: Office) -> None:
    with pytest.raises(NoImportDevice) as refused:
        import_device(office.ledger)
    assert "mingzhang import setup" in refused.value.text("en")
    assert "mingzhang import setup" in refused.value.text("zh")


def test_a_device_whose_post_awaits_approval_is_not_ready(office: Office) -> None:
    ledger, first = office.ledger, office.registrars[0]
    device = register_device(office, "import")
    key = PrivateKey.generate()
    ledger.keystore.save_signing_key(key, holder=device, custody="device")
    setting_up.enrol(ledger, first, device, key, "device")
    post = setting_up.appoint(ledger, office.registrars[:1], device, "importer", office.unit)
    with pytest.raises(DeviceAwaitsApproval) as refused:
        import_device(ledger)
    assert f"mingzhang post approve {post}" in refused.value.text("zh")


def test_a_device_out_of_its_scope_has_every_row_refused(importing: Office) -> None:
    ledger = importing.ledger
    other = setting_up.establish(
        ledger, importing.registrars[0], "520603", name="别处", level="district"
    )
    report = import_messages(ledger, [message(1)], unit=other, device=import_device(ledger))
    assert [reject.why.code for reject in report.rejects] == ["authority.out_of_scope"]


def test_progress_counts_every_message_once(importing: Office) -> None:
    seen: list[tuple[int, int]] = []
    rows = [message(n) for n in range(7)] + [message("bad", 2, {RECEIVED: None})]
    import_messages(
        importing.ledger,
        rows,
        unit=importing.unit,
        device=import_device(importing.ledger),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(n, 7) for n in range(1, 8)]


@pytest.mark.skipif(not REAL.exists(), reason="the real messages are not here")
def test_the_real_messages_are_imported_within_seconds(importing: Office) -> None:
    rows = load_sheet(REAL, required=REQUIRED, optional=OPTIONAL)
    began = time.monotonic()
    report = imported(importing, *rows)
    assert time.monotonic() - began < 60
    assert report.rows == 2816
    assert report.added == 2816 - len(report.rejects)
    assert {reject.why.code for reject in report.rejects} == {"import.bad_text"}
    importing.ledger.follower.catch_up()
    view = importing.ledger.views["register"]
    assert view.total(as_of(importing.ledger), where={"imported": True}) == report.added
