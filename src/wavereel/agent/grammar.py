"""The offline planner: a message becomes wishes, and every wish edits, a question, an answer or a refusal.

    message ─► plain text, data aside ─► tokens ─► frames (one a wish) ─► handlers, by part and by predicate ─► edits

Nothing here knows a sentence: words have meanings (`lexicon`), numbers and times have grammars (`values`), and a wish
is what stands in a piece of the message, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.clauses import frames_of
from wavereel.agent.corrections import (
    Done,
    corrected,
    is_plain_correction,
    last_changed,
    repeated,
    without_contrast,
    without_no,
)
from wavereel.agent.dispatch import by_part
from wavereel.agent.exclusions import leave_out, with_exclusions
from wavereel.agent.frames import is_predicate
from wavereel.agent.guards import guarded
from wavereel.agent.keeping import without_kept
from wavereel.agent.message import read_message
from wavereel.agent.names import with_names
from wavereel.agent.remarks import is_answered, is_reason, tells_of_other, with_complaint
from wavereel.agent.sent import with_sent
from wavereel.agent.tokens import tokens_of
from wavereel.agent.unwished import subject_set_aside, without_asides
from wavereel.agent.wishes.answers import answer_wish
from wavereel.agent.wishes.background import file_by_words
from wavereel.agent.wishes.backward import backward_wish
from wavereel.agent.wishes.beyond import action_wish, beyond_wish
from wavereel.agent.wishes.captions import replace_wish
from wavereel.agent.wishes.common import Asked
from wavereel.agent.wishes.other_files import join_wish, other_file_wish
from wavereel.agent.wishes.proposals import improve_wish
from wavereel.agent.wishes.subject import subject_of_focus
from wavereel.agent.wishes.whole import can_build, ensure_built, make_wish
from wavereel.agent.wordings import Spoken, spoken
from wavereel.errors import EditError, UsageError
from wavereel.timeline.reasons import reason_text

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

Handler = Callable[["Frame", "Bench"], bool]

_NEEDS_SOUND = frozenset(
    (
        *("waveform", "caption", "caption_word", "music", "voice", "sound", "silence", "filler", "speed", "loudness"),
        *("progress", "ducking", "cover", "profanity"),
    )
)
"""Parts that there is no wish about without a sound."""

_DRAWS = ("draw", "drawing", "imagine", "design", "画", "画个", "画一张", "画一个", "绘制")
"""What only pictures are: there "a mountain" or "a landscape" is no shape of the waveform or of the canvas."""

_DESCRIBED = re.compile(
    r"(?<![a-z])(?:an?|some) (?:[a-z]+ )?(?:picture|image|photo|photograph|drawing|illustration) (?:of|with) "
    r"|(?:一张|一幅|一個)[^,.!?]{1,12}?的?(?:图|照片|画)"
)
"""A picture that is described, not one that was sent: "a photo of a dragon", 一张猫的图."""


def plan(text: str, bench: Bench, previous: tuple[Done, ...] = ()) -> tuple[Done, ...]:
    """Does the wishes of a message on a bench, in order.

    Args:
        text: What the user typed.
        bench: Takes the edits, questions, answers and refusals.
        previous: What the message before led to, for corrections.
    """
    frames = read_frames(text, bench)
    frames = _themes_first(_made_first(without_kept(without_contrast(frames), bench), bench))
    done: list[Done] = []
    subject, refused = "", False
    excluded = [part for frame in frames for part in frame.all("without")]
    for place, read in enumerate(frames):
        following = frames[place + 1] if place + 1 < len(frames) else None
        if following is not None and is_answered(read, following):
            subject = _subject_after(read, subject)
            frames[place + 1] = with_complaint(read, following)
            continue
        frame = read
        if not frame.tokens or (place and is_reason(frames[place - 1], frame)):
            continue
        if refused and frame.has("pron", "it") and not (frame.parts or frame.new_sentence) and frame.unknown_words:
            continue  # "clone my voice and let it read the news": what "it" is was refused
        if frame.fixes or (read is frames[0] and is_plain_correction(frame)):
            base = done[-1] if done else last_changed(previous)
            known = len(done)
            if base is not None and corrected(frame, base, bench, done, _one, in_message=bool(done)):
                subject = (done[-1].frame.part if len(done) > known else "") or subject
                continue
            frame = without_no(frame)
        frame.subject = subject or subject_of_focus(bench) or _part_before(frame, previous)
        frame = repeated(frame, previous) or frame
        before, known = bench.timeline, len(bench.refusals)
        _one(frame, bench)
        if bench.waits:
            bench.take_back()
            break
        refused = len(bench.refusals) > known
        if excluded and (bench.sound_part or bench.there("main")):
            leave_out(excluded, bench)
            excluded = []
        done.append(Done(frame, before, changed=bench.timeline is not before))
        subject = _subject_after(frame, subject)
    return tuple(done)


def _made_first(frames: list[Frame], bench: Bench) -> list[Frame]:
    """A video that is to be made comes before what it is to be like: 用我发的图做背景，加上声波，做成视频."""
    made = [
        frame
        for frame in frames
        if frame.own_acts
        and set(frame.own_acts) <= {"make_video", "convert"}
        and not set(frame.parts) - {"video", "sound"}
    ]
    if len(made) != 1 or frames[0] is made[0] or bench.sound_part or bench.there("main"):
        return frames
    return [made[0], *(frame for frame in frames if frame is not made[0])]


def _themes_first(frames: list[Frame]) -> list[Frame]:
    """A theme sets what other wishes of the message set otherwise; those are to win, wherever it is named."""
    themes = [
        frame
        for frame in frames
        if frame.has("theme")
        and not (frame.has("pron", "it") and frame.unknown_words)
        and not set(frame.parts) - {"theme"}
        and not set(frame.own_acts) - {"set", "add", "move"}
    ]
    if len(themes) != 1 or frames[0] is themes[0] or themes[0].fixes or frames[0].fixes:
        return frames
    if frames[0].acts("make_video", "convert", "undo", "reset", "redo", "back_to", "next", "same"):
        return [frames[0], *themes, *(frame for frame in frames[1:] if frame is not themes[0])]
    return [*themes, *(frame for frame in frames if frame is not themes[0])]


def _part_before(frame: Frame, previous: tuple[Done, ...]) -> str:
    """What "the other one" is one of, where the first is gone already."""
    base = last_changed(previous)
    return base.frame.part if base is not None and frame.has("pron", "other") else ""


def read_frames(text: str, bench: Bench) -> list[Frame]:
    """The wishes of a message, as frames."""
    files = [str(entry.get("filename", "")) for entry in bench.media]
    text = with_sent(text, bench)
    stems = [
        stem
        for name in files
        if _is_telling(stem := name.rpartition(".")[0])
        and re.search(rf"(?<![A-Za-z0-9]){re.escape(stem)}(?![A-Za-z0-9])", text, re.IGNORECASE)
    ]
    there = spoken(bench.timeline)
    typed = read_message(text, [*files, *stems])
    wished = without_asides(typed, bench)
    message = with_names(wished, there)
    fresh = not bench.sound_part and not bench.there("main")
    tokens = with_exclusions(tokens_of(message), fresh=fresh)
    frames = [_with_quoted_part(frame, there) for frame in frames_of(message, tokens)]
    part = subject_set_aside(typed, wished)
    if part and frames and not frames[0].parts and (frames[0].has("pron", "it") or frames[0].has("dir")):
        frames[0] = replace(frames[0], also=(part,))
    return frames


def _with_quoted_part(frame: Frame, there: Spoken) -> Frame:
    """A wish that calls a text on screen by its words, about that part: "Part Two has to go"."""
    role = there.exact_role(frame.quotes[0]) if frame.quotes and not frame.parts else ""
    return replace(frame, also=(role,)) if role else frame


def _is_telling(stem: str) -> bool:
    """Whether a file's name without its ending is no word that means something else: `talk2`, `IMG_2034`."""
    return (
        len(stem) > 3
        and stem.isascii()
        and any(letter.isdigit() for letter in stem)
        and any(letter.isalpha() for letter in stem)
    )


