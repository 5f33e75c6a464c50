"""Nothing an outsider can send makes a 500 or a hang: cases drawn from the specification.

Valid and invalid ones by turns; ``make test`` asks 1,000, ``make torture`` 50,000.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from api.errors import PROBLEM

SENT = ("method", "url", "params", "headers", "json", "data")
ENDLESS = {"/api/v1/events"}


@pytest.fixture(scope="module")
def patient(demonstration: TestClient) -> Any:
    """The demonstration, which does not wait for what never comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.deps.WAIT_SECONDS", 0.0)
        yield demonstration


def operations(client: TestClient) -> list[Any]:
    document = client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    found = [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if operation.path not in ENDLESS]


def ask(client: TestClient, operation: Any, mode: GenerationMode, cases: int) -> int:
    asked = 0

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=cases < 1_000,
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


def run(client: TestClient, total: int, say: Callable[[str], None] = lambda _: None) -> int:
    every = operations(client)
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    each, asked = -(-total // (len(every) * len(modes))), 0
    for operation in every:
        for mode in modes:
            asked += ask(client, operation, mode, each)
    say(f"{asked} cases over {len(every)} operations")
    return asked


def test_no_case_of_the_specification_makes_an_internal_error(patient: TestClient) -> None:
    assert run(patient, 1_000) >= 500


@pytest.mark.torture
def test_no_case_of_many_makes_an_internal_error(patient: TestClient) -> None:
    assert run(patient, 50_000, print) >= 25_000
