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


def part_name(part: str, lang: str = "en") -> str:
    """What a role, a slot or the whole is called in a sentence; unknown ones by themselves."""
    english, chinese = _NAMES.get(part, (part, part))
    return chinese if lang == "zh" else english
