"""Rules, checks, progress and the report itself."""

import pytest

from ledger.audit.audit import audit
from ledger.audit.ports import Audited, Fault
from ledger.audit.report import KEPT, Collector
from ledger.errors import LedgerError, RuleViolation, StorageError
from tests.audit.making import HandMade
from tests.audit.reading import codes

# -- rules, checks, report -------------------------------------------------------------------


class Refused(RuleViolation):
    """A rule of these tests."""

    code = "test.refused"
    zh = "不行：{why}。"
    en = "No: {why}."


class OddOnes:
    """Rules that refuse every entry at an odd index."""

    def __init__(self) -> None:
        self.order: list[int] = []

    def judge(self, audited: Audited) -> LedgerError | None:
        self.order.append(audited.index)
        if audited.index % 2:
            return Refused(why="odd", rule="no.odd", article="Art. 1")
        return None

    def take(self, audited: Audited) -> None:
        raise AssertionError("nothing was judged before")


def test_findings_are_told_apart_from_faults(full: HandMade) -> None:
    rules = OddOnes()
    source = full.source()
    source.change(10, lambda _: b"broken")
    report = audit(source, rules=rules, workers=2)
    assert report.findings.counts == {"test.refused": 150}
    assert report.findings.first == 1
    found = report.findings.items[0]
    assert (found.rule, found.article, found.en) == ("no.odd", "Art. 1", "No: odd.")
    assert report.faults.counts["entry.malformed"] == 1
    assert rules.order == [index for index in range(300) if index != 10]
    assert report.exit_status == 1
    assert report.rates.judged == 299


def test_a_finding_alone_makes_the_exit_status_1(log: HandMade) -> None:
    report = audit(log.source(), rules=OddOnes())
    assert not report.faults.counts
    assert report.exit_status == 1


class Counting:
    name = "counting"

    def __init__(self) -> None:
        self.looked: list[int] = []

    def look(self, batch: list[Audited]) -> list[Fault]:
        self.looked += [audited.index for audited in batch]
        return [Fault(index.index, Refused(why="look")) for index in batch if index.index == 7]

    def finish(self, size: int) -> list[Fault]:
        return [Fault(None, Refused(why=str(size)))]


def test_checks_see_every_entry_once_and_the_end(full: HandMade) -> None:
    check = Counting()
    report = audit(full.source(), checks=[check])  # type: ignore[list-item]
    assert check.looked == list(range(300))
    assert codes(report) == {"test.refused": [7, None]}
    assert report.faults.items[1].en == "No: 300."
    assert set(report.rates.seconds) == {"integrity", "heads", "counting"}


def test_a_check_that_breaks_is_told_and_the_audit_goes_on(full: HandMade) -> None:
    class Breaking(Counting):
        def look(self, batch: list[Audited]) -> list[Fault]:
            raise KeyError("a stranger's text")

    breaking, after = Breaking(), Counting()
    report = audit(full.source(), checks=[breaking, after])  # type: ignore[list-item]
    assert codes(report) == {"audit.check_stopped": [None], "test.refused": [7, None]}
    assert "KeyError" in report.faults.items[0].en
    assert "stranger" not in report.faults.items[0].en
    assert after.looked == list(range(300))


def test_rules_that_break_are_told_and_the_audit_goes_on(full: HandMade) -> None:
    class Breaking(OddOnes):
        def judge(self, audited: Audited) -> LedgerError | None:
            raise KeyError("a stranger's text")

    after = Counting()
    report = audit(full.source(), rules=Breaking(), checks=[after])  # type: ignore[list-item]
    assert report.faults.counts == {"audit.check_stopped": 1, "test.refused": 2}
    assert report.rates.judged == 0
    assert after.looked == list(range(300))


def test_what_a_check_cannot_read_is_no_fault(log: HandMade) -> None:
    class Unread(Counting):
        def finish(self, size: int) -> list[Fault]:
            raise StorageError(why="gone")

    with pytest.raises(StorageError):
        audit(log.source(), checks=[Unread()])  # type: ignore[list-item]


def test_progress_reaches_the_end(full: HandMade) -> None:
    told: list[tuple[int, int]] = []
    audit(full.source(), progress=lambda done, size: told.append((done, size)))
    assert told == sorted(told)
    assert told[-1] == (300, 300)


def test_a_report_as_json_holds_no_bytes(log: HandMade) -> None:
    source = log.source()
    source.change(4, lambda _: b"broken")
    plain = audit(source, rules=OddOnes()).to_dict()
    assert plain["exit_status"] == 1
    assert plain["root"] == audit(source).root.hex()  # type: ignore[union-attr]
    assert plain["faults"]["counts"]["entry.malformed"] == 1
    assert {"index", "code", "zh", "en"} <= plain["findings"]["items"][0].keys()


def test_counts_go_on_where_the_list_ends() -> None:
    collector = Collector()
    for index in range(KEPT + 5):
        collector.add(index + 3, Refused(why="again"))
    tally = collector.tally()
    assert (tally.total, len(tally.items), tally.first) == (KEPT + 5, KEPT, 3)
