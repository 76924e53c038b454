"""Places in time that start with a word: `the first ten seconds`, `after 1:30`, 前三秒, 持续三秒, 片尾."""

from __future__ import annotations

import re

from wavereel.agent.values.durations import Length, clock_at, length_at, unit_at
from wavereel.agent.values.measures import RATIOS
from wavereel.agent.values.model import Span, Value
from wavereel.agent.values.spans import Place, followed_at, place_at, range_at

_EDGE = re.compile(
    r"(?:the |my |its )?(?:very )?(?:(?P<first>first|opening|initial|beginning|1st)|(?P<last>last|final"
    r"|closing|ending|concluding))[ -]"
)
_SOME = re.compile(r"(?:(few|couple(?: of)?) )?(?:full )?")
_HALF = re.compile(
    r"(?:the )?(?:(?P<first_half>(?:first|1st|opening|front) half)|(?P<last_half>(?:second|2nd|last|latter"
    r"|back|final|other) half)"
    r"|(?P<middle>middle (?:part|section|bit|portion|piece|chunk|segment|stretch|third)|(?:part|bit|section"
    r"|piece) in the middle))"
    r"(?! (?:an? )?(?:hour|minute|second|min|sec|hr|dozen))(?![a-z0-9])"
)
_GLUE = re.compile(r"[ ,:;(-]{0,3}(?:namely |so |i\.e\. |that is |that's |也就是|就是|即)?")

_AFTER = re.compile(
    r"(?:(?:everything|anything|all|the rest|the part|the bit|stuff|whatever)(?: that)?(?: (?:comes|is|was|from))? )?"
    r"(?:after|past|beyond|following|since) "
)
_AFTER_EDGE = re.compile(r"the first ")
_BEFORE = re.compile(
    r"(?:(?:everything|anything|all|the part|the bit|stuff|whatever)(?: that)?(?: (?:comes|is|was|up))? )?"
    r"(?:before|until|till|til|prior to|up to|up until|up till) "
)
_AT = re.compile(
    r"(?:right |exactly )?(?:(?:starting|beginning|start|begin|starts|begins) )?(?:(?P<from>from) |at |@ ?)"
)
_NOT_AT = re.compile(r"[ -](?:intervals?|long|steps?|each|speed|apart|earlier|later|of)(?![a-z])")
_FOR = re.compile(
    r"(?:for|lasting|lasts|last|over|during|within|across|takes?|taking|spanning)"
    r"(?: (?:about|around|roughly|approximately|approx|just|only|exactly|at least|at most|up to|another|the"
    r" next|a full|maybe|like))? "
)
_MARKS = ("mark", "point", "marker")
_NTH = re.compile(r"[0-9]{1,5}(?:st|nd|rd|th) (?:second|minute)")
_MODAL = re.compile(
    r"(?:^|[^a-z])(?:to|should|must|will|can|could|would|it|them|title|captions?|and|that|logo|image|picture) $"
)
_RANGE_FOLLOWS = re.compile(r" ?(?:[-\u2013~] ?[0-9]|(?:to|through|and) [0-9])| ?[到至~-]")

_PHRASES = re.compile(
    r"(?P<whole>(?:(?:for|during|over|across|through|throughout) )?(?:the |its )?(?:whole|entire|full"
    r"|complete) (?:time|video|length"
    r"|duration|thing|clip|way through|show|episode|piece|recording|audio|movie|film)"
    r"|throughout(?: the (?:whole |entire )?(?:video|clip|show|episode|piece|recording|film))?|all the way"
    r" through|all the time"
    r"|(?:from )?(?:the )?(?:start to finish|beginning to end|start to end|beginning to the end|start through end))"
    r"|(?P<start>(?:right )?(?:at|in|from|near|on) the (?:very |absolute )?(?:start|beginning|outset)|at start)"
    r"|(?P<end>(?:right )?(?:at|near|towards?|by|on) the (?:very |absolute )?end|at end)"
)
_WORD_END = re.compile(r"(?![a-z0-9-])")
_IN_THE_START = re.compile(r"on the |in the (?:very )?start")

