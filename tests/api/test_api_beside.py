"""A server beside other processes: what they record counts here, for rights and boards alike."""

from datetime import timedelta

from starlette.testclient import TestClient

from api.remembered import standing_of
from ledger.aggregates.post import EndPost
from ledger.service.directory import posts_held
from ledger.service.ledger import look, today
from ledger.service.office import Hand, do
from tests.support.office import Office
from tests.support.staff import employ, session_of

BUNDLE = "/log/tile/entries/000.p/5"


def ended_elsewhere(office: Office, of: Hand) -> int:
    """End somebody's post in another process, from tomorrow; let it be so; return the size."""
    beside = office.opened_beside()
    (post,) = posts_held(beside.ledger, of.who.actor)
    day = today(beside.ledger) + timedelta(days=1)
    do(beside.ledger, office.registrars[0],
       EndPost(stream=post.stream, effective_from=day.isoformat()))  # fmt: skip
    size = beside.size
    beside.ledger.close()
    office.clock.wait(86_400_000)
    return size


def test_a_post_ended_by_another_process_is_over_here_and_gives_no_right(
    client: TestClient, office: Office
) -> None:
    inspector = employ(office, "inspector", "inspector", keeps=False)
    client.cookies.set("mz_session", session_of(office, inspector))
    assert client.get(BUNDLE).status_code == 200

    def standing(size: int) -> str:
        office.ledger.follower.catch_up()  # how fast views are made is not the question
        rows = client.get(f"/api/v1/boards/posts?min_size={size}").json()["rows"]
        return str(next(row["standing"] for row in rows if row["holder"] == inspector.who.actor))

    assert standing(office.size) == "held"
    assert standing(ended_elsewhere(office, inspector)) == "over"
    assert client.get(BUNDLE).status_code == 403


def test_what_another_process_erased_is_in_no_page_remembered(
    client: TestClient, office: Office
) -> None:
    stream = office.a_case()
    surface = client.app.state.surface  # type: ignore[attr-defined]
    office.ledger.follower.catch_up()
    path = f"/api/v1/boards/posts?min_size={office.size}"
    tag = client.get(path).headers["etag"]
    assert client.get(path).headers["etag"] == tag
    before = standing_of(surface)
    beside = office.opened_beside()
    beside.ledger.keystore.erase([(stream, "reporter")])
    beside.ledger.close()
    look(office.ledger)
    assert standing_of(surface) != before
    assert client.get(path).headers["etag"] != tag
