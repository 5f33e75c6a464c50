"""Findings on who acted although tied, ratings, files, and whether others can rely on the log."""

from datetime import timedelta

import pytest

from ledger.aggregates.case import commands as cases
from ledger.aggregates.disclosure_item import commands as items
from ledger.aggregates.post import DeclareRelation, Recuse
from ledger.aggregates.review import SignReview
from ledger.projections.closings import ClosingsRow
from ledger.projections.ratings import RatingRow
from ledger.service.attachments.taking import upload
from ledger.service.board import Desk
from ledger.service.directory import posts_held
from ledger.service.finding import Window
from ledger.service.findings import all_satisfied, rated_unfinished
from ledger.service.ledger import as_of
from ledger.service.office import Hand, do, hand
from ledger.service.reading import marks
from ledger.service.reading.reviewed import root_of
from ledger.service.upkeep.publishing import publish_heads
from tests.service.test_attachments import attach
from tests.service.test_boards import staffed
from tests.service.test_findings import _drafted, _two_posts, found, later
from tests.service.test_findings_of_matters import assigned
from tests.support.files import a_pdf
from tests.support.office import Office, install


def holder(by: Hand) -> Hand:
    return hand(by.who.actor, "holder", by.key)


def post_of(office: Office, by: Hand) -> str:
    posts = posts_held(office.ledger, by.who.actor)
    (stream,) = [post.stream for post in posts if post.role == by.who.role]
    return stream


# -- ties ------------------------------------------------------------------------------------


def test_who_withdraws_after_she_acted_is_found_and_who_withdraws_first_is_not(office):
    stream, desk = assigned(office), office.hands["liaison"]
    other = office.a_case()
    do(office.ledger, holder(desk), Recuse(stream=post_of(office, desk), matter=other))
    assert found(office, "acted_before_recusal") == ()
    receipt = do(office.ledger, desk, cases.Resolve(stream=stream, outcome="settled"))
    do(office.ledger, holder(desk), Recuse(stream=post_of(office, desk), matter=stream))
    (row,) = found(office, "acted_before_recusal")
    assert (row["rule"], row["record"], row["measure"]) == ("RF-06", stream, 1)
    assert row["entries"] == str(receipt.entries[0].index)


def test_what_a_supervisor_signs_after_declaring_a_relative_is_found(office):
    drafter = staffed(office, "publisher")
    jian = staffed(office, "supervisor", "jian")
    before = _drafted(office, drafter, "2026-01")
    do(office.ledger, jian, items.Review(stream=before))
    told = {"stream": post_of(office, jian), "body": "committee", "relative": "不公开"}
    do(office.ledger, holder(jian), DeclareRelation(**told, related=True))
    assert found(office, "relative_acted") == ()
    since = _drafted(office, drafter, "2026-02")
    receipt = do(office.ledger, jian, items.Review(stream=since))
    (row,) = found(office, "relative_acted")
    assert (row["about"], row["measure"]) == ("supervisor committee", 1)
    assert row["entries"] == str(receipt.entries[0].index)
    do(office.ledger, holder(jian), DeclareRelation(**told, related=False))
    assert found(office, "relative_acted") == ()


# -- what was published, and what stands behind it ---------------------------------------------


@pytest.fixture
def published(office: Office) -> tuple[str, Hand]:
    drafter, _ = _two_posts(office, "jia")
    stream = _drafted(office, drafter, "2026-01")
    for each in [_two_posts(office, label)[1] for label in ("yi", "bing")]:
        do(office.ledger, each, items.Review(stream=stream))
    do(office.ledger, staffed(office, "joint_clerk"), items.Approve(stream=stream))
    file = upload(office.ledger, stream, a_pdf(1))
    do(office.ledger, drafter, items.Attach(stream=stream, file=file.text))
    do(office.ledger, drafter, items.Publish(stream=stream, channel="board"))
    return stream, drafter


def test_a_file_put_to_what_is_posted_is_found_and_one_put_before_is_not(office, published):
    stream, drafter = published
    assert found(office, "attached_after_posting") == ()
    file = upload(office.ledger, stream, a_pdf(2))
    do(office.ledger, drafter, items.Attach(stream=stream, file=file.text))
    (row,) = found(office, "attached_after_posting")
    assert (row["rule"], row["record"], row["measure"]) == ("RF-03", stream, 1)


def test_money_disclosed_and_withdrawn_is_found_where_nothing_replaces_it(office, published):
    stream, drafter = published
    draft_only = items.Withdraw(stream=_drafted(office, drafter, "2026-02"), reason="mistaken")
    do(office.ledger, drafter, draft_only)
    assert found(office, "withdrawn_unreplaced") == ()
    size = office.size
    do(office.ledger, drafter, items.Withdraw(stream=stream, reason="mistaken"))
    (row,) = found(office, "withdrawn_unreplaced")
    assert (row["rule"], row["record"]) == ("RF-17", stream)
    assert found(office, "withdrawn_unreplaced", size=size) == ()


