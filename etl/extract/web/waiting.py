"""Faults that pass, and how long to wait before asking again."""

import datetime as dt
from email.utils import parsedate_to_datetime

from etl.schema import WebRules


class Passing(Exception):  # noqa: N818 - not an error of ours: caught and retried by the client
    """A fault that may be gone at the next attempt.

    Parameters
    ----------
    what
        In words, for the error if it does not pass.
    retry_after, now
        The server's ``Retry-After`` header (seconds or a date), and the moment it came.
    """

    def __init__(
        self, what: str, retry_after: str | None = None, now: dt.datetime | None = None
    ) -> None:
        super().__init__(what)
        self.retry_after = _seconds(retry_after, now)


def _seconds(header: str | None, now: dt.datetime | None) -> float | None:
    if header is None:
        return None
    text = header.strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:  # nonsense: wait as if nothing was said
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())


def wait_seconds(
    rules: WebRules, attempt: int, retry_after: float | None, chance: float
) -> float | None:
    """Return how long to wait after failed attempt number `attempt` (1-based).

    Doubled each time, of which a random half (`chance` in 0-1) is left out so that many clients do
    not return together; never less than the server asks for. None if it asks for more than
    ``longest_wait_seconds``.
    """
    if retry_after is not None and retry_after > rules.longest_wait_seconds:
        return None
    doubled: float = min(rules.first_wait_seconds * 2 ** (attempt - 1), rules.longest_wait_seconds)
    return max(doubled * (0.5 + chance / 2), retry_after or 0.0)
