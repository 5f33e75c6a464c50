"""What files are taken as attachments: told by their content, cleaned, their pages counted.

Pictures are written anew without anything but the picture: place, time and device of a photograph
(EXIF, XMP, comments) are nobody's to know. A PDF is kept byte for byte, since it may bear a
signature of its own; what it says of its author stays in it. Not handled: what a file shows.
"""

import io
import warnings
from collections.abc import Callable, Mapping
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.errors import MalformedError
from ledger.rules.attachments import MAX_BYTES, MAX_PAGES

if TYPE_CHECKING:
    from PIL.Image import Image

PDF: Final = "application/pdf"
PICTURES: Mapping[str, str] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
}
"""The pictures taken, as the imaging library calls them."""
_STARTS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (PDF, lambda data: data.startswith(b"%PDF-")),
    ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
    ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    ("image/webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP"),
)
MAX_PIXELS: Final = 75_000_000
"""An A3 page scanned at 600 dpi has 70 million."""


class FileEmpty(MalformedError):
    """There are no bytes."""

    code = "attachment.empty"
    zh = "文件是空的。请另选文件。"
    en = "The file is empty. Choose another."


class FileTooLarge(MalformedError):
    """More bytes, pages or pixels than are taken."""

    code = "attachment.too_large"
    zh = "文件过大：{what}为 {found}，上限 {most}。请压缩或拆分后再附。"
    en = "The file is too large: {found} {what_en}, at most {most}. Make it smaller or split it."


class MediaNotTaken(MalformedError):
    """The content is of none of the types taken."""

    code = "attachment.type"
    zh = "不接受此类文件（按内容判断）。可附：{taken}。请另存为 PDF 或图片。"
    en = "Files of this kind are not taken (told by content). Taken: {taken}. Save it as PDF."


class MediaDiffers(MalformedError):
    """The content is of another type than it was said to be."""

    code = "attachment.type_differs"
    zh = "文件内容是 {found}，与所称的 {said} 不符。请核对后重新上传。"
    en = "The content is {found}, not {said} as it was said to be. Check the file."


class FileBroken(MalformedError):
    """The file cannot be read as what it begins like."""

    code = "attachment.broken"
    zh = "文件损坏，无法按 {media_type} 读取。请重新扫描或导出。"
    en = "The file is damaged: it cannot be read as {media_type}. Scan or export it again."


class FileLocked(MalformedError):
    """A PDF under a password."""

    code = "attachment.locked"
    zh = "该 PDF 设有密码，日后可能无人能打开。请去掉密码后再附。"
    en = "This PDF is under a password nobody may have later. Remove it first."


class Examined(NamedTuple):
    """A file fit to be kept: its bytes, cleaned; media type; pages."""

    data: bytes
    media_type: str
    pages: int


def examine(data: bytes, said: str | None = None) -> Examined:
    """Return a file as it may be kept; ``said`` is the media type its sender claims, if any.

    Raises:
        FileEmpty, FileTooLarge, MediaNotTaken, MediaDiffers, FileBroken, FileLocked.
    """
    if not data:
        raise FileEmpty
    _require_at_most(len(data), MAX_BYTES, "字节数", "bytes")
    found = _type_of(data)
    if found is None:
        raise MediaNotTaken(taken=", ".join(each for each, _ in _STARTS))
    if said is not None and said != found:
        raise MediaDiffers(found=found, said=said[:100])
    if found == PDF:
        return Examined(data, found, _pages(data))
    clean = _picture(data, found)
    _require_at_most(len(clean), MAX_BYTES, "字节数", "bytes")
    return Examined(clean, found, 1)


def measured(data: bytes) -> tuple[str | None, int]:
    """Return media type and pages of a file that was examined when it was taken in."""
    found = _type_of(data)
    return found, _pages(data) if found == PDF else 1


def _type_of(data: bytes) -> str | None:
    return next((each for each, begins in _STARTS if begins(data)), None)


def _require_at_most(found: int, most: int, what: str, what_en: str) -> None:
    if found > most:
        raise FileTooLarge(what=what, what_en=what_en, found=found, most=most)


def _pages(data: bytes) -> int:
    from pypdf import PdfReader  # noqa: PLC0415 - few commands need it, and all would wait

    try:
        with PdfReader(io.BytesIO(data)) as reader:
            locked = reader.is_encrypted
            pages = 0 if locked else len(reader.pages)
    except Exception:  # noqa: BLE001 - whatever a strange file makes the reader raise
        raise FileBroken(media_type=PDF) from None
    if locked:
        raise FileLocked
    if not pages:
        raise FileBroken(media_type=PDF)
    _require_at_most(pages, MAX_PAGES, "页数", "pages")
    return pages


_ONE_AT_A_TIME = BoundedSemaphore(1)
"""A picture of the largest size takes half a gigabyte while it is cleaned."""


def _picture(data: bytes, media_type: str) -> bytes:
    from PIL import Image  # noqa: PLC0415 - few commands need it, and all would wait

    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes: we have a limit of our own
            with Image.open(io.BytesIO(data), formats=[PICTURES[media_type]]) as image:
                _require_at_most(image.width * image.height, MAX_PIXELS, "像素数", "pixels")
                return _clean(image, PICTURES[media_type])
    except FileTooLarge:
        raise
    except Exception:  # noqa: BLE001 - whatever a strange file makes the library raise
        raise FileBroken(media_type=media_type) from None


def _clean(image: "Image", kind: str) -> bytes:
    """Return the picture alone, turned upright as its EXIF said; colours keep their profile."""
    from PIL import ImageOps  # noqa: PLC0415 - few commands need it, and all would wait

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    turned = image.getexif().get(0x0112, 1) != 1
    out = io.BytesIO()
    # Nothing but pixels goes along: the writers take some metadata from ``info`` by themselves.
    upright.info = {}
    options = {} if profile is None else {"icc_profile": profile}
    if kind == "JPEG":
        image.info = {}
        source, quality = (upright, 92) if turned else (image, "keep")
        source.save(out, kind, quality=quality, exif=b"", **options)
    else:
        # Lossless, as a scanned page must stay readable.
        upright.save(out, kind, **({"lossless": True} if kind == "WEBP" else {}), **options)
    return out.getvalue()
