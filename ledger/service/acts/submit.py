"""Submit: signed entries from outside are parsed, verified, judged and sequenced.

Also ``act``: the same way for keys this process may use (key files, devices, custodial).
"""

from collections.abc import Sequence
from datetime import datetime, time
from functools import partial

import msgspec

from ledger.aggregates.review import RangeOutOfPlace, Signed
from ledger.entry import base64url
from ledger.entry.claims import parse_occurred
from ledger.entry.disclosure import Disclosure
from ledger.entry.jws import SignedEntry, verify_signature
from ledger.entry.keys import PublicKey, Signer
from ledger.entry.presentation import (
    Presentation,
    Unopened,
    open_presentation,
    parse_unopened,
)
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.kernel.act import Act, Who
from ledger.kernel.aggregate import Command
from ledger.kernel.event import EventSpec, groups_of
from ledger.rules import authority, keys
from ledger.rules.heads import LogHeadsPublished
from ledger.rules.paper import Original
from ledger.rules.time import ZONE
from ledger.service.acts.front import Steps, finish
from ledger.service.acts.judge import judge
from ledger.service.acts.prepare import (
    MAX_ENTRIES,
    Prepared,
    TooManyEntries,
    jti_of,
    prepare,
    sealings,
)
from ledger.service.acts.sign import sign_drafts
from ledger.service.acts.text import require_clean
from ledger.service.attachments.taking import attaching, claim
from ledger.service.ledger import Ledger, up_to_date
from ledger.service.upkeep.heads import require_heads
from ledger.store.batch import Draft, GuardMoved, JtiTaken, NotNext, Placed, Submission
from ledger.store.dialect import reading
from ledger.store.known import Guard

TRIES = 3


class WrongLog(MalformedError):
    """The entry was signed for another log."""

    code = "submission.wrong_log"
    zh = "该条目是为另一个账本（{log}）签署的。请提交到该账本，或为本账本重新签名。"
    en = "This entry was signed for another log ({log}). Submit it there, or sign it for this one."


class MixedActors(MalformedError):
    """One submission holds the acts of one actor."""

    code = "submission.mixed_actors"
    zh = "一次提交只能包含同一人的条目。请分别提交。"
    en = "A submission holds the entries of one actor. Submit them apart."


class DisclosuresMissing(MalformedError):
    """Not every sealed field of the type came with its disclosure."""

    code = "submission.disclosures"
    zh = "{type} 的密封字段与声明不符（{group}）。请附上全部字段披露后重新提交。"
    en = "The sealed fields of {type} are not all disclosed ({group}). Submit them all."


class SeenDiffers(VerificationError):
    """The checkpoint the client says it saw is not this log's."""

    code = "submission.seen_differs"
    zh = "提交者所见的检查点不属于本账本：账本可能被分叉或回滚。请立即报告监督机构。"
    en = "The checkpoint the client saw is not this log's: a fork or a rollback. Report it at once."


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where each entry stands: log index, time recorded (Unix ms), digest of its JWS."""

    entries: tuple["ReceiptEntry", ...]
    again: bool = False


class ReceiptEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a receipt; ``numbered``: the entry took an official number."""

    index: int
    recorded_at: int
    digest: str
    stream: str
    type: str
    numbered: bool


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
        parsed = [parse_unopened(data) for data in presentations]
        _require_one_submission(ledger, [p.signed for p in parsed])
        drafts = tuple(_draft(ledger, unopened) for unopened in parsed)
    if any(draft.signed.claims.seen for draft in drafts):
        yield partial(_require_seen, ledger, drafts)
    for attempt in range(1, TRIES + 1):
        last = attempt == TRIES
        try:
            with ledger.turnstile:
                guards = () if last else up_to_date(ledger, lambda: _judged(ledger, drafts))
            if attempt == 1 and _states_heads(drafts):
                yield partial(_require_heads, ledger, drafts)
        except LedgerError:
            # A retry of what is already stored may no longer pass the rules: jti comes first.
            if not (yield partial(_earlier, ledger, drafts)):
                raise
            # The sequencer compares the bytes and answers with the first receipt, or refuses.
            return _receipt(drafts, (yield Submission(drafts=drafts)))
        if attaching(drafts):
            yield partial(claim, ledger, drafts)
        try:
            return _receipt(drafts, (yield _submission(ledger, drafts, guards, last=last)))
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
        before: Receipt | None = yield partial(_done_before, ledger, wanted, who, jtis)
        if before is not None:
            return before
    for attempt in range(1, TRIES + 1):
        last = attempt == TRIES
        with ledger.turnstile:
            prepared = prepare(ledger, wanted, who, jtis=jtis, original=original)
            drafts = own_drafts(ledger, prepared, sign_drafts(prepared, signer))
        if attaching(drafts):
            yield partial(claim, ledger, drafts)
        submission = _submission(ledger, drafts, prepared.guards, last=last)
        try:
            return _receipt(drafts, (yield submission))
        except (GuardMoved, NotNext):
            if last:
                raise
            ledger.known.catch_up()
    raise AssertionError


