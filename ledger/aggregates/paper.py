"""What those who signed a paper original say of the entry typed from it: hers, or not hers.

One stream for each answer, so that nobody who answers is in the way of the matter itself. Whoever
is named on the paper answers once, in the role ``holder``, with a key of her own: one kept by the
server proves no more than the clerk's word. What is disputed stays in the log as it was typed, with
her word beside it.

Not handled: what follows from a dispute (a correction is the matter's own act).
"""

from collections.abc import Iterator
from typing import ClassVar, cast

from ledger.errors import ConflictError, NotAuthorised, NotFound
from ledger.kernel.act import Act, Proposed, Tag, paper_tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Digest, Group, event, group
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules import keys
from ledger.rules.authority import require_role, require_unit
from ledger.rules.paper import KEPT_BY_OTHERS, PaperAnswer, StreamOf
from ledger.rules.posts import HOLDER
from ledger.rules.texts import Text, sealable


class NothingTranscribed(NotFound):
    """The stream has no entry of this digest that was typed from paper."""

    code = "paper.unknown"
    zh = "该流中没有这条代录的条目。请核对条目编号。"
    en = "There is no such transcribed entry in that stream. Check the entry."


class NotNamed(NotAuthorised):
    """She is not among those who signed the paper, as the entry has it."""

    code = "paper.not_named"
    zh = "该条代录没有列明您是纸质原件的签名人，只有签名人本人可以确认。"
    en = "The entry does not name you among those who signed the paper; only they answer for it."


class AnsweredBefore(ConflictError):
    """She has said already whether it is hers."""

    code = "paper.answered_before"
    zh = "您已对该条代录作过答复。如有变化，请由经办人登记更正。"
    en = "You have answered for this entry already. Let a correction be recorded if it has changed."


class NotOwnKey(NotAuthorised):
    """The key is kept by the server or by a device."""

    code = "paper.not_own_key"
    zh = "确认代录须用本人自己保管的密钥，不能用代管密钥。请先登记本人的密钥。"
    en = "What was typed from paper is confirmed with a key one keeps oneself, not a custodial one."


@group(
    "objection",
    data_class="personal",
    purpose="record of the dispute",
    years=30,
    zh="异议内容",
    en="Objection",
)
class Objection(Group, frozen=True, kw_only=True):
    """What is not as she signed it, in her words."""

    text: str | None = None


@event("paper.confirmed.v1", zh="本人确认代录", en="Confirmed what was typed from her paper")
class Confirmed(PaperAnswer, frozen=True, kw_only=True):
    """It says what she signed."""


@event(
    "paper.disputed.v1",
    Objection,
    zh="本人对代录提出异议",
    en="Disputed what was typed from her paper",
)
class Disputed(PaperAnswer, frozen=True, kw_only=True):
    """It does not say what she signed."""


class Confirm(Command, frozen=True, kw_only=True):
    """Confirm that an entry says what you signed on paper."""

    name: ClassVar[str] = "paper.confirm"
    zh: ClassVar[str] = "确认代录的记录"
    en: ClassVar[str] = "Confirm"
    brought: ClassVar[frozenset[str]] = frozenset({"of", "entry"})
    own_key: ClassVar[bool] = True
    of: StreamOf
    entry: Digest


class Dispute(Command, frozen=True, kw_only=True):
    """Say that an entry is not what you signed on paper."""

    name: ClassVar[str] = "paper.dispute"
    zh: ClassVar[str] = "对代录的记录提出异议"
    en: ClassVar[str] = "Dispute"
    brought: ClassVar[frozenset[str]] = frozenset({"of", "entry"})
    own_key: ClassVar[bool] = True
    of: StreamOf
    entry: Digest
    text: Text


State = str | None
"""Who answered; None before."""


def decide(_: State, command: Confirm | Dispute, context: Context) -> tuple[Proposed, ...]:
    """Propose the act of a command.

    Raises:
        NothingTranscribed: no such entry.
        BadText, TextBlank: a text cannot be sealed as typed.
    """
    unit = _transcribed(context.facts, command.of, command.entry).event.unit
    stream = command.stream or f"paper/{context.new_id()}"
    if isinstance(command, Confirm):
        confirmed = Confirmed(unit=unit, of=command.of, approves=command.entry)
        return (Proposed(stream=stream, event=confirmed),)
    disputed = Disputed(unit=unit, of=command.of, approves=command.entry)
    objection = Objection(text=sealable("text", command.text, lines=True))
    return (Proposed(stream=stream, event=disputed, sealed=(objection,)),)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of these answers.

    Raises:
        RoleNotAllowed, NotOwnKey, NotNamed, UnitDiffers: not hers to say.
        NothingTranscribed: nothing was typed from paper there.
        AnsweredBefore: she has answered.
    """
    require_role(act, HOLDER)
    answer = cast(PaperAnswer, act.event)
    entry = _transcribed(facts, answer.of, answer.approves)
    require_unit(act, entry.event.unit)
    key = keys.key_of(facts, act.kid)
    if key is not None and key.custody in KEPT_BY_OTHERS:
        raise NotOwnKey
    paper = entry.event.transcribed
    if paper is None or act.actor not in paper.persons:
        raise NotNamed
    if state is not None or any(
        each.actor == act.actor and _answers(each, answer.approves)
        for each in facts.about(paper_tag(answer.of))
    ):
        raise AnsweredBefore


def evolve(_: State, act: Act) -> State:
    """Return who answered."""
    return act.actor


def asks(_: State, what: Command | Act, __: Facts) -> Iterator[Tag]:
    """Yield the tag of what was typed from paper in the stream, and of its answers."""
    of = what.event if isinstance(what, Act) else what
    yield paper_tag(cast(PaperAnswer | Confirm | Dispute, of).of)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag by which an entry's answers are found."""
    yield paper_tag(cast(PaperAnswer, act.event).of)


def _transcribed(facts: Facts, stream: str, digest: str) -> Act:
    for each in facts.about(paper_tag(stream)):
        if each.digest == digest and each.event.transcribed is not None:
            return each
    raise NothingTranscribed(what="entry")


def _answers(act: Act, digest: str) -> bool:
    return isinstance(act.event, PaperAnswer) and act.event.approves == digest


NAMING = Naming(
    zh="代录的确认",
    en="Answers for what was typed from paper",
    about="Answer for what was typed from a paper you signed",
    members={
        "approves": Name("您答复的代录", "Entry answered for"),
        "entry": Name("哪一条记录", "Which entry"),
        "of": Name("属于哪份记录", "Of which record"),
    },
)

aggregate = Aggregate[State](
    name="paper",
    naming=NAMING,
    initial=None,
    events=(Confirmed, Disputed),
    commands=(Confirm, Dispute),
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
    from_paper=False,
)
