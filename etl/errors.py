"""The errors Mindgap raises on purpose, one class per kind of fault, each with its exit code.

Every message says what is wrong, where (file, row, column), how many rows, gives examples and says
what to do. `etl.cli` turns a class into the process's exit code, so that a scheduler can tell a
missing file from a failed check without reading text.
"""

from collections.abc import Mapping, Sequence

MAX_EXAMPLES = 5


class MindgapError(Exception):
    """Base of every fault we foresee. Exit code 1 is left to the unforeseen.

    Parameters
    ----------
    message
        What, where, how many, what to do.
    rejected
        Every row at fault where single rows are: keys among ``source_id``, ``file``, ``row``,
        ``column_name``, ``value``, ``rule`` and ``action``. `etl.rejects` writes them to a file.
    """

    exit_code = 2

    def __init__(self, message: str = "", rejected: Sequence[Mapping[str, object]] = ()) -> None:
        super().__init__(message)
        self.rejected = list(rejected)


class ConfigError(MindgapError):
    """A file under ``config/`` does not say what it must. Lists every fault at once."""

    exit_code = 3


class SourceMissingError(MindgapError):
    """A raw file, a sample file or a snapshot is not where it should be."""

    exit_code = 4


class SourceChangedError(MindgapError):
    """A raw file is not the one declared: checksum, header, encoding or row count differ."""

    exit_code = 5


class BadValueError(MindgapError):
    """Cells that cannot be read as the declared type, or are out of range."""

    exit_code = 6


class KeyJoinError(MindgapError):
    """Keys that are duplicated, malformed, or do not join to a district."""

    exit_code = 7


class GeometryError(MindgapError):
    """Boundaries that cannot be used: empty, without CRS, or beyond repair."""

    exit_code = 8


class CheckFailedError(MindgapError):
    """A check on the built tables failed; nothing was published."""

    exit_code = 9


class PublishError(MindgapError):
    """The snapshot could not be written; the previous one is still served."""

    exit_code = 10


class LockedError(MindgapError):
    """Another refresh of the same region is running."""

    exit_code = 15


class StorageError(MindgapError):
    """The disk refuses: full, not writable, failing. What was published is still served."""

    exit_code = 16


class ServingError(MindgapError):
    """The dashboard cannot be served as asked: its port is taken, its address is not ours."""

    exit_code = 17


class DownloadError(MindgapError):
    """A publisher's server could not be reached, or kept refusing or breaking off."""

    exit_code = 20


class DownloadRefusedError(DownloadError):
    """An address or answer we will not follow: another scheme, endless redirects, too large."""

    exit_code = 21


class DownloadContentError(DownloadError):
    """What arrived is not what was asked for: checksum, web page for a table, repeated pages."""

    exit_code = 22


class CredentialError(DownloadError):
    """A key or token that a publisher asks for is not set, or not accepted."""

    exit_code = 23


class NoEndpointError(DownloadError):
    """Sources that no publisher offers for download, and whose file is not at hand either."""

    exit_code = 24


def examples(values: Sequence[object], limit: int = MAX_EXAMPLES) -> str:
    """Return the first `limit` values as text, and how many more there are."""
    shown = ", ".join(repr(v) for v in list(values)[:limit])
    more = len(values) - limit
    return f"{shown} and {more} more" if more > 0 else shown
