"""``mingzhang attachment list|save``: the files put to a stream, read back by whoever may.

Whoever can run this has the home's keys, and reads what is sealed; ``attach`` itself is an act of
each aggregate (``mingzhang case attach``).
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ledger.cli.commands.exports import OutputThere
from ledger.cli.shell import Shell, print_table, table
from ledger.errors import StorageError
from ledger.service.attachments.reading import Kept, attachment, attachments_of
from ledger.store.files import save_atomically


def list_(
    shell: Shell,
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="Such as case/…. 流编号")],
    *,
    values: Annotated[
        bool, typer.Option("--values", help="Open the sealed values. 显示密封内容")
    ] = False,
) -> None:
    """List the files put to a stream 列出附件. What they are stays sealed without --values."""
    with shell.open() as ledger:
        found = attachments_of(ledger, stream)
    data = {"stream": stream, "attachments": [_plain(each, values=values) for each in found]}
    shell.result(data, lambda out: _print(out, found, values=values))


def save(
    shell: Shell,
    index: Annotated[int, typer.Argument(min=0, help="The entry's log index. 条目序号")],
    output: Annotated[Path, typer.Argument(metavar="FILE", help="A new file. 另存为")],
) -> None:
    """Save an entry's attachment to a file 保存附件, having held it to what the entry sealed."""
    if output.exists():
        raise OutputThere(path=output)
    with shell.open() as ledger:
        kept, data = attachment(ledger, index)
    try:
        save_atomically(output, data)
    except OSError as error:
        raise StorageError(why=f"{output.name}: {error.strerror}") from error
    told = {"file": str(output), **_plain(kept, values=True)}
    shell.result(told, lambda out: out.print(f"{output}: {len(data)} bytes 字节", soft_wrap=True))


def _plain(kept: Kept, *, values: bool) -> dict[str, Any]:
    return {
        "index": kept.index,
        "type": kept.type,
        "occurred": kept.occurred,
        "blob": kept.blob,
        "state": kept.group.state if values else "withheld",
        "values": kept.group.values if values else {},
    }


def _print(out: Console, found: list[Kept], *, values: bool) -> None:
    grid = table("index 序号", "occurred 日期", "file 文件", "title 名称")
    for each in found:
        grid.add_row(str(each.index), each.occurred, *(_cells(each) if values else ("-", "-")))
    print_table(out, grid)
    if not values:
        out.print("Sealed values withheld; --values opens them. 密封内容未显示。")


def _cells(kept: Kept) -> tuple[str, str]:
    said = kept.group.values
    if kept.group.state != "shown":
        return kept.group.state, "-"
    what = f"{said['media_type']}, {said['size']} bytes 字节, {said['pages']} p. 页"
    return what, str(said["title"] or "-")


topics = {"attachment": "Files put to a case or a disclosure item 附件"}
commands = {
    "attachment list": list_,
    "attachment save": save,
}
