"""SVG templates of themes and drawn art, rendered by resvg behind a fence.

A template is data from a designer, its values may come from anyone. Values are escaped; a template may refer to its
own elements and to pictures beside it, and to nothing else: no file outside its folder, no network, no entities.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from wavereel.errors import InputError, LimitError
from wavereel.picture.images import decode_png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_CHARACTERS = 2_000_000
MAX_PIXELS = 64_000_000
MAX_ELEMENTS = 100_000
_MAX_DEPTH = 64
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_URL = re.compile(r"url\(\s*['\"]?\s*([^)'\"]*)", re.IGNORECASE)
_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_REFUSED = frozenset({"script", "foreignObject", "iframe", "object", "embed", "audio", "video", "a", "set", "animate"})
_HINT = "an SVG may refer only to its own parts and to pictures beside it"


def filled(template: str, values: Mapping[str, object]) -> str:
    """The template with every `{name}` replaced by its value, escaped for text and for attributes.

    Raises:
        InputError: A name that has no value.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise InputError(
                f"the SVG asks for {{{name}}}", hint=f"it may use {', '.join(sorted(values)) or 'nothing'}"
            )
        plain = "".join(char for char in str(values[name]) if char >= " " or char in "\t\n\r")
        return escape(plain, {'"': "&quot;", "'": "&#39;"})

    return _PLACE.sub(value, template)


def render_svg(
    template: str,
    values: Mapping[str, object],
    size: tuple[int, int],
    *,
    font_files: Sequence[Path] = (),
    folder: Path | None = None,
) -> NDArray[np.uint8]:
    """Straight RGBA `(height, width, 4)` uint8.

    Args:
        template: SVG with `{name}` where values go; `{width}` and `{height}` are the size where not given.
        values: By name.
        size: Width and height in px.
        font_files: All fonts that its text may use.
        folder: Where pictures that it names lie; `None` refuses them.

    Raises:
        InputError: It is no SVG, or refers to what it must not.
        LimitError: Too large, or it unfolds into too much.
    """
    import resvg_py

    width, height = size
    if width < 1 or height < 1 or width * height > MAX_PIXELS:
        raise LimitError(f"an SVG of {width}x{height} px cannot be drawn", hint="use a smaller canvas")
    text = filled(template, {"width": width, "height": height, **values})
    safe = checked(text, folder)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=safe,
            width=width,
            height=height,
            skip_system_fonts=True,
            font_files=[str(path) for path in font_files],
        )
    except ValueError as error:
        raise InputError("the SVG cannot be drawn", hint="check it in a browser") from error
    pixels = decode_png(png)
    if pixels.shape[:2] != (height, width):
        raise InputError(f"the SVG is not of the shape {width}:{height}", hint="give it the canvas's viewBox")
    return pixels


def checked(text: str, folder: Path | None) -> str:
    """The same SVG with pictures from the folder put inside, once nothing in it is refused."""
    if len(text) > MAX_CHARACTERS:
        raise LimitError("the SVG is too long", hint=f"keep it under {MAX_CHARACTERS // 1_000_000} MB")
    if re.search(r"<!(?!--)|<\?(?!xml\s)", text, re.IGNORECASE):
        raise InputError("the SVG declares a document type, an entity or an instruction", hint=_HINT)
    try:
        root = ET.fromstring(text)  # noqa: S314 (declarations were refused above)
    except ET.ParseError as error:
        raise InputError(f"the SVG is not well formed ({error})", hint="check it in a browser") from error
    if _local(root.tag) != "svg":
        raise InputError("the file holds no SVG", hint="its outermost element must be svg")
    for element in root.iter():
        _check_element(element, folder)
    _check_growth(root)
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return ET.tostring(root, encoding="unicode")


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _check_element(element: ET.Element, folder: Path | None) -> None:
    name = _local(element.tag)
    if name in _REFUSED:
        raise InputError(f"the SVG holds a {name} element", hint=_HINT)
    if name == "style" and re.search(r"@|\\", element.text or ""):
        raise InputError("a style sheet in the SVG imports something", hint=_HINT)
    texts = [element.text or ""] if name == "style" else []
    for key, value in element.attrib.items():
        if _local(key) == "href":
            element.set(key, _reference(value.strip(), name, folder))
        elif _local(key).lower().startswith("on"):
            raise InputError(f"the SVG holds an {_local(key)} attribute", hint=_HINT)
        else:
            texts.append(value)
    for part in texts:
        for target in _URL.findall(part):
            if not target.startswith("#"):
                raise InputError(f"the SVG refers to {target[:60]!r}", hint=_HINT)


def _reference(value: str, element: str, folder: Path | None) -> str:
    """What an `href` may be: a part of this document, an embedded picture, or a picture of the folder, embedded."""
    if value.startswith("#"):
        return value
    if element != "image":
        raise InputError(f"the SVG refers to {value[:60]!r}", hint=_HINT)
    if re.match(r"data:image/(png|jpeg);base64,", value):
        return value
    kind = _PICTURES.get(Path(value).suffix.lower())
    if folder is None or kind is None or ":" in value or "\0" in value:
        raise InputError(f"the SVG refers to {value[:60]!r}", hint=_HINT)
    path = (folder / value).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise InputError(f"the SVG refers to {value[:60]!r}", hint=_HINT)
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _check_growth(root: ET.Element) -> None:
    """Refuses a document that unfolds into too many elements: `use` of `use` multiplies."""
    named = {key: element for element in root.iter() if (key := element.get("id"))}
    sizes: dict[ET.Element, int] = {}

    def size(element: ET.Element, depth: int) -> int:
        if depth > _MAX_DEPTH:
            raise LimitError("the SVG is nested too deeply", hint="flatten its groups")
        if element in sizes:
            return sizes[element]
        total = 1 + sum(size(child, depth + 1) for child in element)
        for key, value in element.attrib.items():
            target = named.get(value.removeprefix("#")) if _local(key) == "href" else None
            if target is not None and _local(element.tag) != "image":
                total += size(target, depth + 1)
        if total > MAX_ELEMENTS:
            raise LimitError("the SVG unfolds into too many elements", hint="use fewer copies")
        sizes[element] = total
        return total

    size(root, 0)
