"""The missing links of care, as a reader sees them."""

import pandas as pd

from dashboard.views.profile.links import missing_links

COLUMNS = ["district_id", "link", "label", "state", "words", "remedy_family", "figures"]


def rows(*states: str, words: str = "Far away.") -> pd.DataFrame:
    return pd.DataFrame(
        [["01", f"l{i}", f"Link {i}", s, words, "digital", ""] for i, s in enumerate(states)],
        columns=COLUMNS,
    )


def test_missing_links_come_with_words_and_remedy_and_present_ones_do_not():
    html = missing_links(rows("missing", "present"))
    assert "Link 0" in html and "Far away." in html and "digital" in html
    assert "Link 1" not in html


def test_what_could_not_be_judged_is_named():
    assert "No data to judge: Link 1." in missing_links(rows("missing", "no data"))


def test_nothing_missing_is_said_and_an_empty_table_says_nothing():
    assert "None of the declared rules" in missing_links(rows("present"))
    assert missing_links(rows()) == ""


def test_words_are_escaped():
    assert "<script>" not in missing_links(rows("missing", words="<script>alert(1)</script>"))
