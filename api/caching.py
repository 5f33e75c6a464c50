"""Conditional requests: an entity tag over what an answer depends on, asked before it is made.

Tags are weak: two answers with one tag mean the same, whatever the compression. What a tag covers
(view versions, the point of history, language, rights, this program) the caller names.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

NO_CACHE: Final = "no-cache"
"""May be kept, but is asked for again before each use."""
PRIVATE: Final = f"private, {NO_CACHE}"
"""The same, by the reader's own browser alone."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
MOST_KEPT: Final = 32 << 20
"""Bytes."""
VARY: Final = "Accept-Language, Cookie"


class Kept:
    """Pages made before, by tag, for readers who are nobody in particular; the newest are kept.

    A tag names all an answer depends on, so what is kept under it is the answer.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[str, Response] = OrderedDict()
        self._lock = Lock()

    def get(self, tag: str) -> Response | None:
        """Return the answer kept under ``tag``."""
        with self._lock:
            if (found := self._kept.get(tag)) is not None:
                self._kept.move_to_end(tag)
        return None if found is None else _copy(found)

    def put(self, tag: str, response: Response) -> None:
        """Keep an answer, and let the oldest go."""
        with self._lock:
            if tag not in self._kept:
                self._kept[tag] = _copy(response)
                self._bytes += len(response.body)
            while self._bytes > self._most:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone.body)


def _copy(response: Response) -> Response:
    # What compresses an answer writes into its headers: each is sent one of its own.
    made = Response(response.body, status_code=response.status_code)
    made.raw_headers = list(response.raw_headers)
    return made


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
    kept: Kept | None = None,
) -> Response:
    """Return 304 when the reader has it already, else ``make()`` with its tag, or what is kept."""
    tag = tag_of(parts)
    headers = {"ETag": tag, "Cache-Control": keep, "Vary": VARY}
    given = _given(request.headers.get("if-none-match", ""))
    if tag.removeprefix("W/") in given:
        return Response(status_code=304, headers=headers)
    response = kept.get(tag) if kept is not None else None
    if response is None:
        response = make()
        response.headers.update(headers)
        if kept is not None:
            kept.put(tag, response)
    # "*" matches whatever there is: what is not there, ``make`` has refused by now.
    return Response(status_code=304, headers=headers) if "*" in given else response


def _given(header: str) -> set[str]:
    # SPEC: RFC 9110 section 13.1.2: compared weakly.
    return {part.strip().removeprefix("W/") for part in header.split(",")}
