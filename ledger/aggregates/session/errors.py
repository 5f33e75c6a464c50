"""Refusals of a session. ``rule`` is the arrangement of its kind, ``article`` the pack of that."""

from ledger.errors import ConflictError, NotFound, RuleViolation


class AlreadyBegun(ConflictError):
    """The stream is a session already."""

    code = "session.already_begun"
    zh = "该活动已有记录，不能重复登记。请在原活动上办理。"
    en = "This session is recorded already. Go on with it as it stands."


class NotBegun(NotFound):
    """The stream is no session yet."""

    code = "session.not_begun"
    zh = "没有这项活动。请核对编号，或先登记；直接登记须写明单位和类型。"
    en = "There is no such session. Check the id, or record it first, with its unit and kind."


class NotPossible(RuleViolation):
    """The act does not follow where the session stands."""

    code = "session.not_possible"
    zh = (
        "该活动现为“{standing_zh}”，此时不能办理。此步须为“{needs_zh}”时办理（{rule}，{article}）。"
    )
    en = "The session is {standing_en}; this is for one that is {needs_en} ({rule}, {article})."


class CodeDiffers(RuleViolation):
    """An act names another kind than the session's."""

    code = "session.code_differs"
    zh = "活动类型应为“{kind}”，不能改变（{rule}，{article}）。请另行登记。"
    en = 'It is of kind "{kind}" and stays so ({rule}, {article}). Record another session.'


class CodeNotListed(RuleViolation):
    """A code is not among those the packs list for this kind."""

    code = "session.code_not_listed"
    zh = "“{member}”的代码“{value}”不在 {rule}（{article}）所列范围。可选：{allowed}。"
    en = '{rule} ({article}) does not list "{value}" for {member}. Choose of: {allowed}.'


class ReasonMissing(RuleViolation):
    """The act needs a reason."""

    code = "session.reason_missing"
    zh = "此步必须说明理由（{rule}，{article}）。可选：{allowed}。"
    en = "This needs a reason ({rule}, {article}). Choose of: {allowed}."


class MemberNotAllowed(RuleViolation):
    """A standard member that means nothing for this act."""

    code = "session.member_not_allowed"
    zh = "此步不带“{member}”（{rule}，{article}）。请删去后重新签署。"
    en = "This takes no {member} ({rule}, {article}). Leave it out and sign again."


class PeriodOfOtherKind(RuleViolation):
    """A session of this kind covers another kind of period."""

    code = "session.period_of_other_kind"
    zh = "该类活动按“{kind_of_period}”计，不能写 {period}（{rule}，{article}）。如：{example}。"
    en = "Such a session covers a {kind_of_period}, not {period} ({rule}, {article}): {example}."


class PeriodNotBegun(RuleViolation):
    """A session cannot cover a period that begins after it."""

    code = "session.period_not_begun"
    zh = "所覆盖期间 {period} 在活动当日 {day} 尚未开始（{rule}，{article}）。请更正期间。"
    en = "Period {period} had not begun on {day} ({rule}, {article}). Correct the period."


class DayPast(RuleViolation):
    """A session is planned for a day that is over."""

    code = "session.day_past"
    zh = "计划日期 {day} 已过（{rule}，{article}）。已举行的活动请直接登记。"
    en = "{day} is over ({rule}, {article}). Record a session that was held as held."


class DayDiffers(RuleViolation):
    """The day stated is not the one the act says it occurred on."""

    code = "session.day_differs"
    zh = "活动日期应为发生日 {day}（{rule}，{article}）。请更正后重新签署。"
    en = "The day of the session is the day it occurred, {day} ({rule}, {article}). Correct it."


class OccurredBeforeHeld(RuleViolation):
    """What is recorded of a session cannot have happened before it."""

    code = "session.occurred_before_held"
    zh = "发生时间早于活动当日 {day}（{rule}，{article}）。请更正发生时间。"
    en = "It is dated before the session of {day} ({rule}, {article}). Correct the time."


class MoreThanExpected(RuleViolation):
    """More were present than were to come."""

    code = "session.more_than_expected"
    zh = "实到 {present} 人多于应到 {expected} 人（{rule}，{article}）。请核对人数。"
    en = "{present} present of {expected} expected ({rule}, {article}). Check the numbers."


class CountTwice(RuleViolation):
    """One thing is counted twice, or the counts are in no order."""

    code = "session.count_twice"
    zh = "计数项应各列一次，按代码排序（{rule}，{article}）。请更正。"
    en = "Count each thing once, in the order of their codes ({rule}, {article})."


class WholeNotCounted(RuleViolation):
    """Parts are counted of nothing."""

    code = "session.whole_not_counted"
    zh = "“{whole}”是其他计数项的总数，必须一并登记（{rule}，{article}）。请补充。"
    en = (
        'The other counts are parts of "{whole}", which is not counted ({rule}, {article}). Add it.'
    )


class MoreThanWhole(RuleViolation):
    """A part is more than the whole it is of."""

    code = "session.more_than_whole"
    zh = "“{of}”为 {number}，多于总数“{whole}”的 {total}（{rule}，{article}）。请核对数量。"
    en = '{number} "{of}" of {total} "{whole}" are too many ({rule}, {article}). Check the numbers.'


class OutcomeKnown(RuleViolation):
    """The outcome was recorded already."""

    code = "session.outcome_known"
    zh = "结果已登记为“{outcome}”（{rule}，{article}）。如有误，请办理更正。"
    en = 'Its outcome is recorded as "{outcome}" ({rule}, {article}). Correct it if it is wrong.'


class NothingCorrected(RuleViolation):
    """A correction that leaves everything as it was."""

    code = "session.nothing_corrected"
    zh = "更正内容与原记录相同（{rule}，{article}）。请填写要更正的项目。"
    en = "The correction changes nothing ({rule}, {article}). Say what was wrong."


class BasisDiffers(RuleViolation):
    """The event cites other rules than those it rests on."""

    code = "session.basis_differs"
    zh = "所引依据与规则不符：应为 {article} {rule}。请重新拟制并签署。"
    en = "The basis cited is not {article} {rule}, on which it rests. Prepare and sign again."
