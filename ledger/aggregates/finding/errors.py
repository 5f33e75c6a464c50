"""Why an answer to a finding is refused."""

from ledger.errors import NotAuthorised, RuleViolation


class AnsweredAlready(RuleViolation):
    """The same person gives the same answer again, or a stream that holds an answer."""

    code = "finding.answered_already"
    zh = "您对这条疑点已作出同样的处理，一人只计一次。请等待其他成员签署。"
    en = "You have answered this finding so already; each counts once. Let another member sign."


class OwnMatter(NotAuthorised):
    """Who had a hand in the record, or whose it is, lays no finding about it aside (SD13)."""

    code = "finding.own_matter"
    zh = (
        "{record} 由您办理、曾交您办理或涉及您本人，不能排除有关疑点（SD13）。"
        "可以受理；排除须由他人办理。"
    )
    en = (
        "You acted in {record}, it was given into your hands, or it is about you, so you dismiss "
        "no finding about it (SD13). You may acknowledge it; let other members dismiss it."
    )


class RelativeThere(NotAuthorised):
    """Who declared a near relative in a body she supervises lays no finding aside (SD13)."""

    code = "finding.relative_there"
    zh = "您已申报近亲属在“{body}”任职，不能排除疑点（SD13）。可以受理；排除须由其他成员办理。"
    en = (
        "You declared a near relative in {body}, so you dismiss no finding (SD13). "
        "You may acknowledge it; let other members dismiss it."
    )


class ReasonNotListed(RuleViolation):
    """An answer gives one of the reasons there are for it."""

    code = "finding.reason_not_listed"
    zh = "处理疑点须从 {allowed} 中说明理由。请选择其一后重新签署。"
    en = "An answer needs a reason out of {allowed}. Choose one and sign again."
