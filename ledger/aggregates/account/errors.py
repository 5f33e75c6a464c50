"""Refusals of an account. ``rule`` is its kind's arrangement, or SD4, SD6; ``article`` the pack."""

from ledger.errors import ConflictError, NotFound, RuleViolation


class AlreadyOpened(ConflictError):
    """The stream is an account already."""

    code = "account.already_opened"
    zh = "该账户已开立，不能重复开立。请在原账户上办理。"
    en = "This account is open already. Go on with it as it stands."


class NotOpened(NotFound):
    """The stream is no account yet."""

    code = "account.not_opened"
    zh = "没有这个账户。请核对编号，或先开立。"
    en = "There is no such account. Check the id, or open it first."


class Closed(RuleViolation):
    """The account is closed."""

    code = "account.closed"
    zh = "该账户已注销，不能再办理此步（{rule}，{article}）。请另开账户。"
    en = "The account is closed ({rule}, {article}). Open another."


class NotVolunteers(RuleViolation):
    """The act is about volunteers, the account is a unit's."""

    code = "account.not_volunteers"
    zh = "此步只适用于志愿者账户（{rule}，{article}）。请核对账户。"
    en = "This is for the account of a volunteer ({rule}, {article}). Check which it is."


class MemberNotAllowed(RuleViolation):
    """A member that means nothing for this act or kind of account."""

    code = "account.member_not_allowed"
    zh = "此类账户或此步不带“{member}”（{rule}，{article}）。请删去。"
    en = "This takes no {member} ({rule}, {article}). Leave it out."


class MemberMissing(RuleViolation):
    """A member that this kind of account needs."""

    code = "account.member_missing"
    zh = "此类账户须填写“{member}”（{rule}，{article}）。"
    en = "This kind of account needs {member} ({rule}, {article})."


class CodeNotListed(RuleViolation):
    """A code is not among those the packs list for this kind."""

    code = "account.code_not_listed"
    zh = "“{member}”的代码“{value}”不在 {rule}（{article}）所列范围。可选：{allowed}。"
    en = '{rule} ({article}) does not list "{value}" for {member}. Choose of: {allowed}.'


class ReasonMissing(RuleViolation):
    """The act needs a reason."""

    code = "account.reason_missing"
    zh = "此步必须说明理由（{rule}，{article}）。可选：{allowed}。"
    en = "This needs a reason ({rule}, {article}). Choose of: {allowed}."


class ItemUnknown(NotFound):
    """The account has no such item."""

    code = "account.item_unknown"
    zh = "该账户没有第 {item} 笔。请核对序号。"
    en = "The account has no item {item}. Check the number."


class ItemStandsOtherwise(RuleViolation):
    """The item is not where the act needs it: posted already, rejected, not posted yet."""

    code = "account.item_stands_otherwise"
    zh = "第 {item} 笔现为“{standing}”，此步须为“{needs}”时办理（{rule}，{article}）。"
    en = "Item {item} is {standing}; this is for one that is {needs} ({rule}, {article})."


class HoursOverlap(RuleViolation):
    """The volunteer is said to have served elsewhere at the time."""

    code = "account.hours_overlap"
    zh = "与第 {other} 笔的服务时段重叠（{rule}，{article}）。请核对起止时间，或先更正该笔。"
    en = "The time overlaps that of item {other} ({rule}, {article}). Check it, or reverse that."


class PastMidnight(RuleViolation):
    """Hours of service reach into the next day."""

    code = "account.past_midnight"
    zh = "服务时段不能跨过当日 24:00（{rule}，{article}）。请分两日登记。"
    en = "Service runs past midnight ({rule}, {article}). Claim each day by itself."


class OverDayCap(RuleViolation):
    """More minutes on one day than the packs allow at all."""

    code = "account.over_day_cap"
    zh = "当日合计 {minutes} 分钟，超过上限 {cap} 分钟（{rule}，{article}）。请核对。"
    en = "{minutes} minutes on that day pass the cap of {cap} ({rule}, {article}). Check them."


class DayToCome(RuleViolation):
    """What is claimed has not happened yet."""

    code = "account.day_to_come"
    zh = "日期 {day} 晚于发生日（{rule}，{article}）。请更正日期。"
    en = "{day} is yet to come ({rule}, {article}). Correct the day."


class OwnClaim(RuleViolation):
    """She claimed it, or it is her own account."""

    code = "account.own_claim"
    zh = "本人的申报或本人账户的申报须由他人确认（{article}）。请由他人办理。"
    en = "Nobody confirms what she claimed, or what is hers ({article}). Let another."


class SignedAlready(RuleViolation):
    """She signed another step, or this one."""

    code = "account.signed_already"
    zh = "您已在本笔签署过，各步须由不同的人签署（{article}）。请由他人办理。"
    en = "You signed this item already; each signature is another's ({article})."


class MachineSigns(RuleViolation):
    """A device cannot vouch for what people did."""

    code = "account.machine_signs"
    zh = "设备不能代替人确认（{article}）。请由在岗人员签署。"
    en = "A device vouches for nothing ({article}). Let a person sign."


