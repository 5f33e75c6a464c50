"""A town for stories of cases: the shipped packs adopted, people in posts, judged with authority.

Several people hold several posts, as they do: separation of duty is per natural person.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from ledger.aggregates import case
from ledger.aggregates.case.commands import Receive
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Command
from ledger.rules.packs.adoptions import PackDigest
from ledger.rules.packs.pack import PackFiles, digest_of, load_pack, shipped
from tests.support.gwt import Outcome, Story, a_shelf, an_id, device, on, person, unit
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
    "dang": ("archivist",),
    "shu": ("leader",),
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
DANG = acting("dang", "archivist")
SHU = acting("shu", "leader")
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


def town_with(files: PackFiles, *, since: str = "2026-03-02") -> Story:
    """Return the town with a local pack over the shipped ones in force at the grid."""
    packs = {**shipped_packs(), digest_of(files): files}
    known = refs(packs)
    (own,) = [ref for ref in known.values() if ref.digest == digest_of(files)]
    story = replace(a_town(), shelf=a_shelf(packs))
    below = (known["cn-law"], known["cn-base"])
    return adopted(story, own.pack, own.digest, unit=GRID, since=since, extends=below)


def local_pack(**kinds: str) -> PackFiles:
    """Return a pack ``local@1`` over the shipped ones, with these kinds by id."""
    head = 'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
    files = {f"cases/{id_}.toml": text.encode() for id_, text in kinds.items()}
    return {"pack.toml": head.encode(), **files}


def receive(kind: str = "request", **members: Any) -> Receive:
    """Return a command that takes a matter in at the grid."""
    told: dict[str, Any] = {
        "unit": GRID,
        "kind": kind,
        "channel": "phone",
        "text": "路灯不亮",
        "stream": CASE,
    }
    return Receive(**(told | members))


CASE = f"case/{an_id('a case')}"


def tell(story: Story, *steps: tuple[Command, Who], at: Any = None) -> Story:
    """Return the story after these commands, each accepted."""
    for command, by in steps:
        story = story.when(command, by, at=at).story
    return story


def last(outcome: Outcome) -> Any:
    """Return the one event of an accepted command."""
    (event,) = outcome.events
    return event
