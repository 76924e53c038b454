"""Wishes about what is heard: music, effects, fades, speed, ducking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.wishes.common import factor_of, strength
from wavereel.agent.wishes.fades import fade_wish
from wavereel.agent.wishes.volume import LOUDER_DB, direction, lifts_mute, sound_target, to_value, volume_fields
from wavereel.agent.wishes.when import when_of
from wavereel.timeline.edits.music import AddMusic, Duck, SetMusic
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.sound import AddSound, Mute, SetVolume
from wavereel.timeline.edits.spans import SetTime
from wavereel.timeline.edits.speed import SetSpeed
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame


def music_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about the music; `False` where it says nothing about it."""
    if frame.acts("fade") and not (frame.has("mood") and not bench.there("bgm")):
        return fade_wish(frame, bench, "music")
    mood = _wanted_mood(frame, bench)
    if (ducks(frame) or frame.names("ducking")) and not ((mood or frame.files) and not bench.there("bgm")):
        return duck_wish(frame, bench)
    if frame.acts("mute") and lifts_mute(frame):
        bench.make(Mute, target=sound_target(frame, bench, "music"), muted=False)
        return True
    if _is_off(frame) and frame.has("awhile"):
        bench.make(Mute, target=sound_target(frame, bench, "music"), muted=True)
        return True
    if _is_off(frame):
        target = "bgm" if bench.there("bgm") else sound_target(frame, bench, "music")
        bench.make(Remove, target=target, focus="")
        return True
    if frame.acts("mute", "unmute") or _comes_back(frame, bench):
        muted = frame.acts("mute") and not lifts_mute(frame)
        bench.make(Mute, target=sound_target(frame, bench, "music"), muted=muted)
        return True
    file = _music_file(frame, bench)
    if not (bench.there("bgm") or frame.parts or frame.own_acts or frame.acts_before or frame.has_predicate):
        return False
    if file is not None or not bench.there("bgm"):
        wants = (
            frame.acts("add", "set", "generate", "loop")
            or mood
            or file is not None
            or (frame.names("music") and not bench.there("audio"))
        )
        if wants and not (not mood and file is None and volume_fields(frame) and not frame.acts("add")):
            return _add_music(frame, bench, mood, file)
        if not bench.there("bgm") and not bench.there("audio"):
            raise cannot("nothing_there", what="bgm", hint="say for example: add lo-fi music at 30%")
    did = _changed_music(frame, bench, mood)
    volume = volume_fields(frame)
    if volume:
        bench.make(SetVolume, target=sound_target(frame, bench, "music"), **volume)
        did = True
    when = when_of(frame, bench.end_ms)
    if (moved := _moved_ms(frame, bench)) is not None:
        bench.make(SetTime, target="bgm", start_ms=moved)
        return True
    if when.said and not did and bench.there("bgm") and not frame.has("bad"):
        bench.make(
            SetTime,
            target="bgm",
            whole=when.whole or None,
            **when.span,
        )
        did = True
    if not did and frame.acts("add"):
        raise cannot("same_already", what="bgm")
    return did


def _moved_ms(frame: Frame, bench: Bench) -> int | None:
    """When the music is to begin that is to begin earlier or later by a length: 音乐晚五秒再进."""
    by_ms = frame.value("duration")
    if by_ms is None or not frame.has("dir", "earlier", "later") or not bench.there("bgm"):
        return None
    return max(0, bench.spots("bgm")[0].start_ms + (by_ms if frame.has("dir", "later") else -by_ms))


def _comes_back(frame: Frame, bench: Bench) -> bool:
    """Whether muted music is to be heard again: "let me hear the music again"."""
    tracks = bench.timeline.with_role("bgm")
    if (
        not any(track.muted or any(segment.muted for segment in track.segments) for track in tracks)
        or volume_fields(frame)
        or frame.has("mood")
    ):
        return False
    return (
        frame.has("on")
        or frame.acts("add", "redo")
        or any(token.text in ("again", "back", "hear") for token in frame.tokens)
    )


def _wanted_mood(frame: Frame, bench: Bench) -> str | None:
    """The mood that is wished: of two, the one that the music does not have ("swap the lofi for something ambient")."""
    moods = frame.all("mood")
    present = None
    if bench.there("bgm"):
        generator = bench.spots("bgm")[0].segment.generator
        present = generator.mood if generator is not None else None
    fresh = [mood for mood in moods if mood != present]
    if moods and not fresh and (volume_fields(frame) or frame.acts("remove")):
        return None
    return fresh[0] if fresh else moods[0] if moods else None


