"""What the program does not do, with the nearest thing that it does; and what is no edit but an action."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wavereel.agent.joining import is_range_like

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.turn import Action

REASONS: dict[str, tuple[str, str]] = {
    "clone": (
        "voices are neither made nor changed here; the recording can be made louder, faster or slower",
        "这里不生成也不改变嗓音；可以调整录音的音量和速度",
    ),
    "translate": (
        (
            "nothing is translated here; captions are written in the language that is spoken, and a text in another "
            "language can be added as a title"
        ),
        "这里不做翻译；字幕按说话的语言生成，别的语言的文字可以作为标题加上",
    ),
    "image": (
        (
            "pictures and footage of that kind are not made here; colours, gradients, patterns and drawn covers are. "
            "Send me the file and I will use it"
        ),
        "这里不生成这类画面；能生成的是纯色、渐变、图案和画出来的封面。把文件发给我就可以用",
    ),
    "noise": (
        "noise, echo and pitch are not changed here; silences can be removed and the loudness evened out",
        "这里不处理噪音、混响和音调；可以去掉停顿、统一响度",
    ),
    "send": (
        "nothing is posted from here; say the platform and the video is made for it, then export the file",
        "这里不会替你发布；说出平台就按它的规格制作，然后导出文件",
    ),
    "format": ("videos are written as MP4 with H.264; an MP4 can be exported", "视频只输出H.264的MP4；可以导出MP4"),
    "separate": (
        "voices and instruments cannot be taken apart here; whole tracks can be muted or turned down",
        "这里不能分离人声和乐器；可以把整条音轨静音或调小",
    ),
}

_SPEAKERS = re.compile(
    r"\b(?:co-?hosts?|guests?|interviewers?|interviewees?|(?:other|second|first|third) "
    r"(?:speaker|person|voice|guy|man|woman|host|one speaking)|(?:man|woman|guy)|(?:his|her|their) voice"
    r"|one of the (?:speakers|voices|hosts))\b"
    r"|嘉宾|搭档|主持人|对方|采访者|受访者|另一?(?:个|位)(?:人|说话人|主播|主持)|(?:男|女)(?:声|生)|第[一二三两]个(?:人|说话人)",
    re.IGNORECASE,
)
"""One of several who speak in a recording."""

_VOICES = re.compile(
    r"\b(?:voices?|sounds?|audio|speaking|talking|speech|volume|louder|quieter|mute|silence|turn [^,.;]*(?:up|down))\b"
    r"|声|音量|说的|讲话|说话|静音|大声|小声",
    re.IGNORECASE,
)

_ACTIONS: tuple[Action, ...] = ("status", "export", "credits", "upload")
_FRAME_OF_ACTION = frozenset(
    ("add", "set", "make_video", "convert", "keep", "transcribe", "length", "generate", "next")
)

_SPEAKER = frozenset(("i", "i'm", "im", "i'll", "we", "we're", "we'll", "gonna", "我", "我们", "我要", "准备"))
"""Who says that they post it themselves only names the platform."""


def beyond_wish(frame: Frame, bench: Bench) -> bool:
    """Refuses what is not done here; `False` where nothing of the kind is wished."""
    kind = next((value for token in frame.tokens for value in token.all("wont")), None)
    if kind is None and _singles_out(frame):
        words = frame.words
        for token in [token for token in frame.tokens if token.unknown]:
            frame.tokens.remove(token)
        bench.refuse(
            words,
            "the voices of one recording cannot be told apart here; the whole voice can be muted or turned down, and "
            "a stretch of time that you name can be cut",
            "这里分不开一段录音里的不同人声；可以把整条人声静音或调小，也可以剪掉你说的那段时间",
        )
        return True
    if kind is None or not _is_asked(frame, kind):
        return False
    words = frame.words
    bench.refuse(words, *REASONS[kind])
    return True


def _singles_out(frame: Frame) -> bool:
    """Whether one of several voices is to be changed: "remove my co-host's voice"."""
    if frame.quotes or frame.files or frame.has("ask") or frame.values("span", "clock"):
        return False
    if not (frame.acts("remove", "mute", "unmute", "keep") or frame.has("dir", "louder", "quieter", "up", "down")):
        return False
    if set(frame.parts) - {"voice", "sound", "main"} or re.search(r"\btoo\b|太", frame.words):
        return False  # "my guest is too quiet" is helped where all is louder
    return bool(_SPEAKERS.search(frame.words) and _VOICES.search(frame.words))


def _is_asked(frame: Frame, kind: str) -> bool:
    first = next(
        (token for token in frame.tokens if token.content and not token.says("chat") and not token.says("ask")), None
    )
    if kind == "send":
        if any("mail" in token.text or "邮" in token.text for token in frame.tokens if token.says("wont", "send")):
            return True
        if frame.has("platform") and (any(token.text in _SPEAKER for token in frame.tokens) or _is_purpose(frame)):
            return False
        return first is not None and first.says("wont", "send") and not frame.has("ask")
    if kind == "noise" and is_range_like(frame) and frame.acts("cut", "remove", "keep"):
        return False
    if kind == "noise":
        return not (frame.has("pattern") and frame.names("background") and not frame.names("sound", "voice"))
    if kind == "separate" and frame.names("caption"):
        return False
    return not (kind == "translate" and frame.acts("remove", "replace"))


def _is_purpose(frame: Frame) -> bool:
    """Whether posting only says what the video is for: 发到小红书用的, 發佈到臉書用的尺寸."""
    last = frame.tokens[-1]
    return frame.names("canvas") or last.text.endswith(("的", "用")) or last.text == "格式"


def action_wish(frame: Frame, bench: Bench) -> bool:
    """Export, credits, status and upload, where that is all that a wish says; `False` else."""
    if (
        frame.acts("export", "status")
        and not frame.has("ask", "can")
        and frame.has("ask", "is", "how_many", "how_long", "what", "how")
        and not frame.quotes
    ):
        bench.action = "status"
        return True
    for action in _ACTIONS:
        if not frame.acts(action):
            continue
        if not _is_whole(frame, action):
            continue
        if (
            action == "export"
            and not bench.sound_part
            and frame.names("sound")
            and (frame.has("to") or frame.has("into"))
        ):
            continue  # "mp3 to mp4" where nothing is made yet
        bench.action = action
        if action == "export":
            bench.output |= _output(frame)
        return True
    return False


def _is_whole(frame: Frame, action: Action) -> bool:
    if frame.quotes or frame.values("color", "percent", "decibel", "clock"):
        return False
    if any(span.kind not in ("end", "start") for span in frame.values("span")):
        return False  # 最后导出 is at last, no place of the video
    if (
        action == "export"
        and frame.has("platform")
        and any(token.text in _SPEAKER for token in frame.tokens)
        and any(token.text == "will" for token in frame.tokens)
    ):
        return False  # "we will publish this on TikTok" names the platform
    if action == "export" and any(
        token.text in ("should be", "must be", "size", "设为", "改成") for token in frame.tokens
    ):
        return False
    token = frame.first("act", action)
    if token is None:
        return False
    for other in frame.tokens:
        if other is token or not other.content:
            continue
        acts = [
            act
            for act in other.all("act")
            if act not in (action, *_FRAME_OF_ACTION) and not (action == "status" and act == "export")
        ]
        if (
            acts
            and not other.says("stop")
            and not other.says("pron")
            and not other.says("obj", "video", "sound", "progress", "timeline")
        ):
            return False
        part = other.get("obj")
        if action == "upload" and part in ("logo", "cover", "music", "background", "avatar", "sfx", "overlay"):
            continue
        if part is not None and part not in (
            "video",
            "sound",
            "timeline",
            "canvas",
            "main",
            "progress",
            "picture",
            "voice",
        ):
            return False
        if action == "upload" and other.says("platform"):
            return False
    if action == "credits":
        return not frame.names("cta", "title", "text")
    return not (action == "status" and frame.acts("add", "remove"))


def _output(frame: Frame) -> dict[str, Any]:
    output: dict[str, Any] = {}
    side = frame.value("resolution")
    if side:
        output["resolution"] = f"{side}p"
    size = frame.value("size")
    if size:
        output["resolution"] = f"{size[0]}x{size[1]}"
    if fps := frame.value("fps"):
        output["fps"] = fps
    text = frame.message.text
    for name in ("mp4", "mov", "webm", "avi", "gif", "mkv"):
        if name in text:
            output["format"] = name
            break
    for name, words in (
        ("high", ("high quality", "best quality", "高清", "高质量", "最高质量", "highest quality")),
        ("low", ("low quality", "small file", "低质量", "小文件")),
    ):
        if any(word in text for word in words):
            output["quality"] = name
    return output
