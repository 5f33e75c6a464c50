"""Every route stands in one rights table; each role gets what the table gives it, no more."""

import pytest
from starlette.testclient import TestClient

from api.app import routes
from api.errors import NotYourRight, SignInRequired
from api.rights import (
    AUDITOR,
    NOBODY,
    PUBLIC,
    RIGHTS,
    SIGNED_IN,
    Viewer,
    verify_right,
    verify_table,
)
from ledger.errors import NotAuthorised

ROUTES = [(method, route.path) for method, route in routes()]


def test_the_table_and_the_routes_name_each_other() -> None:
    verify_table(ROUTES)


def test_a_route_without_a_right_keeps_the_program_from_starting() -> None:
    with pytest.raises(TypeError, match="without a right"):
        verify_table([*ROUTES, ("GET", "/new")])


def test_a_right_without_a_route_keeps_the_program_from_starting() -> None:
    with pytest.raises(TypeError, match="without a route"):
        verify_table(ROUTES[1:])


ROLES = ("registrar", "auditor", "monitor", "inspector", "supervisor", "intake_clerk", "kiosk")


@pytest.mark.parametrize("role", ROLES)
def test_bundles_are_for_those_who_audit(role: str) -> None:
    viewer = Viewer(actor="person/X", roles=frozenset({role}))
    if role in {"intake_clerk", "kiosk"}:
        with pytest.raises(NotYourRight):
            verify_right(AUDITOR, viewer)
    else:
        assert verify_right(AUDITOR, viewer) is viewer


def test_nobody_has_public_rights_only() -> None:
    assert verify_right(PUBLIC, NOBODY) is NOBODY
    for right in (SIGNED_IN, AUDITOR):
        with pytest.raises(SignInRequired):
            verify_right(right, NOBODY)


def test_somebody_without_a_post_has_no_more_than_her_sign_in() -> None:
    viewer = Viewer(actor="person/X")
    assert verify_right(SIGNED_IN, viewer) is viewer
    with pytest.raises(NotAuthorised):
        verify_right(AUDITOR, viewer)


@pytest.mark.parametrize(("route", "right"), RIGHTS.items())
def test_who_is_not_signed_in_is_refused_by_every_other_route(
    demo: TestClient, route: tuple[str, str], right: object
) -> None:
    method, path = route
    if path.endswith("/events"):
        pytest.skip("an endless answer; asked in test_api_events")
    for name in ("{index}", "{path:path}", "{stream:path}", "{digest}", "{jti}", "{name}"):
        path = path.replace(name, "0")
    status = demo.request(method, path, follow_redirects=False).status_code
    assert (status == 401) is (right is not PUBLIC)
