"""Posts over a real ledger: cross-posts, conflicts, vacancies, hand-overs, and their findings."""

from datetime import date, timedelta

import pytest

from ledger.aggregates.key import RevokeKey
from ledger.aggregates.post import (
    ApproveAppointment,
    DeclareRelation,
    DrawUpHandover,
    Elect,
    EndPost,
    ProposeAppointment,
    SignHandover,
)
from ledger.aggregates.session.commands import Hold
from ledger.errors import LedgerError
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.board import Asked
from ledger.service.directory import posts_held
from ledger.service.ledger import as_of, today
from ledger.service.office import Hand, appoint, do, establish, hand, register
from ledger.service.sheet import make_sheet
from tests.service.test_boards import sheet, staffed
from tests.service.test_findings import found, later
from tests.support.office import Office, presented

DAY = 86_400_000


@pytest.fixture
def community(office: Office) -> Office:
    """The office with a community of its own as its unit."""
    unit = establish(
        office.ledger, office.registrars[0], "520602001001", name="江畔社区", level="community",
        parent=office.unit,
    )  # fmt: skip
    return office._replace(unit=unit)


def posts(office: Office, **asked):
    return list(sheet(office, "posts", unit=office.unit, **asked).rows)


def of(office: Office, by: Hand, **asked):
    return [row for row in posts(office, **asked) if row["holder"] == by.who.actor]


def ended(office: Office, by: Hand, role: str, day: str) -> str:
    (stream,) = [p.stream for p in posts_held(office.ledger, by.who.actor) if p.role == role]
    do(office.ledger, office.registrars[0], EndPost(stream=stream, effective_from=day))
    return stream


def in_days(office: Office, days: int) -> str:
    return (today(office.ledger) + timedelta(days=days)).isoformat()


def test_cross_posts_are_told_per_person_and_a_supervisor_who_keeps_the_books_is_found(community):
    jian = staffed(community, "supervisor", "jian")
    assert found(community, "incompatible_posts") == ()
    appoint(community.ledger, community.registrars, jian.who.actor, "organiser", community.unit)
    assert found(community, "incompatible_posts") == ()
    size = community.size
    appoint(community.ledger, community.registrars, jian.who.actor, "accountant", community.unit)
    rows = {row["role"]: row for row in of(community, jian)}
    assert rows["supervisor"]["others"] == "代理会计 江畔社区、志愿服务组织者 江畔社区"
    assert rows["supervisor"]["others_en"].startswith("Agency accountant 江畔社区, ")
    assert (rows["supervisor"]["conflict"], rows["supervisor"]["because"]) == (
        "barred", "accountant",
    )  # fmt: skip
    assert rows["organiser"]["conflict"] is None
    assert sheet(community, "posts").words["conflict"]["barred"].zh == "不得兼任"
    (one,) = found(community, "incompatible_posts")
    assert (one["rule"], one["about"]) == ("SD3", "supervisor barred accountant")
    assert one["record"] == rows["supervisor"]["record"]
    assert of(community, jian, size=size)[0]["conflict"] is None
    ended(community, jian, "accountant", today(community.ledger).isoformat())
    assert found(community, "incompatible_posts") == ()


def test_the_same_two_posts_at_different_units_are_no_conflict(community):
    jian = staffed(community, "supervisor", "jian")
    other = establish(
        community.ledger, community.registrars[0], "9", name="别处", level="community"
    )  # fmt: skip
    appoint(community.ledger, community.registrars, jian.who.actor, "accountant", other)
    assert found(community, "incompatible_posts") == ()
    assert of(community, jian)[0]["others"] == "代理会计 别处"


def test_a_near_relative_in_the_committee_is_a_conflict_and_nobody_is_named(community):
    jian = staffed(community, "supervisor", "jian")
    own = hand(jian.who.actor, "holder", jian.key)
    (post,) = posts_held(community.ledger, jian.who.actor)
    declare = DeclareRelation(
        stream=post.stream, body="committee", related=True, relative="不公开的姓名"
    )
    do(community.ledger, own, declare)
    (one,) = found(community, "incompatible_posts")
    assert one["about"] == "supervisor relative committee"
    assert "不公开" not in str(sheet(community, "posts"))
    assert of(community, jian)[0]["conflict"] == "relative"


def test_a_post_that_must_be_filled_is_vacant_from_the_day_its_holder_left(community):
    vacant = {row["about"]: row for row in found(community, "vacant_post")}
    assert set(vacant) == {"director", "supervisor"}
    zhu = staffed(community, "director")
    assert {row["about"] for row in found(community, "vacant_post")} == {"supervisor"}
    ended(community, zhu, "director", in_days(community, 5))
    at = {"size": community.size, "at": later(community, 8)}
    (row,) = [row for row in found(community, "vacant_post", **at) if row["about"] == "director"]
    assert (row["day"], row["measure"]) == (in_days(community, 5), 3)
    standing = {(r["role"], r["standing"]) for r in posts(community, **at)}
    assert {("director", "vacant"), ("director", "over")} <= standing


