"""Files that come in: what is kept, what is refused, and that nothing is left of the rest."""

import hashlib
import io
import os
import threading
import wave
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image
from tests.ingest.servers import http, serving
from tests.service.backend.here import HereTasks, anyone, new_session, open_here

from wavereel.errors import (
    AddressError,
    LimitError,
    NotFoundError,
    NotMediaError,
    OutputError,
    OverloadedError,
    RateError,
    ScopeError,
    SessionNotFoundError,
    UnreadableError,
    WavereelError,
)
from wavereel.service.backend.caller import Caller
from wavereel.service.backend.drafts_desk import request_of
from wavereel.service.backend.receiver import Receiver
from wavereel.store import files, sessions


def sound(seconds: float = 0.5, seed: int = 0) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes([seed, 1]) * int(16_000 * seconds))
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def backend(tmp_path):
    opened = open_here(tmp_path, url_allow=("127.0.0.0/8",), max_upload_bytes=1_000_000)
    yield opened
    opened.close()


@pytest.fixture
def caller(backend):
    return anyone(backend)


@pytest.fixture
def session_id(backend, caller):
    return new_session(backend, caller)


def received(backend, caller, session_id, name: str, content: bytes) -> Receiver:
    receiver = backend.uploads.begin(caller, session_id, name, len(content))
    for start in range(0, len(content), 1000):
        receiver.write(content[start : start + 1000])
    receiver.finish()
    return receiver


def send(backend, caller, session_id, *parts: tuple[str, bytes]) -> dict:
    return backend.uploads.apply(caller, session_id, [received(backend, caller, session_id, *part) for part in parts])


def left_over(backend) -> list[str]:
    return [path.name for path in backend.core.parts.iterdir()]


def blobs(backend) -> list[str]:
    return sorted(backend.core.blobs.keys())


@pytest.mark.promise("UPLOAD-FILES")
def test_files_become_part_of_the_session(backend, caller, session_id):
    content = sound()
    data = send(backend, caller, session_id, ("talk.wav", content), ("cover.png", picture()))
    digest = hashlib.sha256(content).hexdigest()
    talk, cover = data["files"]
    assert talk == {
        "file_id": f"f_{digest[:16]}",
        "filename": "talk.wav",
        "file_type": "audio",
        "mime": "audio/wav",
        "size": len(content),
        "cdn_url": talk["cdn_url"],
        "duration": 0.5,
        "width": None,
        "height": None,
        "fps": None,
        "has_audio": True,
        "sample_rate": 16_000,
        "channels": 1,
        "hash": f"sha256:{digest}",
    }
    assert (cover["file_type"], cover["width"], cover["height"], cover["duration"]) == ("image", 64, 48, None)
    assert cover["has_audio"] is False
    assert (data["errors"], data["session_state_applied"]) == ([], True)
    state = backend.sessions.state(caller, session_id)
    assert [entry["file_id"] for entry in state["state"]["video_infos"]] == [talk["file_id"], cover["file_id"]]
    assert state["version"] == 2
    assert left_over(backend) == []
    assert len(blobs(backend)) == 2


@pytest.mark.promise("UPLOAD-KIND-BY-CONTENT")
def test_a_wrong_ending_does_not_matter(backend, caller, session_id):
    data = send(backend, caller, session_id, ("talk.mp4", sound()), ("talk.mp3", picture()))
    assert [entry["file_type"] for entry in data["files"]] == ["audio", "image"]


@pytest.mark.promise("UPLOAD-KINDS")
@pytest.mark.parametrize(
    "content", [b"hello", b"", b"#EXTM3U\nfile:///etc/passwd\n", b"<svg/>", b"ffconcat version 1.0\n"]
)
def test_other_kinds_are_refused(backend, caller, session_id, content):
    with pytest.raises(WavereelError) as refused:
        send(backend, caller, session_id, ("notes.mp3", content))
    assert refused.value.wire_code == 4001
    assert (left_over(backend), blobs(backend)) == ([], [])


