"""Titles, names and wordings that stand in a message without quotes: they are found before any word is read.

"Call it Night Shift", "title: The Long Road", "replace wave real with Wavereel in the captions", "标题叫夜班电台": what
is named there is data as if it stood in quotes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from wavereel.agent.frames import is_predicate
from wavereel.agent.message import MARK, is_mark, with_data
from wavereel.agent.replacing import with_replacements
from wavereel.agent.tokens import Token, tokens_of
from wavereel.agent.wordings import with_replacement, with_texts

if TYPE_CHECKING:
    from wavereel.agent.message import Message
    from wavereel.agent.wordings import Spoken

_HARD_EN = re.compile(
    r"(?<![a-z])(?:"
    r"(?:re)?name (?:it|this|that|the (?:title|video|episode))(?: to| as)?"
    r"|call (?:it|this|that|the (?:title|video|episode|card))(?: one)?"
    r"|(?<!let )(?:that|which|it|card|title|text|header|headline|third|line"
    r"|chapter)(?: (?:number )?\d+)? (?:should )?(?:say|says|reads|read)(?! yes)(?: that)?"
    r"|saying|(?:new|different) (?:title|headline) (?:is|will be|:)|titled|entitled|retitle(?: it)?(?: to| as)?"
    r"|captioned"
    r"|with the (?:words|text|title|line|name|headline)(?! (?:in|at|on|to|for|from) )"
    r"|(?:title|headline|heading|text|name|chapter|card|third|header|label|tag|strap|screen|outro|call to action|cta"
    r"|credits|caption this|line|words|names?)(?: (?:[0-9]|one|two|three))? ?(?:[:=]|->|=>)"
    r"|(?:with|show|add|put) (?:my|his|her|their|the (?:guest|host|speaker)'s) name ?,"
    r"|(?:name|title|headline) (?:for|of) (?:the |this |my |our )?(?:video|episode|show|podcast|it|this|clip) ?[:=]"
    r"|(?<!it )(?<!is it )called|named|labell?ed"
    r"|(?<!what )(?<!let )(?:to|it) (?:say|read)"
    r"|(?:title|headline) of|(?:who is|who's|person|someone) (?:talking|speaking|on screen) ?:"
    r"|(?:title|headline|heading|third|tag|chapter|card)[a-z ]{0,24} (?:wrong|misspelled|a typo|incorrect)(?: on it"
    r"| in it)? ?[,.;-]? ?(?:it's|it is|it should be|should be|must be|it must be|should read)"
    r"|wrong (?:title|name)[a-z ]{0,30} ?[,.;-]? ?(?:it's|it is|it should be|should be|must be|it must be|should read)"
    r")(?![a-z])\s*",
)
_SOFT_EN = re.compile(
    r"(?<![a-z])(?:"
    r"(?:change|set|switch|update|rename|edit|turn) (?:the |my |its )?(?:\w+ )?(?:title|headline|heading|lower third"
    r"|end card|header|chapter|text|name tag|outro) (?:to|into|as)?"
    r"|make (?:the |my |its )?(?:\w+ )?(?:title|headline|heading|lower third|end card|header|chapter|text|name tag"
    r"|outro) (?:to|into|say|read)"
    r"|(?:title|card|credits|outro|screen|call to action|cta|lower third|text|chapter|tag"
    r"|third)(?: [a-z0-9]+){1,6} ?:(?![0-9])"
    r"|(?:title|headline|heading|lower third|end card|header|name tag|outro) (?:is|to|should be|must be|becomes|as)"
    r")(?![a-z])\s*",
)
_HARD_ZH = re.compile(
    r"(?:叫做|叫作|(?<![把呼喊号别狗猫鸟尖惊])叫(?!我|你|它|停|声)|名为|命名为|命名成|取名为?|题为|写着|写上|内容是"
    r"|内容为|内容改成|内容写"
    r"|(?:标题|题目|名字|片名)(?:是(?!不是|什么|啥)|为(?!什么|啥)|写(?!错)|写成|写作|取|取为)|名字改成"
    r"|改名(?:为|叫|成)?|改叫|起名叫?|起名为|文字是|文字为|文字写|文字内容|字样是|显示文字"
    r"|(?:说话人|讲者|发言人|嘉宾|主持人) ?:"
    r"|(?:标题|题目|片名|人名条?|名牌|名字|章节|片尾)(?:都)?(?:写|打|弄|搞)?错(?:了|的)? ?[,.]? ?(?:应该是|应该叫"
    r"|应该写|是|应为|正确的是)"
    r"|(?:标题|题目|文字|字样|章节|片尾卡?|片尾字幕|片尾文字|片尾画面|结束语|结语|人名条?|姓名条?|名牌|名字|嘉宾名字?"
    r"|字幕条|一行字|一句话?|几个字|行字|内容|写) ?(?::|->|=>))\s*"
)
_SOFT_ZH = re.compile(
    r"(?:标题|题目|片名|片尾卡?|人名条|名牌|章节)[^,.;:!?\n\ue000-\uf8ff]{1,8}, ?(?:改成|换成|改为|换为|改叫|就叫"
    r"|叫)\s*|"
    r"(?:标题|片尾|结束语|人名条|章节|名牌|文字)[^,.;:\n]{1,8} ?: ?|"
    r"(?:标题|题目|名字|片尾卡|片尾|结束卡|人名条|名牌|章节|字幕条|大标题|小标题|那行字"
    r"|文字)(?:[一二三四五1-9])?(?:想要?|要|请|得|需要)?(?:给我|帮我|的?内容|的?文字)?"
    r"(?:改成|换成|改为|换为|设为|设成|设置为|变成|用|弄成|更改为|更新为|改作)\s*"
)
_AFTER_PART_EN = re.compile(
    r"(?<![a-z])(?:(?:lower[ -]third|name ?tag|name strap|name plate|label) (?:for|of|with)(?! (?:the |my "
    r"|our )?(?:guest|host|speaker|first|last|whole)s?(?![a-z]))|title|headline|heading|lower[ -]third|name tag"
    r"|nametag|name strap|chapter(?: card| title| marker)?|end card|outro(?: card)?|title card"
    r"|header)s?(?![a-z])\s+(?!\W|for |of |with )"
)
_AFTER_PART_ZH = re.compile(r"(?:标题(?!党)|题目|片尾卡|结束卡|人名条|名牌|章节卡|章节标题|片尾字幕)\s*")
_PREPOSITIONS = frozenset(
    (
        "for",
        "at",
        "in",
        "on",
        "from",
        "with",
        "during",
        "until",
        "over",
        "to",
        "as",
        "by",
        "across",
        "near",
        "under",
        "and",
        "then",
        "but",
        "so",
        "which",
        "that",
        "top",
        "bottom",
    )
)
_ENDINGS = frozenset(
    (
        "instead",
        "please",
        "pls",
        "plz",
        "thanks",
        "thank you",
        "thx",
        "now",
        "ok",
        "okay",
        "吧",
        "呢",
        "就好",
        "就行",
        "好了",
        "就可以",
        "谢谢",
        "啊",
        "呀",
        "哦",
        "即可",
        "啦",
        "这几个字",
        "字样",
    )
)
_STAMP = re.compile(r"(?:[0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2} ?[-:)]? ?(?P<name>[^\s,;\n0-9][^,;\n]*)(?=[,;\n]|$)")
_WANTS_TO = re.compile(r"(?<![a-z])(?:want|like|need|love|get|have|allow|for) (?:the |my |its |this )?$")
_MAKES = re.compile(r"(?<![a-z])make (?:the |my |its |this )?(?:[a-z]+ )?$")
_CHOOSES = re.compile(
    r"(?<![a-z])(?:go with|use|make it|change it to|let's do|how about|prefer|i want|thinking|maybe|perhaps)(?: now"
    r"| of| maybe| about| it)* "
)
_VERBS = frozenset(
    (
        *(
            "is",
            "are",
            "was",
            "isn't",
            "becomes",
            "become",
            "comes",
            "come",
            "coming",
            "goes",
            "go",
            "should",
            "must",
            "looks",
            "look",
            "has",
            "needs",
            "needn't",
            "mustn't",
            "shouldn't",
            "won't",
            "wasn't",
            "hasn't",
            "didn't",
            "couldn't",
        ),
        *(
            "have",
            "wrong",
            "can",
            "could",
            "can't",
            "doesn't",
            "don't",
            "needs",
            "appears",
            "stays",
            "wants",
            "run",
            "runs",
            "play",
            "start",
            "starts",
            "end",
            "ends",
            "sit",
            "sits",
            "seems",
            "it",
            "it's",
            "they",
            "i",
        ),
    )
)
"""What no name holds that is typed in small letters."""

_NAME_LEADS = re.compile(
    r"(?:(?:please )?(?:make|set|change|turn|name|call|rename) (?:it|this|that)(?: to| say| read| into)? "
    r"|(?:it )?should (?:be|say|read) |(?:changed|set|renamed|switched|updated) to |(?:called|named) "
    r"|let's (?:go with|use) |"
    r"(?:请|就|要|想|想要|就用|就叫|改成|换成|写上?|写成|叫做?)(?=[\u4e00-\u9fff\ue000-\uf8ff]{2}))"
)
"""What may stand between "title:" and the name."""

_PERSON = re.compile("third|tag|strap|plate|人名|姓名|名牌|嘉宾|字幕条")
_SHORTENED = frozenset(("dr", "mr", "mrs", "ms", "prof", "st", "ep", "no", "vol", "pt", "vs", "sr", "jr", "feat", "ft"))
_SMALL = frozenset(
    ("of", "the", "and", "a", "an", "in", "to", "for", "on", "at", "with", "&", "vs", "by", "or", "de", "la", "from")
)
_MAX_NAME = 120
_MAX_NAMES = 12
"""Without quotes, in one message; it is read anew for each, and what calls hundreds of things by name is none."""


def with_names(message: Message, there: Spoken) -> Message:
    """The message with what is named in it without quotes turned into data.

    Args:
        message: As it was read.
        there: What is said and shown already, so that it can be called by its words.
    """
    message = with_replacement(message, there)
    if not any(datum.kind == "wrong" for datum in message.data):
        message = with_replacements(message)
    message = with_texts(_stamped(message), there)
    most = len(message.data) + _MAX_NAMES
    for pattern, hard in ((_HARD_EN, True), (_HARD_ZH, True), (_SOFT_EN, False), (_SOFT_ZH, False)):
        message = _marked(message, pattern, most, hard=hard)
    message = _capitals(_chosen(message), most)
    return _runs(message, most)


def _stamped(message: Message) -> Message:
    """A list of chapters as people write it: `0:00 Intro, 0:30 History`, a line or a comma between them."""
    if not re.search("chapter|section|章节|分章|小节", message.text):
        return message
    found = list(_STAMP.finditer(message.text))
    if len(found) < 2 or any(re.search(MARK, match["name"]) for match in found):
        return message
    if "\n" in message.text:
        message = replace(message, text=message.text.replace("\n", ","))
    for match in reversed(found):
        message = with_data(message, *match.span("name"))
    return message


def _marked(message: Message, pattern: re.Pattern[str], most: int, *, hard: bool) -> Message:
    """What stands behind a word such as "call it"; behind a soft one only where it is not a wish itself."""
    at = 0
    while len(message.data) < most and (match := pattern.search(message.text, at)) is not None:
        at = match.end()
        if _WANTS_TO.search(message.text[: match.start()]) and match[0].rstrip().endswith(" to"):
            continue  # "I want the title to drop in"
        if sign := re.match(r"[:=] ?", message.text[at : at + 2]):
            at += sign.end()
        if lead := _NAME_LEADS.match(message.text, at):
            at = lead.end()
        end = _with_title_behind(message, at, _name_end(message, at), message.text[: match.end()])
        if message.text[at:end].strip() in ("to", "as", "into", "with") or message.text[at : at + 1] in "-=":
            continue
        if end <= at or is_mark(message.text[at : at + 1]):
            at = max(at, match.end())
            continue
        tokens = [token for token in tokens_of(message) if at <= token.start < end]
        if match[0].rstrip().endswith((":", "=")) and _is_look(message, tokens):
            continue
        if _is_wish(tokens, hard=hard) and not (match[0].rstrip().endswith(":") and tokens and tokens[0].unknown):
            continue
        message = with_data(message, at, end)
        at += 1
    return message


def _is_look(message: Message, tokens: list[Token]) -> bool:
    """Whether "title: …" says how it is to look, in small letters: `light blue`, `top right`, 浅蓝."""
    content = [token for token in tokens if token.content or token.unknown]
    if not content or message.raw[message.source[content[0].start]].isupper():
        return False
    return all(
        token.value is not None or any(token.says(kind) for kind in ("place", "weight", "anim", "dir", "amt", "attr"))
        for token in content
    )


def _is_wish(tokens: list[Token], *, hard: bool) -> bool:
    """Whether words say what something is to be like, and are no name."""
    content = [token for token in tokens if token.content or token.unknown]
    if not content:
        return True
    if content[0].says("act", "rename") and hard:
        return True  # "second chapter: call it …" is named behind its own verb
    if content[-1].says("ask") and not content[-1].text.isascii():
        return True  # 标题写的是什么
    if any(token.unknown or token.slip for token in content):
        return False
    known = [
        token
        for token in content
        if is_predicate(token)
        or token.says("amt")
        or token.says("obj")
        or token.says("attr")
        or token.says("act")
        or token.says("pron")
    ]
    if hard:
        return all(
            token.says("pron") or token.is_value("span", "duration", "clock", "percent", "pixels") for token in content
        )
    first = content[0]
    acts = ("length", "animate", "move", "fade", "remove", "hide", "align", "center")
    leads = is_predicate(first) or first.says("amt") or first.says("attr") or first.says("act", *acts)
    return leads and len(known) == len(content)


def _name_end(message: Message, start: int) -> int:
    """Where a name ends: at a sign, or where words follow that say what it is to be like."""
    end = start
    tokens = [token for token in tokens_of(message) if token.start >= start]
    for place, token in enumerate(tokens):
        if token.datum is not None or token.end - start > _MAX_NAME:
            break
        if token.sign and not _is_inner_sign(message.text, token):
            break
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if token.text in _ENDINGS and (following is None or following.sign):
            break
        if place and _turns_to_wish(tokens, place):
            break
        end = token.end
    return end


def _with_title_behind(message: Message, start: int, end: int, part: str) -> int:
    """Where the name of a person ends whose calling follows behind a comma: 张伟，建筑师."""
    if end <= start or _PERSON.search(part) is None or message.text[end : end + 1] != ",":
        return end
    stop = re.search(r"[,.;!?\n]|$", message.text[end + 1 :])
    last = end + 1 + (stop.start() if stop else 0)
    tokens = [token for token in tokens_of(message) if end < token.start < last]
    plain = tokens and all(not token.value and not token.datum and not token.says("act") for token in tokens)
    return last if plain and any(token.unknown for token in tokens) else end


def _is_inner_sign(text: str, token: Token) -> bool:
    """A full stop or colon inside a name: `Dr. Who`, `Episode 4: The Tide`."""
    if token.text in ":-'&":
        return True
    if token.text != ".":
        return False
    before = re.search(r"[a-z]+$", text[: token.start])
    if before is not None and before[0] in _SHORTENED:
        return True
    return token.end < len(text) and text[token.end].isalnum()


def _turns_to_wish(tokens: list[Token], place: int) -> bool:
    token = tokens[place]
    if token.is_value("span") and token.value is not None and not token.text[:1].isdigit():
        return True
    if token.says("place") and (" " in token.text or not token.text.isascii()):
        return True
    if not token.text.isascii():
        if token.says("and") and len(token.text) > 1:
            return True
        return len(token.text) > 1 and (
            token.says("act", "move", "length", "animate", "add", "set") or token.says("anim")
        )
    connects = token.says("and") or token.says("but")
    if token.text not in _PREPOSITIONS and not connects:
        return False
    following = next((one for one in tokens[place + 1 :] if one.content or one.unknown), None)
    if following is None or following.unknown:
        return False
    if connects or token.text == "so":
        return following.says("act") or following.says("obj") or is_predicate(following)
    if token.text == "for" and not following.is_value():
        return following.says("obj") and not following.says("dir")
    return following.is_value() or any(
        following.says(kind) for kind in ("place", "weight", "anim", "dir", "attr", "obj")
    )


def _chosen(message: Message) -> Message:
    """Capitalised words behind a verb of choice, of words on screen: "the title... let's go with Paper Boats"."""
    spoken_of = re.search(r"(?<![a-z])(?:title|headline|heading|lower third|end card)(?![a-z])", message.text)
    match = _CHOOSES.search(message.text, spoken_of.end()) if spoken_of else None
    if match is None or re.search(MARK, message.text):
        return message
    end = _capital_run(message, match.end())
    return with_data(message, match.end(), end) if end > match.end() else message


def _capitals(message: Message, most: int) -> Message:
    """Capitalised words right behind a part that carries words: `title Night Shift at the top`."""
    letters = [letter for letter in message.raw if letter.isalpha() and letter.isascii()]
    if sum(letter.isupper() for letter in letters) > 0.6 * max(1, len(letters)):
        return message
    at = 0
    while len(message.data) < most and (match := _AFTER_PART_EN.search(message.text, at)) is not None:
        at = match.end()
        end = _capital_run(message, at)
        if end > at:
            message = with_data(message, at, end)
            at += 1
    return message


def _capital_run(message: Message, start: int) -> int:
    end = waiting = start
    before = ""
    for match in re.finditer(r"[^\s,;!?\n]+", message.text[start:]):
        begin, stop = start + match.start(), start + match.end()
        if message.text[waiting:begin].strip() or "\n" in message.text[waiting:begin]:
            break
        word = message.raw[message.source[begin]]
        if match[0] in ("i", "i'm", "i'd", "i'll"):
            break
        if is_mark(message.text[begin]):
            break
        if word.isupper() or (word.isdigit() and end > start and before not in _PREPOSITIONS):
            end = stop if not match[0].endswith(".") or stop < len(message.text) else stop - 1
            if match[0].endswith(".") and match[0][:-1] not in _SHORTENED:
                break
        elif match[0] not in _SMALL:
            break
        waiting, before = stop, match[0]
    return end


def _runs(message: Message, most: int) -> Message:
    """Words that mean nothing else, right behind a part that carries words: `add title night shift`, 加标题夜班电台."""
    for pattern in (_AFTER_PART_EN, _AFTER_PART_ZH):
        at = 0
        while len(message.data) < most and (match := pattern.search(message.text, at)) is not None:
            at = match.end()
            tokens = [token for token in tokens_of(message) if token.start >= at]
            if not tokens or not tokens[0].unknown or tokens[0].start != at or tokens[0].text in "一二三四五六七八九十":
                continue
            if _MAKES.search(message.text[: match.start()]):
                continue  # "make the title glorious" is a wish
            if (
                pattern is _AFTER_PART_ZH
                and tokens[0].end - at <= 4
                and message.text.startswith(("了", "着", "得", "点", "些"), _stem_end(tokens))
            ):
                continue  # 标题歪了 says what is wrong with it
            end = _name_end(message, at)
            if pattern is _AFTER_PART_ZH and any(
                token.value or token.says("dir") or token.says("act", "length") for token in tokens if token.end <= end
            ):
                continue  # 标题多留两秒
            if end > at and not _is_clause(message, at, end):
                message = with_data(message, at, end)
                at += 1
    return message


def _stem_end(tokens: list[Token]) -> int:
    """Where a last 了, 着, 得 and the like of an unknown word begins, which may be its last character."""
    first = tokens[0]
    return first.end - 1 if first.text[-1:] in "了着得点些" else first.end


def _is_clause(message: Message, start: int, end: int) -> bool:
    """Whether words behind a part say something of it, and are no name: "title comes flying in"."""
    return (
        any(word in _VERBS for word in re.findall(r"[a-z']+", message.text[start:end]))
        and not message.raw[message.source[start]].isupper()
    )
