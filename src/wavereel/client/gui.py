"""Replies that speak of buttons and panels, turned into what a person without them can use.

What a reply says about the video stays; what it says about a screen goes, and is remembered as a wish that the client
may carry out where the user's own words asked for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wavereel.client import gui_words as words
from wavereel.client.text import is_chinese

if TYPE_CHECKING:
    from wavereel.client.gui_words import Step


@dataclass(frozen=True, slots=True)
class Translation:
    """A reply without its screen.

    Attributes:
        text: What it says about the video.
        steps: What it wanted to be done on a screen, each once, in order.
        drags: The clauses that asked for dragging, as they stood.
    """

    text: str
    steps: tuple[Step, ...] = ()
    drags: tuple[str, ...] = ()


def translate(reply: str) -> Translation:
    """Takes the screen out of a reply; words in quotes are never touched."""
    kept: list[str] = []
    quotes: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quotes.append(match[0])
        return words.MARK.format(len(quotes) - 1)

    def shown(text: str) -> str:
        return words.MARKED.sub(lambda match: quotes[int(match[1])], text)

    steps: list[Step] = []
    drags: list[str] = []
    plain = words.WIDE.sub(" ", reply.replace("\ue000", "").replace("\ue001", ""))
    for line in words.QUOTED.sub(hide, plain).split("\n"):
        sentences: list[str] = []
        for sentence in (words.ZH_SENTENCE if is_chinese(line) else words.SENTENCE).split(line):
            content, dropped = _without_screen(sentence)
            for clause in dropped:
                step = _step_of(shown(clause))
                if step not in steps:
                    steps.append(step)
                if step == "edit":
                    drags.append(shown(clause).strip(" ,.;，。；"))
            if content:
                sentences.append(content)
        if sentences or not line.strip():
            kept.append(("" if is_chinese(line) else " ").join(sentences))
    text = re.sub(r"\n{3,}", "\n\n", shown("\n".join(kept))).strip()
    return Translation(text, tuple(steps), tuple(drags))


def as_edit(drag: str) -> str:
    """The wish in an instruction to drag: `Drag the title to the end` wants `move the title to the end`."""
    plain = re.sub(words.LEAD, "", drag, flags=re.IGNORECASE)
    plain = re.sub(r"^(?:drag(?:ging)?(?:[ -]and[ -]drop)?|drop)\b", "move", plain, flags=re.IGNORECASE)
    return re.sub(r"拖(?:拽|动|放)?到?", "移到", re.sub(words.ZH_LEAD, "", plain), count=1).strip()


def _without_screen(sentence: str) -> tuple[str, list[str]]:
    """The clauses of a sentence that speak of the video, joined again, and those that speak of a screen."""
    chinese = is_chinese(sentence)
    pieces = (words.ZH_SPLIT if chinese else words.SPLIT).split(sentence)
    clauses, joints = pieces[::2], [*pieces[1::2], ""]
    is_screen = _is_chinese_screen if chinese else _is_screen
    screens = [is_screen(clause) for clause in clauses]
    if not any(screens):
        return sentence, []
    purpose = words.ZH_PURPOSE if chinese else words.PURPOSE
    for place in range(len(clauses) - 2, -1, -1):
        if screens[place + 1] and purpose.match(clauses[place]):
            screens[place] = True
    for place in range(1, len(clauses)):
        # "Click Export, pick 1080p, and wait": once a sentence gives orders, the rest of it does.
        if (
            screens[place - 1]
            and not chinese
            and re.match(
                r"\W*(?:to|pick|choose|select|wait|and|then|enter|set|it|which)\b", clauses[place], re.IGNORECASE
            )
        ):
            screens[place] = True
    text = ""
    joint = ""
    for clause, after, screen in zip(clauses, joints, screens, strict=True):
        if screen:
            continue
        text += (joint if text else "") + clause
        joint = after or (", " if not chinese else "，")
    text = text.strip().rstrip(",;，；:：—–- ")
    if re.fullmatch(r"\W*", text):
        text = ""
    end = re.search(r"[.!?。！？]$", sentence.strip())
    if text and not re.search(r"[.!?。！？…]$", text):
        text += end[0] if end else ("。" if chinese else ".")
    return text, [clause for clause, screen in zip(clauses, screens, strict=True) if screen and clause.strip()]


def _is_screen(clause: str) -> bool:
    if words.FIRST_PERSON.match(clause):
        return False
    return any(pattern.search(clause) for pattern in (words.IMPERATIVE, words.AT_NOUN, words.BY, words.CONTROL))


def _is_chinese_screen(clause: str) -> bool:
    if words.ZH_FIRST_PERSON.match(clause):
        return False
    patterns = (words.ZH_IMPERATIVE, words.ZH_AT_NOUN, words.ZH_DRAG, words.ZH_CONTROL)
    return any(pattern.search(clause) for pattern in patterns) or _is_screen(clause)


def _step_of(clause: str) -> Step:
    for pattern, step in words.STEPS:
        if pattern.search(clause):
            return step
    return "other"
