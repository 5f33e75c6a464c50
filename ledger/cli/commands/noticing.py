"""``mingzhang demo tamper``: does the deed on a copy and shows who notices, with what, and where.

Exit status 0 when somebody noticed: that is what is to be shown.
"""

from typing import Annotated

import typer
from rich.console import Console

from ledger.cli.shell import FINDING, Shell, print_table, table
from ledger.tampering.deeds import KINDS
from ledger.tampering.notices import Notice, Said, Tampered, tamper_with_copy

CODES = 6
"""Codes shown of one audit; the rest are counted."""


def tamper_(
    shell: Shell,
    kind: Annotated[
        str, typer.Argument(metavar="|".join(KINDS), help="What is done to the copy. 篡改方式")
    ],
) -> int:
    """Tamper with a copy 演示篡改. Shows who notices, with what, and where."""
    with shell.progress("audits 核验") as progress:
        done = tamper_with_copy(kind, shell.home, progress)
    shell.result(done, lambda out: _print(out, done))
    return 0 if any(notice.noticed for notice in done.notices) else FINDING


def _print(out: Console, done: Tampered) -> None:
    out.print(f"On a copy 在副本上: {done.en}\n{done.zh}", soft_wrap=True)
    grid = table(
        "who 谁", "with what 凭什么", "noticed 是否发现", "where 序号", "what 发现", lines=True
    )
    for notice in done.notices:
        grid.add_row(*_row(notice))
    print_table(out, grid)
    if done.checkpoints:
        out.print(
            "Two people compare what they were given: one size, two roots, both signed by the log. "
            "That pair alone proves the fork.\n"
            "两人比对各自所得：同一条数、两个根、均由账本签名。仅此一对即可证明分叉。\n",
            soft_wrap=True,
        )
        for holder, note in zip(
            ("first holder 甲", "second holder 乙"), done.checkpoints, strict=True
        ):
            out.print(f"{holder}:\n{note}", soft_wrap=True)


def _row(notice: Notice) -> tuple[str, ...]:
    more = len(notice.codes) - CODES
    codes = [*notice.codes[:CODES], *([f"… {more} more"] if more > 0 else [])]
    where = "" if notice.index is None else str(notice.index)
    noticed = "yes 是" if notice.noticed else "no 否"
    return _both(notice.who), _both(notice.with_), noticed, where, "\n".join(codes)


def _both(said: Said) -> str:
    return f"{said.en} {said.zh}"


commands = {
    "demo tamper": tamper_,
}
