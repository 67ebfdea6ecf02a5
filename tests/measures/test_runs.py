import numpy as np
import pandas as pd
import pytest

from etl.measures.runs import Runs, certain

IDS = pd.Index(["A", "B"])


def test_the_published_scores_are_those_at_the_nominal_levels():
    runs = Runs(("speed",), np.array([[1.0, 2.0], [3.0, 4.0]]), (1,), IDS)
    assert runs.levels == (2,)
    assert runs.published.to_dict() == {"A": 3.0, "B": 4.0}


def test_without_doubt_there_is_one_run():
    runs = certain(pd.Series({"A": 5.0, "B": np.nan}))
    assert runs.factors == () and runs.levels == ()
    assert runs.published["A"] == 5.0 and np.isnan(runs.published["B"])


@pytest.mark.parametrize(
    ("factors", "scores", "nominal", "message"),
    [
        (("speed",), [1.0, 2.0], (0,), "1 factors and 1 nominal levels"),
        (("speed",), [[1.0, 2.0]], (), "1 factors and 0 nominal"),
        (("speed",), [[1.0, 2.0]], (1,), "nominal levels"),
        (("speed",), [[1.0]], (0,), "for 2 districts"),
        (("speed",), [[1.0, 2.0], [np.nan, 2.0]], (0,), "in some runs only at A"),
        (("speed",), [[1.0, 101.0]], (0,), "access outside 0..100 at B"),
        (("speed",), [[-1.0, 1.0]], (0,), "access outside 0..100 at A"),
    ],
)
def test_what_a_draw_could_not_use_is_refused(factors, scores, nominal, message):
    with pytest.raises(ValueError, match=message):
        Runs(factors, np.array(scores), nominal, IDS)
