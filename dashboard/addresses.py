"""Addresses and file names that come with the data."""

from __future__ import annotations

import re
from typing import Any

from dashboard.text import is_missing


def safe_url(value: Any) -> str:
    """Return the URL when it is plain http(s), else an empty string (no javascript: links)."""
    url = "" if is_missing(value) else str(value).strip()
    return url if re.match(r"https?://[^\s\"'<>`]+$", url) else ""


def file_name(value: Any) -> str:
    """Return the last part of a path: the folders of another machine stay private."""
    return "" if is_missing(value) else re.split(r"[/\\]", str(value))[-1]
