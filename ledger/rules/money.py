"""Money is integer fen; people write yuan with two decimals or none."""


def parse_yuan(text: str) -> int:
    """Return fen of yuan as commands admit them: ``12``, ``-3.50``."""
    whole, _, cents = text.partition(".")
    return int(whole + (cents or "00"))


def format_yuan(fen: int) -> str:
    """Return ``fen`` in yuan, two decimals."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"
