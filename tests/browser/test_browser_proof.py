"""The proof checked on the device: valid, tampered with, another log, rolled back, out of reach."""

import json
import re
from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any

from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.service.ledger import Ledger
from ledger.service.reading.values import open_groups
from tests.api.conftest import demo_ledger, size
from tests.browser.conftest import INTRANET, Open

__all__ = ["demo_ledger", "size"]

STEPS = 7


def state(page: Any, selector: str = "mz-proof") -> str:
    page.wait_for_function("it => document.querySelector(it)?.dataset.ms", arg=selector)
    found: str = page.get_attribute(selector, "data-state")
    return found


def seen(page: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.evaluate("localStorage.getItem('mz:seen')") or "{}")
    return found


def test_an_entry_is_checked_by_this_device(opened: Open) -> None:
    page = opened("/entries/300")
    assert state(page) == "valid"
    assert "本机已核验" in page.locator("mz-proof .badge").inner_text()
    assert page.locator("mz-proof ol li").count() == STEPS
    assert set(seen(page)) == {"genesis", "size", "root"}


class Gate:
    """Holds requests until it is opened."""

    def __init__(self) -> None:
        self.held: list[Any] = []
        self.shut = True

    def come(self, route: Any) -> None:
        """Hold a request, or let it through."""
        if self.shut:
            self.held.append(route)
        else:
            route.continue_()

    def open(self) -> None:
        """Let through what was held and what comes."""
        self.shut = False
        for route in self.held:
            route.continue_()


def test_until_it_is_checked_a_badge_says_so_and_then_who_checked(opened: Open) -> None:
    page = opened("/entries/300", java_script_enabled=False)
    assert "签名有效（服务器已核验）" in page.locator("mz-proof .badge").inner_text()
    for path, selector, waits, done in (
        ("/entries/300", "mz-proof", "本机核验中", "本机已核验"),
        ("/boards/units", "tbody mz-proof", "待核验", "本机"),
    ):
        page, gate = opened(""), Gate()
        page.route("**/*.tlog-proof", gate.come)
        with page.expect_request("**/*.tlog-proof"):
            page.goto(path)
        page.wait_for_selector(f"{selector}[data-state=checking]")
        assert waits in page.locator(f"{selector} .badge").first.inner_text()
        while not gate.held:
            page.evaluate("0")  # asked for, and in our hands with the next message
        gate.open()
        assert state(page, selector) == "valid"
        assert done in page.locator(f"{selector} .badge").first.inner_text()


def test_so_are_entries_of_founders_devices_and_custodial_keys(opened: Open) -> None:
    page = opened("")
    for index in (0, 1, 8, 40, 120):
        page.goto(f"/entries/{index}")
        assert state(page) == "valid", index


def test_without_the_browsers_cryptography_script_does_it(opened: Open) -> None:
    page = opened("/entries/300", host=INTRANET)
    assert page.evaluate("[isSecureContext, typeof crypto.subtle]") == [False, "undefined"]
    assert state(page) == "valid"
    page.goto("/integrity")
    assert state(page, "mz-log") == "valid"


def tampered(page: Any, path: str | re.Pattern[str], change: Any) -> None:
    def fulfil(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=change(answer.body()))

    page.route(path, fulfil)


def test_a_changed_entry_is_noticed(opened: Open) -> None:
    page = opened("")

    def later(body: bytes) -> bytes:
        shown = json.loads(body)
        return json.dumps(shown | {"recorded_at": shown["recorded_at"] + 1}).encode()

    tampered(page, "**/api/v1/entries/300", later)
    page.goto("/entries/300")
    assert state(page) == "failed"
    assert "log.inclusion" in page.locator("mz-proof .badge").inner_text()
    assert "登记后未被改动" not in page.locator("main").inner_text(), (
        "the page said so, and is wrong"
    )
    assert "核验不符" in page.get_by_role("alert").inner_text()
    assert page.locator("mz-proof ol li").last.inner_text() == "未通过：条目在账本之中，位置相符"


def test_another_entry_in_its_place_is_noticed(opened: Open) -> None:
    page = opened("")
    other = page.request.get("/api/v1/entries/301").body()
    tampered(page, "**/api/v1/entries/300", lambda _: other)
    page.goto("/entries/300")
    assert state(page) == "failed"


def test_another_ledger_than_the_one_first_seen_is_noticed(opened: Open) -> None:
    page = opened("/integrity")
    assert state(page, "mz-log") == "valid"
    known = seen(page) | {"genesis": "A" * 43}
    page.evaluate("value => localStorage.setItem('mz:seen', value)", json.dumps(known))
    page.goto("/integrity")
    assert state(page, "mz-log") == "failed"
    assert "genesis.other" in page.locator("mz-log .badge").inner_text()
    assert seen(page) == known, "what was seen first is not forgotten for what was served later"