def _subject_after(frame: Frame, subject: str) -> str:
    part = frame.part
    if subject and tells_of_other(frame):
        return subject
    if part in ("", "timeline", "canvas", "theme", "video"):
        return subject if not frame.part else ""
    return text_part_or(part)


def text_part_or(part: str) -> str:
    """The part that a later wish without a part is about."""
    return "caption" if part == "caption_word" else part


def _one(frame: Frame, bench: Bench) -> None:
    words = frame.words
    asked, refused = len(bench.questions), len(bench.refusals)
    answered, changes, action = len(bench.answers), len(bench.changes), bench.action
    try:
        understood = interpret(frame, bench)
    except Asked:
        return
    except UsageError as error:
        if isinstance(error, EditError) and error.reason == "same_already":
            bench.answers.append(_sentence_of(error, bench))
            bench.unknown.extend(frame.unknown_words)
        else:
            bench.refuse_error(words, error)
        return
    quiet = (asked, refused, answered, changes, action) == (
        len(bench.questions),
        len(bench.refusals),
        len(bench.answers),
        len(bench.changes),
        bench.action,
    )
    if not understood or (quiet and not frame.has("chat") and not understood):
        _not_understood(frame, bench)
    elif frame.unknown_words:
        bench.unknown.extend(
            token.raw
            for token in frame.tokens
            if token.unknown and file_by_words(bench, frame.with_tokens([token]), ("image", "video")) is None
        )


