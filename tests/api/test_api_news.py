"""What is new: events to those who watch, figures for operators; the feed: ``test_api_feed``."""

import asyncio
import json

import jsonschema_rs
from starlette.testclient import TestClient

from api.deps import Surface
from api.rights import PAGES, RIGHTS, twin_of
from api.routes.events import _told
from ledger.projections import register
from ledger.store.views.source import label_of
from tests.support.office import Office


def test_a_watcher_is_told_of_what_is_recorded_meanwhile(
    client: TestClient, office: Office
) -> None:
    surface: Surface = client.app.state.surface  # type: ignore[attr-defined]
    before = office.size

    async def first() -> bytes:
        async for chunk in _told(surface, before):
            if chunk.startswith(b"event: entries"):
                return chunk
        raise AssertionError("it ended")

    case = office.a_case()
    assert client.portal is not None
    chunk = client.portal.call(asyncio.wait_for, first(), 20)
    lines = dict(line.split(": ", 1) for line in chunk.decode().strip().split("\n"))
    told = json.loads(lines["data"])
    assert int(lines["id"]) == told["size"] == office.size
    assert [each["stream"] for each in told["entries"]] == [case]


def test_who_saw_more_than_there_is_is_told_so_and_not_left_waiting(
    demo: TestClient, size: int
) -> None:
    for asked in ({"headers": {"Last-Event-ID": f"{size + 1}"}}, {"params": {"after": size + 1}}):
        answer = demo.get("/api/v1/events", **asked)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (404, "log.beyond_head")


def test_watchers_are_let_go_when_the_server_ends(client: TestClient, office: Office) -> None:
    surface: Surface = client.app.state.surface  # type: ignore[attr-defined]

    async def everything() -> list[bytes]:
        surface.news.close()
        return [chunk async for chunk in _told(surface, office.size)]

    assert client.portal is not None
    assert client.portal.call(asyncio.wait_for, everything(), 20) == [b"retry: 3000\n\n"]


def test_figures_count_routes_not_addresses(demo: TestClient, size: int) -> None:
    demo.get("/api/v1/entries/17")
    text = demo.get("/metrics").text
    assert 'route="/api/v1/entries/{index}"' in text
    assert "/entries/17" not in text
    assert f'mingzhang_log_size{{worker="1"}} {size}.0' in text
    assert f'mingzhang_view_behind{{view="{label_of(register.view)}",worker="1"}} 0.0' in text


def test_readiness_tells_the_sizes(demo: TestClient, size: int) -> None:
    found = demo.get("/readyz").json()
    assert found == {"ready": True, "size": size, "shown": size, "why": None}


def test_every_example_of_the_specification_is_of_its_schema(demo: TestClient) -> None:
    document = demo.get("/api/v1/openapi.json").json()
    components = {"components": document["components"]}
    seen = 0
    for operations in document["paths"].values():
        for operation in operations.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (body.get("content", {}) for body in bodies):
                for media in content.values():
                    if "example" in media and "$ref" in media["schema"]:
                        validator = jsonschema_rs.validator_for(media["schema"] | components)
                        errors = [str(error) for error in validator.iter_errors(media["example"])]
                        assert not errors, errors
                        seen += 1
    assert seen > 10


FORMS = {
    "/acts", "/acts/new", "/papers/{index}", "/enrol", "/me/key", "/manner", "/sign-in",
    "/sign-in/as", "/sign-out", "/copies", "/copies.zip", "/static/{name}", "/api/v1/openapi.json",
}  # fmt: skip
"""What answers people with pages, and files of pages."""
BINARY = {"application/octet-stream", "application/zip"}


def test_whatever_answers_programs_is_in_the_specification(demo: TestClient) -> None:
    document = demo.get("/api/v1/openapi.json").json()
    described = {
        (method.upper(), path) for path, found in document["paths"].items() for method in found
    }
    pages = {*PAGES, *map(twin_of, PAGES)} | FORMS
    wanted = {(method, path.replace(":path", "")) for method, path in RIGHTS if path not in pages}
    assert described == wanted
    assert ".json" in document["info"]["description"]


def test_every_parameter_body_and_answer_of_the_specification_has_an_example(
    demo: TestClient,
) -> None:
    document = demo.get("/api/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for each in operation.get("parameters", ()):
                assert each["schema"].get("examples") or each.get("examples"), (path, each["name"])
            bodies = [operation.get("requestBody", {})]
            bodies += [found for code, found in operation["responses"].items() if code < "3"]
            for media, content in ((m, c) for b in bodies for m, c in b.get("content", {}).items()):
                assert media in BINARY or "example" in content, (method, path, media)
