"""``mingzhang list NAME``: what a command asks to be named, with what it is called."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from ledger.cli.shell import Shell, print_table, table
from ledger.service import listing
from ledger.service.ledger import Ledger
from ledger.service.packs import choices

NAMES = "|".join(listing.names())
HEADINGS: Mapping[str, str] = {
    "unit": "unit 单位",
    "code": "code 代码",
    "name": "name 名称",
    "level": "level 层级",
    "parent": "parent 上级",
    "stands": "in force 在用",
    "person": "person 人员",
    "roles": "roles 现任",
    "like": "same name or number as 疑为同一人",
    "device": "device 设备",
    "kind": "kind 类型",
    "responsible": "responsible 责任人",
    "retired": "retired 已停用",
    "post": "post 岗位",
    "holder": "holder 持有人",
    "role": "role 身份",
    "since": "from 起",
    "until": "until 止",
    "signed": "signed 已签",
    "needed": "needed 应签",
    "state": "state 状态",
    "key": "key 密钥",
    "custody": "custody 保管",
    "in_force": "in force 有效",
    "zh": "中文",
    "en": "English",
}
BELOW: Mapping[str, tuple[str, ...]] = {"post": ("holder",), "since": ("until",)}
"""Members that stand below another in one column, so that ids are shown whole."""
STATES: Mapping[str, str] = {
    "in_force": "in force 在任",
    "awaits_approval": "awaits approval 待批准",
    "not_begun": "not begun 未到任",
    "past": "past 已终止",
}


def list_(
    shell: Shell,
    name: Annotated[str, typer.Argument(metavar=NAMES, help="Which list. 清单名称")],
    *,
    values: Annotated[
        bool, typer.Option("--values", help="Open who persons are. 显示姓名")
    ] = False,
) -> None:
    """List what commands ask for 清单. Units, people, posts, keys, and codes with their words."""
    with shell.open() as ledger:
        lines = listing.lines(ledger, name, values=values)
        rows = [_shown(ledger, line) for line in lines]
    shell.result({name: lines}, lambda out: _print(out, lines, rows))


def _shown(ledger: Ledger, line: msgspec.Struct) -> dict[str, str]:
    return {
        name: _cell(ledger, name, value) for name, value in msgspec.structs.asdict(line).items()
    }


def _cell(ledger: Ledger, name: str, value: Any) -> str:
    match name, value:
        case _, None:
            return ""
        case _, bool():
            return "yes 是" if value else "no 否"
        case "roles" | "like", _:
            return "\n".join(_cell(ledger, "role", each) for each in value)
        case "role" | "level", _:
            word = choices.called(ledger, name, value)
            return value if word == value else f"{value} {word}"
        case "state", _:
            return STATES[value]
        case _:
            return str(value)


def _has_above(name: str, row: Mapping[str, str]) -> bool:
    return any(name in below and above in row for above, below in BELOW.items())


def _print(out: Console, lines: list[msgspec.Struct], rows: list[dict[str, str]]) -> None:
    if not rows:
        out.print("none 无")
        return
    columns = [[name, *BELOW.get(name, ())] for name in rows[0] if not _has_above(name, rows[0])]
    columns = [[name for name in column if name in rows[0]] for column in columns]
    grid = table(*("\n".join(HEADINGS[name] for name in column) for column in columns))
    for row in rows:
        grid.add_row(*("\n".join(row[name] for name in column) for column in columns))
    print_table(out, grid, whole=True)  # ids are looked for, and taken up, by other programs
    for line in lines:
        if isinstance(line, listing.PostLine) and line.state == "awaits_approval":
            approve = f"mingzhang post approve {line.post} --as KEYFILE"
            out.print(f"Another registrar approves 由另一名登记员批准: {approve}", soft_wrap=True)


commands = {
    "list": list_,
}
