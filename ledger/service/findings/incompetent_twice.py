"""An office-holder failed two appraisals running, and holds her post still: the law ends it."""

from collections import defaultdict
from collections.abc import Iterator

from ledger.projections.appraisals import AppraisalRow
from ledger.rules.packs.sections import decisions
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each office-holder whose last two grades at a unit both fail."""
    graded: dict[tuple[str, str], list[AppraisalRow]] = defaultdict(list)
    for row in desk.rows("appraisals", "appraisal"):
        if not _void(desk, row):
            graded[row.unit, row.holder].append(row)
    held = {(post.unit, post.holder) for post in desk.once(Posts).held}
    for (unit, holder), rows in graded.items():
        last = sorted(rows, key=lambda row: (row.day, row.entry))[-2:]
        if len(last) == 2 and (unit, holder) in held and all(_fails(desk, row) for row in last):
            yield Found(
                unit=unit,
                day=parse_date(last[-1].day),
                record=last[-1].decision,
                about=last[-1].grade,
                measure=2,
                entries=tuple(row.entry for row in last),
                lasts=True,
            )


def _void(desk: Desk, row: AppraisalRow) -> bool:
    decision = desk.store("decisions").row(row.decision, desk.point)
    return decision is None or decision.standing in {"overturned", "revoked"}


def _fails(desk: Desk, row: AppraisalRow) -> bool:
    decision, book = desk.store("decisions").row(row.decision, desk.point), desk.book(row.unit)
    if book is None or decision is None:
        return False
    kind = book.find(decisions.section, decision.code)
    return kind is not None and row.grade == kind.failing


rule = Rule(
    id="LAW-38",
    version=1,
    kind="incompetent_twice",
    zh="连续两次民主评议不称职，职务应终止而仍在任",
    en="Failed two appraisals running and still in office",
    source="LAW-V 村民委员会组织法（2025）第三十八条、城市居民委员会组织法（2025）第三十七条",
    find=find,
)
