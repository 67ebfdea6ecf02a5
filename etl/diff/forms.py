"""How a difference is written. Light: the command line needs it before anything is computed."""

from enum import StrEnum

ROWS = 20  # districts shown to people unless they ask for more


class Form(StrEnum):
    """For people, or for machines."""

    text = "text"
    json = "json"
    csv = "csv"
