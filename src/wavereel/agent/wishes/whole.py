"""Wishes about the whole: make the video of a sound, with the parts that are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.exclusions import leave_out
from wavereel.agent.turn import Choice
from wavereel.agent.wishes.background import chosen_picture
from wavereel.agent.wishes.common import ROLE_OF, Asked
from wavereel.agent.wishes.each import MADE_OF, asks_for_each, each_is_next, offer_each
from wavereel.agent.wishes.making import VIDEO_WORDS, cut_while_making
from wavereel.errors import EditError
from wavereel.timeline.edits.background import SetBackgroundMedia, UseCoverAsBackground
from wavereel.timeline.edits.canvas import SetFps, SetPlatform, SetRatio, SetResolution, SetSize, SetTheme
from wavereel.timeline.edits.facts import sounds_at_hand
from wavereel.timeline.edits.music import AddMusic
from wavereel.timeline.edits.overlays import AddLogo, AddProgress
from wavereel.timeline.edits.waveform import SetWaveform
from wavereel.timeline.edits.whole import Build, JoinSounds
from wavereel.timeline.reasons import cannot
from wavereel.timeline.themes import THEME_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.timeline.edits.base import Edit

_ALL = "*"
"""Picked where all sounds at hand are joined into one video."""

_JOINED = (
    *("joined", "join", "together", "one video", "in one", "into one", "merge"),
    *("一起", "成一条", "就一条", "combine", "合", "连", "拼"),
)
_EACH = (
    *("each", "one video each", "separate", "one each", "separately", "both", "各", "分别", "分开"),
    *("各做", "各做成", "各出", "各成一条", "各做成一条", "每个", "每个做成", "每个做成一条", "每段", "每段做成一条"),
)
"""How it is answered that several sounds are to be one video, or a video each."""

_OPEN_ENDS = frozenset(
    (
        "a",
        "an",
        "into",
        "into a",
        "with",
        "to",
        "the",
        "my",
        "成",
        "成一个",
        "一个",
        "一段",
        "一条",
        "一支",
        "变成",
        "做成",
        "转成",
        "弄成",
        "转换成",
        "制作成",
        "搞成",
        "改成",
        "为",
    )
)
"""Words that a sentence breaks off at."""


def make_wish(frame: Frame, bench: Bench) -> bool:
    """Makes the video of a sound, with the parts that are named; `False` where a wish asks for no such thing."""
    if (
        "make_video" in frame.acts_before
        and not frame.own_acts
        and bench.sound_part
        and frame.parts
        and not frame.has_predicate
    ):
        return _things(frame, bench, fresh=False) or all(bench.there(ROLE_OF.get(part, part)) for part in frame.parts)
    each = _wants_each(frame, bench)
    if each and (bench.sound_part or bench.there("main")):
        others = bench.at_hand("audio", unplaced=True)
        if others and MADE_OF not in bench.picked:
            each_is_next(bench, others)
            return True
    if not each and not _asks_to_make(frame, bench):
        return False
    fresh = not bench.sound_part and not bench.there("main")
    if fresh or _names_other_sound(frame, bench):
        build(frame, bench)
    _assume(frame, bench)
    did = _parts(frame, bench, fresh=fresh)
    if fresh:
        cut_while_making(frame, bench)
    if did or fresh:
        return True
    if frame.acts("add", "set") and not frame.acts("make_video", "convert"):
        return False
    bench.answer(
        "The video is on the timeline already; say what should be different.", "视频已经在时间线上了，说说想改哪里吧。"
    )
    return True


def _wants_each(frame: Frame, bench: Bench) -> bool:
    """Whether each of several sounds at hand is to become a video."""
    return len(bench.at_hand("audio")) > 1 and asks_for_each(frame)


def _asks_to_make(frame: Frame, bench: Bench) -> bool:
    fresh = not bench.sound_part and not bench.there("main")
    if (
        fresh
        and not frame.has("ask", "what", "how_long", "how_many", "is")
        and (_nominal(frame) or (_breaks_off(frame) and frame.acts("make_video", "convert", "set")))
    ):
        return True
    if not frame.acts("make_video", "convert", "transcribe") and not _bare(frame):
        return False
    if any(token.text.endswith(VIDEO_WORDS) for token in frame.tokens if token.says("act", "make_video")):
        return True
    sound = frame.names("sound", "voice") or bool(frame.files) or frame.has("pron") or frame.names("music")
    into = frame.has("into") or frame.names("video") or (fresh and frame.has("platform"))
    convert = any(token.text in ("convert", "transform", "转换", "转化", "converting") for token in frame.tokens)
    turned = (
        any(token.text in ("turn", "turning") for token in frame.tokens)
        and (sound or frame.names("video"))
        and not frame.has("dir")
    )
    if convert and (sound or into):
        return not (frame.has("ratio") or frame.value("ratio")) or fresh
    if turned and fresh and sound:
        return True
    if into and (sound or fresh) and not (frame.has("dir") or frame.value("color")):
        return fresh or turned or (frame.names("video") and sound)
    return fresh and _bare(frame)


def _bare(frame: Frame) -> bool:
    """A wish that names a video, or parts of one, and no verb but one of wanting."""
    return frame.names("video") and frame.acts("add", "set") and not frame.has("dir")


def _nominal(frame: Frame) -> bool:
    """A video named without a verb, by its sound or its looks: "a tiktok out of my interview", "square audiogram"."""
    if set(frame.own_acts) - {"add", "set", "make_video", "convert", "generate", "speed", "export"} or frame.quotes:
        return False
    video = frame.names("video") or frame.has("platform") or any(token.text.startswith("mp4") for token in frame.tokens)
    if (frame.names("sound") or frame.has("file")) and (frame.has("into") or frame.has("from") or frame.has("to")):
        return video or frame.has("ratio")
    bare = all(
        token.says("obj", "video") or any(token.says(kind) for kind in ("chat", "stop", "without")) or not token.content
        for token in frame.tokens
    )
    return frame.names("video") and (bare or frame.has("with") or frame.has("ratio") or frame.has("platform"))


def _breaks_off(frame: Frame) -> bool:
    """Whether a sentence ends before it has said what is to be made: "turn my podcast audio into a"."""
    return bool(frame.tokens) and frame.tokens[-1].text in _OPEN_ENDS


def _assume(frame: Frame, bench: Bench) -> None:
    """Says what was assumed where the sentence breaks off: "turn my podcast audio into a"."""
    if _breaks_off(frame):
        bench.assumptions.append(
            bench.say("the sentence broke off, so the default video was made", "句子没说完，所以先做了默认的视频")
        )


def _names_other_sound(frame: Frame, bench: Bench) -> bool:
    if not frame.files:
        return False
    entry = bench.entry(frame.files[0])
    return (
        entry is not None
        and entry.get("file_type") in ("audio", "video")
        and f"asset://{entry.get('file_id')}" not in bench.placed_sources()
    )


def ensure_built(bench: Bench, music: Sequence[str] = ()) -> None:
    """Builds the default video where a wish needs a sound that is at hand and not on the timeline yet.

    Args:
        bench: Where it is built.
        music: Names of what is to be heard under it, which is not what it is made of.

    Raises:
        EditError: There is no sound at hand.
        Asked: There are several, and the user is asked.
    """
    if bench.sound_part or bench.there("main"):
        return
    under = [entry.get("file_id") for name in music if (entry := bench.entry(name)) is not None]
    others = [entry for entry in sounds_at_hand(bench.timeline) if entry.get("file_id") not in under]
    if under and len(others) == 1:
        _build_one(bench, others[0])
        return
    build(None, bench)


def can_build(bench: Bench) -> bool:
    """Whether nothing is on the timeline and exactly one sound is at hand."""
    return not bench.sound_part and not bench.there("main") and len(sounds_at_hand(bench.timeline)) == 1


def build(frame: Frame | None, bench: Bench) -> None:
    """The theme's default video of the sound that is named, or of the only one; several are asked about."""
    if bench.picked.get(MADE_OF) == _ALL or (frame is not None and not frame.files and _wants_joined(frame, bench)):
        bench.make(JoinSounds, focus="")
        return
    entry = bench.entry(bench.picked[MADE_OF]) if MADE_OF in bench.picked else None
    found = sounds_at_hand(bench.timeline)
    if entry is None and frame is not None and _wants_each(frame, bench):
        _ask_first(bench, found)
    entry = entry or _named_sound(frame, bench)
    if entry is None:
        if not found:
            raise cannot("no_sound_at_hand", hint="send me the sound first")
        if len(found) > 1:
            _ask_several(bench, found)
        entry = found[0]
    _build_one(bench, entry)


