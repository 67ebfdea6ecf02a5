"""A made-up region of any size and with any names, as a published snapshot would hold it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.config import load_export
from etl.export.build import build_content, read_tables
from etl.export.content import Content, Options
from etl.export.write import WRITERS, write_files
from etl.publish import current_snapshot
from etl.published import Published
from etl.schema import ExportRules
from etl.warehouse import Warehouse
from etl.withholding.run import take_out

from ..conftest import CHECKOUT

INDICATORS = ("crowding_share", "limited_english_share", "poverty_rate", "no_vehicle_share")
HOSTILE = [
    '=HYPERLINK("http://x.test","click")', "+1+1", "-2", "@SUM(A1)", "\t=1+1", "O'Brien \"Ö\"",
    "two\r\nlines", "a,b;c|d", "مقاطعة نيروبي", "עיר \u202eabc", "🏥 Clinic 👩🏽‍⚕️", "n" * 500,
    "nul\x00bell\x07esc\x1b", "<script>alert(1)</script> & co", "{braces} %s ${x}", "00123",
    "../../etc/passwd", "NULL", "1e5", "TRUE", "＝1+1",
]  # fmt: skip


def make_tables(
    n: int = 24, seed: int = 0, names: list[str] | None = None, few: bool = False
) -> tuple[dict[str, pd.DataFrame], dict[str, bytes]]:
    """Return every figure of `n` districts, and their shapes; figures agree with each other.

    With `few`, small counts are about as rare as in Georgia.
    """
    rng = np.random.default_rng(seed)
    ids = [f"{k:05d}" for k in range(1, n + 1)]
    people = rng.integers(400, 60_000, n).astype(float)
    beyond = np.round(
        people * rng.choice([0, 0.0008, 0.3], n, p=[0.5, 0.01, 0.49] if few else None), 1
    )
    over = np.round(
        (people - beyond) * rng.choice([0.0009, 0.2, 0.5], n, p=[0.01, 0.5, 0.49] if few else None),
        1,
    )
    long = _indicators(rng, ids, people, 0.01 if few else 0.15)
    need = long.groupby("district_id")["contribution"].sum().reindex(ids).to_numpy()
    access = np.round(rng.uniform(0, 100, n), 2)
    gap = np.round(np.sqrt(need * (100 - access)), 2)
    rank = pd.Series(gap).rank(ascending=False, method="first").astype(int).to_numpy()
    frame = pd.DataFrame({
        "region_id": "madeup", "district_id": ids,
        "parent_name": pd.Series([None] * n, dtype=object),
        "district_name": names or [f"District {k}" for k in ids],
        "boundary_vintage": "2020", "population": people, "population_vintage": "2020",
        "area_km2": 100.0, "density_per_km2": np.round(people / 100, 2), "rural_share": 0.5,
        "rural_class": "r", "is_rural": rng.random(n) < 0.5, "need_score": np.round(need, 2),
        "need_rank": rank, "access_score": access, "access_rank": rank, "gap_score": gap,
        "gap_rank": rank, "gap_rank_low": np.maximum(rank - 2, 1), "gap_rank_high": rank + 2,
        "gap_top_fifth_probability": 0.5, "is_underserved": rank <= n / 5,
        "gap_class": np.where(rank <= n / 5, "very high", "low"), "is_underserved_rural": False,
        "fte_per_100k": np.nan, "fte_shortage": 1.0,
        "population_served": np.round(people - beyond - over, 1),
        "population_over_capacity": over, "population_beyond_reach": beyond,
        "share_beyond_60min": np.round(beyond / people, 4), "services_count": 3, "flags": "",
        "snapshot_id": "abc123def456", "method_version": "2026.3",
    })  # fmt: skip
    region = {
        "region_id": "madeup", "name": "Made-up", "country": "Nowhere", "district_term": "district",
        "district_term_plural": "districts", "rural_rule": "r", "underserved_rule": "u",
        "gap_rule": "g", "travel_note": "t", "n_districts": n, "snapshot_id": "abc123def456",
        "method_version": "2026.3",
    }  # fmt: skip
    source = {"source_id": "s", "publisher": "P", "title": "T", "accessed": "2026-11-21",
              "licence": "L", "url": "https://example.org/"}  # fmt: skip
    sure = frame[["district_id"]].assign(gap_low=gap, gap_high=gap, confidence="uncertain")
    tables = dict(
        out_gap=frame, out_region=pd.DataFrame([region]), out_confidence=sure, out_indicator=long,
        out_source=pd.DataFrame([source]), **said_again(frame, long),
    )  # fmt: skip
    across = int(np.ceil(np.sqrt(n)))
    boxes = [
        shapely.box(k % across, k // across, k % across + 1, k // across + 1) for k in range(n)
    ]
    shapes = {key: shapely.to_wkb(box) for key, box in zip(ids, boxes, strict=True)}
    return tables, shapes


def publish(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables as a snapshot holds them: without small counts."""
    rules = load_export(CHECKOUT / "config").withholding
    with Warehouse() as warehouse:
        for name, table in tables.items():
            warehouse.write(name, table)
        take_out(warehouse, rules)
        return {name: warehouse.read(name) for name in warehouse.tables()}


def make(
    n: int = 24, seed: int = 0, names: list[str] | None = None, few: bool = False
) -> Published:
    """Return the region of `make_tables` as it is published."""
    tables, shapes = make_tables(n, seed, names, few)
    return Published(publish(tables), shapes)


