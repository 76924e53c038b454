"""What the client remembers: the last session of each token, the newest of them, and nothing of a broken file."""

import json
from pathlib import Path

import pytest

from wavereel.client.bases import base_of
from wavereel.client.keep import MAX_OTHERS, Keep


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path / "client", base_of("http://127.0.0.1:9"))


def test_sessions_of_given_tokens_are_apart(keep: Keep):
    keep.change(token="kept", session_id="1", task_id="t1")
    keep.change("given", session_id="2", task_id="t2")
    assert (keep.read().session_id, keep.read().task_id) == ("1", "t1")
    assert (keep.read("given").session_id, keep.read("given").task_id) == ("2", "t2")
    assert keep.read("given").token == "kept"
    assert keep.read("another").session_id == ""
    keep.change("kept", session_id="3")
    assert keep.read().session_id == keep.read("kept").session_id == "3"


def test_only_the_newest_are_kept(keep: Keep):
    for number in range(MAX_OTHERS + 2):
        keep.change(f"token {number}", session_id=str(number))
    assert [keep.read(f"token {number}").session_id for number in (0, 1, 2)] == ["", "", "2"]


@pytest.mark.parametrize("others", [[], {"a": 1}, {"a": {"session_id": 7}}, None])
def test_nonsense_is_left_out(keep: Keep, tmp_path: Path, others: object):
    keep.change(session_id="1")
    (path,) = (tmp_path / "client").glob("*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"others": others}))
    assert keep.read().session_id == "1"
    assert keep.read("given").session_id == ""
