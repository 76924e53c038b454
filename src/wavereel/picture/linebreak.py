"""Where a line may break, after UAX #14, with the kinsoku rules of Chinese and Japanese and clusters for Thai.

Thai, Lao, Khmer and Burmese put no spaces between words. Without a dictionary a line breaks between phrases where it
can, else where a syllable certainly ends: before a vowel that is written first, or after a sign that closes one.
"""

from __future__ import annotations

from wavereel.picture.scripts import cluster_script, clusters, is_cjk, is_emoji

NEVER, POOR, FAIR, GOOD, FORCED = 0, 1, 2, 3, 4
"""Quality of a break: not allowed, perhaps inside a word, anywhere between ideographs, between words, and demanded."""

_NO_START = frozenset(
    "!%),.:;?]}¢°·ˇˉ―‖’”•′″›℃∶、。〃〆〕〗〞﹚﹜！＂％＇），．：；？］｀｜｝～…‥〉》」』】〙〛々〻ー"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ—»"
)
_NO_END = frozenset("$(£¥‘“〈《「『【〔〖〘〚〝﹙﹛＄（．［｛￡￥«")
_GLUE = frozenset("\u00a0\u202f\u2060\u2007\ufeff")
_HYPHENS = frozenset("-‐–—/")
_SYLLABIC = frozenset({"Thai", "Lao", "Khmer", "Myanmar"})
_LEADING_VOWELS = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4")
_SYLLABLE_ENDS = frozenset("\u0e30\u0e33\u0e46\u0e2f\u0e4c\u0eb0\u0eb3\u0ec6\u0eaf\u0ecc")


def _between(before: str, after: str) -> int:
    """Quality of a break between two neighbouring grapheme clusters."""
    last, first = before[-1], after[0]
    if "\n" in before or last in "\u2028\u2029":
        return FORCED
    if last in _GLUE or first in _GLUE or first.isspace() or first == "\u200b":
        return NEVER
    if last.isspace() or last == "\u200b":
        return GOOD
    if first in _NO_START or before[0] in _NO_END:
        return NEVER
    if before[0] in _HYPHENS and first.isalpha():
        return FAIR
    left, right = cluster_script(before), cluster_script(after)
    if left == right and left in _SYLLABIC:
        closed = last in _SYLLABLE_ENDS and first not in _SYLLABLE_ENDS
        return POOR if closed or first in _LEADING_VOWELS else NEVER
    if left == right == "Hangul":
        return NEVER  # Korean breaks at its spaces
    if is_cjk(left) or is_cjk(right) or is_emoji(before) or is_emoji(after):
        return GOOD if before[0] in _NO_START or left != right else FAIR
    if left in _SYLLABIC or right in _SYLLABIC:
        return POOR
    return NEVER


def break_qualities(text: str) -> list[tuple[int, int]]:
    """`(offset, quality)` for the end of each grapheme cluster of `text`, the last one being `FORCED`.

    Quality `NEVER` is listed too: where nothing else helps, a line is cut between two clusters.
    """
    ranges = clusters(text)
    pieces = [text[start:stop] for start, stop in ranges]
    result = [
        (stop, _between(piece, after)) for (_, stop), piece, after in zip(ranges, pieces, pieces[1:], strict=False)
    ]
    if ranges:
        result.append((len(text), FORCED))
    return result


def fed_lines(text: str, most: int) -> str:
    """The text with line feeds where a line would get more than `most` characters, as people count them.

    Lines are filled from the first; a word that is longer stays whole.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        start = stop = 0
        since = until = 0  # clusters before `start` and before `stop`
        for count, (offset, quality) in enumerate(break_qualities(paragraph), start=1):
            spaces = not paragraph[start:offset][-1:].strip()
            if count - since - spaces > most and stop > start:
                lines.append(paragraph[start:stop].strip())
                start, since = stop, until
            if quality != NEVER:
                stop, until = offset, count
        lines.append(paragraph[start:].strip())
    return "\n".join(lines)
