"""Why an edit cannot be done, and what was done otherwise than asked, in English and Chinese.

A key has a sentence in each language; `{what}` and its like are filled from facts. Facts called `what` are parts of a
timeline and are named in the language of the sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.errors import EditError
from wavereel.timeline.names import part_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCES: dict[str, tuple[str, str]] = {
    # why not
    "nothing_there": ("there is no such thing on the timeline: {what}", "时间线上没有{what}"),
    "no_such_target": ("nothing on the timeline is called {target!r}", "时间线上没有叫“{target}”的东西"),
    "no_such_number": ("there are only {count} of them: {what}", "{what}只有{count}个"),
    "empty_timeline": ("there is nothing on the timeline yet", "时间线上还什么都没有"),
    "no_sound": ("there is no sound on the timeline", "时间线上没有声音"),
    "past_end": ("{at_s} s is past the end: the video is {length_s} s long", "{at_s}秒超出了结尾：视频长{length_s}秒"),
    "nothing_left": ("that would leave nothing of the video", "这样视频就什么都不剩了"),
    "empty_range": ("the range ends before it starts", "结束时间早于开始时间"),
    "outside": ("{at_s} s is not inside {what}", "{at_s}秒不在{what}里面"),
    "wrong_kind": ("{what} cannot do that", "{what}不支持这个操作"),
    "no_file": ("no file at hand is called {name!r}", "手头没有叫“{name}”的文件"),
    "not_a_picture": ("{name} is not a picture", "{name}不是图片"),
    "not_a_video": ("{name} is not a video", "{name}不是视频"),
    "not_a_sound": ("{name} holds no sound", "{name}里没有声音"),
    "no_length": ("it is not known how long {name} is", "不知道{name}有多长"),
    "too_long": ("the timeline would be longer than a day", "时间线会超过一天"),
    "not_in_captions": ("the captions nowhere say {text!r}", "字幕里没有“{text}”"),
    "no_words": ("the captions are not written yet", "字幕还没有生成"),
    "no_silences": ("there is no pause of {gap_s} s or more", "没有{gap_s}秒以上的停顿"),
    "no_fillers": ("no filler words were found", "没有找到口头禅"),
    "no_profanity": ("no profanity was found in the captions", "字幕里没有发现脏话"),
    "nothing_to_undo": ("there is nothing to undo", "没有可以撤销的操作"),
    "nothing_to_redo": ("there is nothing to redo", "没有可以重做的操作"),
    "no_such_revision": ("there is no revision {revision}", "没有第{revision}版"),
    "ratio_not_allowed": ("{platform} does not take {ratio}", "{platform}不支持{ratio}"),
    "no_such_theme": ("there is no theme {name!r}", "没有叫“{name}”的主题"),
    "no_such_platform": ("there is no platform {name!r}", "没有叫“{name}”的平台"),
    "nothing_to_change": ("the edit says nothing that is to change", "没有说要改什么"),
    "same_already": ("{what} is like that already", "{what}已经是这样了"),
    "overlaps": ("something else of the same track is there already: {what}", "同一轨道的那个位置已经有{what}了"),
    "no_next": ("there is no clip right behind to change over to", "后面没有紧接着的片段可以过渡"),
    "no_sound_at_hand": ("there is no sound at hand for that", "手头没有可用的音频"),
    "several_sounds": ("there are {count} sounds at hand: {names}", "手头有{count}个音频：{names}"),
    "not_in_text": ("{what} nowhere says {text!r}", "{what}里没有“{text}”"),
    "no_speech": ("nobody speaks in the sound", "声音里没有人说话"),
    "several_there": ("there are {count} of them, name one: {what}", "有{count}个{what}，请说明是哪一个"),
    # done otherwise
    "clamped": ("{asked} is out of range, so {used} was used ({low} to {high} are possible)", "{asked}超出范围，用了{used}（可用{low}到{high}）"),
    "shortened": ("{what} was shortened to {length_s} s, where the video ends", "{what}缩短到{length_s}秒，到视频结尾为止"),
    "platform_left": ("{platform} does not take this ratio, so the video is no longer made for it", "{platform}不支持这个比例，所以不再按它制作"),
    "captions_pending": ("the captions are written when the video is made", "字幕会在制作视频时生成"),
    "by_words": ("the sound could not be read, so gaps between the captions' words were taken", "声音无法读取，所以按字幕的词间空隙来判断"),
    "removed_share": ("{count} pauses went, {removed_s} s in all", "去掉了{count}处停顿，共{removed_s}秒"),
    "removed_words": ("{count} filler words went, {removed_s} s in all", "去掉了{count}处口头禅，共{removed_s}秒"),
    "drawn": ("there was no picture at hand, so one is drawn from title and theme", "手头没有图片，所以按标题和主题画了一张"),
    "cover_used": ("there was no picture at hand, so the sound's own cover is used", "手头没有图片，所以用了音频自带的封面"),
    "masked": ("{count} words were masked", "屏蔽了{count}处"),
}  # fmt: skip


def reason_text(key: str, facts: Mapping[str, object], lang: str = "en") -> str:
    """The sentence of a key in a language, without a final stop."""
    english, chinese = _SENTENCES[key]
    named = {name: part_name(str(value), lang) if name == "what" else value for name, value in facts.items()}
    return (chinese if lang == "zh" else english).format(**named)


def cannot(key: str, *, hint: str = "", **facts: object) -> EditError:
    """The error of an edit that cannot be done, for `raise cannot("nothing_there", what="title")`."""
    return EditError(reason_text(key, facts), reason=key, facts=facts, hint=hint)


def seconds(ms: int) -> str:
    """Milliseconds as seconds without trailing zeros: 3, 2.5, 0.034."""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")
