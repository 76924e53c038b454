"""Measures that fill the whole message: what each of them means."""

from typing import Any

import pytest

from wavereel.agent.values.model import Value
from wavereel.agent.values.scan import value_at

NUMBER = [
    ("25", 25.0),
    ("1,000", 1000.0),
    ("half", 0.5),
    ("a couple", 2.0),
    ("二十五", 25.0),
    ("两", 2.0),
    ("一点五", 1.5),
    ("半", 0.5),
    ("三分之一", 1 / 3),
    ("1/2", 0.5),
    ("zero", 0.0),
    ("两点五", 2.5),
    ("一二三", 123.0),
    ("一二〇", 120.0),
    ("a quarter", 0.25),
    ("three quarters", 0.75),
    ("one third", 1 / 3),
    ("a third", 1 / 3),
    ("100", 100.0),
    ("-100", -100.0),
    ("+5", 5.0),
    ("1\u20442", 0.5),
]

ORDINAL = [
    ("第二", 2),
    ("第二个", 2),
    ("第2条", 2),
    ("最后一个", -1),
    ("倒数第二个", -2),
    ("first", 1),
    ("1st", 1),
    ("second", 2),
    ("the last", -1),
    ("second to last", -2),
    ("第三行", 3),
    ("21st", 21),
    ("twenty first", 21),
    ("third from the end", -3),
    ("第一次", 1),
    ("头一个", 1),
    ("最后一句", -1),
    ("最后那个", -1),
    ("第3句", 3),
    ("第二段", 2),
    ("the second", 2),
]

PERCENT = [
    ("35%", 0.35),
    ("35 %", 0.35),
    ("35 percent", 0.35),
    ("35 per cent", 0.35),
    ("35 pct", 0.35),
    ("thirty five percent", 0.35),
    ("百分之三十五", 0.35),
    ("35个百分点", 0.35),
    ("三成", 0.3),
    ("两成半", 0.25),
    ("一半", 0.5),
    ("百分百", 1.0),
    ("百分之百", 1.0),
    ("七成", 0.7),
    ("百分之十五点五", 0.155),
]

DECIBEL = [
    ("6 db", 6.0),
    ("-6db", -6.0),
    ("6 decibels", 6.0),
    ("minus six db", -6.0),
    ("6分贝", 6.0),
    ("+3 db", 3.0),
    ("\u22123 db", -3.0),
    ("负三分贝", -3.0),
    ("+3db", 3.0),
]

LUFS = [
    ("-16 lufs", -16.0),
    ("16 lufs", -16.0),
    ("minus 14 lufs", -14.0),
    ("-16lufs", -16.0),
    ("负十六lufs", -16.0),
]

FACTOR = [
    ("1.25x", 1.25),
    ("x1.25", 1.25),
    ("1.25×", 1.25),
    ("1.25 times", 1.25),
    ("twice", 2.0),
    ("double", 2.0),
    ("两倍", 2.0),
    ("1.5倍", 1.5),
    ("1.25倍速", 1.25),
    ("翻倍", 2.0),
    ("加倍", 2.0),
    ("three times", 3.0),
    ("x2", 2.0),
    ("×1.5", 1.5),
    ("一点五倍", 1.5),
    ("1点5倍", 1.5),
    ("2倍速", 2.0),
    ("零点五倍速", 0.5),
]

DURATION = [
    ("十分钟", 600_000),
    ("10-second", 10_000),
    ("两三秒", 3_000),
    ("一小时二十分", 4_800_000),
    ("半个小时", 1_800_000),
    ("一个半小时", 5_400_000),
    ("2 1/2 minutes", 150_000),
    ("21\u20442 minutes", 150_000),
    ("point five seconds", 500),
    ("a minute thirty", 90_000),
    ("two minutes and five seconds", 125_000),
    ("1 hour 2 minutes 3 seconds", 3_723_000),
    ("三分钟", 180_000),
    ("三分", 180_000),
    ("三分半", 210_000),
    ("三分二十", 200_000),
    ("三分二十秒", 200_000),
    ("一分钟三十秒", 90_000),
    ("0.5秒", 500),
    ("半秒", 500),
    ("1秒半", 1_500),
    ("一个小时二十分钟", 4_800_000),
    ("一刻钟", 900_000),
    ("三刻钟", 2_700_000),
    ("100毫秒", 100),
    ("两分", 120_000),
    ("二十分", 1_200_000),
    ("a second", 1_000),
    ("one second", 1_000),
    ("1 hr 5 min", 3_900_000),
    ("2h", 7_200_000),
    ("2 h", 7_200_000),
    ("0.5s", 500),
    (".5s", 500),
    (".5 seconds", 500),
    ("1,500 ms", 1_500),
    ("three and a half seconds", 3_500),
    ("a couple more seconds", 2_000),
    ("an hour and a quarter", 4_500_000),
]

