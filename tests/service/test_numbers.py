"""Official numbers: gap-free by log order, whoever writes; void ones stay, forged ones fail."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from msgspec.structs import replace

from ledger.aggregates.case.commands import Accept, Withdraw
from ledger.aggregates.pack import AdoptPack, ApprovePack
from ledger.aggregates.unit import ChangeUnit
from ledger.entry.jws import parse_jws
from ledger.errors import LedgerError
from ledger.kernel.act import AsOf, series_tag
from ledger.kernel.event import Numbered
from ledger.kernel.registry import public_bytes
from ledger.rules.packs import pack as pack_rules
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.board import Asked
from ledger.service.boards import numbers
from ledger.service.ledger import today
from ledger.service.office import do, keep_shipped
from ledger.service.reading.numbers import number_of, numbers_of_receipt, numbers_of_streams
from ledger.service.reading.replay import replay
from ledger.service.sheet import make_sheet
from tests.support.office import MINUTE, Office, forged, presented
from tests.support.versions import CN_BASE
from tests.trust.forging import execute

LINES = """
[[series]]
id = "case"
zh = "事项"
en = "Cases"
form = "{code}事〔{year}〕{number}号"
void = ["mistaken", "duplicate"]

[[series]]
id = "case.petition"
zh = "信访件"
en = "Petitions"
form = "信{year}-{number}"
digits = 2
level = "street"
void = ["mistaken"]
"""
HEAD = """
id = "numbers-test"
version = "{version}"
zh = "编号"
en = "Numbers"
extends = ["cn-law", "cn-base"]
"""


def adopt(office: Office, lines: str = LINES, version: str = "1") -> None:
    """Let a pack with these series be in force."""
    ledger, (first, *others) = office.ledger, office.registrars
    files = {
        "pack.toml": HEAD.format(version=version).encode(),
        "numbers.toml": lines.encode(),
    }
    digest = pack_rules.digest_of(files)
    ledger.home.keep_pack(digest, files)
    command = AdoptPack(
        pack=f"numbers-test@{version}",
        digest=digest,
        extends=tuple(keep_shipped(ledger, each) for each in ("cn-law", "cn-base")),
        unit=None,
        effective_from=today(ledger).isoformat(),
    )
    proposal = do(ledger, first, command).entries[0]
    for each in others:
        do(ledger, each, ApprovePack(stream=proposal.stream, approves=proposal.digest))


@pytest.fixture
def numbered(office: Office) -> Office:
    adopt(office)
    return office


def take(office: Office, **members) -> tuple[str, str | None]:
    """Take a matter in; return its stream and the number on its receipt."""
    receipt = do(office.ledger, office.hands["intake_clerk"], office.receive(**members))
    (line,) = receipt.entries
    return line.stream, numbers_of_receipt(office.ledger, receipt).get(line.index)


def test_numbers_follow_the_log_by_series_and_stand_on_the_receipt(numbered):
    taken = [take(numbered)[1], take(numbered, kind="petition")[1], take(numbered)[1]]
    assert taken == ["520602001事〔2026〕0001号", "信2026-01", "520602001事〔2026〕0002号"]


def test_what_no_series_covers_takes_no_number(office):
    assert take(office)[1] is None
    adopt(office, LINES[LINES.index("[[series]]", 20) :])
    assert (take(office)[1], take(office, kind="petition")[1]) == (None, "信2026-01")


def test_acts_that_begin_nothing_take_none(numbered):
    stream, number = take(numbered)
    receipt = do(numbered.ledger, numbered.hands["intake_clerk"], Accept(stream=stream))
    assert numbers_of_receipt(numbered.ledger, receipt) == {}
    steps = replay(numbered.ledger, stream, AsOf(size=numbered.size, at=0))
    assert [step.official for step in steps] == [number, None]


def test_a_list_gives_each_what_its_receipt_gave(numbered):
    taken = dict(take(numbered, kind=kind) for kind in ("request", "petition") * 3)
    assert numbers_of_streams(numbered.ledger, taken) == taken
    assert numbers_of_streams(numbered.ledger, []) == {}


def test_many_writers_in_two_processes_leave_no_gap_and_no_twin(numbered):
    """A second opening of the home knows nothing of the first but what the log says."""
    other = numbered.opened_beside()
    try:
        with ThreadPoolExecutor(8) as pool:
            offices = [numbered, other] * 10
            taken = list(pool.map(lambda each: take(each)[1], offices))
    finally:
        other.ledger.close()
    assert sorted(taken) == [f"520602001事〔2026〕{rank:04}号" for rank in range(1, 21)]


def test_a_new_year_begins_a_new_series(numbered):
    take(numbered)
    numbered.clock.wait(305 * 24 * 60 * MINUTE)
    assert take(numbered)[1] == "520602001事〔2027〕0001号"


def test_a_number_is_written_as_it_was_when_the_pack_or_the_code_changes_later(numbered):
    stream, number = take(numbered)
    adopt(numbered, LINES.replace("{code}事", "{code}新"), version="2")
    do(
        numbered.ledger,
        numbered.registrars[0],
        ChangeUnit(
            stream=numbered.unit,
            code="520602999",
            effective_from=today(numbered.ledger).isoformat(),
        ),
    )
    assert numbers_of_streams(numbered.ledger, [stream]) == {stream: number}
    assert take(numbered)[1] == "520602999新〔2026〕0002号"


def test_a_void_number_stays_taken_and_its_entry_is_named(numbered):
    first, _ = take(numbered)
    second, _ = take(numbered)
    clerk = numbered.hands["intake_clerk"]
    (voided,) = do(numbered.ledger, clerk, Withdraw(stream=first, reason="duplicate")).entries
    do(numbered.ledger, clerk, Withdraw(stream=second, reason="by_reporter"))
    assert take(numbered)[1] == "520602001事〔2026〕0003号"
    lines = board(numbered)
    assert [(line["number"][-5:-1], line["void"], line["reason"]) for line in lines] == [
        ("0001", True, "duplicate"), ("0002", False, None), ("0003", False, None)
    ]  # fmt: skip
    assert lines[0]["entry"] == voided.index


def board(office: Office, **asked) -> tuple[dict, ...]:
    office.ledger.follower.catch_up()
    point = AsOf(size=office.size, at=office.clock.now_ms())
    return make_sheet(office.ledger, "numbers", point, None, Asked(**asked)).rows


def test_the_board_counts_as_receipts_do_and_is_narrowed_by_kind(numbered):
    taken = dict(take(numbered, kind=kind) for kind in ("request", "petition", "request"))
    assert {line["stream"]: line["number"] for line in board(numbered)} == taken
    (petition,) = board(numbered, kind="case.petition")
    assert petition["number"] == "信2026-01"


def test_a_board_of_a_unit_reads_no_series_it_took_no_part_in(numbered, monkeypatch):
    take(numbered)
    numbered.ledger.follower.catch_up()
    point = AsOf(size=numbered.size, at=numbered.clock.now_ms())
    assert len(make_sheet(numbered.ledger, "numbers", point, numbered.unit).rows) == 1
    monkeypatch.setattr(numbers, "_of_series", lambda *_: pytest.fail("a series was read"))
    assert make_sheet(numbered.ledger, "numbers", point, "unit/" + "0" * 26).rows == ()


def test_an_earlier_board_shows_only_what_was_there(numbered):
    take(numbered)
    size = numbered.size
    take(numbered)
    numbered.ledger.follower.catch_up()
    point = AsOf(size=size, at=numbered.clock.now_ms())
    assert len(make_sheet(numbered.ledger, "numbers", point).rows) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda taken: replace(taken, year=2025),
        lambda taken: replace(taken, series="case.petition"),
        lambda taken: replace(taken, pack=CN_BASE),
        lambda taken: replace(taken, unit="unit/" + "0" * 26),
    ],
)
def test_an_entry_that_states_another_series_is_refused(numbered, change):
    """A client of one's own could else jump the queue, or leave a hole."""
    clerk, size = numbered.hands["intake_clerk"], numbered.size
    stated = pub_of(numbered, clerk)
    changed = replace(stated, numbered=change(stated.numbered))
    text = forged(
        numbered.ledger, clerk, numbered.receive(), pub=msgspec.Raw(public_bytes(changed))
    )
    with pytest.raises(LedgerError) as raised:
        submit(numbered.ledger, [text])
    assert raised.value.code == "number.series_differs"
    assert numbered.size == size


