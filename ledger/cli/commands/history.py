"""``mingzhang replay``: a stream as it was at any point, and what each entry changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, TypeGuard

import msgspec
import typer
from rich.console import Console

from ledger.cli.shell import Shell, print_table, table
from ledger.kernel.act import AsOf
from ledger.kernel.registry import public_bytes
from ledger.rules.time import timestamp
from ledger.service.ledger import as_of
from ledger.service.reading.differences import Difference
from ledger.service.reading.moments import parse_at
from ledger.service.reading.replay import Step, replay

SHOWN = 200


def replay_(
    shell: Shell,
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="Such as case/…. 流编号")],
    *,
    size: Annotated[
        int | None,
        typer.Option(min=0, help="Of the first SIZE entries. 账本条数", show_default=False),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="As it was at this time. 时点", show_default=False),
    ] = None,
    values: Annotated[
        bool, typer.Option("--values", help="Open the sealed values. 显示密封内容")
    ] = False,
) -> None:
    """Replay a stream 回放流. Each entry: who, when, what it changed, the gap before it."""
    with shell.open() as ledger:
        point = as_of(ledger, size=size, at=None if at is None else parse_at(at))
        steps = replay(ledger, stream, point, values=values)
    data = {
        "stream": stream,
        "as_of": point,
        "values": values,
        "steps": [_plain(step, values=values) for step in steps],
    }
    shell.result(data, lambda out: _print(out, stream, point, steps, values=values))


def _plain(step: Step, *, values: bool) -> dict[str, Any]:
    act = step.act
    return {
        "index": act.index,
        "seq": act.seq,
        "type": act.type,
        "occurred": act.occ,
        "recorded_at": act.recorded_at,
        "gap_ms": step.gap_ms,
        "official": step.official,
        "paper": step.paper,
        "actor": act.actor,
        "role": act.role,
        "kid": act.kid,
        "digest": act.digest,
        "pub": msgspec.json.decode(public_bytes(act.event)),
        "changes": step.changes,
        "sealed": {
            name: {"state": group.state, "values": group.values}
            for name, group in step.sealed.items()
        }
        if values
        else "withheld",
    }


def _print(out: Console, stream: str, point: AsOf, steps: Sequence[Step], *, values: bool) -> None:
    when = timestamp(point.at)
    out.print(f"{stream}  as of size {point.size}, {when} 截至")
    grid = table(
        "index 序号",
        "recorded 入账",
        "gap 间隔",
        "act 行为",
        "by 办理人",
        "changes 变化",
        lines=True,
    )
    for step in steps:
        act = step.act
        grid.add_row(
            str(act.index),
            timestamp(act.recorded_at or 0),
            "" if step.gap_ms is None else _gap(step.gap_ms),
            f"{act.type}\noccurred {act.occ}",
            f"{act.actor}\n{act.role}",
            "\n".join(_lines(step)),
        )
    print_table(out, grid)
    if not values:
        out.print("Sealed values withheld; --values opens them. 密封内容未显示。")


def _lines(step: Step) -> Iterator[str]:
    if (paper := step.paper) is not None:
        answers = f"{len(paper.confirmed)}/{len(paper.persons)} confirmed 已本人确认"
        disputed = f", {len(paper.disputed)} disputed 有异议" if paper.disputed else ""
        yield f"typed from paper 代录: {answers}{disputed}"
    if step.official is not None:
        yield f"official number 正式编号: {step.official}"
    for change in step.changes:
        yield f"{_path(change)}: {_short(change.before)} → {_short(change.after)}"
    for group in step.sealed.values():
        yield f"[{group.group}] {group.state}"
        yield from (f"  {name}: {_short(value)}" for name, value in group.values.items())


def _gap(gap_ms: int) -> str:
    gap = timedelta(seconds=gap_ms // 1000)
    clock = str(timedelta(seconds=gap.seconds))
    return f"{gap.days} d 天 {clock}" if gap.days else clock


def _path(change: Difference) -> str:
    """Return a member's place, an item of a list by what tells it apart: ``clocks.accept.due``."""
    return ".".join(name if isinstance(name, str) else str(name[1]) for name in change.path)


def _short(value: object) -> str:
    value = msgspec.to_builtins(value)
    if _is_clock(value):
        return _clock(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _is_clock(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and "clock" in value and "due" in value


def _clock(value: Mapping[str, Any]) -> str:
    """A term's name and due day, all that people look for; ``--json`` has the rest."""
    due = value["due"]
    return f"{value['clock']} {due['day'] if isinstance(due, Mapping) else '-'}"


commands = {
    "replay": replay_,
}
