"""Two or three things that make sense now, in words that do them when they are typed.

A step is about what was just changed, or about what the timeline lacks. What was done, refused, undone or removed is
not proposed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wavereel.agent.wishes.proposals import NEXT_THEME
from wavereel.timeline.edits.surgery import effective_style
from wavereel.timeline.edits.whole import HistoryEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wavereel.agent.bench import Bench
    from wavereel.timeline.difference_facts import Difference

_LONG_MS = 20_000
"""A video as long as this can have an end card."""

_UNDOING = frozenset({"remove", "hide", "mute"})
_SETTLING = {
    "set_ratio": "canvas",
    "set_size": "canvas",
    "set_platform": "canvas",
    "set_resolution": "canvas",
    "set_theme": "theme",
}
"""Edits by which the user has decided on a topic."""

_EXPORT = ("export", "导出")


class Step(NamedTuple):
    """Something to say next.

    `topic` is the part that it is about, `key` the draft's key that it sets, where it sets one; `words` name the topic
    in what users say.
    """

    topic: str
    en: str
    zh: str
    words: tuple[str, ...]
    key: str = ""


def next_steps(bench: Bench, changes: Sequence[Difference]) -> list[str]:
    """Up to three things to say next, in the language of the bench, other ones at every revision."""
    if not bench.sound_part and not bench.there("main"):
        return [step[bench.lang == "zh"] for step in _first_steps(bench)]
    turn = bench.history.present.number
    touched = {fact.part for fact in changes if fact.part not in ("timeline", "media")}
    settled = _Settled.of(bench)
    open_steps = [step for step in _steps(bench) if not settled.has(step)]
    near = [step for step in open_steps if step.topic in touched and _goes_on(step, bench, changes)]
    far = [step for step in open_steps if step.topic not in touched]
    chosen = _turned(near, turn)[:1]
    for step in _turned(far, 2 * turn):
        if len(chosen) < 2 and step.topic not in {one.topic for one in chosen}:
            chosen.append(step)
    said = [step.zh if bench.lang == "zh" else step.en for step in chosen]
    if len(said) < 2 or turn % 2 == 0:
        said.append(_EXPORT[bench.lang == "zh"])
    return said


def _turned(steps: list[Step], turn: int) -> list[Step]:
    start = turn % len(steps) if steps else 0
    return [*steps[start:], *steps[:start]]


def _first_steps(bench: Bench) -> Iterator[tuple[str, str]]:
    """What to say while there is neither sound nor video."""
    if any(isinstance(edit, HistoryEdit) for edit in bench.changes):
        return
    if bench.at_hand("audio", "video"):
        yield "turn it into a video", "做成视频"
    else:
        yield "upload a file", "上传文件"


def _goes_on(step: Step, bench: Bench, changes: Sequence[Difference]) -> bool:
    """Whether a step about what was just changed goes on from there, and neither repeats it nor takes it back."""
    if any(isinstance(edit, HistoryEdit) for edit in bench.changes):
        return False
    facts = [fact for fact in changes if fact.part == step.topic]
    if any(fact.kind == "removed" for fact in facts):
        return False
    return bool(step.key) and not any(
        fact.key == step.key or (_is_place(fact.key) and _is_place(step.key)) for fact in facts
    )


def _is_place(key: str) -> bool:
    return key in ("x.x", "x.y", "x.w", "x.h", "st.pos")


class _Settled(NamedTuple):
    """What the user has said of the topics: refused just now, said before, undone, removed, shaped."""

    refused: str
    said: str
    undone: str
    topics: frozenset[str]

    @classmethod
    def of(cls, bench: Bench) -> _Settled:
        """What is settled by the turn and by the history."""
        history = bench.history
        undone = "\n".join(revision.message for revision in history.path[history.cursor + 1 :]).casefold()
        said = "\n".join(revision.message for revision in history.revisions).casefold()
        topics: set[str] = set()
        for revision in history.revisions:
            for op in revision.ops:
                kind = op.get("op")
                if kind in _UNDOING:
                    topics.add(str(op.get("target", "")))
                elif kind in _SETTLING:
                    topics.add(_SETTLING[str(kind)])
        refused = "\n".join(refusal.text for refusal in bench.refusals).casefold()
        return cls(refused, f"{said}\n{undone}", undone, frozenset(topics))

    def has(self, step: Step) -> bool:
        """Whether a step is not to be proposed."""
        if step.topic in self.topics or step.en.casefold() in self.said or step.zh.casefold() in self.said:
            return True
        return any(word in self.refused or word in self.undone for word in step.words)


def _steps(bench: Bench) -> Iterator[Step]:
    """All that can be done to this timeline, the most wanted first."""
    yield from _missing(bench)
    yield from _canvas(bench)
    yield from _words(bench)
    yield from _sounds(bench)
    yield from _pictures(bench)


def _missing(bench: Bench) -> Iterator[Step]:
    """What the timeline lacks."""
    voice = bench.there("voice")
    if voice and not bench.there("caption"):
        yield Step("caption", "add captions", "加字幕", ("caption", "subtitle", "字幕"))
    if voice and not bench.there("bgm"):
        yield Step("bgm", "add lo-fi music at 20%", "加轻音乐，音量20%", ("music", "音乐", "配乐"))
    if not bench.there("title") and (name := _name_of(bench)):
        yield Step("title", f"title '{name}' for the first 3 seconds", f"前三秒加标题《{name}》", ("title", "标题"))
    if bench.sound_part and not bench.there("waveform"):
        yield Step("waveform", "add a waveform", "加波形", ("waveform", "波形"))
    if not bench.there("progress"):
        yield Step("progress", "add a progress bar", "加进度条", ("progress", "进度"))
    if not bench.there("cta") and bench.end_ms >= _LONG_MS:
        yield Step("cta", "add an end card 'Thanks for listening'", "加片尾卡“感谢收听”", ("end card", "片尾", "结尾"))


def _canvas(bench: Bench) -> Iterator[Step]:
    meta = bench.timeline.meta
    words = ("vertical", "square", "ratio", "竖屏", "方形", "比例")
    if meta.platform is None and meta.ratio == "16:9":
        yield Step("canvas", "make it vertical", "改成竖屏", words)
    elif meta.platform is None and meta.ratio == "9:16":
        yield Step("canvas", "make it square", "改成方形", words)
    other = NEXT_THEME.get(meta.theme or "", "midnight")
    yield Step("theme", f"use the {other} theme", f"换成{other}主题", ("theme", "主题"), "m.theme")
    if meta.loudness is None:
        yield Step("loudness", "set the loudness to -14 LUFS", "响度设为-14 LUFS", ("loudness", "响度"), "m.loudness")


def _words(bench: Bench) -> Iterator[Step]:
    titles = bench.spots("title")
    if len(titles) == 1:
        words = ("title", "标题")
        segment = titles[0].segment
        style = effective_style(bench.timeline.tracks[titles[0].track], segment)
        if not _is_color(style.color, "#ffff00"):
            yield Step("title", "make the title yellow", "标题改成黄色", words, "st.c")
        if not (style.size or 0) >= 200:
            yield Step("title", "make the title bigger", "标题大一点", words, "st.fs")
        if style.position != "top" and not (segment.transform and segment.transform.x is not None):
            yield Step("title", "move the title to the top", "标题放到顶部", words, "st.pos")
    tracks = bench.timeline.with_role("caption")
    if tracks:
        words = ("caption", "subtitle", "字幕")
        look = tracks[0].meta.look if tracks[0].meta else None
        wanted, zh_wanted = ("karaoke", "卡拉OK") if look == "pop" else ("pop", "逐词弹出")
        yield Step("caption", f"captions in the {wanted} look", f"字幕用{zh_wanted}样式", words, "m.look")
        style = tracks[0].style
        if not (style and (style.size or 0) >= 120):
            yield Step("caption", "make the captions bigger", "字幕大一点", words, "st.fs")


def _sounds(bench: Bench) -> Iterator[Step]:
    spots = bench.spots("bgm")
    if len(spots) == 1:
        words = ("music", "音乐", "配乐")
        segment = spots[0].segment
        if (segment.gain or 1.0) * (bench.timeline.tracks[spots[0].track].gain or 1.0) > 0.25 and not segment.muted:
            yield Step("bgm", "music at 20%", "音乐音量20%", words, "vol")
        if segment.fade_out_ms != 5000 and segment.length_ms > _LONG_MS:
            yield Step("bgm", "fade the music out over 5 seconds", "音乐最后5秒淡出", words, "fo")


def _pictures(bench: Bench) -> Iterator[Step]:
    waves = bench.spots("waveform")
    if len(waves) == 1 and waves[0].segment.generator is not None:
        style = waves[0].segment.generator.style
        english, chinese = ("a circle", "圆形") if style not in ("circle", "ring") else ("bars", "条形")
        yield Step("waveform", f"draw the waveform as {english}", f"波形改成{chinese}", ("waveform", "波形"), "g.sty")
    logos = bench.spots("logo")
    if len(logos) == 1 and (logos[0].segment.transform is None or (logos[0].segment.transform.width or 1) > 0.06):
        yield Step("logo", "make the logo smaller", "标志小一点", ("logo", "标志", "水印"), "x.w")
    pictures = [str(entry.get("filename", "")) for entry in bench.at_hand("image", unplaced=True)]
    emblem = next((name for name in pictures if "logo" in name.casefold() and _is_plain(name)), None)
    if emblem and not logos:
        yield Step("logo", f"add {emblem} as the logo", f"加{emblem}当标志", ("logo", "标志", "水印"))
    scene = next((name for name in pictures if not _is_special(name) and _is_plain(name)), None)
    if scene and not _shows_a_file(bench):
        words = ("background", "背景")
        yield Step("background", f"use {scene} as background", f"用{scene}做背景", words, "content")


def _shows_a_file(bench: Bench) -> bool:
    return any(spot.segment.source is not None for spot in bench.spots("background"))


def _is_special(name: str) -> bool:
    folded = name.casefold()
    return any(word in folded for word in ("logo", "cover", "封面", "标志"))


def _is_plain(name: str) -> bool:
    """Whether a file's name can stand in a sentence as it is."""
    return len(name) <= 40 and name.isprintable() and not any(mark in name for mark in " '\"“”‘’《》「」,，;；")


def _is_color(color: str | None, code: str) -> bool:
    return (color or "").casefold()[:7] == code


def _name_of(bench: Bench) -> str:
    """What a title could say: the name of the video; empty where it has none that can be quoted."""
    name = " ".join((bench.timeline.meta.title or "").split())
    fits = 0 < len(name) <= 40 and name.isprintable() and not any(mark in name for mark in "'\"“”‘’《》「」『』`«»")
    return name if fits else ""
