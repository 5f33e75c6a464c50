"""A subcommand for every command the aggregates declare: ``mingzhang case accept STREAM …``.

Options come from the command's fields (``fields``), help from its docstring; a new aggregate's
commands appear with no list edited. A command written by hand takes the generated one's place.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from ledger.bootstrap import registry
from ledger.cli import signing
from ledger.cli.commands import papers
from ledger.cli.fields import parameter, values
from ledger.cli.shell import Shell, command
from ledger.entry import ids
from ledger.errors import MalformedError, NotFound
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Command
from ledger.rules.joint import ProposalUnknown
from ledger.rules.paper import Original
from ledger.service import listing
from ledger.service.acts.commands import parse_command
from ledger.service.acts.prepare import prepare
from ledger.service.acts.retried import require_same
from ledger.service.acts.together import together
from ledger.service.forms.fields import Field, fields_of
from ledger.service.ledger import Ledger
from ledger.service.packs import choices
from ledger.service.reading.moments import parse_occurred

APPROVES = "approves"


class NothingNamed(MalformedError):
    """An approval does not say what it approves."""

    code = "cli.nothing_named"
    zh = "请写明要批准的对象，如 mingzhang {name} {aggregate}/…；用 mingzhang list 查看编号。"
    en = "Say what you approve, as mingzhang {name} {aggregate}/…; `mingzhang list` shows the ids."


PROPOSED = "_proposed.v1"

Stream = Annotated[
    str | None,
    typer.Argument(
        metavar="[STREAM]",
        help="What it is about, as case/…; left out where it begins something new. 流编号",
        show_default=False,
    ),
]
Occurred = Annotated[
    str | None,
    typer.Option(
        "--occurred",
        metavar="TIME",
        help="When it happened: a day, or a time (+08:00 unless it says); else now. 发生时间",
        show_default=False,
    ),
]
OURS: Mapping[str, tuple[Any, object]] = {
    "stream": (Stream, None),
    "occurred": (Occurred, None),
    "as_": (signing.As, None),
    "custodial": (signing.Custodial, None),
    "role": (signing.Role, None),
    "receipt": (signing.ReceiptFile, None),
    "dry_run": (signing.DryRun, False),
    "again": (signing.Again, None),
    "paper": (papers.Original, None),
    "paper_scan": (papers.Scan, None),
    "paper_person": (papers.Persons, None),
    "paper_names": (papers.Names, None),
}
_RESERVED = frozenset(
    {"home", "json", "debug", "help"} | {each.strip("_").replace("_", "-") for each in OURS}
)
"""Options that are not a field's; a field of such a name is asked for as ``--the-…``."""


def add_acts(group: Callable[[str], typer.Typer], written: frozenset[str]) -> None:
    """Add the commands not ``written`` by hand, each to the ``group`` of its aggregate."""
    for name, (_, cls) in sorted(registry().commands.items()):
        if name not in written:
            aggregate, _, verb = name.partition(".")
            run = _runner(name, cls)
            command(group(aggregate), verb.replace("_", "-"), run, help_=help_of(cls))


def help_of(cls: type[Command]) -> str:
    """Return a command's help: its Chinese name and its docstring."""
    # Chinese first: those who type here read it. Lists of commands show the first sentence.
    return f"{cls.zh} {inspect.getdoc(cls) or ''}".rstrip()


def _runner(name: str, cls: type[Command]) -> Callable[..., None]:
    fields = fields_of(cls)

    def run(shell: Shell, **options: Any) -> None:
        ours = {each: options.pop(each) for each in OURS}
        act(shell, name, fields, options, **ours)

    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            _ours("stream"),
            # The newest proposal is meant unless another is named.
            *(parameter(f, _RESERVED, required=f.required and f.name != APPROVES) for f in fields),
            *(_ours(each) for each in OURS if each != "stream"),
        ]
    )
    return run


