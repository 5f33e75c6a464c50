"""An audit's memory in plain dictionaries, for logs that fit.

About 300 bytes a stream and 80 an entry: whoever audits what may not fit fills the port with a
database.
"""

from collections.abc import Collection, Iterable, Mapping

from ledger.audit.ports import Tip


class PlainMemory:
    """A ``Memory`` of this process."""

    def __init__(self) -> None:
        self._tips: dict[str, Tip] = {}
        self._jtis: set[int] = set()
        self._seen: list[tuple[int, str, int]] = []

    def tips(self, streams: Collection[str]) -> dict[str, Tip]:
        """Return the tips of those streams that are remembered."""
        return {name: self._tips[name] for name in streams if name in self._tips}

    def all_tips(self) -> Iterable[tuple[str, Tip]]:
        """Return the tip of every stream remembered, by stream bytewise."""
        return sorted(self._tips.items())

    def known(self, jtis: Collection[int]) -> set[int]:
        """Return which of these ids are remembered."""
        return self._jtis.intersection(jtis)

    def remember(
        self,
        tips: Mapping[str, Tip],
        jtis: Collection[int],
        seen: Collection[tuple[int, str, int]],
    ) -> None:
        """Remember new tips, new ids, and the checkpoints seen."""
        self._tips.update(tips)
        self._jtis.update(jtis)
        self._seen += seen

    def seen(self) -> Iterable[tuple[int, str, int]]:
        """Return all checkpoints seen, sorted."""
        return sorted(self._seen)
