"""The command line ``mingzhang``: a file per topic, a function per subcommand."""

from ledger.cli.app import app


def main() -> None:
    """Run the command line."""
    app(prog_name="mingzhang")
