"""Wrong and right wordings, and texts on screen that a message names: found before any word is read.

"The captions wrote Shivawn, it's Siobhan", 字幕把Wavereel听成了韦夫里尔: which is wrong is known by what the captions
and the texts on screen really say, so neither needs quotes. Both become data of the kinds `wrong` and `right`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.agent.lexicon.index import chinese_at, english_at
from wavereel.agent.message import is_mark, with_data, with_kind

if TYPE_CHECKING:
    from wavereel.agent.message import Message
    from wavereel.timeline.model import Timeline

_TEXT_ROLES = ("title", "lower_third", "chapter", "cta", "text")

_MARKS = "\ue000-\uf8ff"
_ZONE = rf"(?:[{_MARKS}]|[^\n.;!?:{_MARKS}]{{1,60}}?)"
_A, _B = rf"(?P<a>{_ZONE})", rf"(?P<b>{_ZONE})"
_END = (
    r"(?=\s*(?:$|[,.;!?\n]| (?:in|on) (?:the |my |all )?(?:captions?|subtitles?|subs|text|words|transcript|titles?"
    r"|lower)| everywhere| please| throughout| instead| every ?time| wherever| whenever| across| pls| then"
    r"| and (?:make|put|add|set)))"
)
_END_HAN = r"(?=\s*(?:$|[,.;!?\n]|吧|呢|谢谢|就好|就行|好了|才对|才是|帮|麻烦|,))"
_IS = (
    r"(?:it's|its|it is|it should be|should be|that should be|it should (?:say|read)|should (?:say|read)|it must be"
    r"|must be|i said|i say|(?:the )?(?:right|correct) (?:name|word|spelling|one) is|is (?:actually|really)|actually"
    r"|it's (?:actually|really|supposed to be)|supposed to be|is supposed to be|make (?:it|that)|put|write|use"
    r"|(?:change|replace) it (?:to|with))"
)
_SAYS = (
    r"(?:says?|wrote|write|writes|written|heard|hears|shows?|reads?|spelled|spells?|has|have|got|transcribed|put|typed)"
)
_CHANGES = "(?:替换|换|改|纠正|更正|修正|改正|修改)(?:成|为|作|做)"
_ALL = "(?:都|全都?|全部|统统|通通|一律)?"

_WRONG_FIRST = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?<![a-z])(?:replace|substitute|swap|change|correct|fix|turn|edit|switch|rename)(?: out)? {_A} (?:with"
            rf"|by|for|to|into|->|=>) {_B}{_END}"
        ),
        (
            rf"(?<![a-z]){_SAYS} {_A}(?: in the \w+| on screen)?\s?[,.;-]?\s?(?:but |and |when )?{_IS} (?:actually "
            rf"|really |spelled |say |read )?{_B}{_END}"
        ),
        (
            rf"(?<![a-z])(?:wrote|written|says?|has|have|shows?|heard|got|typed|spelled) {_A} (?:instead of"
            rf"|rather than|not) {_B}{_END}"
        ),
        rf"(?:写|听|识别|打|认|显示)(?:成了?|的是|了)\s?{_A}\s?[,.]?\s?(?:而不是|不是)\s?{_B}{_END_HAN}",
        (
            rf"{_A}\s?(?:is|was|'s)? (?:wrong|misspelled|misspelt|spelled wrong|a typo|incorrect"
            rf"|misheard)(?: in (?:the |my )?\w+)?\s?[,.;-]?\s?(?:and )?(?:{_IS}|is) {_B}{_END}"
        ),
        (
            rf"{_A} should (?:be|read|say|have been)(?! (?:cut|removed|deleted|gone|bleeped|censored|muted|out|hidden"
            rf"|masked)(?![a-z]))(?: spelled| written| called)?(?: as)? {_B}{_END}"
        ),
        rf"(?<![a-z])(?:not|isn't) {_A}\s?,?\s?(?:but|{_IS}|rather) {_B}{_END}",
        rf"{_A} ?(?:->|=>|→) ?{_B}{_END}",
        rf"(?:把|将)?{_A}\s?{_ALL}{_CHANGES}\s?{_B}{_END_HAN}",
        (
            rf"{_A}\s?(?:是|被)?(?:听写|写|听|识别|拼|打|认|念|弄|搞)?错(?:了|的|字)?\s?[,.]?\s?(?:应该是?|应该写成?"
            rf"|应为|应当是|其实是|正确的是|正确写法是|改成|换成|要改成|要写成|得写成|写成|得是|是)\s?{_B}{_END_HAN}"
        ),
        rf"{_A}\s?(?:应该|应当|应|得|要|需要|请)(?:是|写成|写作|为|改成|叫)\s?{_B}{_END_HAN}",
        (
            rf"(?:写|听|识别|打|认|显示)(?:成了?|的是|了)\s?{_A}\s?[,.]?\s?(?:但|可是?|但是|不过)?(?:其实"
            rf"|实际上?)?(?:应该是?|应为|正确的是|应该写成?|要写成?|是)\s?{_B}{_END_HAN}"
        ),
        rf"(?:不是|不叫)\s?{_A}\s?[,.]?\s?(?:而?是|应该是|而?叫|应该叫)\s?{_B}{_END_HAN}",
    )
)
_RIGHT_FIRST = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?<![a-z])(?:spell (?:it|that|this)?|write|put|say|use|it's|it is|its|it should be|should (?:be|say"
            rf"|read)|name is|that's|called|with) {_B}\s?,?\s?(?:and )?(?:not|instead of|rather than"
            rf"|in place of) {_A}{_END}"
        ),
        (
            rf"{_B} (?:was|is|got|gets|has been|comes out|came out|shows up)(?: being)? ?(?:heard|transcribed|written"
            rf"|spelled|misheard|misspelled|captioned|shown)? as {_A}{_END}"
        ),
        (
            rf"(?<![a-z])(?:name|word|spelling)(?: is|'s) {_B}\s?[,.;-]?\s?(?:but |and )?(?:the )?(?:captions?"
            rf"|subtitles?|subs|they|it|you|transcript) {_SAYS}(?: down| it(?: as)?)? {_A}{_END}"
        ),
        (
            rf"(?:字幕(?:里面?|中|上)?(?:的|把|将)?|把|将)?{_B}\s?(?:都|总是|老是|全)?(?:被)?(?:听|写|识别|打|认|拼|错|念|显示)(?:错"
            rf"|写)?成了?\s?{_A}{_END_HAN}"
        ),
        rf"(?:用|拿)\s?{_B}\s?(?:来)?(?:代替|替代|替换掉?|取代|换掉)\s?{_A}{_END_HAN}",
        rf"(?:是|叫|写|用)\s?{_B}\s?[,.]?\s?(?:而?不是|不叫|别写|不要写成?)\s?{_A}{_END_HAN}",
    )
)
_PATTERNS = (
    *zip(
        map(re.compile, ("not|instead|rather|in place", " as ", "name|word|spelling", "成", "[代替取换]", "不|别")),
        _RIGHT_FIRST,
        strict=True,
    ),
    *zip(
        map(
            re.compile,
            (
                *(
                    "replac|substit|swap|chang|correct|fix|turn|edit|switch|rename",
                    "it|should|must|suppos|actual|said|really|put|use",
                    "instead|rather|not",
                    "不是",
                ),
                *(
                    "wrong|mis|typo|incorrect",
                    "should",
                    "not|n't",
                    "[-=]>|→",
                    "[替换改更纠修]",
                    "错",
                    "[应得要请]",
                    "[写听认识打显]",
                    "不",
                ),
            ),
        ),
        _WRONG_FIRST,
        strict=True,
    ),
)
"""Every pattern behind what must stand somewhere for it to match: most messages hold none of it."""

_DROPS = re.compile(
    rf"(?<![a-z])(?:drop|remove|delete|take out|cut|lose|get rid of|erase) (?:the |every |all )?(?:words? "
    rf"|phrase ){_A} (?:from|out of|in) (?:the |my )?(?:title|captions?|subtitles?|subs|lower third|end card)"
)
_ZONE_TAILS = re.compile(
    r"(?:\s(?:in|on) (?:the |my |all )?(?:captions?|subtitles?|subs|screen|text|title)|(?:\s|^)(?:is|was|everywhere)"
    r"|(?:这个|这|那个|那)?(?:两|几|三|四|个)?(?:个)?(?:词|字|名字|单词)?(?:都|全都?|全部|统统|通通|一律|总是|老是)?)$"
)
_INSIDE = re.compile(
    r"(?<![a-z])(?:in|inside|of|on) (?:the |my )?(?:title|headline|lower third|name ?tag|chapter|end card|outro)"
    r"|(?:标题|人名条|名牌|章节|片尾卡?)(?:里面?|中|上)"
)
_ABOUT_WORDS = re.compile("captions?|subtitles?|subs|spell|typo|transcri|lyrics|word|字幕|歌词|错|听成|识别|写成")
_LEADS = re.compile(
    r"^(?:the |a |an )?(?:words? |phrase |names? |spelling of |wording |term )?(?:of |is )?(?:spelled |spelt |called "
    r"|written |actually |really )?|^(?:字幕|歌词)?(?:里面?|中|上)?(?:的|所有的?|每个|把|将)*"
)
_TAILS = re.compile(r"(?:\s(?:please|pls|instead|then|everywhere)|吧|呢|才对|就好|就行)+$")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the captions say and what stands on screen; the latter by the role of its track."""

    captions: str
    texts: tuple[tuple[str, str], ...]

    def holds(self, wording: str) -> bool:
        """Whether a wording, in lower case, is said or stands somewhere; in scripts with spaces as whole words."""
        return any(_holds(text, wording) for text in (self.captions, *(text.casefold() for _, text in self.texts)))

    def in_captions(self, wording: str) -> bool:
        """Whether the captions say it."""
        return _holds(self.captions, wording.casefold())

    def exact_role(self, wording: str) -> str:
        """The role of the text on screen that is a wording; empty where none is."""
        folded = wording.casefold()
        return next((role for role, text in self.texts if text.casefold() == folded), "")

    def role_of(self, wording: str) -> str:
        """The role of the text on screen that is, or else holds, a wording; empty where none does."""
        folded = wording.casefold()
        return self.exact_role(wording) or next(
            (role for role, text in self.texts if _holds(text.casefold(), folded)), ""
        )