@pytest.mark.promise("UPLOAD-KINDS")
def test_the_refusal_lists_what_is_taken(backend, caller, session_id):
    with pytest.raises(NotMediaError) as refused:
        send(backend, caller, session_id, ("notes.txt", b"plain words " * 50))
    assert refused.value.message == "Unsupported file type: notes.txt"
    assert str(refused.value) == "Unsupported file type: notes.txt: it is text"
    assert refused.value.data["supported"] == (
        ["mp4", "mov", "avi", "webm", "mkv", "jpg", "png", "gif", "webp", "mp3", "wav", "m4a", "aac"]
    )
    assert {"flac", "ogg", "opus", "jpeg"} <= set(refused.value.data["also"])


@pytest.mark.promise("UPLOAD-PARTIAL")
def test_what_is_good_is_kept_and_the_rest_listed(backend, caller, session_id):
    data = send(backend, caller, session_id, ("notes.txt", b"words " * 99), ("talk.wav", sound()))
    assert [entry["filename"] for entry in data["files"]] == ["talk.wav"]
    assert data["errors"] == [{"filename": "notes.txt", "code": 4001, "message": "Unsupported file type: notes.txt"}]
    assert left_over(backend) == []


@pytest.mark.promise("UPLOAD-TOO-LARGE", "UPLOAD-LIMIT-EXACT")
def test_the_limit_is_inclusive_and_holds_while_reading(backend, caller, session_id):
    exact = received(backend, caller, session_id, "a", b"x" * 1_000_000)
    assert exact.size == 1_000_000
    exact.abort()
    over = backend.uploads.begin(caller, session_id, "b")
    over.write(b"x" * 1_000_000)
    with pytest.raises(LimitError) as refused:
        over.write(b"x")
    assert refused.value.data == {"limit_bytes": 1_000_000}
    assert left_over(backend) == []
    over.write(b"x" * 10_000_000)
    assert left_over(backend) == []
    with pytest.raises(LimitError, match="exceeds 1000000 bytes"):
        backend.uploads.apply(caller, session_id, [over])
    with pytest.raises(LimitError):
        backend.uploads.begin(caller, session_id, "c", 1_000_001)


def test_a_file_that_is_too_large_does_not_harm_the_others(backend, caller, session_id):
    over = backend.uploads.begin(caller, session_id, "long.wav")
    with pytest.raises(LimitError):
        over.write(b"x" * 1_000_001)
    data = backend.uploads.apply(caller, session_id, [over, received(backend, caller, session_id, "a.wav", sound())])
    assert [error["code"] for error in data["errors"]] == [4002]
    assert len(data["files"]) == 1


@pytest.mark.promise("UPLOAD-COUNTS")
def test_twenty_files_at_once(backend, caller, session_id):
    backend.core.tasks.before = lambda name, request, cancelled: {"entry": {"file_type": "audio"}, "facts": {}}
    parts = [(f"{number}.wav", b"x%d" % number) for number in range(21)]
    assert len(send(backend, caller, session_id, *parts[:20])["files"]) == 20
    with pytest.raises(UnreadableError, match="21 files"):
        send(backend, caller, session_id, *parts)
    with pytest.raises(UnreadableError):
        send(backend, caller, session_id)
    for name in ("urls", "file_ids"):
        with pytest.raises(UnreadableError, match="21 files"):
            backend.uploads.post(caller, session_id, {name: ["http://127.0.0.1/x"] * 21})
    assert left_over(backend) == []


def test_the_same_content_is_the_same_file_and_lies_there_once(backend, caller, session_id):
    one, two = send(backend, caller, session_id, ("a.wav", sound()), ("b.wav", sound()))["files"]
    again = send(backend, caller, session_id, ("c.wav", sound()))["files"][0]
    assert one["file_id"] == two["file_id"] == again["file_id"]
    assert [one["filename"], two["filename"], again["filename"]] == ["a.wav", "b.wav", "c.wav"]
    assert len(blobs(backend)) == 1
    assert len(backend.sessions.state(caller, session_id)["state"]["video_infos"]) == 1
    stranger = anyone(backend, "anon_fedcba9876543210")
    theirs = send(backend, stranger, new_session(backend, stranger), ("d.wav", sound()))["files"][0]
    assert theirs["file_id"] == one["file_id"]
    assert len(blobs(backend)) == 2


