"""RF-05: who signed the paper that work was typed from, signed that work again in her own post.

A clerk types from paper and answers for it as its author; whoever signed the paper made it, too.
That she reviews it then is what separation of duty keeps apart, by way of a clerk. It is no
refusal: the paper may carry the very review that she records, which only its readers can tell.
"""

from collections.abc import Iterator

from ledger.projections.approvals import signers
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each piece of work, on the day of its newest signature."""
    for year in window.years:
        for row in desk.rows("approvals", "work", shelf=year):
            named = set(row.paper.split())
            if twice := [index for person, index in signers(row) if person in named]:
                yield Found(
                    unit=row.unit,
                    day=parse_date(row.day),
                    record=row.work.partition(" ")[0],
                    about=row.work.partition(" ")[2],
                    entries=(row.made, *twice),
                )


rule = Rule(
    id="RF-05",
    version=1,
    kind="paper_signed_twice",
    zh="代录所依据的纸质原件由其签名，本人又审核该代录内容",
    en="Signed the paper it was typed from, then reviewed what was typed",
    source="INF 本系统自拟：审核人与经办人分开",
    find=find,
)
