"""How a page may look wrong: wider than its window, or with an accessibility fault."""

from typing import Any

import pytest

axe = pytest.importorskip("axe_playwright_python.base")

PAST = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FAULTS = """() => {
  const made = each => each.tagName + each.className + !each.textContent.trim();
  const first = new Map();
  const again = [...document.querySelectorAll("tbody tr, main li")].filter(row => {
    const make = [row, ...row.querySelectorAll("*")].map(made).join(" ");
    return row !== (first.get(make) ?? first.set(make, row).get(make));
  });
  const where = again.length ? { include: [document], exclude: again } : document;
  const asked = { resultTypes: ["violations"], selectors: false };
  return axe.run(where, asked).then(told => told.violations);
}"""


def past(page: Any) -> int:
    """Return how many pixels a page is wider than its window.

    ``innerWidth`` is no measure: a phone's browser zooms out until everything is in it.
    """
    found: int = page.evaluate(PAST)
    return found


def faults(page: Any) -> list[str]:
    """Return what axe finds on a page, and where.

    Of rows made of the same elements and classes one is looked at: fifty cost three times as much
    as the page around them, and tell nothing more.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.AXE_SCRIPT)
    found = page.evaluate(FAULTS)
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