def _build_one(bench: Bench, entry: Mapping[str, Any]) -> None:
    facts = bench.resolver.facts(bench.timeline, entry)
    bench.make(Build, focus="", file=str(entry["file_id"]), facts=facts)
    write_captions(bench)


def write_captions(bench: Bench) -> None:
    """The cues of a transcript that is kept already, into captions that wait for them."""
    if any(track.meta and track.meta.pending for track in bench.timeline.with_role("caption")):
        cues = bench.resolver.cues(bench.timeline)
        if cues:
            from wavereel.timeline.edits.captions import AddCaptions

            bench.make(AddCaptions, focus="", cues=[dict(cue) for cue in cues])


def _named_sound(frame: Frame | None, bench: Bench) -> Mapping[str, Any] | None:
    if frame is None:
        return None
    sounds = bench.at_hand("audio", "video")
    if frame.files:
        entry = bench.entry(frame.files[0])
        if entry is None:
            raise cannot("no_file", name=frame.files[0], hint="send the file")
        return entry if entry.get("file_type") in ("audio", "video") else None
    number = frame.value("ordinal")
    audio = [entry for entry in sounds if entry.get("file_type") == "audio"] or sounds
    if number is not None and len(audio) > 1 and abs(int(number)) <= len(audio):
        return audio[int(number) - 1 if number > 0 else int(number)]
    return None


