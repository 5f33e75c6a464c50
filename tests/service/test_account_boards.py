"""Volunteers, teams and finance on their boards: names by consent alone, sums that add up."""

import pytest

from ledger.aggregates.account import commands as wishes
from ledger.service.ledger import as_of, newest
from ledger.service.office import Hand, appoint, do, enrol, establish, hand, register
from ledger.service.reading.naming import VIEW, masked, names
from ledger.service.sheet import make_sheet
from ledger.store.views.store import ProjectionBehind
from tests.service.test_boards import sheet
from tests.support.office import Office
from tests.support.trust import a_key

DAY = 86_400_000
TODAY = "2026-03-02"


def staff(office: Office, *roles: str) -> list[Hand]:
    """Return a person for each role, with a key of her own."""
    hands = []
    for number, role in enumerate(roles):
        key = a_key(f"{role} {number}")
        holder = register(office.ledger, office.registrars[0], role, office.unit)
        enrol(office.ledger, office.registrars[0], holder, key, "file")
        appoint(office.ledger, office.registrars, holder, role, office.unit)
        hands.append(hand(holder, role, key))
    return hands


def volunteer(office: Office, clerk: Hand, name: str) -> str:
    told = {"unit": office.unit, "kind": "volunteer_hours", "category": "resident"}
    receipt = do(office.ledger, clerk, wishes.Open(**told, full_name=name))
    return receipt.entries[0].stream


def serve(office: Office, clerk: Hand, organiser: Hand, account: str, minutes: int) -> None:
    claim = wishes.Claim(stream=account, amount=minutes, purpose="peace", day=TODAY, start="00:00")
    do(office.ledger, clerk, claim)
    do(office.ledger, organiser, wishes.Confirm(stream=account, item=1, unrelated=True))


