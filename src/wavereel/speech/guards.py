"""Words over no speech are refused: rules over what an engine tells about one piece.

The limits were measured on English, music, noise and fifteen recordings in other languages. Clear English stays above
a mean log probability of -0.35; anything else recognised as English falls below -0.9, or loops.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from wavereel.speech.scripts import split_words

if TYPE_CHECKING:
    from wavereel.speech.transcriber import Heard

MIN_LOG_PROBABILITY = -0.9
UNSURE_LOG_PROBABILITY = -0.7
NO_SPEECH = 0.6
MAX_COMPRESSION = 3.0
"""faster-whisper's own 2.4 refuses "It was the best of times, it was the worst of times"."""

_TAG = re.compile(r"\[[^\[\]]{0,60}\]|\([^()]{0,60}\)|♪[^♪]{0,200}♪|[♪♫♬]|\*[^*]{1,40}\*")


def refusal(heard: Heard) -> str:
    """Why the words of a piece cannot be trusted; empty where they can."""
    text = heard.text
    if not text:
        return ""
    lp, ns = heard.log_probability, heard.no_speech
    if lp is not None and lp < MIN_LOG_PROBABILITY:
        return "improbable"
    if lp is not None and ns is not None and ns > NO_SPEECH and lp < UNSURE_LOG_PROBABILITY:
        return "no speech"
    if compression(text) > MAX_COMPRESSION or has_loop(text):
        return "loop"
    return ""


def is_not_speech(heard: Heard) -> bool:
    """Whether the engine doubts that there is speech at all: such a piece says nothing about the language either."""
    return heard.no_speech is not None and heard.no_speech > NO_SPEECH


def compression(text: str) -> float:
    """How often a text repeats itself: its bytes over their bytes after zlib, as Whisper measures it."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def has_loop(text: str) -> bool:
    """Whether one word comes six times, or a phrase of two to eight words four times, in direct succession."""
    words = [re.sub(r"\W", "", word).lower() for word in split_words(text)]
    words = [word for word in words if word]
    for size in range(1, 9):
        wanted = 6 if size == 1 else 4
        run = 0
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            if run >= size * (wanted - 1):
                return True
    return False


def strip_tags(text: str) -> str:
    """A text without sound tags that recognisers invent: `[Music]`, `(birds chirping)`, `*applause*`, notes."""
    return _TAG.sub(" ", text)
