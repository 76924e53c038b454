# ruff: noqa: E501
"""Why an edit cannot be done, and what was done otherwise than asked, in English and Chinese.

A key has a sentence in each language; `{what}` and its like are filled from facts. Facts called `what` are parts of a
timeline and are named in the language of the sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wavereel.errors import EditError
from wavereel.timeline.names import counted_name, part_name
from wavereel.times import format_time

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCES: dict[str, tuple[str, str]] = {
    # why not
    "nothing_there": ("there {is_no} on the timeline", "时间线上没有{what}"),
    "no_such_target": ("nothing on the timeline is called “{target}”", "时间线上没有叫“{target}”的东西"),
    "no_such_number": ("there {are_only}", "只有{counted}"),
    "empty_timeline": ("there is nothing on the timeline yet", "时间线上还什么都没有"),
    "no_sound": ("there is no sound on the timeline", "时间线上没有声音"),
    "past_end": ("{at_s} is past the end: the video is {length_s} long", "{at_s}处已经超过结尾：视频长{length_s}"),
    "nothing_left": ("that would leave nothing of the video", "这样视频就什么都不剩了"),
    "empty_range": ("the range ends before it starts", "结束时间早于开始时间"),
    "outside": ("{at_s} is not inside {what}", "{at_s}处没有{what}"),
    "wrong_kind": ("that cannot be done with {what}", "{what}不支持这个操作"),
    "no_file": ("no file at hand is called “{name}”", "手头没有叫“{name}”的文件"),
    "not_a_picture": ("{name} is not a picture", "{name}不是图片"),
    "not_a_video": ("{name} is not a video", "{name}不是视频"),
    "not_a_sound": ("{name} holds no sound", "{name}里没有声音"),
    "no_length": ("it is not known how long {name} is", "不知道{name}有多长"),
    "too_long": ("the timeline would be longer than a day", "时间线会超过一天"),
    "not_in_captions": ("the captions do not say “{text}” anywhere", "字幕里没有“{text}”"),
    "no_words": ("the captions are not written yet", "字幕还没有生成"),
    "no_silences": ("there is no pause of {gap_s} s or more", "没有{gap_s}秒以上的停顿"),
    "no_fillers": ("no filler words were found", "没有找到口头禅"),
    "no_profanity": ("no profanity was found in the captions", "字幕里没有发现脏话"),
    "nothing_to_undo": ("there is nothing to undo", "没有可以撤销的操作"),
    "nothing_to_redo": ("there is nothing to redo", "没有可以重做的操作"),
    "no_such_revision": ("there is no revision {revision}", "没有第{revision}版"),
    "ratio_not_allowed": ("{platform} does not take {ratio}", "{platform}不支持{ratio}"),
    "no_such_theme": ("there is no theme “{name}”", "没有叫“{name}”的主题"),
    "no_such_platform": ("there is no platform “{name}”", "没有叫“{name}”的平台"),
    "nothing_to_change": ("the edit says nothing that is to change", "没有说要改什么"),
    "same_already": ("{what} {be} like that already", "{what}已经是这样了"),
    "overlaps": ("something else of the same track is there already: {what}", "同一轨道的那个位置已经有{what}了"),
    "no_next": ("there is no clip right behind to change over to", "后面没有紧接着的片段可以过渡"),
    "no_sound_at_hand": ("there is no sound at hand for that", "手头没有可用的音频"),
    "several_sounds": ("there are {count} sounds at hand: {names}", "手头有{count}个音频：{names}"),
    "not_in_text": ("{what} {does} not say “{text}” anywhere", "{what}里没有“{text}”"),
    "no_speech": ("nobody speaks in the sound", "声音里没有人说话"),
    "several_there": ("there are {counted}; say which one", "有{counted}，请说明是哪一个"),
    # done otherwise
    "clamped": ("{asked} is {too_much}, so {used} was used{limit}", "{asked}{too_much}，所以用了{used}{limit}"),
    "shortened": ("{what} lasts {length_s} only, because the video ends there", "视频到那里就结束了，所以{what}只有{length_s}"),
    "platform_left": ("{platform} does not take this ratio, so the video is no longer made for it", "{platform}不支持这个比例，所以不再按它的规格制作"),
    "captions_pending": ("the captions are written when the video is made", "字幕会在制作视频时生成"),
    "by_words": ("the sound could not be read, so gaps between the captions' words were taken", "声音无法读取，所以按字幕的词间空隙来判断"),
    "removed_share": ("{pauses} went", "去掉的是{count}处停顿"),
    "removed_words": ("{fillers} went", "去掉的是{count}处口头禅"),
    "drawn": ("there was no picture at hand, so one is drawn from title and theme", "手头没有图片，所以按标题和主题画了一张"),
    "cover_used": ("there was no picture at hand, so the sound's own cover is used", "手头没有图片，所以用了音频自带的封面"),
    "masked": ("{words} masked", "屏蔽了{count}处"),
}  # fmt: skip

_PERCENT = re.compile(r"^-?\d{2,}\.\d+%$")


def reason_text(key: str, facts: Mapping[str, object], lang: str = "en") -> str:
    """The sentence of a key in a language, without a final stop."""
    english, chinese = _SENTENCES[key]
    return (chinese if lang == "zh" else english).format_map(_Facts(facts, lang))


class _Facts(dict[str, object]):
    """The facts of a sentence as it says them, and what follows from them: `{is_no}`, `{counted}`, `{too_much}`."""

    def __init__(self, facts: Mapping[str, object], lang: str) -> None:
        super().__init__({name: _said(name, value, lang) for name, value in facts.items()})
        self["be"], self["does"] = "is", "does"
        if "what" in facts:
            part = str(facts["what"])
            plural = part == "caption"
            name = part_name(part).removeprefix("the ")
            self["is_no"] = f"are no {name}" if plural else f"is no {name}"
            self["be"], self["does"] = ("are", "do") if plural else ("is", "does")
            if isinstance(count := facts.get("count"), int):
                self["counted"] = counted_name(part, count, lang)
                self["are_only"] = f"{'is' if count == 1 else 'are'} only {counted_name(part, count)}"
        if isinstance(count := facts.get("count"), int):
            self["pauses"] = f"{count} {'pause' if count == 1 else 'pauses'}"
            self["fillers"] = f"{count} filler {'word' if count == 1 else 'words'}"
            self["words"] = f"{count} {'word was' if count == 1 else 'words were'}"
        if "high" in facts:
            self._round()
            self["too_much"], self["limit"] = self._limit(zh=lang == "zh")

    def __missing__(self, key: str) -> str:
        """Nothing, where an edit leaves a fact out."""
        return ""

    def _round(self) -> None:
        """Shares without decimals, where that tells them apart."""
        rounded = {name: _PERCENT.sub(_whole, str(self.get(name, ""))) for name in ("asked", "used", "low", "high")}
        if rounded["asked"] != rounded["used"]:
            self.update(rounded)

    def _limit(self, *, zh: bool) -> tuple[str, str]:
        """What is wrong with the value that was asked for, and what the one that was used is."""
        if self.get("used") == self["high"]:
            return ("太大了", "，这是上限") if zh else ("too much", ", which is the most")
        if self.get("used") == self.get("low"):
            return ("太小了", "，这是下限") if zh else ("too little", ", which is the least")
        span = self.get("low"), self["high"]
        return (
            ("超出了范围", "（可用{}到{}）".format(*span))
            if zh
            else ("out of range", " ({} to {} are possible)".format(*span))
        )


def _whole(match: re.Match[str]) -> str:
    return f"{round(float(match[0].removesuffix('%')))}%"


def _said(name: str, value: object, lang: str) -> object:
    if name == "what":
        return part_name(str(value), lang)
    if name in ("at_s", "length_s", "removed_s") and (ms := _ms_of(value)) is not None:
        return format_time(ms) if name == "at_s" and lang == "zh" and ms >= 60_000 else time_text(ms, lang)
    text = " ".join(value.split()) if isinstance(value, str) else value
    if lang == "zh" and isinstance(text, str) and name in ("asked", "used", "low", "high"):
        return re.sub(r"(?<=\d)x$", "倍", re.sub(r"(?<=\d) s$", "秒", text))
    return text


def _ms_of(value: object) -> int | None:
    try:
        return round(float(str(value)) * 1000)
    except (ValueError, OverflowError):
        return None


def time_text(ms: int, lang: str = "en") -> str:
    """A time or a length as people say it: `12.5 s`, `1:50`, `1:02:03`; in Chinese `12.5秒`, `1分50秒`.

    To a tenth of a second, from a minute on to a second; what is shorter than a second in full.
    """
    shown_ms = ms if abs(ms) < 1000 else round(ms, -2)
    if shown_ms < 60_000:
        return seconds(shown_ms) + ("秒" if lang == "zh" else " s")
    whole_s = round(ms / 1000)
    if lang != "zh":
        return format_time(whole_s * 1000)
    minutes, left = divmod(whole_s, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}小时" if hours else ""
    tail = f"{left}秒" if left else ""
    return head + (f"{minutes}分" + ("" if tail else "钟") if minutes else "") + tail


def cannot(key: str, *, hint: str = "", **facts: object) -> EditError:
    """The error of an edit that cannot be done: `raise` it with a key and its facts, such as `what="title"`."""
    return EditError(reason_text(key, facts), reason=key, facts=facts, hint=hint)


def seconds(ms: int) -> str:
    """Milliseconds as seconds without trailing zeros: 3, 2.5, 0.034."""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")
