"""``mingzhang publish-heads``, and the publication that goes before an export."""

import msgspec
from rich.console import Console

from ledger.cli.shell import Shell
from ledger.errors import LedgerError
from ledger.rules.time import timestamp
from ledger.service.ledger import Ledger
from ledger.service.upkeep.heads import Publication
from ledger.service.upkeep.publishing import publish_heads as publish


def publish_heads(shell: Shell) -> None:
    """Publish the heads of all streams 发布末条清单. Packages prove completeness by them."""
    with shell.open() as ledger:
        done = publish(ledger)
    told = {"index": done.index, "recorded_at": done.recorded_at}
    shell.result(told | msgspec.to_builtins(done.event), lambda out: _print(out, done))


def publish_first(shell: Shell, ledger: Ledger) -> None:
    """Publish before an export; where that is not possible, say why and let the export go on.

    A home may be a copy nobody can write to, and what is exported of it is as true.
    """
    try:
        publish(ledger)
    except LedgerError as error:
        shell.note(
            "Heads not published, so completeness cannot be proven up to now "
            f"未发布末条清单，此后的完整性无从证明: {error.code}"
        )
        shell.note(f"  {error.text('zh')}\n  {error.text('en')}")


def _print(out: Console, done: Publication) -> None:
    heads = done.event
    when = timestamp(done.recorded_at)
    out.print(
        f"published 已发布: {heads.streams} streams 流, size 条数 {heads.size}; "
        f"index 序号 {done.index}, {when}"
    )
    out.print(f"root 根 {heads.root}", soft_wrap=True)


commands = {
    "publish-heads": publish_heads,
}
