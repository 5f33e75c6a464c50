"""The board of decisions: every step is a line, taken or not, as of its size."""

from ledger.aggregates.decision.commands import Propose, TakeStep
from ledger.service.office import do
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
