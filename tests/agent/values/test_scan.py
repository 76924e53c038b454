"""Values in whole messages, what is none, and any text at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.agent.values.model import PLAIN_ASCII, Span, Value
from wavereel.agent.values.scan import value_at

KINDS = set(
    "number ordinal percent decibel lufs factor duration clock ratio size resolution span color pixels degrees fps bpm"
    " count".split()
)


def scanned(text: str) -> list[Value]:
    found: list[Value] = []
    at = 0
    while at < len(text):
        value = value_at(text, at)
        if value is not None:
            found.append(value)
        at = value.end if value else at + 1
    return found


MESSAGES: list[tuple[str, list[Any]]] = [
    ("波形改成天蓝色,放低一点", [("color", "#87ceeb", "天蓝色")]),
    ("background: dark green, fading into black", [("color", "#006400", "dark green"), ("color", "#000000", "black")]),
    ("标题前两秒出现,白色,居中", [("span", Span("first", end_ms=2_000), "前两秒"), ("color", "#ffffff", "白色")]),
    ("lower the music by 4 decibels and leave my voice alone", [("decibel", 4.0, "4 decibels")]),
    ("snip 2:05 through 2:20", [("span", Span("range", 125_000, 140_000), "2:05 through 2:20")]),
    ("只要中间那一段,从一分钟到一分五十秒", [("span", Span("range", 60_000, 110_000), "从一分钟到一分五十秒")]),
    ("only the middle part: 1:00-1:50", [("span", Span("range", 60_000, 110_000), "1:00-1:50")]),
    ("can the words light up while they're spoken? in orange", [("color", "#ffa500", "orange")]),
    (
        "put \ue000 on screen from 3s to 8s, top, and let it slide in",
        [("span", Span("range", 3_000, 8_000), "from 3s to 8s")],
    ),
    ("go back two steps", [("number", 2.0, "two")]),
    ("播放速度调快百分之二十", [("percent", 0.2, "百分之二十")]),
    ("音乐再轻一些,结尾三秒慢慢收掉", [("span", Span("last", 3_000), "结尾三秒")]),
    ("give me the midnight theme but keep my yellow title", [("color", "#ffff00", "yellow")]),
    ("make the title last 4 seconds", [("span", Span("for", end_ms=4_000), "last 4 seconds")]),
    ("cut last 5 seconds", [("span", Span("last", 5_000), "last 5 seconds")]),
    ("delete the second caption and the third one", [("ordinal", 2, "the second"), ("ordinal", 3, "the third")]),
    ("add a second title", [("ordinal", 2, "second")]),
    ("add a third banner", [("ordinal", 3, "third")]),
    ("fade in over a second", [("span", Span("for", end_ms=1_000), "over a second")]),
    ("speed up 1.25x and music at 35%", [("factor", 1.25, "1.25x"), ("percent", 0.35, "35%")]),
    (
        "make it 20% louder for the last half minute",
        [("percent", 0.2, "20%"), ("span", Span("last", 30_000), "the last half minute")],
    ),
    ("the blue one", [("color", "#0000ff", "blue")]),
    ("one word at a time", [("count", 1, "one")]),
    (
        "zoom from 100% to 120% over 5 seconds",
        [("percent", 1.0, "100%"), ("percent", 1.2, "120%"), ("span", Span("for", end_ms=5_000), "over 5 seconds")],
    ),
    (
        "from 3s for 5 seconds",
        [("span", Span("at", 3_000), "from 3s"), ("span", Span("for", end_ms=5_000), "for 5 seconds")],
    ),
    (
        "at 0:30 for 5 seconds",
        [("span", Span("at", 30_000), "at 0:30"), ("span", Span("for", end_ms=5_000), "for 5 seconds")],
    ),
    ("the first 3 seconds of the video", [("span", Span("first", end_ms=3_000), "the first 3 seconds")]),
    ("text size 48, color #fff", [("number", 48.0, "48"), ("color", "#ffffff", "#fff")]),
    ("红底白字", [("color", "#ff0000", "红"), ("color", "#ffffff", "白")]),
    ("第二个标题放大到两倍", [("ordinal", 2, "第二个"), ("factor", 2.0, "两倍")]),
    (
        "从第3秒开始显示5秒",
        [("span", Span("at", 3_000), "从第3秒开始"), ("span", Span("for", end_ms=5_000), "显示5秒")],
    ),
    ("显示3秒后消失", [("span", Span("for", end_ms=3_000), "显示3秒")]),
    ("最后两个标题", [("number", 2.0, "两")]),
    ("最后加个标题", [("span", Span("end"), "最后")]),
    ("最后,加个片尾", [("span", Span("end"), "片尾")]),
    ("64根柱子", [("count", 64, "64")]),
    ("柱子改成32根", [("count", 32, "32")]),
    ("use 64 blue bars", [("number", 64.0, "64"), ("color", "#0000ff", "blue")]),
    ("64 bars please", [("count", 64, "64")]),
    ("a couple of lines", [("count", 2, "a couple")]),
    ("32-bar", [("count", 32, "32")]),
    ("20个点", [("count", 20, "20")]),
    ("export at 9:16 please", [("ratio", "9:16", "9:16")]),
    ("cut 9:16-9:40", [("span", Span("range", 556_000, 580_000), "9:16-9:40")]),
    ("at 10 second intervals", [("duration", 10_000, "10 second")]),
    ("音量调到30%到50%", [("percent", 0.3, "30%"), ("percent", 0.5, "50%")]),
    ("between 5 and 10 bars", [("number", 5.0, "5"), ("count", 10, "10")]),
    ("for 3 to 5 seconds", [("span", Span("range", 3_000, 5_000), "3 to 5 seconds")]),
    ("1 min 20 bars", [("duration", 60_000, "1 min"), ("count", 20, "20")]),
    ("hold on a sec, make it red", [("color", "#ff0000", "red")]),
    ("推后两秒", [("duration", 2_000, "两秒")]),
    ("开头白", [("span", Span("start"), "开头")]),
    ("字幕用黄的", [("color", "#ffff00", "黄")]),
    ("换成红", [("color", "#ff0000", "红")]),
    ("three-second title", [("duration", 3_000, "three-second")]),
    ("10-second intro", [("duration", 10_000, "10-second")]),
    ("背景从黑到白", [("color", "#000000", "黑"), ("color", "#ffffff", "白")]),
    ("加一个标题", [("number", 1.0, "一")]),
    (
        "the second half from 1:00 to 1:30",
        [("span", Span("range", 60_000, 90_000), "from 1:00 to 1:30")],
    ),
]


@pytest.mark.parametrize(("message", "expected"), MESSAGES)
def test_the_values_of_a_message(message: str, expected: list[Any]):
    assert [(value.kind, value.value, message[value.start : value.end]) for value in scanned(message)] == expected


NOTHING = [
    "first of all",
    "seconds",
    "a",
    "一起",
    "一下",
    "一点",
    "十分",
    "半天",
    "再一次",
    "tattoo",
    "behalf",
    "may",
    "wait a second",
    "morning! could you turn last night's recording into something i can post? wave + subtitles is fine",
    "vertical version plz",
    "bars are too thin, fewer and chunkier",
    "字幕太靠下了,往上挪一点",
    "actually no, the other one",
    "how many minutes are left after that cut?",
    "remove the sponsor card and whatever you did to the logo",
    "that one is better, no one likes it",
    "add white noise",
    "neon theme",
    "midnight",
    "白天",
    "黑夜",
    "黄金",
    "蓝牙",
    "红包",
    "金句",
    "银行",
    "青年",
    "紫禁城",
    "旁白",
    "黑体",
    "咖啡",
    "大红包",
    "上一个标题",
    "统一字体",
    "周一",
    "万一不行",
    "半透明",
    "一会儿",
    "大一点点",
    "一点一点变大",
    "再来一次",
    "第一,做成竖屏;第二,加字幕",
    "一成不变",
    "until the end",
    "in the end",
    "title in 3d",
    "mp3 file",
    "h264",
    "v1.2",
    "1.2.3",
    "90s retro style",
    "two-tone",
    "10-bit",
    "2x2",
    "one by one",
    "double check the title",
    "for a while",
    "at last",
    "first, make it square",
    "at first it was fine",
    "first make it vertical",
    "last night",
    "last but not least",
    "just a second",
    "-",
    ".",
    "#",
    "#ff",
    "@",
    "at",
    "coffee break",
    "a coffee shop",
    "green screen",
    "the forest recording",
    "粉丝",
    "涨粉",
    "目标",
    "灰尘",
    "米饭",
    "一米",
    "金字塔",
    "白噪音",
    "青蛙",
    "黑客",
    "大字",
    "亮一点",
    "深夜电台",
    "浅一点",
    "淡出",
    "暗一点",
    "纯音乐",
    "以前的版本",
    "之前",
    "直到结束",
    "每秒",
    "每分钟",
    "3'20",
    "一刻",
    "几秒",
    "多少秒",
    "十分好看",
    "一时",
    "两点",
    "九宫格",
    "三角形",
    "四周",
    "五彩",
    "七夕",
    "八月",
    "百度",
    "千万别",
    "十字",
    "两边",
    "两侧",
    "三心二意",
    "打八折",
    "100x200x300",
    "10x20",
    "1080p60",
    "四四拍",
    "大号",
    "三号",
    "一度",
    "every second",
    "per second",
    "split second",
    "the opening",
    "for ever",
    "@mention",
    "from the top",
    "till the end",
    "before the title",
    "after the title",
    "after that",
    "past the logo",
    "1:30ish",
    "a few bars",
    "a day",
    "1e5",
    "12345678901234567890",
    "twofold",
    "thousands of",
    "someone",
    "the one",
    "everyone",
    "first off, cut it",
    "在一起",
    "再三",
    "同一个",
    "唯一",
    "每一个",
    "明白",
]


@pytest.mark.parametrize("message", NOTHING)
def test_words_that_are_no_values(message: str):
    assert [value_at(message, at) for at in range(len(message))] == [None] * len(message)


@pytest.mark.parametrize(("text", "at"), [("", 0), ("3", 1), ("3", -1), ("x3 y", 1), ("abc3", 3), ("1.5", 2)])
def test_places_where_no_value_starts(text: str, at: int):
    assert value_at(text, at) is None


TOKENS = st.sampled_from(
    "the|first|second|last|a|an|half|one|two|twenty|hundred|thousand|and|point|minute|minutes|s|sec|ms|1|2|30|1:30|9:16|.|,"
    "|-|~|:|x|by|%|db|from|to|between|at|for|over|until|after|before|everything|middle|part|第|二|十|百|千|万|半|点|分|秒|钟"
    "|小时|个|前|后|最后|从|到|在|开头|结尾|一|直|倍|成|度|号|帧|每|百分之|之|红|色|深|蓝|天|dark|blue|very|#fff|#|rgb(|couple"
    "|of|few|dozen|quarter|third|end|start|mark|\ue000|/|\u2044|+|\u2212|@|零|〇|两|三|几|中间|那段|begin|seconds|0|00|999999999999".split(
        "|"
    )
)


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(TOKENS, max_size=12).map("".join),
        st.lists(TOKENS, max_size=12).map(" ".join),
    )
)
def test_any_text(text: str):
    for at in range(len(text)):
        value = value_at(text, at)
        if value is None:
            continue
        assert value.kind in KINDS
        assert value.start == at < value.end <= len(text)
        assert not text[at].isspace() and not text[value.end - 1].isspace()
        if at and text[at] in PLAIN_ASCII:
            assert text[at - 1] not in PLAIN_ASCII
        if value.end < len(text) and text[value.end - 1] in PLAIN_ASCII and value.kind != "factor":
            assert text[value.end] not in PLAIN_ASCII
        if isinstance(value.value, Span):
            times = [ms for ms in (value.value.start_ms, value.value.end_ms) if ms is not None]
            assert times == sorted(times) and all(ms >= 0 for ms in times)


@given(
    st.text(alphabet="1 .:-", max_size=3000)
    | st.sampled_from(["a ", "1,", "一", "the ", "and ", "1 1/"]).map(lambda s: s * 1500)
)
def test_long_texts_end(text: str):
    assert all(value.end <= len(text) for value in scanned(text))