def pub_of(office: Office, by):
    (presentation,) = presented(office.ledger, by, office.receive())
    return office.ledger.registry.act(parse_jws(presentation.split(b"~")[0])).event


def test_an_act_that_takes_no_number_may_not_state_a_series(numbered):
    stream, _ = take(numbered)
    clerk = numbered.hands["intake_clerk"]
    taken = Numbered(pack="numbers-test@1", series="case", year=2026)
    (honest,) = presented(numbered.ledger, clerk, Accept(stream=stream))
    event = numbered.ledger.registry.act(parse_jws(honest.split(b"~")[0])).event
    changed = msgspec.Raw(public_bytes(replace(event, numbered=taken)))
    with pytest.raises(LedgerError) as raised:
        submit(
            numbered.ledger, [forged(numbered.ledger, clerk, Accept(stream=stream), pub=changed)]
        )
    assert raised.value.code == "number.series_differs"


def test_the_audit_finds_a_series_whose_tag_was_dropped(numbered):
    stream, _ = take(numbered)
    take(numbered)
    assert audit_home(numbered.ledger, views=False, workers=1).faults.counts == {}
    act = replay(numbered.ledger, stream, AsOf(size=numbered.size, at=0))[0].act
    tag = series_tag(act.event)
    numbered.ledger.close()
    execute(numbered.path, "DELETE FROM tag WHERE tag = ? AND idx = ?", tag, act.index)
    again = numbered.opened_beside()
    try:
        report = audit_home(again.ledger, views=False, workers=1)
        assert [(item.code, item.index) for item in report.faults.items] == [
            ("audit.tags", act.index)
        ]
        assert number_of(again.ledger, act) is not None
    finally:
        again.ledger.close()
