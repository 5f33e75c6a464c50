"""Everything that is declared is called something in both languages, by whoever declares it."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from inspect import isclass
from string import Formatter
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from ledger.bootstrap import registry
from ledger.errors import all_errors
from ledger.kernel.aggregate import Aggregate, Command
from ledger.kernel.naming import COMMON, Name, Naming
from ledger.kernel.registry import Registry
from ledger.rules.packs.pack import shipped
from ledger.service.forms.fields import fields_of

CHINESE = re.compile("[\u4e00-\u9fff]")
REGISTRY = registry()


def members(kind: Any, seen: set[type]) -> Iterator[str]:
    """Yield the members of a struct or dataclass, and of those it holds."""
    for inner in get_args(kind):
        yield from members(inner, seen)
    if not isclass(kind) or kind in seen:
        return
    seen.add(kind)
    if issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield field.encode_name
            yield from members(field.type, seen)


def of_state(aggregate: Aggregate[Any]) -> Iterator[str]:
    state = get_type_hints(aggregate.evolve)["return"]
    for kind in (state, *get_args(state)):
        if is_dataclass(kind):
            yield from (field.name for field in fields(kind))
        elif isclass(kind) and issubclass(kind, msgspec.Struct):
            yield from kind.__struct_encode_fields__


def named_in(aggregate: Aggregate[Any]) -> set[str]:
    found = set(of_state(aggregate))
    for cls in aggregate.events:
        found |= set(members(cls, set()))
    for spec in REGISTRY.types.values():
        if spec.cls in aggregate.events:
            found |= {name for group in spec.groups for name in group.fields}
    for command in aggregate.commands:
        found |= {field.name for field in fields_of(command)}
    return found


@pytest.mark.parametrize("name", sorted(REGISTRY.aggregates))
def test_every_member_and_field_has_a_chinese_name(name: str) -> None:
    aggregate = REGISTRY.aggregates[name]
    naming = aggregate.naming
    unnamed = {each for each in named_in(aggregate) if not CHINESE.search(naming.member(each).zh)}
    assert not unnamed


@pytest.mark.parametrize("name", sorted(REGISTRY.aggregates))
def test_an_aggregate_names_nothing_it_does_not_have(name: str) -> None:
    aggregate = REGISTRY.aggregates[name]
    verbs = {command.name.partition(".")[2]: command for command in aggregate.commands}
    held = named_in(aggregate) | set(nested(aggregate))
    assert not aggregate.naming.members.keys() - held
    for prompt in aggregate.naming.prompts:
        verb, _, field = prompt.rpartition(".")
        asked = [verbs[verb]] if verb else verbs.values()
        assert field in {each.name for command in asked for each in fields_of(command)}, prompt


@pytest.mark.parametrize("name", sorted(REGISTRY.aggregates))
def test_codes_numbers_and_what_is_told_are_of_members_it_has(name: str) -> None:
    aggregate = REGISTRY.aggregates[name]
    naming = aggregate.naming
    held = named_in(aggregate) | set(nested(aggregate)) | told_in_refusals(name)
    assert not (naming.codes.keys() | naming.counted.keys() | set(naming.told)) - held


def told_in_refusals(name: str) -> set[str]:
    """Return what the refusals of an aggregate name beside members, as a field's type."""
    refusals = (cls for cls in all_errors() if cls.code.startswith(f"{name}."))
    return {fact for cls in refusals for _, fact, _, _ in Formatter().parse(cls.en) if fact}


def nested(aggregate: Aggregate[Any]) -> Iterator[str]:
    """Yield the members of what a state holds, at any depth."""
    waiting, seen = [get_type_hints(aggregate.evolve)["return"]], set()
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if not isclass(kind) or kind in seen:
            continue
        seen.add(kind)
        if is_dataclass(kind) or issubclass(kind, msgspec.Struct):
            hints = get_type_hints(kind)
            yield from hints
            waiting += hints.values()


def test_every_type_is_called_something_by_itself_or_by_the_packs_of_the_country() -> None:
    acts = {act["id"] for act in tomllib.loads(shipped("cn-base")["codes.toml"].decode())["act"]}
    for name, spec in REGISTRY.types.items():
        if spec.called is None:
            assert name.startswith("case.")
            assert name.partition(".")[2].rpartition(".v")[0] in acts, name
        else:
            assert CHINESE.search(spec.called.zh), name


def test_words_of_all_are_of_members_that_several_have() -> None:
    assert {"unit", "reason", "basis", "approves"} <= COMMON.keys()
    assert all(CHINESE.search(name.zh) and not CHINESE.search(name.en) for name in COMMON.values())


def test_a_command_that_is_called_nothing_is_refused_when_the_program_starts() -> None:
    class Silent(Command, frozen=True, kw_only=True):
        name = "silent.do"

    silent = Aggregate[None](
        name="silent",
        naming=Naming(zh="无名", en="Silent", about="Nothing"),
        initial=None,
        events=(),
        commands=(Silent,),
        decide=lambda *_: (),
        check=lambda *_: None,
        evolve=lambda *_: None,
    )
    with pytest.raises(TypeError, match=r"silent\.do does not say zh and en"):
        Registry([silent])


def test_a_form_asks_for_what_one_command_means_before_what_its_aggregate_does() -> None:
    naming = Naming(
        zh="公告",
        en="Notice",
        about="Notices",
        members={"day": Name("张贴日", "Hung on")},
        prompts={
            "day": Name("哪天张贴", "When to hang it"),
            "move.day": Name("改到哪天", "To when"),
        },
    )
    asked = [naming.prompt(verb, "day").en for verb in ("move", "put_up")]
    assert asked == ["To when", "When to hang it"]
    assert naming.member("day").in_("zh") == "张贴日"
    assert naming.member("unit") == COMMON["unit"]


@pytest.mark.parametrize("name", sorted(REGISTRY.aggregates))
def test_a_state_before_anything_is_told_too(name: str) -> None:
    """A replay begins with it: a state that cannot be told would be a page that fails."""
    told = msgspec.to_builtins(REGISTRY.aggregates[name].initial)
    assert isinstance(told, dict | list | tuple | None)
