"""Field disclosures (RFC 9901): salted, one per sealed field, matched to the digests signed.

A disclosure's text is ``base64url([salt, name, value])``, the array in canonical JSON, the salt
exactly 128 bits; its digest is SHA-256 over that text, base64url (docs/spec/entry.md, "Field
disclosures"). Which names a type seals is the registry's business; so is who may see a value.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ledger.entry import base64url, canonical
from ledger.entry.ids import NAME
from ledger.errors import MalformedError, VerificationError

SALT_SIZE = 16

# RFC 9901 gives these member names a meaning of its own: a general SD-JWT library would read
# digests out of them, and see another entry than we do.
_RESERVED = frozenset({"_sd", "..."})
_NAME = re.compile(NAME)
# 16 bytes in base64url (the last character carries four zero bits), and the name.
_HEAD = re.compile(rf"[A-Za-z0-9_-]{{21}}[AQgw]\n{NAME}")
_PLAIN = msgspec.json.Decoder(tuple[str, str, str | None])
_ENCODER = msgspec.json.Encoder()


class BadDisclosure(MalformedError):
    """The text is not a disclosure: strict base64url of canonical ``[salt, name, value]``."""

    code = "disclosure.malformed"
    zh = "披露内容格式不合规。请向出具方索取原始披露。"
    en = "Not a field disclosure of the profile's form. Ask whoever issued it for the original."


class ReservedName(MalformedError):
    """A member is named ``_sd`` or ``...``, which RFC 9901 keeps for digests."""

    code = "disclosure.reserved_name"
    zh = "成员名“_sd”和“...”为保留名称。请改用其他名称。"
    en = "The names `_sd` and `...` are reserved. Use another name."


class UnreferencedDisclosure(VerificationError):
    """No digest the signer committed to is this disclosure's."""

    code = "disclosure.unreferenced"
    zh = "披露内容与签名条目不符：{digest}。不要采信，请索取原件。"
    en = "The entry commits to no such disclosure: {digest}. Ask for the original."


class RepeatedDisclosure(VerificationError):
    """The same disclosure is given twice."""

    code = "disclosure.repeated"
    zh = "同一披露出现两次：{digest}。请只提交一次。"
    en = "A disclosure is given twice: {digest}. Give each once."


class RepeatedField(VerificationError):
    """Two disclosures of one group have one name, so the signer committed to two values."""

    code = "disclosure.repeated_field"
    zh = "同一组中有两个同名字段：{digest}。该条目自相矛盾，请报告监督方。"
    en = "One group seals a name twice: {digest}. The entry contradicts itself; report it."


