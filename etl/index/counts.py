"""What is counted, drawn anew: staff on another day, facilities that did not say what they give.

The published count is one reading of registers that are incomplete. Here is what else they could
have said, so that access can be computed again on it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.config import Config


@dataclass(frozen=True, eq=False)
class Silence:
    """Facilities that may turn out to give mental-health care.

    Attributes
    ----------
    may_be : type each would be, by position in the service table
    chance : probability (0-1) of each, NaN where no facility of its kind reports
    """

    may_be: pd.Series
    chance: pd.Series

    @property
    def drawn_from(self) -> pd.Series:
        """Those with a known probability above 0."""
        return self.may_be[self.chance > 0]


def silence(config: Config, services: pd.DataFrame) -> Silence:
    """Return the facilities that did not report, and how often facilities that did give such care.

    The share is that of the region: of the facilities of the same tier of care that report, those
    that list a mental-health service.
    """
    types, kind = config.services.types, services["service_type"]
    could = kind.map({k: t.may_be for k, t in types.items() if t.may_be is not None})
    reported = services["services_reported"].astype("boolean").fillna(False).astype(bool)
    at_point = services["scope"] == "point"
    may_be = could[could.notna() & ~reported & at_point]
    candidate = kind.map({k: t.is_candidate for k, t in types.items()}).astype(bool)
    tier = kind.map({k: t.care_tier for k, t in types.items()})
    offering = (~candidate[reported]).groupby(tier[reported]).mean()
    chance = may_be.map({k: t.care_tier for k, t in types.items()}).map(offering)
    return Silence(may_be, chance.astype(float))


def draw_counts(
    config: Config, core: dict[str, pd.DataFrame], quiet: Silence, seed: tuple[int, ...]
) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Return core tables with counts drawn anew, and which silent facilities give care (bool).

    Headcounts become Poisson numbers about the count; FTE that are given without persons are taken
    as one person each. Nothing is added where nobody is counted.
    """
    stream = np.random.default_rng(np.random.SeedSequence(seed))
    staff = core["workforce"].copy()
    counted = staff["cadre"].map({k: c.fte_per_head for k, c in config.workforce.cadres.items()})
    for name in ("headcount", "fte"):
        values = staff[name].astype(float)
        rows = ((counted > 0) & (values > 0)).to_numpy()
        drawn = values.to_numpy(copy=True)
        drawn[rows] = stream.poisson(drawn[rows])
        staff[name] = drawn
    services = core["service"].copy()
    gives = pd.Series(stream.random(len(quiet.may_be)), quiet.may_be.index) < quiet.chance
    new = quiet.may_be[gives]
    services.loc[new.index, "service_type"] = new
    return core | {"workforce": staff, "service": services}, gives
