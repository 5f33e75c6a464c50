"""A code and what it is called: packs give the words, acts and rules carry the code alone."""

from typing import Annotated

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code

Label = Annotated[str, Meta(min_length=1, max_length=80)]


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code and what it is called."""

    id: Code
    zh: Label
    en: Label
