"""JSON answers: msgspec structs in, bytes out, and the same structs described in OpenAPI."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.responses import Response

from api.errors import PROBLEM, Problem

JSON: Final = "application/json"
SCHEMAS: Final = "#/components/schemas/{name}"
LEAST_REFUSAL: Final = 400
REFUSED: Final = {
    "type": "urn:mingzhang:problem:cursor.malformed",
    "title": "Not well formed",
    "status": 400,
    "code": "cursor.malformed",
    "detail": "The cursor is not one of ours. Start again from the first page.",
}
_described: dict[str, type] = {"Problem": Problem}


def json_answer(
    data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return ``data`` as JSON."""
    body = msgspec.json.encode(data, enc_hook=str)
    return Response(body, status_code=status, media_type=JSON, headers=dict(headers or {}))


def answers(
    struct: type, example: Any, *, status: int = 200, **refusals: str
) -> dict[int | str, Any]:
    """Return OpenAPI's ``responses`` of a route: what it gives, and that it may refuse.

    ``refusals`` describe single statuses, as ``s404="There is no such entry."``; one below 400
    gives the same as ``status``.
    """
    _described[struct.__name__] = struct
    content = {JSON: {"schema": reference(struct), "example": example}}
    description = (struct.__doc__ or "").strip().partition("\n")[0]
    found: dict[int | str, Any] = {status: {"description": description, "content": content}}
    for name, text in refusals.items():
        code = int(name.removeprefix("s"))
        given = {"description": text, "content": content}
        found[code] = refusal(text) if code >= LEAST_REFUSAL else given
    return found | {"default": refusal("Refused; ``code`` says why.", REFUSED)}


def plain(media: str, description: str, example: Any = None) -> dict[int | str, Any]:
    """Return OpenAPI's ``responses`` of a route that gives something else than JSON."""
    content: dict[str, Any] = {"schema": {"type": "string"}}
    if example is not None:
        content["example"] = example
    return {
        200: {"description": description, "content": {media: content}},
        "default": refusal("Refused; ``code`` says why.", REFUSED),
    }


def takes(struct: type, example: Any) -> dict[str, Any]:
    """Return OpenAPI's ``requestBody`` of a route that parses its body itself."""
    _described[struct.__name__] = struct
    content = {JSON: {"schema": reference(struct), "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def refusal(text: str, example: Any = None) -> dict[str, Any]:
    """Return the description of a problem."""
    content: dict[str, Any] = {"schema": reference(Problem)}
    if example is not None:
        content["example"] = example
    return {"description": text, "content": {PROBLEM: content}}


def reference(struct: type) -> dict[str, str]:
    """Return a reference to a struct's schema."""
    return {"$ref": SCHEMAS.format(name=struct.__name__)}


def schemas() -> dict[str, Any]:
    """Return the schemas of every struct described so far, and of those they name."""
    _, components = msgspec.json.schema_components(
        list(_described.values()), schema_hook=_anything, ref_template=SCHEMAS
    )
    found: dict[str, Any] = _portable(components)
    return found


def _portable(schema: Any) -> Any:
    """Return a schema with its patterns as ECMA-262 spells them, which JSON Schema asks for."""
    match schema:
        case {"pattern": str(pattern), **rest}:
            spelled = pattern.replace(r"\A", "^").replace(r"\Z", "$")
            return {"pattern": spelled, **_portable(rest)}
        case dict():
            return {name: _portable(member) for name, member in schema.items()}
        case list() | tuple():
            return [_portable(item) for item in schema]
        case _:
            return schema


def _anything(_: type) -> dict[str, Any]:
    """Describe what may be any JSON: members of a state, canonical JSON passed on as it is."""
    return {"description": "Any JSON."}
