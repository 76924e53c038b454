"""The media at hand of a draft file: entries of `video_infos`, and where their files lie."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from wavereel.errors import InputError
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wavereel.timeline.history import Revision
    from wavereel.timeline.model import Timeline, Track

Tree = dict[str, Any]


def media_entry_of(path: Path, folder: Path) -> Tree:
    """The entry of a file, for a draft in `folder`.

    Raises:
        InputError: The file cannot be used.
    """
    from wavereel.media.probe import probe
    from wavereel.service.facts import Shelf

    if "\0" in str(path):
        raise InputError("the path of a medium holds a zero byte", hint="name a file")
    info = probe(path)
    kind = "image" if info.is_picture else "video" if info.video else "audio"
    if kind == "audio" and not info.audio:
        raise InputError(f"{path.name} holds neither sound nor picture", hint="name a sound, a picture or a video")
    shelf = Shelf()
    shelf.add(path, info, kind)
    return shelf.entries[0] | {"cdn_url": url_of(path, folder)}


def url_of(path: Path, folder: Path) -> str:
    """How a draft in `folder` says where a file lies: relative where it lies beside or below it, else a `file:` URL."""
    target = path.resolve()
    try:
        near = target.relative_to(folder.resolve()).as_posix()
        near.encode()
    except ValueError:  # elsewhere, or a name that is no text
        return target.as_uri()
    return target.as_uri() if local_path(near, folder) != folder / near else near


def local_path(url: object, folder: Path) -> Path | None:
    """The file that a draft in `folder` means by a `cdn_url`; `None` where that is no file's address."""
    if not isinstance(url, str) or not url or "\0" in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "file":
        return Path(unquote(parts.path, errors="surrogateescape"))
    return None if len(parts.scheme) > 1 else folder / url


def with_media(timeline: Timeline, entries: Iterable[Mapping[str, Any]], folder: Path) -> Timeline:
    """A timeline with more media at hand; one that is there already stays, told anew where its file is gone."""
    here = list(timeline.media or ())
    added = False
    for entry in entries:
        place = next((at for at, old in enumerate(here) if old.get("file_id") == entry.get("file_id")), None)
        if place is None:
            here.append(dict(entry))
            added = True
        elif not _is_there(local_path(here[place].get("cdn_url"), folder)):
            here[place] = here[place] | {"cdn_url": entry["cdn_url"]}
            added = True
    return changed(timeline, media=tuple(here)) if added else timeline


def with_ids(timeline: Timeline) -> Timeline:
    """A timeline each of whose media has a `file_id` by which a segment can name it; itself where all have one."""
    if all(_has_id(entry) for entry in timeline.media or ()):
        return timeline
    media = [
        entry if _has_id(entry) else entry | {"file_id": _id_of(entry, place)}
        for place, entry in enumerate(timeline.media or ())
    ]
    return changed(timeline, media=tuple(media))


def rebased(timeline: Timeline, old: Path, new: Path) -> Timeline:
    """A timeline whose media are found from another folder."""
    if old == new or not timeline.media:
        return timeline
    urls: dict[str, str] = {}
    media: list[Tree] = []
    for entry in timeline.media:
        path = local_path(entry.get("cdn_url"), old)
        url = None if path is None else url_of(path, new)
        if url is not None and url != entry["cdn_url"]:
            urls[str(entry["cdn_url"])] = url
        media.append(entry if url is None else entry | {"cdn_url": url})
    if not urls:
        return timeline
    return changed(timeline, media=tuple(media), tracks=tuple(_pointed(track, urls) for track in timeline.tracks))


def for_each(history: History, change: Callable[[Timeline], Timeline]) -> History:
    """A history whose timelines are all changed in the same way; `change` leaves `rev` alone."""
    known: dict[int, Revision] = {}

    def one(revision: Revision) -> Revision:
        if id(revision) not in known:
            known[id(revision)] = revision.put(change)
        return known[id(revision)]

    revisions, path = tuple(map(one, history.revisions)), tuple(map(one, history.path))
    return History(one(history.first), revisions, path, history.cursor)


def _pointed(track: Track, urls: Mapping[str, str]) -> Track:
    """A track whose segments name their media by the new addresses; itself where none does by an old one."""
    if not any(segment.source in urls for segment in track.segments):
        return track
    segments = tuple(
        changed(segment, source=urls[segment.source]) if segment.source and segment.source in urls else segment
        for segment in track.segments
    )
    return changed(track, segments=segments)


def _has_id(entry: Mapping[str, Any]) -> bool:
    identity = entry.get("file_id")
    return isinstance(identity, str) and bool(identity)


def _id_of(entry: Mapping[str, Any], place: int) -> str:
    """An id like those of contents, but of the address, as the draft tells no more."""
    told = str(entry.get("cdn_url") or place)
    return "f_" + hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16]


def _is_there(path: Path | None) -> bool:
    return path is not None and os.path.exists(path)  # noqa: PTH110 - `Path.exists` raises where a name is too long
