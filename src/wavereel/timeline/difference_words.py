"""What differs between two timelines in a few sentences, in English and Chinese; nothing that the facts do not say.

The title is now yellow (was white) and at the top (was on the right).
Cut the first 10 s: the video is now 1:50 long (was 2:00).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from wavereel.timeline.difference_phrases import PLACED, Phrase, phrase_of
from wavereel.timeline.difference_places import place_phrase
from wavereel.timeline.difference_values import content_text, quoted, share, when_text
from wavereel.timeline.difference_whole import SPOKEN, canvas_texts, is_first, length_texts, size_text
from wavereel.timeline.names import part_name, plural_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wavereel.timeline.difference_facts import Difference

MAX_SENTENCES = 6
MAX_PHRASES = 4
"""So much is said of one part; the rest is a number."""

_QUIET = frozenset({"m.name", "m.file_id", "m.slot", "m.title", "g.art", "tt", "m.role"})
"""Keys that say how the draft is written, not how it looks or sounds."""

_PLURAL = frozenset({"caption"})
_TIMED = frozenset({"time", "wd", "ss", "se"})
_WORDS = re.compile(r"\b(?:bigger|smaller), (?=at size)")
_RETURNED = re.compile(r"^brought back (.+?)(?=: the |$)")
_CHINESE_BACK = (
    ("改为", "恢复为"),
    ("放大到", "恢复为"),
    ("缩小到", "恢复为"),
    ("换成", "换回"),
    ("移到", "移回"),
    ("原为", "刚才是"),
    ("原来长", "刚才长"),
)


class _Said(NamedTuple):
    """A sentence without its final stop, and how many facts it leaves out."""

    text: str
    left_out: int = 0


def difference_text(differences: Sequence[Difference], lang: str = "en", *, back: bool = False) -> str:
    """The facts in sentences: the canvas and the length first, then part by part, long lists folded.

    Args:
        differences: As `differences` gives them.
        lang: `en`, or `zh` for Chinese.
        back: Whether the timeline afterwards is one that was there before, as after an undo: "is white again".

    Returns:
        The sentences; empty where there are no facts.
    """
    if not differences:
        return ""
    zh = lang == "zh"
    facts = _worth_saying(differences)
    if not facts:
        return "只改动了看不见也听不到的细节。" if zh else "Only details changed that are neither seen nor heard."
    said = _all_said(facts, differences, zh=zh, back=back)
    left_out = sum(one.left_out for one in said) + max(0, len(said) - MAX_SENTENCES)
    texts = [_again(one.text, zh=zh) if back else one.text for one in said[:MAX_SENTENCES]]
    if left_out:
        many = "change" if left_out == 1 else "changes"
        texts[-1] += f"，另有{left_out}处改动" if zh else f", and {left_out} more {many}"
    if zh:
        return "".join(f"{text}。" for text in texts).replace("）（原为", "；原为").replace("）（刚才是", "；刚才是")
    return " ".join(f"{_capital(text)}." for text in texts).replace(") (was", "; was")


def _all_said(facts: list[Difference], differences: Sequence[Difference], *, zh: bool, back: bool) -> list[_Said]:
    if _is_emptied(facts):
        facts = [fact for fact in facts if fact.part == "timeline"]
    sized = any(fact.key == "m.size" for fact in facts)
    fitted = [fact for fact in facts if sized and _fits_the_canvas(fact)]
    others = [fact for fact in facts if fact not in fitted] if fitted else facts
    if not back and (made := _made(others, zh)):
        return [
            *_canvas(others, differences, zh, first=False, fitted=fitted, back=back),
            *made,
            *_parts(others, zh, back=back),
        ]
    return [
        *_canvas(others, differences, zh, first=False, fitted=fitted, back=back),
        *(_Said(text) for text in length_texts(others, zh=zh)),
        *_came_and_went(others, zh, back=back),
        *_parts(others, zh, back=back),
        *_canvas(others, differences, zh, first=True, fitted=(), back=back),
    ]


def _is_emptied(facts: Sequence[Difference]) -> bool:
    """Whether all that was there is gone: that says it all."""
    length = next((fact for fact in facts if fact.part == "timeline" and fact.key == "d" and fact.kind == "set"), None)
    if length is None or length.after or not length.before:
        return False
    return all(
        fact.kind == "removed" or (fact.part == "canvas" and fact.after is None) or fact is length for fact in facts
    )


def _made(facts: Sequence[Difference], zh: bool) -> list[_Said]:
    """The first video: how long it is, its theme and name, and what it has; empty where there was one before."""
    length = next((fact for fact in facts if fact.part == "timeline" and fact.key == "d" and fact.kind == "set"), None)
    things = [_thing_text(fact, "made", zh) for fact in facts if fact.kind == "added"]
    if length is None or length.before or len(things) < 3:
        return []
    texts = length_texts(facts, zh=zh)
    first = {fact.key: fact.after for fact in facts if fact.part == "canvas" and is_first(fact)}
    if theme := first.get("m.theme"):
        texts[0] += f"，主题是{theme}" if zh else f", in the {theme} theme"
    if title := first.get("m.title"):
        texts[0] += f"，名为{quoted(title, 'zh')}" if zh else f", and called {quoted(title, 'en')}"
    has = f"里面有{_listed(things, zh)}" if zh else f"it has {_listed(things, zh)}"
    return [*(_Said(text) for text in texts), _Said(has)]


def _again(text: str, *, zh: bool) -> str:
    """A sentence about what was there before: `is white again (was red)`."""
    if zh:
        for word, back in _CHINESE_BACK:
            text = text.replace(word, back)
        return text
    text = _RETURNED.sub(r"\1 are back", _WORDS.sub("", text))
    clauses = text.split(": ")
    return ": ".join(_again_clause(clause) for clause in clauses)


def _again_clause(clause: str) -> str:
    head, now, tail = clause.partition(" now ")
    if not now or "again" in tail or "no longer" in tail or "before" in tail or "anew" in tail:
        return f"{head} {tail}" if now else clause
    stop = min((place for mark in (" (was", ", which", "; ") if (place := tail.find(mark)) >= 0), default=len(tail))
    return f"{head} {tail[:stop]} again{tail[stop:]}"


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
    pending: frozenset[str]
    replaced: frozenset[str]
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
            any(fact.kind in ("cut", "restored") or (fact.key == "sp" and fact.part in SPOKEN) for fact in facts),
            any(fact.key == "m.theme" for fact in facts),
            any(fact.key == "m.size" for fact in facts),
            frozenset(fact.part for fact in facts if fact.kind == "count"),
            frozenset(fact.part for fact in facts if fact.key == "m.pending" and fact.after),
            frozenset(fact.part for fact in facts if fact.key in ("content", "g.txt")),
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
        or (fact.kind == "count" and fact.part in {*SPOKEN, "caption"})
        or (fact.part == "caption" and fact.key == "txt" and fact.trimmed)
        or fact.kind in ("shifted", "retimed")
    ):
        return True
    if fact.part == "caption" and fact.part in cause.counted and (fact.trimmed or fact.kind in ("shifted", "retimed")):
        return True
    if fact.kind == "count" and not fact.after and fact.part in cause.pending:
        return True
    match fact.key:
        case "time":
            follows = fact.kind == "set" and _with_the_end(fact.before, fact.after)
            return follows or (fact.part in cause.counted and fact.part in SPOKEN)
        case "ss" | "se":
            return fact.part in cause.counted or fact.part in cause.replaced
        case "x.fit":
            return fact.part in cause.replaced and fact.after is None
        case "m.lang":
            return fact.part in cause.pending and fact.after is None
        case "g.seed":
            return fact.part in cause.replaced
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
            return fact.part in cause.counted and not fact.after
        case _:
            return False


def _facts(fact: Difference) -> dict[str, Any]:
    """What is said of a thing that came or went."""
    return fact.after or fact.before or {}


def _with_the_end(before: list[int], after: list[int]) -> bool:
    """Whether something only goes on to the end, or stays at it, wherever that is."""
    to_the_end = before[1] >= before[2] and after[1] >= after[2] and before[2] != after[2]
    return to_the_end and (before[0] == after[0] or before[1] - before[0] == after[1] - after[0])


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


def _canvas(
    facts: Sequence[Difference],
    differences: Sequence[Difference],
    zh: bool,
    *,
    first: bool,
    fitted: Sequence[Difference],
    back: bool,
) -> list[_Said]:
    said: list[_Said] = []
    size = next((fact for fact in facts if fact.key == "m.size" and fact.part == "canvas"), None)
    if size is not None and not first:
        text, parts = size_text(size, zh=zh), _parts(fitted, zh, back=back)
        if parts:
            follows = [_WORDS.sub("", part.text.replace(" now ", " ")) for part in parts]
            text += f"；{'，'.join(follows)}" if zh else f"; to fit it, {_listed(follows, zh)}"
        said.append(_Said(text, sum(part.left_out for part in parts)))
    for fact, text in canvas_texts(facts, zh=zh, first=first):
        themed = fact.key == "m.theme" and not first
        said.append(_Said(text + (_themed_parts(differences, zh) if themed else "")))
    return said


def _fits_the_canvas(fact: Difference) -> bool:
    """Whether a fact follows from another size of the picture: what a theme sets for each."""
    if fact.kind not in ("set", "various") or fact.part in ("canvas", "timeline", "media", *SPOKEN, "bgm", "sfx"):
        return fact.part == "main" and fact.key in PLACED
    return (
        fact.key == "g.n"
        or (fact.key.startswith("st.") and not fact.own)
        or (fact.key.startswith("x.") and fact.key != "x.fit")
    )


def _themed_parts(differences: Sequence[Difference], zh: bool) -> str:
    """The parts that look otherwise in another theme."""
    facts = [fact for fact in differences if fact.part != "canvas" and fact.kind != "detail" and _of_the_theme(fact)]
    names = [part_name(part, "zh" if zh else "en") for part in dict.fromkeys(fact.part for fact in facts)]
    if not names:
        return ""
    return f"，{_listed(names, zh)}随之改变" if zh else f", which changes {_listed(names, zh)}"


def _came_and_went(facts: Sequence[Difference], zh: bool, *, back: bool) -> list[_Said]:
    said: list[_Said] = []
    for kind in ("added", "removed"):
        some = [fact for fact in facts if fact.kind == kind]
        if not some:
            continue
        things = [_thing_text(fact, "removed" if back else kind, zh) for fact in some]
        shown = things[: MAX_PHRASES * 2]
        if back and not zh:
            be = "are" if len(things) > 1 or some[0].part in _PLURAL else "is"
            text = f"{_listed(shown, zh)} {be} {'back' if kind == 'added' else 'gone again'}"
        elif back:
            text = ("恢复了" if kind == "added" else "去掉了") + _listed(shown, zh)
        else:
            text = {"added": ("added ", "添加了"), "removed": ("removed ", "去掉了")}[kind][zh] + _listed(shown, zh)
        said.append(_Said(text, len(things) - len(shown)))
    return said


def _thing_text(fact: Difference, kind: str, zh: bool) -> str:
    lang = "zh" if zh else "en"
    facts = _facts(fact)
    name = part_name(fact.part, lang)
    if fact.part == "media":
        return fact.name
    if fact.part == "caption":
        if facts.get("pending") and kind != "removed":
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
    plain = fact.name.casefold() in (part_name(fact.part).removeprefix("the "), name, fact.part)
    if shown := facts.get("file", "") if plain else fact.name:
        remarks.append(shown)
    if kind == "added" and fact.part == "background" and "g" in facts and "art" not in facts["g"]:
        remarks.append(content_text(facts, lang))
    if kind != "removed" and not facts.get("whole", True):
        remarks.append(_when(facts, lang))
    if kind != "removed" and "gain" in facts and fact.part not in ("voice", "audio"):
        remarks.append(share(facts["gain"]))
    if not remarks:
        return name
    return f"{name}（{'，'.join(remarks)}）" if zh else f"{name} ({', '.join(remarks)})"


def _when(facts: dict[str, Any], lang: str) -> str:
    start_ms, end_ms = facts["start_ms"], facts["end_ms"]
    whole_ms = end_ms if facts.get("whole") else end_ms + 1
    return when_text(start_ms, end_ms, whole_ms, lang)


def _parts(facts: Sequence[Difference], zh: bool, *, back: bool) -> list[_Said]:
    """One sentence for each part, or for each of several segments of it."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for fact in facts:
        if fact.part in ("canvas", "timeline", "media") or fact.kind in ("added", "removed"):
            continue
        if fact.key == "sp" and fact.part in SPOKEN:
            continue
        groups.setdefault((fact.part, "" if fact.alone or fact.key == "txt" else fact.name), []).append(fact)
    return [_part(part, name, group, zh, back=back) for (part, name), group in groups.items()]


