"""The usual steps of a case, each a command and who signs it, and the stories they make."""

from ledger.aggregates.case import commands as wishes
from ledger.kernel.act import Who
from ledger.kernel.event import Basis
from ledger.rules.clocks import DueDate
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    HUA,
    LEI_REF,
    LIN,
    LIN_REF,
    LUO,
    REN,
    WEI,
    a_town,
    receive,
    tell,
)
from tests.support.gwt import Story
from tests.support.versions import CN_BASE

ACCEPT = (wishes.Accept(stream=CASE), CHEN)
TRIAGE = (wishes.Triage(stream=CASE, route="direct"), LUO)
SELF = (wishes.Triage(stream=CASE, route="self_handled"), LUO)
ASSIGN = (wishes.Assign(stream=CASE, handler=LIN_REF), LUO)
OBJECT = (wishes.Object(stream=CASE, reason="not_ours"), LIN)
REASSIGN = (wishes.Reassign(stream=CASE, handler=LEI_REF, reason="objection_upheld"), LUO)
PROGRESS = (wishes.NoteProgress(stream=CASE, text="已到现场"), LIN)
EXTEND = (wishes.Extend(stream=CASE, clock="handle", days=10, reason="complex"), HUA)
RESOLVE = (wishes.Resolve(stream=CASE, outcome="settled"), LIN)
VERIFY = (wishes.Verify(stream=CASE), WEI)
FAIL = (wishes.FailVerification(stream=CASE, reason="not_done"), WEI)
ANSWER = (wishes.GiveAnswer(stream=CASE, text="已修复"), REN)
RATE = (wishes.Rate(stream=CASE, satisfied=True), CAO)
CALL = (wishes.CallBack(stream=CASE, reached=True), CAO)
CLOSE = (wishes.Close(stream=CASE), LUO)
REOPEN = (wishes.Reopen(stream=CASE, reason="not_solved"), CHEN)
WITHDRAW = (wishes.Withdraw(stream=CASE, reason="by_reporter"), CHEN)
REFUSE = (wishes.Refuse(stream=CASE, reason="not_ours"), CHEN)

KIND = Basis(pack=CN_BASE, rule="case.request")
TO_ASSIGNED = (ACCEPT, TRIAGE, ASSIGN)
TO_VERIFIED = (*TO_ASSIGNED, RESOLVE, VERIFY)


def rule(name: str, pack: str = CN_BASE) -> Basis:
    return Basis(pack=pack, rule=name)


def due(clock: str, day: str, **more: bool) -> DueDate:
    return DueDate(clock=clock, day=day, **more)


def received(kind: str = "request", by: Who = CHEN, **members: object) -> Story:
    return a_town().when(receive(kind, **members), by).story


def after(*steps: tuple[wishes.Command, Who], kind: str = "request") -> Story:
    return tell(received(kind), *steps)


def when(story: Story, step: tuple[wishes.Command, Who]):
    return story.when(*step)


# -- every act, once -------------------------------------------------------------------------

# What precedes, the act, and the event it states (unit and the kind's basis aside).
