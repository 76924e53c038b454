"""Draft files: limits while reading, whole files while writing, unknown keys kept, nothing converted."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import model_serializer

from wavereel.errors import DraftError, InputError, LimitError, OutputError
from wavereel.timeline import codec
from wavereel.timeline.codec import (
    decode_draft,
    encode_draft,
    load_draft,
    save_draft,
    timeline_from_tree,
    timeline_tree,
)
from wavereel.timeline.model import Timeline

UNKNOWN = {
    "v": 1,
    "zz": None,
    "text": "not the text",
    "length": 5,
    "m": {"width": 1080, "nested": {"deep": [1, 2.5, None, "x"]}, "background": "not the colour"},
    "t": [
        {
            "tt": 7,
            "type": "other",
            "sg": [
                {"d": 1000, "txt": "ä", "text": "kept", "start": "kept", "wd": [{"w": "a", "s": 0, "d": 1, "p": 0.5}]}
            ],
        },
        {"tt": 42, "sg": [{"d": 1, "anything": True}]},
    ],
}


def test_unknown_keys_survive_even_where_they_look_like_our_names():
    timeline = timeline_from_tree(UNKNOWN)
    assert timeline_tree(timeline) == UNKNOWN
    assert timeline.tracks[0].segments[0].text == "ä"
    assert decode_draft(encode_draft(timeline)) == timeline


def test_a_key_set_to_none_is_gone_and_unknown_nulls_stay():
    timeline = timeline_from_tree(UNKNOWN)
    changed = timeline.model_copy(update={"version": None})
    assert timeline_tree(changed) == {key: value for key, value in UNKNOWN.items() if key != "v"}


def test_an_integral_number_is_an_integer():
    assert timeline_tree(timeline_from_tree({"t": [], "d": 3000.0})) == {"t": [], "d": 3000}


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({}, "t"),
        ({"t": [{"tt": 0}]}, "t.0.sg"),
        ({"t": [{"tt": 0, "sg": [{"src": "a"}]}]}, "t.0.sg.0.d"),
        ({"t": [{"tt": 0, "sg": [{"d": 1}]}]}, "t.0.sg.0: a segment needs src or g"),
        ({"t": [{"tt": 7, "sg": [{"d": 1}]}]}, "t.0.sg.0: a text segment needs txt"),
        ({"t": [{"tt": 0, "sg": [{"d": 0, "src": "a"}]}]}, "t.0.sg.0.d"),
        ({"t": [], "m": {"bg": "red"}}, "m.bg"),
        ({"t": [], "m": {"bg": "#12345"}}, "m.bg"),
        ({"t": [], "m": {"title": None}}, "draft.m.title: null"),
        ({"t": [], "d": "5"}, "d"),
        ({"t": [], "d": True}, "d"),
        ({"t": [{"tt": 0, "sg": [{"d": 1, "src": "a", "vol": "1"}]}]}, "t.0.sg.0.vol"),
        ({"t": [{"tt": 0, "sg": [{"d": 1, "src": "a", "mu": 1}]}]}, "t.0.sg.0.mu"),
    ],
)
def test_the_first_wrong_place_is_named(tree, place: str):
    with pytest.raises(DraftError) as caught:
        timeline_from_tree(tree)
    assert place in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"5",
        b"{",
        b'{"t": [], "d": NaN}',
        b'{"t": [], "zz": 1e999}',
        b'{"t": [], "zz": "\\ud800"}',
        b"\xff\xfe{",
    ],
)
def test_what_no_writer_can_write_back_is_refused(data: bytes):
    with pytest.raises(DraftError):
        decode_draft(data)


@pytest.mark.parametrize("data", [b'{"t":' + b"[" * 40 + b"]" * 40 + b"}", b"[" * 100_000 + b"]" * 100_000])
def test_nesting_is_limited(data: bytes):
    with pytest.raises((LimitError, DraftError)):
        decode_draft(data)


def test_size_is_limited_before_anything_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(codec, "MAX_DRAFT_BYTES", 1 << 20)
    path = tmp_path / "huge.json"
    path.write_bytes(b" " * (1 << 20) + b'{"t": []}')
    with pytest.raises(LimitError):
        load_draft(path)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path):
    path = tmp_path / "a.json"
    timeline = timeline_from_tree(UNKNOWN)
    save_draft(timeline, path)
    assert load_draft(path) == timeline
    save_draft(timeline.model_copy(update={"revision": 2}), path)
    assert load_draft(path).revision == 2
    assert [item.name for item in tmp_path.iterdir()] == ["a.json"]
    with pytest.raises(OutputError):
        save_draft(timeline, tmp_path / "nowhere" / "a.json")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(DraftError, match=path.name):
            load_draft(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("t tt sg d m s x g k wd st".split()), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_tree_is_a_timeline_or_an_input_error(tree):
    try:
        timeline = timeline_from_tree(tree)
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert timeline_tree(timeline_from_tree(json.loads(encode_draft(timeline)))) == timeline_tree(timeline)


@given(st.binary(max_size=60) | st.text('{}[]":,td0sgm \\u', max_size=60).map(str.encode))
def test_any_bytes_are_a_timeline_or_an_input_error(data: bytes):
    try:
        decode_draft(data)
    except InputError as error:
        assert "\n" not in str(error)


def test_a_ctrl_c_inside_a_serializer_is_one():
    class Stopped(Timeline):
        @model_serializer(mode="plain")
        def stop(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        timeline_tree(Stopped.model_validate({"t": []}))
