"""What a snapshot says of small counts: the rule, totals, a withheld cell, a marked rate."""

from __future__ import annotations

import json

import pandas as pd

WITHHELD_TYPES = {
    "out_withheld": "TTTTTT", "out_total": "TTTDTII", "out_unreliable": "TTTT", "snap_config": "TT",
}  # fmt: skip
RULE = {
    "threshold": 10,
    "code": "[c]",
    "unreliable": {"code": "[u]", "numerator_below": 20, "denominator_below": 500},
}
PARTS = ("population_served", "population_over_capacity", "population_beyond_reach")


def withheld_tables(gap: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the four tables; the last district's people beyond reach are withheld."""
    cell = ("out_gap", gap["district_id"].iloc[-1], "", PARTS[2], "[c]", "withheld: a small count")
    scopes = {
        "all": gap,
        "rural": gap[gap["is_rural"].eq(True)],
        "not rural": gap[gap["is_rural"].eq(False)],
    }
    totals = [
        (scope, item, item, rows[item].sum(min_count=1), "people", rows[item].notna().sum(), 0)
        for scope, rows in scopes.items()
        for item in ("population", *PARTS)
    ]
    columns = ["scope", "item", "label", "value", "unit", "n_districts", "n_withheld"]
    return {
        "out_withheld": pd.DataFrame(
            [cell],
            columns=["table_name", "district_id", "item", "column_name", "code", "reason"],
        ),
        "out_total": pd.DataFrame(totals, columns=columns),
        "out_unreliable": pd.DataFrame(
            [(gap["district_id"].iloc[0], "poverty", "[u]", "unreliable: few cases")],
            columns=["district_id", "indicator_id", "code", "reason"],
        ),
        "snap_config": pd.DataFrame(
            [("withholding", json.dumps(RULE))], columns=["part", "content"]
        ),
    }
