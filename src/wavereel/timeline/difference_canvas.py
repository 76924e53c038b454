"""A changed key of the canvas as a sentence, in English and Chinese."""

from __future__ import annotations

from typing import Any, cast

from wavereel.timeline.difference_colors import color_name
from wavereel.timeline.difference_values import language_text, quoted
from wavereel.timeline.platforms import load_platform, platform_names


def canvas_text(key: str, before: Any, after: Any, lang: str) -> str:
    """What a key of the draft's `m` is now, without a final stop; a key nobody knows by its name."""
    zh = lang == "zh"
    old = (
        ""
        if before is None or key == "m.glossary"
        else f"{before:g}"
        if isinstance(before, int | float)
        else _titled(key, before, lang)
    )
    was = "" if not old else f"（原为{old}）" if zh else f" (was {old})"
    match key:
        case "m.theme" if after:
            return f"主题改为{after}{was}" if zh else f"the theme is now {after}{was}"
        case "m.theme":
            return f"不再使用{old}主题" if zh else f"the theme is no longer {old}"
        case "m.ratio" if after:
            return f"比例改为{after}{was}" if zh else f"the ratio is now {after}{was}"
        case "m.fps":
            return f"帧率改为{after:g}{was}" if zh else f"the video now has {after:g} frames a second (was {before:g})"
        case "m.platform" if after:
            now = _titled(key, after, lang)
            return f"现在按{now}的规格制作{was}" if zh else f"the video is now made for {now}{was}"
        case "m.platform":
            return f"不再按{old}的规格制作" if zh else f"the video is no longer made for {old}"
        case "m.loudness" if after is not None:
            return f"响度改为{after:g} LUFS{was}" if zh else f"the loudness is now {after:g} LUFS{was}"
        case "m.loudness":
            return "响度不再调整" if zh else "the loudness is left as it is"
        case "m.title" if after:
            return f"视频名为{quoted(after, lang)}" if zh else f"the video is now called {quoted(after, lang)}"
        case "m.title":
            return "视频没有名称了" if zh else f"the video is no longer called {quoted(before, lang)}"
        case "m.bg" if after:
            name = color_name(after, lang)
            return f"画布底色改为{name}" if zh else f"the canvas is now {name} where nothing else is"
        case "m.bg":
            return "画布底色恢复默认" if zh else "the canvas has no colour of its own any more"
        case "m.lang" if after:
            return (
                f"语言改为{_titled(key, after, lang)}{was}" if zh else f"the language is now {_titled(key, after)}{was}"
            )
        case "m.lang":
            return f"不再注明语言为{old}" if zh else f"the language is no longer said to be {old}"
        case "m.glossary" if terms := _terms(before, after):
            named = ("、" if zh else ", ").join(quoted(term, lang) for term in terms)
            return f"词汇表加入{named}" if zh else f"the glossary now has {named}"
        case _:
            name = key.removeprefix("m.")
            return f"画布的“{name}”有改动" if zh else f'the canvas has another "{name}"'


_CHINESE_PLATFORMS = {
    "tiktok": "抖音/TikTok",
    "kuaishou": "快手",
    "wechat_channels": "视频号",
    "xiaohongshu": "小红书",
    "bilibili": "哔哩哔哩",
    "weibo": "微博",
}


def _terms(before: Any, after: Any) -> list[str]:
    """The spellings that a glossary has and had not, a handful at most; a dictionary has them as its values."""
    old, new = (set(_spellings(value)) for value in (before, after))
    return [term for term in _spellings(after) if term in new - old][:5]


def _spellings(glossary: Any) -> list[str]:
    if isinstance(glossary, dict):
        return [str(term) for term in cast("dict[str, Any]", glossary).values()]
    return [str(term) for term in cast("list[Any]", glossary)] if isinstance(glossary, list) else []


def _titled(key: str, value: Any, lang: str = "en") -> str:
    """A platform or a language by its name as people write it; other values as they are."""
    if key == "m.lang":
        return language_text(value, lang)
    if key == "m.platform" and lang == "zh" and value in _CHINESE_PLATFORMS:
        return _CHINESE_PLATFORMS[value]
    known = key == "m.platform" and value in platform_names()
    return load_platform(value).title if known else str(value)
