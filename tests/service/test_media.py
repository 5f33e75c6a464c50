"""What is taken as an attachment: told by content, cleaned of all but the picture, counted."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ledger.errors import LedgerError
from ledger.rules.attachments import MAX_BYTES
from ledger.service.attachments import media
from ledger.service.attachments.media import examine
from tests.support.files import CAMERA, a_pdf, a_photo

TAKEN = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def refused(data: bytes, said: str | None = None) -> LedgerError:
    with pytest.raises(LedgerError) as raised:
        examine(data, said)
    for lang in ("zh", "en"):
        assert "?" not in raised.value.text(lang)
    return raised.value


@pytest.mark.parametrize("kind", TAKEN)
def test_a_picture_loses_camera_place_and_comment_and_keeps_its_pixels(kind):
    photo = a_photo(kind)
    found = examine(photo, TAKEN[kind])
    assert CAMERA.encode() in photo
    assert CAMERA.encode() not in found.data
    assert b"by Wang" not in found.data
    assert (found.media_type, found.pages) == (TAKEN[kind], 1)
    with Image.open(io.BytesIO(found.data)) as clean:
        assert (clean.format, clean.size, dict(clean.getexif())) == (kind, (40, 20), {})
        red, _, blue = clean.convert("RGB").getpixel((2, 10))
        assert (red > 200, blue < 50) == (True, True)


def test_a_photograph_taken_on_its_side_is_kept_upright():
    with Image.open(io.BytesIO(examine(a_photo(turned=True)).data)) as clean:
        assert clean.size == (20, 40)
        red, _, blue = clean.getpixel((10, 2))
        assert (red > 200, blue < 50) == (True, True)


@pytest.mark.parametrize("pages", [1, 3])
def test_a_pdf_is_kept_byte_for_byte_and_its_pages_counted(pages):
    data = a_pdf(pages)
    assert examine(data) == (data, "application/pdf", pages)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "attachment.empty"),
        (b"MZ\x90\x00", "attachment.type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment.type"),
        (b"GIF89a", "attachment.type"),
        (a_photo()[:60], "attachment.broken"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "attachment.broken"),
        (b"%PDF-1.7\nnothing", "attachment.broken"),
        (a_pdf(0), "attachment.broken"),
        (a_pdf(1, password="secret"), "attachment.locked"),
        (b"%PDF-" + b"x" * MAX_BYTES, "attachment.too_large"),
    ],
)
def test_what_is_not_taken_is_refused_with_what_to_do(data, code):
    assert refused(data).code == code


def test_a_name_for_something_else_is_refused():
    assert refused(a_pdf(), "image/png").code == "attachment.type_differs"


def test_a_picture_that_unfolds_to_too_many_pixels_is_refused_unopened(monkeypatch):
    monkeypatch.setattr(media, "MAX_PIXELS", 799)
    assert refused(a_photo()).facts["found"] == 800


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch):
    monkeypatch.setattr(media, "MAX_PAGES", 2)
    assert refused(a_pdf(3)).code == "attachment.too_large"


@given(
    st.sampled_from([a_photo(), a_photo("PNG"), a_photo("WEBP"), a_pdf()]),
    st.integers(0, 10_000),
    st.binary(min_size=1, max_size=8),
)
def test_damaged_files_are_taken_or_refused_and_never_crash(data, place, damage):
    place %= len(data)
    try:
        found = examine(data[:place] + damage + data[place + len(damage) :])
    except LedgerError:
        return
    assert found.pages >= 1
