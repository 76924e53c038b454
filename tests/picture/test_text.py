import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wavereel.picture.fonts import FontLibrary
from wavereel.picture.text import Shadow, TextStyle, Typesetter, clean, draw_text

SETTER = Typesetter(FontLibrary(use_system_fonts=False))
STYLE = TextStyle("Inter", 60.0, 700, tracking_px=-1.0, line_height=1.1)
LONG = {
    "Latin": "The Very Long and Unreasonably Detailed Story of Why We Still Read Sonnets After 400 Years",
    "Chinese": "为什么四百年之后的今天我们仍然在读十四行诗：一段关于语言、爱情、时间与记忆的漫长对话",
    "Arabic": "لماذا ما زلنا نقرأ السوناتات بعد أربعمئة عام: حوار طويل مع Anna Smith (الحلقة 42)",
    "Devanagari": "चार सौ साल बाद भी हम सॉनेट क्यों पढ़ते हैं: भाषा, प्रेम, समय और स्मृति पर बातचीत",
    "Thai": "ทำไมเรายังอ่านบทกวีซอนเน็ตหลังจากผ่านไปสี่ร้อยปี บทสนทนายาวเกี่ยวกับภาษา",
    "Emoji": "We did it 🎉 with 👩🏽‍🚀👨‍👩‍👧‍👦 & 🇯🇵🏳️‍🌈 — love ❤️ it 1️⃣ times, said the whole team",
    "One word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
}


def drawn_columns(block):
    drawn = draw_text(block)
    columns = drawn.pixels[..., 3].any(0).nonzero()[0]
    return drawn.dx + columns[0], drawn.dx + columns[-1] + 1


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("family", ["Inter", "Unbounded", "Righteous"])
def test_no_line_is_wider_than_its_room(name: str, family: str):
    style = TextStyle(family, 60.0, 700, tracking_px=-1.0, line_height=1.05, align="center")
    block = SETTER.fit(LONG[name], style, width_px=620, max_lines=3, min_size_px=34)
    assert 1 <= len(block.lines) <= 3
    assert block.width <= 620.5
    left, right = drawn_columns(block)
    assert left >= -4
    assert right <= block.width + 4
    assert not block.missing


@pytest.mark.parametrize("name", LONG)
def test_ink_of_two_lines_never_touches(name: str):
    block = SETTER.fit(LONG[name], TextStyle("Inter", 40.0, 700, line_height=0.7), width_px=620, max_lines=9)
    if len(block.lines) < 2:
        pytest.skip("one line")
    ink = [line.shaped for line in block.lines]
    from wavereel.picture.glyphs import ink as box_of

    boxes = [box_of(line.glyphs) for line in ink]
    for (above, upper), (below, lower) in zip(
        zip(block.lines, boxes, strict=True), list(zip(block.lines, boxes, strict=True))[1:], strict=False
    ):
        assert above.baseline + upper[3] < below.baseline + lower[1]


def test_the_fewest_lines_and_then_even_ones():
    block = SETTER.fit("Why We Still Read Sonnets", STYLE, width_px=520, max_lines=3)
    assert [line.shaped.text for line in block.lines] == ["Why We Still", "Read Sonnets"]
    assert block.size_px == 60.0


def test_a_break_after_punctuation_is_preferred():
    block = SETTER.fit("Not today, maybe tomorrow", STYLE, width_px=560, max_lines=2)
    assert block.lines[0].shaped.text == "Not today,"


def test_too_long_a_text_gets_smaller_first():
    block = SETTER.fit(LONG["Latin"], STYLE, width_px=700, max_lines=3, min_size_px=30)
    assert 30 <= block.size_px < 60
    assert not block.shortened
    assert "".join(line.shaped.text + " " for line in block.lines).strip() == LONG["Latin"]


def test_then_it_ends_in_an_ellipsis_after_a_word():
    block = SETTER.fit(LONG["Latin"], STYLE, width_px=500, max_lines=2, min_size_px=50)
    assert block.shortened
    text = " ".join(line.shaped.text for line in block.lines)
    assert text.endswith("…")
    kept = text.removesuffix("…")
    assert LONG["Latin"].startswith(kept)
    assert LONG["Latin"][len(kept)] == " "
    assert block.size_px == 50


