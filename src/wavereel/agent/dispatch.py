"""Which part of the timeline a wish is about, and who does it: by its part, by its verb, by its predicate alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wavereel.agent.settled import settled_wish
from wavereel.agent.turn import Choice
from wavereel.agent.wishes.background import background_wish
from wavereel.agent.wishes.canvas import canvas_wish, loudness_wish, theme_wish
from wavereel.agent.wishes.captions import caption_wish
from wavereel.agent.wishes.common import TEXT_PARTS, Asked
from wavereel.agent.wishes.fades import fade_wish
from wavereel.agent.wishes.pictures import overlay_wish, progress_wish, transition_wish, video_wish, zoom_wish
from wavereel.agent.wishes.sound import duck_wish, ducks, effect_wish, music_wish
from wavereel.agent.wishes.subject import subject_of_focus
from wavereel.agent.wishes.volume import volume_wish
from wavereel.agent.wishes.waveform import waveform_wish
from wavereel.agent.wishes.words import text_part, text_wish
from wavereel.timeline.names import part_name

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

_COMPARES = ("compared to", "compared with", "relative to", "than", "比")
_SOUND_WORDS = ("sound", "voice", "music", "sfx", "loudness")


def by_part(frame: Frame, bench: Bench, part: str) -> bool:
    """Does a wish about a part, `""` where it names none; `False` where it was not understood."""
    early = settled_wish(frame, bench, part)
    if early is not None:
        return early
    if part == "cta" and frame.names("black") and not bench.there("cta"):
        part = "black"  # 结尾画面渐渐变黑
    if part:
        if _part_wish(frame, bench, part):
            return True
        return _by_predicate(frame, bench, part)
    if _by_clear_predicate(frame, bench):
        return True
    if frame.subject and _part_wish(frame, bench, frame.subject):
        return True
    return _by_predicate(frame, bench, part)


def _part_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """What is wished of a part that is named, or that was spoken of before."""
    match part:
        case "waveform":
            return waveform_wish(frame, bench)
        case "caption" | "caption_word":
            return caption_wish(frame, bench)
        case "title" | "lower_third" | "chapter" | "cta" | "text":
            return _text(frame, bench, part)
        case "background":
            return _background(frame, bench)
        case "logo" | "cover" | "overlay" | "avatar" | "picture":
            return _picture(frame, bench, part)
        case "progress":
            return progress_wish(frame, bench)
        case "zoom":
            return zoom_wish(frame, bench)
        case "transition":
            return video_wish(frame, bench) if frame.files else transition_wish(frame, bench)
        case "main" | "video":
            return _video(frame, bench, part)
        case "theme" if frame.names("background") and not frame.has("theme"):
            return background_wish(frame, bench)
        case "theme":
            return theme_wish(frame, bench) or canvas_wish(frame, bench)
        case "canvas" | "timeline":
            return canvas_wish(frame, bench) or theme_wish(frame, bench)
        case "black":
            return fade_wish(frame, bench, "main")
        case _:
            return _heard(frame, bench, part)


def _heard(frame: Frame, bench: Bench, part: str) -> bool:
    """What is wished of what is heard."""
    match part:
        case "music" | "bgm":
            return music_wish(frame, bench)
        case "loudness":
            return loudness_wish(frame, bench) or volume_wish(frame, bench, part)
        case "voice" | "sound" | "audio":
            if _is_of_music(frame, part):
                return music_wish(frame, bench)
            return (
                loudness_wish(frame, bench)
                or volume_wish(frame, bench, part)
                or (frame.has("mood") and music_wish(frame, bench))
            )
        case "sfx":
            return effect_wish(frame, bench) or volume_wish(frame, bench, part) or _removed(frame, bench, "sfx")
        case "ducking":
            return duck_wish(frame, bench)
        case _:
            return False


def _is_of_music(frame: Frame, part: str) -> bool:
    """Whether music is meant where a sound is named: "add a calm sound", "the music under the voice"."""
    compares = any(token.text in _COMPARES for token in frame.tokens)
    if frame.names("music") and not (part == "voice" and compares):
        return True
    return frame.has("mood") and frame.acts("add", "set") and part != "voice"


def _background(frame: Frame, bench: Bench) -> bool:
    """What lies behind everything, moves slowly, or is heard in the background."""
    if frame.names("canvas") and (frame.has("ratio") or frame.values("ratio", "size")):
        canvas_wish(frame, bench)
    if zooms(frame) and not frame.files and not frame.acts("blur"):
        return zoom_wish(frame, bench)
    if frame.acts("add") and not frame.files and frame.has("mood", "jazz", "acoustic", "lofi"):
        return music_wish(frame, bench)
    return background_wish(frame, bench)


def _removed(frame: Frame, bench: Bench, role: str) -> bool:
    from wavereel.timeline.edits.removing import Remove

    if not frame.acts("remove"):
        return False
    bench.make(Remove, target=role, focus="")
    return True


def _text(frame: Frame, bench: Bench, part: str) -> bool:
    """Words on screen; "the text" is what is there, or was touched last, and "the title" a draft's only text."""
    if part == "title" and not frame.quotes and not bench.there("title") and len(bench.spots("text")) == 1:
        return text_wish(frame, bench, "text")
    if part == "text" and not frame.quotes and not bench.there("text"):
        there = [role for role in (*TEXT_PARTS, "caption") if bench.there(role) and role not in bench.kept]
        focused = subject_of_focus(bench)
        known = focused if focused in there else there[0] if len(there) == 1 else ""
        if (frame.has("pron", "all") or frame.has("rest")) and there:
            did = [_part_wish(frame, bench, role) for role in there if role not in bench.kept]
            return any(did)
        if known:
            return _part_wish(frame, bench, known)
        if len(there) > 1 and (frame.has_predicate or frame.acts("remove", "hide")):
            if "text" in bench.picked:
                return _part_wish(frame, bench, bench.picked["text"])
            raise _ask_part(frame, bench, there)
    part = part if part in TEXT_PARTS and part != "text" else text_part(frame, bench) or part
    return text_wish(frame, bench, part)


