"""What in a message is no wish, set aside before any word is read: code, links, reports, questions, praise.

"My boss said to remove the music but I like it" removes nothing, nor does "how do I delete the title?": the clause, or
the sentence, is blanked where its form shows that nobody wishes what its words say, and the reply says how it was
taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wavereel.agent.frames import Frame
from wavereel.agent.message import with_data
from wavereel.agent.tokens import tokens_of
from wavereel.agent.unwished_rules import RULES
from wavereel.agent.wishes.answers import HELP, answer_wish
from wavereel.agent.wishes.common import ROLE_OF

if TYPE_CHECKING:
    from wavereel.agent.bench import Bench
    from wavereel.agent.message import Message
    from wavereel.agent.unwished_told import Kind, Scope

LONG_WORDS = 45
LONG_HAN = 110
_UNKNOWN_SHARE = 0.15
"""A long message of which more is not understood than this is prose, and no list of wishes."""

_SENTENCE = re.compile(r"[^.!?;\n]*(?:\.(?=[\w\ue000-\uf8ff])[^.!?;\n]*)*[.!?;\n]*")
_CLAUSE = re.compile(r"[^,]+")
_BUT = re.compile(r" (?=but )|(?=但是|不过|可是)")
_WEB = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u9fff“”\"'<>（）]+", re.IGNORECASE)
_SHOWN = re.compile(
    r"\A(?!https?:|www).*(?:card|title|text|caption|lower third|say|show|write|address|写|文字|标题|片尾|卡片|网址)"
)
"""What a link is to be shown by, and not opened."""

_CODE_RAW = re.compile(r"\A\s*[\[{]\s*[\"'\[{]")
_CODE = re.compile(
    r"<!--|where \d ?= ?\d|\Afrom: \S+@\S+|</?[a-z][\w-]*(?:\s[^<>]*)?/?>|(?:drop|alter|create|truncate) table (?!of)"
    r"|delete from \w+ where|select [\w*, ]+ from \w+ where|insert into \w+ ?\(|"
    r"(?<!\w)rm -r|(?<!\w)sudo \w|&& ?\w+ |(?<!\w)git (?:push|reset|commit|clone)|(?<!\w)def \w+\("
    r"|(?<!\w)function ?\w*\([\w, ]*\) ?\{|(?<!\w)(?:const|var) \w+ ?=|"
    r"for \w+ in \w+\(|console\.log|(?<!\w)print\("
)
_ORDERS = re.compile(
    r"(?:ignore|disregard|forget) (?:all |any |the |your |my |of )*(?:previous|prior|above|earlier"
    r"|preceding) (?:instructions?|prompts?|rules|messages?|commands?)|\A\s*(?:system|assistant|developer) ?:|"
    r"(?:忽略|无视|忘记|忘掉)(?:你)?(?:之前|以上|上面|前面|先前|所有)[^,.!?]{0,6}(?:指令|指示|提示|要求|规则|命令)"
)
"""Words that speak to a language model, and pasted turns of one."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A part of a message, half-open in its plain text, that wishes nothing, and what it is."""

    kind: Kind
    start: int
    end: int


def without_asides(message: Message, bench: Bench) -> Message:
    """The message with what wishes nothing blanked; the bench says how that was taken."""
    message = _with_shown_links(message)
    asides = _asides(message)
    if not asides:
        return message
    text = message.text
    for aside in asides:
        text = text[: aside.start] + " " * (aside.end - aside.start) + text[aside.end :]
    rest = replace(message, text=text)
    if any(token.says("theme") for token in tokens_of(rest)):
        bench.kept = (*bench.kept, *_kept_parts(message, asides))
    for kind in dict.fromkeys(aside.kind for aside in asides):
        first = next(aside for aside in asides if aside.kind == kind)
        _say(first, message, bench, alone=not re.search(r"[^\W_]|[\ue000-\uf8ff]", text))
    return rest


def _kept_parts(message: Message, asides: list[Aside]) -> list[str]:
    """The parts that a theme named elsewhere in the message is to leave alone: 换成霓虹主题，字幕不能动."""
    kept = [aside for aside in asides if aside.kind == "kept"]
    named = (
        [token for token in tokens_of(message) if any(aside.start <= token.start < aside.end for aside in kept)]
        if kept
        else []
    )
    return [ROLE_OF.get(part, part) for token in named for part in token.all("obj")[:1]]


