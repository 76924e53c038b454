"""Theme files: the eight that come with the program, and what a designer is told about a slip."""

import shutil
from pathlib import Path

import pytest

from wavereel.errors import InputError, UsageError
from wavereel.timeline.layouts import CANVASES, layout_for
from wavereel.timeline.model import Timeline
from wavereel.timeline.themes import NEEDED_SLOTS, THEME_NAMES, load_theme, patched, read_theme, theme_names

FOLDER = load_theme("clean").folder.parent
CAPTION_LOOKS = {"news": ("boxed", "boxed"), "neon": ("karaoke", "pop")}


@pytest.fixture
def theme_folder(tmp_path: Path) -> Path:
    """A copy of a theme that a test may spoil."""
    return Path(shutil.copytree(FOLDER / "paper", tmp_path / "paper"))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "theme.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_eight_are_there_in_order():
    assert theme_names() == ("clean", "midnight", "neon", "paper", "sunset", "studio", "retro", "news")
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(theme_names())


@pytest.mark.parametrize("name", THEME_NAMES)
def test_every_theme_places_everything_in_every_ratio(name: str):
    theme = load_theme(name)
    assert theme.name == name
    for ratio in CANVASES:
        arrangement = theme.arrangement(ratio)
        assert set(NEEDED_SLOTS) <= arrangement.slots.keys()
        for slot in ("title", "kicker", "number", "caption", "chapter", "lower_third", "end_card"):
            largest, smallest = arrangement.slots[slot].size or (0, 0)
            assert 14 <= smallest <= largest <= 150


@pytest.mark.parametrize("name", THEME_NAMES)
def test_caption_looks_are_those_of_the_design(name: str):
    wide, tall = CAPTION_LOOKS.get(name, ("karaoke", "karaoke"))
    theme = load_theme(name)
    assert [theme.wide.caption.look, theme.tall.caption.look] == [wide, tall]
    assert [theme.square.caption.look, theme.portrait.caption.look] == [wide, wide]


@pytest.mark.parametrize("name", THEME_NAMES)
def test_the_svg_files_that_a_theme_names_exist_and_ask_only_for_its_colours(name: str):
    theme = load_theme(name)
    for width, height in CANVASES.values():
        layout = layout_for(theme, width, height)
        for file_name in filter(None, (layout.art, layout.furniture)):
            asked = {part.split("}")[0] for part in theme.svg(file_name).split("{")[1:]}
            assert asked <= {"width", "height", "view", *theme.palette}


def test_an_unknown_theme_is_named_with_a_guess():
    with pytest.raises(UsageError, match="did you mean midnight"):
        load_theme("midnigt")


def test_a_copy_of_a_theme_reads_the_same(theme_folder: Path):
    assert read_theme(theme_folder).wide == load_theme("paper").wide


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('color = "ink", tracking_em', 'color = "inc", tracking_em', "type.title.color.*'inc' is neither a colour"),
        ('ground = "#F0E8D9"', 'ground = "cream"', "palette.ground: 'cream' is not a colour"),
        ('muted = "#7A6A56"\n', "", "palette.muted is missing"),
        ("size = [132, 60]", "sise = [132, 60]", "wide.slots.title.sise: unknown key"),
        ("size = [132, 60]", "size = [60, 132]", "size is .largest, smallest."),
        ('members = ["title", 64, "wave"]', 'members = ["titel", 64, "wave"]', "wide.stacks: no slot 'titel'"),
        ('shape = "print"', 'shape = "star"', "wide.slots.cover.shape"),
        ("weight = 600", "weight = 60", "type.title.weight"),
        ('label = "Paper"', 'label = "Paper', "is not TOML"),
        ("missing = [", "lacking = [", "lacking: unknown key"),
    ],
)
def test_a_slip_is_named_by_file_and_key(theme_folder: Path, old: str, new: str, says: str):
    change(theme_folder, old, new)
    with pytest.raises(InputError, match=says) as caught:
        read_theme(theme_folder)
    assert "theme.toml" in str(caught.value)
    assert caught.value.hint


def test_a_bad_override_is_found_before_it_is_needed(theme_folder: Path):
    change(theme_folder, "slots.title = { box = [112, 188, 1696, 290]", 'slots.title = { align = "middle"')
    with pytest.raises(InputError, match="align"):
        read_theme(theme_folder)


def test_a_theme_cannot_name_a_file_outside_its_folder(theme_folder: Path):
    (theme_folder.parent / "secret.svg").write_text("<svg/>", encoding="utf-8")
    theme = read_theme(theme_folder)
    with pytest.raises(InputError, match="outside its folder"):
        theme.svg("../secret.svg")
    with pytest.raises(InputError, match="has no file"):
        theme.svg("missing.svg")


def test_a_folder_without_a_theme_file_is_said(tmp_path: Path):
    with pytest.raises(InputError, match="cannot read"):
        read_theme(tmp_path)


def test_colours_of_themes_are_colours_of_drafts():
    for name in THEME_NAMES:
        for color in load_theme(name).palette.values():
            Timeline.model_validate({"t": [], "m": {"bg": color}})


@pytest.mark.parametrize("name", THEME_NAMES)
@pytest.mark.parametrize("ratio", CANVASES)
def test_a_single_line_is_as_high_as_its_slot_allows(name: str, ratio: str):
    """A slot lower than a line of its largest size would shrink every text in it."""
    theme = load_theme(name)
    whole = theme.arrangement(ratio)
    for arrangement in (whole, *(patched(whole, (when,), theme.palette) for when in whole.when)):
        for key, slot in arrangement.slots.items():
            if slot.size and slot.lines == 1 and key != "title":
                assert slot.box[3] >= slot.size[0] * theme.type[slot.style or key].line_height - 1e-6, key
