"""Punctuation between the texts of a template: written in Chinese, English on English pages.

Texts themselves are translated whole (``messages``); what stands between two of them, as a
colon after a label, is the template's own and is changed when the template is read.

Not handled: punctuation within data, which stay as they were written.
"""

from collections.abc import Iterator
from typing import Final

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_ENGLISH: Final = str.maketrans(
    {
        "：": ": ",
        "，": ", ",
        "；": "; ",
        "、": ", ",
        "。": ". ",
        "（": " (",
        "）": ")",
        "＿": "_",
        "\u3000": " ",
    }
)


class EnglishPunctuation(Extension):
    """Changes what a template writes out, and the texts it makes of pieces, but no message id."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens of a template with their punctuation in English."""
        calls, called = "", False
        for token in stream:
            message = called and token.type == "string"
            if token.type in {"data", "string"} and not message:
                yield Token(token.lineno, token.type, english(token.value))
            else:
                yield token
            called = token.type == "lparen" and calls == "_"
            calls = token.value if token.type == "name" else ""


def english(text: str) -> str:
    """Return a text with its Chinese punctuation in English."""
    return text.translate(_ENGLISH)