def _is_off(frame: Frame) -> bool:
    if volume_fields(frame) or (frame.has("mood") and not frame.acts("remove")):
        return False
    if frame.acts("cut") and not frame.acts("remove") and any(span.kind == "at" for span in frame.values("span")):
        return False
    return frame.acts("remove", "cut") or frame.has("not", "no") or _is_switched_off(frame)


def _is_switched_off(frame: Frame) -> bool:
    """Whether a sound is to be off: "music off", "turn it off"; not "I cannot make out a word"."""
    before = None
    for token in frame.tokens:
        if token.says("off", "off") and (
            before is None or before.says("obj") or before.says("act") or before.says("pron")
        ):
            return True
        before = token
    return False


def _music_file(frame: Frame, bench: Bench) -> Mapping[str, Any] | None:
    if frame.files:
        entry = bench.entry(frame.files[0])
        if entry is None:
            raise cannot("no_file", name=frame.files[0], hint="send the file")
        return entry
    return None


def _add_music(frame: Frame, bench: Bench, mood: str | None, file: Mapping[str, Any] | None) -> bool:
    if bench.sound_part == "" and file is None and bench.empty:
        raise cannot("no_sound", hint="send me the sound first")
    fields: dict[str, Any] = {"mood": mood} if file is None else {"file": str(file["file_id"])}
    if file is None and mood is None:
        fields["mood"] = "lofi"
        bench.assumptions.append(bench.say("lo-fi was taken, since no mood was named", "没有指定风格，所以用了lo-fi"))
    share = frame.value("percent")
    if share is not None:
        fields["volume"] = min(4.0, share)
    elif (part_of := frame.value("number")) is not None and 0 < part_of < 1:
        fields["volume"] = part_of
    elif (level := frame.value("decibel")) is not None:
        fields["volume"] = min(4.0, 10 ** (level / 20))
    elif frame.has("dir", "quieter", "louder"):
        fields["volume"] = 0.3 * 10 ** (direction(frame) * LOUDER_DB * strength(frame) / 20)
    if (bpm := frame.value("bpm")) is not None:
        fields["bpm"] = min(300.0, max(20.0, float(bpm)))
    when = when_of(frame, bench.end_ms)
    if when.said and not when.whole:
        fields["start_ms"] = when.start_ms or 0
        fields["length_ms"] = when.length_ms if when.end_ms is None else max(1, when.end_ms - (when.start_ms or 0))
    bench.make(AddMusic, focus="bgm", **fields)
    return True


def _changed_music(frame: Frame, bench: Bench, mood: str | None) -> bool:
    if not bench.there("bgm"):
        return False
    fields: dict[str, Any] = {}
    generator = bench.spots("bgm")[0].segment.generator
    another = frame.has("attr", "take")
    if mood is not None and not (another and generator is not None and generator.mood == mood):
        fields["mood"] = mood
    if (bpm := frame.value("bpm")) is not None:
        fields["bpm"] = min(300.0, max(20.0, float(bpm)))
    elif frame.has("dir", "faster", "slower"):
        fields["bpm"] = _other_tempo(frame, bench)
    if not fields and another:
        fields["new_take"] = True
    if not fields:
        return False
    bench.make(SetMusic, focus="bgm", **fields)
    return True


def _other_tempo(frame: Frame, bench: Bench) -> float:
    generator = bench.spots("bgm")[0].segment.generator
    present = (generator.bpm if generator is not None else None) or 90.0
    faster = frame.has("dir", "faster")
    return min(300.0, max(20.0, round(present * factor_of(frame, 1.15, down=not faster))))


def ducks(frame: Frame) -> bool:
    """Whether a wish is about what the music does while somebody speaks."""
    while_talking = frame.has("when") and frame.names("voice") and frame.names("music")
    return frame.acts("duck") or (
        while_talking and (frame.has("dir", "quieter", "louder") or bool(frame.values("percent")))
    )


