import numpy as np
import pytest

from etl.measures import sensitivity
from etl.measures.sensitivity import sobol

FACTORS = ["x1", "x2", "x3"]


def ishigami(points):
    x = np.pi * (2 * points - 1)
    y = np.sin(x[:, 0]) * (1 + 0.1 * x[:, 2] ** 4) + 7 * np.sin(x[:, 1]) ** 2
    return y[:, None]


def test_ishigami_within_monte_carlo_error(reference):
    expected = reference("salib_ishigami/expected.csv").set_index("var")
    found = [sobol(ishigami, FACTORS, base=4096, seed=s) for s in range(8)]
    for ours, name in (("first", "S1_analytic"), ("total", "ST_analytic")):
        tables = np.array([getattr(f, ours)[0] for f in found])
        np.testing.assert_allclose(tables[0], expected[name], rtol=0, atol=0.01)
        error = tables.std(axis=0, ddof=1) / np.sqrt(len(tables))
        assert (np.abs(tables.mean(axis=0) - expected[name]) < 4 * error + 1e-4).all()


def test_every_district_at_once_equals_one_at_a_time(monkeypatch):
    def model(points):
        y = ishigami(points)
        return np.hstack([y, 1e6 + 3 * y, points @ [[4.0], [2.0], [0.0]], np.full_like(y, 7.0)])

    got = sobol(model, FACTORS, base=1024, seed=3)
    alone = sobol(ishigami, FACTORS, base=1024, seed=3)
    for table, one in ((got.first, alone.first), (got.total, alone.total)):
        np.testing.assert_allclose(table[0], one[0], rtol=1e-12)
        np.testing.assert_allclose(table[1], one[0], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(table[2], [0.8, 0.2, 0.0], atol=0.01)  # additive: S1 = ST
        assert table[3].isna().all()  # nothing varies
    monkeypatch.setattr(sensitivity, "_CELLS", 400)
    blocks = sobol(model, FACTORS, base=1024, seed=3)
    np.testing.assert_allclose(blocks.total, got.total, rtol=1e-9)
    overall = got.overall()
    assert overall.index.tolist() == ["x1", "x2", "x3"]
    mass = got.variance[:3] / got.variance[:3].sum()
    np.testing.assert_allclose(overall["first"], got.first.to_numpy()[:, :3] @ mass)


def test_same_seed_same_result():
    one, two = (sobol(ishigami, FACTORS, base=64, seed=5) for _ in range(2))
    assert one.first.equals(two.first)
    assert not one.first.equals(sobol(ishigami, FACTORS, base=64, seed=6).first)


def test_refusals():
    with pytest.raises(ValueError, match="power of 2"):
        sobol(ishigami, FACTORS, base=100, seed=0)
    with pytest.raises(ValueError, match="each once"):
        sobol(ishigami, ["a", "a", "b"], base=4, seed=0)
    with pytest.raises(ValueError, match="for 1 rows"):
        sobol(lambda p: p[:, 0], FACTORS, base=4, seed=0)
    with pytest.raises(ValueError, match="missing or infinite"):
        sobol(lambda p: p * np.nan, FACTORS, base=4, seed=0)