CLOCK = [
    ("1:30", 90_000),
    ("01:02:03", 3_723_000),
    ("1:30.5", 90_500),
    ("0:05", 5_000),
    ("16:10", 970_000),
]

RATIO = [
    ("9:16", "9:16"),
    ("16:9", "16:9"),
    ("4:5", "4:5"),
    ("1:1", "1:1"),
    ("21:9", "21:9"),
    ("2:1", "2:1"),
    ("16x9", "16:9"),
    ("9 by 16", "9:16"),
    ("4/5", "4:5"),
    ("4比5", "4:5"),
    ("1比1", "1:1"),
    ("16比9", "16:9"),
    ("十六比九", "16:9"),
    ("7:3", "7:3"),
    ("1:5", "1:5"),
    ("1x1", "1:1"),
    ("2x3", "2:3"),
    ("4 by 5", "4:5"),
    ("nine by sixteen", "9:16"),
    ("4:3", "4:3"),
]

SIZE = [
    ("1080x1920", (1080, 1920)),
    ("1080×1920", (1080, 1920)),
    ("1080*1920", (1080, 1920)),
    ("1080 by 1920", (1080, 1920)),
    ("1920乘1080", (1920, 1080)),
    ("1920乘以1080", (1920, 1080)),
    ("1920x1080", (1920, 1080)),
    ("1920 x 1080", (1920, 1080)),
    ("1080x1080", (1080, 1080)),
    ("1920×1080像素", (1920, 1080)),
]

RESOLUTION = [
    ("720p", 720),
    ("1080p", 1_080),
    ("4k", 2_160),
    ("8k", 4_320),
    ("2k", 1_440),
]

PIXELS = [
    ("72px", 72.0),
    ("72 px", 72.0),
    ("72 pixels", 72.0),
    ("72 points", 72.0),
    ("72pt", 72.0),
    ("72像素", 72.0),
    ("72号", 72.0),
    ("48px", 48.0),
]

DEGREES = [
    ("90 degrees", 90.0),
    ("90°", 90.0),
    ("90 deg", 90.0),
    ("-45 degrees", -45.0),
    ("a quarter turn", 90.0),
    ("90度", 90.0),
    ("upside down", 180.0),
    ("upside-down", 180.0),
    ("half turn", 180.0),
    ("45度", 45.0),
    ("-90度", -90.0),
    ("360 degrees", 360.0),
]

FPS = [
    ("60 fps", 60.0),
    ("30 frames per second", 30.0),
    ("60帧", 60.0),
    ("每秒30帧", 30.0),
    ("24p", 24.0),
    ("每秒60帧", 60.0),
    ("60帧每秒", 60.0),
    ("25帧", 25.0),
    ("24fps", 24.0),
    ("30 fps", 30.0),
    ("每秒24帧", 24.0),
]

BPM = [
    ("90 bpm", 90.0),
    ("90 beats per minute", 90.0),
    ("每分钟90拍", 90.0),
    ("120bpm", 120.0),
    ("90拍", 90.0),
]

ROWS = [
    (kind, text, value)
    for kind, rows in (
        ("number", NUMBER),
        ("ordinal", ORDINAL),
        ("percent", PERCENT),
        ("decibel", DECIBEL),
        ("lufs", LUFS),
        ("factor", FACTOR),
        ("duration", DURATION),
        ("clock", CLOCK),
        ("ratio", RATIO),
        ("size", SIZE),
        ("resolution", RESOLUTION),
        ("pixels", PIXELS),
        ("degrees", DEGREES),
        ("fps", FPS),
        ("bpm", BPM),
    )
    for text, value in rows
]


@pytest.mark.parametrize(("kind", "text", "value"), ROWS)
def test_a_measure(kind: str, text: str, value: Any):
    assert value_at(text, 0) == Value(kind, value, 0, len(text))


@pytest.mark.parametrize(("kind", "text", "value"), ROWS)
def test_a_measure_in_the_middle_of_a_message(kind: str, text: str, value: Any):
    message = f"see {text}, ok"
    assert value_at(message, 4) == Value(kind, value, 4, 4 + len(text))
