"""Wishes that their verb or their object settles, whatever part they name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.joining import is_range_like, is_silent_edge
from wavereel.agent.wishes.background import background_wish, file_by_words
from wavereel.agent.wishes.captions import profanity_wish, replace_wish
from wavereel.agent.wishes.common import ROLE_OF, TEXT_PARTS
from wavereel.agent.wishes.fades import FADING_HINTS, fade_wish
from wavereel.agent.wishes.lengths import length_wish
from wavereel.agent.wishes.pauses import filler_wish, quotes_fillers, silence_wish
from wavereel.agent.wishes.sound import duck_wish, ducks, effect_wish, music_wish, speed_wish
from wavereel.agent.wishes.subject import subject_of_focus
from wavereel.agent.wishes.times import asks_cut, cut_wish, duplicate_wish, move_wish, split_wish
from wavereel.agent.wishes.volume import lifts_mute, volume_wish
from wavereel.agent.wishes.waveform import waveform_wish
from wavereel.agent.wordings import spoken
from wavereel.timeline.edits.sound import Mute

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

_WHOLE = ("", "sound", "voice", "video", "main", "timeline", "canvas", "speed")

_REPEATABLE = (*_WHOLE, *TEXT_PARTS, "bgm", "music", "logo", "sfx", "picture")
"""Parts that may be there once more."""

_SILENT = ("静音", "silence", "silences", "silent")


def settled_wish(frame: Frame, bench: Bench, part: str) -> bool | None:
    """Does a wish that its verb or its object settles; `None` where none does.

    Args:
        frame: The wish.
        bench: Takes the edits.
        part: The part that it names, `""` where none.
    """
    for settle in (_of_whole_sound, _of_silence, _of_wordings, _of_picture_behind):
        did = settle(frame, bench, part)
        if did is not None:
            return did
    if frame.files and _is_sound_file(frame, bench, part):
        return _sound_file(frame, bench)
    return _of_time(frame, bench, part)


def _of_whole_sound(frame: Frame, bench: Bench, part: str) -> bool | None:
    """A waveform that is to follow the sound, and the sound of a video that is to go."""
    if _follows_sound(frame, bench, part):
        return waveform_wish(frame, bench)
    if (
        (frame.acts("remove") or frame.has("off", "off"))
        and frame.names("sound", "voice")
        and frame.names("main", "video")
        and bench.there("main")
        and not frame.values("span", "duration", "clock")
    ):
        bench.make(Mute, target="voice" if bench.there("voice") else "main", muted=True)
        return True
    return None


def _follows_sound(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether the waveform is to follow the sound, or otherwise than it does."""
    if not frame.acts("follow") or not bench.there("waveform"):
        return False
    if part == "waveform" or frame.subject == "waveform" or frame.names("waveform"):
        return True
    return not part and frame.has("dir", "faster", "slower", "smoother", "snappier")


def _of_silence(frame: Frame, bench: Bench, part: str) -> bool | None:
    """Silences that are to be cut; a part that is to be silent is muted."""
    silences = part == "silence" or frame.names("silence")
    gone = frame.acts("remove", "cut")
    if silences and frame.acts("mute") and not gone and frame.names("voice", "music", "sound", "main", "video"):
        if part == "silence":
            return volume_wish(frame, bench, next((other for other in frame.parts if other != "silence"), ""))
        silences = False
    if gone and not lifts_mute(frame) and any(token.text in _SILENT for token in frame.tokens):
        silences = True
    if silences and gone and is_silent_edge(frame):
        return cut_wish(frame, bench, "")
    return silence_wish(frame, bench) if silences and not frame.acts("blur", "fit") else None


def _of_wordings(frame: Frame, bench: Bench, part: str) -> bool | None:
    """Fillers, swearing, and one wording for another."""
    if (
        part == "filler"
        or (not part and frame.acts("cut", "remove") and quotes_fillers(frame))
        or (frame.names("filler") and frame.acts("remove", "cut", "tidy"))
    ):
        return filler_wish(frame, bench)
    masks = frame.acts("mask") and not (frame.acts("mute") and part)
    if part == "profanity" or (masks and part in ("", "caption", "caption_word", "sound", "voice")):
        return profanity_wish(frame, bench)
    replaces = len(frame.quotes) >= 2 and frame.acts("replace") and part not in (*TEXT_PARTS, "background")
    if part == "glossary" or replaces or _rewords(frame, bench, part):
        return replace_wish(frame, bench)
    return None


def _of_picture_behind(frame: Frame, bench: Bench, part: str) -> bool | None:
    """A picture or a video at hand that is to lie behind everything."""
    if (
        frame.has("place", "behind")
        and not frame.files
        and part in ("", "text", "title", "caption")
        and file_by_words(bench, frame, ("image", "video")) is not None
    ):
        return background_wish(replace(frame, also=("background",)), bench)
    return None


def _of_time(frame: Frame, bench: Bench, part: str) -> bool | None:
    """What is split, faded, cut, repeated, moved, given a length or another speed."""
    if frame.acts("split") and split_wish(frame, bench, part):
        return True
    if frame.acts("fade") and not frame.has("attr", "gradient") and _is_sound_fade(frame, bench, part):
        return fade_wish(frame, bench, part)
    if ducks(frame) and bench.there("bgm") and part in ("", "voice", "sound") and not frame.values("span", "clock"):
        return duck_wish(frame, bench)
    cuts = asks_cut(frame, part) and _is_timed(frame) and not frame.quotes and not _stays(frame, part)
    if (cuts and cut_wish(frame, bench, part)) or length_wish(frame, bench, part):
        return True
    if _repeats(frame) and part in _REPEATABLE and duplicate_wish(frame, bench, part):
        return True
    if (frame.acts("order") or _moves(frame, bench, part)) and move_wish(frame, bench, part):
        return True
    return speed_wish(frame, bench) if _is_speed(frame, part, bench) else None


def _moves(frame: Frame, bench: Bench, part: str) -> bool:
    """Whether a stretch of the sound, or an effect, is to be at another time."""
    if not frame.acts("move") or frame.files:
        return False
    if not part:
        return is_range_like(frame)
    return part in ("sound", "voice", "main", "video") or (part == "sfx" and bench.there("sfx"))


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
