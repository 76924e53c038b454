"""What a message says is to stay as it is: "leave the captions as they are", "everything but the title"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wavereel.agent.wishes.common import ROLE_OF
from wavereel.timeline.names import part_name

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token


def without_kept(frames: list[Frame], bench: Bench) -> list[Frame]:
    """The frames that wish something; the parts that others say are to stay are kept on the bench."""
    result: list[Frame] = []
    kept: list[str] = []
    about: Frame | None = None
    for place, frame in enumerate(frames):
        if _leaves_rest(frame) and len(frames) > 1:
            continue
        following = frames[place + 1] if place + 1 < len(frames) else None
        if following is not None and _likes(frame) and _leaves_it(following):
            kept += [ROLE_OF.get(part, part) for part in frame.parts]
            following.tokens = []
            continue
        if _leaves(frame) and following is not None and _is_about_it(following):
            following.also = tuple(frame.parts[:1])
            continue
        if _is_content(frame) and following is not None and not following.new_sentence and _is_about_it(following):
            following.also = tuple(frame.parts[:1])
            about = following
            continue
        if frame is not about and (_leaves(frame) or _is_content(frame)):
            kept += [ROLE_OF.get(part, part) for part in frame.parts]
            continue
        wished, excepted = _split_except(frame)
        kept += excepted
        if wished.tokens or wished.also:
            result.append(wished)
    bench.kept = tuple(dict.fromkeys((*bench.kept, *kept)))
    if kept and not result:
        names = ", ".join(part_name(part, bench.lang) for part in bench.kept)
        bench.answer(f"Left as it is: {names}.", f"保持不变：{names}。")
    return result


def _likes(frame: Frame) -> bool:
    """Whether a part is only liked: "I like my blue waveform"."""
    return (
        bool(frame.parts)
        and not frame.own_acts
        and any(token.text in ("like", "love", "喜欢") for token in frame.tokens)
    )


def _leaves_it(frame: Frame) -> bool:
    """Whether what was named before is to stay: "keep that", "leave it alone"."""
    content = [token for token in frame.tokens if token.content]
    return frame.has("out", "leave") and all(
        token.says("out", "leave") or token.says("pron", "it") for token in content
    )


def _is_about_it(frame: Frame) -> bool:
    """Whether a wish is about what was just named: "the logo can stay but make it smaller"."""
    return not frame.parts and frame.has("pron", "it") and frame.has_predicate and not frame.has("pron", "all")


def _leaves_rest(frame: Frame) -> bool:
    """Whether it names nothing and only says that the rest is to stay: "nothing else", 其他别动."""
    if frame.parts or frame.has_predicate or not (frame.has("rest") or frame.has("pron", "all")):
        return False
    return (
        frame.has("out", "leave")
        or frame.has("not")
        or frame.has("neg")
        or any(token.text == "nothing else" for token in frame.tokens)
    )


def _is_content(frame: Frame) -> bool:
    """Whether nothing is to be done to a part: "the music is fine", 音乐还行."""
    if (
        not frame.has("good")
        or not frame.parts
        or frame.own_acts
        or frame.quotes
        or frame.has("ask")
        or frame.has("not")
    ):
        return False
    return not (
        frame.has("dir")
        or frame.values()
        or frame.has("look")
        or frame.has("mood")
        or frame.has("style")
        or frame.has("theme")
    )


def _leaves(frame: Frame) -> bool:
    if not frame.has("out", "leave") or not frame.parts:
        return False
    if (
        frame.values("span", "duration", "percent", "decibel", "pixels", "ratio", "clock")
        or frame.has("place")
        or frame.quotes
    ):
        return False
    token = frame.first("out", "leave")
    if token is None or frame.has("ask"):
        return False
    acts = [
        act
        for one in frame.tokens
        if one is not token
        for act in one.all("act")
        if act not in ("keep", "length", "set", "add", "move") and not one.says("obj")
    ]
    if acts and not (frame.has("not") and set(acts) <= {"set", "move", "add", "remove"}):
        return False
    weak = token.text in ("alone", "still", "stay", "keep", "leave", "保留", "保持", "留", "留着", "stays", "keep my")
    if weak and frame.part in ("sound", "voice", "video") and frame.acts("keep") and frame.has("only"):
        return False
    if frame.has("only") and frame.acts("keep"):
        return False
    return not (token.text in ("alone", "still", "stay", "stays") and not frame.has("out", "leave"))


def _list_end(tokens: list[Token]) -> int:
    """Where a list of parts ends: "the voice" in 除了人声全部静音."""
    named = False
    for place, token in enumerate(tokens):
        if token.says("obj") and not token.says("pron"):
            named = True
        elif (named and not (token.says("and") or token.text in ("的", ","))) or token.says("act"):
            return place
    return len(tokens)


def _split_except(frame: Frame) -> tuple[Frame, list[str]]:
    token = frame.first("out", "except")
    if token is None or token.says("act", "keep"):
        return frame, []
    place = frame.tokens.index(token)
    behind = frame.tokens[place + 1 :]
    if token.text in ("除了", "除"):  # what is excepted stands between 除了 and 以外, or the next sign
        stop = next((n for n, one in enumerate(behind) if one.says("out", "except")), None)
        ends = _list_end(behind) if stop is None else stop
        inner = behind[:ends]
        rest = frame.tokens[:place] + behind[ends + (stop is not None) :]
    else:
        ends = _list_end(behind)
        inner, rest = behind[:ends], frame.tokens[:place] + behind[ends:]
    parts = [ROLE_OF.get(part, part) for one in inner for part in one.all("obj")[:1]]
    if not parts:
        return frame, []
    return frame.with_tokens(rest), parts