def test_height_is_kept_too():
    block = SETTER.fit(LONG["Latin"], STYLE, width_px=700, max_lines=6, min_size_px=20, height_px=100)
    assert block.height <= 100


def test_a_word_that_fits_nowhere_is_cut():
    block = SETTER.fit(LONG["One word"], STYLE, width_px=300, max_lines=2, min_size_px=40)
    assert block.width <= 300.5
    assert block.shortened


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\x00\x07"])
def test_nothing_to_draw(text: str):
    block = SETTER.fit(text, STYLE, width_px=300, max_lines=2)
    assert block.lines == ()
    assert draw_text(block).pixels.size == 0
    assert (block.width, block.height) == (0.0, 0.0)


def test_word_extents_are_where_the_words_are_drawn():
    from dataclasses import replace

    block = SETTER.fit("Thou that art now the world’s fresh ornament", STYLE, width_px=620, max_lines=2)
    words = block.words()
    assert [block.text[w.start : w.stop] for w in words] == block.text.split()
    for word in words:
        line = block.lines[word.line]
        kept = [g for g in line.shaped.glyphs if word.start - line.start <= g.cluster < word.stop - line.start]
        alone = replace(block, lines=(replace(line, shaped=replace(line.shaped, glyphs=tuple(kept))),))
        left, right = drawn_columns(alone)
        # The extent is of advances; a letter's side bearings lie inside of it, an overhang by a px or two outside.
        assert word.x0 - 3 <= left <= word.x0 + 8
        assert word.x1 - 10 <= right <= word.x1 + 3


