"""``config/publish.yaml``: what is refused, what is told, and how much is kept."""

from typing import Annotated

from pydantic import Field

from etl.schema.base import Positive, Share, Strict


class CheckLimits(Strict):
    """Limits that the SELECTs of ``etl/sql/checks`` look up by name in ``chk_limit``."""

    max_shrink: Share
    max_overlap_share: Share
    max_gap_km2: Positive
    far_outside_km: Positive


class Publishing(Strict):
    """How a refresh is judged and how many snapshots stay."""

    # At least two, so that whoever has just read CURRENT can still open what it named.
    keep_snapshots: Annotated[int, Field(ge=2)]
    checks: CheckLimits
