"""The catalogues of the documentation: every error, every published type, as Markdown.

Pure functions over what the program declares; ``docs/generate.py`` writes the pages and a test
holds them to the code. ``docs/spec/types.json`` is made by ``ledger.service.exports.types``.
"""

import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta
from msgspec.structs import FieldInfo

from ledger.errors import LedgerError
from ledger.kernel import event as kernel_event
from ledger.kernel.event import PAPER, Event, EventSpec, GroupSpec
from ledger.kernel.registry import Registry
from ledger.service.finding import Rule

GENERATED = "<!-- Made by `make docs` from the code; changes here are lost. -->"
FINDINGS = (
    "What the board `findings` looks for, each by one module of `ledger/service/findings/` that "
    "declares a `rule`: a further rule is a further file. A finding (疑点) blocks nothing and "
    "names no person; it says which record and which entries to read. `mingzhang board findings "
    "--from DAY --to DAY --kind KIND`; what began earlier and still is so stays listed. Gaps and "
    "repeats of official numbers, forks and values that do not fit their digests are the audit's "
    "(`mingzhang verify`)."
)
NATURAL = {"key": "key/<thumbprint>", "pack": "pack/<id>@<version>", "log": "log/<origin>"}
"""Streams named by what they are about; all others are ``<aggregate>/<id>``."""


def errors_page(errors: Iterable[type[LedgerError]]) -> str:
    """Return the page of all errors: by branch of the tree, by code, in both languages."""
    known = sorted(errors, key=lambda error: error.code)
    branches = [error for error in known if error.__base__ is LedgerError]
    parts = [
        "# Errors",
        GENERATED,
        "Every refusal has a stable code, and says in Chinese and English what was wrong and what "
        "to do next. `{…}` stands for a fact given with the refusal; facts never hold personal "
        "text. The command line prints code, Chinese and English, with `--json` as one object.",
    ]
    for branch in branches:
        rows = [
            (f"`{error.code}`", error.zh, error.en, f"`{error.__module__}.{error.__qualname__}`")
            for error in known
            if issubclass(error, branch)
        ]
        parts += [f"## {branch.__name__}", _doc(branch)]
        parts.append(_table(("code", "中文", "English", "class"), rows))
    return "\n\n".join(parts) + "\n"


def _said(rule: Rule) -> Iterator[tuple[str, str | None]]:
    """Yield what a rule is called and what its measure says, in Chinese, then in English."""
    measured = rule.measured
    yield rule.zh, None if measured is None else measured.zh
    yield rule.en, None if measured is None else measured.en


def findings_page(rules: Iterable[Rule]) -> str:
    """Return the page of all finding rules, in their order."""
    rows = [
        (
            *(rule.id, f"`{rule.kind}`", str(rule.version)),
            *(" · ".join(filter(None, each)) for each in _said(rule)),
            rule.source,
        )
        for rule in rules
    ]
    return (
        "\n\n".join(
            (
                "# Findings",
                GENERATED,
                FINDINGS,
                _table(("rule", "kind", "version", "中文", "English", "source"), rows),
            )
        )
        + "\n"
    )


def events_page(registry: Registry) -> str:
    """Return the catalogue of published types: public members, and what each seals."""
    forms = Forms(spec.cls for spec in registry.types.values())
    parts = [
        "# Event catalogue",
        GENERATED,
        "Every published type, what anybody may read of it, and what it seals. A published type "
        "never changes: another version is another name. The same as JSON Schema: "
        "[spec/types.json](spec/types.json). How an entry carries them: "
        "[spec/entry.md](spec/entry.md).",
        "## Standard members",
        "Any type may carry these public members; one stands below again where a type requires "
        "it. A member at its default is left out.",
        _table(MEMBER_HEADS, _members(Event, forms)),
        "Where `transcribed` stands, and only there, an entry of any type seals this group beside "
        "its own:",
        _table(GROUP_HEADS, [_group(PAPER)]),
    ]
    for name in sorted(registry.aggregates):
        specs = [spec for spec in registry.types.values() if spec.name.startswith(f"{name}.")]
        naming = registry.aggregates[name].naming
        streams = NATURAL.get(name, f"{name}/<id>")
        parts += [f"## {name}", f"{naming.zh}. {naming.about}. Streams `{streams}`."]
        parts += _aggregate(specs, forms)
    parts += ["## Structures", *_structures(forms)]
    parts += ["## Forms", _table(("form", "is"), forms.rows())]
    return "\n\n".join(parts) + "\n"


