"""The need index through the configured path: COINr's stages, what is left out, invariants."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import schema
from etl.config import Config
from etl.errors import BadValueError
from etl.index.need import Need, compute_need, need_of
from etl.index.need_words import left_out_table, need_issues, need_rows, need_score_rows
from etl.measures.choices import simulate_choices
from etl.measures.composite import gap, rank
from etl.measures.draws import Doubt
from etl.measures.outliers import fill_group_mean
from etl.measures.runs import Runs
from etl.publish import run_checks

from .conftest import CHECKOUT, Tiny, build_tiny

CASE = CHECKOUT / "tests" / "reference" / "need_synth24"
COINR = {"skewness": 2, "kurtosis": 3.5, "most": 5, "fallback": "log"}
PLAIN = {
    "scaling": "minmax", "z_limit": 2.5, "outliers": "none", "weighting": "equal",
    "aggregation": "arithmetic", "min_coverage": 0.5, "min_indicator_coverage": 0.5,
    "use_smoothed": False,
    "domains": ["money", "health"],
    "weights": {"money": ["poverty", "income"], "health": ["suicide"]},
}  # fmt: skip
WAYS = {"money": {"poverty": 1, "income": -1}, "health": {"suicide": 1}}


def configured(config: Config, need: dict, directions: dict, **bounds: float) -> Config:
    """The real configuration with other indicators and another need model."""
    entries = {
        name: schema.Indicator(
            label=name.title(), definition="made up", why="made up", domain=domain, unit="index",
            direction=way, low=-1e9, high=1e9, reference="made up",
            **(bounds if name == "poverty" else {}),
        )
        for domain, names in directions.items() for name, way in names.items()
    }  # fmt: skip
    chosen = schema.NeedModel.model_validate(need)
    labels = {name: name.title() for name in chosen.domains}
    model = config.model.model_copy(update={"need": chosen, "domain_labels": labels})
    return replace(config, indicators=entries, model=model)


def core_of(values: pd.DataFrame, se: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """Core tables that hold these figures; a margin of error nowhere."""
    long = values.rename_axis(index="district_id", columns="indicator_id")
    long = long.stack(future_stack=True).rename("value").reset_index()
    error = np.nan if se is None else se.stack(future_stack=True).to_numpy()
    long = long.assign(se=error, moe=np.nan, source_id="made_up")
    return {"indicator": long, "district": pd.DataFrame({"district_id": values.index})}


def made(real_config: Config, values: pd.DataFrame, **change: object) -> Need:
    se = change.pop("se", None)
    bounds = change.pop("bounds", {})
    config = configured(real_config, PLAIN | change, WAYS, **bounds)
    return compute_need(config, core_of(values, se))


@pytest.fixture
def figures() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    common = rng.normal(size=20)
    return pd.DataFrame(
        {
            "poverty": 20 + 5 * common + rng.normal(size=20),
            "income": 4e4 - 9e3 * common + 2e3 * rng.normal(size=20),
            "suicide": rng.gamma(4.0, 3.0, 20),
        },
        index=[f"D{i:02d}" for i in range(20)],
    )


# --- reference: COINr from imputed data to the index --------------------------------------------


@pytest.fixture
def coinr():
    data = pd.read_csv(CASE / "iData.csv", index_col="uCode")
    meta = pd.read_csv(CASE / "iMeta.csv").set_index("iCode")
    inputs, outer = meta[meta["Level"] == 1], meta[meta["Level"] == 2]["Weight"]
    # The index never fills a gap; COINr's case does, so its stage comes before the configured path.
    values = data[list(inputs.index)].astype(float)
    values = values.apply(lambda x: fill_group_mean(x, data["Rural_group"]))
    names = {d: inputs.index[inputs["Parent"] == d] for d in outer.index}
    model = PLAIN | {
        "weighting": "given",
        "outliers": COINR,
        "min_coverage": 1.0,
        "domains": {d.lower(): w for d, w in outer.items()},
        "weights": {
            d.lower(): (inputs["Weight"][i] / inputs["Weight"][i].sum()).to_dict()
            for d, i in names.items()
        },
    }
    ways = {
        d.lower(): {i: int(inputs["Direction"][i]) for i in columns} for d, columns in names.items()
    }
    return values, model, ways, outer


@pytest.mark.parametrize(
    ("case", "change", "back"),
    [
        ("minmax_amean", {}, lambda s: s),
        ("minmax1_100_gmean", {"aggregation": "geometric"}, lambda s: s),
        # so wide a range that nothing is clipped; COINr leaves z-scores and ranks as they are
        ("zscore_amean", {"scaling": "zscore", "z_limit": 10}, lambda s: (s - 50) / 5),
        ("prank_amean", {"scaling": "percentile_rank"}, lambda s: s / 100),
    ],
)
def test_need_synth24_stage_by_stage(real_config, coinr, case, change, back):
    values, model, ways, outer = coinr
    config = configured(real_config, model | change, ways)
    need = compute_need(config, core_of(values))
    expected = pd.read_csv(CASE / "expected_index.csv", index_col="uCode")
    close = {"rtol": 0, "atol": 1e-6}
    treated = pd.read_csv(CASE / "stage_treated.csv", index_col="uCode").astype(float)
    np.testing.assert_allclose(need.values[treated.columns], treated, **close)
    assert need.table.index[need.table["changed"] == 1].tolist() == ["income", "suicide"]
    if case == "minmax_amean":
        stage = pd.read_csv(CASE / "stage_normalised_minmax_0_100.csv", index_col="uCode")
        np.testing.assert_allclose(need.scaled[stage.columns], stage, **close)
    for domain in outer.index:
        got = back(need.index.domains[domain.lower()])
        np.testing.assert_allclose(got, expected[f"{case}.{domain}"], **close)
    np.testing.assert_allclose(back(need.index.score), expected[f"{case}.NEED"], **close)
    assert rank(need.index.score).tolist() == expected[f"{case}.rank"].tolist()


# --- what is left out, refused or changed --------------------------------------------------------


def test_an_indicator_of_too_few_districts_is_left_out_by_name(real_config, figures):
    figures.iloc[:11, 2] = np.nan
    need = made(real_config, figures)
    assert need.scaled.columns.tolist() == ["poverty", "income"]
    reason = "known in 9 of 20 districts; "
    reason += "an indicator of the index must be known in at least 50% of them"
    assert need.left_out == {"suicide": reason}
    alone = made(real_config, figures[["poverty", "income"]])
    pd.testing.assert_series_equal(need.index.score, alone.index.score)
    assert left_out_table(need).to_dict("records") == [
        {"indicator_id": "suicide", "reason": reason}
    ]
    issue = need_issues(core_of(figures), need).iloc[0]
    assert issue["severity"] == "warn" and issue["source_id"] == "made_up"
    assert issue["message"] == f"suicide is {reason}"
    config = configured(real_config, PLAIN, WAYS)
    titles = {row[1]: row for row in need_rows(config, need)}
    assert titles["Left out: Suicide"][2].startswith("Known in 9 of 20 districts")
    assert "Suicide" not in titles["Indicators that count"][3]
    assert titles["Indicators that count"][3] == "Poverty 50.0%, Income 50.0%"
    figures.iloc[10, 2] = 7.0  # exactly half is enough
    assert not made(real_config, figures).left_out


def test_nothing_left_is_refused(real_config, figures):
    with pytest.raises(BadValueError, match="no indicator of the index is known in enough"):
        made(real_config, figures * np.nan)
    with pytest.raises(BadValueError, match=r"no indicator that config/model\.yaml weighs"):
        made(real_config, figures.rename(columns=str.upper))


def test_one_district_alone_is_refused_with_a_way_out(real_config, figures):
    with pytest.raises(BadValueError, match="is the only district of the region, and scores"):
        made(real_config, figures.iloc[:1])


@pytest.mark.parametrize("scaling", ["minmax", "percentile_rank", "zscore", "imd_exponential"])
def test_a_constant_indicator_is_refused_by_name(real_config, figures, scaling):
    with pytest.raises(BadValueError, match="need index: income is the same in every district"):
        made(real_config, figures.assign(income=3.0), scaling=scaling)


def test_an_indicator_the_region_lacks_hands_its_weight_to_its_domain(real_config, figures):
    need = made(real_config, figures[["income", "suicide"]])
    np.testing.assert_allclose(need.index.weights, 0.5)
    config = configured(real_config, PLAIN, WAYS)
    row = next(r for r in need_rows(config, need) if r[1] == "Indicators without a source")
    assert row[3] == "Poverty"


def test_given_weights(real_config, figures):
    numbers = {
        "weighting": "given", "domains": {"money": 0.2, "health": 0.8},
        "weights": {"money": {"poverty": 0.75, "income": 0.25}, "health": {"suicide": 1}},
    }  # fmt: skip
    weights = made(real_config, figures, **numbers).index.weights.iloc[0]
    assert weights.tolist() == pytest.approx([0.15, 0.05, 0.8])


def test_principal_components_weigh_inside_a_domain(real_config, figures):
    need = made(real_config, figures, weighting="principal_component")
    # two indicators that move together always share their component
    assert need.table["weight"].tolist() == pytest.approx([0.5, 0.5, 1.0])
    turned = figures.assign(income=-figures["income"])
    with pytest.raises(BadValueError, match=r"'money' move against each other \((Poverty|Income)"):
        made(real_config, turned, weighting="principal_component")
    with pytest.raises(BadValueError, match="domain 'money': 2 complete rows are too few"):
        made(real_config, figures.head(2), weighting="principal_component")


def test_fixed_bounds_replace_the_region_own(real_config, figures):
    need = made(real_config, figures, bounds={"scale_low": 0.0, "scale_high": 50.0})
    np.testing.assert_allclose(need.scaled["poverty"], figures["poverty"].clip(0, 50) * 2)
    assert need.scaled["suicide"].min() == 0 and need.scaled["suicide"].max() == 100
    assert need.table.loc["poverty", ["scale_low", "scale_high"]].tolist() == [0, 50]
    assert need.table.loc["suicide", ["scale_low", "scale_high"]].isna().all()


def test_outliers_are_treated_before_scaling(real_config, figures):
    figures.iloc[0, 2] = 900.0
    se = figures * 0.1
    need = made(real_config, figures, se=se, outliers=COINR)
    second = figures["suicide"].nlargest(2).iloc[1]
    assert need.values.iloc[0, 2] == second and need.raw.iloc[0, 2] == 900.0
    assert need.table["changed"].tolist() == [0, 0, 1]
    assert need.table.loc["suicide", "high"] == 1e9  # still in its unit
    words = [r[2] for r in need_rows(configured(real_config, PLAIN, WAYS), need)]
    assert "1 extreme figure(s) set to the next one." in words
    # with none to spare only a logarithm helps, whose range and errors are not those of the unit
    figures.iloc[1, 2] = 950.0
    logged = made(real_config, figures, se=figures * 0.1, outliers=COINR | {"most": 1})
    assert logged.table.loc["suicide", "logged"]
    assert logged.table.loc["suicide", ["low", "high"]].isna().all()
    shift = 0.01 * np.ptp(figures["suicide"])
    np.testing.assert_allclose(
        logged.se["suicide"],
        0.1 * figures["suicide"] / (figures["suicide"] - figures["suicide"].min() + shift),
    )
    # fixed bounds clip already: left alone
    far = made(
        real_config, figures.assign(poverty=figures["suicide"]), outliers=COINR | {"most": 1},
        bounds={"scale_low": 0.0, "scale_high": 50.0},
    )  # fmt: skip
    assert far.table["changed"].tolist()[0] == 0


def test_the_method_page_follows_the_choices(real_config):
    texts = {
        change: " ".join(r[2] for r in need_score_rows(configured(real_config, PLAIN | dict(
            [change]), {**WAYS, "poverty": {}})))
        for change in (("scaling", "zscore"), ("weighting", "principal_component"))
    }  # fmt: skip
    assert "distance from the average district" in texts["scaling", "zscore"]
    assert "first principal component" in texts["weighting", "principal_component"]
    rule = configured(real_config, PLAIN | {"outliers": COINR}, WAYS)
    assert "up to 5 extreme figures" in next(
        r[2] for r in need_score_rows(rule) if r[1] == "Extreme figures"
    )


def test_a_left_out_indicator_is_told_wherever_it_would_be_looked_for(tiny_home, real_config):
    path = tiny_home / "config" / "model.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("min_indicator_coverage: 0.5", "min_indicator_coverage: 0.7"))
    with build_tiny().warehouse as warehouse:
        shown = warehouse.read("out_indicator").set_index("indicator_id")
        quality, method = warehouse.read("out_quality"), warehouse.read("out_method")
        assert (run_checks(warehouse)["n_rows"] == 0).all()
    told = "known in 4 of 6 districts"
    assert shown.loc["unemployment_rate", "left_out"].str.startswith(told).all()
    assert not shown.loc["unemployment_rate", "in_index"].any()
    assert shown.loc["unemployment_rate", ["weight", "contribution"]].isna().all(axis=None)
    assert shown.drop("unemployment_rate")["left_out"].isna().all()
    row = quality.iloc[0]
    assert (row["rule"], row["severity"]) == ("indicator_in_too_few_districts", "warn")
    assert row["source_id"] == "tiny_survey" and told in row["action"]
    assert "Left out: Unemployment" in method["title"].tolist()


@pytest.mark.parametrize(
    "changes",
    [
        {"aggregation: arithmetic  #": "aggregation: geometric  #",
         "aggregations: [arithmetic, geometric]": "aggregations: [geometric, arithmetic]"},
        {"scaling: minmax": "scaling: imd_exponential",
         "scalings: [minmax,": "scalings: [imd_exponential, minmax,"},
        {"scaling: minmax": "scaling: zscore", "scalings: [minmax, percentile_rank, zscore]":
         "scalings: [zscore]"},
        {"outliers: none": "outliers: {skewness: 0.1, kurtosis: 0.1, most: 1, fallback: log}"},
        {"weighting: equal": "weighting: principal_component"},
    ],
    ids=["geometric", "imd_exponential", "zscore", "outliers", "principal_component"],
)  # fmt: skip
def test_every_choice_publishes(tiny_home, changes):
    """From the model file to published tables that pass every check."""
    path = tiny_home / "config" / "model.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"config/model.yaml no longer holds {old!r}: adapt the test"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with build_tiny().warehouse as warehouse:
        assert (run_checks(warehouse)["n_rows"] == 0).all()
        assert warehouse.read("out_variant")["failure"].isna().all()
        assert warehouse.read("out_gap")["gap_score"].notna().sum() == 4


def test_tinyland_says_which_indicators_count(tinyland: Tiny):
    method = tinyland.warehouse.read("out_method").set_index("title")["value"]
    assert method["Indicators that count"].count("25.0%") == 4
    assert "Crowded households" in method["Indicators without a source"]
    shown = tinyland.warehouse.read("out_indicator").set_index(["district_id", "indicator_id"])
    assert shown.loc[("03", "poverty_rate"), "se"] == 2
    assert shown.loc[("01", "poverty_rate"), "se"] == pytest.approx(2 / 1.645, abs=1e-4)
    assert shown["left_out"].isna().all()


@pytest.mark.parametrize("scaling", ["minmax", "percentile_rank", "zscore", "imd_exponential"])
@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
@pytest.mark.parametrize("outliers", ["none", COINR | {"most": 1}])
def test_the_published_model_is_the_nominal_draw(
    real_config, figures, scaling, aggregation, outliers
):
    """Without doubt every draw of the Monte Carlo is the published gap, whatever is chosen."""
    figures.iloc[0, 2], figures.iloc[1, 2] = 900.0, 950.0
    need = made(
        real_config, figures, scaling=scaling, aggregation=aggregation, outliers=outliers,
        bounds={"scale_low": 0.0, "scale_high": 30.0},
    )  # fmt: skip
    access = pd.Series(np.linspace(5, 95, 20), index=figures.index)
    runs = Runs((), access.to_numpy(), (), access.index)
    sure = Doubt(concentration=1e12, scalings=(scaling,), means=(aggregation,), z_limit=2.5)
    drawn = simulate_choices(
        need.values, need.se, need.table, need.domain_weights, runs, sure,
        draws=3, seed=1, min_coverage=0.5, low_quantile=0.05, high_quantile=0.95, top_share=0.2,
    )  # fmt: skip
    np.testing.assert_allclose(drawn["gap_low"], gap(need.index.score, access), atol=2e-3)


# --- invariants of the pure part -----------------------------------------------------------------

CHOICES = {
    "scaling": st.sampled_from(["minmax", "percentile_rank", "zscore", "imd_exponential"]),
    "aggregation": st.sampled_from(["arithmetic", "geometric"]),
}
CELL = st.one_of(st.integers(0, 60), st.just(None))
ROWS = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8)
ANCHORS = [(i * 8, (i * i) % 50, 60 - i) for i in range(8)]  # known and different everywhere


def try_made(real_config, rows, **choices):
    frame = pd.DataFrame([*rows, *ANCHORS], columns=["poverty", "income", "suicide"], dtype=float)
    frame.index = [f"D{i:02d}" for i in range(len(frame))]
    return frame, made(real_config, frame, **choices)


@given(ROWS, st.integers(0, 7), st.integers(1, 100), CHOICES["scaling"], CHOICES["aggregation"])
def test_more_poverty_never_lowers_need(real_config, rows, which, more, scaling, aggregation):
    which %= len(rows)
    rows[which] = (rows[which][0] or 0, *rows[which][1:])
    frame, before = try_made(real_config, rows, scaling=scaling, aggregation=aggregation)
    frame.iloc[which, 0] += more
    after = made(real_config, frame, scaling=scaling, aggregation=aggregation)
    was, now = before.index.score.iloc[which], after.index.score.iloc[which]
    assert np.isnan(was) == np.isnan(now)
    assert np.isnan(was) or now >= was - 1e-9


@given(ROWS, st.randoms(), CHOICES["scaling"], CHOICES["aggregation"])
def test_order_and_names_of_districts_change_nothing(
    real_config, rows, random, scaling, aggregation
):
    frame, need = try_made(real_config, rows, scaling=scaling, aggregation=aggregation)
    order = list(frame.index)
    random.shuffle(order)
    again = made(real_config, frame.loc[order], scaling=scaling, aggregation=aggregation)
    pd.testing.assert_series_equal(
        again.index.score[frame.index], need.index.score, check_names=False
    )
    other = frame.rename(index=lambda name: f"X{100 - int(name[1:])}")
    renamed = made(real_config, other, scaling=scaling, aggregation=aggregation)
    np.testing.assert_allclose(renamed.index.score, need.index.score, atol=1e-9)


@given(ROWS, CHOICES["scaling"], CHOICES["aggregation"])
def test_a_district_without_data_has_no_score_and_moves_nobody(
    real_config, rows, scaling, aggregation
):
    choices = {"scaling": scaling, "aggregation": aggregation, "min_indicator_coverage": 0.0}
    frame, need = try_made(real_config, rows, **choices)
    frame.loc["nobody"] = np.nan
    more = made(real_config, frame, **choices)
    assert np.isnan(more.index.score["nobody"])
    np.testing.assert_allclose(more.index.score[:-1], need.index.score, atol=1e-9)


@given(ROWS, CHOICES["scaling"])
def test_contributions_sum_to_the_score(real_config, rows, scaling):
    _, need = try_made(real_config, rows, scaling=scaling)
    total = need.index.contributions.sum(axis=1, min_count=1)
    np.testing.assert_allclose(total, need.index.score, atol=1e-9)
    np.testing.assert_allclose(need.index.weights.sum(axis=1)[need.index.score.notna()], 1.0)


def test_need_of_reads_nothing_but_its_arguments(real_config, figures):
    need = made(real_config, figures)
    before = need.values.copy()
    again = need_of(need, schema.NeedModel.model_validate(PLAIN))  # a Need holds all of Figures
    pd.testing.assert_series_equal(again.index.score, need.index.score)
    pd.testing.assert_frame_equal(need.values, before)
