"""The canvas, the length, and what was cut or brought back, in sentences of English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.timeline.build import ratio_text
from wavereel.timeline.difference_canvas import canvas_text
from wavereel.timeline.difference_values import lengths, span_text
from wavereel.timeline.names import part_name
from wavereel.timeline.summary import length_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.timeline.difference_facts import Difference

SPOKEN = frozenset({"voice", "audio", "main"})
"""Parts whose speed and whose cuts are those of the whole."""

_SHAPES = {"9:16": ("vertical", "竖屏"), "16:9": ("wide", "横屏"), "1:1": ("square", "方形")}


def size_text(fact: Difference, *, zh: bool) -> str:
    """The size of the picture and how it is called."""
    new, old = (f"{width}x{height}" for width, height in (fact.after, fact.before))
    ratio, was = ratio_text(*fact.after), ratio_text(*fact.before)
    english, chinese = _SHAPES.get(ratio, ("", "")) if ratio != was else ("", "")
    if zh:
        return f"画面改为{chinese}{new}，{ratio}（原为{old}）"
    return f"the picture is now {english}{', ' if english else ''}{new}, {ratio} (was {old})"


def canvas_texts(facts: Sequence[Difference], *, zh: bool, first: bool) -> list[tuple[Difference, str]]:
    """What else the canvas says, without the size; names that were not there before where it is `first`."""
    lang = "zh" if zh else "en"
    return [
        (fact, canvas_text(fact.key, fact.before, fact.after, lang))
        for fact in facts
        if fact.part == "canvas" and fact.key != "m.size" and is_first(fact) == first
    ]


def is_first(fact: Difference) -> bool:
    """Whether it is a name or a theme where there was none."""
    return fact.before is None and fact.key in ("m.title", "m.theme", "m.bg")


def length_texts(facts: Sequence[Difference], *, zh: bool) -> list[str]:
    """How long the video is now, and what made it so."""
    lang = "zh" if zh else "en"
    length = next((fact for fact in facts if fact.part == "timeline" and fact.key == "d" and fact.kind == "set"), None)
    cause = "，".join(_causes(facts, lang)) if zh else " and ".join(_causes(facts, lang))
    if length is None:
        return [*([cause] if cause else []), *_others(facts, zh=zh)]
    old, new = lengths(length.before, length.after, lang)
    if not length.before:
        text = f"视频长{new}" if zh else f"the video is {new} long"
    elif not length.after:
        text = f"时间线空了（原来长{old}）" if zh else f"the timeline is now empty (was {old} long)"
    else:
        text = f"视频现在长{new}（原为{old}）" if zh else f"the video is now {new} long (was {old})"
    joined = f"{cause}{'，' if zh else ': '}{text}" if cause else text
    return [joined, *_others(facts, zh=zh)]


def _causes(facts: Sequence[Difference], lang: str) -> list[str]:
    """What made the video longer or shorter."""
    zh = lang == "zh"
    causes = [_range_text(fact, lang) for fact in facts if fact.kind in ("cut", "restored")]
    speed = next((fact for fact in facts if fact.key == "sp" and fact.part in SPOKEN), None)
    if speed:
        now, old = (f"{1.0 if value is None else value:g}" for value in (speed.after, speed.before))
        causes.append(
            f"{part_name(speed.part, 'zh')}速度改为{now}倍（原为{old}倍）"
            if zh
            else f"{part_name(speed.part)} now plays at {now}x speed (was {old}x)"
        )
    return causes


def _others(facts: Sequence[Difference], *, zh: bool) -> list[str]:
    """Facts of the whole that have no better words."""
    said: list[str] = []
    for fact in facts:
        if fact.part != "timeline" or fact.kind in ("cut", "restored") or (fact.key == "d" and fact.kind == "set"):
            continue
        if fact.kind == "order":
            said.append("轨道的上下顺序改变" if zh else "the tracks lie in another order")
        else:
            said.append(f"“{fact.key}”有改动" if zh else f'the draft has another "{fact.key}"')
    return said


def _range_text(fact: Difference, lang: str) -> str:
    """What was cut, or is back."""
    zh, cut = lang == "zh", fact.kind == "cut"
    ranges: list[tuple[int, int]] = list(fact.before if cut else fact.after)
    amount = length_text(fact.after if cut else fact.before, lang)
    verb = ("剪掉了" if cut else "恢复了") if zh else ("cut " if cut else "brought back ")
    if len(ranges) > 1:
        return f"{verb}{len(ranges)}段，共{amount}" if zh else f"{verb}{len(ranges)} pieces, {amount} in all"
    start_ms, end_ms = ranges[0]
    if start_ms <= 1:
        return f"{verb}开头{amount}" if zh else f"{verb}the first {amount}"
    if end_ms >= fact.whole_ms - 1:
        return f"{verb}最后{amount}" if zh else f"{verb}the last {amount}"
    span = span_text(start_ms, end_ms, lang)
    return f"{verb}{span}（{amount}）" if zh else f"{verb}{span} ({amount})"
