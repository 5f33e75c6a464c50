"""The page ``coverage.md``, from ``coverage.toml``: where each row of the accounts is built."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ledger.service.exports.catalogue import GENERATED

SOURCE = Path(__file__).with_name("coverage.toml")
HEADER = "| row | what | aggregate | pack file | scenario | board or command |"


def coverage() -> Mapping[str, Any]:
    """Return the table as written."""
    return tomllib.loads(SOURCE.read_text("utf-8"))


def coverage_page() -> str:
    """Return the page: a part for each seed, its rows built so far, then those that are open."""
    table = coverage()
    parts = [
        "# Coverage",
        GENERATED,
        "What the accounts of five districts describe, and where each row is: the aggregate whose "
        "acts record it, the pack file that arranges it, the tests that hold it and the chapter of "
        "the demonstration that tells it, the board that shows it. A row is cited by its id, as "
        "S1-14. Rows S1 are those of the district built first; rows B are corrections to all. "
        "**Part**: built but for what is named. **Boundary**: built, and what is not kept here on "
        "purpose. The source is [coverage.toml](coverage.toml); a "
        "test looks up everything named there.",
        *_summary(table),
    ]
    for seed in table["seed"]:
        parts += _seed(table, seed)
    return "\n\n".join(parts) + "\n"


def _summary(table: Mapping[str, Any]) -> Iterator[str]:
    states: dict[str, Counter[str]] = {}
    for row in table["row"]:
        states.setdefault(_of(row["id"]), Counter())[row["state"]] += 1
    for id_ in table["open"]:
        states.setdefault(_of(id_), Counter())["open"] += 1
    lines = ["| seed | rows | built | part | open |", "|---|---|---|---|---|"]
    for seed in table["seed"]:
        found = states[seed["id"]]
        counts = (str(found[state]) for state in ("built", "part", "open"))
        lines.append(f"| {seed['id']} | {found.total()} | {' | '.join(counts)} |")
    yield "\n".join(lines)


def _seed(table: Mapping[str, Any], seed: Mapping[str, str]) -> Iterator[str]:
    yield f"## {seed['id']}: {seed['zh']} {seed['en']}"
    rows = [row for row in table["row"] if _of(row["id"]) == seed["id"]]
    if rows:
        yield "\n".join([HEADER, "|---|---|---|---|---|---|", *map(_line, rows)])
    waiting = {id_: words for id_, words in table["open"].items() if _of(id_) == seed["id"]}
    if waiting:
        listed = (f"- {id_} {zh} {en}" for id_, (zh, en) in waiting.items())
        yield "Open:\n\n" + "\n".join(listed)


def _line(row: Mapping[str, Any]) -> str:
    said = f"{row['zh']} {row['en']}."
    if "boundary" in row:
        said += f" **Boundary**: {row['boundary']}."
    if row["state"] != "built":
        said += f" **{row['state'].capitalize()}**"
        said += f": {row['open']}." if "open" in row else "."
    cells = (
        [row["id"]],
        [said],
        [f"`{each}`" for each in row.get("aggregates", ())],
        _packs(row.get("packs", ())),
        [
            *map(_scenario, row.get("scenarios", ())),
            *(f"demonstration: `{each}`" for each in row.get("story", ())),
        ],
        [f"`{each}`" for each in row.get("views", ())],
    )
    return f"| {' | '.join('<br>'.join(cell) for cell in cells)} |"


def _packs(named: Sequence[str]) -> list[str]:
    """Return the items by pack file, each file once."""
    files: dict[str, list[str]] = {}
    for each in named:
        pack, section, item = each.split("/", 2)
        files.setdefault(f"{pack}/{section}", []).append(item)
    return [f"{file}: {', '.join(f'`{item}`' for item in items)}" for file, items in files.items()]


def _scenario(named: str) -> str:
    path, _, name = named.partition("::")
    said = name.removeprefix("test_").replace("_", " ")
    return f"[{said}](../{path})"


def _of(id_: str) -> str:
    return id_.partition("-")[0]