def test_the_same_text_in_a_box_with_outline_and_shadow_keeps_its_place():
    plain = SETTER.fit("Wavereel", STYLE, width_px=900, max_lines=1)
    style = TextStyle(
        "Inter", 60.0, 700, tracking_px=-1.0, line_height=1.1, outline_color="#000000", outline_px=6.0,
        shadow=Shadow(), box_color="#3366CC", box_pad_px=20.0, box_radius=10.0,
    )  # fmt: skip
    rich = SETTER.fit("Wavereel", style, width_px=900, max_lines=1)
    assert rich.width == plain.width
    a, b = draw_text(plain), draw_text(rich)
    x, y = a.dx - b.dx, a.dy - b.dy
    inside = b.pixels[y : y + a.pixels.shape[0], x : x + a.pixels.shape[1]]
    solid = a.pixels[..., 3] == 255
    assert (inside[solid] == (255, 255, 255, 255)).all()
    assert tuple(b.pixels[b.pixels.shape[0] // 2, 2 - b.dx - 20]) == (0x33, 0x66, 0xCC, 255)


def test_capitals_and_greek_ones_without_accents():
    style = TextStyle("Inter", 40.0, capitals=True)
    assert SETTER.fit("Straße café", style, width_px=900, max_lines=1).text == "STRASSE CAFÉ"
    assert SETTER.fit("Γιατί διαβάζουμε", style, width_px=900, max_lines=1).text == "ΓΙΑΤΙ ΔΙΑΒΑΖΟΥΜΕ"


def test_lines_from_the_right_are_flush_right():
    block = SETTER.fit("שלום לכולם וברוכים הבאים", STYLE, width_px=420, max_lines=2)
    assert len(block.lines) == 2
    assert {round(line.x + line.width, 3) for line in block.lines} == {round(block.width, 3)}


def test_a_line_that_starts_with_latin_keeps_the_direction_of_its_paragraph():
    block = SETTER.fit("مرحبا بكم في برنامج Wavereel Studio الجديد", STYLE, width_px=420, max_lines=3)
    assert all(line.shaped.right_to_left for line in block.lines)


def test_line_feeds_start_lines():
    block = SETTER.fit("First\nSecond line", STYLE, width_px=900, max_lines=2)
    assert [line.shaped.text for line in block.lines] == ["First", "Second line"]
    joined = SETTER.fit("First\nSecond line", STYLE, width_px=900, max_lines=1)
    assert [line.shaped.text for line in joined.lines] == ["First Second line"]


def test_markup_is_text():
    for text in ("<b>&amp;</b> \"q\" 's'", "</svg><script>", "{name} %s \\n"):
        block = SETTER.fit(text, STYLE, width_px=2000, max_lines=1)
        assert block.text == text
        assert not block.missing
        assert {g.cluster for line in block.lines for g in line.shaped.glyphs} == set(range(len(text)))


def test_measure_is_the_width_that_is_drawn():
    width = SETTER.measure("Read Sonnets", STYLE)
    assert width == SETTER.fit("Read Sonnets", STYLE, width_px=2000, max_lines=1).width
    assert SETTER.measure("a\nb", STYLE) == SETTER.measure("a b", STYLE)


def test_drawing_is_exact_every_time():
    block = SETTER.fit(LONG["Emoji"], STYLE, width_px=900, max_lines=3, min_size_px=30)
    assert np.array_equal(draw_text(block, x=0.3).pixels, draw_text(block, x=0.3).pixels)


@settings(max_examples=60)
@given(st.text(max_size=60), st.integers(40, 500), st.integers(1, 3))
def test_any_text_fits_or_is_shortened(text: str, width: int, lines: int):
    block = SETTER.fit(text, TextStyle("Inter", 30.0), width_px=width, max_lines=lines, min_size_px=20)
    assert len(block.lines) <= lines
    assert block.width <= width + 0.5
    assert draw_text(block).pixels.dtype == np.uint8
    assert clean(text) or not block.lines


@pytest.mark.parametrize("text", ["لمن ما زلنا", "ที่นี่ น้ำ", "क्यों हूँ", "今天", "ÅÉ gypsy"])
def test_letters_of_other_faces_stay_inside_the_block(text: str):
    block = SETTER.fit(text, TextStyle("Righteous", 60.0, line_height=0.8), width_px=900, max_lines=1)
    _, top, _, bottom = block.ink()
    if text.isascii() or text[0] == "Å":
        assert block.height == pytest.approx(48)
    else:
        assert top >= -0.01
        assert bottom <= block.height + 0.01


@pytest.mark.parametrize("text", ["十四行诗" * 2000, "word " * 2000, "x" * 8000, "🎉" * 3000, "\n".join("ab" * 900)])
def test_very_long_texts_are_shortened_in_reasonable_time(text: str):
    block = SETTER.fit(text, STYLE, width_px=500, max_lines=2, min_size_px=50)
    assert block.shortened
    assert len(block.lines) <= 2


def test_boxes_of_lines_are_one_shape_without_slips():
    from wavereel.picture.text_boxes import box_masks

    style = TextStyle("Inter", 40.0, 700, align="center", box_color="#000000", box_pad_px=16.0, box_radius=12.0)
    block = SETTER.fit("We did it again\nwith the whole of", style, width_px=600, max_lines=2)
    assert 0 < abs(block.lines[0].width - block.lines[1].width) < 50
    box = box_masks(block)
    rows = [np.flatnonzero(row == 255) for row in box.alpha[14:-14]]
    assert len({(int(row[0]), int(row[-1])) for row in rows}) == 1
    assert (box.alpha[14:-14, 14:-14] == 255).all()
    left, right = block.ink()[0], block.ink()[2]
    assert box.x <= left - 12
    assert box.x + box.alpha.shape[1] >= right + 12


def test_a_full_width_stop_does_not_push_a_line_off_the_middle():
    one = SETTER.fit("今天天气真好", STYLE, width_px=900, max_lines=1)
    two = SETTER.fit("今天天气真好。", STYLE, width_px=900, max_lines=1)
    assert 0 < two.width - one.width < 40


def test_a_box_holds_the_ink_of_any_script():
    from wavereel.picture.text_boxes import box_masks

    style = TextStyle("Inter", 56.0, 700, box_color="#000000", box_pad_px=16.0, box_radius=4.0)
    block = SETTER.fit("في ليلي", style, width_px=900, max_lines=1)
    box, inked = box_masks(block), block.ink()
    assert box.y < inked[1] - 4
    assert box.y + box.alpha.shape[0] > inked[3] + 4


def test_chinese_lines_end_at_punctuation_where_they_stay_nearly_even():
    style = TextStyle("Inter", 100.0, 700)
    block = SETTER.fit("故都的秋：清静与悲凉之间", style, width_px=720, max_lines=2, min_size_px=50)
    assert [line.shaped.text for line in block.lines] == ["故都的秋：", "清静与悲凉之间"]
