"""Problems as errors: the line a value of a pack's file stands on, whatever the file's form."""

from ledger.rules.files.csv_table import line_of_row
from ledger.rules.files.toml_file import PackInvalid, Problem
from ledger.rules.files.toml_lines import Path, line_of


def fault(file: str, data: bytes, problem: Problem, *, pack: str | None = None) -> PackInvalid:
    """Return a problem of a file as an error with file and line.

    Among several packs a file is named with its pack: ``cn-base/cases/hazard.toml``.
    """
    line = line_at(file, data, problem.path)
    named = file if pack is None else f"{pack}/{file}"
    return problem.error(file=named, line=line, **problem.facts)


def line_at(file: str, data: bytes, path: Path) -> int:
    """Return the line of a file on which the value of a path stands."""
    return line_of_row(data, path) if file.endswith(".csv") else line_of(data.decode(), path)