def duck_wish(frame: Frame, bench: Bench) -> bool:
    """The music under the voice."""
    off = (
        frame.acts("remove") or frame.has("not", "not", "no") or frame.has("out", "leave") or frame.has("off")
    ) and not frame.values("percent", "decibel")
    bench.need("bgm")
    share = frame.value("percent")
    level = None
    if share is not None:
        level = max(0.0, 1 - share) if frame.has("by") and not to_value(frame, "percent") else min(1.0, share)
    elif (decibel := frame.value("decibel")) is not None:
        level = 10 ** (-abs(decibel) / 20)
    elif (number := frame.value("number")) is not None and 0 < number < 1:
        level = number
    elif frame.has("dir", "fewer") and frame.names("ducking"):
        present = bench.spots("bgm")[0].segment.duck
        level = min(1.0, round(present * 1.6, 3)) if present is not None else None
    elif frame.has("dir", "quieter", "more", "bolder") or frame.has("amt", "much"):
        present = bench.spots("bgm")[0].segment.duck
        level = round(present * 0.6 ** strength(frame), 3) if present is not None else None
    if off:
        bench.make(Duck, off=True, focus="bgm")
    else:
        bench.make(Duck, level=level, focus="bgm")
    return True


def speed_wish(frame: Frame, bench: Bench) -> bool:
    """How fast the speech runs; `False` where a wish says nothing about it."""
    if not bench.sound_part and not bench.there("main"):
        raise cannot("no_sound", hint="send me the sound first")
    target = bench.speaking_part
    faster = (
        frame.has("dir", "faster")
        or any(word in " ".join(frame.own_acts) for word in ())
        or _says(
            frame, ("speed up", "speed it up", "加速", "加快", "提速", "faster", "quicker", "调快", "快放", "快进")
        )
    )
    slower = frame.has("dir", "slower") or _says(
        frame, ("slow down", "slow it down", "减速", "放慢", "slower", "调慢", "慢放", "降速")
    )
    if not (faster or slower):
        faster, slower = direction(frame) > 0, direction(frame) < 0
    times = frame.value("factor")
    share = frame.value("percent")
    fields: dict[str, Any] = {}
    share_less = frame.value("number")
    if (
        frame.has("normal")
        or frame.acts("reset", "undo", "back_to")
        or _says(frame, ("normal speed", "正常速度", "原速", "常速"))
    ):
        fields["speed"] = 1.0
    elif times is not None:
        fields["speed"] = (
            1 / times
            if slower and times > 1
            else 1 + times
            if faster and times < 1 and not to_value(frame, "factor")
            else times
        )
    elif share is not None and (faster or slower):
        fields["factor"] = 1 + share if faster else max(0.05, 1 - share)
        if to_value(frame, "percent"):
            fields = {"speed": share}
    elif share is not None:
        fields["speed"] = share
    elif share_less is not None and 0 < share_less < 1 and (faster or slower) and frame.has("by"):
        fields["factor"] = 1 + share_less if faster else 1 - share_less
    elif frame.has("half") or frame.value("number") == 0.5:
        fields["speed"] = 0.5
    elif (number := frame.value("number")) is not None and 0.2 <= number <= 4:
        fields["speed"] = number
    elif faster or slower:
        fields["factor"] = 1.15 ** ((1 if faster else -1) * strength(frame))
    if not fields:
        return False
    bench.make(SetSpeed, target=target, focus=target, **fields)
    return True


def _says(frame: Frame, words: tuple[str, ...]) -> bool:
    return any(token.text in words for token in frame.tokens)


def effect_wish(frame: Frame, bench: Bench) -> bool:
    """A sound at a time: "put the ding at 0:30"."""
    entry = None
    if frame.files:
        entry = bench.entry(frame.files[0])
        if entry is None:
            raise cannot("no_file", name=frame.files[0], hint="send the file")
    else:
        entry = next((one for one in reversed(bench.at_hand("audio", unplaced=True)) if _is_effect(one, frame)), None)
    if entry is None:
        if bench.there("sfx") or not frame.acts("add", "make_video", "generate", "set"):
            return False
        bench.refuse(
            frame.words,
            "there is no sound effect at hand; send me the file and say when it should play",
            "手头没有音效文件；把文件发给我，再告诉我什么时候播放",
        )
        return True
    when = when_of(frame, bench.end_ms)
    share = frame.value("percent")
    at_ms = when.start_ms if when.start_ms is not None else when.length_ms
    bench.make(AddSound, file=str(entry["file_id"]), at_ms=at_ms, volume=share, role="sfx")
    return True


def _is_effect(entry: Mapping[str, Any], frame: Frame) -> bool:
    stem = str(entry.get("filename", "")).casefold().rpartition(".")[0]
    return any(token.text in stem for token in frame.tokens if len(token.text) > 2)
