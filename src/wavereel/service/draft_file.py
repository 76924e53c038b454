"""A draft file with its history beside it: `talk.json` and `talk.json.history`.

The history only grows: what is new is appended when the draft is saved. Lines that cannot be read stay where they are;
a file of which not one line can be read is moved aside, never written over.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import DraftError, InputError, LimitError, OutputError, UsageError, WavereelError
from wavereel.service.locks import alone_in
from wavereel.timeline.codec import MAX_DRAFT_BYTES, decode_draft, encode_draft, write_hint, write_whole
from wavereel.timeline.edits.at_hand import kind_of
from wavereel.timeline.history import MAX_REVISIONS, History, history_lines, read_history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.model import Timeline

Tree = dict[str, Any]

_KINDS = {"audio": "a sound", "video": "a video", "image": "a picture"}
_HINT = "check the path and its permissions"


@dataclass
class DraftFile:
    """A draft on disk as it was read or written last.

    Attributes:
        path: The draft.
        data: Its bytes; `None` where there is no such file yet.
        saved: Number of the last revision in the history beside it; `None` where that is to be written whole.
        hand: Media that were added while the draft was talked about: earlier revisions have them at hand, too.
        notices: What the user should know.
    """

    path: Path
    data: bytes | None = None
    saved: int | None = None
    hand: list[Tree] = field(default_factory=list[Tree])
    notices: list[str] = field(default_factory=list[str])
    _known: bool = False
    _told: int = 0

    @property
    def folder(self) -> Path:
        """The folder from which its media are found."""
        return self.real.parent

    @property
    def real(self) -> Path:
        """The draft, links resolved."""
        return Path(os.path.realpath(self.path))

    @property
    def sidecar(self) -> Path:
        """The file of its history."""
        return self.real.with_name(self.real.name + ".history")

    def read(self) -> Timeline | None:
        """The draft; `None` where there is no such file.

        Raises:
            DraftError: It is no draft, or cannot be read.
            LimitError: It is larger or nested deeper than a draft may be.
        """
        self.data = _read(self.path, "the draft")
        if self.data is None:
            return None
        try:
            return decode_draft(self.data)
        except DraftError as error:
            kind = kind_of({"filename": self.path.name}) if "is not JSON" in error.message else ""
            if not kind:
                raise
            hint = f"name a draft, and this with --media {self.path.name}"
            raise DraftError(f"{self.path} is {_KINDS[kind]}, not a draft", hint=hint) from None

    def history(self, timeline: Timeline) -> History:
        """The history of the draft that was read; a new one where none can be read, with a notice that says so."""
        self._known = True
        try:
            data = _read(self.sidecar, "the history")
            history = read_history(data) if data else None
        except WavereelError as error:
            self._known = False
            self.notices.append(f"its history is not used ({error.message}); it begins anew")
            return History.of(timeline)
        if not data:
            return History.of(timeline)
        unread, revisions = self._take_lines(data)
        if history is None:
            self._known = False
            self.notices.append(f"{self.sidecar.name} is no history that can be read, so the history begins anew")
            return History.of(timeline)
        unread += max(0, min(revisions, MAX_REVISIONS) - len(history.revisions))
        if unread:
            self.notices.append(f"{unread} lines of {self.sidecar.name} cannot be read and are passed over")
        self.saved = history.present.number
        return history

    def write(self, timeline: Timeline, history: History) -> None:
        """Saves the draft whole, then what is new of its history; both or none of them.

        Args:
            timeline: The draft.
            history: With all that led to it.

        Raises:
            OutputError: It cannot be written, or something else has changed it meanwhile.
        """
        data = encode_draft(timeline)
        if len(data) > MAX_DRAFT_BYTES:  # it could not be read again
            raise OutputError(f"{self.path} would be larger than {MAX_DRAFT_BYTES >> 20} MiB", hint="undo, or split it")
        with alone_in(self.folder):
            if _unread(self.path) != self.data:
                hint = "open it again, or save under another name"
                raise OutputError(f"{self.path} was changed by something else meanwhile", hint=hint)
            before = self.data
            if data != before:
                write_whole(self.real, data, mode=self._mode())
                self.data = data
            fresh = history.present.number != self.saved and history.present.turn != "start"
            if fresh or self._told < len(self.hand):
                try:
                    self._append(history if fresh else None)
                except OSError as error:
                    kept = "nothing is saved" if self._taken_back(before) else "the draft itself is saved"
                    message = f"cannot write {self.sidecar} ({error.strerror}); {kept}"
                    raise OutputError(message, hint=write_hint(error)) from None

    def _mode(self) -> int:
        """Who may read the draft: whoever could before, else its owner."""
        try:
            return stat.S_IMODE(self.real.stat().st_mode)
        except OSError:
            return 0o600

    def _taken_back(self, before: bytes | None) -> bool:
        """Puts the draft back as it was, so that it goes with its history; whether that was possible."""
        if self.data == before:
            return True
        try:
            if before is None:
                self.real.unlink()
            else:
                write_whole(self.real, before, mode=self._mode())
        except (OSError, OutputError):
            return False
        self.data = before
        return True

    def _append(self, history: History | None) -> None:
        lines = [_line({"hand": self.hand[self._told :]})] if self._told < len(self.hand) else []
        self._make_way()
        if history is not None:
            lines += history_lines(history, after=self.saved)
        elif self.saved is None:  # nothing was done yet: the draft says all there is
            return
        self._put(b"".join(lines))
        self._told = len(self.hand)
        if history is not None:
            self.saved = history.present.number

    def _make_way(self) -> None:
        """Moves what is no history of this draft aside; one that has gone meanwhile is written whole again."""
        if not self._known and os.path.lexists(self.sidecar):
            number = 1
            while os.path.lexists(aside := self.sidecar.with_name(f"{self.sidecar.name}.unread-{number}")):
                number += 1
            os.replace(self.sidecar, aside)
            self.notices.append(f"what was in {self.sidecar.name} is kept as {aside.name}")
        self._known = True
        if not self.sidecar.exists():
            self.saved = None

    def _put(self, data: bytes) -> None:
        """Appends lines, all or none, on a line of their own where the last one was cut off."""
        descriptor = os.open(self.sidecar, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(-1, os.SEEK_END)
                data = data if file.read(1) == b"\n" else b"\n" + data
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except BaseException:
                file.truncate(end)
                if not end:
                    self.sidecar.unlink(missing_ok=True)
                raise

    def _take_lines(self, data: bytes) -> tuple[int, int]:
        """Takes the media that were added; counts the lines that no history holds, and those of revisions."""
        unread = revisions = 0
        for line in data.split(b"\n"):
            if not line.strip():
                continue
            if line.startswith((b'{"track":', b'{"rev":')) and line.endswith(b"}"):
                revisions += line.startswith(b'{"rev":')
                continue
            entries = _hand(line)
            if entries is None:
                unread += 1
            else:
                self.hand += entries
        self._told = len(self.hand)
        return unread, revisions


def _hand(line: bytes) -> list[Tree] | None:
    try:
        tree: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not isinstance(entries := cast("Tree", tree).get("hand"), list):
        return None
    found = [cast("Tree", entry) for entry in cast("list[object]", entries) if isinstance(entry, dict)]
    return [entry for entry in found if isinstance(entry.get("file_id"), str) and isinstance(entry.get("cdn_url"), str)]


def _line(tree: Tree) -> bytes:
    return json.dumps(tree, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _read(path: Path, what: str) -> bytes | None:
    """The bytes of a file; `None` where there is none."""
    if "\0" in str(path):
        raise UsageError(f"the path of {what} holds a zero byte", hint="name a file")
    try:
        if not os.path.lexists(path):
            return None
        if not path.exists():
            raise DraftError(f"{path} is a link to a file that is not there", hint="name a draft file")
        if not path.is_file():  # opening a pipe would wait for its writer for ever
            raise DraftError(f"{path} is a folder, a device or a pipe", hint="name a draft file")
        with path.open("rb") as file:
            data = file.read(MAX_DRAFT_BYTES + 1)
    except OSError as error:
        raise DraftError(f"cannot read {path} ({error.strerror})", hint=_HINT) from None
    if len(data) > MAX_DRAFT_BYTES:
        raise LimitError(f"{what} is larger than {MAX_DRAFT_BYTES >> 20} MiB", hint="split it into several drafts")
    return data


def _unread(path: Path) -> bytes | None:
    try:
        return _read(path, "the draft")
    except InputError as error:
        raise OutputError(error.message, hint=error.hint) from None


__all__: Sequence[str] = ("DraftFile",)
