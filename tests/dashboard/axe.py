"""axe-core on a page and all its frames; it comes with axe-playwright-python."""

from __future__ import annotations

import pytest
from browsing import Reader

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Faults of Streamlit's own elements, which no page of ours can mend: rule, part of the element's
# HTML, reason. A rule that holds again must leave this list.
STREAMLITS_OWN: tuple[tuple[str, str, str], ...] = ()


def violations(reader: Reader) -> list[str]:
    """Rule, element and message of everything that axe finds and that is ours."""
    axe_playwright = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    axe = axe_playwright.Axe()
    for frame in reader.page.frames:
        frame.evaluate(axe.axe_script)
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = axe.run(reader.page, options=options).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:300]} | {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
        if not any(
            rule["id"] == known and part in node["html"] for known, part, _ in STREAMLITS_OWN
        )
    ]
