"""Two or three next steps after a change, from what a draft does not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.client.wire import number_at, object_at, objects_at, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNT = 3


def next_steps(draft: Mapping[str, Any], lang: str = "en") -> list[str]:
    """Wishes that can be typed as they stand; the last one is the export."""
    tracks = objects_at(draft, "t")
    roles = {text_at(object_at(track, "m") or {}, "role") for track in tracks}
    kinds = {track.get("tt") for track in tracks}
    meta = object_at(draft, "m") or {}
    width, height = number_at(meta, "width") or 1920, number_at(meta, "height") or 1080
    has_sound = 1 in kinds
    wishes = [
        (has_sound and "caption" not in roles, "add captions", "加字幕"),
        (has_sound and "waveform" not in roles, "add a waveform", "加波形"),
        ("title" not in roles, "add a title", "加标题"),
        (width >= height, "make it vertical", "改成竖屏"),
        (has_sound and "bgm" not in roles, "add soft background music", "加轻柔的背景音乐"),
        (True, "make the text bigger", "把字放大"),
    ]
    fitting = [chinese if lang == "zh" else english for fits, english, chinese in wishes if fits][: COUNT - 1]
    return [f"“{wish}”" for wish in [*fitting, "导出" if lang == "zh" else "export"]]
