"""The one client: patience, retries, resuming, limits, conditional requests, receipts.

Every answer ends in a file with a receipt beside it, or in an error that names source, address and
remedy. Time, chance and waiting are injected, so that tests need none of them.
"""

import datetime as dt
import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import requests
import urllib3

from etl.errors import DownloadError
from etl.extract.web.addresses import followed, origin
from etl.extract.web.answers import accept, packing, prepare
from etl.extract.web.partial import Partial
from etl.extract.web.receipts import Receipt, read_receipt, write_receipt
from etl.extract.web.waiting import Passing, wait_seconds
from etl.extract.web.wanted import Wanted
from etl.schema import WebRules

CHUNK = 1 << 16
OnBytes = Callable[[str, int, int | None], None]
NETWORK_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError)


# The library's log shows whole addresses, keys and all; what matters of it is in our errors.
logging.getLogger("urllib3.connectionpool").addFilter(lambda said: said.levelno >= logging.ERROR)


def _no_progress(source_id: str, done: int, total: int | None) -> None:
    """Show nothing."""


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _as_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: without this, passwords of ``~/.netrc`` would be sent."""
    return request


class Client:
    """Fetches addresses into files.

    Parameters
    ----------
    rules : patience and limits (``config/web.yaml``)
    sleep, now, monotonic, chance : the outside world, replaced in tests
    on_bytes : told of progress: source id, bytes so far, bytes in all if known
    """

    def __init__(
        self,
        rules: WebRules,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], dt.datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        on_bytes: OnBytes = _no_progress,
    ) -> None:
        self.rules = rules
        self._sleep, self._now, self._monotonic, self._chance = sleep, now, monotonic, chance
        self._on_bytes = on_bytes
        self._session = requests.Session()
        self._session.auth = _as_is
        # Packed answers cannot be continued or measured: ask for plain bytes.
        self._session.headers.update(
            {"User-Agent": rules.user_agent, "Accept-Encoding": "identity", "Accept": "*/*"}
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._session.close()

    def timestamp(self) -> str:
        """Return the present moment as receipts write it."""
        return self._now().isoformat(timespec="seconds")

    def get(self, wanted: Wanted, into: Path) -> Receipt:
        """Fetch an address into the file `into`, or leave it if it is current; return its receipt.

        Raises
        ------
        DownloadError
            The server cannot be reached, keeps failing, or says no.
        DownloadRefusedError
            A redirect or a size that is not accepted.
        DownloadContentError
            The answer is not what was asked for.
        CredentialError
            The key is not accepted.
        """
        known = read_receipt(into)
        if known is not None and known.url != wanted.address:
            known = None
        if known is not None and wanted.sha256 not in (None, known.sha256):
            known = None  # the stored file is not the one declared: "unchanged" would not help
        if known is not None and self._still_good(wanted, known):
            return known
        partial = Partial(into, wanted.address)
        try:
            return self._persist(wanted, known, partial, into)
        except OSError as error:  # the disk, not the network
            partial.discard()
            raise wanted.unreachable(
                f"{into} cannot be written ({error.strerror or error})",
                "Free space or name another folder with --cache-dir.",
            ) from error

    def _still_good(self, wanted: Wanted, known: Receipt) -> bool:
        if wanted.sha256 is not None:
            return known.sha256 == wanted.sha256  # these very bytes are wanted, however old
        age = self._now() - dt.datetime.fromisoformat(known.checked)
        return age.total_seconds() < wanted.keep_seconds

    def _persist(
        self, wanted: Wanted, known: Receipt | None, partial: Partial, into: Path
    ) -> Receipt:
        attempts, waited = self.rules.attempts, 0.0
        for attempt in range(1, attempts + 1):
            try:
                return self._attempt(wanted, known, partial, into)
            except Passing as fault:
                what = str(fault)
                wait = wait_seconds(self.rules, attempt, fault.retry_after, self._chance())
            except DownloadError:  # trying again would bring the same
                partial.discard()
                raise
            if wait is None:
                raise _given_up(wanted, partial, f"{what} and asks to wait too long")
            if attempt < attempts:
                self._sleep(wait)
                waited += wait
        tried = f"{attempts} attempts over {waited:.0f} s of waiting"
        raise _given_up(wanted, partial, f"{what} ({tried})")

    def _attempt(
        self, wanted: Wanted, known: Receipt | None, partial: Partial, into: Path
    ) -> Receipt:
        end = self._monotonic() + self.rules.total_seconds
        with self._open(wanted, known, partial) as response:
            status = response.status_code
            if status == 304 and known is not None:
                current = replace(known, checked=self.timestamp())
                write_receipt(into, current)
                return current
            prepare(wanted, partial, response, self._now())
            self._stream(wanted, partial, response, end)
            packed = packing(response)
        return accept(wanted, partial, into, packed, self.timestamp())

    def _open(self, wanted: Wanted, known: Receipt | None, partial: Partial) -> requests.Response:
        """Send the request and follow redirects; the body is not read yet."""
        url, headers = wanted.sent()
        if partial.can_continue:
            headers |= {"Range": f"bytes={partial.size}-", "If-Range": partial.validator}
        elif known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        elif known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        secret = wanted.credential.header if wanted.credential else None
        seen = [url]
        while True:
            response = self._send(wanted, url, headers)
            if not response.is_redirect:
                return response
            response.close()
            target, reason = followed(url, response.headers["Location"])
            if reason is not None:
                raise wanted.refused(f"the server redirects to {target}, and {reason}")
            if target in seen or len(seen) > self.rules.redirects:
                raise wanted.refused(f"the server redirects without end ({len(seen)} times)")
            if secret is not None and origin(target) != origin(url):
                headers.pop(secret, None)  # the key is for the publisher alone
            seen.append(target)
            url = target

    def _send(self, wanted: Wanted, url: str, headers: dict[str, str]) -> requests.Response:
        patience = (self.rules.connect_seconds, self.rules.read_seconds)
        try:
            return self._session.get(
                url, headers=headers, timeout=patience, stream=True, allow_redirects=False
            )
        except requests.exceptions.SSLError as error:
            raise wanted.unreachable(
                f"the server's certificate is not accepted ({_short(wanted, error)})",
                "Check the clock and the certificates of this machine.",
            ) from None
        except NETWORK_FAULTS as error:  # `from None`: the library's text holds the key
            raise Passing(_network(wanted, error)) from None

    def _stream(
        self, wanted: Wanted, partial: Partial, response: requests.Response, end: float
    ) -> None:
        done = partial.size
        with partial.path.open("ab") as target:
            while True:
                try:
                    chunk = response.raw.read1(CHUNK, decode_content=False)
                except NETWORK_FAULTS as error:
                    raise Passing(_network(wanted, error)) from None
                if not chunk:
                    break
                done += len(chunk)
                if done > wanted.max_bytes:
                    raise wanted.too_large(None)
                target.write(chunk)
                target.flush()  # what came is there even if we are killed now
                self._on_bytes(wanted.source_id, done, partial.total)
                if self._monotonic() > end:
                    raise Passing(f"no end after {self.rules.total_seconds:.0f} s")
        if partial.total is not None and done != partial.total:
            raise Passing(f"the answer broke off after {done:,} of {partial.total:,} bytes")


def _given_up(wanted: Wanted, partial: Partial, what: str) -> DownloadError:
    kept = partial.leave()
    hint = (
        f"The {kept:,} bytes that came are kept: the next run goes on from there." if kept else ""
    )
    return wanted.unreachable(what, hint)


def _network(wanted: Wanted, error: Exception) -> str:
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "the server did not answer in time"
    return f"the connection failed ({_short(wanted, error)})"


def _short(wanted: Wanted, error: Exception) -> str:
    return wanted.clean(str(error))[:200] or type(error).__name__
