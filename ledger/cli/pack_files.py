"""Packs as people name them: a folder, or the name of one that comes with the program."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.errors import NotFound
from ledger.rules.packs.pack import Pack, PackFiles, load_pack, read_pack_dir, shipped

PackArgument = Annotated[
    str, typer.Argument(metavar="PACK", help="Name or folder. 规则包名称或目录")
]
EffectiveFrom = Annotated[
    str | None,
    typer.Option(metavar="DAY", help="From this day on; else today. 生效日期", show_default=False),
]


class PackNotFound(NotFound):
    """No folder of this name, and no such pack with the program."""

    code = "cli.pack_not_found"
    zh = "找不到规则包 {name}：既不是目录，也不在随程序提供的规则包中。请核对名称或路径。"
    en = "There is no pack {name}, as a folder or with the program. Check the name or path."


def find_files(name: str, beside: Path) -> PackFiles | None:
    """Return the files of a folder, of one beside it, or of a shipped pack; None for none."""
    for folder in (Path(name), beside / name):
        if folder.is_dir():
            return read_pack_dir(folder)
    try:
        return shipped(name)
    except FileNotFoundError:
        return None


def files_of(name: str) -> PackFiles:
    """Return the files of a pack as typed. Raises: PackNotFound."""
    found = find_files(name, Path(name).parent)
    if found is None:
        raise PackNotFound(name=name)
    return found


def load_with_below(name: str) -> tuple[Pack, tuple[Pack, ...]]:
    """Return a pack and those it extends. Raises: PackNotFound; PackInvalid, the first fault."""
    beside = Path(name).parent
    own = load_pack(files_of(name))
    below = []
    for each in own.head.extends:
        files = find_files(each, beside)
        if files is None:
            raise PackNotFound(name=each)
        below.append(load_pack(files))
    return own, tuple(below)
