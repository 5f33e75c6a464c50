"""Rows changed by SQL, past the store: what each deed must be called by the audit.

In words both databases understand; entries are found in the untouched home, whose log indexes are
the damaged one's too.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from ledger.entry.entry import format_entry, parse_entry
from ledger.tampering.means import read_states
from tests.audit.homes import Kept
from tests.support.database import rows
from tests.trust.forging import execute, execute_in_view
from tests.trust.tampered import at

Damage = Callable[[Kept, Path], None]


# Entries ------------------------------------------------------------------------------------------


def entry_changed(_kept: Kept, home: Path) -> None:
    ((state,),) = rows(home, "SELECT state FROM entry WHERE idx = 100")
    execute(home, "UPDATE entry SET state = ? WHERE idx = 100", bytes(state)[:-1])


def entry_redated(_kept: Kept, home: Path) -> None:
    ((state,),) = rows(home, "SELECT state FROM entry WHERE idx = 100")
    entry = parse_entry(bytes(state))
    earlier = format_entry(entry.recorded_at - 1, entry.signed.jws)
    execute(home, "UPDATE entry SET state = ? WHERE idx = 100", earlier)


def entry_deleted(kept: Kept, home: Path) -> None:
    execute(home, "DELETE FROM entry WHERE idx = ?", at(kept, kept.cases[1], 2))


def entries_swapped(kept: Kept, home: Path) -> None:
    one, other = at(kept, kept.cases[1], 2), at(kept, kept.cases[2], 2)
    states = read_states(kept.path)
    for index, state in ((one, states[other]), (other, states[one])):
        execute(home, "UPDATE entry SET state = ? WHERE idx = ?", state, index)


def entry_retyped(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 2)
    execute(home, "UPDATE entry SET type = 'case.closed.v1' WHERE idx = ?", index)


def entry_moved(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[3], 1)
    execute(home, "UPDATE entry SET stream = ?, seq = 99 WHERE idx = ?", kept.cases[2], index)


def entry_put_in_again(kept: Kept, home: Path) -> None:
    states = read_states(kept.path)
    values = (len(states), kept.cases[3], 99, "case.progress_noted.v1", "0" * 26, states[-1])
    execute(home, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", *values)


def entry_put_in_and_counted(kept: Kept, home: Path) -> None:
    entry_put_in_again(kept, home)
    execute(home, "UPDATE head SET size = size + 1")


# What is beside them ------------------------------------------------------------------------------


def tile_changed(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE tile SET hashes = ? WHERE level = 0 AND n = 0", bytes(8192))


def tile_deleted(_kept: Kept, home: Path) -> None:
    execute(home, "DELETE FROM tile WHERE level = 0 AND n = 0")


def tile_added(_kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tile VALUES (1, 0, ?)", bytes(8192))


def head_root(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE head SET root = ?", bytes(32))


def head_time(_kept: Kept, home: Path) -> None:
    execute(home, "UPDATE head SET last_at = last_at + 1")


def tag_deleted(kept: Kept, home: Path) -> None:
    execute(home, "DELETE FROM tag WHERE idx = ?", at(kept, kept.cases[1], 2))


def tag_added(kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tag VALUES ('key:other', ?)", at(kept, kept.cases[1], 2))


def tag_beyond(_kept: Kept, home: Path) -> None:
    execute(home, "INSERT INTO tag VALUES ('key:other', 100000)")


def vault_changed(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "UPDATE vault SET ciphertext = ? WHERE idx = ?", bytes(99), index)


def vault_deleted(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "DELETE FROM vault WHERE idx = ? AND grp = 'matter'", index)


def vault_kept_longer(kept: Kept, home: Path) -> None:
    index = at(kept, kept.cases[1], 1)
    execute(home, "UPDATE vault SET retain_until = NULL WHERE idx = ? AND grp = 'matter'", index)


def vault_swapped(kept: Kept, home: Path) -> None:
    one, other = at(kept, kept.cases[1], 1), at(kept, kept.cases[2], 1)
    for old, new in ((one, -1), (other, one), (-1, other)):
        execute(home, "UPDATE vault SET idx = ? WHERE idx = ? AND grp = 'matter'", new, old)


def vault_added(kept: Kept, home: Path) -> None:
    values = (at(kept, kept.cases[1], 2), "extra", "reporter", "handling", None, b"x")
    execute(home, "INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", *values)


def vault_beyond(_kept: Kept, home: Path) -> None:
    values = (100_000, "matter", "reporter", "handling", None, b"x")
    execute(home, "INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", *values)


def view_row_changed(kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE row SET state = 'closed' WHERE key = ?", kept.cases[1])


def view_row_deleted(kept: Kept, home: Path) -> None:
    execute_in_view(home, "DELETE FROM row WHERE key = ?", kept.cases[1])


def view_row_hidden(kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE row SET node = 1 WHERE key = ?", kept.cases[1])


def view_row_added(kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE row SET key = 'case/X' WHERE key = ?", kept.cases[3])


def view_count_changed(_kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE move_0 SET by = by + 1 WHERE log_index = 20")


def view_cell_relabelled(_kept: Kept, home: Path) -> None:
    execute_in_view(home, "UPDATE cell_0 SET by_state = 'closed' WHERE cell = 1")


def view_total_added(_kept: Kept, home: Path) -> None:
    execute_in_view(home, "INSERT INTO snapshot_0 VALUES (50, 1, 7)")


TO_ENTRIES: Mapping[Damage, str] = {
    entry_changed: "entry.bad_jws",
    entry_redated: "audit.tile",
    entry_deleted: "audit.entry_missing",
    entries_swapped: "audit.row",
    entry_retyped: "audit.row",
    entry_moved: "audit.row",
    entry_put_in_again: "audit.stray",
    entry_put_in_and_counted: "audit.jti",
}
BESIDE: Mapping[Damage, str] = {
    tile_changed: "audit.tile",
    tile_deleted: "audit.tile_missing",
    tile_added: "audit.stray",
    head_root: "audit.root",
    head_time: "audit.head",
    tag_deleted: "audit.tags",
    tag_added: "audit.tags",
    tag_beyond: "audit.stray",
    vault_changed: "vault.fault",
    vault_deleted: "audit.vault_missing",
    vault_kept_longer: "audit.vault",
    vault_swapped: "vault.fault",
    vault_added: "audit.stray",
    vault_beyond: "audit.stray",
    view_row_changed: "audit.view",
    view_row_deleted: "audit.view",
    view_row_hidden: "audit.view",
    view_row_added: "audit.view",
    view_count_changed: "audit.view",
    view_cell_relabelled: "audit.view",
    view_total_added: "audit.view",
}
