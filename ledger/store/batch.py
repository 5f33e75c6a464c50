"""One batch being judged under the head lock: what was accepted so far, and each verdict."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from ledger.entry.base64url import encode as b64
from ledger.entry.entry import format_entry
from ledger.entry.jws import SignedEntry
from ledger.errors import ConflictError, LedgerError, RuleViolation
from ledger.kernel.act import Act, Tag
from ledger.rules.genesis import LOG
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import verify_prompt
from ledger.store.clock import ClockWatch
from ledger.store.known import Guard, Known
from ledger.store.randomness import random_blocks
from ledger.store.recorder import Head, Recorder
from ledger.store.vault import Sealing, VaultRow, encrypt

FUTURE_MS = 5 * 60 * 1000
EXPLAINS_CLOCK = "log.clock_explained.v1"


class JtiTaken(ConflictError):
    """This jti is in the log with other bytes."""

    code = "entry.jti_taken"
    zh = "该条目编号（jti）已用于另一条内容。请生成新的编号后重新签名。"
    en = "This entry id (jti) is already used by other content. Mint a new one and sign again."


class NotNext(ConflictError):
    """(seq, prev) does not continue the stream."""

    code = "stream.not_next"
    zh = "{stream} 已有新的记录（现为第 {version} 条）。请查看变化，在其后重新签名。"
    en = "{stream} has moved on (now at {version}). Look at what changed and sign again after it."


class GuardMoved(ConflictError):
    """A fact the judgement rested on has changed; the server judges again."""

    code = "guard.moved"
    zh = "判断所依据的事实已变化，请重试。"
    en = "A fact this was judged by has changed; try again."


class TimeInFuture(RuleViolation):
    """``iat`` or ``occ`` lies over 5 minutes after the time of recording."""

    code = "time.in_future"
    zh = "{member} 的时间晚于记录时间 5 分钟以上。请校准设备时钟后重新签名。"
    en = "{member} lies over 5 minutes in the future. Set the device's clock right and sign again."


class Draft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One judged and signed entry on its way into the log."""

    signed: SignedEntry
    act: Act
    tags: tuple[Tag, ...]
    sealings: tuple[Sealing, ...]
    latest_ms: int
    """The later of ``iat`` and ``occ``, Unix milliseconds."""


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """1 to 16 entries by one actor, contiguous in the log, all or none.

    ``judge`` is given when guards kept moving: it judges once more, under the head lock itself.
    """

    drafts: tuple[Draft, ...]
    guards: tuple[Guard, ...] = ()
    judge: Callable[[], None] | None = None


class Placed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a submission's entries stand: log indexes, times (Unix ms); ``again`` if they did."""

    indexes: tuple[int, ...]
    recorded_at: tuple[int, ...]
    again: bool = False


