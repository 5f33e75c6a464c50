"""Two generations of one rule: how long a posting had to stay in 2022, and has to in 2026."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from api.tour.step import Step, Visit
from api.wording.messages import N_
from ledger.rules.genesis import LOG
from ledger.rules.law import LawRule
from ledger.rules.packs.adoptions import ADOPTIONS, adoptions
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import law
from ledger.service.directory import facts, units
from ledger.service.packs.books import find_book

THEN, NOW = date(2022, 6, 1), date(2026, 6, 1)
SHOWN = 2


def find(visit: Visit) -> dict[str, Any] | None:
    """Return rules of posting whose days differ between 2022 and 2026, in the packs in force."""
    found: dict[str, tuple[LawRule, LawRule, str]] = {}
    for unit, _ in units(visit.ledger):
        book = find_book(visit.ledger, unit, visit.point.at // 1000)
        if book is not None:
            found |= {then.id: (then, now, unit) for then, now in _changed(book)}
    if not found:
        return None
    chosen = [found[name] for name in sorted(found, reverse=True)][:SHOWN]
    packs = [each.pack for each in adoptions(facts(visit.ledger, ADOPTIONS, LOG))]
    return {"pairs": chosen, "then": THEN, "now": NOW, "packs": packs}


def _changed(book: Book) -> Iterator[tuple[LawRule, LawRule]]:
    for generations in book.items(law.section):
        held = {rule.posting.days for rule in generations if rule.posting is not None}
        if len(held) > 1:
            then = next((rule for rule in generations if rule.in_force(THEN)), None)
            now = next((rule for rule in generations if rule.in_force(NOW)), None)
            if then and now and then.posting and now.posting:
                yield then, now


step = Step(
    number=4,
    name="rules",
    title=N_("2022 年的规定和 2026 年的规定"),
    about=N_("法律改了，旧事仍按当时的规定评判。每一代规定都写着条文、起止日期和核对情况。"),
    press=N_(
        "请比较左右两栏的天数。标签写明这条规定核对到了什么程度。再按最下面，看采用它的签名。"
    ),
    without=N_(
        "现在采用的规则包没有先后不同的公布期限。采用写有两代规定的规则包后，这里会并排列出。"
    ),
    find=find,
)
