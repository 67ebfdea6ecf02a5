"""What the tags of an OpenStreetMap way say about driving on it: direction, limit, access.

Rules of the OpenStreetMap wiki: Key:oneway, Key:maxspeed, Key:access, Key:junction.
"""

import math
import re
from collections.abc import Collection, Mapping

KMH_PER_UNIT = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
FASTEST_POSTED_KMH = 160.0  # no road posts more; beyond it the figure is a typing error
# From the most specific key to the least: the first that is present decides.
ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
# Traffic takes turns or the direction changes by the hour: both ways can be driven at some time.
BOTH_WAYS = frozenset({"no", "false", "0", "alternating", "reversible"})
# Limits without a figure: the usual speed of the class holds.
WITHOUT_FIGURE = frozenset({"none", "signals", "variable", "walk"})

_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z/]*)")
_ZONE = re.compile(r"[A-Za-z]{2}(-[A-Za-z]+)?:\w+")  # RO:urban, DE:rural


def directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Return whether a way may be driven as it is drawn, and against.

    Roundabouts, circular junctions and motorways are one-way unless ``oneway`` says otherwise.

    Raises
    ------
    ValueError
        A ``oneway`` that is none of the documented values.

    Examples
    --------
    >>> directions({"highway": "primary", "oneway": "-1"})
    (False, True)
    """
    value = tags.get("oneway")
    if value is None:
        implied = tags.get("junction") in ("roundabout", "circular")
        return True, not (implied or tags.get("highway") == "motorway")
    if value in ("yes", "true", "1"):
        return True, False
    if value in ("-1", "reverse"):
        return False, True
    if value in BOTH_WAYS:
        return True, True
    raise ValueError(value)


def posted_kmh(text: str | None) -> float:
    """Return a posted limit in km/h; NaN where none is posted, or one without a figure.

    Of several limits (lanes, hours) the lowest counts.

    Raises
    ------
    ValueError
        Text that is no limit, or one that no road has.

    Examples
    --------
    >>> round(posted_kmh("55 mph"), 2)
    88.51
    """
    if text is None or text in WITHOUT_FIGURE or _ZONE.fullmatch(text):
        return math.nan
    limits = [_limit(part.strip()) for part in re.split(r"[;|,]", text)]
    return min(limits)


def _limit(text: str) -> float:
    match = _LIMIT.fullmatch(text)
    if match is None or match[2] not in KMH_PER_UNIT:
        raise ValueError(text)
    kmh = float(match[1]) * KMH_PER_UNIT[match[2]]
    if not 0 < kmh <= FASTEST_POSTED_KMH:
        raise ValueError(text)
    return kmh


def is_closed(tags: Mapping[str, str], closed: Collection[str]) -> bool:
    """Return whether the public's cars are shut out: the most specific access key decides.

    Examples
    --------
    >>> is_closed({"access": "no", "motor_vehicle": "yes"}, {"no"})
    False
    """
    for key in ACCESS_KEYS:
        if key in tags:
            return tags[key] in closed
    return False
