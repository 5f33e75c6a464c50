"""The command line mingzhang: ``commands`` by hand, ``acts`` from the aggregates.

``app`` is the tree of both. ``shell`` runs each of them: options every command has, output, errors,
exit status. ``fields`` makes options of what a command asks, ``moments`` of a point of history;
``signing`` is the way from a wish to a receipt. ``founders``, ``pack_files`` and ``rejects`` are
what several commands name or write. The ``demonstration`` is played through all of this (``sample``
is its picture).
"""

import gc

from ledger.cli.app import app


def main() -> None:
    """Run the command line."""
    # What the program is made of lives as long as it runs: some 300,000 objects the garbage
    # collector would look through again whenever a command makes many.
    gc.freeze()
    app(prog_name="mingzhang")
