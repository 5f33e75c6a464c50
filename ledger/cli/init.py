"""``mingzhang init``: found a ledger, its founders being the first registrars.

A founder's key is a key file made here, one brought along, or one that never leaves her own
machine: then she brings the proof that she holds it. Whoever has a file here types her passphrase
and takes the file away afterwards; the server needs none of them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer
from rich.console import Console

from ledger.bootstrap import FounderKey, found_ledger, open_ledger
from ledger.cli import signing
from ledger.cli.pack_files import load_with_below
from ledger.cli.shell import Shell
from ledger.entry import ids
from ledger.entry.keyfile import save_key
from ledger.entry.keys import PrivateKey, PublicKey, verify_possession
from ledger.errors import MalformedError
from ledger.rules.book import open_book
from ledger.rules.genesis import Founder, Jwk, jwk_kid
from ledger.rules.packs import Pack
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import parse_date
from ledger.service.office import adopt_pack, hand, today
from ledger.service.upkeep.succession import Succession, predecessor_of, retiring
from ledger.store.databases import DATABASE_VARIABLE, require_addresses
from ledger.store.home import require_free

SUFFIX = ".key"
NOTE_BYTES = 64 << 10


class FoundersWrong(MalformedError):
    """There are no founders, two of one name, or fewer than the threshold."""

    code = "cli.founders"
    zh = "创始人有误：{why}。请至少写明一位，姓名不重复，人数不少于门限。"
    en = "The founders are not usable: {why}. Name at least one, each once, and enough of them."


class StartWithoutPack(MalformedError):
    """A day to begin on, and no pack whose duties would begin."""

    code = "cli.start_without_pack"
    zh = "--start 是规则包生效之日，须同时用 --pack 指明规则包。"
    en = "--start is the day a pack takes effect. Name the pack with --pack."


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What ``key show --for`` prints of a key: whose it is, for which log, and the proof."""

    holder: str
    origin: str
    public_key: str
    proof: str


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


def init(
    shell: Shell,
    *,
    origin: Annotated[
        str,
        typer.Option(
            help="Name of the log for good, a URL without scheme: ledger.example/520602. 账本名称"
        ),
    ],
    founder: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A founder; her key file is made as KEYS/NAME.key. May be repeated. 创始人",
            show_default=False,
        ),
    ] = None,
    founder_proof: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A founder who keeps her key to herself: what ``mingzhang --json key show KEY "
            "--for new --origin ORIGIN`` printed on her machine. 创始人的持有证明",
            show_default=False,
        ),
    ] = None,
    founder_key: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A founder's key file made before. May be repeated. 已有密钥文件",
            show_default=False,
        ),
    ] = None,
    keys: Annotated[
        Path, typer.Option(metavar="DIR", help="Where key files are made. 密钥文件目录")
    ] = Path("keys"),
    threshold: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Registrars a joint act needs; else 2, or 1 with one founder. 联署门限",
            show_default=False,
        ),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            metavar="PACK",
            help="Adopt this pack at once, signed by the founders here: a name or folder. 规则包",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The day the office begins, else today: what was due for periods before it "
            "is not missing. 启用日期",
            show_default=False,
        ),
    ] = None,
    predecessor: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="The log this one goes on from: its home, which is thereby retired for good, or "
            "its last checkpoint in a file. 所接续的原账本",
            show_default=False,
        ),
    ] = None,
    database_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar=DATABASE_VARIABLE,
            help="Keep the ledger in this empty PostgreSQL database, postgresql://USER@HOST/NAME; "
            "else in a file. 账本所在的 PostgreSQL 数据库",
            show_default=False,
        ),
    ] = None,
    keys_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Keep the keys in this other PostgreSQL database, best on another server; else in "
            "a file. 密钥库所在的另一数据库",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Found a ledger 建立账本. Prints the genesis hash that verifiers pin."""
    names, files, proofs = founder or [], founder_key or [], founder_proof or []
    people = len(names) + len(files) + len(proofs)
    needed = threshold or min(2, people)
    _require_founders(names, people, needed, signing_here=bool(names or files))
    if re.fullmatch(ids.ORIGIN, origin) is None:
        raise FoundersWrong(why=f"not a name for a log 账本名称不合规: {origin}")
    elsewhere = [_proven(path, origin) for path in proofs]
    chosen = _chosen(pack, start)
    require_addresses(database_url, keys_url)  # before any key file is made
    require_free(shell.home)
    paths = [*(keys / f"{name}{SUFFIX}" for name in names), *files]
    found = [*(_made(path) for path in paths[: len(names)]), *map(signing.unlocked, files)]
    here = [FounderKey(f"person/{ids.new_id()}", key) for key in found]
    founders: list[FounderKey | Founder] = [*here, *elsewhere]
    with _going_on(predecessor, origin) as old:
        ledger = found_ledger(
            shell.home,
            origin=origin,
            founders=founders,
            threshold=needed,
            predecessor=old.predecessor,
            database=database_url,
            keys_database=keys_url,
        )
    with ledger:
        old.founded(origin, ledger.known.streams.first_prev)
        hands = [hand(each.actor, REGISTRAR, each.key) for each in here[:needed]]
        if chosen is not None:
            adopt_pack(ledger, hands, chosen.own, chosen.below, effective_from=chosen.start)
        made = Founded(
            home=str(shell.home),
            origin=origin,
            genesis=ledger.known.streams.first_prev,
            log_key=ledger.signer.vkey,
            threshold=needed,
            predecessor=old.predecessor.origin if old.predecessor else None,
            pack=chosen.own.ref if chosen else None,
            start=(chosen.start or today(ledger)) if chosen else None,
            approvals_needed=needed - len(hands) if chosen else 0,
            founders=tuple(
                FounderFile(name=path.stem, actor=each.actor, kid=jwk_kid(each.jwk), file=str(path))
                for path, each in zip(
                    [*paths, *proofs], [*(f.stated(origin) for f in here), *elsewhere], strict=True
                )
            ),
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


def _require_founders(names: list[str], people: int, needed: int, *, signing_here: bool) -> None:
    why = ""
    if not people:
        why = "none is named 未写明任何人"
    elif not signing_here:
        why = "one must sign here 须有一人在此签署: --founder, --founder-key"
    elif needed > people:
        why = f"founders 创始人 {people}, threshold 门限 {needed}"
    elif len(set(names)) != len(names) or any(Path(name).name != name for name in names):
        why = "a name is repeated or is no file name 姓名重复或不能作文件名"
    if why:
        raise FoundersWrong(why=why)


def _proven(path: Path, origin: str) -> Founder:
    try:
        shown = msgspec.json.decode(path.read_bytes(), type=Proof)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FoundersWrong(
            why=f"{path} is not the output 不是该命令的输出: mingzhang --json key show"
        ) from None
    if shown.origin != origin:
        raise FoundersWrong(why=f"{path} is for another log 属于另一账本: {shown.origin}")
    if re.fullmatch(f"person/{ids.ID}", shown.holder) is None:
        raise FoundersWrong(why=f"{path}: make it again with --for new 请用 --for new 重新生成")
    jwk = Jwk(x=shown.public_key)
    key = PublicKey.from_jwk(msgspec.structs.asdict(jwk))
    verify_possession(shown.proof, origin=origin, actor=shown.holder, key=key)
    return Founder(actor=shown.holder, jwk=jwk, proof=shown.proof)


def _made(path: Path) -> PrivateKey:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = PrivateKey.generate()
    save_key(path, key, signing.passphrase(f"New passphrase for {path} 设置口令", confirm=True))
    return key


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
