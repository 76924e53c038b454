"""What a model writes, made fit to be shown: short, on one line, marked as its words, and never a claim of a change."""

from __future__ import annotations

import re
import unicodedata

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"[*_`#|]+")
_CLAIMS = re.compile(
    r"\b(?:done|all set|successfully|updated|here you go)\b"
    r"|\b(?:i|we)(?:['’]ve|['’]ll|['’]m| have| will| am|['’]re| are)?\s+(?:\w+\s+){0,2}?"
    r"(?:made|set|put|cut|gave|took|got|did|turned|\w{2,}ed|\w{2,}ing)\b"
    r"|\b(?:has|have|had) (?:\w+ )?been\b|\b(?:is|are) now\b|\bnow (?:is|are|has|have)\b|\bit['’]s now\b"
    r"|已|完成|搞定|好了|妥了|我们?.{0,4}[把将给帮]|[改换变设加删剪调移放剪去][成为到好了掉上]|现在(?:是|变)",
    re.IGNORECASE,
)  # fmt: skip
"""Words that claim that something was done. Too many are caught rather than too few: a claim comes from the drafts."""


def plain(text: str, longest: int) -> str:
    """A model's text on one line: without thoughts, markup and control characters, at most `longest` characters."""
    bare = _MARKUP.sub("", _THOUGHT.sub(" ", text))
    kept = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in bare)
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def claims_a_change(text: str) -> bool:
    """Whether a text says that something was done, or is."""
    return _CLAIMS.search(text) is not None


def marked(text: str, lang: str) -> str:
    """A text as the model's words."""
    inner = text.replace("“", "'").replace("”", "'")
    return f"语言模型说：“{inner}”" if lang == "zh" else f"The language model says: “{inner}”"