def test_a_name_is_shown_masked_by_consent_and_never_again_once_withdrawn(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    shy, open_ = (volunteer(office, clerk, name) for name in ("李建国", "王秀兰"))
    for account, minutes in ((shy, 90), (open_, 125)):
        serve(office, clerk, organiser, account, minutes)
    consent = wishes.GiveConsent(stream=open_, shown_name="王秀兰")
    do(office.ledger, organiser, consent)
    shown = sheet(office, "volunteers")
    assert [(row["account"], row["name"], row["minutes"]) for row in shown.rows] == [
        (open_, "王*", 125), (shy, None, 90),
    ]  # fmt: skip
    assert "秀兰" not in str(shown)
    assert "建国" not in str(shown)
    then = office.size
    do(office.ledger, organiser, wishes.WithdrawConsent(stream=open_))
    assert all(row["name"] is None for row in sheet(office, "volunteers").rows)
    # What was public that day is not published again.
    assert all(row["name"] is None for row in sheet(office, "volunteers", size=then).rows)
    # A new consent does not bring the old one's day back either.
    do(office.ledger, organiser, wishes.GiveConsent(stream=open_, shown_name="欧阳兰"))
    assert {row["name"] for row in sheet(office, "volunteers").rows} == {"欧*", None}
    assert all(row["name"] is None for row in sheet(office, "volunteers", size=then).rows)


def test_names_neither_wait_for_a_view_that_lags_nor_outlive_their_consent(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    do(office.ledger, organiser, wishes.GiveConsent(stream=account, shown_name="王秀兰"))
    office.ledger.follower.catch_up()
    point = newest(office.ledger, VIEW)
    rows = office.ledger.views[VIEW].rows(point, limit=9)
    volunteer(office, clerk, "李建国")
    assert office.ledger.views[VIEW].position() < office.size, "nobody follows"
    assert names(office.ledger, rows) == {account: "王*"}
    do(office.ledger, organiser, wishes.WithdrawConsent(stream=account))
    assert names(office.ledger, rows) == {}


def test_no_row_of_the_view_holds_a_name(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    do(office.ledger, organiser, wishes.GiveConsent(stream=account, shown_name="王秀兰"))
    office.ledger.follower.catch_up()
    kept = b"".join(file.read_bytes() for file in (office.path / "views").iterdir())
    assert account.encode() in kept
    assert "秀兰".encode() not in kept


@pytest.mark.parametrize(
    ("name", "shown"), [("王秀兰", "王*"), (" 李 ", "李*"), ("", ""), ("A", "A*")]
)
def test_a_masked_name_is_its_first_character_and_a_star(name, shown):
    assert masked(name) == shown


def test_hours_stars_and_vests_are_those_the_account_states(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    serve(office, clerk, organiser, account, 721)
    (row,) = sheet(office, "volunteers").rows
    assert (row["minutes"], row["services"], row["stars"], row["vest"], row["flagged"]) == (
        721, 1, 0, "red", 1,
    )  # fmt: skip
    assert sheet(office, "volunteers").words["vest"]["red"].zh == "红马甲"


def test_a_team_counts_its_members_as_of_any_size(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    team = establish(office.ledger, office.registrars[0], "t1", name="锦江先锋队", level="team")
    members = [volunteer(office, clerk, name) for name in ("甲", "乙", "丙")]
    for account in members:
        do(office.ledger, organiser, wishes.Join(stream=account, team=team))
    then = office.size
    do(office.ledger, organiser, wishes.Leave(stream=members[0], team=team))
    assert [row["members"] for row in sheet(office, "teams", unit=team).rows] == [2]
    assert [row["members"] for row in sheet(office, "teams", size=then).rows] == [3]


def fund(office: Office) -> tuple[str, dict[str, Hand]]:
    hands = dict(
        zip(
            ("kuai", "bao", "r1", "r2", "r3", "s", "d", "head"),
            staff(
                office, "accountant", "claims_clerk", "supervisor", "supervisor", "supervisor",
                "secretary", "director", "unit_head",
            ),
            strict=True,
        )
    )  # fmt: skip
    told = {"unit": office.unit, "kind": "fund", "since": "2026-02", "opening": 100_000}
    receipt = do(office.ledger, hands["kuai"], wishes.Open(**told))
    return receipt.entries[0].stream, hands


def book(office: Office, account: str, hands: dict[str, Hand], amount: int, **told: str) -> int:
    flow = told.get("flow", "out")
    claim = {"purpose": "office", "day": TODAY, "flow": flow} | told
    do(office.ledger, hands["bao"], wishes.Claim(stream=account, amount=amount, **claim))
    item = len(office.ledger.known.stream(account).state.items)
    signers = ("r1", "r2", "r3") + (("s", "d") if flow == "out" else ())
    for label in signers:
        do(office.ledger, hands[label], wishes.Confirm(stream=account, item=item))
    do(office.ledger, hands["kuai"], wishes.Post(stream=account, item=item))
    return item


def test_finance_adds_up_line_by_line_and_shows_what_was_stated_when_a_reversal_came_after(office):
    account, hands = fund(office)
    close = wishes.ClosePeriod(stream=account)
    do(office.ledger, hands["kuai"], close)  # February, over already
    item = book(office, account, hands, 30_000)
    book(office, account, hands, 5_000, flow="in", purpose="rent")
    office.clock.wait(31 * DAY)
    do(office.ledger, hands["kuai"], close)
    then = office.size
    office.clock.wait(DAY)
    do(
        office.ledger, hands["head"],
        wishes.Reverse(stream=account, item=item, reason="refunded"),
    )  # fmt: skip
    shown = sheet(office, "finance")
    keys = ("period", "opening", "income", "expense", "balance", "closed", "stated", "reversed")
    assert [tuple(row[key] for key in keys) for row in shown.rows] == [
        ("2026-03", 100_000, 5_000, 0, 105_000, True, 75_000, 1),
        ("2026-02", 100_000, 0, 0, 100_000, True, None, 0),
    ]
    before = sheet(office, "finance", size=then)
    assert next(tuple(row[key] for key in keys) for row in before.rows) == (
        "2026-03", 100_000, 5_000, 30_000, 75_000, True, None, 0,
    )  # fmt: skip
    for row in (*shown.rows, *before.rows):
        assert row["opening"] + row["income"] - row["expense"] == row["balance"]
    assert office.ledger.known.stream(account).state.balance == shown.rows[0]["balance"]
    assert shown.words["kind"]["fund"].zh == "集体资金"


def test_a_board_ahead_of_its_views_says_so(office):
    size = office.size
    with pytest.raises(ProjectionBehind):
        make_sheet(office.ledger, "finance", as_of(office.ledger, size=size))
