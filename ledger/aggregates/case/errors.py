"""Refusals of a case: each gives ``rule`` (a pack's, or SD1, SD4, SD5, SD12) and ``article``."""

from ledger.errors import ConflictError, MalformedError, NotAuthorised, NotFound, RuleViolation


class AlreadyReceived(ConflictError):
    """The stream is a case already."""

    code = "case.already_received"
    zh = "该事项已登记，不能重复登记。请在原事项上办理。"
    en = "This case was received already. Go on with it as it stands."


class NotReceived(NotFound):
    """The stream is no case yet."""

    code = "case.not_received"
    zh = "没有这个事项。请核对编号，或先登记。"
    en = "There is no such case. Check the id, or receive it first."


class ActNotPossible(RuleViolation):
    """The kind of case has no way for this act from the present state."""

    code = "case.act_not_possible"
    zh = "事项处于“{state_zh}”，按 {rule}（{article}）此时不能办理“{act_zh}”。现在可以：{open_zh}。"
    en = 'In state "{state_en}", {rule} ({article}) has no "{act_en}". Open now: {open_en}.'


class ImporterNotDevice(NotAuthorised):
    """A person acts as importer, a role that stands for nobody."""

    code = "case.importer_not_device"
    zh = "“导入设备”身份仅供导入设备使用（{rule}，{article}）。请以本人岗位办理。"
    en = "Only a device imports ({rule}, {article}). Act in a post of your own."


class NotImported(RuleViolation):
    """An import goes on with a case that people took in."""

    code = "case.not_imported"
    zh = "该事项不是导入的，导入设备不能继续办理（{rule}，{article}）。请由在岗人员办理。"
    en = "This case was not imported, so no import goes on with it ({rule}, {article})."


class CodeNotListed(RuleViolation):
    """A code is not among those the packs list for this kind and act."""

    code = "case.code_not_listed"
    zh = "“{member}”的代码“{value}”不在 {rule}（{article}）所列范围。可选：{allowed}。"
    en = '{rule} ({article}) does not list "{value}" for {member}. Choose of: {allowed}.'


class ReasonMissing(RuleViolation):
    """The act needs a reason."""

    code = "case.reason_missing"
    zh = "办理“{act_zh}”必须说明理由（{rule}，{article}）。请选择理由。"
    en = '"{act_en}" needs a reason ({rule}, {article}). Choose one.'


class MemberNotAllowed(RuleViolation):
    """A standard member that means nothing for this act."""

    code = "case.member_not_allowed"
    zh = "“{act_zh}”不带“{member}”（{rule}，{article}）。请删去后重新签署。"
    en = '"{act_en}" takes no {member} ({rule}, {article}). Leave it out and sign again.'


class NotTheHandler(RuleViolation):
    """Only who was made to handle the case may do this."""

    code = "case.not_the_handler"
    zh = "仅现承办人可以办理此步（{rule}，{article}）。请由承办人办理，或先改派。"
    en = "Only its present handler may do this ({rule}, {article}). Let her, or reassign it."


class HandledIt(RuleViolation):
    """The person handled the case."""

    code = "case.handled_it"
    zh = "您承办过本事项，不能办理此步（{article}）。请由他人办理；本级无人时由上级派人。"
    en = (
        "You handled this case, so another must do this ({article}). "
        "Where there is none, the level above sends one."
    )


class VerifiedIt(RuleViolation):
    """The person verified the case."""

    code = "case.verified_it"
    zh = "您核查过本事项，不能办理此步（{article}）。请由他人办理；本级无人时由上级派人。"
    en = (
        "You verified this case, so another must do this ({article}). "
        "Where there is none, the level above sends one."
    )


class CalledItBack(RuleViolation):
    """The person called the reporter back."""

    code = "case.called_it_back"
    zh = "您回访过本事项，不能办理此步（{article}）。请由他人办理；本级无人时由上级派人。"
    en = (
        "You made the call-back of this case, so another must do this ({article}). "
        "Where there is none, the level above sends one."
    )


class DecidedFirst(RuleViolation):
    """The person decided the case before it was reopened."""

    code = "case.decided_first"
    zh = "您在重办前已对本事项作出决定，不能再次决定（{article}）。请由他人决定。"
    en = "You decided this case before it was reopened ({article}). Let someone decide who did not."


class AssignsSelf(RuleViolation):
    """Who assigns a case may not take it herself."""

    code = "case.assigns_self"
    zh = "不能把事项交办给自己（{rule}，{article}）。请指定他人，或由他人交办。"
    en = (
        "Nobody assigns a case to herself ({rule}, {article}). Name another, or let another assign."
    )


