"""What differs between two timelines in a few sentences, in English and Chinese; nothing that the facts do not say.

The title is now yellow (was white) and at the top (was in the middle).
Cut the first 10 s: the video is now 1:50 long (was 2:00).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from wavereel.timeline.build import ratio_text
from wavereel.timeline.difference_canvas import canvas_text
from wavereel.timeline.difference_phrases import phrase_of
from wavereel.timeline.difference_values import quoted, share, span_text, when_text
from wavereel.timeline.names import part_name
from wavereel.timeline.summary import length_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wavereel.timeline.difference_facts import Difference

MAX_SENTENCES = 5
MAX_PHRASES = 4
"""So much is said of one part; the rest is a number."""

_QUIET = frozenset({"m.name", "m.file_id", "m.slot", "m.title", "g.art", "tt", "m.role"})
"""Keys that say how the draft is written, not how it looks or sounds."""

_PLURAL = frozenset({"caption"})
_SPOKEN = frozenset({"voice", "audio", "main"})
_TIMED = frozenset({"time", "wd", "ss", "se"})


class _Said(NamedTuple):
    """A sentence without its final stop, and how many facts it leaves out."""

    text: str
    left_out: int = 0


def difference_text(differences: Sequence[Difference], lang: str = "en") -> str:
    """The facts in sentences: the canvas and the length first, then part by part, long lists folded.

    Args:
        differences: As `differences` gives them.
        lang: `en`, or `zh` for Chinese.

    Returns:
        The sentences; empty where there are no facts.
    """
    if not differences:
        return ""
    zh = lang == "zh"
    facts = _worth_saying(differences)
    if not facts:
        return "只改动了看不见也听不到的细节。" if zh else "Only details changed that are neither seen nor heard."
    said = [
        *_canvas(facts, differences, zh, first=False),
        *_length(facts, zh),
        *_came_and_went(facts, zh),
        *_parts(facts, zh),
        *_canvas(facts, differences, zh, first=True),
    ]
    left_out = sum(one.left_out for one in said) + max(0, len(said) - MAX_SENTENCES)
    texts = [one.text for one in said[:MAX_SENTENCES]]
    if left_out:
        many = "change" if left_out == 1 else "changes"
        texts[-1] += f"，另有{left_out}处改动" if zh else f", and {left_out} more {many}"
    return "".join(f"{text}。" for text in texts) if zh else " ".join(f"{_capital(text)}." for text in texts)


def _worth_saying(differences: Iterable[Difference]) -> list[Difference]:
    """Without what follows from another fact, and without details where there is more than they."""
    facts = list(differences)
    cause = _Cause.of(facts)
    kept = [fact for fact in facts if fact.kind != "detail" and not _follows(fact, cause)]
    loud = [fact for fact in kept if fact.key not in _QUIET or fact.part == "canvas"]
    loud = [fact for fact in loud if fact.part != "media" or fact.kind != "added"] or loud
    return loud or kept


class _Cause(NamedTuple):
    """What there is that other facts follow from."""

    timed: bool
    themed: bool
    sized: bool
    counted: frozenset[str]
    reworded: frozenset[str]
    restyled: frozenset[str]
    placed: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def of(cls, facts: Sequence[Difference]) -> _Cause:
        """The causes among some facts."""
        texts = [fact.after for fact in facts if fact.key == "txt" and fact.kind == "set"]
        texts += [_facts(fact).get("text", "") for fact in facts if fact.kind == "added"]
        return cls(
            any(fact.kind == "cut" or (fact.key == "sp" and fact.part in _SPOKEN) for fact in facts),
            any(fact.key == "m.theme" for fact in facts),
            any(fact.key == "m.size" for fact in facts),
            frozenset(fact.part for fact in facts if fact.kind == "count"),
            frozenset(fact.part for fact in facts if fact.key == "txt"),
            frozenset(fact.part for fact in facts if fact.key == "g.sty"),
            frozenset(fact.part for fact in facts if fact.key in ("x.x", "x.y") and fact.after is not None),
            frozenset(str(text) for text in texts),
        )


def _follows(fact: Difference, cause: _Cause) -> bool:
    """Whether a fact goes without saying beside its cause."""
    if cause.themed and _of_the_theme(fact):
        return True
    if cause.timed and (
        fact.key in _TIMED
        or (fact.kind == "count" and fact.part in {*_SPOKEN, "caption"})
        or (fact.part == "caption" and fact.kind == "set" and fact.key == "txt" and _only_lost(fact.before, fact.after))
    ):
        return True
    match fact.key:
        case "time":
            follows = fact.kind == "set" and _with_the_end(fact.before, fact.after)
            return follows or (fact.part in cause.counted and fact.part in _SPOKEN)
        case "ss" | "se":
            return fact.part in cause.counted
        case "wd":
            return fact.part in cause.reworded
        case "g.n":
            return fact.after is None and fact.part in cause.restyled
        case "st.pos":
            return fact.after == "custom" and fact.part in cause.placed
        case "m.title":
            return fact.part == "canvas" and fact.after in cause.texts
        case "m.ratio":
            return cause.sized
        case "m.pending":
            return fact.part in cause.counted
        case _:
            return False


def _only_lost(before: str, after: str) -> bool:
    """Whether a text is another one without some of its words."""
    words = iter(before.split())
    return all(word in words for word in after.split())


def _facts(fact: Difference) -> dict[str, Any]:
    """What is said of a thing that came or went."""
    return fact.after or fact.before or {}


def _with_the_end(before: list[int], after: list[int]) -> bool:
    """Whether something only goes on to the end, wherever that is."""
    return before[0] == after[0] and before[1] >= before[2] and after[1] >= after[2] and before[2] != after[2]


def _of_the_theme(fact: Difference) -> bool:
    """Whether a theme sets it: styles of tracks, generators, places; what stands on a text itself was set by hand."""
    head = fact.key.partition(".")[0]
    if fact.part == "canvas":
        return fact.key == "m.bg"
    if fact.kind not in ("set", "various"):
        return False
    if head == "st":
        return not fact.own or fact.after is None
    if fact.part in ("bgm", "sfx", "voice", "audio"):
        return False
    if fact.key == "content":  # a ground that a theme does not paint was set by hand
        return "art" in (fact.after.get("g") or {})
    return head == "g" or fact.key == "m.look" or (head == "x" and fact.after is None)


def _canvas(facts: Sequence[Difference], differences: Sequence[Difference], zh: bool, *, first: bool) -> list[_Said]:
    said: list[_Said] = []
    for fact in facts:
        if fact.part != "canvas" or _is_first(fact) != first:
            continue
        if fact.key == "m.size":
            new, old = (f"{width}x{height}" for width, height in (fact.after, fact.before))
            ratio = ratio_text(*fact.after)
            text = f"画面改为{new}，{ratio}（原为{old}）" if zh else f"the picture is now {new}, {ratio} (was {old})"
        else:
            text = canvas_text(fact.key, fact.before, fact.after, "zh" if zh else "en")
            text += _themed_parts(differences, zh) if fact.key == "m.theme" and not first else ""
        said.append(_Said(text))
    return said


def _is_first(fact: Difference) -> bool:
    """Whether it is a name or a theme where there was none."""
    return fact.before is None and fact.key in ("m.title", "m.theme", "m.bg")


def _themed_parts(differences: Sequence[Difference], zh: bool) -> str:
    """The parts that look otherwise in another theme."""
    facts = [fact for fact in differences if fact.part != "canvas" and fact.kind != "detail" and _of_the_theme(fact)]
    names = [part_name(part, "zh" if zh else "en") for part in dict.fromkeys(fact.part for fact in facts)]
    if not names:
        return ""
    return f"，{_listed(names, zh)}随之改变" if zh else f", which changes {_listed(names, zh)}"


def _length(facts: Sequence[Difference], zh: bool) -> list[_Said]:
    """How long the video is now, and what made it so."""
    lang = "zh" if zh else "en"
    length = next((fact for fact in facts if fact.part == "timeline" and fact.key == "d" and fact.kind == "set"), None)
    cut = next((fact for fact in facts if fact.kind == "cut"), None)
    speed = next((fact for fact in facts if fact.key == "sp" and fact.part in _SPOKEN), None)
    cause = _cut_text(cut, lang) if cut else ""
    if speed and not cut:
        now, old = (f"{1.0 if value is None else value:g}" for value in (speed.after, speed.before))
        cause = (
            f"{part_name(speed.part, 'zh')}速度改为{now}倍（原为{old}倍）"
            if zh
            else f"{part_name(speed.part)} now plays at {now}x speed (was {old}x)"
        )
    if length is None:
        return [*([_Said(cause)] if cause else []), *_others(facts, zh)]
    new, old = length_text(length.after, lang), length_text(length.before, lang)
    if not length.before:
        text = f"视频长{new}" if zh else f"the video is {new} long"
    else:
        text = f"视频现在长{new}（原为{old}）" if zh else f"the video is now {new} long (was {old})"
    joined = f"{cause}{'，' if zh else ': '}{text}" if cause else text
    return [_Said(joined), *_others(facts, zh)]


def _others(facts: Sequence[Difference], zh: bool) -> list[_Said]:
    """Facts of the whole that have no better words."""
    said: list[_Said] = []
    for fact in facts:
        if fact.part != "timeline" or fact.kind == "cut" or (fact.key == "d" and fact.kind == "set"):
            continue
        if fact.kind == "order":
            said.append(_Said("轨道的上下顺序改变" if zh else "the tracks lie in another order"))
        else:
            said.append(_Said(f"“{fact.key}”有改动" if zh else f'the draft has another "{fact.key}"'))
    return said


def _cut_text(fact: Difference, lang: str) -> str:
    zh = lang == "zh"
    ranges: list[tuple[int, int]] = list(fact.before)
    lost = length_text(fact.after, lang)
    if len(ranges) > 1:
        return f"剪掉了{len(ranges)}段，共{lost}" if zh else f"cut {len(ranges)} pieces, {lost} in all"
    start_ms, end_ms = ranges[0]
    if start_ms <= 1:
        return f"剪掉了开头{lost}" if zh else f"cut the first {lost}"
    if end_ms >= fact.whole_ms - 1:
        return f"剪掉了最后{lost}" if zh else f"cut the last {lost}"
    span = span_text(start_ms, end_ms, lang)
    return f"剪掉了{span}（{lost}）" if zh else f"cut {span} ({lost})"


def _came_and_went(facts: Sequence[Difference], zh: bool) -> list[_Said]:
    said: list[_Said] = []
    for kind, verb in (("added", "添加了" if zh else "added "), ("removed", "去掉了" if zh else "removed ")):
        things = [_thing_text(fact, kind, zh) for fact in facts if fact.kind == kind]
        if things:
            shown = things[: MAX_PHRASES * 2]
            said.append(_Said(verb + _listed(shown, zh), len(things) - len(shown)))
    return said


def _thing_text(fact: Difference, kind: str, zh: bool) -> str:
    lang = "zh" if zh else "en"
    facts = _facts(fact)
    name = part_name(fact.part, lang)
    if fact.part == "media":
        return fact.name
    if fact.part == "caption":
        if facts.get("pending"):
            return f"{name}（会在制作视频时生成）" if zh else f"{name} (to be written when the video is made)"
        count = facts.get("count", 0)
        return (
            name
            if not count
            else f"{name}（{count}条）"
            if zh
            else f"{name} ({count} {'cue' if count == 1 else 'cues'})"
        )
    if "text" in facts:
        name += quoted(facts["text"], lang) if zh else f" {quoted(facts['text'], lang)}"
        if kind == "removed" or "start_ms" not in facts:
            return name
        return f"{name}（{_when(facts, lang)}）" if zh else f"{name} {_when(facts, lang)}"
    remarks: list[str] = []
    if fact.name and fact.name.casefold() not in (part_name(fact.part).removeprefix("the "), name, fact.part):
        remarks.append(fact.name)
    if kind == "added" and not facts.get("whole", True):
        remarks.append(_when(facts, lang))
    if kind == "added" and "gain" in facts and fact.part not in ("voice", "audio"):
        remarks.append(share(facts["gain"]))
    if not remarks:
        return name
    return f"{name}（{'，'.join(remarks)}）" if zh else f"{name} ({', '.join(remarks)})"


def _when(facts: dict[str, Any], lang: str) -> str:
    start_ms, end_ms = facts["start_ms"], facts["end_ms"]
    whole_ms = end_ms if facts.get("whole") else end_ms + 1
    return when_text(start_ms, end_ms, whole_ms, lang)


def _parts(facts: Sequence[Difference], zh: bool) -> list[_Said]:
    """One sentence for each part, or for each of several segments of it."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for fact in facts:
        if fact.part in ("canvas", "timeline", "media") or fact.kind in ("added", "removed"):
            continue
        if fact.key == "sp" and fact.part in _SPOKEN:
            continue
        groups.setdefault((fact.part, "" if fact.alone or fact.key == "txt" else fact.name), []).append(fact)
    return [_part(part, name, group, zh) for (part, name), group in groups.items()]


