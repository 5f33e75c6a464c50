"""What HTTP itself promises: HEAD is GET without its body, conditional requests, lasting tags."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from api.rights import PUBLIC, RIGHTS
from api.serving.webassets import ensure


@pytest.mark.parametrize(
    "path",
    ["/", "/boards", "/entries/0", "/api/v1/entries/0", "/log/checkpoint", "/static/app.css"],
)
def test_head_is_get_without_its_body(demo: TestClient, path: str) -> None:
    path = path.replace("/static/app.css", ensure()["app.css"])
    asked, told = demo.get(path), demo.head(path)
    assert told.status_code == asked.status_code == 200
    assert told.content == b""
    for name in ("content-type", "etag", "content-length"):
        assert told.headers.get(name) == asked.headers.get(name), name


def test_head_of_what_never_ends_ends(demo: TestClient) -> None:
    told = demo.head("/api/v1/events")
    assert (told.status_code, told.content) == (200, b"")


def test_head_of_what_is_not_there_or_not_hers_is_refused_as_get_is(demo: TestClient) -> None:
    assert demo.head("/nowhere").status_code == 404
    assert demo.head("/me").status_code == 401
    assert demo.head("/api/v1/prepare").status_code == 405


UNTAGGED = {"/healthz", "/readyz", "/metrics", "/api/v1/events", "/sign-in", "/manner"}


def test_whatever_anybody_may_ask_again_is_not_sent_again(demo: TestClient) -> None:
    """Of every route the table gives to anybody, but those that are of the moment."""
    case = demo.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    names = {
        "name": "cases", "number": 0, "form": "csv", "case": case[5:], "index": 300,
        "jti": demo.get("/api/v1/entries/300").json()["jti"], "stream": case, "step": "rules",
        "digest": demo.get("/api/v1/packs").json()["adoptions"][0]["digest"],
        "path": "pack.toml", "old": 10, "new": 20,
    }  # fmt: skip
    one = {"/static/{name}": ensure()["app.css"], "/log/tile/{path:path}": "/log/tile/0/000"}
    for method, path in (route for route, right in RIGHTS.items() if right is PUBLIC):
        if method != "GET" or path in UNTAGGED:
            continue
        filled = one.get(path) or path.replace(":path}", "}").format_map(names)
        told = demo.get(filled)
        assert told.status_code == 200, filled
        again = demo.get(filled, headers={"If-None-Match": told.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), filled


def test_any_tag_matches_what_is_there_and_nothing_else(demo: TestClient) -> None:
    whatever = {"If-None-Match": "*"}
    assert demo.get("/entries/0", headers=whatever).status_code == 304
    for path in ("/entries/999999", "/cases/00000000000000000000000000", "/boards/none"):
        assert demo.get(path, headers=whatever).status_code == 404, path


def test_a_style_sheet_has_one_tag_in_every_process(demo: TestClient) -> None:
    path = ensure()["app.css"]
    tag = demo.get(path).headers["etag"]
    asked = (
        "from starlette.requests import Request; from api.routes.static import static;"
        f"scope={{'type':'http','method':'GET','path':{path!r},'headers':[],'query_string':b''}};"
        f"print(static(Request(scope), {path.rpartition('/')[2]!r}).headers['etag'])"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == tag
