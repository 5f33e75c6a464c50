"""Whatever is submitted, the answer is a receipt or a LedgerError, and the store stays whole."""

from collections.abc import Iterator
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.entry import base64url, ids
from ledger.entry.disclosure import seal
from ledger.entry.entry import parse_entry
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError
from ledger.kernel.registry import Registry
from ledger.service.acts.submit import submit
from tests.service.spoiling import request, signed
from tests.support.office import Office, copied, counts
from tests.support.soundness import require_sound
from tests.support.trust import a_key

_MANY = settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def target(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office to throw things at; it must be whole when all is done."""
    office = copied(founded, tmp_path_factory.mktemp("target") / "home")
    office.a_case()
    yield office
    office.ledger.close()
    require_sound(office.path, rules=True)


def throw(office: Office, sent: list[bytes]) -> None:
    before = counts(office.path)
    try:
        receipt = submit(office.ledger, sent)
    except LedgerError:
        assert counts(office.path) == before
        return
    added = 0 if receipt.again else len(receipt.entries)
    assert counts(office.path)["entry"] == before["entry"] + added


# Bytes ----------------------------------------------------------------------------------------


@_MANY
@given(st.lists(st.binary(max_size=200), max_size=3))
def test_any_bytes(target: Office, sent: list[bytes]) -> None:
    throw(target, sent)


_CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["flip", "drop", "insert", "cut", "copy"]),
        st.integers(1, 255),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@_MANY
@given(_CHANGES)
def test_a_good_submission_with_changed_bytes(target: Office, changes: Any) -> None:
    sent = bytearray(request(target))
    for where, how, value in changes:
        at = int(where * len(sent)) if sent else 0
        match how:
            case "flip" if sent:
                sent[at] ^= value
            case "drop":
                del sent[at : at + value]
            case "insert":
                sent.insert(at, value)
            case "cut":
                del sent[at:]
            case "copy":
                sent[at:at] = sent[at : at + value]
    throw(target, [bytes(sent)])


# Signed by someone who may --------------------------------------------------------------------

_TELLING = (
    "2026-02-30", "2026-03-02", "9999-12-31", "registrar", "cn-base@2026.1", "A" * 43, "x" * 90,
)  # fmt: skip
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(_TELLING)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["pack", "rule", "unit", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def keys(office: Office) -> dict[str, PrivateKey]:
    """Return every key in use here by thumbprint."""
    founders = {a_key(label).kid: a_key(label) for label in ("an", "bo")}
    return founders | {hand.who.kid: cast("PrivateKey", hand.key) for hand in office.hands.values()}


def sealed_of(registry: Registry, type_: str) -> tuple[dict[str, Any] | None, list[bytes]]:
    """Return digests and disclosures of every group a type seals, all values null."""
    groups = registry.spec(type_).groups
    if not groups:
        return None, []
    digests, made = seal({group.name: dict.fromkeys(group.fields) for group in groups})
    texts = [each.text.encode() for group in made.values() for each in group]
    return {name: {"_sd": list(found)} for name, found in digests.items()}, texts


@_MANY
@given(st.data())
def test_a_true_signature_over_changed_claims(target: Office, data: st.DataObject) -> None:
    """Every type the log holds, a member exchanged for whatever, signed by who signed it once."""
    ledger = target.ledger
    states = ledger.recorder.states(0, target.size)
    original = parse_entry(data.draw(st.sampled_from(states))).signed
    _, _, payload = original.jws.partition(b".")
    claims = msgspec.json.decode(base64url.decode(payload.partition(b".")[0]))
    claims["jti"] = ids.new_id()
    claims["iat"] = target.clock.now_ms() // 1000
    claims["occ"] = "2026-03-02"
    if data.draw(st.booleans()):
        aggregate = claims["stream"].partition("/")[0]
        if aggregate not in {"log", "key", "pack"}:
            claims["stream"] = f"{aggregate}/{ids.new_id()}"
    stream = ledger.known.stream(claims["stream"])
    claims["seq"], claims["prev"] = stream.version + 1, stream.tip
    sealed, disclosures = sealed_of(ledger.registry, claims["type"])
    if sealed is not None:
        claims["sealed"] = sealed
    within = claims["pub"] if data.draw(st.integers(0, 4)) else claims
    members = sorted(within)
    if members:
        within[data.draw(st.sampled_from(members))] = data.draw(_VALUES)
    try:
        encoded = msgspec.json.encode(claims, order="sorted")
    except UnicodeEncodeError:
        return
    key = data.draw(st.sampled_from([keys(target)[original.kid], a_key("an"), a_key("bo")]))
    throw(target, [signed(encoded, key, disclosures)])