_HAN_EDGE = re.compile(
    r"(?:(?P<first>最?前面?|最?开头|最开始|一?开始|头|起始|片头|开场|开篇|起头)|(?P<last>最后面?|后面?"
    r"|最?末尾?|结尾|片尾|尾部|最尾|收尾|倒数|尾巴上?|尾(?=[0-9一二两三四五六七八九十几半])))(?:的|那|这)? ?"
)
_HAN_SOME = re.compile(r"几 ?(?=秒|分钟|个?小时)")
_HAN_HALF = re.compile(
    r"(?P<first_half>(?:前面?|上)(?:半(?:段|部分?|截|程|场|边儿?|首)|一半(?!分钟|秒)))"
    r"|(?P<last_half>(?:后面?|下)(?:半(?:段|部分?|截|程|场|首)|一半))|(?P<middle>(?:最?中间|当中)(?:的|那"
    r"|这){0,2}一?小?(?:段|部分|截|片段))"
)
_HAN_PHRASES = re.compile(
    r"(?P<whole>全程|全片|从头到尾|从头至尾|从开始到(?:结束|最后|结尾)|自始至终|从始至终|始终|整(?:个|段|条|部"
    r"|首)(?:视频|音频|片子|影片|作品|节目|时长|录音|过程|歌|时间)"
    r"|一直(?:都)?(?:显示|出现|保留|存在|在|留|放)?到(?:最后|结束|结尾|片尾)"
    r"|一直(?:都)?(?=显示|出现|保留|存在|在|持续|播放|挂着|放着|留着|留在|开着)(?:显示|出现|保留|存在|持续"
    r"|播放)?(?!到)|所有时间)"
    r"|(?P<start>从(?:最?前面?|头)(?=开始剪|剪|删|切|裁|砍|去掉|掐)"
    r"|(?:在)?(?:视频|影片|片子)?的?(?:最?开头(?:处|的时候|的地方|部分|那里|时)?|(?:最|一"
    r"|刚)开始(?:的?时候?|处)?|开始(?:的时候|时|处)|片头(?:处|的时候)?|开场(?:时|的时候)?))"
    r"|(?P<end>从(?:最?后面?|尾巴?)(?=剪|删|切|裁|砍|去掉|掐)"
    r"|(?:在)?(?:视频|影片|片子)?的?(?:最?(?:结尾|末尾|片尾|尾部|收尾|尾巴)(?:上|处|的时候|的地方|部分|那里"
    r"|时)?|结束(?:的时候|时|处)|最后面?(?:的时候|处|的地方|那里)?))"
)
_LAST_OF_MANY = re.compile(r"的?[一二两三四五六七八九十几0-9]{1,3} ?[个条段张行句首幅块步项位集章次根]|[那这]")
_HAN_FOR = re.compile(
    r"(?:持续|显示|停留|用时|用|维持|保持|展示|出现|播放|历时|长达|时长|保留|存在|花)(?:大约|大概|约|个|了"
    r"|时间|为|上|够|满|最多|:| ){0,3}"
)
_HAN_NOT_FOR = re.compile(r" ?(?:以后|之后|之前|以前|处|的位置|的地方|开始|起(?!来)|前)")
_HAN_IN = re.compile(r"(?:就?从|自|打|在|于) ?")
_HAN_UNTIL = re.compile(r"(?P<sure>一?直到|截至|截止到?)|到")
_HAN_UNTIL_END = re.compile(r" ?(?:为止|结束|之前|以前|止)")
_HAN_BEFORE_FIRST = frozenset("以之提目当日开片镜从")
_HAN_BEFORE_LAST = frozenset("以之然最往随今先向背幕结片推延落滞退稍")


