"""On PostgreSQL each build of a view is a schema, and a row names the one that serves.

``"<name>@<version>[.<build>]"`` holds one build, the row (view, build) of ``views.serving`` names
the one that serves. Each transaction of a view begins by asking whether its build still serves, so
a switch made by another process is seen at once. An advisory lock is held by whoever rebuilds and
falls with its connection; what a killed rebuild left goes at the next opening.

Views are derived: a crash of the server may take their last commits, never their consistency, and
the follower applies them again. So their commits are not waited for.

Not handled here: catching a build up (`ledger.store.views.rebuild`).
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.schema import CreateSchema, DropSchema

from ledger.kernel.view import View
from ledger.store.dialect import StoreGone, reading, translated, writing
from ledger.store.tables import TEXT
from ledger.store.views.place import RebuildRunning
from ledger.store.views.source import label_of, prepare, require_source, source_of
from ledger.store.views.tables import view_tables

_log = logging.getLogger(__name__)
_metadata = MetaData(schema="views")
_serving = Table(
    "serving",
    _metadata,
    Column("view", TEXT, primary_key=True),
    Column("build", Integer, nullable=False),
)
_RELAXED = func.set_config("synchronous_commit", "off", True)


@dataclass(kw_only=True, slots=True, eq=False)
class _Opened:
    engine: Engine
    build: int
    left: bool = False
    """A transaction found that this build serves no more."""


class ViewSchema:
    """The engine on the build that serves; follows a switch, starts over when the schema is gone.

    ``base`` is the ledger's engine, whose connections are used.
    """

    def __init__(self, base: Engine, view: View[Any]) -> None:
        self._base = base
        self._view = view
        self._label = label_of(view)
        self._name = re.compile(rf"{re.escape(self._label)}(?:\.([1-9][0-9]*))?")
        self._tables = view_tables(view)
        self._lock = Lock()
        self._opened: _Opened | None = None

    def engine(self) -> Engine:
        """Return the engine to use for the next transaction. Raises: ViewChanged."""
        opened = self._opened
        if opened is not None and not opened.left:
            return opened.engine
        with self._lock:
            opened = self._opened
            if opened is None or opened.left:
                opened = self._opened = self._reopened()
            return opened.engine

    @contextmanager
    def kept(self) -> Iterator[Engine | None]:
        """Open the build that serves as it is, None where there is none."""
        build = self._current()
        yield None if build is None else self._on(build)

    @contextmanager
    def renewing(self) -> Iterator[Engine]:
        """Open an empty build that serves from the block's end. Raises: RebuildRunning."""
        with self._alone("rebuild", wait=False):
            build = self._made_next()
            engine = self._on(build)
            prepare(engine, self._view, self._tables, source_of(self._view))
            yield engine
            self._switch(build)
            self._remove_all_but(build)

    def close(self) -> None:
        """Forget what is open; the connections are the ledger's."""
        with self._lock:
            self._opened = None

    # -- builds --------------------------------------------------------------------------------

    def _reopened(self) -> _Opened:
        source = source_of(self._view)
        with self._alone("open", wait=True):
            build = self._current()
            if build is None:
                build = self._started_over()
            else:
                with reading(self._on(build)) as connection:
                    require_source(connection, self._view, self._tables, source)
        opened = _Opened(engine=self._base, build=build)
        opened.engine = self._on(build, opened)
        self._clean(build)
        return opened

    def _on(self, build: int, opened: _Opened | None = None) -> Engine:
        """Return an engine on one build; with ``opened`` only for as long as that serves."""
        quoted = self._base.dialect.identifier_preparer.quote_identifier(self._schema(build))
        there = func.to_regnamespace(quoted).is_not(None)

        def enter(connection: Connection) -> None:
            query = select(_RELAXED)
            if opened is not None:
                ours = (_serving.c.view == self._label) & (_serving.c.build == build)
                query = query.select_from(_serving).where(ours, there)
            try:
                found = connection.execute(query).first()
            except BaseException:
                if opened is not None:
                    opened.left = True
                raise
            if found is None and opened is not None:
                opened.left = True
                raise StoreGone(why="the view's build was replaced")

        schemas = {None: self._schema(build), "views": "views"}
        return self._base.execution_options(enter=enter, schema_translate_map=schemas)

    def _schema(self, build: int) -> str:
        return f"{self._label}.{build}" if build else self._label

    def _builds(self, connection: Connection) -> dict[int, str]:
        names = connection.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars()
        found = ((self._name.fullmatch(name), name) for name in names)
        return {int(match[1] or 0): name for match, name in found if match}

    def _current(self) -> int | None:
        """Return the build that serves; None when none is named, or one that is not there."""
        with reading(self._base) as connection:
            build = self._named(connection)
            return build if build in self._builds(connection) else None

    def _named(self, connection: Connection) -> int | None:
        if not connection.dialect.has_table(connection, "serving", schema="views"):
            return None
        query = select(_serving.c.build).where(_serving.c.view == self._label)
        return connection.execute(query).scalar()

    def _made_next(self) -> int:
        """Create the schema of a build whose number none has had, lost ones included.

        Elsewhere somebody may still remember what was in those.
        """
        with writing(self._base) as connection:
            named = self._named(connection)
            taken = {*self._builds(connection), -1 if named is None else named}
            build = 1 + max(taken)
            connection.execute(CreateSchema(self._schema(build)))
        return build

    def _started_over(self) -> int:
        build = self._made_next()
        if build:
            _log.warning(
                "The schema of view %s is missing; it is rebuilt from entry 0 as %s.",
                self._label,
                self._schema(build),
            )
        prepare(self._on(build), self._view, self._tables, source_of(self._view))
        self._switch(build)
        return build

    def _switch(self, build: int) -> None:
        with writing(self._base) as connection:
            connection.execute(CreateSchema("views", if_not_exists=True))
            _metadata.create_all(connection)
            connection.execute(delete(_serving).where(_serving.c.view == self._label))
            connection.execute(insert(_serving), {"view": self._label, "build": build})

    def _remove_all_but(self, build: int) -> None:
        with writing(self._base) as connection:
            for found, name in self._builds(connection).items():
                if found != build:
                    connection.execute(DropSchema(name, cascade=True))

    def _clean(self, serving: int) -> None:
        try:
            with self._alone("rebuild", wait=False):
                self._remove_all_but(serving)
        except RebuildRunning:
            _log.info("View %s is being rebuilt by another process.", self._label)

    @contextmanager
    def _alone(self, what: str, *, wait: bool) -> Iterator[None]:
        """Hold a lock of this view that falls with the process. Raises: RebuildRunning."""
        key = func.hashtextextended(f"{what} {self._label}", 0)
        take = func.pg_advisory_lock(key) if wait else func.pg_try_advisory_lock(key)
        with (
            translated(),
            self._base.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            if connection.execute(select(take)).scalar() is False:
                raise RebuildRunning(view=self._label)
            try:
                yield
            finally:
                if not connection.invalidated:
                    connection.execute(select(func.pg_advisory_unlock(key)))
