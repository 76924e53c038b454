"""What to do about "make it look better": two or three proposals for this draft, which a word then does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.turn import Choice
from wavereel.timeline.difference_values import look_text, style_text
from wavereel.timeline.edits.canvas import SetTheme
from wavereel.timeline.edits.captions import AddCaptions, SetCaptionLook
from wavereel.timeline.edits.music import AddMusic
from wavereel.timeline.edits.overlays import AddProgress
from wavereel.timeline.edits.waveform import AddWaveform, SetWaveform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wavereel.agent.bench import Bench
    from wavereel.timeline.edits.base import Edit

NEXT_THEME = {
    "midnight": "sunset",
    "clean": "midnight",
    "neon": "midnight",
    "paper": "studio",
    "sunset": "neon",
    "studio": "midnight",
    "retro": "neon",
    "news": "clean",
}
_NEXT_WAVE = {"bars": "mirror", "ring": "circle", "circle": "ring", "mirror": "blocks"}


def improve_wish(bench: Bench) -> bool:
    """Proposes what would make this draft better; the draft stays as it is."""
    proposals = list(_proposals(bench))[:3]
    if not proposals:
        bench.ask(
            "What kind of video do you have in mind: a podcast with captions, a song with a waveform, a vertical clip?",
            "你想要什么样的视频：带字幕的播客、带波形的歌曲，还是竖屏短片？",
            [],
        )
        return True
    choices = [Choice(bench.say(*label), label, act) for label, act in proposals]
    bench.ask(
        "I could do this (say “yes” for all of it, or “the first one”):",
        "可以这样改（说“好”就全部做，或者说“第一个”）：",
        choices,
        together=True,
    )
    return True


def _proposals(bench: Bench) -> Iterator[tuple[tuple[str, str], Callable[[Any], None]]]:
    timeline = bench.timeline
    theme = timeline.meta.theme
    if not bench.sound_part and not bench.there("main"):
        if bench.at_hand("audio", "video"):
            from wavereel.agent.wishes.whole import ensure_built

            yield ("make the video with waveform, title and captions", "做成带波形、标题和字幕的视频"), ensure_built
        other = NEXT_THEME.get(theme or "", "midnight")
        yield (f"use the {other} theme", f"换成{other}主题"), _doing(SetTheme, theme=other)
        yield ("use the neon theme", "换成neon主题"), _doing(SetTheme, theme="neon")
        return
    other = NEXT_THEME.get(theme or "", "midnight")
    yield (f"use the {other} theme", f"换成{other}主题"), _doing(SetTheme, theme=other)
    if bench.there("voice") and not bench.there("caption"):
        yield ("add captions", "加上字幕"), _doing(AddCaptions)
    elif bench.there("caption"):
        looks = [track.meta.look for track in timeline.with_role("caption") if track.meta]
        look = "pop" if "karaoke" in looks else "karaoke"
        label = f"show the captions in the {look} look", f"字幕换成{look_text(look, 'zh')}样式"
        yield label, _doing(SetCaptionLook, look=look)
    if not bench.there("waveform"):
        yield ("add a waveform", "加上波形"), _doing(AddWaveform)
    else:
        generator = bench.spots("waveform")[0].segment.generator
        style = _NEXT_WAVE.get((generator.style or "") if generator else "", "mirror")
        english, chinese = (style_text(style, lang) for lang in ("en", "zh"))
        yield (f"draw the waveform as {english}", f"波形换成{chinese}"), _doing(SetWaveform, style=style)
    if bench.there("voice") and not bench.there("bgm"):
        label = "put soft lo-fi music under the voice", "在人声下面垫一段轻柔的lo-fi音乐"
        yield label, _doing(AddMusic, mood="lofi", volume=0.2)
    if not bench.there("progress"):
        yield ("add a progress bar", "加上进度条"), _doing(AddProgress)


def _doing(kind: type[Edit], **fields: Any) -> Callable[[Any], None]:
    def act(bench: Bench) -> None:
        bench.make(kind, **fields)

    return act