def spoken(timeline: Timeline) -> Spoken:
    """What the captions of a timeline say, and its texts."""
    cues = [segment.text or "" for track in timeline.with_role("caption") for segment in track.segments]
    texts = [
        (role, segment.text)
        for role in _TEXT_ROLES
        for track in timeline.with_role(role)
        for segment in track.segments
        if segment.text
    ]
    return Spoken(" ".join(cues).casefold(), tuple(texts))


def _holds(text: str, wording: str) -> bool:
    place = text.find(wording)
    while place >= 0:
        end = place + len(wording)
        if _HAN.search(wording) or not (text[place - 1 : place].isalnum() or text[end : end + 1].isalnum()):
            return True
        place = text.find(wording, place + 1)
    return False


def with_replacement(message: Message, there: Spoken) -> Message:
    """The message with a wrong and a right wording as data, where the wrong one is really there."""
    if not (there.captions or there.texts):
        return message
    for trigger, pattern in _PATTERNS:
        if trigger.search(message.text) is None:
            continue
        match = pattern.search(message.text)
        while match is not None:
            wrong, right = _wrong(message, match, there), _right(message, match)
            apart = wrong and right and not (wrong[0] < right[1] and right[0] < wrong[1])
            if wrong and right and apart and not _is_restyling(message, *right):
                return _as_pair(message, wrong, right)
            match = (
                pattern.search(message.text, max(match.start() + 1, match.start("a")))
                if match.start("a") > match.start()
                else None
            )
    return _without_wording(message, there)


