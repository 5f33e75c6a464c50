"""A toy view whose rows come, change and go; a log of it in memory; its model by brute force."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ledger.kernel.act import Act, AsOf
from ledger.kernel.event import Event
from ledger.kernel.view import Row, View
from ledger.store.dialect import sqlite_engine
from ledger.store.views import ViewStore, prepare
from ledger.store.viewtable import view_tables


class Put(Event):
    """Set the rows ``keys`` to these values; ``colour`` None removes them."""

    keys: tuple[str, ...]
    colour: str | None
    size: int | None = None
    bright: bool = False


class Toy(Row):
    key_text: str
    colour: str
    size: int | None
    bright: bool
    times: int


def toy_keys(act: Act) -> Iterable[str]:
    assert isinstance(act.event, Put)
    return act.event.keys


def toy_fold(row: Toy | None, act: Act, key: str) -> Toy | None:
    put = act.event
    assert isinstance(put, Put)
    if put.colour is None:
        return None
    if put.colour == "same":
        return row
    times = 1 if row is None else row.times + 1
    return Toy(key_text=key, colour=put.colour, size=put.size, bright=put.bright, times=times)


COUNTS = (("colour", "bright"), ("size",), ())


def toy_view(name: str = "toy", fold: Callable[..., Any] = toy_fold, version: int = 1) -> View[Toy]:
    return View(
        name=name,
        version=version,
        row=Toy,
        reads=frozenset({"toy"}),
        keys=toy_keys,
        fold=fold,
        counts=COUNTS,
    )


VIEW = toy_view()


def act(index: int, event: Event, type_: str = "toy.put.v1") -> Act:
    return Act(
        stream="toy/1",
        seq=index + 1,
        type=type_,
        jti=str(index),
        actor="person/1",
        role="clerk",
        kid="k",
        occ="2026-03-01",
        iat=1,
        event=event,
        index=index,
    )


def some_acts(n: int, seed: int = 1) -> list[Act]:
    rng = random.Random(seed)
    keys = [f"k{i}" for i in range(max(3, n // 8))]
    return [
        act(
            i,
            Put(
                keys=tuple(rng.choices(keys, k=rng.choice((1, 1, 1, 2)))),
                colour=rng.choice(("red", "green", "blue", "same", None)),
                size=rng.choice((None, 1, 2)),
                bright=rng.random() < 0.5,
            ),
            "toy.put.v1" if rng.random() < 0.9 else "other.put.v1",
        )
        for i in range(n)
    ]


class Log:
    """A log that grows; ``read`` and ``size`` as a follower wants them."""

    def __init__(self, acts: Sequence[Act] = ()) -> None:
        self.acts = list(acts)
        self.starts: list[int] = []

    def read(self, start: int, limit: int) -> Sequence[Act]:
        self.starts.append(start)
        return self.acts[start : start + limit]

    def size(self) -> int:
        return len(self.acts)


def model(acts: Sequence[Act], size: int) -> dict[str, Toy]:
    """The rows after ``size`` entries, by folding them one after the other."""
    rows: dict[str, Toy] = {}
    for one in acts[:size]:
        if one.aggregate != "toy":
            continue
        for key in dict.fromkeys(toy_keys(one)):
            after = toy_fold(rows.get(key), one, key)
            if after is None:
                rows.pop(key, None)
            else:
                rows[key] = after
    return dict(sorted(rows.items()))


def at(size: int) -> AsOf:
    return AsOf(size=size, at=0)


def store_on(path: Path, view: View[Any] = VIEW) -> ViewStore[Any]:
    """A store on one SQLite file, made if it is new."""
    tables = view_tables(view)
    engine = sqlite_engine(path, create=True)
    prepare(engine, view, tables, "source")
    return ViewStore(view, lambda: engine, tables)


def everything(store: ViewStore[Any], size: int) -> tuple[Any, ...]:
    """All a store answers as of ``size``."""
    as_of = at(size)
    return (
        store.rows(as_of, limit=10_000),
        *(store.count(as_of, by=by) for by in COUNTS),
    )


def expected(acts: Sequence[Act], size: int) -> tuple[Any, ...]:
    """The same by brute force."""
    rows = list(model(acts, size).values())
    counts = (Counter(tuple(getattr(row, name) for name in by) for row in rows) for by in COUNTS)
    return (rows, *(dict(count) for count in counts))
