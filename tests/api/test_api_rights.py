"""Every route stands in one rights table; each role gets what the table gives it, no more."""

import pytest
from starlette.testclient import TestClient

from api.app import make_app, routes
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
from api.session import SESSION
from ledger.errors import NotAuthorised
from tests.support.office import Office
from tests.support.staff import employ, session_of

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


def filled(path: str) -> str:
    """Return a path whose names are something."""
    for name in ("{index}", "{path:path}", "{stream:path}", "{actor:path}", "{digest}", "{jti}"):
        path = path.replace(name, "0")
    return path.replace("{name}", "0")


def test_every_route_asked_in_each_post_gives_what_the_table_says(office: Office) -> None:
    """Of those not public, over HTTP: whoever holds a post gets past the table, or is refused."""
    asked = [(route, right) for route, right in RIGHTS.items() if right is not PUBLIC]
    hands = {
        role: employ(office, role, role) for role in ROLES if role not in {"registrar", "kiosk"}
    }
    hands["registrar"] = office.registrars[0]
    with TestClient(make_app(office.ledger)) as client:
        for role, hand in hands.items():
            client.cookies.set(SESSION, session_of(office, hand))
            for (method, path), right in asked:
                answer = client.request(method, filled(path), follow_redirects=False)
                refused = answer.status_code == 403 and "request.not_your_right" in answer.text
                hers = right.roles is None or role in right.roles
                assert refused is not hers, (role, method, path)
                assert answer.status_code != 401, (role, method, path)


@pytest.mark.parametrize(("route", "right"), RIGHTS.items())
def test_who_is_not_signed_in_is_refused_by_every_other_route(
    demo: TestClient, route: tuple[str, str], right: object
) -> None:
    method, path = route
    if path.endswith("/events"):
        pytest.skip("an endless answer; asked in test_api_workers")
    status = demo.request(method, filled(path), follow_redirects=False).status_code
    assert (status == 401) is (right is not PUBLIC)
