"""Refusals of a decision. ``rule`` is the arrangement of its kind, ``article`` the pack of that."""

from ledger.errors import ConflictError, MalformedError, NotFound, RuleViolation


class AlreadyProposed(ConflictError):
    """The stream is a decision already."""

    code = "decision.already_proposed"
    zh = "该事项已提出。请在原事项上办理。"
    en = "This matter is put up already. Go on with it as it stands."


class NotProposed(NotFound):
    """The stream is no decision yet."""

    code = "decision.not_proposed"
    zh = "没有这个决策事项。请核对编号，或先提出。"
    en = "There is no such decision. Check the id, or propose it first."


class CountsMissing(MalformedError):
    """Some counts of a meeting are given and some are not."""

    code = "decision.counts_missing"
    zh = "会议须写明参会主体（of）、应到（total）、实到（present）和同意（ayes）人数。请补充。"
    en = "A meeting needs of (the body), total, present and ayes. Give them all."


class Over(RuleViolation):
    """The decision is closed or revoked."""

    code = "decision.over"
    zh = "该决策现为“{standing_zh}”，不能再办理此步（{rule}，{article}）。请另行提出。"
    en = "The decision is {standing_en}; this is not possible any more ({rule}, {article})."


class NotDecided(RuleViolation):
    """Only what was decided can be closed."""

    code = "decision.not_decided"
    zh = "尚未表决，不能结束（{rule}，{article}）。请先登记“{step_zh}”。"
    en = "It has not been decided ({rule}, {article}). Record {step_en} first."


class UnknownStep(RuleViolation):
    """The kind has no such step."""

    code = "decision.unknown_step"
    zh = "{rule}（{article}）没有步骤“{step}”。可选：{allowed}。"
    en = '{rule} ({article}) has no step "{step}". Choose of: {allowed}.'


class VoteNotForStep(RuleViolation):
    """A meeting without a vote, or a vote at what is no meeting."""

    code = "decision.vote_not_for_step"
    zh = "步骤“{step}”{needs_zh}（{rule}，{article}）。请更正。"
    en = "Step {step} {needs_en} ({rule}, {article}). Correct it."


class ResultNotForStep(RuleViolation):
    """The deciding step without a result, or a result of another."""

    code = "decision.result_not_for_step"
    zh = "只有表决步骤“{deciding}”须写明结果 passed 或 rejected（{rule}，{article}）。请更正。"
    en = "The step {deciding} says passed or rejected, no other ({rule}, {article}). Correct it."


class VotesDoNotAddUp(RuleViolation):
    """Votes differ from those present, or more came than there are."""

    code = "decision.votes_do_not_add_up"
    zh = "同意＋反对＋弃权须等于实到，且实到不超过应到（{rule}，{article}）。请核对人数。"
    en = "Ayes, nays and abstentions make those present, of all members ({rule}, {article})."


class NotPosted(RuleViolation):
    """Nothing the step posted is up."""

    code = "decision.not_posted"
    zh = "步骤“{step}”现无公示（{rule}，{article}）。请核对。"
    en = "Nothing of step {step} is posted now ({rule}, {article}). Check the step."


class OccurredBefore(RuleViolation):
    """A step cannot have happened before the one recorded last."""

    code = "decision.occurred_before"
    zh = "发生时间早于前一步的日期 {day}（{rule}，{article}）。请更正发生时间。"
    en = "It is dated before the step of {day} ({rule}, {article}). Correct the time."


class NoAppeal(RuleViolation):
    """Decisions of this kind are not appealed."""

    code = "decision.no_appeal"
    zh = "该类决策没有安排申诉（{rule}，{article}）。请按异议、信访等途径办理。"
    en = "Such a decision takes no appeal ({rule}, {article}). A petition is the way."


