"""Which source a view's rows were made by: another one under the same version is refused.

Its fingerprint stands beside the view's position. It is of the whole module that folds: what a
changed line means for the rows, nobody can tell by program.
"""

import sys
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from ledger.errors import StorageError
from ledger.kernel.view import View, fingerprint
from ledger.store.dialect import writing
from ledger.store.views.tables import ViewTables


class ViewChanged(StorageError):
    """The source of a view differs from the one its rows were made with."""

    code = "view.changed"
    zh = "视图 {view} 的程序已变而版本号未变。请为其定新版本，或运行 mingzhang rebuild {view}。"
    en = (
        "The source of view {view} changed under the same version. Give it a new version, or run "
        "`mingzhang rebuild {view}`."
    )


def label_of(view: View[Any]) -> str:
    """Return ``name@version``."""
    return f"{view.name}@{view.version}"


def source_of(view: View[Any]) -> str:
    """Return the fingerprint of the module that holds the view's fold."""
    return fingerprint(sys.modules[view.fold.__module__])


def prepare(engine: Engine, view: View[Any], tables: ViewTables, source: str) -> None:
    """Create what is missing of a view's tables; a new view stands at size 0.

    Raises: ViewChanged when the rows were made by another source under the same version.
    """
    with writing(engine) as connection:
        tables.metadata.create_all(connection)
        if not require_source(connection, view, tables, source):
            line = {"view": label_of(view), "size": 0, "fingerprint": source}
            connection.execute(insert(tables.position), line)


def require_source(
    connection: Connection, view: View[Any], tables: ViewTables, source: str
) -> bool:
    """Tell whether the view has a position. Raises: ViewChanged when it is of another source."""
    position = tables.position
    stored = select(position.c.fingerprint).where(position.c.view == label_of(view))
    found = connection.execute(stored).scalar()
    if found not in (None, source):
        raise ViewChanged(view=view.name)
    return found is not None
