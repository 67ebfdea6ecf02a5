"""What is asked for, and the errors that say what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.errors import (
    CredentialError,
    DownloadContentError,
    DownloadError,
    DownloadRefusedError,
)
from etl.extract.web.addresses import with_params, without_secrets
from etl.extract.web.content import Content

RETRY_STATUS = (408, 425, 429, 500, 502, 503, 504)
MIB = 1 << 20


@dataclass(frozen=True)
class Credential:
    """A key or token as found in the environment, and where in a request it goes."""

    env: str
    value: str = field(repr=False)
    param: str | None = None
    header: str | None = None
    prefix: str = ""


@dataclass(frozen=True)
class Wanted:
    """One request: the address and what an acceptable answer is.

    Attributes
    ----------
    source_id : named in every error
    url, params : the address; a credential's parameter is added only when it is sent
    content : what the answer must be
    max_bytes : the largest answer accepted
    sha256 : of the file, where the source declares it
    by_hand : what a person can do if it cannot be fetched
    keep_seconds : use the stored answer without asking if it is no older
    """

    source_id: str
    url: str
    content: Content
    max_bytes: int
    by_hand: str
    params: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = None
    sha256: str | None = None
    keep_seconds: float = 0

    @property
    def address(self) -> str:
        """The address without its secret: what receipts and errors show."""
        return self.clean(with_params(self.url, self.params))

    @property
    def secrets(self) -> list[str]:
        """What must not be shown."""
        if self.credential is None:
            return []
        return [self.credential.prefix + self.credential.value, self.credential.value]

    def clean(self, text: str) -> str:
        """Return `text` without secrets."""
        return without_secrets(text, self.secrets)

    def sent(self) -> tuple[str, dict[str, str]]:
        """Return the address and headers as they are sent, with the secret."""
        params, headers = dict(self.params), {}
        if (key := self.credential) is not None:
            if key.param is not None:
                params[key.param] = key.value
            if key.header is not None:
                headers[key.header] = key.prefix + key.value
        return with_params(self.url, params), headers

    def _text(self, what: str, to_do: str) -> str:
        return self.clean(f"{self.source_id}: {what}. Address: {self.address}. {to_do}")

    def unreachable(self, what: str, hint: str = "") -> DownloadError:
        """Return the error of a server that could not be reached or kept failing."""
        hint = hint or "Try again later."
        return DownloadError(self._text(what, f"{hint} Or {self.by_hand}."))

    def refused(self, what: str, hint: str = "") -> DownloadRefusedError:
        """Return the error of an address or answer that is not accepted."""
        return DownloadRefusedError(
            self._text(
                what,
                f"Nothing was kept. {hint or 'Look at the address in a browser and correct'}"
                f"{'' if hint else f' `download` in config/sources/{self.source_id}.yaml'}, "
                f"or {self.by_hand}.",
            )
        )

    def wrong(self, what: str, hint: str = "") -> DownloadContentError:
        """Return the error of an answer that is not what was asked for."""
        hint = hint or "Try again later; the publisher may have moved or changed the file."
        return DownloadContentError(
            self._text(what, f"Nothing was kept. {hint} Or {self.by_hand}.")
        )

    def too_large(self, size: int | None) -> DownloadRefusedError:
        """Return the error of a body above the limit; `size` is what the server declared."""
        what = f"the answer is {size:,} bytes" if size is not None else "the answer does not end"
        return self.refused(
            f"{what}; the limit is {self.max_bytes:,}",
            f"If the file has grown, raise `max_mb` in config/sources/{self.source_id}.yaml",
        )

    def checksum(self, found: str) -> DownloadContentError:
        """Return the error of a file that is not the one declared."""
        return self.wrong(
            f"the file has sha256 {found}, but {self.sha256} is declared",
            "If the publisher issued a new version, review it, then update sha256 and vintage in "
            f"config/sources/{self.source_id}.yaml.",
        )

    def status(self, code: int, reason: str) -> DownloadError:
        """Return the error of a status that trying again will not change."""
        said = f"the server answered {code} {reason}".rstrip()
        if code in (401, 403):
            key = self.credential
            hint = f"The key in {key.env} may be wrong or expired." if key else ""
            kind = CredentialError if key else DownloadError
            hint = hint or "The publisher may refuse programs."
            return kind(self._text(said, f"{hint} Or {self.by_hand}."))
        hint = "The publisher may have moved the file: correct `url` in "
        return self.unreachable(said, f"{hint}config/sources/{self.source_id}.yaml.")
