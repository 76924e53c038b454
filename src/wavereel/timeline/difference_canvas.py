"""A changed key of the canvas as a sentence, in English and Chinese."""

from __future__ import annotations

from typing import Any

from wavereel.timeline.difference_values import color_name, quoted
from wavereel.timeline.platforms import load_platform, platform_names


def canvas_text(key: str, before: Any, after: Any, lang: str) -> str:
    """What a key of the draft's `m` is now, without a final stop; a key nobody knows by its name."""
    zh = lang == "zh"
    old = "" if before is None else f"{before:g}" if isinstance(before, int | float) else _titled(key, before)
    was = "" if not old else f"（原为{old}）" if zh else f" (was {old})"
    match key:
        case "m.theme" if after:
            return f"主题改为{after}{was}" if zh else f"the theme is now {after}{was}"
        case "m.ratio" if after:
            return f"比例改为{after}{was}" if zh else f"the ratio is now {after}{was}"
        case "m.fps":
            return f"帧率改为{after:g}{was}" if zh else f"the video now has {after:g} frames a second (was {before:g})"
        case "m.platform" if after:
            now = _titled(key, after)
            return f"现在按{now}制作{was}" if zh else f"the video is now made for {now}{was}"
        case "m.platform":
            return f"不再按{old}制作" if zh else f"the video is no longer made for {old}"
        case "m.loudness" if after is not None:
            return f"响度改为{after:g} LUFS{was}" if zh else f"the loudness is now {after:g} LUFS{was}"
        case "m.loudness":
            return "响度不再调整" if zh else "the loudness is left as it is"
        case "m.title" if after:
            return f"视频名为{quoted(after, lang)}" if zh else f"the video is now called {quoted(after, lang)}"
        case "m.bg" if after:
            name = color_name(after, lang)
            return f"画布底色改为{name}" if zh else f"the canvas is now {name} where nothing else is"
        case "m.lang" if after:
            return f"语言改为{after}{was}" if zh else f"the language is now {after}{was}"
        case _:
            name = key.removeprefix("m.")
            return f"画布的“{name}”有改动" if zh else f'the canvas has another "{name}"'


def _titled(key: str, value: Any) -> str:
    """A platform by its name as people write it; other values as they are."""
    known = key == "m.platform" and value in platform_names()
    return load_platform(value).title if known else str(value)