def own_drafts(
    ledger: Ledger, prepared: Prepared, signed: Sequence[SignedEntry]
) -> tuple[Draft, ...]:
    """Return the sequencer's drafts of entries signed by a key of this process."""
    made = []
    for unsigned, entry in zip(prepared.drafts, signed, strict=True):
        # The act judged is the act signed: only its digest was not known before.
        found = msgspec.structs.replace(unsigned.act, digest=base64url.encode(entry.digest))
        made.append(_sequenced(ledger, entry, found, unsigned.spec, unsigned.disclosures))
    return tuple(made)


def _require_one_submission(ledger: Ledger, signed: Sequence[SignedEntry]) -> None:
    for entry in signed:
        if entry.claims.log != ledger.home.origin:
            raise WrongLog(log=entry.claims.log)
    if len({entry.claims.actor for entry in signed}) != 1:
        raise MixedActors
    if len({entry.claims.jti for entry in signed}) != len(signed):
        raise JtiTaken


def _require_seen(ledger: Ledger, drafts: Sequence[Draft]) -> None:
    size = ledger.recorder.head().size
    for seen in filter(None, (draft.signed.claims.seen for draft in drafts)):
        if seen.size > size or ledger.reader.root(seen.size) != base64url.decode(seen.root):
            raise SeenDiffers


def _states_heads(drafts: Sequence[Draft]) -> bool:
    return any(isinstance(draft.act.event, LogHeadsPublished) for draft in drafts)


def _require_heads(ledger: Ledger, drafts: Sequence[Draft]) -> None:
    # Every stream is read for it: only for those who may publish, not for whoever has a key.
    for draft in drafts:
        if isinstance(draft.act.event, LogHeadsPublished):
            require_heads(ledger, draft.act.event)


def _require_entries(ledger: Ledger, drafts: Sequence[Draft]) -> None:
    """Refuse a review of entries that are not there; no rule knows the size before sequencing."""
    for draft in drafts:
        signed = draft.act.event
        if isinstance(signed, Signed) and signed.size > ledger.recorder.head().size:
            raise RangeOutOfPlace(start=signed.start)


def enrolled_key(ledger: Ledger, kid: str) -> PublicKey:
    """Return the enrolled key with this thumbprint. Raises: KeyUnknown."""
    tag = keys.key_tag(kid)
    found = ledger.known.about(tag).fold(_public_keys).get(kid)
    if found is None:
        ledger.known.catch_up()  # another process may have enrolled it a moment ago
        found = ledger.known.about(tag).fold(_public_keys).get(kid)
    if found is None:
        raise authority.KeyUnknown(kid=kid)
    return found


def _public_keys(acts: tuple[Act, ...]) -> dict[str, PublicKey]:
    # The log admitted these keys: their full check was made at enrolment, and audit makes it again.
    return {
        kid: PublicKey.trusted(base64url.decode(key.jwk.x, 32))
        for kid, key in keys.fold(acts).items()
    }


