"""Which districts a search finds."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard import districts


def test_a_name_is_found_without_its_accents_and_case() -> None:
    gap = pd.DataFrame({
        "district_id": ["a", "b", "c", "d"],
        "district_name": ["Muranga", "Murang\u2019a \u00c9st", "Est of Murang\u00e1", None],
        "parent_name": [None, "North", None, None],
    })  # fmt: skip
    found = districts.Districts(gap)
    # Those that begin with the word come first.
    assert found.called("MURANG") == ["a", "b", "c"]
    assert found.called("est murang") == ["c", "b"]
    assert found.called("  ") == found.called("zzz") == []
    # In its id and in the name of the area it lies in as well, but a name that holds it is first.
    assert found.called("north d") == [] and found.called("NORTH") == ["b"]
    assert found.called("d") == ["d"] == found.called("D ")
    assert found.full_names["b"] == "Murang\u2019a \u00c9st, North"
    assert found.full_names["a"] == "Muranga"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nandu", ["01"]),
        ("NANDÚ", ["01"]),
        ("strasse", ["02"]),
        ("cote  ivoire", ["03"]),
        ("istanbul", ["04"]),
        ("03", ["03"]),
        ("nandu sur", []),
        (".*", []),
    ],
)
def test_every_word_is_looked_for_as_it_sounds(words: str, found: list[str]) -> None:
    gap = pd.DataFrame({
        "district_id": ["01", "02", "03", "04"],
        "district_name": ["Ñandú Norte", "Straße", "Cote d'Ivoire Côte", "İstanbul"],
        "parent_name": [None] * 4,
    })  # fmt: skip
    assert districts.Districts(gap).called(words) == found
