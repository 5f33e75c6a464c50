"""``holidays.toml``: the State Council's tables, one a year; a year stands once in a pack."""

from collections.abc import Iterator

import msgspec

from ledger.rules.calendars import HolidayYear
from ledger.rules.files.toml_file import Problem, RepeatedName, UnknownName, parse_toml
from ledger.rules.packs.section import Content, Item, Section


class _Tables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    year: tuple[HolidayYear, ...] = ()


def _read(file: str, data: bytes) -> Content[HolidayYear]:
    years = parse_toml(file, data, _Tables).year
    items = tuple(
        Item(id=str(table.year), value=table, file=file, at=("year", position))
        for position, table in enumerate(years)
    )
    return Content(items=items, problems=tuple(_problems(years)))


def _problems(years: tuple[HolidayYear, ...]) -> Iterator[Problem]:
    seen: set[int] = set()
    for position, table in enumerate(years):
        if table.year in seen:
            facts: dict[str, object] = {"what": "year", "name": table.year}
            yield Problem(("year", position, "year"), RepeatedName, facts)
        seen.add(table.year)
        for member in ("rest", "work"):
            for item, day in enumerate(getattr(table, member)):
                # A notice may reach back into the December before its year.
                if day.year != table.year and (day.year, day.month) != (table.year - 1, 12):
                    at = ("year", position, member, item)
                    yield Problem(at, UnknownName, {"what": str(table.year), "name": day})


section = Section[HolidayYear](name="holidays", path="holidays.toml", read=_read)
