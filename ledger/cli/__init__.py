"""The command line ``mingzhang``: ``commands`` by hand, ``acts`` from the aggregates.

``shell`` runs each of them: options every command has, output, errors, exit status.
"""

import gc

from ledger.cli.app import app


def main() -> None:
    """Run the command line."""
    # What the program is made of lives as long as it runs: some 300,000 objects the garbage
    # collector would look through again whenever a command makes many.
    gc.freeze()
    app(prog_name="mingzhang")
