"""``mingzhang init``: found a ledger, its founders being the first registrars.

Who they are, and where their keys come from, is ``founders``' to say.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.console import Console

from ledger.bootstrap import found_ledger, open_ledger
from ledger.cli.founders import Founders, FoundersWrong
from ledger.cli.pack_files import load_with_below
from ledger.cli.shell import Shell
from ledger.entry import ids
from ledger.errors import MalformedError
from ledger.rules.genesis import Founder, jwk_kid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import Pack
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import parse_date
from ledger.service.ledger import today
from ledger.service.office import adopt_pack, hand
from ledger.service.upkeep.succession import Succession, predecessor_of, retiring
from ledger.store.databases import DATABASE_VARIABLE, require_addresses
from ledger.store.home import require_free

NOTE_BYTES = 64 << 10


class StartWithoutPack(MalformedError):
    """A day to begin on, and no pack whose duties would begin."""

    code = "cli.start_without_pack"
    zh = "--start 是规则包生效之日，须同时用 --pack 指明规则包。"
    en = "--start is the day a pack takes effect. Name the pack with --pack."


class Founded(msgspec.Struct, frozen=True, kw_only=True):
    """What founding made: ``genesis`` is the digest verifiers pin."""

    home: str
    origin: str
    genesis: str
    log_key: str
    threshold: int
    founders: tuple["FounderFile", ...]
    predecessor: str | None = None
    pack: str | None = None
    start: str | None = None
    approvals_needed: int = 0


class Chosen(NamedTuple):
    """The pack an office begins with, those it extends, and the day it begins."""

    own: Pack
    below: tuple[Pack, ...]
    start: str | None


class FounderFile(msgspec.Struct, frozen=True, kw_only=True):
    """A founder: her person reference, her key, the file it is in."""

    name: str
    actor: str
    kid: str
    file: str


Origin = Annotated[
    str,
    typer.Option(
        help="Name of the log for good, a URL without scheme: ledger.example/520602. 账本名称"
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="A founder; her key file is made as KEYS/NAME.key. May be repeated. 创始人",
        show_default=False,
    ),
]
Proofs = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="A founder who keeps her key to herself: what ``mingzhang --json key show KEY "
        "--for new --origin ORIGIN`` printed on her machine. 创始人的持有证明",
        show_default=False,
    ),
]
KeyFiles = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="A founder's key file made before. May be repeated. 已有密钥文件",
        show_default=False,
    ),
]
KeyFolder = Annotated[
    Path, typer.Option(metavar="DIR", help="Where key files are made. 密钥文件目录")
]
Threshold = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Registrars a joint act needs; else 2, or 1 with one founder. 联署门限",
        show_default=False,
    ),
]
PackName = Annotated[
    str | None,
    typer.Option(
        metavar="PACK",
        help="Adopt this pack at once, signed by the founders here: a name or folder. 规则包",
        show_default=False,
    ),
]
StartDay = Annotated[
    str | None,
    typer.Option(
        metavar="DAY",
        help="The day the office begins, else today: what was due for periods before it "
        "is not missing. 启用日期",
        show_default=False,
    ),
]
OldLog = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH",
        help="The log this one goes on from: its home, which is thereby retired for good, or "
        "its last checkpoint in a file. 所接续的原账本",
        show_default=False,
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar=DATABASE_VARIABLE,
        help="Keep the ledger in this empty PostgreSQL database, postgresql://USER@HOST/NAME; "
        "else in a file. 账本所在的 PostgreSQL 数据库",
        show_default=False,
    ),
]
KeysUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Keep the keys in this other PostgreSQL database, best on another server; else in "
        "a file. 密钥库所在的另一数据库",
        show_default=False,
    ),
]


def init(
    shell: Shell,
    *,
    origin: Origin,
    founder: Names = None,
    founder_proof: Proofs = None,
    founder_key: KeyFiles = None,
    keys: KeyFolder = Path("keys"),
    threshold: Threshold = None,
    pack: PackName = None,
    start: StartDay = None,
    predecessor: OldLog = None,
    database_url: DatabaseUrl = None,
    keys_url: KeysUrl = None,
) -> None:
    """Found a ledger 建立账本. Prints the genesis hash that verifiers pin."""
    wanted = Founders(founder or [], founder_key or [], founder_proof or [], keys, threshold)
    wanted.require()
    if re.fullmatch(ids.ORIGIN, origin) is None:
        raise FoundersWrong(why=f"not a name for a log 账本名称不合规: {origin}")
    elsewhere = wanted.proven(origin)
    chosen = _chosen(pack, start)
    require_addresses(database_url, keys_url)  # before any key file is made
    require_free(shell.home)
    here = wanted.unlocked()
    made_here = wanted.paths[: len(wanted.names)]
    with _kept_if_founded(made_here), _going_on(predecessor, origin) as old:
        ledger = found_ledger(
            shell.home,
            origin=origin,
            founders=[*here, *elsewhere],
            threshold=wanted.needed,
            predecessor=old.predecessor,
            database=database_url,
            keys_database=keys_url,
        )
    with ledger:
        old.founded(origin, ledger.known.streams.first_prev)
        hands = [hand(each.actor, REGISTRAR, each.key) for each in here[: wanted.needed]]
        if chosen is not None:
            adopt_pack(ledger, hands, chosen.own, chosen.below, effective_from=chosen.start)
        stated = [*(each.stated(origin) for each in here), *elsewhere]
        made = Founded(
            home=str(shell.home),
            origin=origin,
            genesis=ledger.known.streams.first_prev,
            log_key=ledger.signer.vkey,
            threshold=wanted.needed,
            predecessor=old.predecessor.origin if old.predecessor else None,
            pack=chosen.own.ref if chosen else None,
            start=(chosen.start or today(ledger).isoformat()) if chosen else None,
            approvals_needed=wanted.needed - len(hands) if chosen else 0,
            founders=tuple(map(_file, wanted.paths, stated)),
        )
    shell.result(made, lambda out: _print(out, made))


def _chosen(pack: str | None, start: str | None) -> Chosen | None:
    """Return the pack to begin with, held to its rules before anything is made of it."""
    if pack is None:
        if start is not None:
            raise StartWithoutPack
        return None
    own, below = load_with_below(pack)
    open_book(own, below)
    day = None if start in {None, "today"} else parse_date(str(start)).isoformat()
    return Chosen(own, below, day)


@contextmanager
def _kept_if_founded(made: list[Path]) -> Iterator[None]:
    """Remove the key files just made if no ledger came of them: they would be in the next's way."""
    try:
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