class AssigneeNotApart(RuleViolation):
    """The person named verified the case, or called the reporter back."""

    code = "case.assignee_not_apart"
    zh = "所指定的人核查或回访过本事项，不能再承办（{article}）。请指定他人。"
    en = "She verified or called back on this case ({article}). Name another to handle it."


class AssigneeNotInPost(RuleViolation):
    """The person named holds no post in which this kind of case is handled."""

    code = "case.assignee_not_in_post"
    zh = "所指定的人当日在本单位没有可承办的岗位：{roles}（{rule}，{article}）。请指定在岗人员。"
    en = "She holds no post here as {roles} on that day ({rule}, {article}). Name someone in post."


class NotSelfHandled(RuleViolation):
    """The case was not routed to be handled by its finder."""

    code = "case.not_self_handled"
    zh = "本事项未定为自办自结，须先交办（{rule}，{article}）。"
    en = "It was not left to its finder to handle ({rule}, {article}). Assign it first."


class NotVerified(RuleViolation):
    """Nobody has verified that it is done."""

    code = "case.not_verified"
    zh = "尚未核查通过，不能办结（{rule}，{article}）。请先由他人核查。"
    en = "Nobody verified it, so it cannot be closed ({rule}, {article}). Have it verified first."


class NotAnswered(RuleViolation):
    """The reporter was not answered."""

    code = "case.not_answered"
    zh = "尚未答复反映人，不能办结（{rule}，{article}）。请先答复。"
    en = "The reporter has no answer, so it cannot be closed ({rule}, {article}). Answer first."


class ClockNotRunning(RuleViolation):
    """The clock to extend does not run."""

    code = "case.clock_not_running"
    zh = "期限“{clock}”没有在计时，不能延长（{rule}，{article}）。请核对期限名称。"
    en = 'Clock "{clock}" does not run, so it has no end to move ({rule}, {article}). Check it.'


class ClockNotExtendable(RuleViolation):
    """No rule allows the clock more time."""

    code = "case.clock_not_extendable"
    zh = "期限“{clock}”不得延长（{rule}，{article}）。请在期限内办结。"
    en = 'No rule lets clock "{clock}" be extended ({rule}, {article}). Finish within the term.'


class ExtensionTooLong(RuleViolation):
    """All extensions together pass what the rule allows."""

    code = "case.extension_too_long"
    zh = "延长合计 {days} 日，超过上限 {limit} 日（{rule}，{article}）。请缩短。"
    en = "{days} days in all pass the {limit} that {rule} ({article}) allows. Ask for fewer."


class TermIsOver(RuleViolation):
    """A term that has ended is not made longer."""

    code = "case.term_over"
    zh = "期限“{clock}”已于 {day} 届满，不能再延长（{rule}，{article}）。请尽快办结。"
    en = 'Clock "{clock}" ended on {day} and is not extended now ({rule}, {article}). Finish it.'


class RatingEmpty(RuleViolation):
    """A rating that rates nothing."""

    code = "case.rating_empty"
    zh = "评价至少要填写一项：是否回应、是否解决、是否满意（{rule}，{article}）。"
    en = "Rate at least one: responded to, solved, satisfied ({rule}, {article})."


class StateDiffers(RuleViolation):
    """The event states another outcome than the packs in force give."""

    code = "case.state_differs"
    zh = "所填办理状态与规则不符：应为“{state}”（{rule}，{article}）。请重新拟制并签署。"
    en = 'The state stated is not "{state}" as {rule} ({article}) has it. Prepare and sign again.'


class DueDiffers(RuleViolation):
    """The event states other terms than the packs in force give."""

    code = "case.due_differs"
    zh = "所填期限与规则不符：应为 {due}（{rule}，{article}）。请重新拟制并签署。"
    en = "The terms stated are not {due} as {rule} ({article}) has them. Prepare and sign again."


class BasisDiffers(RuleViolation):
    """The event cites other rules than those it rests on."""

    code = "case.basis_differs"
    zh = "所引依据与规则不符：应为 {basis}（{rule}，{article}）。请重新拟制并签署。"
    en = "The basis cited is not {basis}, on which it rests ({rule}, {article}). Prepare it anew."


class TextMissing(MalformedError):
    """A text that must say something is blank."""

    code = "case.text_missing"
    zh = "“{field}”不能空白。请填写。"
    en = "{field} is blank. Write something."


class FormNotObject(MalformedError):
    """The form is not one JSON object."""

    code = "case.form_not_object"
    zh = "附加表单应为一个 JSON 对象。请重新填写。"
    en = "The form is one JSON object. Fill it in again."


class UnitGone(RuleViolation):
    """A dissolved unit takes a matter in; what is pending there can still be done."""

    code = "case.unit_dissolved"
    zh = "{unit} 已于 {day} 撤销，不再登记新事项（{rule}，{article}）。请在承接其职责的单位登记。"
    en = (
        "{unit} was dissolved on {day} and takes nothing new in ({rule}, {article}). "
        "Receive it at the unit that succeeds it."
    )