def subject_set_aside(before: Message, after: Message) -> str:
    """The part that was last named in what was blanked: "I love the title, make it bigger" is about the title."""
    if before.text == after.text or not after.text.strip():
        return ""
    first = len(after.text) - len(after.text.lstrip(" ,.!"))
    parts = [token.get("obj") for token in tokens_of(before) if token.start < first and token.says("obj")]
    return next(
        (part for part in reversed(parts) if part and part not in ("video", "sound", "timeline", "canvas", "main")), ""
    )


def _asides(message: Message) -> list[Aside]:
    text = message.text
    whole = len(text)
    if _CODE_RAW.match(message.raw) or _CODE.search(text) or _ORDERS.search(text):
        return [Aside("code", 0, whole)]
    if _is_prose(message):
        return [Aside("long", 0, whole)]
    found = [Aside("link", *match.span()) for match in _WEB.finditer(text)]
    for sentence in _SENTENCE.finditer(text):
        if not sentence[0].strip():
            continue
        if (kind := _kind(sentence[0], "sentence")) is not None:
            found.append(Aside(kind, *sentence.span()))
            continue
        for start, end in _clauses(sentence[0]):
            if (kind := _kind(sentence[0][start:end], "clause")) is not None:
                found.append(Aside(kind, sentence.start() + start, sentence.start() + end))
    return found


def _with_shown_links(message: Message) -> Message:
    """The message with links as data where words are to be shown: "end card with www.example.com"."""
    if not _SHOWN.search(message.text):
        return message
    for match in reversed(list(_WEB.finditer(message.text))):
        message = with_data(message, *match.span(), "quote")
    return message


def _clauses(sentence: str) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(sentence):
        at = match.start()
        for cut in _BUT.finditer(match[0]):
            result.append((at, match.start() + cut.start()))
            at = match.start() + cut.start()
        result.append((at, match.end()))
    return [(start, end) for start, end in result if sentence[start:end].strip()]


def _kind(text: str, scope: Scope) -> Kind | None:
    for kind, reach, pattern, unless in RULES:
        if reach == scope and pattern.search(text) and not (unless and unless.search(text)):
            return kind
    return None


def _is_prose(message: Message) -> bool:
    """Whether it is a long text of which most is not spoken to the program: a pasted article."""
    text = message.text
    words = len(re.findall(r"[a-z']+", text))
    han = len(re.findall("[\u4e00-\u9fff]", text))
    if words < LONG_WORDS and han < LONG_HAN:
        return False
    tokens = [token for token in tokens_of(message) if not token.sign]
    unknown = sum(len(token.text) if not token.text.isascii() else 1 for token in tokens if token.unknown)
    total = sum(len(token.text) if not token.text.isascii() else 1 for token in tokens)
    return unknown > _UNKNOWN_SHARE * max(1, total)


def _say(aside: Aside, message: Message, bench: Bench, *, alone: bool) -> None:
    words = message.original(aside.start, aside.end)
    if aside.kind == "code":
        bench.refuse(
            words,
            "that reads as code or as orders to a program; say in plain words what the video should be like",
            "这像是代码或给程序的指令；请用平常的话说想要什么样的视频",
        )
    elif aside.kind == "link":
        bench.refuse(words, "links are not opened here; send me the file itself", "这里不会打开链接；请把文件发给我")
    elif aside.kind == "separate":
        bench.refuse(
            words,
            "voices and instruments cannot be taken apart here; whole tracks can be muted or turned down",
            "这里不能分离人声和乐器；可以把整条音轨静音或调小",
        )
    elif aside.kind == "long":
        bench.ask(
            (
                "That is a long text, and I changed nothing. What should I do with it: which words are to be seen, and "
                "where?"
            ),
            "这段文字很长，我什么都没改。要拿它做什么：哪些字要显示，放在哪里？",
            (),
        )
    elif aside.kind == "question":
        frame = Frame(message, [token for token in tokens_of(message) if aside.start <= token.start < aside.end])
        if not (frame.has("ask") and answer_wish(frame, bench)):
            bench.answer(
                f"I took that as a question and changed nothing. {HELP[0]}", f"我当作是提问，什么都没改。{HELP[1]}"
            )
    elif aside.kind == "kept":
        bench.answer("All right, that stays as it is.", "好的，这个保持不变。")
    elif alone and aside.kind == "praise":
        bench.answer("Glad you like it. Nothing was changed.", "喜欢就好，什么都没改。")
    elif alone:
        bench.answer(
            "I took that as information and changed nothing. Say what you would like to change.",
            "我当作是说明，什么都没改。想改什么，直接说就行。",
        )
