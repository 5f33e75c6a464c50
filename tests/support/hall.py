"""A community hall for stories of sessions, accounts and orders: people in posts, packs adopted."""

from functools import cache

from ledger.aggregates import account, case, session
from ledger.aggregates.case.commands import Receive
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
    "zu": ("organiser", "volunteer_clerk", "unit_head"),
    "bao": ("organiser", "volunteer_clerk", "claims_clerk", "supervisor"),
    "kuai": ("accountant", "claims_clerk"),
    "jian": ("supervisor",),
    "cha": ("supervisor", "secretary"),
    "du": ("supervisor",),
    "shuji": ("secretary",),
    "zhuren": ("director",),
    "tou": ("unit_head",),
    "shou": ("intake_clerk", "volunteer", "call_back_clerk"),
    "pai": ("dispatcher", "organiser", "volunteer_clerk"),
}
SHU, GE = acting("shu", "session_clerk"), acting("ge", "grid_member")
PAI, SHOU = acting("pai", "dispatcher"), acting("shou", "intake_clerk")
ZU, BAO = acting("zu", "organiser"), acting("bao", "volunteer_clerk")
CLAIMS, KUAI = acting("bao", "claims_clerk"), acting("kuai", "accountant")
JIAN, CHA, DU = (acting(label, "supervisor") for label in ("jian", "cha", "du"))
SHUJI, ZHUREN, TOU = (
    acting("shuji", "secretary"), acting("zhuren", "director"), acting("tou", "unit_head"),
)  # fmt: skip
DEVICES = {
    "old-books": ("importer", "import"),
    "door": ("kiosk", "kiosk"),
    "hand": ("phone", "phone"),
    "clock": ("policy", "policy"),
}


def machine(label: str) -> Who:
    """Return a device in its role."""
    role, _ = DEVICES[label]
    return Who(actor=device(label), role=role, kid=acting(label, role).kid)


@cache
def a_hall() -> Story:
    """Return the hall on Monday 2 March 2026 with the shipped packs in force."""
    more = (session.aggregate, account.aggregate, case.aggregate)
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


def a_case(story: Story, of: str = HALL) -> tuple[Story, str]:
    """Return the story with a request taken in at a unit, and the case's stream."""
    told = Receive(unit=of, kind="request", channel="phone", text="路灯不亮")
    outcome = story.when(told, SHOU)
    return outcome.story, outcome.stream


def a_stream(aggregate: str, label: str = "one") -> str:
    """Return a stream that is always the same for a label."""
    return f"{aggregate}/{an_id(f'{aggregate} {label}')}"


def as_(by: Who, role: str) -> Who:
    """Return the same person in another of her roles."""
    return Who(actor=by.actor, role=role, kid=by.kid)
