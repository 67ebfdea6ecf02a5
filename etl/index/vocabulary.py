"""The words of access measures and tiers as ``cfg_`` tables, for the SELECTs in ``sql/out``."""

import pandas as pd

from etl.config import Config
from etl.schema import Region
from etl.warehouse import Warehouse


def write_access_vocabulary(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write ``cfg_access_measure`` and ``cfg_access_tier``."""
    reach = region.travel.catchments["outpatient"].minutes
    plain = [
        (
            "fte_per_100k",
            "Staff per 100,000 people",
            "Mental-health staff counted in the district, per 100,000 of its people.",
            "FTE per 100,000",
            False,
            "Provider ratio",
        ),
        (
            "fte_per_100k_smoothed",
            config.model.smoothing.staff_label,
            config.model.smoothing.staff_definition,
            "FTE per 100,000",
            True,
            config.model.smoothing.reference,
        ),
        (
            "population_beyond_reach",
            "People with no staff within reach",
            f"People with no mental-health staff within the catchment ({reach:g} minutes for "
            "outpatient care).",
            "people",
            True,
            "Travel model of the region",
        ),
    ]
    measured = [
        (name, m.label, m.definition, m.unit, True, m.reference)
        for name, m in config.model.access_measures.items()
    ]
    names = ["measure", "label", "definition", "unit", "estimate", "reference"]
    table = pd.DataFrame([*plain[:2], *measured, plain[2]], columns=names)
    warehouse.write("cfg_access_measure", table.assign(position=range(1, len(table) + 1)))
    tiers = [
        {"tier": name, "label": tier.label, "position": i}
        for i, (name, tier) in enumerate(config.model.access_tiers.items(), start=1)
    ]
    warehouse.write("cfg_access_tier", pd.DataFrame(tiers))
