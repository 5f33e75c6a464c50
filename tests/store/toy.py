"""A toy view whose rows come, change and go; a log of it in memory; its model by brute force."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.schema import CreateSchema, DropSchema

from ledger.kernel.act import Act, AsOf
from ledger.kernel.event import Event
from ledger.kernel.view import Row, View
from ledger.store.dialect import reading, sqlite_engine, writing
from ledger.store.postgresql import postgresql_engine
from ledger.store.views.file import view_in
from ledger.store.views.place import ViewPlace
from ledger.store.views.schema import ViewSchema
from ledger.store.views.source import prepare
from ledger.store.views.store import ViewStore
from ledger.store.views.tables import view_tables


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


class Toys:
    """Where toy views are: files in a folder, or schemas of a PostgreSQL database.

    A name given twice is one place; stores on it are as those of two processes.
    """

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self._folder = folder
        self._database = database
        self._base = database and postgresql_engine(database)
        self._numbers = itertools.count()

    def engine(self, name: str = "toy") -> Engine:
        """Return an engine on a place, made if it is new."""
        if not self._base:
            return sqlite_engine(self._folder / f"{name}.sqlite", create=True)
        with writing(self._base) as connection:
            connection.execute(CreateSchema(name, if_not_exists=True))
        return self._base.execution_options(schema_translate_map={None: name})

    def store(self, name: str = "toy", view: View[Any] = VIEW) -> ViewStore[Any]:
        """Return a store on a place."""
        tables, engine = view_tables(view), self.engine(name)
        prepare(engine, view, tables, "source")
        return ViewStore(view, lambda: engine, tables)

    def new(self) -> ViewStore[Any]:
        """Return a store on a place of its own."""
        return self.store(f"new{next(self._numbers)}")

    def place(self, view: View[Any] = VIEW) -> tuple[ViewStore[Any], ViewPlace]:
        """Return a view's store and its place, as a ledger has them."""
        if not self._base:
            return view_in(view, self._folder)
        place = ViewSchema(self._base, view)
        return ViewStore(view, place.engine), place

    def where(self) -> tuple[str, str]:
        """Return what another process makes the same of: folder and address, "" for none."""
        return str(self._folder), self._database or ""

    def builds(self) -> set[str]:
        """Return the builds there are of views, by name."""
        if not self._base:
            return {file.stem for file in self._folder.glob("*@*.sqlite")}
        with reading(self._base) as connection:
            names = connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars()
            return {name for name in names if "@" in name}

    def lose(self, build: str) -> None:
        """Delete a build as somebody would who tidies up."""
        if not self._base:
            (self._folder / f"{build}.sqlite").unlink()
            return
        with writing(self._base) as connection:
            connection.execute(DropSchema(build, cascade=True))

    def close(self) -> None:
        """Let go of the database."""
        if self._base:
            self._base.dispose()


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