# A group of people that weighs the need otherwise, with the same sum.
LENS_WEIGHTS = dict(zip(("crowding_share", "limited_english_share", "poverty_rate",
                         "no_vehicle_share"), (0.1, 0.2, 0.5, 0.2), strict=True))  # fmt: skip


def said_again(gap: pd.DataFrame, long: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables that repeat figures of districts, or are made from them otherwise."""
    ids, people = gap["district_id"], gap.set_index("district_id")["population"]
    wide = long.pivot(index="district_id", columns="indicator_id", values="scaled_value")
    poor = long[long["indicator_id"] == "poverty_rate"].set_index("district_id")["value"]
    counted = (people * poor / 100).reindex(ids).to_numpy()
    score = sum(wide[k] * w for k, w in LENS_WEIGHTS.items()).reindex(ids).to_numpy()
    everyone = gap[["district_id", "need_score", "need_rank", "access_score", "access_rank",
                    "gap_score", "gap_rank"]]  # fmt: skip
    lens = pd.concat([
        everyone.assign(lens="everyone", people=gap["population"]),
        everyone.assign(lens="poverty", people=counted, need_score=score),
    ])  # fmt: skip
    other = everyone[["district_id", "gap_score", "gap_rank"]]
    columns = ["district_id", "value", "scaled_value", "contribution"]
    reason = long[columns].assign(
        part="need", part_id=long["indicator_id"], gap_if_typical=50.0, rank_if_typical=1,
        position=long.groupby("district_id")["contribution"].rank(ascending=False, method="first"),
    )  # fmt: skip
    beyond = gap[["district_id"]].assign(value=gap["population_beyond_reach"], tier="all")
    share = beyond.assign(value=100 * gap["share_beyond_60min"])
    access = pd.concat([
        beyond.assign(measure="population_beyond_reach"), share.assign(measure="share_beyond"),
        share.assign(measure="virtual_reach", value=80.0),
    ])  # fmt: skip
    layers = pd.concat([
        long[["district_id", "value"]].assign(layer="indicator." + long["indicator_id"]),
        access[["district_id", "value"]].assign(layer="measure." + access["measure"] + ".all"),
    ])  # fmt: skip
    classes = dict.fromkeys(("class_quantile", "class_jenks", "class_equal", "class_fixed"), 0)
    quantiles = layers.groupby("layer")["value"].quantile([0.1, 0.5, 0.9]).unstack()
    usual = quantiles.set_axis(["p10", "median", "p90"], axis=1).reset_index()
    return {
        "out_lens": pd.DataFrame({
            "lens": ["everyone", "poverty"], "position": [1, 2],
            "share_indicator": [None, "poverty_rate"], "people": [people.sum(), counted.sum()],
        }),
        "out_lens_district": lens,
        "out_variant_district": pd.concat([
            other.assign(variant="published"), other.assign(variant="z_scores", gap_score=score),
        ]),
        "out_reason": reason,
        "out_access": access,
        "out_layer_district": layers.assign(**classes),
        "out_peer": gap[["district_id"]].assign(peer_group="all"),
        "out_typical": usual.assign(scope="region", n=len(gap)),
        "out_profile": gap[["district_id"]].assign(
            link="reach", figures=[f"share_beyond_60min {v}" for v in gap["share_beyond_60min"]]
        ),
        "out_access_point": gap[["district_id"]].assign(
            point_id=gap["district_id"], population=gap["population"],
            accessible_fte_per_100k=1.0, nearest_service_minutes=1.0,
        ),
        "out_cluster": gap[["district_id"]].assign(kind="gap", statistic=0.0),
    }  # fmt: skip


def _indicators(
    rng: np.random.Generator, ids: list[str], people: np.ndarray, rare: float
) -> pd.DataFrame:
    parts = []
    for name in INDICATORS:
        share = rng.choice([0.0007, 0.02, 0.1, 0.2], len(ids), p=[rare, 0.4 - rare, 0.3, 0.3])
        counts = np.round(people * share * rng.uniform(0.8, 1.2, len(ids)))
        value = np.round(100 * counts / people, 4)
        scaled = 100 * (value - value.min()) / np.ptp(value)
        parts.append(pd.DataFrame({
            "district_id": ids, "indicator_id": name, "label": name, "definition": name,
            "domain": "d", "value": value, "unit": "%", "low": value, "high": value,
            "se": 0.1, "smoothed_value": value, "scaled_value": scaled, "weight": 0.25,
            "contribution": 0.25 * scaled, "vintage": "2020", "source_id": "s", "numerator": counts,
            "denominator": people, "in_index": True,
            "flag": pd.Series([None] * len(ids), dtype=object),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="session")
def rules() -> ExportRules:
    return load_export(CHECKOUT / "config")


@pytest.fixture(scope="session")
def real(rules: ExportRules, published_home: Path) -> Iterator[Callable[[str], Content]]:
    """``real("us-ga")``: the whole export of a region published from the sample."""

    def get(region_id: str) -> Content:
        data = read_tables(current_snapshot(published_home, region_id), rules)
        return build_content(data, rules, Options())

    yield get


@pytest.fixture(scope="session")
def files(
    tmp_path_factory: pytest.TempPathFactory, rules: ExportRules, real: Callable[[str], Content]
):
    """``files("us-ga", "csv")``: path of an exported file."""
    made: dict[str, Path] = {}

    def get(region_id: str, name: str) -> Path:
        if region_id not in made:
            made[region_id] = tmp_path_factory.mktemp(region_id)
            write_files(real(region_id), rules, made[region_id], list(WRITERS))
        return next(made[region_id].glob(f"*.{name}"))

    return get
