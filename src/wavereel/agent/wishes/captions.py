"""Wishes about captions: on and off, look and style, wording, language, swear words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wavereel.agent.values.han import simplified
from wavereel.agent.wishes.beyond import REASONS
from wavereel.agent.wishes.common import number_of
from wavereel.agent.wishes.text_style import place_fields, style_fields
from wavereel.agent.wishes.words import is_for_now
from wavereel.agent.wordings import spoken
from wavereel.timeline.edits.caption_text import MaskProfanity, ReplaceText, SetGlossary
from wavereel.timeline.edits.captions import AddCaptions, SetCaptionLanguage, SetCaptionLook
from wavereel.timeline.edits.clips import Move
from wavereel.timeline.edits.removing import Remove
from wavereel.timeline.edits.spans import Hide
from wavereel.timeline.edits.texts import PlaceText, SetStyle
from wavereel.timeline.reasons import cannot

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.frames import Frame

_WRONG_FIRST = re.compile(
    "("
    r"instead of|should (?:be|read|say)|(?:is|was|it's|its) (?:really|actually|supposed to be)|must be|应该是|应为"
    r"|其实是|正确的是|改成|换成|改为|换为|替换成|替换为|写成了?"
    ")"
)
_RIGHT_FIRST = re.compile(
    r"(wrote|written|heard|transcribed|got|says|spelled it|shows?|reads|came out as|turned into|and not|not"
    r"|instead of|rather than|写成|听成|识别成|错成|打成|写的是|显示成|认成|而不是|不是|误写)"
)

_SPOKEN = frozenset(
    (
        *("language", "spoken", "speak", "speaks", "speech", "recognize", "recognise", "transcribe", "that"),
        *("语言", "说的", "讲的", "识别", "语种", "说", "讲", "听写", "转写"),
    )
)
"""Words by which a language is the one of the speech, and no wish for a translation."""

_LATE = frozenset(
    ("late", "too late", "behind", "lag", "lagging", "lag behind", "slow", "too slow", "晚了", "慢了", "迟了")
)
_EARLY = frozenset(("early", "too early", "早了", "快了"))
"""What is wrong with captions that do not come when their words are heard."""

_BACK = frozenset(("back", "backward", "backwards", "往后", "向后"))


def add_captions(bench: Bench, lang: str | None = None, look: str | None = None) -> None:
    """Puts captions on, with the words of a transcript that is kept already; else they are written later."""
    cues = bench.resolver.cues(bench.timeline)
    fields = {"cues": [dict(cue) for cue in cues]} if cues else {}
    bench.make(AddCaptions, focus="caption", lang=lang, look=look, **fields)


def caption_wish(frame: Frame, bench: Bench) -> bool:
    """Does a wish about captions; `False` where it says nothing about them."""
    if frame.acts("mask") or frame.names("profanity"):
        return profanity_wish(frame, bench)
    if len(frame.quotes) >= 2 or (frame.acts("replace") and frame.quotes):
        return replace_wish(frame, bench)
    denied = _denied_looks(frame)
    if denied and bench.there("caption"):
        _leave_look(frame, bench, denied)
        return True
    if _is_removal(frame) and not is_for_now(frame):
        bench.need("caption")
        bench.make(Remove, target="caption", focus="")
        return True
    if frame.acts("hide", "unhide") or is_for_now(frame):
        bench.make(Hide, target="caption", hidden=not frame.acts("unhide"))
        return True
    if _only_on(frame) and bench.there("caption"):
        if not any(track.hidden for track in bench.timeline.with_role("caption")):
            raise cannot("same_already", what="caption")
        bench.make(Hide, target="caption", hidden=False)
        return True
    if (by_ms := _shift_ms(frame)) and bench.there("caption"):
        return _shift(frame, bench, by_ms)
    lang = frame.get("lang")
    did = False
    if lang and _translates(frame, bench, lang):
        bench.refuse(frame.words, *REASONS["translate"])
        return True
    if not bench.there("caption"):
        add_captions(bench, lang, _look(frame, bench))
        did = True
        lang = None
    elif frame.acts("add", "transcribe") and not _says_style(frame) and not lang:
        add_captions(bench)
        return True
    if lang:
        bench.make(SetCaptionLanguage, lang=lang, focus="caption")
        did = True
    return _styled(frame, bench) or did


def _only_on(frame: Frame) -> bool:
    """Whether captions are to be on, and nothing else is said of them: "captions on"."""
    return frame.has("on") and all(
        token.says("obj", "caption") or token.says("on") or token.says("chat") or token.says("act", "set", "add")
        for token in frame.tokens
        if token.content
    )


def _shift_ms(frame: Frame) -> int:
    """How much later captions are to come, in ms, negative for earlier; 0 where nothing is said of that.

    Captions of which it is said that they are late are to come earlier.
    """
    lengths = frame.value_tokens("duration")
    if len(lengths) != 1 or frame.quotes or frame.values("span", "clock", "percent", "pixels"):
        return 0
    length_ms = lengths[0].amount("duration")
    place = frame.tokens.index(lengths[0])
    if place and frame.tokens[place - 1].text == "by half":
        length_ms = length_ms // 2
    told = [token.text for token in frame.tokens]
    if place > 1 and told[place - 1] == "了":  # 字幕晚了半秒 tells how they are
        told.append("".join(told[place - 2 : place]))
    if _LATE & set(told):
        return -length_ms
    if _EARLY & set(told):
        return length_ms
    moved = frame.acts("move")
    if frame.has("dir", "later") or (moved and any(token.text in _BACK for token in frame.tokens)):
        return length_ms
    return -length_ms if frame.has("dir", "earlier") else 0


def _shift(frame: Frame, bench: Bench, by_ms: int) -> bool:
    """Shows all captions, or the one that is counted, earlier or later."""
    if not bench.spots("caption"):
        raise cannot("no_words")
    number = number_of(frame)
    if number is not None and not 1 <= abs(number) <= len(bench.spots("caption")):
        raise cannot("no_such_number", what="caption", count=len(bench.spots("caption")))
    target = "caption" if number is None else f"caption#{number}"
    for token in list(frame.tokens):
        if token.text in _LATE | _EARLY | _BACK:
            frame.tokens.remove(token)
    bench.make(Move, target=target, by_ms=by_ms, focus="caption")
    return True


def _translates(frame: Frame, bench: Bench, lang: str) -> bool:
    """Whether captions of one language are wished in another, while nobody says that it is the one that is spoken."""
    present = [track.meta.lang for track in bench.timeline.with_role("caption") if track.segments and track.meta]
    if not present or (present[0] or lang).split("-")[0] == lang.split("-", maxsplit=1)[0]:
        return False
    said = frame.message.text
    if any(word in said for word in _SPOKEN):
        return False
    states = any(token.text in ("is", "are", "是") for token in frame.tokens)
    return not states or frame.acts("add")


def _styled(frame: Frame, bench: Bench) -> bool:
    did = False
    look = _look(frame, bench)
    present = next((track.meta.look for track in bench.timeline.with_role("caption") if track.meta), None)
    if look and look != present:
        bench.make(SetCaptionLook, look=look, focus="caption")
        did = True
    elif look:
        did = True
    if frame.acts("highlight") or look in ("karaoke", "pop"):
        bench.attribute = "highlight"
    style = style_fields(frame, bench, "caption")
    if frame.acts("highlight") and "color" in style and "highlight" not in style:
        style["highlight"] = style.pop("color")
    if look == "boxed" and frame.has("attr", "box"):
        style.pop("box_color", None)
    if style:
        bench.make(SetStyle, target="caption", **style)
        did = True
    places = place_fields(frame)
    if places:
        bench.make(PlaceText, target="caption", **places)
        did = True
    if did and look == present and look and not (style or places):
        raise cannot("same_already", what="caption")
    return did


def _denied_looks(frame: Frame) -> list[str]:
    """The looks that captions are not to have: "no karaoke"."""
    if frame.acts("remove"):
        return []
    return [
        look
        for before, token in zip(frame.tokens, frame.tokens[1:], strict=False)
        if before.says("not", "no")
        for look in token.all("look")
    ]


def _leave_look(frame: Frame, bench: Bench, denied: list[str]) -> None:
    """Another look where captions have one that is not wanted."""
    others = [look for look in frame.all("look") if look not in denied]
    present = next((track.meta.look for track in bench.timeline.with_role("caption") if track.meta), None)
    if present not in denied:
        raise cannot("same_already", what="caption")
    bench.make(SetCaptionLook, look=others[0] if others else "classic", focus="caption")


def _says_style(frame: Frame) -> bool:
    if frame.has("attr", "box", "outline", "highlight", "lines", "characters"):
        return True
    return (
        any(frame.has(kind) for kind in ("look", "place", "dir", "weight", "rows"))
        or bool(frame.values("color", "pixels"))
        or frame.acts("highlight")
    )


def _lights(bench: Bench) -> bool:
    """Whether the captions light their words already."""
    return any(track.meta and track.meta.look in ("karaoke", "pop") for track in bench.timeline.with_role("caption"))


def _look(frame: Frame, bench: Bench) -> str | None:
    looks = frame.all("look")
    if not looks and frame.has("attr", "box") and frame.acts("add") and not frame.values("color"):
        return "boxed"
    if not looks:
        return "karaoke" if frame.acts("highlight") and not frame.values("color") and not _lights(bench) else None
    if "boxed" in looks and "minimal" in looks:
        return "boxed"
    return looks[0]


def _is_removal(frame: Frame) -> bool:
    if frame.has("attr", "outline", "box", "highlight") or (frame.has("look") and not frame.has("not", "no")):
        return False
    denies = any(token.says("not", "no") and token.text != "nothing" for token in frame.tokens)
    return frame.acts("remove") or denies or (frame.has("off", "off") and not frame.quotes)


def profanity_wish(frame: Frame, bench: Bench) -> bool:
    """Masks swear words: those that are named, else those of the list."""
    words = [word for quote in frame.quotes for word in quote.split()] or None
    sound_only = frame.acts("mute") and not frame.acts("mask")
    bench.make(MaskProfanity, words=words, text=False if sound_only else None, focus="caption")
    return True


def replace_wish(frame: Frame, bench: Bench) -> bool:
    """Other words in the captions, or in a title that holds them."""
    quotes = frame.quotes
    if frame.names("glossary") and len(quotes) < 2:
        return _spelled(frame, bench)
    kinds = [token.datum.kind for token in frame.tokens if token.datum is not None]
    if kinds == ["wrong"]:
        quotes = [quotes[0], ""]
    if len(quotes) < 2:
        return False
    wrong, right = quotes[0], quotes[1]
    if "right" in kinds:
        wrong, right = (right, wrong) if kinds.index("right") < kinds.index("wrong") else (wrong, right)
    elif _is_right_first(frame):
        wrong, right = right, wrong
    if not spoken(bench.timeline).holds(wrong.casefold()):
        wrong = simplified(wrong)  # "風暴" in captions that were written 风暴
    target = _target_of(frame, bench, wrong)
    bench.need(target)
    if frame.names("glossary"):
        bench.make(SetGlossary, terms={wrong: right}, focus="caption")
        return True
    there = spoken(bench.timeline)
    both = target == "caption" and not frame.names("caption") and there.in_captions(wrong) and there.role_of(wrong)
    bench.make(ReplaceText, find=wrong, replace=right, target=target, focus=target)
    if both:
        bench.make(ReplaceText, find=wrong, replace=right, target=both, focus=both)
    return True


def _target_of(frame: Frame, bench: Bench, wrong: str) -> str:
    """Where a wording is to be replaced: where the wish says, else in the captions, else in the text that holds it."""
    there = spoken(bench.timeline)
    shown = there.role_of(wrong)
    if frame.names("caption", "glossary") or not shown:
        return "caption"
    return shown if there.exact_role(wrong) or not there.in_captions(wrong) or frame.names(shown) else "caption"


def _spelled(frame: Frame, bench: Bench) -> bool:
    """A right spelling for the glossary: quoted, or a name that nothing else is known of."""
    terms = frame.quotes or [word for word in frame.unknown_words if word[:1].isupper() or not word.isascii()]
    if not terms:
        return False
    for token in list(frame.tokens):
        if token.unknown:
            frame.tokens.remove(token)
    bench.make(SetGlossary, terms=tuple(terms), focus="caption")
    return True


def _is_right_first(frame: Frame) -> bool:
    """Whether the first of two wordings is the right one: "the name is Siobhan, the captions wrote Shivawn"."""
    marks = [token for token in frame.tokens if token.datum is not None and token.datum.kind != "file"]
    if len(marks) < 2:
        return False
    text = frame.message.text
    before, between = text[: marks[0].start], text[marks[0].end : marks[1].start]
    after = text[marks[1].end : marks[1].end + 12]
    if re.search(
        r"(replace|change|swap|turn|correct|fix|把|将|wrong|wherever|every time|whenever)\W*(?:\w+\W+){0,3}$", before
    ) and not re.search(r"instead of|rather than", between):
        return False
    if re.search(r"instead of|rather than|而不是", between):
        return not re.search(
            r"(says?|wrote|written|heard|shows?|reads?|got|写|听|显示)\W*(?:\w+\W+){0,2}$", before
        ) or bool(re.search(r"(should|must|spell|put|write|use|应该|要)\W*(?:\w+\W+){0,3}$", before))
    if _WRONG_FIRST.search(between) and not _RIGHT_FIRST.search(between.split(",")[-1]):
        return False
    if re.match(r"\s*(写错|听错|识别错|was wrong|is wrong)", after):
        return True
    return bool(_RIGHT_FIRST.search(between))
