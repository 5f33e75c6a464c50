"""Numbers of boards as pages say them: grouped, and shares of a whole as percentages."""

import re


def grouped(number: int | str) -> str:
    """Return a number, or one said with a sign as ``≥ 1200``, with separators of thousands."""
    return re.sub(r"\d+", lambda found: f"{int(found[0]):,}", str(number))


def share(number: int | str, whole: int) -> str:
    """Return a part of ``whole``, 100 or 1,000, in per cent: 85 % of 85 or of 850."""
    tenth = whole == 1_000
    return re.sub(
        r"\d+",
        lambda found: f"{int(found[0]) // 10}.{int(found[0]) % 10}%" if tenth else f"{found[0]}%",
        str(number),
    )
