"""How an English word is said: numbers in words, and letters to sounds for words that no dictionary has.

Good enough to find where in the sound a word lies, which is all that it is for; never shown to anyone.
"""

from __future__ import annotations

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_SPOKEN = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "st": "saint", "vs": "versus", "etc": "et cetera",
    "&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at", "$": "dollars", "€": "euros", "£": "pounds",
    "°": "degrees", "km": "kilometers", "kg": "kilograms", "mm": "millimeters", "cm": "centimeters", "ok": "okay",
}  # fmt: skip
_PARTS = re.compile(r"\d+(?:[.,]\d+)*(?:st|nd|rd|th|s)?|[a-z]+(?:'[a-z]+)*|[&%+=@$€£°]")


def spoken_form(word: str) -> list[str]:
    """The plain lower-case words in which a written word is said; empty where nothing of it is said.

    `"$4.50,"` gives `four point five zero dollars`, `"Dr."` gives `doctor`, `"forty-two"` gives `forty two`.
    """
    plain = word.lower().replace("’", "'").replace("‘", "'")
    parts = _PARTS.findall(_fold(plain))
    if parts and parts[0] in "$€£" and len(parts) > 1:
        parts = [*parts[1:], parts[0]]
    result: list[str] = []
    for part in parts:
        if part[0].isdigit():
            result.extend(number_words(part))
        else:
            result.extend(str(_SPOKEN.get(part, part)).split())
    return result


def number_words(text: str) -> list[str]:
    """A number in words: years of four digits in pairs, decimals digit by digit, ordinals and decades by their ends."""
    match = re.fullmatch(r"(\d[\d.,]*?)(st|nd|rd|th|s)?", text)
    if match is None:
        return []
    digits, ending = match.groups()
    whole, _, fraction = digits.replace(",", "").partition(".")
    fraction = fraction.replace(".", "")
    if len(whole) == 4 and not fraction and "," not in digits and 1100 <= int(whole) < 2000:
        words = _below_hundred(int(whole[:2])) + _pair(whole[2:])
    elif len(whole) > 9 or (len(whole) > 1 and whole.startswith("0")):
        words = [_ONES[int(digit)] for digit in whole]
    else:
        words = cardinal(int(whole or "0"))
    if fraction:
        words = [*words, "point", *(_ONES[int(digit)] for digit in fraction)]
    return [*words[:-1], _with_ending(words[-1], ending)] if ending else words


def cardinal(value: int) -> list[str]:
    """A whole number from 0 to 999,999,999 in words."""
    words: list[str] = []
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            words += [*cardinal(value // size), name]
            value %= size
    return words + _below_hundred(value) if value or not words else words


def _below_hundred(value: int) -> list[str]:
    if value < 20:
        return [_ONES[value]]
    return [_TENS[value // 10], *([_ONES[value % 10]] if value % 10 else [])]


def _pair(digits: str) -> list[str]:
    """The last two digits of a year."""
    if digits == "00":
        return ["hundred"]
    return ["oh", _ONES[int(digits[1])]] if digits[0] == "0" else _below_hundred(int(digits))


def _with_ending(word: str, ending: str) -> str:
    if ending == "s":
        return word[:-1] + "ies" if word.endswith("y") else word + "s"
    if word in _ORDINALS:
        return _ORDINALS[word]
    return word[:-1] + "ieth" if word.endswith("y") else word + "th"


def _fold(text: str) -> str:
    """Latin letters without their accents, so that the table below knows them."""
    import unicodedata

    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


_RULES: tuple[tuple[str, str], ...] = (
    ("tion", "SH AH N"), ("sion", "ZH AH N"), ("ture", "CH ER"), ("ough", "AO"), ("augh", "AO"), ("eigh", "EY"),
    ("igh", "AY"), ("tch", "CH"), ("dge", "JH"), ("sch", "S K"), ("que", "K"), ("gue", "G"), ("ous", "AH S"),
    ("ch", "CH"), ("sh", "SH"), ("th", "TH"), ("ph", "F"), ("wh", "W"), ("ck", "K"), ("ng", "NG"), ("qu", "K W"),
    ("gh", "G"), ("kn", "N"), ("wr", "R"), ("gn", "N"), ("ps", "P S"), ("ee", "IY"), ("ea", "IY"), ("oo", "UW"),
    ("ou", "AW"), ("ow", "OW"), ("oi", "OY"), ("oy", "OY"), ("ai", "EY"), ("ay", "EY"), ("au", "AO"), ("aw", "AO"),
    ("ie", "IY"), ("ei", "EY"), ("ey", "IY"), ("oa", "OW"), ("ew", "UW"), ("ue", "UW"), ("ui", "UW"), ("ar", "AA R"),
    ("er", "ER"), ("ir", "ER"), ("or", "AO R"), ("ur", "ER"), ("ce", "S"), ("ci", "S IH"), ("cy", "S IY"),
    ("ge", "JH"), ("bb", "B"), ("cc", "K"), ("dd", "D"), ("ff", "F"), ("gg", "G"), ("ll", "L"), ("mm", "M"),
    ("nn", "N"), ("pp", "P"), ("rr", "R"), ("ss", "S"), ("tt", "T"), ("zz", "Z"), ("a", "AE"), ("b", "B"), ("c", "K"),
    ("d", "D"), ("e", "EH"), ("f", "F"), ("g", "G"), ("h", "HH"), ("i", "IH"), ("j", "JH"), ("k", "K"), ("l", "L"),
    ("m", "M"), ("n", "N"), ("o", "AA"), ("p", "P"), ("q", "K"), ("r", "R"), ("s", "S"), ("t", "T"), ("u", "AH"),
    ("v", "V"), ("w", "W"), ("x", "K S"), ("y", "IY"), ("z", "Z"),
)  # fmt: skip
_LETTERS = {
    "a": "EY", "b": "B IY", "c": "S IY", "d": "D IY", "e": "IY", "f": "EH F", "g": "JH IY", "h": "EY CH", "i": "AY",
    "j": "JH EY", "k": "K EY", "l": "EH L", "m": "EH M", "n": "EH N", "o": "OW", "p": "P IY", "q": "K Y UW",
    "r": "AA R", "s": "EH S", "t": "T IY", "u": "Y UW", "v": "V IY", "w": "D AH B AH L Y UW", "x": "EH K S",
    "y": "W AY", "z": "Z IY",
}  # fmt: skip
_VOWELS = frozenset("aeiouy")


def phones(word: str) -> str:
    """ARPABET sounds of an English word by its letters; spelled out where no vowel makes it sayable.

    Args:
        word: Lower case, letters and apostrophes.
    """
    letters = word.replace("'", "")
    if not any(char in _VOWELS for char in letters):
        return " ".join(_LETTERS[char] for char in letters if char in _LETTERS)
    if len(letters) > 3 and letters.endswith("e") and letters[-2] not in _VOWELS:
        letters = letters[:-1]
    sounds: list[str] = []
    index = 0
    while index < len(letters):
        for spelling, sound in _RULES:
            if letters.startswith(spelling, index):
                sounds.append(sound)
                index += len(spelling)
                break
        else:
            index += 1
    return " ".join(sounds)