def _wants_joined(frame: Frame, bench: Bench) -> bool:
    if MADE_OF in bench.picked or len(bench.at_hand("audio")) < 2 or _wants_each(frame, bench):
        return False
    both = (
        frame.has("pron", "both")
        and frame.names("video")
        and not any(token.text in ("videos", "movies", "clips") for token in frame.tokens)
    )
    return (
        both
        or frame.acts("join")
        or any(token.text in ("together", "joined", "one video", "合在一起", "连起来") for token in frame.tokens)
    )


def _ask_several(bench: Bench, found: list[dict[str, Any]]) -> None:
    """Several sounds and none named: one video each, all joined, or one of them."""
    names = [str(entry.get("filename")) for entry in found]

    def each(later: Bench) -> None:
        later.picked = {MADE_OF: str(found[0]["file_id"])}
        rest = ", ".join(names[1:])
        later.assumptions.append(
            later.say(
                f"this is the video of {names[0]}; say “now {names[1]}” for the next ({rest})",
                f"这是{names[0]}的视频；说“换{names[1]}”就做下一个（{rest}）",
            )
        )

    choices = _one_of(bench, found)
    joined = bench.say("all joined into one video", "合成一个视频")
    choices.append(Choice(joined, _JOINED, _picking(_ALL), bench.message))
    choices.append(Choice(bench.say("one video each", "各做一个视频"), _EACH, each, bench.message))
    bench.ask(
        "There are several sounds. Which one should the video be made of?", "手头有好几个音频，视频用哪一个？", choices
    )
    raise Asked


def _ask_first(bench: Bench, found: list[dict[str, Any]]) -> None:
    """Each of several sounds is to become a video: whether to begin with the first."""
    bench.ask(*offer_each([str(entry.get("filename")) for entry in found]), _one_of(bench, found))
    raise Asked


def _one_of(bench: Bench, found: list[dict[str, Any]]) -> list[Choice]:
    names = [(str(entry.get("filename")), str(entry["file_id"])) for entry in found]
    return [Choice(name, (name, name.rpartition(".")[0]), _picking(one), bench.message) for name, one in names]


def _picking(made_of: str) -> Callable[[Any], None]:
    def act(later: Bench) -> None:
        later.picked = {MADE_OF: made_of}

    return act


def _parts(frame: Frame, bench: Bench, *, fresh: bool) -> bool:
    """The parts and looks that a wish to make a video names beside the sound."""
    did = False
    theme = next((name for name in frame.all("theme") if name in THEME_NAMES), None)
    if theme and (frame.names("theme") or not frame.names("background")):
        did = _soft(bench, SetTheme, theme=theme, focus="") or did
    platform = next((name for name in frame.all("platform") if name not in ("unknown", "podcast")), None)
    if platform:
        did = _soft(bench, SetPlatform, platform=platform, focus="") or did
    ratio = frame.value("ratio") or next(
        (token.get("ratio") for token in frame.tokens if token.says("ratio") and not token.says("obj")), None
    )
    if ratio:
        did = _soft(bench, SetRatio, ratio=ratio, focus="") or did
    did = _fineness(frame, bench) or did
    did = _things(frame, bench, fresh=fresh) or did
    return leave_out(frame.all("without"), bench) or did


def _fineness(frame: Frame, bench: Bench) -> bool:
    """What size and frame rate the video is to have: "a 1080x1920 video at 60 fps"."""
    did = False
    if size := frame.value("size"):
        did = _soft(bench, SetSize, width=size[0] + size[0] % 2, height=size[1] + size[1] % 2, focus="")
    if side := frame.value("resolution") or int(frame.get("res") or 0):
        did = _soft(bench, SetResolution, short_side=side, focus="") or did
    if rates := frame.values("fps"):
        did = _soft(bench, SetFps, fps=float(rates[-1]), focus="") or did
    return did


