"""Attachments: a file beside the vault that an entry commits to; the same for every aggregate.

The file lies encrypted in the home under a data key of the entry's stream and goes with it. Public
is a random reference alone; what the file is and says is sealed: its digest, media type, size and
number of pages, and what it is called (ADR 0030). Reading and writing files is not
handled here; which media types are taken is for whoever takes them in
(``service.attachments.media``).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from ledger.errors import ConflictError
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Digest, Group, group
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name
from ledger.rules.texts import sealable

NAMES: Final[Mapping[str, Name]] = {"size": Name("文件大小（字节）", "Size of the file in bytes")}
"""What the group's members are called where that is not what they are called elsewhere."""
GROUP: Final = "attachment"
"""The sealed group of every entry with an attachment; also whose data key encrypts the file."""
MAX_BYTES: Final = 16 << 20
MAX_PAGES: Final = 2_000
BlobRef = Annotated[str, Meta(pattern=r"\A[0-9A-HJKMNP-TV-Z]{26}\Z")]
"""The random name of a file in the home."""
FileText = Annotated[
    str,
    Meta(
        pattern=r"\A[0-9A-HJKMNP-TV-Z]{26}:[A-Za-z0-9_-]{43}:[a-z]+/[a-z0-9.+-]+:[1-9][0-9]{0,7}"
        r":[1-9][0-9]{0,3}\Z",
        max_length=200,
    ),
]
"""An upload as commands take it: reference, digest, media type, size and pages, with colons."""
MediaType = Annotated[str, Meta(pattern=r"\A[a-z]+/[a-z0-9.+-]+\Z", max_length=100)]


class AttachedBefore(ConflictError):
    """The file is attached to an entry already: it belongs to one."""

    code = "attachment.attached_before"
    zh = "该文件已附在另一条记录上。请重新上传后再附。"
    en = "This file is attached to an entry already. Upload it again to attach it once more."


class Upload(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A file as it was taken in: its reference, and what an entry will commit to.

    ``digest`` is the base64url SHA-256 of the bytes kept, ``size`` their number.
    """

    blob: BlobRef
    digest: Digest
    media_type: MediaType
    size: Annotated[int, Meta(ge=1, le=MAX_BYTES)]
    pages: Annotated[int, Meta(ge=1, le=MAX_PAGES)]

    @property
    def text(self) -> str:
        """This upload as commands take it."""
        return f"{self.blob}:{self.digest}:{self.media_type}:{self.size}:{self.pages}"


def parse_file(text: str) -> Upload:
    """Return the upload that a ``FileText`` says."""
    blob, digest, media_type, size, pages = text.split(":")
    return Upload(blob=blob, digest=digest, media_type=media_type, size=int(size), pages=int(pages))


class Described(Group, frozen=True, kw_only=True):
    """What a file is, and what it is called."""

    digest: str | None = None
    media_type: str | None = None
    size: int | None = None
    pages: int | None = None
    title: str | None = None


@group(GROUP, data_class="personal", purpose="evidence", years=10, zh="附件", en="File attached")
class Attachment(Described, frozen=True, kw_only=True):
    """A file about a matter that people brought in."""


@group(GROUP, data_class="published", purpose="evidence", years=30, zh="附件", en="File attached")
class Voucher(Described, frozen=True, kw_only=True):
    """A file behind what a committee publishes: a voucher, minutes, a contract."""


D = TypeVar("D", bound=Described)


def described(cls: type[D], text: str, title: str | None) -> D:
    """Return the group that seals a file as typed. Raises: BadText, TextBlank."""
    file = parse_file(text)
    return cls(
        digest=file.digest,
        media_type=file.media_type,
        size=file.size,
        pages=file.pages,
        title=sealable("title", title),
    )


def blob_tag(blob: str) -> Tag:
    """Return the tag of the entry a file is attached to."""
    return Tag(f"blob:{blob}")


def blob_of(act: Act) -> str | None:
    """Return the reference of the file an act attaches, None for acts that attach none."""
    found: str | None = getattr(act.event, "blob", None)
    return found


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the file an act attaches; what ``verify_new`` reads."""
    if (blob := blob_of(act)) is not None:
        yield blob_tag(blob)


def verify_new(blob: str, facts: Facts) -> None:
    """Hold a file to one entry; ``tags`` must have been asked. Raises: AttachedBefore."""
    if facts.about(blob_tag(blob)):
        raise AttachedBefore
