import pytest

from wavereel.errors import FontError
from wavereel.picture.fonts import FontLibrary, default_library, missing_font_error
from wavereel.picture.shaping import FontRequest, Shaper

THEME_FAMILIES = ["Inter", "Manrope", "Unbounded", "Fraunces", "Newsreader", "Bricolage Grotesque", "Space Grotesk"]
THEME_FAMILIES += ["JetBrains Mono", "Righteous", "Barlow Condensed", "Heebo", "Noto Sans", "Noto Sans CJK", "OpenMoji"]


@pytest.mark.parametrize("family", THEME_FAMILIES)
def test_the_families_of_the_themes_are_installed(family: str):
    library = FontLibrary(use_system_fonts=False)
    assert library.has_family(family)
    assert library.font(family, 40).family == family


def test_weights_of_a_variable_font_are_honoured():
    library = default_library()
    widths = [
        Shaper(library).shape("Wavereel", FontRequest("Inter", 100.0, weight=weight)).width
        for weight in (300, 500, 800)
    ]
    assert widths == sorted(widths)
    assert widths[2] > widths[0] * 1.05


def test_static_files_are_chosen_by_weight_and_slope():
    library = FontLibrary(use_system_fonts=False)
    assert library.font("Barlow Condensed", 20, weight=700).path.name == "BarlowCondensed-Bold.ttf"
    assert library.font("Barlow Condensed", 20, weight=590).path.name == "BarlowCondensed-SemiBold.ttf"
    assert library.font("Barlow Condensed", 20, weight=400, italic=True).path.name == "BarlowCondensed-Italic.ttf"
    assert library.font("Noto Sans CJK", 20, weight=800).path.name == "NotoSansCJKtc-Bold.otf"


def test_a_family_that_is_not_installed_becomes_noto_sans():
    assert FontLibrary(use_system_fonts=False).font("No Such Family", 20).path.name.startswith("NotoSans[")


def test_the_error_names_the_script_and_what_to_install():
    error = missing_font_error(["த", "மி"])
    assert isinstance(error, FontError)
    assert "Tamil" in str(error)
    assert "pip install fontpkg-noto-sans-tamil" in str(error)
    assert error.exit_code == 6
    assert "Bengali" in str(missing_font_error(["ব"]))
    assert "system" in missing_font_error(["ব"]).hint


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Привет", "Noto Sans"),
        ("Ελλάδα", "Noto Sans"),
        ("سلام", "Noto Sans Arabic"),
        ("שלום", "Heebo"),
        ("สวัสดี", "Noto Sans Thai"),
        ("नमस्ते", "Noto Sans Devanagari"),
        ("今天", "Noto Sans CJK"),
        ("한국어", "Noto Sans CJK"),
        ("👩🏽‍🚀", "OpenMoji"),
    ],
)
def test_what_a_display_face_lacks_comes_from_another(text: str, family: str):
    line = Shaper(FontLibrary(use_system_fonts=False)).shape(text, FontRequest("Righteous", 40.0))
    assert {glyph.font.family for glyph in line.glyphs} == {family}
    assert not line.missing


def test_a_script_without_a_font_is_missing_and_draws_nothing():
    line = Shaper(FontLibrary(use_system_fonts=False)).shape("a ᚠᚢ b", FontRequest("Inter", 40.0))
    assert line.missing == ("ᚠ", "ᚢ")
    assert [line.text[glyph.cluster] for glyph in line.glyphs] == ["a", " ", " ", "b"]


def test_system_fonts_come_last_and_by_name(tmp_path, monkeypatch):
    from wavereel.picture import fonts

    source = FontLibrary(use_system_fonts=False).font("Noto Sans Thai", 20).path
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "MyFace-Bold.ttf").write_bytes(source.read_bytes())
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_system_folders", lambda: [tmp_path, tmp_path / "nowhere"])
    library = FontLibrary()
    assert library.font("My Face", 20).path.name == "MyFace-Bold.ttf"
    assert not FontLibrary(use_system_fonts=False).has_family("My Face")
    found = library.last_resort("ก", 20, 400)
    assert found is not None
    assert library.last_resort("ᚠ", 20, 400) is None
