"""Which districts a search finds."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard import districts


def test_a_whole_word_comes_before_a_part_of_one() -> None:
    names = ["Ward 1", "Ward 10", "Ward 2", "Upper Ward 1"]
    gap = pd.DataFrame({"district_id": list("pqrs"), "district_name": names, "parent_name": None})
    found = districts.Districts(gap)
    assert found.called("ward 1") == ["p", "q", "s"]
    assert found.called("1 ward") == ["s", "p", "q"]


def test_names_come_first_then_ids_and_larger_areas() -> None:
    gap = pd.DataFrame({
        "district_id": ["a", "b", "c", "est-4", "e"],
        "district_name": ["Muranga", "Murang\u2019a \u00c9st", "Est of Murang\u00e1", "Nord", None],
        "parent_name": [None, "North", None, None, None],
    })  # fmt: skip
    found = districts.Districts(gap)
    # Of names, those that begin with the word.
    assert found.called("MURANG") == ["a", "b", "c"]
    assert found.called("est murang") == ["c", "b"]
    assert found.called("est") == ["c", "b", "est-4"]
    assert found.called("muranga NORTH") == found.called("b") == ["b"]
    assert found.called("  ") == found.called("zzz") == []
    assert found.full_names["b"] == "Murang\u2019a \u00c9st, North"
    assert found.full_names["a"] == "Muranga"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nandu", ["01"]),
        ("NANDÚ", ["01"]),
        ("strasse", ["02"]),
        ("cote  ivoire", ["03"]),
        ("cote divoire", ["03"]),
        ("CÔTE D’IVOIRE", ["03"]),
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