def _without_wording(message: Message, there: Spoken) -> Message:
    """The message with a wording as data that is to go: "drop the word Night from the title"."""
    match = (
        _DROPS.search(message.text) if "word" in message.text or "字" in message.text or "词" in message.text else None
    )
    wrong = _wrong(message, match, there) if match else None
    if wrong is None:
        return message
    if is_mark(message.text[wrong[0] : wrong[1]]):
        return with_kind(message, message.text[wrong[0]], "wrong")
    return with_data(message, *wrong, "wrong")


def _as_pair(message: Message, wrong: tuple[int, int], right: tuple[int, int]) -> Message:
    for kind, (start, end) in sorted((("wrong", wrong), ("right", right)), key=lambda item: -item[1][0]):
        if is_mark(message.text[start:end]):
            message = with_kind(message, message.text[start:end], "wrong" if kind == "wrong" else "right")
        else:
            message = with_data(message, start, end, "wrong" if kind == "wrong" else "right")
    return message


def _wrong(message: Message, match: re.Match[str], there: Spoken) -> tuple[int, int] | None:
    """Where the wrong wording stands: what is quoted, else the longest run of words that is said or shown somewhere."""
    start, end = match.span("a")
    marked = re.search(f"[{_MARKS}]", match["a"])
    if marked:
        place = start + marked.start()
        datum = message.datum(message.text[place])
        known = datum is not None and datum.kind != "file" and there.holds(datum.text.casefold())
        return (place, place + 1) if known else None
    zone = message.text[start:end]
    tail = _ZONE_TAILS.search(zone)
    stop = tail.start() if tail else len(zone)
    lead = _LEADS.match(zone)
    begin = lead.end() if lead else 0
    led = match.start("a") > match.start()
    about = _ABOUT_WORDS.search(message.text) is not None
    inside = _INSIDE.search(message.text) is not None
    for first in (begin, 0) if led else range(stop):
        run = zone[first:stop]
        if len(run) < 2 or run != run.strip() or _cuts_word(zone, first, stop):
            continue
        if there.holds(run):
            shown = any(_holds(text.casefold(), run) for _, text in there.texts)
            return None if _is_grammar(run, about=about, inside=inside or shown) else (start + first, start + stop)
    return None


