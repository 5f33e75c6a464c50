"""What waits for signatures, as of any point: what was signed later does not show earlier."""

from ledger.aggregates.account import commands as wishes
from ledger.rules.packs.sections import accounts as kinds
from ledger.service.board import Desk
from ledger.service.forms.setting import Setting
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.reading.waiting import Waiting, claims, hers, turn_of, waiting
from ledger.service.sheet import make_sheet
from tests.service.test_account_boards import TODAY, book, fund, staff, volunteer
from tests.support.office import Office


def waits(office: Office, size: int) -> list[Waiting]:
    office.ledger.follower.catch_up()
    return list(waiting(Desk(office.ledger, as_of(office.ledger, size=size), office.unit)))


def test_what_waits_is_told_as_of_the_point(office: Office) -> None:
    account, hands = fund(office)
    book(office, account, hands, 30_000)
    before = office.size
    claim = {"purpose": "office", "day": TODAY, "flow": "out"}
    do(office.ledger, hands["bao"], wishes.Claim(stream=account, amount=5_000, **claim))
    claimed = office.size
    do(office.ledger, hands["r1"], wishes.Confirm(stream=account, item=2))
    signed = office.size
    assert waits(office, before) == []
    told = [
        [(one.item, one.amount, one.steps[0].signed) for one in waits(office, n)]
        for n in (claimed, signed)
    ]
    assert told == [[(2, 5_000, 0)], [(2, 5_000, 1)]]
    for label in ("r2", "r3", "s", "d"):
        do(office.ledger, hands[label], wishes.Confirm(stream=account, item=2))
    do(office.ledger, hands["kuai"], wishes.Post(stream=account, item=2))
    assert waits(office, office.size) == []
    assert [(one.item, one.steps[0].signed) for one in waits(office, signed)] == [(2, 1)]


def test_it_is_the_turn_of_those_who_may_sign_and_have_not(office: Office) -> None:
    account, hands = fund(office)
    book(office, account, hands, 30_000)
    claim = {"purpose": "office", "day": TODAY, "flow": "out"}
    do(office.ledger, hands["bao"], wishes.Claim(stream=account, amount=5_000, **claim))
    do(office.ledger, hands["r1"], wishes.Confirm(stream=account, item=2))
    (found,) = waits(office, office.size)

    def turn(label: str) -> str:
        return turn_of(Setting(office.ledger, found.next, hands[label].who.actor), found)

    assert [turn(label) for label in ("r1", "r2", "s", "bao", "kuai")] == [
        "signed", "hers", "hers", "others", "others",
    ]  # fmt: skip
    rows = make_sheet(office.ledger, "waiting", as_of(office.ledger), office.unit).rows
    called = [(row["step"], row["step_en"]) for row in rows]
    kind = Desk(office.ledger, as_of(office.ledger), None).book(office.unit)
    assert kind is not None
    laid = {step.id: (step.zh, step.en) for one in kind.items(kinds.section) for step in one.steps}
    assert called == [laid[step.id] for step in found.steps], "packs lay these down"
    assert len(found.steps) > 1, "steps are signed in any order: each that is open may come next"
    for label in ("r2", "s"):
        desk = Setting(office.ledger, found.next, hands[label].who.actor)
        (step,) = hers(desk, found).steps
        assert hands[label].who.role in step.roles


def test_the_queue_is_a_board_with_a_line_for_each_step_that_may_come_next(office: Office) -> None:
    account, hands = fund(office)
    book(office, account, hands, 30_000)
    claim = {"purpose": "office", "day": TODAY, "flow": "out"}
    do(office.ledger, hands["bao"], wishes.Claim(stream=account, amount=5_000, **claim))
    do(office.ledger, hands["r1"], wishes.Confirm(stream=account, item=2))
    (found,) = waits(office, office.size)
    rows = make_sheet(office.ledger, "waiting", as_of(office.ledger), office.unit).rows
    told = [(row["next"], row["signed"], row["needed"]) for row in rows]
    assert told == [(each.id, each.signed, each.needed) for each in found.steps]
    assert len(told) > 1
    assert {(row["record"], row["item"], row["amount"]) for row in rows} == {(account, 2, 5_000)}
    assert all(row["step"] != row["next"] != row["step_en"] for row in rows), "said in words"


def test_hours_wait_for_their_organiser_and_not_for_a_committee(office: Office) -> None:
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "李建国")
    claim = wishes.Claim(stream=account, amount=90, purpose="peace", day=TODAY, start="09:00")
    do(office.ledger, clerk, claim)
    assert waits(office, office.size) == []
    desk = Desk(office.ledger, as_of(office.ledger, size=office.size), office.unit)
    (found,) = claims(desk)
    assert (found.amount, found.measure, found.item) == (90, "minute", 1)
    reject = wishes.Reject(stream=account, item=1, reason="mistaken")
    do(office.ledger, organiser, reject)
    office.ledger.follower.catch_up()
    assert list(claims(Desk(office.ledger, as_of(office.ledger), office.unit))) == []
    then = Desk(office.ledger, as_of(office.ledger, size=office.size - 1), office.unit)
    assert [one.item for one in claims(then)] == [1]
