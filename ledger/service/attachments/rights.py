"""Who puts a file to a stream, and who reads one, by need: four ways, and nobody else.

1. Whoever may do some act on the stream now that takes reading the matter (``reading.readable``).
2. Whoever signed the paper original whose scan the file is, as an entry of the stream names her.
3. Of a file behind what a committee publishes (class ``published``): whoever oversees its unit.
4. Whoever signed the entry that put it there: it is she who answers for it.

Whoever uploads may attach it there now, by the judgement that offers her the form.
Residents read none: what the public is shown is what was published. Reading leaves no entry; the
threat model says so.
"""

from collections.abc import Iterator
from typing import Final

from ledger.entry.entry import parse_entry
from ledger.errors import NotAuthorised
from ledger.kernel.act import Act
from ledger.kernel.event import PAPER, SPECS
from ledger.rules.attachments import GROUP, Upload, blob_of
from ledger.service.attachments.reading import Kept, attachment
from ledger.service.attachments.taking import upload
from ledger.service.forms.possible import possible, possible_act
from ledger.service.forms.setting import Setting
from ledger.service.ledger import Ledger
from ledger.service.reading.entries import entry_at
from ledger.service.reading.readable import handles
from ledger.service.reading.values import open_groups

OVERSEERS: Final = frozenset({"auditor", "inspector", "supervisor"})


class FileNotYours(NotAuthorised):
    """She has no need to read the file."""

    code = "attachment.not_yours"
    zh = "该附件只给附上它、经办、在原件上签名或监督该单位公开的人查看。如需查看，请与经办人联系。"
    en = (
        "This file is for those who attached it, handle the matter, signed the paper or oversee "
        "what its unit publishes. Ask whoever handles it."
    )


class MayNotAttach(NotAuthorised):
    """She may not put a file to the stream as things stand."""

    code = "attachment.may_not"
    zh = "您的岗位或事项现在的状态不允许在此附件，文件未保存。请由经办人上传。"
    en = "Your posts, or how the matter stands, allow no file here; none was kept. Ask its handler."


def upload_by(
    ledger: Ledger, actor: str, stream: str, data: bytes, said: str | None = None
) -> Upload:
    """Keep a file for a stream, from somebody who may attach it there now.

    Raises:
        MayNotAttach: she may not; or the guard's own refusal, where that alone forbids it.
        LedgerError: as ``upload``.
    """
    command = f"{stream.partition('/')[0]}.attach"
    # Of a stream that takes none, or is not there, ``upload`` says so.
    if command in ledger.registry.commands and ledger.recorder.select_events(stream, limit=1):
        found = possible_act(ledger, actor, stream, command)
        if found is None:
            raise MayNotAttach
        if found.refusal is not None:
            raise found.refusal
    return upload(ledger, stream, data, said, by=actor)


def reads_file(ledger: Ledger, actor: str | None, act: Act) -> bool:
    """Tell whether somebody reads the file an act put to its stream; False where it put none."""
    if actor is None or blob_of(act) is None:
        return False
    return (
        actor == act.actor
        or _oversees(ledger, actor, act)
        or _signed_it(ledger, actor, act)
        or handles(_may(ledger, actor, act.stream))
    )


def read_file(ledger: Ledger, actor: str, index: int) -> tuple[Kept, bytes]:
    """Return a file and what is known of it, to somebody who reads it.

    Raises:
        FileNotYours: she has no need to.
        NotFound, IntegrityFault: as ``attachment``.
    """
    _, act = entry_at(ledger, index)
    if blob_of(act) is not None and not reads_file(ledger, actor, act):
        raise FileNotYours
    return attachment(ledger, index)


def _may(ledger: Ledger, actor: str, stream: str) -> set[str]:
    found = possible(ledger, actor, stream)
    return {each.command for each in found if each.refusal is None and each.judged}


def _oversees(ledger: Ledger, actor: str, act: Act) -> bool:
    group = next(each for each in SPECS[type(act.event)].groups if each.name == GROUP)
    unit = act.event.unit
    if group.data_class != "published" or unit is None:
        return False
    return Setting(ledger, "review.sign", actor).holds(actor, OVERSEERS, unit)


def _signed_it(ledger: Ledger, actor: str, act: Act) -> bool:
    digest = _sealed(ledger, act, GROUP, "digest")
    return digest is not None and any(
        _sealed(ledger, each, PAPER.name, "scan") == digest
        for each in _signed_by(ledger, actor, act.stream)
    )


def _signed_by(ledger: Ledger, actor: str, stream: str) -> Iterator[Act]:
    for row in ledger.recorder.select_events(stream):
        act: Act = ledger.known.streams.mapper.to_domain_event(row)
        paper = act.event.transcribed
        if paper is not None and actor in paper.persons:
            yield act


def _sealed(ledger: Ledger, act: Act, group: str, name: str) -> object:
    index = act.index or 0
    (state,) = ledger.recorder.states(index, index + 1)
    found = open_groups(ledger, index, parse_entry(state).signed.claims).get(group)
    return found.values.get(name) if found is not None else None


def scan_of(ledger: Ledger, act: Act) -> int | None:
    """Return the log index at which the scan was put to the stream an act was typed into."""
    scan = _sealed(ledger, act, PAPER.name, "scan")
    for row in ledger.recorder.select_events(act.stream) if scan else ():
        other: Act = ledger.known.streams.mapper.to_domain_event(row)
        if blob_of(other) is not None and _sealed(ledger, other, GROUP, "digest") == scan:
            return other.index
    return None
