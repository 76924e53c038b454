"""The download of a video as a plan that a blocking and an asynchronous client can follow.

The bytes go into a `.part` file, a broken download goes on where it stopped, and the file gets its name only when it is
whole; a file that exists is never replaced.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from wavereel.client.answers import Answer, body_of
from wavereel.client.errors import DroppedError, FaultError, NonsenseError, TimedOutError
from wavereel.errors import RateError, UsageError, WavereelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MAX_ATTEMPTS = 5
"""Attempts in a row that get no further than those before."""

MAX_ALL_ATTEMPTS = 100

MAX_VIDEO_BYTES = 64 << 30
MAX_REDIRECTS = 5

_REDIRECTS = (301, 302, 303, 307, 308)
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)", re.ASCII)


@dataclass
class Fetch:
    """One file being fetched.

    Args:
        url: Where it is.
        target: What it will be called.
        size_bytes: How long it is, where that is known.
        on_progress: Told how many bytes are there, and of how many (`None` where nobody knows).
    """

    url: str
    target: Path
    size_bytes: int | None = None
    on_progress: Callable[[int, int | None], None] | None = None
    _part: Path | None = None
    _file: BinaryIO | None = None
    _have_bytes: int = 0
    _validator: str = ""
    _best_bytes: int = 0
    _attempts: int = 0
    _all_attempts: int = 0
    _redirects: int = 0
    _total_bytes: int | None = field(default=None)

    def open(self) -> None:
        """Makes the `.part` file; raises `UsageError` where the target exists or nothing can be written."""
        if os.path.lexists(self.target):
            raise UsageError(f"{self.target} exists", hint="name another file with -o")
        for number in range(1000):
            part = self.target.with_name(f"{self.target.name}{f'.{number}' if number else ''}.part")
            try:
                self._file = part.open("xb")
            except FileExistsError:
                continue
            except OSError as error:
                raise _unwritable(self.target, error) from None
            self._part = part
            return
        raise UsageError(f"{self.target} cannot be written", hint="remove the .part files beside it")

    def headers(self) -> dict[str, str]:
        """What the next request says: the rest is enough where a part is there."""
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if self._have_bytes and self._validator:
            headers |= {"Range": f"bytes={self._have_bytes}-", "If-Range": self._validator}
        return headers

    @property
    def redirected(self) -> bool:
        """Whether the present address is one that the backend sent the client to: it gets no token."""
        return self._redirects > 0

    def is_refused(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether an answer is neither bytes of a video nor the way to them."""
        if status in _REDIRECTS and headers.get("location"):
            return False
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        return status not in (200, 206) or kind in ("text/html", "application/json")

    def begin(self, status: int, headers: Mapping[str, str]) -> bool:
        """Takes the head of an answer that is not refused; `False` where another address has to be asked.

        Raises:
            WavereelError: The file cannot be had.
        """
        if status in _REDIRECTS:
            self._redirects += 1
            if self._redirects > MAX_REDIRECTS:
                raise NonsenseError("the video's link leads in circles")
            return False
        if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise NonsenseError("the video comes in a coding that was not asked for")
        span = _RANGE.fullmatch(headers.get("content-range", "").strip()) if status == 206 else None
        if span is not None and int(span[1]) == self._have_bytes:
            self._total_bytes = None if span[3] == "*" else int(span[3])
        elif status == 206:
            raise NonsenseError("the backend sent another part of the video than the one that was asked for")
        else:
            self._restart()
            length = headers.get("content-length", "")
            self._total_bytes = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
        tag = headers.get("etag", "")
        self._validator = tag if tag.startswith('"') else headers.get("last-modified", "")
        if (self._total_bytes or 0) > MAX_VIDEO_BYTES:
            raise NonsenseError("the video is larger than any that is fetched")
        return True

    def write(self, chunk: bytes) -> None:
        """Adds bytes."""
        assert self._file is not None
        self._have_bytes += len(chunk)
        if self._have_bytes > self._best_bytes:
            self._best_bytes, self._attempts = self._have_bytes, 0
        if self._have_bytes > (self._total_bytes or MAX_VIDEO_BYTES):
            raise NonsenseError("the video is longer than the backend said")
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _unwritable(self.target, error) from None
        if self.on_progress:
            self.on_progress(self._have_bytes, self._total_bytes)

    def end(self) -> None:
        """Takes the end of an answer's bytes; raises `DroppedError` where some are missing."""
        if self._total_bytes is not None and self._have_bytes < self._total_bytes:
            raise DroppedError("the connection broke in the middle of the video")
        if not self._have_bytes:
            raise NonsenseError("the video is empty")
        if self._total_bytes is None and self.size_bytes is not None and self._have_bytes < self.size_bytes:
            raise DroppedError("the video ends early")

    def pause_s(self, error: WavereelError) -> float:
        """How long to wait before the next attempt after a failure; raises it where there is no use in trying."""
        transient = isinstance(error, DroppedError | FaultError | TimedOutError | RateError)
        self._attempts += 1
        self._all_attempts += 1
        if not transient or self._attempts >= MAX_ATTEMPTS or self._all_attempts >= MAX_ALL_ATTEMPTS:
            raise error
        if not self._validator or (self._total_bytes is None and self._have_bytes):
            self._restart()
        wished_s = getattr(error, "retry_after_s", None)
        return min(30.0, float(wished_s)) if wished_s is not None else float(2 ** (self._attempts - 1))

    def finish(self) -> Path:
        """Gives the file its name; raises `UsageError` where another file has taken it meanwhile."""
        assert self._file is not None
        assert self._part is not None
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            _name(self._part, self.target)
        except FileExistsError:
            raise UsageError(f"{self.target} exists", hint="name another file with -o") from None
        except OSError as error:
            raise _unwritable(self.target, error) from None
        return self.target

    def close(self) -> None:
        """Takes the `.part` file away; to be called in every case."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        if self._part is not None:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)

    def _restart(self) -> None:
        if self._file is not None and self._have_bytes:
            self._file.seek(0)
            self._file.truncate()
        self._have_bytes = 0
        self._validator = ""


def refusal(status: int, headers: Mapping[str, str], content: bytes) -> WavereelError:
    """The error of an answer that is no video, with the words of its body where it has some."""
    if status in (200, 206):
        return NonsenseError("the link leads to a page and no video")
    try:
        body_of(Answer(status, headers, content))
    except WavereelError as error:
        return error
    return NonsenseError("the answer is no video")


def _name(part: Path, target: Path) -> None:
    """Renames without ever replacing: a hard link fails where the name is taken, `os.replace` would not."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with target.open("xb"):
            pass
        os.replace(part, target)
        return
    part.unlink()


def _unwritable(target: Path, error: OSError) -> WavereelError:
    return UsageError(f"{target} cannot be written ({error.strerror})", hint="name another place with -o")
