"""A synthetic region in which every word that comes with the data is hostile."""

from __future__ import annotations

from pathlib import Path

import duckdb
from make_snapshot import HOSTILE, build

# What a stranger may write into a register: markup, scripts, formulas, directions, lengths.
WORDS = [
    *HOSTILE,
    "<svg onload=window.hacked=7>",
    "</style></textarea><script>window.hacked=8</script>",
    "[click](javascript:window.hacked=9) ![x](https://outside.example/x.png)",
    ":material/bolt: :blue[x] :streamlit: $$\\frac{a}{b}$$",
    "\u202egnp.exe‮ \u2066left\u2069 \u200b zero",
    "👩🏽‍⚕️ 🏳️‍🌈 🧑‍🤝‍🧑 clinic",
    "W" * 500,
    '=HYPERLINK("https://outside.example","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "' onmouseover=window.hacked=10 x='",
]
# Columns that hold words which people read; the others are ids, codes and enumerations of ours.
COLUMNS = {
    *("label", "tier_label", "type_label", "level_label", "ownership_label", "peer_label"),
    *("name", "district_name", "parent_name", "country", "title", "text", "words", "note"),
    *("description", "definition", "reference", "target_reference", "citation", "licence"),
    *("publisher", "used_for", "vintage", "population_vintage", "examples", "action", "file"),
    *("correction", "made_by", "rural_rule", "underserved_rule", "gap_rule", "travel_note"),
    *("remedy_family", "figures", "factor", "failure", "left_out", "unit", "flags", "domain"),
    *("district_term", "district_term_plural", "published", "accessed", "url", "judged"),
}


def build_hostile(home: Path, region_id: str = "synth", n: int = 24) -> Path:
    """Write the region; every district, service, source and label has another hostile name."""
    path = build(home, region_id, n=n, name=WORDS[0])
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in WORDS)
    with duckdb.connect(str(path)) as con:
        found = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal "
            "AND data_type = 'VARCHAR' AND table_name LIKE 'out\\_%' ESCAPE '\\'"
        ).fetchall()
        spoiled = [(table, column) for table, column in found if column in COLUMNS]
        for at, (table, column) in enumerate(spoiled):
            # What is missing stays missing: a failure is one only where there is none.
            con.execute(
                f"UPDATE {table} SET {column} = ([{listed}])[(rowid + {at}) % {len(WORDS)} + 1] "
                f"WHERE {column} IS NOT NULL"
            )
        # The same district is called the same in every table.
        con.execute(
            "UPDATE out_district SET district_name = g.district_name FROM out_gap g "
            "WHERE g.district_id = out_district.district_id"
        )
    assert {column for _, column in spoiled} == COLUMNS
    return path
