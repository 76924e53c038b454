"""Which part of the timeline a wish is about, and who does it: by its part, by its verb, by its predicate alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.joining import is_range_like, is_silent_edge
from wavereel.agent.turn import Choice
from wavereel.agent.wishes.background import background_wish, file_by_words
from wavereel.agent.wishes.canvas import canvas_wish, loudness_wish, theme_wish
from wavereel.agent.wishes.captions import caption_wish, profanity_wish, replace_wish
from wavereel.agent.wishes.common import ROLE_OF, TEXT_PARTS, Asked
from wavereel.agent.wishes.fades import FADING_HINTS, fade_wish
from wavereel.agent.wishes.lengths import length_wish
from wavereel.agent.wishes.pauses import filler_wish, quotes_fillers, silence_wish
from wavereel.agent.wishes.pictures import overlay_wish, progress_wish, transition_wish, video_wish, zoom_wish
from wavereel.agent.wishes.sound import duck_wish, ducks, effect_wish, music_wish, speed_wish
from wavereel.agent.wishes.subject import subject_of_focus
from wavereel.agent.wishes.times import asks_cut, cut_wish, duplicate_wish, move_wish, split_wish
from wavereel.agent.wishes.volume import lifts_mute, volume_wish
from wavereel.agent.wishes.waveform import waveform_wish
from wavereel.agent.wishes.words import text_part, text_wish
from wavereel.agent.wordings import spoken
from wavereel.timeline.edits.sound import Mute
from wavereel.timeline.names import part_name

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

Handler = Callable[["Frame", "Bench"], bool]

_SOUND_WORDS = ("sound", "voice", "music", "sfx", "loudness")
_WHOLE = ("", "sound", "voice", "video", "main", "timeline", "canvas", "speed")


def by_part(frame: Frame, bench: Bench, part: str) -> bool:
    early = _whole_acts(frame, bench, part)
    if early is not None:
        return early
    if part:
        if _part_wish(frame, bench, part):
            return True
        return _by_predicate(frame, bench, part)
    if _by_clear_predicate(frame, bench):
        return True
    if frame.subject and _part_wish(frame, bench, frame.subject):
        return True
    return _by_predicate(frame, bench, part)


def _whole_acts(frame: Frame, bench: Bench, part: str) -> bool | None:
    """Wishes that their verb or their object settles; `None` where none does."""
    if (
        frame.acts("follow")
        and not part
        and frame.has("dir", "faster", "slower", "smoother", "snappier")
        and bench.there("waveform")
    ):
        return waveform_wish(frame, bench)
    if (
        frame.acts("follow")
        and bench.there("waveform")
        and (part == "waveform" or frame.subject == "waveform" or frame.names("waveform"))
    ):
        return waveform_wish(frame, bench)
    gone = frame.acts("remove") or frame.has("off", "off")
    if (
        gone
        and frame.names("sound", "voice")
        and frame.names("main", "video")
        and bench.there("main")
        and not frame.values("span", "duration", "clock")
    ):
        bench.make(Mute, target="voice" if bench.there("voice") else "main", muted=True)
        return True
    silences = part == "silence" or frame.names("silence")
    if (
        silences
        and frame.acts("mute")
        and not frame.acts("remove", "cut")
        and frame.names("voice", "music", "sound", "main", "video")
    ):
        silences = False
        if part == "silence":
            return volume_wish(frame, bench, next((other for other in frame.parts if other != "silence"), ""))
    if (
        frame.acts("remove", "cut")
        and not lifts_mute(frame)
        and any(token.text in ("静音", "silence", "silences", "silent") for token in frame.tokens)
    ):
        silences = True
    if silences and frame.acts("remove", "cut") and is_silent_edge(frame):
        return cut_wish(frame, bench, "")
    if silences and not frame.acts("blur", "fit"):
        return silence_wish(frame, bench)
    if (
        part == "filler"
        or (not part and frame.acts("cut", "remove") and quotes_fillers(frame))
        or (frame.names("filler") and frame.acts("remove", "cut", "tidy"))
    ):
        return filler_wish(frame, bench)
    masks = frame.acts("mask") and not (frame.acts("mute") and part)
    if part == "profanity" or (masks and part in ("", "caption", "caption_word", "sound", "voice")):
        return profanity_wish(frame, bench)
    if part == "glossary" or (
        len(frame.quotes) >= 2 and frame.acts("replace") and part not in TEXT_PARTS and part != "background"
    ):
        return replace_wish(frame, bench)
    if _rewords(frame, bench, part):
        return replace_wish(frame, bench)
    if (
        frame.has("place", "behind")
        and not frame.files
        and part in ("", "text", "title", "caption")
        and file_by_words(bench, frame, ("image", "video")) is not None
    ):
        return background_wish(replace(frame, also=("background",)), bench)
    if frame.files and _is_sound_file(frame, bench, part):
        return _sound_file(frame, bench)
    if frame.acts("split") and split_wish(frame, bench, part):
        return True
    if frame.acts("fade") and not frame.has("attr", "gradient") and _is_sound_fade(frame, bench, part):
        return fade_wish(frame, bench, part)
    if ducks(frame) and bench.there("bgm") and part in ("", "voice", "sound") and not frame.values("span", "clock"):
        return duck_wish(frame, bench)
    if (
        asks_cut(frame, part)
        and _is_timed(frame)
        and not frame.quotes
        and not _stays(frame, part)
        and cut_wish(frame, bench, part)
    ):
        return True
    if length_wish(frame, bench, part):
        return True
    if (
        _repeats(frame)
        and part in (*_WHOLE, *TEXT_PARTS, "bgm", "music", "logo", "sfx", "picture")
        and duplicate_wish(frame, bench, part)
    ):
        return True
    moves = (
        frame.acts("move")
        and not frame.files
        and (
            part in ("sound", "voice", "main", "video")
            or (part == "sfx" and bench.there("sfx") and not frame.files)
            or (not part and is_range_like(frame))
        )
    )
    if (frame.acts("order") or moves) and move_wish(frame, bench, part):
        return True
    if _is_speed(frame, part, bench):
        return speed_wish(frame, bench)
    return None


def _rewords(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether one wording of the captions is to be another: "change every “printer” to “plotter”"."""
    if part or len(frame.quotes) != 2 or not frame.acts("set") or not (frame.has("to") or frame.has("into")):
        return False
    return spoken(bench.timeline).in_captions(frame.quotes[0])


