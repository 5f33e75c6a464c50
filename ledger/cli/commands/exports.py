"""``mingzhang export log|evidence|copy``: the public tree, and packages that verify offline."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ledger.audit.package import Manifest
from ledger.cli.commands.heads import publish_first
from ledger.cli.shell import Shell
from ledger.errors import StorageError
from ledger.rules.periods import parse_period
from ledger.service.directory import unit_of
from ledger.service.exports.copies import make_copy
from ledger.service.exports.evidence import export_evidence, require_groups, write_package
from ledger.service.exports.log import Exported, export_log

ALL = "all"


class OutputThere(StorageError):
    """The file to be written is there already."""

    code = "export.there"
    zh = "{path} 已存在，未作改动。请另选文件名，或用 --force 覆盖。"
    en = "{path} is there already and was not changed. Choose another name, or use --force."


Publish = Annotated[
    bool,
    typer.Option(
        help="Publish the heads of all streams first, so that what is exported can be shown to be "
        "complete. 先发布末条清单"
    ),
]


def log(
    shell: Shell,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, or an earlier export. 目录")
    ],
    *,
    publish: Publish = True,
) -> None:
    """Export the log as a static tree 导出账本. Sealed values stay; again extends the folder."""
    with shell.open() as ledger, shell.progress("export 导出"):
        if publish:
            publish_first(shell, ledger)
        done = export_log(ledger, folder)
    told = {"folder": str(folder), "size": done.size, "before": done.before}
    shell.result(told | {"root": done.root.hex()}, lambda out: _print_log(out, folder, done))


def evidence(
    shell: Shell,
    output: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The package. 证据包")],
    *,
    stream: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="Show this whole stream. May be repeated. 流", show_default=False
        ),
    ] = None,
    index: Annotated[
        list[int] | None,
        typer.Option(min=0, help="Show this entry. May be repeated. 条目序号", show_default=False),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(min=1, help="As the log was at this size. 账本条数", show_default=False),
    ] = None,
    disclose: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="Open this sealed group, as `matter`; `all` for every one. 披露的密封组",
            show_default=False,
        ),
    ] = None,
    publish: Publish = True,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.zip. 覆盖已有文件")] = False,
) -> None:
    """Export evidence 导出证据包. It verifies offline, with the genesis hash alone."""
    if output.exists() and not force:
        raise OutputThere(path=output)
    groups = frozenset(disclose or ())
    with shell.open() as ledger, shell.progress("export 导出") as progress:
        require_groups(ledger, groups - {ALL}, streams=stream or (), indexes=index or (), size=size)
        if publish and size is None:
            publish_first(shell, ledger)
        manifest = export_evidence(
            ledger,
            output,
            streams=stream or (),
            indexes=index or (),
            disclose=lambda _index, group: group in groups or ALL in groups,
            size=size,
            progress=progress,
        )
    told = {
        "file": str(output),
        "size": manifest.size,
        "root": manifest.root,
        "genesis": manifest.genesis,
        "shown": manifest.shown,
        "support": manifest.support,
        "heads": manifest.heads,
        "disclosed": sorted(groups),
    }
    shell.result(told, lambda out: _print_evidence(out, output, manifest, groups))


def copy(
    shell: Shell,
    output: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The package. 证据包")],
    *,
    unit: Annotated[str, typer.Option(metavar="CODE", help="With those under it. 单位（含下级）")],
    period: Annotated[
        str, typer.Option(metavar="PERIOD", help="2026Q1, 2026-03, 2025H2, 2025. 时段")
    ],
    publish: Publish = True,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.zip. 覆盖已有文件")] = False,
) -> None:
    """Export the copy of a whole unit and period 导出整段副本. What inspectors are handed."""
    if output.exists() and not force:
        raise OutputThere(path=output)
    span = parse_period(period)
    with shell.open() as ledger, shell.progress("export 导出") as progress:
        if publish:
            publish_first(shell, ledger)
        of = unit_of(ledger, unit)
        made = make_copy(ledger, of, span, progress=progress)
        write_package(output, made.data)
    told = {
        "file": str(output),
        "unit": of,
        "period": str(span),
        "size": made.manifest.size,
        "root": made.manifest.root,
        "package": made.digest,
        "genesis": made.manifest.genesis,
    }
    shell.result(told, lambda out: _print_copy(out, told))


def _print_copy(out: Console, told: Mapping[str, object]) -> None:
    members = ("unit", "period", "size", "root", "package")
    given = " ".join(f"--{name} {told[name]}" for name in members)
    for line in (
        f"{told['file']}: {told['period']}, size 条数 {told['size']}",
        f"package 证据包摘要: {told['package']}",
        f"verify 核验: mingzhang verify {told['file']} --genesis {told['genesis']}",
        f"hand over 移交: mingzhang delivery hand-over {given} --receiver UNIT --as KEY",
    ):
        out.print(line, soft_wrap=True)


def _print_log(out: Console, folder: Path, done: Exported) -> None:
    out.print(
        f"exported 已导出 {folder}: size {done.before} → {done.size}",
        soft_wrap=True,
    )
    out.print(f"root 根 {done.root.hex()}", soft_wrap=True)
    out.print(f"verify 核验: mingzhang verify {folder}", soft_wrap=True)


def _print_evidence(out: Console, output: Path, manifest: Manifest, groups: frozenset[str]) -> None:
    shown, support = len(manifest.shown), len(manifest.support)
    opened = ", ".join(sorted(groups)) or "none 无"
    out.print(
        f"{output}: {shown} shown 所示, {support} in support 佐证; size {manifest.size}",
        soft_wrap=True,
    )
    if manifest.heads is None:
        out.print("completeness is not proven: no heads published 未发布末条清单，不证明完整")
    else:
        out.print(f"completeness by the heads published at 完整性依据末条清单: {manifest.heads}")
    out.print(f"sealed groups opened 披露: {opened}", soft_wrap=True)
    out.print(
        f"verify 核验: mingzhang verify {output} --genesis {manifest.genesis}",
        soft_wrap=True,
    )


topics = {"export": "The public tree, and evidence 导出"}
commands = {
    "export log": log,
    "export evidence": evidence,
    "export copy": copy,
}
