"""Notices of posts (S1-09): the holder's own words, while they are posted and she has the post."""

import re
from datetime import timedelta

import pytest

from ledger.aggregates.disclosure_item import commands as items
from ledger.aggregates.post import EndPost
from ledger.errors import LedgerError
from ledger.rules.packs import pack as packs
from ledger.service import office as setting_up
from ledger.service.directory import posts_held
from ledger.service.ledger import today
from ledger.service.office import Hand, do
from tests.service.communities import DAY, acted, board, community
from tests.service.test_boards import staffed
from tests.support.office import Office

__all__ = ["community"]

NAME, PHONE = "骆某律师", "0856-0000-101"


@pytest.fixture
def adviser(community: Office) -> Hand:
    return staffed(community, "legal_adviser")


@pytest.fixture
def clerk(community: Office) -> Hand:
    return staffed(community, "legal_aid_clerk")


def drafted(office: Office, by: Hand, **members: str) -> str:
    told = {"code": "adviser.notice", "period": "2026", "title": NAME, "text": PHONE}
    return acted(office, items.Draft(**{"unit": office.unit, **told, **members}), by)


def put_up(office: Office, by: Hand, clerk: Hand, **members: str) -> str:
    item = drafted(office, by, **members)
    acted(office, items.Review(stream=item), clerk)
    acted(office, items.Publish(stream=item, channel="board"), by)
    return item


def line(office: Office, of: Hand, **asked):
    rows = board(office, "posts", **asked).rows
    (found,) = [row for row in rows if row["holder"] == of.who.actor]
    return found


def left(office: Office, of: Hand, days: int = 1) -> None:
    (post,) = posts_held(office.ledger, of.who.actor)
    day = today(office.ledger) + timedelta(days=days)
    do(office.ledger, office.registrars[0],
       EndPost(stream=post.stream, effective_from=day.isoformat()))  # fmt: skip
    office.clock.wait(days * DAY)


def test_an_adviser_is_named_on_the_board_once_her_notice_is_up(community, adviser, clerk):
    item = drafted(community, adviser)
    acted(community, items.Review(stream=item), clerk)
    assert line(community, adviser)["notice"] is None
    size = community.size
    acted(community, items.Publish(stream=item, channel="board"), adviser)
    shown = line(community, adviser)
    assert (shown["notice"], shown["notice_record"]) == (f"{NAME}　{PHONE}", item)
    assert line(community, clerk)["notice"] is None, "it is hers, and of her post"
    assert line(community, adviser, size=size)["notice"] is None


def test_nothing_of_it_is_public_in_the_log(community, adviser, clerk):
    put_up(community, adviser, clerk)
    acts = community.ledger.known.streams.acts(0, community.size)
    public = " ".join(repr(act.event) for act in acts)
    assert "adviser.notice" in public
    assert NAME not in public
    assert PHONE not in public


def test_with_the_end_of_her_term_the_notice_is_gone_on_earlier_days_too(community, adviser, clerk):
    put_up(community, adviser, clerk)
    size, at = community.size, community.clock.now_ms()
    assert line(community, adviser, size=size, at=at)["notice"]
    left(community, adviser)
    assert line(community, adviser)["standing"] == "over"
    assert line(community, adviser)["notice"] is None
    then = line(community, adviser, size=size, at=at)
    assert (then["standing"], then["notice"]) == ("held", None)


def test_she_takes_it_back_herself_whenever_she_likes(community, adviser, clerk):
    item = put_up(community, adviser, clerk)
    acted(community, items.Withdraw(stream=item, reason="holder_asked"), adviser)
    assert line(community, adviser)["notice"] is None
    assert board(community, "findings", kind="taken_down_early").rows == ()


def test_a_post_ended_or_a_notice_taken_back_by_another_process_counts_here(
    community, adviser, clerk
):
    item = put_up(community, adviser, clerk)
    second = staffed(community, "legal_adviser", "second")
    put_up(community, second, clerk)
    assert line(community, adviser)["notice"]
    assert line(community, second)["notice"]
    beside = community.opened_beside()
    acted(beside, items.Withdraw(stream=item, reason="holder_asked"), adviser)
    assert line(community, adviser)["notice"] is None
    left(beside, second)
    beside.ledger.close()
    assert (line(community, second)["standing"], line(community, second)["notice"]) == (
        "over", None,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["legal_aid_clerk", "publisher"])
def test_taken_down_by_anybody_else_it_is_found(community, adviser, clerk, role):
    item = put_up(community, adviser, clerk)
    other = {"legal_aid_clerk": clerk, "publisher": community.hands["publisher"]}[role]
    size, at = community.size, community.clock.now_ms()
    acted(community, items.Withdraw(stream=item, reason="superseded"), other)
    (row,) = board(community, "findings", kind="taken_down_early").rows
    assert (row["record"], row["rule"]) == (item, "RF-02")
    before = board(community, "findings", kind="taken_down_early", size=size, at=at)
    assert before.rows == ()


def without_notices(office: Office) -> None:
    """Let the same pack be in force, naming no notice."""
    files = dict(packs.shipped("bijiang"))
    files["posts.toml"] = files["posts.toml"].replace(b'notice = "adviser.notice"', b"")
    files["pack.toml"] = re.sub(rb'version = ".*"', b'version = "9"', files["pack.toml"])
    own = packs.load_pack(files)
    below = [packs.load_pack(packs.shipped(each)) for each in own.head.extends]
    setting_up.adopt_pack(office.ledger, office.registrars, own, below)


def test_what_is_a_notice_the_packs_say_that_were_in_force_when_it_came_down(
    community, adviser, clerk
):
    item = put_up(community, adviser, clerk)
    acted(community, items.Withdraw(stream=item, reason="holder_asked"), adviser)
    community.clock.wait(DAY)
    without_notices(community)
    assert board(community, "findings", kind="taken_down_early").rows == ()
    later = put_up(community, adviser, clerk)
    acted(community, items.Withdraw(stream=later, reason="holder_asked"), adviser)
    (row,) = board(community, "findings", kind="taken_down_early").rows
    assert row["record"] == later


def test_what_was_erased_is_on_no_board(community, adviser, clerk):
    item = put_up(community, adviser, clerk)
    assert line(community, adviser)["notice"]
    community.ledger.keystore.erase([(item, "content")])
    assert line(community, adviser)["notice"] is None


def test_a_notice_runs_out_after_a_year(community, adviser, clerk):
    put_up(community, adviser, clerk)
    community.clock.wait(365 * DAY)
    assert line(community, adviser)["notice"]
    community.clock.wait(DAY)
    assert line(community, adviser)["notice"] is None


def test_who_follows_her_is_not_shown_under_her_words(community, adviser, clerk):
    put_up(community, adviser, clerk)
    left(community, adviser)
    next_ = staffed(community, "legal_adviser", "next")
    assert line(community, next_)["notice"] is None
    put_up(community, next_, clerk, title="另一位律师")
    assert line(community, next_)["notice"].startswith("另一位律师")


def test_nobody_else_writes_it_and_she_does_not_check_her_own(community, adviser, clerk):
    with pytest.raises(LedgerError) as refused:
        drafted(community, clerk)
    assert refused.value.code == "authority.role_not_allowed"
    item = drafted(community, adviser)
    with pytest.raises(LedgerError) as refused:
        acted(community, items.Publish(stream=item, channel="board"), adviser)
    assert refused.value.code == "disclosure_item.not_possible"
