"""Who is in the demonstration: units, people and devices, the posts they hold. All invented."""

from typing import Literal, NamedTuple

BEGINS = "2025-04-28 09:00"
ORIGIN = "ledger.example/520602"
FOUNDERS = ("founder-1", "founder-2", "founder-3")
THRESHOLD = 2
PASSPHRASE = "demo"  # noqa: S105 - printed at the end: these keys guard nothing
"""Passphrase of every key file of the demonstration."""

DISTRICT, STREET = "520602", "520602001"
NORTH, SOUTH = "520602001001", "520602001002"
GRID_1, GRID_2 = "520602001001-01", "520602001002-01"


class Unit(NamedTuple):
    """A unit to establish, under the unit with code ``parent``."""

    code: str
    name: str
    level: str
    parent: str | None = None


class Member(NamedTuple):
    """Someone with a post: ``keeps`` says who keeps her key, herself in a file or the server.

    ``also`` are other posts at the same unit; ``until`` is the first day after her term.
    """

    label: str
    name: str
    role: str
    unit: str
    keeps: Literal["file", "custodial"] = "file"
    also: tuple[str, ...] = ()
    until: str | None = None


class Device(NamedTuple):
    """A machine: its role, its kind, and where it may act, None being everywhere."""

    role: str
    kind: str
    unit: str | None


UNITS = (
    Unit(DISTRICT, "碧江区", "county"),
    Unit(STREET, "青梧街道", "street", DISTRICT),
    Unit(NORTH, "望江社区", "community", STREET),
    Unit(SOUTH, "青梧社区", "community", STREET),
    Unit(GRID_1, "望江社区第一网格", "grid", NORTH),
    Unit(GRID_2, "青梧社区第一网格", "grid", SOUTH),
)
MEMBERS = (
    Member("intake", "石小满", "intake_clerk", STREET),
    Member("coordinator", "杨协", "coordinator", STREET),
    Member("grid-1", "田望江", "grid_member", NORTH),
    Member("grid-2", "吴青梧", "grid_member", SOUTH),
    Member("mediator", "龙和", "mediator", STREET, "custodial"),
    Member("city-works", "罗市政", "liaison", STREET),
    Member("enforcement", "冉执", "liaison", STREET),
    Member("verifier", "安核", "verifier", STREET),
    Member("inspector", "陶复", "verifier", DISTRICT),
    Member("caller", "覃回", "call_back_clerk", STREET),
    Member("replier", "严答", "reply_clerk", STREET),
    Member("head", "任远", "unit_head", STREET),
)
KIOSK, IMPORTER, POLICY = "kiosk", "importer", "policy"
DEVICES = (
    Device(KIOSK, "kiosk", STREET),
    Device(IMPORTER, "import", DISTRICT),
    Device(POLICY, "policy", None),
)
