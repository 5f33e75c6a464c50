"""Loading a large district's pack: 2,000 units, 500 powers, 300 obligations over the shipped packs.

From bytes to a checked book, nothing remembered from before: what adopting one, or a server's first
act after a restart, waits for.
"""

import statistics
import time
from collections.abc import Iterator

from bench.measure import RUNS
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import HEAD, PackFiles, load_pack, shipped
from ledger.rules.packs.sections import catalogues, obligations, units

UNITS, POWERS, OBLIGATIONS = 2_000, 500, 300
_HEAD = 'id = "large"\nversion = "1"\nzh = "大区"\nen = "Large"\nextends = ["cn-law", "cn-base"]\n'
_CLASS = '[[class]]\nid = "power"\nzh = "权力"\nen = "Power"\n'


def loading() -> float:
    """Return the seconds it takes to load and check the pack: the median of three."""
    files, below = large_pack(), [shipped(name) for name in ("cn-law", "cn-base")]
    return statistics.median(_once(*_unread(run, files, below)) for run in range(RUNS))


def _unread(
    run: int, files: PackFiles, below: list[PackFiles]
) -> tuple[PackFiles, list[PackFiles]]:
    """Return the packs with a comment more in each, so that nobody remembers having read them."""
    comment = b"# %d\n" % run
    own, *others = [dict(each, **{HEAD: each[HEAD] + comment}) for each in (files, *below)]
    return own, [*others]


def _once(files: PackFiles, below: list[PackFiles]) -> float:
    began = time.perf_counter()
    own = load_pack(files)
    open_book(own, [load_pack(each) for each in below])
    seconds = time.perf_counter() - began
    held = [len(own.items(each.section)) for each in (units, catalogues, obligations)]
    assert held == [UNITS, POWERS, OBLIGATIONS], "a figure of another pack says nothing"
    return seconds


def large_pack() -> PackFiles:
    """Return the pack's files."""
    files = {
        "pack.toml": _HEAD,
        "codes.toml": _CLASS,
        "units.csv": "\n".join(_units()),
        "catalogues/powers.csv": "\n".join(_powers()),
        "obligations.toml": "\n".join(_obligations()),
    }
    return {path: text.encode() for path, text in files.items()}


def _units() -> Iterator[str]:
    yield "id,name,level,parent"
    yield "520602,大区,county,"
    for number in range(1, UNITS):
        # Each unit is under one a tenth of its number: four levels deep.
        parent = "520602" if number < 10 else f"520602{number // 10:06}"
        yield f"520602{number:06},第{number}社区,community,{parent}"


def _powers() -> Iterator[str]:
    yield "id,zh,en,class,rule,ground"
    for number in range(POWERS):
        yield f"power.{number},第{number}项,Power {number},power,urban.posting,依据第{number}条"


def _obligations() -> Iterator[str]:
    for number in range(OBLIGATIONS):
        yield (
            f'[[obligation]]\nid = "duty.{number}"\nzh = "第{number}项"\nen = "Duty {number}"\n'
            'rule = "urban.disclosure"\nlevels = ["community"]\nevery = "month"\n'
            'due = { value = 10 }\nsatisfied_by = { session = "meeting" }\nfrom = 2026-01-01\n'
        )
