"""``law.toml``: rules by article; all generations of a rule's id are one item.

So a pack that restates a rule restates its history. Two generations never hold on one day.
"""

from collections.abc import Iterator

import msgspec

from ledger.errors import NotFound
from ledger.rules import measures
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName, parse_toml
from ledger.rules.files.toml_lines import Path
from ledger.rules.law import LawRule, overlap
from ledger.rules.packs.section import Content, Item, Section, Whole, below

Generations = tuple[LawRule, ...]


class UnknownRule(NotFound):
    """The packs in force hold no rule of this id."""

    code = "book.unknown_rule"
    zh = "现行规则包 {pack} 中没有规则“{name}”。请核对规则编号。"
    en = 'The pack in force, {pack}, has no rule "{name}". Check its id.'


class TimesOverlap(PackInvalid):
    """Two generations of a rule hold on one day, or one ends before it begins."""

    code = "pack.times_overlap"
    zh = "{file}:{line}：规则“{name}”的施行起止日期颠倒或重叠。请改正 from 和 to。"
    en = '{file}:{line}: the times of rule "{name}" overlap or run backwards. Correct from and to.'


class NoThreshold(PackInvalid):
    """What a threshold is asked of is a rule without one."""

    code = "pack.no_threshold"
    zh = "{file}:{line}：规则“{name}”没有数量门槛（threshold）。请改引其他规则。"
    en = '{file}:{line}: rule "{name}" gives no threshold. Cite another.'


class _Law(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rule: tuple[LawRule, ...] = ()


def _read(file: str, data: bytes) -> Content[Generations]:
    rules = parse_toml(file, data, _Law).rule
    first = {rule.id: position for position, rule in reversed(list(enumerate(rules)))}
    found: dict[str, Generations] = {}
    for rule in rules:
        found[rule.id] = (*found.get(rule.id, ()), rule)
    items = tuple(
        Item(id=id_, value=generations, file=file, at=("rule", first[id_]))
        for id_, generations in found.items()
    )
    return Content(items=items, problems=tuple(_problems(rules)))


def _problems(rules: Generations) -> Iterator[Problem]:
    for position, rule in enumerate(rules):
        if rule.until is not None and rule.until < rule.from_:
            yield Problem(("rule", position, "to"), TimesOverlap, {"name": rule.id})
        yield from below(("rule", position), measures.problems(rule))
    for later in overlap(rules):
        yield Problem(("rule", later, "from"), TimesOverlap, {"name": rules[later].id})


def _whole(item: Generations, book: Whole) -> Iterator[Problem]:
    for rule in item:
        for at, code in measures.counted(rule):
            if not book.has_word("counted", code):
                # The item stands where its first generation does; others are told there.
                place = at if rule is item[0] else ("id",)
                yield Problem(place, UnknownName, {"what": "counted", "name": code})


section = Section[Generations](
    name="law",
    path="law.toml",
    read=_read,
    whole=_whole,
    lists={"counted": None},
    unknown=UnknownRule,
)


def without_threshold(book: Whole, rule: str, at: Path) -> Iterator[Problem]:
    """Yield a problem at a name that is no rule's, or that of one without a threshold."""
    generations = book.find(section, rule)
    if generations is None:
        yield Problem(at, UnknownName, {"what": "rule", "name": rule})
    elif any(each.threshold is None for each in generations):
        yield Problem(at, NoThreshold, {"name": rule})
