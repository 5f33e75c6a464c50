"""A certificate of voluntary service is checked on screen by what is printed on it."""

from starlette.testclient import TestClient

from ledger.aggregates.account import commands as wishes
from ledger.service.certificates import certificates
from ledger.service.office import do
from tests.service.test_account_boards import serve, staff, volunteer
from tests.support.office import Office


def test_number_and_code_together_show_hours_and_no_name(
    client: TestClient, office: Office
) -> None:
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    serve(office, clerk, organiser, account, 125)
    do(office.ledger, organiser, wishes.Certify(stream=account))
    (issued,) = certificates(office.ledger, account)
    typed = {"number": f" {issued.number} ", "code": issued.check.lower()}
    found = client.get("/certificates.json", params=typed).json()["found"]
    assert (found["minutes"], found["unit"]) == (125, office.unit)
    page = client.get("/certificates", params=typed, headers={"Accept-Language": "zh"}).text
    assert "是本账本出具的证明" in page
    assert "王秀兰" not in page

    for wrong in ({"number": "1"}, {"code": "0-AAAA"}, {"code": "x"}, {"code": office.unit}):
        asked = client.get("/certificates.json", params=typed | wrong).json()
        assert asked["found"] is None
        assert asked["error"]["zh"]
