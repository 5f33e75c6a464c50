"""A board laid out across: lines that agree are one row, each code a column; details stay aside."""

from starlette.testclient import TestClient

from ledger.aggregates.catalogue.commands import Publish
from ledger.service import office as setting_up
from ledger.service.board import boards_declared
from ledger.service.office import do
from tests.service.test_boards import staffed
from tests.support.office import Office


def test_a_power_is_a_row_and_its_facets_are_columns(office: Office, client: TestClient) -> None:
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    publisher = staffed(office, "publisher")
    listed = Publish(unit=office.unit, code="powers", items=("power.seal", "power.works"))
    do(office.ledger, publisher, listed)
    office.ledger.follower.catch_up()
    headers = {"Accept-Language": "zh"}
    page = client.get("/boards/five-publics", headers=headers).text
    (table,) = page.split("<table")[1:]
    head, body = table.split("<tbody>")
    for facet in ("清单内容", "规章制度", "运行程序", "运行过程", "运行结果"):
        assert facet in head
    assert body.count("<tr>") == 2
    assert body.count("未公开") == 6
    assert body.count("尚未行使") == 4


def test_figures_show_what_matters_in_the_table_and_the_rest_with_a_row(
    office: Office, client: TestClient
) -> None:
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    office.ledger.follower.catch_up()
    page = client.get("/boards/figures", headers={"Accept-Language": "zh"}).text
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert "公布数" in head
    assert "计量" not in head
    assert "计量" in client.get("/boards/figures/rows/0", headers={"Accept-Language": "zh"}).text
    assert [each.id for each in boards_declared()["figures"].columns if each.programs]
