"""Numbers in digits and in English words; the numerals of Chinese are in `numerals`.

All of them are fractions, so that two and a half minutes are 150 000 ms and nothing else.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from wavereel.agent.values.model import PLAIN_ASCII, words
from wavereel.agent.values.numerals import HAN_DIGITS, numeral_at


class Number(NamedTuple):
    """A number that ends before `end`, and whether it was written in digits; whole ones are `int`, for speed."""

    value: Fraction | int
    end: int
    digits: bool


_SMALL = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_SLIPS = {"fourty": 40, "fivety": 50, "ninty": 90, "eigth": 8, "fourten": 14, "fiveteen": 15, "twelf": 12}
_FRACTIONS = {"half": Fraction(1, 2), "quarter": Fraction(1, 4), "third": Fraction(1, 3), "tenth": Fraction(1, 10)}

_DIGITS = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3}){1,3}(?![0-9])|[0-9]{1,12})(\.[0-9]{1,9})?(?![0-9])|\.[0-9]{1,9}(?![0-9])"
)
_FRACTION = re.compile(r"([0-9]{1,4} )?([0-9]{1,3}) ?[/\u2044] ?([0-9]{1,3})(?![0-9/.])")
_HAN_POINT = re.compile(r"点([0-9])(?![0-9分:.])")
_HAN_FRACTION = re.compile(r"([0-9]{1,4})分之([0-9]{1,4})")
_MULTIPLE = re.compile(r" (hundred|thousand|million|dozen)(?![a-z])| ?([百千万])(?!分之)")
_WORD = re.compile(r"[a-z]{1,12}")
_AND_PART = re.compile(r" and (?:(a|one) (half|quarter|third)|(two) (third)s|(three) (quarter)s)(?![a-z0-9])")
_POINT = re.compile(
    r" point((?:[ -](?:zero|oh|one|two|three|four|five|six|seven|eight|nine|[0-9]{1,6})){1,6})(?![a-z0-9])"
)
_POINT_TENS = re.compile(
    r" point (twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]([a-z]{3,5}))?(?![a-z0-9])"
)
_PART = re.compile(r"(?:(a|one|two|three) )?(half|quarter|third|tenth)(s?)(?![a-z0-9])")
_NO_POINT = ("at this", "this", "that", "which", "the", "some", "starting", "any")
_SIGN = re.compile(r"[-\u2212+](?=[0-9.])|(?:minus|negative|plus) |[负正](?=[0-9零一二两三四五六七八九十])")
_MULTIPLES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12, "百": 100, "千": 1000, "万": 10_000}


@cache
def cardinals() -> dict[str, int]:
    """The English words from zero to ninety, with common slips."""
    words = {word: number for number, word in enumerate(_SMALL)}
    return words | {word: 10 * tens for tens, word in enumerate(_TENS, 2)} | _SLIPS


@cache
def number_words() -> frozenset[str]:
    """Every English word that can start a number."""
    return frozenset(cardinals()) | frozenset(
        words("a half quarter hundred thousand couple dozen point minus negative plus")
    )


def number_at(text: str, at: int) -> Number | None:
    """The longest number that starts at `at`, signed; it may end inside a word where a unit stands (`90s`)."""
    if (sign := _SIGN.match(text, at)) is None:
        return unsigned_at(text, at)
    if sign.group()[0] in "-\u2212" and at > 0 and text[at - 1] in PLAIN_ASCII:
        return None
    number = unsigned_at(text, sign.end())
    if number is None:
        return None
    negative = sign.group()[0] in "-\u2212mn负"
    return number._replace(value=-number.value) if negative else number


def unsigned_at(text: str, at: int) -> Number | None:
    """As `number_at`, without a sign."""
    if at >= len(text):
        return None
    first = text[at]
    if first in "0123456789.":
        return _in_digits(text, at)
    if first in HAN_DIGITS:
        found = numeral_at(text, at)
        return Number(*found, digits=False) if found else None
    if "a" <= first <= "z":
        return _in_words(text, at)
    return None


def _in_digits(text: str, at: int) -> Number | None:
    match = _DIGITS.match(text, at)
    if match is None:
        return None
    end = match.end()
    if end < len(text) and text[end] in "分ⁿ/\u2044 " and (part := _fraction(text, at)) is not None:
        return part
    plain = match.group().replace(",", "")
    value: Fraction | int = _decimal(plain) if "." in plain else int(plain)
    if end < len(text):
        if (multiple := _MULTIPLE.match(text, end)) is not None:
            value *= _MULTIPLES[multiple.group(1) or multiple.group(2)]
            end = multiple.end()
        elif text[end] == "点" and "." not in plain and (tenths := _HAN_POINT.match(text, end)) is not None:
            value += Fraction(int(tenths.group(1)), 10)
            end = tenths.end()
        elif (fraction := _POINT.match(text, end)) is not None and "." not in plain:
            value += _decimals(fraction.group(1))
            end = fraction.end()
        else:
            return _with_part(text, Number(value, end, digits=True))
    return Number(value, end, digits=True)


def _fraction(text: str, at: int) -> Number | None:
    """`3/4`, `2 1/2`, `3分之1`, and `21⁄2`, which is what NFKC makes of `2½`."""
    if (match := _HAN_FRACTION.match(text, at)) is not None:
        below, above = (int(part) for part in match.groups())
        if below == 100 or not below:
            return None
        return Number(Fraction(above, below), match.end(), digits=True)
    match = _FRACTION.match(text, at)
    if match is None:
        return None
    whole, above, below = match.groups()
    wholes = int(whole or 0)
    if "\u2044" in match.group() and whole is None and len(above) > 1:
        wholes, above = int(above[:-1]), above[-1]
    if not 0 < int(above) < int(below) <= 10 or (match.end() < len(text) and text[match.end()] in PLAIN_ASCII):
        return None
    return Number(wholes + Fraction(int(above), int(below)), match.end(), digits=True)


def _in_words(text: str, at: int) -> Number | None:
    match = _WORD.match(text, at)
    if match is None:
        return None
    first = match.group()
    if first not in number_words():
        return None
    part = _part(text, at)
    if part is not None:
        return part
    if first == "point":
        before = text[max(0, at - 12) : at].rstrip(" ")
        decimals = None if before.endswith(_NO_POINT) else _POINT.match(" " + text[at : at + 60])
        return Number(_decimals(decimals.group(1)), at + decimals.end() - 1, digits=False) if decimals else None
    if first in ("a", "couple"):
        return _group(text, at)
    cardinal = _cardinal(text, at)
    if cardinal is None:
        return None
    end = cardinal.end
    if text.startswith(" dozen", end) and not text[end + 6 : end + 7].isalpha():
        return Number(cardinal.value * 12, end + 6, digits=False)
    if text.startswith(" point ", end):
        if (decimals := _POINT.match(text, end)) is not None:
            return Number(cardinal.value + _decimals(decimals.group(1)), decimals.end(), digits=False)
        if (tens := _POINT_TENS.match(text, end)) is not None:
            ones = cardinals().get(tens.group(2) or "zero", 10)
            if ones < 10:
                hundredths = cardinals()[tens.group(1)] + ones
                return Number(cardinal.value + Fraction(hundredths, 100), tens.end(), digits=False)
    return _with_part(text, cardinal)


def _part(text: str, at: int) -> Number | None:
    """`half`, `a quarter`, `three quarters`, `half a dozen`; a third only where no ordinal can be meant."""
    match = _PART.match(text, at)
    if match is None:
        return None
    count, part, plural = match.groups()
    above = {"a": 1, "one": 1, "two": 2, "three": 3}.get(count or "", 1)
    if (above > 1) is not bool(plural) or (count is None and part != "half") or (above > 1 and part == "half"):
        return None
    end = match.end()
    if count == "a" and part in ("third", "tenth") and not _A_SHARE.match(text, end):
        return None
    if part == "half" and count is None and text.startswith(" a dozen", end) and not text[end + 8 : end + 9].isalpha():
        return Number(6, end + 8, digits=False)
    return Number(above * _FRACTIONS[part], end, digits=False)


_A_SHARE = re.compile(
    r" of| (?:more|less|smaller|bigger|larger|louder|quieter|softer|faster|slower|shorter|longer|higher|lower|wider"
    r"|narrower|taller|thinner|thicker|brighter|darker)(?![a-z])|[,.;!?)]|$"
)
_GROUP = re.compile(r"(?:a )?(couple)(?: of)?(?![a-z0-9])|a (dozen|hundred|thousand|million)(?![a-z0-9])")


def _group(text: str, at: int) -> Number | None:
    """`a couple`, `a dozen`, and `a hundred and twenty`."""
    match = _GROUP.match(text, at)
    if match is None:
        return None
    if match.group(1):
        return Number(2, match.end(1), digits=False)
    if match.group(2) == "dozen":
        return Number(12, match.end(), digits=False)
    return _cardinal(text, at + 2)


def _cardinal(text: str, at: int) -> Number | None:
    """The longest run of number words that makes one whole number."""
    words = cardinals()
    total, current, end, pos = 0, 0, at, at
    room = 1000  # what may still be added: below a hundred after `hundred`, below ten after `twenty`
    scale = 1_000_000_000  # the last of thousand and million
    while (match := _WORD.match(text, pos)) is not None:
        word = match.group()
        number = words.get(word)
        if number is not None:
            if number >= room or (number == 0 and end > at):
                break
            current += number
            room = 10 if number >= 20 else 0
        elif word == "hundred":
            if room == 100 or current >= 100:
                break
            current, room = (current or 1) * 100, 100
        elif word in ("thousand", "million") and _MULTIPLES[word] < scale:
            scale = _MULTIPLES[word]
            total, current, room = total + (current or 1) * scale, 0, 1000
        else:
            break
        pos = end = match.end()
        if text.startswith(" and ", pos) and (room == 100 or (room == 1000 and total)):
            pos += 5
        elif pos < len(text) and text[pos] in " -":
            pos += 1
        else:
            break
    if end == at or (end < len(text) and text[end] in PLAIN_ASCII):
        return None
    return Number(total + current, end, digits=False)


def _decimal(plain: str) -> Fraction:
    """`2.5`; a tenth of the time that `Fraction` takes to read it."""
    whole, _, part = plain.partition(".")
    return Fraction(int(whole + part), 10 ** len(part))


def _decimals(words: str) -> Fraction:
    digits = "".join(
        word if word.isdigit() else str(cardinals().get(word, 0)) for word in words.replace("-", " ").split()
    )
    return Fraction(int(digits), 10 ** len(digits))


def _with_part(text: str, number: Number) -> Number:
    """The number, and `and a half` after it."""
    if text.startswith(" and ", number.end) and (match := _AND_PART.match(text, number.end)) is not None:
        above, part = [group for group in match.groups() if group]
        count = {"two": 2, "three": 3}.get(above, 1)
        return number._replace(value=number.value + count * _FRACTIONS[part], end=match.end())
    return number
