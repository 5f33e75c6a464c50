"""Mediation step by step: three disputes of the many, told from consent to what came of it.

A shed on a shared wall: a written agreement, signed and sealed, confirmed by the court, performed.
A loan between neighbours: agreed orally and not kept. A noisy workshop: one party refuses, and is
told what else there is. The other disputes are told by their outcome alone.
"""

from collections.abc import Iterator

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import Chapter, Step, step

NORTH, SOUTH, EAST = COMMUNITIES


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the three disputes."""
    yield from _kept()
    yield from _broken()
    yield from _declined()


class _Dispute:
    """One dispute and its mediator."""

    def __init__(self, community: Community, name: str, mediator: str) -> None:
        self._community, self._on, self.mediator = community, f"case/{name}", mediator

    def received(self, day: str, category: str, title: str, text: str) -> Iterator[Step]:
        """Yield how it came in and was given to its mediator."""
        yield self.act(
            f"{day} 09:15",
            "intake",
            "receive",
            unit=self._community.code,
            text=text,
            kind="dispute",
            category=category,
            channel="window",
            title=title,
            form='{"parties":2}',
        )
        yield self.act(f"{day} 10:05", "intake", "accept")
        yield self.act(f"{day} 11:00", "coordinator", "assign", handler=self.mediator)

    def mediated(self, day: str, then: str) -> Iterator[Step]:
        """Yield consent of both, the mediators named and cleared, and a session."""
        yield from self.consented(day)
        yield self.act(f"{day} 15:40", "coordinator", "name_mediators", mediators=(self.mediator,))
        yield self.act(f"{day} 16:30", self.mediator, "declare_no_tie")
        yield self.act(
            f"{then} 16:00",
            self.mediator,
            "hold_mediation",
            present=2,
            text="双方各述经过，调解员提出分担方案。",
        )

    def consented(self, day: str, parties: int = 2) -> Iterator[Step]:
        """Yield the opening, and which parties agreed to it."""
        yield self.act(f"{day} 14:10", self.mediator, "open_mediation", parties=2, asked="applied")
        for party in range(1, parties + 1):
            yield self.act(
                f"{day} 14:2{party}",
                self.mediator,
                "consent",
                party=party,
                party_name=f"居民{'甲乙'[party - 1]}（示例）",
            )

    def act(self, moment: str, who: str, act: str, /, **values: object) -> Step:
        """Return a step of it."""
        return step(moment, who, f"case.{act}", self._on, **values)


def _kept() -> Iterator[Step]:
    one = _Dispute(NORTH, "shared-wall", "mediator-2")
    yield from one.received(
        "2026-01-12",
        "dispute.neighbour",
        "共用墙边搭建雨棚",
        "一户在共用墙边搭雨棚，邻户称雨水倒灌。",
    )
    yield from one.mediated("2026-01-13", "2026-01-16")
    yield one.act(
        "2026-01-19 10:10",
        one.mediator,
        "agree_in_writing",
        perform_by="2026-02-10",
        terms="二月十日前拆除雨棚外沿并修好排水，费用由搭建方承担。",
    )
    yield one.act(
        "2026-01-20 10:30",
        one.mediator,
        "sign_agreement",
        signatures=2,
        mediator=one.mediator,
        stamped=True,
    )
    yield one.act("2026-01-28 09:40", "coordinator", "apply_for_confirmation", applicants=2)
    yield one.act("2026-02-05 15:20", "coordinator", "decide_confirmation", confirmed=True)
    yield one.act(
        "2026-02-11 10:20", one.mediator, "check_performance", text="外沿已拆，排水已通。"
    )
    yield one.act("2026-02-11 11:10", one.mediator, "record_performed")
    yield one.act("2026-02-12 09:30", "coordinator", "close")


def _broken() -> Iterator[Step]:
    one = _Dispute(SOUTH, "loan", "mediator-3")
    yield from one.received(
        "2026-03-09", "dispute.contract", "邻里借款未还", "借款 6000 元逾期半年，双方愿意调解。"
    )
    yield from one.mediated("2026-03-10", "2026-03-12")
    yield one.act(
        "2026-03-12 17:20",
        one.mediator,
        "agree_orally",
        perform_by="2026-04-12",
        terms="一个月内还清 6000 元，不计利息。",
    )
    yield one.act("2026-04-14 10:15", one.mediator, "check_performance", text="只还 2000 元。")
    yield one.act(
        "2026-04-14 11:05", one.mediator, "record_breach", text="到期未还清，已告知可以起诉。"
    )


def _declined() -> Iterator[Step]:
    one = _Dispute(EAST, "workshop", "mediator-3")
    yield from one.received(
        "2026-04-21", "dispute.neighbour", "楼下作坊噪声", "楼下加工作坊白天噪声，住户请求调解。"
    )
    yield from one.consented("2026-04-22", parties=1)
    yield one.act(
        "2026-04-23 10:20",
        one.mediator,
        "decline",
        party=2,
        party_name="居民乙（示例）",
        remedies=("administrative", "lawsuit"),
    )


chapter = Chapter(name="mediation", zh="调解全程", steps=steps, units=UNITS, members=MEMBERS)
