"""The board of decisions: every step is a line, taken or not, as of its size."""

import re

from starlette.testclient import TestClient

from api.app import make_app
from ledger.aggregates.decision.commands import Close, Propose, TakeStep
from ledger.service.board import Desk
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.reading.latest import latest
from tests.service.test_boards import sheet, staffed
from tests.support.office import Office


def test_steps_not_taken_are_lines_and_defects_are_named(office: Office) -> None:
    clerk = staffed(office, "decision_clerk")
    kind = "residents_four_two"
    receipt = do(office.ledger, clerk, Propose(unit=office.unit, code=kind, title="修缮活动室"))
    stream = receipt.entries[0].stream
    do(office.ledger, clerk, TakeStep(stream=stream, step="proposed"))
    before = office.size
    vote = {"of": "representatives", "total": 60, "present": 30, "ayes": 20, "nays": 10}
    do(office.ledger, clerk, TakeStep(stream=stream, step="decided", result="passed", **vote))
    rows = sheet(office, "decisions").rows
    assert [row["taken"] for row in rows] == [True, False, False, True, False, False, False]
    decided = rows[3]
    assert decided["defects"] == "out_of_order, no_quorum"
    assert (decided["present"], decided["total"], decided["ayes"]) == (30, 60, 20)
    assert decided["rule"] == "urban.representatives"
    assert [row["taken"] for row in sheet(office, "decisions", size=before).rows].count(True) == 1
    assert sheet(office, "decisions").words["standing"]["passed"].zh == "已通过"


def test_what_was_voted_down_still_says_so_once_it_is_closed(office: Office) -> None:
    clerk = staffed(office, "decision_clerk")
    kind = "residents_four_two"
    receipt = do(office.ledger, clerk, Propose(unit=office.unit, code=kind, title="修缮活动室"))
    stream = receipt.entries[0].stream
    do(office.ledger, clerk, TakeStep(stream=stream, step="proposed"))
    vote = {"of": "representatives", "total": 60, "present": 50, "ayes": 10, "nays": 40}
    do(office.ledger, clerk, TakeStep(stream=stream, step="decided", result="rejected", **vote))
    do(office.ledger, clerk, Close(stream=stream))
    found = sheet(office, "decisions")
    assert {(row["standing"], row["result"]) for row in found.rows} == {("closed", "rejected")}
    (told,) = latest(Desk(office.ledger, as_of(office.ledger), office.unit), 1)
    assert (told.stream, told.result) == (stream, "rejected")
    assert [row["outcome"] for row in found.rows] == [None] * 3 + ["rejected"] + [None] * 3
    assert found.words["result"]["rejected"].zh == "未通过"
    with TestClient(make_app(office.ledger), headers={"Accept-Language": "zh"}) as client:
        board = client.get("/boards/decisions").text
        row = client.get("/boards/decisions/rows/0").text
    told = re.sub(r"<[^>]+>", "", board).replace(" ", "")
    assert "已办结（未通过）" in told
    (voted,) = re.findall(r'<li class="taken lost">.*?</strong>', board, re.S)
    assert "未通过" in voted
    assert "已办" not in voted
    assert told.count("不再办理") == 3, "the steps after the vote are no longer owed"
    assert "表决结果" in row
    assert "未通过" in row
