"""Bodies of JSON that are small on the wire and costly to read."""

import json
import time

import pytest
from tests.server.live import until

from wavereel.errors import LimitError, OverloadedError, UnreadableError
from wavereel.server.bodies import MAX_JSON_BYTES, MAX_MARKS, MAX_NESTING, parse_json
from wavereel.server.context import Room

MANY = b"[]" * (MAX_NESTING + 1)


@pytest.mark.parametrize("end", [b"", b"\\"])
def test_a_text_without_an_end_is_read_once(end):
    before_s = time.process_time()
    with pytest.raises(UnreadableError):
        parse_json(MANY + b'"' + b'\\"' * 400_000 + end)
    assert time.process_time() - before_s < 5  # it took hours when each quote was tried as a beginning


def test_brackets_in_texts_do_not_nest():
    text = '[[{{"\\' * 100
    assert parse_json(json.dumps([[text]] * 100).encode()) == [[text]] * 100


@pytest.mark.parametrize(
    "body", [b"[" * 65 + b"]" * 65, b'{"a":' * 65 + b"1" + b"}" * 65, MANY + b"[" * 70, b"[}" * 70]
)
def test_nesting(body):
    with pytest.raises(UnreadableError):
        parse_json(body)


def test_siblings_do_not_nest():
    assert len(parse_json(b"[" + b"[[{}]]," * 1000 + b"0]")) == 1001


@pytest.mark.parametrize("one", [b"[],", b"{},", b'"",', b"0,"])
def test_more_values_than_a_draft_has(one):
    with pytest.raises(LimitError):
        parse_json(b"[" + one * MAX_MARKS + b"0]")


@pytest.mark.parametrize("text", ["18446744073709551616", "-18446744073709551616", "9" * 5000, "1e999", "-1e999"])
def test_numbers_that_no_field_holds(text):
    with pytest.raises(UnreadableError):
        parse_json(f'{{"a":{text}}}'.encode())
    assert parse_json(b"[18446744073709551615]") == [18446744073709551615]


def test_long_bodies_share_a_bounded_room():
    room, first, second = Room(100), {}, {}
    room.hold(first, 40)
    room.hold(first, 60)
    room.hold(second, 40)
    with pytest.raises(OverloadedError):
        room.hold(second, 41)
    room.free(second)
    room.free(second)
    room.hold(first, 100)
    room.free(first)
    assert room.held_bytes == 0


def test_no_room_for_a_long_body(served, monkeypatch):
    token = served.token()
    path = f"/api/sessions/{served.session(token)}/draft"
    body = json.dumps({"draft": {"note": "x" * MAX_JSON_BYTES, "t": []}}).encode()
    room = served.app.state.context.room
    monkeypatch.setattr(room, "total_bytes", MAX_JSON_BYTES)
    status, headers, told = served.call("PUT", path, token, body=body)
    assert (status, told["code"]) == (503, 5030)
    assert headers["retry-after"] == "5"
    monkeypatch.undo()
    assert served.call("PUT", path, token, body=body)[0] == 200
    until(lambda: room.held_bytes == 0)  # after the answer was sent
