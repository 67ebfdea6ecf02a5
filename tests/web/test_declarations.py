"""What ``download:`` and ``official:`` may say, and what every declared source does say."""

import pytest
from pydantic import ValidationError

from etl import schema
from etl.config import Config
from etl.config_checks import cross_faults
from etl.extract.web.fetch import KINDS
from etl.schema.download import https_only

from .families import FAMILIES, source

FILE = {"kind": "file", "url": "https://a.org/x.csv"}
PAGES = {"kind": "pages", "url": "https://a.org/x", "records": "r", "total": "n"}


@pytest.mark.parametrize(
    "url",
    [
        "http://a.org/x",
        "ftp://a.org/x",
        "file:///etc/passwd",
        "https://user:word@a.org/x",
        "https://user@a.org/x",
        "https://a.org/x#part",
        "http://10.0.0.1/x",
        "http://localhost/x",
        "not an address",
        "https://",
    ],
)
def test_address_that_is_refused(url: str):
    with pytest.raises(ValueError):
        https_only(url)
    with pytest.raises(ValidationError):
        source("x", "x.csv", "csv", FILE | {"url": url})


@pytest.mark.parametrize(
    ("download", "words"),
    [
        (PAGES, "needs `pages` or `next`"),
        (PAGES | {"pages": "p", "next": "n"}, "needs `pages` or `next`"),
        (PAGES | {"pages": "p", "each_param": "s"}, "each_values"),
        (FILE | {"secret": {"env": "K", "obtain": "o"}}, "needs `param` or `header`"),
        (FILE | {"secret": {"env": "k", "obtain": "o", "param": "p"}}, "pattern"),
        (FILE | {"colour": "red"}, "Extra inputs"),
        (FILE | {"max_mb": 0}, "greater than 0"),
        ({"kind": "pigeon", "url": "https://a.org"}, "pigeon"),
        ({"kind": "gho", "url": "https://a.org", "indicator": "../x"}, "pattern"),
    ],
)
def test_download_that_is_refused(download: dict[str, object], words: str):
    with pytest.raises(ValidationError, match=words):
        source("x", "x.csv", "csv", download)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (source("x", "/etc/x.csv", "csv", FILE), "leads out of the folder"),
        (source("x", "a/../../x.csv", "csv", FILE), "leads out of the folder"),
        (source("x", "x.csv", "csv", FILE, official={"path": "../x.csv"}), "leads out"),
        (source("x", "x.xls", "excel", PAGES | {"pages": "p"}), "makes 'json_pages'"),
    ],
)
def test_declaration_that_does_not_fit(real_config: Config, made: schema.Source, words: str):
    config = Config(**{**vars(real_config), "sources": {**real_config.sources, "x": made}})
    from pathlib import Path

    from etl.config import SQL_DIR

    faults = [row for row in cross_faults(config, Path(SQL_DIR)) if "x.yaml" in row[0]]
    assert any(words in row[2] for row in faults)


def test_every_kind_has_a_fetcher_and_is_tested(real_config: Config):
    declared = {s.download.kind for s in real_config.sources.values() if s.download}
    tested = {f.declare("http://127.0.0.1:1").download.kind for f in FAMILIES}
    assert declared <= set(KINDS) == tested


def test_every_declared_address_is_https(real_config: Config):
    for made in real_config.sources.values():
        if made.download is not None:
            assert made.download.url.startswith("https://"), made.source_id


def test_official_layout_replaces_what_it_states_and_nothing_else(real_config: Config):
    copy = real_config.sources["us_census_popest_2023"]
    official = copy.as_published()
    assert official.path.endswith("cc-est2023-agesex-all.csv")
    assert copy.sha256 is not None and official.sha256 is None
    assert (official.encoding, official.columns) == (copy.encoding, copy.columns)
    plain = real_config.sources["us_bls_laus_2024"]
    assert plain.as_published() is plain  # the same file: its checksum holds


def test_figures_do_not_hang_on_patience(real_config: Config):
    region = real_config.region("kenya")
    before = real_config.method_hash(region)
    slower = real_config.web.model_copy(update={"attempts": 9})
    assert Config(**{**vars(real_config), "web": slower}).method_hash(region) == before