class AppealLate(RuleViolation):
    """The term to appeal has ended."""

    code = "decision.appeal_late"
    zh = "申诉期已于 {day} 届满（{rule}，{article}）。请告知当事人其他途径。"
    en = "The term to appeal ended on {day} ({rule}, {article}). Tell her of other ways."


class AppealNotOpen(RuleViolation):
    """No such appeal waits for a ruling."""

    code = "decision.appeal_not_open"
    zh = "没有待裁定的第 {number} 号申诉（{rule}，{article}）。待裁定：{open}。"
    en = "Appeal {number} does not wait for a ruling ({rule}, {article}). Waiting: {open}."


class OwnMatter(RuleViolation):
    """Who had a hand in a decision does not rule on an appeal against it (SD12)."""

    code = "decision.own_matter"
    zh = "办理过该决策的人不能裁定对它的申诉（{rule}，{article}）。请由其他人员裁定。"
    en = "Who had a hand in it does not rule on the appeal ({rule}, {article}). Let another."


class AdultNeeded(RuleViolation):
    """A review of this kind concerns adults alone, and that must be said."""

    code = "decision.adult_needed"
    zh = "该类评议不涉及未成年人，提出时须声明当事人为成年人（{rule}，{article}）。请核实。"
    en = "No minor is reviewed so: say that whom it concerns is adult ({rule}, {article})."


class NoGrades(RuleViolation):
    """Nobody is given this grade by a decision of this kind."""

    code = "decision.no_grades"
    zh = "该类决策不评定“{grade}”（{rule}，{article}）。可选：{allowed}。"
    en = "Such a decision gives no grade {grade} ({rule}, {article}). Choose of: {allowed}."


class AppraisedBefore(RuleViolation):
    """The office-holder was given a grade already."""

    code = "decision.appraised_before"
    zh = "{holder} 已有评定结果（{rule}，{article}）。如有错误，请另行评议。"
    en = "{holder} was given a grade already ({rule}, {article}). Appraise anew if it is wrong."


class NotInOffice(RuleViolation):
    """Whoever is appraised holds a post of the unit."""

    code = "decision.not_in_office"
    zh = "{holder} 在 {day} 不任本单位岗位（{rule}，{article}）。请核对被评议人。"
    en = "{holder} holds no post of this unit on {day} ({rule}, {article}). Check who it is."


class PeriodOfOtherKind(RuleViolation):
    """A decision of this kind covers another kind of period."""

    code = "decision.period_of_other_kind"
    zh = "该决策按“{kind_of_period}”计，不能写 {period}（{rule}，{article}）。如：{example}。"
    en = "Such a decision covers a {kind_of_period}, not {period} ({rule}, {article}): {example}."


class PeriodNotBegun(RuleViolation):
    """What a period owes is not decided before it begins."""

    code = "decision.period_not_begun"
    zh = "所覆盖期间 {period} 在表决当日 {day} 尚未开始（{rule}，{article}）。请按当期另行提出。"
    en = "Period {period} had not begun on {day} ({rule}, {article}). Propose it for the right one."


class MemberNotAllowed(RuleViolation):
    """A standard member that means nothing for this act."""

    code = "decision.member_not_allowed"
    zh = "此步不带“{member}”（{rule}，{article}）。请删去后重新签署。"
    en = "This takes no {member} ({rule}, {article}). Leave it out and sign again."


class ReasonNotListed(RuleViolation):
    """A revocation needs a reason the kind lists."""

    code = "decision.reason_not_listed"
    zh = "此步须从 {allowed} 中说明理由（{rule}，{article}）。"
    en = "This needs a reason out of {allowed} ({rule}, {article})."


class ReckonedOtherwise(RuleViolation):
    """What an act states is not what the rules make of it: a defect hidden, a day wrong."""

    code = "decision.reckoned_otherwise"
    zh = "“{member}”应为 {value}（{rule}，{article}）。请如实填写并重新签署。"
    en = "{member} must be {value} ({rule}, {article}). State it as it is and sign again."
