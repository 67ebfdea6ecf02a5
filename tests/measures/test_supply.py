import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.supply import place_supply

from .conftest import SETTINGS

SERVICES = pd.DataFrame(
    [
        ("s1", "A", 4.0, 1.0),
        ("s2", "A", 1.0, 9.0),
        ("s3", "A", 7.0, 0.0),  # candidate
        ("s4", "B", 4.0, 1.0),
        ("s5", "B", np.nan, 3.0),
        ("s6", "C", np.nan, 0.0),  # candidate only
        ("s7", "E", np.nan, 1.0),
        ("s8", "E", np.nan, 0.0),
        ("s9", "F", 0.0, 2.0),
    ],
    columns=["service_id", "district_id", "capacity_fte", "type_weight"],
    index=range(10, 19),
)
FTE = pd.Series({"F": 1.0, "A": 10.0, "B": 8.0, "C": 2.0, "D": 3.0, "E": np.nan})


def test_by_hand():
    placed = place_supply(FTE, SERVICES)
    assert placed.service_fte.index.tolist() == list(range(10, 19))
    # A by capacity 4:1; B by type weight because one is silent; E unknown; F stated only zeros
    np.testing.assert_array_equal(placed.service_fte, [8, 2, 0, 2, 6, 0, np.nan, 0, 1])
    assert placed.leftover.to_dict() == {"F": 0, "A": 0, "B": 0, "C": 2, "D": 3, "E": 0}
    assert placed.rule.to_dict() == {
        "F": "type weight",
        "A": "capacity",
        "B": "type weight",
        "C": "no service",
        "D": "no service",
        "E": "type weight",
    }


def test_no_services_at_all():
    placed = place_supply(FTE, SERVICES.iloc[:0])
    pd.testing.assert_series_equal(placed.leftover, FTE, check_names=False)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("service_id", "s2", "missing or listed twice at s2"),
        ("district_id", "Z", "no workforce row at s1"),
        ("district_id", None, "no workforce row at s1"),
        ("capacity_fte", -1.0, "capacity_fte negative or infinite at s1"),
        ("type_weight", np.nan, "type_weight missing or negative at s1"),
    ],
)
def test_bad_services_are_named(column, value, message):
    bad = SERVICES.copy()
    bad.loc[10, column] = value
    with pytest.raises(ValueError, match=message):
        place_supply(FTE, bad)


def test_bad_districts_and_columns():
    with pytest.raises(ValueError, match="listed twice at A"):
        place_supply(pd.concat([FTE, FTE[["A"]]]), SERVICES)
    with pytest.raises(ValueError, match="FTE negative or infinite at A"):
        place_supply(-FTE[["A"]], SERVICES[:1])
    with pytest.raises(ValueError, match="lack the columns type_weight"):
        place_supply(FTE, SERVICES.drop(columns="type_weight"))


ROWS = st.tuples(
    st.sampled_from("ABC"),
    st.one_of(st.just(np.nan), st.floats(0, 1e4)),
    st.sampled_from([0.0, 0.1, 1.0, 5.0]),
)


@SETTINGS
@given(st.lists(ROWS, max_size=12), st.lists(st.floats(0, 1e5), min_size=3, max_size=3))
def test_totals_are_conserved(rows, fte):
    district = pd.Series(fte, index=list("ABC"))
    services = pd.DataFrame(rows, columns=["district_id", "capacity_fte", "type_weight"])
    services.insert(0, "service_id", [f"s{i}" for i in range(len(rows))])
    before = services.copy()
    placed = place_supply(district, services)
    pd.testing.assert_frame_equal(services, before)
    assert (placed.service_fte >= 0).all()
    by_district = placed.service_fte.groupby(services["district_id"]).sum()
    total = by_district.reindex(district.index, fill_value=0.0) + placed.leftover
    np.testing.assert_allclose(total, district, rtol=1e-9, atol=1e-9)
    assert (placed.service_fte[services["type_weight"] == 0] == 0).all()
