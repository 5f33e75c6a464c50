"""Refusals of a unit: what no map could show, or nobody could answer for."""

from ledger.errors import RuleViolation


class AlreadyEstablished(RuleViolation):
    """The unit is established already."""

    code = "unit.already_established"
    zh = "该单位已设立。如需修改，请办理变更。"
    en = "The unit is established already. Change it instead."


class AlreadyDissolved(RuleViolation):
    """The unit is dissolved on the day of the change."""

    code = "unit.already_dissolved"
    zh = "该单位自 {day} 起已撤销，不能再变更。请在承接单位办理。"
    en = "The unit is dissolved from {day} on. Act on the unit that took over."


class BeforeEstablished(RuleViolation):
    """The change would hold before the unit stands."""

    code = "unit.before_established"
    zh = "生效日期早于单位设立日 {day}。请更正生效日期。"
    en = "The change would hold before the unit stands on {day}. Correct the day."


class ParentNotStanding(RuleViolation):
    """The parent does not stand on the day its child comes to it."""

    code = "unit.parent_not_standing"
    zh = "上级单位 {parent} 在 {day} 尚未设立或已撤销。请选择当日存在的上级单位。"
    en = "Parent {parent} does not stand on {day}. Choose one that does."


class UnderItself(RuleViolation):
    """The unit would lie under itself on some day."""

    code = "unit.under_itself"
    zh = "变更后，该单位在 {day} 将隶属于自己的下级。请另选上级单位。"
    en = "The unit would lie under itself on {day}. Choose another parent."


class CodeTaken(RuleViolation):
    """Another unit bears the code on a day on which this one would."""

    code = "unit.code_taken"
    zh = "代码 {code} 已由在用单位 {unit} 使用。请核对代码；如为同一单位，请直接使用原编号。"
    en = "Unit {unit} bears code {code} already. Check the code; if it is the same, use that unit."


class NothingChanged(RuleViolation):
    """A change that changes nothing."""

    code = "unit.nothing_changed"
    zh = "未填写任何变更内容。请至少填写代码、名称、上级单位中的一项。"
    en = "Nothing is changed. Give a code, a name or a parent."


class AlreadyInMode(RuleViolation):
    """The unit works in that mode already."""

    code = "unit.already_in_mode"
    zh = "该单位在 {day} 已处于“{mode}”状态，无需切换。请核对生效日期。"
    en = "The unit is in {mode} mode on {day} already. Check the day."


class OwnSuccessor(RuleViolation):
    """A dissolved unit cannot take over from itself."""

    code = "unit.own_successor"
    zh = "承接单位不能是被撤销的单位自己。请另选承接单位。"
    en = "A unit cannot take over from itself. Name another successor."


class NotItsOwnPart(RuleViolation):
    """A unit is split into itself, or into one unit twice."""

    code = "unit.not_its_own_part"
    zh = "分设出的单位不能是原单位自己，也不能重复。请核对分设单位。"
    en = "A unit is not split into itself, nor into one unit twice. Check the units it became."


class PartNotStanding(RuleViolation):
    """A unit was split off before it stands, or after it was dissolved."""

    code = "unit.part_not_standing"
    zh = "分设出的单位 {part} 在 {day} 尚未设立或已撤销。请先设立该单位。"
    en = "Unit {part} does not stand on {day}. Establish it first, from that day on."


class SuccessorNotStanding(RuleViolation):
    """The unit that takes over does not stand on the day of the merger."""

    code = "unit.successor_not_standing"
    zh = "承接单位 {successor} 在 {day} 尚未设立或已撤销。请选择当日存在的单位。"
    en = "Unit {successor} does not stand on {day} to take over. Choose one that does."


class AlreadyUnderRegime(RuleViolation):
    """The unit is under that law, on that level, already."""

    code = "unit.already_under_regime"
    zh = "该单位在 {day} 已适用“{regime}”法律，层级未变。请核对生效日期。"
    en = "The unit is under {regime} law on {day} already, on the same level. Check the day."


class NumberOfFuture(RuleViolation):
    """A number is stated of a day that has not come."""

    code = "unit.number_of_future"
    zh = "数字所属日期 {day} 尚未到来。请填写统计当日或以前的日期。"
    en = "The number is of {day}, which has not come. State the day it was counted on."


class NumberNotListed(RuleViolation):
    """The packs in force know no such number of a unit."""

    code = "unit.number_not_listed"
    zh = "现行规则包 {pack} 没有单位数字“{number}”。请核对代码。"
    en = "The pack in force, {pack}, has no number {number} of units. Check the code."
