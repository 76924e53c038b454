"""Languages by name and tag, and the two scripts of Chinese."""

from __future__ import annotations

import re
from typing import Any, cast

from wavereel.errors import MissingPartError, UsageError

_NAMES = (
    "en English|zh Chinese|de German|es Spanish|ru Russian|ko Korean|fr French|ja Japanese|pt Portuguese|tr Turkish|"
    "pl Polish|ca Catalan|nl Dutch|ar Arabic|sv Swedish|it Italian|id Indonesian|hi Hindi|fi Finnish|vi Vietnamese|"
    "he Hebrew|uk Ukrainian|el Greek|ms Malay|cs Czech|ro Romanian|da Danish|hu Hungarian|ta Tamil|no Norwegian|"
    "th Thai|ur Urdu|hr Croatian|bg Bulgarian|lt Lithuanian|la Latin|mi Maori|ml Malayalam|cy Welsh|sk Slovak|"
    "te Telugu|fa Persian|lv Latvian|bn Bengali|sr Serbian|az Azerbaijani|sl Slovenian|kn Kannada|et Estonian|"
    "mk Macedonian|br Breton|eu Basque|is Icelandic|hy Armenian|ne Nepali|mn Mongolian|bs Bosnian|kk Kazakh|"
    "sq Albanian|sw Swahili|gl Galician|mr Marathi|pa Punjabi|si Sinhala|km Khmer|sn Shona|yo Yoruba|so Somali|"
    "af Afrikaans|oc Occitan|ka Georgian|be Belarusian|tg Tajik|sd Sindhi|gu Gujarati|am Amharic|yi Yiddish|lo Lao|"
    "uz Uzbek|fo Faroese|ht Haitian Creole|ps Pashto|tk Turkmen|nn Nynorsk|mt Maltese|sa Sanskrit|lb Luxembourgish|"
    "my Burmese|bo Tibetan|tl Tagalog|mg Malagasy|as Assamese|tt Tatar|haw Hawaiian|ln Lingala|ha Hausa|ba Bashkir|"
    "jw Javanese|su Sundanese|yue Cantonese"
)
"""Whisper's languages, by their codes."""

_ALIASES = {
    "cmn": "zh",
    "mandarin": "zh",
    "中文": "zh",
    "普通话": "zh",
    "jv": "jw",
    "nb": "no",
    "iw": "he",
    "in": "id",
    "fil": "tl",
}
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


def language_code(tag: str) -> str:
    """The code that engines know for a tag or an English name: `zh` for `zh-Hant`, `de` for `German`.

    Raises:
        UsageError: Not a language.
    """
    plain = tag.strip().lower().replace("_", "-")
    names = {name.lower(): code for code, name in _names().items()}
    first = plain.split("-")[0]
    for candidate in (plain, first):
        code = _ALIASES.get(candidate, names.get(candidate, candidate))
        if code in names.values():
            return code
    if re.fullmatch(r"[a-z]{2,3}", first):
        return first
    raise UsageError(f"{tag!r} is not a language", hint="give a code such as en, zh, zh-Hant or de")


def language_name(code: str) -> str:
    """English name of a code; the code itself where it has none here."""
    return _names().get(code, code)


def _names() -> dict[str, str]:
    pairs = (entry.partition(" ") for entry in _NAMES.split("|"))
    return {code: name for code, _, name in pairs}


def wants_traditional(tag: str) -> bool:
    """Whether a tag asks for traditional characters: `zh-Hant`, `zh-TW`, `zh-HK`."""
    return bool(_TRADITIONAL & set(re.split(r"[-_]", tag.strip().lower())[1:]))


class ChineseScript:
    """Brings Chinese text into one script, since Whisper mixes them: simplified unless the tag says otherwise.

    Args:
        tag: Language tag.

    Raises:
        MissingPartError: OpenCC is not installed.
    """

    def __init__(self, tag: str) -> None:
        try:
            import opencc
        except ImportError as error:
            raise MissingPartError(
                "Chinese script conversion is not installed", hint="pip install 'wavereel[languages]'"
            ) from error
        library = cast("Any", opencc)  # its types are partial
        self._converter: Any = library.OpenCC("s2t" if wants_traditional(tag) else "t2s")

    def convert(self, text: str) -> str:
        """The same text in the wanted script."""
        return str(self._converter.convert(text))
