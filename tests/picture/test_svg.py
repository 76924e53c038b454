from pathlib import Path

import numpy as np
import pytest

from wavereel.errors import InputError, LimitError
from wavereel.picture.images import encode_png
from wavereel.picture.svg import filled, render_svg

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HEAD = f'<svg {NAMES} width="8" height="8" viewBox="0 0 8 8">'


def draw(body: str, folder: Path | None = None, **values: object):
    return render_svg(f"{HEAD}{body}</svg>", values, (8, 8), folder=folder)


def test_values_are_filled_in():
    pixels = draw('<rect width="8" height="4" fill="{ink}"/>', ink="#3366CC")
    assert tuple(pixels[0, 0]) == (0x33, 0x66, 0xCC, 255)
    assert tuple(pixels[7, 7]) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "value",
    ['"/><rect width="8" height="8" fill="#FF0000"/><rect fill="', "<rect/>", "&lt;", "'", "]]>", "{ink}", "\x00\x08&"],
)
def test_values_cannot_become_markup(value: str):
    text = filled(f'{HEAD}<g id="{{name}}">{{name}}</g></svg>', {"name": value})
    from xml.etree import ElementTree as ET

    root = ET.fromstring(text)
    assert len(root) == 1
    assert len(root[0]) == 0
    shown = "".join(char for char in value if char >= " ")
    assert root[0].text == shown
    assert root[0].get("id") == shown


def test_a_name_without_a_value_is_told():
    with pytest.raises(InputError, match="accent"):
        draw('<rect fill="{accent}"/>', ink="#000")


@pytest.mark.parametrize(
    "body",
    [
        '<image href="/etc/passwd" width="8" height="8"/>',
        '<image href="../secret.png" width="8" height="8"/>',
        '<image href="file:///etc/hostname.png" width="8" height="8"/>',
        '<image xlink:href="http://127.0.0.1/x.png" width="8" height="8"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="8" height="8"/>',
        '<image href="link.png" width="8" height="8"/>',
        '<use href="other.svg#a"/>',
        '<rect width="8" height="8" fill="url(http://127.0.0.1/#a)"/>',
        '<rect width="8" height="8" style="fill:url( \'other.svg#a\')"/>',
        "<style>@import url(http://127.0.0.1/x.css);</style>",
        "<style>rect{fill:url(x.svg#a)}</style>",
        "<style>@font-face{font-family:x;src:url(x)}</style>",
        "<script>1</script>",
        '<foreignObject width="8" height="8"/>',
        '<rect onload="x()" width="8" height="8"/>',
        '<filter id="f"><feImage href="x.png"/></filter>',
    ],
)
def test_nothing_outside_is_reached(body: str, tmp_path: Path):
    folder = tmp_path / "theme"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(encode_png(np.full((8, 8, 3), 255, np.uint8)))
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(InputError, match="SVG"):
        draw(body, folder)


def test_a_picture_beside_the_template_is_drawn(tmp_path: Path):
    (tmp_path / "red.png").write_bytes(encode_png(np.full((8, 8, 3), (255, 0, 0), np.uint8)))
    pixels = draw('<image href="red.png" width="8" height="8"/>', tmp_path)
    assert tuple(pixels[4, 4]) == (255, 0, 0, 255)
    with pytest.raises(InputError, match="red.png"):
        draw('<image href="red.png" width="8" height="8"/>')


def test_parts_of_the_document_can_be_used():
    pixels = draw(
        '<linearGradient id="a"><stop stop-color="#00FF00"/></linearGradient>'
        '<rect id="b" width="8" height="4" fill="url(#a)"/><use href="#b" y="4"/>'
    )
    assert tuple(pixels[6, 4]) == (0, 255, 0, 255)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + HEAD + "<text>&b;</text></svg>",
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + "<text>&x;</text></svg>",
        '<?xml-stylesheet href="http://127.0.0.1/x.css"?>' + HEAD + "</svg>",
        HEAD + "<g></svg>",
        "<html/>",
        "",
    ],
)
def test_declarations_and_broken_documents_are_refused(text: str):
    with pytest.raises(InputError, match="SVG"):
        render_svg(text, {}, (8, 8))


def test_bombs_are_refused():
    layers = '<rect id="u0" width="1" height="1"/>'
    for level in range(1, 12):
        layers += f'<g id="u{level}">' + f'<use href="#u{level - 1}"/>' * 10 + "</g>"
    with pytest.raises(LimitError, match="unfolds"):
        draw(layers)
    with pytest.raises(LimitError, match="nested"):
        draw("<g>" * 200 + "</g>" * 200)
    with pytest.raises(LimitError, match="nested"):
        draw('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')
    with pytest.raises(LimitError, match="too long"):
        draw("<!--" + "x" * 2_100_000 + "-->")
    with pytest.raises(LimitError, match="px"):
        render_svg(HEAD + "</svg>", {}, (30_000, 30_000))