def _part(part: str, name: str, group: Sequence[Difference], zh: bool) -> _Said:
    phrases = list(dict.fromkeys(phrase_of(fact) for fact in group))
    shown = phrases[:MAX_PHRASES]
    subject = part_name(part, "zh" if zh else "en")
    plural = part in _PLURAL
    if part == "caption" and all(fact.count == 1 and fact.kind == "set" and fact.own for fact in group):
        subject, plural = "有一条字幕" if zh else "one caption", False
    if zh:
        name = quoted(name[1:-1], "zh") if name.startswith('"') else name
        return _Said(f"{subject}{name}" + "，".join(phrase.zh for phrase in shown), len(phrases) - len(shown))
    does = _listed([_conjugated(phrase.en, plural=plural) for phrase in shown if phrase.verb], zh)
    state = _listed([phrase.en for phrase in shown if not phrase.verb], zh)
    text = subject + (f" {name}" if name else "") + (f" now {does}" if does else "")
    if state:
        verb = "are" if plural else "is"
        text += f" and {verb} {state}" if does else f" {verb} now {state}"
    return _Said(text, len(phrases) - len(shown))


def _conjugated(text: str, *, plural: bool) -> str:
    """`fades out` for one, `fade out` for several."""
    verb, blank, rest = text.partition(" ")
    return ("have" if verb == "has" else verb.removesuffix("s")) + blank + rest if plural else text


def _listed(items: Sequence[str], zh: bool) -> str:
    if len(items) < 2:
        return "".join(items)
    if zh:
        return "、".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
