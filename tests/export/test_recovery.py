"""An attacker with every exported file and every public total tries to work out what is withheld.

The attack reads the files, not the tables they were made from, and has a solver of its own.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from etl.config import load_export
from etl.export import table, withhold
from etl.export.build import build_content
from etl.export.content import Options
from etl.export.write import write_files
from etl.measures.suppress import small
from etl.published import Published

from .conftest import INDICATORS, make
from .readers import READERS, of_frame

PARTS = ("population_served", "population_over_capacity", "population_beyond_reach")
Known = dict[tuple[str, str], float]


def everything_shown(data: Published, folder: Path) -> Known:
    """Return each figure that any file of any format shows, by district and column."""
    rules, known = load_export(), Known()
    contents = [build_content(data, rules, Options(filters=f)) for f in ((), ("rural",))]
    for content in contents:
        for path in write_files(content, rules, folder, list(READERS)):
            for read in READERS.get(path.suffix[1:], ()):
                for row in read(path):
                    for name in (*PARTS, *INDICATORS, "share_beyond_60min"):
                        if row[name] not in (None, ""):
                            known[str(row["district_id"]), name] = float(row[name])
        for row in of_frame(content.sheets[1].frame):
            for name in ("value", "numerator"):
                if row[name] is not None:
                    column = row["indicator_id"] + ("" if name == "value" else "_numerator")
                    known[row["district_id"], column] = row[name]
    return known


def widths(data: Published, known: Known) -> dict[tuple[str, str], float]:
    """Return, for each small count, the width of what it could be to the attacker, in persons."""
    gap = data.tables["out_gap"].set_index("district_id")
    long = data.tables["out_indicator"].set_index(["district_id", "indicator_id"])
    cells = [(d, c) for d in gap.index for c in (*PARTS, *INDICATORS)]
    place = {cell: i for i, cell in enumerate(cells)}
    people = gap["population"]
    per = {d: 100 / people[d] for d in gap.index}  # percentage points per person
    truth = np.array([
        gap.loc[d, c] if c in PARTS else long.loc[(d, c), "value"] / per[d] for d, c in cells
    ])  # fmt: skip
    lines = [[(place[d, p], 1.0) for p in PARTS] for d in gap.index]
    for group in (True, False):
        ids = gap.index[gap["is_rural"] == group]
        lines += [[(place[d, p], 1.0) for d in ids] for p in PARTS]
    lines += [[(place[d, k], 1.0) for d in gap.index] for k in INDICATORS]
    span = {k: np.ptp(long.xs(k, level=1)["value"]) for k in INDICATORS}
    lines += [[(place[d, k], 25 * per[d] / span[k]) for k in INDICATORS] for d in gap.index]
    system = np.zeros((len(lines), len(cells)))
    for i, line in enumerate(lines):
        for j, factor in line:
            system[i, j] = factor
    bounds = []
    for (d, c), true in zip(cells, truth, strict=True):
        seen = (d, c) in known or (c in INDICATORS and (d, f"{c}_numerator") in known)
        seen |= c == "population_beyond_reach" and (d, "share_beyond_60min") in known
        bounds.append((true, true) if seen else (0.0, people[d]))
    low, high = (f(np.array(bounds), axis=1) for f in (np.min, np.max))
    found = {}
    for i, (d, c) in enumerate(cells):
        count = truth[i] if c in PARTS else long.loc[(d, c), "numerator"]
        if small([count], 10)[0]:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(cells))
                aim[i] = sign
                got = linprog(aim, A_eq=system, b_eq=system @ truth, bounds=np.c_[low, high])
                ends.append(sign * got.fun if got.status == 0 else truth[i])
            found[d, c] = ends[1] - ends[0]
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_small_count_can_be_worked_out_from_all_files_together(seed: int, tmp_path: Path):
    data = make(14, seed)
    found = widths(data, everything_shown(data, tmp_path))
    assert len(found) >= 2
    assert min(found.values()) >= 10 * (1 - 1e-3), found


def test_the_attack_works_where_small_counts_alone_are_withheld(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def only_small(amounts, width, equations, **_):
        return np.asarray(width) > 0

    monkeypatch.setattr(withhold, "withhold", only_small)
    data = make(14, 1)
    found = widths(data, everything_shown(data, tmp_path))
    assert sum(width < 1 for width in found.values()) >= len(found) / 2


def test_a_rate_that_tells_a_withheld_count_is_withheld_with_it():
    rules = load_export()
    data = make(24, 3)
    rows, hidden = table.indicator_rows(data, rules)
    sheet, _ = table.gap_sheet(data, rules, rows, hidden)
    assert hidden.any()
    gone = rows[hidden]
    assert gone[["value", "low", "high", "se", "smoothed_value", "numerator"]].isna().all(axis=None)
    assert gone[["scaled_value", "contribution"]].isna().all(axis=None)
    assert (gone["note"] == "[c]").all()
    beyond = sheet.withheld["population_beyond_reach"]
    assert sheet.frame.loc[beyond, "share_beyond_60min"].isna().all()
    assert sheet.frame.loc[beyond, "withheld"].str.contains(r"\[c\] population_beyond_reach").all()
    assert sheet.frame.loc[hidden_rows(rows, hidden, sheet), "poverty_rate"].isna().all()


def hidden_rows(rows, hidden, sheet):
    ids = set(rows.loc[hidden & (rows["indicator_id"] == "poverty_rate").to_numpy(), "district_id"])
    return sheet.frame["district_id"].isin(ids)


def test_zero_is_shown_and_rates_on_few_people_are_marked():
    rules = load_export()
    data = make(24, 3)
    long = data.tables["out_indicator"]
    long.loc[0, ["numerator", "value"]] = [0, 0.0]
    long.loc[1, ["numerator", "value", "denominator"]] = [15, 3.0, 499]
    first, second = (tuple(long.loc[i, ["district_id", "indicator_id"]]) for i in (0, 1))
    rows, _ = table.indicator_rows(data, rules)
    rows = rows.set_index(["district_id", "indicator_id"])
    assert rows.loc[first, "note"] in ("[u]", "[c]")  # never small, at most a second figure
    assert rows.loc[second, "note"] in ("[u]", "[c]")
