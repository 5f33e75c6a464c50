"""A community of the first district over a real ledger, its pack in force, for boards."""

from typing import Any

import pytest

from ledger.service import office as setting_up
from ledger.service.board import Asked
from ledger.service.ledger import as_of
from ledger.service.office import Hand, appoint, do
from ledger.service.sheet import Sheet, make_sheet
from tests.service.test_boards import staffed
from tests.support.office import Office

DAY = 86_400_000


@pytest.fixture
def community(office: Office) -> Office:
    """The office on Monday 2 March 2026 as a community under its street, a clerk in all posts."""
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    unit = setting_up.establish(
        office.ledger, office.registrars[0], "520602001001", name="社区", level="community",
        parent=office.unit,
    )  # fmt: skip
    office = office._replace(unit=unit)
    office.hands["publisher"] = staffed(office, "publisher")
    return office


def also(office: Office, role: str) -> Hand:
    """Appoint the publisher in another role; return her acting in it."""
    own = office.hands["publisher"]
    appoint(office.ledger, office.registrars, own.who.actor, role, office.unit)
    return setting_up.hand(own.who.actor, role, own.key)


def acted(office: Office, command: Any, by: Hand | None = None) -> str:
    """Do a command as the publisher, or by another; return its stream."""
    hand = by or office.hands["publisher"]
    return do(office.ledger, hand, command).entries[0].stream


def board(office: Office, name: str, unit: str | None = None, **asked: Any) -> Sheet:
    """Return a board of the community, or of another unit, as of now or as asked."""
    office.ledger.follower.catch_up()
    narrowed = Asked(**{key: asked.pop(key) for key in ("kind", "after") if key in asked})
    point = as_of(office.ledger, **asked)
    return make_sheet(office.ledger, name, point, unit or office.unit, narrowed)