def test_a_hand_over_is_due_ten_days_after_the_end_and_found_when_late_or_in_part(community):
    zhu, xin = staffed(community, "director", "zhu"), staffed(community, "clerk", "xin")
    jian = staffed(community, "supervisor", "jian")
    stream = ended(community, zhu, "director", today(community.ledger).isoformat())
    size = community.size
    (row,) = of(community, zhu)
    due = date.fromisoformat(str(row["handover_due"]))
    assert due >= date.fromisoformat(in_days(community, 10))
    assert found(community, "handover_overdue") == ()
    late = later(community, 20)
    (one,) = found(community, "handover_overdue", size=size, at=late)
    assert one["measure"] == 20 - (due - today(community.ledger)).days
    old, new = (hand(each.who.actor, "holder", each.key) for each in (zhu, xin))
    items = ("seals", "accounts", "assets", "archives")
    draw = DrawUpHandover(stream=stream, to=xin.who.actor, items=items)
    do(community.ledger, old, draw)
    for part, by in (("old", old), ("new", new), ("supervisor", jian)):
        do(community.ledger, by, SignHandover(stream=stream, part=part))
    (row,) = of(community, zhu)
    assert (row["handed_over"], row["lacking"]) == (today(community.ledger).isoformat(), "debts")
    at = {"size": community.size, "at": late}
    (one,) = found(community, "handover_overdue", **at)
    assert (one["about"], one["measure"]) == ("director debts", 0)
    assert audit_home(community.ledger, views=False).clean


def test_another_term_of_the_same_person_is_no_leaving(community):
    zhu = staffed(community, "director", "zhu")
    ended(community, zhu, "director", today(community.ledger).isoformat())
    appoint(community.ledger, community.registrars, zhu.who.actor, "director", community.unit)
    at = {"size": community.size, "at": later(community, 40)}
    assert found(community, "handover_overdue", **at) == ()


def elected(community: Office, **counts: int) -> str:
    holder = register(community.ledger, community.registrars[0], "当选人", community.unit)
    told = {"voters": 900, "cast": 520, "ayes": 310} | counts
    elect = Elect(
        holder=holder, post_role="director", unit=community.unit, until="2031-03-02",
        from_date=today(community.ledger).isoformat(), **told,
    )  # fmt: skip
    receipt = do(community.ledger, community.registrars[0], elect)
    stream = receipt.entries[0].stream
    digest = community.ledger.known.stream(stream).state.joint.digest
    approve = ApproveAppointment(stream=stream, approves=digest)
    do(community.ledger, community.registrars[1], approve)
    return stream


def test_an_election_short_of_voters_or_votes_is_found_and_one_just_carried_is_not(community):
    elected(community, cast=451, ayes=226)
    assert found(community, "election_not_carried") == ()
    short = elected(community, cast=450, ayes=300)
    (row,) = found(community, "election_not_carried")
    assert (row["record"], row["about"]) == (short, "director 300/450/900")
    elected(community, cast=600, ayes=300)
    assert len(found(community, "election_not_carried")) == 2
    words = sheet(community, "posts").words
    assert words["mandate"]["election"].zh == "选举"


def test_a_post_held_beyond_the_longest_term_is_found(community):
    staffed(community, "director")
    at = {"size": community.size, "at": later(community, 6 * 366)}
    (row,) = found(community, "term_overrun", **at)
    assert row["about"] == "director"
    assert found(community, "term_overrun") == ()


def test_what_was_signed_after_an_end_recorded_late_is_found(community):
    clerk = staffed(community, "session_clerk")
    hold = Hold(unit=community.unit, code="sweep", present=6)
    do(community.ledger, clerk, hold)
    community.clock.wait(4 * DAY)
    index = do(community.ledger, clerk, hold).entries[0].index
    community.clock.wait(DAY)
    stream = ended(community, clerk, "session_clerk", in_days(community, -2))
    (row,) = found(community, "outside_term")
    assert (row["record"], row["entries"], row["measure"]) == (stream, str(index), 1)


def test_a_term_over_when_recorded_is_refused_and_found_where_it_was_signed_in_time(community):
    holder = register(community.ledger, community.registrars[0], "迟登", community.unit)
    first, second = community.registrars
    propose = ProposeAppointment(
        holder=holder, post_role="clerk", unit=community.unit,
        from_date=in_days(community, -30), until=in_days(community, 1),
    )  # fmt: skip
    stream = do(community.ledger, first, propose).entries[0].stream
    digest = community.ledger.known.stream(stream).state.joint.digest
    approve = ApproveAppointment(stream=stream, approves=digest)
    sent = presented(community.ledger, second, approve)
    community.clock.wait(DAY - 3_600_000)  # what a registrar signs is recorded within a day
    for command, by in ((propose, first), (approve, second)):
        with pytest.raises(LedgerError) as refused:
            do(community.ledger, by, command)
        assert refused.value.code == "post.term_run"
    assert found(community, "term_run") == ()
    receipt = submit(community.ledger, sent)  # signed yesterday, by her own clock
    (row,) = found(community, "term_run")
    assert (row["record"], row["measure"]) == (stream, 0)
    assert row["entries"] == str(receipt.entries[0].index)
    assert audit_home(community.ledger, views=False).clean


def test_what_a_compromised_key_signed_is_found_from_the_index_named_on(community):
    clerk = staffed(community, "session_clerk")
    hold = Hold(unit=community.unit, code="sweep", present=6)
    do(community.ledger, clerk, hold)
    index = do(community.ledger, clerk, hold).entries[0].index
    revoke = RevokeKey(stream=f"key/{clerk.key.kid}", reason="stolen", since=index)
    do(community.ledger, community.registrars[0], revoke)
    (row,) = found(community, "disputed_key")
    assert (row["rule"], row["entries"]) == ("RF-15", str(index))


def test_findings_of_one_unit_are_those_of_it_and_those_under_it(community):
    other = establish(
        community.ledger, community.registrars[0], "9", name="别处", level="community"
    )  # fmt: skip
    point, asked = as_of(community.ledger), Asked(kind="vacant_post")
    community.ledger.follower.catch_up()
    mine = make_sheet(community.ledger, "findings", point, community.unit, asked).rows
    assert {row["unit"] for row in mine} == {community.unit}
    every = make_sheet(community.ledger, "findings", point, None, asked).rows
    assert {row["unit"] for row in every} == {community.unit, other}
