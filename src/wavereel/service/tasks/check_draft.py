"""`check_draft`: whether a draft keeps the format and its rules, and which files it names.

draft        as it was sent
files        ids of all files of the user
exportable   whether it must have something to show or to be heard; so by default
→
draft        the same, its media named by `asset://` alone
sources      ids of the files that it names, in order of appearance
pending      whether captions wait to be written
length_ms, width, height, fps
warnings     what an export leaves out or does otherwise
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from wavereel.errors import DraftError, LimitError
from wavereel.render.sources import ASSET_SCHEME
from wavereel.service.drafts import is_pending, voices_of
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.edits.surgery import changed
from wavereel.timeline.model import TrackType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wavereel.service.tasks.context import TaskContext
    from wavereel.timeline.model import Segment, Timeline, Track

Tree = dict[str, Any]

MAX_TRACKS = 200
MAX_SEGMENTS = 50_000
MAX_TEXT_CHARACTERS = 20_000
"""Of one segment; a caption has some tens."""

_ADDRESS = re.compile(r"/files/(f_[A-Za-z0-9]+)(?:/|$)")
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_HINT = "name files by asset:// and their file_id, as video_infos lists them"


def check_draft(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Looks at a draft that is to be saved or exported.

    Raises:
        DraftError: It breaks the format or its rules, or names files that are not the user's.
        LimitError: It is larger or nested deeper than a draft may be.
    """
    del context
    from wavereel.render.unsupported import unsupported

    timeline, sources = admitted(request.get("draft"), cast("Iterable[str]", request.get("files") or ()))
    if request.get("exportable", True):
        require_exportable(timeline)
    width, height = timeline.size
    warnings = unsupported(timeline, will_be_heard=bool(voices_of(timeline)))  # the render hears them
    return {
        "draft": timeline_tree(timeline),
        "sources": sources,
        "pending": is_pending(timeline),
        "length_ms": timeline.length_ms,
        "width": width,
        "height": height,
        "fps": float(timeline.fps),
        "warnings": list(dict.fromkeys(warnings)),
    }


def admitted(tree: object, files: Iterable[str]) -> tuple[Timeline, list[str]]:
    """A draft as it may be stored, without a list of media, and the ids of the files that it names.

    Args:
        tree: As it was sent.
        files: Ids of all files of the user.

    Raises:
        DraftError: It breaks the format or its rules, or names files that are not the user's.
        LimitError: It is larger or nested deeper than a draft may be.
    """
    _check_counts(tree)
    timeline = timeline_from_tree(tree)
    _check_texts(timeline)
    allowed = frozenset(files)
    sources: dict[str, None] = {}
    tracks: list[Track] = []
    for number, track in enumerate(timeline.tracks):
        segments: list[Segment] = []
        for index, segment in enumerate(track.segments):
            if segment.source is None:
                segments.append(segment)
                continue
            identity = _file_of(segment.source, allowed, f"t.{number}.sg.{index}.src")
            sources[identity] = None
            segments.append(changed(segment, source=ASSET_SCHEME + identity))
        _check_overlap(track, number)
        tracks.append(changed(track, segments=tuple(segments)))
    return changed(timeline, tracks=tuple(tracks), media=None), list(sources)


def require_exportable(timeline: Timeline) -> None:
    """Refuses a draft of which nothing would be seen or heard.

    Raises:
        DraftError: No track has a segment, or the video has no length.
    """
    if not any(track.segments for track in timeline.tracks) or not timeline.length_ms:
        raise DraftError("the draft has nothing to export", hint="put something on its timeline first")


def _check_counts(tree: object) -> None:
    """Refuses too many tracks and segments before they are looked at one by one."""
    tracks: object = cast("Tree", tree).get("t") if isinstance(tree, dict) else None
    if not isinstance(tracks, list):
        return
    listed = cast("list[object]", tracks)
    if len(listed) > MAX_TRACKS:
        raise LimitError(f"the draft has {len(listed)} tracks, more than {MAX_TRACKS}", hint="use fewer")
    segments = [cast("Tree", track).get("sg") for track in listed if isinstance(track, dict)]
    count = sum(len(cast("list[object]", some)) for some in segments if isinstance(some, list))
    if count > MAX_SEGMENTS:
        raise LimitError(f"the draft has {count} segments, more than {MAX_SEGMENTS}", hint="use fewer")


def _check_texts(timeline: Timeline) -> None:
    for segment in (segment for track in timeline.tracks for segment in track.segments):
        if segment.text is not None and len(segment.text) > MAX_TEXT_CHARACTERS:
            raise LimitError(f"a text has more than {MAX_TEXT_CHARACTERS} characters", hint="use shorter texts")


def _file_of(source: str, allowed: frozenset[str], place: str) -> str:
    """The id of the file that a `src` names.

    Raises:
        DraftError: It names none of the user's; whether it is somebody else's is not told.
    """
    for identity in _named(source):
        if identity in allowed:
            return identity
    shown = "".join(mark if mark.isprintable() else "?" for mark in source[:80])
    raise DraftError(f"the draft names a file that is not yours at {place}: {shown}", hint=_HINT)


def _named(source: str) -> Iterator[str]:
    if source.startswith(ASSET_SCHEME):
        identity = source.removeprefix(ASSET_SCHEME)
        if _ID.fullmatch(identity):
            yield identity
        return
    try:
        parts = urlsplit(source)
    except ValueError:
        return
    if parts.scheme in ("http", "https", "") and (found := _ADDRESS.search(unquote(parts.path))):
        yield found[1]


def _check_overlap(track: Track, number: int) -> None:
    """Pictures and texts of one track follow each other; sounds may sound together."""
    if track.type not in (TrackType.VIDEO, TrackType.TEXT):
        return
    end_ms = 0
    for start_ms, segment in sorted(track.placed(), key=lambda item: item[0]):
        if start_ms < end_ms:
            raise DraftError(
                f"segments of track {number} overlap at {start_ms} ms", hint="put what shows at once on two tracks"
            )
        end_ms = start_ms + segment.length_ms
