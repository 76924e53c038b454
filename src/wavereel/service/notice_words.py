"""What is to be known of sounds and captions, in Chinese: their notices are made in English, far below any user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHINESE: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"no speech was found", "没有听到说话声，所以没有字幕"),
        (r"no captions: (?P<reason>.+)", "没有字幕：{reason}"),
        (r"this does not sound like English", "听起来不是英语，需要安装多语言的识别模型"),
        (r"the installed recogniser writes down English, not .+", "现有的识别模型只能识别英语"),
        (r"(?P<some>\d+) of (?P<all>\d+) s of speech were not .+", "{all}秒说话声中有{some}秒没有听懂，那里没有字幕"),
        (r"word times are rough: (?P<what>pip install '.+?').*", "逐词时间比较粗略；更准的做法：{what}"),
        (r"Chinese may come in mixed scripts: (?P<what>.+)", "中文可能简繁混用；解决办法：{what}"),
        (r"the captions of the draft are not made yet; .+", "字幕还没有生成，视频里没有字幕"),
        (r"the cover inside (?P<name>.+) cannot be used \(.+", "{name}里的封面不能用，已另画一张"),
        (r"the cover inside (?P<name>.+) could not be kept .+", "{name}里的封面没能保存，已另画一张"),
    )
)


def notice_text(notice: str, lang: str) -> str:
    """A notice in the language of a reply; as it is where there are no other words for it."""
    if not lang.startswith("zh"):
        return notice
    for english, chinese in _CHINESE:
        if found := english.fullmatch(notice.rstrip(".")):
            facts = {name: notice_text(text, lang).rstrip("。") for name, text in found.groupdict().items()}
            return f"{chinese.format(**facts)}。"
    return notice
