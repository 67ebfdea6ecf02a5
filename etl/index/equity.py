"""How evenly access is spread over the people of a region: one row per index of inequality."""

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.access import HEADLINE, Access
from etl.measures import equity

Row = tuple[str, str, float, str, str, str]  # index, label, value, unit, definition, reference


def equity_rows(config: Config, core: dict[str, pd.DataFrame], access: Access) -> pd.DataFrame:
    """Return the indices of inequality of staff within reach, over people at demand points.

    People in districts whose own staff is unknown are left out. NaN where nobody reaches any staff,
    or the indicator people are ranked by is unknown for some district.

    Returns
    -------
    pandas.DataFrame
        ``index_id``, ``position``, ``label``, ``value``, ``unit``, ``definition``, ``reference``.
    """
    rules = config.model.equity
    per = config.model.access_measures[HEADLINE].per
    known = access.points["district_id"].map(access.supply.district["fte"].notna())
    points = access.points[known.to_numpy(dtype=bool)]
    reach, people = points["access"].to_numpy() * per, points["demand"].to_numpy()
    rows: list[Row] = [*_spread(reach, people, rules.atkinson_epsilon, rules.kolm_pollak_epsilon)]
    rows += _by_poverty(config, core, points, reach, people)
    names = ["index_id", "label", "value", "unit", "definition", "reference"]
    table = pd.DataFrame(rows, columns=names)
    # Where one group has nothing at all a ratio is infinite: there is no figure to print.
    table["value"] = table["value"].where(np.isfinite(table["value"]))
    table.insert(1, "position", range(1, len(table) + 1))
    return table


def _spread(reach: np.ndarray, people: np.ndarray, atkinson: float, kolm: float) -> list[Row]:
    return [
        (
            "gini", "Gini index", equity.gini(reach, people), "0 to 1",
            "0: everybody reaches the same; 1: one person reaches everything.", "Gini 1912",
        ),
        (
            "theil", "Theil index", equity.theil(reach, people), "0 and above",
            "0: everybody reaches the same. People who reach nothing count with weight 0.",
            "Theil 1967",
        ),
        (
            "atkinson", "Atkinson index", equity.atkinson(reach, people, epsilon=atkinson),
            "0 to 1",
            f"Share of access that could be given up if the rest were spread evenly (aversion "
            f"{atkinson:g}).", "Atkinson 1970",
        ),
        (
            "kolm_pollak_ede", "Evenly spread equivalent",
            equity.kolm_pollak_ede(reach, people, epsilon=kolm), "FTE per 100,000",
            f"The level which, reached by everybody, would be as good (Kolm-Pollak, aversion "
            f"{kolm:g}).", "Sheriff and Maguire 2020",
        ),
    ]  # fmt: skip


def _by_poverty(
    config: Config,
    core: dict[str, pd.DataFrame],
    points: pd.DataFrame,
    reach: np.ndarray,
    people: np.ndarray,
) -> list[Row]:
    """Return the indices that rank people from the poorest district to the least poor."""
    name = config.model.equity.rank_indicator
    long = core["indicator"]
    figures = long[long["indicator_id"] == name].set_index("district_id")["value"]
    poverty = points["district_id"].map(figures).to_numpy(dtype=float)
    minutes = points["minutes"].to_numpy(dtype=float)
    far = np.where(np.isnan(minutes), np.nan, minutes > config.model.beyond_minutes)
    if np.isnan(poverty).any() or np.isnan(far).any():
        palma = standard = corrected = float("nan")
    else:
        rank = -poverty
        palma = equity.palma(reach, people, rank)
        standard = equity.concentration_index(reach, people, rank, kind="standard")
        corrected = equity.concentration_index(
            far, people, rank, kind="erreygers", bounds=(0.0, 1.0)
        )
    label = config.indicators[name].label.lower()
    return [
        (
            "palma", "Palma ratio", palma, "ratio",
            f"Staff within reach of the tenth with the fewest {label}, over that of the two fifths "
            "with the most, per person.", "Palma 2011",
        ),
        (
            "concentration", "Concentration index of staff within reach", standard, "-1 to 1",
            f"Above 0: staff is nearer to places with few {label}.", "Wagstaff 1991",
        ),
        (
            "concentration_far", "Concentration index of people far from any service", corrected,
            "-1 to 1",
            f"Below 0: people far from any service live where there are many {label}. Corrected "
            "for a figure between 0 and 1.", "Erreygers 2009",
        ),
    ]  # fmt: skip
