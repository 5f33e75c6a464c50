"""An office that takes tables in: a table put in, what came of it, what comes out again."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import count

import pytest
from hypothesis import strategies as st

from ledger.service import office as setting_up
from ledger.service.directory import import_device
from ledger.service.imports.importable import importable_named
from ledger.service.imports.importing import Report, export_rows, import_table
from ledger.service.imports.tables import csv_bytes, parse_table
from ledger.service.office import Hand, hand
from tests.service.test_importing import install
from tests.support.office import Office, copied
from tests.support.trust import a_key

NUMBERS = count(1)
UNIT = "520602001"


def staffed(office: Office) -> Office:
    """Give an office an import device, an accountant and a claims clerk."""
    install(office)
    hands = dict(office.hands)
    for role in ("accountant", "claims_clerk", "volunteer_clerk"):
        holder = setting_up.register(
            office.ledger, office.registrars[0], f"职员{role}", office.unit
        )
        key = a_key(role)
        setting_up.enrol(office.ledger, office.registrars[0], holder, key, "file")
        setting_up.appoint(office.ledger, office.registrars, holder, role, office.unit)
        hands[role] = hand(holder, role, key)
    return office._replace(hands=hands)


@pytest.fixture(scope="module")
def shared(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all examples of this file; each uses names of its own."""
    made = staffed(copied(founded, tmp_path_factory.mktemp("tables") / "home"))
    yield made
    made.ledger.close()


def signer(office: Office, name: str) -> Hand:
    table = importable_named(name)
    if table.by_device:
        return import_device(office.ledger)
    if table.role == "registrar":
        return office.registrars[0]
    return office.hands["claims_clerk" if name == "account-lines" else "accountant"]


def put(office: Office, name: str, rows: Sequence[Sequence[object]], **more: bool) -> Report:
    """Import rows given with their header, as CSV."""
    table = importable_named(name)
    raw = parse_table(csv_bytes(rows), table.columns)
    by = more.pop("by", None) or signer(office, name)
    return import_table(office.ledger, table, raw, by, **more)


def got(office: Office, name: str) -> list[list[str]]:
    """Return what an export writes, read back as plain CSV."""
    data = csv_bytes(export_rows(office.ledger, importable_named(name)))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def header(name: str) -> list[str]:
    return [column.zh for column in importable_named(name).columns]


def refusals(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.why.code) for fault in report.faults]


def plain_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV, as they are."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


NAME = st.text("王李张示例甲乙丙=+-@' 1", min_size=1, max_size=8).map(str.strip).filter(bool)
