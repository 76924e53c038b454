"""What people call the parts of a timeline, in English and Chinese."""

from __future__ import annotations

from typing import Literal

Lang = Literal["en", "zh"]

_NAMES: dict[str, tuple[str, str]] = {
    "background": ("the background", "背景"),
    "main": ("the video", "视频画面"),
    "waveform": ("the waveform", "波形"),
    "overlay": ("the picture", "图片"),
    "logo": ("the logo", "标志"),
    "cover": ("the cover", "封面"),
    "progress": ("the progress bar", "进度条"),
    "voice": ("the voice", "人声"),
    "bgm": ("the music", "音乐"),
    "sfx": ("the sound effect", "音效"),
    "audio": ("the sound", "声音"),
    "title": ("the title", "标题"),
    "lower_third": ("the lower third", "人名条"),
    "chapter": ("the chapter card", "章节卡"),
    "cta": ("the end card", "片尾卡"),
    "text": ("the text", "文字"),
    "caption": ("the captions", "字幕"),
    "canvas": ("the canvas", "画布"),
    "timeline": ("the timeline", "时间线"),
    "theme": ("the theme", "主题"),
    "loudness": ("the loudness", "响度"),
}

_PLURALS: dict[str, tuple[str, str]] = {
    "overlay": ("pictures", "张图片"),
    "logo": ("logos", "个标志"),
    "cover": ("covers", "张封面"),
    "title": ("titles", "个标题"),
    "lower_third": ("lower thirds", "个人名条"),
    "chapter": ("chapter cards", "张章节卡"),
    "cta": ("end cards", "张片尾卡"),
    "text": ("texts", "段文字"),
    "sfx": ("sound effects", "个音效"),
    "caption": ("cues", "条字幕"),
    "waveform": ("waveforms", "个波形"),
    "progress": ("progress bars", "条进度条"),
    "background": ("backgrounds", "段背景"),
    "main": ("clips", "段视频"),
    "voice": ("pieces of the voice", "段人声"),
    "audio": ("pieces of sound", "段声音"),
    "bgm": ("pieces of music", "段音乐"),
}


def counted_name(part: str, count: int, lang: str = "en") -> str:
    """So many of a part: `one title`, `2 titles`; in Chinese with its measure word, `2个标题`."""
    plural, chinese = _PLURALS.get(part, (f"of {part_name(part)}", f"个{part_name(part, 'zh')}"))
    if lang == "zh":
        return f"{count}{chinese}"
    return f"one {part_name(part).removeprefix('the ')}" if count == 1 and part != "caption" else f"{count} {plural}"


def plural_name(part: str, lang: str = "en") -> str | None:
    """Several texts or pictures in a sentence: `the titles`; `None` of parts that are one in however many pieces."""
    if part not in ("title", "lower_third", "chapter", "cta", "text", "overlay", "sfx", "logo"):
        return None
    return part_name(part, "zh") if lang == "zh" else f"the {_PLURALS[part][0]}"


def part_name(part: str, lang: str = "en") -> str:
    """What a role, a slot or the whole is called in a sentence; unknown ones by themselves."""
    english, chinese = _NAMES.get(part, (part, part))
    return chinese if lang == "zh" else english