class Batch:
    """Judges submissions against the locked head and gathers the rows to write."""

    def __init__(
        self,
        connection: Connection,
        head: Head,
        *,
        recorder: Recorder,
        known: Known,
        watch: ClockWatch,
        submissions: Sequence[Submission],
    ) -> None:
        self.head = head
        self.acts: list[Act] = []
        self.states: list[bytes] = []
        self._drafts: list[Draft] = []
        self._known = known
        self._watch = watch
        drafts = [draft for submission in submissions for draft in submission.drafts]
        self._jtis = {
            jti: (row.state, row.index)
            for jti, row in recorder.by_jti(connection, [d.act.jti for d in drafts]).items()
        }
        self._tips = _tips_of(recorder, connection, known, {d.act.stream for d in drafts})
        # All looked up now: memory may drop a tag before the submission guarded by it is placed.
        self._newest = _newest_of(recorder, connection, known, submissions)
        self._moved: dict[Tag, int] = {}

    @property
    def last_at(self) -> int:
        """When the newest entry was recorded, this batch included (Unix ms)."""
        return (self.acts[-1].recorded_at or 0) if self.acts else self.head.last_at

    @property
    def tags(self) -> list[tuple[Tag, ...]]:
        """The tags of each act accepted."""
        return [draft.tags for draft in self._drafts]

    def place(self, submission: Submission) -> Placed:
        """Accept a submission after all those before it, or raise why not."""
        if (earlier := self._earlier(submission)) is not None:
            return earlier
        tips = self._continue_streams(submission)
        self._require_guards(submission.guards)
        if submission.judge is not None:
            submission.judge()
        stamp = self._stamp(submission)
        first = self.head.size + len(self._drafts)
        for offset, draft in enumerate(submission.drafts):
            self._take(draft, first + offset, stamp)
        self._tips.update(tips)
        count = len(submission.drafts)
        return Placed(indexes=tuple(range(first, first + count)), recorded_at=(stamp,) * count)

    def rows(self, keys: dict[tuple[str, str], bytes]) -> dict[str, Any]:
        """Return the rows of entries, tags and vault, in the order of their tables' columns.

        ``keys`` are by (stream, subject).
        """
        entries, tags, sealed = [], [], list[VaultRow]()
        nonces = random_blocks(12, sum(len(draft.sealings) for draft in self._drafts))
        for index, (draft, state) in enumerate(
            zip(self._drafts, self.states, strict=True), start=self.head.size
        ):
            act = draft.act
            entries.append((index, act.stream, act.seq, act.type, act.jti, state))
            tags += [(tag, index) for tag in draft.tags]
            sealed += [
                encrypt(index, s, keys[act.stream, s.subject], next(nonces)) for s in draft.sealings
            ]
        return {"entries": entries, "tags": tags, "vault_rows": sealed}

    def _earlier(self, submission: Submission) -> Placed | None:
        """Return where these entries stand if the log has them: a retry gets the first receipt."""
        found = [self._jtis.get(draft.act.jti) for draft in submission.drafts]
        if len({draft.act.jti for draft in submission.drafts}) != len(found):
            raise JtiTaken
        if not any(found):
            return None
        indexes, times = [], []
        for draft, row in zip(submission.drafts, found, strict=True):
            recorded_at, _, jws = row[0].partition(b" ") if row else (b"", b"", b"")
            # The same signing input: a retry may carry another valid signature only in theory.
            if row is None or jws.rpartition(b".")[0] != draft.signed.signing_input:
                raise JtiTaken
            indexes.append(row[1])
            times.append(int(recorded_at))
        return Placed(indexes=tuple(indexes), recorded_at=tuple(times), again=True)

    def _continue_streams(self, submission: Submission) -> dict[str, tuple[int, str]]:
        tips: dict[str, tuple[int, str]] = {}
        for draft in submission.drafts:
            stream = draft.act.stream
            tip = tips.get(stream) or self._tips.get(stream)
            version, digest = tip or (0, self._known.streams.first_prev)
            if (draft.act.seq, draft.signed.claims.prev) != (version + 1, digest):
                self._known.streams.forget(stream)
                raise NotNext(stream=stream, version=version)
            tips[stream] = (draft.act.seq, draft.act.digest or "")
        return tips

    def _require_guards(self, guards: Iterable[Guard]) -> None:
        for guard in guards:
            if self._moved.get(guard.tag, self._newest[guard.tag]) >= guard.after:
                raise GuardMoved

    def _stamp(self, submission: Submission) -> int:
        if all(draft.act.type == EXPLAINS_CLOCK for draft in submission.drafts):
            stamp = self._watch.stamp_explanation(self.last_at)
        else:
            signed = max(draft.latest_ms for draft in submission.drafts)
            stamp = self._watch.stamp(self.last_at, self._explanation, signed_ms=signed)
        for draft in submission.drafts:
            if draft.latest_ms > stamp + FUTURE_MS:
                raise TimeInFuture(member="iat / occ")
            # A registrar's term may have run out since she signed, and so may one made longer.
            if draft.act.role == REGISTRAR or draft.act.event.prompt:
                verify_prompt(draft.act, stamp)
        return stamp

    def _explanation(self) -> Act | None:
        answers, _ = self._known.answer([LOG])
        acts = reversed(answers[LOG].acts)
        return next((act for act in acts if act.type == EXPLAINS_CLOCK), None)

    def _take(self, draft: Draft, index: int, stamp: int) -> None:
        state = format_entry(stamp, draft.signed.jws)
        self._drafts.append(draft)
        self.states.append(state)
        self.acts.append(msgspec.structs.replace(draft.act, index=index, recorded_at=stamp))
        self._jtis[draft.act.jti] = (state, index)
        for tag in draft.tags:
            self._moved[tag] = index


def judged(batch: Batch, submission: Submission) -> "Placed | LedgerError":
    """Return the verdict of one submission: a refusal of one never touches the others."""
    try:
        return batch.place(submission)
    except LedgerError as refusal:
        return refusal


def _tips_of(
    recorder: Recorder, connection: Connection, known: Known, streams: set[str]
) -> dict[str, tuple[int, str]]:
    """Return version and tip of each stream that exists: what is in memory is not read again."""
    tips = known.tips(streams)
    if unread := streams - tips.keys():
        for name, row in recorder.last_of(connection, unread).items():
            tips[name] = (row.originator_version, _digest(row.state))
    return tips


def _newest_of(
    recorder: Recorder, connection: Connection, known: Known, submissions: Sequence[Submission]
) -> dict[Tag, int]:
    """Return the newest log index of each tag guarded, -1 for none."""
    tags = {guard.tag for submission in submissions for guard in submission.guards}
    in_memory = {tag: known.newest(tag) for tag in tags}
    unknown = [tag for tag, newest in in_memory.items() if newest is None]
    stored = recorder.newest(connection, unknown) if unknown else {}
    return {
        tag: stored.get(tag, -1) if newest is None else newest for tag, newest in in_memory.items()
    }


def _digest(state: bytes) -> str:
    return b64(sha256(state.partition(b" ")[2]).digest())
