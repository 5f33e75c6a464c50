"""Signing in: accounts, who may sign in at the pages as which person of the ledger.

A file of its own in the home, ``accounts.sqlite``: no part of the ledger, and nothing in it proves
anything. An account only says which person sits there; what she may do comes from the posts she
holds at that moment, and what she signs from her key. Passphrases are kept as Argon2id (RFC 9106);
sessions as digests of their tokens. Wrong tries lock a name, known or not, for a while that
doubles, so that nobody learns which names exist. Times are the machine's own, in Unix seconds.
Nothing here is of the aggregate ``account``.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text, delete, insert, select
from sqlalchemy import update as updating

from ledger.entry.ids import ACTOR
from ledger.errors import ConflictError, MalformedError, NotAuthorised, NotFound
from ledger.store.dialect import reading, sqlite_engine, writing
from ledger.store.rowcopy import copy_rows, new_database

FILE: Final = "accounts.sqlite"
IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 12 * 3600
FREE_TRIES: Final = 5
FIRST_LOCK, LONGEST_LOCK = 60, 3600
FORGET_SECONDS: Final = 24 * 3600
SHORTEST, LONGEST = 10, 256
"""Characters of a passphrase."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_metadata = MetaData()
_account = Table(
    "account",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
)
_failure = Table(
    "failure",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("tries", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)
_session = Table(
    "session",
    _metadata,
    Column("token", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("account", Text, nullable=True),
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)


def copy_accounts(source: Path, target: Path) -> None:
    """Copy the accounts of one file to a new one; who is signed in, and who failed to, is not."""
    engine = sqlite_engine(source)
    try:
        with reading(engine) as rows, new_database(target, [_account]) as connection:
            copy_rows(rows, connection, _account)
    finally:
        engine.dispose()


class BadAccount(MalformedError):
    """The name, the person or the passphrase of an account is not of its form."""

    code = "account.malformed"
    zh = "账号不合要求：账号名用小写字母和数字，人员写作 person/…，口令 10 至 256 个字符。"
    en = "Names are lower-case letters and digits, persons person/…, passphrases 10 to 256 long."


class AccountExists(ConflictError):
    """The name is taken."""

    code = "account.exists"
    zh = "账号 {name} 已存在。请另取名称，或用 mingzhang user passphrase 更换口令。"
    en = "Account {name} exists. Choose another name, or change its passphrase."


class AccountUnknown(NotFound):
    """No account has this name."""

    code = "account.unknown"
    zh = "没有账号 {name}。请用 mingzhang user list 查看。"
    en = "There is no account {name}. See `mingzhang user list`."


class SignInRefused(NotAuthorised):
    """Name and passphrase do not open an account that is in use."""

    code = "account.refused"
    zh = "账号或口令不正确，或账号已停用。"
    en = "The name or the passphrase is wrong, or the account is disabled."


class AccountLocked(NotAuthorised):
    """Too many wrong tries with this name."""

    code = "account.locked"
    zh = "该账号尝试次数过多，请在 {seconds} 秒后再试。"
    en = "Too many tries with this name. Try again in {seconds} seconds."


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account, without its passphrase."""

    name: str
    actor: str
    disabled: bool


class Accounts:
    """The accounts and sessions of a home; safe for many threads and processes."""

    def __init__(
        self,
        home: Path,
        *,
        now: Callable[[], float] = time.time,
        hasher: PasswordHasher | None = None,
    ) -> None:
        path = home / FILE
        self._engine = sqlite_engine(path, create=True)
        with writing(self._engine) as connection:
            _metadata.create_all(connection)
        path.chmod(0o600)
        self._now = now
        self._hasher = hasher or PasswordHasher()
        # Each check takes 64 MiB for a moment: a crowd at the door must wait in turn.
        self._turn = BoundedSemaphore(2)

    @cached_property
    def _nobodys(self) -> str:
        """What a passphrase is held against where the name is nobody's."""
        return self._hash(secrets.token_urlsafe())

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    # -- accounts ------------------------------------------------------------------------------

    def add(self, name: str, actor: str, passphrase: str) -> Account:
        """Add an account. Raises: BadAccount, AccountExists."""
        made = Account(name=_normal(name), actor=actor, disabled=False)
        if not re.fullmatch(ACTOR, actor):
            raise BadAccount
        row = {"name": made.name, "actor": actor, "hash": self._hash(passphrase)}
        with writing(self._engine) as connection:
            if connection.execute(select(_account).where(_account.c.name == made.name)).first():
                raise AccountExists(name=made.name)
            connection.execute(insert(_account), row | {"disabled": False})
        return made

    def listed(self) -> list[Account]:
        """Return all accounts by name."""
        columns = select(_account.c.name, _account.c.actor, _account.c.disabled)
        with reading(self._engine) as connection:
            rows = connection.execute(columns.order_by(_account.c.name)).mappings()
            return [Account(**row) for row in rows]

    def change_passphrase(self, name: str, passphrase: str) -> None:
        """Set another passphrase and end the account's sessions. Raises: AccountUnknown."""
        self._change(name, hash=self._hash(passphrase))

    def disable(self, name: str, *, disabled: bool = True) -> None:
        """Take an account out of use, or back into it; its sessions end. Raises: AccountUnknown."""
        self._change(name, disabled=disabled)

    def _change(self, name: str, **values: object) -> None:
        with writing(self._engine) as connection:
            change = updating(_account).where(_account.c.name == name).values(**values)
            if connection.execute(change).rowcount != 1:
                raise AccountUnknown(name=name)
            connection.execute(delete(_session).where(_session.c.account == name))

    def _hash(self, passphrase: str) -> str:
        if not SHORTEST <= len(passphrase) <= LONGEST:
            raise BadAccount
        with self._turn:
            return self._hasher.hash(passphrase)

    # -- signing in ----------------------------------------------------------------------------

    def sign_in(self, name: str, passphrase: str) -> str:
        """Return the token of a new session. Raises: SignInRefused, AccountLocked."""
        name = name.strip().lower()[:64]
        self._require_unlocked(name)
        with reading(self._engine) as connection:
            row = connection.execute(select(_account).where(_account.c.name == name)).first()
        # Made by the first try of all, whatever the name: else its time told an unknown one.
        nobodys = self._nobodys
        known = self._opens(nobodys if row is None else row.hash, passphrase[:LONGEST])
        if row is None or row.disabled or not known:
            self._failed(name)
            raise SignInRefused
        with writing(self._engine) as connection:
            connection.execute(delete(_failure).where(_failure.c.name == name))
        return self.begin(row.actor, account=row.name)

    def begin(self, actor: str, *, account: str | None = None) -> str:
        """Return the token of a new session of ``actor``; who may have one the caller has asked."""
        token, now = secrets.token_urlsafe(32), int(self._now())
        row = {"token": _digest(token), "actor": actor, "account": account}
        with writing(self._engine) as connection:
            stale = _session.c.seen_at < now - LONGEST_SECONDS
            connection.execute(delete(_session).where(stale))
            connection.execute(insert(_session), row | {"made_at": now, "seen_at": now})
        return token

    def actor_of(self, token: str) -> str | None:
        """Return who a session is, None when there is none (any more); it counts as seen."""
        now, digest = int(self._now()), _digest(token)
        with reading(self._engine) as connection:
            row = connection.execute(select(_session).where(_session.c.token == digest)).first()
        if row is None or now - row.seen_at > IDLE_SECONDS or now - row.made_at > LONGEST_SECONDS:
            return None
        if now - row.seen_at > IDLE_SECONDS // 10:  # not a write for every page
            with writing(self._engine) as connection:
                seen = updating(_session).where(_session.c.token == digest).values(seen_at=now)
                connection.execute(seen)
        actor: str = row.actor
        return actor

    def end(self, token: str) -> None:
        """End a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(_session).where(_session.c.token == _digest(token)))

    def _opens(self, kept: str, passphrase: str) -> bool:
        try:
            with self._turn:
                return self._hasher.verify(kept, passphrase)
        except (Argon2Error, InvalidHashError):
            return False

    def _require_unlocked(self, name: str) -> None:
        with reading(self._engine) as connection:
            row = connection.execute(select(_failure).where(_failure.c.name == name)).first()
        if row is None or row.tries < FREE_TRIES:
            return
        left = row.last_at + lock_seconds(row.tries) - int(self._now())
        if left > 0:
            raise AccountLocked(seconds=left)

    def _failed(self, name: str) -> None:
        now = int(self._now())
        with writing(self._engine) as connection:
            stale = _failure.c.last_at < now - FORGET_SECONDS
            connection.execute(delete(_failure).where(stale))
            row = connection.execute(select(_failure).where(_failure.c.name == name)).first()
            if row is None:
                connection.execute(insert(_failure), {"name": name, "tries": 1, "last_at": now})
            else:
                more = updating(_failure).where(_failure.c.name == name)
                connection.execute(more.values(tries=row.tries + 1, last_at=now))


def lock_seconds(tries: int) -> int:
    """Return how long a name is locked after so many wrong tries in a row."""
    if tries < FREE_TRIES:
        return 0
    return int(min(FIRST_LOCK * 2 ** min(tries - FREE_TRIES, 20), LONGEST_LOCK))


def _normal(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadAccount
    return name


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
