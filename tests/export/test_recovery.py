"""An attacker with every published table, every file and every total works out what is withheld.

The attack reads what is published, not what it was made from, and has a solver of its own.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import linprog

from etl.config import load_export
from etl.export import table
from etl.export.build import build_content
from etl.export.content import Options
from etl.export.write import write_files
from etl.measures.suppress import small
from etl.published import Published
from etl.withholding import equations

from .conftest import INDICATORS, LENS_WEIGHTS, make, make_tables, publish
from .readers import READERS, of_frame

PARTS = ("population_served", "population_over_capacity", "population_beyond_reach")


class Known(dict[tuple[str, str], float]):
    """Figures in persons by district and name; what is missing teaches nothing."""

    def __setitem__(self, cell: tuple[str, str], value: float) -> None:
        if pd.notna(value):
            super().__setitem__(cell, value)

    def learn(self, cells: dict[tuple[str, str], float]) -> None:
        for cell, value in cells.items():
            self[cell] = value


Tables = dict[str, pd.DataFrame]


def in_tables(shown: Tables) -> Known:
    """Return each figure that any table of the snapshot says, in persons."""
    gap, known = shown["out_gap"].set_index("district_id"), Known()
    people = gap["population"]
    for part in PARTS:
        known.learn({(d, part): v for d, v in gap[part].items()})
    known.learn(
        {(d, PARTS[2]): v * people[d] for d, v in gap["share_beyond_60min"].dropna().items()}
    )
    long = shown["out_indicator"]
    span = {}
    for name, rows in long.dropna(subset=["value", "scaled_value"]).groupby("indicator_id"):
        span[name] = np.polyfit(rows["scaled_value"], rows["value"], 1)  # anyone can fit this line
    for row in [*long.to_dict("records"), *shown["out_reason"].to_dict("records")]:
        name, d = row.get("indicator_id") or row["part_id"], row["district_id"]
        values = [row[c] for c in ("value", "low", "high", "smoothed_value") if c in row]
        values += [np.polyval(span[name], row["scaled_value"])]
        values += [np.polyval(span[name], row["contribution"] / 0.25)]
        for value in values:
            known[d, name] = value * people[d] / 100
        known[d, name] = row.get("numerator")
    lens = shown["out_lens_district"]
    poor = lens[lens["lens"] == "poverty"]
    known.learn(
        {(d, "poverty_rate"): v for d, v in zip(poor["district_id"], poor["people"], strict=True)}
    )
    for row in shown["out_access"].to_dict("records"):
        if row["measure"] in ("population_beyond_reach", "share_beyond"):
            factor = people[row["district_id"]] / 100 if row["measure"] == "share_beyond" else 1.0
            known[row["district_id"], PARTS[2]] = row["value"] * factor
    in_layers_and_words(shown, known)
    return known


def in_layers_and_words(shown: Tables, known: Known) -> None:
    people = shown["out_gap"].set_index("district_id")["population"]
    for row in shown["out_layer_district"].to_dict("records"):
        name = row["layer"].removeprefix("indicator.")
        if name in INDICATORS:
            known[row["district_id"], name] = row["value"] * people[row["district_id"]] / 100
        elif "share_beyond" in name or PARTS[2] in name:
            known[row["district_id"], PARTS[2]] = row["value"]
    for row in shown["out_profile"].dropna(subset=["figures"]).to_dict("records"):
        known[row["district_id"], PARTS[2]] = float(row["figures"].split()[-1])


def in_files(shown: Tables, shapes: dict[str, bytes], folder: Path) -> Known:
    """Return each figure that any file of any format shows, by district and column."""
    rules, known = load_export(), Known()
    data = Published(shown, shapes)
    for filters in ((), ("rural",)):
        content = build_content(data, rules, Options(filters=filters))
        for path in write_files(content, rules, folder, list(READERS)):
            for read in READERS.get(path.suffix[1:], ()):
                for row in read(path):
                    for name in (*PARTS, *INDICATORS):
                        if row[name] not in (None, ""):
                            known[str(row["district_id"]), name] = float(row[name])
                    if row["share_beyond_60min"] not in (None, ""):
                        known[str(row["district_id"]), PARTS[2]] = float(row["share_beyond_60min"])
        for row in of_frame(content.sheets[1].frame):
            if row["value"] is not None or row["numerator"] is not None:
                known[row["district_id"], row["indicator_id"]] = 0.0
    return known


def equations_of(
    tables: Tables, shown: Tables, place: dict[tuple[str, str], int]
) -> list[list[tuple[int, float]]]:
    """Return the sums that are public: parts, totals, groups of people, scores by any weights."""
    gap = tables["out_gap"].set_index("district_id")
    long = tables["out_indicator"].set_index(["district_id", "indicator_id"])
    lines = [[(place[d, p], 1.0) for p in PARTS] for d in gap.index]
    told = shown["out_total"].set_index(["scope", "item"])["value"]
    for scope, ids in {"all": gap.index, "rural": gap.index[gap["is_rural"]],
                       "not rural": gap.index[~gap["is_rural"]]}.items():  # fmt: skip
        lines += [[(place[d, p], 1.0) for d in ids] for p in PARTS if pd.notna(told[scope, p])]
    lines += [[(place[d, k], 1.0) for d in gap.index] for k in INDICATORS]  # the sources' totals
    points = {
        k: 100 / np.ptp(long.xs(k, level=1)["value"]) for k in INDICATORS
    }  # of the scaled figure, per percentage point

    def score(d: str, weights: dict[str, float]) -> list[tuple[int, float]]:
        per = 100 / gap.loc[d, "population"]
        return [(place[d, k], weights[k] * points[k] * per) for k in INDICATORS]

    lines += [score(d, dict.fromkeys(INDICATORS, 0.25)) for d in gap.index]
    lens, variant = shown["out_lens_district"], shown["out_variant_district"]
    others = [lens[(lens["lens"] == "poverty") & lens["need_score"].notna()]]
    others += [variant[(variant["variant"] == "z_scores") & variant["gap_score"].notna()]]
    lines += [score(d, LENS_WEIGHTS) for rows in others for d in rows["district_id"]]
    return lines


def widths(tables: Tables, shown: Tables, known: Known) -> dict[tuple[str, str], float]:
    """Return, for each small count, the width of what it could be to the attacker, in persons."""
    gap = tables["out_gap"].set_index("district_id")
    long = tables["out_indicator"].set_index(["district_id", "indicator_id"])
    cells = [(d, c) for d in gap.index for c in (*PARTS, *INDICATORS)]
    truth = np.array([
        gap.loc[d, c] if c in PARTS else long.loc[(d, c), "value"] * gap.loc[d, "population"] / 100
        for d, c in cells
    ])  # fmt: skip
    lines = equations_of(tables, shown, {cell: i for i, cell in enumerate(cells)})
    system = sparse.lil_array((len(lines), len(cells)))
    for i, line in enumerate(lines):
        for j, factor in line:
            system[i, j] = factor
    most = [gap.loc[d, "population"] for d, _ in cells]
    seen = np.array([cell in known for cell in cells])
    low, high = np.where(seen, truth, 0.0), np.where(seen, truth, most)
    system = system.tocsr()
    known_sums, found = system @ truth, {}
    for i, (d, c) in enumerate(cells):
        count = truth[i] if c in PARTS else long.loc[(d, c), "numerator"]
        if small([count], 10)[0]:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(cells))
                aim[i] = sign
                got = linprog(aim, A_eq=system, b_eq=known_sums, bounds=np.c_[low, high])
                ends.append(sign * got.fun if got.status == 0 else truth[i])
            found[d, c] = ends[1] - ends[0]
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_small_count_can_be_worked_out_from_all_tables_and_files(seed: int, tmp_path: Path):
    tables, shapes = make_tables(18, seed)
    shown = publish(tables)
    known = in_tables(shown)
    known.learn(in_files(shown, shapes, tmp_path))
    found = widths(tables, shown, known)
    assert len(found) >= 2
    assert min(found.values()) >= 10 * (1 - 1e-3), found


def test_the_attack_works_where_small_counts_alone_are_withheld(monkeypatch: pytest.MonkeyPatch):
    def only_small(amounts, width, equations, **_):
        return np.asarray(width) > 0

    monkeypatch.setattr(equations, "withhold", only_small)
    tables, _ = make_tables(14, 1)
    shown = publish(tables)
    found = widths(tables, shown, in_tables(shown))
    assert sum(width < 1 for width in found.values()) >= len(found) / 2


@pytest.mark.parametrize("left", ["out_lens_district", "out_layer_district", "out_reason",
                                  "out_access", "out_indicator"])  # fmt: skip
def test_the_attack_works_where_one_table_is_forgotten(left: str):
    tables, _ = make_tables(24, 3)
    shown = publish(tables)
    found = widths(tables, shown, in_tables(shown | {left: tables[left]}))
    assert min(found.values()) < 1


def test_the_same_figures_are_withheld_whatever_the_weights():
    """Else what one snapshot shows would fill the holes of another made from the same data."""
    tables, _ = make_tables(14, 2)
    first = publish(tables)["out_withheld"]
    tables["out_indicator"]["weight"] *= 0.5
    tables["out_gap"]["need_score"] *= 0.5
    second = publish(tables)["out_withheld"]
    pd.testing.assert_frame_equal(first, second)


def test_a_rate_that_tells_a_withheld_count_is_withheld_with_it():
    data = make(24, 3)
    rows = table.indicator_rows(data)
    sheet, _ = table.gap_sheet(data, load_export(), rows)
    gone = rows[rows["note"] == "[c]"]
    assert len(gone)
    assert gone[["value", "low", "high", "se", "smoothed_value", "numerator"]].isna().all(axis=None)
    assert gone[["scaled_value", "contribution"]].isna().all(axis=None)
    beyond = sheet.withheld["population_beyond_reach"]
    assert sheet.frame.loc[beyond, "share_beyond_60min"].isna().all()
    assert sheet.frame.loc[beyond, "withheld"].str.contains(r"\[c\] population_beyond_reach").all()
    poor = gone.loc[gone["indicator_id"] == "poverty_rate", "district_id"]
    assert len(poor)
    assert sheet.frame.loc[sheet.frame["district_id"].isin(poor), "poverty_rate"].isna().all()


def test_zero_is_shown_and_rates_on_few_people_are_marked():
    tables, shapes = make_tables(24, 3)
    long = tables["out_indicator"]
    long.loc[0, ["numerator", "value"]] = [0, 0.0]
    long.loc[1, ["numerator", "value", "denominator"]] = [15, 3.0, 499]
    first, second = (tuple(long.loc[i, ["district_id", "indicator_id"]]) for i in (0, 1))
    rows = table.indicator_rows(Published(publish(tables), shapes))
    rows = rows.set_index(["district_id", "indicator_id"])
    assert rows.loc[first, "note"] in ("[u]", "[c]")  # never small, at most a second figure
    assert rows.loc[second, "note"] in ("[u]", "[c]")
