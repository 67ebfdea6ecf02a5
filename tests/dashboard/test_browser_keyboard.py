"""From the start page through the whole product with nothing but the keyboard."""

from __future__ import annotations

from browsing import NEEDS_BROWSER, Reader
from keys import Keys

from dashboard.i18n import t

pytestmark = NEEDS_BROWSER


def test_the_whole_product_without_a_mouse(reader: Reader) -> None:
    reader.open("/?region=us-ga&lang=en")
    keys = Keys(reader)

    keys.to(t("page.map.title"), "A")
    keys.type("Enter")
    reader.page.wait_for_url("**/map?**")
    reader.frame()
    reader.settle()

    keys.to(t("map.other_figures"), "combobox")
    reader.page.keyboard.type("poverty")
    keys.type("ArrowDown", "Enter")
    reader.wait(lambda: reader.params.get("layer", "").startswith("indicator."), "no layer chosen")
    reader.settle()

    keys.to(t("map.find", term="county"), "combobox")
    assert keys.frames_left  # through the map and out of it again
    reader.page.keyboard.type("Telfair")
    keys.type("ArrowDown", "Enter")
    reader.wait_for(district="13271")

    keys.to(t("map.full_profile"), "A")
    keys.type("Enter")
    reader.page.wait_for_url("**/district?**")
    reader.settle()
    assert "Telfair" in reader.heading

    keys.to(t("page.compare.title"), "A")
    keys.type("Enter")
    reader.page.wait_for_url("**/compare?**")
    reader.settle()

    keys.to(t("page.rankings.title"), "A")
    keys.type("Enter")
    reader.page.wait_for_url("**/rankings?**")
    reader.settle()
    keys.to(t("rankings.plain"), "switch")
    keys.type("Space")
    reader.wait_for(plain="1")
    reader.page.locator("table.mg-ranking").wait_for()
    keys.to(t("rankings.region"), "region")  # a table that scrolls can be scrolled by keys

    keys.to(t("frame.language"), "combobox")
    keys.type("ArrowDown")
    reader.page.get_by_role("option", name="Kiswahili").wait_for()
    reader.page.keyboard.type("Kisw")
    keys.type("ArrowDown", "Enter")
    reader.wait_for(lang="sw")

    assert keys.unseen == []
    reader.assert_clean()
