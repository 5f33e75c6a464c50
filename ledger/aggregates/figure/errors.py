"""Refusals of a stated figure. ``rule`` is its definition, ``article`` the pack that holds it."""

from ledger.errors import ConflictError, NotFound, RuleViolation


class AlreadyStated(ConflictError):
    """The stream is a figure already."""

    code = "figure.already_stated"
    zh = "该指标已登记。请用 mingzhang figure correct 更正，或另行登记。"
    en = "This figure is stated already. Correct it, or state another."


class NotStated(NotFound):
    """The stream is no figure yet."""

    code = "figure.not_stated"
    zh = "没有这个指标记录。请核对编号，或先登记。"
    en = "There is no such figure. Check the id, or state it first."


class TakenBack(RuleViolation):
    """The figure was taken back."""

    code = "figure.taken_back"
    zh = "该指标已撤回，不能再办理此步（{rule}，{article}）。请另行登记。"
    en = "The figure was taken back; this is not possible any more ({rule}, {article})."


class PeriodNotBegun(RuleViolation):
    """A figure of a time to come."""

    code = "figure.period_not_begun"
    zh = "期间 {period} 尚未开始（{rule}，{article}）。请更正期间。"
    en = "Period {period} has not begun ({rule}, {article}). Correct it."


class NothingChanges(RuleViolation):
    """A correction or a reading that says what stands."""

    code = "figure.nothing_changes"
    zh = "数值与现有记录相同（{rule}，{article}），无需登记。"
    en = "This is what stands already ({rule}, {article}); nothing is to be recorded."


class OccurredBefore(RuleViolation):
    """A step cannot have happened before the one recorded last."""

    code = "figure.occurred_before"
    zh = "发生时间早于前一步的日期 {day}（{rule}，{article}）。请更正发生时间。"
    en = "It is dated before the step of {day} ({rule}, {article}). Correct the time."


class MemberNotAllowed(RuleViolation):
    """A standard member that means nothing for this act."""

    code = "figure.member_not_allowed"
    zh = "此步不带“{member}”（{rule}，{article}）。请删去后重新签署。"
    en = "This takes no {member} ({rule}, {article}). Leave it out and sign again."


class CodeNotListed(RuleViolation):
    """A reason or source that the definition does not list."""

    code = "figure.code_not_listed"
    zh = "“{member}”不能为 {value}（{rule}，{article}）。可选：{allowed}。"
    en = "{member} cannot be {value} ({rule}, {article}). Choose of: {allowed}."


class ReckonedOtherwise(RuleViolation):
    """A correction of another number than stands, or another basis."""

    code = "figure.reckoned_otherwise"
    zh = "须引用现行定义，且更正前的数值为 {before}（{rule}，{article}）。请更正后重新签署。"
    en = "Cite the definition in force, and {before} as the number before ({rule}, {article})."
