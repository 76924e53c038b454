"""What is on a timeline, in a line and in a few: the words are those of the original service's clients.

Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) 3. Title: "Urban Dreams" (0-3s)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.timeline.build import ratio_text
from wavereel.timeline.model import TrackType
from wavereel.timeline.reasons import seconds, time_text

if TYPE_CHECKING:
    from wavereel.timeline.model import Segment, Timeline, Track

MAX_TEXT_CHARACTERS = 60
"""Longer texts are cut in a summary."""

_AUDIO_LABELS = {"bgm": "BGM", "voice": "Voice", "sfx": "SFX"}
_TEXT_LABELS = {"title": "Title", "caption": "Captions"}
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
_PLAIN_NAMES = frozenset(
    {"title", "text", "caption", "captions", "subtitle", "subtitles", "chapter", "chapters", "cta", "end card"}
    | {
        "lower third",
        "lower_third",
        "show",
        "kicker",
        "episode",
        "number",
        "标题",
        "文字",
        "字幕",
        "章节卡",
        "片尾卡",
        "人名条",
    }
)
"""Names of texts that say no more than the label does: the text itself says what it is."""


_DRAWN = {
    "background": "背景",
    "cover": "封面",
    "waveform": "波形",
    "progress bar": "进度条",
    "progress": "进度条",
    "logo": "标志",
    "title": "标题",
}
"""Names that the program gives, in Chinese."""


def summary_line(timeline: Timeline, lang: str = "en") -> str:
    """The tracks in one line, bottom to top: label, name, range in seconds, and how loud a sound is.

    A track of several segments gives its first name, the span from the first start to the last end, and the count.
    """
    tracks = " ".join(f"{number}. {_track_text(timeline, track, lang)}" for number, track in _numbered(timeline))
    return _head(timeline, lang) + (" " + tracks if tracks else "")


def summary_text(timeline: Timeline, lang: str = "en") -> str:
    """The canvas and the length, then one line for each track."""
    lines = [_canvas_text(timeline, lang), _head(timeline, lang)]
    lines += [f"{number}. {_track_text(timeline, track, lang)}" for number, track in _numbered(timeline)]
    return "\n".join(lines)


def length_text(ms: int, lang: str = "en") -> str:
    """A length as people say it: `12.5 s`, `1:50`, `1:02:03`; in Chinese `12.5秒`, `1分50秒`."""
    return time_text(ms, lang)


def segment_name(timeline: Timeline, track: Track, segment: Segment, lang: str = "en") -> str:
    """What a segment is called: its name, its title, its text in quotes, its file; `untitled` where nothing says."""
    meta = segment.meta
    for name in (meta.name, meta.title) if meta else ():
        if name and lang == "zh" and not segment.text and name.strip().casefold() in _DRAWN:
            return _DRAWN[name.strip().casefold()]
        if name and name.strip() and not (segment.text and name.strip().lower() in _PLAIN_NAMES):
            return _short(name)
    if segment.text and segment.text.strip():
        return f"“{_short(segment.text)}”" if lang == "zh" else f'"{_short(segment.text)}"'
    source = (segment.source or "").removeprefix("asset://")
    for entry in timeline.media or () if source else ():
        if entry.get("file_id") == source and entry.get("filename"):
            return _short(str(entry["filename"]))
    if track.meta and track.meta.name and track.meta.name.strip():
        return _short(track.meta.name)
    if source and "/" in source:
        return _short(source.partition("?")[0].rpartition("/")[2]) or ("未命名" if lang == "zh" else "untitled")
    return "未命名" if lang == "zh" else "untitled"


def _numbered(timeline: Timeline) -> list[tuple[int, Track]]:
    return list(enumerate(timeline.tracks, 1))


def _head(timeline: Timeline, lang: str) -> str:
    count = len(timeline.tracks)
    if not count:
        return "时间线（空）" if lang == "zh" else "Timeline (empty)"
    if lang == "zh":
        return f"时间线（{count}条轨道）："
    return f"Timeline ({count} {'track' if count == 1 else 'tracks'}):"


def _canvas_text(timeline: Timeline, lang: str) -> str:
    width, height = timeline.size
    meta = timeline.meta
    ratio = meta.ratio or ratio_text(width, height)
    shape = f"{width}x{height}（{ratio}）" if lang == "zh" else f"{width}x{height} ({ratio})"
    parts = [shape, length_text(timeline.length_ms, lang)]
    parts.append(f"{float(timeline.fps):.6g}" + ("帧/秒" if lang == "zh" else " fps"))
    if meta.theme:
        parts.append(f"{meta.theme}主题" if lang == "zh" else f"theme {meta.theme}")
    if meta.platform:
        parts.append(f"用于{meta.platform}" if lang == "zh" else f"for {meta.platform}")
    if meta.loudness is not None:
        parts.append(f"{meta.loudness:g} LUFS")
    body = ("，" if lang == "zh" else ", ").join(parts)
    if not meta.title:
        return body
    return f"“{_short(meta.title)}”：{body}" if lang == "zh" else f'"{_short(meta.title)}": {body}'


def _label(track: Track, lang: str) -> str:
    match track.type:
        case TrackType.VIDEO:
            label = "Video"
        case TrackType.AUDIO:
            label = _AUDIO_LABELS.get(track.role, "Audio")
        case TrackType.TEXT:
            label = _TEXT_LABELS.get(track.role, "Text")
        case _:
            label = "Other"
    return _CHINESE[label] if lang == "zh" else label


def _track_text(timeline: Timeline, track: Track, lang: str) -> str:
    label = _label(track, lang)
    remarks = _remarks(track, lang)
    colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
    open_mark, close_mark, unit = ("（", "）", "秒") if lang == "zh" else (" (", ")", "s")
    if not track.segments:
        pending = bool(track.meta and track.meta.pending)
        empty = ("待生成" if pending else "空") if lang == "zh" else ("to be written" if pending else "empty")
        return f"{label}{colon}{comma.join([empty, *remarks[1:]])}"
    placed = sorted(track.placed(), key=lambda item: item[0])
    end_ms = max(start_ms + segment.length_ms for start_ms, segment in placed)
    name = segment_name(timeline, track, placed[0][1], lang)
    if len(placed) > 1:
        name = _counted(track, name, len(placed), comma, lang)
    span = f"{_seconds(placed[0][0])}-{_seconds(end_ms)}{unit}"
    return f"{label}{colon}{name}{open_mark}{comma.join([span, *filter(None, remarks)])}{close_mark}"


def _seconds(ms: int) -> str:
    """To a tenth of a second; less than a second in full."""
    return seconds(ms if ms < 1000 else round(ms, -2))


def _counted(track: Track, name: str, count: int, comma: str, lang: str) -> str:
    if track.role == "caption":
        return f"{count}条" if lang == "zh" else f"{count} cues"
    return f"{name}{comma}共{count}段" if lang == "zh" else f"{name}{comma}{count} clips"


def _remarks(track: Track, lang: str) -> list[str]:
    """How loud a track of sound is, empty for others; then whether it is hidden or muted."""
    gain = ""
    silent = track.muted or (bool(track.segments) and all(segment.muted for segment in track.segments))
    if track.type == TrackType.AUDIO and track.segments:
        first = track.segments[0]
        own = 1.0 if first.gain is None else first.gain
        gain = f"{own * (1.0 if track.gain is None else track.gain) * 100:.4g}%"
    remarks = [gain]
    if track.hidden:
        remarks.append("已隐藏" if lang == "zh" else "hidden")
    if silent:
        remarks.append("已静音" if lang == "zh" else "muted")
    return remarks


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MAX_TEXT_CHARACTERS else plain[: MAX_TEXT_CHARACTERS - 1].rstrip() + "…"
