"""A service order brought from its report to its hours by forms, each by whom it falls to."""

import re
from html import unescape

import pytest

from ledger.service.office import Hand
from tests.api.browsing import As, Browser
from tests.support.office import Office
from tests.support.staff import an_account, employ, staff

OPTION = r'<option value="(account/[^"]*)"'
BOX = r'<input type="checkbox" name="f.accounts" value="(account/[^"]*)"'


@pytest.fixture
def people(office: Office) -> dict[str, Hand]:
    roles = ("grid_member", "dispatcher", "volunteer", "call_back_clerk")
    more = {role: employ(office, role, role) for role in roles}
    return staff(office) | more


def issued(signed_in: As, office: Office) -> str:
    """Report an order, pass it on and offer it, by forms; return its reference."""
    grid = signed_in("grid_member")
    page = grid.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=service_order")
    page = grid.send(grid.send(page, channel="visit", text="水龙头漏水。"), step="sign")
    found = re.search(r"/acts\?stream=(case[^\"]*)", page)
    assert found
    order = unescape(found[1]).replace("%2F", "/")
    grid.does("case.submit", order)
    signed_in("dispatcher").does("case.issue", order)
    office.ledger.follower.wait_for(office.size, 30)
    return order


def offered(who: Browser, order: str, command: str, pattern: str = OPTION) -> list[str]:
    return re.findall(pattern, who.get(f"/acts/new?command={command}&stream={order}"))


def test_an_order_is_claimed_done_and_confirmed_by_forms(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    first = an_account(office, people["organiser"], people["verifier"].who.actor)
    second = an_account(office, people["organiser"], people["liaison"].who.actor)
    order = issued(signed_in, office)
    clerk, organiser = signed_in("volunteer-clerk"), signed_in("organiser")
    assert "command=case.claim&amp;" in clerk.get(f"/acts?stream={order}")
    assert sorted(offered(clerk, order, "case.claim")) == sorted([first, second])
    clerk.does("case.claim", order, account=first)
    assert offered(clerk, order, "case.claim") == [second], "nobody claims twice"
    assert offered(clerk, order, "case.release") == [first]
    clerk.does("case.claim", order, account=second)
    clerk.does("case.complete", order, text="已修好。")
    assert "command=case.confirm&amp;" in organiser.get(f"/acts?stream={order}")
    assert sorted(offered(organiser, order, "case.confirm", BOX)) == sorted([first, second])
    receipt = organiser.does(
        "case.confirm", order, minutes="60", purpose="home_service", start="09:00", accounts=first
    )
    assert "<svg" in receipt
    caller = signed_in("call_back_clerk")
    assert "command=case.rate&amp;" in caller.get(f"/acts?stream={order}"), "one answer is enough"
    form = caller.get(f"/acts/new?command=case.rate&stream={order}").partition("<details")[0]
    assert {name for name in ("responded", "solved", "satisfied") if f'"f.{name}"' in form} == {
        "responded", "solved", "satisfied",
    }  # fmt: skip
    assert "<svg" in caller.does("case.rate", order, satisfied="yes")
    assert office.ledger.known.stream(order).state.state == "confirmed"


def test_forms_of_an_order_do_not_wait_for_views(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    order = issued(signed_in, office)
    office.ledger.follower.stop()
    signed_in("volunteer-clerk").does("case.claim", order, account=account)
    signed_in("volunteer-clerk").does("case.complete", order, text="已修好。")
    assert office.ledger.views["volunteers"].position() < office.size
    assert offered(signed_in("organiser"), order, "case.confirm", BOX) == [account]


def test_a_volunteer_is_offered_her_own_account_and_no_closed_one(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    hers = an_account(office, people["organiser"], people["volunteer"].who.actor)
    an_account(office, people["organiser"], people["verifier"].who.actor)
    order = issued(signed_in, office)
    assert offered(signed_in("volunteer"), order, "case.claim") == [hers]
    signed_in("organiser").does("account.close", hers, reason="moved_away")
    office.ledger.follower.wait_for(office.size, 30)
    assert "command=case.claim&amp;" not in signed_in("volunteer").get(f"/acts?stream={order}")
    assert hers not in offered(signed_in("volunteer-clerk"), order, "case.claim")