def _things(frame: Frame, bench: Bench, *, fresh: bool) -> bool:
    did = False
    wanted = set(frame.parts) | set(frame.all("obj"))
    colors = frame.values("color")
    over = _color_under(frame)
    if over:
        from wavereel.timeline.edits.background import SetBackgroundColor

        did = _soft(bench, SetBackgroundColor, color=over, focus="background") or did
        colors = [color for color in colors if color != over]
    if "waveform" in wanted or any(
        token.says("style") and not token.says("obj") and len(token.text) > 1 for token in frame.tokens
    ):
        did = _part_waveform(frame, bench, colors) or did
    if "caption" in wanted or "caption_word" in wanted:
        if not bench.there("caption"):
            from wavereel.agent.wishes.captions import add_captions

            add_captions(bench)
            did = True
        did = _caption_style(frame, bench) or did
    if ("background" in wanted or "picture" in wanted) and not colors:
        did = _part_background(frame, bench) or did
    elif "background" in wanted and colors:
        from wavereel.agent.wishes.background import background_wish

        did = background_wish(frame, bench) or did
    if (
        "music" in wanted
        and not bench.there("bgm")
        and not bench.there("audio")
        and (not fresh or frame.has("mood") or frame.has("with"))
    ):
        did = (
            _soft(bench, AddMusic, mood=frame.get("mood") or "lofi", focus="bgm", volume=frame.value("percent")) or did
        )
    if "progress" in wanted and not bench.there("progress"):
        did = _soft(bench, AddProgress, focus="progress") or did
    if "logo" in wanted and not bench.there("logo"):
        bench.make(AddLogo)
        did = True
    if frame.quotes and "title" in wanted:
        from wavereel.agent.wishes.words import text_wish

        did = (
            text_wish(
                frame.with_tokens([token for token in frame.tokens if not token.says("act", "make_video")]),
                bench,
                "title",
            )
            or did
        )
    return did


def _caption_style(frame: Frame, bench: Bench) -> bool:
    """What a wish to make a video says of its captions: "with large yellow captions"."""
    from wavereel.agent.wishes.captions import caption_wish

    place = next(number for number, token in enumerate(frame.tokens) if token.says("obj", "caption", "caption_word"))
    start, end = place, place + 1
    while start and not (
        frame.tokens[start - 1].says("obj")
        or frame.tokens[start - 1].says("with")
        or frame.tokens[start - 1].says("and")
    ):
        start -= 1
    while end < len(frame.tokens) and not (
        frame.tokens[end].says("obj") or frame.tokens[end].says("with") or frame.tokens[end].says("and")
    ):
        end += 1
    about = frame.with_tokens(
        token for token in frame.tokens[start:end] if not token.says("act") or token.says("dir") or token.says("look")
    )
    about.acts_before = ()
    if not (about.has("look") or about.has("dir") or about.has("place") or about.values("color", "percent", "pixels")):
        return False
    try:
        return caption_wish(about, bench)
    except EditError as error:
        if error.reason != "same_already":
            raise
        return False


def _color_under(frame: Frame) -> str:
    """The colour that things are to stand on: "a ring on pure black"; empty where none is said so."""
    for place, token in enumerate(frame.tokens):
        before = [one.text for one in frame.tokens[max(0, place - 3) : place]]
        if token.is_value("color") and {"on", "over", "against"} & set(before) and not frame.names("background"):
            return str(token.amount("color"))
    return ""


def _part_waveform(frame: Frame, bench: Bench, named: list[str]) -> bool:
    style = next(
        (
            style
            for token in frame.tokens
            for style in token.all("style")
            if not (token.says("obj") and not token.says("obj", "waveform"))
        ),
        None,
    )
    colors = named if not any(part == "background" for part in frame.all("obj")) else []
    if not bench.there("waveform"):
        from wavereel.timeline.edits.waveform import AddWaveform

        bench.make(AddWaveform, focus="waveform", style=style)
        return True
    if style or colors:
        return _soft(bench, SetWaveform, style=style, color=colors[0] if colors else None, focus="waveform")
    return False


def _part_background(frame: Frame, bench: Bench) -> bool:
    fit = "blur" if frame.acts("blur") else None
    if frame.has("pattern") or frame.files:
        from wavereel.agent.wishes.background import background_wish

        files = [
            name
            for name in frame.files
            if (entry := bench.entry(name)) and entry.get("file_type") in ("image", "video")
        ]
        if frame.has("pattern") or files:
            return background_wish(frame, bench)
    entry = chosen_picture(bench, frame, ("image",))
    if entry is not None:
        return _soft(bench, SetBackgroundMedia, file=str(entry["file_id"]), fit=fit, focus="background")
    if "picture" in frame.all("obj") or "cover" in frame.all("obj"):
        return _soft(bench, UseCoverAsBackground, fit=fit, focus="background")
    return False


def _soft(bench: Bench, kind: type[Edit], focus: str | None = None, **fields: Any) -> bool:
    """Does an edit; that it is so already is no failure in a wish to make a video."""
    try:
        bench.make(kind, focus=focus, **fields)
    except EditError as error:
        if error.reason != "same_already":
            raise
        return False
    return True
