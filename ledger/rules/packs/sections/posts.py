"""``posts.toml``: kinds of posts, checked against roles, codes and rules of law."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.kinds.post import CONFLICTS, MANDATES, STANDINGS, PostKind
from ledger.rules.packs.section import Whole, tables, unnamed
from ledger.rules.packs.sections import catalogues, disclosures, law
from ledger.rules.packs.sections.disclosures import RuleWithout
from ledger.rules.roles import RESERVED_ROLES, RoleNotForPacks


class UnknownPostKind(NotFound):
    """The packs in force arrange no such post."""

    code = "book.unknown_post_kind"
    zh = "现行规则包 {pack} 中没有岗位“{name}”的安排。请核对岗位。"
    en = 'The pack in force, {pack}, arranges no post "{name}". Check the role.'


class HandoverUnclear(PackInvalid):
    """A hand-over without anything to hand over, or nobody to supervise it; or these without it."""

    code = "pack.handover_unclear"
    zh = "{file}:{line}：岗位“{name}”的 hand_over、items、witnesses 须同时写明或都不写。请修改。"
    en = '{file}:{line}: "{name}" gives hand_over, items and witnesses together, or none of them.'


class NoticeNotHers(PackInvalid):
    """A notice that is disclosed in no way, or drafted by others than who holds the post."""

    code = "pack.notice_not_hers"
    zh = "{file}:{line}：岗位“{name}”的 notice 须是目录中只由任职人本人起草的公开事项。请修改。"
    en = '{file}:{line}: the notice of "{name}" must be an item only its holders draft. Correct it.'


RULES = (("term", "term"), ("election", "quorum"), ("hand_over", "term"))
"""Members that cite a rule, and what the rule must give."""


def _own(kind: PostKind) -> Iterator[Problem]:
    given = {bool(kind.hand_over), bool(kind.items), bool(kind.witnesses)}
    if len(given) > 1:
        yield Problem(("id",), HandoverUnclear, {"name": kind.id})
    for member in ("bars", "witnesses"):
        for position, role in enumerate(getattr(kind, member)):
            if role in RESERVED_ROLES:
                yield Problem((member, position), RoleNotForPacks, {"name": role})


def _whole(kind: PostKind, book: Whole) -> Iterator[Problem]:
    if not book.has_word("role", kind.id):
        yield Problem(("id",), UnknownName, {"what": "role", "name": kind.id})
    if not book.has_word("body", kind.body):
        yield Problem(("body",), UnknownName, {"what": "body", "name": kind.body})
    for table, member in (
        ("role", "bars"),
        ("role", "witnesses"),
        ("body", "apart_from"),
        ("handed", "items"),
        ("level", "levels"),
    ):
        yield from unnamed(book, table, getattr(kind, member), (member,))
    for member, needs in RULES:
        id_ = getattr(kind, member)
        if id_ is None:
            continue
        rules = book.find(law.section, id_)
        if rules is None:
            yield Problem((member,), UnknownName, {"what": "rule", "name": id_})
        elif any(getattr(rule, needs) is None for rule in rules):
            yield Problem((member,), RuleWithout, {"name": id_, "needs": needs})
    if kind.notice is not None and not _is_hers(kind, kind.notice, book):
        yield Problem(("notice",), NoticeNotHers, {"name": kind.id})


def _is_hers(kind: PostKind, notice: str, book: Whole) -> bool:
    """Her own signature on the words is her consent to their being read by all."""
    item = book.find(catalogues.section, notice)
    if item is None or item.procedure is None:
        return False
    way = book.find(disclosures.section, item.procedure)
    return way is not None and way.drafters == (kind.id,)


section = tables(
    name="posts",
    file="posts.toml",
    table="post",
    item=PostKind,
    own=_own,
    whole=_whole,
    cites="post.",
    unknown=UnknownPostKind,
    lists={
        "role": None,
        "body": None,
        "handed": None,
        "level": None,
        "post_standing": STANDINGS,
        "post_conflict": CONFLICTS,
        "mandate": MANDATES,
    },
)
