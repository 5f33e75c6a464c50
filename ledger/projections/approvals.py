"""Whose work was signed by whom: one row per disclosure item, and per item of an account.

So that two persons who sign each other's are found, and who signs what she had signed on paper
before a clerk typed it (RF-05; SD2 and SD6 in docs/separation-of-duty.md). Machines are passed
over: what a device drafted or claimed is nobody's.
"""

from typing import cast

from msgspec.structs import replace

from ledger.aggregates.account import events as accounts
from ledger.aggregates.disclosure_item import events as items
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date


class ApprovalRow(Row, frozen=True, kw_only=True):
    """A piece of work: ``author`` made it, ``signers`` signed it, each ``person@entry``, by spaces.

    ``made`` is its log index; ``paper`` are those who signed the paper it was typed from, by
    spaces. ``shelf`` is the year of the newest signature.
    """

    work: str
    unit: str
    author: str
    made: int
    paper: str = ""
    day: str
    shelf: str
    signers: str = ""


def signers(row: ApprovalRow) -> tuple[tuple[str, int], ...]:
    """Return who signed a piece of work, with the log index of each signature."""
    parted = (one.partition("@") for one in row.signers.split())
    return tuple((person, int(index)) for person, _, index in parted)


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of what is made or signed."""
    match act.event:
        case items.Version() | items.Reviewed() | items.Approved():
            return (act.stream,)
        case accounts.Claimed() | accounts.Confirmed():
            return (f"{act.stream} {act.event.item}",)
        case _:
            return ()


def fold(row: ApprovalRow | None, act: Act, key: str) -> ApprovalRow | None:
    """Return the row after ``act``; another version is made by another author."""
    day, unit = occ_date(act.occ).isoformat(), str(act.event.unit)
    if isinstance(act.event, items.Version | accounts.Claimed):
        if not act.actor.startswith("person/"):
            return None
        paper = act.event.transcribed
        return ApprovalRow(
            work=key,
            unit=unit,
            author=act.actor,
            made=cast(int, act.index),
            paper=" ".join(paper.persons) if paper else "",
            day=day,
            shelf=day[:4],
        )
    if row is None or not act.actor.startswith("person/"):
        return row
    signed = f"{row.signers} {act.actor}@{cast(int, act.index)}".strip()
    return replace(row, signers=signed, day=day, shelf=day[:4])


view = View(
    name="approvals",
    version=4,
    row=ApprovalRow,
    reads=frozenset({"account", "disclosure_item"}),
    keys=keys,
    fold=fold,
    counts=(("shelf",),),
    lists=(("shelf",), ("shelf", "unit")),
)
