"""Somebody at a browser without script: she follows links and sends forms back."""

import re
from collections.abc import Callable
from html import unescape

from starlette.testclient import TestClient

from api.session import SESSION
from ledger.aggregates.case.commands import Accept, Assign, Triage
from ledger.service.office import Hand, do
from tests.support.office import Office

HTML = {"Accept": "text/html", "Accept-Language": "en"}
SELECT = re.compile(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', re.S)
As = Callable[[str], "Browser"]


class Browser:
    """Somebody signed in, who follows links and sends forms back with what she typed."""

    def __init__(self, client: TestClient, hand: Hand, token: str) -> None:
        self.client, self.hand, self.token = client, hand, token

    @property
    def headers(self) -> dict[str, str]:
        return {**HTML, "Cookie": f"{SESSION}={self.token}"}

    def get(self, path: str) -> str:
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, page: str, *, step: str = "check", status: int = 200, **typed: str) -> str:
        """Send the page's form to acts with some fields changed; return what comes back."""
        fields = form_in(page) | {f"f.{name}": text for name, text in typed.items()}
        answer = self.client.post(
            "/acts/new", data=fields | {"step": step}, headers=self.headers, follow_redirects=False
        )
        if answer.status_code == 303:
            return self.get(answer.headers["location"])
        assert answer.status_code == status, answer.text
        return answer.text

    def does(self, command: str, stream: str = "", **typed: str) -> str:
        """Fill in a form, look at what is to be signed, sign; return the receipt's page."""
        page = self.get(f"/acts/new?command={command}&stream={stream}")
        return self.send(self.send(page, **typed), step="sign")


def form_in(page: str) -> dict[str, str]:
    """Return the fields of the page's form, as a browser would send them."""
    body = page[page.index('action="/acts/new"') :]
    body = body[: body.index("</form>")]
    found = {}
    for tag in re.findall(r"<input [^>]*>", body):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        unchecked = 'type="checkbox"' in tag and " checked" not in tag
        if name and not unchecked and 'type="file"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', body, re.S
    ):
        found[name] = unescape(text)
    for name, inside in re.findall(SELECT, body):
        picked = re.search(r'<option value="([^"]*)" selected', inside)
        found[name] = picked[1] if picked else ""
    return found


def assigned(office: Office, people: dict[str, Hand], case: str) -> None:
    do(office.ledger, people["intake_clerk"], Accept(stream=case))
    do(office.ledger, people["coordinator"], Triage(stream=case, route="direct"))
    handler = people["liaison"].who.actor
    do(office.ledger, people["coordinator"], Assign(stream=case, handler=handler))
