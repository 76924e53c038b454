import itertools
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wavereel.errors import LimitError, SubtitleError, UsageError
from wavereel.speech.cues import Cue, make_cues
from wavereel.speech.scripts import split_words
from wavereel.speech.sidecars import MAX_BYTES, parse_subtitles, read_subtitles, write_subtitles
from wavereel.speech.words import Word, spread_words

KINDS = ("srt", "vtt", "ass", "json")


def speak(text: str) -> list[Word]:
    words: list[Word] = []
    at = 100
    for index, part in enumerate(split_words(text)):
        length = 120 + 37 * (index % 7)
        words.append(Word(part, at, at + length))
        at += length + (0, 0, 30, 400, 1500)[index % 5]
    return words


TEXTS = [
    "Hello there, world! This is a longer sentence that takes two lines on the screen. And the end?",
    "今天天气很好，我们去公园看了「红叶」。你呢？用iPhone拍了3张照片！",
    "안녕하세요. 오늘은 날씨가 좋네요.",
    "שלום עולם, זה משפט ארוך יותר. مرحبا بالعالم",
    "Q&A: 5 < 6 > 3 & AT&T; he said <i>so</i> & left &amp; came",
    "00:01 --> 2 is 1 line\\N of {braces} 100% -- or",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", TEXTS)
def test_all_formats_give_back_the_same_words(kind: str, text: str):
    if kind in {"ass", "srt"}:
        text = text.replace("\\N", "")
    if kind == "ass":
        text = text.replace("{", "").replace("}", "")
    cues = make_cues(speak(text), language="zh" if "今" in text else "en")
    back = parse_subtitles(write_subtitles(cues, kind).encode())
    assert [[word.text for word in cue.words] for cue in back] == [[word.text for word in cue.words] for cue in cues]
    assert [cue.lines for cue in back] == [cue.lines for cue in cues]
    assert [cue.text for cue in back] == [cue.text for cue in cues]
    off = 5 if kind == "ass" else 0
    assert all(
        abs(a.start_ms - b.start_ms) <= off and abs(a.end_ms - b.end_ms) <= off for a, b in zip(back, cues, strict=True)
    )
    assert all(cue.timed is (kind != "srt") or len(cue.words) == 1 for cue in back)
    if kind != "srt":
        for one, other in zip((w for c in back for w in c.words), (w for c in cues for w in c.words), strict=True):
            assert abs(one.start_ms - other.start_ms) <= off
            assert abs(one.end_ms - other.end_ms) <= off


WRITABLE = st.text(
    st.one_of(st.sampled_from("abc ,.!?今好。한ש"), st.characters(exclude_characters="\\{}<>&|*_")), max_size=40
)


@given(st.lists(WRITABLE, max_size=6), st.sampled_from(KINDS))
@settings(max_examples=150)
def test_any_words_survive_any_format(texts: list[str], kind: str):
    words = speak(" ".join(texts))
    cues = make_cues([Word(w.text, 700 * i, 700 * i + 600) for i, w in enumerate(words)])
    if not cues:
        return
    back = parse_subtitles(write_subtitles(cues, kind).encode())
    assert [word.text for cue in back for word in cue.words] == [word.text for word in words]


def test_cues_without_word_times_say_so():
    cue = Cue(0, 1000, ("one two",), tuple(spread_words(["one", "two"], 0, 1000)), timed=False)
    for kind in KINDS:
        assert parse_subtitles(write_subtitles([cue], kind).encode()) == [cue]


def test_json_keeps_everything():
    cue = Cue(0, 1000, ("one",), (Word("one", 10, 990, 0.25, True),))
    data = json.loads(write_subtitles([cue], "json", language="en"))
    assert data["language"] == "en"
    assert data["cues"][0]["words"] == [
        {"text": "one", "start_ms": 10, "end_ms": 990, "confidence": 0.25, "unsure": True}
    ]


def test_an_unknown_format():
    with pytest.raises(UsageError, match="srt, vtt, ass or json"):
        write_subtitles([], "doc")


SRT = "1\n00:00:01,000 --> 00:00:02,500\n{}\n\n2\n00:00:03,000 --> 00:00:04,000\nlast\n"


def first(text: str) -> Cue:
    return parse_subtitles(SRT.format(text).encode())[0]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("plain", ("plain",)),
        ("two\nlines", ("two", "lines")),
        ("<i>slanted</i> <font color='#ff0000'>red</font>", ("slanted red",)),
        ("{\\an8}on top", ("on top",)),
        ("<b>unclosed", ("unclosed",)),
        ("a &lt; b &amp; c", ("a < b & c",)),
        ("1 < 2", ("1 < 2",)),
        ("<script>alert(1)</script>x", ("alert(1)x",)),
        ("- Yes.\n- No.", ("- Yes.", "- No.")),
    ],
)
def test_markup_is_stripped(written: str, lines: tuple[str, ...]):
    assert first(written).lines == lines


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "naïve 秋天"),
        ("utf-8-sig", "naïve 秋天"),
        ("utf-16", "naïve 秋天"),
        ("utf-16-le", "naïve words here"),
        ("utf-16-be", "naïve words here"),
        ("utf-32", "naïve 秋天"),
        ("cp1252", "L’été déjà là, naïve façade, straße"),
        ("latin-1", "El niño comió piñas en el jardín"),
        ("gb18030", "秋天总是那么富有诗意，树叶渐渐变红。"),
        ("cp1251", "Добрый день, как ваши дела сегодня?"),
    ],
)
def test_encodings_are_told(encoding: str, text: str):
    data = SRT.format(text).encode(encoding)
    assert parse_subtitles(data)[0].lines == (text,)


