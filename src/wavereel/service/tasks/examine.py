"""`examine`: what a file is that came in, as its owner is told and as conversations about it need it.

path          the file
filename      as its owner calls it
→
entry         what the answer to an upload says of it, but for what the store knows: id, size, address, hash
facts         for later: tags, chapters, cover, exact length; empty for pictures and silent videos
extension     of the content, such as `mp3`
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from wavereel.errors import NoSoundError, WavereelError
from wavereel.render.sources import ASSET_SCHEME
from wavereel.service.facts import Shelf, look_at_sound
from wavereel.timeline.build import ChapterFact, SoundFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.media.probe import MediaInfo
    from wavereel.service.tasks.context import TaskContext

Tree = dict[str, Any]

_KINDS = {
    "mp3": ("mp3", "audio/mpeg"),
    "wav": ("wav", "audio/wav"),
    "aac": ("aac", "audio/aac"),
    "flac": ("flac", "audio/flac"),
    "ogg": ("ogg", "audio/ogg"),
    "aiff": ("aiff", "audio/aiff"),
    "avi": ("avi", "video/x-msvideo"),
    "png": ("png", "image/png"),
    "jpeg": ("jpg", "image/jpeg"),
    "gif": ("gif", "image/gif"),
    "webp": ("webp", "image/webp"),
}
"""Extension and media type by container, where the container alone tells them."""

_SOUNDS = {"mp4": ("m4a", "audio/mp4"), "mov": ("m4a", "audio/mp4"), "matroska": ("mka", "audio/x-matroska")}
_VIDEOS = {"mp4": ("mp4", "video/mp4"), "mov": ("mov", "video/quicktime"), "matroska": ("mkv", "video/x-matroska")}


def examine(request: dict[str, Any], context: TaskContext) -> dict[str, Any]:
    """Looks at a file that came in.

    Raises:
        NotMediaError: Its content is not of a kind that is accepted.
        InputError: It is damaged, empty, or holds neither sound nor picture.
        LimitError: It passes a limit of length, pixels or streams.
    """
    from wavereel.media.probe import probe

    path = Path(request["path"])
    filename = str(request.get("filename") or path.name)
    try:
        info = probe(path)
        facts = sound_facts(path, context.cache_dir) if info.audio else {}
    except WavereelError as error:
        error.message = error.message.replace(str(path), filename).replace(path.name, filename)
        error.args = (error.message,)
        raise
    extension, mime = _kind(info)
    return {"entry": _entry(info, filename, mime), "facts": facts, "extension": extension}


def seen_before(facts: object, identity: str, path: Path, cache_dir: Path) -> tuple[SoundFacts, Shelf] | None:
    """What `examine` found in a sound, as `look_at_sound` would find it again; `None` where that has to be asked.

    Args:
        facts: As `examine` gave them.
        identity: The file's id.
        path: Where it lies.
        cache_dir: Where covers are kept.
    """
    if not isinstance(facts, dict) or "length_ms" not in facts:
        return None
    known = cast("Tree", facts)
    shelf = Shelf()
    for entry in cast("list[Tree]", known["media"]):
        place = path if entry["file_id"] == identity else cache_dir / "covers" / str(entry["_file"])
        if not place.exists():
            return None
        source = ASSET_SCHEME + entry["file_id"]
        shelf.paths[source] = place
        shelf.entries.append({key: entry[key] for key in entry if key != "_file"} | {"cdn_url": source})
    size = known.get("size")
    return (
        SoundFacts(
            file_id=identity,
            name=str(known["name"]),
            length_ms=known["length_ms"],
            title=known["title"],
            show=known["show"],
            number=known["number"],
            chapters=tuple(ChapterFact(**chapter) for chapter in known["chapters"]),
            cover=known["cover"],
            cover_colors=tuple(known["cover_colors"]),
            is_video=known["is_video"],
            size=None if size is None else (size[0], size[1]),
        ),
        shelf,
    )


def sound_facts(path: Path, cache_dir: Path) -> Tree:
    """The facts of a sound as plain data; empty where its sound has no length.

    Raises:
        InputError: The file cannot be used.
    """
    shelf = Shelf()
    try:
        found, _ = look_at_sound(path, shelf, cache_dir, salvage=False)
    except NoSoundError:
        return {}
    told = asdict(found)
    media = [
        {key: value for key, value in entry.items() if key != "cdn_url"}
        if entry["file_id"] == found.file_id
        else {
            **{key: value for key, value in entry.items() if key not in ("cdn_url", "duration")},
            "filename": f"cover{Path(entry['filename']).suffix}",
            "_file": entry["filename"],
        }
        for entry in shelf.entries
    ]
    wanted = ("name", "length_ms", "title", "show", "number", "cover", "is_video")
    return {key: told[key] for key in wanted} | {
        "chapters": [dict(chapter) for chapter in told["chapters"]],
        "cover_colors": list(told["cover_colors"]),
        "size": None if found.size is None else list(found.size),
        "media": media,
    }


def _entry(info: MediaInfo, filename: str, mime: str) -> Tree:
    picture = info.video[0] if info.video else None
    sound = info.audio[0] if info.audio else None
    kind = "image" if info.is_picture else "video" if picture else "audio"
    entry: Tree = {
        "filename": filename,
        "file_type": kind,
        "mime": mime,
        "duration": None if info.is_picture else info.duration_ms / 1000,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "fps": round(float(picture.fps), 3) if picture and picture.fps and not info.is_picture else None,
        "has_audio": sound is not None,
    }
    if sound is not None:
        entry |= {"sample_rate": sound.sample_rate_hz, "channels": sound.channels}
    return entry


def _kind(info: MediaInfo) -> tuple[str, str]:
    """Extension and media type of a content, whatever its name says."""
    container = info.container
    if container in _KINDS:
        return _KINDS[container]
    table: Mapping[str, tuple[str, str]] = _VIDEOS if info.video else _SOUNDS
    return table.get(container, (container, "video/mp4" if info.video else "audio/mpeg"))
