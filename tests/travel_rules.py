"""The travel rules of the repository's own configuration, for the tests of travel models."""

from pathlib import Path

import yaml

from etl.schema.travel import TravelRules

RULES = TravelRules.model_validate(
    yaml.safe_load((Path(__file__).parents[1] / "config" / "travel.yaml").read_text("utf-8"))
)


def with_figures(model, **figures):
    """Copy of a rules model with other values of some of its figures."""
    changed = {
        name: getattr(model, name).model_copy(update={"value": v}) for name, v in figures.items()
    }
    return model.model_copy(update=changed)