@contextmanager
def _going_on(path: Path | None, origin: str) -> Iterator[Succession]:
    """Yield what the new log goes on from; a home is retired unless founding the new one fails."""
    if path is None:
        yield Succession()
    elif path.is_file():
        with path.open("rb") as file:
            yield predecessor_of(file.read(NOTE_BYTES), origin)
    else:
        with open_ledger(path) as old, retiring(old, origin) as succession:
            yield succession


def _file(path: Path, founder: Founder) -> FounderFile:
    return FounderFile(
        name=path.stem, actor=founder.actor, kid=jwk_kid(founder.jwk), file=str(path)
    )


def _print(out: Console, made: Founded) -> None:
    lines = [
        f"Founded 已建立: {made.origin} in {made.home}",
        f"Genesis hash to pin 创世摘要（请公布）: {made.genesis}",
        f"Log key 账本公钥: {made.log_key}",
        f"Joint acts need 联署门限: {made.threshold}",
        *([f"Goes on from 接续: {made.predecessor}"] if made.predecessor else []),
        *(f"Founder 创始人 {f.name}: {f.actor}  {f.file}" for f in made.founders),
        "",
        "Keep safe 请妥善保管:",
        "  - publish the genesis hash and the log key elsewhere 将创世摘要和账本公钥公布于外",
        "  - each founder takes her key file away 创始人各自带走密钥文件，口令另存",
        f"  - back up {made.home}/keys apart from the ledger 密钥库与账本分开备份",
        f"  - never back up {made.home}/signer: it shows rollbacks 签名目录不备份，以发现回滚",
        "Next 下一步:",
        *_next(made),
    ]
    out.print("\n".join(lines), soft_wrap=True)


def _next(made: Founded) -> Iterator[str]:
    if made.pack is None:
        yield (
            "  mingzhang unit establish --code CODE --unit-name NAME --level LEVEL "
            "--effective-from today --as KEYFILE"
        )
        yield "  mingzhang pack adopt cn-base --as KEYFILE"
        return
    yield f"  {made.pack} from 自 {made.start}"
    if made.approvals_needed:
        yield f"  mingzhang pack approve {made.pack} --as KEYFILE   ({made.approvals_needed} more)"
    yield "  mingzhang template units units.xlsx"
    yield "  mingzhang import units units.xlsx --as KEYFILE"


commands = {
    "init": init,
}
