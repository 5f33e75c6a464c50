"""The checkup behind ``mingzhang doctor``: is this home fit to run, and if not, what to do.

Quick looks only, at files, keys, clock, disk, packs and views; whether the history itself is whole
is the audit's question. Nothing here writes.
"""

import platform
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import msgspec

from ledger.errors import LedgerError, StorageError
from ledger.rules.genesis import LOG
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import ADOPTIONS
from ledger.rules.packs.pack import digest_of
from ledger.rules.time import timestamp
from ledger.service.directory import facts
from ledger.service.ledger import Ledger
from ledger.service.upkeep.heads import last_published
from ledger.service.upkeep.publishing import overdue
from ledger.store.clock import BEHIND_MS
from ledger.store.databases import on_one_server, server_of
from ledger.store.home import FORMAT, Home
from ledger.store.keystore import FileKek
from ledger.store.retag import TagsLacking, require_tags

LOW_DISK, NO_DISK = 2 << 30, 200 << 20
"""Free bytes below which there is a warning, and below which the next commits may fail."""
LIBRARIES = ("cryptography", "eventsourcing", "sqlalchemy", "msgspec")

Status = Literal["ok", "warn", "bad"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at; ``zh`` and ``en`` say what was seen and what to do next."""

    name: str
    status: Status
    zh: str
    en: str


class PackChanged(StorageError):
    """The bytes kept of an adopted pack are not those adopted."""

    code = "checkup.pack_changed"
    zh = "规则包 {digest} 的内容与其摘要不符。请从备份或导出文件恢复 packs 目录。"
    en = "The kept bytes of pack {digest} are not its digest's. Restore packs from a backup."


class OneServer(StorageError):
    """Keys and ledger are databases of one server."""

    code = "checkup.one_server"
    zh = "密钥库与账本在同一台数据库服务器上：其日志和整机备份会带回已销毁的密钥。请移到另一台。"
    en = (
        "Keys and ledger are on one server: its log and its base backups would bring an erased key "
        "back. Move the keys to another."
    )


class TooOpen(StorageError):
    """A secret can be read by others of this machine."""

    code = "checkup.too_open"
    zh = "{path} 可被本机其他用户读取。请运行 chmod -R go-rwx {path}。"
    en = "Other users of this machine can read {path}. Run chmod -R go-rwx {path}."


def check_home(home: Home) -> Iterator[Check]:
    """Yield what the files of a home show, before anything is opened."""
    yield _ok("home", f"格式 {FORMAT}，{home.origin}", f"format {FORMAT}, {home.origin}")
    for name, path in (("keys", home.keys.parent), ("signer", home.signer)):
        yield _tried(name, partial(_closed, path))
    yield _tried("import.secret", partial(_secret, home))
    yield _tried("kek", partial(_kek, home))
    yield _disk(home.path)


def check_ledger(ledger: Ledger) -> Iterator[Check]:
    """Yield what the opened ledger shows."""
    yield _tried("database", partial(_database, ledger))
    yield _tried("head", partial(_head, ledger))
    yield _tried("mark", partial(_mark, ledger))
    yield _clock(ledger)
    yield _tried("packs", partial(_packs, ledger))
    yield _tried("tags", partial(_tags, ledger))
    yield _tried("heads", partial(_heads, ledger))
    for name, store in sorted(ledger.views.items()):
        yield _tried(f"view {name}", partial(_view, ledger, store))


def check_versions() -> Check:
    """Return the versions of what this program stands on."""
    found = [f"python {platform.python_version()}", f"sqlite {sqlite3.sqlite_version}"]
    text = ", ".join([*found, *(f"{name} {version(name)}" for name in LIBRARIES)])
    return _ok("versions", text, text)


def _ok(name: str, zh: str, en: str) -> Check:
    return Check(name=name, status="ok", zh=zh, en=en)


def bad(name: str, error: LedgerError) -> Check:
    """Return a check that an error made bad; the error's words say what to do."""
    return Check(name=name, status="bad", zh=error.text("zh"), en=error.text("en"))


def _tried(name: str, look: Callable[[], Check | str]) -> Check:
    try:
        seen = look()
    except (TooOpen, OneServer) as error:
        return msgspec.structs.replace(bad(name, error), status="warn")
    except LedgerError as error:
        return bad(name, error)
    except OSError as error:
        return bad(name, StorageError(why=error.strerror or "I/O"))
    return seen if isinstance(seen, Check) else _ok(name, seen, seen)


def _closed(folder: Path) -> str:
    # Nobody reaches a file whatever its mode through a folder that is closed to her.
    if stat.S_IMODE(folder.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise TooOpen(path=folder)
    return str(folder)


def _secret(home: Home) -> str:
    if len(home.import_secret()) != 32:
        raise StorageError(why="import.secret has another length")
    return "32 bytes"


def _kek(home: Home) -> str:
    FileKek(home.kek)
    return "32 bytes"


def _disk(path: Path) -> Check:
    free = shutil.disk_usage(path).free
    status: Status = "bad" if free < NO_DISK else "warn" if free < LOW_DISK else "ok"
    much = f"{free / (1 << 30):.1f} GiB"
    zh, en = f"剩余 {much}", f"{much} free"
    if status != "ok":
        zh, en = f"{zh}。请尽快清理或扩容磁盘。", f"{en}. Free some space, or add a disk."
    return Check(name="disk", status=status, zh=zh, en=en)


def _database(ledger: Ledger) -> str:
    server = server_of(ledger.recorder.engine)
    if on_one_server(ledger.home, ledger.recorder.engine):
        raise OneServer
    return server or str(ledger.home.ledger)


def _head(ledger: Ledger) -> str:
    head = ledger.recorder.head()
    head.checked_frontier()
    if ledger.reader.root(head.size) != head.root:
        raise StorageError(why="the tiles do not give the head's root; run `mingzhang verify`")
    return f"size {head.size}, root {head.root.hex()}"


def _mark(ledger: Ledger) -> str:
    with suppress(TagsLacking):  # said below
        ledger.writer()  # refuses to be made when the head does not extend the mark
    mark = ledger.signer.mark()
    return f"size {mark.size if mark else 0}"


def _clock(ledger: Ledger) -> Check:
    now, last = ledger.clock.now_ms(), ledger.recorder.head().last_at
    if last - now > BEHIND_MS:
        return Check(
            name="clock",
            status="bad",
            zh=f"时钟 {timestamp(now)} 早于最后一条记录 {timestamp(last)}。请校准时钟。",
            en=f"The clock says {timestamp(now)}, the last entry {timestamp(last)}. Set it right.",
        )
    if ledger.home.simulated:
        zh, en = "模拟时钟，仅供演示", "simulated: for demonstrations only"
        return Check(
            name="clock", status="warn", zh=f"{zh}，{timestamp(now)}", en=f"{en}, {timestamp(now)}"
        )
    return _ok("clock", timestamp(now), timestamp(now))


def _packs(ledger: Ledger) -> str:
    known = facts(ledger, ADOPTIONS, LOG)
    digests = {
        digest
        for each in known.fold(ADOPTIONS, adoptions.fold)
        for digest in (each.event.digest, *(below.digest for below in each.event.extends))
    }
    for digest in digests:
        if digest_of(ledger.home.shelf(digest)) != digest:
            raise PackChanged(digest=digest)
    return f"{len(digests)}"


def _tags(ledger: Ledger) -> Check:
    known = ledger.known.streams
    require_tags(ledger.recorder, ledger.registry, known.acts)
    return _ok("tags", "所查各条齐全", "all there, of the entries looked at")


def _heads(ledger: Ledger) -> Check:
    last = last_published(ledger, ledger.recorder.head().size)
    zh, en = "从未发布", "never published"
    if last is not None:
        when = timestamp(last.recorded_at)
        zh, en = (
            f"{when} 发布，前 {last.event.size} 条",
            f"published {when}, size {last.event.size}",
        )
    if not overdue(ledger):
        return _ok("heads", zh, en)
    return Check(
        name="heads",
        status="warn",
        zh=f"{zh}：此后的条目无从证明完整。请运行 mingzhang publish-heads，并设为每日运行。",
        en=f"{en}: what came since cannot be shown to be complete. Run `mingzhang publish-heads`, "
        "and let it run daily.",
    )


def _view(ledger: Ledger, store: Any) -> Check:
    position, size = store.position(), ledger.recorder.head().size
    behind = size - position
    return Check(
        name=f"view {store.view.name}",
        status="ok",
        zh=f"已到 {position}，落后 {behind}（读取时自动追上）",
        en=f"at {position}, {behind} behind (reading catches up)",
    )