def test_a_file_whose_bytes_were_removed_lives_again(backend, caller, session_id):
    file_id = send(backend, caller, session_id, ("a.wav", sound()))["files"][0]["file_id"]
    with backend.core.database.write() as tx:
        gone = files.get(tx, caller.user_id, file_id)
        files.lose(tx, caller.user_id, file_id)
    backend.core.blobs.delete(gone.blob)
    assert backend.sessions.state(caller, session_id)["state"]["video_infos"][0]["cdn_url"] is None
    send(backend, caller, session_id, ("a.wav", sound()))
    assert backend.sessions.state(caller, session_id)["state"]["video_infos"][0]["cdn_url"]
    assert len(blobs(backend)) == 1


@pytest.mark.promise("UPLOAD-UNKNOWN-SESSION")
@pytest.mark.parametrize("named", ["theirs", "42", ""])
def test_sessions_of_others_take_nothing(backend, caller, named):
    stranger = anyone(backend, "anon_fedcba9876543210")
    theirs = new_session(backend, stranger)
    session_id = theirs if named == "theirs" else named
    for ask in (
        lambda: backend.uploads.begin(caller, session_id, "a.wav"),
        lambda: backend.uploads.check(caller, session_id, 10),
        lambda: backend.uploads.post(caller, session_id, {"urls": ["http://127.0.0.1:1/x"]}),
        lambda: backend.uploads.post(caller, session_id, {"file_ids": ["f_0"]}),
        lambda: backend.uploads.apply(caller, session_id, [received(backend, stranger, theirs, "a.wav", sound())]),
    ):
        with pytest.raises(SessionNotFoundError):
            ask()
    assert (left_over(backend), blobs(backend)) == ([], [])


def test_a_session_that_goes_meanwhile_leaves_nothing(backend, caller, session_id):
    receiver = received(backend, caller, session_id, "a.wav", sound())

    def goes(name, request, cancelled):
        with backend.core.database.write() as tx:
            sessions.delete(tx, caller.user_id, session_id)

    backend.core.tasks.before = goes
    with pytest.raises(SessionNotFoundError):
        backend.uploads.apply(caller, session_id, [receiver])
    assert (left_over(backend), blobs(backend)) == ([], [])


def test_the_scope_is_needed(backend, caller, session_id):
    reader = Caller(caller.user_id, "anonymous", frozenset({"read", "write"}))
    receiver = received(backend, caller, session_id, "a.wav", sound())
    for ask in (
        lambda: backend.uploads.begin(reader, session_id, "a.wav"),
        lambda: backend.uploads.apply(reader, session_id, [receiver]),
        lambda: backend.uploads.post(reader, session_id, {"urls": ["http://127.0.0.1/"]}),
        lambda: backend.uploads.post(reader, session_id, {"file_ids": ["f_0"]}),
    ):
        with pytest.raises(ScopeError):
            ask()
    assert left_over(backend) == []


def test_a_user_s_files_have_a_quota(tmp_path):
    backend = open_here(tmp_path, user_quota_bytes=len(sound()) + 100)
    caller = anyone(backend)
    session_id = new_session(backend, caller)
    both = [received(backend, caller, session_id, f"{n}.wav", sound(seed=n)) for n in range(2)]
    with pytest.raises(LimitError, match="all the room") as refused:
        backend.uploads.apply(caller, session_id, both)
    assert refused.value.data["quota_bytes"] == len(sound()) + 100
    assert (left_over(backend), blobs(backend)) == ([], [])
    send(backend, caller, session_id, ("a.wav", sound()))
    with pytest.raises(LimitError, match="all the room"):
        backend.uploads.begin(caller, session_id, "b.wav", 200)
    backend.close()


