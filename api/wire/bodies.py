"""JSON bodies, parsed by the struct that describes them."""

import re
from typing import TypeVar

import msgspec
from starlette.requests import Request

from api.errors import BadRequest, BodyTooLarge

T = TypeVar("T")
_PATH = re.compile(r"`(\$[^`]*)`\Z")


async def read_body(request: Request, most: int) -> bytes:
    """Return a body of at most ``most`` bytes, reading no further. Raises: BodyTooLarge."""
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            raise BodyTooLarge(limit=most)
    return bytes(read)


def parse_body(data: bytes, struct: type[T]) -> T:
    """Return a JSON body as ``struct``.

    Raises: BadRequest, naming the place; what stands there may be personal and is not quoted.
    """
    try:
        return msgspec.json.decode(data, type=struct, strict=True)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        where = found[1] if found else "$"
        raise BadRequest(where=where[:100], why="schema") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest(where="body", why="JSON") from None
