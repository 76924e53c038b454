"""The encoding of a subtitle file, told by its bytes."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_text(data: bytes) -> str:
    """The text of a file: UTF-8, else by its mark or its zero bytes UTF-16, else a guess.

    Never fails: what no encoding explains is read as Windows-1252 with replacement characters.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff")
    head = data[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) >= 8 and max(even, odd) > len(head) // 5:
        return data.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
        return data.decode(_guess(data), errors="replace")


def _guess(data: bytes) -> str:
    """A legacy encoding.

    GB 18030 pairs high bytes, and common characters lead with 0xB0-0xD7; Cyrillic comes in runs of single high bytes
    from 0xC0; in Western text high bytes stand alone among letters.
    """
    runs = re.findall(rb"[\x80-\xff]+", data[:200_000])
    high = sum(map(len, runs))
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text:
        pairs = [text_char for text_char in text if ord(text_char) > 0x7F]
        common = sum(1 for char in pairs if _is_common_gb(char))
        if pairs and common >= 0.6 * len(pairs) and sum(len(run) for run in runs if len(run) > 1) >= 0.8 * high:
            return "gb18030"
    cyrillic = sum(len(run) for run in runs if len(run) > 2 and min(run) >= 0xC0)
    return "cp1251" if cyrillic > 0.5 * high else "cp1252"


def _is_common_gb(char: str) -> bool:
    """Whether GB 2312 has a character among its marks or its 3,755 common characters."""
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return lead in {0xA1, 0xA3} or 0xB0 <= lead <= 0xD7
