"""Options given several times are read one by one, as single ones are."""

from datetime import date

from ledger.aggregates.case.steering.commands import CallConsultation, SplitUp
from ledger.cli import fields
from ledger.cli.fields import parameter_of, values
from ledger.service.forms.fields import fields_of


def read(cls, monkeypatch, **given):
    monkeypatch.setattr(fields, "unit_of", lambda _, code: f"unit of {code}")
    known = fields_of(cls)
    told = {parameter_of(field): given.get(field.name) for field in known}
    return values(None, known, told, None, date(2026, 3, 2))


def test_units_may_be_named_by_their_codes(monkeypatch):
    found = read(CallConsultation, monkeypatch, departments=["520602", "520603"])
    assert found == {"departments": ("unit of 520602", "unit of 520603")}


def test_texts_may_come_from_files_so_that_no_history_keeps_them(monkeypatch, tmp_path):
    (tmp_path / "one.txt").write_text("路灯不亮\n", "utf-8")
    given = [f"@{tmp_path / 'one.txt'}", "井盖丢失"]
    found = read(SplitUp, monkeypatch, texts=given, channel="phone")
    assert found == {"texts": ("路灯不亮", "井盖丢失"), "channel": "phone"}
