"""JSON that comes in: what is read, and what is refused because it could be read in two ways."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from wavereel.errors import UnreadableError
from wavereel.server import bodies
from wavereel.server.bodies import MAX_NESTING, BrokenBodyError, parse_json, read_json


def test_json_is_read():
    assert parse_json('{"a":[1,2.5,null,true,"ü\\n\\u00e9"]}'.encode()) == {"a": [1, 2.5, None, True, "ü\né"]}
    assert parse_json(b'\xef\xbb\xbf{"a":1}') == {"a": 1}
    assert parse_json(b'{"a":"\\ud83d\\ude00"}') == {"a": "\N{GRINNING FACE}"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{}{}", "not JSON"),
        (b"\xff", "not JSON"),
        ('{"a":1}'.encode("utf-16"), "not JSON"),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[1e999]", "too large"),
        (b'{"a":1,"a":1}', "twice"),
        (b'{"a":{"b":1,"b":2}}', "twice"),
        (b'["\\ud800"]', "not JSON"),
        (b"[" + b"1" * 5000 + b"]", "too large"),
        (b"[" * 100_000, "nests"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "nests"),
    ],
)
def test_what_is_refused(body: bytes, words: str):
    with pytest.raises(UnreadableError, match=words):
        parse_json(body)


def test_nesting_up_to_the_limit_is_read():
    parse_json(b"[" * MAX_NESTING + b"]" * MAX_NESTING)
    with pytest.raises(UnreadableError):
        parse_json(b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1))


def test_brackets_inside_strings_do_not_nest():
    value = {"a": "[" * 500, "b": '\\"[{' * 100, "c": [[]] * 100}
    assert parse_json(json.dumps(value).encode()) == value


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), inner, max_size=4),
    max_leaves=60,
)  # fmt: skip


@given(TREES, st.booleans())
def test_whatever_json_holds_comes_out_again(value: object, ascii_only: bool):
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=80))
def test_any_bytes_are_a_value_or_are_refused(body: bytes):
    try:
        parse_json(body)
    except UnreadableError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "pause_s", "words"), [("SILENCE_S", 30.0, "stopped coming"), ("WHOLE_S", 0.001, "too slowly")]
)
def test_a_body_that_does_not_come_to_its_end(name: str, pause_s: float, words: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bodies, name, 0.05)

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(pause_s)
        return {"type": "http.request", "body": b" ", "more_body": True}

    with pytest.raises(BrokenBodyError, match=words):
        asyncio.run(read_json(Request({"type": "http", "method": "POST", "headers": []}, drip)))
