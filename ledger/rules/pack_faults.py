"""Problems as errors: the line a value of a pack's file stands on, whatever the file's form."""

from ledger.rules.pack_csv import line_of_row
from ledger.rules.pack_toml import PackInvalid, Problem
from ledger.rules.toml_lines import line_of


def fault(file: str, data: bytes, problem: Problem, *, pack: str | None = None) -> PackInvalid:
    """Return a problem of a file as an error with file and line.

    Among several packs a file is named with its pack: ``cn-base/cases/hazard.toml``.
    """
    if file.endswith(".csv"):
        line = line_of_row(data, problem.path)
    else:
        line = line_of(data.decode(), problem.path)
    named = file if pack is None else f"{pack}/{file}"
    return problem.error(file=named, line=line, **problem.facts)