def test_a_cut_character_at_the_end_is_dropped():
    data = (SRT.format("x") + "秋").encode()[:-1]
    assert len(parse_subtitles(data)) == 2


def srt(*cues: tuple[str, str, str]) -> list[Cue]:
    blocks = [f"{index}\n00:00:{start} --> 00:00:{end}\n{text}\n" for index, (start, end, text) in enumerate(cues, 1)]
    return parse_subtitles("\n".join(blocks).encode())


def times(cues: list[Cue]) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in cues]


def test_unsorted_cues_are_sorted():
    assert times(srt(("05,000", "06,000", "b"), ("01,000", "02,000", "a"))) == [(1000, 2000, "a"), (5000, 6000, "b")]


def test_overlapping_cues_are_parted():
    assert times(srt(("01,000", "04,000", "a"), ("03,000", "05,000", "b"))) == [(1000, 3000, "a"), (3000, 5000, "b")]


def test_cues_at_the_same_time_are_one():
    cues = srt(("01,000", "02,000", "- He."), ("01,000", "02,500", "- She."))
    assert [(cue.start_ms, cue.end_ms, cue.lines) for cue in cues] == [(1000, 2500, ("- He.", "- She."))]


def test_zero_length_and_backward_cues_get_a_time():
    assert times(srt(("01,000", "01,000", "a"), ("03,000", "02,000", "b"))) == [(1000, 1500, "a"), (3000, 3500, "b")]


def test_doubles_and_empty_cues_go():
    assert times(srt(("01,000", "02,000", "a"), ("01,000", "02,000", "a"), ("03,000", "04,000", "<i></i>"))) == [
        (1000, 2000, "a")
    ]


ASS = """[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:03.00,0:00:05.00,Default,,0,0,0,,{\\pos(10,20)\\fad(100,100)}big\\hred\\Nhouse{unfinished
Dialogue: 0,0:00:06.00,0:00:08.00,Default,,0,0,0,,{\\k50}ka{\\k50}ra{\\kf100}oke now
"""


def test_ass_codes_and_drawings_are_dropped():
    cues = parse_subtitles(ASS.encode())
    assert [cue.lines for cue in cues] == [("big red", "house{unfinished"), ("karaoke now",)]


def test_syllables_make_words():
    words = parse_subtitles(ASS.encode())[1].words
    assert [(word.text, word.start_ms) for word in words] == [("karaoke", 6000), ("now", 7500)]


VTT = """WEBVTT - a title

NOTE a comment
over two lines

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start position:0%
<v Mary><00:01.000>Hello <c.loud>there</c><00:02.500> world

00:00:05.000 --> 00:00:06.000
plain &amp; simple
"""


def test_vtt_voices_settings_and_times():
    cues = parse_subtitles(VTT.encode())
    assert [cue.lines for cue in cues] == [("Hello there world",), ("plain & simple",)]
    assert cues[0].words[2] == Word("world", 2500, 3700)
    assert cues[0].timed
    assert not cues[1].timed


def test_rolling_captions_are_unrolled():
    rows = ["so this is the first", "line of what is said", "and a third one", "and the last"]
    text = "WEBVTT\n\n"
    for index, (above, row) in enumerate(itertools.pairwise(["", *rows])):
        words = "".join(f"<00:00:{index * 2:02}.{200 * n:03}><c> {w}</c>" for n, w in enumerate(row.split()) if n) or ""
        text += (
            f"00:00:{index * 2:02}.000 --> 00:00:{index * 2 + 2:02}.000\n{above or ' '}\n{row.split()[0]}{words}\n\n"
        )
        text += f"00:00:{index * 2 + 1:02}.990 --> 00:00:{index * 2 + 2:02}.000\n{row}\n \n\n"
    cues = parse_subtitles(text.encode())
    assert " ".join(cue.text for cue in cues) == " ".join(rows)


@pytest.mark.parametrize(
    "data",
    [
        {"segments": [{"start": 1.0, "end": 2.0, "text": " hello world", "words": [
            {"word": " hello", "start": 1.0, "end": 1.4, "probability": 0.9},
            {"word": " world", "start": 1.5, "end": 2.0}]}]},
        {"version": "1.0.0", "segments": [{"speaker": "A", "startTime": 1, "endTime": 2, "body": "hello world"}]},
        [{"start_ms": 1000, "end_ms": 2000, "text": "hello world"}],
        {"segments": [{"start": 1, "end": 2, "words": [
            {"word": "hello", "start": 1.0, "end": 1.4}, {"word": "world", "start": 1.5, "end": 2.0}]}]},
    ],
)  # fmt: skip
def test_transcripts_in_json(data: object):
    cues = parse_subtitles(json.dumps(data).encode())
    assert times(cues) == [(1000, 2000, "hello world")]


