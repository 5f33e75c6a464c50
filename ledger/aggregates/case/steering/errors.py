"""Refusals of what steers a case; ``rule`` and ``article`` as in ``case.errors``."""

from ledger.errors import RuleViolation


class ConsultationOpen(RuleViolation):
    """A joint consultation was called and not yet held."""

    code = "case.consultation_open"
    zh = "已经吹哨，会商尚未举行（{rule}，{article}）。请先登记会商。"
    en = "A consultation was called and not yet held ({rule}, {article}). Record it first."


class NoConsultation(RuleViolation):
    """No joint consultation was called."""

    code = "case.no_consultation"
    zh = "尚未吹哨，没有可登记的会商（{rule}，{article}）。请先召集。"
    en = "No consultation was called ({rule}, {article}). Call one first."


class DepartmentRepeated(RuleViolation):
    """A department is called twice at once."""

    code = "case.department_repeated"
    zh = "同一部门列了两次（{rule}，{article}）。请删去重复的。"
    en = "A department is named twice ({rule}, {article}). Name each once."


class DepartmentNotCalled(RuleViolation):
    """A department that was not called, or has reported in already."""

    code = "case.department_not_called"
    zh = "该部门未被召集，或已经报到（{rule}，{article}）。待报到：{departments}。"
    en = "It was not called, or has reported already ({rule}, {article}). Awaited: {departments}."


class InChargeAlready(RuleViolation):
    """The leader is in charge already."""

    code = "case.in_charge_already"
    zh = "您已是包案领导（{rule}，{article}）。"
    en = "You are in charge of it already ({rule}, {article})."


class SuspendedAlready(RuleViolation):
    """The case stands still already."""

    code = "case.suspended_already"
    zh = "本事项已自 {day} 中止（{rule}，{article}）。请先恢复。"
    en = "It stands still since {day} ({rule}, {article}). Resume it first."


class DatedIntoTerm(RuleViolation):
    """A term that has ended is not made to have stood still by a suspension dated back."""

    code = "case.dated_into_term"
    zh = "期限已届满，中止不能倒填到期限之内的 {day}（{rule}，{article}）。请按今天的日期中止。"
    en = "A term has ended, so this is not dated back to {day} ({rule}, {article}). Date it today."


class NotSuspended(RuleViolation):
    """The case does not stand still."""

    code = "case.not_suspended"
    zh = "本事项没有中止，无须恢复（{rule}，{article}）。"
    en = "It does not stand still, so there is nothing to resume ({rule}, {article})."


class MergesItself(RuleViolation):
    """A case is to go on in itself, or to be a part of itself, or two parts are one."""

    code = "case.merges_itself"
    zh = "事项不能并入自身，分出的事项也不能重复（{rule}，{article}）。请核对编号。"
    en = "A case is no part of itself, and its parts are distinct ({rule}, {article}). Check them."


class NotHandedOver(RuleViolation):
    """The other case did not hand over to this one."""

    code = "case.not_handed_over"
    zh = "{case} 没有并入或分出本事项（{rule}，{article}）。请从该事项办理并案或分案。"
    en = "{case} did not hand over to this case ({rule}, {article}). Merge or split from there."


class OfAnotherKind(RuleViolation):
    """The two cases are of different kinds."""

    code = "case.of_another_kind"
    zh = "两个事项类型不同：{kind} 与 {other}（{rule}，{article}）。请分别办理。"
    en = "One is of kind {kind}, the other {other} ({rule}, {article}). Handle them apart."


class NotTakenUp(RuleViolation):
    """The case it is to go on in has not taken it up."""

    code = "case.not_taken_up"
    zh = "{case} 尚未接收本事项，不能办结并案（{rule}，{article}）。请在同一次提交中接收。"
    en = "{case} has not taken this case up ({rule}, {article}). Let it, in the same submission."


class SettledOtherwise(RuleViolation):
    """The event states other consequences than follow from what was recorded."""

    code = "case.settled_otherwise"
    zh = "所填内容与账上记录推得的不符（{rule}，{article}）。请重新拟制并签署。"
    en = "It states other than follows from the record ({rule}, {article}). Prepare and sign again."
