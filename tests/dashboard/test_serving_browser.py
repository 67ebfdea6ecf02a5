"""Every page opened directly in a real browser: no error, no breach of the policy, no way out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from make_snapshot import build

from dashboard import navigation

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.mark.parametrize("prefix", ["", "/gap/maps"])
def test_every_page_opens_without_an_error(
    serve: Callable[..., str], tmp_path: Path, prefix: str
) -> None:
    build(tmp_path)
    options = ["--server.baseUrlPath", prefix.strip("/")] if prefix else []
    base = serve(tmp_path, *options, path=prefix)
    own = base.removesuffix(prefix)
    trouble: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in navigation.PAGES:
            page = browser.new_page()
            page.on("console", lambda said: said.type == "error" and trouble.append(f"{said.text}"))
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.on(
                "request",
                lambda asked: (
                    asked.url.startswith((own, "data:", "blob:")) or trouble.append(asked.url)
                ),
            )
            page.on(
                "response",
                lambda told: told.status >= 400 and trouble.append(f"{told.status} {told.url}"),
            )
            page.goto(f"{base}/{name}?region=synth&lang=fr&district=SY002&layer=need")
            page.wait_for_selector("h1", timeout=60_000)
            if name == "map":
                frame = page.frame_locator("iframe[title*=folium]")
                frame.locator("canvas").first.wait_for(timeout=60_000)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.lang") == "fr", name
            assert not trouble, (name, trouble)
            page.close()
        browser.close()
