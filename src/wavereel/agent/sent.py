"""What "this" is right after a sound was sent: "add this as background music" is about the newest one at hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench

_MUSIC = r"(?:background music|background track|bgm|music|soundtrack)\b"
_THIS = (
    r"(?:this|that|it|(?:this|that|the (?:new|newest|second|other|last)) "
    r"(?:one|file|song|track|tune|sound|audio|recording))"
)
_IS = re.compile(
    rf"(?P<lead>(?:^|[.,;:!?\n]|\band\b|\bok\b|\bso\b)\s*)(?:here|{_THIS})(?:'s|’s| is)"
    rf"\s+(?:(?:the|my|our|some|a|for|for the)\s+)?(?P<music>{_MUSIC})(?=\s*(?:$|[.,;:!\n]|at\b|and\b|with\b))",
    re.IGNORECASE,
)
_AS = re.compile(
    rf"\b(?P<lead>(?:add|use|take|put|set|play|have|make)\s+){_THIS}(?P<music>\s+(?:as|for|to be|the)\s+"
    rf"(?:(?:the|a|my|our|some|soft|quiet|calm|low)\s+)*{_MUSIC})",
    re.IGNORECASE,
)
_ONE = r"(?:这|這|那|它|刚才|剛才|新的|第二)(?:个|個|段|首|条|條)?(?:歌曲?|曲子?|文件|音频|音頻|音乐|音樂)?"
_SONG = r"(?:背景音乐|背景音樂|背景乐|配乐|配樂|bgm)"
_IS_CHINESE = re.compile(
    rf"(?P<lead>^|[，。；！,.;!\s]){_ONE}(?:就?是|作为|作為|当作?|當作?|用作|用来做|做)(?:我?的)?{_SONG}"
    r"(?=$|[，。；！,.;!\s吧])",
    re.IGNORECASE,
)
_AS_CHINESE = re.compile(
    rf"(?P<lead>用|拿|把|将|將){_ONE}(?P<music>(?:来|來)?(?:做|当|當|作|设|設|加)[^，。,.]{{0,3}}?{_SONG})",
    re.IGNORECASE,
)
_WITH_CHINESE = re.compile(rf"{_SONG}就?用{_ONE}(?=$|[，。；！,.;!\s吧])", re.IGNORECASE)


def with_sent(text: str, bench: Bench) -> str:
    """The message with the name of the newest sound that is not on the timeline for a "this" that is to be music."""
    sounds = bench.at_hand("audio", unplaced=True)
    if not sounds or (bench.empty and len(bench.at_hand("audio", "video")) < 2):
        return text
    name = str(sounds[-1].get("filename") or "")
    if not name or name.casefold() in text.casefold():
        return text
    for pattern, before, after in (
        (_IS, "use ", " as the background music"),
        (_AS, "", None),
        (_IS_CHINESE, "用", "做背景音乐"),
        (_AS_CHINESE, "", None),
        (_WITH_CHINESE, "用", "做背景音乐"),
    ):
        if match := pattern.search(text):
            groups = match.groupdict()
            tail = groups.get("music") or "" if after is None else after
            return f"{text[: match.start()]}{groups.get('lead') or ''}{before}{name}{tail}{text[match.end() :]}"
    return text
