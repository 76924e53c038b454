"""Uploads in pieces: what came is kept, once, and becomes a file at its end."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.service.backend.here import anyone, new_session, open_here
from tests.service.backend.test_uploads import blobs, left_over, sound

from wavereel.errors import (
    Cancelled,
    GoneError,
    LimitError,
    NotFinishedError,
    NotFoundError,
    OutputError,
    OverloadedError,
    RateError,
    ScopeError,
    SessionNotFoundError,
    UnreadableError,
    WavereelError,
)
from wavereel.service.backend import resumable as module
from wavereel.service.backend.caller import Caller
from wavereel.store import files
from wavereel.store import resumable as rows


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path, max_upload_bytes=1_000_000)
    yield opened
    opened.close()


@pytest.fixture
def caller(backend):
    return anyone(backend)


@pytest.fixture
def session_id(backend, caller):
    return new_session(backend, caller)


@pytest.mark.promise("UPLOAD-RESUMABLE")
def test_pieces_become_a_file_of_the_session(backend, caller, session_id):
    content = sound()
    metadata = {"filename": "../talk.wav", "session_id": session_id}
    made = backend.resumable.create(caller, len(content), metadata, "filename dGFsay53YXY=")
    assert (made.offset, made.length, made.metadata) == (0, len(content), "filename dGFsay53YXY=")
    half = len(content) // 2
    part = backend.resumable.append(caller, made.id, 0, [content[:100], content[100:half]])
    assert (part.offset, part.result) == (half, None)
    assert backend.resumable.head(caller, made.id).offset == half
    whole = backend.resumable.append(caller, made.id, half, [content[half:]])
    assert whole.offset == len(content)
    assert whole.result["files"][0]["filename"] == "talk.wav"
    assert backend.resumable.head(caller, made.id).offset == len(content)
    media = backend.sessions.state(caller, session_id)["state"]["video_infos"]
    assert [entry["file_id"] for entry in media] == [whole.result["files"][0]["file_id"]]
    assert left_over(backend) == []
    with pytest.raises(NotFinishedError):
        backend.resumable.append(caller, made.id, len(content), [b""])


def test_without_a_session_the_file_is_only_kept(backend, caller):
    content = sound()
    made = backend.resumable.create(caller, len(content), {"filename": "a.wav"})
    result = backend.resumable.append(caller, made.id, 0, [content]).result
    assert result["session_state_applied"] is False
    later = new_session(backend, caller)
    assert backend.uploads.attach(caller, later, [result["files"][0]["file_id"]])["errors"] == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """For many uploads, whose content is of no kind."""
    opened = open_here(tmp_path_factory.mktemp("shared"))
    opened.core.tasks.before = lambda name, request, cancelled: {"entry": {"file_type": "audio"}, "facts": {}}
    yield opened
    opened.close()


@settings(max_examples=25)
@given(pieces=st.lists(st.tuples(st.binary(max_size=9), st.booleans()), min_size=1, max_size=5))
def test_any_cuts_and_breaks_give_the_same_bytes(shared, pieces):
    caller = anyone(shared)
    content = b"".join(piece for piece, _ in pieces) + b"!"
    made = shared.resumable.create(caller, len(content), {})
    offset, told = 0, made
    for piece, breaks in [*pieces, (b"!", False)]:

        def chunks(body=piece, broken=breaks):
            yield body
            if broken:
                raise ConnectionError

        assert shared.resumable.head(caller, made.id).offset == offset
        with contextlib.suppress(ConnectionError):
            told = shared.resumable.append(caller, made.id, offset, chunks())
        offset += len(piece)
    with shared.core.database.read() as tx:
        file = files.get(tx, caller.user_id, told.result["files"][0]["file_id"])
    assert shared.core.blobs.path(file.blob).read_bytes() == content


def test_a_wrong_offset_says_the_right_one(backend, caller):
    made = backend.resumable.create(caller, 10, {})
    backend.resumable.append(caller, made.id, 0, [b"xxx"])
    for offset in (0, 2, 4, 10, 11, -1):
        with pytest.raises(NotFinishedError) as refused:
            backend.resumable.append(caller, made.id, offset, [b"y"])
        assert refused.value.data == {"offset": 3}
        assert refused.value.http_status == 409


def test_two_requests_do_not_write_at_once(backend, caller):
    made = backend.resumable.create(caller, 10, {})
    piece = backend.resumable.begin(caller, made.id, 0)
    with pytest.raises(NotFinishedError):
        backend.resumable.begin(caller, made.id, 0)
    piece.write(b"abc")
    piece.stop()
    piece.stop()
    assert backend.resumable.append(caller, made.id, 3, [b"d"]).offset == 4


def test_more_than_was_announced_is_refused(backend, caller):
    made = backend.resumable.create(caller, 4, {})
    with pytest.raises(LimitError):
        backend.resumable.append(caller, made.id, 0, [b"abc", b"de"])
    assert backend.resumable.head(caller, made.id).offset == 3


def test_what_is_no_file_is_forgotten(backend, caller, session_id):
    made = backend.resumable.create(caller, 5, {"session_id": session_id})
    with pytest.raises(WavereelError) as refused:
        backend.resumable.append(caller, made.id, 0, [b"words"])
    assert refused.value.wire_code == 4001
    with pytest.raises(NotFoundError):
        backend.resumable.head(caller, made.id)
    assert (left_over(backend), blobs(backend)) == ([], [])


@pytest.mark.parametrize("error", [OverloadedError("busy"), Cancelled("the program is ending"), OutputError("full")])
def test_what_could_not_be_looked_at_now_becomes_a_file_later(backend, caller, session_id, error):
    content = sound()
    made = backend.resumable.create(caller, len(content), {"session_id": session_id})

    def refuse(name, request, cancelled):
        raise error

    backend.core.tasks.before = refuse
    with pytest.raises(type(error)):
        backend.resumable.append(caller, made.id, 0, [content])
    backend.core.tasks.before = lambda name, request, cancelled: None
    assert len(backend.resumable.head(caller, made.id).result["files"]) == 1
    assert left_over(backend) == []


def test_a_piece_by_an_old_offset_cuts_nothing_off(backend, caller):
    made = backend.resumable.create(caller, 10, {})
    with backend.core.database.read() as tx:
        old = rows.get(tx, caller.user_id, made.id)
    backend.resumable.append(caller, made.id, 0, [b"abc"])
    with pytest.raises(NotFinishedError):
        module.Piece(backend.core, backend.uploads, caller, old)
    assert (backend.core.parts / old.part).read_bytes() == b"abc"
    assert backend.resumable.append(caller, made.id, 3, [b"d"]).offset == 4


def test_one_that_was_whole_when_its_process_died_becomes_a_file_later(backend, caller, session_id):
    content = sound()
    made = backend.resumable.create(caller, len(content), {"session_id": session_id})
    backend.resumable.append(caller, made.id, 0, [content[:-1]])
    piece = backend.resumable.begin(caller, made.id, len(content) - 1)
    piece.write(content[-1:])
    piece.stop()
    assert backend.resumable.head(caller, made.id).result["errors"] == []
    assert len(backend.sessions.state(caller, session_id)["state"]["video_infos"]) == 1


def test_bytes_that_were_written_and_not_noted_do_not_count(backend, caller):
    made = backend.resumable.create(caller, 6, {})
    with backend.core.database.read() as tx:
        part = backend.core.parts / rows.get(tx, caller.user_id, made.id).part
    part.write_bytes(b"junk")
    backend.resumable.append(caller, made.id, 0, [b"ab"])
    assert part.read_bytes() == b"ab"


def test_long_pieces_are_noted_on_the_way(backend, caller, monkeypatch):
    monkeypatch.setattr(module, "_NOTE_BYTES", 100)
    made = backend.resumable.create(caller, 1000, {})
    piece = backend.resumable.begin(caller, made.id, 0)
    piece.write(b"x" * 150)
    assert backend.resumable.head(caller, made.id).offset == 150
    piece.stop()


def test_uploads_of_others_are_as_if_they_were_not_there(backend, caller, session_id):
    made = backend.resumable.create(caller, 10, {})
    stranger = anyone(backend, "anon_fedcba9876543210")
    for ask in (
        lambda: backend.resumable.head(stranger, made.id),
        lambda: backend.resumable.append(stranger, made.id, 0, [b"x"]),
        lambda: backend.resumable.terminate(stranger, made.id),
        lambda: backend.resumable.head(caller, "x" * 500),
    ):
        with pytest.raises(NotFoundError, match="Upload not found"):
            ask()
    with pytest.raises(SessionNotFoundError):
        backend.resumable.create(stranger, 10, {"session_id": session_id})


def test_ending_and_expiring(backend, caller):
    first, second = (backend.resumable.create(caller, 10, {}) for _ in range(2))
    backend.resumable.terminate(caller, first.id)
    with pytest.raises(NotFoundError):
        backend.resumable.head(caller, first.id)
    assert len(left_over(backend)) == 1
    backend.core.clock.ms = second.expires_at_ms
    for ask in (
        lambda: backend.resumable.head(caller, second.id),
        lambda: backend.resumable.begin(caller, second.id, 0),
    ):
        with pytest.raises(GoneError):
            ask()


def test_ending_one_that_is_written_stops_the_writer(backend, caller, monkeypatch):
    monkeypatch.setattr(module, "_NOTE_BYTES", 1)
    made = backend.resumable.create(caller, 10, {})
    piece = backend.resumable.begin(caller, made.id, 0)
    backend.resumable.terminate(caller, made.id)
    with pytest.raises(NotFoundError):
        piece.write(b"x")
    with pytest.raises(NotFoundError):
        piece.stop()
    assert left_over(backend) == []


def test_bounds_of_length_number_and_scope(backend, caller, monkeypatch):
    with pytest.raises(LimitError):
        backend.resumable.create(caller, 1_000_001, {})
    for length in (0, -1):
        with pytest.raises(UnreadableError):
            backend.resumable.create(caller, length, {})
    monkeypatch.setattr(module, "MAX_PENDING", 1)
    made = backend.resumable.create(caller, 10, {})
    with pytest.raises(RateError):
        backend.resumable.create(caller, 10, {})
    reader = Caller(caller.user_id, "anonymous", frozenset({"read"}))
    for ask in (
        lambda: backend.resumable.create(reader, 10, {}),
        lambda: backend.resumable.head(reader, made.id),
        lambda: backend.resumable.begin(reader, made.id, 0),
        lambda: backend.resumable.terminate(reader, made.id),
    ):
        with pytest.raises(ScopeError):
            ask()