def _sentence_of(error: EditError, bench: Bench) -> str:
    text = reason_text(error.reason, error.facts, bench.lang)
    return f"{text}。" if bench.lang == "zh" else f"{text[:1].upper()}{text[1:]}."


def _only_uploads(frame: Frame) -> bool:
    """Whether a wish is the word "upload" by itself; beside other words it says nothing."""
    said = [token for token in frame.tokens if not (token.says("chat") or token.sign)]
    return [token.text for token in said if token.text == "upload" or not token.says("stop")] == ["upload"]


def _not_understood(frame: Frame, bench: Bench) -> None:
    if all(token.says("chat") or not (token.content or token.unknown) for token in frame.tokens):
        return
    words = frame.unknown_words
    bench.unknown.extend(words or [frame.words])


def interpret(frame: Frame, bench: Bench) -> bool:
    """Does one wish; `False` where it was not understood.

    Raises:
        EditError: It was understood and cannot be done.
        Asked: It was understood and the user has to decide.
    """
    if _only_uploads(frame):
        return action_wish(frame, bench)
    if not frame.says_something or all(
        token.says("chat") or token.says("stop") or token.sign for token in frame.tokens
    ):
        return True
    if any(datum.kind == "wrong" for datum in frame.data):
        return replace_wish(frame, bench)
    if _only_denies(frame):
        return not frame.unknown_words
    if _only_leaves_out(frame):
        return True
    early: tuple[Handler, ...] = (
        backward_wish,
        action_wish,
        _question,
        _improve,
        beyond_wish,
        other_file_wish,
        join_wish,
    )
    if any(handler(frame, bench) for handler in early):
        return True
    if (settled := guarded(frame, bench)) is not None:
        return settled
    if frame.acts("generate") and _DESCRIBED.search(frame.message.text) and _refuses_making(frame, bench):
        return True
    if make_wish(frame, bench):
        return True
    _prepare(frame, bench)
    if _is_left(frame):
        return True
    if _refuses_making(frame, bench):
        return True
    parts = [part for part in frame.parts if part not in bench.kept]
    if (
        parts == ["sound"]
        and frame.subject in ("music", "voice", "sfx", "bgm")
        and all(token.says("attr", "volume") for token in frame.tokens if token.says("obj", "sound"))
    ):
        parts = []
    if frame.also and len(parts) > 1 and not _is_relation(frame):
        did = [by_part(_about(frame, part), bench, part) for part in parts]
        return any(did)
    return by_part(frame, bench, parts[0] if parts else "")


def _only_denies(frame: Frame) -> bool:
    """A bare "no" among words that say nothing takes nothing away."""
    content = [token for token in frame.tokens if token.content]
    return (
        bool(content)
        and not frame.also
        and not frame.acts_before
        and all(token.text in ("no", "nope", "nah") for token in content)
    )


def _only_leaves_out(frame: Frame) -> bool:
    """Whether it says nothing but what a video is made without; that is done when the video is there."""
    return frame.has("without") and all(
        token.says("without") or not token.content or {value for _, value in token.readings} <= {"add", "set"}
        for token in frame.tokens
    )


def _about(frame: Frame, part: str) -> Frame:
    """The same wish about one of several parts."""
    tokens = [
        token
        for token in frame.tokens
        if not token.says("obj")
        or part in token.all("obj")
        or not any(other in frame.parts for other in token.all("obj"))
    ]
    return replace(frame, tokens=tokens, also=(part,), ignored=set())


