"""A form filled in from a paper original (代录): who may have signed it, and its scan on the way.

The fields are ``paper.box``, ``paper.number``, ``paper.names``, ``paper.persons`` (ids, with spaces
between) and ``paper.scan``. Where files may be put to the stream the scan is kept at once and put
to it in the same submission as the act; elsewhere its digest alone is sealed, and the office keeps
the file. Not handled: what a paper may say of itself (``rules.paper``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from ledger.entry import ids
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Digest
from ledger.rules.attachments import MAX_BYTES, FileText, Upload, parse_file
from ledger.rules.paper import Original
from ledger.rules.posts import Appointment
from ledger.service.acts.commands import BadValue, parse_command
from ledger.service.acts.misfits import misfit
from ledger.service.attachments.media import FileTooLarge
from ledger.service.attachments.rights import MayNotAttach
from ledger.service.attachments.taking import digest_of, upload
from ledger.service.directory import everybody, posts_held
from ledger.service.forms.possible import may_do
from ledger.service.forms.setting import Setting
from ledger.service.ledger import Ledger

FORM: Final = "paper"
"""The field that says that the form is filled in from paper; the prefix of the others."""
SCAN: Final = f"{FORM}.scan"
SEVERAL: Final = f"{FORM}.persons"
TITLE: Final = "纸质原件扫描件"
"""What the scan is called among the files of its stream."""


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may have signed a paper, told by the posts she holds today."""

    actor: str
    posts: tuple[Appointment, ...]


def from_paper(typed: Mapping[str, str]) -> bool:
    """Tell whether a form is filled in from paper."""
    return typed.get(FORM) == "1"


def may_be_typed(ledger: Ledger, command: str) -> bool:
    """Tell whether acts of a command may be typed from paper; none that takes her own key."""
    aggregate, cls = ledger.registry.commands[command]
    return aggregate.from_paper and not cls.own_key


def takes_files(ledger: Ledger, command: str) -> bool:
    """Tell whether files may be put to the streams a command is about."""
    return _attaching(command) in ledger.registry.commands


def _attaching(command: str) -> str:
    return f"{command.partition('.')[0]}.attach"


def signers(ledger: Ledger, clerk: str) -> list[Signer]:
    """Return whom a paper may name: everybody but whoever types, those in post first."""
    found = (
        Signer(actor=actor, posts=posts_held(ledger, actor))
        for actor in everybody(ledger)
        if actor != clerk
    )
    return sorted(found, key=lambda each: not each.posts)


def by_nearness(setting: Setting, people: Sequence[Signer]) -> tuple[list[Signer], list[Signer]]:
    """Part those with a post at the unit a form is about, or above it, from all others."""
    here = setting.unit
    if here is None:
        return list(people), []
    line = {here, *_above(setting, here)}
    near = [each for each in people if any(post.unit in line for post in each.posts)]
    return near, [each for each in people if each not in near]


def _above(setting: Setting, unit: str) -> Iterator[str]:
    """Yield the units above one, the nearest first."""
    seen = {unit}
    while (
        parent := setting.ledger.known.stream(unit).state.placed(setting.day).parent
    ) is not None:
        if parent in seen:
            return
        seen.add(unit := parent)
        yield unit


def original_of(command: str, typed: Mapping[str, str]) -> Original | None:
    """Return the paper original a form tells of, None for a form that is of none.

    Raises: BadValue, of what is missing or not as it must be.
    """
    if not from_paper(typed):
        return None
    told = {name: typed.get(f"{FORM}.{name}", "").strip() for name in ("box", "number", "names")}
    for name in ("box", "number"):
        if not told[name]:
            raise BadValue(name=command, member=f"{FORM}.{name}", why="不能为空 must not be empty")
    members = {name: text for name, text in told.items() if text}
    scan = _scan(command, typed)
    if scan is not None:
        members["scan"] = scan.digest if isinstance(scan, Upload) else scan
    try:
        return msgspec.convert(members | {"persons": typed.get(SEVERAL, "").split()}, Original)
    except msgspec.ValidationError as error:
        member, why = misfit(error)
        named = member.partition("[")[0] or "…"
        raise BadValue(name=command, member=f"{FORM}.{named}", why=why) from None


def keep_scan(setting: Setting, jti: str, *, data: bytes, said: str | None) -> str:
    """Return a scan as its form carries it on: as a file kept for the stream, else its digest.

    Raises:
        MayNotAttach: whoever fills the form in may not do its act now, so nothing is kept of her.
        LedgerError: as ``upload``.
    """
    if takes_files(setting.ledger, setting.command):
        if not may_do(setting):
            raise MayNotAttach
        begins = setting.stream is None
        stream = setting.stream or begun(setting.command, jti)
        by = setting.actor
        return upload(setting.ledger, stream, data, said, begins=begins, by=by).text
    if len(data) > MAX_BYTES:
        raise FileTooLarge(what="字节数", what_en="bytes", found=len(data), most=MAX_BYTES)
    return digest_of(data)


def begun(command: str, jti: str) -> str:
    """Return the stream that a form begins whose scan is kept before there is any entry."""
    return f"{command.partition('.')[0]}/{ids.derived(jti, 'stream')}"


def begins_with_scan(command: str, stream: str | None, typed: Mapping[str, str]) -> bool:
    """Tell whether a form begins a stream for which its scan was kept."""
    kept = from_paper(typed) and stream is None
    return kept and isinstance(_scan(command, typed), Upload)


def with_scan(
    ledger: Ledger, commands: Sequence[Command], typed: Mapping[str, str]
) -> Sequence[Command]:
    """Return a form's commands with the one that puts the scan to the stream, where it was kept."""
    first = commands[0]
    scan = _scan(first.name, typed) if from_paper(typed) else None
    if not isinstance(scan, Upload):
        return commands
    members = {"stream": first.stream, "file": scan.text, "title": TITLE}
    return (*commands, parse_command(ledger, _attaching(first.name), members))


def _scan(command: str, typed: Mapping[str, str]) -> Upload | str | None:
    text = typed.get(SCAN, "").strip()
    if not text:
        return None
    try:
        if ":" in text:
            return parse_file(msgspec.convert(text, FileText))
        return msgspec.convert(text, Digest)
    except msgspec.ValidationError as error:
        raise BadValue(name=command, member=SCAN, why=misfit(error)[1]) from None