def edge_at(text: str, at: int) -> Value | None:
    """`the first 3 seconds`, `last minute`, `the second half`, `the middle part`."""
    if (half := _HALF.match(text, at)) is not None:
        if _range_follows(text, half.end()):
            return None
        return Value("span", Span(str(half.lastgroup)), at, half.end())
    match = _EDGE.match(text, at)
    if match is None:
        return None
    length = _edge_length(text, match.end())
    if length is None or length.ms <= 0:
        return None
    if match["last"] == "last" and text.startswith("last", at) and _MODAL.search(text[max(0, at - 12) : at]):
        return Value("span", Span("for", end_ms=length.ms), at, length.end)
    if match["first"]:
        return Value("span", Span("first", end_ms=length.ms), at, length.end)
    return Value("span", Span("last", start_ms=length.ms), at, length.end)


def _edge_length(text: str, at: int) -> Length | None:
    """A length, or a unit alone: `the last minute and a half` is as long as a minute and a half."""
    if (length := length_at(text, at)) is not None:
        return length
    if (clock := clock_at(text, at)) is not None:
        return None if text[at : clock[1]] in RATIOS else Length(clock[0], clock[1], 0)
    some = _SOME.match(text, at)
    pos = some.end() if some else at
    unit = unit_at(text, pos - 1)
    if unit is None or text[pos - 1] not in " -" or pos >= len(text) or not text[pos].isalpha():
        return None
    count = 1 if some is None or not some.group(1) else 3 if some.group(1) == "few" else 2
    if count == 1 and text[unit[1] - 1] == "s" and not text.startswith(("ms", "s "), pos):
        return None
    if count == 1:
        whole = length_at("1 " + text[pos : pos + 60], 0)
        if whole is not None:
            return Length(whole.ms, whole.end - 2 + pos, whole.unit_ms)
    return Length(count * unit[0], unit[1], unit[0])


def _range_follows(text: str, at: int) -> bool:
    glue = _GLUE.match(text, at)
    start = glue.end() if glue else at
    return start < len(text) and range_at(text, start) is not None


def after_at(text: str, at: int) -> Value | None:
    """`after 1:30`, `everything past two minutes`, `after the first 10 seconds`."""
    match = _AFTER.match(text, at)
    if match is None:
        return None
    edge = _AFTER_EDGE.match(text, match.end())
    if edge is not None:
        length = _edge_length(text, edge.end())
        place = Place(length.ms, length.end, length.unit_ms) if length else None
    else:
        place = place_at(text, match.end())
    if place is None or place.ms is None:
        return None
    return Value("span", Span("after", start_ms=place.ms), at, place.end)


def before_at(text: str, at: int) -> Value | None:
    """`before 10s`, `up to 0:30`, `everything until 1:00`."""
    match = _BEFORE.match(text, at)
    place = place_at(text, match.end()) if match else None
    if place is None or place.ms is None:
        return None
    return Value("span", Span("before", end_ms=place.ms), at, place.end)


def moment_at(text: str, at: int) -> Value | None:
    """`at 1:30`, `starting at 3s`, `@12s`, `from 3s`, `from 2:00 on`, `at the 5 second mark`."""
    match = _AT.match(text, at)
    place = place_at(text, match.end()) if match else None
    if (
        match is not None
        and place is not None
        and place.ms is not None
        and (stretch := range_at(text, match.end(), place))
    ):
        return Value("span", stretch.value, at, stretch.end)
    if match is None or place is None or place.ms is None or _NOT_AT.match(text, place.end):
        return None
    if place.unit_ms == 0 and text[match.end() : place.end].lstrip("0") in RATIOS and not match["from"]:
        return None
    return followed_at(text, at, place, otherwise="at")


def for_at(text: str, at: int) -> Value | None:
    """`for 3 seconds`, `lasting 4s`, `over 2 s`."""
    match = _FOR.match(text, at)
    if match is None:
        return None
    if text.startswith("last ", at) and not _MODAL.search(text[max(0, at - 12) : at]):
        return None
    length = length_at(text, match.end())
    if length is None or length.ms <= 0 or _RANGE_FOLLOWS.match(text, length.end):
        return None
    return Value("span", Span("for", end_ms=length.ms), at, length.end)