class OccurredBeforeReceived(RuleViolation):
    """What is done to a case cannot have happened before it came in."""

    code = "case.occurred_before_received"
    zh = "发生时间早于登记日 {received}。请更正发生时间（{rule}，{article}）。"
    en = "It is dated before the case was received on {received}. Correct it ({rule}, {article})."


class OccurredBefore(RuleViolation):
    """What moves a term is dated back before another act of the case."""

    code = "case.occurred_before"
    zh = "延期、中止、恢复不能早于已办的最近一步（{day}）（{rule}，{article}）。请更正发生时间。"
    en = (
        "What moves a term does not come before the latest act of the case, on {day} "
        "({rule}, {article}). Correct when it occurred."
    )


class FormFieldUnknown(MalformedError):
    """The kind's form has no such field."""

    code = "case.form_field_unknown"
    zh = "类型“{kind}”的附加表单只有这些项：{known}。请删去其他项。"
    en = 'The form of kind "{kind}" has only these fields: {known}. Leave others out.'


class FormFieldMissing(MalformedError):
    """A field that must be filled in is not."""

    code = "case.form_field_missing"
    zh = "类型“{kind}”的附加表单缺少“{field}”。请填写。"
    en = 'The form of kind "{kind}" lacks field "{field}". Fill it in.'


class FormFieldInvalid(MalformedError):
    """A field holds another type of value."""

    code = "case.form_field_invalid"
    zh = "附加表单的“{field}”应填：{type}。请更正。"
    en = 'Form field "{field}" takes this: {type}. Correct it.'


class IssuedIt(RuleViolation):
    """The person offered the order to volunteers."""

    code = "case.issued_it"
    zh = "您下过本单，不能接单或确认（{article}）。请由他人办理。"
    en = "You issued this order, so another claims and confirms it ({article})."


class ClaimedIt(RuleViolation):
    """The person claimed the order, or it was claimed for an account of hers."""

    code = "case.claimed_it"
    zh = "您接过本单，或接单账户是您的，不能确认（{article}）。请由他人确认。"
    en = "You claimed this order, or for your account, so another confirms it ({article})."


class NotClaimed(RuleViolation):
    """No claim of the order stands."""

    code = "case.not_claimed"
    zh = "尚无人接单（{rule}，{article}）。请先登记接单。"
    en = "No claim of this order stands ({rule}, {article}). Record one first."


class StillClaimed(RuleViolation):
    """A claim of the order stands."""

    code = "case.still_claimed"
    zh = "仍有人接单，不能作过期处理（{rule}，{article}）。"
    en = "A claim of this order stands, so it does not expire ({rule}, {article})."


class ClaimStands(RuleViolation):
    """The account has claimed the order already, or has not."""

    code = "case.claim_stands"
    zh = "该账户的接单状态没有变化（{rule}，{article}）。请核对账户。"
    en = "Whether that account claims the order does not change ({rule}, {article}). Check it."


class ClaimantClosed(RuleViolation):
    """The account that claims is closed."""

    code = "case.claimant_closed"
    zh = "接单账户已注销（{rule}，{article}）。请改用在用账户。"
    en = "The account that claims is closed ({rule}, {article}). Use one that is open."


class ClaimantElsewhere(RuleViolation):
    """The account that claims is another unit's, or counts no volunteer's minutes."""

    code = "case.claimant_elsewhere"
    zh = "接单账户须是 {unit} 的志愿服务时长账户（{rule}，{article}）。请改用该单位的账户。"
    en = "An account for minutes of {unit} claims its orders ({rule}, {article}). Use such a one."


class TermRuns(RuleViolation):
    """The term of the order is not over."""

    code = "case.term_runs"
    zh = "期限至 {day}，尚未届满（{rule}，{article}）。"
    en = "Its term runs until {day} ({rule}, {article}); it is not over."


class CreditsDiffer(RuleViolation):
    """Minutes for an account that did not claim, twice for one, or in no order."""

    code = "case.credits_differ"
    zh = "计时应只给接单账户，每个一次，按编号排序（{rule}，{article}）。接单账户：{accounts}。"
    en = "Credit accounts that claimed, each once and in order ({rule}, {article}): {accounts}."


class CreditImpossible(RuleViolation):
    """Minutes of a day to come, or past midnight."""

    code = "case.credit_impossible"
    zh = "{day} 的服务时段晚于发生日，或跨过 24:00（{rule}，{article}）。请更正。"
    en = "Service on {day} is yet to come, or runs past midnight ({rule}, {article}). Correct it."