def test_one_file_behind_two_records_is_found_and_twice_behind_one_is_not(office):
    one, other = office.a_case(), office.a_case()
    first = attach(office, one, a_pdf(1))
    attach(office, one, a_pdf(1))
    attach(office, other, a_pdf(2))
    assert found(office, "file_reused") == ()
    again = attach(office, other, a_pdf(1))
    (row,) = found(office, "file_reused")
    assert (row["record"], row["about"]) == (other, one)
    assert row["entries"] == f"{first} {again}"


def test_a_file_is_opened_for_the_findings_once(office, monkeypatch):
    opened = []
    real = marks.values_in

    def counted(ledger, indexes, group):
        opened.extend(indexes)
        return real(ledger, indexes, group)

    monkeypatch.setattr(marks, "values_in", counted)
    one, other = office.a_case(), office.a_case()
    first = attach(office, one, a_pdf(1))
    assert found(office, "file_reused") == ()
    again = attach(office, other, a_pdf(1))
    for _ in range(2):
        assert len(found(office, "file_reused")) == 1
    assert opened == [first, again]


# -- ratings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "early"), [("assigned", True), ("resolved", True), ("verified", False),
                         ("closed", False), ("no_such_state", False)],
)  # fmt: skip
def test_a_rating_is_too_early_while_more_than_closing_remains(office, monkeypatch, state, early):
    stream = assigned(office)
    office.ledger.follower.catch_up()
    desk = Desk(office.ledger, as_of(office.ledger), None)
    row = RatingRow(
        rating="", entry=7, case=stream, unit=office.unit, day=desk.day.isoformat(), shelf="",
        state=state,
    )  # fmt: skip
    monkeypatch.setattr(desk, "rows", lambda *_, **__: [row])
    window = Window(since=desk.day, until=desk.day)
    found_ = [one.record for one in rated_unfinished.find(desk, window)]
    assert found_ == [stream] * early


def test_a_rating_recorded_has_its_row_and_is_not_found_once_only_closing_remained(office):
    stream, caller = assigned(office), staffed(office, "call_back_clerk")
    do(office.ledger, office.hands["liaison"], cases.Resolve(stream=stream, outcome="settled"))
    do(office.ledger, office.hands["verifier"], cases.Verify(stream=stream))
    do(office.ledger, caller, cases.Rate(stream=stream, satisfied=True))
    assert found(office, "rated_unfinished") == ()
    (row,) = Desk(office.ledger, as_of(office.ledger), None).rows("ratings", "rating")
    assert (row.case, row.state, row.satisfied) == (stream, "verified", True)


@pytest.mark.parametrize(
    ("closed", "ratings", "count"),
    [(21, (True, True), 1), (20, (True, True), 0), (19, (True,), 0), (99, (True, False), 0)],
)
def test_everybody_satisfied_counts_for_little_where_hardly_anybody_rated(
    office, monkeypatch, closed, ratings, count
):
    desk = Desk(office.ledger, as_of(office.ledger), None)
    day, unit, year = desk.day.isoformat(), office.unit, str(desk.day.year)
    days = (f"{year}-01-05", day)
    views = {
        "closings": [
            ClosingsRow(
                closings="", unit=unit, day=day, number=closed, entries="", record="", shelf=year
            )
        ],
        "ratings": [
            RatingRow(
                rating="", entry=number, case="", unit=unit, day=given, shelf=year, state="closed",
                satisfied=satisfied,
            )
            for number, (given, satisfied) in enumerate(zip(days, ratings, strict=False))
        ],
    }  # fmt: skip
    monkeypatch.setattr(desk, "rows", lambda view, *_, shelf: views[view] if shelf == year else [])
    window = Window(since=desk.day, until=desk.day)
    rows = list(all_satisfied.find(desk, window))
    assert [one.measure for one in rows] == [len(ratings)] * count
    earlier = Window(since=desk.day - timedelta(days=366), until=desk.day)
    assert list(all_satisfied.find(desk, earlier)) == rows, "the days asked about are no part of it"


# -- whether others can rely on the log --------------------------------------------------------


def test_heads_nobody_published_are_found_after_seven_days_until_they_are(office):
    install(office)
    assert found(office, "heads_late", size=office.size, at=later(office, 7)) == ()
    (row,) = found(office, "heads_late", size=office.size, at=later(office, 8))
    assert (row["unit"], row["entries"], row["measure"]) == ("log", "0", 1)
    publish_heads(office.ledger)
    assert found(office, "heads_late", size=office.size, at=later(office, 99)) == ()
    office.a_case()
    (row,) = found(office, "heads_late", size=office.size, at=later(office, 99))
    assert row["entries"] == str(office.size - 1)


def test_a_signature_under_another_history_is_found(office):
    jian, size = staffed(office, "supervisor"), office.size
    root = root_of(office.ledger, size)
    good = SignReview(unit=office.unit, start=0, size=size, root=root, outcome="nothing_found")
    do(office.ledger, jian, good)
    assert found(office, "root_contradicted") == ()
    forked = SignReview(
        unit=office.unit, start=size, size=size + 1, root="A" * 43, outcome="nothing_found"
    )
    receipt = do(office.ledger, jian, forked)
    (row,) = found(office, "root_contradicted")
    assert (row["rule"], row["record"]) == ("RF-16", receipt.entries[0].stream)
