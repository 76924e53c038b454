"""Traditional characters, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.agent.values import han


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("音樂再輕一些，結尾三秒慢慢收掉", "音乐再轻一些，结尾三秒慢慢收掉"),
        ("標題放這裡，背景顏色換成藍綠漸變", "标题放这里，背景颜色换成蓝绿渐变"),
        ("把聲音調大，時長兩分鐘", "把声音调大，时长两分钟"),
        ("臺灣 台灣 裏 裡 錶 麽 麼 爲 為", "台湾 台湾 里 里 表 么 么 为 为"),
        ("轉場、濾鏡、字幕樣式、邊框、圓形、動畫、雙擊", "转场、滤镜、字幕样式、边框、圆形、动画、双击"),
        ("著名 顯著 看著", "著名 显著 看著"),
        ("already simplified 简体", "already simplified 简体"),
        ("", ""),
    ],
)
def test_simplified(text: str, expected: str):
    assert han.simplified(text) == expected


def test_the_table():
    table = han._table()
    assert len(table) >= 1500
    assert "著" not in {chr(code) for code in table}
    assert all(len(simple) == 1 and ord(simple) not in table for simple in table.values()), [
        simple for simple in table.values() if ord(simple) in table
    ]


@given(st.text())
def test_the_length_stays(text: str):
    assert len(han.simplified(text)) == len(text)
