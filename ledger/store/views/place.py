"""Where one view version stands: its builds, and which of them serves.

A build is made anew beside the one that serves, then switched to in one step. On SQLite a build is
a file (`ledger.store.views.file`), on PostgreSQL a schema (`ledger.store.views.schema`).
"""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Engine

from ledger.errors import ConflictError


class RebuildRunning(ConflictError):
    """Another process is rebuilding this view."""

    code = "view.rebuild_running"
    zh = "视图 {view} 正在由其他进程重建。请等待其完成。"
    en = "Another process is rebuilding view {view}. Wait for it to finish."


class ViewPlace(Protocol):
    """The builds of one view version."""

    def engine(self) -> Engine:
        """Return the engine to use for the next transaction: another one for another build.

        What is missing is made anew, empty. Raises: ViewChanged, StorageError.
        """
        ...

    def kept(self) -> AbstractContextManager[Engine | None]:
        """Open the build that serves as it is, None where there is none; nothing is made anew.

        Raises: StorageError when what should name it cannot.
        """
        ...

    def renewing(self) -> AbstractContextManager[Engine]:
        """Open an empty build that serves from the block's end, all others removed then.

        When the block fails the old build goes on serving. Raises: RebuildRunning.
        """
        ...

    def close(self) -> None:
        """Close what is open; the next call opens again."""
        ...