def _part(part: str, name: str, group: Sequence[Difference], zh: bool, *, back: bool) -> _Said:
    phrases = list(dict.fromkeys(_phrases(group, back=back)))
    shown = phrases[:MAX_PHRASES]
    subject = part_name(part, "zh" if zh else "en")
    plural = part in _PLURAL
    several = plural_name(part, "en")
    if several and all(fact.alone and fact.count > 1 for fact in group):
        subject, plural = (f"所有{subject}" if zh else several), True
    elif several and not name and all(fact.count > 1 for fact in group):
        subject, plural = (f"{group[0].count}个{subject}" if zh else f"{group[0].count} of {several}"), True
    if part == "caption" and all(fact.count == 1 and fact.kind == "set" and fact.own for fact in group):
        subject, plural = "有一条字幕" if zh else "one caption", False
    if zh:
        name = quoted(name[1:-1], "zh") if name.startswith('"') else name
        return _Said(f"{subject}{name}" + "，".join(phrase.zh for phrase in shown), len(phrases) - len(shown))
    does = _listed([_conjugated(phrase.en, plural=plural) for phrase in shown if phrase.verb], zh)
    states = [phrase.en for phrase in shown if not phrase.verb]
    text = subject + (f" {name}" if name else "") + (f" now {does}" if does else "")
    if states:
        verb = "are" if plural else "is"
        now = "" if states[0].startswith(("no longer", "written")) or states[0].endswith(" again") else " now"
        text += f" and {verb} {_listed(states, zh)}" if does else f" {verb}{now} {_listed(states, zh)}"
    return _Said(text, len(phrases) - len(shown))