def _ours(name: str) -> inspect.Parameter:
    kind, default = OURS[name]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def act(
    shell: Shell,
    name: str,
    fields: Sequence[Field],
    options: Mapping[str, Any],
    *,
    stream: str | None,
    occurred: str | None,
    as_: Any,
    custodial: str | None,
    role: str | None,
    receipt: Any,
    dry_run: bool,
    again: str | None,
    **paper: Any,
) -> None:
    """Do one command: signer, values, what it approves, then sign, submit, receipt."""
    original = papers.original_of(**paper)
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, custodial, role)
        before = signing.recorded_before(ledger, hand, again)
        named = stream_named(ledger, name, stream)
        found = values(ledger, fields, options, named, signing.day_of(ledger, before))
        occ = None if occurred is None else parse_occurred(occurred)
        typed = {"stream": named, "occ": occ}
        # First of all: what it did may be why it would be refused now.
        if before:
            _require_same(ledger, name, typed | found, before, original)
            signing.give_receipt(shell, ledger, *signing.stored(ledger, before), receipt)
            return
        choices.require_fields(ledger, name, found)
        if any(field.name == APPROVES for field in fields):
            found.setdefault(APPROVES, _proposal(shell, ledger, name, named).digest)
        wanted = together(ledger, parse_command(ledger, name, typed | found))
        if dry_run:
            signing.show(shell, prepare(ledger, wanted, hand.who, original=original))
            shell.result({"signed": False}, lambda out: out.print("Nothing was signed. 未签署。"))
            return
        jti = again or ids.ulid(ledger.clock.now_ms())
        given, signed = signing.sign_and_submit(
            shell, ledger, hand, wanted, original=original, jti=jti
        )
        signing.give_receipt(shell, ledger, given, signed, receipt)


def _require_same(
    ledger: Ledger,
    name: str,
    found: dict[str, Any],
    before: Sequence[Act],
    original: Original | None,
) -> None:
    """Hold that what is recorded is of the command typed. Raises: AnotherAct; BadValue."""
    if APPROVES not in found and (meant := getattr(before[0].event, APPROVES, None)):
        # None was named, so the newest was meant, and this one was the newest then.
        found = {APPROVES: meant, **found}
    require_same(ledger, parse_command(ledger, name, found), before, original)


def stream_named(ledger: Ledger, name: str, stream: str | None) -> str | None:
    """Return the stream meant: the aggregate's name may be left out, the log's own entirely."""
    aggregate = name.partition(".")[0]
    if aggregate == "log":
        return f"log/{ledger.home.origin}"
    if stream is None or "/" in stream:
        return stream
    return f"{aggregate}/{stream}"


def _proposal(shell: Shell, ledger: Ledger, name: str, stream: str | None) -> Act:
    """Return the newest proposal of a stream, having shown it: it is what will be approved."""
    if stream is None:
        raise NothingNamed(name=name.replace(".", " "), aggregate=name.partition(".")[0])
    rows = ledger.recorder.select_events(stream, desc=True)
    if not rows:
        raise NotFound(what=stream)
    for row in rows:
        if row.topic.endswith(PROPOSED):
            found: Act = ledger.known.streams.mapper.to_domain_event(row)
            shell.note(f"The proposal 所批准的提议：{found.type}  {found.stream}  by {found.actor}")
            signing.show_public(shell, found.event)
            if (holder := getattr(found.event, "holder", None)) is not None:
                _vouched(shell, ledger, holder)
            return found
    raise ProposalUnknown


def _vouched(shell: Shell, ledger: Ledger, holder: str) -> None:
    """Show who it is that the approver vouches for; rules count persons, not human beings."""
    for line in listing.lines(ledger, "persons", values=True):
        if isinstance(line, listing.PersonLine) and line.person == holder:
            shell.note(f"  who 何人: {line.name or '-'}  {', '.join(line.roles) or '-'}")
            for other in line.like:
                shell.note(f"  same name or number as 与其同名或同号: {other}")