def test_a_rewritten_history_is_noticed(opened: Open) -> None:
    page = opened("/integrity")
    assert state(page, "mz-log") == "valid"
    known = seen(page) | {"size": 100, "root": "00" * 32}
    page.evaluate("value => localStorage.setItem('mz:seen', value)", json.dumps(known))
    page.goto("/entries/300")
    assert state(page) == "failed"
    assert "log.consistency" in page.locator("mz-proof .badge").inner_text()


def test_a_log_shorter_than_seen_before_is_noticed(opened: Open) -> None:
    page = opened("/integrity")
    assert state(page, "mz-log") == "valid"
    size = seen(page)["size"]
    root = page.request.get(f"/log/consistency/{size - 1}/{size}").json()["hashes"][0]
    known = seen(page) | {"size": size + 50, "root": root}
    page.evaluate("value => localStorage.setItem('mz:seen', value)", json.dumps(known))
    page.route("**/log/consistency/**", lambda route: route.fulfill(json={"hashes": [root]}))
    page.goto("/integrity")
    assert state(page, "mz-log") == "failed"


def with_disclosures(body: bytes, disclosures: list[str], name: str, shown: str) -> bytes:
    """Return an entry's page as if the values it seals were posted and shown."""
    given = f' data-disclosures="{escape(json.dumps(disclosures))}" data-open'
    posted = f'<p data-disclosed="{name}">{escape(shown)}</p></main>'
    return body.replace(b" data-open", given.encode(), 1).replace(b"</main>", posted.encode())


def test_what_is_posted_is_compared_with_what_was_sealed(
    opened: Open, demo_ledger: Ledger, size: int
) -> None:
    index, name, value, disclosures = next(sealed_texts(demo_ledger, size))
    other = base64url.encode(b'["AAAAAAAAAAAAAAAAAAAAAA","%b","x"]' % name.encode())
    for given, shown, code in (
        (disclosures, value, None),
        (disclosures, f"{value}。", "disclosure.shown_otherwise"),
        ([*disclosures, other], value, "disclosure.unreferenced"),
    ):
        page = opened("")
        tampered(
            page,
            re.compile(rf"//[^/]+/entries/{index}$"),
            partial(with_disclosures, disclosures=given, name=name, shown=shown),
        )
        page.goto(f"/entries/{index}")
        assert state(page) == ("valid" if code is None else "failed")
        if code is None:
            assert page.locator("mz-proof ol li").count() == STEPS + 1
        else:
            assert code in page.locator("mz-proof .badge").inner_text()
            assert "密封" in page.locator("mz-proof ol li.broken").inner_text()


def sealed_texts(ledger: Ledger, size: int) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield entries that seal a text: log index, its name, the text, all disclosures."""
    for row in ledger.recorder.entries(0, size):
        claims = parse_entry(row.state).signed.claims
        groups = open_groups(ledger, row.index, claims).values()
        texts = [each.text for group in groups for each in group.disclosures]
        for group in groups:
            for name, value in group.values.items():
                if isinstance(value, str):
                    yield row.index, name, value, texts


def test_what_cannot_be_fetched_is_not_called_false(opened: Open) -> None:
    page = opened("", tolerate="Failed to load resource")
    page.route("**/*.tlog-proof", lambda route: route.abort())
    page.goto("/entries/300")
    assert state(page) == "unable"
    assert "本机无法核验" in page.locator("mz-proof .badge").inner_text()
    assert "取不到证明" in page.locator("mz-proof .badge").inner_text(), "and why"
    assert "不说明这一条有没有问题" in page.locator("mz-proof .lay").inner_text()


def test_every_step_of_a_case_gets_its_own_badge(opened: Open) -> None:
    page = opened("")
    case = page.request.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    page.goto(f"/cases/{case[5:]}")
    for badge in page.locator("mz-proof").all():
        badge.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('mz-proof')].every(e => e.dataset.state === 'valid')"
    )
    assert page.locator("mz-proof").count() == 10


def test_rows_of_a_board_are_checked_by_this_device_and_lead_to_their_entry(opened: Open) -> None:
    page = opened("/boards/units")
    assert state(page, "tbody mz-proof") == "valid"
    assert page.locator("tbody mz-proof").count() == page.locator("tbody tr").count()
    assert "本机" in page.locator("tbody mz-proof .badge").first.inner_text()
    page.click("tbody mz-proof a >> nth=0")
    page.wait_for_url("**/entries/*")
    page.goto("/boards/cases")
    assert "无法逐行核验" in page.locator("main").inner_text()
