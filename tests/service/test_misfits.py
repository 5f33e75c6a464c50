"""A value that cannot be used is told in two languages, by its member, and not repeated."""

import re
from typing import Any, get_type_hints

import msgspec
import pytest

from ledger.kernel.registry import Registry
from ledger.service.acts.commands import BadValue, parse_command
from ledger.service.acts.misfits import misfit
from tests.support.office import Office

BOTH = re.compile(r"[^A-Za-z`]*[^\x00-\x7f] [\x00-\x7f]+")
TYPED: list[Any] = [
    None, "", 7, -(10**16), 10**30, 1.5, True, [], [None], [""], ["Zhang San"] * 100, {},
    {"Zhang San": 1}, "Zhang San", "Zhang San" * 9999,
]  # fmt: skip


def refusals(registry: Registry) -> list[tuple[str, str, str]]:
    """Return member, what is told of it and why, of all values that no command takes."""
    found = []
    for _, cls in registry.commands.values():
        hints = get_type_hints(cls, include_extras=True)
        kinds = [(each.name, hints[each.name]) for each in msgspec.structs.fields(cls)]
        for name, kind in kinds:
            one = msgspec.defstruct("One", [(name, kind)])
            for value in TYPED:
                try:
                    msgspec.convert({name: value}, one)
                except msgspec.ValidationError as error:
                    found.append((name, *misfit(error)))
    return found


def test_whatever_a_field_cannot_take_is_told_in_both_languages_and_not_repeated(
    office: Office,
) -> None:
    found = refusals(office.ledger.registry)
    assert len({why for _, _, why in found}) > 10
    assert {member for name, member, _ in found if member.partition("[")[0] != name} == set()
    assert {why for _, _, why in found if not BOTH.fullmatch(why) or "Zhang" in why} == set()


@pytest.mark.parametrize(("name", "fields", "member", "why"), [
    ("case.receive", {}, "unit", "不能为空 must not be empty"),
    ("case.receive", {"colour": 1}, "colour", "没有这一项 there is no such field"),
    ("case.receive", {"unit": 7}, "unit", "不合要求 not as required"),
    ("case.triage", {"stream": "case/x", "route": "sideways"}, "route",
     "不在可选之列 not one of those to choose from"),
])  # fmt: skip
def test_a_refusal_names_the_member(
    office: Office, name: str, fields: dict[str, Any], member: str, why: str
) -> None:
    with pytest.raises(BadValue) as refused:
        parse_command(office.ledger, name, fields)
    assert (refused.value.facts["member"], refused.value.facts["why"]) == (member, why)