def _draft(ledger: Ledger, unopened: Unopened) -> Draft:
    signed = unopened.signed
    verify_signature(signed, enrolled_key(ledger, signed.kid))
    # Only now: what a stranger seals would cost more to read than all the rest.
    presentation = open_presentation(unopened)
    found = ledger.registry.act(signed)
    spec = ledger.registry.spec(signed.claims.type)
    grouped = _grouped(presentation, spec)
    require_clean(bytes(signed.claims.pub), presentation.values)
    return _sequenced(ledger, signed, found, spec, grouped)


def _grouped(presentation: Presentation, spec: EventSpec) -> dict[str, tuple[Disclosure, ...]]:
    """Return the disclosures by group; each group must be opened in full, by its own names."""
    grouped = {}
    sealed = presentation.signed.claims.sealed or {}
    for group in groups_of(spec, sealed):
        if tuple(sorted(presentation.values[group.name])) != group.fields:
            raise DisclosuresMissing(type=spec.name, group=group.name)
        digests = set(sealed[group.name])
        grouped[group.name] = tuple(d for d in presentation.disclosures if d.digest in digests)
    return grouped


def _sequenced(
    ledger: Ledger,
    signed: SignedEntry,
    found: Act,
    spec: EventSpec,
    disclosures: dict[str, tuple[Disclosure, ...]],
) -> Draft:
    return Draft(
        signed=signed,
        act=found,
        tags=ledger.registry.tags(found),
        sealings=sealings(spec, signed.claims, disclosures),
        latest_ms=max(found.iat * 1000, _occurred_ms(found.occ)),
    )


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
    _require_entries(ledger, drafts)

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


def _earlier(ledger: Ledger, drafts: Sequence[Draft]) -> bool:
    """Tell whether an entry of these is stored already."""
    with reading(ledger.recorder.engine) as connection:
        return bool(ledger.recorder.by_jti(connection, [draft.act.jti for draft in drafts]))


def _done_before(
    ledger: Ledger, commands: Sequence[Command], who: Who, jtis: Sequence[str]
) -> Receipt | None:
    """Return the first receipt of what these ids already name: a retry signs nothing again.

    Raises: JtiTaken when they name somebody's or something else.
    """
    own = [jti_of(jti, number) for jti in jtis for number in range(MAX_ENTRIES)]
    with reading(ledger.recorder.engine) as connection:
        rows = ledger.recorder.by_jti(connection, own)
    acts = sorted(map(ledger.known.streams.mapper.act, rows.values()), key=lambda a: a.index or 0)
    if not acts:
        return None
    firsts = [rows.get(jti) for jti in jtis]
    for command, row in zip(commands, firsts, strict=True):
        # One that is missing, or of another stream, was never part of what is stored.
        if row is None or command.stream not in {None, row.originator_id}:
            raise JtiTaken
        if row.topic.partition(".")[0] != command.name.partition(".")[0]:
            raise JtiTaken
    if any(act.actor != who.actor for act in acts):
        raise JtiTaken
    lines = (_line(act, act.index or 0, act.recorded_at or 0) for act in acts)
    return Receipt(entries=tuple(lines), again=True)


def _receipt(drafts: Sequence[Draft], placed: Placed) -> Receipt:
    places = zip(drafts, placed.indexes, placed.recorded_at, strict=True)
    lines = (_line(draft.act, index, recorded_at) for draft, index, recorded_at in places)
    return Receipt(entries=tuple(lines), again=placed.again)


def _line(act: Act, index: int, recorded_at: int) -> ReceiptEntry:
    return ReceiptEntry(
        index=index,
        recorded_at=recorded_at,
        digest=act.digest or "",
        stream=act.stream,
        type=act.type,
        numbered=act.event.numbered is not None,
    )


def _occurred_ms(occ: str) -> int:
    """Return ``occ`` in Unix milliseconds; a date alone counts from its first moment here."""
    moment = parse_occurred(occ)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), tzinfo=ZONE)
    return int(moment.timestamp() * 1000)
