"""Scripts and grapheme clusters of a text, from the character database of the standard library.

The first word of a letter's Unicode name is its script (`THAI CHARACTER KO KAI`), which spares a table of ranges. It
is precise enough for what depends on it here: where a run of one font ends, and what to call a script that no font has.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

COMMON = "Common"
"""Script of digits, punctuation, symbols and spaces: they take the font of their neighbours."""

_ZWNJ, _ZWJ, _VS16, _KEYCAP = 0x200C, 0x200D, 0xFE0F, 0x20E3
_NAMES = {"Cjk": "Han", "Ideographic": "Han", "Katakana-hiragana": "Katakana", "Bopomofo": "Han"}
_NOT_SCRIPTS = frozenset(
    {"Modifier", "Fullwidth", "Micro", "Feminine", "Masculine", "Mathematical", "Script", "Double"}
)
_WIDE = frozenset({"Han", "Hiragana", "Katakana", "Hangul", "Halfwidth"})

# Emoji_Presentation=Yes below U+1F000 (Unicode 16, emoji-data.txt): drawn in colour without a variation selector.
_BMP_EMOJI = frozenset(
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script of one character, such as `Latin`, `Han` or `Thai`; `COMMON` for what belongs to none."""
    if unicodedata.category(char)[0] not in "LM":
        return COMMON
    words = unicodedata.name(char, "").split(" ")
    name = words[0].capitalize()
    if name in {"Combining", "Variation", ""} or name in _NOT_SCRIPTS:
        return COMMON
    return _NAMES.get(name, name)


def is_cjk(script: str) -> bool:
    """Whether a script is set in square cells and breaks between any two of them (or is set like those)."""
    return script in _WIDE


def is_ignorable(code: int) -> bool:
    """Whether a code point has no ink of its own, so that a font needs no glyph for it."""
    return (
        0x200B <= code <= 0x200F
        or 0x202A <= code <= 0x202E
        or 0x2060 <= code <= 0x2069
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE01EF
        or code in {0xAD, 0xFEFF, 0x34F, 0x61C, 0x180E}
        or unicodedata.category(chr(code)) == "Cc"
    )


def _extends(code: int, category: str) -> bool:
    return (
        category in {"Mn", "Me", "Mc"}
        or code in {_ZWNJ, _ZWJ, 0x0E33, 0x0EB3}
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or 0x1160 <= code <= 0x11FF
    )


def _is_regional(code: int) -> bool:
    return 0x1F1E6 <= code <= 0x1F1FF


def clusters(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of `text` that a reader sees as one character each.

    The rules of UAX #29 for extended grapheme clusters, with combining marks taken from general categories, conjuncts
    of Indic scripts kept whole (GB9c), and emoji sequences joined.
    """
    result: list[tuple[int, int]] = []
    start = 0
    regional = 0
    for index, char in enumerate(text):
        code = ord(char)
        if index == start:
            regional = 1 if _is_regional(code) else 0
            continue
        before = ord(text[index - 1])
        joined = _extends(code, unicodedata.category(char)) and text[start] not in "\n\r"
        if not joined and before == _ZWJ:
            joined = code >= 0x2190 and unicodedata.category(char) in {"So", "Sk", "Sm", "Po"}
        if not joined and unicodedata.combining(chr(before)) == 9:
            joined = unicodedata.category(char) == "Lo" and script_of(char) not in {"Thai", "Lao", "Tamil"}
        if not joined and _is_regional(code) and regional == 1:
            regional, joined = 2, True
        if not joined and before == 0x0D and code == 0x0A:
            joined = True
        if not joined:
            result.append((start, index))
            start = index
            regional = 1 if _is_regional(code) else 0
    if text:
        result.append((start, len(text)))
    return result


def is_emoji(cluster: str) -> bool:
    """Whether a grapheme cluster is to be drawn as a picture: by its own nature, or by a variation selector."""
    first = ord(cluster[0])
    if len(cluster) > 1 and (ord(cluster[1]) == _VS16 or ord(cluster[-1]) == _KEYCAP):
        return True
    if len(cluster) > 1 and ord(cluster[1]) == 0xFE0E:
        return False
    return 0x1F000 <= first < 0x20000 or cluster[0] in _BMP_EMOJI


def cluster_script(cluster: str) -> str:
    """The script of a grapheme cluster: that of its first character which has one."""
    for char in cluster:
        script = script_of(char)
        if script != COMMON:
            return script
    return COMMON
