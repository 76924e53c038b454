"""Wishes about how loud something is: louder, quieter, a level, mute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wavereel.agent.turn import Choice
from wavereel.agent.wishes.common import Asked, is_plural, number_of, strength, to_value
from wavereel.agent.wishes.subject import part_of_focus
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.sound import Mute, SetVolume
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame
    from wavereel.agent.tokens import Token

LOUDER_DB = 3.0
"""A step that is heard; "a bit" is half of it, "much" twice."""

_SOUND_PARTS = {"music": "bgm", "voice": "voice", "sfx": "sfx", "sound": "", "main": "main", "video": "main"}
_ROLES = ("voice", "audio", "bgm", "sfx")
_DOWN = ("smaller", "fewer", "down", "flatter")
_UP = ("bigger", "more", "up", "taller")
_OFF_WORDS = ("turn off", "switch off", "disable", "关掉", "关闭", "关了", "关上", "停掉")
"""Ways to say "remove" that leave a voice where it is and silence it."""


def sound_target(frame: Frame, bench: Bench, part: str) -> str:
    """The role that a wish about a sound means; raises `EditError` where there is none."""
    role = _SOUND_PARTS.get(part, part)
    if role == "bgm" and not bench.there("bgm") and bench.there("audio"):
        return "audio"
    if role == "voice" and not bench.there("voice"):
        role = next((name for name in ("audio", "main") if bench.there(name)), "voice")
    if role == "main" and bench.there("voice"):
        role = "voice"
    if role in ("", "audio") and not bench.there("audio"):
        named = next((name for name in ("music", "voice", "sfx") if frame.names(name)), "")
        role = _SOUND_PARTS[named] if named else bench.sound_part
    if not role or not bench.there(role):
        raise cannot("nothing_there", what=role or "audio")
    return role


_STATES = ("quiet", "loud", "soft", "inaudible", "audible", "low", "quietly", "softly", "小声", "轻", "大声")
"""Words that say how loud something is to be, not how it is to change; a level beside them is where it goes."""


def direction(frame: Frame) -> int:
    """1 for louder, -1 for quieter, 0 where a wish says neither."""
    if any(token.text == "比" for token in frame.tokens) and any(
        token.text.startswith("太多") for token in frame.tokens
    ):
        return 1 if frame.has("dir", "smaller", "quieter") else -1  # 人声比音乐小太多了 complains
    if frame.part == "music" and any(
        token.says("obj", "music") and token.says("dir", "quieter") for token in frame.tokens
    ):
        return -1  # "I can't hear myself over the music"
    for down, up in ((("quieter",), ("louder",)), (_DOWN, _UP)):
        for token in frame.tokens:
            lower, higher = token.says("dir", *down), token.says("dir", *up)
            if lower != higher:
                return -1 if lower else 1
    return _added_or_taken(frame)


def _added_or_taken(frame: Frame) -> int:
    """1 where loudness is to be added, -1 where it is to be taken off, else 0: "take 3 dB off", "add 20 %"."""
    before: Token | None = None
    for token in frame.tokens:
        if token.is_value("decibel", "percent"):
            if before is not None and before.says("act", "add") and not before.says("act", "set"):
                return 1
            if frame.has("off") or frame.acts("cut", "remove"):
                return -1
        before = token if token.content else before
    return 0


def volume_fields(frame: Frame) -> dict[str, Any]:
    """`volume` or `factor` of a wish; empty where it says nothing about loudness."""
    way = direction(frame)
    decibel, share, times = frame.value("decibel"), frame.value("percent"), frame.value("factor")
    if decibel is not None:
        if (frame.has("to") and not way) or to_value(frame, "decibel"):
            return {"volume": 10 ** (decibel / 20)}
        return {"factor": 10 ** ((-abs(decibel) if way < 0 else decibel) / 20)}
    if share is not None:
        states = all(
            token.text in _STATES or token.text.startswith(("too ", "太", "听不"))
            for token in frame.tokens
            if token.says("dir")
        )
        if way and not to_value(frame, "percent") and not (states and frame.has("dir")):
            return {"factor": 1 - min(share, 0.99) if way < 0 else 1 + share}
        return {"volume": share} if not (frame.has("half") and not to_value(frame, "percent")) else {"factor": 0.5}
    if times is not None:
        return {"factor": 1 / times if way < 0 and times > 1 else times}
    level = not way and any(token.is_value("number") and token.text.startswith(("0.5", ".5")) for token in frame.tokens)
    if (frame.has("half") or frame.value("number") == 0.5) and not level:
        return {"factor": 1.5 if way > 0 and not any(token.text == "as" for token in frame.tokens) else 0.5}
    return _plain_level(frame, way)


def _plain_level(frame: Frame, way: int) -> dict[str, Any]:
    """A level without a unit, or a direction alone."""
    number = frame.value("number")
    speaks = frame.has("attr", "volume") or frame.names("sound", "loudness", "music", "voice")
    if number is not None and 0 < number < 1:
        return {"volume": number} if to_value(frame, "number") or not way else {"factor": 1 + way * number}
    if frame.has("max"):
        return {"volume": 1.0}
    if frame.has("normal") and not frame.has("attr", "speed") and not frame.acts("remove"):
        return {"volume": 1.0}
    if number is not None and 0 <= number <= 400 and speaks and (not way or to_value(frame, "number")):
        return {"volume": number / 100 if number > 4 else number}
    if way and not (
        frame.has("dir", "up", "down") and frame.has("place") and not frame.has("dir", "louder", "quieter")
    ):
        return {"factor": 10 ** (way * LOUDER_DB * strength(frame) / 20)}
    return {}


def volume_wish(frame: Frame, bench: Bench, part: str) -> bool:
    """Louder, quieter, a level, mute, gone; of the part that is named, else of what was touched, else asked."""
    if frame.acts("mute", "unmute"):
        return _mute(frame, bench, part, muted=not lifts_mute(frame))
    if (
        frame.has("off", "off")
        and frame.has("normal")
        and part in ("voice", "sound", "main")
        and _off(frame, bench, part)
    ):
        return True
    fields = volume_fields(frame)
    if not fields and part in ("voice", "sfx", "audio", "sound", "main") and not frame.has("dir"):
        return _off(frame, bench, part)
    if not fields:
        return False
    if part in ("", "sound", "loudness"):
        part = _which_sound(frame, bench, fields)
    if part == "all":
        for role in _ROLES:
            if bench.there(role) and role not in bench.kept:
                bench.make(SetVolume, target=role, **fields)
        return True
    bench.make(SetVolume, target=sound_target(frame, bench, part), **fields)
    return True


def lifts_mute(frame: Frame) -> bool:
    """Whether a mute is to end: "unmute", 取消静音."""
    return frame.acts("unmute") or any(
        token.text in ("取消", "解除", "关闭", "关掉", "turn off") for token in frame.tokens
    )


def _mute(frame: Frame, bench: Bench, part: str, *, muted: bool) -> bool:
    if part in ("sound", "") and not frame.names("voice", "music") and is_plural(frame, "sound"):
        for role in _ROLES:
            if bench.there(role) and role not in bench.kept:
                bench.make(Mute, target=role, muted=muted)
        return True
    bench.make(Mute, target=sound_target(frame, bench, part), muted=muted)
    return True


def _off(frame: Frame, bench: Bench, part: str) -> bool:
    """A sound that is to go: a voice is silenced where it is switched off, and so is the sound of a video."""
    removes = frame.acts("remove", "cut")
    if not removes and not frame.has("not", "no") and not frame.has("off", "off"):
        return False
    silenced = not removes or any(token.text in _OFF_WORDS for token in frame.tokens)
    if part in ("sound", "main"):
        if not (bench.there("main") or bench.there("voice")) or (removes and not bench.there("main")):
            return False
        silenced = True
    role = sound_target(frame, bench, part)
    if silenced and part != "sfx":
        bench.make(Mute, target=role, muted=True)
        return True
    number = number_of(frame)
    bench.make(Remove, target=f"{role}#{number}" if number is not None else role, focus="")
    return True


def _which_sound(frame: Frame, bench: Bench, fields: dict[str, Any]) -> str:
    there = [role for role in ("voice", "audio", "bgm") if bench.there(role)]
    if not there:
        raise cannot("no_sound", hint="send me the sound first")
    if len(there) == 1:
        return {"bgm": "music"}.get(there[0], there[0])
    if is_plural(frame, "sound") or frame.names("loudness"):
        return "all"
    focus = part_of_focus(bench)
    if focus in ("bgm", "voice", "audio", "sfx") and (not frame.names("sound") or frame.has("pron")):
        return {"bgm": "music"}.get(focus, focus)
    if "sound" in bench.picked:
        return bench.picked["sound"]
    if (
        "bgm" in there
        and "audio" not in there
        and any(token.text in ("歌", "歌曲", "这首歌", "song") for token in frame.tokens)
    ):
        return "music"
    if frame.names("sound") and any(
        token.text in ("podcast", "recording", "episode", "interview", "播客", "录音", "节目", "采访", "talk")
        for token in frame.tokens
    ):
        return "voice"
    raise _ask_which(bench, there, fields)


def _ask_which(bench: Bench, there: list[str], fields: dict[str, Any]) -> Asked:
    labels = {"voice": ("the voice", "人声"), "bgm": ("the music", "音乐"), "audio": ("the sound", "声音")}

    def pick(name: str) -> Any:
        def act(later: Bench) -> None:
            for role in there if name == "all" else [name]:
                later.make(SetVolume, target=role, **fields)

        return act

    choices = [Choice(bench.say(*labels[role]), labels[role], pick(role)) for role in there]
    choices.append(Choice(bench.say("both", "都要"), ("both", "all", "都"), pick("all")))
    bench.ask("Which sound do you mean?", "你指的是哪个声音？", choices)
    return Asked()
