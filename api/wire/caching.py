"""Conditional requests: the entity tag is over what an answer depends on, so it comes before it.

Tags are weak: two answers with one tag mean the same, whatever the compression. What a tag covers
(view versions, the point of history, language, rights, this program) the caller names.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

NO_CACHE: Final = "no-cache"
"""May be kept, but is asked for again before each use."""
PRIVATE: Final = f"private, {NO_CACHE}"
"""The same, by the reader's own browser alone."""
NO_STORE: Final = "no-store"
"""May be kept by nobody: the browser is one of many readers."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
VARY: Final = "Accept-Language, Cookie"


def tag_of(parts: Iterable[object]) -> str:
    """Return the entity tag of what an answer depends on."""
    text = "\x1f".join(str(part) for part in parts)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def conditional(
    request: Request,
    parts: Iterable[object],
    make: Callable[[], Response],
    *,
    keep: str = NO_CACHE,
) -> Response:
    """Return 304 when the reader has it already, else ``make()`` with its tag."""
    tag = tag_of(parts)
    headers = {"ETag": tag, "Cache-Control": keep, "Vary": VARY}
    if (given := _given(request)) and tag.removeprefix("W/") in given:
        return Response(status_code=304, headers=headers)
    response = make()
    response.headers.update(headers)
    # "*" matches whatever there is: what is not there, ``make`` has refused by now.
    return Response(status_code=304, headers=headers) if "*" in given else response


def matches(request: Request, tag: str) -> bool:
    """Tell whether the reader has the answer with this tag, or any, and wants no other."""
    given = _given(request)
    return not given.isdisjoint({"*", tag.removeprefix("W/")})


def _given(request: Request) -> set[str]:
    # SPEC: RFC 9110 section 13.1.2: compared weakly.
    header = request.headers.get("if-none-match")
    return {part.strip().removeprefix("W/") for part in header.split(",")} if header else set()
