"""A town for stories of cases: the shipped packs adopted, people in posts, judged with authority.

Several people hold several posts, as they do: separation of duty is per natural person.
"""

from functools import cache
from typing import Any

from ledger.aggregates import case
from ledger.aggregates.case.commands import Receive
from ledger.kernel.act import Who
from ledger.rules.adoptions import PackDigest
from ledger.rules.packs import PackFiles, digest_of, load_pack, shipped
from tests.support.gwt import Story, device, on, person, unit
from tests.support.trust import (
    acting,
    adopted,
    appointed,
    device_registered,
    established,
    founded,
    registered,
)

GRID = unit("grid")
TODAY = on("2026-03-02")

POSTS = {
    "chen": ("intake_clerk",),
    "luo": ("coordinator", "liaison", "intake_clerk"),
    "lin": ("liaison", "mediator", "verifier", "call_back_clerk", "unit_head", "coordinator"),
    "lei": ("liaison", "mediator", "verifier", "call_back_clerk"),
    "wei": ("verifier", "liaison", "call_back_clerk", "intake_clerk"),
    "wen": ("verifier", "intake_clerk"),
    "cao": ("call_back_clerk", "verifier", "liaison"),
    "gan": ("grid_member",),
    "hua": ("unit_head",),
    "ren": ("reply_clerk",),
}

CHEN = acting("chen", "intake_clerk")
LUO = acting("luo", "coordinator")
LIN = acting("lin", "liaison")
LEI = acting("lei", "liaison")
WEI = acting("wei", "verifier")
WEN = acting("wen", "verifier")
CAO = acting("cao", "call_back_clerk")
GAN = acting("gan", "grid_member")
HUA = acting("hua", "unit_head")
REN = acting("ren", "reply_clerk")
LIN_REF, LEI_REF, WEI_REF, CAO_REF, LUO_REF, GAN_REF = (
    person(label) for label in ("lin", "lei", "wei", "cao", "luo", "gan")
)


def _device(label: str, role: str) -> Who:
    known = acting(label, role)
    return Who(actor=device(label), role=role, kid=known.kid)


IMPORTER = _device("old-system", "importer")
KIOSK = _device("hall", "kiosk")


@cache
def shipped_packs() -> dict[str, PackFiles]:
    """Return the shipped packs by digest."""
    return {digest_of(files): files for files in map(shipped, ("cn-law", "cn-base"))}


def refs(packs: dict[str, PackFiles]) -> dict[str, PackDigest]:
    """Return each pack's name and digest by its id."""
    loaded = {digest: load_pack(files) for digest, files in packs.items()}
    return {
        pack.head.id: PackDigest(pack=pack.ref, digest=digest) for digest, pack in loaded.items()
    }


@cache
def bare_town() -> Story:
    """Return a town with people in posts and no pack in force."""
    story = founded("an", "bo", more=(case.aggregate,), packs=shipped_packs())
    story = established(established(story, "town"), "grid", "town")
    for label, roles in POSTS.items():
        story = registered(story, label)
        for role in roles:
            story = appointed(story, person(label), role, "an", unit=GRID)
    for label, role, kind in (
        ("old-system", "importer", "import"),
        ("hall", "kiosk", "kiosk"),
    ):
        story = device_registered(story, label, kind=kind)
        story = appointed(story, device(label), role, "an", unit=GRID)
    # A person in the importer's role: the post can be given, the exemption cannot.
    return appointed(story, person("gan"), "importer", "an", unit=GRID)


@cache
def a_town() -> Story:
    """Return the town with the shipped packs in force."""
    known = refs(shipped_packs())
    base, law = known["cn-base"], known["cn-law"]
    return adopted(bare_town(), base.pack, base.digest, extends=(law,))


def receive(kind: str = "request", **members: Any) -> Receive:
    """Return a command that takes a matter in at the grid."""
    told = {"unit": GRID, "kind": kind, "channel": "phone", "text": "路灯不亮"}
    return Receive(**(told | members))
