"""Refusals of a disclosure item. ``rule`` is its place in a catalogue, ``article`` the pack."""

from ledger.errors import ConflictError, MalformedError, NotFound, RuleViolation


class AlreadyDrafted(ConflictError):
    """The stream is an item already."""

    code = "disclosure_item.already_drafted"
    zh = "该公开事项已起草。请在原事项上修改。"
    en = "This item is drafted already. Revise it instead."


class NotDrafted(NotFound):
    """The stream is no item yet."""

    code = "disclosure_item.not_drafted"
    zh = "没有这个公开事项。请核对编号，或先起草。"
    en = "There is no such item. Check the id, or draft it first."


class TableMalformed(MalformedError):
    """The table is not an array of rows of texts."""

    code = "disclosure_item.table_malformed"
    zh = "表格须为若干行，每行若干文字，且各行列数相同。请核对后重新填写。"
    en = "A table is rows of texts, each row with as many. Check it and enter it again."


class NotDisclosed(RuleViolation):
    """The catalogue lists it, but not as something disclosed."""

    code = "disclosure_item.not_disclosed"
    zh = "目录中的“{code}”没有规定公开程序（{rule}，{article}）。请选择公开目录中的事项。"
    en = 'The catalogue does not say how "{code}" is disclosed ({rule}, {article}). Choose another.'


class NotPossible(RuleViolation):
    """The act does not follow where the item stands."""

    code = "disclosure_item.not_possible"
    zh = (
        "该事项现为“{standing_zh}”，此时不能办理。此步须为“{needs_zh}”时办理（{rule}，{article}）。"
    )
    en = "The item is {standing_en}; this is for one that is {needs_en} ({rule}, {article})."


class KindStays(RuleViolation):
    """A version names another kind than the item's."""

    code = "disclosure_item.kind_stays"
    zh = "事项类型应为“{kind}”，不能改变（{rule}，{article}）。请另行起草。"
    en = 'It is of kind "{kind}" and stays so ({rule}, {article}). Draft another item.'


class PeriodDiffers(RuleViolation):
    """A posting names another period than the version posted."""

    code = "disclosure_item.period_differs"
    zh = "公开的期间应为 {period}（{rule}，{article}）。请更正后重新签署。"
    en = "The period posted is {period} ({rule}, {article}). Correct it and sign again."


class PeriodOfOtherKind(RuleViolation):
    """An item of this kind covers another kind of period."""

    code = "disclosure_item.period_of_other_kind"
    zh = "该事项按“{kind_of_period}”公开，不能写 {period}（{rule}，{article}）。如：{example}。"
    en = "Such an item covers a {kind_of_period}, not {period} ({rule}, {article}): {example}."


class PeriodNotBegun(RuleViolation):
    """An item cannot cover a period that has not begun."""

    code = "disclosure_item.period_not_begun"
    zh = "期间 {period} 尚未开始（{rule}，{article}）。请更正期间。"
    en = "Period {period} has not begun ({rule}, {article}). Correct the period."


class CodeNotListed(RuleViolation):
    """A code is not among those the packs list for this kind."""

    code = "disclosure_item.code_not_listed"
    zh = "“{member}”的代码“{value}”不在 {rule}（{article}）所列范围。可选：{allowed}。"
    en = '{rule} ({article}) does not list "{value}" for {member}. Choose of: {allowed}.'


class AmountsDiffer(RuleViolation):
    """The amounts are not exactly those the kind asks for, in the order of their codes."""

    code = "disclosure_item.amounts_differ"
    zh = "须填写且只填写这些金额：{amounts}（{rule}，{article}）。请补充或删去。"
    en = "Give exactly these amounts: {amounts} ({rule}, {article})."


class OutOfBalance(RuleViolation):
    """Closing is not opening plus income less expense."""

    code = "disclosure_item.out_of_balance"
    zh = "期末应为 {closing} 元（期初＋收入－支出），所填 {stated} 元（{rule}，{article}）。"
    en = (
        "Closing must be {closing} yuan, {stated} is stated ({rule}, {article}). Check the figures."
    )


