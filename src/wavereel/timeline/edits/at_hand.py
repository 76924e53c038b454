"""Pictures, videos and sounds at hand: what the entries of `video_infos` say, and which of them is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from wavereel.timeline.edits.surgery import media_entry, source_of
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.timeline.model import Timeline

Kind = Literal["image", "video", "audio", ""]

_ENDINGS: dict[str, Kind] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "webp", "gif", "bmp", "svg", "tif", "tiff", "heic", "avif"), "image"),
    **dict.fromkeys(("mp4", "mov", "mkv", "webm", "m4v", "avi", "mpg", "mpeg", "ts"), "video"),
    **dict.fromkeys(("mp3", "wav", "m4a", "flac", "ogg", "opus", "aac", "aiff", "wma"), "audio"),
}

LOGO_WORDS = ("logo", "标志", "標誌", "商标", "徽标", "台标")
COVER_WORDS = ("cover", "封面", "artwork")
BACKGROUND_WORDS = ("background", "背景", "backdrop", "wallpaper")


def kind_of(entry: Mapping[str, Any]) -> Kind:
    """What a medium at hand is, by its entry, else by the ending of its name; empty where nobody knows."""
    for text in (entry.get("file_type"), str(entry.get("mime") or "").partition("/")[0]):
        if text in ("image", "video", "audio"):
            return text
    return _ENDINGS.get(file_name(entry).rpartition(".")[2].lower(), "")


def file_name(entry: Mapping[str, Any]) -> str:
    """What people call a medium at hand."""
    return str(entry.get("filename") or entry.get("file_id") or "file")


def entry_of_source(timeline: Timeline, source: str | None) -> dict[str, Any] | None:
    """The entry of a segment's `src`; `None` where nothing at hand has it."""
    for entry in timeline.media or ():
        if source and source in (source_of(entry), entry.get("cdn_url")):
            return entry
    return None


def ratio_of(entry: Mapping[str, Any] | None) -> float | None:
    """Width by height of a picture or video at hand; `None` where nobody knows."""
    width, height = (entry.get("width"), entry.get("height")) if entry else (None, None)
    if isinstance(width, int | float) and isinstance(height, int | float) and width > 0 and height > 0:
        return width / height
    return None


def is_placed(timeline: Timeline, entry: Mapping[str, Any]) -> bool:
    """Whether a segment shows or sounds it."""
    sources = (source_of(entry), entry.get("cdn_url"))
    return any(segment.source in sources for track in timeline.tracks for segment in track.segments if segment.source)


def called(timeline: Timeline, words: tuple[str, ...], kind: Kind = "image") -> dict[str, Any] | None:
    """The first medium of a kind whose name holds one of the words, or that calls itself so."""
    for entry in timeline.media or ():
        name = f"{file_name(entry)} {entry.get('kind', '')} {entry.get('role', '')}".casefold()
        if kind_of(entry) == kind and any(word in name for word in words):
            return entry
    return None


def meant(
    timeline: Timeline, file: str | None, kinds: tuple[Kind, ...], words: tuple[str, ...], name: str
) -> dict[str, Any]:
    """The medium that an edit means.

    Args:
        timeline: With the media at hand.
        file: Its name, id or address; `None` means the one called by `words`, else the only one of the first of `kinds`
            that is not placed, else the only one of the next.
        kinds: What it may be, likeliest first.
        words: Parts of names that say what it is for.
        name: What is missing, for the error.

    Raises:
        EditError: Nothing at hand is meant, or it is of another kind.
    """
    if file is not None:
        entry = media_entry(timeline, file)
        if kind_of(entry) and kind_of(entry) not in kinds:
            wrong = "not_a_picture" if kinds[0] == "image" else "not_a_video" if kinds[0] == "video" else "not_a_sound"
            raise cannot(wrong, name=file_name(entry))
        return entry
    for kind in kinds:
        if words and (entry := called(timeline, words, kind)) is not None:
            return entry
    for kind in kinds:
        here = [entry for entry in timeline.media or () if kind_of(entry) == kind]
        free = [entry for entry in here if not is_placed(timeline, entry)]
        for choice in (free, here if kind == "video" else []):
            if len(choice) == 1:
                return choice[0]
    raise cannot("no_file", name=name, hint="send the file, or name one of those at hand")
