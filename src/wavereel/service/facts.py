"""What a sound says about itself: its tags, its cover, its chapters, as facts for a timeline."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wavereel.errors import InputError, NoSoundError, WavereelError
from wavereel.media.decode import measured_samples
from wavereel.media.probe import probe
from wavereel.picture.images import colours_of, load_picture
from wavereel.render.sources import ASSET_SCHEME, file_id
from wavereel.timeline.build import ChapterFact, SoundFacts
from wavereel.times import samples_ms

if TYPE_CHECKING:
    from pathlib import Path

    from wavereel.media.probe import MediaInfo

_MAX_NUMBER_CHARACTERS = 12
_SPOKEN_GENRES = ("podcast", "speech", "spoken", "audiobook", "audio book", "talk", "news", "interview", "other")
"""A track of these genres, or of none, is an episode."""


@dataclass
class Shelf:
    """The media at hand: files by the name that a draft gives them, and their entries for `video_infos`."""

    paths: dict[str, Path] = field(default_factory=dict[str, "Path"])
    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def add(self, path: Path, info: MediaInfo, kind: str) -> str:
        """Puts a file on the shelf and returns its `src`.

        Args:
            path: The file.
            info: What it holds.
            kind: `audio`, `video` or `image`.
        """
        identity = file_id(path)
        source = ASSET_SCHEME + identity
        if source in self.paths:
            return source
        self.paths[source] = path
        entry: dict[str, Any] = {
            "file_id": identity,
            "filename": shown_name(path),
            "file_type": kind,
            "cdn_url": path.resolve().as_uri(),
            "duration": info.duration_ms / 1000,
        }
        if info.video:
            picture = info.video[0]
            entry |= {"width": picture.width, "height": picture.height}
            if picture.fps:
                entry["fps"] = float(picture.fps)
        if kind == "video":
            entry["has_audio"] = bool(info.audio)
        self.entries.append(entry)
        return source


def shown_name(path: Path) -> str:
    """A file's name as text that can be drawn and written into a draft, whatever bytes it is made of."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def look_at_sound(path: Path, shelf: Shelf, cache_dir: Path, *, salvage: bool) -> tuple[SoundFacts, list[str]]:
    """The facts of a sound, and remarks; its file and its cover go onto the shelf.

    Args:
        path: A sound, or a video with sound.
        shelf: Takes the media.
        cache_dir: Where an embedded cover is kept, so that a saved draft finds it again.
        salvage: Use what can be read of a damaged file.

    Raises:
        NoSoundError: The file holds no sound.
        InputError: The file cannot be used.
    """
    info = probe(path, salvage=salvage)
    if not info.audio:
        what = "is a picture" if info.is_picture else "holds no sound"
        raise NoSoundError(f"{path.name} {what}", hint="name a sound; a picture or silent video can be --background")
    length_ms = samples_ms(measured_samples(path, salvage=salvage))
    if length_ms < 1:
        raise NoSoundError(f"the sound of {path.name} has no length", hint="name a file with sound in it")
    notices: list[str] = []
    is_video = bool(info.video)
    source = shelf.add(path, info, "video" if is_video else "audio")
    cover, colors = _cover(info, shelf, cache_dir, notices)
    tags = info.tags
    facts = SoundFacts(
        file_id=source.removeprefix(ASSET_SCHEME),
        name=shown_name(path),
        length_ms=length_ms,
        title=tags.get("title", "").strip(),
        show=_show(tags.get("show", ""), tags.get("album", ""), tags.get("artist", "")),
        number=_number(tags.get("track", ""), tags.get("genre", "")),
        chapters=tuple(ChapterFact(c.start_ms, c.end_ms, c.title) for c in info.chapters),
        cover=cover,
        cover_colors=colors,
        is_video=is_video,
        size=(info.video[0].width, info.video[0].height) if is_video else None,
    )
    return facts, notices


def _show(show: str, album: str, artist: str) -> str:
    """The small line over the title: the show, else who speaks or plays, with the record they do it on."""
    for name in (show, album, artist):
        if name.strip():
            return name.strip()
    return ""


def _number(track: str, genre: str) -> str:
    """The episode: `3/12` is 3; what is not short is no number, and a song's place on its record is no episode."""
    if genre.strip() and not any(word in genre.casefold() for word in _SPOKEN_GENRES):
        return ""
    number = track.partition("/")[0].strip()
    if number.isdecimal() and int(number) == 0:
        return ""
    return number if len(number) <= _MAX_NUMBER_CHARACTERS else ""


def _cover(info: MediaInfo, shelf: Shelf, cache_dir: Path, notices: list[str]) -> tuple[str | None, tuple[str, ...]]:
    if not info.cover:
        return None, ()
    try:
        picture = load_picture(info.cover)
        colors = tuple(colours_of(picture))
    except WavereelError as error:
        notices.append(f"the cover inside {info.path.name} cannot be used ({error.message}); one is drawn instead")
        return None, ()
    folder = cache_dir / "covers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _cover_name(info.cover)
        if not path.exists() or path.read_bytes() != info.cover:
            partial = path.with_suffix(f".{os.getpid()}.partial")
            partial.write_bytes(info.cover)
            partial.replace(path)
        return shelf.add(path, probe(path), "image"), colors
    except (OSError, InputError):
        notices.append(f"the cover inside {info.path.name} could not be kept in {folder}; one is drawn instead")
        return None, ()


def _cover_name(data: bytes) -> str:
    import hashlib

    kind = (
        "png"
        if data.startswith(b"\x89PNG")
        else "webp"
        if data[8:12] == b"WEBP"
        else "gif"
        if data.startswith(b"GIF")
        else "jpg"
    )
    return f"{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
