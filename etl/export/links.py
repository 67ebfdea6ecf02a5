"""Links from a file back to the view it was made of, and the address they start with."""

import os
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from etl.config import load_export
from etl.errors import BadValueError
from etl.export.words import url_part
from etl.schema import ExportRules
from etl.schema.export import Web

VARIABLE = "MINDGAP_PUBLIC_URL"
_OWN_MACHINE = ("localhost", "::1", "0.0.0.0")


def export_rules(base: str | None = None) -> ExportRules:
    """Return ``config/export.yaml`` with the address that the dashboard is served at.

    Parameters
    ----------
    base
        The address; None for that of the environment (`VARIABLE`), else that of the file.

    Raises
    ------
    BadValueError
        If the address is none that can stand in a file.
    ConfigError
        As `load_export`.
    """
    rules = load_export()
    given = base or os.environ.get(VARIABLE)
    if not given:
        return rules
    try:
        address = TypeAdapter(Web).validate_python(given.rstrip("/"))
    except ValidationError as error:
        raise BadValueError(
            f"{given!r} (--permalink-base or {VARIABLE}) is no address of a dashboard. It starts "
            "with http:// or https:// and holds no spaces, quotes, ? or #."
        ) from error
    return rules.model_copy(update={"permalink_base": address})


def permalink(base: str, region_id: str, snapshot_id: str, district_id: str = "") -> str:
    """Return the link to the map of a region, or the page of one district, as one snapshot has it.

    Examples
    --------
    >>> permalink("http://x.test", "us-ga", "ab12", "13271")
    'http://x.test/district?region=us-ga&district=13271&snapshot=ab12'
    >>> permalink("http://x.test", "us-ga", "ab12")
    'http://x.test/?region=us-ga&snapshot=ab12'
    """
    asked = {"region": region_id, "district": district_id, "snapshot": snapshot_id}
    page = "district" if district_id else ""
    return f"{base}/{page}?" + "&".join(f"{key}={url_part(v)}" for key, v in asked.items() if v)


def is_own_machine(base: str) -> bool:
    """Tell whether an address means the machine that reads it, so that nobody else can open it.

    Examples
    --------
    >>> is_own_machine("http://localhost:8501"), is_own_machine("https://gap.example.org")
    (True, False)
    """
    host = urlsplit(base).hostname or ""
    return host in _OWN_MACHINE or host.startswith("127.") or host.endswith(".localhost")
