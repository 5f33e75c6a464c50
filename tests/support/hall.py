"""A community hall for stories of sessions, accounts and orders: people in posts, packs adopted."""

from functools import cache

from ledger.aggregates import case, session
from ledger.kernel.act import Who
from tests.support.cases import refs, shipped_packs
from tests.support.gwt import Story, an_id, device, on, person, unit
from tests.support.trust import (
    acting,
    adopted,
    appointed,
    device_registered,
    established,
    founded,
    registered,
)

HALL, STREET = unit("hall"), unit("street")
TODAY = on("2026-03-02")
POSTS = {
    "shu": ("session_clerk",),
    "ge": ("grid_member",),
}
SHU, GE = acting("shu", "session_clerk"), acting("ge", "grid_member")
DEVICES = {"old-books": ("importer", "import")}


def machine(label: str) -> Who:
    """Return a device in its role."""
    role, _ = DEVICES[label]
    return Who(actor=device(label), role=role, kid=acting(label, role).kid)


@cache
def a_hall() -> Story:
    """Return the hall on Monday 2 March 2026 with the shipped packs in force."""
    more = (session.aggregate, case.aggregate)
    story = founded("an", "bo", more=more, packs=shipped_packs())
    story = established(established(story, "street"), "hall", "street")
    for label, roles in POSTS.items():
        story = registered(story, label)
        for role in roles:
            story = appointed(story, person(label), role, "an", unit=HALL)
    for label, (role, kind) in DEVICES.items():
        story = device_registered(story, label, kind=kind)
        story = appointed(story, device(label), role, "an", unit=HALL)
    known = refs(shipped_packs())
    base, law = known["cn-base"], known["cn-law"]
    return adopted(story, base.pack, base.digest, extends=(law,))


def a_stream(aggregate: str, label: str = "one") -> str:
    """Return a stream that is always the same for a label."""
    return f"{aggregate}/{an_id(f'{aggregate} {label}')}"