def _picture(frame: Frame, bench: Bench, part: str) -> bool:
    """A picture is a background where it is to fill everything, else something that lies on it."""
    timed = bool(frame.values("span", "clock", "duration")) and any(
        span.kind != "whole" for span in frame.values("span")
    )
    ground = frame.names("background") or frame.has("place", "behind") or (fills(frame) and not timed)
    if ground and not frame.files and part != "logo":
        return background_wish(frame, bench)
    if ground and frame.names("background"):
        return background_wish(frame, bench)
    if part == "cover" and frame.acts("blur") and not frame.names("logo"):
        return background_wish(frame, bench)
    if zooms(frame):
        return zoom_wish(frame, bench)
    return overlay_wish(frame, bench, part)


def fills(frame: Frame) -> bool:
    """Whether something is to fill the whole picture, in a word that is not the cover's."""
    return any(token.says("fit", "cover") and not token.says("obj") for token in frame.tokens)


def zooms(frame: Frame) -> bool:
    """Whether a slow zoom is wished."""
    return frame.names("zoom") or (frame.acts("zoom") and not frame.has("anim"))


def _video(frame: Frame, bench: Bench, part: str) -> bool:
    if frame.acts("mute", "unmute") or (
        frame.has("dir", "louder", "quieter") and not frame.has("dir", "bigger", "smaller")
    ):
        return volume_wish(frame, bench, "main" if bench.there("main") else "sound")
    if frame.names("background") and not frame.files:
        return background_wish(frame, bench)
    if canvas_wish(frame, bench):
        return True
    if zooms(frame):
        return zoom_wish(frame, bench)
    if _is_of_film(frame, bench, part) and video_wish(frame, bench):
        return True
    return theme_wish(frame, bench) or loudness_wish(frame, bench) or volume_wish(frame, bench, "sound")


