"""Addresses: which may be followed, how parameters are added, how secrets are kept out of text."""

import ipaddress
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urljoin, urlsplit, urlunsplit

HIDDEN = "***"


def with_params(url: str, params: Mapping[str, str]) -> str:
    """Return `url` with parameters set, those of the same name replaced.

    Characters that the publishers' documented addresses show unescaped stay so.

    Examples
    --------
    >>> with_params("https://a.org/x?page=1", {"page": "2", "for": "county:*"})
    'https://a.org/x?page=2&for=county:*'
    """
    if not params:
        return url
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in params]
    query = urlencode([*kept, *params.items()], safe=":*,;$'\"()", quote_via=quote)
    return urlunsplit(parts._replace(query=query))


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """Return `text` with every secret, plain or escaped for an address, replaced by stars."""
    for secret in secrets:
        for form in {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}:
            text = text.replace(form, HIDDEN)
    return text


def origin(url: str) -> tuple[str, str, int | None]:
    """Return (scheme, host, port) of an address."""
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port


def followed(url: str, location: str) -> tuple[str, str | None]:
    """Return where `location`, named by the answer to `url`, leads, and why not to go there.

    The reason is None if it may be followed: the same scheme, and a host that is not a bare number
    or name of a private network, unless it is the host we already talk to.
    """
    try:
        target = urljoin(url, location)
        scheme, host, _ = origin(target)
        parts = urlsplit(target)
    except ValueError:
        return location, "it is not an address"
    if scheme != origin(url)[0]:
        return target, f"it leaves {origin(url)[0]} for {scheme or 'no scheme'}"
    if parts.username or parts.password:
        return target, "it carries a user name"
    if host != origin(url)[1] and _is_private(host):
        return target, "it leads into a private network"
    return target, None


def upgraded(url: str, link: str) -> str:
    """Return `link` as https if it is the http twin of the host that `url` reaches by https.

    Interfaces behind a proxy often write such links to the next page.

    Examples
    --------
    >>> upgraded("https://a.org/x", "http://a.org/x?page=2")
    'https://a.org/x?page=2'
    """
    plain = f"http://{urlsplit(url).netloc}/"
    if url.startswith("https://") and link.startswith(plain):
        return "https://" + link.removeprefix("http://")
    return link


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))
