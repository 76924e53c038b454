"""The two wordings of "replace A with B", without quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wavereel.agent.frames import is_predicate
from wavereel.agent.message import MARK, is_mark, with_data
from wavereel.agent.tokens import tokens_of

if TYPE_CHECKING:
    from wavereel.agent.message import Message

_A = rf"(?P<a>{MARK}|[^\n,;!?:{{}}]{{1,60}}?)"

_B = rf"(?P<b>{MARK}|[^\n,.;!?:{{}}]{{1,60}}?)"

_END = (
    r"(?=\s*(?:$|[,.;!?\n]| in (?:the |my |all )?(?:captions?|subtitles?|subs|text|words|transcript|titles?)"
    r"| everywhere| please| throughout| instead| every ?time| wherever| whenever| across| pls))"
)

_END_ZH = r"(?=\s*(?:$|[,.;!?\n]|吧|呢|谢谢|就好|就行|好了|才对|才是))"

_IN_CAPTIONS = r"(?:captions?|subtitles?|subs|transcript|lyrics|spell|spelling|spelled|misspell\w*|word)"

_REPLACES = (
    re.compile(
        rf"(?<![a-z])(?:find and )?(?:replace|substitute)\s+(?:the )?(?:words? |phrase |name )?{_A}"
        rf"\s+(?:with|by|for|to|->)\s+(?:the )?(?:words? |phrase |name )?{_B}{_END}"
    ),
    re.compile(rf"(?<![a-z])swap\s+(?:the )?(?:words? |name )?{_A}\s+(?:for|with)\s+{_B}{_END}"),
    re.compile(
        rf"(?<![a-z])(?:change|correct|fix|turn|edit|switch)\s+(?:the )?(?:words? |phrase |name |spelling of )?"
        rf"{_A}\s+(?:to|into|->|with)\s+{_B}{_END}"
    ),
)

_REPLACES_ZH = (
    re.compile(
        rf"(?:把|将)?(?:字幕)?(?:里面?|中)?(?:的|所有的?|每个)?(?P<a>{MARK})\s*(?:都|全都?|全部|统统|一律)?(?:替换|换|改|纠正|更正|修正|改正)(?:成|为|作|做)?\s*(?P<b>{MARK})"
    ),
    re.compile(
        rf"(?:字幕|歌词)(?:里面?|中|上)?(?:的|所有的?|把|将)?(?P<a>[^\n,.;!?\ue000-\uf8ff]{{1,20}}?)(?:都|全都?|全部|统统|一律)?(?:替换|换|改|纠正|更正|修正|改正)(?:成|为)(?P<b>[^\n,.;!?]{{1,20}}?){_END_ZH}"
    ),
    re.compile(
        rf"(?:把|将)(?:字幕|歌词)(?:里面?|中|上)?(?:的|所有的?)?(?P<a>[^\n,.;!?\ue000-\uf8ff]{{1,20}}?)(?:都|全都?|全部|统统|一律)?(?:替换|换|改|纠正|更正|修正|改正)(?:成|为)(?P<b>[^\n,.;!?]{{1,20}}?){_END_ZH}"
    ),
    re.compile(
        rf"(?:把|将)(?P<a>[^\n,.;!?\ue000-\uf8ff]{{1,20}}?)(?:都|全都?|全部|统统|一律)?替换(?:成|为)(?P<b>[^\n,.;!?]{{1,20}}?){_END_ZH}"
    ),
)


def with_replacements(message: Message) -> Message:
    """The two wordings of "replace A with B"."""
    text = message.text
    about_captions = re.search(_IN_CAPTIONS, text) is not None or "字幕" in text or "歌词" in text
    for number, pattern in enumerate((*_REPLACES, *_REPLACES_ZH)):
        match = pattern.search(text)
        if match is None or (number in (1, 2) and not about_captions):
            continue
        if number < len(_REPLACES) and (_is_known(message, *match.span("a")) or _is_style(message, *match.span("b"))):
            continue
        if number >= len(_REPLACES) + 1 and (
            _is_known(message, *match.span("a")) or _is_style(message, *match.span("b"))
        ):
            continue
        for group in ("b", "a"):
            start, end = match.span(group)
            if not is_mark(text[start:end]):
                message = with_data(message, start, end)
                text = message.text
                match = pattern.search(text) or match
        return message
    return message


def _is_known(message: Message, start: int, end: int) -> bool:
    """Whether a wording names parts of the timeline and nothing else: "replace the background with a photo"."""
    inside = [token for token in tokens_of(message) if start <= token.start and token.end <= end]
    content = [token for token in inside if token.content or token.unknown]
    return (
        not content
        or all(token.says("pron") for token in content)
        or any(token.says("obj") and not token.says("obj", "caption_word", "text") for token in content)
    )


def _is_style(message: Message, start: int, end: int) -> bool:
    inside = [token for token in tokens_of(message) if start <= token.start and token.end <= end]
    content = [token for token in inside if (token.content or token.unknown) and not token.says("stop")]
    return bool(content) and all(is_predicate(token) and token.datum is None for token in content)
