"""Writing systems: where words begin and end, and which of them are written without spaces.

A *word* of this package is the smallest thing that is highlighted while it is spoken: what stands between spaces in
most scripts, one character in Chinese and Japanese, one syllable cluster in Thai, Lao, Khmer and Burmese. The rule
looks at characters only, never at a dictionary, so that every subtitle format gives back the same words.
"""

from __future__ import annotations

import re
import unicodedata

_UNSPACED = (
    r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    r"\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
"""Han, kana and their iteration marks: blocks of Unicode 15."""

_SYLLABIC = r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1780-\u17d3\u1000-\u104f"
"""Thai, Lao, Khmer and Burmese: also without spaces, but a syllable takes several code points."""

OPENING = frozenset("([{«‹「『（〈《【〔〖｛［“‘¿¡$€£¥")
"""Marks that belong to what follows them; a line never ends with one."""

CLOSING = frozenset(
    ")]}»›」』）〉》】〕〗｝］”’，。！？、；：,.!?;:…%‰℃°・～ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
)
"""Marks and small kana that belong to what precedes them; a line never starts with one (JIS X 4051, UAX 14)."""

_UNIT = re.compile(
    rf"[{_UNSPACED}][\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*"
    rf"|[\u0e40-\u0e44\u0ec0-\u0ec4]?[{_SYLLABIC}][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece"
    r"\u17b4-\u17d3\u102b-\u103e\u1056-\u1059\u105e-\u1060]*"
    rf"|[^{_UNSPACED}{_SYLLABIC}]+"
)
_UNSPACED_CHAR = re.compile(rf"[{_UNSPACED}{_SYLLABIC}]")
_UNSPACED_OR_MARK = re.compile(rf"[{_UNSPACED}{_SYLLABIC}，。！？、；：～」』）〉》】〕〗｝］「『（〈《【〔〖｛［・]")
_HAN_OR_KANA = re.compile(rf"[{_UNSPACED}]")


def is_unspaced(text: str) -> bool:
    """Whether `text` holds a character of a script that is written without spaces."""
    return _UNSPACED_CHAR.search(text) is not None


def has_han_or_kana(text: str) -> bool:
    """Whether `text` holds a Chinese character or kana."""
    return _HAN_OR_KANA.search(text) is not None


def split_words(text: str) -> list[str]:
    """The words of a text, in order, punctuation attached; white space and control characters are gone.

    `split_words(join_words(split_words(text))) == split_words(text)` for every text.
    """
    words = _split_once(text)
    for _ in range(_MAX_ROUNDS):
        again = _split_once(join_words(words))
        if again == words:
            break
        words = again
    return words


_MAX_ROUNDS = 8  # a mark that stands alone may move once to its neighbour, and a second one after it


def _split_once(text: str) -> list[str]:
    words: list[str] = []
    for piece in printable(text).split():
        words.extend(_split_piece(piece))
    return words


def _split_piece(piece: str) -> list[str]:
    """The words of a text without white space: marks go to the word they lean on."""
    if not is_unspaced(piece) and not any(mark in piece for mark in "，。！？、；：…"):
        return [piece]
    words: list[str] = []
    lead = ""
    for unit in _UNIT.findall(piece):
        for part in _split_marks(unit) if not _UNSPACED_CHAR.match(unit) else [unit]:
            if all(mark in OPENING for mark in part):
                lead += part
            elif _leans_back(part) and words and not lead:
                words[-1] += part
            else:
                words.append(lead + part)
                lead = ""
    if lead:
        if words:
            words[-1] += lead
        else:
            words.append(lead)
    return words


def _leans_back(part: str) -> bool:
    """Whether a run of marks, or a character that never starts a line, belongs to the word before it."""
    return all(not is_spoken(char) for char in part)


def _split_marks(unit: str) -> list[str]:
    """A run without unspaced characters, cut so that opening marks and full-width marks stand alone."""
    return [
        part
        for part in re.split(r"([「『（〈《【〔〖｛［“‘]+|[，。！？、；：」』）〉》】〕〗｝］”’…—～・]+)", unit)
        if part
    ]


def join_words(words: list[str] | tuple[str, ...]) -> str:
    """One text of the words: a space between two of them unless one touches with an unspaced script."""
    text = ""
    for word in words:
        if text and word and needs_space(text, word):
            text += " "
        text += word
    return text


def needs_space(left: str, right: str) -> bool:
    """Whether a space stands between two neighbouring words."""
    return not (_touches(left, from_end=True) or _touches(right, from_end=False))


def _touches(text: str, *, from_end: bool) -> bool:
    """Whether the side of `text` that meets its neighbour is of an unspaced script; marks such as `”` count as air."""
    for char in reversed(text) if from_end else text:
        if _UNSPACED_OR_MARK.match(char):
            return True
        if char not in "“”‘’…—·":
            return unicodedata.category(char).startswith("M") and is_unspaced(text)
    return False


def wide_marks(word: str) -> str:
    """A Chinese or Japanese word with the full-width marks that its script has: `了,` becomes `了，`."""
    head = word.rstrip(",.!?;:")
    if not head or not _HAN_OR_KANA.match(head[-1]):
        return word
    return head + word[len(head) :].translate(str.maketrans(",.!?;:", "，。！？；："))


def is_spoken(text: str) -> bool:
    """Whether anything in `text` is said aloud: a letter, a digit or a sign such as `%`, `&` or an emoji."""
    return any(char in "%&@#$€£¥+=§°" or unicodedata.category(char)[0] in "LNS" for char in text)


def printable(text: str) -> str:
    """`text` in NFC without control characters, byte order marks and lone surrogates; joiners of emoji stay."""
    kept = [" " if char.isspace() else char for char in text if char.isspace() or not _is_dropped(char)]
    return unicodedata.normalize("NFC", "".join(kept))


def _is_dropped(char: str) -> bool:
    """Control characters, surrogates, private characters, non-characters and invisible marks without a meaning here."""
    code = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cs", "Co"}
        or char in "\ufeff\u2060\u00ad"
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
    )
