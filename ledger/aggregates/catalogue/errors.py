"""Refusals of a catalogue. ``rule`` is its arrangement, ``article`` the pack that holds that."""

from ledger.errors import ConflictError, NotFound, RuleViolation


class AlreadyPublished(ConflictError):
    """The stream is a catalogue already."""

    code = "catalogue.already_published"
    zh = "该目录已公布。请用 mingzhang catalogue replace 更换，或增减其中的事项。"
    en = "This catalogue is published already. Replace it, or add and remove items."


class HasOne(ConflictError):
    """The unit has such a catalogue in another stream."""

    code = "catalogue.has_one"
    zh = "该单位已有目录“{catalogue}”（{rule}，{article}）。请在原目录上更换或增减事项。"
    en = "The unit has its catalogue {catalogue} already ({rule}, {article}). Change that one."


class NotPublished(NotFound):
    """The stream is no catalogue yet."""

    code = "catalogue.not_published"
    zh = "没有这个目录。请核对编号，或先公布目录。"
    en = "There is no such catalogue. Check the id, or publish it first."


class NothingListed(RuleViolation):
    """The packs in force list nothing in this catalogue."""

    code = "catalogue.nothing_listed"
    zh = "现行规则包在目录“{catalogue}”中没有列任何事项（{rule}，{article}）。请先补充规则包。"
    en = "The packs in force list nothing in {catalogue} ({rule}, {article}). Complete them first."


class NotOfPack(RuleViolation):
    """An item the packs in force do not have in this catalogue."""

    code = "catalogue.not_of_pack"
    zh = "规则包的目录“{catalogue}”中没有“{item}”（{rule}，{article}）。请核对编号。"
    en = 'The packs have no item "{item}" in {catalogue} ({rule}, {article}). Check the code.'


class NotListed(RuleViolation):
    """An item the unit's catalogue does not list now."""

    code = "catalogue.not_listed"
    zh = "本单位目录现未列“{item}”（{rule}，{article}）。现列：{listed}。"
    en = 'The catalogue does not list "{item}" now ({rule}, {article}). It lists: {listed}.'


class ListedAlready(RuleViolation):
    """The item is listed."""

    code = "catalogue.listed_already"
    zh = "“{item}”已在目录中（{rule}，{article}），无需再增列。"
    en = "{item} is listed already ({rule}, {article}); nothing is to be added."


class LastItem(RuleViolation):
    """A catalogue lists at least one item."""

    code = "catalogue.last_item"
    zh = "“{item}”是目录中最后一项，不能删去（{rule}，{article}）。请改为整体更换。"
    en = "{item} is the last item listed and stays ({rule}, {article}). Replace the catalogue."


class NothingChanges(RuleViolation):
    """The new list is the old one."""

    code = "catalogue.nothing_changes"
    zh = "新目录与现行目录相同（{rule}，{article}），无需更换。"
    en = "The new list is the one in force ({rule}, {article}); nothing is to be replaced."


class NotInOrder(RuleViolation):
    """Codes are written in order, each once, so that one list has one spelling."""

    code = "catalogue.not_in_order"
    zh = "“{member}”须按编号排列且不重复（{rule}，{article}）。请整理后重新签署。"
    en = "{member} must be in order, each once ({rule}, {article}). Sort them and sign again."


class NoPowers(RuleViolation):
    """The items of this catalogue have no facets and are not exercised."""

    code = "catalogue.no_powers"
    zh = "目录“{catalogue}”列的不是权力事项，没有五公开（{rule}，{article}）。请核对目录。"
    en = "{catalogue} lists no powers and has no facets ({rule}, {article}). Check which one."


class RecordedBefore(RuleViolation):
    """The matter is recorded as exercising a power of this catalogue."""

    code = "catalogue.recorded_before"
    zh = "{matter} 已登记为权力行使（{rule}，{article}）。如登记有误，请先撤回。"
    en = "{matter} is recorded already ({rule}, {article}). Withdraw that if it was wrong."


class NotRecorded(RuleViolation):
    """The matter is not recorded as exercising a power of this catalogue."""

    code = "catalogue.not_recorded"
    zh = "{matter} 没有登记为权力行使（{rule}，{article}）。请核对编号。"
    en = "{matter} is not recorded as exercising a power ({rule}, {article}). Check the id."


class FactNotListed(RuleViolation):
    """The arrangement does not say that this may be stated of its items."""

    code = "catalogue.fact_not_listed"
    zh = "本目录的事项不登记“{fact}”（{rule}，{article}）。可登记的有：{allowed}。"
    en = '"{fact}" is not stated of items of this catalogue ({rule}, {article}). Use: {allowed}.'


class FactHolds(RuleViolation):
    """What is stated of an item holds already."""

    code = "catalogue.fact_holds"
    zh = "“{item}”的“{fact}”已在登记中（{rule}，{article}）。情况终止时另行登记。"
    en = "{fact} holds of {item} already ({rule}, {article}). Record its end when it ends."


class FactHoldsNot(RuleViolation):
    """What is ended of an item did not hold."""

    code = "catalogue.fact_holds_not"
    zh = "“{item}”没有登记“{fact}”（{rule}，{article}），无从终止。请核对事项。"
    en = "{fact} does not hold of {item} ({rule}, {article}); nothing can end. Check the item."


class SinceOutOfPlace(RuleViolation):
    """A day still to come, or before what was said of the item last."""

    code = "catalogue.since_out_of_place"
    zh = "起始日须不早于上次登记的 {first}，不晚于 {last}（{rule}，{article}）。请更正日期。"
    en = "The day must lie from {first}, as recorded last, to {last} ({rule}, {article})."


class SinceTheEnd(RuleViolation):
    """Stated again from the day it ended, or before: the list would forget that it ended."""

    code = "catalogue.since_the_end"
    zh = "“{item}”的“{fact}”已于 {ended} 终止，恢复日须在其后（{rule}，{article}）。请更正日期。"
    en = "{fact} of {item} ended on {ended}; it holds again from a later day ({rule}, {article})."


class OccurredBefore(RuleViolation):
    """A change cannot have happened before the one recorded last."""

    code = "catalogue.occurred_before"
    zh = "发生时间早于前一次变更的日期 {day}（{rule}，{article}）。请更正发生时间。"
    en = "It is dated before the change of {day} ({rule}, {article}). Correct the time."


class MemberNotAllowed(RuleViolation):
    """A standard member that means nothing for this act."""

    code = "catalogue.member_not_allowed"
    zh = "此步不带“{member}”（{rule}，{article}）。请删去后重新签署。"
    en = "This takes no {member} ({rule}, {article}). Leave it out and sign again."


class ReasonNotListed(RuleViolation):
    """A change needs a reason the arrangement lists."""

    code = "catalogue.reason_not_listed"
    zh = "此步须从 {allowed} 中说明理由（{rule}，{article}）。"
    en = "This needs a reason out of {allowed} ({rule}, {article})."


class ReckonedOtherwise(RuleViolation):
    """What an act states is not what the list before it and the packs make of it."""

    code = "catalogue.reckoned_otherwise"
    zh = "“{member}”应为 {value}（{rule}，{article}）。请更正后重新签署。"
    en = "{member} must be {value} ({rule}, {article}). Correct it and sign again."
