"""Keys that wait for a registrar: a key made on somebody's own device, and the code she was given.

She reads the code to the registrar, face to face; both compare the thumbprint; the registrar enrols
the key by an ordinary act. The code only finds the request: it proves nothing, holds for half an
hour, and is for the person signed in when it was made. Kept beside the accounts, as they are no
part of the ledger; codes as digests.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, delete, insert, select

from ledger.entry import base64url
from ledger.entry.keys import PublicKey, verify_possession
from ledger.errors import MalformedError, NotFound
from ledger.service.sign_in import FILE
from ledger.store.dialect import reading, sqlite_engine, writing

SECONDS: Final = 30 * 60
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 8
_CODE = re.compile(f"[{_ALPHABET}]{{{_LENGTH}}}")
_MISREAD = str.maketrans("OIL", "011", " -－—")

_metadata = MetaData()
_enrolment = Table(
    "enrolment",
    _metadata,
    Column("actor", Text, primary_key=True),
    Column("code", Text, nullable=False, index=True),
    Column("public_key", Text, nullable=False),
    Column("proof", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)


class BadEnrolmentCode(MalformedError):
    """Not a code of eight letters and digits."""

    code = "enrolment.bad_code"
    zh = "登记码是 8 位字母和数字，如 7KQ4-M2XD。请对照本人屏幕逐字核对。"
    en = "A code is eight letters and digits, as 7KQ4-M2XD. Compare it with the person's screen."


class EnrolmentUnknown(NotFound):
    """No request has this code, or it was made too long ago."""

    code = "enrolment.unknown"
    zh = "没有这个登记码，或已超过 30 分钟。请本人在“我的密钥”页重新取码。"
    en = "There is no such code, or it is over 30 minutes old. Let her get another on “My key”."


class EnrolmentUsed(NotFound):
    """The key this code stood for is enrolled."""

    code = "enrolment.used"
    zh = "这个登记码已用过：密钥 {kid} 已登记。请本人刷新“我的密钥”页。"
    en = "This code was used: key {kid} is enrolled. Let her reload “My key”."


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A key that waits: whose, and her proof that she holds it; ``kid`` is its thumbprint."""

    actor: str
    public_key: str
    proof: str
    kid: str


class Enrolments:
    """The requests of a home; safe for many threads and processes."""

    def __init__(self, home: Path, *, now: Callable[[], float] = time.time) -> None:
        self._engine = sqlite_engine(home / FILE, create=True)
        with writing(self._engine) as connection:
            _metadata.create_all(connection)
        self._now = now

    def close(self) -> None:
        """Release the file."""
        self._engine.dispose()

    def ask(self, actor: str, public_key: str, proof: str, *, origin: str) -> str:
        """Return a code for a key of ``actor``; one made before holds no more.

        Raises: BadKey, WeakKey, BadProof: no key of hers for this log.
        """
        key = _key(public_key)
        verify_possession(proof, origin=origin, actor=actor, key=key)
        code, now = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)), int(self._now())
        row = {
            "actor": actor, "code": _digest(code), "public_key": public_key, "proof": proof,
            "made_at": now,
        }  # fmt: skip
        with writing(self._engine) as connection:
            stale = (_enrolment.c.actor == actor) | (_enrolment.c.made_at < now - SECONDS)
            connection.execute(delete(_enrolment).where(stale))
            connection.execute(insert(_enrolment), row)
        return f"{code[:4]}-{code[4:]}"

    def find(self, code: str) -> Enrolment:
        """Return the request with a code as typed. Raises: BadEnrolmentCode, EnrolmentUnknown."""
        spelled = code.upper().translate(_MISREAD)
        if not _CODE.fullmatch(spelled):
            raise BadEnrolmentCode
        with reading(self._engine) as connection:
            wanted = select(_enrolment).where(_enrolment.c.code == _digest(spelled))
            row = connection.execute(wanted).first()
        if row is None or row.made_at < int(self._now()) - SECONDS:
            raise EnrolmentUnknown
        kid = _key(row.public_key).kid
        return Enrolment(actor=row.actor, public_key=row.public_key, proof=row.proof, kid=kid)


def _key(public_key: str) -> PublicKey:
    return PublicKey.from_raw(base64url.decode(public_key, 32))


def _digest(code: str) -> str:
    return hashlib.sha256(f"enrolment\n{code}".encode()).hexdigest()
