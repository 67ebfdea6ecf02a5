"""``download:`` of a source: where its publisher offers it, and by which kind of interface."""

import ipaddress
from typing import Annotated, Literal

from pydantic import AfterValidator, AnyUrl, Field, StringConstraints, model_validator

from etl.schema.base import NonNegative, Positive, Strict


def https_only(url: str) -> str:
    """Return `url` if it is https (http only to this machine), without user name or fragment.

    Raises
    ------
    ValueError
        Saying which of these it is not.
    """
    parts = AnyUrl(url)
    host = parts.host or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("must start with https:// (http:// only to 127.0.0.1)")
    if not host or parts.username or parts.password or parts.fragment:
        raise ValueError("needs a host, and no user name, password or #fragment")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Url = Annotated[str, AfterValidator(https_only)]
EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class WebRules(Strict):
    """``config/web.yaml``: patience and limits of every download."""

    user_agent: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]+$")]
    connect_seconds: Positive
    read_seconds: Positive
    total_seconds: Positive
    attempts: Annotated[int, Field(ge=1, le=20)]
    first_wait_seconds: NonNegative
    longest_wait_seconds: Positive
    redirects: Annotated[int, Field(ge=0, le=20)]
    max_pages: Annotated[int, Field(ge=1)]
    keep_pages_hours: NonNegative


class Secret(Strict):
    """A key or token: the environment variable that holds it, and where in the request it goes."""

    env: EnvName
    param: str | None = None
    header: str | None = None
    prefix: str = ""
    obtain: str

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if (self.param is None) == (self.header is None):
            raise ValueError("needs `param` or `header`, one of the two")
        return self


class _Download(Strict):
    """What every kind states: the address, the largest size to accept, the key if one is needed."""

    url: Url
    max_mb: Positive
    secret: Secret | None = None
    params: dict[str, str] = {}
    note: str = ""


class FileDownload(_Download):
    """One file at one address."""

    kind: Literal["file"]


class CensusDownload(_Download):
    """The US Census API: `get` the variables, `for` one kind of place, optionally `in` another.

    Answered as an array of arrays whose first row is the header; stored as CSV.
    """

    kind: Literal["census"]
    get: Annotated[list[str], Field(min_length=1, max_length=50)]  # the API refuses more than 50
    geography: str
    within: str | None = None


class PagesDownload(_Download):
    """A list in numbered pages, or pages that name the ``next`` one; stored as one JSON file.

    `total` and `pages` are the keys that state the number of records and of pages; `identity` the
    keys that tell two records apart. `each_param` repeats the whole list for each of `each_values`.
    """

    kind: Literal["pages"]
    records: str
    total: str
    pages: str | None = None
    page_param: str = "page"
    next: str | None = None
    identity: list[str] = []
    each_param: str | None = None
    each_values: list[str] = []

    @model_validator(mode="after")
    def _one_way(self) -> "PagesDownload":
        if (self.pages is None) == (self.next is None):
            raise ValueError("needs `pages` or `next`, one of the two")
        if (self.each_param is None) != (not self.each_values):
            raise ValueError("needs both `each_param` and `each_values`, or neither")
        return self


class CkanDownload(_Download):
    """One resource of a CKAN package (HDX): the only one of this format whose name matches."""

    kind: Literal["ckan"]
    package: str
    resource_format: str
    resource_name: str = "*"


class Dhis2Units(_Download):
    """DHIS2 organisation units of one level, with their shapes; stored as GeoJSON."""

    kind: Literal["dhis2_units"]
    level: Annotated[int, Field(ge=1)]


class Dhis2Analytics(_Download):
    """DHIS2 analytics by period and organisation unit; stored as CSV with the items' names."""

    kind: Literal["dhis2_analytics"]
    data: Annotated[list[str], Field(min_length=1)]
    periods: Annotated[list[str], Field(min_length=1)]
    level: Annotated[int, Field(ge=1)]


class GhoDownload(_Download):
    """One indicator of the WHO Global Health Observatory (OData); stored as one JSON file."""

    kind: Literal["gho"]
    indicator: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]+$")]
    filter: str | None = None


class GeoBoundariesDownload(_Download):
    """Boundaries of a country by the geoBoundaries interface; stored as GeoJSON."""

    kind: Literal["geoboundaries"]
    iso3: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    level: Literal["ADM0", "ADM1", "ADM2", "ADM3", "ADM4", "ADM5"]


Download = Annotated[
    FileDownload
    | CensusDownload
    | PagesDownload
    | CkanDownload
    | Dhis2Units
    | Dhis2Analytics
    | GhoDownload
    | GeoBoundariesDownload,
    Field(discriminator="kind"),
]
