"""Who may use which route: one table, tested role by role.

A route that is missing here, or stands here and does not exist, keeps the program from starting.
Rights come from posts held at that moment, never from the account. Public members of entries are
made to be read by the whole village (docs/spec/entry.md), so single entries, streams and
boards are public; entry bundles, which hand out everybody's acts at once, are for those who audit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from api.errors import NotYourRight, SignInRequired
from ledger.errors import NotAuthorised


@dataclass(frozen=True)
class Right:
    """What it takes: nobody in particular, anybody signed in, or one of some posts."""

    name: str
    signed_in: bool = True
    roles: frozenset[str] | None = None


PUBLIC: Final = Right("public", signed_in=False)
SIGNED_IN: Final = Right("signed in")
AUDITOR: Final = Right(
    "auditor", roles=frozenset({"registrar", "auditor", "monitor", "inspector", "supervisor"})
)
REGISTRAR: Final = Right("registrar", roles=frozenset({"registrar"}))

Route = tuple[str, str]
"""Method and path template."""

PAGES: Mapping[str, Right] = {
    "/": PUBLIC,
    "/boards": PUBLIC,
    "/boards/{name}": PUBLIC,
    "/boards/{name}/rows/{number}": PUBLIC,
    "/boards/{name}/replay": PUBLIC,
    "/by/{actor:path}": AUDITOR,  # one person's acts together are hers more than each is
    "/cases/{case}": PUBLIC,
    "/certificates": PUBLIC,
    "/entries/{index}": PUBLIC,
    "/integrity": PUBLIC,
    "/kiosk": PUBLIC,
    "/me": SIGNED_IN,
    "/me/done": SIGNED_IN,  # her own acts, and nobody else's
    "/progress": PUBLIC,
    "/receipts/{jti}": PUBLIC,
    "/register": PUBLIC,
    "/replay": PUBLIC,
    "/replay/{stream:path}": PUBLIC,
    "/residents": PUBLIC,
    "/supervision": PUBLIC,
    "/tour": PUBLIC,
    "/tour/{step}": PUBLIC,
}
"""Pages; the twin of each, which holds the same in JSON, has the same right."""


def twin_of(path: str) -> str:
    """Return where the twin of a page is."""
    return f"{'/index' if path == '/' else path}.json"


RIGHTS: Mapping[Route, Right] = {
    **{("GET", path): right for path, right in PAGES.items()},
    **{("GET", twin_of(path)): right for path, right in PAGES.items()},
    ("GET", "/acts"): SIGNED_IN,
    ("GET", "/acts/new"): SIGNED_IN,
    ("POST", "/acts/new"): PUBLIC,  # asks who signs in itself: a form whose session ended is kept
    ("GET", "/papers/{index}"): SIGNED_IN,  # and named there as one who signed the paper
    ("GET", "/enrol"): REGISTRAR,
    ("POST", "/enrol"): REGISTRAR,
    ("GET", "/me/key"): SIGNED_IN,
    ("POST", "/api/v1/enrolments"): SIGNED_IN,
    ("GET", "/manner"): PUBLIC,
    ("GET", "/sign-in"): PUBLIC,
    ("POST", "/sign-in"): PUBLIC,
    ("POST", "/sign-in/as"): PUBLIC,  # only a demonstration has it
    ("POST", "/sign-out"): PUBLIC,
    ("GET", "/static/{name}"): PUBLIC,
    ("GET", "/log/consistency/{old}/{new}"): PUBLIC,
    ("GET", "/api/v1/attachments/{index}"): SIGNED_IN,  # and by need: service.attachments.rights
    ("POST", "/api/v1/attachments"): SIGNED_IN,
    ("GET", "/api/v1/boards"): PUBLIC,
    ("GET", "/api/v1/boards/{name}"): PUBLIC,
    ("GET", "/api/v1/entries"): PUBLIC,
    ("POST", "/api/v1/entries"): PUBLIC,  # what is submitted is signed: the signature is the right
    ("GET", "/api/v1/entries/{index}"): PUBLIC,
    ("GET", "/api/v1/entries/{index}.tlog-proof"): PUBLIC,
    ("GET", "/api/v1/events"): PUBLIC,
    ("GET", "/api/v1/openapi.json"): PUBLIC,
    ("GET", "/api/v1/obligations"): PUBLIC,
    ("GET", "/api/v1/packs"): PUBLIC,
    ("GET", "/api/v1/packs/{digest}"): PUBLIC,
    ("GET", "/api/v1/packs/{digest}/{path:path}"): PUBLIC,
    ("POST", "/api/v1/prepare"): PUBLIC,  # a draft carries no authority; limited by place
    ("GET", "/api/v1/receipts/{jti}"): PUBLIC,
    ("GET", "/api/v1/register"): PUBLIC,
    ("GET", "/api/v1/register/stats"): PUBLIC,
    ("GET", "/api/v1/replay/{stream:path}"): PUBLIC,
    ("GET", "/api/v1/streams/{stream:path}"): PUBLIC,
    ("GET", "/boards/{name}/rows.{form}"): PUBLIC,
    ("GET", "/copies"): AUDITOR,
    ("GET", "/copies.zip"): AUDITOR,
    ("GET", "/evidence/{stream:path}.zip"): PUBLIC,  # of public members; sealed values stay here
    ("GET", "/feed.atom"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/log/checkpoint"): PUBLIC,
    ("GET", "/log/genesis"): PUBLIC,
    ("GET", "/log/vkey"): PUBLIC,
    ("GET", "/log/tile/entries/{path:path}"): AUDITOR,
    ("GET", "/log/tile/{path:path}"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
}


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who asks: an actor with the roles she holds today; nobody when ``actor`` is None."""

    actor: str | None = None
    roles: frozenset[str] = frozenset()


NOBODY: Final = Viewer()


def verify_right(right: Right, viewer: Viewer) -> Viewer:
    """Return ``viewer`` when ``right`` is hers.

    Raises:
        SignInRequired: nobody is signed in, and somebody must be.
        NotYourRight: none of her posts gives the right.
    """
    if right.signed_in and viewer.actor is None:
        raise SignInRequired
    if right.roles is not None and viewer.roles.isdisjoint(right.roles):
        held = ", ".join(sorted(viewer.roles)) or "-"
        raise NotYourRight(roles=" / ".join(sorted(right.roles)), held=held)
    return viewer


def allowed(right: Right, viewer: Viewer) -> bool:
    """Tell whether ``right`` is the viewer's."""
    try:
        verify_right(right, viewer)
    except NotAuthorised:
        return False
    return True


_METHODS: Final = frozenset({"HEAD", "OPTIONS"}) | {method for method, _ in RIGHTS}


def known_method(method: str) -> str:
    """Return the method of a request, or ``other`` for one no route here takes.

    Whoever asks chooses it, at any length: what is counted, kept or logged goes by this.
    """
    return method if method in _METHODS else "other"


def verify_table(routes: Iterable[Route], table: Mapping[Route, Right] = RIGHTS) -> None:
    """Hold the table to the routes there are.

    Raises:
        TypeError: a route without a right, or a right without a route; a bug here.
    """
    found = set(routes)
    if missing := found - table.keys():
        raise TypeError(f"routes without a right: {sorted(missing)}")
    if idle := table.keys() - found:
        raise TypeError(f"rights without a route: {sorted(idle)}")