def _cuts_word(zone: str, start: int, end: int) -> bool:
    def letter(place: int) -> bool:
        return 0 <= place < len(zone) and zone[place].isascii() and (zone[place].isalnum() or zone[place] == "'")

    return (letter(start - 1) and letter(start)) or (letter(end - 1) and letter(end))


def _is_grammar(run: str, *, about: bool = False, inside: bool = False) -> bool:
    """Whether a wording is but a word by which the program is spoken to: 标题, `the`; fewer are where words are meant.

    Args:
        run: The wording.
        about: The message speaks of words or captions.
        inside: It says in which text the wording stands.
    """
    found = english_at(run, 0) if run[0].isascii() else chinese_at(run, 0)
    if found is not None and found.end == len(run) and any(kind == "pron" for kind, _ in found.readings):
        return True
    if found is None or found.end < len(run) or found.slip:
        return len(run) == 1
    if inside:
        return any(kind in ("stop", "pron", "not", "and", "to") for kind, _ in found.readings)
    return not about or any(kind in ("stop", "obj", "pron", "ask", "not", "and", "to") for kind, _ in found.readings)


def _right(message: Message, match: re.Match[str]) -> tuple[int, int] | None:
    start, end = match.span("b")
    marked = re.search(f"[{_MARKS}]", match["b"])
    if marked:
        place = start + marked.start()
        datum = message.datum(message.text[place])
        return (place, place + 1) if datum is not None and datum.kind != "file" else None
    zone = message.text[start:end]
    lead = _LEADS.match(zone)
    begin = lead.end() if lead else 0
    tail = _TAILS.search(zone)
    stop = tail.start() if tail else len(zone)
    return (start + begin, start + stop) if zone[begin:stop].strip() else None


def _is_restyling(message: Message, start: int, end: int) -> bool:
    """Whether what stands where the right wording should is a look: "change the title to red"."""
    from wavereel.agent.frames import is_predicate
    from wavereel.agent.tokens import tokens_of

    content = [
        token
        for token in tokens_of(message)
        if start < token.end and token.start < end and (token.content or token.unknown)
    ]
    return (
        bool(content)
        and all(is_predicate(token) and token.datum is None for token in content)
        and not any(token.is_value("ordinal", "number", "count") for token in content)
    )


def with_texts(message: Message, there: Spoken) -> Message:
    """The message with the texts on screen that it names as data: "Part Two has to go", 上集改成第一集."""
    for _, text in sorted(there.texts, key=lambda item: -len(item[1])):
        folded = text.casefold().strip()
        if len(folded) < 2 or "\n" in folded:
            continue
        place = message.text.find(folded)
        while place >= 0:
            end = place + len(folded)
            if not _cuts_word(message.text, place, end) and _is_named(message, place, end, text):
                message = with_data(message, place, end)
                break
            place = message.text.find(folded, place + 1)
    return message


def _is_named(message: Message, start: int, end: int, text: str) -> bool:
    """Whether the words of a message are those of a text and mean nothing else there."""
    folded = message.text[start:end]
    if _HAN.search(folded):
        found = chinese_at(folded, 0)
        return found is None or found.end < len(folded)
    same = message.original(start, end) == text.strip()
    if " " in folded:
        return same or not _is_grammar(folded)
    return same and start > 0 and text[:1].isupper()
