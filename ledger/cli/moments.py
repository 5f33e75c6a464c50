"""The option that names a point of history; see ``ledger.service.reading.moments``."""

from typing import Annotated

import typer

AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="SIZE|TIME",
        help="As it was then: a size, a day (its end), or a time; else now. 历史时点",
        show_default=False,
    ),
]