def test_media_have_a_longest_time(tmp_path):
    backend = open_here(tmp_path, max_media_s=1)
    caller = anyone(backend)
    with pytest.raises(LimitError, match="longer than 1 s"):
        send(backend, caller, new_session(backend, caller), ("a.wav", sound(1.5)))
    backend.close()


def test_a_full_disk_is_told_and_nothing_is_left(backend, caller, session_id, monkeypatch):
    receiver = backend.uploads.begin(caller, session_id, "a.wav")

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OutputError, match="the disk is full"):
            receiver.write(b"x")
    assert left_over(backend) == []
    with pytest.raises(OutputError):
        backend.uploads.apply(caller, session_id, [receiver])


def test_a_connection_that_breaks_leaves_nothing(backend, caller, session_id):
    receiver = backend.uploads.begin(caller, session_id, "a.wav", 1000)
    receiver.write(b"x" * 10)
    assert len(left_over(backend)) == 1
    receiver.abort()
    receiver.abort()
    assert left_over(backend) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\talk.wav", "talk.wav"),
        ("/abs/talk.wav", "talk.wav"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.wav", "a b .wav"),
        ("con.wav", "_con.wav"),
        ("x" * 300 + ".wav", "x" * 196 + ".wav"),
        ("播客 第12集.mp3", "播客 第12集.mp3"),
        ("<b>.wav", "_b_.wav"),
    ],
)
def test_names_are_for_people_and_never_paths(backend, caller, session_id, name, shown):
    receiver = received(backend, caller, session_id, name, b"x")
    assert receiver.filename == shown
    assert receiver.path.parent == backend.core.parts
    assert len(receiver.path.name) == 32
    receiver.abort()


@pytest.mark.promise("UPLOAD-BY-URL")
def test_files_come_by_address(backend, caller, session_id):
    with serving(http(sound(), Content_Disposition='attachment; filename="../Folge 1.wav"')) as server:
        body = {"urls": [f"http://127.0.0.1:{server.port}/x?y"], "source_type": "url"}
        data = backend.uploads.post(caller, session_id, body)
    assert data["files"][0]["filename"] == "Folge 1.wav"
    assert data["files"][0]["file_type"] == "audio"
    assert data["session_state_applied"] is True
    assert left_over(backend) == []


@pytest.mark.promise("UPLOAD-URL-REFUSED")
def test_addresses_that_are_not_fetched_are_listed_or_told(backend, caller, session_id):
    with serving(http(sound())) as server:
        good, bad = f"http://127.0.0.1:{server.port}/a.wav", "http://169.254.169.254/latest/meta-data/iam.mp3"
        data = backend.uploads.post(caller, session_id, {"urls": [bad, good]})
        assert len(data["files"]) == 1
        assert data["errors"][0]["code"] == 4004
        with pytest.raises(AddressError) as refused:
            backend.uploads.post(caller, session_id, {"urls": [bad]})
    assert (refused.value.wire_code, refused.value.http_status) == (4004, 422)
    assert left_over(backend) == []


@pytest.mark.promise("UPLOAD-TOO-LARGE")
def test_a_file_by_address_has_the_same_limits(backend, caller, session_id):
    with serving(http(b"x" * 1_000_001)) as server, pytest.raises(LimitError):
        backend.uploads.post(caller, session_id, {"urls": [f"http://127.0.0.1:{server.port}/a.wav"]})
    with serving(http(b"words")) as server, pytest.raises(WavereelError) as refused:
        backend.uploads.post(caller, session_id, {"urls": [f"http://127.0.0.1:{server.port}/a.wav"]})
    assert refused.value.wire_code == 4001
    assert left_over(backend) == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        "x",
        {"urls": []},
        {"urls": "http://x"},
        {"urls": [1]},
        {"urls": [""]},
        {"urls": None},
        {"file_ids": [None]},
    ]
    + [{"urls": ["http://127.0.0.1/"], "file_ids": ["f_0"]}],
)
def test_bodies_that_name_no_files_are_unreadable(backend, caller, session_id, body):
    with pytest.raises(UnreadableError):
        backend.uploads.post(caller, session_id, body)


