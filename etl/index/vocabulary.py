"""The words of access measures and tiers as ``cfg_`` tables, for the SELECTs in ``sql/out``."""

import pandas as pd

from etl.config import Config
from etl.index.nearness import NEAREST_FUNCTIONS
from etl.schema import Region
from etl.warehouse import Warehouse

# Measures that ask where services are, not how much staff they have.
UNSTAFFED = (*NEAREST_FUNCTIONS, "cumulative", "virtual")


def write_access_vocabulary(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write ``cfg_access_measure`` and ``cfg_access_tier``.

    ``direction`` is +1 where more is worse, -1 where less is worse; ``counts`` says whether a
    measure counts staff, services or both.
    """
    reach = region.travel.catchments["outpatient"].minutes
    plain = [
        (
            "fte_per_100k",
            "Staff per 100,000 people",
            "Mental-health staff counted in the district, per 100,000 of its people.",
            "FTE per 100,000",
            False,
            "Provider ratio",
            -1,
            "staff",
        ),
        (
            "population_beyond_reach",
            "People with no staff within reach",
            f"People with no mental-health staff within the catchment ({reach:g} minutes for "
            "outpatient care).",
            "people",
            True,
            "Travel model of the region",
            1,
            "staff and services",
        ),
    ]
    measured = [
        (name, m.label, m.definition, m.unit, True, m.reference, -1 if m.higher_is_better else 1,
         "services" if m.function in UNSTAFFED else "staff and services")
        for name, m in config.model.access_measures.items()
    ]  # fmt: skip
    names = [
        "measure",
        "label",
        "definition",
        "unit",
        "estimate",
        "reference",
        "direction",
        "counts",
    ]
    table = pd.DataFrame([plain[0], *measured, plain[1]], columns=names)
    warehouse.write("cfg_access_measure", table.assign(position=range(1, len(table) + 1)))
    tiers = [
        {"tier": name, "label": tier.label, "position": i}
        for i, (name, tier) in enumerate(config.model.access_tiers.items(), start=1)
    ]
    warehouse.write("cfg_access_tier", pd.DataFrame(tiers))
