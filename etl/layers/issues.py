"""The ledger of rejected and doubtful rows that becomes ``core_issue``."""

from dataclasses import dataclass, field

import pandas as pd

from etl.errors import examples
from etl.layer_files import ISSUE_COLUMNS

LISTED = 25  # more rows of one rule than this are told in one line, with their number


@dataclass
class Issues:
    """Collects issues; each says source, file, row, column, value, rule and what was done."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add_frame(self, frame: pd.DataFrame) -> None:
        """Add issues already in the ledger's columns (absent columns stay blank)."""
        self.rows.extend({str(k): v for k, v in row.items()} for row in frame.to_dict("records"))

    def add(
        self, rule: str, severity: str, bad: pd.DataFrame, *, column: str, message: str, action: str
    ) -> None:
        """Add one issue for each row of `bad`, or one for all where they are many.

        `bad` may hold ``source_id``, ``_file``, ``_row`` and the column named.
        """
        if bad.empty:
            return
        base = {"rule": rule, "severity": severity, "column_name": column, "message": message,
                "action": action}  # fmt: skip
        if len(bad) > LISTED:
            values = bad[column].tolist() if column in bad else []
            first = bad.iloc[0]
            self.rows.append(
                base
                | {
                    "source_id": first.get("source_id"),
                    "file": first.get("_file"),
                    "value": examples(values) if values else None,
                    "n_rows": len(bad),
                }
            )
            return
        for record in bad.to_dict("records"):
            self.rows.append(
                base
                | {
                    "source_id": record.get("source_id"),
                    "file": record.get("_file"),
                    "row": record.get("_row"),
                    "value": record.get(column),
                    "n_rows": 1,
                }
            )

    def frame(self) -> pd.DataFrame:
        """Return the ledger, every cell text but ``n_rows``, in a fixed order."""
        # As objects: a row number beside a blank one must not become a decimal.
        table = pd.DataFrame(self.rows, columns=ISSUE_COLUMNS, dtype=object)
        text = [c for c in ISSUE_COLUMNS if c != "n_rows"]
        table[text] = table[text].astype("string").replace("", pd.NA)
        table["n_rows"] = pd.to_numeric(table["n_rows"]).fillna(1).astype("int64")
        table["_order"] = pd.to_numeric(table["row"], errors="coerce")
        table = table.sort_values(
            ["severity", "rule", "source_id", "_order", "value"], kind="stable"
        )
        return table.drop(columns="_order").reset_index(drop=True)
