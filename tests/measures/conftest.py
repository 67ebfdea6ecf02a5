"""Modest hypothesis runs, and the folder of the reference cases."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

# not loaded as the profile of other folders' tests
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture
def reference():
    """Read a reference table: ``reference("case/file.csv")``."""
    return lambda name, **kwargs: pd.read_csv(REFERENCE / name, **kwargs)