class Disclosure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One field disclosure: salt (22 characters), name, value, its wire text and its digest."""

    salt: str
    name: str
    value: object
    text: str
    digest: str

    def __repr__(self) -> str:
        # Values are personal: they must not reach a log through a repr.
        return f"Disclosure(digest={self.digest!r})"


def make_disclosure(name: str, value: object, salt16: bytes) -> Disclosure:
    """Return the disclosure of ``name`` under a new salt of 16 random bytes.

    Raises:
        BadDisclosure: the name is not of the pattern, or the salt is not 16 bytes.
        ReservedName, BadNumber, BadName, TooDeep, BadText: the value has no place here.
    """
    if len(salt16) != SALT_SIZE or not _NAME.fullmatch(name):
        raise BadDisclosure
    salt = base64url.encode(salt16)
    data = canonical.encode([salt, name, value])
    if type(value) is not str:
        require_no_reserved_name(data)
    return _disclosure(salt, name, value, base64url.encode(data))


def parse_disclosure(text: str) -> Disclosure:
    """Return the disclosure of its wire text.

    Raises:
        BadDisclosure: not strict base64url of canonical ``[salt, name, value]``.
        ReservedName: the value holds a member RFC 9901 reserves.
    """
    try:
        data = base64url.decode(text)
        salt, name, value = _plain(data) or _elements(canonical.decode(data))
    except MalformedError:
        raise BadDisclosure from None
    if not _HEAD.fullmatch(f"{salt}\n{name}"):
        raise BadDisclosure
    if type(value) is not str:
        require_no_reserved_name(data)
    return _disclosure(salt, name, value, text)


def seal(
    groups: Mapping[str, Mapping[str, object]],
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[Disclosure, ...]]]:
    """Return the digests of each group, sorted, and the disclosures of each group, as given.

    ``random`` is called once, for 16 bytes per field: one system call, not one per field.

    Raises:
        BadDisclosure, ReservedName, BadNumber, BadName, TooDeep, BadText: as ``make_disclosure``.
        ValueError: ``random`` gave another number of bytes, a bug of the caller.
    """
    size = SALT_SIZE * sum(map(len, groups.values()))
    salts = random(size)
    if len(salts) != size:
        raise ValueError("the random source gave another number of bytes")
    each = iter([salts[i : i + SALT_SIZE] for i in range(0, len(salts), SALT_SIZE)])
    digests: dict[str, tuple[str, ...]] = {}
    disclosures: dict[str, tuple[Disclosure, ...]] = {}
    for group, fields in groups.items():
        made = [make_disclosure(name, value, next(each)) for name, value in fields.items()]
        disclosures[group] = tuple(made)
        # SPEC: RFC 9901 section 4.2.4.1: the order of digests must not tell the order of fields.
        digests[group] = tuple(sorted([disclosure.digest for disclosure in made]))
    return digests, disclosures


def match_disclosures(
    sealed: Mapping[str, Sequence[str]], disclosures: Iterable[Disclosure]
) -> dict[str, dict[str, object]]:
    """Return the disclosed values by group and name; every group is there, if only empty.

    Raises:
        UnreferencedDisclosure: a disclosure no digest commits to.
        RepeatedDisclosure: a disclosure given twice.
        RepeatedField: two disclosures of one group with one name.
    """
    group_of = {digest: group for group, digests in sealed.items() for digest in digests}
    values: dict[str, dict[str, object]] = {group: {} for group in sealed}
    seen: set[str] = set()
    for disclosure in disclosures:
        digest = disclosure.digest
        group = group_of.get(digest)
        if group is None:
            raise UnreferencedDisclosure(digest=digest)
        if digest in seen:
            raise RepeatedDisclosure(digest=digest)
        if disclosure.name in values[group]:
            raise RepeatedField(digest=digest)
        seen.add(digest)
        values[group][disclosure.name] = disclosure.value
    return values


def require_no_reserved_name(data: bytes) -> None:
    """Refuse a member named ``_sd`` or ``...`` anywhere in a canonical document.

    Raises:
        ReservedName: there is one.
    """
    # Nearly every value is cleared by the two searches, without a walk.
    if (b'"_sd"' in data or b'"..."' in data) and _has_reserved_name(canonical.decode(data)):
        raise ReservedName


def _has_reserved_name(value: object) -> bool:
    if isinstance(value, dict):
        return not _RESERVED.isdisjoint(value) or any(map(_has_reserved_name, value.values()))
    return isinstance(value, list) and any(map(_has_reserved_name, value))


def _plain(data: bytes) -> tuple[str, str, str | None] | None:
    """Return the elements where the value is a text or null, as nearly all are; None else."""
    try:
        found = _PLAIN.decode(data)
        canonical_data = _ENCODER.encode(found)
    except msgspec.ValidationError:
        return None
    except (ValueError, RecursionError):
        raise BadDisclosure from None
    if canonical_data != data:
        raise BadDisclosure
    return found


def _elements(value: object) -> tuple[str, str, object]:
    match value:
        case [str(salt), str(name), content]:
            return salt, name, content
        case _:
            raise BadDisclosure


def _disclosure(salt: str, name: str, value: object, text: str) -> Disclosure:
    digest = base64url.encode(hashlib.sha256(text.encode("ascii")).digest())
    return Disclosure(salt=salt, name=name, value=value, text=text, digest=digest)
