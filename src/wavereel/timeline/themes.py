"""Themes: looks as data files that a designer edits, read strictly.

A theme is a folder `themes/<name>/` with `theme.toml` and SVG files. `[palette]` names colours, `[type]` sets kinds of
text, and `[wide]`, `[tall]`, `[square]`, `[portrait]` place everything by hand in the four ratios. `[wave]`,
`[caption]`, `[progress]` and `[ground]` hold for all ratios; `[tall.wave]` and its like override them key by key. What
a theme does not place (logo corners, end card, everything over a video) stands in `themes/base.toml`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import Field, ValidationError

from wavereel.errors import InputError, UsageError
from wavereel.timeline.arrangement import (
    Arrangement,
    CaptionSpec,
    Override,
    PaletteColor,
    Part,
    RatioName,
    Scrim,
    SlotSpec,
    TypeStyle,
    WaveSpec,
)

DEFAULT_THEME = "midnight"
"""The look of a video for which none was named."""

THEME_NAMES = ("clean", "midnight", "neon", "paper", "sunset", "studio", "retro", "news")
"""The themes that come with the program, in the order in which they are shown."""

RATIO_NAMES: tuple[RatioName, ...] = ("wide", "tall", "square", "portrait")
NEEDED_COLORS = ("ground", "ink", "muted", "accent", "plate", "plate_ink", "plate_spoken", "card", "card_ink")
NEEDED_SLOTS = (
    *("title", "kicker", "number", "cover", "wave", "caption", "progress", "chapter", "lower_third", "end_card"),
    *("top_left", "top_right", "bottom_left", "bottom_right"),
)
_SHARED_TABLES = ("ground", "wave", "caption", "progress")
_MAX_THEME_BYTES = 1 << 20
_BESIDE = "put the file beside theme.toml"


class CoverArt(Part):
    """Colours from which a cover is drawn where the sound has none: ground first, then the shapes."""

    colors: tuple[PaletteColor, ...] = Field(min_length=3)


class Theme(Part):
    """A whole look.

    `from_cover` says what takes the strongest colour of a cover that came with the sound, `cover_behind` puts that
    cover, blurred, under everything, and `draws_cover` asks for a drawn one where none came.
    """

    name: str
    label: str
    folder: Path
    palette: dict[str, str]
    type: dict[str, TypeStyle]
    cover_art: CoverArt
    scrim: Scrim
    from_cover: tuple[Literal["accent", "wave"], ...] = ()
    draws_cover: bool = True
    cover_behind: bool = False
    wide: Arrangement
    tall: Arrangement
    square: Arrangement
    portrait: Arrangement

    def arrangement(self, ratio: RatioName) -> Arrangement:
        """The hand-made arrangement of one ratio."""
        return {"wide": self.wide, "tall": self.tall, "square": self.square, "portrait": self.portrait}[ratio]

    def svg(self, file_name: str) -> str:
        """The text of one of the theme's SVG files.

        Raises:
            InputError: No such file in the theme's folder.
        """
        path = self.folder / file_name
        try:
            if path.resolve().parent != self.folder.resolve():
                raise InputError(
                    f"theme {self.name} names {file_name!r} outside its folder", hint="put the file beside theme.toml"
                )
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(f"theme {self.name} has no file {file_name}", hint=_BESIDE) from error


def theme_names() -> tuple[str, ...]:
    """The themes that come with the program, in the order in which they are shown."""
    return THEME_NAMES


def load_theme(name: str) -> Theme:
    """One of the themes that come with the program.

    Raises:
        UsageError: No theme has this name.
    """
    if name not in THEME_NAMES:
        close = difflib.get_close_matches(name.lower(), THEME_NAMES, n=1)
        guess = f"did you mean {close[0]}? " if close else ""
        raise UsageError(f"there is no theme {name!r}", hint=f"{guess}choose one of {', '.join(THEME_NAMES)}")
    return _packaged_theme(name)


@cache
def _packaged_theme(name: str) -> Theme:
    """Themes that come with the program do not change while it runs, and reading one takes ten milliseconds."""
    return read_theme(_themes_folder() / name)


def read_theme(folder: Path) -> Theme:
    """The theme in a folder, named as the folder is.

    Raises:
        InputError: No `theme.toml`, not TOML, an unknown key, a bad value; the message names file and key.
    """
    path = folder / "theme.toml"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}", hint="a theme is a folder with a theme.toml") from error
    if len(data) > _MAX_THEME_BYTES:
        raise InputError(
            f"{path} is larger than 1 MiB", hint="a theme holds words and numbers; keep pictures in SVG files"
        )
    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}", hint="look at the line that is named") from None
    return _theme_from_tree(tree, folder, path)


def _theme_from_tree(tree: dict[str, Any], folder: Path, path: Path) -> Theme:
    palette = _checked_palette(tree.get("palette"), path)
    shared = {key: tree.pop(key) for key in _SHARED_TABLES if key in tree}
    base = _base_tree()
    for ratio in RATIO_NAMES:
        if isinstance(tree.get(ratio), dict):
            tree[ratio] = _with_base(cast("dict[str, Any]", tree[ratio]), shared, base[ratio])
    try:
        theme = Theme.model_validate(tree | {"name": folder.name, "folder": folder}, context={"palette": palette})
    except ValidationError as error:
        raise _theme_error(error, path) from None
    for ratio in RATIO_NAMES:
        _check_arrangement(theme, ratio, path)
    return theme


def _with_base(own: dict[str, Any], shared: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """A ratio's table over what holds for all ratios of the theme and for all themes."""
    slots: dict[str, Any] = dict(base["slots"])
    for name, slot in cast("dict[str, Any]", own.get("slots") or {}).items():
        slots[name] = _merged(slots.get(name), slot)
    when = [
        override | {"slots": {name: patch for name, patch in override["slots"].items() if name in slots}}
        for override in cast("list[dict[str, Any]]", base["when"])
    ]
    tables = {key: _merged(shared.get(key), own.get(key)) for key in _SHARED_TABLES}
    return own | tables | {"slots": slots, "when": [*own.get("when", ()), *when]}


