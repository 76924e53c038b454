"""Writing subtitle files: SRT, WebVTT, ASS and JSON, with the same words in the same order.

VTT, ASS and JSON carry word times: VTT as times inside the cue, ASS as karaoke syllables of 10 ms, JSON exactly.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from wavereel.errors import UsageError
from wavereel.speech.scripts import needs_space

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wavereel.speech.cues import Cue
    from wavereel.speech.words import Word

_ASS_HEAD = """[Script Info]
ScriptType: v4.00+
WrapStyle: 2
ScaledBorderAndShadow: yes
PlayResX: 1920
PlayResY: 1080

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Inter,64,&H00FFFFFF,&H00B0B0B0,&H00000000,&H80000000,-1,0,0,0,100,100,0,0,1,3,0,2,96,96,72,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_subtitles(cues: Sequence[Cue], kind: str, *, language: str = "") -> str:
    """A subtitle file as text.

    Args:
        cues: In order.
        kind: `srt`, `vtt`, `ass` or `json`.
        language: Written into JSON.

    Raises:
        UsageError: Another kind.
    """
    match kind:
        case "srt":
            return to_srt(cues)
        case "vtt":
            return to_vtt(cues)
        case "ass":
            return to_ass(cues)
        case "json":
            return to_json(cues, language=language)
        case _:
            raise UsageError(f"{kind!r} is not a subtitle format", hint="use srt, vtt, ass or json")


def to_srt(cues: Sequence[Cue]) -> str:
    """SubRip. Lines as in the cues."""
    blocks = [
        f"{index}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{_srt_lines(cue)}\n"
        for index, cue in enumerate(cues, 1)
    ]
    return "\n".join(blocks)


def to_vtt(cues: Sequence[Cue]) -> str:
    """WebVTT; a time before every word but the first, and before a pause, where word times are known."""
    blocks = [f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{_vtt_text(cue)}\n" for cue in cues]
    return "WEBVTT\n\n" + "\n".join(blocks)


def to_ass(cues: Sequence[Cue]) -> str:
    r"""Advanced SubStation; words as `\k` syllables where word times are known."""
    events = [
        f"Dialogue: 0,{_ass_clock(cue.start_ms)},{_ass_clock(cue.end_ms)},Default,,0,0,0,,{_ass_text(cue)}\n"
        for cue in cues
    ]
    return _ASS_HEAD + "".join(events)


def to_json(cues: Sequence[Cue], *, language: str = "") -> str:
    """JSON: `language`, and `cues` with times in ms, lines and words."""
    data = {
        "version": 1,
        "language": language,
        "cues": [
            {
                "start_ms": cue.start_ms,
                "end_ms": cue.end_ms,
                "text": cue.text,
                "lines": list(cue.lines),
                **({"words": [_json_word(word) for word in cue.words]} if cue.timed else {}),
            }
            for cue in cues
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _json_word(word: Word) -> dict[str, object]:
    fields: dict[str, object] = {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms}
    if word.confidence < 1:
        fields["confidence"] = word.confidence
    if word.unsure:
        fields["unsure"] = True
    return fields


def word_lines(cue: Cue) -> list[list[tuple[str, Word]]]:
    """The words of every line, each with the space before it, if any; one line where lines and words disagree."""
    rows: list[list[tuple[str, Word]]] = []
    at = 0
    for line in cue.lines:
        left = len("".join(line.split()))
        row: list[tuple[str, Word]] = []
        while left > 0 and at < len(cue.words):
            word = cue.words[at]
            space = " " if row and needs_space(row[-1][1].text, word.text) else ""
            row.append((space, word))
            left -= len("".join(word.text.split()))
            at += 1
        if left != 0 or not row:
            return [_one_line(cue)]
        rows.append(row)
    return rows if at == len(cue.words) else [_one_line(cue)]


def _one_line(cue: Cue) -> list[tuple[str, Word]]:
    row: list[tuple[str, Word]] = []
    for word in cue.words:
        row.append((" " if row and needs_space(row[-1][1].text, word.text) else "", word))
    return row


def _srt_lines(cue: Cue) -> str:
    """Lines whose text cannot be taken for markup: an angle bracket before a letter gets company."""
    return "\n".join("".join(space + _srt_word(word.text) for space, word in row) for row in word_lines(cue))


def _srt_word(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("{", "&#123;") if _is_markup(text) else text


def _is_markup(text: str) -> bool:
    return "<" in text or "{" in text or ("&" in text and ";" in text)


def _vtt_text(cue: Cue) -> str:
    rows: list[str] = []
    at_ms = cue.start_ms
    for row in word_lines(cue):
        text = ""
        for space, word in row:
            stamp = f"<{_clock(word.start_ms, '.')}>" if cue.timed and word.start_ms > at_ms else ""
            close = ""
            at_ms = max(at_ms, word.start_ms)
            if cue.timed and at_ms < word.end_ms < cue.end_ms:
                close = f"<{_clock(word.end_ms, '.')}>"
                at_ms = word.end_ms
            text += f"{space}{stamp}{_vtt_word(word.text)}{close}"
        rows.append(text)
    return "\n".join(rows)


def _vtt_word(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _ass_text(cue: Cue) -> str:
    rows = word_lines(cue)
    if not cue.timed:
        return "\\N".join("".join(space + _ass_word(word.text) for space, word in row) for row in rows)
    result = ""
    base = at = _cs(cue.start_ms)
    for index, row in enumerate(rows):
        result += "\\N" if index else ""
        for space, word in row:
            start, end = max(_cs(word.start_ms), at), max(_cs(word.end_ms), at)
            wait = f"{{\\k{start - at}}}" if start > at else ""
            result += f"{wait}{space}{{\\k{end - start}}}{_ass_word(word.text)}"
            at = end
    assert at >= base
    return result


def _ass_word(text: str) -> str:
    """A word in which nothing is an override code: braces and backslashes get their full-width forms."""
    return text.replace("\\", "＼").replace("{", "｛").replace("}", "｝")


def _cs(ms: int) -> int:
    return (ms + 5) // 10


def _clock(ms: int, mark: str) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{rest:03}"


def _ass_clock(ms: int) -> str:
    seconds, hundredths = divmod(_cs(ms), 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{hundredths:02}"
