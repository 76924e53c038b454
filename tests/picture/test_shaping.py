import pytest

from wavereel.picture.fonts import FontLibrary
from wavereel.picture.glyphs import draw_colours, draw_outlines, ink
from wavereel.picture.shaping import FontRequest, Shaper

SHAPER = Shaper(FontLibrary(use_system_fonts=False))
INTER = FontRequest("Inter", 64.0, 700)


def families(text: str) -> list[str]:
    line = SHAPER.shape(text, INTER)
    return [next(g.font.family for g in line.glyphs if g.cluster == i) for i in range(len(text))]


@pytest.mark.parametrize("text", ["👩🏽‍🚀", "👨‍👩‍👧‍👦", "🇯🇵", "❤️", "👍🏿", "🏳️‍🌈", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_sequence_is_one_coloured_picture(text: str):
    line = SHAPER.shape(text, INTER)
    pictures = draw_colours(line.glyphs, 0, 80)
    assert len(pictures) == 1
    opaque = pictures[0].rgba[pictures[0].rgba[..., 3] == 255][:, :3]
    assert len({tuple(color) for color in opaque.tolist()}) > 2
    assert draw_outlines(line.glyphs, 0, 80).empty


def test_words_of_right_to_left_text_stand_from_right_to_left():
    text = "שלום עולם abc"
    line = SHAPER.shape(text, INTER)
    spans = [line.extent(*span) for span in ((0, 4), (5, 9), (10, 13))]
    assert line.right_to_left
    assert spans[0][0] > spans[1][1]
    assert spans[1][0] > spans[2][1]
    assert spans[2][0] == 0.0
    assert spans[0][1] == pytest.approx(line.width)


def test_full_width_quotes_among_ideographs_and_plain_digits():
    assert families("说“好”") == ["Noto Sans CJK"] * 4
    assert families("第42期") == ["Noto Sans CJK", "Inter", "Inter", "Noto Sans CJK"]
    assert families("a “b”") == ["Inter"] * 5


def test_brackets_of_a_pair_share_a_font():
    found = families("فيلم (42)")
    assert found[5] == found[8] == "Noto Sans Arabic"
    assert found[6] == "Inter"


def test_a_word_with_a_rare_letter_is_set_in_one_font():
    line = SHAPER.shape("Straße", FontRequest("Righteous", 40.0))
    assert len({glyph.font.family for glyph in line.glyphs}) == 1


def test_tracking_spreads_letters_but_no_joined_script():
    wide = FontRequest("Inter", 64.0, 700, tracking_px=5.0)
    for text, gaps in (("Wave", 3), ("سلام", 0), ("नमस्ते", 0)):
        grown = SHAPER.shape(text, wide).width - SHAPER.shape(text, INTER).width
        assert grown == pytest.approx(5.0 * gaps, abs=0.05)


def test_language_picks_regional_forms():
    glyphs = {
        tag: SHAPER.shape("直", FontRequest("Inter", 64.0, 700, language=tag)).glyphs[0].gid
        for tag in ("zh", "ja", "ko")
    }
    assert glyphs["zh"] != glyphs["ja"]
    kana = SHAPER.shape("直す", FontRequest("Inter", 64.0, 700)).glyphs[0].gid
    assert kana == glyphs["ja"]


@pytest.mark.parametrize("text", ["Wavereel gypsy", "العالم الجديد", "今天", "ที่นี่", "दुनिया"])
def test_ink_is_where_the_pixels_are(text: str):
    line = SHAPER.shape(text, INTER)
    box = ink(line.glyphs)
    assert box is not None
    mask = draw_outlines(line.glyphs, 10.0, 90.0)
    rows, columns = mask.alpha.any(1).nonzero()[0], mask.alpha.any(0).nonzero()[0]
    drawn = (mask.x + columns[0], mask.y + rows[0], mask.x + columns[-1] + 1, mask.y + rows[-1] + 1)
    for edge, wanted in zip(drawn, (box[0] + 10, box[1] + 90, box[2] + 10, box[3] + 90), strict=True):
        assert abs(edge - wanted) <= 1.5


def test_the_end_of_a_line_is_not_measured():
    assert SHAPER.shape("word   ", INTER).width == pytest.approx(SHAPER.shape("word", INTER).width)
    assert SHAPER.shape("שלום  ", INTER).width == pytest.approx(SHAPER.shape("שלום", INTER).width)
