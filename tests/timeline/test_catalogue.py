# ruff: noqa: E501
"""The catalogue of edits, and what is made from it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter
from tests.timeline.test_build import FakeCue, FakeWord, build

from wavereel.errors import EditError, UsageError
from wavereel.timeline.catalogue import EDITS, AnyEdit, catalogue_page, op_of, ops, parse_edit, schemas
from wavereel.timeline.codec import timeline_from_tree, timeline_tree
from wavereel.timeline.difference import differences
from wavereel.timeline.difference_words import difference_text
from wavereel.timeline.edits.base import Edit, Note
from wavereel.timeline.edits.whole import HistoryEdit
from wavereel.timeline.model import Timeline
from wavereel.timeline.reasons import reason_text

DOCS = Path(__file__).parents[2] / "docs"
VALIDATOR = Draft202012Validator(json.loads((DOCS / "draft.schema.json").read_text(encoding="utf-8")))

MEDIA = [
    {"file_id": "f_0123456789abcdef", "filename": "talk.mp3", "file_type": "audio", "duration": 60.0},
    {"file_id": "f_0123456789abcde1", "filename": "talk2.mp3", "file_type": "audio", "duration": 45.0},
    {"file_id": "f_0123456789abcde2", "filename": "clip.mp4", "file_type": "video", "duration": 20.0},
    {"file_id": "f_0123456789abcde3", "filename": "logo.png", "file_type": "image", "width": 400, "height": 200},
    {"file_id": "f_0123456789abcde4", "filename": "beach.jpg", "file_type": "image", "width": 400, "height": 200},
    {"file_id": "f_0123456789abcde5", "filename": "ding.mp3", "file_type": "audio", "duration": 1.5},
    {"file_id": "f_0123456789abcde6", "filename": "cover.png", "file_type": "image", "width": 400, "height": 400},
]


def clip(role: str, kind: int, *segments: dict[str, Any]) -> dict[str, Any]:
    return {"tt": kind, "m": {"role": role}, "sg": list(segments)}


FILM = {
    "d": 16_000,
    "video_infos": MEDIA,
    "t": [
        clip("background", 0, {"d": 16_000, "src": "asset://f_0123456789abcde4", "x": {"fit": "cover"}}),
        clip("main", 0, *({"d": 8000, "src": "asset://f_0123456789abcde2", "ss": n, "se": n + 8000} for n in (0, 9000))),
        clip("voice", 1, *({"d": 8000, "src": "asset://f_0123456789abcde2", "ss": n, "se": n + 8000} for n in (0, 9000))),
        clip("title", 7, {"s": 3000, "d": 2000, "txt": "Hi"}),
    ],
}  # fmt: skip


def enumerate_times(said: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(1000 + number * 4000, text) for number, text in enumerate(said)]


def episode(*said: str) -> Timeline:
    cues = [
        FakeCue(text, at, at + 3000, tuple(FakeWord(w, at + n * 500, at + 400 + n * 500) for n, w in enumerate(text.split())))
        for at, text in enumerate_times(said)
    ]  # fmt: skip
    made = build(
        cues=cues,
        music={"g": {"k": "music", "mood": "lofi", "seed": 1}, "m": {"name": "Lo-fi"}},
        logo="asset://f_0123456789abcde3",
        end_card="Bye",
    )
    return timeline_from_tree(timeline_tree(made) | {"video_infos": MEDIA, "zz": 1})


BASES = {
    "empty": timeline_from_tree({"t": []}),
    "media at hand": timeline_from_tree({"t": [], "video_infos": MEDIA}),
    "one sound at hand": timeline_from_tree({"t": [], "video_infos": MEDIA[:1]}),
    "minimal": timeline_from_tree({"t": [{"tt": 7, "sg": [{"d": 3000, "txt": "Hi"}]}, {"tt": 1, "sg": [{"d": 3000, "src": "x"}]}]}),
    "film": timeline_from_tree(FILM),
    "episode": episode("so um it goes", "the wave real story", "what the hell is that"),
}  # fmt: skip


def test_every_edit_of_the_package_is_in_the_catalogue_once():
    def below(kind: type[Edit]) -> set[type[Edit]]:
        return {found for one in kind.__subclasses__() for found in ({one} | below(one))}

    inner = {HistoryEdit}
    assert set(EDITS) == {kind for kind in below(Edit) if kind.__module__.startswith("wavereel.")} - inner
    assert len(EDITS) == len(set(ops()))


@pytest.mark.parametrize("kind", EDITS, ids=op_of)
def test_every_edit_explains_itself(kind: type[Edit]):
    assert kind.area in ("canvas", "sound", "time", "picture", "words", "captions", "whole")
    words = kind.__doc__ or ""
    assert ("before" in words and "after" in words) or "->" in words, "no picture of before and after"
    assert kind.examples
    schema = kind.model_json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["op"]["const"] == op_of(kind)
    for place, node in {"": schema, **schema.get("$defs", {})}.items():
        for name, field in node.get("properties", {}).items():
            assert name == "op" or field.get("description"), f"{op_of(kind)} {place}.{name} has no description"


@pytest.mark.parametrize("kind", EDITS, ids=op_of)
def test_every_example_applies_or_is_refused_for_a_reason(kind: type[Edit]):
    validator = Draft202012Validator(kind.model_json_schema())
    applied = 0
    for example in kind.examples:
        validator.validate({"op": op_of(kind)} | example)
        edit = parse_edit({"op": op_of(kind)} | example)
        for base in BASES.values():
            notes: list[Note] = []
            before = timeline_tree(base)
            try:
                after = edit.run(base, notes)
            except UsageError as error:
                assert isinstance(edit, HistoryEdit) or (isinstance(error, EditError) and error.reason)
                if isinstance(error, EditError):
                    assert reason_text(error.reason, error.facts, "zh")
                continue
            finally:
                assert timeline_tree(base) == before
            applied += 1
            VALIDATOR.validate(timeline_tree(after))
            for lang in ("en", "zh"):
                assert difference_text(differences(base, after), lang)
                assert all(reason_text(note.key, note.facts, lang) for note in notes)
    assert applied or issubclass(kind, HistoryEdit), "none of the bases takes an example"


def test_schemas_are_json():
    assert set(json.loads(json.dumps(schemas()))) == set(ops())


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({}, "no op"),
        ({"op": 3}, "there is no edit 3"),
        ({"op": "set_fsp"}, "did you mean set_fps"),
        ({"op": "set_fps", "fps": "x"}, "set_fps: fps"),
        ({"op": "set_fps", "zz": 1}, "set_fps: "),
        ({"op": "reset", "zz": 1}, "it has no fields"),
    ],
)
def test_what_is_no_edit(tree: dict[str, Any], message: str):
    with pytest.raises(UsageError, match=message):
        parse_edit(tree)


def test_a_model_may_hold_any_edit():
    adapter: TypeAdapter[Any] = TypeAdapter(list[AnyEdit])
    (edit,) = adapter.validate_python([{"op": "set_fps", "fps": 60}])
    assert isinstance(edit, BaseModel) and edit == parse_edit({"op": "set_fps", "fps": 60})


def test_the_docs_page_is_the_catalogues():
    assert (DOCS / "edits.md").read_text(encoding="utf-8") == catalogue_page()
