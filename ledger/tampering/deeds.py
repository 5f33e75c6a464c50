"""Tampering, on a copy of a home: what an attacker with the operator's rights could do to it.

Used to show that a full audit notices, and to test that it does. Every kind is done thoroughly:
log indexes, columns, tags, tiles, head, vault rows and views are all made to fit afterwards, with
the keys of the home itself. What remains to give it away is said with each kind. What is sealed can
be changed with the log left as it is: then there is nothing to be made to fit.

Never called on a home in use: these functions write past every guard the ledger has.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from ledger.aggregates.disclosure_item.events import Content, Published
from ledger.entry import base64url, canonical
from ledger.entry.claims import parse_occurred
from ledger.entry.disclosure import make_disclosure, parse_disclosure
from ledger.entry.entry import Entry, format_entry, parse_entry
from ledger.errors import NotFound
from ledger.kernel.event import SPECS
from ledger.kernel.naming import Name
from ledger.store.home import open_home
from ledger.store.vault import decrypt
from ledger.tampering.means import (
    Was,
    database,
    keys_of,
    move_mark,
    read_states,
    republished,
    rewrite,
    sealed_again,
    vault_rows,
    write_sealed,
)

DAY = timedelta(days=1)
TABLE: Final = "table"
"""The sealed field of a disclosed item that holds its table: canonical JSON, rows of texts."""
POSTED: Final = """
    SELECT vault.* FROM vault JOIN entry USING (idx)
    WHERE grp = :grp AND stream IN (SELECT stream FROM entry WHERE type = :type)
    ORDER BY idx DESC
"""
"""The vault rows of items that were posted, newest first."""
_MONEY: Final = re.compile(r"(?!0+\.00)[0-9]+\.[0-9]{2}")


class UnknownTampering(NotFound):
    """No such kind of tampering."""

    code = "tamper.unknown"
    zh = "没有这种篡改方式：{kind}。可选：{known}。"
    en = "There is no such tampering: {kind}. Choose among: {known}."


class NothingToTamper(NotFound):
    """The log holds no entry that this kind could be done to."""

    code = "tamper.nothing"
    zh = "账本里还没有可以这样改的条目，无法演示。请先办理几件事项，或公开一张收支表。"
    en = (
        "The log holds nothing yet that this could be done to. Let a few cases be handled, or a "
        "table of money be disclosed, first."
    )


class Kind(NamedTuple):
    """A kind of tampering: what it is called, what it does to a home, in words what was done.

    ``sealed`` marks what changes a sealed value and leaves the log as it is.
    """

    do: Callable[[Path], int]
    called: Name
    zh: str
    en: str
    sealed: bool = False


def tamper(kind: str, home: Path, *, lang: str = "en") -> str:
    """Tamper with the home in ``home``, a copy; return what was done, in words.

    Raises:
        UnknownTampering: ``kind`` is not one of ``KINDS``.
        NothingToTamper: the log holds nothing it could be done to.
    """
    if kind not in KINDS:
        raise UnknownTampering(kind=kind, known=", ".join(KINDS))
    chosen = KINDS[kind]
    index = chosen.do(home)
    return (chosen.zh if lang == "zh" else chosen.en).format(index=index)


def change(home: Path) -> int:
    """Date an act a day earlier; return its log index."""
    states = read_states(home)
    index = _last_of_a_case(states)
    entry = parse_entry(states[index])
    header, payload, signature = entry.signed.jws.split(b".")
    claims = msgspec.json.decode(base64url.decode(payload))
    claims["iat"] -= int(DAY.total_seconds())
    claims["occ"] = (parse_occurred(claims["occ"]) - DAY).isoformat()
    payload = base64url.encode(canonical.encode(claims)).encode("ascii")
    changed = format_entry(entry.recorded_at, b".".join((header, payload, signature)))
    was = [Was(changed if i == index else s, i) for i, s in enumerate(states)]
    rewrite(home, republished(home, was))
    return index


def delete(home: Path) -> int:
    """Take out the last entry of a case, and move up what follows; return its log index."""
    states = read_states(home)
    index = _last_of_a_case(states)
    kept = [Was(state, i) for i, state in enumerate(states) if i != index]
    rewrite(home, republished(home, kept))
    return index


def swap(home: Path) -> int:
    """Exchange two neighbours of different streams, each taking the other's time."""
    states = read_states(home)
    entries = [parse_entry(state) for state in states]
    for index in range(len(states) - 2, 0, -1):
        first, second = entries[index], entries[index + 1]
        if _independent(first, second):
            swapped = [Was(state, i) for i, state in enumerate(states)]
            swapped[index] = _at(first.recorded_at, second, index + 1)
            swapped[index + 1] = _at(second.recorded_at, first, index)
            rewrite(home, republished(home, swapped))
            return index
    raise NothingToTamper


