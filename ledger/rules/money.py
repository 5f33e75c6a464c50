"""Money is integer fen; people write yuan with up to two decimals, and on vouchers in words.

The words are those of 《正确填写票据和结算凭证的基本规定》 (银发〔1997〕393号): 壹贰叁…, one 零
for noughts between figures, 整 after yuan or jiao.
"""

import re
from typing import Final

from ledger.errors import MalformedError

_YUAN: Final = re.compile(
    r"(?P<sign>-?)(?P<whole>0|[1-9][0-9]{0,12}|[1-9][0-9]{0,2}(,[0-9]{3}){1,4})"
    r"(\.(?P<cents>[0-9]{1,2}))?",
    re.ASCII,
)
"""At most 13 figures before the point: the fen of it are exact in every format we write."""
MOST_FEN: Final = 10**15 - 1
"""The greatest amount that can be typed."""
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


class BadYuan(MalformedError):
    """An amount that is not written in yuan with at most two decimals."""

    code = "money.bad_yuan"
    zh = "金额须以元填写，最多两位小数，如 1200 或 1,200.50。请更正。"
    en = "Give amounts in yuan with at most two decimals, as 1200 or 1,200.50. Correct it."


def parse_yuan(text: str) -> int:
    """Return the fen of yuan as typed: ``12``, ``-3.5``, ``1,204.50``. Raises: BadYuan."""
    found = _YUAN.fullmatch(text)
    if found is None:
        raise BadYuan
    fen = int(found["whole"].replace(",", "")) * 100 + int((found["cents"] or "").ljust(2, "0"))
    return -fen if found["sign"] else fen


def format_yuan(fen: int) -> str:
    """Return ``fen`` in yuan, two decimals."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def capital_yuan(fen: int) -> str:
    """Return an amount as vouchers spell it out, as 壹万零贰佰元零伍分; |fen| < 10**18."""
    sign, fen = ("负", -fen) if fen < 0 else ("", fen)
    yuan, jiao, cent = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not cent:
        return f"{sign}{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"{sign}{words}" + (f"{_DIGITS[cent]}分" if cent else "整")


def _whole(number: int) -> str:
    """Return a whole number in words, by groups of four figures."""
    groups = [number // 10_000**power % 10_000 for power in range(len(_GROUPS))]
    words, gap = "", False
    for power in reversed(range(len(_GROUPS))):
        group = groups[power]
        if group == 0:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _four(group) + _GROUPS[power]
        gap = False
    return words


def _four(number: int) -> str:
    """Return 1 to 9999 in words."""
    words, gap = "", False
    for place in reversed(range(4)):
        figure = number // 10**place % 10
        if figure == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[figure] + _PLACES[place]
        gap = False
    return words
