"""What may be chosen where a code is asked for: from the packs in effect, and from code.

Rules take any code of a role or level, since a log outlives its packs; a person at a desk who types
one that nobody uses has mistyped it. So whoever asks people refuses such a code, with the list of
those there are. Before any pack is in effect, the packs that come with the program stand in.
"""

from collections.abc import Iterable, Iterator, Mapping

from ledger.errors import NotFound
from ledger.rules.genesis import LOG
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import ADOPTIONS
from ledger.rules.packs.book import Book, book_of, open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.section import code_lists, sections
from ledger.rules.persons import DEVICE_ROLES, DeviceKind
from ledger.rules.posts import REGISTRAR
from ledger.rules.words import Word
from ledger.service.directory import facts
from ledger.service.ledger import Ledger

LEVELS = (
    Word(id="province", zh="省级", en="Province"),
    Word(id="city", zh="地市级", en="Prefecture or city"),
    Word(id="county", zh="县级", en="County"),
    Word(id="district", zh="区", en="District"),
    Word(id="street", zh="街道", en="Street office"),
    Word(id="town", zh="乡镇", en="Town or township"),
    Word(id="village", zh="村", en="Village"),
    Word(id="community", zh="社区", en="Community"),
    Word(id="group", zh="村（居）民小组", en="Residents' group"),
    Word(id="compound", zh="小区", en="Residential compound"),
    Word(id="grid", zh="网格", en="Grid"),
    Word(id="department", zh="部门", en="Department"),
    Word(id="team", zh="队伍", en="Team"),
    Word(id="station", zh="站所", en="Station"),
    Word(id="organisation", zh="单位或组织", en="Organisation"),
)
"""What units there are."""
DEVICES_ZH: Mapping[DeviceKind, str] = {
    "import": "导入",
    "kiosk": "自助终端",
    "phone": "手机",
    "policy": "定时发布",
}
REGISTRY_ROLES = (
    Word(id=REGISTRAR, zh="登记员", en="Registrar"),
    *(
        Word(id=role, zh=f"设备：{DEVICES_ZH[kind]}", en=f"Device: {role}")
        for kind, role in DEVICE_ROLES.items()
    ),
)
"""Roles that code gives a meaning to, whatever packs say."""
OF_COMMANDS: Mapping[tuple[str, str], str] = {
    ("post.appoint", "post_role"): "role",
    ("post.elect", "post_role"): "role",
    ("unit.establish", "level"): "level",
    ("unit.set_regime", "level"): "level",
}
"""The list that a field of a command is chosen from, where no rule holds it to one."""


class NotAChoice(NotFound):
    """A code that is none of those that may be chosen."""

    code = "choice.unknown"
    zh = "{what} 中没有“{value}”。可选：{known}。"
    en = 'There is no {what} "{value}". There are: {known}.'


def lists() -> tuple[str, ...]:
    """Return the names of the lists ``words_of`` knows."""
    return ("kind", "state", "level", *sorted(code_lists()))


def words_of(ledger: Ledger, table: str) -> tuple[Word, ...]:
    """Return what may be chosen from a list, or a section's items, each code once, by code."""
    found = {word.id: word for book in books(ledger) for word in _words(book, table)}
    if table == "level":  # what packs call them locally; in the order of LEVELS, theirs after
        return tuple(({word.id: word for word in LEVELS} | found).values())
    if table == "role":
        found |= {word.id: word for word in REGISTRY_ROLES}
    return tuple(found[code] for code in sorted(found))


def called(ledger: Ledger, table: str, code: str) -> str:
    """Return what a code is called in Chinese; the code itself where no pack names it."""
    return next((word.zh for word in words_of(ledger, table) if word.id == code), code)


def require(ledger: Ledger, table: str, value: str) -> None:
    """Refuse a code that is none of a list. Raises: NotAChoice, naming those there are."""
    known = [word.id for word in words_of(ledger, table)]
    if value not in known:
        raise NotAChoice(what=table, value=value, known=", ".join(known))


def require_fields(ledger: Ledger, command: str, fields: Mapping[str, object]) -> None:
    """Refuse fields of a command that are mistyped choices. Raises: NotAChoice."""
    for name, value in fields.items():
        if (table := OF_COMMANDS.get((command, name))) is not None:
            require(ledger, table, str(value))


def _words(book: Book, table: str) -> Iterable[Word]:
    if table == "kind":
        return book.kinds()
    if table == "state":
        return (Word(id=s.id, zh=s.zh, en=s.en) for kind in book.kinds() for s in kind.states)
    for section in sections():
        if section.name == table:
            return (Word(id=each.id, zh=each.zh, en=each.en) for each in book.items(section))
    return book.words(table)


def books(ledger: Ledger) -> Iterator[Book]:
    """Yield the books of the packs in effect, or of the shipped ones before any is."""
    in_effect = adoptions.adoptions(facts(ledger, ADOPTIONS, LOG))
    for adoption in in_effect:
        yield book_of(adoption, ledger.home.shelf)
    if not in_effect:
        below = [load_pack(shipped(name)) for name in _SHIPPED[1:]]
        yield open_book(load_pack(shipped(_SHIPPED[0])), below)


_SHIPPED = ("cn-base", "cn-law")