def test_a_user_waits_for_a_few_servers_at_a_time(backend, caller, session_id, monkeypatch):
    from wavereel.service.backend import uploads

    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(connection, head):
        begun.release()
        assert go_on.wait(20)
        connection.sendall(http(sound()))

    monkeypatch.setattr(uploads, "MAX_FETCHING_PER_USER", 1)
    stranger = anyone(backend, "anon_fedcba9876543210")
    with serving(slow) as server:
        body = {"urls": [f"http://127.0.0.1:{server.port}/a.wav"]}
        thread = threading.Thread(target=backend.uploads.post, args=(caller, session_id, body))
        thread.start()
        assert begun.acquire(timeout=20)
        with pytest.raises(RateError) as refused:
            backend.uploads.post(caller, session_id, body)
        assert refused.value.retry_after_s == 30
        monkeypatch.setattr(uploads, "MAX_FETCHING", 1)
        with pytest.raises(OverloadedError):
            backend.uploads.post(stranger, new_session(backend, stranger), body)
        go_on.set()
        thread.join(20)
        assert len(backend.uploads.post(caller, session_id, body)["files"]) == 1


@pytest.mark.promise("UPLOAD-FILE-IDS")
def test_files_are_brought_into_another_session(backend, caller, session_id):
    file_id = send(backend, caller, session_id, ("a.wav", sound()))["files"][0]["file_id"]
    second = new_session(backend, caller)
    data = backend.uploads.post(caller, second, {"file_ids": [file_id, file_id, "f_none"]})
    assert [entry["file_id"] for entry in data["files"]] == [file_id]
    assert data["errors"] == [{"filename": "f_none", "code": 4040, "message": "File not found: f_none"}]
    assert backend.sessions.state(caller, second)["state"]["video_infos"][0]["filename"] == "a.wav"
    stranger = anyone(backend, "anon_fedcba9876543210")
    with pytest.raises(NotFoundError):
        backend.uploads.post(stranger, new_session(backend, stranger), {"file_ids": [file_id]})


def test_a_child_that_fails_says_so(tmp_path):
    tasks = HereTasks(tmp_path)

    def busy(name, request, cancelled):
        raise OverloadedError("no child is free", retry_after_s=5)

    tasks.before = busy
    backend = open_here(tmp_path, tasks)
    caller = anyone(backend)
    with pytest.raises(OverloadedError):
        send(backend, caller, new_session(backend, caller), ("a.wav", sound()))
    assert (left_over(backend), blobs(backend)) == ([], [])
    backend.close()


def test_a_file_is_called_in_a_session_as_it_was_when_it_was_sent_there_last(backend, caller):
    first, second = new_session(backend, caller), new_session(backend, caller)
    send(backend, caller, first, ("old.wav", sound()))
    fresh = send(backend, caller, second, ("new.wav", sound()))["files"][0]
    assert fresh["filename"] == "new.wav"
    assert "/new.wav?" in fresh["cdn_url"]

    def names(session_id):
        return [one["filename"] for one in backend.sessions.state(caller, session_id)["state"]["video_infos"]]

    assert (names(first), names(second)) == (["old.wav"], ["new.wav"])
    send(backend, caller, first, ("newer.wav", sound()))
    assert (names(first), names(second)) == (["newer.wav"], ["new.wav"])
    backend.uploads.attach(caller, second, [fresh["file_id"]])
    assert names(second) == ["new.wav"]
    parts = urlsplit(fresh["cdn_url"])
    path, query = parts.path.partition("/files/")[2], dict(parse_qsl(parts.query))
    assert backend.links.open(path, query).filename == "new.wav"
    with backend.core.database.read() as tx:
        session = sessions.get(tx, caller.user_id, first)
        asked = request_of(backend.core, tx, session)
    assert [one["filename"] for one in asked["media"]] == ["newer.wav"]
