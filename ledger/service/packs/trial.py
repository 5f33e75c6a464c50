"""A pack on trial: a ledger's facts as if the pack had been adopted from the beginning.

Nothing is written: two acts that were never signed are shown to the rules behind all others, and
the pack's bytes are laid beside those of the home.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Event
from ledger.kernel.facts import Answer, Facts, close
from ledger.rules.genesis import LOG
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import ADOPTIONS, PackAdoptionProposed, PackApproved, PackDigest
from ledger.rules.packs.book import asks_book
from ledger.rules.packs.pack import Pack, PackFiles, digest_of
from ledger.rules.packs.reigns import Reign, reigns
from ledger.service.acts.judge import PENDING
from ledger.service.directory import facts
from ledger.service.ledger import Ledger
from ledger.service.packs.books import reigns_of

LONG_AGO = "1970-01-01"


class Trial:
    """The ledger with a pack, over those it extends, in force where the pack is in force now.

    That is at ``unit``; without one, wherever some version of the pack was adopted, else for the
    whole log.
    """

    def __init__(
        self, ledger: Ledger, own: Pack, below: Iterable[Pack], unit: str | None = None
    ) -> None:
        self._ledger = ledger
        packs = {pack.ref: pack for pack in (own, *below)}
        digests = {ref: digest_of(pack.files) for ref, pack in packs.items()}
        self._bytes: Mapping[str, PackFiles] = {
            digests[ref]: pack.files for ref, pack in packs.items()
        }
        known = facts(ledger, ADOPTIONS, LOG)
        self.places = (
            frozenset({unit})
            if unit is not None
            else frozenset(
                each.unit
                for each in adoptions.adoptions(known)
                if each.pack.partition("@")[0] == own.head.id
            )
            or frozenset({None})
        )
        extends = tuple(
            PackDigest(pack=ref, digest=digest) for ref, digest in digests.items() if ref != own.ref
        )
        self._adoption = tuple(
            act
            for number, place in enumerate(sorted(self.places, key=str))
            for act in _adoption(
                PackAdoptionProposed(
                    pack=own.ref,
                    digest=digests[own.ref],
                    extends=extends,
                    unit=place,
                    effective_from=LONG_AGO,
                ),
                persons=adoptions.needed(known),
                number=number,
            )
        )

    def facts(self, asks: Callable[[Facts], Iterable[Tag]], before: int | None = None) -> Facts:
        """Return what ``asks`` names, from entries below log index ``before``, and the trial."""

        def answer(tags: Iterable[Tag]) -> Mapping[Tag, Answer]:
            found, _ = self._ledger.known.answer(tags)
            return {tag: self._answer(tag, each, before) for tag, each in found.items()}

        found, _ = close(asks, answer, Facts({}, self._shelf))
        return found

    def reigns(self, unit: str, day: date) -> tuple[Reign, ...]:
        """Return the books in force for a unit up to a day, the trial's where it is on trial.

        The first is where the office began all the same: nothing is owed for what was before.
        """
        begun = reigns_of(self._ledger, unit, day)
        since = begun[0].since if begun else day
        tried = reigns(self.facts(lambda known: asks_book(unit, known)), unit, day)
        return tuple(
            each._replace(since=max(each.since, since))
            for each in tried
            if each.until is None or each.until > since
        )

    def _answer(self, tag: Tag, found: Answer, before: int | None) -> Answer:
        acts = found.acts
        if before is not None:
            acts = tuple(act for act in acts if act.index is not None and act.index < before)
        return Answer((*acts, *self._adoption) if tag == ADOPTIONS else acts)

    def _shelf(self, digest: str) -> Mapping[str, bytes]:
        return self._bytes.get(digest) or self._ledger.home.shelf(digest)


def _adoption(proposed: PackAdoptionProposed, *, persons: int, number: int) -> Iterable[Act]:
    digest = f"{number}".rjust(43, "-")
    for seq in range(1, persons + 1):
        event: Event = proposed if seq == 1 else PackApproved(approves=digest)
        yield Act(
            stream=f"pack/{proposed.pack}",
            seq=seq,
            type="pack.adoption_proposed.v1" if seq == 1 else "pack.approved.v1",
            jti="",
            actor=f"person/{seq}",
            role="registrar",
            kid="",
            occ=LONG_AGO,
            iat=0,
            event=event,
            digest=digest if seq == 1 else None,
            index=PENDING + seq,
        )