def test_microdvd_and_ttml():
    assert parse_subtitles(b"{1}{1}25\n{25}{50}hello|there\n")[-1].lines == ("hello", "there")
    ttml = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>'
        '<p begin="00:00:01.000" end="00:00:02.000">hi <span>you</span></p></div></body></tt>'
    )
    assert parse_subtitles(ttml.encode())[0].text == "hi you"


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><tt xmlns="http://www.w3.org/ns/ttml"><p>&b;</p></tt>'
    with pytest.raises(SubtitleError, match="entities"):
        parse_subtitles(bomb.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"hello",
        b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"{}",
        b"[]",
        b'{"cues": 5}',
        b"WEBVTT",
    ],
)
def test_what_is_no_subtitle_file(data: bytes):
    with pytest.raises(SubtitleError) as caught:
        parse_subtitles(data)
    assert caught.value.hint


def test_files_that_cannot_be_read(tmp_path: Path):
    with pytest.raises(SubtitleError, match="no file"):
        read_subtitles(tmp_path / "absent.srt")
    with pytest.raises(SubtitleError, match="cannot be read"):
        read_subtitles(tmp_path)
    (tmp_path / "large.srt").write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(LimitError):
        read_subtitles(tmp_path / "large.srt")
    (tmp_path / "good.srt").write_text(SRT.format("x"))
    assert len(read_subtitles(tmp_path / "good.srt")) == 2


def test_too_many_cues():
    text = "".join(f"{{{index * 25}}}{{{index * 25 + 20}}}x\n" for index in range(100_002))
    with pytest.raises(LimitError, match="cues"):
        parse_subtitles(("{1}{1}25\n" + text).encode())


def accept(data: bytes) -> None:
    """Either clean cues come out, or an error of ours."""
    try:
        cues = parse_subtitles(data)
    except (SubtitleError, LimitError):
        return
    assert cues
    for cue in cues:
        assert 0 <= cue.start_ms < cue.end_ms
        assert cue.words
        edges = [edge for word in cue.words for edge in (word.start_ms, word.end_ms)]
        assert edges == sorted(edges)
        assert all(word.start_ms < word.end_ms and word.text for word in cue.words)
        assert edges[0] >= cue.start_ms
        assert edges[-1] <= cue.end_ms
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(cues))


SCRAPS = [
    "WEBVTT", "\n\n", "\n", "00:00:01.000 --> 00:00:02.000", "00:00:01,000 --> 00:00:02,000", "99:59:59,999", "-->",
    " ", "<00:00:01.500>", "<c>", "</c>", "<v A>", "{\\k50}", "{\\p1}", "{", "}", "\\N", "&lt;", "&#999999999;", "1",
    "[Script Info]",
    "[Events]\n", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n", "[V4+ Styles]\n",
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,text\n", "Dialogue: ,", "{1}{50}a\n", "{1}{1}0\n", "{1}{1}nan\n",
    '<tt xmlns="http://www.w3.org/ns/ttml">', '<p begin="1s" end="x">', '{"cues": [',
    '{"start": 1, "end": 1e999, "text": "a"}',
    '{"start_ms": -5, "end_ms": 99999999999999999999, "text": "a", "words": [{"text": "a", "start_ms": 5}]}',
    "]}",
    "秋天", "\u202e", "\ufeff", "\x00", "𝒳", "word", "00:00:00.000 --> 00:00:00.001", "0:0:1.5 --> 0:0:1.5",
]  # fmt: skip


@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b"{1}{1}0\n{5}{6}a")
def test_any_bytes(data: bytes):
    accept(data)


@given(st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=5)), max_size=30))
@settings(max_examples=400)
def test_scraps_of_all_formats(scraps: list[str]):
    accept("".join(scraps).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(KINDS), st.integers(0, 2000), st.binary(min_size=1, max_size=8))
@settings(max_examples=300)
def test_damaged_files(kind: str, at: int, junk: bytes):
    data = write_subtitles(make_cues(speak(TEXTS[0] + TEXTS[1])), kind).encode()
    at %= len(data)
    accept(data[:at] + junk + data[at + len(junk) :])
    accept(data[:at])


def test_hostile_lengths_take_no_time():
    accept(b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<" * 200_000)
    accept(SRT.format("{\\" * 100_000).encode())
    accept(SRT.format("<a " * 100_000).encode())
    accept(b"1\n00:00:01,000 --> 00:00:02,000\n" + b"word " * 100_000)
    accept(b'{"cues": ' + b"[" * 100_000)
    accept(("00:00:01,000 --> 00:00:02,000\n" + " \n" * 50_000).encode())
