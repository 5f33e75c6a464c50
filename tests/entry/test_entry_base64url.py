import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import base64url
from ledger.entry.base64url import BadBase64

TEXT = st.text(string.ascii_letters + string.digits + '-_+/=" \\\n.é', max_size=12)


@given(st.binary(max_size=200))
def test_what_is_encoded_decodes_and_equals_the_standard_library(data: bytes) -> None:
    text = base64url.encode(data)
    assert text == base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert base64url.decode(text) == base64url.decode(text.encode()) == data


@given(TEXT)
def test_a_text_is_accepted_only_if_it_is_the_one_spelling_of_its_bytes(text: str) -> None:
    try:
        data = base64url.decode(text)
    except BadBase64:
        assert _loosely(text) is None
    else:
        assert base64url.encode(data) == text


def _loosely(text: str) -> bytes | None:
    """Decode with the standard library; None when the text is not its own re-encoding."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return data if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text else None


@pytest.mark.parametrize(
    "text", ["A", "AB", "AAB", "AA==", "AA=", "A+AA", "A/AA", "AA A", "AAA\n", "\\u0041AA", '"AAA']
)
def test_a_second_spelling_is_refused(text: str) -> None:
    with pytest.raises(BadBase64):
        base64url.decode(text)


@given(st.binary(max_size=40))
def test_a_length_asked_for_is_held_to(data: bytes) -> None:
    text = base64url.encode(data)
    assert base64url.decode(text, len(data)) == data
    with pytest.raises(BadBase64):
        base64url.decode(text, len(data) + 1)
