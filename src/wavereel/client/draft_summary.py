"""A draft in a line, read from its JSON alone.

Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.client.text import one_line, seconds_text
from wavereel.client.wire import number_at, object_at, objects_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wavereel.client.wire import Media

MAX_NAME_CHARACTERS = 60

_AUDIO = {"bgm": "BGM", "voice": "Voice", "sfx": "SFX"}
_TEXT = {"title": "Title", "caption": "Captions"}
_CHINESE = {
    "Video": "视频",
    "BGM": "背景音乐",
    "Voice": "人声",
    "SFX": "音效",
    "Audio": "音频",
    "Title": "标题",
    "Captions": "字幕",
    "Text": "文字",
    "Other": "其他",
}
_DRAWN = {
    "background": "背景",
    "cover": "封面",
    "waveform": "波形",
    "progress bar": "进度条",
    "progress": "进度条",
    "logo": "标志",
    "picture": "图片",
}
"""Names that a backend gives to what it draws, in Chinese."""

_SAYS_NOTHING = frozenset({"title", "text", "caption", "captions", "subtitle", "标题", "文字", "字幕"})
"""Names of texts that say no more than the label does."""


def is_exportable(draft: Mapping[str, Any]) -> bool:
    """Whether some track holds something."""
    return any(objects_at(track, "sg") for track in objects_at(draft, "t"))


def length_ms(draft: Mapping[str, Any]) -> int:
    """How long a draft is: what it says, else where its last segment ends."""
    said = number_at(draft, "d")
    if said is not None and said > 0:
        return int(said)
    ends = [start + length for track in objects_at(draft, "t") for start, length, _ in placed(track)]
    return max(ends, default=0)


def summary_line(draft: Mapping[str, Any], media: Iterable[Media] = (), lang: str = "en") -> str:
    """All tracks in one line, bottom to top."""
    return " ".join(summary_lines(draft, media, lang))


def summary_lines(draft: Mapping[str, Any], media: Iterable[Media] = (), lang: str = "en") -> list[str]:
    """How many tracks there are, then a line for each."""
    tracks = objects_at(draft, "t")
    count = len(tracks)
    if not count:
        return ["时间线（空）" if lang == "zh" else "Timeline (empty)"]
    head = (
        f"时间线（{count}条轨道）：" if lang == "zh" else f"Timeline ({count} {'track' if count == 1 else 'tracks'}):"
    )
    names = {item.file_id: item.filename for item in media if item.file_id}
    return [head, *(f"{number}. {_track(track, names, lang)}" for number, track in enumerate(tracks, 1))]


def label(track: Mapping[str, Any], lang: str = "en") -> str:
    """What a track is called by its type and its role."""
    role = text_at(object_at(track, "m") or {}, "role")
    match track.get("tt"):
        case 0:
            name = "Video"
        case 1:
            name = _AUDIO.get(role, "Audio")
        case 7:
            name = _TEXT.get(role, "Text")
        case _:
            name = "Other"
    return _CHINESE[name] if lang == "zh" else name


def placed(track: Mapping[str, Any]) -> list[tuple[int, int, dict[str, Any]]]:
    """Start and length in milliseconds of each segment; one without a start follows the one before it."""
    found: list[tuple[int, int, dict[str, Any]]] = []
    end = 0
    for segment in objects_at(track, "sg"):
        start = number_at(segment, "s")
        length = int(number_at(segment, "d") or 0)
        begin = end if start is None else int(start)
        found.append((begin, length, segment))
        end = begin + length
    return found


def name_of(segment: Mapping[str, Any], names: Mapping[str, str], lang: str = "en") -> str:
    """A segment's name: its own, its title, its text in quotes, its file."""
    meta = object_at(segment, "m") or {}
    text = one_line(text_at(segment, "txt"))
    for name in (one_line(text_at(meta, "name")), one_line(text_at(meta, "title"))):
        if name and lang == "zh" and not text and name.lower() in _DRAWN:
            return _DRAWN[name.lower()]
        if name and not (text and name.lower() in _SAYS_NOTHING):
            return _short(name)
    if text:
        return f"“{_short(text)}”" if lang == "zh" else f'"{_short(text)}"'
    source = text_at(segment, "src").removeprefix("asset://")
    name = names.get(source) or one_line(source.partition("?")[0].rpartition("/")[2] if "/" in source else "")
    return _short(one_line(name)) or ("未命名" if lang == "zh" else "untitled")


def gain(track: Mapping[str, Any], segment: Mapping[str, Any]) -> float:
    """How loud a segment is played, 1 being as it is."""
    own, whole = number_at(segment, "vol"), number_at(track, "vol")
    return (1.0 if own is None else own) * (1.0 if whole is None else whole)


def _track(track: Mapping[str, Any], names: Mapping[str, str], lang: str) -> str:
    chinese = lang == "zh"
    colon, comma = ("：", "，") if chinese else (": ", ", ")
    parts = sorted(placed(track), key=lambda item: item[0])
    if not parts:
        pending = bool((object_at(track, "m") or {}).get("pending"))
        words = ("待生成" if pending else "空") if chinese else ("to be written" if pending else "empty")
        return f"{label(track, lang)}{colon}{words}"
    span = f"{seconds_text(parts[0][0])}-{seconds_text(max(start + length for start, length, _ in parts))}"
    span += "秒" if chinese else "s"
    name = name_of(parts[0][2], names, lang)
    if len(parts) > 1:
        if text_at(object_at(track, "m") or {}, "role") == "caption":
            name = f"{len(parts)}条" if chinese else f"{len(parts)} cues"
        else:
            name = f"{name}，共{len(parts)}段" if chinese else f"{name}, {len(parts)} clips"
    remarks = [span]
    if track.get("tt") == 1:
        remarks.append(f"{gain(track, parts[0][2]) * 100:.4g}%")
    if track.get("mu") is True:
        remarks.append("已静音" if chinese else "muted")
    marks = ("（", "）") if chinese else (" (", ")")
    return f"{label(track, lang)}{colon}{name}{marks[0]}{comma.join(remarks)}{marks[1]}"


def _short(text: str) -> str:
    return text if len(text) <= MAX_NAME_CHARACTERS else text[: MAX_NAME_CHARACTERS - 1].rstrip() + "…"
