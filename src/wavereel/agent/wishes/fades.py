"""Wishes about fades of what is heard, and of the picture where it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.wishes.subject import part_of_focus
from wavereel.agent.wishes.volume import sound_target, volume_fields
from wavereel.timeline.edits.sound import Fade, SetVolume
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

FADE_MS = 2000
"""How long a fade is that nobody said a length for."""

FADING_HINTS = ("gradually", "slowly", "softly", "慢慢", "渐渐", "逐渐", "淡")
"""Words that speak of a fade only where they are about a sound."""

_IN = ("fade in", "fades in", "fading in", "fade-in", "fadein", "ease in", "fade up", "ramp up")
_OUT = ("out", "away", "down", "off", "taper", "trail", "die", "收", "消失", "弱", "隐", "出", "小", "减", "停", "淡掉")
_IN_HAN = ("入", "强", "显", "响起", "进来", "变大", "起来", "出来")
_BOTH = ("淡入淡出", "fade in and out", "fades in and out", "渐入渐出")


def fade_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Fades in and out; "at the end" fades all that sounds there."""
    into, out = _directions(frame)
    off = frame.acts("remove") or frame.has("not", "not", "no") or frame.has("neg")
    first_ms, last_ms = _lengths(frame, into=into, out=out)
    target = _fade_target(frame, bench, part)
    fade_in_ms, fade_out_ms = (0 if off else first_ms) if into else None, (0 if off else last_ms) if out else None
    if target:
        bench.make(Fade, target=target, fade_in_ms=fade_in_ms, fade_out_ms=fade_out_ms)
        if target != "picture" and frame.values("percent", "decibel"):
            bench.make(SetVolume, target=target, **volume_fields(frame))
        return True
    if into:
        bench.make(Fade, target="start", fade_in_ms=fade_in_ms)
    if out:
        bench.make(Fade, target="end", fade_out_ms=fade_out_ms)
    return True


def _directions(frame: Frame) -> tuple[bool, bool]:
    """Whether a fade in and whether a fade out is wished."""
    if frame.has("edge", "both") or frame.has("inout"):
        return True, True
    into = out = False
    for place, token in enumerate(frame.tokens):
        if token.says("act", "fade"):
            rises, falls = _of_word(token)
            if not (rises or falls):
                rises, falls = _of_particles(frame.tokens[place + 1 :])
            into, out = into or rises, out or falls
        elif into and token.text in ("out", "出"):
            out = True
        elif out and token.text == "in" and place + 1 == len(frame.tokens):
            into = True
    if into or out:
        return into, out
    return _by_place(frame)


def _of_word(token: Token) -> tuple[bool, bool]:
    text = token.text
    if text in _BOTH:
        return True, True
    into = text in _IN or any(part in text for part in _IN_HAN) or (text.isascii() and text.endswith((" in", " up")))
    return into, not into and any(part in text for part in _OUT)


def _of_particles(tokens: list[Token]) -> tuple[bool, bool]:
    """By the particle of a verb, which may stand behind its object: "fade the music out"."""
    words = {token.text for token in tokens}
    return bool(words & {"in", "up", "进"}), bool(words & {"out", "away", "down", "off", "出"})


def _by_place(frame: Frame) -> tuple[bool, bool]:
    """By where the fade is to be, or by what the sound is to do."""
    kinds = {span.kind for span in frame.values("span")}
    starts = bool(kinds & {"start", "first"}) or frame.has("edge", "start")
    ends = bool(kinds & {"end", "last"}) or frame.has("edge", "end")
    if starts or ends:
        return starts, ends
    comes = any(
        token.text in ("in", "bring in", "up", "come in", "comes in", "start", "starts") for token in frame.tokens
    ) or frame.has("dir", "louder")
    off = frame.acts("remove") or frame.has("not", "not", "no")
    return comes or off, not comes or off


def _lengths(frame: Frame, *, into: bool, out: bool) -> tuple[int, int]:
    """The lengths of the fade in and of the fade out; one that is named alone is both."""
    lengths: list[int] = []
    for token in frame.tokens:
        span = token.amount("span")
        if token.is_value("duration"):
            lengths.append(token.amount("duration"))
        elif span is not None and span.kind in ("for", "first"):
            lengths.append(span.end_ms)
        elif span is not None and span.kind == "last":
            lengths.append(span.start_ms)
        elif token.is_value("number") and lengths:  # "over two seconds and out over four"
            lengths.append(round(1000 * token.amount("number")))
    number = frame.value("number")
    if not lengths and number is not None and 0.1 <= number <= 60:
        lengths = [round(1000 * number)]
    lengths = lengths or [FADE_MS]
    if not (into and out) or len(lengths) == 1:
        return lengths[0], lengths[0]
    falls_first = _falls_first(frame)
    return (lengths[1], lengths[0]) if falls_first else (lengths[0], lengths[1])


def _falls_first(frame: Frame) -> bool:
    """Whether the fade out is spoken of before the fade in."""
    for token in frame.tokens:
        if token.says("act", "fade"):
            into, out = _of_word(token)
            if into or out:
                return out and not into
    return False


def _fade_target(frame: Frame, bench: Bench, part: str) -> str:
    """What fades; empty for all that sounds."""
    if frame.names("black") or (part in ("main", "video", "background") and not frame.names("sound", "music", "voice")):
        return "picture"
    if part in ("music", "voice", "sfx"):
        return sound_target(frame, bench, part)
    if frame.has("pron", "it") and part_of_focus(bench) in ("bgm", "voice", "audio"):
        return part_of_focus(bench)
    if not bench.sound_part:
        raise cannot("no_sound")
    return ""
