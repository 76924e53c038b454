"""Messages over a pipe come out as they went in, or not at all."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wavereel.worker.framing import MAX_HEADER_BYTES, read_message, write_message

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.binary(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def through(*messages):
    pipe = io.BytesIO()
    for message in messages:
        write_message(pipe, message)
    pipe.seek(0)
    return pipe


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_a_message_comes_out_as_it_went_in(message):
    pipe = through(message, {"next": True})
    assert read_message(pipe) == message
    assert read_message(pipe) == {"next": True}
    assert read_message(pipe) is None


def test_a_user_s_object_is_never_taken_for_bytes():
    first = through({"a": b"secret"}).getvalue()
    key = first[first.index(b'{"a":{"') + 7 :].split(b'"')[0].decode()
    for name in ("$bytes", key, ""):
        message = {"bytes": b"secret", "draft": {name: 1}}
        assert read_message(through(message)) == message


def test_a_pipe_that_ends_inside_a_message_says_so():
    whole = through({"a": b"bytes", "b": 1}).getvalue()
    for length in range(1, len(whole)):
        with pytest.raises(EOFError):
            read_message(io.BytesIO(whole[:length]))


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("!II", MAX_HEADER_BYTES + 1, 0),
        struct.pack("!II", 2, 100_000) + b"{}",
        struct.pack("!II", 2, 0) + b"[]",
        struct.pack("!II", 2, 0) + b"\xff\xff",
        struct.pack("!II", 2, 1) + b"{}" + struct.pack("!Q", 1 << 60),
    ],
)
def test_what_is_no_message_is_refused_before_memory_is_taken_for_it(data):
    with pytest.raises(ValueError):
        read_message(io.BytesIO(data))


def test_what_is_neither_json_nor_bytes_is_refused():
    with pytest.raises(TypeError, match="object"):
        write_message(io.BytesIO(), {"a": object()})