def phrase_at(text: str, at: int) -> Value | None:
    """`at the start`, `at the very end`, `the whole time`."""
    match = _PHRASES.match(text, at)
    if match is None or _WORD_END.match(text, match.end()) is None or _IN_THE_START.match(text, at):
        return None
    return Value("span", Span(str(match.lastgroup)), at, match.end())


def mark_at(text: str, at: int) -> Value | None:
    """`the 10 second mark`, `the 5th second`."""
    place = place_at(text, at) if text.startswith("the ", at) else None
    if place is not None and _NTH.match(text, at + 4):
        return Value("span", Span("at", start_ms=place.ms), at, place.end)
    if place is None or place.ms is None or not text[at : place.end].endswith(_MARKS):
        return None
    return Value("span", Span("at", start_ms=place.ms), at, place.end)


def han_edge_at(text: str, at: int) -> Value | None:
    """前三秒, 最后5秒, 开头几秒, 前半段, 中间那段."""
    before = text[at - 1] if at else " "
    if (half := _HAN_HALF.match(text, at)) is not None and not length_at(text, at + 1):
        if text[at] in "前后上下" and before in "以之目当":
            return None
        return None if _range_follows(text, half.end()) else Value("span", Span(str(half.lastgroup)), at, half.end())
    match = _HAN_EDGE.match(text, at)
    if match is None:
        return None
    first = match["first"] is not None
    if before in (_HAN_BEFORE_FIRST if first else _HAN_BEFORE_LAST) and len(match[0].strip()) == 1:
        return None
    some = _HAN_SOME.match(text, match.end())
    if some is not None:
        unit = unit_at(text, some.end())
        length = Length(3 * unit[0], unit[1], unit[0]) if unit else None
    else:
        length = _edge_length(text, match.end())
    if length is None or length.ms <= 0:
        return None
    span = Span("first", end_ms=length.ms) if first else Span("last", start_ms=length.ms)
    return Value("span", span, at, length.end)


def han_phrase_at(text: str, at: int) -> Value | None:
    """开头, 片尾, 全程; 最后 where neither 最后一个 nor 最后两条 is meant."""
    match = _HAN_PHRASES.match(text, at)
    if match is None:
        return None
    end, kind = match.end(), str(match.lastgroup)
    if match.group().endswith("最后") and kind == "end" and _is_no_end(text, at, end):
        return None
    return Value("span", Span(kind), at, end)


def _is_no_end(text: str, at: int, end: int) -> bool:
    """最后两条, and 最后 for `finally`."""
    if text.startswith((",", ":"), end):
        return _starts_clause(text, at)
    return _LAST_OF_MANY.match(text, end) is not None


def _starts_clause(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip()
    return not before or before[-1] in ",.;。!?:"


def han_for_at(text: str, at: int) -> Value | None:
    """持续3秒, 用两秒."""
    match = _HAN_FOR.match(text, at)
    length = length_at(text, match.end()) if match else None
    if length is None or length.ms <= 0:
        return None
    if _RANGE_FOLLOWS.match(text, length.end) or _HAN_NOT_FOR.match(text, length.end):
        return None
    return Value("span", Span("for", end_ms=length.ms), at, length.end)


def han_moment_at(text: str, at: int) -> Value | None:
    """在一分钟处, 从第3秒开始, 从1分钟往后, 第5秒."""
    match = _HAN_IN.match(text, at)
    start = match.end() if match else at
    place = place_at(text, start)
    if place is None or place.ms is None:
        return None
    return followed_at(text, at, place, otherwise="at")


def han_until_at(text: str, at: int) -> Value | None:
    """到十秒为止, 直到10秒."""
    match = _HAN_UNTIL.match(text, at)
    place = place_at(text, match.end()) if match else None
    if match is None or place is None or place.ms is None:
        return None
    rest = _HAN_UNTIL_END.match(text, place.end)
    if rest is None and not match["sure"]:
        return None
    return Value("span", Span("before", end_ms=place.ms), at, rest.end() if rest else place.end)
