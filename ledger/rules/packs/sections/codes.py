"""``codes.toml``: lists of codes and what they are called.

Which lists there are, each section says; a list whose codes are code is closed: a pack says what
they are called and adds none. An item's id is ``<list>:<code>``.
"""

from collections.abc import Iterator

from ledger.rules.answers import STANDINGS
from ledger.rules.files.toml_file import Problem, UnknownName, parse_toml, repeated
from ledger.rules.packs.section import Content, Item, Section, code_lists
from ledger.rules.words import Word

FILE = "codes.toml"


def key(table: str, code: str) -> str:
    """Return the id of a code of a list."""
    return f"{table}:{code}"


def _read(file: str, data: bytes) -> Content[Word]:
    found = parse_toml(file, data, dict[str, tuple[Word, ...]])
    items = tuple(
        Item(id=key(table, word.id), value=word, file=file, at=(table, position))
        for table, words in found.items()
        for position, word in enumerate(words)
    )
    return Content(items=items, problems=tuple(_problems(found)))


def _problems(found: dict[str, tuple[Word, ...]]) -> Iterator[Problem]:
    lists = code_lists()
    for table, words in found.items():
        if table not in lists:
            yield Problem((table,), UnknownName, {"what": "list", "name": table})
            continue
        yield from repeated((word.id for word in words), table)
        known = lists[table]
        for position, word in enumerate(words):
            if known is not None and word.id not in known:
                facts: dict[str, object] = {"what": table, "name": word.id}
                yield Problem((table, position, "id"), UnknownName, facts)


section = Section[Word](
    name="codes",
    path=FILE,
    read=_read,
    lists={"role": None, "reason": None, "finding_standing": STANDINGS},
)
