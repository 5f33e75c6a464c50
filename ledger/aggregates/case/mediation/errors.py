"""Refusals of a mediation; ``rule`` and ``article`` as in ``case.errors``."""

from ledger.errors import RuleViolation


class MediationOpenAlready(RuleViolation):
    """A mediation is under way, or has ended in agreement."""

    code = "case.mediation_open_already"
    zh = "调解正在进行或已达成协议，不能另行开启（{rule}，{article}）。请在原调解上办理。"
    en = "Mediation is under way, or has ended ({rule}, {article}). Go on with it as it stands."


class NoMediation(RuleViolation):
    """No mediation is under way."""

    code = "case.no_mediation"
    zh = "没有正在进行的调解（{rule}，{article}）。请先开启调解。"
    en = "No mediation is under way ({rule}, {article}). Open one first."


class MediatedEarlier(RuleViolation):
    """An act of the mediation is dated before the one it follows."""

    code = "case.mediated_earlier"
    zh = "发生日期早于上一步的 {day}（{rule}，{article}）。请更正发生时间。"
    en = "It is dated before the step of {day} that it follows ({rule}, {article}). Correct it."


class PartyUnknown(RuleViolation):
    """A party's number beyond their count, or one that has answered."""

    code = "case.party_unknown"
    zh = "第 {party} 方不存在或已表态（{rule}，{article}）。待表态：{open}。"
    en = "Party {party} does not exist or has answered ({rule}, {article}). Awaited: {open}."


class ConsentMissing(RuleViolation):
    """Not every party has agreed to mediation."""

    code = "case.consent_missing"
    zh = "尚有当事人未同意调解：第 {open} 方（人民调解法第十七条）。请先征得同意。"
    en = "Not all agreed to mediation, party {open} has not (Mediation Law, Art. 17). Ask first."


class MediatorRepeated(RuleViolation):
    """A mediator named twice, or one that is named already."""

    code = "case.mediator_repeated"
    zh = "调解员重复指定（{rule}，{article}）。请删去重复的。"
    en = "A mediator is named twice ({rule}, {article}). Name each once."


class MediatorNotApart(RuleViolation):
    """Someone who had to do with the case otherwise, or stood down, is named as mediator."""

    code = "case.mediator_not_apart"
    zh = "所指定的人曾决定、核查、回访、调解本事项，或已回避（{rule}，{article}）。请另行指定。"
    en = (
        "She decided, verified, called back on or mediated this case before, or stood down "
        "({rule}, {article}). Name another."
    )


class MediatorNotInPost(RuleViolation):
    """The person named holds no post in which this kind of case is mediated."""

    code = "case.mediator_not_in_post"
    zh = "所指定的人当日在本单位没有调解岗位：{roles}（{rule}，{article}）。请指定在岗人员。"
    en = "She holds no post here as {roles} on that day ({rule}, {article}). Name someone in post."


class NotMediator(RuleViolation):
    """The person is not among the mediators of the case."""

    code = "case.not_mediator"
    zh = "不是本案调解员（{rule}，{article}）。调解员：{mediators}。"
    en = "She is no mediator of this case ({rule}, {article}). Mediators: {mediators}."


class ClearedAlready(RuleViolation):
    """The mediator has declared herself already."""

    code = "case.cleared_already"
    zh = "您已声明无须回避（{rule}，{article}）。"
    en = "You declared already that nothing ties you to the parties ({rule}, {article})."


class NotCleared(RuleViolation):
    """The mediator has not declared that nothing ties her to the parties."""

    code = "case.not_cleared"
    zh = "您尚未声明与当事人没有利害关系（{rule}，{article}）。请先声明，或回避。"
    en = "Declare first that nothing ties you to the parties, or stand down ({rule}, {article})."


class NotYetMediated(RuleViolation):
    """No session was held yet."""

    code = "case.not_yet_mediated"
    zh = "尚未举行调解，不能登记结果（{rule}，{article}）。请先登记调解。"
    en = "No session was held yet ({rule}, {article}). Record one first."


class TooManyPresent(RuleViolation):
    """More parties than there are."""

    code = "case.too_many_present"
    zh = "到场 {present} 方，多于当事人 {parties} 方（{rule}，{article}）。请更正。"
    en = "{present} were present of {parties} parties ({rule}, {article}). Correct it."


class NotInEffect(RuleViolation):
    """A written agreement without all signatures and the seal has no effect."""

    code = "case.not_in_effect"
    zh = "书面协议须各方当事人和调解员签名并加盖印章（人民调解法第二十九条）。缺：{lacks}。"
    en = "It has effect once all parties and a mediator signed and it is sealed (Art. 29): {lacks}."


class NotAgreed(RuleViolation):
    """There is no agreement in effect."""

    code = "case.not_agreed"
    zh = "没有已生效的调解协议（{rule}，{article}）。"
    en = "No agreement is in effect ({rule}, {article})."


class NotJoint(RuleViolation):
    """Not all parties applied."""

    code = "case.not_joint"
    zh = "司法确认须各方共同申请（人民调解法第三十三条）：{parties} 方中有 {applicants} 方申请。"
    en = "All parties apply jointly for confirmation (Art. 33): {applicants} of {parties} did."


class RightLapsed(RuleViolation):
    """The term in which a right could be used is over."""

    code = "case.right_lapsed"
    zh = "期限已于 {day} 届满（{rule}，{article}）。请告知当事人其他途径。"
    en = "The term ended on {day} ({rule}, {article}). Tell the parties what else they may do."


class ConfirmationStands(RuleViolation):
    """Confirmation was applied for already, or was not, or was decided."""

    code = "case.confirmation_stands"
    zh = "司法确认的状态不允许此步：{standing}（{rule}，{article}）。"
    en = "Judicial confirmation stands otherwise: {standing} ({rule}, {article})."


class PerformanceStands(RuleViolation):
    """It was performed already."""

    code = "case.performance_stands"
    zh = "协议已登记为履行完毕（{rule}，{article}）。"
    en = "The agreement was recorded as performed already ({rule}, {article})."


class RemediesMisplaced(RuleViolation):
    """Remedies are told where the court did not confirm, and only there."""

    code = "case.remedies_misplaced"
    zh = "未予确认时须写明已告知的其他途径，确认时不写（{rule}，{article}）。"
    en = "Remedies are told where it is not confirmed, and only there ({rule}, {article})."
