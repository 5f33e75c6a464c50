"""Who may write: the sequencer of an open ledger, made when somebody first writes.

Readers need none, and may open a ledger whose signer is missing or behind. Whoever writes must be
able to sign what is taken in: the signer's key is the log's own, and the log extends its mark. And
she must know all that rules ask: the entries have the tags this program gives them.
"""

from dataclasses import dataclass, field
from threading import Event, Lock

from ledger.errors import IntegrityFault
from ledger.rules import genesis
from ledger.rules.genesis import LOG
from ledger.store.clock import Clock, ClockWatch
from ledger.store.keystore import Keystore
from ledger.store.known import Known
from ledger.store.reader import LogReader
from ledger.store.recorder import Recorder
from ledger.store.retag import TagsLacking, require_tags
from ledger.store.sequencer import Sequencer
from ledger.store.signer import LogSigner


class NotTheLogsKey(IntegrityFault):
    """The key in the signer's folder is not the one the log says it signs with."""

    code = "signer.not_the_logs_key"
    zh = (
        "签名目录中的密钥不是本账本的签名密钥，签出的检查点无人能核验。刚更换过账本密钥的，"
        "请运行 mingzhang signer switch；否则请接回本账本自己的签名目录。"
    )
    en = (
        "The signer's key is not this log's: nobody could verify what it signs. If the log's key "
        "was changed, run `mingzhang signer switch`; else put back this log's own signer folder."
    )


@dataclass(kw_only=True)
class Writer:
    """The one sequencer of an open ledger, made when it is first asked for.

    ``grown`` is set whenever something was committed. Safe for many threads.
    """

    recorder: Recorder
    reader: LogReader
    keystore: Keystore
    signer: LogSigner
    known: Known
    clock: Clock
    grown: Event
    _made: Sequencer | None = field(default=None, init=False)
    _misses: TagsLacking | None = field(default=None, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def __call__(self) -> Sequencer:
        """Return it. Raises: SignerMissing, NotTheLogsKey, TagsLacking; what the mark refuses."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def close(self) -> None:
        """End it, if there is one."""
        if self._made is not None:
            self._made.close()

    def _make(self) -> Sequencer:
        _require_logs_key(self.known, self.signer)
        self.signer.require_extended(self._head, self.reader.root)
        self._require_tags()
        return Sequencer(
            recorder=self.recorder,
            reader=self.reader,
            keystore=self.keystore,
            signer=self.signer,
            known=self.known,
            watch=ClockWatch(self.clock, self.recorder.head().size),
            committed=lambda _size: self.grown.set(),
        )

    def _require_tags(self) -> None:
        # What this process remembers it looked up by the tags it found: made anew since, by
        # another process, they do not mend that.
        try:
            require_tags(self.recorder, self.known.registry, self.known.streams.acts)
        except TagsLacking as error:
            self._misses = error
        if self._misses is not None:
            raise self._misses

    def _head(self) -> tuple[int, bytes]:
        head = self.recorder.head()
        return head.size, head.root


def _require_logs_key(known: Known, signer: LogSigner) -> None:
    """Take nothing in that could not be signed for. Raises: SignerMissing, NotTheLogsKey."""
    answers, _ = known.answer([LOG])
    log = answers[LOG].fold(genesis.fold)
    if log is not None and log.vkey != signer.vkey:
        raise NotTheLogsKey