def roll_back(home: Path) -> int:
    """Put back an older copy of everything but the signer's folder; return its size."""
    states = read_states(home)
    size = len(states) - max(1, len(states) // 10)
    rewrite(home, [Was(state, i) for i, state in enumerate(states[:size])])
    return size


def fork(home: Path) -> int:
    """Delete as ``delete`` does, and make the signer forget: the log signs another history."""
    index = delete(home)
    move_mark(home)
    return index


def enlarge(home: Path) -> int:
    """Make the last amount of the newest disclosed table tenfold; return its entry's log index.

    The table is sealed anew under the home's own keys, as the ledger itself would.
    """
    opened, states = open_home(home), read_states(home)
    wanted = {"grp": Content.__group__.name, "type": SPECS[Published].name}
    with keys_of(opened) as keys, database(opened.ledger) as connection:
        for row in vault_rows(connection, POSTED, wanted):
            claims = parse_entry(states[row.idx]).signed.claims
            if (key := keys.find(claims.stream, row.subject)) is None:
                continue  # erased
            found = decrypt(row, claims.sealed, key)
            said = [_enlarged(text) for text in found]
            if said != [*found]:
                write_sealed(connection, sealed_again(row, claims, said, key))
                return row.idx
    raise NothingToTamper


KINDS: Mapping[str, Kind] = {
    "changed": Kind(
        change,
        Name("把一条记录改早一天", "Date an entry a day earlier"),
        "将第 {index} 条改为早一天签署，并使其余一切与之相符。签名会露出破绽。",
        "Dated entry {index} a day earlier and made all else fit. Its signature gives it away.",
    ),
    "deleted": Kind(
        delete,
        Name("删去一条记录", "Take out an entry"),
        "删去第 {index} 条，其后条目依次前移，其余一切与之相符。签名标记会露出破绽。",
        "Took out entry {index}, moved up the rest, made all fit. The signer's mark gives it away.",
    ),
    "swapped": Kind(
        swap,
        Name("对调两条记录", "Exchange two entries"),
        "对调第 {index} 条与其后一条，其余一切与之相符。签名标记会露出破绽。",
        "Exchanged entry {index} and the next, made all fit. The signer's mark gives it away.",
    ),
    "rollback": Kind(
        roll_back,
        Name("换回一份旧的副本", "Put back an older copy"),
        "恢复为只有 {index} 条时的旧副本。签名标记会露出破绽。",
        "Put back an older copy of {index} entries. The signer's mark gives it away.",
    ),
    "fork": Kind(
        fork,
        Name(
            "另立一份历史，连账本自己的标记也改掉",
            "Make another history, the ledger's own mark included",
        ),
        "删去第 {index} 条并重置签名标记，另立一份历史。"
        "只有见证、较早的检查点，或后来签名里写着的所见能露出破绽。",
        "Took out entry {index} and reset the signer's mark: another history. Only a witness, an "
        "earlier checkpoint or what a later signer had seen gives it away.",
    ),
    "amount": Kind(
        enlarge,
        Name("把公开的一笔金额改大十倍", "Make a disclosed amount tenfold"),
        "将第 {index} 条所公开表中的最后一笔金额改大十倍，用账本自己的密钥重新密封；账本一条未动。"
        "起草人签名时承诺的摘要会露出破绽。",
        "Made the last amount of the table that entry {index} discloses tenfold, sealed again with "
        "the home's own keys; no entry was touched. The digest its drafter signed gives it away.",
        sealed=True,
    ),
}


def _last_of_a_case(states: Sequence[bytes]) -> int:
    """Return an entry nothing follows in its stream, of a case, and not the log's last."""
    ended: set[str] = set()
    for index in range(len(states) - 1, 0, -1):
        stream = parse_entry(states[index]).signed.claims.stream
        if stream.startswith("case/") and stream not in ended and index < len(states) - 1:
            return index
        ended.add(stream)
    raise NothingToTamper


def _independent(first: Entry, second: Entry) -> bool:
    mine, other = first.signed.claims, second.signed.claims
    cases = mine.stream.startswith("case/") and other.stream.startswith("case/")
    return cases and mine.stream != other.stream


def _at(recorded_at: int, entry: Entry, index: int) -> Was:
    return Was(format_entry(recorded_at, entry.signed.jws), index)


def _enlarged(text: str) -> str:
    """Return a table's disclosure with its last amount tenfold, same salt; others as they are."""
    found = parse_disclosure(text)
    rows = msgspec.json.decode(str(found.value)) if found.name == TABLE and found.value else []
    for row in reversed(rows):
        for column, cell in enumerate(row):
            if _MONEY.fullmatch(cell):
                row[column] = str(Decimal(cell) * 10)
                table = canonical.encode(rows).decode()
                return make_disclosure(TABLE, table, base64url.decode(found.salt)).text
    return text