def _phrases(group: Sequence[Difference], *, back: bool) -> list[Phrase]:
    """The phrases of the facts about one thing; those about its place as one, where it is known what stood where."""
    seen = next((fact.seen for fact in group if fact.seen is not None and fact.key in PLACED), None)
    phrases: list[Phrase] = []
    told = False
    for fact in group:
        if back and fact.kind == "count" and fact.part == "caption" and not fact.before:
            cues = "cue" if fact.after == 1 else "cues"
            phrases.append(Phrase(f"has its {fact.after} {cues}", f"恢复为{fact.after}条", verb=True))
        elif (
            seen is None
            or fact.seen != seen
            or fact.key not in PLACED
            or (not seen[0].sized and fact.key in ("x.w", "x.h"))
        ):
            phrases.append(phrase_of(fact))
        elif not told:
            told = True
            found = place_phrase(*seen, back=back)
            phrases.append(Phrase(*found) if found else Phrase("fixed where it stands", "固定在现在的位置"))
    return _joined(phrases)


def _joined(phrases: list[Phrase]) -> list[Phrase]:
    """The colour and the width of an outline as one."""
    wide = next((one for one in phrases if one.en.startswith("outlined ") and " px wide" in one.en), None)
    colored = next((one for one in phrases if one.en.startswith("outlined in ")), None)
    if wide is None or colored is None:
        return phrases
    both = Phrase(f"{colored.en}, {wide.en.removeprefix('outlined ')}", f"{colored.zh}，{wide.zh}")
    return [both if one is colored else one for one in phrases if one is not wide]


def _conjugated(text: str, *, plural: bool) -> str:
    """`fades out` for one, `fade out` for several."""
    verb, blank, rest = text.partition(" ")
    return (
        ("have" if verb == "has" else verb.removesuffix("s")) + blank + rest.replace("its ", "their ", 1)
        if plural
        else text
    )


def _listed(items: Sequence[str], zh: bool) -> str:
    if len(items) < 2:
        return "".join(items)
    if zh:
        return "、".join(items[:-1]) + "和" + items[-1]
    return ", ".join(items[:-1]) + " and " + items[-1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
