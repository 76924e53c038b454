"""From the names that a draft gives its media to the files on this machine."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from wavereel.errors import InputError
from wavereel.media.probe import probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.media.probe import MediaInfo
    from wavereel.timeline.model import Timeline

ASSET_SCHEME = "asset://"

_READ_BYTES = 1 << 20


def file_id(path: Path) -> str:
    """The name of a file by its content: `f_` and 16 hex digits of its SHA-256.

    Raises:
        InputError: The file cannot be read.
    """
    return "f_" + _sha256(path).hex()[:16]


def _sha256(path: Path) -> bytes:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_READ_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise InputError(
            f"cannot read {path.name} ({error.strerror})", hint="check the path and its permissions"
        ) from None
    return digest.digest()


@dataclass
class Sources:
    """Where the media of one timeline lie, and what they are; each file is probed once.

    `paths` is by the words that a draft may use in `src`: `asset://<file_id>` and a medium's `cdn_url`. `salvage` takes
    what can be read of damaged files. `hashes` stand for the bytes of files, by the same words, where they are known:
    their SHA-256, or a name that is given to no other bytes.
    """

    paths: Mapping[str, Path]
    salvage: bool = False
    hashes: Mapping[str, str] = field(default_factory=dict[str, str])
    _infos: dict[Path, MediaInfo] = field(default_factory=dict["Path", "MediaInfo"])
    _contents: dict[Path, bytes] = field(default_factory=dict["Path", bytes])

    def path(self, source: str) -> Path:
        """The file behind a segment's `src`.

        Raises:
            InputError: The draft names a medium that it does not list, or whose file is gone.
        """
        found = self.paths.get(source)
        if found is None:
            raise InputError(f"the draft does not say where {source} is", hint="list it under video_infos of the draft")
        if not os.path.exists(found):  # noqa: PTH110 - `Path.exists` raises where a name is too long
            raise InputError(f"{found} is missing", hint="put the file back, or edit video_infos of the draft")
        return found

    def info(self, source: str) -> MediaInfo:
        """What the file behind a segment's `src` holds; raises as `path` and `probe` do."""
        path = self.path(source)
        if path not in self._infos:
            self._infos[path] = probe(path, salvage=self.salvage)
        return self._infos[path]

    def content(self, source: str) -> bytes:
        """A digest of the bytes of the file behind a segment's `src`; raises as `path` and `file_id`."""
        return self.content_of(self.path(source))

    def content_of(self, path: Path) -> bytes:
        """The same by the file's path."""
        if path not in self._contents:
            known = [self.hashes.get(source, "") for source, here in self.paths.items() if here == path]
            self._contents[path] = (next(filter(None, known), "") or _sha256(path).hex()).encode()
        return self._contents[path]


def sources_of(timeline: Timeline, folder: Path, known: Mapping[str, Path] | None = None) -> Sources:
    """The media that a draft on disk lists, found relative to the draft's folder or by `file:` URL.

    Args:
        timeline: The draft; its `video_infos` carry `file_id` and `cdn_url`.
        folder: The folder of the draft file.
        known: Files by `src` that the caller knows better.
    """
    paths: dict[str, Path] = {}
    for medium in timeline.media or ():
        url = medium.get("cdn_url")
        if not isinstance(url, str) or not url:
            continue
        path = _local_path(url, folder)
        if path is None:
            continue
        paths[url] = path
        identity = medium.get("file_id")
        if isinstance(identity, str):
            paths[ASSET_SCHEME + identity] = path
    return Sources(paths | dict(known or {}))


def _local_path(url: str, folder: Path) -> Path | None:
    if "\0" in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "file":
        return Path(unquote(parts.path, errors="surrogateescape"))
    if parts.scheme and len(parts.scheme) > 1:  # one letter is a drive of Windows
        return None
    return folder / url
