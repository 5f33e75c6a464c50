"""The first lawful road: the missing tail, from whoever holds it, to the identical root."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.aggregates.case.commands import Accept, Assign, Attach, NoteProgress, Triage
from ledger.bootstrap import FounderKey, found_ledger, open_ledger
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError
from ledger.service import office as setting_up
from ledger.service.attachments.reading import attachment
from ledger.service.attachments.taking import upload
from ledger.service.backup.backing_up import back_up
from ledger.service.backup.restoring import behind_mark, restore
from ledger.service.backup.sources import TailGap, TailSource, open_source
from ledger.service.backup.tail import NothingNew, TailOfOther, TailUnproven, apply_tail
from ledger.service.backup.tail_keys import KeysGoneThere
from ledger.service.exports.log import export_log
from ledger.service.office import do, hand
from ledger.service.reading.receipts import checkpoint
from ledger.service.reading.values import open_groups
from ledger.store.recorder import Head
from ledger.store.signer import HeadBehindMark, create_signer
from tests.backup.copies import (
    audited,
    backed_up,
    found,
    require_clean,
    require_clean_but_for_the_mark,
    restored,
)
from tests.support.files import a_pdf
from tests.support.gwt import person
from tests.support.office import ORIGIN, Office, counts
from tests.support.soundness import require_sound
from tests.support.trust import a_key


class Cut(NamedTuple):
    """An office that goes on, and the older backup of it that is to catch up."""

    office: Office
    old: Path
    size: int
    folder: Path

    def restored(self, name: str = "again", **options: bool) -> Office:
        return restored(self.office, self.old, self.folder / name, **options)


@pytest.fixture
def cut(office: Office, tmp_path: Path) -> Cut:
    """An older backup, then twenty cases more, each with what people wrote sealed."""
    office.a_case()
    made = backed_up(office, tmp_path / "old")
    for number in range(20):
        office.a_case(f"第 {number} 件")
    return Cut(office, tmp_path / "old", made.size, tmp_path)


@contextmanager
def holder(path: Path) -> Iterator[TailSource]:
    with open_source(path, {}) as found:
        yield found


def heads(*offices: Office) -> list[Head]:
    return [office.ledger.recorder.head() for office in offices]


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path / "ledger.sqlite") as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("head", "entry", "tag", "tile", "vault")
        }


@pytest.mark.parametrize("kind", ["a later backup", "a tail"])
def test_a_holder_with_keys_brings_all_back_to_the_identical_rows(cut: Cut, kind: str) -> None:
    first = 0 if kind == "a later backup" else cut.size
    backed_up(cut.office, cut.folder / "holder", first=first)
    cut.office.ledger.close()
    again = cut.restored()
    assert behind_mark(again.ledger) is not None
    with holder(cut.folder / "holder") as source:
        applied = apply_tail(again.ledger, source)
    assert (applied.before, applied.size, applied.unsealed) == (cut.size, cut.office.size, 0)
    assert behind_mark(again.ledger) is None
    require_clean(again.ledger)
    assert rows(again.path) == rows(cut.office.path)
    again.a_case()
    again.ledger.close()
    require_sound(again.path, rules=True)


def test_an_export_brings_the_entries_back_and_says_what_stays_sealed_for_good(cut: Cut) -> None:
    export_log(cut.office.ledger, cut.folder / "export")
    again = cut.restored()
    with holder(cut.folder / "export") as source:
        applied = apply_tail(again.ledger, source)
    assert heads(again) == heads(cut.office)
    assert applied.unsealed == applied.size - applied.before == 20
    assert behind_mark(again.ledger) is None
    again.a_case()
    report = audited(again.ledger)
    assert report.size == applied.size + 1
    assert report.faults.counts == {"audit.vault_missing": 40}
    assert not report.findings.total


def test_a_pack_proposed_in_the_tail_comes_along(tmp_path: Path) -> None:
    hands = [hand(person(label), "registrar", a_key(label)) for label in ("an", "bo")]
    founders = [FounderKey(each.who.actor, each.key) for each in hands]  # type: ignore[arg-type]
    path = tmp_path / "home"
    with found_ledger(path, origin=ORIGIN, founders=founders, threshold=2) as ledger:
        setting_up.establish(ledger, hands[0], "520602001", name="街道", level="street")
        back_up(ledger, tmp_path / "old", elsewhere={})
        setting_up.adopt(ledger, hands, "cn-base")
        back_up(ledger, tmp_path / "tail", elsewhere={}, first=2)
    restore(found(tmp_path / "old"), tmp_path / "again", kek=path / "keys" / "kek")
    with open_ledger(tmp_path / "again") as again, holder(tmp_path / "tail") as source:
        assert not list(again.home.packs.iterdir())
        apply_tail(again, source)
        require_clean_but_for_the_mark(again)


def test_a_tail_in_two_parts_is_brought_in_two_steps(cut: Cut) -> None:
    backed_up(cut.office, cut.folder / "middle", first=cut.size)
    middle = cut.office.size
    cut.office.a_case()
    backed_up(cut.office, cut.folder / "end", first=middle)
    again = cut.restored()
    with holder(cut.folder / "end") as source, pytest.raises(TailGap):
        apply_tail(again.ledger, source)
    with holder(cut.folder / "middle") as source:
        assert apply_tail(again.ledger, source).size == middle
    assert behind_mark(again.ledger) is not None, "one entry is still missing"
    with holder(cut.folder / "end") as source:
        apply_tail(again.ledger, source)
    assert behind_mark(again.ledger) is None
    assert heads(again) == heads(cut.office)


def test_files_attached_in_the_tail_come_along(cut: Cut) -> None:
    ledger = cut.office.ledger
    case = cut.office.a_case()
    file = upload(ledger, case, a_pdf(2))
    attached = Attach(stream=case, file=file.text)
    (line,) = do(ledger, cut.office.hands["liaison"], attached).entries
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    again = cut.restored()
    with holder(cut.folder / "holder") as source:
        apply_tail(again.ledger, source)
    assert attachment(again.ledger, line.index)[1] == a_pdf(2)
    require_clean(again.ledger)


def test_a_restored_backup_has_its_files(cut: Cut) -> None:
    case = cut.office.a_case()
    file = upload(cut.office.ledger, case, a_pdf(1))
    attached = Attach(stream=case, file=file.text)
    (line,) = do(cut.office.ledger, cut.office.hands["liaison"], attached).entries
    backed_up(cut.office, cut.folder / "new")
    again = restored(cut.office, cut.folder / "new", cut.folder / "again")
    assert attachment(again.ledger, line.index)[1] == a_pdf(1)


def test_sealed_values_of_the_tail_open_again(cut: Cut) -> None:
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    again = cut.restored()
    with holder(cut.folder / "holder") as source:
        apply_tail(again.ledger, source)
    (state,) = again.ledger.recorder.states(cut.size, cut.size + 1)
    claims = parse_entry(state).signed.claims
    opened = [open_groups(each.ledger, cut.size, claims) for each in (again, cut.office)]
    assert opened[0] == opened[1]


def in_hand(office: Office) -> str:
    """A case that the liaison handles and has written a note on."""
    stream, liaison = office.a_case(), office.hands["liaison"]
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    do(office.ledger, office.hands["coordinator"], Triage(stream=stream, route="direct"))
    assign = Assign(stream=stream, handler=liaison.who.actor)
    do(office.ledger, office.hands["coordinator"], assign)
    do(office.ledger, liaison, NoteProgress(stream=stream, text="已到现场"))
    return stream


def test_a_key_erased_after_the_backup_stays_erased(office: Office, tmp_path: Path) -> None:
    stream = in_hand(office)
    old = backed_up(office, tmp_path / "old")
    note = NoteProgress(stream=stream, text="已约住户")
    do(office.ledger, office.hands["liaison"], note)
    backed_up(office, tmp_path / "holder", first=old.size)
    again = restored(office, tmp_path / "old", tmp_path / "again")
    erase = "DELETE FROM data_key WHERE stream = ?"
    with sqlite3.connect(again.path / "keys" / "keys.sqlite") as keys:
        assert keys.execute(erase, (stream,)).rowcount > 0
    with holder(tmp_path / "holder") as source:
        applied = apply_tail(again.ledger, source)
    assert (applied.size, applied.unsealed) == (office.size, 1)
    with sqlite3.connect(again.path / "keys" / "keys.sqlite") as keys:
        assert keys.execute(erase, (stream,)).rowcount == 0


def _erased(path: Path, stream: str) -> int:
    with sqlite3.connect(path / "keys" / "keys.sqlite") as keys:
        return keys.execute("DELETE FROM data_key WHERE stream = ?", (stream,)).rowcount


def test_what_was_erased_between_backup_and_tail_is_not_revealed_again(
    office: Office, tmp_path: Path
) -> None:
    stream = in_hand(office)
    index = office.size - 1
    old = backed_up(office, tmp_path / "old")
    keys = _erased(office.path, stream)
    office.a_case()
    backed_up(office, tmp_path / "holder", first=old.size)
    (state,) = office.ledger.recorder.states(index, index + 1)
    claims = parse_entry(state).signed.claims

    again = restored(office, tmp_path / "old", tmp_path / "again")
    refused(again, tmp_path / "holder", KeysGoneThere)
    with pytest.raises(HeadBehindMark):
        again.a_case()
    assert open_groups(again.ledger, index, claims)["note"].state == "shown"
    with holder(tmp_path / "holder") as source:
        applied = apply_tail(again.ledger, source, gone="erased")
    assert (applied.size, applied.erased) == (office.size, keys)
    assert open_groups(again.ledger, index, claims)["note"].state == "lost"
    again.ledger.close()
    assert _erased(again.path, stream) == 0


def test_keys_lost_where_the_tail_is_from_are_kept(office: Office, tmp_path: Path) -> None:
    stream = in_hand(office)
    old = backed_up(office, tmp_path / "old")
    keys = _erased(office.path, stream)
    office.a_case()
    backed_up(office, tmp_path / "holder", first=old.size)
    again = restored(office, tmp_path / "old", tmp_path / "again")
    with holder(tmp_path / "holder") as source:
        assert apply_tail(again.ledger, source, gone="lost").erased == 0
    require_clean(again.ledger)
    again.ledger.close()
    assert _erased(again.path, stream) == keys


def test_a_key_made_for_an_act_that_was_refused_is_not_missed(cut: Cut) -> None:
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    again = cut.restored()
    again.ledger.keystore.ensure([("case/0", "matter")])
    with holder(cut.folder / "holder") as source:
        assert apply_tail(again.ledger, source).erased == 0
    assert heads(again) == heads(cut.office)


def test_a_file_erased_whose_key_was_first_used_in_the_tail_stays_erased(
    office: Office, tmp_path: Path
) -> None:
    """Its key is in the older backup, made when it was taken, before the act that attached it."""
    case = office.a_case()
    file = upload(office.ledger, case, a_pdf(2))
    old = backed_up(office, tmp_path / "old")
    attached = Attach(stream=case, file=file.text)
    (line,) = do(office.ledger, office.hands["liaison"], attached).entries
    with sqlite3.connect(office.path / "keys" / "keys.sqlite") as keys:
        erase = "DELETE FROM data_key WHERE stream = ? AND subject = 'attachment'"
        assert keys.execute(erase, (case,)).rowcount == 1
    office.a_case()
    backed_up(office, tmp_path / "holder", first=old.size)
    again = restored(office, tmp_path / "old", tmp_path / "again")
    refused(again, tmp_path / "holder", KeysGoneThere)
    with holder(tmp_path / "holder") as source:
        applied = apply_tail(again.ledger, source, gone="erased")
    assert (applied.size, applied.erased, applied.unsealed) == (office.size, 1, 1)
    with pytest.raises(LedgerError):
        attachment(again.ledger, line.index)


class Remade(NamedTuple):
    """A backup, then a key erased and, as the same was written about again, made again."""

    office: Office
    folder: Path
    stream: str
    keys: int
    before: int
    after: int

    def state(self, of: Office, index: int) -> str:
        """How the note of an entry reads in an office."""
        (state,) = of.ledger.recorder.states(index, index + 1)
        return open_groups(of.ledger, index, parse_entry(state).signed.claims)["note"].state


@pytest.fixture
def remade(office: Office, tmp_path: Path) -> Remade:
    stream = in_hand(office)
    before = office.size - 1
    old = backed_up(office, tmp_path / "old")
    keys = _erased(office.path, stream)
    office = office.reopened()
    do(office.ledger, office.hands["liaison"], NoteProgress(stream=stream, text="再次联系"))
    backed_up(office, tmp_path / "holder", first=old.size)
    return Remade(office, tmp_path, stream, keys, before, office.size - 1)


def test_a_key_made_again_after_its_erasure_comes_along_and_the_erased_one_goes(
    remade: Remade,
) -> None:
    again = restored(remade.office, remade.folder / "old", remade.folder / "again")
    refused(again, remade.folder / "holder", KeysGoneThere)
    with holder(remade.folder / "holder") as source:
        applied = apply_tail(again.ledger, source, gone="erased")
    assert (applied.size, applied.erased, applied.unsealed) == (
        remade.office.size,
        remade.keys,
        0,
    )
    assert remade.state(again, remade.after) == "shown"
    assert remade.state(again, remade.before) != "shown"


def test_where_a_key_was_lost_and_made_again_both_notes_are_read(remade: Remade) -> None:
    again = restored(remade.office, remade.folder / "old", remade.folder / "again")
    with holder(remade.folder / "holder") as source:
        applied = apply_tail(again.ledger, source, gone="lost")
    assert (applied.erased, applied.unsealed) == (0, 0)
    assert [remade.state(again, at) for at in (remade.before, remade.after)] == ["shown"] * 2
    require_clean(again.ledger)


def test_a_key_erased_here_too_is_not_taken_for_the_one_made_again(remade: Remade) -> None:
    again = restored(remade.office, remade.folder / "old", remade.folder / "again")
    assert _erased(again.path, remade.stream) > 0
    with holder(remade.folder / "holder") as source:
        assert apply_tail(again.ledger, source).unsealed == 0
    assert remade.state(again, remade.after) == "shown"
    assert remade.state(again, remade.before) != "shown"


def test_a_key_first_used_erased_and_made_again_in_the_tail_does_not_hold_the_tail_up(
    office: Office, tmp_path: Path
) -> None:
    old = backed_up(office, tmp_path / "old")
    stream = in_hand(office)
    before = office.size - 1
    _erased(office.path, stream)
    office = office.reopened()
    do(office.ledger, office.hands["liaison"], NoteProgress(stream=stream, text="再次联系"))
    backed_up(office, tmp_path / "holder", first=old.size)
    again = restored(office, tmp_path / "old", tmp_path / "again")
    with holder(tmp_path / "holder") as source:
        applied = apply_tail(again.ledger, source)
    assert heads(again) == heads(office)
    case = Remade(office, tmp_path, stream, 0, before, office.size - 1)
    assert case.state(again, case.after) == "shown"
    assert case.state(again, before) == "lost"
    assert (applied.unsealed, applied.unopened) == (2, 1), (
        "the request has no key, the note another"
    )
    assert lost(again) == 2


def test_a_value_changed_in_the_tail_is_counted_apart_and_named_by_the_audit(cut: Cut) -> None:
    with sqlite3.connect(cut.office.path / "ledger.sqlite") as connection:
        changed = "UPDATE vault SET ciphertext = randomblob(length(ciphertext)) WHERE idx = ?"
        connection.execute(changed, (cut.size + 3,))
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    again = cut.restored()
    with holder(cut.folder / "holder") as source:
        applied = apply_tail(again.ledger, source)
    assert (applied.size, applied.unsealed, applied.unopened) == (cut.office.size, 1, 1)
    assert lost(again) == 1


def lost(office: Office) -> int:
    """Return of how many entries the audit names a value as missing; there is no other fault."""
    faults = audited(office.ledger).faults
    assert set(faults.counts) == {"audit.vault_missing"}
    return len({item.index for item in faults.items})


def test_a_key_nothing_is_sealed_under_gives_way_to_the_holders(cut: Cut) -> None:
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    stream = parse_entry(cut.office.ledger.recorder.states(cut.size, cut.size + 1)[0])
    again = cut.restored()
    again.ledger.keystore.ensure([(stream.signed.claims.stream, "matter")])
    with holder(cut.folder / "holder") as source:
        applied = apply_tail(again.ledger, source)
    assert (applied.erased, applied.unsealed) == (0, 0)
    require_clean(again.ledger)


# What is not the tail -----------------------------------------------------------------------------


def refused(again: Office, path: Path, error: type[LedgerError]) -> None:
    """Assert that a source is refused for this reason, and nothing changed."""
    before = counts(again.path)
    with holder(path) as source, pytest.raises(error) as told:
        apply_tail(again.ledger, source)
    assert told.value.code.startswith("tail.")
    assert counts(again.path) == before


def test_a_source_without_more_is_refused(cut: Cut) -> None:
    refused(cut.restored(), cut.old, NothingNew)


def test_a_tail_of_another_history_is_refused(cut: Cut) -> None:
    """Signed by the same key, since a thief of the home can; the mark is not hers."""
    thief = cut.restored("fork", signer=False)
    seed = bytes.fromhex((cut.office.path / "signer" / "key").read_text().strip())
    create_signer(thief.path / "signer", seed)
    head = thief.ledger.recorder.head()
    thief.ledger.signer.advance(head.size, head.root)
    for number in range(30):
        thief.a_case(f"另一件 {number}")
    backed_up(thief, cut.folder / "forged", first=cut.size)
    thief.ledger.close()
    refused(cut.restored(), cut.folder / "forged", TailOfOther)


def test_without_signer_and_signature_nothing_proves_a_tail(cut: Cut) -> None:
    signer = cut.office.path / "signer"
    signer.rename(cut.folder / "signer")
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    (cut.folder / "signer").rename(signer)
    refused(cut.restored("unsigned", signer=False), cut.folder / "holder", TailUnproven)
    again = cut.restored("marked")
    with holder(cut.folder / "holder") as source:
        apply_tail(again.ledger, source)  # the mark proves it
    assert heads(again) == heads(cut.office)


def test_a_tail_of_another_log_is_refused(cut: Cut, tmp_path: Path) -> None:
    founders = [FounderKey(person("an"), a_key("an"))]
    with found_ledger(
        tmp_path / "other", origin="ledger.example/2", founders=founders, threshold=1
    ) as other:
        back_up(other, tmp_path / "of another", elsewhere={})
    refused(cut.restored(), tmp_path / "of another", TailOfOther)


def test_a_changed_entry_in_an_export_is_refused(cut: Cut) -> None:
    export_log(cut.office.ledger, cut.folder / "export")
    for bundle in sorted((cut.folder / "export" / "tile" / "entries").rglob("*")):
        if bundle.is_file():
            data = bytearray(bundle.read_bytes())
            last = data.rindex(b".") - 40
            data[last] = ord("A") if data[last] != ord("A") else ord("B")
            bundle.write_bytes(data)
    again = cut.restored()
    before = counts(again.path)
    with holder(cut.folder / "export") as source, pytest.raises(LedgerError):
        apply_tail(again.ledger, source)
    assert counts(again.path) == before


def test_checkpoints_of_the_restored_log_are_those_of_the_lost_one(cut: Cut) -> None:
    kept = checkpoint(cut.office.ledger)
    backed_up(cut.office, cut.folder / "holder", first=cut.size)
    again = cut.restored()
    with holder(cut.folder / "holder") as source:
        apply_tail(again.ledger, source)
    assert checkpoint(again.ledger) == kept