def _is_of_film(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether "the video" is one that was filmed, there or at hand, and not what is being made."""
    if part == "main" or bench.there("main") or frame.files or frame.acts("rotate", "crop") or frame.has("into"):
        return True
    owned = any(token.text in ("my", "我的") for token in frame.tokens)
    return owned and bool(bench.at_hand("video", unplaced=True))


def _by_clear_predicate(frame: Frame, bench: Bench) -> bool:
    """Wishes without a part whose predicate belongs to one part only."""
    if (frame.values("lufs") or frame.acts("normalize")) and loudness_wish(frame, bench):
        return True
    ground = frame.has("place", "behind") and not frame.files and not frame.quotes
    if (
        ground
        and (frame.values("color") or frame.has("pattern") or frame.has("attr", "gradient"))
        and background_wish(frame, bench)
    ):
        return True
    shaped = any(frame.has(kind) for kind in ("res", "platform", "ratio"))
    if (shaped or frame.values("ratio", "size", "resolution", "fps")) and canvas_wish(frame, bench):
        theme_wish(frame, bench)
        return True
    if frame.has("theme") and not frame.values("color") and theme_wish(frame, bench):
        return True
    if frame.quotes and frame.has("attr", "style") and theme_wish(frame, bench):
        return True
    wavy = frame.has("style") and frame.subject not in ("progress", "cover", "logo", "picture")
    if wavy and bench.there("waveform") and not frame.has("anim") and waveform_wish(frame, bench):
        return True
    if ducks(frame) and bench.there("bgm"):
        return duck_wish(frame, bench)
    if (frame.values("bpm") or frame.has("attr", "bpm")) and bench.there("bgm") and music_wish(frame, bench):
        return True
    if frame.has("mood") and bench.there("bgm") and frame.has("dir", "louder", "quieter") and music_wish(frame, bench):
        return True
    if (
        frame.has("mood")
        and set(frame.all("dir")) <= {"more", "fewer", "bigger", "smaller", "up", "smoother"}
        and frame.subject != "caption"
        and music_wish(frame, bench)
    ):
        return True
    if frame.files and frame.has("look") and _file_wish(frame, bench):
        return True
    if (
        frame.acts("highlight")
        or (frame.has("attr", "highlight") and bench.there("caption"))
        or (frame.has("look") and not frame.has("fit") and not _names_motion(frame) and not _is_plain_word(frame))
    ):
        return caption_wish(frame, bench)
    return bool(frame.files and _file_wish(frame, bench))


def _is_plain_word(frame: Frame) -> bool:
    """Whether "simple" or "low-key" is said of something else than words on screen."""
    return frame.subject in ("music", "bgm", "voice", "sound", "background", "logo") and set(frame.all("look")) <= {
        "minimal",
        "classic",
    }


def _names_motion(frame: Frame) -> bool:
    return frame.has("anim") and frame.subject in (*TEXT_PARTS, "logo")


def _file_wish(frame: Frame, bench: Bench) -> bool:
    """A file that is named and no part: a picture lies in the background, a sound is music or the next file."""
    entry = bench.entry(frame.files[0])
    if entry is None:
        from wavereel.timeline.reasons import cannot

        raise cannot("no_file", name=frame.files[0], hint="send the file")
    kind = entry.get("file_type")
    if kind == "image":
        stem = str(entry.get("filename", "")).casefold()
        if "logo" in stem:
            return overlay_wish(frame, bench, "logo")
        if frame.values("span", "duration", "clock") or (frame.has("place") and not frame.has("place", "behind")):
            return overlay_wish(frame, bench, "picture")
        return background_wish(frame, bench)
    if kind == "video":
        return (
            background_wish(frame, bench)
            if frame.has("place", "behind") and not frame.acts("join")
            else video_wish(frame, bench)
        )
    if not bench.sound_part:
        from wavereel.agent.wishes.whole import build

        build(frame, bench)
        return True
    return music_wish(frame, bench) if frame.acts("add") else False


def _by_predicate(frame: Frame, bench: Bench, part: str) -> bool:
    """What is left: by predicate alone, in the order in which it is most likely meant."""
    if canvas_wish(frame, bench) or (
        frame.has("theme")
        and part in ("", "theme", "video", "timeline", "text", "picture")
        and theme_wish(frame, bench)
    ):
        return True
    if frame.has("pattern") and part in ("", "picture", "video") and background_wish(frame, bench):
        return True
    if frame.acts("blur", "fit") or frame.has("fit"):
        if bench.there("main") and video_wish(frame, bench):
            return True
        if background_wish(frame, bench):
            return True
    if zooms(frame):
        return zoom_wish(frame, bench)
    if frame.acts("rotate", "crop") and not part and bench.there("main") and video_wish(frame, bench):
        return True
    if frame.has("trans") and not part and not frame.acts("fade") and (len(bench.spots("main")) > 1 or frame.files):
        return video_wish(frame, bench) if frame.files else transition_wish(frame, bench)
    if frame.has("attr", "gradient") and not part and background_wish(frame, bench):
        return True
    if bench.there("waveform") and _is_wavy(frame, part) and waveform_wish(frame, bench):
        return True
    if (
        frame.quotes
        and (frame.acts("add", "rename", "set", "animate", "length") or not frame.own_acts)
        and part in ("", "video", "sound", "timeline", "canvas")
    ):
        return text_wish(frame, bench, "title" if not frame.acts("replace") else "text")
    if _is_of_loudness(frame, part) and volume_wish(frame, bench, part if part in _SOUND_WORDS else ""):
        return True
    if frame.acts("fade") and bench.sound_part:
        return fade_wish(frame, bench, part)
    if (
        not part
        and frame.has("place", "behind")
        and frame.acts("add", "move", "set")
        and frame.unknown_words
        and background_wish(frame, bench)
    ):
        return True
    if not part and (frame.has_predicate or frame.acts("remove", "hide", "mute")) and not frame.quotes:
        return _of_unnamed(frame, bench)
    return False


def _is_of_loudness(frame: Frame, part: str) -> bool:
    """Whether its predicate is one of loudness, and of no size."""
    if frame.values("decibel"):
        return True
    if not (frame.acts("mute", "unmute") or frame.has("dir", "louder", "quieter")):
        return False
    sized = frame.has("dir", "bigger", "smaller", "taller", "flatter", "more", "fewer", "up", "down")
    return part in _SOUND_WORDS or not sized


def _is_wavy(frame: Frame, part: str) -> bool:
    """Whether its predicate is one that the waveform takes: bars, their number, how they move."""
    if (frame.has("attr", "count") and frame.has_predicate and not part) or frame.has("style") or frame.values("count"):
        return True
    moves = part in ("", "waveform") and frame.has("dir", "more", "fewer", "smoother", "snappier")
    return moves and (bool(part) or frame.subject == "waveform" or not frame.unknown_words)


def _of_unnamed(frame: Frame, bench: Bench) -> bool:
    """A wish that names nothing: of what was touched last it was tried already, so what it may be about is asked."""
    if "text" in bench.picked:
        return _part_wish(frame, bench, bench.picked["text"])
    if frame.values("color") or frame.has("dir", "bigger", "smaller", "up", "down", "bolder") or frame.has("place"):
        parts = [
            role for role in ("title", "caption", "waveform", "background", "logo", "progress") if bench.there(role)
        ]
        if frame.has("dir") or frame.has("place"):
            parts = [role for role in parts if role != "background"]
        if len(parts) == 1:
            return _part_wish(frame, bench, parts[0])
        if frame.values("color") and frame.has("pron", "all") and not frame.has("dir") and not frame.has("place"):
            did = [_part_wish(frame, bench, role) for role in parts if role not in (*bench.kept, "background", "logo")]
            return any(did)
        if parts and not frame.unknown_words:
            raise _ask_part(frame, bench, parts)
    return False


def _ask_part(frame: Frame, bench: Bench, roles: list[str]) -> Asked:
    def pick(role: str) -> Callable[[Bench], None]:
        def act(later: Bench) -> None:
            later.picked = {"text": role}
            _part_wish(frame, later, role)

        return act

    choices = [
        Choice(part_name(role, bench.lang), (part_name(role, "en"), part_name(role, "zh"), role), pick(role))
        for role in roles
    ]
    bench.ask("What do you mean?", "你指的是哪一个？", choices)
    return Asked()
