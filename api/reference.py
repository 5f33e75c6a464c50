"""``docs/http.md``: every route with its right and its sentence, made from the program."""

from typing import Final

from api.app import routes
from api.errors import STATUS
from api.rights import RIGHTS
from ledger.service.exports.catalogue import GENERATED

_ABOUT: Final = """\
`mingzhang serve` answers HTTP on one address. The interface is described in full, with examples, by
`GET /api/v1/openapi.json`; this page is the overview.

- **Refusals** are RFC 9457 problems (`application/problem+json`). `code` is stable
  ([errors.md](errors.md)); words follow `Accept-Language`; facts never hold personal text.
- **Writing** is `POST /api/v1/prepare` (optional: a client that can build claims needs none of it),
  signing on one's own side, `POST /api/v1/entries`. It is idempotent by `jti`: send the same bytes
  again after any doubt, and the first receipt comes back with 200 instead of 201. A submission
  is at most 2 MiB in all. 409 means that
  somebody wrote first: prepare again, show the person what changed, sign again.
- **Files**: `POST /api/v1/attachments?stream=…` takes the bytes from whoever may attach
  them there now (403 otherwise); what it answers as `file` goes
  into the command `case.attach` or `disclosure_item.attach` within a day. An
  account may send a hundred a minute, each counted once for every mebibyte begun (429 beyond).
  `GET /api/v1/attachments/{index}` gives back what an entry attached, to those who need it.
- **Reading one's own writing**: add `min_size=<index + 1>`; the answer waits up to two seconds for
  the views, then refuses with 503 `projection.behind` and `Retry-After`.
- **Any point of history**: `as_of` takes a size, a day or a time, as on the command line.
- **Pages** of a list follow `Link: rel="next"`. A cursor is pinned to the moment the walk began;
  once the list has another version it is refused with 409 `cursor.stale`.
- **Caching**: whatever can be asked for again has an `ETag` over what it depends on; only health,
  `/metrics`, `/api/v1/events` and pages with a form of one's own have none. Full and partial
  tiles are immutable. Pages for nobody in particular are sent again from memory and may be a
  quarter of a second older than the log; with `min_size` they are not.
- **New entries** come as server-sent events, `GET /api/v1/events`; resume with `Last-Event-ID`.
  A log shorter than that is told with 404 `log.beyond_head`, not waited for.
- **Sealed values** other than those files are not handed out by the API. Pages show those a step
  needs to whoever may take that step now (`/acts?stream=…`), and what was typed from a paper to
  whoever signed it (`/papers/{index}`); to nobody else. What an item says is shown to anybody while
  it is posted, with the field disclosures that open it (`/entries/{index}`), and then no longer.
- **Forms** of every command are at `/acts/new?command=…&stream=…`; they work without script.

A proxy before it must not buffer `/api/v1/events`, and ends TLS. Several processes may serve one
home (`serve --workers N`); one of them brings the views up to date for all.
"""


def http_page() -> str:
    """Return the page."""
    parts = ["# HTTP interface", GENERATED, _ABOUT.strip(), "## Routes"]
    lines = ["| route | for | what |", "|---|---|---|"]
    for (method, path), said in sorted(_said().items(), key=lambda item: item[0][::-1]):
        lines.append(f"| `{method} {path}` | {RIGHTS[method, path].name} | {said} |")
    parts += ["\n".join(lines), "## Statuses"]
    rows = [f"| {status} | {cls.__name__} |" for cls, status in STATUS.items()]
    parts.append("\n".join(["| status | errors of class |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _said() -> dict[tuple[str, str], str]:
    return {
        (method, route.path): (route.endpoint.__doc__ or "").strip().partition("\n")[0]
        for method, route in routes()
    }
