"""From signed entries to a receipt: judged, held to what they state, sequenced, again if need be.

``submit`` takes entries from outside; ``act`` goes the same way for keys this process may use (key
files, devices, custodial). What was signed becomes drafts in ``drafts``.
"""

from collections.abc import Sequence
from functools import partial

from ledger.entry import base64url
from ledger.entry.keys import Signer
from ledger.errors import LedgerError, VerificationError
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Command
from ledger.rules.paper import Original
from ledger.service.acts.drafts import own_drafts, presented_drafts
from ledger.service.acts.front import Steps, finish
from ledger.service.acts.holding import holding
from ledger.service.acts.judge import judge
from ledger.service.acts.prepare import MAX_ENTRIES, TooManyEntries, prepare
from ledger.service.acts.receipt import Receipt, first_receipt, is_stored, receipt_of
from ledger.service.acts.sign import sign_drafts
from ledger.service.ledger import Ledger, up_to_date
from ledger.store.batch import Draft, GuardMoved, NotNext, Submission
from ledger.store.known import Guard

TRIES = 3


class SeenDiffers(VerificationError):
    """The checkpoint the client says it saw is not this log's."""

    code = "submission.seen_differs"
    zh = "提交者所见的检查点不属于本账本：账本可能被分叉或回滚。请立即报告监督机构。"
    en = "The checkpoint the client saw is not this log's: a fork or a rollback. Report it at once."


def submit(ledger: Ledger, presentations: Sequence[bytes]) -> Receipt:
    """Take 1 to 16 presentations, each with all its field disclosures; all or none.

    Raises: LedgerError, saying what is wrong; nothing is stored then.
    """
    return finish(ledger, submitting(ledger, presentations))


def submitting(ledger: Ledger, presentations: Sequence[bytes]) -> Steps[Receipt]:
    """Return the steps of ``submit``, for whoever waits for the sequencer in another way."""
    if not 1 <= len(presentations) <= MAX_ENTRIES:
        raise TooManyEntries
    with ledger.turnstile:
        drafts = presented_drafts(ledger, presentations)
    if any(draft.signed.claims.seen for draft in drafts):
        yield partial(_require_seen, ledger, drafts)
    for attempt in range(1, TRIES + 1):
        last = attempt == TRIES
        try:
            with ledger.turnstile:
                guards = () if last else up_to_date(ledger, lambda: _judged(ledger, drafts))
            if attempt == 1:
                yield from holding(ledger, drafts)
        except LedgerError:
            # A retry of what is already stored may no longer pass the rules: jti comes first.
            if not (yield partial(is_stored, ledger, drafts)):
                raise
            # The sequencer compares the bytes and answers with the first receipt, or refuses.
            return receipt_of(drafts, (yield Submission(drafts=drafts)))
        try:
            return receipt_of(drafts, (yield _submission(ledger, drafts, guards, last=last)))
        except GuardMoved:
            ledger.known.catch_up()
    raise AssertionError("the last try is judged under the head lock and moves no guard")


def act(
    ledger: Ledger,
    commands: Command | Sequence[Command],
    who: Who,
    signer: Signer,
    *,
    jtis: Sequence[str] = (),
    original: Original | None = None,
) -> Receipt:
    """Do commands with a key at hand: prepare, sign, sequence; again where others were first.

    The judgement of prepare is the judgement of submit: it is of the same process, guarded by
    the same facts, and the signature was made here a moment ago.
    """
    return finish(ledger, acting(ledger, commands, who, signer, jtis=jtis, original=original))


def acting(
    ledger: Ledger,
    commands: Command | Sequence[Command],
    who: Who,
    signer: Signer,
    *,
    jtis: Sequence[str] = (),
    original: Original | None = None,
) -> Steps[Receipt]:
    """Return the steps of ``act``, for whoever waits for the sequencer in another way."""
    wanted = [commands] if isinstance(commands, Command) else commands
    if jtis:
        before: Receipt | None = yield partial(first_receipt, ledger, wanted, who, jtis)
        if before is not None:
            return before
    for attempt in range(1, TRIES + 1):
        last = attempt == TRIES
        with ledger.turnstile:
            prepared = prepare(ledger, wanted, who, jtis=jtis, original=original)
            drafts = own_drafts(ledger, prepared, sign_drafts(prepared, signer))
        yield from holding(ledger, drafts, own=True)
        submission = _submission(ledger, drafts, prepared.guards, last=last)
        try:
            return receipt_of(drafts, (yield submission))
        except (GuardMoved, NotNext):
            if last:
                raise
            ledger.known.catch_up()
    raise AssertionError


def _require_seen(ledger: Ledger, drafts: Sequence[Draft]) -> None:
    size = ledger.recorder.head().size
    for seen in filter(None, (draft.signed.claims.seen for draft in drafts)):
        if seen.size > size or ledger.reader.root(seen.size) != base64url.decode(seen.root):
            raise SeenDiffers


def _judged(ledger: Ledger, drafts: Sequence[Draft]) -> tuple[Guard, ...]:
    _require_next(ledger, drafts)
    acts = [draft.act for draft in drafts]
    first, known, shelf = acts[0], ledger.known, ledger.home.shelf
    who = Who(actor=first.actor, role=first.role, kid=first.kid)
    guards = judge(known, ledger.registry, shelf, acts, habit=known.recall(first.type, who))
    known.remember(first.type, who, frozenset(guard.tag for guard in guards), shelf)
    return guards


def _submission(
    ledger: Ledger, drafts: tuple[Draft, ...], guards: tuple[Guard, ...], *, last: bool
) -> Submission:
    """Return drafts judged under ``guards``; the ``last`` time judged under the head lock."""

    def judge_now() -> None:
        acts = [draft.act for draft in drafts]
        judge(ledger.known, ledger.registry, ledger.home.shelf, acts)

    if last:
        return Submission(drafts=drafts, judge=judge_now)
    return Submission(drafts=drafts, guards=guards)


def _require_next(ledger: Ledger, drafts: Sequence[Draft]) -> None:
    """Refuse early what does not continue its stream, so rules never see another's state."""
    tips: dict[str, tuple[int, str]] = {}
    for draft in drafts:
        name = draft.act.stream
        if name not in tips:
            stream = ledger.known.stream(name, begins=draft.act.seq == 1)
            tips[name] = (stream.version, stream.tip)
        version, tip = tips[name]
        if (draft.act.seq, draft.signed.claims.prev) != (version + 1, tip):
            raise NotNext(stream=name, version=version)
        tips[name] = (draft.act.seq, draft.act.digest or "")
