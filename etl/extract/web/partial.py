"""A file on its way: what has come so far, and whether the rest can be asked for."""

import json
import re
from pathlib import Path


class Partial:
    """The bytes of one address received so far, beside the file they are to become.

    They are only continued if the server named their version by a strong ETag or a date, and
    names the same one again (``If-Range``): two versions are never joined. What cannot be continued
    is not kept.
    """

    def __init__(self, target: Path, url: str) -> None:
        self.path = target.with_name(f".{target.name}.part")
        self._state = target.with_name(f".{target.name}.part.json")
        self._url = url
        self.etag = self.last_modified = ""
        self.total: int | None = None
        self._recall()

    def _recall(self) -> None:
        """Take up what an earlier, killed run left, if it is of the same address."""
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
            fits = state["url"] == self._url and self.path.is_file()
            if fits:
                self.etag, self.last_modified = state["etag"], state["last_modified"]
                self.total = state["total"]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            fits = False
        if not fits:
            self.discard()

    @property
    def size(self) -> int:
        """Bytes received so far."""
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def validator(self) -> str:
        """What names the version received so far; empty if nothing safe does."""
        strong = self.etag if self.etag and not self.etag.startswith("W/") else ""
        return strong or self.last_modified

    @property
    def can_continue(self) -> bool:
        """Whether asking for the rest makes sense."""
        return self.size > 0 and bool(self.validator)

    def restart(self, etag: str, last_modified: str, total: int | None, packed: bool) -> None:
        """Begin anew with the version a full answer names."""
        self.discard()
        self.total = total
        if not packed:  # the rest of a packed answer need not fit what came before
            self.etag, self.last_modified = etag, last_modified
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()
        state = {
            "url": self._url,
            "etag": self.etag,
            "last_modified": self.last_modified,
            "total": total,
        }
        self._state.write_text(json.dumps(state), encoding="utf-8")

    def continues(self, content_range: str, etag: str) -> bool:
        """Tell whether a partial answer (206) goes on exactly where we stopped, same version."""
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", content_range.strip())
        if not found or int(found[1]) != self.size:
            return False
        if found[3] != "*" and self.total is not None and int(found[3]) != self.total:
            return False
        return not (etag and self.etag and etag != self.etag)

    def discard(self) -> None:
        """Forget what came so far."""
        self.path.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)
        self.etag = self.last_modified = ""
        self.total = None

    def leave(self) -> int:
        """End for now: keep what can be continued, else remove it; return the bytes kept."""
        if self.can_continue:
            return self.size
        self.discard()
        return 0

    def finish(self) -> None:
        """Drop the note of the state once the file itself has been moved to its place."""
        self._state.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
