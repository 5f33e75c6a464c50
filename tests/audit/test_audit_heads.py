"""Published heads are computed again: what does not fit is a fault, a day without is a finding."""

import pytest

from ledger.audit import heads
from ledger.audit.audit import audit
from ledger.audit.report import Report
from tests.audit.making import HandMade
from tests.support.heads import b64, lines_of, mth

DAY_MS = 86_400_000


def publish(log: HandMade, size: int | None = None, **changes: object) -> int:
    """Append what a second implementation publishes of the first ``size`` entries."""
    size = len(log.states) if size is None else size
    lines = lines_of(log.states[:size])
    pub = {"size": size, "streams": len(lines), "root": b64(mth(lines))} | changes
    return log.add(f"log/{log.origin}", "log.heads_published.v1", pub, at=log.clock + 1000)


def told(report: Report) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for each in (*report.faults.items, *report.findings.items):
        found.setdefault(each.code, []).append(each.index)
    return found


def test_what_a_second_implementation_publishes_holds(log: HandMade) -> None:
    publish(log)
    log.case("a")
    log.case("new")
    publish(log)
    publish(log)
    assert audit(log.source(), workers=1).clean


def test_entries_may_come_between_the_size_and_its_publication(full: HandMade) -> None:
    log = HandMade()
    log.enrol("cy")
    for number in range(40):
        log.case(f"case {number % 7}", by="cy")
        if number % 3 == 0:
            publish(log, max(1, len(log.states) - number))
    assert audit(log.source(), workers=1).clean


@pytest.mark.parametrize(
    "change",
    [{"root": b64(bytes(32))}, {"streams": 4}, {"streams": 6}],
    ids=["root", "too few", "too many"],
)
def test_what_is_falsely_published_is_a_fault_there(
    log: HandMade, change: dict[str, object]
) -> None:
    index = publish(log, **change)
    log.case("a")
    report = audit(log.source(), workers=1)
    assert told(report) == {"audit.heads": [index]}
    assert report.findings.counts == {}


def test_an_entry_put_in_the_place_of_another_is_missed_by_its_heads(log: HandMade) -> None:
    publish(log)
    other = HandMade()
    other.enrol("cy")
    other.enrol("di", by="bo")
    for label in ("a", "b", "a", "a"):
        other.case(label, by="cy")
    other.case("b", by="cy", occ="2026-03-01")
    source = log.source()
    source.put(7, other.states[7])
    source.retiled()
    report = audit(source, workers=1)
    assert told(report)["audit.heads"] == [8]


@pytest.mark.parametrize(
    "pub", [{}, {"size": 3}, {"size": "3", "streams": 1, "root": b64(bytes(32))},
            {"size": 8, "streams": 1, "root": "x"}, {"size": 99, "streams": 1,
             "root": b64(bytes(32))}],
    ids=["nothing", "size alone", "text", "no root", "beyond itself"],
)  # fmt: skip
def test_what_cannot_be_checked_is_a_fault(log: HandMade, pub: dict[str, object]) -> None:
    index = log.add(f"log/{log.origin}", "log.heads_published.v1", pub)
    assert told(audit(log.source(), workers=1)) == {"audit.heads_form": [index]}


def test_a_publication_reaches_back_only_so_far(
    log: HandMade, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(log, 5)
    publish(log, 4)
    monkeypatch.setattr(heads, "REACH", 4)
    assert told(audit(log.source(), workers=1)) == {"audit.heads_too_far": [9]}


def test_a_missing_entry_is_told_once(log: HandMade) -> None:
    publish(log)
    source = log.source()
    del source.rows[5]
    assert "audit.heads" not in told(audit(source, workers=1))


# -- days ----------------------------------------------------------------------------------------


def test_a_day_left_out_is_a_finding_at_its_first_entry(log: HandMade) -> None:
    publish(log)
    late = log.case("a", at=log.clock + DAY_MS)
    log.case("b")
    log.case("c", at=log.clock + 2 * DAY_MS)
    publish(log)
    report = audit(log.source(), workers=1)
    assert told(report) == {"heads.day_missing": [late]}
    assert report.faults.counts == {}
    assert report.exit_status == 1
    (finding,) = report.findings.items
    assert "2026-03-03" in finding.en


def test_the_end_of_the_next_day_is_in_time(log: HandMade) -> None:
    publish(log)
    log.case("a", at=log.clock + DAY_MS)
    publish(log, None)
    log.case("a", at=log.clock + DAY_MS)
    log.case("b", at=log.clock + DAY_MS)
    publish(log)
    assert audit(log.source(), workers=1).clean


def test_days_without_entries_need_no_publication(log: HandMade) -> None:
    publish(log)
    log.case("a", at=log.clock + 30 * DAY_MS)
    publish(log)
    assert audit(log.source(), workers=1).clean


def test_what_nobody_published_since_is_found_once_the_log_goes_on(log: HandMade) -> None:
    publish(log)
    first = log.case("a", at=log.clock + DAY_MS)
    log.case("a", at=log.clock + DAY_MS)
    assert audit(log.source(), workers=1).clean, "the next day may not be over yet"
    second = log.case("b", at=log.clock + DAY_MS)
    log.case("b", at=log.clock + 2 * DAY_MS)
    report = audit(log.source(), workers=1)
    assert told(report) == {"heads.day_missing": [first, first + 1, second]}


def test_a_log_that_never_published_is_not_held_to_days(full: HandMade) -> None:
    assert audit(full.source(), workers=1).clean