class ReasonMissing(RuleViolation):
    """The act needs a reason."""

    code = "disclosure_item.reason_missing"
    zh = "此步必须说明理由（{rule}，{article}）。可选：{allowed}。"
    en = "This needs a reason ({rule}, {article}). Choose of: {allowed}."


class MemberNotAllowed(RuleViolation):
    """A standard member that means nothing for this act."""

    code = "disclosure_item.member_not_allowed"
    zh = "此步不带“{member}”（{rule}，{article}）。请删去后重新签署。"
    en = "This takes no {member} ({rule}, {article}). Leave it out and sign again."


class OtherVersion(RuleViolation):
    """A signature names another version than the newest."""

    code = "disclosure_item.other_version"
    zh = "所签的不是最新版本（{rule}，{article}）。请查看最新内容后重新签署。"
    en = "This signs another version than the newest ({rule}, {article}). Read it and sign again."


class OwnDraft(RuleViolation):
    """Whoever drafted an item may not review or approve it (SD2)."""

    code = "disclosure_item.own_draft"
    zh = "起草人不得审核或批准自己起草的事项（{rule}，{article}）。请由他人办理。"
    en = "Nobody reviews or approves her own draft ({rule}, {article}). Let another person do it."


class ReviewedBefore(RuleViolation):
    """One person's signature counts once."""

    code = "disclosure_item.reviewed_before"
    zh = "您已审核过此版本，一人只计一次（{rule}，{article}）。请由其他成员审核。"
    en = "You reviewed this version; a person counts once ({rule}, {article}). Ask another member."


class OwnMatter(RuleViolation):
    """A challenge is decided by somebody who had no hand in the item (SD12)."""

    code = "disclosure_item.own_matter"
    zh = "经手过该事项的人不得裁定对它的异议（{rule}，{article}）。请由未经手的人办理。"
    en = "Whoever had a hand in the item cannot decide this ({rule}, {article}). Let another do it."


class ReckonedOtherwise(RuleViolation):
    """What an act states is not what the rules make of it."""

    code = "disclosure_item.reckoned_otherwise"
    zh = "“{member}”应为 {value}（{rule}，{article}）。请重新拟制并签署。"
    en = "{member} must be {value} ({rule}, {article}). Prepare it anew and sign again."


class NoPosting(RuleViolation):
    """No law sets how long an item of that day is posted."""

    code = "disclosure_item.no_posting"
    zh = "规则“{posting}”在 {day} 没有公布期限（{rule}，{article}）。请核对日期或规则包。"
    en = 'Rule "{posting}" sets no posting on {day} ({rule}, {article}). Check day or pack.'


class QueryNotOpen(RuleViolation):
    """There is no open question of this number."""

    code = "disclosure_item.query_not_open"
    zh = "第 {number} 号询问不存在或已答复（{rule}，{article}）。未答复的：{open}。"
    en = "Question {number} is not open ({rule}, {article}). Open are: {open}."


class NotContested(RuleViolation):
    """No challenge is open, or one is."""

    code = "disclosure_item.not_contested"
    zh = "该事项{state_zh}（{rule}，{article}）。{next_zh}。"
    en = "The item {state_en} ({rule}, {article}). {next_en}."


class OccurredBeforePosted(RuleViolation):
    """What follows a posting cannot have happened before it."""

    code = "disclosure_item.occurred_before_posted"
    zh = "发生时间早于公布日 {day}（{rule}，{article}）。请更正发生时间。"
    en = "It is dated before it was posted on {day} ({rule}, {article}). Correct the time."


class BasisDiffers(RuleViolation):
    """The event cites other rules than those it rests on."""

    code = "disclosure_item.basis_differs"
    zh = "所引依据与规则不符，应为 {basis}（{rule}，{article}）。请重新拟制并签署。"
    en = "The basis cited is not {basis} ({rule}, {article}). Prepare and sign again."
