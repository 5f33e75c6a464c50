"""Nothing an outsider can send makes a 500 or a hang: cases of the specification, and of pages.

Valid and invalid ones by turns; ``make test`` asks 1,000, ``make torture`` 50,000.
"""

import re
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from api.errors import PROBLEM
from api.rights import PAGES, twin_of
from api.session import Tries
from tests.support.tally import tally

SENT = ("method", "url", "params", "headers", "json", "data")
ENDLESS = {"/api/v1/events"}


@pytest.fixture(scope="module")
def patient(demonstration: TestClient) -> Any:
    """The demonstration, which does not wait for what never comes, and counts nobody's tries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.deps.WAIT_SECONDS", 0.0)
        patch.setattr(Tries, "take", lambda _tries, _place: None)
        yield demonstration


def operations(client: TestClient) -> list[Any]:
    document = client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    found = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if operation.path not in ENDLESS]


def ask(client: TestClient, operation: Any, mode: GenerationMode, cases: int, *, same: bool) -> int:
    asked = 0

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=same,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        nonlocal asked
        asked += 1
        sent = case.as_transport_kwargs(base_url="http://testserver")
        wanted = {name: sent[name] for name in SENT if sent.get(name) is not None}
        if isinstance(wanted.get("data"), bytes):
            wanted["content"] = wanted.pop("data")
        verify_answer(client.request(**wanted))

    with suppress(Unsatisfiable):  # what takes nothing can be given nothing wrong
        one()
    return asked


def verify_answer(answer: Any) -> None:
    status = answer.status_code
    assert status < 500 or status == 503, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["status"] == status
        assert answer.json()["code"] != "request.unexpected"


def run(client: TestClient, total: int, *, same: bool = False) -> int:
    """Ask ``total`` cases; ``same`` asks those of every run, once, though some take fewer."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    left, asked = [(each, mode) for each in operations(client) for mode in modes], 0
    while left and asked < total:
        cases, taken = -(-(total - asked) // len(left)), []
        for operation, mode in left:
            given = ask(client, operation, mode, cases, same=same)
            asked += given
            if given == cases and not same:
                taken.append((operation, mode))
        left = taken
    return asked


def test_no_case_of_the_specification_makes_an_internal_error(patient: TestClient) -> None:
    assert run(patient, 1_800, same=True) >= 1_000


@pytest.mark.torture
def test_no_case_of_many_makes_an_internal_error(patient: TestClient) -> None:
    asked = run(patient, 50_000)
    assert asked >= 50_000
    tally("requests to the HTTP interface, valid and invalid by turns", "no internal error", asked)


FIELDS = (
    "as_of",
    "at",
    "back",
    "code",
    "cursor",
    "kind",
    "lang",
    "overdue",
    "state",
    "stream",
    "unit",
)
ODD = (
    "",
    "0",
    "-1",
    "343",
    "99999999999999999999",
    "true",
    "2026-03-20",
    "case/",
    "\x00",
    "٣",
    "'\"<>",
)
TYPED = st.one_of(st.sampled_from(ODD), st.text(max_size=40))
PARTS = st.one_of(TYPED, st.just("cases"), st.just("log/ledger.example/520602"))


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(
    path=st.sampled_from([*PAGES, *map(twin_of, PAGES), "/manner", "/sign-in", "/static/{name}"]),
    part=PARTS,
    query=st.dictionaries(st.sampled_from(FIELDS), TYPED, max_size=4),
    page=st.booleans(),
)
def test_no_page_fails_whatever_is_typed(
    patient: TestClient, path: str, part: str, query: dict[str, str], page: bool
) -> None:
    filled = re.sub(r"\{[^}]*\}", lambda _: quote(part, safe="/"), path)
    accept = "text/html" if page else "application/json"
    answer = patient.get(filled, params=query, headers={"Accept": accept}, follow_redirects=False)
    assert answer.status_code < 500, (filled, query, answer.text[-2000:])
