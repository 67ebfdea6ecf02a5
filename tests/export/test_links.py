"""Where links lead, and what a file says where nobody else can open them."""

import pytest

from etl.errors import BadValueError
from etl.export.build import build_content
from etl.export.content import Options
from etl.export.links import VARIABLE, export_rules, is_own_machine, permalink

from .conftest import make


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_the_address_is_the_one_given_else_of_the_environment_else_configured(
    monkeypatch: pytest.MonkeyPatch,
):
    assert export_rules().permalink_base == "http://localhost:8501"
    monkeypatch.setenv(VARIABLE, "https://gap.example.org/maps/")
    assert export_rules().permalink_base == "https://gap.example.org/maps"
    assert export_rules("http://10.0.0.7:80/").permalink_base == "http://10.0.0.7:80"


@pytest.mark.parametrize(
    "wrong", ["gap.example.org", "javascript:alert(1)", 'http://x"y', "http://x y", "http://x?a=b"]
)
def test_an_address_that_is_none_is_told(wrong: str):
    with pytest.raises(BadValueError, match="is no address of a dashboard"):
        export_rules(wrong)


def test_links_open_the_page_of_the_district_and_the_map_of_the_region():
    base = "https://x.test"
    assert (
        permalink(base, "r", "s1", "a b") == f"{base}/district?region=r&district=a%20b&snapshot=s1"
    )
    assert permalink(base, "r", "s1") == f"{base}/?region=r&snapshot=s1"


@pytest.mark.parametrize(
    ("base", "own"),
    [
        ("http://localhost:8501", True), ("http://127.0.0.1", True), ("http://[::1]:8501", True),
        ("http://app.localhost", True), ("https://localhost.example.org", False),
        ("http://10.0.0.7:8501", False),
    ],
)  # fmt: skip
def test_a_file_says_that_links_to_its_own_machine_work_there_only(base: str, own: bool):
    assert is_own_machine(base) == own
    content = build_content(make(4), export_rules(base), Options())
    assert any("on the computer where the file was made only" in t for _, t in content.notes) == own
    assert content.gap.frame["permalink"].str.startswith(f"{base}/district?region=madeup&").all()
