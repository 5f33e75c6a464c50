"""Refusals of a post: its appointment, term, election, hand-over, and what its holder declares."""

from ledger.errors import NotAuthorised, NotFound, RuleViolation


class PostUnknown(NotFound):
    """No appointment was proposed in this stream."""

    code = "post.unknown"
    zh = "岗位 {post} 不存在。请核对编号。"
    en = "There is no post {post}. Check the id."


class PostTaken(RuleViolation):
    """The stream is an appointment already."""

    code = "post.taken"
    zh = "岗位 {post} 已有任职提议。每次任职请另开新岗位。"
    en = "Post {post} has its appointment. Propose another in a new post."


class OwnAppointment(RuleViolation):
    """Someone proposes or approves a post for herself (SD8)."""

    code = "post.own_appointment"
    zh = "不能提议或批准本人任职。请由其他登记员办理。"
    en = "Nobody proposes or approves a post for herself. Let another registrar do it."


class RoleReserved(RuleViolation):
    """The role cannot be given to this holder."""

    code = "post.role_reserved"
    zh = "身份 {role} 不能授予 {holder}。请选择其他身份。"
    en = "Role {role} cannot be given to {holder}. Choose another role."


class BadTerm(RuleViolation):
    """The post would end before it begins."""

    code = "post.bad_term"
    zh = "任期截止日须晚于起始日 {since}。请更正日期。"
    en = "The post must end after it begins on {since}. Correct the days."


class PostOver(RuleViolation):
    """The post was ended, or its proposal withdrawn."""

    code = "post.over"
    zh = "该任职自 {day} 起已终止。如需继续，请重新提议。"
    en = "This post is over from {day} on. Propose it anew if it is to go on."


class HolderDiffers(RuleViolation):
    """The act names another holder than the appointment."""

    code = "post.holder_differs"
    zh = "所填任职人与提议不一致：应为 {holder}。请更正后重新提交。"
    en = "The holder is not the one proposed: it is {holder}. Correct it and submit again."


class TermRun(RuleViolation):
    """The term had run when it was to be recorded: nobody ever acted under it."""

    code = "post.term_run"
    zh = "任期已于 {until} 届满，不能补登任职。请更正任期；以前的任职情况请以活动记录或附件留存。"
    en = (
        "The term ran out on {until}: nobody is appointed for days that are past. Correct the "
        "term; who held the post earlier is a matter for a session's record."
    )


class MandateStated(RuleViolation):
    """How she came to the post is stated already."""

    code = "post.mandate_stated"
    zh = "该任职的产生方式已登记。如有错误，请终止后重新提议。"
    en = "How she came to this post is stated. If it is wrong, end the post and propose it anew."


class BallotsDoNotAddUp(RuleViolation):
    """More agreed than voted, or more voted than may."""

    code = "post.ballots_do_not_add_up"
    zh = "得票数不能多于参加投票人数，参加投票人数不能多于登记参选人数。请核对票数。"
    en = "Ayes are at most the votes cast, and votes cast at most the voters. Check the counts."


class FormerMissing(RuleViolation):
    """A by-election does not say whose seat it fills."""

    code = "post.former_missing"
    zh = "补选须写明原任职人。请补充 former。"
    en = "A by-election says whose seat it fills. Give the former holder."


class SeatNotVacant(RuleViolation):
    """The former holder never held such a post there, or still holds it."""

    code = "post.seat_not_vacant"
    zh = "{former} 在 {day} 没有空出的同一岗位。请核对原任职人，或先终止其任职。"
    en = "No such seat of {former} is vacant on {day}. Check who held it, or end that post first."


class BeyondTerm(RuleViolation):
    """Who fills a seat between elections holds it for what is left of the term."""

    code = "post.beyond_term"
    zh = "补选任期到本届届满为止，不得晚于 {until}。请更正任期截止日。"
    en = "Who is elected in between serves until the term ends, {until} at the latest. Correct it."


class NoHandover(RuleViolation):
    """The packs in force arrange no hand-over for this post."""

    code = "post.no_handover"
    zh = "现行规则包没有为岗位 {role} 安排离任移交。请核对岗位。"
    en = "The packs in force arrange no hand-over of a post as {role}. Check the post."


class NotLeaving(RuleViolation):
    """A post whose end is not known is not handed over."""

    code = "post.not_leaving"
    zh = "该任职没有截止日，也未终止，不能移交。请先办理终止任职。"
    en = "The post has no end and was not ended, so there is nothing to hand over. End it first."


class ItemNotHandedOver(RuleViolation):
    """What is handed over is none of what the post has."""

    code = "post.item_not_handed_over"
    zh = "移交项目只能从 {allowed} 中选择，不能重复。请更正。"
    en = "What is handed over is one of {allowed}, each once. Correct it."


class NoHandoverDrawnUp(NotFound):
    """There is no such list to sign."""

    code = "post.no_handover_drawn_up"
    zh = "没有所指的移交清单，或已有新的清单。请在最新清单上签字。"
    en = "There is no such list of what is handed over, or a newer one. Sign the newest."


class NotHerPart(NotAuthorised):
    """This part is signed by the one who leaves, the one who comes, or a supervisor."""

    code = "post.not_her_part"
    zh = "移交清单的“{part}”一栏须由 {who} 签字。请由其本人办理。"
    en = "The part {part} of the list is signed by {who}. Let her sign it."


class PartSigned(RuleViolation):
    """The part is signed already."""

    code = "post.part_signed"
    zh = "移交清单的“{part}”一栏已签字，无需重复。"
    en = "The part {part} of the list is signed already; there is nothing left to do."


class OneHandTwice(RuleViolation):
    """The three parts of a hand-over are signed by three persons."""

    code = "post.one_hand_twice"
    zh = "移交人、接收人、监交人须为三人。请由其他有权人员监交。"
    en = "Who leaves, who comes and who supervises are three persons. Let another supervise."


class HandoverSigned(RuleViolation):
    """Another list would undo signatures that are not its author's to undo.

    The holder replaces any list but one that she and another have signed, a registrar one that
    nobody signed. Where one of the three can sign no more, the hand-over stays open and the finding
    that it is overdue is answered by the supervision committee, with the reason (ADR 0028).
    """

    code = "post.handover_signed"
    zh = "移交清单已有人签字（{parts}），不能更换。请由其余各方签完；确已无法签字的，由监委会说明。"
    en = (
        "The list bears signatures ({parts}) and is not replaced. Let the others sign it, too; "
        "where one no longer can, the supervision committee answers the finding on it."
    )


class CheckMissing(RuleViolation):
    """A declaration of relatives says nothing, or something else besides."""

    code = "post.check_missing"
    zh = "近亲属申报须且只须写明一项结论（near_relative）。请重新申报。"
    en = "A declaration states one verdict, near_relative, and nothing else. Declare it anew."


class RecusedBefore(RuleViolation):
    """She is recused from the matter already."""

    code = "post.recused_before"
    zh = "已在 {matter} 中回避，无需重复申报。"
    en = "She is recused from {matter} already; there is nothing left to declare."