class Forms:
    """What members may hold, in words: named forms are those the events' modules name."""

    def __init__(self, classes: Iterable[type[Event]]) -> None:
        modules = {base.__module__ for cls in classes for base in cls.__mro__ if base is not object}
        named = {
            value: name
            for module in sorted(modules)
            for name, value in vars(sys.modules[module]).items()
            if get_origin(value) in {Annotated, Literal}
        }
        # A form of the kernel bears the kernel's name for it.
        own = vars(kernel_event).items()
        self._named = named | {v: n for n, v in own if get_origin(v) is Annotated}
        self.used: dict[str, Any] = {}
        self.structures: dict[str, type[msgspec.Struct]] = {}

    def of(self, kind: Any) -> str:
        """Return a member's form in words, None left out."""
        if get_origin(kind) in {UnionType, Union}:
            kinds = [each for each in get_args(kind) if each is not NoneType]
            return " or ".join(map(self.of, kinds))
        if get_origin(kind) is tuple:
            return f"list of {self.of(get_args(kind)[0])}"
        if (name := self._named.get(kind)) is not None:
            self.used[name] = kind
            return f"[{name}](#forms)"
        return self._spelled(kind)

    def rows(self) -> list[tuple[str, str]]:
        """Return each named form used, and what it is."""
        return [(name, self._spelled(kind)) for name, kind in sorted(self.used.items())]

    def _spelled(self, kind: Any) -> str:
        if get_origin(kind) is Literal:
            return " | ".join(f"`{each}`" for each in get_args(kind))
        if get_origin(kind) is Annotated:
            return self._annotated(kind)
        if issubclass(kind, msgspec.Struct):
            self.structures[kind.__name__] = kind
            return f"[{kind.__name__}](#structures)"
        return str(kind.__name__)

    def _annotated(self, kind: Any) -> str:
        base, *metas = get_args(kind)
        bounds = [bound for meta in metas if isinstance(meta, Meta) for bound in _bounds(meta)]
        return ", ".join([self.of(base), *bounds])


Member = tuple[str, str, str]
"""A line of a table of members: name, form, when it is left out."""

GROUP_HEADS = ("sealed group", "中文", "of whom", "data", "purpose", "kept", "fields")
MEMBER_HEADS: Member = ("member", "form", "left out")
BOUNDS = {
    "pattern": "`{}`",
    "ge": "at least {}",
    "le": "at most {}",
    "min_length": "length at least {}",
    "max_length": "length at most {}",
}
"""Bounds of a form in words, by what msgspec calls them."""


def _bounds(meta: Meta) -> Iterator[str]:
    for name, words in BOUNDS.items():
        if (value := getattr(meta, name)) is not None:
            yield words.format(str(value).removeprefix(r"\A").removesuffix(r"\Z"))


def _aggregate(specs: Sequence[EventSpec], forms: Forms) -> Iterator[str]:
    """Yield the parts about the types of one aggregate; what all of them carry stands once."""
    standard = _members(Event, forms)
    first, *others = [_members(spec.cls, forms) for spec in specs]
    shared = [
        member
        for member in first
        if others and member not in standard and all(member in other for other in others)
    ]
    if shared:
        yield "Each of its types carries:"
        yield _table(MEMBER_HEADS, shared)
    for spec in specs:
        yield from _type(spec, forms, [*standard, *shared])


def _type(spec: EventSpec, forms: Forms, known: Sequence[Member]) -> Iterator[str]:
    yield f"### {spec.name}"
    yield " ".join(filter(None, (spec.called and f"{spec.called.zh}.", _doc(spec.cls))))
    own = [member for member in _members(spec.cls, forms) if member not in known]
    if own:
        yield _table(MEMBER_HEADS, own)
    if spec.groups:
        yield _table(GROUP_HEADS, [_group(group) for group in spec.groups])


def _structures(forms: Forms) -> Iterator[str]:
    shown: set[str] = set()
    while waiting := sorted(forms.structures.keys() - shown):
        for name in waiting:
            shown.add(name)
            yield f"### {name}"
            yield _doc(forms.structures[name])
            yield _table(MEMBER_HEADS, _members(forms.structures[name], forms))


def _members(struct: type[msgspec.Struct], forms: Forms) -> list[Member]:
    omits = struct.__struct_config__.omit_defaults
    return [
        (f"`{field.encode_name}`", forms.of(field.type), _left_out(field) if omits else "never")
        for field in sorted(msgspec.structs.fields(struct), key=lambda field: field.encode_name)
    ]


def _left_out(field: FieldInfo) -> str:
    if field.default is NODEFAULT:
        return "never"
    if field.default is None:
        return "when there is none"
    if field.default == ():
        return "when empty"
    return f"when {str(field.default).lower()}"


def _group(group: GroupSpec) -> tuple[str, ...]:
    kept = "for good" if group.years is None else f"{group.years} years"
    fields = ", ".join(f"`{name}`" for name in group.fields)
    called, data = group.called.zh, group.data_class
    return (f"`{group.name}`", called, group.subject, data, group.purpose, kept, fields)


def _doc(cls: type) -> str:
    """Return a class's docstring with its literals in Markdown."""
    return (inspect.getdoc(cls) or "").replace("``", "`")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"