class NotDeclaredUnrelated(RuleViolation):
    """Who confirms a volunteer's hours declares that she is no near relative of hers."""

    code = "account.not_declared_unrelated"
    zh = "确认前须声明：申报不属于本人或近亲属（{article}）。不能声明的请由他人确认。"
    en = "Declare it neither yours nor a near relative's ({article}), or let another."


class StepUnknown(RuleViolation):
    """The claim needs no such step, or none that she may sign."""

    code = "account.step_unknown"
    zh = "本笔没有可由您签署的步骤“{step}”。所需步骤：{steps}（{rule}，{article}）。"
    en = 'No step "{step}" of this item is yours to sign. It needs: {steps} ({rule}, {article}).'


class StepComplete(RuleViolation):
    """Enough persons signed the step."""

    code = "account.step_complete"
    zh = "步骤“{step}”已由 {persons} 人签署，无须再签（{rule}，{article}）。"
    en = 'Step "{step}" has its {persons} signatures ({rule}, {article}).'


class StepsOutstanding(RuleViolation):
    """Not everyone signed who must."""

    code = "account.steps_outstanding"
    zh = "尚缺签署：{missing}（{rule}，{article}）。签齐后方可入账。"
    en = "Still to be signed: {missing} ({rule}, {article}). It is posted when all have."


class PosterReverses(RuleViolation):
    """Who posted it does not reverse it."""

    code = "account.poster_reverses"
    zh = "入账人不能自行冲正（{article}）。请由他人办理。"
    en = "Who posted it does not reverse it ({article}). Let another."


class BelowZero(RuleViolation):
    """The balance would be negative."""

    code = "account.below_zero"
    zh = "办理后余额为 {balance}，此类账户不得为负（{rule}，{article}）。请核对金额。"
    en = "The balance would be {balance}, and may not be negative ({rule}, {article})."


class PeriodClosedAlready(RuleViolation):
    """A closed period takes reversals alone."""

    code = "account.period_is_closed"
    zh = "期间 {period} 已结账，只能冲正（{rule}，{article}）。请记入 {open} 或以后。"
    en = "{period} is closed and takes reversals alone ({rule}, {article}). Post it in {open}."


class PeriodOfOtherKind(RuleViolation):
    """The account is closed by another kind of period, or by none."""

    code = "account.period_of_other_kind"
    zh = "此账户的期间应如 {example}（{rule}，{article}）。请更正。"
    en = "Periods of this account are such as {example} ({rule}, {article}). Correct it."


class PeriodTooEarly(RuleViolation):
    """An item is booked in no period before it happened, nor before the account began."""

    code = "account.period_too_early"
    zh = "期间 {period} 早于 {first}（{rule}，{article}）。请更正。"
    en = "{period} is before {first} ({rule}, {article}). Correct it."


class PeriodNotBegun(RuleViolation):
    """An item booked in a period to come would be missing from every closing until then."""

    code = "account.period_not_begun"
    zh = "期间 {period} 尚未开始（{rule}，{article}）。请记入已开始的期间。"
    en = "{period} has not begun ({rule}, {article}). Post it in a period that has."


class NotNextPeriod(RuleViolation):
    """Periods are closed one after the other, each when it is over."""

    code = "account.not_next_period"
    zh = "应先结 {next}，且须期满后结账（{rule}，{article}）。"
    en = "The next to close is {next}, once it is over ({rule}, {article})."


class ItemsOutstanding(RuleViolation):
    """Claims are still undecided."""

    code = "account.items_outstanding"
    zh = "尚有未办结的申报：第 {items} 笔（{rule}，{article}）。请先入账或退回。"
    en = "Items {items} are undecided ({rule}, {article}). Post or reject them first."


class ConsentStands(RuleViolation):
    """Consent is given once, and withdrawn once."""

    code = "account.consent_stands"
    zh = "公示同意的状态没有变化（{rule}，{article}）。"
    en = "Her consent stands as it is ({rule}, {article}); nothing changes."


class TeamStands(RuleViolation):
    """She is in the team already, or is not."""

    code = "account.team_stands"
    zh = "是否属于该队伍没有变化（{rule}，{article}）。请核对队伍。"
    en = "Whether she is in that team does not change ({rule}, {article}). Check the team."


class OrderNotConfirmed(RuleViolation):
    """The order was not confirmed with minutes for this account."""

    code = "account.order_not_confirmed"
    zh = "工单未确认，或未给本账户计时（{rule}，{article}）。请先由确认人确认。"
    en = "The order gave this account nothing, or not this ({rule}, {article}). Confirm it first."


class OrderCredited(RuleViolation):
    """The order was credited to this account before."""

    code = "account.order_credited"
    zh = "该工单已给本账户计入过一次（{rule}，{article}），不能重复。"
    en = "The order was credited to this account before ({rule}, {article}). Once is enough."


class NothingToCertify(RuleViolation):
    """A certificate of no service."""

    code = "account.nothing_to_certify"
    zh = "没有已入账的时长，不能出具证明（{rule}，{article}）。"
    en = "No minutes were posted, so there is nothing to certify ({rule}, {article})."


class SettledOtherwise(RuleViolation):
    """The event states another effect than the packs in force give."""

    code = "account.settled_otherwise"
    zh = "所填结果与规则不符（余额应为 {balance}；{rule}，{article}）。请重新拟制并签署。"
    en = "What it states differs from {rule} ({article}): balance {balance}. Prepare it again."
