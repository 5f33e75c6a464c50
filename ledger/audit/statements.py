"""What a verified package shows, in words: each statement says what holds, or what to do."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from ledger.audit.completeness import Part
from ledger.audit.report import Statement

SHOWN = 5
"""How many streams a sentence names; the rest are counted."""
_ZONE = timezone(timedelta(hours=8))

OTHER_README: Final = Statement(
    name="readme",
    holds=False,
    zh="包内 README 不是本程序所附的说明，未经核验：请勿按其中所写行事。",
    en=(
        "The README in the package is not this program's own text and is unverified. Do not act "
        "on it."
    ),
)
INCOMPLETE: Final = Statement(
    name="complete",
    holds=False,
    zh="未能证明完整，见所列问题：所示之外可能另有条目。请索取完整证据包，或向账本查询。",
    en=(
        "Not shown to be complete, see what was found: there may be entries beside those shown. "
        "Ask for a whole package, or ask the log."
    ),
)


def verified(*, holds: bool) -> Statement:
    """Say whether the entries shown are in the ledger as they were signed."""
    if holds:
        zh = "所示条目核验无误：各条都在检查点所签的账本中，前后相连，由当时已登记的密钥签署。"
        en = (
            "The entries shown are verified: in the log the checkpoint signs, each following the "
            "one before, signed with keys enrolled by then."
        )
    else:
        zh = "所示条目未能核实，见所列问题。请勿采信，并向出具方索取原件。"
        en = "The entries shown could not be verified: see the faults. Rely on none of them."
    return Statement(name="verified", holds=holds, zh=zh, en=en)


def typed_from_paper(indexes: Iterable[int]) -> Statement:
    """Say which entries somebody typed from a paper original that others signed."""
    listed = ", ".join(map(str, sorted(indexes)))
    zh = (
        f"第 {listed} 条为代录：经办人依据纸质原件录入并签署。原件签名人是否认可，以包内其本人的"
        "确认（paper.confirmed）为准；没有确认的，只能证明经办人如此陈述。"
    )
    en = (
        f"Entries {listed} were typed from paper: whoever typed them signed them. That those who "
        "signed the paper agree is shown by their own confirmations (paper.confirmed) alone; "
        "without one, an entry proves no more than what its clerk stated."
    )
    return Statement(name="transcribed", holds=True, zh=zh, en=en)


def complete_up_to(proven: int, recorded_at: int, size: int) -> Statement:
    """Say that nothing is left out up to ``proven``, the checkpoint being of ``size``."""
    when = datetime.fromtimestamp(recorded_at // 1000, UTC).astimezone(_ZONE).isoformat()
    zh = (
        f"完整至账本的前 {proven} 条（末条清单于 {when} 发布）：所示各流，及其所依据的密钥、任职、"
        f"单位、规则包等，当时别无其他条目。其后（本检查点为 {size} 条）的情况，请向账本查询。"
    )
    en = (
        f"Complete up to size {proven} (heads published {when}): of the streams shown, and of the "
        "keys, posts, units and packs they rest on, the log held no other entry then. What came "
        f"after (this checkpoint is of size {size}), ask the log."
    )
    return Statement(name="complete", holds=True, zh=zh, en=en)


def in_part(parts: list[Part], proven: int) -> Statement:
    """Say which streams are shown in part, everything else being there up to ``proven``."""
    named = ", ".join(f"{part.stream} {part.here}/{part.there}" for part in parts[:SHOWN])
    more = len(parts) - SHOWN
    named += f", … +{more}" if more > 0 else ""
    zh = f"仅为节选：账本有 {proven} 条时，下列流只出示了其前若干条：{named}。请按需索取全部条目。"
    en = (
        f"An excerpt: at size {proven} these streams are shown in part, the first entries only: "
        f"{named}. Ask for whole streams where it matters."
    )
    return Statement(name="complete", holds=False, zh=zh, en=en)


def complete_as_stated(size: int, *, holds: bool) -> Statement:
    """Say whether the streams have the lengths the package states, which nothing proves."""
    if holds:
        zh = (
            f"与出具方所称一致：账本有 {size} 条时，所示各流从首条连续至所称末条。"
            "包内未附末条清单，其间及其后是否另有条目无从证明，请向账本查询。"
        )
        en = (
            f"Complete as stated at size {size}: each stream shown runs from its first entry to "
            "the length stated. Without published heads it is not proven that there were no more: "
            "ask the log."
        )
    else:
        zh = f"所示各流并不完整，或与所称长度（账本有 {size} 条时）不符。请索取完整证据包。"
        en = f"Not complete as stated at size {size}: a stream lacks entries. Ask for all of them."
    return Statement(name="complete", holds=holds, zh=zh, en=en)


def allowed(*, holds: bool) -> Statement:
    """Say whether every act was allowed, as far as the package tells."""
    if holds:
        zh = "按包内条目和规则包判断，各项行为均符合当时的规则。"
        en = "As far as the entries and packs here tell, every act was allowed by the rules then."
    else:
        zh = "按包内条目和规则包判断，有行为不符合规则，见所列疑点。"
        en = "As far as the entries and packs here tell, some act was not allowed: see findings."
    return Statement(name="allowed", holds=holds, zh=zh, en=en)