def _base_tree() -> dict[str, Any]:
    return tomllib.loads((_themes_folder() / "base.toml").read_text(encoding="utf-8"))


def _themes_folder() -> Path:
    return Path(str(resources.files("wavereel.timeline"))) / "themes"


def _merged(base: Any, patch: Any) -> Any:
    if isinstance(base, dict) and isinstance(patch, dict):
        return cast("dict[str, Any]", base) | cast("dict[str, Any]", patch)
    return cast("Any", base if patch is None else patch)


def _checked_palette(value: Any, path: Path) -> dict[str, str]:
    palette = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    for key, color in palette.items():
        if not isinstance(color, str) or not re.fullmatch(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})", color):
            raise InputError(f"{path}: palette.{key}: {color!r} is not a colour", hint="write #RRGGBB or #RRGGBBAA")
    for key in NEEDED_COLORS:
        if key not in palette:
            raise InputError(f"{path}: palette.{key} is missing", hint=f"a theme names {', '.join(NEEDED_COLORS)}")
    return palette


def _theme_error(error: ValidationError, path: Path) -> InputError:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"])
    if first["type"] == "extra_forbidden":
        return InputError(f"{path}: {place}: unknown key", hint="check its spelling against the other themes")
    return InputError(f"{path}: {place}: {first['msg']}", hint="correct the value and try again")


def _check_arrangement(theme: Theme, ratio: RatioName, path: Path) -> None:
    arrangement = theme.arrangement(ratio)

    def fail(key: str, what: str, hint: str) -> InputError:
        return InputError(f"{path}: {ratio}.{key}: {what}", hint=hint)

    for name in NEEDED_SLOTS:
        if name not in arrangement.slots:
            raise fail(f"slots.{name}", "is missing", "every ratio places every slot")
    for name, slot in arrangement.slots.items():
        if slot.size is not None and (slot.style or name) not in theme.type:
            raise fail(f"slots.{name}.style", f"no [type.{slot.style or name}]", f"use one of {', '.join(theme.type)}")
    stacks = arrangement.stacks + tuple(stack for when in arrangement.when for stack in when.stacks or ())
    for stack in stacks:
        for _, names in stack.rows():
            for name in names:
                if name not in arrangement.slots:
                    raise fail("stacks", f"no slot {name!r}", "a stack lists slots of the same ratio")
    for index, override in enumerate(arrangement.when):
        for name in override.slots:
            if name not in arrangement.slots:
                raise fail(f"when.{index}.slots.{name}", "no such slot", "an override changes slots of its ratio")
        try:
            patched(arrangement, (override,), theme.palette)
        except ValidationError as error:
            raise _theme_error(error, path) from None


def patched(arrangement: Arrangement, overrides: tuple[Override, ...], palette: dict[str, str]) -> Arrangement:
    """An arrangement after the overrides, in order; the result has none left."""
    context = {"palette": palette}
    slots = dict(arrangement.slots)
    changes: dict[str, Any] = {"when": ()}
    caption, wave = arrangement.caption, arrangement.wave
    for override in overrides:
        for name, patch in override.slots.items():
            slots[name] = SlotSpec.model_validate(slots[name].model_dump(exclude_unset=True) | patch, context=context)
        caption = CaptionSpec.model_validate(caption.model_dump(exclude_unset=True) | override.caption, context=context)
        wave = WaveSpec.model_validate(wave.model_dump(exclude_unset=True) | override.wave, context=context)
        for key in ("stacks", "art", "furniture"):
            if getattr(override, key) is not None:
                changes[key] = getattr(override, key)
    return arrangement.model_copy(update=changes | {"slots": slots, "caption": caption, "wave": wave})
