"""The generated catalogues tell what was declared, and break no table doing so."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ledger.bootstrap import registry
from ledger.errors import LedgerError, NotFound, RuleViolation
from ledger.kernel.event import Code
from ledger.rules.genesis import LogGenesis
from ledger.service.exports.catalogue import Forms, errors_page, events_page


class Inner(msgspec.Struct):
    """A value inside."""

    code: Code
    often: int = 3


class Full(RuleViolation):
    """It is full."""

    code = "toy.full"
    zh = "已满 {most}|甲。"
    en = "Full: {most}."


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.replace(r"\|", "\0").strip("|").split("|")]


def tables(page: str) -> list[list[str]]:
    """Return the rows of all tables of a page, heads included."""
    return [cells(line) for line in page.splitlines() if line.startswith("|")]


def test_an_error_stands_under_its_branch_with_its_words():
    page = errors_page([LedgerError, RuleViolation, NotFound, Full])
    _, _, under = page.partition("## RuleViolation")
    row = next(row for row in tables(under) if row[0] == "`toy.full`")
    assert row[1:3] == ["已满 {most}\0甲。", "Full: {most}."]
    assert "`toy.full`" not in page.partition("## RuleViolation")[0]


def test_every_row_has_as_many_cells_as_its_head():
    width = None
    for line in events_page(registry()).splitlines():
        if not line.startswith("|"):
            width = None
        else:
            width = width or len(cells(line))
            assert len(cells(line)) == width, line


def test_every_type_and_every_sealed_group_is_told():
    parts = events_page(registry()).split("\n### ")
    told = {part.split("\n", 1)[0]: part for part in parts}
    assert registry().types.keys() <= told.keys()
    for name, spec in registry().types.items():
        groups = [row[0] for row in tables(told[name]) if len(row) == 7 and row[0].startswith("`")]
        assert groups == [f"`{group.name}`" for group in spec.groups]


def test_what_all_types_of_an_aggregate_carry_is_told_once():
    page = events_page(registry())
    (case,) = (part for part in page.split("\n## ") if part.startswith("case\n"))
    assert [row[0] for row in tables(case)].count("`stopped`") == 1


def test_a_member_that_is_always_spelled_out_is_never_left_out():
    page = events_page(registry())
    _, _, jwk = page.partition("### Jwk\n")
    assert ["`crv`", "`Ed25519`", "never"] in tables(jwk.partition("###")[0])


def test_forms_are_named_as_the_kernel_names_them():
    forms = Forms([LogGenesis])
    assert forms.of(Code | None) == "[Code](#forms)"
    assert forms.of(tuple[Inner, ...]) == "list of [Inner](#structures)"
    assert forms.of(Annotated[int, Meta(ge=1, le=9)]) == "int, at least 1, at most 9"
    assert forms.of(Literal["yes", "no"]) == "`yes` | `no`"
    assert [name for name, _ in forms.rows()] == ["Code"]
    assert forms.structures == {"Inner": Inner}