def _is_sound_file(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether a sound at hand is named that is to be heard beside what is there already."""
    entry = bench.entry(frame.files[0])
    if (
        entry is None
        or entry.get("file_type") != "audio"
        or not bench.sound_part
        or frame.acts("join", "next", "same", "replace")
    ):
        return False
    return (
        part in ("", "sound", "voice", "sfx", "music", "background") or frame.has("when")
    ) and f"asset://{entry.get('file_id')}" not in bench.placed_sources()


def _sound_file(frame: Frame, bench: Bench) -> bool | None:
    """An effect where a moment is named, music where it is to lie under the rest."""
    timed = any(span.kind in ("at", "end", "start") for span in frame.values("span")) or bool(
        frame.values("clock", "duration")
    )
    under = (
        frame.has("place", "bottom", "behind")
        or frame.acts("loop")
        or frame.names("background", "music")
        or frame.acts("duck")
    )
    if frame.names("sfx") or (timed and not under):
        return effect_wish(frame, bench)
    if under or frame.acts("add", "set"):
        return music_wish(frame, bench)
    return None


def _repeats(frame: Frame) -> bool:
    """Whether something is to be there once more: "copy the title", "play the first 5 seconds twice"."""
    if frame.acts("duplicate"):
        return True
    again = frame.acts("loop") or any(token.text in ("twice", "两遍", "两次") for token in frame.tokens)
    return again and is_range_like(frame) and not frame.names("music")


def _stays(frame: Frame, part: str) -> bool:
    """Whether a text is kept on screen, or goes, at some time: nothing is cut."""
    if part in TEXT_PARTS and any(span.kind == "whole" for span in frame.values("span")):
        return True
    if (
        part in TEXT_PARTS
        and frame.has("to")
        and not is_range_like(frame)
        and frame.values("duration")
        and frame.acts("cut")
    ):
        return True
    return part in TEXT_PARTS and (frame.has("gone") or (frame.acts("keep") and not frame.acts("cut", "remove")))


def _is_timed(frame: Frame) -> bool:
    kinds = [span.kind for span in frame.values("span")]
    if any(kind not in ("start", "end", "whole", "for", "at") for kind in kinds):
        return True
    return (
        bool(frame.values("duration", "clock"))
        or (bool(kinds) and bool(frame.values("duration")))
        or ("for" in kinds and frame.acts("keep", "cut"))
    )


def _is_sound_fade(frame: Frame, bench: Bench, part: str) -> bool:
    if part in (
        *TEXT_PARTS,
        "caption",
        "logo",
        "cover",
        "picture",
        "overlay",
        "waveform",
        "progress",
        "zoom",
        "transition",
        "speed",
    ):
        return False
    hints = all(token.text in FADING_HINTS for token in frame.tokens if token.says("act", "fade"))
    if hints and (
        part not in ("music", "voice", "sfx", "sound")
        or frame.acts("zoom", "speed", "remove", "cut")
        or frame.has("dir", "faster", "slower")
    ):
        return False
    if part in ("background", "main", "video") and not frame.names("black") and frame.values("color"):
        return False
    if part:
        return True
    subject = frame.subject
    return subject not in (*TEXT_PARTS, "logo", "cover", "picture") or not bench.there(ROLE_OF.get(subject, subject))


def _is_speed(frame: Frame, part: str, bench: Bench) -> bool:
    if part not in _WHOLE and part != "silence":
        return False
    if ((frame.has("attr", "bpm") and part != "speed") or frame.values("bpm")) and bench.there("bgm"):
        return False
    if part == "speed" or frame.acts("speed"):
        return True
    wavy = frame.subject == "waveform" and frame.has("dir", "smoother", "snappier")
    if frame.has("dir", "faster", "slower") and not wavy:
        return not (not part and subject_of_focus(bench) == "music" and frame.subject == "music")
    factor = not frame.has("attr", "count") and any(
        token.is_value("factor") and (token.text.endswith(("x", "×", "倍速", "倍")) or token.text.startswith("x"))
        for token in frame.tokens
    )
    if (
        factor
        and not part
        and frame.subject in ("", "voice", "speed", "sound", "video", "silence", "filler", "loudness")
        and set(frame.all("dir")) <= {"more", "up"}
    ):
        return True
    return (
        factor
        and part in ("sound", "voice", "video", "main")
        and not frame.has("attr", "volume")
        and not frame.has("dir", "louder", "quieter", "bigger", "smaller")
    )


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
            if frame.names("canvas") and (frame.has("ratio") or frame.values("ratio", "size")):
                canvas_wish(frame, bench)
            if zooms(frame) and not frame.files:
                return zoom_wish(frame, bench)
            if frame.acts("add") and not frame.files and frame.has("mood", "jazz", "acoustic", "lofi"):
                return music_wish(frame, bench)
            return background_wish(frame, bench)
        case "music" | "bgm":
            return music_wish(frame, bench)
        case "loudness":
            return loudness_wish(frame, bench) or volume_wish(frame, bench, part)
        case "voice" | "sound" | "audio":
            compares = any(
                token.text in ("compared to", "compared with", "relative to", "than", "比") for token in frame.tokens
            )
            if (frame.names("music") and not (part == "voice" and compares)) or (
                frame.has("mood") and frame.acts("add", "set") and part != "voice"
            ):
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
        case "logo" | "cover" | "overlay" | "avatar":
            return _picture(frame, bench, part)
        case "picture":
            return _picture(frame, bench, part)
        case "progress":
            return progress_wish(frame, bench)
        case "zoom":
            return zoom_wish(frame, bench)
        case "transition":
            return video_wish(frame, bench) if frame.files else transition_wish(frame, bench)
        case "main" | "video":
            return _video(frame, bench, part)
        case "theme":
            if frame.names("background") and not frame.has("theme"):
                return background_wish(frame, bench)
            return theme_wish(frame, bench) or canvas_wish(frame, bench)
        case "canvas" | "timeline":
            return canvas_wish(frame, bench) or theme_wish(frame, bench)
        case "black":
            return fade_wish(frame, bench, "main")
        case _:
            return False


def _removed(frame: Frame, bench: Bench, role: str) -> bool:
    from wavereel.timeline.edits.removing import Remove

    if not frame.acts("remove"):
        return False
    bench.make(Remove, target=role, focus="")
    return True


def _text(frame: Frame, bench: Bench, part: str) -> bool:
    """Words on screen; "the text" is what is there, or was touched last, and "the title" the only text of a plain draft."""
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
    if (
        part == "main"
        or bench.there("main")
        or frame.files
        or frame.acts("rotate", "crop")
        or (
            frame.has("into")
            or (any(token.text in ("my", "我的") for token in frame.tokens) and bench.at_hand("video", unplaced=True))
        )
    ):
        if video_wish(frame, bench):
            return True
    return theme_wish(frame, bench) or loudness_wish(frame, bench) or volume_wish(frame, bench, "sound")


def _by_clear_predicate(frame: Frame, bench: Bench) -> bool:
    """Wishes without a part whose predicate belongs to one part only."""
    if loudness_wish(frame, bench) if (frame.values("lufs") or frame.acts("normalize")) else False:
        return True
    ground = frame.has("place", "behind") and not frame.files and not frame.quotes
    if (
        ground
        and (frame.values("color") or frame.has("pattern") or frame.has("attr", "gradient"))
        and background_wish(frame, bench)
    ):
        return True
    if (
        frame.has("res")
        or frame.has("platform")
        or frame.values("ratio", "size", "resolution", "fps")
        or frame.has("ratio")
    ):
        if canvas_wish(frame, bench):
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
        and frame.subject not in ("caption",)
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
    if frame.files and _file_wish(frame, bench):
        return True
    return False


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
    counts = frame.has("attr", "count") and frame.has_predicate and not part
    if (
        (
            counts
            or frame.has("style")
            or (
                frame.has("dir", "more", "fewer", "smoother", "snappier")
                and part in ("", "waveform")
                and (part or frame.subject == "waveform" or not frame.unknown_words)
            )
            or frame.values("count")
        )
        and bench.there("waveform")
        and waveform_wish(frame, bench)
    ):
        return True
    if (
        frame.quotes
        and (frame.acts("add", "rename", "set", "animate", "length") or not frame.own_acts)
        and part in ("", "video", "sound", "timeline", "canvas")
    ):
        return text_wish(frame, bench, "title" if not frame.acts("replace") else "text")
    if frame.acts("mute", "unmute") or frame.has("dir", "louder", "quieter") or frame.values("decibel"):
        sounding = (
            frame.values("decibel")
            or not frame.has("dir", "bigger", "smaller", "taller", "flatter", "more", "fewer", "up", "down")
            or part in _SOUND_WORDS
        )
        if sounding and volume_wish(frame, bench, part if part in _SOUND_WORDS else ""):
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
