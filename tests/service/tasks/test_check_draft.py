"""Drafts that come from outside: which are taken, and what becomes of the names in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.errors import DraftError, LimitError, WavereelError
from wavereel.service.tasks.check_draft import MAX_SEGMENTS, MAX_TEXT_CHARACTERS, MAX_TRACKS, admitted, check_draft
from wavereel.service.tasks.context import TaskContext
from wavereel.timeline.codec import timeline_tree

MINE = "f_0123456789abcdef"


def of(source, **more):
    return {"t": [{"tt": 1, "sg": [{"d": 1000, "src": source} | more]}]}


def check(draft, tmp_path, **more):
    return check_draft({"draft": draft, "files": [MINE]} | more, TaskContext(tmp_path, tmp_path))


@pytest.mark.promise("DRAFT-ADDRESS-BY-ID")
@pytest.mark.parametrize(
    "source",
    [
        f"asset://{MINE}",
        f"http://localhost:8080/files/{MINE}/talk.mp3?sig=9b1c",
        f"https://elsewhere.example/files/{MINE}/other%20name.mp3?exp=1&sig=0",
        f"http://127.0.0.1/files/{MINE}",
        f"/files/{MINE}/talk.mp3",
        f"https://host/base/files/{MINE}/talk.mp3#t=1",
    ],
)
def test_own_files_are_known_by_their_id(source, tmp_path):
    result = check(of(source), tmp_path)
    assert result["draft"]["t"][0]["sg"][0]["src"] == f"asset://{MINE}"
    assert result["sources"] == [MINE]


@pytest.mark.promise("DRAFT-OWN-FILES")
@pytest.mark.parametrize(
    "source",
    [
        "asset://f_ffffffffffffffff",
        "asset://",
        f"asset://{MINE}/../x",
        "/etc/passwd",
        "file:///etc/passwd",
        f"file:///files/{MINE}/x",
        f"ftp://host/files/{MINE}/x",
        "../talk.mp3",
        "talk.mp3",
        "https://example.org/talk.mp3",
        "http://localhost/files/f_ffffffffffffffff/talk.mp3",
        f"http://localhost/other/{MINE}/talk.mp3",
        "http://[broken/files/f_1/x",
        "asset://\0",
        "\u202e" * 30,
        "x" * 5000,
    ],
)
def test_all_else_is_refused(source, tmp_path):
    with pytest.raises(DraftError) as told:
        check(of(source), tmp_path)
    assert told.value.wire_code == 4003
    assert len(str(told.value)) < 300
    assert "\0" not in str(told.value)


@pytest.mark.promise("DRAFT-MINIMAL")
def test_the_published_keys_alone_are_enough(tmp_path):
    draft = {"t": [{"tt": 0, "sg": [{"d": 3000, "g": {"k": "color"}}]}, {"tt": 7, "sg": [{"d": 3000, "txt": "Hello"}]}]}
    result = check(draft, tmp_path)
    assert result["length_ms"] == 3000
    assert (result["width"], result["height"], result["fps"]) == (1920, 1080, 30.0)
    assert result["draft"] == draft


@pytest.mark.promise("DRAFT-EXPORTABLE")
@pytest.mark.parametrize("draft", [{"t": []}, {"t": [{"tt": 0, "sg": []}]}])
def test_nothing_to_show_is_not_exported_but_saved(draft, tmp_path):
    with pytest.raises(DraftError, match="nothing to export"):
        check(draft, tmp_path)
    assert check(draft, tmp_path, exportable=False)["length_ms"] == 0


@pytest.mark.promise("DRAFT-OVERLAP")
@pytest.mark.parametrize("kind", [0, 7, 1])
def test_only_sounds_of_one_track_may_overlap(kind, tmp_path):
    content = {0: {"g": {"k": "color"}}, 7: {"txt": "a"}, 1: {"src": f"asset://{MINE}"}}[kind]
    segments = [{"s": 500, "d": 1000} | content, {"s": 0, "d": 501} | content]
    draft = {"t": [{"tt": kind, "sg": segments}]}
    if kind == 1:
        assert check(draft, tmp_path)
    else:
        with pytest.raises(DraftError, match="overlap at 500 ms"):
            check(draft, tmp_path)
        segments[1]["d"] = 500
        assert check(draft, tmp_path)


@pytest.mark.promise("DRAFT-UNKNOWN-KEYS")
def test_unknown_keys_and_kinds_survive_and_are_told(tmp_path):
    draft = {"t": [{"tt": 99, "sg": [{"d": 10, "q": [1, {"z": None}]}], "vendor": True}], "own": {"x": 1.5}}
    draft["t"].append({"tt": 7, "sg": [{"d": 1000, "txt": "a", "fx": [{"k": "sparkle"}]}]})
    result = check(draft, tmp_path)
    assert result["draft"] == draft
    assert any("99" in warning for warning in result["warnings"])
    assert any("sparkle" in warning for warning in result["warnings"])


def test_media_that_a_draft_lists_itself_count_for_nothing(tmp_path):
    draft = of(f"asset://{MINE}") | {"video_infos": [{"file_id": "f_1", "cdn_url": "file:///etc/passwd"}]}
    assert "video_infos" not in check(draft, tmp_path)["draft"]


@pytest.mark.parametrize(
    "draft",
    [
        {"t": [{"tt": 0, "sg": []}] * (MAX_TRACKS + 1)},
        {"t": [{"tt": 1, "sg": [{"d": 1, "g": {"k": "music"}}] * (MAX_SEGMENTS + 1)}]},
        {"t": [{"tt": 7, "sg": [{"d": 1, "txt": "x" * (MAX_TEXT_CHARACTERS + 1)}]}]},
    ],
)
def test_too_much_is_refused(draft):
    with pytest.raises(LimitError):
        admitted(draft, [])


@pytest.mark.parametrize(
    "draft",
    [
        *(None, [], "draft", 5, {}, {"t": None}, {"t": {}}, {"t": [5]}, {"t": [{"tt": "0", "sg": []}]}),
        {"t": [{"tt": 0, "sg": [{"d": -1, "g": {"k": "color"}}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 1}]}]},
        {"t": [{"tt": 7, "sg": [{"d": 1}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 10**15, "g": {"k": "color"}}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 1, "src": 5}]}]},
        {"t": [{"tt": 0, "sg": [{"d": 1, "src": None}]}]},
    ],
)
def test_what_breaks_the_format_is_refused(draft, tmp_path):
    with pytest.raises(DraftError):
        check(draft, tmp_path)


_KEYS = ("t", "tt", "sg", "d", "s", "src", "g", "k", "txt")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("t tt sg d s src g k txt".split()), inner)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_tree_is_taken_or_refused_in_words(tree):
    try:
        timeline, sources = admitted(tree, [MINE])
    except WavereelError as error:
        assert error.message
    else:
        assert admitted(timeline_tree(timeline), [MINE]) == (timeline, sources)


@pytest.mark.parametrize(
    ("voice", "role", "told"), [(True, "caption", False), (False, "caption", True), (True, "lyrics", True)]
)
def test_captions_are_said_to_be_missing_only_where_nobody_will_hear_them(tmp_path, voice, role, told):
    tracks = [{"tt": 0, "sg": [{"d": 1000, "g": {"k": "color", "c": "#102030"}}]}]
    if voice:
        tracks.append({"tt": 1, "sg": [{"d": 1000, "src": f"asset://{MINE}"}], "m": {"role": "voice"}})
    tracks.append({"tt": 7, "sg": [], "m": {"role": role, "pending": True}})
    warnings = check({"t": tracks}, tmp_path)["warnings"]
    assert any("not made yet" in warning for warning in warnings) is told