def _is_relation(frame: Frame) -> bool:
    return frame.acts("follow", "duck")


def _is_left(frame: Frame) -> bool:
    """A wish that only says what is not to be done: "don't delete it"."""
    return (
        frame.has("neg")
        and not frame.own_acts
        and not any(is_predicate(token) and token.datum is None for token in frame.tokens)
    )


def _refuses_making(frame: Frame, bench: Bench) -> bool:
    """Refuses to draw or to sound what nobody here can: "generate a photo of Tokyo"."""
    token = frame.first("act", "generate")
    shapes = (
        frame.has("style", "filled", "circle", "scroll", "line")
        or frame.has("ratio")
        or (frame.has("pattern") and frame.parts == ["video"] and bench.sound_part)
    )
    described = _DESCRIBED.search(frame.message.text)
    if (
        not (
            frame.unknown_words
            or frame.quotes
            or (shapes and token is not None and (token.text in _DRAWS or described))
        )
        or frame.files
    ):
        return False
    if (token is None or token.text in ("do", "make up")) and not described:
        return False
    if (
        frame.has("mood")
        or (frame.has("pattern") and not (frame.parts == ["video"] and bench.sound_part))
        or frame.values("color")
        or frame.has("attr", "gradient")
    ):
        return False
    kinds = ("picture", "video", "background", "overlay", "sfx", "main", "avatar", "sound")
    drawn = token is not None and token.text in _DRAWS
    if not (frame.parts or drawn) or any(part not in kinds for part in frame.parts):
        return False
    if frame.quotes and not frame.names("picture", "sfx", "sound"):
        return False
    from wavereel.agent.wishes.background import MADE, file_by_words

    if file_by_words(bench, frame, ("image", "video")) is not None or any(
        one.text in ("my", "我的") for one in frame.tokens
    ):
        return False
    words = frame.words
    bench.refuse(
        words,
        f"that cannot be made here; what is made: {MADE[0]}, and music beds. Send me the file and I will use it",
        f"这个生成不了；能生成的有：{MADE[1]}，还有配乐。把文件发给我就可以用",
    )
    return True


def _question(frame: Frame, bench: Bench) -> bool:
    sets_length = (
        frame.has("ask", "how_long") and frame.acts("set", "keep", "cut") and frame.values("duration", "clock")
    )
    fits_platform = frame.has("ask", "what") and frame.acts("set", "normalize") and frame.has("platform")
    words = bool(frame.quotes) and frame.acts("set", "replace") and not frame.has("ask", "is", "why")
    return frame.has("ask") and not (sets_length or fits_platform or words) and answer_wish(frame, bench)


def _improve(frame: Frame, bench: Bench) -> bool:
    if not frame.acts("improve", "suggest"):
        return False
    strong = [part for part in frame.parts if part not in ("video", "sound", "timeline", "main", "canvas")]
    if strong or frame.values("color", "percent", "span") or frame.has("theme") or frame.has("ratio") or frame.quotes:
        return False
    if frame.own_acts and frame.acts("make_video") and not bench.sound_part and bench.at_hand("audio", "video"):
        return False
    return improve_wish(bench)


def _prepare(frame: Frame, bench: Bench) -> None:
    """Builds the default video first where a wish needs its sound, or where it is plain that one is wanted."""
    if bench.sound_part or bench.there("main"):
        return
    needs = (
        any(part in _NEEDS_SOUND for part in frame.parts)
        or frame.acts("cut", "speed", "normalize", "highlight")
        or frame.has("mood")
        or frame.has("look")
    )
    removes = frame.acts("remove", "hide") or frame.has("not")
    if (needs and not removes and bench.at_hand("audio", "video")) or (
        can_build(bench) and not removes and (frame.parts or frame.has_predicate) and _shapes(frame)
    ):
        ensure_built(bench, music=frame.files if frame.names("music") else ())


def _shapes(frame: Frame) -> bool:
    """Whether a wish is about how the video of the only sound at hand is to be."""
    return (
        bool(frame.quotes or frame.values("color", "ratio", "size"))
        or any(frame.has(kind) for kind in ("ratio", "platform", "theme", "style", "pattern"))
        or frame.names("background", "logo", "title", "picture")
    )
