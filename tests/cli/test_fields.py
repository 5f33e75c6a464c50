"""Options made from the fields of a command, whatever a new aggregate may declare."""

import inspect
from typing import Annotated, Any, ClassVar, Literal, get_args

import pytest
import typer
from msgspec import Meta
from typer.testing import CliRunner

from ledger.cli.fields import parameter
from ledger.cli.shell import command
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Date, UnitRef
from ledger.service.forms.fields import fields_of


class Weigh(Command, frozen=True, kw_only=True):
    """Weigh something."""

    name: ClassVar[str] = "scale.weigh"
    unit: UnitRef
    grams: Annotated[int, Meta(ge=0)]
    day: Date
    role: str | None = None
    colour: Literal["red", "blue"] = "red"
    dry: bool | None = None
    note: str | None = None
    labels: tuple[str, ...] = ()


@pytest.fixture
def weighed() -> tuple[typer.Typer, dict[str, Any]]:
    """A command line with one command made from ``Weigh``, and what it was called with."""
    app, given = typer.Typer(rich_markup_mode=None), dict[str, Any]()
    fields = fields_of(Weigh)

    def run(shell: object, **options: Any) -> None:
        given.update(options)

    made = [parameter(f, frozenset({"role"}), required=f.required) for f in fields]
    shell = inspect.Parameter("shell", inspect.Parameter.KEYWORD_ONLY)
    run.__signature__ = inspect.Signature([shell, *made])  # type: ignore[attr-defined]
    command(app, "weigh", run, help_="Weigh.")
    command(app, "other", lambda shell: None, help_="Another.")
    return app, given


def test_every_kind_of_field_becomes_an_option(
    weighed: tuple[typer.Typer, dict[str, Any]],
) -> None:
    app, given = weighed
    words = ["--unit", "520602", "--grams", "7", "--day", "today", "--no-dry", "--labels", "a"]
    result = CliRunner().invoke(app, ["weigh", *words, "--labels", "b", "--the-role", "x"])
    assert result.exit_code == 0, result.output
    assert given == {
        "field_unit": "520602",
        "field_grams": 7,
        "field_day": "today",
        "field_role": "x",
        "field_colour": None,
        "field_dry": False,
        "field_note": None,
        "field_labels": ["a", "b"],
    }


def test_a_required_field_left_out_is_wrong_use(
    weighed: tuple[typer.Typer, dict[str, Any]],
) -> None:
    result = CliRunner().invoke(weighed[0], ["weigh", "--grams", "7", "--day", "today"])
    assert result.exit_code == 2
    assert "--unit" in result.stderr


def test_help_tells_choices_units_days_and_where_a_text_may_come_from(
    weighed: tuple[typer.Typer, dict[str, Any]],
) -> None:
    text = CliRunner().invoke(weighed[0], ["weigh", "--help"]).stdout
    for told in ("--colour red|blue", "--unit UNIT", "--day DAY", "--note TEXT|@FILE"):
        assert told in text


def test_only_text_without_a_pattern_may_come_from_a_file() -> None:
    free = {field.name for field in fields_of(Weigh) if field.free_text}
    assert free == {"role", "note"}
    assert get_args(UnitRef)
