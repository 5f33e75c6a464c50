"""The disclosure board over a real ledger: posted, asked about, counted down as of its day."""

from datetime import UTC, datetime, timedelta

from ledger.aggregates.disclosure_item.commands import Approve, Draft, Publish, RaiseQuery, Review
from ledger.service.office import do
from tests.service.test_boards import sheet, staffed
from tests.support.office import Office

DAY = 86_400_000


def test_an_item_is_a_line_from_its_draft_on_and_its_posting_counts_down(office: Office) -> None:
    roles = {role: staffed(office, role) for role in ("publisher", "joint_clerk")}
    members = [staffed(office, "supervisor", label) for label in ("one", "other")]
    drafted = Draft(
        unit=office.unit, code="residents.finance", period=_this_month(office), title="收支",
        amounts=("opening=10", "income=5", "expense=2.50", "closing=12.50"),
    )  # fmt: skip
    receipt = do(office.ledger, roles["publisher"], drafted)
    item = receipt.entries[0].stream
    for member in members:
        do(office.ledger, member, Review(stream=item))
    do(office.ledger, roles["joint_clerk"], Approve(stream=item))
    before = office.size
    do(office.ledger, roles["publisher"], Publish(stream=item, channel="board"))
    do(office.ledger, roles["publisher"], RaiseQuery(stream=item, text="请说明支出"))

    (row,) = sheet(office, "disclosure", size=before).rows
    assert (row["standing"], row["days_left"], row["amounts"]) == ("approved", None, None)
    (row,) = sheet(office, "disclosure").rows
    assert (row["standing"], row["days_left"], row["asked"]) == ("published", 15, 1)
    assert row["amounts"] == "closing=12.50 expense=2.50 income=5.00 opening=10.00"
    later = {"size": office.size, "at": office.clock.now_ms() + 16 * DAY}
    (row,) = sheet(office, "disclosure", **later).rows
    assert (row["days_left"], row["unanswered"], row["overdue"]) == (0, 1, 1)
    words = sheet(office, "disclosure").words
    assert words["class"]["finance"].zh == "集体财务收支"
    assert words["standing"]["published"].zh == "公示中"


def _this_month(office: Office) -> str:
    now = datetime.fromtimestamp(office.clock.now_ms() / 1000, UTC) + timedelta(hours=8)
    return f"{now:%Y-%m}"
